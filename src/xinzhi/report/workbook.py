"""`tables.xlsx`: every table of the report, the index with live formulas, and a sheet that says what is where."""

from __future__ import annotations

from pathlib import Path

from xinzhi.base.export.about import about
from xinzhi.base.export.excel import ABOUT, about_sheet, sheet, sheet_names, workbook
from xinzhi.base.files import written_aside
from xinzhi.base.text import Lang, Text
from xinzhi.report.context import Context
from xinzhi.report.live import LIVE, live_sheet, live_sheets
from xinzhi.report.section import Report

_SHEET = Text("工作表「{id}」", "sheet “{id}”")


def write(path: Path, report: Report, context: Context, lang: Lang) -> Path:
    """Write the workbook; the file appears only when it is whole."""
    exhibits = list(report.exhibits())
    lives = live_sheets(context)
    with written_aside(path) as aside, workbook(aside) as book:
        titles = [ABOUT.say(lang), *(LIVE.fill(step=step).say(lang) for step, _ in lives), *(e.id for e in exhibits)]
        names = sheet_names(titles)
        told = [*(live.title for _, live in lives), *(e.table.title for e in exhibits)]
        contents = [(_SHEET.fill(id=n).say(lang), t.say(lang)) for n, t in zip(names[1:], told, strict=True)]
        about_sheet(book, names[0], [*about(context.study.recipe, lang), *contents])
        for name, (_, live) in zip(names[1:], lives, strict=False):
            live_sheet(book, name, live, lang)
        for name, exhibit in zip(names[1 + len(lives) :], exhibits, strict=True):
            sheet(book, name, exhibit.table, lang)
    return path
