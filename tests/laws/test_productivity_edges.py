"""Frontiers at their edges: zeros, programs without a solution, factors that do not exist."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from xinzhi.base.errors import XinzhiError
from xinzhi.productivity import (
    cross_efficiency,
    directional,
    hicks_moorsteen,
    luenberger,
    malmquist,
    malmquist_luenberger,
    nonradial_directional,
    radial,
    sbm,
    two_stage,
)

seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=40, deadline=None)


@few
@given(seeds, st.sampled_from(["crs", "drs"]))
def test_no_output_can_be_measured_against_units_that_make_none_of_it(seed: int, rts: str) -> None:
    """φ > 0 against the others if, and only if, each output of the unit is made by another that uses no further input."""
    rng = np.random.default_rng(seed)
    n, p, q = int(rng.integers(6, 25)), int(rng.integers(2, 5)), int(rng.integers(2, 5))
    x, y = (rng.lognormal(size=(n, k)) * (rng.random((n, k)) < 0.7) for k in (p, q))
    x[np.arange(n), rng.integers(0, p, size=n)] = 1.0
    y[np.arange(n), rng.integers(0, q, size=n)] = 1.0
    within = ~((x[None] > 0) & (x[:, None] == 0)).any(axis=2) & ~np.eye(n, dtype=bool)
    alone = ((y > 0) & ((within @ (y > 0)) == 0)).any(axis=1)
    got = radial(x, y, rts, "output", super_efficiency=True)
    assert_array_equal(got.status == "unbounded", alone)
    assert_array_equal(np.isnan(got.efficiency), alone)
    assert np.nanmax(got.efficiency, initial=0.0) < 1e9


@few
@given(seeds, st.sampled_from(["crs", "vrs", "drs", "irs", "fdh"]))
def test_a_weight_on_a_variable_without_direction_counts_for_nothing(seed: int, rts: str) -> None:
    rng = np.random.default_rng(seed)
    x, y, b = (rng.lognormal(size=(9, k)) for k in (2, 1, 1))
    kind = "strong" if rts == "fdh" else "weak"
    every = nonradial_directional(x, y, b, None, weights=[0.3, 0.3, 0.2, 0.2], rts=rts, disposability=kind)
    none = nonradial_directional(x, y, b, None, weights=[0, 0, 0.2, 0.2], rts=rts, disposability=kind)
    assert (every.status == "optimal").all()
    assert_array_equal(every.distance, none.distance)
    assert_array_equal(every.weights, none.weights)
    assert not every.beta_x.any()


def test_a_beta_without_factor_is_named_and_not_an_index() -> None:
    """Against the year before, the unit that pollutes a fifth of anybody there is at β = −4: no 1/(1 + β)."""
    x = np.ones((2, 2, 1))
    y = np.array([[[1.0], [2.0]], [[1.0], [2.0]]])
    b = np.array([[[5.0], [6.0]], [[1.0], [6.0]]])
    assert directional(x[1], y[1], b[1], None, rts="vrs", reference=(x[0], y[0], b[0])).beta[0] == pytest.approx(-4)
    got = malmquist_luenberger(x, y, b, rts="vrs")
    assert got.infeasible == ((0, 1, 1, 0),) and np.isnan(got.change[0, 0]) and np.isfinite(got.change[0, 1])
    assert any("no efficiency factor" in note.en for note in got.notes)
    assert any("没有效率因子" in note.zh for note in got.notes)
    plain = luenberger(x, y, b, rts="vrs")
    assert plain.infeasible == () and np.isfinite(plain.change).all()
    one = malmquist_luenberger(x, y, b, rts="vrs", infeasible="one-sided")
    new = [directional(x[t], y[t], b[t], None, rts="vrs", reference=(x[1], y[1], b[1])).beta[0] for t in (0, 1)]
    assert_allclose(one.change[0, 0], (1 + new[0]) / (1 + new[1]))


@few
@given(seeds, st.sampled_from(["benevolent", "aggressive"]))
def test_small_units_judge_large_ones_as_well(seed: int, goal: str) -> None:
    """Under constant returns a unit's size is nothing, so units of any size keep their place and their weights' optimum."""
    rng = np.random.default_rng(seed)
    x, y, size = rng.lognormal(size=(15, 2)), rng.lognormal(size=(15, 2)), 10.0 ** rng.uniform(-4, 4, size=(15, 1))
    got = cross_efficiency(x * size, y * size, goal)
    assert_allclose(np.diag(got.matrix), radial(x, y).efficiency, rtol=1e-9)
    assert got.matrix.min() >= 0 and got.matrix.max() <= 1 + 1e-7
    rest = [(v * size).sum(axis=0) - v * size for v in (x, y)]
    worth = (got.weights_y * rest[1]).sum(axis=1) / (got.weights_x * rest[0]).sum(axis=1)
    other = cross_efficiency(x * size, y * size, "aggressive" if goal == "benevolent" else "benevolent")
    swap = (other.weights_y * rest[1]).sum(axis=1) / (other.weights_x * rest[0]).sum(axis=1)
    assert ((worth >= swap - 1e-9) if goal == "benevolent" else (worth <= swap + 1e-9)).all()


def test_a_judge_whose_weights_count_none_of_a_units_inputs_is_left_out_by_name() -> None:
    """Unit 0 uses only the first input, unit 2 only the second: aggressive weights of unit 0 see nothing of unit 2."""
    x = np.array([[1.0, 0.0], [2.0, 1.0], [0.0, 1.0]])
    got = cross_efficiency(x, np.ones((3, 1)), "aggressive")
    assert np.isnan(got.matrix[0, 2]) and np.isfinite(got.score).all()
    assert_allclose(got.score[2], np.mean([got.matrix[1, 2], got.matrix[2, 2]]))
    assert "(0, 2)" in got.notes[-1].en and "(0, 2)" in got.notes[-1].zh


def test_whatever_holds_the_numbers_the_score_is_the_same() -> None:
    """Lists, integers, frames, Fortran order, read-only arrays, and one variable without a second axis."""
    x, y = np.array([[2, 4], [3, 1], [4, 4], [5, 2]]), np.array([1, 2, 3, 2])
    want = radial(x.astype(float), y.astype(float)[:, None], "vrs").efficiency
    locked = np.asfortranarray(x, dtype=float)
    locked.setflags(write=False)
    for inputs in (x, x.tolist(), pd.DataFrame(x), locked, x.astype(np.float32)):
        for goods in (y, y.tolist(), pd.Series(y, dtype="Int64"), y[:, None], pd.DataFrame({"y": y})):
            assert_array_equal(radial(inputs, goods, "vrs").efficiency, want)
    one = directional(x[:, 0], y, y, rts="vrs")
    assert_array_equal(one.beta, directional(x[:, :1], y[:, None], y[:, None], rts="vrs").beta)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"weights": "own"}, "weights holds values that are not numbers"),
        ({"weights": [1, -1, 1]}, "weights must be finite and not negative"),
        ({"weights": [1, 1]}, "weights has shape (2,)"),
        ({"gx": [["q"]]}, "direction gx holds values that are not numbers"),
        ({"reference": 3}, "must be (x, y, b), it holds 1"),
    ],
)
def test_what_is_no_number_or_no_set_gets_one_sentence(options: dict[str, Any], words: str) -> None:
    with pytest.raises(XinzhiError) as caught:
        nonradial_directional([1.0, 2.0], [1.0, 1.0], [1.0, 2.0], **options)
    assert words in caught.value.text.en


def test_a_hybrid_index_is_an_indicator() -> None:
    """Along (−x, y, −b) no one factor describes the change, so only the indicator takes that orientation."""
    ones = np.ones((2, 3, 1))
    with pytest.raises(XinzhiError, match="hybrid"):
        malmquist_luenberger(ones, ones, ones, orientation="hybrid")
    assert not luenberger(ones, ones, ones, orientation="hybrid").change.any()


def test_a_unit_just_below_the_frontier_has_no_super_efficiency() -> None:
    """One twentieth more input than its peer: ρ = 1/1.05, with super-efficiency as without."""
    x, y = np.array([[1.0], [1.05], [2.0]]), np.ones((3, 1))
    for rts in ("crs", "vrs", "fdh"):
        assert_allclose(sbm(x, y, rts=rts).efficiency, [1, 1 / 1.05, 0.5])
        beyond = sbm(x, y, rts=rts, orientation="input", super_efficiency=True)
        assert_allclose(beyond.efficiency, [1.05, 1 / 1.05, 0.5])
        assert beyond.super_efficient.tolist() == [True, False, False]


@few
@given(seeds)
def test_the_order_of_units_and_variables_is_nothing(seed: int) -> None:
    """Units shuffled and variables of each kind turned round: the same changes, at their new places."""
    rng = np.random.default_rng(seed)
    x, y, b = (rng.lognormal(size=(3, 7, k)) for k in (3, 2, 2))
    order = rng.permutation(7)
    turned = [v[:, order, ::-1] for v in (x, y, b)]
    technology = ("contemporaneous", "sequential", "biennial", "window", "global")[seed % 5]
    for index, parts in ((malmquist, 2), (hicks_moorsteen, 2), (malmquist_luenberger, 3), (luenberger, 3)):
        plain = index(*(x, y, b)[:parts], technology=technology)
        other = index(*turned[:parts], technology=technology)
        assert_allclose(other.change, plain.change[:, order], rtol=1e-9, atol=1e-9)
        assert_allclose(other.technical_change, plain.technical_change[:, order], rtol=1e-9, atol=1e-9)
    assert_allclose(sbm(*(v[0] for v in turned)).efficiency, sbm(x[0], y[0], b[0]).efficiency[order], rtol=1e-9)


def test_groups_of_variables_share_the_weight_equally() -> None:
    """Capital, labour, energy, output, carbon: 1/9 each input, 1/3, 1/3 (Zhou, Ang & Wang 2012); energy only: 1/3 each."""
    rng = np.random.default_rng(1)
    x, y, b = (rng.lognormal(size=(8, k)) for k in (3, 1, 1))
    every = nonradial_directional(x, y, b)
    assert_allclose(every.weights, np.tile([1 / 9, 1 / 9, 1 / 9, 1 / 3, 1 / 3], (8, 1)))
    energy = nonradial_directional(x, y, b, gx=x * [0, 0, 1])
    assert_allclose(energy.weights, np.tile([0, 0, 1 / 3, 1 / 3, 1 / 3], (8, 1)))
    assert_allclose(energy.distance, (energy.beta_x[:, 2] + energy.beta_y[:, 0] + energy.beta_b[:, 0]) / 3, atol=1e-12)
    goods = nonradial_directional(x, y, b, gx=None)
    assert_allclose(goods.weights, np.tile([0, 0, 0, 1 / 2, 1 / 2], (8, 1)))


def test_a_chain_names_the_stage_that_is_empty() -> None:
    z = np.array([[1.0, 2.0], [0.0, 0.0], [1.0, 1.0]])
    with pytest.raises(XinzhiError) as caught:
        two_stage(np.ones((3, 1)), z, np.ones((3, 1)))
    assert "every intermediate of unit 1 in z is zero" in caught.value.text.en
    assert "参数 z 第 1 行的中间产出全部为 0" in caught.value.text.zh
