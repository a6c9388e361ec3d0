"""What was understood of a file, for the person who has to believe it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from xinzhi.base.text import Lang, Text, language

LayoutName = Literal["wide-by-year", "wide-by-indicator", "long", "years-by-region", "one-region"]
LAYOUTS: Mapping[str, Text] = {
    "wide-by-year": Text("每行一个地区, 每列一个年份", "a row for each region, a column for each year"),
    "wide-by-indicator": Text(
        "每行一个地区（和年份）, 每列一个指标", "a row for each region (and year), a column for each indicator"
    ),
    "long": Text("每行一个数", "a row for each figure"),
    "years-by-region": Text("每行一个年份, 每列一个地区", "a row for each year, a column for each region"),
    "one-region": Text(
        "一个地区, 每行一个指标, 每列一个年份", "one region, a row for each indicator, a column for each year"
    ),
}
Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Remark:
    """One thing a reader should know about the file.

    kind      contradiction, missing-mark, left-out-column, left-out-row, left-out-sheet, suggested-region, percent, note
    severity  error, warning or note
    text      the sentence
    cell      its address, "" where it concerns the whole file
    """

    kind: str
    severity: Severity
    text: Text
    cell: str = ""


@dataclass(frozen=True)
class Reading:
    """How one sheet or frame was read.

    file, sheet, encoding  where it came from and how text was decoded ("" where the format says so itself)
    header_row             number of the header row as a person counts it
    layout                 one of `LAYOUTS`
    titles, notes          texts above and below the table
    regions                text in the file → (code, certainty)
    units                  indicator → unit, as parsed
    names                  indicator → the header it came from
    remarks                contradictions, missing marks, what was left out
    cells                  (region, year, indicator) → cell address
    """

    file: str
    sheet: str = ""
    encoding: str = ""
    header_row: int = 1
    layout: LayoutName = "wide-by-indicator"
    titles: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    regions: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    cells: Mapping[tuple[str, int, str], str] = field(default_factory=dict, repr=False)

    @property
    def contradictions(self) -> tuple[Remark, ...]:
        """Where the file says two things at once."""
        return tuple(r for r in self.remarks if r.kind == "contradiction")

    def of(self, certainty: str) -> list[str]:
        """The region texts with this certainty: certain or suggested."""
        return [text for text, (_, sure) in self.regions.items() if sure == certainty]

    def cell(self, region: str, year: int, indicator: str) -> str:
        """Where a figure stood in the file, "" where it was not read from there."""
        return self.cells.get((region, year, indicator), "")

    def where(self, region: str, year: int | None, indicator: str) -> str:
        """The cells of a figure, a year or a whole indicator: `B5`, `C2–C32`; "" where none was read from this file."""
        if region and year is not None and indicator:
            return self.cell(region, year, indicator)
        held = [
            cell
            for (r, y, i), cell in self.cells.items()
            if i == indicator and (not region or r == region) and (year is None or y == year)
        ]
        return "" if not held else held[0] if len(held) == 1 else f"{held[0]}–{held[-1]}"

    def summary(self, lang: Lang | None = None) -> str:
        """What was detected, in a few lines."""
        chosen = lang or language()
        where = (
            f"{self.file}「{self.sheet}」"
            if self.sheet and chosen == "zh"
            else self.file + (f" “{self.sheet}”" if self.sheet else "")
        )
        layout = LAYOUTS[self.layout].say(chosen)
        counted = f"{len(self.of('certain'))} + {len(self.of('suggested'))}"
        if chosen == "zh":
            lines = [
                f"{where}: {layout}; 表头在第 {self.header_row} 行; 编码 {self.encoding or '由格式规定'}; 地区（确定 + 建议）{counted} 个"
            ]
        else:
            lines = [
                f"{where}: {layout}; header in row {self.header_row}; encoding {self.encoding or 'given by the format'}; regions (certain + suggested) {counted}"
            ]
        lines += [
            f"{i} ← {name}" + (f" [{self.units[i]}]" if self.units.get(i) else "") for i, name in self.names.items()
        ]
        return "\n".join(lines + [r.text.say(chosen) + (f" ({r.cell})" if r.cell else "") for r in self.remarks])
