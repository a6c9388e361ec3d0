"""Sobol indices against functions whose indices are known exactly.

At N = 4096 of a quasi-random design the estimators are within about 0.02 of the truth (Saltelli et al. 2010, figures 1–3).
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from xinzhi.base.errors import DataError, UsageError
from xinzhi.measure.sobol import saltelli_design, sobol_indices

BASE = 4096
TOLERANCE = 0.02


def ishigami(u, a=7.0, b=0.1):
    x = np.pi * (2 * u - 1)
    return np.sin(x[..., 0]) + a * np.sin(x[..., 1]) ** 2 + b * x[..., 2] ** 4 * np.sin(x[..., 0])


def ishigami_indices(a=7.0, b=0.1):
    """Ishigami & Homma (1990)."""
    first = np.array([0.5 * (1 + b * np.pi**4 / 5) ** 2, a**2 / 8, 0.0])
    together = b**2 * np.pi**8 * 8 / 225  # of x1 and x3
    variance = first.sum() + together
    return first / variance, (first + np.array([together, 0, together])) / variance, variance


def g_function(u, a):
    return np.prod((np.abs(4 * u - 2) + a) / (1 + a), axis=-1)


def g_indices(a):
    """Saltelli & Sobol' (1995): V_i = 1 / (3 (1 + a_i)²), V = Π (1 + V_i) − 1."""
    part = 1 / (3 * (1 + a) ** 2)
    variance = np.prod(1 + part) - 1
    total = [part[i] * np.prod(1 + np.delete(part, i)) for i in range(len(a))]
    return part / variance, np.array(total) / variance, variance


def test_ishigami():
    first, total, variance = ishigami_indices()
    got = sobol_indices(ishigami(saltelli_design(3, BASE, seed=3)))
    assert_allclose(got.first[:, 0], first, atol=TOLERANCE)
    assert_allclose(got.total[:, 0], total, atol=TOLERANCE)
    assert_allclose(got.variance, variance, rtol=TOLERANCE)


def test_g_function_of_eight_factors():
    a = np.array([0, 1, 4.5, 9, 99, 99, 99, 99])
    first, total, variance = g_indices(a)
    got = sobol_indices(g_function(saltelli_design(8, BASE, seed=1), a))
    assert_allclose(got.first[:, 0], first, atol=TOLERANCE)
    assert_allclose(got.total[:, 0], total, atol=TOLERANCE)
    assert_allclose(got.variance, variance, rtol=3 * TOLERANCE)


def test_additive_model_has_first_equal_to_total():
    design = saltelli_design(3, 1024, seed=0)
    got = sobol_indices(design @ [1.0, 2.0, 3.0])
    assert_allclose(got.first[:, 0], np.array([1, 4, 9]) / 14, atol=TOLERANCE)
    assert_allclose(got.total[:, 0], np.array([1, 4, 9]) / 14, atol=TOLERANCE)


def test_several_targets_at_once_and_one_by_one():
    design = saltelli_design(3, 256, seed=0)
    both = np.stack([ishigami(design), design.sum(axis=-1)], axis=-1)
    together, alone = sobol_indices(both), sobol_indices(both[..., 1])
    assert_allclose(together.first[:, 1], alone.first[:, 0], atol=1e-14)
    assert_allclose(together.total_high[:, 1], alone.total_high[:, 0], atol=1e-14)


def test_bounds_cover_the_truth_about_as_often_as_they_say():
    """Pseudo-random rows, 100 repetitions of a 90 % interval: fewer than 75 hits has probability below 1e-5."""
    truth = ishigami_indices()[1]
    hits = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        a, b = rng.random((512, 3)), rng.random((512, 3))
        mixed = [np.where(np.arange(3) == i, b, a) for i in range(3)]
        got = sobol_indices(ishigami(np.stack([a, b, *mixed])), resamples=200, seed=seed)
        hits += int(got.total_low[0, 0] <= truth[0] <= got.total_high[0, 0])
    assert 75 <= hits <= 99


def test_a_constant_model_has_no_variance_to_share():
    got = sobol_indices(np.full((5, 64), 2.5))
    assert (got.variance == 0).all() and (got.first == 0).all() and (got.total == 0).all()


def test_the_design_is_a_b_and_a_with_one_column_of_b():
    design = saltelli_design(4, 16, seed=5)
    assert design.shape == (6, 16, 4)
    for i in range(4):
        assert (design[2 + i, :, i] == design[1, :, i]).all()
        assert (np.delete(design[2 + i], i, axis=1) == np.delete(design[0], i, axis=1)).all()
    assert (design == saltelli_design(4, 16, seed=5)).all()
    assert (design != saltelli_design(4, 16, seed=6)).any()


def test_refusals_say_what_to_do():
    with pytest.raises(UsageError, match="1024"):
        saltelli_design(3, 1000)
    with pytest.raises(DataError):
        sobol_indices(np.full((4, 8), np.nan))
    with pytest.raises(DataError):
        sobol_indices(np.zeros((2, 8)))
