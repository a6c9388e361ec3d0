"""Which rows of a sheet are read: those that say what the caller wants, without those of places that are left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from xinzhi.base.errors import unknown
from xinzhi.base.text import Text
from xinzhi.panel.reading.grid import Grid
from xinzhi.panel.reading.layout import column_named, header_rows, heads_of
from xinzhi.panel.reading.record import Remark
from xinzhi.panel.reading.regions import place_text
from xinzhi.panel.reading.sheet import Sheet
from xinzhi.panel.reading.text import plain


def rows_where(grid: Grid, where: Mapping[str, object]) -> Grid:
    """The sheet with the rows that do not hold the stated texts emptied, so that every cell keeps its address."""
    if not where:
        return grid
    header, first = header_rows(grid)
    heads = heads_of(grid, header, first)
    rows, remarks = list(grid.rows), list(grid.remarks)
    for name, value in where.items():
        column, wanted = column_named(grid, heads, name), plain(value)
        said = {r: plain(rows[r][column]) for r in range(first, len(rows)) if rows[r][column] is not None}
        if wanted not in said.values():
            raise unknown(Text(f"“{name}”列的值", f"text in column “{name}”"), wanted, set(said.values()), code="069")
        others = [r for r, text in said.items() if text != wanted]
        for r in others:
            rows[r] = [None] * grid.width
        text = Text(
            f"只读“{name}”为「{wanted}」的 {len(said) - len(others)} 行，其余 {len(others)} 行未读取",
            f"only the {len(said) - len(others)} rows whose “{name}” is “{wanted}” were read, {len(others)} others were not",
        )
        remarks.append(Remark("left-out-row", "note", text))
    return replace(grid, rows=rows, remarks=tuple(remarks))


def without(sheets: Sequence[Sheet], left_out: Sequence[str]) -> list[Sheet]:
    """The sheets without the figures of the places that are left out, each named as the file writes it."""
    if not left_out:
        return list(sheets)
    wanted = {place_text(name) for name in left_out}
    found = {place_text(t) for s in sheets for t in s.gathered.table["text"].unique()}
    for name in sorted(wanted - found):
        raise unknown(Text("地区", "region"), name, found, code="069")
    return [_without(s, wanted) for s in sheets]


def _without(sheet: Sheet, wanted: set[str]) -> Sheet:
    table = sheet.gathered.table
    out = table["text"].map(place_text).isin(wanted)
    if not out.any():
        return sheet
    names, count = list(dict.fromkeys(table.loc[out, "text"])), table.loc[out, "row"].nunique()
    text = Text(
        f"按要求未读取 {'、'.join(names)}（{count} 行）", f"{', '.join(names)} ({count} rows) were left out as asked"
    )
    kept = replace(sheet.gathered, table=table[~out])
    return replace(sheet, gathered=kept, remarks=(*sheet.remarks, Remark("left-out-row", "note", text)))
