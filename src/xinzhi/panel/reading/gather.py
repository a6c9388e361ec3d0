"""The figures of one sheet as a flat table: place, year, indicator, value and where each stood."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from xinzhi.base.errors import DataError
from xinzhi.base.text import Text
from xinzhi.panel.reading.cells import Marks, numbers
from xinzhi.panel.reading.grid import Grid
from xinzhi.panel.reading.headers import year_of
from xinzhi.panel.reading.layout import Layout
from xinzhi.panel.reading.text import plain, untangled

COLUMNS = ("text", "year", "name", "unit", "value", "row", "column")


_HINTS = (
    (
        re.compile(r"=.*", re.DOTALL),
        Text(
            "公式没有保存计算结果，请用 Excel 打开并保存。",
            "The formula was saved without its result: open the file in Excel and save it. ",
        ),
    ),
    (
        re.compile(r"#[A-Z/0!?]+"),
        Text("这是 Excel 的错误值，请改正公式。", "This is an error of Excel: correct the formula. "),
    ),
    (
        re.compile(r"[+-]?\d+,\d+"),
        Text("若逗号是小数点，请改为“.”。", "If the comma is a decimal point, write “.”. "),
    ),
    (
        re.compile(r"[(（]\s*[\d.,]+\s*[)）]"),
        Text("若括号表示负数，请写负号。", "If brackets mean a negative number, write a minus sign. "),
    ),
    (
        re.compile(r"[+-]?[\d.,]+\s*[^\W\d_].*"),
        Text("请只留数字，单位写在表头。", "Keep the number alone and write the unit in the header. "),
    ),
)


@dataclass(frozen=True)
class Gathered:
    """What a sheet holds.

    table            a row for each figure: `text` (the place as written), `year`, `name` (the indicator as written, ""
                     where the sheet has one that no cell names), `unit` beside it, `value`, and its `row` and `column`
    marks            the missing marks and per-cent signs that were met
    labels           name → label in a column beside it
    without_figures  rows left out because they hold no figure and name no place
    """

    table: pd.DataFrame
    marks: Marks
    labels: dict[str, str]
    without_figures: list[tuple[int, str]]


@dataclass
class _Rows:
    """The rows of the body that hold figures, with what they share."""

    at: list[int] = field(default_factory=list)
    region: list[str] = field(default_factory=list)
    year: list[int | None] = field(default_factory=list)
    name: list[str] = field(default_factory=list)
    unit: list[str] = field(default_factory=list)


def gather(
    grid: Grid, layout: Layout, year: int | None, missing: Collection[str], is_place: Callable[[str], bool]
) -> Gathered:
    """Walk the body of `layout`; a text among the figures is refused with its cell."""
    labels: dict[str, str] = {}
    without: list[tuple[int, str]] = []
    rows = _rows(grid, layout, year, is_place, labels, without)
    marks = Marks()
    parts = [_column(grid, layout, rows, c, n, y, place, missing, marks) for c, n, y, place in _columns(layout)]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COLUMNS))
    return Gathered(table, marks, labels, without)


def _columns(layout: Layout) -> list[tuple[int, str, int | None, str | None]]:
    """(column, name, year, place) of each column of figures, None where the row says."""
    if layout.regions_across:
        return [(column, "", None, place) for column, place in layout.regions_across]
    return [(v.column, v.name, v.year, None) for v in layout.values]


def _rows(
    grid: Grid,
    layout: Layout,
    year: int | None,
    is_place: Callable[[str], bool],
    labels: dict[str, str],
    without: list[tuple[int, str]],
) -> _Rows:
    out = _Rows()
    region = name = None
    header = grid.rows[layout.header]
    for r in range(layout.first, layout.last):
        row = grid.rows[r]
        if all(c is None for c in row) or (not grid.named and row == header):
            continue
        region = _filled(row, layout.region, region, layout)
        name = _filled(row, layout.indicator, name, layout)
        if layout.region is not None and not _has_figures(row, layout) and not is_place(region or ""):
            without.append((r, plain(row[layout.region])))
            continue
        if layout.region is not None and not region:
            raise DataError(
                f"{grid.place.zh}{'' if grid.sheet else ' '}行 {grid.row_number(r)} 有数但没有地区名；请补上地区或删除该行",
                f"{grid.place.en} row {grid.row_number(r)} has figures but names no region; fill it in or delete the row",
                code="016",
            )
        if layout.label is not None and name:
            labels.setdefault(name, plain(row[layout.label]))
        out.at.append(r)
        out.region.append(region or "")
        out.name.append(name or "")
        out.year.append(_year(grid, layout, r) if layout.year is not None else year)
        out.unit.append(plain(row[layout.unit]) if layout.unit is not None else "")
    return out


def _filled(row: list[Any], column: int | None, above: str | None, layout: Layout) -> str | None:
    """The text of a cell; an empty one under a merged cell takes the text above where rows differ by year or indicator."""
    if column is None:
        return None
    if row[column] is not None:
        return plain(row[column])
    merged = layout.year is not None or (layout.indicator is not None and layout.region is not None)
    return above if merged else None


def _has_figures(row: list[Any], layout: Layout) -> bool:
    return any(row[c] is not None for c, *_ in _columns(layout))


def _year(grid: Grid, layout: Layout, r: int) -> int:
    assert layout.year is not None
    cell = grid.rows[r][layout.year]
    up = r
    while cell is None and up > layout.first:  # a merged year cell
        up -= 1
        cell = grid.rows[up][layout.year]
    year = year_of(cell)
    if year is None:
        raise DataError(
            f"{grid.place.zh}{'' if grid.sheet else ' '}行 {grid.row_number(r)} 的年份是「{plain(cell) or '空'}」（{grid.cell(r, layout.year)}），不是年份；请改为如 2022",
            f"{grid.place.en} row {grid.row_number(r)}: the year is “{plain(cell) or 'empty'}” ({grid.cell(r, layout.year)}), which is not a year; write it as 2022",
            code="018",
        )
    return year


def _column(
    grid: Grid,
    layout: Layout,
    rows: _Rows,
    column: int,
    name: str,
    year: int | None,
    place: str | None,
    missing: Collection[str],
    marks: Marks,
) -> pd.DataFrame:
    """The figures of one column."""

    def refuse(position: int, cell: Any) -> DataError:
        head = place or rows.name[position] or name or str(year or "")
        return _not_a_number(grid, rows.at[position], column, head, cell)

    marks.column = name
    values = numbers([grid.rows[r][column] for r in rows.at], missing, marks, refuse)
    names = rows.name if layout.name == "long" or not name else [f"{n} {name}".strip() for n in rows.name]
    return pd.DataFrame(
        {
            "text": rows.region if place is None else place,
            "year": rows.year if year is None else year,
            "name": names,
            "unit": rows.unit,
            "value": values,
            "row": np.asarray(rows.at, dtype="int32"),
            "column": np.int32(column),
        }
    )


def _not_a_number(grid: Grid, r: int, column: int, name: str, cell: Any) -> DataError:
    shown = untangled(str(cell)).strip()
    head = name or plain(grid.rows[0][column])
    hint = next((said for form, said in _HINTS if form.fullmatch(shown)), Text("", ""))
    where = f"（单元格 {grid.cell(r, column)}）" if not grid.named else ""
    at = f" (cell {grid.cell(r, column)})" if not grid.named else ""
    return DataError(
        f'{grid.place.zh}{"" if grid.sheet else " "}行 {grid.row_number(r)}: “{head}” 是文本 “{shown}”{where}。{hint.zh}若为缺失, 写 missing: ["{shown}"]',
        f'{grid.place.en} row {grid.row_number(r)}: “{head}” holds the text “{shown}”{at}. {hint.en}If it means missing, write missing: ["{shown}"]',
        code="014",
    )
