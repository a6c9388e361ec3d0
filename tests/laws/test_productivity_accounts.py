"""What must hold of capital stocks and of growth and index decompositions, whatever the figures."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from xinzhi.base.errors import DataError, UsageError
from xinzhi.productivity import (
    capital_stock,
    deflate,
    growth_accounting,
    kaya,
    level_accounting,
    lmdi,
    price_level,
)

seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=25, deadline=None)


def factors(seed: int, zeros: bool) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    shape = (int(rng.integers(2, 6)), int(rng.integers(1, 5)), int(rng.integers(1, 4)))
    out = [rng.lognormal(size=shape) for _ in range(int(rng.integers(2, 5)))]
    if zeros:
        out = [np.where(rng.random(shape) < 0.2, 0.0, f) for f in out]
        out = [np.concatenate([f, np.ones((*shape[:2], 1))], axis=2) for f in out]  # totals stay positive
    return out


@few
@given(seeds, st.booleans(), st.booleans(), st.sampled_from(["additive", "multiplicative"]))
def test_lmdi_leaves_nothing_over(seed: int, zeros: bool, chained: bool, form: str) -> None:
    x = factors(seed, zeros)
    got = lmdi(x, form, chained)
    assert_allclose(got.residual, 0.0, atol=1e-10)
    made = got.effects.sum(axis=1) if form == "additive" else got.effects.prod(axis=1)
    assert_allclose(made, got.total, rtol=1e-9, atol=1e-10)
    assert_allclose(got.nested(0).sum(axis=2), got.cells.sum(axis=(2, 3)), atol=1e-10)
    backwards = lmdi([f[::-1] for f in x], form, True)
    if chained:
        turned = -backwards.effects[::-1] if form == "additive" else 1 / backwards.effects[::-1]
        assert_allclose(turned, got.effects, rtol=1e-9, atol=1e-10)


@few
@given(seeds)
def test_lmdi_zeros_are_limits(seed: int) -> None:
    """A hundred-digit small number in place of zero gives almost the same; the limit is approached like 1 / digits."""
    x = factors(seed, True)
    limit = lmdi(x).effects
    near = lmdi([np.where(f == 0, 1e-70, f) for f in x]).effects
    size = sum(float(np.abs(f).max()) for f in x) ** len(x)
    assert_allclose(near, limit, atol=0.1 * size)


@few
@given(seeds)
def test_lmdi_does_not_care_about_order_or_units(seed: int) -> None:
    x = factors(seed, False)
    got = lmdi(x).effects
    for order in list(permutations(range(len(x))))[:6]:
        assert_allclose(lmdi([x[k] for k in order]).effects, got[:, list(order)], rtol=1e-9, atol=1e-12)
    assert_allclose(lmdi([1000 * x[0], *x[1:]]).effects, 1000 * got, rtol=1e-9, atol=1e-9)


def test_kaya_multiplies_back() -> None:
    rng = np.random.default_rng(1)
    c, e, y, p = rng.lognormal(size=(4, 6, 5))
    got = kaya(c, e, y, p, "multiplicative")
    assert_allclose(got.total, c.sum(axis=1)[1:] / c.sum(axis=1)[:-1])
    assert got.effects.shape == (5, 4)


@few
@given(seeds, st.sampled_from([0.0, 0.05, 0.3]))
def test_stock_is_what_was_invested_and_not_worn_out(seed: int, rate: float) -> None:
    rng = np.random.default_rng(seed)
    investment, price = rng.lognormal(size=(12, 4)), np.cumprod(1 + 0.1 * rng.random((12, 4)), axis=0)
    for base in (0, 5, 11):
        stock = capital_stock(investment, price, rate, base=base)
        real = deflate(investment, price, base)
        age = np.arange(12)[:, None] - np.arange(12)[None]
        kept = np.where(age >= 0, (1 - rate) ** np.maximum(age, 0), 0.0)
        kept[:, 0] /= 0.1
        assert_allclose(stock, kept @ real, rtol=1e-9)
        assert_allclose(
            stock / stock[0], capital_stock(investment, price, rate) / capital_stock(investment, price, rate)[0]
        )


def test_growth_rule_gives_a_steady_state() -> None:
    """Investment growing at g with depreciation δ: I / (g + δ) times (1 + g) is the stock a steady path has."""
    investment = 10 * 1.05 ** np.arange(20)
    stock = capital_stock(investment, None, 0.1, "growth")
    assert stock[0] == pytest.approx(10 / 0.15)
    assert (stock / investment)[-1] == pytest.approx(1.05 / 0.15, rel=0.01)


def test_previous_period_prices_chain_and_rebase() -> None:
    chained = price_level([np.nan, 110.0, 120.0, 90.0], 0, "previous")
    assert_allclose(chained, [1, 1.1, 1.32, 1.188])
    rebased = price_level([100.0, 110.0, 120.0, 90.0], 2, "previous")
    assert_allclose(rebased, chained / 1.32)
    assert_allclose(deflate([5.0, 5.0, 5.0, 5.0], [50.0, 60.0, 75.0, 100.0], 3), [10, 25 / 3, 20 / 3, 5])


def test_a_chained_series_may_start_late() -> None:
    """A region founded in the third period: its level is one in the period before its first step, and missing earlier."""
    index = [[np.nan, np.nan], [110.0, np.nan], [120.0, np.nan], [90.0, 105.0]]
    assert_allclose(price_level(index, 3, "previous")[:, 1], [np.nan, np.nan, 1 / 1.05, 1])
    assert_allclose(
        deflate([[1, np.nan], [1, np.nan], [1, 2], [1, 3]], index, 3, "previous")[:, 1], [np.nan, np.nan, 2.1, 3]
    )


def test_one_series_of_prices_serves_all_regions() -> None:
    """Also where there are as many regions as periods, so that only the order of axes tells which is which."""
    price = [50.0, 80.0, 100.0]
    for regions in (2, 3, 4):
        assert_allclose(deflate(np.ones((3, regions)), price, 2), np.tile([[2.0], [1.25], [1.0]], regions))
    with pytest.raises(DataError, match="625"):
        deflate(np.ones((3, 2)), [100.0, 101.0], 0)


def test_rates_may_differ_by_region_year_and_asset() -> None:
    investment = np.ones((3, 2, 2))
    stock = capital_stock(investment, None, [0.1, 0.5], 1.0)
    assert_allclose(stock[1, 0], [1.9, 1.5])
    by_region = capital_stock(investment[:, :, 0], None, [0.1, 0.2], [10.0, 20.0])
    assert_allclose(by_region[1], [10.0, 17.0])


def test_gaps_are_refused_or_bridged() -> None:
    gap = [1.0, np.nan, 4.0]
    with pytest.raises(DataError, match="624"):
        capital_stock(gap, None)
    assert capital_stock(gap, None, 0.0, 10.0, missing="linear")[-1] == pytest.approx(10 + 2.5 + 4)
    assert capital_stock(gap, None, 0.0, 10.0, missing="geometric")[-1] == pytest.approx(10 + 2 + 4)
    with pytest.raises(DataError, match="624"):
        capital_stock([1.0, 2.0, np.nan], None, missing="linear")


@few
@given(seeds)
def test_sources_of_growth_add_up(seed: int) -> None:
    rng = np.random.default_rng(seed)
    y, x = rng.lognormal(size=(6, 8)), rng.lognormal(size=(6, 8, 3))
    costs = rng.random((6, 8, 3))
    for got in (
        growth_accounting(y, x, [0.5, 0.3, 0.2]),
        growth_accounting(y, x, costs=costs),
        growth_accounting(y, x, "estimated"),
        growth_accounting(y, x, "constant-returns"),
    ):
        assert_allclose(got.contributions.sum(axis=2) + got.tfp, got.growth, atol=1e-12)
        assert_allclose(np.log(got.level[-1]), got.tfp.sum(axis=0), atol=1e-12)
    assert_allclose(growth_accounting(y, x, "constant-returns").shares.sum(axis=2), 1.0)
    for benchmark in (None, 2):
        level = level_accounting(y, x, [0.5, 0.3, 0.2], benchmark)
        assert_allclose(level.contributions.sum(axis=2) + level.tfp, level.gap, atol=1e-12)
    assert_allclose(level.tfp[:, 2], 0.0, atol=1e-12)


def test_elasticities_are_found() -> None:
    rng = np.random.default_rng(3)
    x = rng.lognormal(size=(10, 30, 2))
    effects = rng.normal(size=(1, 30)) + rng.normal(size=(10, 1))
    y = np.exp(effects + 0.4 * np.log(x[..., 0]) + 0.6 * np.log(x[..., 1]))
    for how in ("estimated", "constant-returns"):
        got = growth_accounting(y, x, how)
        assert_allclose(got.shares[0, 0], [0.4, 0.6], rtol=1e-9)
        assert got.estimated is not None and got.estimated.max() < 1e-9


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: capital_stock([-1.0, 1.0], None), DataError, "starts with -1"),
        (lambda: capital_stock([1.0, 1.0], [1.0, 0.0]), DataError, "price must be positive"),
        (lambda: capital_stock([1.0, 1.0], None, 9.6), DataError, "9.6 % as 0.096"),
        (lambda: capital_stock([4.0, 2.0, 1.0], None, 0.1, "growth"), DataError, "growth rule"),
        (lambda: capital_stock([1.0, 1.0], None, initial="zhang"), UsageError, "zhang"),
        (lambda: capital_stock([1.0, 1.0], [1.0, 1.0], base=7), UsageError, "outside the 2 periods"),
        (lambda: capital_stock(np.ones((3, 2)), np.ones((3, 4))), DataError, "must extend to (3, 2)"),
        (lambda: capital_stock([1.0, 1.0], None, [0.1, np.nan]), DataError, "at 1 it is nan"),
        (lambda: capital_stock([1.0], None, initial="growth"), DataError, "one period of investment"),
        (lambda: capital_stock([1.0, 1.0], None, initial="growth", growth_periods=0), UsageError, "1 or more"),
        (lambda: capital_stock([1.0, -20.0], None), DataError, "falls below zero at 1"),
        (lambda: capital_stock(np.ones((2, 2)), [[1, 1], [1, np.nan]]), DataError, "missing at (1, 1)"),
        (lambda: capital_stock(np.ones((2, 2)), [[1, np.nan], [1, 1]]), DataError, "missing at (0, 1)"),
        (
            lambda: deflate([1.0, 1.0], [1.0, np.nan], -1),
            DataError,
            "value at 0 has no price: the index is missing at 1",
        ),
        (lambda: deflate(["a", "b"], [1.0, 1.0]), DataError, "not numbers"),
        (lambda: deflate(np.ones(4), [100.0, np.nan, 101.0, 99.0], 0, "previous"), DataError, "missing at 1"),
        (lambda: deflate(np.ones(4), [np.nan, 101.0, np.nan, 103.0], 3, "previous"), DataError, "missing at 2"),
        (lambda: price_level([1.0, 1.1, 1.02], 0, "previous"), DataError, "multiply them by 100"),
        (lambda: lmdi([]), DataError, "one factor or more"),
        (
            lambda: growth_accounting(np.ones((2, 3)), np.ones((2, 3, 2)), [40.0, 60.0]),
            DataError,
            "50 % is written 0.5",
        ),
        (lambda: growth_accounting(np.ones((2, 3)), np.ones((2, 3, 2)), [-0.1, 1.1]), DataError, "not negative"),
        (
            lambda: growth_accounting(np.ones((2, 2)), np.ones((2, 2, 2)), [[0.4, 0.6], [0.5, 0.5]]),
            DataError,
            "(T, 1, k)",
        ),
        (lambda: lmdi([[1.0, -1.0]]), DataError, "must not be negative"),
        (lambda: lmdi([[1.0]]), DataError, "one period only"),
        (lambda: lmdi([[1.0, 0.0]], "multiplicative"), DataError, "total of period 1 is zero"),
        (lambda: lmdi([np.ones((2, 3)), np.ones((2, 4))]), DataError, "differ in shape"),
        (lambda: kaya([1.0, 1.0], [1.0, 0.0], [1.0, 1.0], [1.0, 1.0]), DataError, "energy holds zeros"),
        (lambda: growth_accounting(np.ones((2, 3)), np.ones((2, 3, 1))), UsageError, "either shares or costs"),
        (lambda: growth_accounting(np.ones((2, 3)), np.ones((2, 3, 1)), "estimated"), DataError, "move together"),
        (lambda: growth_accounting(np.ones((2, 3)), np.ones((2, 4, 1)), [1.0]), DataError, "must agree"),
    ],
)
def test_bad_input_is_one_sentence(call, error, words) -> None:
    with pytest.raises(error) as caught:
        call()
    assert words in caught.value.text.en
