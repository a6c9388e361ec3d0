"""Laws of spatial association: moments by complete enumeration, invariances, and what cannot vary."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from xinzhi.base.errors import XinzhiError
from xinzhi.space import (
    bivariate_moran,
    geary,
    getis_ord,
    getis_ord_global,
    local_bivariate_moran,
    local_moran,
    moran,
)

Y = np.array([3.1, 0.4, 2.2, 7.9, 1.3, 4.0])
ORDERS = np.array(list(permutations(range(6))))


def weights(island: bool = False) -> np.ndarray:
    """Asymmetric weights of six units."""
    w = np.random.default_rng(5).uniform(0.1, 1, (6, 6)) * (np.random.default_rng(6).random((6, 6)) < 0.6)
    np.fill_diagonal(w, 0)
    if island:
        w[2], w[:, 2] = 0, 0
    return w


@pytest.mark.parametrize("island", [False, True])
@pytest.mark.parametrize("statistic", [moran, geary, getis_ord_global])
def test_moments_are_those_of_all_permutations(statistic, island: bool) -> None:  # type: ignore[no-untyped-def]
    w = weights(island)
    values = np.array([statistic(Y[order], w, adjust_islands=False).statistic for order in ORDERS])
    got = statistic(Y, w, adjust_islands=False)
    assert_allclose([got.expected, got.variance], [values.mean(), values.var()], rtol=1e-9)


def test_local_moments_are_those_of_all_conditional_permutations() -> None:
    w = weights()
    got, hot = local_moran(Y, w, 0), getis_ord(Y, w, star=False)
    z = Y - Y.mean()
    for i in range(6):
        orders = ORDERS[ORDERS[:, i] == i]
        local = z[i] * (z[orders] @ w[i]) / z.var()
        assert_allclose([got.expected[i], got.variance[i]], [local.mean(), local.var()], rtol=1e-9)
        g = Y[orders] @ w[i] / (Y.sum() - Y[i])
        assert_allclose([hot.expected[i], hot.variance[i]], [g.mean(), g.var()], rtol=1e-9)


def test_pseudo_probabilities_approach_those_of_all_permutations() -> None:
    w, z = weights(), Y - Y.mean()
    draws = 20_000
    got = local_moran(Y, w, draws, alternative="greater")
    for i in range(6):
        orders = ORDERS[ORDERS[:, i] == i]
        share = (z[i] * (z[orders] @ w[i]) >= z[i] * (z @ w[i]) - 1e-12).mean()
        assert abs(got.p[i] - share) < 5 * np.sqrt(share * (1 - share) / draws) + 2 / draws
    exact = np.array([moran(Y[order], w).statistic for order in ORDERS])
    share = (exact >= moran(Y, w).statistic - 1e-12).mean()
    drawn = moran(Y, w, permutations=draws, alternative="greater").p_permuted
    assert abs(drawn - share) < 5 * np.sqrt(share * (1 - share) / draws)


X = np.array([1.0, 5.2, 0.3, 2.5, 3.3, 0.9])


def test_bivariate_local_moments_and_probabilities_are_those_of_all_conditional_permutations() -> None:
    w, draws = weights(), 20_000
    zx, zy = X - X.mean(), Y - Y.mean()
    got = local_bivariate_moran(X, Y, w, draws, alternative="greater")
    for i in range(6):
        orders = ORDERS[ORDERS[:, i] == i]
        local = zx[i] * (zy[orders] @ w[i]) / np.sqrt(zx.var() * zy.var())
        assert_allclose([got.expected[i], got.variance[i]], [local.mean(), local.var()], rtol=1e-9)
        share = (local >= got.statistic[i] - 1e-12).mean()
        assert abs(got.p[i] - share) < 5 * np.sqrt(share * (1 - share) / draws) + 2 / draws


def test_bivariate_local_moran_adds_up_to_the_global_one_and_is_the_plain_one_for_one_variable() -> None:
    w = weights()
    both = local_bivariate_moran(X, Y, w, 0)
    assert_allclose(both.statistic.sum() / w.sum(), bivariate_moran(X, Y, w).statistic, rtol=1e-12)
    one, plain = local_bivariate_moran(Y, Y, w, 99, seed=3), local_moran(Y, w, 99, seed=3)
    for name in ("statistic", "p", "z", "quadrant", "cluster"):
        np.testing.assert_array_equal(getattr(one, name), getattr(plain, name))
    with pytest.raises(XinzhiError, match="109"):
        local_bivariate_moran(X[:5], Y, w)


def test_ties_count_whatever_the_rounding() -> None:
    """Two rich units on a ring of eight are neighbours in 8 of 28 placings, all of which tie with the one observed."""
    y = np.array([0.7, 0.7, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]) / 3
    ring = np.roll(np.eye(8), 1, axis=1) + np.roll(np.eye(8), -1, axis=1)
    for statistic in (moran, geary):
        p = statistic(y, ring, permutations=5000, alternative="greater").p_permuted
        assert abs(p - 2 / 7) < 5 * np.sqrt(2 / 7 * 5 / 7 / 5000)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 1e4), st.floats(-1e6, 1e6), st.permutations(range(6)))
def test_unit_level_and_order_change_nothing(seed: int, scale: float, level: float, order: list[int]) -> None:
    y, w, place = np.random.default_rng(seed).normal(size=6), weights(), np.array(order)
    moved = (scale * y + level)[place]
    turned = w[np.ix_(place, place)]
    slack = 1e-13 * (1 + abs(level) / scale)
    for statistic in (moran, geary):
        assert_allclose(statistic(moved, 3 * turned).z, statistic(y, w).z, rtol=1e-7, atol=1e3 * slack)
    for star in (False, True):
        given_, plain = getis_ord(moved, turned, star=star), getis_ord(y, w, star=star)
        assert_allclose(given_.z, plain.z[place], rtol=1e-7, atol=1e3 * slack)
    assert_allclose(local_moran(moved, turned, 0).z, local_moran(y, w, 0).z[place], rtol=1e-6, atol=1e4 * slack)


def test_bivariate_moran_of_a_variable_with_itself_is_moran() -> None:
    assert bivariate_moran(Y, Y, weights(), 0).statistic == pytest.approx(moran(Y, weights()).statistic, rel=1e-12)


def test_where_nothing_can_vary_there_is_no_test() -> None:
    everyone = 1 - np.eye(31)
    y = np.random.default_rng(0).normal(size=31)
    for call in (
        lambda: moran(y, everyone / 30),
        lambda: geary(y, everyone),
        lambda: getis_ord_global(np.abs(y), everyone),
        lambda: getis_ord(y, everyone),
    ):
        with pytest.raises(XinzhiError) as refused:
            call()
        assert "same under every permutation" in refused.value.say("en")
    for drawn in (0, 99):
        got = local_moran(y, everyone / 30, drawn)
        assert (got.p == 1).all()
        assert (got.cluster == "").all()


def test_a_unit_whose_others_are_all_equal_has_no_g_of_its_own() -> None:
    ring = np.roll(np.eye(9), 1, axis=1) + np.roll(np.eye(9), -1, axis=1)
    got = getis_ord(np.eye(9)[3], ring, star=False)
    assert np.flatnonzero(np.isnan(got.z)).tolist() == [3]
    assert got.cluster[3] == ""
    assert not np.isnan(getis_ord(np.eye(9)[3], ring, star=True).z).any()
