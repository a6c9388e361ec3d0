"""Laws of the geodetector, of cuts and of ellipses, and what they refuse."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from xinzhi.base.errors import XinzhiError
from xinzhi.space import breaks, cut, ellipse, geodetector, optimal_discretisation
from xinzhi.space.discretise import METHODS

RNG = np.random.default_rng(7)
Y = RNG.normal(size=60)
A, B = RNG.integers(0, 3, 60), RNG.integers(0, 4, 60)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(1e-3, 1e3), st.floats(-1e3, 1e3))
def test_q_knows_no_unit_level_order_or_names(seed: int, scale: float, level: float) -> None:
    order = np.random.default_rng(seed).permutation(60)
    plain = geodetector(Y, {"a": A, "b": B})
    again = geodetector((scale * Y + level)[order], {"a": np.array(list("xyz"))[A][order], "b": -B[order]})
    for first, second in zip(plain.factor, again.factor, strict=True):
        assert first.q == pytest.approx(second.q, rel=1e-7, abs=1e-9)
        assert 0 <= first.q <= 1
    assert plain.interaction[0].q == pytest.approx(again.interaction[0].q, rel=1e-7)
    assert plain.interaction[0].q >= max(f.q for f in plain.factor) - 1e-12  # finer strata never explain less
    assert plain.ecological[0].f == pytest.approx(again.ecological[0].f, rel=1e-7)


@pytest.mark.parametrize(
    ("q", "kind"),
    [(0.05, "weaken, nonlinear"), (0.2, "weaken, univariate"), (0.35, "enhance, bivariate"), (0.4, "independent"), (0.5, "enhance, nonlinear")],
)  # fmt: skip
def test_the_five_kinds_of_interaction(q: float, kind: str) -> None:
    from xinzhi.space.geodetector import interaction_kind

    assert interaction_kind(0.1, 0.3, q) == kind


def test_strata_that_do_not_vary_are_compared_all_the_same() -> None:
    y = np.r_[np.zeros(4), np.ones(4), np.zeros(4), RNG.normal(size=4)]
    risk = {(r.first, r.second): r for r in geodetector(y, {"f": np.repeat([0, 1, 2, 3], 4)}).risk}
    assert len(risk) == 6
    assert (risk["0", "1"].t, risk["0", "1"].p) == (-np.inf, 0.0)
    assert (risk["0", "2"].t, risk["0", "2"].p) == (0.0, 1.0)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10_000),
    st.sampled_from(METHODS),
    st.integers(2, 6),
    st.sampled_from(["normal", "lognormal", "ties"]),
)
def test_a_cut_has_ascending_borders_and_every_unit_a_class(seed: int, method: str, k: int, shape: str) -> None:
    rng = np.random.default_rng(seed)
    x = {"normal": rng.normal(size=80), "lognormal": rng.lognormal(0, 1.5, 80), "ties": rng.poisson(3, 80) * 1.0}[shape]
    try:
        borders = breaks(x, k, method)
    except XinzhiError as refused:
        assert refused.code in ("XZ-D830", "XZ-D833")
        return
    assert len(borders) == k + 1
    assert all(a <= b for a, b in pairwise(borders))
    assert (borders[0], borders[-1]) == (x.min(), x.max())
    classes = cut(x, borders)
    for c in range(k):
        here = x[classes == c]
        assert ((here <= borders[c + 1]) & ((here > borders[c]) | (c == 0))).all()


def test_the_best_cut_is_the_best_of_its_table() -> None:
    x = RNG.lognormal(size=60)
    got = optimal_discretisation(Y + x, x)
    assert got.q == np.nanmax([q for *_, q in got.table])
    assert got.q == geodetector(Y + x, {"x": got.classes}).factor[0].q
    assert (got.method, got.k, got.q) in got.table


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: geodetector(Y, {}), "there is no factor"),
        (lambda: geodetector(Y, pd.DataFrame(np.column_stack([A, B]), columns=["a", "a"])), "two have the same name"),
        (lambda: geodetector(Y, np.column_stack([A, B]), ["a"]), "2 factors but 1 names"),
        (lambda: geodetector(np.ones(60), {"a": A}), "y does not vary"),
        (lambda: geodetector(Y, {"a": np.zeros(60)}), "a single stratum"),
        (lambda: geodetector(Y, {"a": Y}), "cut a continuous factor first"),
        (lambda: optimal_discretisation(np.ones(60), Y), "y does not vary"),
        (lambda: optimal_discretisation(Y, np.ones(60)), "no cut leaves at least two"),
        (lambda: optimal_discretisation(Y, Y[:50]), "has length 50, expected 60"),
        (lambda: breaks(Y, 1), "at least 2 classes"),
        (lambda: breaks(np.r_[np.zeros(59), 1e9], 3, "natural"), "not enough for 3 classes"),
        (lambda: breaks(RNG.pareto(0.5, 200), 6, "sd"), "the variable is too skewed"),
        (lambda: ellipse([[0, 0], [1, 1]], scale="yuill"), "needs at least 3 points"),
        (lambda: ellipse([[1, 1], [1, 1]]), "coincide, so there is no ellipse"),
    ],
)
def test_one_sentence(call: Any, sentence: str) -> None:
    with pytest.raises(XinzhiError) as refused:
        call()
    assert sentence in refused.value.say("en")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 360), st.floats(0.1, 1e4), st.floats(-1e4, 1e4))
def test_an_ellipse_turns_and_grows_with_its_places(seed: int, turn: float, scale: float, shift: float) -> None:
    rng = np.random.default_rng(seed)
    xy, w = rng.normal(size=(25, 2)) * [3, 1], rng.uniform(0.5, 2, 25)
    angle = np.deg2rad(turn)
    clockwise = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    base, moved = ellipse(xy, w), ellipse(scale * xy @ clockwise + shift, 7 * w)
    assert_allclose(moved.axes, scale * base.axes, rtol=1e-6)
    assert abs((moved.angle - base.angle - turn + 90) % 180 - 90) < 1e-4
    assert_allclose(base.distance**2, (base.axes**2).sum(), rtol=1e-12)
    assert_allclose(ellipse(xy, w, "sqrt2").distance, base.distance, rtol=1e-12)


def test_detectors_read_as_records_and_as_columns() -> None:
    got = geodetector(Y, {"a": np.arange(Y.size) % 3, "b": np.arange(Y.size) % 4})
    assert_allclose(got.factor.q, [f.q for f in got.factor])
    assert_allclose(got.factor["p"], [f.p for f in got.factor])
    assert got.factor.frame["name"].tolist() == ["a", "b"]
    assert got.interaction[0].first == "a"
    with pytest.raises(AttributeError, match="no field 'r'"):
        _ = got.factor.r
