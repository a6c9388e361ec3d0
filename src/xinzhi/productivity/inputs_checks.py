"""What is checked and what is said of inputs and outputs: who is left out and why, negative cells, touched cells, double use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from xinzhi.base.errors import DataError
from xinzhi.base.text import Text
from xinzhi.panel import Panel
from xinzhi.panel.labels import listed, name_of, spanned
from xinzhi.panel.panel import MARKS
from xinzhi.productivity.inputs_series import Drawn


def left_out(
    panel: Panel, drawn: Sequence[Drawn], kept: Sequence[str], years: Sequence[int], asked: Iterable[str] | None
) -> tuple[Text, ...]:
    """Regions that are not in, by what they lack."""
    pool = panel.regions if asked is None else [str(r) for r in asked]
    lacking: dict[tuple[str, ...], list[Text]] = {}
    for code in (c for c in pool if c not in set(kept)):
        cells = {v.id: v.values.reindex([(code, y) for y in years]) for v in drawn}
        missing = tuple(v.id for v in drawn if cells[v.id].isna().any())
        lacking.setdefault(missing, []).append(name_of(panel.places, code))
    names = {v.id: v.name for v in drawn}
    span = spanned(years[0], years[-1])
    return tuple(
        Text("{who}在 {span} 年缺{what}，未纳入", "{who} left out: no complete {what} for {span}").fill(
            who=listed(who), span=span, what=listed([names[i] for i in missing])
        )
        for missing, who in lacking.items()
    )


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
