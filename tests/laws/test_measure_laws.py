"""What must hold of weights, scales and scores whatever the data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from xinzhi.measure import (
    Method,
    aggregate,
    benefit_of_doubt,
    combine_weights,
    critic_weights,
    cv_weights,
    effective_weights,
    entropy_weights,
    equal_weights,
    given_weights,
    grey_relational,
    hierarchical_weights,
    main_effects,
    normalise,
    pca_weights,
    rank_sum_ratio,
    score,
    std_weights,
    topsis,
    treat,
    vikor,
)
from xinzhi.measure.benefit import undominated
from xinzhi.measure.method import AGGREGATIONS, NORMALISATIONS, WEIGHTINGS
from xinzhi.measure.treatment import passes, winsorise

WEIGHERS = {
    "entropy": entropy_weights,
    "critic": critic_weights,
    "cv": cv_weights,
    "std": std_weights,
    "pca": pca_weights,
}
MEANS = ("arithmetic", "geometric", "harmonic")


@st.composite
def tables(draw: st.DrawFn, rows: int = 12, columns: int = 4) -> np.ndarray:
    """(n, m) positive values without a constant column and without exact collinearity."""
    n, m = draw(st.integers(6, rows)), draw(st.integers(2, columns))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return np.asarray(rng.lognormal(sigma=draw(st.sampled_from([0.3, 1.0, 2.0])), size=(n, m)))


def some_weights(m: int, seed: int = 0) -> np.ndarray:
    return np.asarray(np.random.default_rng(seed).dirichlet(np.ones(m)))


@pytest.mark.parametrize("name", WEIGHERS)
@given(x=tables())
@settings(max_examples=25, deadline=None)
def test_weights_are_weights_and_follow_their_columns(name: str, x: np.ndarray) -> None:
    weigh: Any = WEIGHERS[name]
    z = normalise(x, 1)
    w = weigh(z)
    assert w.shape == (x.shape[1],)
    assert w.sum() == pytest.approx(1, abs=1e-12)
    assert (w >= 0).all()
    order = np.random.default_rng(1).permutation(x.shape[1])
    assert_allclose(weigh(z[:, order]), w[order], atol=1e-9)
    shuffled = np.random.default_rng(2).permutation(x.shape[0])
    assert_allclose(weigh(z[shuffled]), w, atol=1e-9)
    assert_allclose(weigh(normalise(x * 7.5, 1)), w, atol=1e-9)


@given(x=tables())
@settings(max_examples=20, deadline=None)
def test_entropy_and_cv_do_not_see_the_unit_of_z(x: np.ndarray) -> None:
    for weigh in (entropy_weights, cv_weights):
        assert_allclose(weigh(x * np.array([3.0] + [1.0] * (x.shape[1] - 1))), weigh(x), atol=1e-10)


@given(x=tables())
@settings(max_examples=20, deadline=None)
def test_gaps_kept_leave_other_columns_as_they_are(x: np.ndarray) -> None:
    holed = x.copy()
    holed[0, 0] = np.nan
    entropy = entropy_weights(holed, missing="keep")
    full = entropy_weights(np.column_stack([np.r_[x[1:, 0], x[1, 0]], x[:, 1:]]))
    assert_allclose(entropy[1:] / entropy[1], full[1:] / full[1], atol=1e-9)


@pytest.mark.parametrize("weigh", [entropy_weights, critic_weights, cv_weights, std_weights])
def test_groups_give_a_row_of_weights_each(weigh: Any) -> None:
    z = np.random.default_rng(0).uniform(size=(20, 3))
    years = np.repeat([2021, 2022], 10)
    got = weigh(z, groups=years)
    assert got.shape == (2, 3)
    assert_allclose(got[0], weigh(z[:10]))
    assert_allclose(got[1], weigh(z[10:]))


@pytest.mark.parametrize("method", NORMALISATIONS)
@given(x=tables())
@settings(max_examples=15, deadline=None)
def test_scales_keep_order_and_turn_it_round(method: str, x: np.ndarray) -> None:
    up, down = normalise(x, 1, method), normalise(x, -1, method)
    for j in range(x.shape[1]):
        order = np.argsort(x[:, j])
        assert (np.diff(up[order, j]) > 0).all()
        assert (np.diff(down[order, j]) < 0).all()
    assert_allclose(normalise(x[::-1], 1, method)[::-1], up, atol=1e-12)
    if method not in ("rank", "borda", "percentile"):
        scaled = normalise(x * 1000, 1, method)
        assert_allclose(scaled, up, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("method", ["minmax", "log-minmax", "percentile", "sigmoid", "distance"])
@given(x=tables())
@settings(max_examples=10, deadline=None)
def test_unit_scales_stay_within_their_bounds(method: str, x: np.ndarray) -> None:
    z = normalise(x, -1, method)
    assert z.min() >= 0
    assert z.max() <= 1
    assert_allclose(normalise(x, -1, method, bounds=(10, 20)), 10 + 10 * z)


def test_groups_are_normalised_by_themselves_and_reversal_is_linear() -> None:
    x = np.random.default_rng(0).normal(size=(10, 2))
    years = np.repeat([1, 2], 5)
    z = normalise(x, [1, -1], groups=years)
    assert_allclose(z[:5], normalise(x[:5], [1, -1]))
    assert_allclose(z[5:], normalise(x[5:], [1, -1]))
    assert_allclose(normalise(x, 1) + normalise(x, -1), 1)
    assert_allclose(normalise(x, 1, "zscore"), -normalise(x, -1, "zscore"))


@given(x=tables(), seed=st.integers(0, 1000))
@settings(max_examples=30, deadline=None)
def test_means_are_ordered_monotone_and_bounded(x: np.ndarray, seed: int) -> None:
    z = 0.01 + 0.99 * normalise(x, 1)
    w = some_weights(x.shape[1], seed)
    a, g, h = (aggregate(z, w, method) for method in MEANS)
    assert (h <= g + 1e-12).all()
    assert (g <= a + 1e-12).all()
    for value in (a, g, h):
        assert (value >= z.min(axis=1) - 1e-12).all()
        assert (value <= z.max(axis=1) + 1e-12).all()
    better = z.copy()
    better[0, 0] += 0.1
    for method in (*MEANS, "copeland", "borda"):
        assert aggregate(better, w, method)[0] >= aggregate(z, w, method)[0] - 1e-12
    assert_allclose(aggregate(3 * z, w, "geometric"), 3 * g)
    assert (aggregate(z, w, "mpi") <= a + 1e-12).all()


@given(x=tables())
@settings(max_examples=20, deadline=None)
def test_power_means_join_up(x: np.ndarray) -> None:
    z, w = x, some_weights(x.shape[1])
    assert_allclose(aggregate(z, w, "power", power=1), aggregate(z, w))
    assert_allclose(aggregate(z, w, "power", power=-1), aggregate(z, w, "harmonic"))
    assert_allclose(aggregate(z, w, "power", power=1e-9), aggregate(z, w, "geometric"), rtol=1e-6)


@given(x=tables())
@settings(max_examples=20, deadline=None)
def test_copeland_is_a_zero_sum_and_ignores_monotone_change(x: np.ndarray) -> None:
    w = some_weights(x.shape[1])
    votes = aggregate(x, w, "copeland")
    assert votes.sum() == pytest.approx(0)
    assert_array_equal(aggregate(np.log(x), w, "copeland"), votes)


@given(x=tables())
@settings(max_examples=20, deadline=None)
def test_benefit_of_doubt_is_on_the_frontier_somewhere_and_never_above(x: np.ndarray) -> None:
    got = benefit_of_doubt(x)
    assert got.max() == 1
    assert (got > 0).all()
    assert_allclose(benefit_of_doubt(x * np.arange(1, x.shape[1] + 1)), got, atol=1e-9)
    w = some_weights(x.shape[1])
    common = x @ w / (x @ w).max()
    assert (got >= common - 1e-9).all()
    assert (benefit_of_doubt(x, share_limits=(0.05, 0.9)) <= got + 1e-9).all()
    assert len(undominated(x)) <= len(x)


@given(x=tables())
@settings(max_examples=20, deadline=None)
def test_ratings_stay_in_range_and_reward_the_best_row(x: np.ndarray) -> None:
    z = normalise(np.vstack([x, x.max(axis=0) * 1.1, x.min(axis=0) * 0.9]), 1)
    w = some_weights(x.shape[1])
    best, worst = len(z) - 2, len(z) - 1
    close = topsis(z, w)
    assert close[best] == pytest.approx(1)
    assert close[worst] == pytest.approx(0)
    got = vikor(z, w)
    assert got.Q[best] == 0
    assert got.Q[worst] == pytest.approx(1)
    grade = grey_relational(z, w)
    assert grade.argmax() == best
    assert (grade > 0).all()
    assert grade.max() <= 1 + 1e-12
    ratio = rank_sum_ratio(z, w)
    assert ratio.ratio[best] == pytest.approx(1)
    assert ratio.grade[best] <= ratio.grade[worst]
    assert ratio.ratio.mean() == pytest.approx((len(z) + 1) / (2 * len(z)))


@given(seed=st.integers(0, 10**6), m=st.integers(2, 8))
@settings(max_examples=30, deadline=None)
def test_combinations_are_weights_and_leave_like_sets_alone(seed: int, m: int) -> None:
    w, u = some_weights(m, seed), some_weights(m, seed + 1)
    for method in ("game", "additive", "geometric", "moment"):
        assert_allclose(combine_weights([w, w], method), w, atol=1e-9)  # type: ignore[arg-type]
        got = combine_weights([w, u], method)  # type: ignore[arg-type]
        assert got.sum() == pytest.approx(1)
        assert (got >= 0).all()
    game = combine_weights([w, u])
    assert ((game >= np.minimum(w, u) - 1e-12) & (game <= np.maximum(w, u) + 1e-12)).all()
    assert_allclose(combine_weights([u, w]), game, atol=1e-9)
    assert_allclose(combine_weights([w, equal_weights(m)], "multiplicative"), w, atol=1e-12)


def test_layers_times_indicators() -> None:
    got = hierarchical_weights([1, 3, 2, 2], [0, 0, 1, 1], [3, 1])
    assert_allclose(got, [0.1875, 0.5625, 0.125, 0.125])
    assert_allclose(hierarchical_weights([1, 3, 2, 2], [0, 0, 1, 1]), [0.125, 0.375, 0.25, 0.25])
    assert_allclose(given_weights([2, 3, 5]), [0.2, 0.3, 0.5])


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
@pytest.mark.parametrize("pooled", [True, False])
def test_a_method_scores_every_row(aggregation: str, pooled: bool) -> None:
    rng = np.random.default_rng(3)
    x, years = rng.lognormal(size=(24, 6)), np.repeat([1, 2], 12)
    layers = np.array([0, 0, 0, 1, 1, 1])
    got = score(x, np.array([1, -1, 1, 1, 1, -1.0]), years, layers, Method(aggregate=aggregation, pooled=pooled))
    assert np.isfinite(got.scores).all()
    assert got.layers.shape == (24, 2)
    assert_allclose(got.weights.sum(axis=1), 1)
    if aggregation in MEANS:
        assert_allclose(got.parts.sum(axis=1), got.scores, atol=1e-12)
        lifted = got.z if aggregation == "arithmetic" else 0.01 + 0.99 * got.z
        flat = [aggregate(lifted[[i]], got.weights[i], aggregation)[0] for i in range(24)]
        assert_allclose(got.scores, flat, atol=1e-12)  # layers of equal kind of mean do not change the whole


@pytest.mark.parametrize("weighting", [w for w in WEIGHTINGS if w != "given"])
@pytest.mark.parametrize("layering", ["pooled", "equal", "given"])
def test_layers_weigh_what_the_layering_says(weighting: str, layering: Any) -> None:
    rng = np.random.default_rng(4)
    x, layers = rng.lognormal(size=(20, 5)), np.array([0, 0, 1, 1, 1])
    method = Method(weights=weighting, layering=layering, layer_weights=(3.0, 1.0) if layering == "given" else None)
    w = score(x, np.ones(5), np.zeros(20, dtype=np.int64), layers, method).weights[0]
    assert w.sum() == pytest.approx(1)
    if layering == "equal":
        assert w[:2].sum() == pytest.approx(0.5)
    if layering == "given":
        assert w[:2].sum() == pytest.approx(0.75)


def test_a_row_with_gaps_is_scored_over_what_it_has() -> None:
    rng = np.random.default_rng(5)
    x, layers = rng.uniform(1, 2, size=(10, 5)), np.array([0, 0, 1, 1, 1])
    x[0, 0] = np.nan
    x[1, 2:] = np.nan
    got = score(x, np.ones(5), np.zeros(10, dtype=np.int64), layers, Method(weights="equal"))
    z = got.z
    assert got.layers[0, 0] == pytest.approx(z[0, 1])
    assert got.scores[0] == pytest.approx(0.4 * z[0, 1] + 0.2 * z[0, 2:].sum())
    assert np.isnan(got.layers[1, 1])
    assert got.scores[1] == pytest.approx(z[1, :2].mean())
    assert_allclose(np.nansum(got.used, axis=1), 1)


def test_effective_weights_tell_what_moves_the_score() -> None:
    rng = np.random.default_rng(6)
    z = rng.normal(size=(4000, 3))
    y = z @ [0.8, 0.6, 0.0]
    assert_allclose(main_effects(z, y), [0.64, 0.36, 0], atol=0.03)
    assert_allclose(effective_weights(z, y).sum(), 1)
    few = z[:400]
    bent = few[:, 0] ** 2
    assert main_effects(few, bent, "kernel")[0] > 0.95
    assert main_effects(few, bent, "linear")[0] < 0.2
    assert main_effects(few, bent, "kernel")[1] < 0.1


@given(seed=st.integers(0, 10**6), tail=st.floats(0.1, 3))
@settings(max_examples=30, deadline=None)
def test_treatment_keeps_order_and_what_passes(seed: int, tail: float) -> None:
    x = np.random.default_rng(seed).lognormal(sigma=tail, size=40)
    got = treat(x)
    order = np.argsort(x)
    assert (np.diff(got.values[order]) >= 0).all()
    if passes(x):
        assert got.step == "none"
        assert_array_equal(got.values, x)
    else:
        assert got.step in ("winsorised", "log")
    if got.step == "winsorised":
        assert got.passes
        assert 1 <= got.points <= 5
    assert_allclose(treat(-x).values, -got.values, atol=1e-9)
    capped = treat(x, "quantile", quantile=0.1)
    assert capped.values.max() == pytest.approx(np.quantile(x, 0.9))


def test_winsorising_counts_tied_points_and_stops() -> None:
    x = np.r_[np.arange(1.0, 21.0), 300.0, 300.0]
    moved, points = winsorise(x)
    assert points == 2
    assert_array_equal(moved[-2:], [20, 20])
    stubborn = np.r_[np.linspace(0, 1, 60), np.geomspace(1e2, 1e9, 7)]
    left, count = winsorise(stubborn, most=3)
    assert count == 3
    assert_array_equal(left[-4:], [stubborn[-4]] * 4)
    assert treat(stubborn).step == "log"
    assert_allclose(treat(stubborn).values, np.log(stubborn + 0.01e9), rtol=1e-12)
