"""The rectangle that a method needs: the same regions in every year, and a sentence for everything left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError
from xinzhi.base.text import Text
from xinzhi.panel.formula import names
from xinzhi.panel.labels import listed, measure_name, name_of, spanned
from xinzhi.panel.panel import MARKS, Panel

MOST_NAMED = 40  # regions left out that a sentence names one by one


@dataclass(frozen=True)
class Balanced:
    """Figures without gaps.

    regions      (n,) codes, in order
    years        (T,) ascending
    values       formula → (T, n)
    assumptions  what was left out or touched, one sentence each
    asked        the years and regions that were asked for; neither where all were
    """

    regions: tuple[str, ...]
    years: tuple[int, ...]
    values: dict[str, Array]
    assumptions: tuple[Text, ...]
    asked: Mapping[str, list[Any]] = field(default_factory=dict)

    def __getitem__(self, formula: str) -> Array:
        """The figures of one formula (T, n)."""
        return self.values[formula]

    @property
    def step(self) -> int:
        """Years from one period to the next, 1 for a single year. Raises DataError where steps differ, naming the first gap."""
        steps = np.diff(self.years).tolist()
        least = min(steps, default=1)
        for (earlier, later), step in zip(pairwise(self.years), steps, strict=True):
            if step != least:
                raise DataError(
                    f"年份 {earlier} 与 {later} 之间有缺口，而其他年份相隔 {least} 年；请用 years 选取等间隔的年份，或先补齐（panel.repair）",
                    f"there is a gap between {earlier} and {later}, other years are {least} apart; choose evenly spaced years with years, or fill the gap first (panel.repair)",
                    code="367",
                )
        return int(least)

    def keep(self, regions: Iterable[str], said: Text) -> Balanced:
        """The same figures for these regions alone, with the sentence that says why."""
        wanted = set(regions)
        inside = np.array([r in wanted for r in self.regions])
        if inside.all():
            return self
        return replace(
            self,
            regions=tuple(r for r in self.regions if r in wanted),
            values={f: np.ascontiguousarray(v[:, inside]) for f, v in self.values.items()},
            assumptions=(*self.assumptions, said),
        )


def balanced(
    panel: Panel, formulas: Sequence[str], years: Iterable[int] | None = None, regions: Iterable[str] | None = None
) -> Balanced:
    """The figures of `formulas` (indicator ids or arithmetic over them) for regions that have all of them in every year.

    years    those asked for; where not given, every year in which more than half of the regions have all figures
    regions  codes; all where not given

    Regions with a gap are left out and named. Raises DataError where no region or no year is left.
    """
    asked: dict[str, list[Any]] = {k: list(v) for k, v in (("years", years), ("regions", regions)) if v is not None}
    part = panel.select(**asked) if asked else panel
    table = pd.DataFrame({f: part.evaluate(f) for f in dict.fromkeys(formulas)})
    complete = table.notna().all(axis=1).unstack("year").fillna(False).astype(bool)
    if years is None:
        share = complete.mean(axis=0)
        complete = complete.loc[:, share > 0.5]
    if complete.shape[1] == 0:
        what = _called(panel, formulas)
        raise DataError(
            f"没有一个年份有过半地区具备{what.zh}",
            f"there is no year in which most regions have {what.en}",
            code="160",
        )
    kept = [str(r) for r in complete.index[complete.all(axis=1)]]
    if not kept:
        what, span = _called(panel, formulas), spanned(int(complete.columns[0]), int(complete.columns[-1]))
        raise DataError(
            f"没有地区在 {span} 年都有{what.zh}；请缩短年份或先补缺（panel.repair）",
            f"no region has {what.en} in every year of {span}; shorten the span or fill gaps first (panel.repair)",
            code="161",
        )
    chosen = tuple(int(y) for y in complete.columns)
    values = {
        str(f): np.ascontiguousarray(table[f].unstack("year").loc[kept, list(chosen)].to_numpy(dtype=float).T)
        for f in table
    }
    left = [str(r) for r in complete.index if r not in set(kept)]
    skipped = [int(y) for y in table.index.unique("year") if chosen[0] < y < chosen[-1] and y not in chosen]
    return Balanced(
        tuple(kept),
        chosen,
        values,
        (
            *_left_out(panel, left, formulas, chosen),
            *_skipped(panel, skipped, formulas),
            *_touched(part, formulas, kept, chosen),
        ),
        asked | {"years": list(chosen)} if "years" in asked else asked,
    )


def _called(panel: Panel, formulas: Sequence[str]) -> Text:
    """What the figures are called, as a list."""
    return listed([measure_name(panel, f) for f in dict.fromkeys(formulas)])


def _skipped(panel: Panel, years: list[int], formulas: Sequence[str]) -> tuple[Text, ...]:
    if not years:
        return ()
    said = Text(
        "{years} 年过半地区缺少所需数据（{what}），未纳入",
        "{years} left out: most regions lack figures ({what})",
    )
    listed_years = Text("、".join(map(str, years)), ", ".join(map(str, years)))
    return (said.fill(years=listed_years, what=_called(panel, formulas)),)


def _left_out(panel: Panel, left: list[str], formulas: Sequence[str], years: tuple[int, ...]) -> tuple[Text, ...]:
    if not left:
        return ()
    said = Text(
        "{who} 在 {span} 年缺少所需数据（{what}），未纳入",
        "{who} left out: no complete figures for {span} ({what})",
    )
    return (
        said.fill(
            who=listed([name_of(panel.places, code) for code in left], MOST_NAMED),
            span=spanned(years[0], years[-1]),
            what=_called(panel, formulas),
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
