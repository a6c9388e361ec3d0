"""Frontier inference against closed forms, worked examples, other solvers and Monte Carlo truth."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
import pytest
from scipy.optimize import linprog, minimize
from scipy.stats import kstest, truncnorm

from xinzhi.productivity import (
    closest_targets,
    dea_bootstrap,
    double_bootstrap,
    order_alpha,
    order_m,
    outliers,
    radial,
    truncated_regression,
)
from xinzhi.productivity.inference.blocks import BLOCK
from xinzhi.productivity.inference.smooth import bandwidth, smoothed
from xinzhi.productivity.inference.solve import distances
from xinzhi.productivity.inference.truncated import draws_above, fit


def line(seed: int, n: int, truth: bool = False) -> tuple[np.ndarray, ...]:
    """One input, one output, a frontier y = x and distances 1 + exponential."""
    rng = np.random.default_rng(seed)
    x, d = rng.uniform(1, 9, size=(n, 1)), 1 + rng.exponential(0.3, size=n)
    return (x, x / d[:, None], d) if truth else (x, x / d[:, None])


@pytest.mark.parametrize("centre", ["frontier", "mean"])
@pytest.mark.parametrize("side", ["input", "output"])
def test_bootstrap_of_a_ray_in_closed_form(side, centre):
    """With one input, one output and constant returns the frontier of a draw is its unit with the least distance."""
    x, y = line(1, 30)
    got = dea_bootstrap(x, y, "crs", side, draws=BLOCK, seed=7, bandwidth=0.15, centre=centre)
    delta = 1 / radial(x, y, "crs", side).efficiency
    stream = np.random.default_rng(np.random.SeedSequence(7, spawn_key=(0,)))
    least = smoothed(delta, 0.15, stream, BLOCK, centre).min(axis=1, keepdims=True)
    np.testing.assert_allclose(got.draws, delta / least, rtol=1e-12)
    bias = got.draws.mean(axis=0) - delta
    np.testing.assert_allclose(got.corrected, 1 / (delta - bias), rtol=1e-12)
    lower, upper = np.quantile(got.draws, [0.025, 0.975], axis=0)
    np.testing.assert_allclose(got.low, 1 / (2 * delta - lower), rtol=1e-12)
    np.testing.assert_allclose(got.high, 1 / (2 * delta - upper), rtol=1e-12)
    np.testing.assert_array_equal(got.advised, bias**2 > 3 * got.draws.var(axis=0, ddof=1))


def test_subsampling_of_a_ray_in_closed_form():
    """The expected reciprocal of the least of m distances drawn without replacement, rescaled by (m/n)^1."""
    x, y = line(2, 24)
    m, n = 8, 24
    got = dea_bootstrap(x, y, "crs", draws=4000, method="subsample", size=m)
    delta = 1 / radial(x, y).efficiency
    chance = np.array([comb(n - k, m - 1) / comb(n, m) for k in range(1, n + 1)])
    expected = delta * (1 + m / n * (chance @ (1 / np.sort(delta)) - 1))
    error = got.draws.std(axis=0) / np.sqrt(4000)
    assert (np.abs(got.draws.mean(axis=0) - expected) < 4.5 * error + 1e-12).all()


@pytest.mark.parametrize("rts", ["crs", "vrs", "drs", "irs"])
@pytest.mark.parametrize("side", ["input", "output"])
def test_draws_solve_their_programs(rts, side):
    """scipy's linprog on some programs of two draws, with infeasible ones among them."""
    rng = np.random.default_rng(3)
    x, y = rng.lognormal(size=(9, 2)), rng.lognormal(size=(9, 2))
    ref_x, ref_y = rng.lognormal(size=(2, 7, 2)), rng.lognormal(size=(2, 7, 2))
    got = distances(x, y, ref_x, ref_y, rts, side)
    for d in range(2):
        for k in range(9):
            upper = np.vstack([np.c_[ref_x[d].T, np.zeros(2)], np.c_[-ref_y[d].T, np.zeros(2)]])
            limit = np.r_[x[k], -y[k]]
            if side == "input":
                upper[:2, -1], limit[:2] = -x[k], 0.0
            else:
                upper[2:, -1], limit[2:] = y[k], 0.0
            total, equal = np.r_[np.ones(7), 0.0][None], {}
            if rts == "vrs":
                equal = {"A_eq": total, "b_eq": [1.0]}
            elif rts != "crs":
                sign = 1.0 if rts == "drs" else -1.0
                upper, limit = np.vstack([upper, sign * total]), np.r_[limit, sign]
            cost = np.r_[np.zeros(7), 1.0 if side == "input" else -1.0]
            found = linprog(cost, A_ub=upper, b_ub=limit, **equal)
            if found.status == 0:
                expected = 1 / found.fun if side == "input" else -found.fun
                np.testing.assert_allclose(got[d, k], expected, rtol=1e-8)
            else:
                assert np.isnan(got[d, k])


def test_intervals_cover_the_truth():
    """40 samples of 50 units on a ray: 95 % intervals hold at least 85 % of the truths; correction halves the bias."""
    inside, corrected, raw = [], [], []
    for seed in range(40):
        x, y, d = line(seed, 50, truth=True)
        got = dea_bootstrap(x, y, draws=100, seed=seed)
        inside.append(((got.low <= 1 / d) & (1 / d <= got.high)).mean())
        corrected.append((got.corrected - 1 / d).mean())
        raw.append((got.efficiency - 1 / d).mean())
    assert 0.85 <= np.mean(inside) <= 1.0
    assert min(raw) > 0 and abs(np.mean(corrected)) < 0.5 * np.mean(raw)


def test_cross_validated_bandwidth_minimises_the_integrated_error():
    delta = 1 + np.random.default_rng(4).exponential(0.3, size=30)
    off = delta[delta > 1]
    both = np.r_[off, 2 - off]
    back = (both.size / 30) ** 0.2 * delta.std(ddof=1) / both.std(ddof=1)
    grid = np.linspace(-3, 5, 16001)

    def error(h: float) -> float:
        kernel = np.exp(-0.5 * ((grid[:, None] - both) / h) ** 2).sum(axis=1) / (np.sqrt(2 * np.pi) * h * both.size)
        gap = np.exp(-0.5 * ((both[:, None] - both) / h) ** 2) / (np.sqrt(2 * np.pi) * h)
        left_out = (gap.sum(axis=1) - np.diag(gap)) / (both.size - 1)
        return float(np.trapezoid(kernel**2, grid) - 2 * left_out.mean())

    h = bandwidth(delta, "cross-validation") / back
    assert all(error(h) <= error(h * factor) + 1e-9 for factor in (0.8, 0.95, 1.05, 1.2))


def test_order_m_by_hand():
    """Three units with the same output: θ of the third against one and two draws."""
    x, y = [[1.0], [2.0], [3.0]], [[1.0], [1.0], [1.0]]
    np.testing.assert_allclose(order_m(x, y, 1).efficiency, [2.0, 1.0, 2 / 3])
    np.testing.assert_allclose(order_m(x, y, 2).efficiency[2], 14 / 27)
    np.testing.assert_allclose(order_m(y, x, 2, "output").expansion[0], 22 / 9)


def test_order_alpha_by_hand():
    """Ten units with the same output: the (1 − α) quantile of input ratios, by the rule of Daouia & Simar (2007)."""
    x, y = np.arange(1.0, 11.0)[:, None], np.ones((10, 1))
    np.testing.assert_allclose(order_alpha(x, y, 0.9).efficiency[9], 0.1)
    np.testing.assert_allclose(order_alpha(x, y, 0.85).efficiency[9], 0.2)
    np.testing.assert_allclose(order_alpha(x, y, 0.7).efficiency[9], 0.3)
    np.testing.assert_allclose(order_alpha(y, x, 0.9, "output").expansion[0], 9.0)
    np.testing.assert_allclose(order_alpha(y, x, 0.85, "output").expansion[0], 9.0)
    np.testing.assert_allclose(order_alpha(x, y, 0.9).super_efficient, [False, *[False] * 9])


def test_leverage_by_hand():
    """Constant returns with productivities 4, 2, 1: only leaving out the first moves the others, to 1 and 1/2."""
    found = outliers(np.ones((3, 1)), [[4.0], [2.0], [1.0]])
    np.testing.assert_allclose(found.leverage, [np.sqrt((0.5**2 + 0.25**2) / 2), 0.0, 0.0])
    np.testing.assert_allclose(found.threshold, found.leverage.mean() * np.log(3))
    assert found.flags.tolist() == [True, False, False]


def test_truncated_regression_is_the_maximum():
    rng = np.random.default_rng(5)
    z = rng.normal(size=(150, 2))
    design = np.column_stack([np.ones(150), z])
    mean = design @ [1.2, 0.5, -0.3]
    y = 1 + draws_above(mean - 1, 0.6, rng, 1)[0]

    def loss(theta: np.ndarray) -> float:
        middle, sigma = design @ theta[:3], np.exp(theta[3])
        return -float(truncnorm.logpdf(y, (1 - middle) / sigma, np.inf, middle, sigma).sum())

    best = minimize(loss, [1.0, 0.0, 0.0, 0.0], method="BFGS", options={"gtol": 1e-7})
    got = truncated_regression(y, z, 1.0)
    np.testing.assert_allclose(got.params, best.x[:3], rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(got.sigma, np.exp(best.x[3]), rtol=1e-5)
    np.testing.assert_allclose(got.loglik, -best.fun, rtol=1e-10)
    assert (np.abs(got.params - [1.2, 0.5, -0.3]) < 4 * got.se[:3]).all()


def test_without_regressors_a_maximum_exists_where_the_sample_is_less_spread_than_an_exponential():
    """The coefficient of variation of a normal curve cut at zero lies below one, that of an exponential at one."""
    y = np.random.default_rng(6).gamma(np.linspace(0.6, 2.0, 60)[:, None], size=(60, 80))
    spread = y.std(axis=1) / y.mean(axis=1)
    _, _, found = fit(y, np.ones((80, 1)))
    clear = np.abs(spread - 1) > 0.05
    np.testing.assert_array_equal(found[clear], spread[clear] < 1)
    assert clear.sum() > 30


@pytest.mark.parametrize("mean", [-30.0, -3.0, 0.0, 4.0])
def test_cut_draws_have_their_distribution(mean):
    drawn = draws_above(np.array([mean]), 1.5, np.random.default_rng(8), 4000)[:, 0]
    assert drawn.min() >= 0
    assert kstest(drawn, truncnorm(-mean / 1.5, np.inf, mean, 1.5).cdf).pvalue > 0.001


@pytest.mark.parametrize("algorithm", [1, 2])
def test_double_bootstrap_finds_the_drivers(algorithm):
    """The design of Simar & Wilson (2007), one input and one output: slope ½ on z, nothing on a second variable."""
    rng = np.random.default_rng(9)
    z = rng.normal(size=(150, 2))
    delta = 1 + draws_above(0.5 + 0.5 * z[:, 0], 0.4, rng, 1)[0]
    x = rng.uniform(6, 16, size=(150, 1))
    y = x**0.8 / delta[:, None]
    got = double_bootstrap(x, y, z, algorithm=algorithm, draws=300, bias_draws=60, names=["openness", "noise"])
    assert got.names == ("intercept", "openness", "noise", "sigma")
    assert got.low[1] < 0.5 < got.high[1] and got.low[2] < 0 < got.high[2]
    assert got.p_value[1] < 0.01 < 0.05 < got.p_value[2]
    if algorithm == 2:
        raw = 1 / radial(x, y, "vrs", "output").efficiency
        assert np.abs(got.distance - delta).mean() < 0.8 * np.abs(raw - delta).mean()
        assert got.used.all()


def test_closest_target_by_hand():
    """A(1, 1), B(2, 3), C(4, 4) span the frontier; D(3, 1.5) goes straight left, or straight up where input is dear."""
    x, y = [[1.0], [2.0], [4.0], [3.0]], [[1.0], [3.0], [4.0], [1.5]]
    left = closest_targets(x, y, weights=[1.0, 1.0])
    np.testing.assert_allclose([left.distance[3], left.targets_x[3, 0], left.targets_y[3, 0]], [1.75, 1.25, 1.5])
    assert sorted(left.peers[3]) == [0, 1]
    up = closest_targets(x, y, weights=[10.0, 1.0])
    np.testing.assert_allclose([up.distance[3], up.targets_x[3, 0], up.targets_y[3, 0]], [2.0, 3.0, 3.5])
    assert left.efficient.tolist() == [True, True, True, False] and (left.distance[:3] == 0).all()


def slack_left(rows: np.ndarray, p: int, at: np.ndarray, cost: np.ndarray, vrs: bool, largest: bool) -> float:
    """The largest or least cost of moving from `at` to a better point over `rows`; infinite where there is none."""
    n, v = rows.shape
    matrix = np.hstack([rows.T, np.diag(np.r_[np.ones(p), -np.ones(v - p)])])
    if vrs:
        matrix, at = np.vstack([matrix, np.r_[np.ones(n), np.zeros(v)]]), np.r_[at, 1.0]
    price = np.r_[np.zeros(n), -cost if largest else cost]
    found = linprog(price, A_eq=matrix, b_eq=at)
    return abs(float(found.fun)) if found.status == 0 else np.inf


@pytest.mark.parametrize("rts", ["vrs", "crs"])
@pytest.mark.parametrize("seed", [0, 1])
def test_closest_target_is_the_best_over_all_faces(rts, seed):
    """Every set of efficient units that spans a face, found one by one, and the least cost over each."""
    rng = np.random.default_rng(seed)
    x = rng.lognormal(sigma=0.5, size=(14, 2))
    y = (x**0.4).prod(axis=1, keepdims=True) * np.exp(-0.4 * np.abs(rng.normal(size=(14, 1))))
    rows, vrs = np.hstack([x, y]), rts == "vrs"
    got = closest_targets(x, y, rts)
    efficient = np.flatnonzero(got.efficient)
    sets = [list(s) for size in (1, 2, 3) for s in combinations(efficient, size)]
    ones = np.ones(3)
    faces = [s for s in sets if slack_left(rows[efficient], 2, rows[s].mean(axis=0), ones, vrs, True) < 1e-8]
    for unit in range(14):
        least = min(slack_left(rows[s], 2, rows[unit], got.weights[unit], vrs, False) for s in faces)
        np.testing.assert_allclose(got.distance[unit], least, atol=1e-9)
