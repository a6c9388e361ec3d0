"""The rectangle that a method needs: the same regions in every year, and a sentence for everything left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError
from xinzhi.base.text import Text
from xinzhi.panel.formula import names
from xinzhi.panel.labels import listed, name_of
from xinzhi.panel.panel import MARKS, Panel


@dataclass(frozen=True)
class Balanced:
    """Figures without gaps.

    regions      (n,) codes, in order
    years        (T,) ascending
    values       formula → (T, n)
    assumptions  what was left out or touched, one sentence each
    """

    regions: tuple[str, ...]
    years: tuple[int, ...]
    values: dict[str, Array]
    assumptions: tuple[Text, ...]

    def __getitem__(self, formula: str) -> Array:
        """The figures of one formula (T, n)."""
        return self.values[formula]

    def keep(self, regions: Iterable[str], said: Text) -> Balanced:
        """The same figures for these regions alone, with the sentence that says why."""
        wanted = set(regions)
        inside = np.array([r in wanted for r in self.regions])
        if inside.all():
            return self
        return Balanced(
            tuple(r for r in self.regions if r in wanted),
            self.years,
            {f: np.ascontiguousarray(v[:, inside]) for f, v in self.values.items()},
            (*self.assumptions, said),
        )


def balanced(
    panel: Panel, formulas: Sequence[str], years: Iterable[int] | None = None, regions: Iterable[str] | None = None
) -> Balanced:
    """The figures of `formulas` (indicator ids or arithmetic over them) for regions that have all of them in every year.

    years    those asked for; where not given, every year in which more than half of the regions have all figures
    regions  codes; all where not given

    Regions with a gap are left out and named. Raises DataError where no region or no year is left.
    """
    asked = panel.select(years=years, regions=regions) if years is not None or regions is not None else panel
    table = pd.DataFrame({f: asked.evaluate(f) for f in dict.fromkeys(formulas)})
    complete = table.notna().all(axis=1).unstack("year").fillna(False).astype(bool)
    if years is None:
        share = complete.mean(axis=0)
        complete = complete.loc[:, share > 0.5]
    if complete.shape[1] == 0:
        raise DataError(
            f"没有一个年份有过半地区具备 {'、'.join(formulas)}",
            f"there is no year in which most regions have {', '.join(formulas)}",
            code="160",
        )
    kept = [str(r) for r in complete.index[complete.all(axis=1)]]
    if not kept:
        raise DataError(
            f"没有地区在 {complete.columns[0]}–{complete.columns[-1]} 年都有 {'、'.join(formulas)}；请缩短年份或先补缺（panel.repair）",
            f"no region has {', '.join(formulas)} in every year of {complete.columns[0]}–{complete.columns[-1]}; shorten the span or fill gaps first (panel.repair)",
            code="161",
        )
    chosen = tuple(int(y) for y in complete.columns)
    values = {
        str(f): np.ascontiguousarray(table[f].unstack("year").loc[kept, list(chosen)].to_numpy(dtype=float).T)
        for f in table
    }
    left = [str(r) for r in complete.index if r not in set(kept)]
    return Balanced(
        tuple(kept),
        chosen,
        values,
        (*_left_out(panel, left, formulas, chosen), *_touched(asked, formulas, kept, chosen)),
    )


def _left_out(panel: Panel, left: list[str], formulas: Sequence[str], years: tuple[int, ...]) -> tuple[Text, ...]:
    if not left:
        return ()
    said = Text(
        "{who} 在 {first}–{last} 年缺少所需数据（{what}），未纳入",
        "{who} left out: no complete figures for {first}–{last} ({what})",
    )
    return (
        said.fill(
            who=listed([name_of(panel.places, code) for code in left]),
            first=years[0],
            last=years[-1],
            what=", ".join(dict.fromkeys(formulas)),
        ),
    )


def _touched(panel: Panel, formulas: Sequence[str], kept: list[str], years: tuple[int, ...]) -> tuple[Text, ...]:
    """Cells that a repair touched and proxies, counted by mark."""
    used = {n for f in formulas for n in names(f)}
    marks = panel.touched
    said = [
        Text(
            f"{panel.indicator(n).name.zh}以代理指标代替{panel.indicator(n).proxy_for}",
            f"{panel.indicator(n).name.en} stands in for {panel.indicator(n).proxy_for}",
        )
        for n in sorted(used & set(panel.columns))
        if panel.indicator(n).proxy_for
    ]
    if len(marks):
        here = marks[marks["indicator"].isin(used) & marks["region"].isin(kept) & marks["year"].isin(years)]
        said += [
            Text(f"{len(rows)} 个单元格经{MARKS[str(mark)].zh}", f"{len(rows)} cells were {MARKS[str(mark)].en}")
            for mark, rows in here.groupby("mark")
            if str(mark) in MARKS
        ]
    return tuple(said)
