"""Any result: its summary, its main figure, its tables."""

from __future__ import annotations

from xinzhi.base.errors import UsageError
from xinzhi.base.result import Result
from xinzhi.base.text import Text
from xinzhi.report.context import Context
from xinzhi.report.section import Block, Exhibit, Figure, Paragraph, Section

_NO_SUMMARY, _NO_FIGURE = "XZ-U021", "XZ-U022"


def compose(context: Context, step: str, result: Result) -> list[Section]:
    """One section from what the result says of itself; a result without a figure or a summary is told without it."""
    return [Section(step, context.title(step, result), blocks(step, result))]


def blocks(step: str, result: Result) -> tuple[Block, ...]:
    """Summary, figure and tables of a result."""
    told: list[Block] = [*summary(result), *figure(step, result)]
    return (*told, *(Exhibit(f"{step}-{name}", table) for name, table in result.tables().items()))


def summary(result: Result) -> list[Paragraph]:
    """The summary as a paragraph; none where the result has no summary."""
    try:
        return [Paragraph((Text(result.summary("zh"), result.summary("en")),))]
    except UsageError as error:
        if error.code != _NO_SUMMARY:
            raise
        return []


def figure(step: str, result: Result) -> list[Figure]:
    """The main figure; none where the result has no figure."""
    try:
        result.figure("zh")
    except UsageError as error:
        if error.code != _NO_FIGURE:
            raise
        return []
    main = result.table
    return [Figure(f"{step}-figure", main.title, lambda lang: result.figure(lang), main.note, None, main.source)]
