"""What the writers share: cells as plain values, texts without characters a format cannot hold, widths as displayed."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Any

from xinzhi.base.numbers import missing
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile(r"[\t\n\r\x85\u2028\u2029]+")
LOWER, UPPER = Text("下限", "lower bound"), Text("上限", "upper bound")


def clean(text: str) -> str:
    """`text` with the characters that XML and terminals must not see replaced by U+FFFD."""
    return _FORBIDDEN.sub("\ufffd", text)


def one_line(text: str) -> str:
    """`clean` text on one line: tabs and line breaks become a space."""
    return clean(_BREAKS.sub(" ", text))


def is_text(column: Column) -> bool:
    """Whether a column reads from the left; everything else is a figure and aligns right."""
    return column.style in ("text", "flag")


def plain(value: Any, lang: Lang | None = None) -> str | int | float | bool | None:
    """A cell as str, int, float, bool or None for missing; a Text in `lang`."""
    if missing(value):
        return None
    if isinstance(value, Text):
        return value.say(lang)
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else ("∞" if value > 0 else "−∞")
    return str(value)


def spread(table: Table) -> tuple[Column, ...]:
    """Every column of `table`, interval bounds standing on their own; a bound that nobody described is named after its column."""
    known = {c.id for c in table.columns}
    out: list[Column] = []
    for column in table.columns:
        out.append(column)
        for bound, name in ((column.low, LOWER), (column.high, UPPER)):
            if bound and bound not in known and bound in table.frame.columns:
                label = Text(f"{column.label.zh}{name.zh}", f"{column.label.en}, {name.en}")
                out.append(Column(bound, label, column.unit, column.style, column.digits))
                known.add(bound)
    return tuple(out)


def values(table: Table, lang: Lang | None = None) -> list[list[str | int | float | bool | None]]:
    """Each row in full precision, in the order of `spread`."""
    columns = spread(table)
    return [[plain(record[c.id], lang) for c in columns] for record in table.frame.to_dict("records")]


def width(text: str) -> int:
    """How many columns `text` takes on screen: two for East-Asian wide characters, none for combining marks."""
    return sum(
        0
        if unicodedata.category(c) in ("Mn", "Me", "Cf")
        else 2
        if unicodedata.east_asian_width(c) in ("W", "F")
        else 1
        for c in text
    )
