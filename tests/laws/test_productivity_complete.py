"""Complete indices, Hicks–Moorsteen and Färe–Primont: their parts make up the whole and are what they claim to be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from xinzhi.base.errors import UsageError
from xinzhi.productivity import fare_primont, hicks_moorsteen, radial

seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=8, deadline=None)
TECHNOLOGIES = ("contemporaneous", "sequential", "biennial", "window", "global")


def years(seed: int, p: int = 2, q: int = 2) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.lognormal(size=(4, 7, p)), rng.lognormal(size=(4, 7, q))


def technology(name: str, t: int) -> slice:
    """Periods of the technology of period t, of four, by hand."""
    return {"sequential": slice(0, t + 1), "window": slice(max(t - 1, 0), t + 2)}.get(name, slice(t, t + 1))


@few
@given(
    seeds, st.sampled_from(TECHNOLOGIES), st.sampled_from(["crs", "vrs", "fdh"]), st.sampled_from(["input", "output"])
)
def test_parts_make_up_the_index(seed: int, name: str, rts: str, orientation: str) -> None:
    x, y = years(seed)
    for got in (
        hicks_moorsteen(x, y, name, rts, orientation=orientation),
        fare_primont(x, y, rts, technology=name, orientation=orientation),
    ):
        for part in ("efficiency_change", "technical_change", "pure_efficiency_change", "scale_change"):
            assert getattr(got, part).shape == (3, 7), part
        assert_allclose(got.efficiency_change * got.technical_change, got.change, rtol=1e-9)
        assert_allclose(got.pure_efficiency_change * got.scale_change, got.efficiency_change, rtol=1e-9)
        for t in range(3):
            score = [
                radial(x[s], y[s], rts, orientation, reference=[np.concatenate(v[technology(name, s)]) for v in (x, y)])
                for s in (t, t + 1)
            ]
            assert_allclose(got.pure_efficiency_change[t], score[1].efficiency / score[0].efficiency, rtol=1e-9)


@few
@given(seeds, st.sampled_from(TECHNOLOGIES), st.sampled_from(["crs", "vrs", "drs", "irs"]))
def test_with_one_input_and_output_the_best_is_the_highest_ratio(seed: int, name: str, rts: str) -> None:
    x, y = years(seed, 1, 1)
    ratio = (y / x)[:, :, 0]
    best = np.array([ratio[technology(name, t)].max() for t in range(4)])
    shift = np.broadcast_to((best[1:] / best[:-1])[:, None], (3, 7))
    for got in (hicks_moorsteen(x, y, name, rts), fare_primont(x, y, rts, technology=name)):
        known = np.isfinite(got.change)  # one unit larger than all of the other period has no distance to it
        assert known.mean() > 0.3
        assert_allclose(got.change[known], (ratio[1:] / ratio[:-1])[known], rtol=1e-9)
        assert_allclose(got.technical_change[known], shift[known], rtol=1e-9)


@few
@given(seeds, st.sampled_from(TECHNOLOGIES), st.sampled_from(["crs", "vrs"]))
def test_nobody_in_the_technology_is_beyond_its_best(seed: int, name: str, rts: str) -> None:
    """All members of the technology, not only its leaders, aggregated one by one; and a level never beats the best one."""
    x, y = years(seed)
    got = hicks_moorsteen(x, y, name, rts)
    primont = fare_primont(x, y, rts, technology=name)
    for t in range(4):
        assert primont.best[t] == pytest.approx(primont.level[technology(name, t)].max())
    t, unit = 1, seed % 7
    pools = {
        "global": [slice(0, 4)] * 2,
        "biennial": [slice(1, 3)] * 2,
    }.get(name, [technology(name, 1), technology(name, 2)])
    shift = 0.0
    for at, pool in zip((t, t + 1), pools, strict=True):
        reference = np.concatenate(x[pool]), np.concatenate(y[pool])
        for sign, when in ((-1.0, t), (1.0, t + 1)):
            inputs, goods = (np.concatenate(v[technology(name, when)]) for v in (x, y))
            made = radial(np.tile(x[at, unit], (len(goods), 1)), goods, rts, "output", reference=reference).efficiency
            used = radial(inputs, np.tile(y[at, unit], (len(inputs), 1)), rts, "input", reference=reference).efficiency
            shift += 0.5 * sign * np.log((made * used).max())
    assert_allclose(got.technical_change[t, unit], np.exp(shift), rtol=1e-8)


def test_an_absent_unit_has_no_parts_and_moves_nobody_elses() -> None:
    x, y = years(3)
    gone = x.copy(), y.copy()
    for v in gone:
        v[2, 4] = np.nan
    for index in (hicks_moorsteen, fare_primont):
        got = index(*gone)
        assert np.isnan(got.change[1:, 4]).all() and np.isnan(got.technical_change[1:, 4]).all()
        assert np.isfinite(got.technical_change[0]).all() and np.isfinite(got.efficiency_change[2, :4]).all()


def test_orientation_is_one_of_two() -> None:
    x, y = years(1)
    with pytest.raises(UsageError, match="output"):
        hicks_moorsteen(x, y, orientation="both")
    with pytest.raises(UsageError, match="contemporaneous"):
        fare_primont(x, y, technology="contemporary")


def test_means_beyond_every_single_unit_leave_no_level_and_say_so() -> None:
    """A free disposal hull in which no one unit makes the mean of both outputs."""
    x, y = np.ones((2, 2, 1)), np.array([[[4.0, 1.0], [1.0, 4.0]]] * 2)
    got = fare_primont(x, y, "fdh")
    assert (got.status == "infeasible").all() and np.isnan(got.technical_change).all() and np.isnan(got.best).all()
    assert any("infeasible" in note.en for note in got.notes)
