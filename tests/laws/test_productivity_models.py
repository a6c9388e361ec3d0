"""Cross-efficiency, additive and epsilon-based measures, metafrontiers and slacks-based indices: what must hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import linprog

from xinzhi.base.errors import DataError, UsageError
from xinzhi.productivity import (
    additive,
    affinity,
    by_production,
    cross_efficiency,
    directional,
    ebm,
    fare_primont,
    hicks_moorsteen,
    luenberger,
    malmquist,
    malmquist_luenberger,
    metafrontier,
    metafrontier_malmquist,
    radial,
    range_directional,
    sbm,
    sbm_malmquist,
    two_stage,
    window_analysis,
)

seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=12, deadline=None)
Data = tuple[np.ndarray, np.ndarray, np.ndarray]


def units(seed: int, shape: tuple[int, ...] = (12,)) -> Data:
    rng = np.random.default_rng(seed)
    return rng.lognormal(size=(*shape, 2)), rng.lognormal(size=(*shape, 2)), rng.lognormal(size=(*shape, 1))


@few
@given(seeds)
def test_cross_efficiency_keeps_own_scores_and_orders_the_goals(seed: int) -> None:
    x, y, _ = units(seed)
    own = radial(x, y).efficiency
    got = {goal: cross_efficiency(x, y, goal) for goal in ("aggressive", "arbitrary", "benevolent")}
    for each in got.values():
        assert_allclose(np.diag(each.matrix), own)
        assert (each.matrix <= 1 + 1e-7).all() and (each.score <= own + 1e-7).all()
        assert_allclose((each.weights_y * y).sum(axis=1), own * (each.weights_x * x).sum(axis=1), rtol=1e-6)
    assert "not unique" in got["arbitrary"].notes[-1].en


def test_cross_efficiency_weights_are_the_best_for_the_others() -> None:
    """The multiplier program itself, solved by HiGHS: max or min u·Σy of the others with v·Σx of the others = 1."""
    x, y, _ = units(3)
    own = radial(x, y).efficiency
    for goal, sign in (("benevolent", -1.0), ("aggressive", 1.0)):
        got = cross_efficiency(x, y, goal)
        for k in range(len(x)):
            rest_x, rest_y = x.sum(axis=0) - x[k], y.sum(axis=0) - y[k]
            best = linprog(
                np.r_[0, 0, sign * rest_y],
                A_ub=np.c_[-x, y],
                b_ub=np.zeros(len(x)),
                A_eq=[np.r_[rest_x, 0, 0], np.r_[-own[k] * x[k], y[k]]],
                b_eq=[1, 0],
            )
            assert got.weights_y[k] @ rest_y / (got.weights_x[k] @ rest_x) == pytest.approx(abs(best.fun), rel=1e-6)


@few
@given(seeds, st.sampled_from(["crs", "vrs"]), st.sampled_from([None, "input", "output"]))
def test_epsilon_moves_between_radial_and_slacks(seed: int, rts: str, orientation: str | None) -> None:
    x, y, _ = units(seed)
    middle = ebm(x, y, rts, orientation)
    assert 0 <= middle.epsilon_x <= 1 and middle.weights_y.sum() == pytest.approx(1)
    if orientation is None:
        assert_allclose(ebm(x, y, rts, None, 1, 1, [1, 1], [1, 1]).efficiency, sbm(x, y, rts=rts).efficiency, rtol=1e-8)
        assert (middle.theta <= 1 + 1e-9).all() and (middle.eta >= 1 - 1e-9).all()
        low, high = (ebm(x, y, rts, None, e, e).efficiency for e in (0.6, 0.2))
        assert (low <= high + 1e-9).all()
    else:
        assert_allclose(
            ebm(x, y, rts, orientation, 0, 0).efficiency, radial(x, y, rts, orientation).efficiency, rtol=1e-8
        )
        assert (middle.efficiency <= radial(x, y, rts, orientation).efficiency + 1e-9).all()
    factor = np.array([1e4, 1e-3])
    assert_allclose(ebm(x * factor, y / factor, rts, orientation).efficiency, middle.efficiency, rtol=1e-8)


def test_affinity_of_proportional_inputs_is_complete() -> None:
    one = np.arange(1.0, 9.0)
    epsilon, weights = affinity(np.column_stack([one, 3 * one, 5 * one]))
    assert epsilon == pytest.approx(0) and weights == pytest.approx([1 / 3] * 3)
    assert affinity(one[:, None]) == (0.0, np.ones(1))


@few
@given(seeds)
def test_additive_measures(seed: int) -> None:
    """Efficient by one weighting is efficient by all; RAM is in [0, 1] and moves with neither units nor origin."""
    x, y, b = units(seed)
    range_adjusted, by_level, plain = (additive(x, y, b, weights=w) for w in ("range", "level", "unit"))
    assert_allclose(range_adjusted.total > 1e-9, plain.total > 1e-9)
    assert_allclose(by_level.total > 1e-9, plain.total > 1e-9)
    assert range_adjusted.efficiency is not None and plain.efficiency is None
    assert ((range_adjusted.efficiency >= 0) & (range_adjusted.efficiency <= 1)).all()
    moved = additive(1000 * x + 5, y / 7 + 2, b + 1)
    assert_allclose(moved.efficiency, range_adjusted.efficiency, atol=1e-8)
    slacks = np.hstack([plain.slacks_x, plain.slacks_y, plain.slacks_b])
    assert_allclose(slacks.sum(axis=1), plain.total)
    assert_allclose(sbm(x, y, b, "vrs").efficiency > 1 - 1e-9, plain.total < 1e-9)


def test_additive_model_by_hand() -> None:
    """Unit 2 uses one input more than unit 0 and makes one output less: Σ s = 2; ranges are 2 and 2, so Γ = 1 − ½."""
    got = additive([[2.0], [4.0], [3.0]], [[3.0], [4.0], [2.0]], weights="unit")
    assert_allclose(got.total, [0, 0, 2])
    assert_allclose(additive([[2.0], [4.0], [3.0]], [[3.0], [4.0], [2.0]]).efficiency, [1, 1, 0.5])


@few
@given(seeds, st.sampled_from(["crs", "vrs"]), st.sampled_from(["radial", "sbm", "directional"]))
def test_metafrontier_lies_above_every_group(seed: int, rts: str, measure: str) -> None:
    x, y, b = units(seed)
    bads = None if measure == "radial" else b
    groups = ["east", "west"] * 6
    got = metafrontier(x, y, groups, bads, rts, "output", measure)
    assert got.names == ("east", "west")
    assert_allclose(got.group * got.gap, got.meta, rtol=1e-8)
    assert ((got.gap > 0) & (got.gap <= 1)).all()
    one = metafrontier(x, y, ["all"] * 12, bads, rts, "output", measure)
    assert_allclose(one.gap, 1.0)
    if measure == "radial":
        assert_allclose(got.group[::2], radial(x[::2], y[::2], rts, "output").efficiency)


@few
@given(seeds, st.sampled_from(["radial", "directional"]))
def test_metafrontier_change_multiplies(seed: int, measure: str) -> None:
    x, y, b = units(seed, (3, 8))
    bads = None if measure == "radial" else b
    got = metafrontier_malmquist(x, y, list("aabbabab"), bads, measure=measure)
    assert_allclose(got.efficiency_change * got.best_practice_change * got.gap_change, got.change, rtol=1e-9)
    if measure == "directional":
        beta = directional(*(np.concatenate(v) for v in (x, y, b)), None).beta.reshape(3, 8)
        assert_allclose(got.change, (1 + beta[:-1]) / (1 + beta[1:]), rtol=1e-8)


@few
@given(seeds, st.sampled_from(["contemporaneous", "sequential", "biennial", "window", "global"]))
def test_slacks_based_index(seed: int, technology: str) -> None:
    x, y, b = units(seed, (3, 8))
    got = sbm_malmquist(x, y, b, technology)
    assert_allclose(got.efficiency_change * got.technical_change, got.change, rtol=1e-9)
    assert got.infeasible == ()
    if technology == "global":
        plain = sbm_malmquist(x, y, b, technology, super_efficiency=False)
        score = sbm(*(np.concatenate(v) for v in (x, y, b))).efficiency.reshape(3, 8)
        assert_allclose(plain.change.prod(axis=0), score[-1] / score[0], rtol=1e-8)
        beyond = sbm(*(np.concatenate(v) for v in (x, y, b)), super_efficiency=True).efficiency.reshape(3, 8)
        assert_allclose(got.change, beyond[1:] / beyond[:-1], rtol=1e-8)
    if technology == "contemporaneous":
        own = np.array([sbm(x[t], y[t], b[t], super_efficiency=True).efficiency for t in range(3)])
        assert_allclose(got.efficiency_change, own[1:] / own[:-1], rtol=1e-8)


def test_bad_input_is_one_sentence() -> None:
    x, y, b = units(1)
    with pytest.raises(DataError, match="11"):
        metafrontier(x, y, ["a"] * 11)
    with pytest.raises(DataError, match="组别"):
        metafrontier(x, y, ["a"] * 11 + [None])
    with pytest.raises(UsageError, match="sbm"):
        metafrontier(x, y, ["a"] * 12, b)
    with pytest.raises(UsageError, match="fdh"):
        ebm(x, y, "fdh")
    with pytest.raises(DataError, match="epsilon_x"):
        ebm(x, y, epsilon_x=2.0)
    with pytest.raises(UsageError, match="benevolent"):
        cross_efficiency(x, y, "benevolant")
    with pytest.raises(DataError, match="SBM"):
        sbm_malmquist(np.tile([1.0, 0.0], (2, 3, 1)), np.ones((2, 3, 1)))


@few
@given(seeds, st.sampled_from(["product", "mean"]))
def test_two_stages_make_up_the_whole(seed: int, decomposition: str) -> None:
    rng = np.random.default_rng(seed)
    x, z, y = (rng.lognormal(size=(10, 2)) for _ in range(3))
    got = two_stage(x, z, y, decomposition)
    other = two_stage(x, z, y, decomposition, priority="second")
    assert (got.first >= other.first - 1e-8).all() and (got.second <= other.second + 1e-8).all()
    for each in (got, other):
        assert (np.column_stack([each.first, each.second]) <= 1 + 1e-7).all()
        if decomposition == "product":
            assert_allclose(each.first * each.second, each.overall, rtol=1e-9)
            assert (each.overall <= radial(x, y).efficiency + 1e-9).all()
        else:
            assert_allclose(each.share * each.first + (1 - each.share) * each.second, each.overall, rtol=1e-9)
    assert (got.first <= radial(x, z).efficiency + 1e-8).all() and (
        other.second <= radial(z, y).efficiency + 1e-8
    ).all()


def test_two_stages_solve_the_multiplier_program() -> None:
    """Kao & Hwang (2008), eq. 2: max u·y with v·x = 1, w·z ≤ v·x and u·y ≤ w·z for every unit; by HiGHS."""
    rng = np.random.default_rng(5)
    x, z, y = (rng.lognormal(size=(10, 2)) for _ in range(3))
    none = np.zeros((10, 2))
    upper = np.vstack([np.hstack([-x, z, none]), np.hstack([none, -z, y])])
    product, mean = two_stage(x, z, y), two_stage(x, z, y, "mean")
    for k in range(10):
        whole = linprog(
            np.r_[0, 0, 0, 0, -y[k]], A_ub=upper, b_ub=np.zeros(20), A_eq=[np.r_[x[k], 0, 0, 0, 0]], b_eq=[1]
        )
        assert product.overall[k] == pytest.approx(-whole.fun, rel=1e-7)
        both = linprog(
            np.r_[0, 0, -z[k], -y[k]], A_ub=upper, b_ub=np.zeros(20), A_eq=[np.r_[x[k], z[k], 0, 0]], b_eq=[1]
        )
        assert mean.overall[k] == pytest.approx(-both.fun, rel=1e-7)


@few
@given(seeds, st.sampled_from(["contemporaneous", "sequential", "biennial", "window", "global"]))
def test_hicks_moorsteen_index(seed: int, technology: str) -> None:
    x, y, _ = units(seed, (3, 8))
    got = hicks_moorsteen(x, y, technology)
    assert_allclose(got.output_change / got.input_change, got.change, rtol=1e-12)
    swapped = hicks_moorsteen(x[::-1], y[::-1], technology) if technology in ("contemporaneous", "global") else None
    if swapped is not None:
        assert_allclose(swapped.change[::-1], 1 / got.change, rtol=1e-8)
    doubled = hicks_moorsteen(np.stack([x[0], 2 * x[0]]), np.stack([y[0], 3 * y[0]]), technology, "crs")
    assert_allclose(doubled.change, 1.5, rtol=1e-9)
    single = x[..., :1], y[..., :1]
    plain = hicks_moorsteen(*single, technology, "crs").change
    assert_allclose(plain, (single[1][1:] / single[1][:-1] / (single[0][1:] / single[0][:-1]))[..., 0], rtol=1e-9)


@few
@given(seeds)
def test_negative_data_need_no_origin(seed: int) -> None:
    x, y, b = units(seed)
    got = range_directional(np.log(x), np.log(y), np.log(b))
    assert ((got.beta >= -1e-9) & (got.beta <= 1 + 1e-9)).all() and (np.abs(got.beta) < 1e-9).any()
    moved = range_directional(3 * np.log(x) - 7, np.log(y) / 5 + 2, np.log(b))
    assert_allclose(moved.beta, got.beta, atol=1e-8)


def test_negative_data_by_hand() -> None:
    """Ideal point: input −1, output 2. The unit in the middle of the frontier's chord can go half of the way."""
    got = range_directional([[-1.0], [1.0], [1.0]], [[-1.0], [2.0], [-1.0]])
    assert_allclose(got.beta, [0, 0, 0.5])


def test_windows_move_over_the_periods() -> None:
    x, y, _ = units(2, (5, 6))
    got = window_analysis(x, y, 3)
    assert got.efficiency.shape == (3, 3, 6)
    assert_allclose(got.efficiency[1].ravel(), radial(np.concatenate(x[1:4]), np.concatenate(y[1:4])).efficiency)
    assert_allclose(got.mean[2], np.mean([got.efficiency[0, 2], got.efficiency[1, 1], got.efficiency[2, 0]], axis=0))
    assert_allclose(
        window_analysis(x, y, 5).efficiency[0].ravel(), radial(np.concatenate(x), np.concatenate(y)).efficiency
    )
    assert_allclose(window_analysis(x, y, 5).spread, 0)


@few
@given(seeds, st.sampled_from(["contemporaneous", "sequential", "biennial", "window", "global"]))
def test_absent_units_are_in_no_frontier(seed: int, technology: str) -> None:
    """An unbalanced panel gives what the present units alone would give."""
    x, y, b = units(seed, (3, 8))
    gone = [v.copy() for v in (x, y, b)]
    for v in gone:
        v[:, 5] = np.nan
    rest = [np.delete(v, 5, axis=1) for v in (x, y, b)]
    for index, parts in ((malmquist, 2), (hicks_moorsteen, 2), (malmquist_luenberger, 3), (luenberger, 3)):
        got, expected = index(*gone[:parts], technology), index(*rest[:parts], technology)
        assert np.isnan(got.change[:, 5]).all()
        assert_allclose(np.delete(got.change, 5, axis=1), expected.change, rtol=1e-8)
    gone[0][2, 1], gone[1][2, 1] = np.nan, np.nan
    late = malmquist(gone[0], gone[1], technology)
    assert np.isnan(late.change[1, 1]) and np.isfinite(late.change[0, 1])
    assert any("(2, 1)" in note.en for note in late.notes)
    assert_allclose(
        metafrontier_malmquist(*gone[:2], ["a"] * 8).change, malmquist(*gone[:2], "global").change, rtol=1e-8
    )


@few
@given(seeds, st.sampled_from(["crs", "vrs", "fdh"]))
def test_by_production_is_two_technologies(seed: int, rts: str) -> None:
    x, y, b = units(seed)
    got = by_production(x, y, b, [1], rts)
    assert_allclose(got.operational, radial(x, y, rts, "output").efficiency)
    assert_allclose(got.efficiency, (got.operational + got.environmental) / 2)
    assert_allclose(got.environmental, radial(b, x[:, [1]], rts).efficiency, rtol=1e-8)  # one bad: radial
    two = by_production(x, y, np.hstack([b, b**2]), [0, 1], rts)
    assert (two.environmental <= radial(np.hstack([b, b**2]), x, rts).efficiency + 1e-9).all()
    assert_allclose(two.bad_factors.mean(axis=1), two.environmental, rtol=1e-9)
    with pytest.raises(UsageError, match="polluting"):
        by_production(x, y, b, [2], rts)


@few
@given(seeds, st.sampled_from(["crs", "vrs"]), st.sampled_from(["input", "output"]))
def test_weight_restrictions_hold_and_lower_the_score(seed: int, rts: str, orientation: str) -> None:
    """v₁ within a factor of three of v₂, and u₁ ≥ u₂."""
    x, y, _ = units(seed)
    rows = [[-1, 3], [3, -1], [0, 0]], [[0, 0], [0, 0], [-1, 1]]
    free, bound = radial(x, y, rts, orientation), radial(x, y, rts, orientation, restrictions=rows)
    assert (bound.status == "optimal").all()
    assert (bound.efficiency <= free.efficiency + 1e-9).all()
    v, u = bound.weights_x, bound.weights_y
    assert (
        (v @ np.array(rows[0]).T - u @ np.array(rows[1]).T) >= -1e-7 * (v.sum(axis=1) + u.sum(axis=1))[:, None]
    ).all()
    worth = (u * y).sum(axis=1), (v * x).sum(axis=1)
    whole = worth[0] + bound.intercept if orientation == "input" else worth[1] + bound.intercept
    assert_allclose(whole, bound.efficiency if orientation == "input" else bound.expansion, rtol=1e-7)
    assert bound.lambdas.shape == (12, 12)
    with pytest.raises(DataError, match="618"):
        radial(x, y, restrictions=([[1, 2, 3]], [[1, 1]]))
    with pytest.raises(UsageError, match="fdh"):
        radial(x, y, "fdh", restrictions=rows)


@few
@given(seeds, st.sampled_from(["crs", "vrs", "fdh"]))
def test_fare_primont_compares_everybody(seed: int, rts: str) -> None:
    """Levels are products of distances that can be had one by one; only aggregates of a unit's own data enter."""
    x, y, _ = units(seed, (3, 8))
    got = fare_primont(x, y, rts)
    pool = np.concatenate(x), np.concatenate(y)
    mean_x, mean_y = pool[0].mean(axis=0), pool[1].mean(axis=0)
    out = radial(np.tile(mean_x, (8, 1)), y[1], rts, "output", reference=pool).efficiency
    into = radial(x[1], np.tile(mean_y, (8, 1)), rts, "input", reference=pool).efficiency
    assert_allclose(got.level[1], out * into, rtol=1e-9)
    assert_allclose(got.change.prod(axis=0), got.level[-1] / got.level[0], rtol=1e-9)
    assert_allclose(got.output / got.input, got.level)
    doubled = fare_primont(x, y, rts, (mean_x, mean_y))
    assert_allclose(doubled.level, got.level, rtol=1e-12)
    one = fare_primont(x[..., :1], y[..., :1], "crs")
    assert_allclose(one.change, ((y[1:] / x[1:]) / (y[:-1] / x[:-1]))[..., 0], rtol=1e-9)
