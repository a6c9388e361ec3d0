"""`panel.check()`: every check run, every finding with its severity, place, sentence and cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text, language, speaking
from xinzhi.panel.check import jumps, kinds, lines, missing, sums
from xinzhi.panel.check.finding import KINDS, SEVERITIES, Finding, series
from xinzhi.panel.panel import Panel

_ORDER: dict[str, int] = {"error": 0, "warning": 1, "note": 2}
COLUMNS = ("kind", "severity", "region", "year", "indicator", "message", "cell")


@dataclass(frozen=True)
class Findings(Result):
    """What was found, the gravest first.

    frame   kind, severity (error, warning, note), region, year (<NA> where it concerns all), indicator, message, cell
    found   the same as findings in both languages
    recipe  the panel looked at and the limits applied
    """

    frame: pd.DataFrame
    recipe: Recipe
    found: tuple[Finding, ...] = ()

    def in_(self, lang: Lang) -> pd.DataFrame:
        """The frame with its messages in `lang`."""
        return _frame(self.found, lang)

    def of(self, *kinds: str) -> pd.DataFrame:
        """The rows of these kinds."""
        return self.frame[self.frame["kind"].isin(kinds)]

    @property
    def errors(self) -> pd.DataFrame:
        """The rows that must be settled before the figures are used."""
        return self.frame[self.frame["severity"] == "error"]

    def counts(self) -> pd.DataFrame:
        """How many findings of each severity and kind."""
        counted = Counter((f.severity, f.kind) for f in self.found)
        rows = sorted(((s, k, n) for (s, k), n in counted.items()), key=lambda r: (_ORDER[r[0]], r[1]))
        return pd.DataFrame(rows, columns=["severity", "kind", "count"])

    def summary(self, lang: Lang | None = None) -> str:
        """How many errors, warnings and notes, and of which kinds."""
        chosen = lang or language()
        by = Counter(str(f.severity) for f in self.found)
        if not self.found:
            return "未发现问题。" if chosen == "zh" else "Nothing was found."
        heads = [f"{SEVERITIES[s].say(chosen)} {by[s]}" for s in _ORDER if by[s]]
        kinds_said = [
            f"{KINDS[k].say(chosen)} {n}" for k, n in Counter(f.kind for f in self.found).most_common() if k in KINDS
        ]
        if chosen == "zh":
            return f"共发现 {len(self.found)} 处：{'、'.join(heads)}。其中{'、'.join(kinds_said)}。"
        return f"{len(self.found)} findings: {', '.join(heads)}. Among them {', '.join(kinds_said)}."

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """How many findings of each kind each indicator has, the most troubled first."""
        from xinzhi.chart import heatmap

        named = [f for f in self.found if f.indicator]
        most = [i for i, _ in Counter(f.indicator for f in named).most_common(30)] or [""]
        present = [k for k in KINDS if any(f.kind == k for f in named)] or ["missing"]
        counted = Counter((f.indicator, f.kind) for f in named)
        values = [[counted[i, k] or float("nan") for k in present] for i in most]
        title = Text("各指标的发现", "Findings by indicator")
        return heatmap(
            most,
            [KINDS[k] for k in present],
            values,
            digits=0,
            scale_title=Text("处数", "findings"),
            title=title,
            note=Text("“—”表示没有发现。", "“—” means nothing was found."),
            lang=lang,
        )

    def tables(self) -> dict[str, Table]:
        """The findings, and how many there are of each kind."""
        columns = (
            Column("severity", Text("级别", "severity"), style="text"),
            Column("kind", Text("类型", "kind"), style="text"),
            Column("region", Text("地区", "region"), style="text"),
            Column("year", Text("年份", "year"), style="year"),
            Column("indicator", Text("指标", "indicator"), style="text"),
            Column("message", Text("说明", "message"), style="text"),
            Column("cell", Text("单元格", "cell"), style="text"),
        )
        counted = (
            Column("severity", Text("级别", "severity"), style="text"),
            Column("kind", Text("类型", "kind"), style="text"),
            Column("count", Text("处数", "count"), style="count"),
        )
        return {
            "findings": Table(self._spoken(self.frame), columns, Text("数据检查", "Data check")),
            "counts": Table(self._spoken(self.counts()), counted, Text("各类发现", "Findings by kind")),
        }

    def _spoken(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Kind and severity as texts in both languages."""
        return frame.assign(
            kind=pd.Series([KINDS.get(k, Text(k, k)) for k in frame["kind"]], index=frame.index, dtype=object),
            severity=pd.Series([SEVERITIES[s] for s in frame["severity"]], index=frame.index, dtype=object),
        )


def check(panel: Panel) -> Findings:
    """Look at every indicator of `panel` for what the kinds of `KINDS` name; nothing is changed."""
    found = sorted(_all(panel), key=lambda f: (_ORDER[f.severity], f.kind, f.indicator, f.region, f.year or 0))
    cells = tuple(f if f.cell else _located(f, panel) for f in found)
    recipe = Recipe(
        "xinzhi.panel.check",
        Text("数据检查", "data check"),
        parameters={
            "jump_tolerance_log10": jumps.JUMP_TOLERANCE,
            "outlier_deviations": jumps.OUTLIER,
            "break_deviations": jumps.BREAK,
            "sum_tolerance": sums.TOLERANCE,
            "equal_differences": lines.RUN,
        },
        data={panel.name: panel.hash},
        python="panel.check()",
        cli="xinzhi data check FILE",
    )
    return Findings(_frame(cells, None), recipe, cells)


def _all(panel: Panel) -> Iterator[Finding]:
    if panel.frame.empty:
        return
    yield from missing.absent_years(panel)
    yield from missing.empty_indicators(panel)
    for s in series(panel):
        yield from missing.missing(s)
        yield from jumps.jumps(s)
        yield from lines.interpolated(s)
        yield from lines.constant(s)
        yield from lines.copied(s)
        yield from kinds.negative(s)
        yield from kinds.out_of_range(s)
        yield from kinds.stated_breaks(s)
    yield from lines.same_indicators(panel)
    yield from sums.regions_and_nation(panel)
    yield from sums.identities(panel)
    yield from kinds.regions_without_years(panel)
    yield from kinds.divisions(panel)
    yield from kinds.units(panel)
    for reading in panel.readings:
        yield from (Finding(r.kind, r.severity, r.text, cell=r.cell or reading.file) for r in reading.remarks)


def _located(finding: Finding, panel: Panel) -> Finding:
    """The finding with the cells of the file that it is about, or its place in the panel."""
    if not finding.indicator and not finding.region:
        return finding
    for reading in panel.readings:
        cells = reading.cell(finding.region, finding.year, finding.indicator)
        if cells:
            return replace(finding, cell=cells)
    inside = ", ".join(str(p) for p in (finding.region, finding.year) if p)
    return replace(finding, cell=f"{finding.indicator}[{inside}]")


def _frame(found: tuple[Finding, ...], lang: Lang | None) -> pd.DataFrame:
    with speaking(lang):
        rows = [(f.kind, f.severity, f.region, f.year, f.indicator, str(f.text), f.cell) for f in found]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"year": "Int64"})
