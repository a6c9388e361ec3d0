"""Panel thresholds against R's own grid search, quantile regression against R quantreg; synthetic data made for this project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from xinzhi.base.errors import DataError, XinzhiError
from xinzhi.space import quantile_regression, threshold_regression

DATA = Path(__file__).parent / "data" / "disparity"


def test_thresholds_of_the_first_set() -> None:
    data = pd.read_csv(DATA / "threshold_panel.csv")
    expected = pd.read_csv(DATA / "expected_threshold.csv").set_index("quantity")["value"]
    one = threshold_regression(data["y"], data["x"], data["q"], data["id"], data["z"], 1, draws=0)
    assert_allclose(one.thresholds, [expected["gamma_single"]])
    assert_allclose(one.intervals[0], expected[["ci95_low", "ci95_high"]])
    assert_allclose([one.ssr, one.tests[0].f], expected[["ssr_single", "F1"]], rtol=1e-9)
    assert_allclose(
        [*one.coefficients[:, 0], *one.controls], expected[["single_b1", "single_b2", "single_z"]], rtol=1e-9
    )
    two = threshold_regression(data["y"], data["x"], data["q"], data["id"], data["z"], 2, draws=100)
    assert_allclose(two.thresholds, expected[["gamma_double_low", "gamma_double_high"]])
    assert_allclose([two.ssr, two.tests[1].f], expected[["ssr_double", "F2"]], rtol=1e-9)
    assert_allclose(
        [*two.coefficients[:, 0], *two.controls],
        expected[["double_b1", "double_b2", "double_b3", "double_z"]],
        rtol=1e-9,
    )
    assert two.tests[1].p < 0.05


def test_thresholds_of_the_second_set() -> None:
    data = pd.read_csv(DATA / "set_b" / "threshold_panel.csv")
    expected = pd.read_csv(DATA / "set_b" / "threshold_expected.csv").set_index("item")["value"]
    one = threshold_regression(data["y"], data["x"], data["q"], data["id"], data["z"], 1, draws=0)
    robust = threshold_regression(data["y"], data["x"], data["q"], data["id"], data["z"], 1, draws=0, robust=True)
    assert_allclose(one.thresholds, expected["gamma single"])
    assert_allclose(one.intervals[0], expected[["gamma single 95% low", "gamma single 95% high"]])
    homoskedastic = [f"single se homoskedastic (SSR/(n(T-1))) {k}" for k in ("x|q<=g", "x|q>g", "z")]
    white = [f"single se White HC0 {k}" for k in ("x|q<=g", "x|q>g", "z")]
    assert_allclose([*one.coefficients_se[:, 0], *one.controls_se], expected[homoskedastic], rtol=1e-8)
    assert_allclose([*robust.coefficients_se[:, 0], *robust.controls_se], expected[white], rtol=1e-8)
    assert list(one.counts) == [expected["single obs in regime 1"], expected["single obs in regime 2"]]
    two = threshold_regression(data["y"], data["x"], data["q"], data["id"], data["z"], 2, draws=200)
    assert_allclose(two.thresholds, expected[["gamma low (double)", "gamma high (double)"]])
    assert_allclose(two.tests[1].f, expected["F2 (single vs double)"], rtol=1e-9)
    assert two.tests[1].p > 0.05  # 6.8 is far below the bootstrap's 10 % value; the planted model has one threshold
    profile = pd.read_csv(DATA / "set_b" / "threshold_profile.csv")
    values, ratio = one.profile[0]
    assert_allclose(values, profile["gamma"])
    assert_allclose(ratio, profile["LR"], rtol=1e-6, atol=1e-6)


def growth() -> pd.DataFrame:
    data = pd.read_csv(DATA / "set_b" / "convergence_panel.csv")
    data["ly"] = np.log(data["gdppc"])
    data["g"] = data.groupby("id")["ly"].shift(-1) - data["ly"]
    return data.dropna()


@pytest.mark.parametrize("tau", [0.1, 0.25, 0.5, 0.75, 0.9])
def test_quantile_regression_matches_quantreg(tau: float) -> None:
    data, expected = growth(), pd.read_csv(DATA / "set_b" / "quantile_regression.csv")
    rows = expected[expected["tau"] == tau]
    nid = quantile_regression(data["g"], data[["ly", "invest", "school"]], tau)
    iid = quantile_regression(data["g"], data[["ly", "invest", "school"]], tau, errors="iid")
    assert_allclose(nid.params, rows["estimate"], rtol=1e-8)
    assert_allclose(nid.objective, rows["objective"].iloc[0], rtol=1e-9)
    assert_allclose(nid.se, rows["se_nid"], rtol=1e-7)
    assert_allclose(iid.se, rows["se_iid"], rtol=1e-8)


def test_canay_recovers_a_planted_slope_that_pooling_misses() -> None:
    rng = np.random.default_rng(2)
    units = np.repeat(np.arange(60), 30)
    effect = rng.normal(0, 3, 60)[units]
    x = effect + rng.normal(size=units.size)
    y = effect + 0.5 * x + rng.normal(size=units.size)
    assert abs(quantile_regression(y, x, 0.5, units, "unit").params[1] - 0.5) < 0.08
    assert abs(quantile_regression(y, x, 0.5).params[1] - 0.5) > 0.5


def test_bad_input_gets_a_sentence() -> None:
    with pytest.raises(DataError, match="分位点"):
        quantile_regression([1.0, 2, 3], [1.0, 2, 4], 1.5)
    with pytest.raises(DataError, match="trim"):
        threshold_regression(np.arange(8.0), np.arange(8.0) ** 2, np.zeros(8), [1, 1, 2, 2, 3, 3, 4, 4])


def test_quantile_regression_knows_no_units() -> None:
    """Yuan, years and shares side by side: coefficients and errors scale as the variables do."""
    rng = np.random.default_rng(8)
    x = np.column_stack([2010 + np.tile(np.arange(12.0), 30), rng.lognormal(0, 1, 360)])
    y = 0.1 + 0.02 * (x[:, 0] - 2010) + 0.3 * x[:, 1] + rng.standard_t(3, 360) * (1 + x[:, 1])
    for errors in ("nid", "iid"):
        for tau in (0.1, 0.5, 0.9):
            base = quantile_regression(y, x, tau, errors=errors)
            moved = quantile_regression(1e12 * y, x * [1, 1e-7] - [2010, 0], tau, errors=errors)
            assert_allclose(moved.params[1:], base.params[1:] * [1e12, 1e19], rtol=1e-7)
            assert_allclose(moved.se[1:], base.se[1:] * [1e12, 1e19], rtol=1e-5)
            assert_allclose(moved.params[0], 1e12 * (base.params[0] + 2010 * base.params[1]), rtol=1e-6)
            assert_allclose(moved.objective, 1e12 * base.objective, rtol=1e-9)


def test_thresholds_know_no_units() -> None:
    data = pd.read_csv(DATA / "threshold_panel.csv")
    base = threshold_regression(data["y"], data["x"], data["q"], data["id"], data["z"], 2, draws=0)
    moved = threshold_regression(
        data["y"], 1e9 * data["x"], data["q"] / 7, data["id"], 1e-6 * data["z"], 2, draws=0, robust=False
    )
    assert_allclose(moved.thresholds, base.thresholds / 7)
    assert_allclose(moved.coefficients * 1e9, base.coefficients, rtol=1e-8)
    assert_allclose(moved.controls_se * 1e-6, base.controls_se, rtol=1e-8)


R = np.random.default_rng(3)
Y, X, UNIT = R.normal(size=60), R.normal(size=(60, 2)), np.repeat(np.arange(10), 6)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: quantile_regression(Y, X, 0.005), "too few different values around the quantile 0.005"),
        (lambda: quantile_regression(np.tile([0, 1, 2], 20), UNIT % 2, 0.9, errors="iid"), "too few different values"),
        (lambda: quantile_regression(np.ones(60), X), "y does not vary"),
        (lambda: quantile_regression(Y[:3], X[:3]), "3 observations for 3 coefficients"),
        (lambda: quantile_regression(Y, X, 0.5, np.where(UNIT == 2, np.nan, UNIT), "unit"), "units has no label at 12"),
        (lambda: threshold_regression(Y, X, Y, np.arange(60)), "every unit has one period"),
        (lambda: threshold_regression(Y, X, Y, UNIT, trim=0.7), "trim must lie between 0 and 0.5"),
        (lambda: threshold_regression(Y, X, Y, UNIT, level=95), "level between 0 and 1"),
        (lambda: threshold_regression(Y, X, Y, UNIT, thresholds=4), "1 to 3 thresholds, not 4"),
        (lambda: threshold_regression(Y, np.column_stack([X, X[:, 0]]), Y, UNIT, draws=0), "are collinear"),
        (lambda: threshold_regression(Y, X, Y, [None, *UNIT[1:]]), "units has no label at 0"),
    ],
)
def test_one_sentence(call: Callable[[], object], sentence: str) -> None:
    with pytest.raises(XinzhiError) as refused:
        call()
    assert sentence in refused.value.say("en")


def test_three_thresholds_by_brute_force_with_dummies() -> None:
    """Each stage of Hansen's search against least squares with explicit unit dummies at every candidate."""
    rng = np.random.default_rng(12)
    units, q = np.repeat(np.arange(15), 10), rng.normal(size=150)
    x, z = rng.normal(size=150), rng.normal(size=150)
    y = (np.searchsorted([-0.6, 0.1, 0.9], q) * 1.5 - 1) * x + 0.5 * z + units / 5 + rng.normal(0, 0.4, 150)
    dummies = np.equal.outer(units, np.arange(15)).astype(float)

    def ssr(gammas: list[float]) -> float:
        regime = np.searchsorted(np.sort(gammas), q, side="left")
        design = np.column_stack([dummies, z, *(x * (regime == r) for r in range(len(gammas) + 1))])
        rest = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
        return float(rest @ rest) if np.bincount(regime, minlength=len(gammas) + 1).min() >= 15 else np.inf

    def best(given: list[float]) -> float:
        return float(min((float(g) for g in np.unique(q)), key=lambda g: ssr([*given, g])))

    found: list[float] = []
    f = []
    for count in (1, 2, 3):
        added = best(found)
        before, after = ssr(found) if found else ssr([]), ssr([*found, added])
        f.append((before - after) / (after / (150 - 15)))
        found.append(added)
        for k in range(count - 1):
            found[k] = best(found[:k] + found[k + 1 :])
    got = threshold_regression(y, x, q, units, z, 3, trim=0.1, draws=0)
    assert_allclose(got.thresholds, sorted(found))
    assert_allclose(got.ssr, ssr(found), rtol=1e-9)
    assert_allclose([test.f for test in got.tests], f, rtol=1e-8)
    assert_allclose(got.thresholds, [-0.6, 0.1, 0.9], atol=0.2)
