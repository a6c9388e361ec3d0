"""What must hold of every decomposition and every chain, whatever the figures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from xinzhi.base.errors import ComputationError, DataError
from xinzhi.base.regression import panel_regression
from xinzhi.disparity import (
    asymptotic,
    atkinson,
    atkinson_se,
    beta_convergence,
    bootstrap,
    chain,
    convergence_clubs,
    dagum,
    entropy_se,
    generalised_entropy,
    gini,
    gini_se,
    gini_sources,
    hp_trend,
    kernel_density,
    log_t,
    markov,
    nested_theil,
    quantile_classes,
    shapley_sources,
    stochastic_convergence,
    theil,
    variation,
    variation_se,
)

seeds = st.integers(0, 2**32 - 1)


def population(seed: int, n: int = 40, k: int = 4, ties: bool = False) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    v = rng.lognormal(0, rng.uniform(0.1, 1.5), n)
    groups = np.append(np.arange(k), rng.integers(0, k, n - k)).astype(str)
    return (np.round(v, 1) + 0.1 if ties else v), rng.uniform(0.1, 5, n), groups


def pairwise_gini(v: np.ndarray, w: np.ndarray) -> float:
    p = w / w.sum()
    return float(p @ np.abs(v[:, None] - v) @ p / (2 * p @ v))


@given(seeds, st.booleans())
def test_gini_is_the_mean_difference(seed: int, ties: bool) -> None:
    v, w, _ = population(seed, ties=ties)
    assert_allclose(gini(v, w), pairwise_gini(v, w), rtol=1e-12)


@given(seeds, st.booleans(), st.booleans())
def test_dagum_adds_up_to_the_gini(seed: int, ties: bool, weighted: bool) -> None:
    v, w, g = population(seed, ties=ties)
    weights = w if weighted else None
    got = dagum(v, g, weights)
    assert_allclose(got.within + got.between_net + got.transvariation, got.total, rtol=1e-12)
    assert_allclose(got.total, gini(v, weights), rtol=1e-11)
    assert_allclose(got.within_by_group.sum(), got.within, rtol=1e-12)
    assert_allclose(got.pair_between_net.sum(), got.between_net, rtol=1e-12, atol=1e-15)


@given(seeds)
def test_dagum_net_between_is_the_difference_of_means(seed: int) -> None:
    """Gjh·Djh·(p_j s_h + p_h s_j) = p_j p_h |μ_j − μ_h| / μ for every pair."""
    v, _, g = population(seed)
    got = dagum(v, g)
    p, means = got.population, got.means
    expected = np.triu(np.outer(p, p) * np.abs(means[:, None] - means) / v.mean(), 1)
    assert_allclose(got.pair_between_net, expected, rtol=1e-9, atol=1e-15)


@given(seeds, st.sampled_from(["T", "L"]), st.booleans())
def test_theil_adds_up_over_groups_and_levels(seed: int, index: str, weighted: bool) -> None:
    v, w, g = population(seed)
    weights = w if weighted else None
    got = theil(v, weights, g, index)
    assert_allclose(got.total, generalised_entropy(v, 1 if index == "T" else 0, weights), rtol=1e-11, atol=1e-15)
    assert_allclose(got.within + got.between, got.total, rtol=1e-12, atol=1e-15)
    assert_allclose(sum(part.within for part in got.groups), got.within, rtol=1e-10, atol=1e-15)
    finer = np.array([f"{a}-{i % 2}" for i, a in enumerate(g)])
    nested = nested_theil(v, weights, [g, finer], index)
    assert_allclose(sum(nested.parts), nested.total, rtol=1e-12)
    assert_allclose(nested.parts[0], got.between, rtol=1e-9, atol=1e-14)
    assert min(nested.parts) > -1e-14


@given(seeds, st.floats(1e-6, 1e6))
def test_relative_measures_ignore_units_order_and_replication(seed: int, scale: float) -> None:
    v, w, g = population(seed)
    order = np.random.default_rng(seed).permutation(v.size)
    for measure in (
        gini,
        lambda x, p: atkinson(x, 0.5, p),
        lambda x, p: generalised_entropy(x, 0, p),
        lambda x, p: dagum(x, g, p).total,
    ):
        assert_allclose(measure(v * scale, w), measure(v, w), rtol=1e-9)
    assert_allclose(dagum(v[order], g[order], w[order]).transvariation, dagum(v, g, w).transvariation, rtol=1e-9)
    assert_allclose(gini(np.tile(v, 3)), gini(v), rtol=1e-11)
    assert_allclose(dagum(np.tile(v, 2), np.tile(g, 2)).between_net, dagum(v, g).between_net, rtol=1e-11)


@given(seeds)
def test_sources_add_up(seed: int) -> None:
    parts = np.random.default_rng(seed).lognormal(size=(30, 4))
    got = gini_sources(parts)
    assert_allclose(got.contribution.sum(), gini(parts.sum(axis=1)), rtol=1e-10)
    assert_allclose(got.elasticity.sum(), 0, atol=1e-12)
    for absent in ("mean", "zero"):
        assert_allclose(shapley_sources(parts, absent=absent).sum(), gini(parts.sum(axis=1)), rtol=1e-10)


@given(seeds)
def test_sources_with_weights_are_those_of_so_many_equal_units(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parts, w = rng.lognormal(0, 1, (12, 3)), rng.integers(1, 5, 12)
    weighted, repeated = gini_sources(parts, w), gini_sources(np.repeat(parts, w, axis=0))
    for name in ("total", "share", "gini", "correlation", "contribution", "elasticity"):
        assert_allclose(getattr(weighted, name), getattr(repeated, name), rtol=1e-9, atol=1e-12)
    assert_allclose(shapley_sources(parts, w=w), shapley_sources(np.repeat(parts, w, axis=0)), rtol=1e-9, atol=1e-12)


@given(seeds)
@settings(max_examples=30, deadline=None)
def test_markov_rows_sum_to_one_and_the_steady_state_stays(seed: int) -> None:
    y = np.cumsum(np.random.default_rng(seed).normal(size=(30, 10)), axis=1) + 50
    got = markov(quantile_classes(y, 3)[0], 3)
    if not got.empty and not np.isnan(got.steady_state).any():
        assert_allclose(got.probabilities.sum(axis=1), 1, rtol=1e-12)
        assert_allclose(got.steady_state @ got.probabilities, got.steady_state, atol=1e-9)


@given(seeds)
@settings(max_examples=20)
def test_density_integrates_to_one(seed: int) -> None:
    v, _, _ = population(seed)
    for lower in (None, 0.0):
        got = kernel_density(v, 4000, lower=lower)
        assert_allclose(np.trapezoid(got.density, got.at), 1, atol=5e-3)


def test_clubs_find_two_paths_that_part() -> None:
    rng = np.random.default_rng(7)
    t = np.arange(1, 41)[:, None]
    noise = rng.normal(size=(1, 20)) / np.log(t + 1) / t**0.4
    limit = np.where(np.arange(20) < 10, 12.0, 8.0)
    got = convergence_clubs(limit + noise)
    assert log_t(limit + noise).tvalue < -1.65
    assert [set(c.units) for c in got.clubs] == [set(range(10)), set(range(10, 20))]
    assert (got.membership(20) == np.repeat([1, 2], 10)).all()


def test_lagging_regions_that_grow_faster_converge_at_the_planted_speed() -> None:
    start = np.random.default_rng(3).uniform(8, 11, 31)
    speed = 0.02
    years = np.arange(12)[:, None]
    logs = 11 + (start - 11) * np.exp(-speed * years) + 0.05 * years
    assert_allclose(beta_convergence(np.exp(logs)).speed, speed, rtol=1e-9)
    assert_allclose(beta_convergence(np.exp(logs), effects="time").speed, speed, rtol=1e-9)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: gini([1, -2, 3]), "不得为负"),
        (lambda: gini([0, 0]), "均值为 0"),
        (lambda: theil([1, 0, 2], None, ["a", "a", "b"], "L"), "可改用 T"),
        (lambda: theil([1, 2, 3], None, ["a", "", "b"]), "没有分组"),
        (lambda: dagum([1, 2, np.nan], ["a", "b", "b"]), "缺失"),
        (lambda: nested_theil([1, 2, 3], None, [["a", "b", "b"], ["x", "x", "y"]]), "不是嵌套分组"),
        (lambda: log_t(np.ones((5, 3))), "只剩"),
        (lambda: log_t(np.ones((30, 3))), "离差在某期为 0"),
        (lambda: markov([[0.5, 1.0]]), "整数类别"),
        (lambda: panel_regression([1.0, 2, 3, 4], [[1.0, 2], [2, 4], [3, 6], [4, 8]]), "完全决定"),
        (lambda: kernel_density([1.0, 2.0], lower=1.5), "超出边界"),
    ],
)
def test_bad_input_gets_one_sentence(call: object, sentence: str) -> None:
    with pytest.raises((DataError, ComputationError), match=sentence):
        call()  # type: ignore[operator]


def test_a_class_that_is_never_left_is_named() -> None:
    got = markov([[0, 0, 2], [1, 0, 2]], 3)
    assert got.empty == (2,)
    for undefined in (lambda: got.steady_state, lambda: got.shorrocks, lambda: got.first_passage):
        with pytest.raises(ComputationError, match="等级 2 没有离开记录"):
            undefined()


def test_a_chain_that_falls_apart_has_a_steady_state_for_each_part() -> None:
    got = markov([[1, 2, 1, 1, 2], [3, 3, 3, 3, 3], [5, 5, 3, 3, 3]])
    assert got.labels == (1, 2, 3, 5)
    assert got.closed == ((0, 1), (2,))
    assert_allclose(got.steady_states @ got.probabilities, got.steady_states, atol=1e-14)
    assert_allclose(got.steady_states.sum(axis=1), 1)
    with pytest.raises(ComputationError, match="1、2；3"):
        _ = got.steady_state


def test_passage_takes_for_ever_where_the_chain_may_not_get_there() -> None:
    got = chain([[1, 1, 0], [0, 1, 1], [0, 0, 1]])  # the last class is absorbing
    assert_allclose(got.steady_state, [0, 0, 1], atol=1e-15)
    assert_allclose(got.first_passage, [[np.inf, np.inf, 4], [np.inf, np.inf, 2], [np.inf, np.inf, 1]])


def test_classes_are_those_seen_whatever_they_are_called() -> None:
    path = np.random.default_rng(3).integers(0, 4, (20, 6))
    plain, numbered = markov(path), markov(path * 2 + 1)
    named = markov(np.array(["a", "b", "c", "d"])[path])
    assert numbered.labels == (1, 3, 5, 7)
    assert named.labels == ("a", "b", "c", "d")
    for other in (numbered, named):
        np.testing.assert_array_equal(other.counts, plain.counts)
        assert_allclose(other.steady_state, plain.steady_state)


def test_tables_by_group_carry_the_labels_given() -> None:
    got = dagum([1.0, 2, 4, 8, 16], [10, 10, 9, 9, 2])
    assert list(got.group_gini.index) == [2, 9, 10]
    assert got.pair_gini.loc[9, 10] == got.pair_gini.loc[10, 9]
    pairs = got.pairs.set_index(["first", "second"])
    assert list(pairs.index) == [(2, 9), (2, 10), (9, 10)]  # the richer group comes first
    assert_allclose(pairs[["between_net", "transvariation"]].sum().sum() + got.within, got.total)
    assert theil([1.0, 2, 4, 8, 16], None, [10, 10, 9, 9, 2]).by_group.loc[2, "within"] == 0


@given(seeds)
@settings(max_examples=15, deadline=None)
def test_centred_intervals_hold_their_estimate_and_keep_to_their_limits(seed: int) -> None:
    v, _, g = population(seed, 30, 10)  # groups of three or so, where plain percentiles may miss the estimate

    def parts(x: np.ndarray, groups: np.ndarray) -> list[float]:
        found = dagum(x, groups)
        return [found.total, found.within / found.total, found.transvariation / found.total]

    got = bootstrap(parts, (v, g), 60, seed=1, strata=g, limits=(0.0, 1.0))
    assert (got.low <= got.estimate).all()
    assert (got.estimate <= got.high).all()
    assert (got.low >= 0).all() and (got.high <= 1).all()
    again = bootstrap(parts, (v, g), 60, seed=1, strata=g, limits=(0.0, 1.0))
    np.testing.assert_array_equal(got.low, again.low)


def test_a_stratum_keeps_its_size_and_the_interval_its_formula() -> None:
    v = np.random.default_rng(8).lognormal(0, 1, 18)
    strata = np.repeat(np.arange(6), 3)
    drawn: list[float] = []

    def skewed(x: np.ndarray) -> float:
        drawn.append(float(x.mean() ** 3))
        return drawn[-1]

    got = bootstrap(skewed, (v,), 4000, seed=2, strata=strata, level=0.9)
    draws = np.array(drawn[1:])
    widened = np.sqrt(18 / (18 - 6)) * (np.quantile(draws, [0.05, 0.95]) - draws.mean())
    assert_allclose([got.low[0], got.high[0]], v.mean() ** 3 + widened, rtol=1e-12)
    # the variance of a stratified mean, each stratum around its own mean; 4000 draws give its root within 2 %
    of_mean = bootstrap(np.mean, (v,), 4000, seed=2, strata=strata).se[0]
    assert_allclose(of_mean, np.sqrt(v.reshape(6, 3).var(axis=1).sum() / 3) / 6, rtol=0.04)


def test_the_error_of_the_speed_is_that_of_beta_times_its_slope() -> None:
    rng = np.random.default_rng(4)
    levels = np.exp(np.cumsum(rng.normal(0.03, 0.05, (9, 25)), axis=0) + rng.normal(0, 0.5, 25))
    got = beta_convergence(levels)
    step = 1e-6
    slope = (np.log(1 + (got.beta + step) * got.span) - np.log(1 + (got.beta - step) * got.span)) / (
        2 * step * got.span
    )
    assert_allclose(got.speed_se, got.se * abs(slope), rtol=1e-8)


@pytest.mark.parametrize("index", ["gini", "theil-t", "theil-l", "variation", "atkinson"])
def test_analytic_intervals_hold_the_truth_as_often_as_they_say(index: str) -> None:
    """Of a lognormal law with σ = 0.5 every index is known; 400 samples of 300 give the share within 2 points or so."""
    spread = 0.5
    truth = {
        "gini": math.erf(spread / 2),
        "theil-t": spread**2 / 2,
        "theil-l": spread**2 / 2,
        "variation": math.sqrt(math.exp(spread**2) - 1),
        "atkinson": 1 - math.exp(-0.5 * spread**2 / 2),
    }[index]
    rng = np.random.default_rng(17)
    held = [
        bool(each.low[0] <= truth <= each.high[0])
        for each in (asymptotic(index, rng.lognormal(0, spread, 300)) for _ in range(400))
    ]
    assert 0.86 < np.mean(held) < 0.99


def test_a_trend_keeps_lines_and_lies_between_the_series_and_its_line() -> None:
    time = np.arange(15.0)
    assert_allclose(hp_trend(3 + 2 * time), 3 + 2 * time, rtol=1e-10)
    x = np.random.default_rng(1).normal(size=(15, 3)).cumsum(axis=0)
    line = np.column_stack([np.polyval(np.polyfit(time, column, 1), time) for column in x.T])
    assert_allclose(hp_trend(x, 1e-9), x, atol=1e-7)
    assert_allclose(hp_trend(x, 1e9), line, atol=1e-4)
    assert_allclose(hp_trend(x, 400).sum(axis=0), x.sum(axis=0))  # the cycle adds up to nothing


def test_the_bootstrap_and_the_influence_function_agree_on_the_gini() -> None:
    v = np.random.default_rng(5).lognormal(0, 0.6, 400)
    got = bootstrap(gini, (v,), 2000, seed=1)
    assert_allclose(got.se[0], gini_se(v), rtol=0.08)  # two estimates of one number, 2 000 draws
    assert got.low[0] < gini(v) < got.high[0]
    assert bootstrap(gini, (v,), 50, seed=1).low == bootstrap(gini, (v,), 50, seed=1).low


@pytest.mark.parametrize(
    ("index", "error"),
    [
        (gini, gini_se),
        (lambda v, w: generalised_entropy(v, 0, w), lambda v, w: entropy_se(v, 0, w)),
        (lambda v, w: generalised_entropy(v, 1, w), lambda v, w: entropy_se(v, 1, w)),
        (lambda v, w: generalised_entropy(v, 2, w), lambda v, w: entropy_se(v, 2, w)),
        (lambda v, w: atkinson(v, 0.5, w), lambda v, w: atkinson_se(v, 0.5, w)),
        (lambda v, w: atkinson(v, 1, w), lambda v, w: atkinson_se(v, 1, w)),
        (lambda v, w: atkinson(v, 2, w), lambda v, w: atkinson_se(v, 2, w)),
        (variation, variation_se),
    ],
)
@pytest.mark.parametrize("weighted", [False, True])
def test_standard_errors_are_the_slopes_of_the_index(index: object, error: object, weighted: bool) -> None:
    """Σ p²u² with each unit's influence u taken from the index itself, by giving the unit a little more weight."""
    rng = np.random.default_rng(3)
    z = rng.normal(size=40)
    v, w = np.exp(0.6 * z + 0.3 * rng.normal(size=40)), np.exp(z) if weighted else np.ones(40)
    p, step = w / w.sum(), 1e-6
    eye = np.eye(40) * step
    slope = np.array([(index(v, p + e) - index(v, p - e)) / (2 * step) for e in eye])  # type: ignore[operator]
    assert_allclose(error(v, w if weighted else None), np.sqrt((p**2) @ slope**2), rtol=1e-6)  # type: ignore[operator]


def test_a_wandering_panel_has_a_standard_normal_statistic_and_a_returning_one_is_found() -> None:
    rng = np.random.default_rng(11)
    wandering = [
        stochastic_convergence(np.exp(np.cumsum(rng.normal(size=(20, 30)), axis=0) / 10)).z for _ in range(200)
    ]
    assert (
        abs(np.mean(wandering)) < 0.35
    )  # standard error of the mean of 200 standard normals is 0.07; cross-sectional demeaning adds bias
    assert 0.8 < np.std(wandering) < 1.2
    assert stochastic_convergence(np.exp(rng.normal(size=(20, 30)) / 10)).p < 1e-6


def test_dagum_by_definition_with_zeros_ties_constants_and_high_levels() -> None:
    rng = np.random.default_rng(5)
    for make in (
        lambda n: rng.integers(0, 4, n) + 0.0,
        lambda n: 1e9 + rng.random(n),
        lambda n: np.where(rng.random(n) < 0.4, 0.0, rng.random(n)),
    ):
        v, g, w = make(30) + 1e-3, np.repeat([2, 10, 1], 10), rng.integers(1, 9, 30)
        found, p = dagum(v, g, w), w / w.sum()
        assert found.labels == (1, 2, 10)
        for j in (1, 2, 10):
            for h in (1, 2, 10):
                mine, theirs = g == j, g == h
                share = np.outer(p[mine], p[theirs]) / (p[mine].sum() * p[theirs].sum())
                gap = v[mine][:, None] - v[theirs]
                means = p[mine] @ v[mine] / p[mine].sum() + p[theirs] @ v[theirs] / p[theirs].sum()
                spread = (share * np.abs(gap)).sum()
                assert_allclose(found.pair_gini.loc[j, h], spread / means, rtol=1e-9)
                assert_allclose(
                    found.pair_distance.loc[j, h],
                    0.0 if j == h else abs((share * gap).sum()) / spread,
                    rtol=1e-7,
                    atol=1e-12,
                )
    same = dagum(np.array([0.1 + 0.2] * 6 + [5.0, 9.0]), [1, 1, 1, 2, 2, 2, 3, 3])
    assert same.pair_distance.loc[1, 2] == 0
