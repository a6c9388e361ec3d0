"""The figures of one sheet as a flat list: place, year, indicator, value and where each stood."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from xinzhi.base.errors import DataError
from xinzhi.panel.reading.cells import Marks, number
from xinzhi.panel.reading.grid import Grid
from xinzhi.panel.reading.headers import year_of
from xinzhi.panel.reading.layout import Layout
from xinzhi.panel.reading.text import plain, untangled


class Figure(NamedTuple):
    """One figure: the place, year and indicator as the file names them, the unit beside it, and its row and column."""

    region: str
    year: int | None
    name: str
    unit: str
    value: float
    row: int
    column: int


@dataclass(frozen=True)
class Gathered:
    """The figures of a sheet, what marks were met, labels of indicators and rows left out because they hold none."""

    figures: list[Figure]
    marks: Marks
    labels: dict[str, str]
    without_figures: list[tuple[int, str]]


def gather(
    grid: Grid, layout: Layout, year: int | None, missing: Collection[str], is_place: Callable[[str], bool]
) -> Gathered:
    """Walk the body of `layout`; a text among the figures is refused with its cell."""
    out = Gathered([], Marks(), {}, [])
    region: str | None = None
    name: str | None = None
    for r in range(layout.first, layout.last):
        row = grid.rows[r]
        if all(c is None for c in row):
            continue
        if _repeats_header(grid, layout, row):
            continue
        region = _filled(row, layout.region, region, layout)
        name = _filled(row, layout.indicator, name, layout)
        if layout.region is not None and not _has_figures(row, layout) and not is_place(region or ""):
            out.without_figures.append((r, plain(row[layout.region])))
            continue
        if layout.region is not None and not region:
            raise DataError(
                f"{grid.place.zh} 行 {grid.row_number(r)} 有数但没有地区名; 请补上地区或删除该行",
                f"{grid.place.en} row {grid.row_number(r)} has figures but names no region; fill it in or delete the row",
                code="016",
            )
        for figure in _of_row(grid, layout, r, region or "", name or "", year, missing, out):
            out.figures.append(figure)
    return out


def _repeats_header(grid: Grid, layout: Layout, row: list[Any]) -> bool:
    return not grid.named and row == grid.rows[layout.header]


def _filled(row: list[Any], column: int | None, above: str | None, layout: Layout) -> str | None:
    """The text of a cell; an empty one under a merged cell takes the text above where rows differ by year or indicator."""
    if column is None:
        return None
    if row[column] is not None:
        return plain(row[column])
    merged = layout.year is not None or (layout.indicator is not None and layout.region is not None)
    return above if merged else None


def _has_figures(row: list[Any], layout: Layout) -> bool:
    columns = [v.column for v in layout.values] or [c for c, _ in layout.regions_across]
    return any(row[c] is not None for c in columns)


def _of_row(
    grid: Grid,
    layout: Layout,
    r: int,
    region: str,
    name: str,
    year: int | None,
    missing: Collection[str],
    out: Gathered,
) -> Iterator[Figure]:
    row = grid.rows[r]
    own_year = _year(grid, layout, r) if layout.year is not None else year
    unit = plain(row[layout.unit]) if layout.unit is not None else ""
    if layout.label is not None and name:
        out.labels.setdefault(name, plain(row[layout.label]))
    if layout.regions_across:
        for column, place in layout.regions_across:
            yield Figure(place, own_year, "", unit, _number(grid, r, column, place, missing, out.marks), r, column)
        return
    for v in layout.values:
        value = _number(grid, r, v.column, name or v.name or str(v.year or ""), missing, out.marks)
        label = " ".join(p for p in (name, v.name) if p) if layout.name != "long" else name
        yield Figure(region, v.year if v.year is not None else own_year, label, unit, value, r, v.column)


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
            f"{grid.place.zh} 行 {grid.row_number(r)} 的年份是「{plain(cell) or '空'}」, 不是年份",
            f"{grid.place.en} row {grid.row_number(r)}: the year is “{plain(cell) or 'empty'}”, which is not a year",
            code="018",
        )
    return year


def _number(grid: Grid, r: int, column: int, name: str, missing: Collection[str], marks: Marks) -> float:
    cell = grid.rows[r][column]
    value = number(cell, missing, marks)
    if value is not None:
        return value
    shown = untangled(str(cell)).strip()
    head = name or plain(grid.rows[0][column])
    where = f"（单元格 {grid.cell(r, column)}）" if not grid.named else ""
    at = f" (cell {grid.cell(r, column)})" if not grid.named else ""
    raise DataError(
        f'{grid.place.zh}行 {grid.row_number(r)}: “{head}” 是文本 “{shown}”{where}。若为缺失, 写 missing: ["{shown}"]',
        f'{grid.place.en} row {grid.row_number(r)}: “{head}” holds the text “{shown}”{at}. If it means missing, write missing: ["{shown}"]',
        code="014",
    )
