"""Tables in plain text, for the terminal: columns aligned by display width, East-Asian characters counting two."""

from __future__ import annotations

from xinzhi.base.export.cells import is_text, one_line, width
from xinzhi.base.table import Table
from xinzhi.base.text import Lang, language

GAP = "  "


def pad(text: str, size: int, right: bool) -> str:
    """`text` filled with blanks to `size` display columns, against the right edge for figures."""
    blank = " " * max(0, size - width(text))
    return blank + text if right else text + blank


def render(table: Table, lang: Lang | None = None) -> str:
    """Title, headings between rules, rows, note and source."""
    headings = [one_line(h) for h in table.headings(lang)]
    rows = [[one_line(cell) for cell in row] for row in table.rows(lang)]
    right = [not is_text(c) for c in table.printed]
    sizes = [max([width(h), *(width(r[j]) for r in rows)]) for j, h in enumerate(headings)]
    rule = "─" * (sum(sizes) + len(GAP) * max(0, len(sizes) - 1))

    def line(cells: list[str]) -> str:
        return GAP.join(pad(c, s, r) for c, s, r in zip(cells, sizes, right, strict=True)).rstrip()

    out = [one_line(table.title.say(lang)), rule, line(headings), rule, *map(line, rows), rule]
    return "\n".join(out + under(table, lang)) + "\n"


def under(table: Table, lang: Lang | None = None) -> list[str]:
    """The lines under a table: note and source, each where stated."""
    zh = (lang or language()) == "zh"
    note, source = table.note.say(lang), table.source.say(lang)
    lines = [f"注：{note}" if zh else f"Note: {note}"] if note else []
    lines += [f"资料来源：{source}" if zh else f"Source: {source}"] if source else []
    return [one_line(line) for line in lines]
