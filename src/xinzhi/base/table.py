"""The table as a designed thing: what each column is, how it is written, what stands under it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xinzhi.base.errors import DataError
from xinzhi.base.numbers import Style, write_interval, write_number
from xinzhi.base.text import Lang, Text, language

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    id        its name in the frame
    label     its heading
    unit      its unit, "" where it has none
    style     how its values are written (`xinzhi.base.numbers.Style`)
    digits    decimals, None for those of the style
    low, high columns that hold its interval; in print they fold into this one
    """

    id: str
    label: Text
    unit: Text = Text("", "")
    style: Style = "number"
    digits: int | None = None
    low: str = ""
    high: str = ""

    def heading(self, lang: Lang | None = None) -> str:
        """The heading with its unit: `人均地区生产总值（元）`."""
        label, unit = self.label.say(lang), self.unit.say(lang)
        if not unit:
            return label
        return f"{label}（{unit}）" if (lang or language()) == "zh" else f"{label} ({unit})"


@dataclass(frozen=True)
class Table:
    """A frame with its columns described, a title above and notes below.

    frame    (rows × columns) full precision; holds every column named in `columns`
    columns  in order of reading
    title    what the table shows, with years and places
    note     how to read it, in one sentence; what was assumed
    source   where the figures come from
    """

    frame: pd.DataFrame
    columns: tuple[Column, ...]
    title: Text
    note: Text = Text("", "")
    source: Text = Text("", "")

    def __post_init__(self) -> None:
        absent = [c.id for c in self.columns if c.id not in self.frame.columns]
        if absent:
            raise DataError(
                f"表格「{self.title.zh}」缺少列 {'、'.join(absent)}",
                f"table “{self.title.en}” lacks columns {', '.join(absent)}",
                code="120",
            )

    @property
    def printed(self) -> tuple[Column, ...]:
        """The columns that print on their own: interval bounds are folded into the column they belong to."""
        folded = {name for c in self.columns for name in (c.low, c.high) if name}
        return tuple(c for c in self.columns if c.id not in folded)

    def headings(self, lang: Lang | None = None) -> list[str]:
        """The headings of the printed columns."""
        return [c.heading(lang) for c in self.printed]

    def rows(self, lang: Lang | None = None) -> Iterator[list[str]]:
        """Each row as the strings that print."""
        printed = self.printed
        for record in self.frame.to_dict("records"):
            yield [
                write_interval(record[c.id], record[c.low], record[c.high], c.style, c.digits, lang)
                if c.low and c.high
                else write_number(record[c.id], c.style, c.digits, lang)
                for c in printed
            ]

    def head(self, count: int) -> Table:
        """The first `count` rows under the same headings."""
        return Table(self.frame.head(count), self.columns, self.title, self.note, self.source)
