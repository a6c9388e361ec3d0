"""Groups with technologies of their own under one metafrontier.

Source: Battese, Rao & O'Donnell (2004); O'Donnell, Rao & Battese (2008) for the technology gap ratio; Oh & Lee (2010) for
the change of both over time.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError, UsageError
from xinzhi.base.text import Text
from xinzhi.productivity.arguments import choice
from xinzhi.productivity.envelopment import distance, farrell, slacks
from xinzhi.productivity.envelopment.periods import Panel3, panel
from xinzhi.productivity.envelopment.technology import (
    Units,
    few_units,
    returns_to_scale,
    strictly_positive,
    units,
    unsolved,
)

Measure = Literal["radial", "sbm", "directional"]
Score = Callable[[Units, Units], "tuple[Array, NDArray[np.str_]]"]


@dataclass(frozen=True)
class Metafrontier:
    """Efficiency of n units against their own group and against all.

    group   (n,) efficiency within the unit's group
    meta    (n,) efficiency against the units of all groups
    gap     (n,) technology gap ratio meta / group in (0, 1]: how close the group's frontier comes to the metafrontier
    names   group labels in sorted order
    mean_gap (len(names),) mean ratio of each group
    status, notes
    """

    group: Array
    meta: Array
    gap: Array
    names: tuple[Hashable, ...]
    mean_gap: Array
    status: NDArray[np.str_]
    notes: tuple[Text, ...]


@dataclass(frozen=True)
class MetaChange:
    """Metafrontier productivity change, (T − 1, n) each; change = efficiency × best practice × technology gap.

    change                total change against the units of all groups and periods
    efficiency_change     catching up with the group's frontier of the period
    best_practice_change  the group's frontier of the period against its frontier over all periods
    gap_change            the group's frontier over all periods against the metafrontier
    notes
    """

    change: Array
    efficiency_change: Array
    best_practice_change: Array
    gap_change: Array
    notes: tuple[Text, ...]


class _How(NamedTuple):
    measure: str
    rts: str
    orientation: str


def metafrontier(
    x: ArrayLike,
    y: ArrayLike,
    groups: Sequence[Hashable],
    b: ArrayLike | None = None,
    rts: str = "crs",
    orientation: str = "output",
    measure: str = "radial",
    titles: Mapping[str, Text] | None = None,
) -> Metafrontier:
    """Group efficiency, metafrontier efficiency and technology gap ratio.

    x, y, b      (n, p) inputs, (n, q) goods, (n, r) bads (not for radial)
    groups       (n,) label of each unit's group
    orientation  input or output; for sbm also both
    measure      radial, sbm, or directional along the orientation's own values, scored 1 / (1 + β) for output and 1 − β for
                 input, with weakly disposable bads
    titles       what notes call the groups; their labels where None
    """
    of = units(x, y, b)
    label = _labels(groups, of.count)
    score = _scorer(_How(measure, rts, orientation), of)
    meta, status = score(of, of)
    own, apart = np.full(of.count, np.nan), status.copy()
    names = sorted(set(label.tolist()), key=str)
    notes: tuple[Text, ...] = ()
    for name in names:
        inside = label == name
        own[inside], apart[inside] = score(of.take(inside), of.take(inside))
        for note in few_units(int(inside.sum()), of.x.shape[1], of.y.shape[1] + of.b.shape[1]):
            said = (titles or {}).get(str(name)) or Text(str(name), str(name))
            notes += (Text(f"组「{said.zh}」：{note.zh}", f"group “{said.en}”: {note.en}"),)
    gap = np.minimum(meta / own, 1.0)
    means = np.array(
        [np.nanmean(gap[label == name]) if np.isfinite(gap[label == name]).any() else np.nan for name in names]
    )
    status = np.where(status == "optimal", apart, status)
    return Metafrontier(
        own, meta, gap, tuple(names), means, status, notes + unsolved(status, Text("共同前沿", "metafrontier"))
    )


def metafrontier_malmquist(
    x: ArrayLike,
    y: ArrayLike,
    groups: Sequence[Hashable],
    b: ArrayLike | None = None,
    rts: str = "crs",
    orientation: str = "output",
    measure: str = "radial",
) -> MetaChange:
    """Change of productivity against one global metafrontier, with the groups' part in it; arrays (T, n, ·), groups (n,).

    Source: Oh & Lee (2010); with measure="directional" and bads, Oh (2010).
    """
    data = panel(x, y, b)
    T, n = data.shape
    label = _labels(groups, n)
    pool = data.pool(0, T)
    score = _scorer(_How(measure, rts, orientation), pool)
    world = np.log(score(pool, pool)[0]).reshape(T, n)
    ever, now = np.full((T, n), np.nan), np.full((T, n), np.nan)
    for name in sorted(set(label.tolist()), key=str):
        inside = label == name
        mine = Panel3(data.x[:, inside], data.y[:, inside], data.b[:, inside], data.present[:, inside])
        every = mine.pool(0, T)
        ever[:, inside] = np.log(score(every, every)[0]).reshape(T, -1)
        for t in range(T):
            now[t, inside] = np.log(score(mine.period(t), mine.period(t))[0])
    for levels in (world, ever, now):
        levels[~data.present] = np.nan
    parts = [np.exp(np.diff(v, axis=0)) for v in (world, now, ever - now, world - ever)]
    lost = np.isnan(parts[0]).sum()
    notes = (
        (
            Text(
                f"{lost} 个变化因单元缺席或规划无解而缺失",
                f"{lost} changes are missing: a unit was absent or a program has no solution",
            ),
        )
        if lost
        else ()
    )
    return MetaChange(parts[0], parts[1], parts[2], parts[3], notes)


def _labels(groups: Sequence[Hashable], n: int) -> NDArray[np.object_]:
    if len(groups) != n:
        raise DataError(
            f"groups 有 {len(groups)} 个标签，单元有 {n} 个",
            f"groups has {len(groups)} labels for {n} units",
            code="613",
        )
    out = np.empty(n, dtype=object)
    out[:] = list(groups)
    for unit, name in enumerate(out):
        if name is None or name != name:
            raise DataError(f"第 {unit} 个单元没有组别", f"unit {unit} has no group", code="614")
    return out


def _scorer(how: _How, every: Units) -> Score:
    """Efficiency of units against a reference that holds them."""
    choice(Text("效率测度", "measure"), how.measure, Measure)
    sides = Literal["input", "output", "both"] if how.measure == "sbm" else Literal["input", "output"]
    choice(Text("导向", "orientation"), how.orientation, sides)
    rts = returns_to_scale(how.rts)
    if how.measure == "radial" and every.b.shape[1]:
        raise UsageError(
            '径向测度不处理非期望产出 b；请用 measure="sbm" 或 "directional"',
            'the radial measure takes no bads b; use measure="sbm" or "directional"',
            code="603",
        )
    if how.measure == "sbm":
        for values, name in ((every.x, "x"), (every.y, "y"), (every.b, "b")):
            strictly_positive(values, name, "SBM", "radial / directional")

    def score(of: Units, reference: Units) -> tuple[Array, NDArray[np.str_]]:
        if how.measure == "radial":
            side: farrell.Orientation = "input" if how.orientation == "input" else "output"
            found = farrell.measure(farrell.Question(of, reference, rts, side, True, False))
            return found.efficiency, found.status
        if how.measure == "sbm":
            sbm_side: slacks.Orientation = (
                "input" if how.orientation == "input" else "output" if how.orientation == "output" else "both"
            )
            tone = slacks.measure(slacks.Question(of, reference, rts, sbm_side, False))
            return tone.efficiency, tone.status
        shrink = how.orientation == "input"
        g = np.hstack([of.x * shrink, of.y * (not shrink), of.b * (not shrink)])
        ddf = distance.measure(distance.Question(of, reference, rts, "strong" if rts == "fdh" else "weak", g))
        return (1.0 - ddf.beta if shrink else 1.0 / (1.0 + ddf.beta)), ddf.status

    return score
