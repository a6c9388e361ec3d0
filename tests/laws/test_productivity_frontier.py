"""What must hold of every frontier and every productivity index, whatever the figures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from xinzhi.base.errors import DataError, UsageError
from xinzhi.productivity import (
    directional,
    luenberger,
    malmquist,
    malmquist_luenberger,
    nonradial_directional,
    radial,
    sbm,
)

seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=15, deadline=None)
RTS = ("crs", "vrs", "drs", "irs", "fdh")
TECHNOLOGIES = ("contemporaneous", "sequential", "biennial", "window", "global")
Data = tuple[np.ndarray, np.ndarray, np.ndarray]


def cross_section(seed: int, ties: bool = False) -> Data:
    rng = np.random.default_rng(seed)
    n, p, q, r = (int(rng.integers(*span)) for span in ((5, 20), (1, 4), (1, 3), (1, 3)))
    x, y, b = (rng.lognormal(size=(n, k)) for k in (p, q, r))
    return (np.ceil(2 * x), np.ceil(2 * y), np.ceil(2 * b)) if ties else (x, y, b)


def years(seed: int, periods: int = 4) -> Data:
    rng = np.random.default_rng(seed)
    n, p, q, r = int(rng.integers(5, 12)), *(int(k) for k in rng.integers(1, 3, size=3))
    grow = np.exp(0.03 * np.arange(periods))[:, None, None]
    return (
        rng.lognormal(size=(periods, n, p)),
        grow * rng.lognormal(size=(periods, n, q)),
        rng.lognormal(size=(periods, n, r)),
    )


@few
@given(seeds, st.booleans(), st.sampled_from(["input", "output", "hyperbolic"]))
def test_the_more_is_allowed_the_lower_the_score(seed: int, ties: bool, orientation: str) -> None:
    x, y, _ = cross_section(seed, ties)
    score = {rts: radial(x, y, rts, orientation).efficiency for rts in RTS}
    for looser, tighter in (("crs", "drs"), ("crs", "irs"), ("drs", "vrs"), ("irs", "vrs"), ("vrs", "fdh")):
        assert (score[looser] <= score[tighter] + 1e-9).all(), (looser, tighter)
    assert (score["fdh"] <= 1).all() and (score["crs"] > 0).all()
    assert_allclose(
        np.maximum(score["crs"], np.minimum(score["drs"], score["irs"])), np.minimum(score["drs"], score["irs"])
    )


@few
@given(seeds, st.sampled_from(RTS), st.sampled_from(["input", "output", "hyperbolic"]))
def test_units_of_measurement_and_order_do_not_matter(seed: int, rts: str, orientation: str) -> None:
    x, y, b = cross_section(seed)
    rng = np.random.default_rng(seed)
    factor = [10.0 ** rng.integers(-6, 7, size=v.shape[1]) for v in (x, y, b)]
    order = rng.permutation(len(x))
    plain = radial(x, y, rts, orientation).efficiency
    assert_allclose(radial(x * factor[0], y * factor[1], rts, orientation).efficiency, plain, rtol=1e-8)
    assert_allclose(radial(x[order], y[order], rts, orientation).efficiency, plain[order], rtol=1e-9)
    assert_allclose(
        sbm(x * factor[0], y * factor[1], b * factor[2], rts).efficiency, sbm(x, y, b, rts).efficiency, rtol=1e-8
    )
    kind = "strong" if rts == "fdh" else "weak"
    beta = directional(x, y, b, rts=rts, disposability=kind).beta
    scaled = directional(*(v * f for v, f in zip((x, y, b), factor, strict=True)), rts=rts, disposability=kind).beta
    assert_allclose(scaled, beta, atol=1e-8)


@few
@given(seeds, st.sampled_from(RTS), st.sampled_from(["input", "output"]))
def test_more_reference_units_never_raise_a_score(seed: int, rts: str, orientation: str) -> None:
    x, y, b = cross_section(seed)
    some = radial(x, y, rts, orientation, reference=(x[:4], y[:4])).efficiency
    every = radial(x, y, rts, orientation, reference=(x, y)).efficiency
    solved = np.isfinite(some)
    assert (every[solved] <= some[solved] + 1e-9).all()
    near = directional(x, y, b, reference=(x[:4], y[:4], b[:4]), rts="vrs").beta
    far = directional(x, y, b, rts="vrs").beta
    assert (far >= np.nan_to_num(near, nan=-np.inf) - 1e-9).all()


@few
@given(seeds, st.sampled_from(RTS[:4]), st.booleans())
def test_multipliers_prove_the_score(seed: int, rts: str, ties: bool) -> None:
    """The dual gives the same number, and no reference unit is worth more than it costs."""
    x, y, _ = cross_section(seed, ties)
    got = radial(x, y, rts)
    assert_allclose((got.weights_y * y).sum(axis=1) + got.intercept, got.efficiency, rtol=1e-8)
    assert_allclose((got.weights_x * x).sum(axis=1), 1.0, rtol=1e-8)
    profit = got.weights_y @ y.T - got.weights_x @ x.T + got.intercept[:, None]
    assert profit.max() <= 1e-8
    out = radial(x, y, rts, "output")
    assert_allclose((out.weights_x * x).sum(axis=1) + out.intercept, out.expansion, rtol=1e-8)
    assert_allclose((out.weights_y * y).sum(axis=1), 1.0, rtol=1e-8)


@few
@given(seeds, st.sampled_from(RTS), st.sampled_from(["input", "output", "hyperbolic"]), st.booleans())
def test_targets_are_efficient_and_made_of_peers(seed: int, rts: str, orientation: str, ties: bool) -> None:
    x, y, _ = cross_section(seed, ties)
    got = radial(x, y, rts, orientation)
    assert (got.slacks_x >= -1e-9).all() and (got.slacks_y >= -1e-9).all()
    assert_allclose(got.lambdas @ x, got.targets_x, rtol=1e-7, atol=1e-9)
    assert_allclose(got.lambdas @ y, got.targets_y, rtol=1e-7, atol=1e-9)
    again = radial(got.targets_x, got.targets_y, rts, orientation, reference=(x, y))
    assert_allclose(again.efficiency, 1.0, rtol=1e-7)
    assert again.slacks_x.max() <= 1e-6 * x.max() and again.slacks_y.max() <= 1e-6 * y.max()
    for peers in got.peers:
        assert_allclose(got.efficiency[peers], 1.0, rtol=1e-7)


@few
@given(seeds)
def test_measures_that_are_one_another(seed: int) -> None:
    x, y, b = cross_section(seed)
    crs = radial(x, y)
    assert_allclose(radial(x, y, orientation="output").efficiency, crs.efficiency, rtol=1e-9)
    assert_allclose(radial(x, y, orientation="hyperbolic").efficiency ** 2, crs.efficiency, rtol=1e-9)
    vrs = radial(x, y, "vrs", "output")
    assert_allclose(directional(x, y, None, None, "own", None, "vrs").beta, vrs.expansion - 1, atol=1e-8)
    assert_allclose(
        directional(x, y, None, "own", None, None, "vrs").beta, 1 - radial(x, y, "vrs").efficiency, atol=1e-8
    )
    assert_allclose(
        directional(x, y, b, disposability="kuosmanen").beta, directional(x, y, b, disposability="weak").beta, atol=1e-8
    )
    assert_allclose(crs.scale, crs.efficiency / radial(x, y, "vrs").efficiency, rtol=1e-9)
    assert (sbm(x, y).efficiency <= crs.efficiency + 1e-9).all()
    total = nonradial_directional(x, y, b)
    parts = np.hstack([total.beta_x, total.beta_y, total.beta_b])
    assert_allclose((parts * total.weights).sum(axis=1), total.distance, atol=1e-9)
    assert (total.distance >= directional(x, y, b).beta - 1e-9).all()
    assert (total.lambdas @ x <= x * (1 - total.beta_x) * (1 + 1e-7) + 1e-9).all()
    assert_allclose(total.lambdas @ b, b * (1 - total.beta_b), rtol=1e-7, atol=1e-9)


@few
@given(seeds, st.sampled_from(["input", "output"]))
def test_returns_to_scale_follow_the_frontiers(seed: int, orientation: str) -> None:
    x, y, _ = cross_section(seed)
    got = radial(x, y, "vrs", orientation)
    crs, drs, irs = (radial(x, y, rts, orientation).efficiency for rts in ("crs", "drs", "irs"))
    for k, name in enumerate(got.returns):
        if name == "constant":
            assert_allclose(crs[k], got.efficiency[k], rtol=1e-6)
        elif name == "decreasing":
            assert_allclose(drs[k], got.efficiency[k], rtol=1e-6)
        else:
            assert_allclose(irs[k], got.efficiency[k], rtol=1e-6)
            assert drs[k] < got.efficiency[k]


@few
@given(seeds, st.sampled_from(RTS), st.sampled_from([None, "input", "output"]))
def test_super_efficiency_is_efficiency_for_inefficient_units(seed: int, rts: str, orientation: str | None) -> None:
    x, y, b = cross_section(seed)
    plain, beyond = sbm(x, y, b, rts, orientation), sbm(x, y, b, rts, orientation, super_efficiency=True)
    low = plain.efficiency < 1 - 1e-8
    assert_allclose(beyond.efficiency[low], plain.efficiency[low], rtol=1e-12)
    rest = beyond.efficiency[~low & (beyond.status == "optimal")]
    assert (rest >= 1 - 1e-8).all()
    side = orientation or "input"
    plain_radial, beyond_radial = radial(x, y, rts, side), radial(x, y, rts, side, super_efficiency=True)
    low = plain_radial.efficiency < 1 - 1e-8
    assert_allclose(beyond_radial.efficiency[low], plain_radial.efficiency[low], rtol=1e-8)
    assert (np.isnan(beyond_radial.efficiency) == (beyond_radial.status != "optimal")).all()


@few
@given(seeds, st.booleans())
def test_free_disposal_hull_is_a_search(seed: int, ties: bool) -> None:
    x, y, b = cross_section(seed, ties)
    for k, got in enumerate(radial(x, y, "fdh").efficiency):
        best = min((x[j] / x[k]).max() for j in range(len(x)) if (y[j] >= y[k]).all())
        assert got == pytest.approx(best, rel=1e-12)
    for k, got in enumerate(directional(x, y, b, rts="fdh", disposability="strong").beta):
        steps = [
            min(((x[k] - x[j]) / x[k]).min(), ((y[j] - y[k]) / y[k]).min(), ((b[k] - b[j]) / b[k]).min())
            for j in range(len(x))
        ]
        assert got == pytest.approx(max(steps), rel=1e-12)


@few
@given(seeds, st.sampled_from(TECHNOLOGIES), st.sampled_from(["crs", "vrs"]), st.sampled_from(["input", "output"]))
def test_factors_make_up_the_index(seed: int, technology: str, rts: str, orientation: str) -> None:
    x, y, b = years(seed)
    m = malmquist(x, y, technology, rts, orientation)
    assert_allclose(m.efficiency_change * m.technical_change, m.change, rtol=1e-9)
    assert_allclose(_given(m.pure_efficiency_change) * _given(m.scale_change), m.efficiency_change, rtol=1e-9)
    if m.magnitude is not None:
        assert_allclose(_given(m.output_bias) * _given(m.input_bias) * m.magnitude, m.technical_change, rtol=1e-9)
    r = malmquist(x, y, technology, rts, orientation, decomposition="ray-desli")
    product = _given(r.pure_efficiency_change) * r.technical_change * _given(r.scale_change)
    solved = np.isfinite(r.technical_change)  # variable returns leave some cross-period programs without a solution
    assert_allclose(product[solved], r.change[solved], rtol=1e-9)
    assert_allclose(r.change, m.change, rtol=1e-9)
    assert bool(r.infeasible) == (not solved.all())
    for decomposition in ("fgnz", "ray-desli", "plain"):
        ml = malmquist_luenberger(x, y, b, technology, rts, orientation, decomposition=decomposition)
        scale = ml.scale_change if decomposition == "ray-desli" else 1.0
        _same(ml.efficiency_change * ml.technical_change * scale, ml.change)
        lu = luenberger(x, y, b, technology, rts, orientation, decomposition=decomposition)
        scale = lu.scale_change if decomposition == "ray-desli" else 0.0
        _same(lu.efficiency_change + lu.technical_change + scale, lu.change)
        if decomposition == "fgnz":
            assert_allclose(
                _given(lu.pure_efficiency_change) + _given(lu.scale_change), lu.efficiency_change, atol=1e-9
            )


def _same(parts: np.ndarray, total: np.ndarray) -> None:
    """Equal wherever the parts are known; where the total is missing they are too."""
    known = np.isfinite(parts)
    assert_allclose(parts[known], total[known], rtol=1e-9, atol=1e-9)
    assert not np.isfinite(parts[~np.isfinite(total)]).any()


def _given(value: np.ndarray | None) -> np.ndarray:
    assert value is not None
    return value


@few
@given(seeds)
def test_global_indices_are_circular(seed: int) -> None:
    x, y, b = years(seed)
    pool = tuple(np.concatenate(v) for v in (x, y))
    score = radial(*pool, orientation="output").efficiency.reshape(x.shape[:2])
    m = malmquist(x, y, "global")
    assert_allclose(m.change.prod(axis=0), score[-1] / score[0], rtol=1e-9)
    assert_allclose(m.cumulative[-1], score[-1] / score[0], rtol=1e-9)
    lu = luenberger(x, y, b, "global", orientation="hybrid")
    beta = directional(*pool, np.concatenate(b)).beta.reshape(x.shape[:2])
    assert_allclose(lu.change.sum(axis=0), beta[0] - beta[-1], atol=1e-9)


@few
@given(seeds)
def test_constant_returns_make_orientations_agree_and_always_solve(seed: int) -> None:
    x, y, _ = years(seed)
    for technology in TECHNOLOGIES:
        out, into = (malmquist(x, y, technology, orientation=o) for o in ("output", "input"))
        assert_allclose(out.change, into.change, rtol=1e-9)
        assert out.infeasible == ()
    pooled, apart = malmquist(x, y), _unpooled(x, y)
    assert_allclose(pooled.change, apart, rtol=1e-9)


def _unpooled(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The contemporaneous index from single radial scores."""

    def score(s: int, t: int) -> np.ndarray:
        return radial(x[t], y[t], reference=(x[s], y[s])).efficiency

    steps = range(len(x) - 1)
    return np.array([np.sqrt(score(t, t + 1) / score(t, t) * score(t + 1, t + 1) / score(t + 1, t)) for t in steps])


def test_infeasible_cross_period_programs_are_named_and_treated_as_asked() -> None:
    """Under variable returns a unit larger than all of the other year cannot be reached."""
    x = np.array([[[1.0], [2.0], [3.0]], [[1.0], [2.0], [9.0]]])
    y = np.array([[[1.0], [2.0], [2.5]], [[1.0], [2.0], [8.0]]])
    got = malmquist(x, y, rts="vrs", orientation="input", decomposition="plain")
    assert got.infeasible == ((0, 1, 1, 2),)
    assert np.isnan(got.change[0, 2]) and np.isfinite(got.change[0, :2]).all()
    assert any("1 programs have no solution" in note.en for note in got.notes)
    one = malmquist(x, y, rts="vrs", orientation="input", decomposition="plain", infeasible="one-sided")
    new = radial(x[1], y[1], "vrs").efficiency[2]
    old = radial(x[0], y[0], "vrs", reference=(x[1], y[1])).efficiency[2]
    assert one.change[0, 2] == pytest.approx(new / old)
    assert any("one side" in note.en for note in one.notes)
    assert malmquist(x, y, "biennial", "vrs", "input", "plain").infeasible == ()


def test_beta_is_negative_beyond_the_frontier() -> None:
    got = directional([[1.0]], [[2.0]], None, None, "own", None, reference=([[1.0]], [[1.0]]))
    assert got.beta[0] == pytest.approx(-0.5)


def test_zero_inputs_and_outputs_are_fine_where_the_model_allows_them() -> None:
    x = np.array([[1.0, 0.0], [2.0, 1.0], [1.0, 2.0]])
    y = np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 2.0]])
    got = radial(x, y)
    assert_allclose(got.efficiency, [1.0, 1.0, 1.0], atol=1e-9)
    assert (got.status == "optimal").all()


def test_few_units_are_noted_and_not_warned_about() -> None:
    got = radial([[1.0, 2.0], [2.0, 1.0]], [[1.0], [1.0]])
    assert "Cooper" in got.notes[0].en and "2 units for 3 variables" in got.notes[0].en


GOOD: dict[str, Any] = {"x": np.ones((3, 2)), "y": np.ones((3, 1)), "b": np.ones((3, 1))}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"x": [[1, 2], [np.nan, 1], [1, 1]]}, "missing at (1, 0)"),
        ({"y": [[1], [-2], [1]]}, "must not be negative, at (1, 0)"),
        ({"b": [[0], [0], [0]]}, "zero in all of column 0"),
        ({"x": [[1, 2], [0, 0], [1, 1]]}, "every input of unit 1"),
        ({"y": [[1], [1]]}, "length 2, expected 3"),
        ({"gy": [[1.0, 2.0]]}, "direction gy has shape"),
        ({"gb": -1.0}, "positive numbers"),
        ({"gx": None, "gy": None, "gb": None}, "direction of unit 0 is zero"),
        ({"reference": (np.ones((2, 2)), np.ones((2, 1)))}, "must be (x, y, b)"),
        ({"reference": (np.ones((2, 3)), np.ones((2, 1)), np.ones((2, 1)))}, "has 3 variables"),
    ],
)
def test_bad_input_is_one_sentence(change: dict[str, Any], words: str) -> None:
    with pytest.raises(DataError) as caught:
        directional(**(GOOD | change))
    assert words in caught.value.text.en
    assert "\n" not in caught.value.text.zh


def test_more_bad_input() -> None:
    with pytest.raises(DataError, match="一期"):
        malmquist(np.ones((1, 3, 1)), np.ones((1, 3, 1)))
    with pytest.raises(DataError, match="SBM"):
        sbm([[1, 0], [1, 1]], [[1], [1]])
    with pytest.raises(UsageError, match="vrs"):
        radial(np.ones((3, 1)), np.ones((3, 1)), rts="vr")
    with pytest.raises(UsageError, match="window"):
        malmquist(np.ones((2, 3, 1)), np.ones((2, 3, 1)), "window", window=2)
    with pytest.raises(UsageError, match="strong"):
        directional(**GOOD, rts="fdh")
    with pytest.raises(DataError, match="3"):
        malmquist(np.ones((2, 3, 1)), np.ones((2, 4, 1)))


@few
@given(seeds, st.sampled_from(["weak", "strong"]), st.sampled_from(RTS))
def test_directional_targets_are_made_of_peers(seed: int, disposability: str, rts: str) -> None:
    x, y, b = cross_section(seed)
    got = directional(x, y, b, rts=rts, disposability="strong" if rts == "fdh" else disposability)
    step = got.beta[:, None]
    assert min(got.slacks_x.min(), got.slacks_y.min(), got.slacks_b.min()) >= -1e-8
    assert_allclose(got.lambdas @ x, x * (1 - step) - got.slacks_x, rtol=1e-7, atol=1e-9)
    assert_allclose(got.lambdas @ y, y * (1 + step) + got.slacks_y, rtol=1e-7, atol=1e-9)
    assert_allclose(got.lambdas @ b, b * (1 - step) - got.slacks_b, rtol=1e-7, atol=1e-9)
    if disposability == "weak" and rts != "fdh":
        assert (got.slacks_b == 0).all()
