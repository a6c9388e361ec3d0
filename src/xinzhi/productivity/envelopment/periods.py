"""Which periods form the technology, and distances of every period against every technology that an index needs.

A technology is a range of periods [first, last). A `Job` asks for one of them what the units of a period score against
it; the inputs and the outputs of the evaluated units may come from different periods (bias of technical change).

Source: Färe et al. (1994) contemporaneous; Tulkens & Vanden Eeckaut (1995) sequential; Asmild et al. (2004) window;
Pastor & Lovell (2005) global; Pastor, Asmild & Lovell (2011) biennial.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, array
from xinzhi.base.errors import DataError, UsageError
from xinzhi.base.text import Text
from xinzhi.productivity.arguments import choice
from xinzhi.productivity.envelopment.technology import Rts, Units, units

Name = Literal["contemporaneous", "sequential", "biennial", "window", "global"]
POOLED = 600  # with so many units in all periods, or fewer, every technology is solved in one batch


class Job(NamedTuple):
    """Score the inputs of period `x` with the outputs of period `y` against periods first … last − 1."""

    first: int
    last: int
    x: int
    y: int


@dataclass(frozen=True)
class Panel3:
    """Inputs (T, n, p), goods (T, n, q), bads (T, n, r) of n units over T periods.

    present  (T, n) whether the unit was observed. What stands for an absent one is another unit of the period with twice
             its inputs: a point inside every technology, so that no frontier moves; its own scores are set to missing
    """

    x: Array
    y: Array
    b: Array
    present: NDArray[np.bool_]

    @property
    def shape(self) -> tuple[int, int]:
        """T and n."""
        return int(self.x.shape[0]), int(self.x.shape[1])

    def period(self, x: int, y: int | None = None) -> Units:
        """The units of a period, or inputs of one with the outputs of another."""
        y = x if y is None else y
        return Units(self.x[x], self.y[y], self.b[y])

    def pool(self, first: int, last: int) -> Units:
        """All units of a range of periods, period by period."""
        return Units(*(np.concatenate(v[first:last]) for v in (self.x, self.y, self.b)))


def panel(x: ArrayLike, y: ArrayLike, b: ArrayLike | None = None) -> Panel3:
    """Checked panel arrays of at least two periods; a unit that is missing in all its cells of a period is absent."""
    inputs, goods = array(x, "x", 3), array(y, "y", 3)
    bads = np.zeros((*inputs.shape[:2], 0)) if b is None else array(b, "b", 3)
    for values, name in ((goods, "y"), (bads, "b")):
        if values.shape[:2] != inputs.shape[:2]:
            raise DataError(
                f"x 为 {inputs.shape[0]} 期 × {inputs.shape[1]} 个单元，{name} 为 {values.shape[0]} × {values.shape[1]}",
                f"x has {inputs.shape[0]} periods × {inputs.shape[1]} units, {name} has {values.shape[0]} × {values.shape[1]}",
                code="611",
            )
    if inputs.shape[0] < 2:
        raise DataError(
            "只有一期数据，无法计算变化；请至少给出两期，或改用 radial、directional 看水平",
            "there is one period only, so nothing can change; give two or more, or use radial or directional for the level",
            code="612",
        )
    filled, present = _filled([inputs, goods, bads])
    for t in range(inputs.shape[0]):
        try:
            units(filled[0][t], filled[1][t], filled[2][t] if b is not None else None)
        except DataError as error:
            raise DataError(
                f"第 {t} 期：{error.text.zh}", f"period {t}: {error.text.en}", code=error.code.rsplit("D", 1)[-1]
            ) from None
    return Panel3(filled[0], filled[1], filled[2], present)


def _filled(parts: list[Array]) -> tuple[list[Array], NDArray[np.bool_]]:
    """The arrays with stand-ins for absent units, and who was present."""
    present = np.asarray(~np.isnan(np.concatenate(parts, axis=2)).all(axis=2), dtype=np.bool_)
    if present.all():
        return parts, present
    out = [part.copy() for part in parts]
    for t, here in enumerate(present):
        if not here.any():
            raise DataError(f"第 {t} 期没有任何单元有数据", f"no unit has data in period {t}", code="616")
        for factor, part in zip((2.0, 1.0, 1.0), out, strict=True):
            part[t, ~here] = factor * part[t, int(here.argmax())]
    return out, present


def technology_name(technology: str) -> Name:
    """One of contemporaneous, sequential, biennial, window, global."""
    return cast(Name, choice(Text("技术参照", "technology"), technology, Name))


def span(name: Name, t: int, periods: int, width: int) -> tuple[int, int]:
    """The periods that form the technology of period t."""
    if name == "sequential":
        return 0, t + 1
    if name == "window":
        half = (width - 1) // 2
        return max(0, t - half), min(periods, t + half + 1)
    return t, t + 1


def pooled(name: Name, t: int, periods: int) -> tuple[int, int] | None:
    """The one technology against which t and t + 1 are both measured, or None where the index is a mean of two."""
    if name == "global":
        return 0, periods
    return (t, t + 2) if name == "biennial" else None


def window_width(width: int) -> int:
    """An odd number of periods, so that the window has a middle."""
    if width < 1 or width % 2 == 0:
        raise UsageError(
            f"窗口宽度 window={width} 须为正奇数，以所在期为中心",
            f"window={width} must be odd and positive, for it is centred on its period",
            code="602",
        )
    return width


Score = Callable[[Units, Units, Rts, "NDArray[np.int64] | None", Iterable[Job]], "tuple[Array, NDArray[np.str_]]"]


@dataclass
class Levels:
    """Scores of jobs, each computed once.

    score  gives levels (higher is better, additive over time) and statuses of units against a reference
    """

    data: Panel3
    score: Score
    rts: Rts
    known: dict[Job, tuple[Array, NDArray[np.str_]]] = field(default_factory=dict)

    def prepare(self, jobs: Iterable[Job]) -> None:
        """Compute what is not yet known, in as few batches as the size allows."""
        new = sorted(set(jobs) - set(self.known))
        T, n = self.data.shape
        if not new:
            return
        if T * n <= POOLED:
            where = np.repeat(np.array([[j.first * n, j.last * n] for j in new]), n, axis=0)
            self._solve(new, self.data.pool(0, T), where)
            return
        for reference in sorted({(j.first, j.last) for j in new}):
            self._solve([j for j in new if (j.first, j.last) == reference], self.data.pool(*reference), None)

    def _solve(self, jobs: list[Job], reference: Units, where: NDArray[np.int64] | None) -> None:
        n = self.data.shape[1]
        parts = [self.data.period(j.x, j.y) for j in jobs]
        of = Units(*(np.concatenate([getattr(p, v) for p in parts]) for v in ("x", "y", "b")))
        level, status = self.score(of, reference, self.rts, where, jobs)
        for k, job in enumerate(jobs):
            seen = self.data.present[job.x] & self.data.present[job.y]
            part = slice(k * n, (k + 1) * n)
            self.known[job] = np.where(seen, level[part], np.nan), np.where(seen, status[part], "absent")

    def __getitem__(self, job: Job) -> Array:
        return self.known[job][0]
