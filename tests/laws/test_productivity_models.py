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
    cross_efficiency,
    directional,
    ebm,
    metafrontier,
    metafrontier_malmquist,
    radial,
    sbm,
    sbm_malmquist,
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
