"""What was understood of a file, for the person who has to believe it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from xinzhi.base.text import Lang, Text, language

if TYPE_CHECKING:
    import pandas as pd

LayoutName = Literal["wide-by-year", "wide-by-indicator", "long", "years-by-region", "one-region"]
LAYOUTS: Mapping[str, Text] = {
    "wide-by-year": Text("每行一个地区，每列一个年份", "a row for each region, a column for each year"),
    "wide-by-indicator": Text(
        "每行一个地区（和年份），每列一个指标", "a row for each region (and year), a column for each indicator"
    ),
    "long": Text("每行一个数", "a row for each figure"),
    "years-by-region": Text("每行一个年份，每列一个地区", "a row for each year, a column for each region"),
    "one-region": Text(
        "一个地区，每行一个指标，每列一个年份", "one region, a row for each indicator, a column for each year"
    ),
}
Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Remark:
    """One thing a reader should know about the file.

    kind      contradiction, missing-mark, left-out-column, left-out-row, left-out-sheet, suggested-region, percent,
              decimal-comma, filled-down, note
    severity  error, warning or note
    text      the sentence
    cell      its address, "" where it concerns the whole file
    """

    kind: str
    severity: Severity
    text: Text
    cell: str = ""


def _numbered(row: int, column: int) -> str:
    """A cell by its numbers, where the file is not at hand to say how it names them."""
    return f"{row},{column}"


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
    spots                  region, year, indicator, row and column of every figure read
    address                (row, column) → the address of a cell as a person writes it
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
    spots: pd.DataFrame | None = field(default=None, repr=False, compare=False)
    address: Callable[[int, int], str] = field(default=_numbered, repr=False, compare=False)

    @property
    def contradictions(self) -> tuple[Remark, ...]:
        """Where the file says two things at once."""
        return tuple(r for r in self.remarks if r.kind == "contradiction")

    def of(self, certainty: str) -> list[str]:
        """The region texts with this certainty: certain or suggested."""
        return [text for text, (_, sure) in self.regions.items() if sure == certainty]

    def cell(self, region: str, year: int | None, indicator: str) -> str:
        """The cells of a figure, or of a year, a region or a whole indicator where the others are "" or None.

        `B5`, or `C2–C32` for several; "" where none was read from this file.
        """
        if self.spots is None:
            return ""
        held = self.spots["indicator"] == indicator
        held &= (self.spots["region"] == region) if region else True
        held &= (self.spots["year"] == year) if year is not None else True
        found = self.spots.loc[held, ["row", "column"]].to_numpy()
        if not len(found):
            return ""
        first, last = (self.address(int(r), int(c)) for r, c in (found[0], found[-1]))
        return first if len(found) == 1 else f"{first}–{last}"

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
                f"{where}: {layout}；表头在第 {self.header_row} 行；编码 {self.encoding or '由格式规定'}；地区（确定 + 建议）{counted} 个"
            ]
        else:
            lines = [
                f"{where}: {layout}; header in row {self.header_row}; encoding {self.encoding or 'given by the format'}; regions (certain + suggested) {counted}"
            ]
        lines += [
            f"{i} ← {name}" + (f" [{self.units[i]}]" if self.units.get(i) else "") for i, name in self.names.items()
        ]
        return "\n".join(lines + [r.text.say(chosen) + (f" ({r.cell})" if r.cell else "") for r in self.remarks])
