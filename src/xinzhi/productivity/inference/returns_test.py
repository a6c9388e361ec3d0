"""Whether the technology has constant returns: a bootstrap test of one assumption on returns to scale within another.

Source: Simar & Wilson (2002) European Journal of Operational Research 139, 115.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, cast

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array
from xinzhi.base.text import Text
from xinzhi.productivity.arguments import choice, whole
from xinzhi.productivity.envelopment.technology import Rts, few_units, units
from xinzhi.productivity.inference.blocks import Progress, Run, draw_all, identity
from xinzhi.productivity.inference.bootstrap import Sample, confidence, oriented
from xinzhi.productivity.inference.smooth import Centre, smoothed
from xinzhi.productivity.inference.smooth import bandwidth as choose_bandwidth
from xinzhi.productivity.inference.solve import distances, estimated

Null = Literal["crs", "drs", "irs"]
Statistic = Literal["mean of ratios", "ratio of means"]


@dataclass(frozen=True)
class ReturnsTest:
    """A test that the technology has the returns of `null`, against variable returns.

    null        crs; drs (non-increasing); irs (non-decreasing)
    statistic   mean of θ under the null over θ under variable returns, or the ratio of their means; one where the null fits
                every unit, small where it does not
    p_value     share of draws under the null with a statistic no larger, the sample counted among them
    critical    the statistic below which the null is rejected at `level`
    rejected    whether it is
    draws       (B,) statistics under the null
    ratio       (n,) θ under the null over θ under variable returns
    bandwidth, level, notes
    """

    null: str
    statistic: float
    p_value: float
    critical: float
    rejected: bool
    draws: Array
    ratio: Array
    bandwidth: float
    level: float
    notes: tuple[Text, ...]


def returns_test(
    x: ArrayLike,
    y: ArrayLike,
    null: str = "crs",
    orientation: str = "input",
    statistic: str = "mean of ratios",
    draws: int = 2000,
    seed: int = 0,
    level: float = 0.95,
    bandwidth: str | float = "silverman",
    centre: str = "frontier",
    backend: str = "serial",
    workers: int = 1,
    resume: str | Path | None = None,
    progress: Progress | None = None,
) -> ReturnsTest:
    """Test the returns of `null` against variable returns.

    Samples are drawn under the null, each unit moved to a smoothed draw of its distance to the frontier of the null, and the
    statistic is computed anew on each. Simar & Wilson test crs first and, where it is rejected, drs.

    null         crs, drs or irs
    statistic    mean of ratios or ratio of means
    level        one less the size of the test
    The other arguments are those of `dea_bootstrap`, and so are the errors.
    """
    of, side = units(x, y), oriented(orientation)
    kind = cast(Null, choice(Text("原假设", "null hypothesis"), null, Null))
    which = choice(Text("统计量", "statistic"), statistic, Statistic)
    draws, level = whole(draws, "draws", 20), confidence(level)
    narrow = estimated(of, kind, side)[0]
    wide = estimated(of, "vrs", side)[0]
    h = choose_bandwidth(narrow, bandwidth)
    towards = cast(Centre, choice(Text("收缩中心", "centre"), centre, Centre))
    draw = partial(_draw, Sample(of, narrow, kind, side), h, towards, which)
    key = identity("returns", of.x, of.y, kind, side, which, h, towards, seed)
    found = draw_all(draw, draws, whole(seed, "seed", 0), key, Run(backend, workers, resume, progress))
    seen = float(_statistic(narrow[None], wide[None], which)[0])
    p_value = (1.0 + np.count_nonzero(found <= seen)) / (draws + 1.0)
    critical = float(np.quantile(found, 1.0 - level))
    notes = few_units(of.count, of.x.shape[1], of.y.shape[1])
    return ReturnsTest(
        kind, seen, float(p_value), critical, bool(p_value <= 1.0 - level), found, wide / narrow, h, level, notes
    )


def _statistic(narrow: Array, wide: Array, which: str) -> Array:
    """(D,) from distances (D, n): efficiencies are their reciprocals."""
    if which == "mean of ratios":
        return np.asarray((wide / narrow).mean(axis=1))
    return np.asarray((1.0 / narrow).mean(axis=1) / (1.0 / wide).mean(axis=1))


def _draw(sample: Sample, h: float, centre: Centre, which: str, stream: np.random.Generator, size: int) -> Array:
    """(size,) statistics of samples drawn under the null."""
    x, y = sample.reached(smoothed(sample.distance, h, stream, size, centre))
    kinds: tuple[Rts, Rts] = (sample.rts, "vrs")
    narrow, wide = (distances(x, y, x, y, rts, sample.orientation) for rts in kinds)
    return _statistic(narrow, wide, which)
