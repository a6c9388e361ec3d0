"""A repair touches what its plan says, records each touched cell, and changes nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import xinzhi as xz
from xinzhi.base.errors import DataError, UsageError
from xinzhi.panel.repair import models, tails
from xinzhi.panel.repair.fill import carry, interpolate
from xinzhi.panel.repair.plan import STEPS, plan_of
from xinzhi.panel.repair.prices import level, linked

CODES = ["110000", "120000", "130000", "140000", "150000", "210000"]
YEARS = np.arange(2010.0, 2018.0)


def panel(seed: int, gaps: float = 0.2) -> xz.Panel:
    rng = np.random.default_rng(seed)
    index = pd.MultiIndex.from_product([CODES, range(2010, 2018)], names=["region", "year"])
    frame = pd.DataFrame(rng.lognormal(3, 1, (len(index), 4)), index=index, columns=["a", "b", "c", "price"])
    frame["price"] = 100 + rng.normal(2, 1, len(index))
    holes = rng.random(len(index)) < gaps
    frame.loc[holes, "a"] = np.nan
    return xz.Panel(frame, {}, xz.atlas.china())


PLANS = {
    "linear": {"step": "interpolate", "indicators": ["a"]},
    "log": {"step": "interpolate", "indicators": ["a"], "method": "log-linear", "extrapolate": True},
    "spline": {"step": "interpolate", "indicators": ["a"], "method": "spline", "limit": 2},
    "carry": {"step": "carry", "indicators": ["a"], "direction": "back", "limit": 2},
    "group": {"step": "impute", "indicators": ["a"], "method": "group-median", "group": "plates"},
    "regression": {"step": "impute", "indicators": ["a"], "method": "regression", "predictors": ["b", "c"]},
    "neighbours": {"step": "impute", "indicators": ["a"], "method": "neighbours", "predictors": ["b", "c"], "neighbours": 2},
    "em": {"step": "impute", "indicators": ["a", "b", "c"], "method": "em", "log": True},
    "pca": {"step": "impute", "indicators": ["a", "b", "c"], "method": "pca", "components": 1},
    "quantiles": {"step": "winsorise", "indicators": ["a", "b"], "low": 0.1, "high": 0.9},
    "mad": {"step": "winsorise", "indicators": ["b"], "rule": "mad", "by": "year"},
    "shape": {"step": "winsorise", "indicators": ["a"], "rule": "skew-kurtosis", "skew": 0.5, "kurtosis": 0.5},
    "deflate": {"step": "deflate", "indicators": ["b"], "index": "price", "form": "previous", "base": 2012},
    "deflate into": {"step": "deflate", "indicators": ["b"], "index": "price", "form": "fixed", "base": 2012, "into": {"b": "b_real"}},
    "link": {"step": "link", "indicator": "a", "old": "b"},
    "drop": {"step": "drop", "indicators": ["c"], "years": [2011], "regions": ["110000"]},
    "drop region": {"step": "drop", "regions": ["110000"]},
    "drop indicator": {"step": "drop", "indicators": ["c"]},
    "denominate": {"step": "denominate", "indicators": ["b"], "by": "c", "into": {"b": "b_per_c"}},
    "rescale": {"step": "rescale", "indicators": ["b"], "factor": 1e-4, "years": [2010, 2011]},
    "replace": {"step": "replace", "indicators": ["b"], "regions": ["120000"], "years": [2013], "value": None},
    "screen": {"step": "screen", "indicators": ["a"], "availability": 0.8},
}  # fmt: skip


def test_every_step_is_tried() -> None:
    assert {plan["step"] for plan in PLANS.values()} == set(STEPS)


@pytest.mark.parametrize("name", PLANS)
@given(seed=st.integers(0, 10_000))
@settings(max_examples=8, deadline=None)
def test_touched_cells_are_exactly_those_that_differ(name: str, seed: int) -> None:
    before = panel(seed)
    kept = before.frame.copy()
    after = before.repair([PLANS[name]])
    pd.testing.assert_frame_equal(before.frame, kept)  # the panel given is not written to
    index = before.frame.index.union(after.frame.index)
    shared = [c for c in before.columns if c in after.columns]
    old, new = before.frame.reindex(index)[shared], after.frame.reindex(index)[shared]
    differs = ~((old == new) | (old.isna() & new.isna()))
    told = after.touched[after.touched["indicator"].isin(shared)]
    cells = set(zip(told["region"], told["year"], told["indicator"], strict=True))
    assert cells == {(r, y, c) for c in shared for r, y in index[differs[c].to_numpy()]}
    assert len(cells) == len(told)
    for row in told.head(20).itertuples():
        assert old.loc[(row.region, row.year), row.indicator] == row.before or np.isnan(row.before)
        assert new.loc[(row.region, row.year), row.indicator] == row.after or np.isnan(row.after)
    if len(after.touched):
        assert after.touched["reason"].str.len().min() > 0 and after.touched["step"].str.startswith("1 ").all()


@given(seed=st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_filling_never_moves_a_known_figure(seed: int) -> None:
    before = panel(seed)
    known = before.frame["a"].notna()
    for name in ("linear", "log", "spline", "carry", "group", "regression", "neighbours", "em", "pca", "link"):
        after = before.repair([PLANS[name]])
        np.testing.assert_array_equal(after.frame["a"][known], before.frame["a"][known])
        marks = after.marks("a")
        assert (marks[known] == "").all() and (marks[~known & after.frame["a"].notna()] != "").all()


def test_the_limit_of_a_gap_holds_and_nothing_is_extrapolated_unasked() -> None:
    values = np.array([np.nan, 1.0, np.nan, 3.0, np.nan, np.nan, 9.0, np.nan])
    np.testing.assert_array_equal(interpolate(values, YEARS, "linear", 1), [np.nan, 1, 2, 3, np.nan, np.nan, 9, np.nan])
    np.testing.assert_allclose(interpolate(values, YEARS, "linear", 2), [np.nan, 1, 2, 3, 5, 7, 9, np.nan])
    np.testing.assert_allclose(interpolate(values, YEARS, "linear", 2, extrapolate=True)[[0, 7]], [0, 11])
    np.testing.assert_allclose(interpolate(values, YEARS, "log-linear", 2)[2], np.sqrt(3))
    np.testing.assert_array_equal(carry(values, YEARS, 1)[[0, 2, 4, 5, 7]], [np.nan, 1, 3, np.nan, 9])
    np.testing.assert_array_equal(carry(values, YEARS, 1, back=True)[[0, 4, 5, 7]], [1, np.nan, 9, np.nan])


def test_spline_gives_back_a_cubic_with_natural_ends() -> None:
    curve = (YEARS - 2010) * 2.0 + 1
    holed = curve.copy()
    holed[[2, 5]] = np.nan
    np.testing.assert_allclose(interpolate(holed, YEARS, "spline", 1), curve)


def test_a_gap_in_the_calendar_counts_in_years() -> None:
    years = np.array([2010.0, 2012.0, 2013.0])
    np.testing.assert_allclose(interpolate(np.array([1.0, np.nan, 4.0]), years, "linear", 3), [1, 3, 4])
    assert np.isnan(interpolate(np.array([1.0, np.nan, 4.0]), years, "linear", 1)[1])


def test_regression_gives_back_an_exact_law_with_region_effects() -> None:
    rng = np.random.default_rng(1)
    region = np.repeat(["a", "b", "c"], 10)
    X = rng.normal(size=(30, 2))
    y = np.repeat([5.0, -2.0, 1.0], 10) + X @ [2.0, -3.0]
    holed = np.where(rng.random(30) < 0.3, np.nan, y)
    np.testing.assert_allclose(models.regression(holed, X, region), y)


def test_pca_gives_back_a_matrix_of_rank_one() -> None:
    rng = np.random.default_rng(2)
    X = np.outer(rng.normal(size=40), [1.0, 2.0, -1.0, 0.5]) + np.array([10.0, 20, 30, 40])
    holed = np.where(rng.random(X.shape) < 0.1, np.nan, X)
    np.testing.assert_allclose(models.pca(holed, 1), X, atol=1e-4)


def test_em_takes_the_conditional_mean() -> None:
    rng = np.random.default_rng(3)
    X = rng.multivariate_normal([1, 2], [[1, 0.8], [0.8, 1]], size=400)
    holed = X.copy()
    holed[:100, 1] = np.nan  # one column missing: EM is the regression on the other
    slope, cut = np.polyfit(holed[100:, 0], holed[100:, 1], 1)
    np.testing.assert_allclose(models.em(holed)[:100, 1], slope * X[:100, 0] + cut, rtol=1e-5)


def test_chained_and_fixed_prices_agree() -> None:
    rng = np.random.default_rng(4)
    previous = 100 + rng.normal(3, 2, (5, 8))
    fixed = np.cumprod(previous / 100, axis=1)
    years = list(range(2010, 2018))
    for base in (2010, 2013, 2017):
        np.testing.assert_allclose(level(previous, years, base, "previous"), level(fixed, years, base, "fixed"))


def test_a_linked_series_keeps_growth_or_ratio() -> None:
    revised = np.array([[np.nan, np.nan, 12.0, 13.2, np.nan]])
    old = np.array([[8.0, 9.0, 10.0, 12.0, 15.0]])
    np.testing.assert_allclose(linked(revised, old, "growth")[0], [9.6, 10.8, 12, 13.2, 16.5])
    np.testing.assert_allclose(linked(revised, old, "ratio")[0], [9.2, 10.35, 12, 13.2, 17.25])


@given(st.lists(st.integers(-10_000, 10_000), min_size=6, max_size=40), st.floats(-50, 50), st.floats(0.1, 10))
@settings(max_examples=40, deadline=None)
def test_winsorising_does_not_depend_on_unit(values: list[int], shift: float, scale: float) -> None:
    x = np.array(values, dtype=float)
    for rule in (lambda v: tails.quantiles(v, 0.05, 0.95), lambda v: tails.deviations(v, 3.0)):
        np.testing.assert_allclose(rule(x * scale + shift), rule(x) * scale + shift, rtol=1e-9, atol=1e-6)
        assert rule(x).min() >= x.min() and rule(x).max() <= x.max()


def test_a_plan_in_yaml_and_as_a_mapping(tmp_path: Path) -> None:
    text = "- step: interpolate\n  indicators: [a]\n  limit: 2\n  reason: 缺一年\n- {step: rescale, indicators: [b], factor: 0.1}\n"
    plan = plan_of(yaml.safe_load(text))
    got = panel(0).repair(plan)
    assert set(got.touched["step"]) == {"1 interpolate", "2 rescale"} and "缺一年" in set(got.touched["reason"])
    assert plan_of({"steps": yaml.safe_load(text)}) == plan


def test_regions_by_name_or_code() -> None:
    steps = [
        {"step": "rescale", "indicators": ["b"], "factor": 2.0, "regions": [r]} for r in ("北京市", "Beijing", "110000")
    ]
    assert [set(panel(0).repair([s]).touched["region"]) for s in steps] == [{"110000"}] * 3
    with pytest.raises(UsageError, match="XZ-U034"):
        panel(0).repair([{**steps[0], "regions": ["上海"]}])


@pytest.mark.parametrize(
    ("given_plan", "pattern"),
    [
        ([{"step": "interpolat"}], "XZ-U065.*interpolate"),
        ([{"indicators": ["a"]}], "XZ-U065.*第 1 步"),
        ([{"step": "carry", "limits": 2}], "XZ-U066.*limit"),
        ([{"step": "carry", "limit": 0}], "XZ-U066.*limit"),
        ([{"step": "impute", "method": "guess"}], "XZ-U066.*第 1 步"),
        ([{"step": "interpolate", "indicators": ["aa"]}], "XZ-U031"),
        ([{"step": "interpolate", "years": [1900]}], "XZ-U033.*1900"),
        ([{"step": "drop"}], "XZ-U067"),
        ([{"step": "deflate", "indicators": ["b"], "index": "price", "form": "fixed", "base": 1990}], "XZ-U033.*1990"),
        ([{"step": "impute", "indicators": ["a"], "method": "em"}], "XZ-U067"),
        ([{"step": "rescale", "factor": 2.0}], "XZ-U067"),
    ],
)
def test_plans_that_cannot_be_meant_are_refused(given_plan: list[dict[str, object]], pattern: str) -> None:
    with pytest.raises(UsageError, match=pattern):
        panel(0).repair(given_plan)


def test_a_missing_price_or_a_figure_without_logarithm_is_named() -> None:
    holed = panel(0)
    holed.frame.loc[("120000", 2014), "price"] = np.nan
    with pytest.raises(DataError, match=r"XZ-D053.*天津 2014"):
        holed.repair([PLANS["deflate"]])
    holed.frame.loc[("130000", 2011), "a"] = -1.0
    with pytest.raises(DataError, match=r"XZ-D052.*河北 2011"):
        holed.repair([{"step": "impute", "indicators": ["a", "b"], "method": "em", "log": True}])
