"""Workbooks: a sheet a table in full precision (16 digits; Excel itself keeps 15), and a sheet that tells how the numbers were made.

Every text is written as a string cell: a name that begins with = + - @ or looks like an address stays a name.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from xinzhi.base.export.about import about
from xinzhi.base.export.cells import clean, is_text, spread, values, width
from xinzhi.base.export.text import under
from xinzhi.base.files import written_aside
from xinzhi.base.numbers import Style, decimals
from xinzhi.base.recipe import Recipe
from xinzhi.base.table import Table
from xinzhi.base.text import Lang, Text

_FORMATS = {
    "year": "0",
    "rank": "0",
    "index": "{n}",
    "share": "{n}%",
    "percent": '{n}"%"',
    "money": "#,##{n}",
    "count": "#,##{n}",
    "p": '[<0.001]"<0.001";{n}',
    "number": "{n}",
    "signed": '+{n};"−"{n};{n}',
}
_LONGEST = 32_767  # characters Excel keeps in a cell
_MADE = datetime.datetime(2000, 1, 1)  # a fixed date: the same tables give the same bytes
ABOUT = Text("说明", "About")
_GREY = Text("灰色空格表示缺失。", "Grey empty cells are missing.")


def workbook(path: Path) -> Any:
    """An XlsxWriter workbook in which no text becomes a formula, a number or a link."""
    import xlsxwriter

    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), safe)
    book.set_properties({"created": _MADE, "comments": "Xinzhi 新质"})
    return book


def write(path: str | Path, tables: Mapping[str, Table], recipe: Recipe, lang: Lang | None = None) -> Path:
    """Write every table to a sheet of its own, then the recipe; the file appears only when it is whole."""
    with written_aside(path) as aside, workbook(aside) as book:
        names = sheet_names([*tables, ABOUT.say(lang)])
        for name, table in zip(names, tables.values(), strict=False):
            sheet(book, name, table, lang)
        about_sheet(book, names[-1], about(recipe, lang))
    return Path(path)


def sheet_names(wanted: Iterable[str]) -> list[str]:
    """Names that Excel accepts, in order: at most 31 characters, none twice whatever the case, no []:*?/\\."""
    used: set[str] = {"history"}
    out = []
    for name in wanted:
        base = re.sub(r"[\[\]:*?/\\]", " ", clean(name)).strip(" '")[:31] or "sheet"
        final, count = base, 2
        while final.lower() in used:
            final = f"{base[: 30 - len(str(count))]}_{count}"
            count += 1
        used.add(final.lower())
        out.append(final)
    return out


def put(sheet: Any, row: int, column: int, value: Any, style: Any = None) -> None:
    """Write one plain cell, a text always as a string; missing is an empty cell in that style."""
    if value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, str):
        text = clean(value)
        sheet.write_string(row, column, text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…", style)
    else:
        sheet.write_number(row, column, value, style)


def number_format(style: Style, digits: int | None = None) -> str:
    """The Excel number format that shows what `write_number` prints."""
    places = decimals(style, digits)
    return _FORMATS.get(style, "General").format(n=f"0.{'0' * places}" if places else "0")


def sheet(book: Any, name: str, table: Table, lang: Lang | None = None) -> Any:
    """One table: title in row 1, headings in row 2 and frozen, note and source under the figures."""
    page = book.add_worksheet(name)
    columns, rows = spread(table), values(table, lang)
    page.set_row(0, 24)
    put(page, 0, 0, table.title.say(lang), book.add_format({"bold": True, "font_size": 13}))
    head = book.add_format({"bold": True, "top": 2, "bottom": 1, "text_wrap": True, "valign": "vcenter"})
    missing = book.add_format({"bg_color": "#E3E7E8"})
    for j, column in enumerate(columns):
        style = book.add_format({"num_format": number_format(column.style, column.digits)})
        heading = column.heading(lang)
        put(page, 1, j, heading, head)
        shown = [width(str(v)) if is_text(column) else 10 for v in (r[j] for r in rows) if v is not None]
        page.set_column(j, j, min(48, max([8, min(20, width(heading)), *shown]) + 2))
        for i, row in enumerate(rows):
            put(page, 2 + i, j, row[j], missing if row[j] is None else style)
    page.freeze_panes(2, 1)
    page.repeat_rows(1)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    if rows:
        page.autofilter(1, 0, 1 + len(rows), max(0, len(columns) - 1))
    lines = under(table, lang) + ([_GREY.say(lang)] if any(v is None for r in rows for v in r) else [])
    small = book.add_format({"font_color": "#52636E"})
    for i, line in enumerate(lines):
        put(page, 3 + len(rows) + i, 0, line, small)
    return page


def about_sheet(book: Any, name: str, lines: Iterable[tuple[str, str]]) -> Any:
    """Two columns, label and content, wrapped."""
    page = book.add_worksheet(name)
    label, content = book.add_format({"bold": True, "valign": "top"}), book.add_format({"text_wrap": True})
    rows = list(lines)
    page.set_column(0, 0, min(48, max([16, *(width(left) for left, _ in rows)]) + 2))
    page.set_column(1, 1, 110)
    for i, (left, right) in enumerate(rows):
        put(page, i, 0, left, label)
        put(page, i, 1, right, content)
    return page
