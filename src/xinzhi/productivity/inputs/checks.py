"""What is checked and what is said of inputs and outputs: who is left out and why, negative cells, touched cells, double use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from xinzhi.base.errors import DataError
from xinzhi.base.text import Text
from xinzhi.panel import Panel
from xinzhi.panel.labels import listed, name_of, spanned
from xinzhi.panel.panel import MARKS
from xinzhi.productivity.inputs.series import Drawn

FEW = 6  # regions that a note can name


def left_out(
    panel: Panel, drawn: Sequence[Drawn], kept: Sequence[str], years: Sequence[int], asked: Iterable[str] | None
) -> tuple[Text, ...]:
    """Regions that are not in, by what they lack."""
    pool = panel.regions if asked is None else [str(r) for r in asked]
    lacking: dict[tuple[tuple[str, ...], tuple[int, ...]], list[Text]] = {}
    for code in (c for c in pool if c not in set(kept)):
        cells = {v.id: v.values.reindex([(code, y) for y in years]).isna().to_numpy() for v in drawn}
        missing = tuple(v.id for v in drawn if cells[v.id].any())
        when = tuple(y for k, y in enumerate(years) if any(cells[i][k] for i in missing))
        lacking.setdefault((missing, when), []).append(name_of(panel.places, code))
    names = {v.id: v.name for v in drawn}
    return tuple(_lacks(who, listed([names[i] for i in missing]), when, years) for (missing, when), who in lacking.items())  # fmt: skip


def _lacks(who: list[Text], what: Text, when: Sequence[int], years: Sequence[int]) -> Text:
    """Regions that lack the same figures in the same years; what is lacking in some years only could be filled."""
    filled = Text("；可先补缺（repair）或缩短年份", "; fill the gaps first (repair) or shorten the span")
    said = Text("{who}在 {span} 年缺{what}，未纳入{fill}", "{who} left out: no {what} for {span}{fill}")
    some = len(when) < len(years)
    return said.fill(who=listed(who), what=what, span=_spans(when), fill=filled if some else Text("", ""))


def _spans(years: Sequence[int]) -> str:
    """`2011–2013, 2016`."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][1] + 1:
            runs[-1][1] = year
        else:
            runs.append([year, year])
    return ", ".join(spanned(a, b) for a, b in runs)


def briefly(said: tuple[Text, ...], count: int) -> tuple[Text, ...]:
    """Who is left out, for a note: the sentences where few are, else how many and where the list is."""
    if count <= FEW:
        return said
    return (
        Text(f"{count} 个地区因缺数据未纳入（名单见假定与处理）", f"{count} regions lack data and are left out (listed among the assumptions)"),
    )  # fmt: skip


def refuse_negative(table: pd.DataFrame, drawn: Sequence[Drawn], panel: Panel) -> None:
    """Refuse the first negative cell by region, year and variable."""
    for v in drawn:
        low = table[table[v.id] < 0]
        if len(low):
            cell = low.iloc[0]
            who, year = name_of(panel.places, str(cell["region"])), int(cell["year"])
            raise DataError(
                f"{who.zh} {year} 年的「{v.name.zh}」为 {cell[v.id]:g}；前沿模型要求非负，请更正、剔除该地区，或用可含负值的 range-directional 模型（productivity.range_directional）",
                f"“{v.name.en}” of {who.en} in {year} is {cell[v.id]:g}; a frontier takes no negative figures: correct it, leave the region out, "
                "or use the model range-directional (productivity.range_directional), which takes them",
                code="923",
            )


def with_negative(table: pd.DataFrame, drawn: Sequence[Drawn]) -> tuple[Text, ...]:
    """Variables that hold negative figures."""
    below = listed([v.name for v in drawn if (table[v.id] < 0).any()])
    if not any((table[v.id] < 0).any() for v in drawn):
        return ()
    return (Text(f"{below.zh}含负值", f"{below.en} hold negative figures"),)


def refuse_empty_bad(table: pd.DataFrame, bads: Sequence[Drawn]) -> None:
    """Refuse a bad output that nobody makes."""
    for v in bads:
        if (table[v.id] == 0).all():
            raise DataError(
                f"非期望产出「{v.name.zh}」全部为 0，无从减少；请从 bad 中去掉它",
                f"the bad output “{v.name.en}” is zero throughout, so there is nothing to reduce; leave it out of bad",
                code="924",
            )


def touched(panel: Panel, drawn: Sequence[Drawn], regions: Sequence[str], last: int) -> tuple[Text, ...]:
    """Cells of the series used that a repair touched, counted by mark."""
    used = {i for v in drawn for i in v.uses}
    marks = panel.touched
    if not len(marks):
        return ()
    here = marks[marks["indicator"].isin(used) & marks["region"].isin(regions) & (marks["year"] <= last)]
    return tuple(
        Text(f"所用序列有 {len(rows)} 个单元格经{MARKS[str(mark)].zh}", f"{len(rows)} cells of the series used were {MARKS[str(mark)].en}")
        for mark, rows in here.groupby("mark")
        if str(mark) in MARKS
    )  # fmt: skip


def overlapping(drawn: Sequence[Drawn], roles: dict[str, str]) -> tuple[Text, ...]:
    """A series that serves in two roles is said."""
    once: dict[str, Drawn] = {}
    out = []
    for v in drawn:
        for i in v.uses:
            if i in once and roles[once[i].id] != roles[v.id]:
                out.append(Text(f"{i} 同时用于{once[i].name.zh}与{v.name.zh}", f"{i} is used for both {once[i].name.en} and {v.name.en}"))  # fmt: skip
            once.setdefault(i, v)
    return tuple(out)
