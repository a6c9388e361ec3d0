"""What must hold of stochastic frontiers, of the translog function and of productivity growth taken from them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import truncnorm

from xinzhi.base.errors import DataError, UsageError
from xinzhi.productivity import stochastic_frontier, tfp_decomposition, translog
from xinzhi.productivity.stochastic.density import mills
from xinzhi.productivity.stochastic.likelihood import OneError
from xinzhi.productivity.stochastic.sample import orthogonal
from xinzhi.productivity.stochastic.true import FixedEffects, RandomEffects, halton_normal

few = settings(max_examples=15, deadline=None)
seeds = st.integers(0, 2**32 - 1)
UNITS, PERIODS = 80, 10
UNIT, YEAR = np.repeat(np.arange(UNITS), PERIODS), np.tile(np.arange(2001, 2001 + PERIODS), UNITS)
SIZE = UNITS * PERIODS


def planted(model: str, distribution: str, cost: bool = False) -> tuple[dict[str, object], dict[str, float]]:
    """Data with known parameters, and the parameters."""
    rng = np.random.default_rng(20)
    X = rng.normal(size=(SIZE, 2))
    truth = {"x1": 0.4, "x2": 0.6}
    mean, count = np.zeros(SIZE), SIZE
    z = rng.normal(size=SIZE)
    if model == "bc95":
        mean, truth = 0.3 + 0.5 * z, truth | {"z_intercept": 0.3, "z1": 0.5}
    if model == "bc92":
        count = UNITS
    u = np.abs(rng.normal(size=count)) * 0.5
    if distribution == "exponential":
        u = rng.exponential(0.5, count)
    if model == "bc95":
        u = truncnorm.rvs(-mean / 0.5, np.inf, loc=mean, scale=0.5, random_state=rng)
    if model == "bc92":
        u, truth = u[UNIT] * np.exp(-0.1 * (YEAR - YEAR.max())), truth | {"eta": 0.1}
    effect = 0.5 * rng.normal(size=UNITS)[UNIT]
    if model == "tfe":
        X = X + effect[:, None]
    if model == "tre":
        truth = truth | {"sigma_w": 0.5}
    noise = 0.5 if model == "tfe" else 0.2
    y = 1 + X @ [0.4, 0.6] + noise * rng.normal(size=SIZE) + (u if cost else -u)
    y = y + (effect if model in ("tfe", "tre") else 0.0)
    # with a fixed effect for ten periods the variances are biased, so only the slopes are planted there
    truth = truth if model == "tfe" else truth | {"intercept": 1.0, "sigma2": 0.29, "gamma": 0.25 / 0.29}
    call: dict[str, object] = {"y": y, "X": X, "units": UNIT, "periods": YEAR, "model": model, "cost": cost}
    if model == "tre":
        call["draws"] = 32
    if model == "bc95":
        call["effects"] = z
    else:
        call["distribution"] = distribution
    return call, truth


CASES = [
    ("cross-section", "half-normal", False),
    ("cross-section", "half-normal", True),
    ("cross-section", "exponential", False),
    ("bc92", "half-normal", False),
    ("bc92", "exponential", True),
    ("bc95", "truncated", False),
    ("tfe", "half-normal", False),
    ("tre", "half-normal", False),
    ("tre", "exponential", False),
]


@pytest.mark.parametrize(("model", "distribution", "cost"), CASES)
def test_planted_parameters_are_found(model: str, distribution: str, cost: bool) -> None:
    call, truth = planted(model, distribution, cost)
    got = stochastic_frontier(**call)
    assert got.status == "converged"
    assert got.lr.p < 0.01
    for name, value in truth.items():
        at = got.names.index(name)
        assert abs(got.params[at] - value) < 3.5 * got.se[at], name
    assert ((got.efficiency_low <= got.efficiency) & (got.efficiency <= got.efficiency_high)).all()
    assert (got.jlms <= got.efficiency).all()  # Jensen: exp of a mean is less than the mean of exp


def test_intervals_cover_what_they_promise() -> None:
    """With parameters estimated on 4 000 observations, 90 % bounds hold the true efficiency of about 90 %."""
    rng = np.random.default_rng(8)
    X, u = rng.normal(size=(4000, 1)), np.abs(rng.normal(size=4000)) * 0.5
    got = stochastic_frontier(1 + X[:, 0] + 0.2 * rng.normal(size=4000) - u, X, level=0.9)
    held = (got.efficiency_low <= np.exp(-u)) & (np.exp(-u) <= got.efficiency_high)
    assert held.mean() == pytest.approx(0.9, abs=0.02)


@few
@given(seeds, st.sampled_from(["half-normal", "truncated", "exponential"]), st.sampled_from([1.0, -1.0]))
def test_gradients_are_derivatives(seed: int, distribution: str, sign: float) -> None:
    rng = np.random.default_rng(seed)
    unit, first = np.repeat(np.arange(5), 4), np.arange(0, 20, 4)
    X, y = rng.normal(size=(20, 2)), rng.normal(size=20)
    truncated, exponential = distribution == "truncated", distribution == "exponential"
    Z = np.ones((5, int(truncated)))
    one = OneError(y, X, unit, Z, np.tile(np.arange(-3.0, 1.0), 5), exponential, sign)
    fixed = FixedEffects(y, X, unit, first, truncated, exponential, sign)
    normal = halton_normal(5, 16, 1)
    random = RandomEffects(y, X, unit, first, truncated, exponential, sign, normal, np.zeros((5, 16)))
    random = random.recentred(normal, rng.normal(size=5), rng.random(5) + 0.5)
    core = 0.5 * rng.normal(size=4 + int(truncated))
    cases = [(one, [*core, 0.1]), (fixed, core), (random, [*core, 0.7])]
    if distribution == "half-normal":
        cases.append((random.without_inefficiency, [*core[:3], 0.7]))
    for likelihood, theta in cases:
        theta = np.asarray(theta, dtype=float)
        step = 1e-6 * np.eye(theta.size)
        numeric = [(likelihood(theta + h)[0] - likelihood(theta - h)[0]) / 2e-6 for h in step]
        assert_allclose(likelihood(theta)[1], numeric, rtol=1e-4, atol=1e-5)


def test_mills_far_out() -> None:
    """ln Φ(a) + a²/2 and its slope, where a naive formula loses every digit."""
    a = np.array([-1e8, -1e4, -999.9, -1000.1, -30.0, 0.0, 30.0, 35.9, 36.1, 1e3])
    value, slope = mills(a)
    assert_allclose(value[:2], -np.log(-a[:2]) - 0.5 * np.log(2 * np.pi), rtol=1e-7)
    assert_allclose(value[-3:], a[-3:] ** 2 / 2, rtol=1e-12)
    assert_allclose(slope[:5], -1 / a[:5], rtol=3e-3)
    assert_allclose(slope[2:4], [1 / 999.9, 1 / 1000.1], rtol=3e-6)
    assert_allclose(slope[5], np.sqrt(2 / np.pi))
    assert_allclose(slope[6:], a[6:], rtol=1e-12)


@pytest.mark.parametrize("model", ["bc92", "bc95", "cross-section", "tfe", "tre"])
@pytest.mark.parametrize("factor", [1e-4, 1e5])
def test_units_of_measurement_and_order_do_not_matter(factor: float, model: str) -> None:
    call, _ = planted(model, "half-normal")
    rng = np.random.default_rng(1)
    keep = UNIT < 30
    call = {k: v[keep] if isinstance(v, np.ndarray) else v for k, v in call.items()}
    base = stochastic_frontier(**call)
    order = rng.permutation(int(keep.sum()))
    mixed = {k: v[order] if isinstance(v, np.ndarray) else v for k, v in call.items()}
    mixed["X"] = mixed["X"] * factor
    if model != "tfe":
        mixed["y"] = mixed["y"] + 3.0
    got = stochastic_frontier(**mixed)
    assert_allclose(got.efficiency, base.efficiency[order], atol=1e-7)
    assert got.loglik == pytest.approx(base.loglik, abs=1e-7)
    assert_allclose([got["x1"] * factor, got["x2"] * factor], [base["x1"], base["x2"]], atol=1e-7)


def test_true_fixed_effects_are_dummies() -> None:
    call, _ = planted("tfe", "half-normal")
    keep = UNIT < 15
    y, X, unit = call["y"][keep], call["X"][keep], UNIT[keep]
    got = stochastic_frontier(y, X, unit, YEAR[keep], model="tfe")
    dummies = stochastic_frontier(y, np.column_stack([X, np.eye(15)[unit]]), intercept=False)
    at = [0, 1, 17, 18]
    assert_allclose(got.params, dummies.params[at], atol=1e-8)
    assert_allclose(got.se, dummies.se[at], atol=1e-6)
    assert_allclose(got.unit_effects, dummies.params[2:17], atol=1e-8)
    assert_allclose(got.efficiency, dummies.efficiency, atol=1e-8)
    assert "incidental" in got.notes[0].en


def test_an_optimum_inside_goes_before_a_higher_edge() -> None:
    """True fixed effects of few periods: noise vanishes on an edge that is more likely, and a search may end there."""
    rng = np.random.default_rng(6)
    unit, year = np.repeat(np.arange(15), 6), np.tile(np.arange(6), 15)
    X, effect = rng.normal(size=(90, 2)), rng.normal(size=15)
    rng.normal(size=360)
    y = X @ [0.4, 0.6] + effect[unit] + 0.25 * rng.normal(size=90) + 0.6 * np.abs(rng.normal(size=90))
    got = stochastic_frontier(y, X, unit, year, model="tfe", cost=True)
    assert got.status == "converged"
    assert any("on the edge without noise" in n.en for n in got.notes)


def test_arrays_by_period_and_unit_are_the_same_panel() -> None:
    call, _ = planted("bc92", "half-normal")
    long = stochastic_frontier(**call)
    y, X = call["y"].reshape(UNITS, PERIODS).T, call["X"].reshape(UNITS, PERIODS, 2).transpose(1, 0, 2)
    wide = stochastic_frontier(y, X, periods=np.arange(2001, 2001 + PERIODS), model="bc92")
    assert_allclose(wide.params, long.params, atol=1e-8)
    assert_allclose(wide.efficiency, long.efficiency.reshape(UNITS, PERIODS).T, atol=1e-8)


@pytest.mark.parametrize("distribution", ["half-normal", "truncated", "exponential"])
def test_wrong_skewness_is_said(distribution: str) -> None:
    """Waldman (1982): with the wrong skewness least squares is the maximum, and that is what comes back."""
    rng = np.random.default_rng(3)
    X = rng.normal(size=(200, 1))
    y = X[:, 0] + 0.2 * rng.normal(size=200) + np.abs(rng.normal(size=200))
    got = stochastic_frontier(y, X, distribution=distribution)
    assert got.status == "no inefficiency"
    assert got.skewness > 0
    assert "the wrong way for a production frontier" in got.notes[0].en
    assert "γ = 0" in got.notes[1].en
    assert (got.efficiency == 1).all()
    assert got.gamma == 0 and got.lr.p == 1 and got.loglik == got.ols_loglik
    assert_allclose(got.params[:2], got.ols_params)


def test_estimates_print_with_what_must_be_known() -> None:
    rng = np.random.default_rng(3)
    X = rng.normal(size=(200, 1))
    got = stochastic_frontier(X[:, 0] + 0.2 * rng.normal(size=200) + np.abs(rng.normal(size=200)), X, names=["labour"])
    table = got.table()
    rows = list(table.rows("en"))
    assert [r[0] for r in rows] == ["intercept", "labour", "sigma2", "gamma"]
    assert rows[3][1:] == ["0.0000", "—", "—"]
    for lang in ("zh", "en"):
        assert got.notes[1].say(lang)[1:] in table.note.say(lang)


def test_columns_of_frames_name_the_parameters() -> None:
    call, _ = planted("bc95", "truncated")
    base = stochastic_frontier(**call)
    call |= {
        "X": pd.DataFrame(call["X"], columns=["capital", "labour"]),
        "effects": pd.DataFrame({"school": call["effects"]}),
    }
    got = stochastic_frontier(**call)
    assert got.names == ("intercept", "capital", "labour", "z_intercept", "z_school", "sigma2", "gamma")
    assert (got.params == base.params).all()
    assert got.sigma_u**2 + got.sigma_v**2 == pytest.approx(got["sigma2"])


def test_constant_columns_stand_for_intercepts() -> None:
    call, _ = planted("bc95", "truncated")
    base = stochastic_frontier(**call)
    one = np.ones((SIZE, 1))
    call |= {"X": np.hstack([one, call["X"]]), "effects": np.column_stack([one, call["effects"]])}
    got = stochastic_frontier(**call)
    assert_allclose(got.params, base.params, atol=1e-8)
    assert got.names == ("x1", "x2", "x3", "z1", "z2", "sigma2", "gamma")


def test_no_noise_and_the_exponential_limit_are_said() -> None:
    rng = np.random.default_rng(3)
    X = rng.normal(size=(200, 1))
    u = np.abs(rng.normal(size=200))
    assert stochastic_frontier(X[:, 0] - u, X).status == "no noise"
    y = X[:, 0] + 0.2 * rng.normal(size=200) - rng.gamma(0.3, 2.0, size=200)
    limit = stochastic_frontier(y, X, distribution="truncated")
    assert limit.status == "exponential limit"
    assert limit.loglik == pytest.approx(stochastic_frontier(y, X, distribution="exponential").loglik, abs=1e-2)
    assert any("exponential" in n.en for n in limit.notes)


def limits() -> dict[str, object]:
    """Data in which the likelihood has no maximum inside, by what is said of them."""
    rng = np.random.default_rng(3)
    X, z = rng.normal(size=(200, 1)), rng.normal(size=200)
    noise, some = 0.2 * rng.normal(size=200), (z > 0).astype(float)
    unit, year = np.repeat(np.arange(40), 5), np.tile(np.arange(5.0), 40)
    shaken = 0.3 * rng.exponential(size=200)  # the wrong skewness in one group
    bc95 = {"X": X, "model": "bc95"}
    ridge = {"X": X, "units": unit, "periods": year, "model": "bc92", "distribution": "truncated"}
    return {
        "effects far above zero": ("normal limit", bc95 | {"y": X[:, 0] - 3 - 0.5 * z + noise, "effects": z}),
        "a trend of all units": ("normal limit", ridge | {"y": X[:, 0] + 0.5 * z[unit] + 0.1 * year + noise}),
        "nothing but effects": ("no spread", bc95 | {"y": X[:, 0] - np.maximum(z, 0) + noise, "effects": z}),
        "none in one group": (
            "separation",
            bc95 | {"y": X[:, 0] + noise - some * np.abs(rng.normal(size=200)) + (1 - some) * shaken, "effects": some},
        ),
    }


@pytest.mark.parametrize("case", limits())
def test_likelihoods_without_a_maximum_are_said(case: str) -> None:
    expected, call = limits()[case]
    got = stochastic_frontier(**call)
    assert got.status == expected
    assert np.isnan(got.se).all()
    assert got.loglik > got.ols_loglik - 1e-6
    assert any(
        "tell" in n.en or "told" in n.en or "variance of its own" in n.en or "runs to minus" in n.en for n in got.notes
    )
    if expected == "separation":
        assert got.efficiency[call["effects"] == 0].min() > 0.999


def test_more_effects_are_not_less_likely() -> None:
    """With δ = 0 the 1995 model is half-normal, so what its search finds must be at least as likely."""
    for seed in range(0, 30, 5):
        rng = np.random.default_rng(seed)
        X, z = rng.normal(size=(60, 2)), rng.normal(size=(60, 2))
        noise, spread = rng.uniform(0.1, 0.6), rng.uniform(0.2, 0.8)
        mean = 0.5 * (rng.normal() + z @ rng.normal(size=2))
        u = truncnorm.rvs(-mean / spread, np.inf, loc=mean, scale=spread, random_state=rng)
        y = 1 + X @ [0.4, 0.5] + noise * rng.normal(size=60) + u
        plain = stochastic_frontier(y, X, cost=True)
        got = stochastic_frontier(y, X, effects=z, model="bc95", cost=True)
        if plain.status == "converged":
            assert got.loglik > plain.loglik - 1e-6, seed


def test_same_seed_same_bits() -> None:
    call, _ = planted("tre", "exponential")
    keep = UNIT < 20
    call = {k: v[keep] if isinstance(v, np.ndarray) else v for k, v in call.items()}
    first, again, other = (stochastic_frontier(**call, seed=s) for s in (1, 1, 2))
    assert (first.params == again.params).all() and (first.efficiency == again.efficiency).all()
    assert_allclose(first.params, other.params, rtol=0.02)


Y, X2 = np.arange(8.0) ** 1.5, np.column_stack([np.arange(8.0), np.cos(np.arange(8.0))])


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: stochastic_frontier(Y, X2, distribution="gamma"), UsageError, "gamma"),
        (lambda: stochastic_frontier(Y, X2, model="bc93"), UsageError, "bc92"),
        (lambda: stochastic_frontier(Y, X2, model="tre"), UsageError, "needs units"),
        (lambda: stochastic_frontier(Y, X2, model="bc95"), UsageError, "effects belong"),
        (lambda: stochastic_frontier(Y, X2, effects=Y), UsageError, "effects belong"),
        (lambda: stochastic_frontier(Y, X2, level=95), UsageError, "between 0 and 1"),
        (lambda: stochastic_frontier(Y, X2, names=["k"]), UsageError, "1 names for 2 columns"),
        (lambda: stochastic_frontier(Y, np.column_stack([X2, X2[:, 0]])), DataError, "“x3” of X is determined"),
        (lambda: stochastic_frontier(Y[:3], X2[:3]), DataError, "too few"),
        (lambda: stochastic_frontier(np.where(Y == 0, -np.inf, Y), X2), DataError, "logarithm of zero"),
        (lambda: stochastic_frontier(Y, np.where(X2 == 3, -np.inf, X2)), DataError, "at (3, 0), the logarithm of zero"),
        (lambda: stochastic_frontier(Y, X2, [0] * 8, np.arange(8), model="tre"), DataError, "one unit"),
        (lambda: stochastic_frontier(Y, X2, [0, None] * 4, np.arange(8), model="bc92"), DataError, "no label at 1"),
        (lambda: stochastic_frontier(Y, X2, [0, 1] * 4, ["a", None] * 4, model="bc92"), DataError, "no label at 1"),
        (lambda: stochastic_frontier(np.where(Y == 1, np.nan, Y), X2), DataError, "missing at 1"),
        (lambda: stochastic_frontier(Y, X2[:5]), DataError, "has length 5, expected 8"),
        (lambda: stochastic_frontier(2 + X2 @ [1, 2], X2), DataError, "no residual"),
        (
            lambda: stochastic_frontier(Y, X2, units=[0] * 8, periods=[1, 1, *range(6)], model="bc92"),
            DataError,
            "more than one observation in period 1",
        ),
        (lambda: stochastic_frontier(Y, X2, units=[0] * 7 + ["9"], model="tfe"), DataError, "has one observation"),
        (lambda: stochastic_frontier(Y, X2)["labour"], UsageError, "labour"),
        (lambda: translog([[1.0, 0.0]]), DataError, "positive everywhere"),
        (lambda: translog([[1.0, 2.0]]).elasticities([1.0]), DataError, "needs 5"),
        (lambda: tfp_decomposition(np.ones((1, 2, 1)), [1.0], 0.0, np.ones((1, 2))), DataError, "one period only"),
        (lambda: tfp_decomposition(np.ones((2, 2, 1)), [-1.0], 0.0, np.ones((2, 2))), DataError, "monotonicity"),
        (lambda: tfp_decomposition(np.ones((2, 2, 1)), [1.0], 0.0, 2 * np.ones((2, 2))), DataError, "between 0 and 1"),
        (
            lambda: tfp_decomposition(np.ones((2, 2, 1)), [1.0], 0.0, np.ones((2, 2)), times=[2, 1]),
            DataError,
            "increase",
        ),
    ],
)
def test_bad_input_is_one_sentence(call, error, words) -> None:
    with pytest.raises(error) as caught:
        call()
    assert words in caught.value.text.en


@few
@given(seeds)
def test_translog_elasticities_are_derivatives(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, t, params = rng.lognormal(size=(6, 3)), rng.integers(1, 9, size=6).astype(float), 0.3 * rng.normal(size=14)
    form = translog(x, time=t)
    assert form.design.shape == (6, len(form.names)) == (6, 14)
    for j in range(3):
        more, less = (x * np.exp(h * np.eye(3)[j]) for h in (1e-5, -1e-5))
        numeric = (translog(more, time=t).design - translog(less, time=t).design) @ params / 2e-5
        assert_allclose(form.elasticities(params)[:, j], numeric, rtol=1e-6, atol=1e-8)
    numeric = (translog(x, time=t + 1e-5).design - translog(x, time=t - 1e-5).design) @ params / 2e-5
    assert_allclose(form.technical_change([9.9, *params]), numeric, rtol=1e-6, atol=1e-8)
    assert_allclose(form.returns_to_scale(params), form.elasticities(params).sum(axis=1))


@few
@given(seeds)
def test_curvature_is_that_of_the_function(seed: int) -> None:
    """Against the Hessian in levels: concave by its eigenvalues, quasi-concave along directions of the isoquant."""
    rng = np.random.default_rng(seed)
    x, params = rng.lognormal(size=(5, 3)), np.concatenate([rng.random(3), 0.2 * rng.normal(size=6)])
    form = translog(x)
    got, e = form.conditions(params), form.elasticities(params)
    second = np.diag(params[3:6])
    second[np.triu_indices(3, 1)] = params[6:]
    second = np.triu(second) + np.triu(second, 1).T
    for i in range(5):
        f = np.exp(form.design[i] @ params)
        hessian = f * (second + np.outer(e[i], e[i]) - np.diag(e[i])) / np.outer(x[i], x[i])
        assert got.concave[i] == (np.linalg.eigvalsh(x[i][:, None] * hessian * x[i] / f).max() <= 1e-9)
        isoquant = np.linalg.svd((f * e[i] / x[i])[None])[2][1:]
        assert got.quasi_concave[i] == (np.linalg.eigvalsh(isoquant @ hessian @ isoquant.T).max() <= 1e-9)
    assert (got.monotone == (e >= -1e-9)).all()


def test_cobb_douglas_is_well_behaved() -> None:
    form = translog(np.random.default_rng(1).lognormal(size=(10, 2)))
    falling = form.conditions([0.4, 0.5, 0, 0, 0])
    rising = form.conditions([0.7, 0.8, 0, 0, 0])
    assert falling.share == {"monotone": 1.0, "quasi_concave": 1.0, "concave": 1.0}
    assert rising.share == {"monotone": 1.0, "quasi_concave": 1.0, "concave": 0.0}


@few
@given(seeds)
def test_productivity_growth_is_output_less_inputs(seed: int) -> None:
    """Without noise a Cobb–Douglas frontier gives ln y = a t + Σ e ln x + ln TE; growth less cost-weighted inputs is the sum."""
    rng = np.random.default_rng(seed)
    x, te, e = rng.lognormal(size=(5, 4, 2)), rng.random((5, 4)) * 0.9 + 0.1, rng.random(2) + 0.1
    years = np.array([2000.0, 2001.0, 2003.0, 2004.0, 2008.0])
    log_y = 0.02 * years[:, None] + np.log(x) @ e + np.log(te)
    costs = rng.random((5, 4, 2))
    got = tfp_decomposition(x, e, 0.02, te, costs, years)
    share = costs / costs.sum(axis=2, keepdims=True)
    inputs = (0.5 * (share[1:] + share[:-1]) * np.diff(np.log(x), axis=0)).sum(axis=2)
    assert_allclose(got.total, np.diff(log_y, axis=0) - inputs, atol=1e-12)
    without = tfp_decomposition(x, e, 0.02, te, times=years)
    assert np.isnan(without.allocation).all() and without.notes
    assert_allclose(without.total + got.allocation, got.total, atol=1e-12)
    assert_allclose(np.diff(np.log(got.level), axis=0), got.total, atol=1e-12)


def test_orthogonal_columns_rebuild_the_design() -> None:
    design = np.random.default_rng(2).normal(size=(30, 3))
    U, A = orthogonal(design)
    assert_allclose(U @ A, design)
    assert_allclose(U.T @ U, 30 * np.eye(3), atol=1e-10)
