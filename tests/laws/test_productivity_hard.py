"""Hard numbers whose answer is known all the same: sizes fifteen orders apart, duplicates, near-collinear outputs, ties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from xinzhi.productivity import closest_targets, cross_efficiency, directional, malmquist, radial, sbm

seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=10, deadline=None)
RTS = ("crs", "vrs", "drs", "irs", "fdh")


@few
@given(seeds)
def test_under_constant_returns_size_is_nothing(seed: int) -> None:
    """Every unit is multiplied by a number of its own between 1e-6 and 1e9."""
    rng = np.random.default_rng(seed)
    x, y, b = (rng.lognormal(size=(12, k)) for k in (3, 2, 2))
    size = 10.0 ** rng.uniform(-6, 9, size=(12, 1))
    for orientation in ("input", "output", "hyperbolic"):
        plain = radial(x, y, "crs", orientation)
        large = radial(x * size, y * size, "crs", orientation)
        assert_allclose(large.efficiency, plain.efficiency, rtol=1e-9)
        assert_allclose(large.slacks_x / size, plain.slacks_x, atol=1e-6)
    beyond = radial(x * size, y * size, super_efficiency=True).efficiency
    assert_allclose(beyond, radial(x, y, super_efficiency=True).efficiency, rtol=1e-9)
    assert_allclose(sbm(x * size, y * size, b * size).efficiency, sbm(x, y, b).efficiency, rtol=1e-8)
    assert_allclose(directional(x * size, y * size, b * size).beta, directional(x, y, b).beta, atol=1e-9)
    near, far = (closest_targets(x * s, y * s, "crs", "own") for s in (np.ones((12, 1)), size))
    assert_allclose(far.distance, near.distance, rtol=1e-8, atol=1e-9)
    assert_allclose(far.slacks_x / size, near.slacks_x, atol=1e-7)


@few
@given(seeds, st.sampled_from(RTS), st.sampled_from(["input", "output"]))
def test_an_output_that_nearly_repeats_another_changes_nearly_nothing(seed: int, rts: str, orientation: str) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.lognormal(size=(15, 2)), rng.lognormal(size=(15, 2))
    near = np.hstack([y, y * (1 + 1e-11 * rng.random(y.shape)), y.sum(axis=1, keepdims=True) * (1 + 1e-12)])
    plain = radial(x, np.hstack([y, y.sum(axis=1, keepdims=True)]), rts, orientation)
    got = radial(x, near, rts, orientation)
    assert (got.status == "optimal").all()
    assert_allclose(got.efficiency, plain.efficiency, rtol=1e-8)


@few
@given(seeds, st.sampled_from(RTS), st.booleans())
def test_a_duplicate_scores_like_its_original_and_moves_nobody(seed: int, rts: str, ties: bool) -> None:
    rng = np.random.default_rng(seed)
    x, y, b = (rng.lognormal(size=(9, k)) for k in (2, 2, 1))
    if ties:
        x, y, b = np.ceil(2 * x), np.ceil(2 * y), np.ceil(2 * b)
    twice = [np.vstack([v, v[::2], v[::2]]) for v in (x, y, b)]
    kind = "strong" if rts == "fdh" else "weak"
    for score in (
        lambda x, y, b: radial(x, y, rts).efficiency,
        lambda x, y, b: radial(x, y, rts, "output").efficiency,
        lambda x, y, b: sbm(x, y, b, rts).efficiency,
        lambda x, y, b: directional(x, y, b, rts=rts, disposability=kind).beta,
    ):
        plain, more = score(x, y, b), score(*twice)
        assert_allclose(more[:9], plain, rtol=1e-9, atol=1e-9)
        assert_allclose(more[9:], np.tile(plain[::2], 2), rtol=1e-9, atol=1e-9)
    beyond = radial(twice[0], twice[1], rts, super_efficiency=True).efficiency
    assert_allclose(beyond[9:], radial(x, y, rts).efficiency[np.r_[0:9:2, 0:9:2]], rtol=1e-9)


@pytest.mark.parametrize("rts", RTS)
@pytest.mark.parametrize("orientation", ["input", "output", "hyperbolic"])
def test_units_that_are_all_alike_or_all_on_one_ray_are_efficient(rts: str, orientation: str) -> None:
    """Alike, and (1, 1), (2, 2) … (9, 9): every basis is degenerate, every score one, no slack anywhere."""
    ray = np.arange(1.0, 10.0)[:, None]
    for x, y in ((np.ones((9, 3)), np.full((9, 2), 7.0)), (ray, ray), (np.hstack([ray, 2 * ray]), ray)):
        got = radial(x, y, rts, orientation)
        assert_allclose(got.efficiency, 1.0, rtol=1e-12)
        assert not got.slacks_x.any() and not got.slacks_y.any()
        assert_allclose(got.scale, 1.0, rtol=1e-12)
        assert set(got.returns) == {"constant"}
        assert_allclose(sbm(x, y, rts=rts).efficiency, 1.0, rtol=1e-12)
        assert_allclose(directional(x, y, rts=rts).beta, 0.0, atol=1e-12)
    alike = np.ones((2, 9, 3)), np.full((2, 9, 2), 7.0)
    for rts_of in ("crs", "vrs"):
        got = malmquist(*alike, rts=rts_of)
        assert_allclose([got.change, got.efficiency_change, got.technical_change], 1.0, rtol=1e-12)
    assert_allclose(cross_efficiency(np.ones((9, 3)), np.full((9, 2), 7.0)).score, 1.0, rtol=1e-9)


@few
@given(seeds, st.sampled_from(["crs", "vrs", "drs"]))
def test_a_unit_without_one_input_is_compared_with_others_that_lack_it_too(seed: int, rts: str) -> None:
    """Units 0–4 use no input 1: their scores are those that they have among themselves, without that input."""
    rng = np.random.default_rng(seed)
    x, y = rng.lognormal(size=(12, 2)), rng.lognormal(size=(12, 2))
    x[:5, 1] = 0.0
    got = radial(x, y, rts)
    assert (got.status == "optimal").all()
    assert_allclose(got.efficiency[:5], radial(x[:5, :1], y[:5], rts).efficiency, rtol=1e-9)
    assert not got.lambdas[:5, 5:].any()
