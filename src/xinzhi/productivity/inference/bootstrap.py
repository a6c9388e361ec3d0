"""How sure an efficiency is: bootstrap bias, variance and interval of radial measures.

Source: Simar & Wilson (1998) Management Science 44, 49 for the homogeneous smoothed bootstrap; Simar & Wilson (2000)
Journal of Applied Statistics 27, 779 for intervals from differences; Kneip, Simar & Wilson (2008) Econometric Theory 24,
1663 and Simar & Wilson (2011) Journal of Productivity Analysis 36, 33 for subsampling.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.errors import UsageError
from xinzhi.base.text import Text
from xinzhi.productivity.arguments import choice, positions, whole
from xinzhi.productivity.envelopment.technology import Rts, Units, few_units, returns_to_scale, units, unsolved
from xinzhi.productivity.inference.blocks import Progress, Run, draw_all, identity
from xinzhi.productivity.inference.smooth import Centre, smoothed
from xinzhi.productivity.inference.smooth import bandwidth as choose_bandwidth
from xinzhi.productivity.inference.solve import Basis, distances, estimated, rate

Oriented = Literal["input", "output"]
Method = Literal["smoothed", "subsample"]
MOST_MISSING = 0.5  # a unit without a solution in more of the draws than this gets no interval


@dataclass(frozen=True)
class Bootstrap:
    """Bootstrapped radial efficiency of n units.

    Bias, variance and quantiles are those of the distance δ = 1/θ (inputs) or φ (outputs), at least one; efficiencies are
    1/δ. The true frontier lies beyond the estimated one, so low ≤ corrected ≤ high ≤ efficiency.

    efficiency  (n,)  as estimated, in (0, 1]
    corrected   (n,)  1/(δ − bias of δ)
    bias        (n,)  efficiency − corrected, not negative
    low, high   (n,)  interval of the true efficiency
    variance    (n,)  of the bootstrapped distances
    advised     (n,)  whether correction pays: bias² > 3 · variance, both of δ (Simar & Wilson 2000); where it does not,
                      the correction adds more noise than it takes away and `reported` withholds it
    draws       (B, n) bootstrapped distances, by subsampling already rescaled; NaN where a program has no solution
    bandwidth   of the smoothed density, NaN for subsampling
    size        units in each subsample, n for the smoothed bootstrap
    level       of the intervals
    notes       what should be said beside the numbers
    """

    efficiency: Array
    corrected: Array
    bias: Array
    low: Array
    high: Array
    variance: Array
    advised: NDArray[np.bool_]
    draws: Array
    bandwidth: float
    size: int
    level: float
    notes: tuple[Text, ...]

    @property
    def reported(self) -> Array:
        """(n,) corrected where correction is advised, as estimated elsewhere."""
        return np.where(self.advised, self.corrected, self.efficiency)


@dataclass(frozen=True)
class Sample:
    """What a draw needs to know."""

    of: Units
    distance: Array
    rts: Rts
    orientation: Oriented
    basis: Basis = None

    def reached(self, distance: Array) -> tuple[Array, Array]:
        """Each unit moved along its ray from the estimated frontier to the drawn distances (D, n): x and y of every draw."""
        ratio = (distance / self.distance)[:, :, None]
        x, y = self.of.x, self.of.y
        if self.orientation == "input":
            return x * ratio, np.broadcast_to(y, (distance.shape[0], *y.shape))
        return np.broadcast_to(x, (distance.shape[0], *x.shape)), y / ratio

    def measured(self, ref_x: Array, ref_y: Array) -> Array:
        """(D, n) distances of the units as they are to the frontiers of moved ones."""
        return distances(self.of.x, self.of.y, ref_x, ref_y, self.rts, self.orientation, self.basis)


def dea_bootstrap(
    x: ArrayLike,
    y: ArrayLike,
    rts: str = "crs",
    orientation: str = "input",
    draws: int = 2000,
    seed: int = 0,
    level: float = 0.95,
    bandwidth: str | float = "silverman",
    centre: str = "frontier",
    method: str = "smoothed",
    size: int | None = None,
    backend: str = "serial",
    workers: int = 1,
    resume: str | Path | None = None,
    progress: Progress | None = None,
) -> Bootstrap:
    """Bias, variance and interval of every unit's radial efficiency.

    x, y         (n, p) inputs, (n, q) outputs
    rts          crs, vrs, drs, irs, or, by subsampling only, fdh
    orientation  input or output
    draws, seed  replications and the seed of their streams
    level        of the intervals, such as 0.95
    bandwidth    silverman, normal, cross-validation or a number (see `bootstrap_smooth.bandwidth`)
    centre       towards what smoothed draws are shrunk to undo the spread that smoothing adds: frontier, or mean as Simar & Wilson
                 (1998) and most programs do. With 50 units, one input, one output and constant returns 95 % intervals held the
                 truth for 12–20 % of units by mean and 85–97 % by frontier; with variable returns 62–68 % and 74–84 %
    method       smoothed: inefficiency is drawn from one density for all units, so it must not depend on size or mix;
                 subsample: frontiers of `size` units drawn without replacement, differences rescaled by (size/n)^κ, κ the
                 rate of the estimator; nothing is assumed of inefficiency
    size         units in a subsample; n^0.7 rounded up if None
    backend      serial, threads, processes or dask; `workers` of them; the numbers are the same
    resume       a folder where finished blocks are kept and found again
    progress     called with draws done and draws in all

    Raises DataError for cells no radial model takes, UsageError for options that cannot be meant.
    """
    of, kind, side = units(x, y), returns_to_scale(rts), oriented(orientation)
    method = choice(Text("自助法", "bootstrap method"), method, Method)
    draws, level = whole(draws, "draws", 20), confidence(level)
    distance, status, basis = estimated(of, kind, side)
    sample = Sample(of, distance, kind, side, basis)
    run = Run(backend, workers, resume, progress)
    towards = cast(Centre, choice(Text("收缩中心", "centre"), centre, Centre))
    if method == "smoothed":
        _can_smooth(kind, distance)
        h, m = choose_bandwidth(distance, bandwidth), of.count
        draw, scale = partial(_smoothed_draw, sample, h, towards), 1.0
    else:
        h, m = float("nan"), _subsample_size(size, of.count)
        draw = partial(_subsample_draw, sample, m)
        scale = (m / of.count) ** rate(kind, of.x.shape[1], of.y.shape[1])
    key = identity("dea", of.x, of.y, kind, side, method, h, m, towards, seed)
    found = draw_all(draw, draws, whole(seed, "seed", 0), key, run)
    notes = _notes(of, method) + unsolved(status, Text("径向模型", "radial model"))
    return _result(distance, distance + scale * (found - distance), h, m, level, notes)


def oriented(orientation: str) -> Oriented:
    """One of input, output."""
    return cast(Oriented, choice(Text("导向", "orientation"), orientation, Oriented))


def confidence(level: float) -> float:
    """A level between a half and one."""
    if not 0.5 <= level < 1.0:
        raise UsageError(
            f"置信水平 level 须在 0.5 与 1 之间，实为 {level}",
            f"level must lie between 0.5 and 1, it is {level}",
            code="654",
        )
    return float(level)


def _can_smooth(rts: Rts, distance: Array) -> None:
    if rts == "fdh":
        raise UsageError(
            '自由处置包（fdh）的平滑自助法不一致；请用 method="subsample"',
            'the smoothed bootstrap is not consistent for a free disposal hull; use method="subsample"',
            code="655",
        )
    if distance.max() <= 1.0 + 1e-9:
        raise UsageError(
            '所有单元都在前沿上，没有可平滑的无效率分布；请减少变量、增加单元，或用 method="subsample"',
            "every unit lies on the frontier, so there is no inefficiency to draw from; use fewer variables, more units or "
            'method="subsample"',
            code="656",
        )


def _subsample_size(size: int | None, n: int) -> int:
    if size is None:
        return min(n, int(np.ceil(n**0.7)))
    if whole(size, "size", 2) >= n:
        raise UsageError(
            f"子样本容量 size 须小于单元数 {n}，实为 {size}",
            f"a subsample must be smaller than the {n} units, size is {size}",
            code="657",
        )
    return int(size)


def _smoothed_draw(sample: Sample, h: float, centre: Centre, stream: np.random.Generator, size: int) -> Array:
    """(size, n) distances of the units to frontiers of smoothed pseudo-samples."""
    ref_x, ref_y = sample.reached(smoothed(sample.distance, h, stream, size, centre))
    return sample.measured(ref_x, ref_y)


def _subsample_draw(sample: Sample, m: int, stream: np.random.Generator, size: int) -> Array:
    """(size, n) distances of the units to frontiers of m units drawn without replacement."""
    n = sample.of.count
    which = np.argsort(stream.random((size, n)), axis=1, kind="stable")[:, :m]
    return distances(sample.of.x, sample.of.y, sample.of.x[which], sample.of.y[which], sample.rts, sample.orientation)


def _notes(of: Units, method: str) -> tuple[Text, ...]:
    notes = few_units(of.count, of.x.shape[1], of.y.shape[1])
    if method == "smoothed":
        notes += (
            Text(
                '平滑自助法假定无效率的分布不随规模与投入产出结构而变（齐性）；有疑问时用 method="subsample" 对照',
                "the smoothed bootstrap takes inefficiency to be distributed alike at every size and mix (homogeneity); where "
                'that is in doubt compare with method="subsample"',
            ),
        )
    return notes


def _result(distance: Array, draws: Array, h: float, m: int, level: float, notes: tuple[Text, ...]) -> Bootstrap:
    """Moments and quantiles of the drawn distances, turned into efficiencies."""
    missing = np.isnan(draws).mean(axis=0)
    lost = missing > MOST_MISSING
    usable = np.where(lost, distance, draws)  # a column of its own value in place of one without numbers
    middle, variance = np.nanmean(usable, axis=0), np.nanvar(usable, axis=0, ddof=1)
    tail = (1.0 - level) / 2.0
    lower, upper = np.nanquantile(usable, [tail, 1.0 - tail], axis=0)
    bias = middle - distance
    advised = (bias**2 > 3.0 * variance) & ~lost
    gap = [np.where(lost, np.nan, 1.0 / v) for v in (distance - bias, 2 * distance - lower, 2 * distance - upper)]
    corrected, low, high = gap
    efficiency = 1.0 / distance
    notes += _about_draws(missing, lost) + _about_correction(advised | lost)
    shown = np.where(lost, np.nan, variance)
    return Bootstrap(
        efficiency, corrected, efficiency - corrected, low, high, shown, advised, draws, h, m, level, notes
    )


def _about_draws(missing: Array, lost: NDArray[np.bool_]) -> tuple[Text, ...]:
    notes = []
    some = (missing > 0) & ~lost
    if some.any():
        most = f"{missing[some].max():.1%}"
        notes.append(
            Text(
                f"{some.sum()} 个单元在部分抽样中无可行解（至多 {most}），这些抽样不计入：单元 {positions(some)}",
                f"{some.sum()} units have no solution in some draws (at most {most}), which are left out: units {positions(some)}",
            )
        )
    if lost.any():
        notes.append(
            Text(
                f"{lost.sum()} 个单元在半数以上抽样中无可行解，不给区间：单元 {positions(lost)}；可增大 size 或换导向",
                f"{lost.sum()} units have no solution in most draws and get no interval: units {positions(lost)}; enlarge size or "
                "change the orientation",
            )
        )
    return tuple(notes)


def _about_correction(fine: NDArray[np.bool_]) -> tuple[Text, ...]:
    if fine.all():
        return ()
    return (
        Text(
            f"{(~fine).sum()} 个单元的偏差平方不超过方差的 3 倍，不宜纠偏（Simar 与 Wilson 2000），reported 中保留原估计："
            f"单元 {positions(~fine)}",
            f"for {(~fine).sum()} units the squared bias is at most three variances, so correction is withheld in `reported` "
            f"(Simar & Wilson 2000): units {positions(~fine)}",
        ),
    )
