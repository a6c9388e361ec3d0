"""Cronbach's alpha, correlations and components against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from xinzhi.base.errors import ComputationError, DataError
from xinzhi.measure.coherence import (
    cronbach_alpha,
    opposed_pairs,
    principal_components,
    redundant_pairs,
)
from xinzhi.measure.critic import correlation
from xinzhi.measure.influence import kendall, spearman

# Three items of five persons: variances (n − 1) 2.5, 2.5, 1.5; covariances 2 of the first two, 0.75 with the third.
ITEMS = np.array([[1.0, 2, 3], [2, 1, 3], [3, 3, 1], [4, 5, 4], [5, 4, 4]])


def test_alpha_by_hand():
    """Sums 6, 6, 7, 13, 13 with variance 13.5: α = 3/2 · (1 − 6.5/13.5) = 7/9."""
    got = cronbach_alpha(ITEMS)
    assert_allclose(got.alpha, 7 / 9, rtol=1e-12)
    # without the third item: sums 3, 3, 6, 9, 9 with variance 9, α = 2 · (1 − 5/9) = 8/9
    assert_allclose(got.if_dropped[2], 8 / 9, rtol=1e-12)
    # correlations 2/2.5 and twice 0.75/√3.75
    mean_r = (0.8 + 2 * 0.75 / np.sqrt(3.75)) / 3
    assert_allclose(got.standardised, 3 * mean_r / (1 + 2 * mean_r), rtol=1e-12)
    # the first against the sum of the others, variance 5.5
    assert_allclose(got.item_rest[0], 2.75 / np.sqrt(2.5 * 5.5), rtol=1e-12)


def test_alpha_of_parallel_and_opposed_items():
    line = np.arange(6.0)
    assert_allclose(cronbach_alpha(np.column_stack([line, line, line])).alpha, 1.0)
    assert cronbach_alpha(np.column_stack([line, -line + 0.1 * line**2])).alpha < 0
    assert np.isnan(cronbach_alpha(np.column_stack([line, line])).if_dropped).all()


def test_components_of_an_equicorrelation_matrix():
    """k items with all correlations r: eigenvalues 1 + (k−1) r and k−1 times 1 − r; first loadings all alike."""
    k, r, rows = 4, 0.6, 200
    rng = np.random.default_rng(0)
    raw = rng.normal(size=(rows, k))
    white = np.linalg.qr(raw - raw.mean(axis=0))[0]
    root = np.linalg.cholesky(np.full((k, k), r) + (1 - r) * np.eye(k))
    z = white @ root.T
    assert_allclose(correlation(z), np.full((k, k), r) + (1 - r) * np.eye(k), atol=1e-12)
    got = principal_components(z)
    assert_allclose(got.eigenvalues, [1 + 3 * r, 1 - r, 1 - r, 1 - r], atol=1e-12)
    assert_allclose(got.explained, np.array([2.8, 0.4, 0.4, 0.4]) / 4, atol=1e-12)
    assert_allclose(got.loadings[:, 0], np.sqrt(2.8 / 4), atol=1e-12)
    assert got.above_one == 1
    assert_allclose(got.loadings @ got.loadings.T, correlation(z), atol=1e-12)


def test_pairs_are_listed_strongest_first():
    r = np.array([[1, 0.95, -0.3], [0.95, 1, -0.92], [-0.3, -0.92, 1]])
    assert [(i, j) for i, j, _ in redundant_pairs(r, 0.9)] == [(0, 1), (1, 2)]
    assert [(i, j) for i, j, _ in opposed_pairs(r)] == [(1, 2), (0, 2)]


@pytest.mark.parametrize("levels", [5, 1000])
def test_rank_correlations_match_scipy_with_and_without_ties(levels):
    from scipy.stats import kendalltau, spearmanr

    rng = np.random.default_rng(levels)
    a, b = rng.integers(levels, size=(2, 40)).astype(float)
    b += a
    assert_allclose(spearman(a, b), spearmanr(a, b).statistic, rtol=1e-12)
    assert_allclose(kendall(a, b), kendalltau(a, b).statistic, rtol=1e-12)


def test_refusals():
    with pytest.raises(DataError, match="1"):
        cronbach_alpha(np.column_stack([np.arange(5.0), np.ones(5)]))
    with pytest.raises(ComputationError):
        cronbach_alpha(np.arange(5.0)[:, None])
    with pytest.raises(ComputationError):
        cronbach_alpha(np.column_stack([np.arange(5.0), -np.arange(5.0)]))
