"""CSV that Excel reads as Chinese and never runs.

UTF-8 with a byte-order mark, commas, CRLF, full precision (the shortest decimal that reads back to the same number);
missing is an empty cell. Texts are quoted, numbers are not.

A text cell whose first character, after any blanks and apostrophes, is one of = + - @ (or their full-width forms) would
be run by Excel as a formula: it gets one apostrophe in front, as does a text that begins with a tab or a line break.
Numbers are never touched, so -0.5 stays a number. `unguard` takes the apostrophe off again, exactly.
"""

from __future__ import annotations

import re
from pathlib import Path

from xinzhi.base.export.cells import spread, values
from xinzhi.base.files import write_bytes
from xinzhi.base.table import Table
from xinzhi.base.text import Lang

_RUNNABLE = re.compile(r"['\s]*(?:[=+\-@＝＋－＠]|[\t\r\n])")
_GUARDED = re.compile(r"'['\s]*(?:[=+\-@＝＋－＠]|[\t\r\n])")


def guard(text: str) -> str:
    """`text` so that a spreadsheet shows it instead of running it."""
    return f"'{text}" if _RUNNABLE.match(text) else text


def unguard(text: str) -> str:
    """The text that `guard` was given."""
    return text[1:] if _GUARDED.match(text) else text


def render(table: Table, lang: Lang | None = None) -> str:
    """The table as CSV text, without the byte-order mark; headings in `lang`, interval bounds in columns of their own."""
    lines = [",".join(_cell(c.heading(lang)) for c in spread(table))]
    lines += [",".join(_cell(v) for v in row) for row in values(table, lang)]
    return "".join(f"{line}\r\n" for line in lines)


def write(path: str | Path, table: Table, lang: Lang | None = None) -> Path:
    """Write the table to `path`, atomically."""
    return write_bytes(path, b"\xef\xbb\xbf" + render(table, lang).encode("utf-8"))


def _cell(value: str | int | float | bool | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        text = guard(value).encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd")
        return '"' + text.replace('"', '""') + '"'
    return repr(int(value) if isinstance(value, bool) else value)
