"""Every draw of the Monte Carlo, computed again one by one with the public kernels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from xinzhi.measure.method import Method, Variation
from xinzhi.measure.normalise import normalise
from xinzhi.measure.score import score, weigh
from xinzhi.measure.simulate.draws import prepare, simulate, simulate_design
from xinzhi.measure.simulate.plan import sobol_plan

LAYERS = np.array([0, 0, 0, 1, 1, 1, 1, 2])
DIRECTION = np.array([1, -1, 1, 1, -1, 1, 1, 1])
YEARS = np.tile([2019, 2020, 2021], 20)
MEANS = Variation(
    normalise=("minmax", "percentile", "sigmoid", "distance"),
    weights=("entropy", "critic", "cv", "std", "pca", "equal", "game"),
    aggregate=("arithmetic", "geometric", "harmonic"),
    remove=3,
    data_noise=0.1,
)
RATINGS = Variation(
    normalise=("minmax", "vector", "rank"),
    weights=("equal", "std"),
    aggregate=("topsis", "vikor", "grey", "rank-sum-ratio", "copeland", "borda", "mpi"),
    remove=1,
)


def table(gaps: float) -> np.ndarray:
    rng = np.random.default_rng(8)
    x = np.exp(0.5 * rng.normal(size=(60, 8)) + rng.normal(size=(60, 1)))
    x[rng.random(x.shape) < gaps] = np.nan
    if gaps:
        x[5, :3] = np.nan  # a row without anything of the first layer
    return x


def one_by_one(x, method, kept, shake):
    """The scores of a draw from `normalise`, `weigh` and `score`, year by year where that is the yardstick."""
    out = np.empty(len(x))
    columns, layers = np.flatnonzero(kept), LAYERS[kept]
    for rows in [np.arange(len(x))] if method.pooled else [np.flatnonzero(y == YEARS) for y in np.unique(YEARS)]:
        part = x[np.ix_(rows, columns)]
        z = normalise(part, DIRECTION[columns], method.normalise, missing="keep")
        w = weigh(z, layers, method) * shake[columns]
        plain = replace(method, weights="given", layering="pooled", given=tuple(w / w.sum()), pooled=True)
        out[rows] = score(part, DIRECTION[columns], YEARS[rows], layers, plain).scores
    return out


@pytest.mark.parametrize("layering", ["pooled", "equal"])
@pytest.mark.parametrize("pooled", [True, False])
@pytest.mark.parametrize(
    ("gaps", "vary"), [(0.0, MEANS), (0.05, MEANS), (0.0, RATINGS)], ids=["full", "gaps", "ratings"]
)
def test_draws_equal_the_public_kernels(gaps, vary, pooled, layering):
    x, nominal = (
        table(gaps),
        Method(normalise="minmax", weights="equal", aggregate=vary.aggregate[0], pooled=pooled, layering=layering),
    )
    got = simulate(x, DIRECTION, YEARS, LAYERS, nominal, draws=60, seed=4, vary=vary)
    prepared = prepare(x, DIRECTION, YEARS, LAYERS, nominal, vary)
    for draw in range(60):
        plan = got.plan
        noisy = prepared.data(plan.noise[draw], seed=4)
        expected = one_by_one(noisy, plan.method(draw, nominal), plan.kept[draw], plan.shake[draw])
        assert_allclose(got.scores[draw], expected, rtol=0, atol=1e-10)


def test_the_nominal_scores_are_those_of_score():
    x = table(0.05)
    for nominal in (Method(), Method(pooled=False), Method("percentile", "critic", "geometric", layering="equal")):
        got = simulate(x, DIRECTION, YEARS, LAYERS, nominal, draws=1)
        assert_allclose(got.nominal_scores, score(x, DIRECTION, YEARS, LAYERS, nominal).scores, atol=1e-12)


def test_goalposts_and_given_weights_hold_in_every_draw():
    x = table(0.0)
    posts = ((0.0, 5.0), None, (0.5, 2.0), None, None, None, (0.1, 9.0), None)
    nominal = Method(weights="given", given=(0.2, 0.1, 0.1, 0.1, 0.2, 0.1, 0.1, 0.1), goalposts=posts)
    got = simulate(x, DIRECTION, YEARS, LAYERS, nominal, draws=3, vary=Variation((), (), (), 0.0, 0, 0.0))
    expected = score(x, DIRECTION, YEARS, LAYERS, nominal).scores
    assert_allclose(got.scores, np.tile(expected, (3, 1)), atol=1e-12)


def test_data_errors_have_the_stated_size():
    """The standard deviation of 300 normals is within a fifth of the truth with probability above 0.999 99 (4.9 σ)."""
    x = table(0.0)
    x[:, 2] = 7.0 * x[:, 2]
    cell_error = np.ones_like(x)
    cell_error[0, 2] = 3.0
    prepared = prepare(x, DIRECTION, YEARS, LAYERS, Method(), Variation(data_noise=0.1), cell_error)
    errors = np.array([prepared.data(k, seed=1) - x for k in range(300)])
    expected = 0.1 * x.std(axis=0, ddof=1) * cell_error
    assert_allclose(errors.std(axis=0)[:3], expected[:3], rtol=0.2)


def test_ranks_are_within_years_and_shared_by_equals():
    x = np.repeat(table(0.0)[:30], 2, axis=0)  # rows 0 and 1, 2 and 3 … are twins
    years = np.repeat([2020, 2021], 30)
    got = simulate(x, DIRECTION, years, LAYERS, Method(), draws=20, vary=Variation(data_noise=0.0))
    for scores, ranks in zip(got.scores, got.ranks, strict=True):
        for year in (2020, 2021):
            inside = scores[years == year]
            assert_array_equal(ranks[years == year], 1 + (inside[None, :] > inside[:, None] + 1e-12).sum(axis=1))


def test_the_sobol_design_changes_one_factor_at_a_time():
    x, vary = table(0.0), Variation()
    prepared = prepare(x, DIRECTION, YEARS, LAYERS, Method(), vary)
    factors, plan = sobol_plan(prepared.names, vary, LAYERS, 8, seed=2)
    assert factors == ("normalise", "weights", "aggregate", "weight_noise", "remove", "data_noise")
    of = {
        "normalise": plan.normalise, "weights": plan.weights, "aggregate": plan.aggregate,
        "weight_noise": plan.shake, "remove": plan.kept, "data_noise": plan.noise,
    }  # fmt: skip
    for i, factor in enumerate(factors):
        for name, values in of.items():
            a, b, mixed = (values.reshape(8, 8, -1)[k] for k in (0, 1, 2 + i))
            assert_array_equal(mixed, b if name == factor else a)
    _, scores, ranks = simulate_design(prepared, 8, seed=2)
    assert scores.shape == ranks.shape == (8, 8, 60)
