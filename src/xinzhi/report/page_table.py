"""A table on the page: the notebook fragment dressed by the page's own style sheet, scrolling when it is too wide."""

from __future__ import annotations

import re
from dataclasses import replace

from xinzhi.base.export.html import render
from xinzhi.base.table import Table
from xinzhi.base.text import Lang, Text

_CELL_STYLE = re.compile(r'(<t[dh][^<>]*?) style="[^"]*"')


def table(table: Table, lang: Lang, label: str = "") -> str:
    """The table with its number in front of the title; cells take their looks from `page.css`, which keeps pages small."""
    titled = replace(table, title=Text(f"{label}　{table.title.zh}", f"{label}. {table.title.en}")) if label else table
    bare = _CELL_STYLE.sub(r"\1", render(titled, lang))
    return f'<div class="scroll" tabindex="0">{bare}</div>'
