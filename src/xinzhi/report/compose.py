"""From a finished study to a report: every step told by its composer, then methods, data and recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xinzhi.base.text import Text
from xinzhi.report import data, methods
from xinzhi.report.composers import generic
from xinzhi.report.context import Context
from xinzhi.report.registry import composer
from xinzhi.report.section import DATA, FRONT, METHODS, Facts, Paragraph, Report, Section

if TYPE_CHECKING:
    from xinzhi.study.result import StudyResult

_BASIS = "口径："  # how the paragraph begins in which a summary says what it rests on
_WHERE = Text("各项的口径见各节与表注。", "Each section and the notes of its tables say what figures rest on.")
_OVERVIEW = Text("总体判断", "At a glance")


def compose(study: StudyResult) -> Report:
    """The report on `study`; the first section is the first screen."""
    context = Context(study)
    sections: list[Section] = []
    for step, result in study.results.items():
        sections += composer(context.kind(step))(context, step, result)
    if not any(s.order == FRONT for s in sections):
        sections.insert(0, _overview(context))
    inner = {place: [s for s in sections if s.order == place] for place in (METHODS, DATA)}
    told = [s for s in sections if s.order not in inner]
    told += [*methods.compose(context, inner[METHODS]), *data.compose(context, inner[DATA])]
    ordered = tuple(sorted(told, key=lambda s: s.order))
    return Report(study.study.title, study.study.about, _facts(context), ordered)


def _overview(context: Context) -> Section:
    """The first screen of a study that has no index: what each step found."""
    found = []
    for step, result in context.study.results.items():
        said = [s for p in generic.summary(result) for s in p.sentences if not s.zh.startswith(_BASIS)]
        if said:
            told = Text("".join(s.zh for s in said), " ".join(s.en for s in said))
            found.append((context.title(step, result), told))
    return Section("overview", _OVERVIEW, (Facts(tuple(found)), *_stand_ins(context)), order=FRONT)


def _stand_ins(context: Context) -> list[Paragraph]:
    """What stands in for something else in any of the results; each section says the rest of what it rests on."""
    found = [getattr(getattr(r, "data", None), "proxies", None) for r in context.study.results.values()]
    said = list(dict.fromkeys(t for t in found if isinstance(t, Text) and t.zh))
    return [Paragraph((_WHERE, *said))] if said else []


def _facts(context: Context) -> Text:
    panel = context.panel
    first, last = panel.years[0], panel.years[-1]
    return Text("{n} 个地区，{first}–{last} 年；数据：{title}", "{n} regions, {first}–{last}; data: {title}").fill(
        n=len(panel.regions), first=first, last=last, title=panel.title
    )
