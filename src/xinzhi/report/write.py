"""Writing a report to a folder: page, Word, workbook, figures, results, recipe."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from xinzhi.base.files import write_text
from xinzhi.base.text import Lang, speaking
from xinzhi.report import document, results, workbook
from xinzhi.report.compose import compose
from xinzhi.report.context import Context
from xinzhi.report.page import page
from xinzhi.report.pictures import Pictures
from xinzhi.report.section import Report

if TYPE_CHECKING:
    from xinzhi.study.result import StudyResult

Written = dict[str, Path]


def write(study: StudyResult, out: str | Path, lang: Lang | None = None) -> Written:
    """Write the outputs that the study asks for into `out`, and give their paths by name.

    lang  language of the report; without it the study's languages, the first one as `report.html`, a further one as
          `report.en.html` (and so on for each file that speaks)

    Each file is written aside and put in place whole; `recipe.json` is written last and lists all others.
    """
    from xinzhi.study.publish import RECIPE, seal

    folder = Path(out)
    spoken: tuple[Lang, ...] = (lang,) if lang else tuple(study.study.spec.languages)
    report, written = compose(study), Written()
    for place, each in enumerate(spoken):
        with speaking(each):
            written |= _speak(report, study, folder, each, f".{each}" if place else "")
    if "results" in study.study.spec.outputs:
        results.write(folder / "results", study)
        written["results"] = folder / "results"
    seal(folder, study.provenance())
    written["recipe"] = folder / RECIPE
    return written


def _speak(report: Report, study: StudyResult, folder: Path, lang: Lang, suffix: str) -> Mapping[str, Path]:
    """The files that speak a language."""
    outputs, pictures, written = study.study.spec.outputs, Pictures(lang), Written()
    if "html" in outputs:
        written[f"html{suffix}"] = write_text(folder / f"report{suffix}.html", page(report, pictures, lang))
    if "docx" in outputs:
        written[f"docx{suffix}"] = document.write(folder / f"report{suffix}.docx", report, pictures, lang)
    if "xlsx" in outputs:
        written[f"xlsx{suffix}"] = workbook.write(folder / f"tables{suffix}.xlsx", report, Context(study), lang)
    if "figures" in outputs:
        for figure in report.figures():
            pictures.save(figure, folder / "figures", suffix)
        written["figures"] = folder / "figures"
    return written
