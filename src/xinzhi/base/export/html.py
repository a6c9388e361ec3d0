"""Tables in HTML: a fragment that stands alone in a notebook, a page or a mail.

Everything is escaped. A column with an interval shows it as a small bar, one scale for the whole column, where not more than three have one; an interval of
ranks is written only, for a smaller rank is a better one. Colours and sizes are inline, so the fragment needs no style sheet; a page may restyle it by its classes.
"""

from __future__ import annotations

from html import escape as _escape
from typing import Any

from xinzhi.base.export.about import caption
from xinzhi.base.export.cells import clean, is_text, width
from xinzhi.base.export.text import under
from xinzhi.base.numbers import MISSING, missing
from xinzhi.base.recipe import Recipe
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, language

_WIDE, _TALL = 72, 10
_BARS = 3  # columns with bars; a table of more intervals has no room for them
_SHORT = 16  # display columns; a longer text may wrap
_RULE, _HAIR = "1.5px solid #2b3a42", "1px solid #2b3a42"


def escape(text: str) -> str:
    """`text` as it may stand in an element or between double quotes."""
    return _escape(clean(text), quote=True)


def render(table: Table, lang: Lang | None = None, recipe: Recipe | None = None) -> str:
    """The table as one `<table>`, with title, note, source and, where a recipe is given, method and seed."""
    columns = table.printed
    bounded = [c for c in columns if c.low and c.high]
    scales = {c.id: _scale(table, c) for c in bounded} if len(bounded) <= _BARS else {}
    head = "".join(_heading(c, lang) for c in columns)
    records = table.frame.to_dict("records")
    body = "".join(
        f"<tr>{''.join(_cell(c, r, text, scales) for c, text in zip(columns, row, strict=True))}</tr>"
        for r, row in zip(records, table.rows(lang), strict=True)
    )
    lines = under(table, lang) + ([caption(recipe, lang)] if recipe else [])
    foot = "".join(f"<div>{escape(line)}</div>" for line in lines)
    small = "font-size:.85em;color:#52636e;text-align:left;padding:.35em .6em"
    tail = f'<tfoot><tr><td colspan="{max(1, len(columns))}" style="{small}">{foot}</td></tr></tfoot>' if foot else ""
    return (
        f'<table class="xz-table" lang="{lang or language()}" style="border-collapse:collapse;border-top:{_RULE};'
        f'border-bottom:{_RULE};font-variant-numeric:tabular-nums">'
        f'<caption style="font-weight:600;text-align:left;padding:.35em .6em">{escape(table.title.say(lang))}</caption>'
        f'<thead><tr>{head}</tr></thead><tbody style="border-bottom:{_HAIR}">{body}</tbody>{tail}</table>'
    )


def _heading(column: Column, lang: Lang | None) -> str:
    side, kind = ("left", ' class="xz-text"') if is_text(column) else ("right", "")
    style = f"text-align:{side};padding:.3em .6em;border-bottom:{_HAIR};font-weight:600;vertical-align:bottom"
    return f'<th{kind} scope="col" style="{style}">{escape(column.heading(lang))}</th>'


def _cell(column: Column, record: dict[Any, Any], text: str, scales: dict[str, tuple[float, float]]) -> str:
    bar = ""
    if column.id in scales and column.style != "rank" and text != MISSING:
        bar = _bar(record[column.id], record[column.low], record[column.high], scales[column.id])
    long = is_text(column) and width(text) > _SHORT
    kinds = [*(["xz-text"] if is_text(column) else []), *(["xz-long"] if long else [])]
    kinds += ["xz-missing"] if text == MISSING else []
    kind = f' class="{" ".join(kinds)}"' if kinds else ""
    side, wrap = "left" if is_text(column) else "right", "" if long else ";white-space:nowrap"
    return f'<td{kind} style="text-align:{side};padding:.2em .6em{wrap}">{escape(text)}{bar}</td>'


def _scale(table: Table, column: Column) -> tuple[float, float]:
    """The smallest and largest number of a column and its bounds; equal where there is nothing to compare."""
    seen = [
        float(v) for name in (column.id, column.low, column.high) for v in table.frame[name].tolist() if not missing(v)
    ]
    return (min(seen), max(seen)) if seen else (0.0, 0.0)


def _bar(value: Any, low: Any, high: Any, scale: tuple[float, float]) -> str:
    """The interval as a line and the value as a dot, on the column's own scale; decoration, the text says the same."""
    start, end = scale
    if missing(low) or missing(high) or end - start <= max(1e-9 * max(abs(start), abs(end)), 1e-12):
        return ""

    def x(number: Any) -> str:
        return f"{3 + (_WIDE - 6) * (float(number) - start) / (end - start):.1f}"

    middle = _TALL / 2
    return (
        f' <svg class="xz-bar" width="{_WIDE}" height="{_TALL}" viewBox="0 0 {_WIDE} {_TALL}" aria-hidden="true"'
        f' style="vertical-align:middle"><line x1="3" x2="{_WIDE - 3}" y1="{middle}" y2="{middle}" stroke="#dde4e6"/>'
        f'<line x1="{x(low)}" x2="{x(high)}" y1="{middle}" y2="{middle}" stroke="#5f8f97" stroke-width="3"/>'
        f'<circle cx="{x(value)}" cy="{middle}" r="2.6" fill="#12365f"/></svg>'
    )
