"""Any result: its summary, its main figure beside its map, its tables."""

from __future__ import annotations

from dataclasses import replace

from xinzhi.base.errors import UsageError
from xinzhi.base.result import Result
from xinzhi.base.table import Table
from xinzhi.base.text import Lang, Text
from xinzhi.report import charts
from xinzhi.report.context import Context
from xinzhi.report.section import Block, Exhibit, Figure, Paragraph, Row, Section

_READ = Text(
    "每行一条，列名写明内容与单位；“—”为缺失。",
    "A row is one record; the headings name content and unit, “—” is missing.",
)
_READ_FIGURE = Text("各行的数值见下表。", "The table below has the figures.")
_READ_MAP = Text("颜色所指见图例；灰色为没有数据。", "The legend says what colours mean; grey has no data.")
LANGUAGES: tuple[Lang, ...] = ("zh", "en")
_NO_SUMMARY, _NO_FIGURE = "XZ-U021", "XZ-U022"


def compose(context: Context, step: str, result: Result) -> list[Section]:
    """One section from what the result says of itself; a result without a figure or a summary is told without it."""
    return [Section(step, context.title(step, result), blocks(step, result))]


def blocks(step: str, result: Result) -> tuple[Block, ...]:
    """Summary, figure and map, and tables of a result."""
    drawn = (*figure(step, result), *mapped(step, result))
    told: list[Block] = [*summary(result), *([Row(drawn)] if len(drawn) > 1 else drawn)]
    return (*told, *(exhibit(step, name, table) for name, table in result.tables().items()))


def exhibit(step: str, name: str, table: Table, shown: int = 40) -> Exhibit:
    """A table of a result; one that does not say how to read it gets the plainest advice.

    Coefficients in full are left to the workbook and folded on the page: the regression table has said them.
    """
    shown = 0 if name == "coefficients" else shown
    return Exhibit(f"{step}-{name}", table if table.note.zh else replace(table, note=_READ), shown)


def summary(result: Result) -> list[Paragraph]:
    """The summary, a paragraph a line; none where the result has no summary."""
    try:
        said = [result.summary(lang).split("\n") for lang in LANGUAGES]
    except UsageError as error:
        if error.code != _NO_SUMMARY:
            raise
        return []
    if len(said[0]) != len(said[1]):
        said = [[" ".join(lines)] for lines in said]
    return [Paragraph((Text(zh, en),)) for zh, en in zip(*said, strict=True)]


def figure(step: str, result: Result) -> list[Figure]:
    """The main figure under its own title; none where the result has no figure."""
    try:
        result.figure("zh")
    except UsageError as error:
        if error.code != _NO_FIGURE:
            raise
        return []
    note = result.table.note
    read = result.reads().get("figure", note if note.zh else _READ_FIGURE)
    return [drawn(f"{step}-figure", result, result.figure, read)]


def mapped(step: str, result: Result) -> list[Figure]:
    """The map of a result under its own title; none where it has none."""
    if result.map("zh") is None:
        return []
    return [
        drawn(f"{step}-map", result, lambda lang: result.map(lang) or {}, result.reads().get("map", _READ_MAP)),
    ]


def drawn(id: str, result: Result, draw: charts.Draw, read: Text, table: Table | None = None) -> Figure:
    """A picture of a result, with its own heading as the caption and `table`, the main one by default, behind it."""
    behind = table or result.table
    return Figure(id, charts.titled(draw, behind.title), charts.bare(draw), read, behind, behind.source, twin=True)
