"""What must hold for every audit, whatever the data."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from xinzhi.base.errors import UsageError
from xinzhi.measure.audit.ranks import share_ahead
from xinzhi.measure.influence import leave_one_out
from xinzhi.measure.method import Method, Variation
from xinzhi.measure.simulate.draws import prepare, simulate
from xinzhi.measure.simulate.plan import alternatives, random_plan

LAYERS = np.array([0, 0, 1, 1, 1, 2])
DIRECTION = np.array([1, 1, -1, 1, -1, 1])
YEARS = np.tile([2020, 2021], 12)
STILL = Variation((), (), (), weight_noise=0.0, remove=0, data_noise=0.0)
METHODS = [
    Method(),
    Method("percentile", "critic", "geometric", layering="equal"),
    Method("zscore", "std", pooled=False),
]
ARITHMETIC = Variation(("minmax", "percentile"), ("critic", "equal", "std"), ("arithmetic",))


def table(seed: int) -> np.ndarray:
    return np.exp(np.random.default_rng(seed).normal(size=(24, 6)))


def simulated(x, method=METHODS[0], vary=ARITHMETIC, draws=40, **options):
    return simulate(x, DIRECTION, YEARS, LAYERS, method, draws, vary=vary, **options)


def test_a_seed_gives_the_same_bits_and_another_seed_does_not():
    x = table(0)
    a, b, c = simulated(x, seed=5), simulated(x, seed=5), simulated(x, seed=6)
    assert (a.scores == b.scores).all() and (a.ranks == b.ranks).all()
    assert (a.scores != c.scores).any()


def test_the_number_of_workers_changes_nothing():
    """Large enough for several batches of errors."""
    x = np.exp(np.random.default_rng(1).normal(size=(4000, 6)))
    years = np.repeat([2020, 2021], 2000)
    one, four = (
        simulate(x, DIRECTION, years, LAYERS, METHODS[0], 60, vary=ARITHMETIC, workers=workers) for workers in (1, 4)
    )
    assert (one.scores == four.scores).all() and (one.ranks == four.ranks).all()


@given(st.integers(0, 50), st.sampled_from(METHODS))
@settings(max_examples=15, deadline=None)
def test_the_order_of_regions_changes_nothing(seed, method):
    x, order = table(seed), np.random.default_rng(seed).permutation(24)
    vary = Variation((), (), (), weight_noise=0.3, remove=1, data_noise=0.0)
    straight = simulated(x, method, vary)
    shuffled = simulate(x[order], DIRECTION, YEARS[order], LAYERS, method, 40, vary=vary)
    assert_allclose(shuffled.scores, straight.scores[:, order], atol=1e-12)
    assert_array_equal(shuffled.nominal_ranks, straight.nominal_ranks[order])


@given(st.integers(0, 50), st.sampled_from(METHODS))
@settings(max_examples=15, deadline=None)
def test_nothing_varied_gives_intervals_without_width_at_the_nominal_result(seed, method):
    got = simulated(table(seed), method, STILL)
    for bound in got.interval(0.9):
        assert_allclose(bound, got.nominal_scores, atol=1e-12)
    for bound in got.rank_interval(0.9):
        assert_array_equal(bound, got.nominal_ranks)


@given(st.integers(0, 50), st.lists(st.floats(0.01, 100), min_size=6, max_size=6))
@settings(max_examples=15, deadline=None)
def test_units_do_not_matter(seed, factors):
    x = table(seed)
    assert_allclose(simulated(x * factors).scores, simulated(x).scores, atol=1e-9)


def test_an_indicator_turned_round_with_its_direction_gives_the_same_nominal_scores():
    x = table(3)
    turned = simulate(-x, -DIRECTION, YEARS, LAYERS, METHODS[0], 1, vary=STILL)
    assert_allclose(turned.scores, simulated(x, vary=STILL, draws=1).scores, atol=1e-12)


@given(st.integers(0, 100), st.integers(0, 3))
@settings(max_examples=25, deadline=None)
def test_removal_leaves_each_layer_an_indicator_and_takes_no_more_than_stated(seed, remove):
    vary = Variation(remove=remove)
    plan = random_plan(alternatives(Method(), vary), vary, LAYERS, 200, seed)
    assert ((~plan.kept).sum(axis=1) <= remove).all()
    for layer in range(3):
        assert plan.kept[:, layer == LAYERS].any(axis=1).all()


def test_removal_and_choices_are_drawn_evenly():
    """6000 draws: each count is binomial; 5 standard deviations are never passed by chance."""
    vary = Variation(remove=1)
    plan = random_plan(alternatives(Method(), vary), vary, LAYERS, 6000, 1)
    gone = (~plan.kept).sum(axis=0)
    assert gone[5] == 0  # alone in its layer
    assert abs(gone.sum() - 3000) < 5 * np.sqrt(6000 / 4)
    assert (np.abs(gone[:5] - 600) < 5 * np.sqrt(6000 * 0.1 * 0.9)).all()
    for chosen, names in ((plan.normalise, plan.names.normalise), (plan.weights, plan.names.weights)):
        share = 1 / len(names)
        count = np.bincount(chosen, minlength=len(names))
        assert (np.abs(count - 6000 * share) < 5 * np.sqrt(6000 * share * (1 - share))).all()
    assert np.abs(plan.shake - 1).max() <= 0.25 and abs(plan.shake.mean() - 1) < 0.01
    assert abs(np.corrcoef(plan.normalise, plan.weights)[0, 1]) < 5 / np.sqrt(6000)
    assert (np.sort(plan.noise) == np.arange(6000)).all()


@given(st.integers(0, 50))
@settings(max_examples=10, deadline=None)
def test_ahead_one_way_and_the_other_sum_to_one(seed):
    scores = simulated(table(seed)).scores
    a, b = scores[:, 0], scores[:, 2]
    assert_allclose(share_ahead(a, b) + share_ahead(b, a), 1.0)
    assert share_ahead(a, a) == 0.5


def test_leaving_out_an_indicator_is_scoring_without_it():
    x = table(4)
    prepared = prepare(x, DIRECTION, YEARS, LAYERS, Method(weights="equal"), STILL)
    scores, _ = leave_one_out(prepared)
    for j in range(6):
        kept = np.arange(6) != j
        layers = np.unique(LAYERS[kept], return_inverse=True)[1]
        alone = simulate(x[:, kept], DIRECTION[kept], YEARS, layers, Method(weights="equal"), 1, vary=STILL)
        assert_allclose(scores[j], alone.nominal_scores, atol=1e-12)


@pytest.mark.parametrize(
    ("method", "vary", "word"),
    [
        (Method("zscore", "equal"), Variation((), ("entropy",), ()), "entropy"),
        (Method("zscore", "equal"), Variation((), (), ("geometric",)), "geometric"),
        (Method(), Variation(weight_noise=1.5), "weight_noise"),
        (Method(), Variation(remove=6), "remove"),
        (Method(), Variation(data_noise=-1.0), "data_noise"),
    ],
)
def test_what_cannot_be_combined_is_refused_by_name(method, vary, word):
    with pytest.raises(UsageError, match=word):
        simulated(table(0), method, vary)


def test_alternatives_that_do_not_go_with_the_data_are_left_out_when_asked():
    """Off the 0–1 scale entropy and geometric means have no meaning; the nominal choices stay whatever happens."""
    vary = Variation(("minmax",), ("entropy", "equal"), ("geometric",))
    got = simulated(table(0), Method("zscore", "std"), vary, strict=False)
    assert got.plan.names.normalise == ("zscore", "minmax")
    assert got.plan.names.weights == ("std", "equal")
    assert got.plan.names.aggregate == ("arithmetic",)
    with pytest.raises(UsageError, match="geometric"):
        simulated(table(0), Method("zscore", "std", "geometric"), STILL, strict=False)


def test_a_layer_of_one_indicator_and_a_year_of_one_region_are_no_trouble():
    x = table(2)[:5]
    years = np.array([2020, 2020, 2020, 2020, 2021])
    got = simulate(x, DIRECTION, years, LAYERS, Method(layering="equal"), 30)
    assert np.isfinite(got.scores).all()
    assert (got.ranks[:, 4] == 1).all()


def test_draws_and_seed_must_be_whole_numbers_in_range():
    for bad in ({"draws": 0}, {"seed": -1}):
        with pytest.raises(UsageError, match=next(iter(bad))):
            simulated(table(0), **bad)
