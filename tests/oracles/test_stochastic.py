"""Stochastic frontiers against R frontier (FRONTIER 4.1) and against densities integrated numerically."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import quad, simpson
from scipy.stats import expon, norm, truncnorm

from xinzhi.productivity import stochastic_frontier
from xinzhi.productivity.stochastic.result import mixed_test

RICE = {
    "ec_crosssec": {},
    "bc92_timeinv": {"model": "bc92", "decay": False},
    "bc92_truncnorm": {"model": "bc92", "decay": False, "distribution": "truncated"},
    "bc92_tvd": {"model": "bc92"},
    "bc92_tvd_tn": {"model": "bc92", "distribution": "truncated"},
    "bc95": {"model": "bc95"},
}


def rice(shared: Callable[..., Path]) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    data = pd.read_csv(shared("oracles", "frontier", "riceProdPhil_data.csv"))
    return data, np.log(data.PROD.to_numpy()), np.log(data[["AREA", "LABOR", "NPK"]].to_numpy())


def test_sixty_firms_of_frontier_41(shared: Callable[..., Path]) -> None:
    data = pd.read_csv(shared("oracles", "frontier", "frontier41_coelli_eg1_data.csv"))
    expected = pd.read_csv(shared("oracles", "frontier", "frontier41_eg1_expected_frontierR.csv")).est
    efficiency = pd.read_csv(shared("oracles", "frontier", "frontier41_eg1_eff_frontierR.csv")).efficiency
    got = stochastic_frontier(np.log(data.output), np.log(data[["capital", "labour"]]))
    assert_allclose([*got.params, got.loglik], expected, atol=1e-5)
    assert_allclose(got.efficiency, efficiency, atol=1e-5)
    # printed in the guide to FRONTIER 4.1 (Coelli 1996, output file of example 1)
    assert got.lr.statistic == pytest.approx(2.8392, abs=1e-3)
    assert got.mean_efficiency == pytest.approx(0.7406, abs=1e-3)


@pytest.mark.parametrize("name", RICE)
def test_rice_farms_in_six_models(shared: Callable[..., Path], name: str) -> None:
    """Estimates to 1e-4 of their size. Standard errors of R are those of its last step's approximate Hessian: to 12 %."""
    data, y, X = rice(shared)
    options = dict(RICE[name])
    if options.get("model") == "bc92":
        options |= {"units": data.FMERCODE, "periods": data.YEARDUM}
    if name == "bc95":
        options["effects"] = data[["EDYRS", "BANRAT"]]
    got = stochastic_frontier(y, X, **options)
    table = pd.read_csv(shared("oracles", "frontier", "riceProdPhil_sfa_expected_frontierR.csv"))
    expected = table[table.model == name]
    assert got.status == "converged"
    assert_allclose([*got.params, got.loglik], expected.est, rtol=1e-4, atol=1e-4)
    assert_allclose(got.se, expected.se[:-1], rtol=0.12)


def test_rice_farms_decaying_efficiency(shared: Callable[..., Path]) -> None:
    data, y, X = rice(shared)
    got = stochastic_frontier(y, X, data.FMERCODE, data.YEARDUM, model="bc92")
    wide = pd.DataFrame({"unit": data.FMERCODE, "year": data.YEARDUM, "te": got.efficiency})
    expected = pd.read_csv(
        shared("oracles", "frontier", "riceProdPhil_eff_bc92_tvd_frontierR.csv"), index_col=0
    ).to_numpy()
    assert_allclose(wide.pivot(index="unit", columns="year", values="te"), expected, atol=1e-5)


GRID = np.linspace(0, 10, 8001)


def joint_density(u: object, error: np.ndarray, w: np.ndarray, sigma_v: float) -> float:
    """Density of v_t − w_t u at `error`, by Simpson's rule over u."""
    noise = norm.pdf(error[:, None] + w[:, None] * GRID, scale=sigma_v)
    return float(simpson(noise.prod(axis=0) * u.pdf(GRID), x=GRID))


@pytest.mark.parametrize("distribution", ["half-normal", "truncated", "exponential"])
@pytest.mark.parametrize("cost", [False, True])
def test_likelihood_and_efficiency_by_integration(distribution: str, cost: bool) -> None:
    """ln L, E[exp(−u) | ε], E[u | ε] and the bounds, all from densities of SciPy and quadrature."""
    rng = np.random.default_rng(6)
    X = rng.normal(size=(120, 2))
    u = {
        "half-normal": np.abs(rng.normal(size=120)),
        "truncated": truncnorm.rvs(-0.5, np.inf, loc=0.3, scale=0.6, size=120, random_state=rng),
        "exponential": rng.exponential(0.5, size=120),
    }[distribution]
    sign = -1.0 if cost else 1.0
    y = 1 + X @ [0.4, 0.6] + 0.3 * rng.normal(size=120) - sign * u
    got = stochastic_frontier(y, X, distribution=distribution, cost=cost)
    assert got.status == "converged"
    sigma_u, sigma_v = np.sqrt(got.gamma * got.sigma2), np.sqrt((1 - got.gamma) * got.sigma2)
    mu = got["mu"] if distribution == "truncated" else 0.0
    law = (
        expon(scale=sigma_u)
        if distribution == "exponential"
        else truncnorm(-mu / sigma_u, np.inf, loc=mu, scale=sigma_u)
    )
    error = sign * (y - np.column_stack([np.ones(120), X]) @ got.params[:3])
    density = np.array([joint_density(law, error[[i]], np.ones(1), sigma_v) for i in range(120)])
    assert got.loglik == pytest.approx(np.log(density).sum(), abs=1e-6)
    for i in (0, 11, int(error.argmin()), int(error.argmax())):

        def given(x: float, i: int = i) -> float:
            return norm.pdf(error[i] + x, scale=sigma_v) * law.pdf(x) / density[i]

        assert got.efficiency[i] == pytest.approx(quad(lambda x, f=given: np.exp(-x) * f(x), 0, 10)[0], abs=1e-7)
        assert got.inefficiency[i] == pytest.approx(quad(lambda x, f=given: x * f(x), 0, 10)[0], abs=1e-7)
        assert quad(given, 0, -np.log(got.efficiency_high[i]))[0] == pytest.approx(0.025, abs=1e-6)
        assert quad(given, -np.log(got.efficiency_low[i]), 10)[0] == pytest.approx(0.025, abs=1e-6)


def test_panel_likelihood_by_integration() -> None:
    """One u of a unit that decays, a fifth of the panel missing: the joint density of what is there integrates over it."""
    rng = np.random.default_rng(5)
    seen = rng.random(120) > 0.2
    unit, year = np.repeat(np.arange(30), 4)[seen], np.tile(np.arange(2001, 2005), 30)[seen]
    X = rng.normal(size=(seen.sum(), 1))
    u = np.abs(rng.normal(size=30)) * 0.6
    y = 2 + 0.5 * X[:, 0] + 0.2 * rng.normal(size=seen.sum()) - u[unit] * np.exp(-0.15 * (year - 2004))
    for distribution in ("half-normal", "truncated", "exponential"):
        got = stochastic_frontier(y, X, unit, year, model="bc92", distribution=distribution)
        sigma_u, sigma_v = np.sqrt(got.gamma * got.sigma2), np.sqrt((1 - got.gamma) * got.sigma2)
        mu = got["mu"] if distribution == "truncated" else 0.0
        law = truncnorm(-mu / sigma_u, np.inf, loc=mu, scale=sigma_u)
        if distribution == "exponential":
            law = expon(scale=sigma_u)
        error = y - got["intercept"] - X[:, 0] * got["x1"]
        w = np.exp(-got["eta"] * (year - 2004))
        joint = [joint_density(law, error[unit == i], w[unit == i], sigma_v) for i in np.unique(unit)]
        assert got.loglik == pytest.approx(np.log(joint).sum(), abs=1e-6)


def test_simulated_likelihood_by_quadrature() -> None:
    """True random effects: the likelihood of each unit integrates over its effect on a fine grid."""
    rng = np.random.default_rng(6)
    unit, year = np.repeat(np.arange(40), 6), np.tile(np.arange(6), 40)
    X = rng.normal(size=(240, 1))
    y = 1 + 0.5 * X[:, 0] + 0.5 * rng.normal(size=40)[unit] + 0.2 * rng.normal(size=240) - rng.exponential(0.4, 240)
    got = stochastic_frontier(y, X, unit, year, model="tre", distribution="exponential")
    sigma_u, sigma_v = np.sqrt(got.gamma * got.sigma2), np.sqrt((1 - got.gamma) * got.sigma2)
    node = np.linspace(-7, 7, 4001)
    error = (y - got["intercept"] - X[:, 0] * got["x1"])[:, None] - got["sigma_w"] * node
    log_f = (
        -np.log(sigma_u)
        + sigma_v**2 / (2 * sigma_u**2)
        + error / sigma_u
        + norm.logcdf(-error / sigma_v - sigma_v / sigma_u)
    )
    joint = np.exp(log_f.reshape(40, 6, -1).sum(axis=1)) @ norm.pdf(node) * (node[1] - node[0])
    assert got.loglik == pytest.approx(np.log(joint).sum(), abs=1e-4)


@pytest.mark.parametrize(
    ("restrictions", "critical"), [(1, (1.642, 2.706, 5.412)), (2, (3.808, 5.138, 8.273)), (4, (7.094, 8.761, 12.483))]
)
def test_critical_values_of_kodde_and_palm(restrictions: int, critical: tuple[float, ...]) -> None:
    """Kodde & Palm (1986), table 1, upper bounds with one inequality."""
    assert tuple(mixed_test(1.0, restrictions).critical.values()) == pytest.approx(critical, abs=6e-4)


def test_costs_of_rice_farms(shared: Callable[..., Path]) -> None:
    """With δ₀ the 1995 model holds the one without it and the half-normal one, so its likelihood cannot be less than theirs."""
    data, _, _ = rice(shared)
    y = np.log(data.LABOR * data.LABORP + data.NPK * data.NPKP)
    X, z = np.log(data[["PROD", "AREA", "LABORP", "NPKP"]]), data[["EDYRS", "BANRAT"]]
    plain = stochastic_frontier(y, X, cost=True)
    without, whole = (
        stochastic_frontier(y, X, effects=z, model="bc95", cost=True, effects_intercept=i) for i in (False, True)
    )
    assert plain.loglik < without.loglik < whole.loglik
    assert whole.status == "exponential limit"


def curvature(f: Callable[[np.ndarray], float], at: np.ndarray) -> np.ndarray:
    """Second derivatives by central differences."""
    step = np.diag(1e-4 * np.maximum(np.abs(at), 1e-2))
    table = [[f(at + a + b) - f(at + a - b) - f(at - a + b) + f(at - a - b) for b in step] for a in step]
    return np.array(table) / (4 * np.outer(np.diag(step), np.diag(step)))


@pytest.mark.parametrize("model", ["half-normal", "truncated", "exponential", "bc95"])
def test_errors_are_those_of_the_written_likelihood(model: str) -> None:
    """The log-likelihoods as papers write them, in the parameters that are reported, and their numerical Hessians."""
    rng = np.random.default_rng(1)
    X, z = rng.normal(size=(300, 2)), rng.normal(size=300)
    Z = np.column_stack([np.ones(300), z]) if model == "bc95" else np.ones((300, int(model == "truncated")))
    u = truncnorm.rvs(-(0.4 + 0.3 * z), np.inf, loc=0.5 * (0.4 + 0.3 * z), scale=0.5, random_state=rng)
    u = rng.exponential(0.5, 300) if model == "exponential" else u
    y = 1 + X @ [0.4, 0.6] + 0.25 * rng.normal(size=300) - u
    options = {"effects": z, "model": "bc95"} if model == "bc95" else {"distribution": model}
    got = stochastic_frontier(y, X, **options)
    mean = slice(3, 5) if model == "bc95" else slice(5, 6)
    at = 5 if model == "bc95" else 3

    def written(theta: np.ndarray) -> float:
        error = y - np.column_stack([np.ones(300), X]) @ theta[:3]
        sigma2, gamma = theta[at : at + 2]
        su, sv = np.sqrt(gamma * sigma2), np.sqrt((1 - gamma) * sigma2)
        if model == "exponential":  # Meeusen & van den Broeck (1977)
            tail = norm.logcdf(-error / sv - sv / su)
            return float((-np.log(su) + sv**2 / (2 * su**2) + error / su + tail).sum())
        m = Z @ theta[mean]  # Stevenson (1980); Battese & Coelli (1995)
        star = (m * sv**2 - error * su**2) / (su * sv * np.sqrt(sigma2))
        return float((norm.logpdf(error + m, scale=np.sqrt(sigma2)) + norm.logcdf(star) - norm.logcdf(m / su)).sum())

    assert got.status == "converged"
    assert got.loglik == pytest.approx(written(got.params), abs=1e-9)
    assert_allclose(got.se, np.sqrt(np.diag(np.linalg.inv(-curvature(written, got.params)))), rtol=2e-3)
