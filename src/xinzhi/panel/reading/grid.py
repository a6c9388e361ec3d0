"""The cells of one sheet, whatever file or frame they came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from xinzhi.base.text import Text
from xinzhi.panel.reading.record import Remark


@dataclass(frozen=True)
class Grid:
    """One sheet as rows of cells.

    rows      cells as they stand; every row has the same length; None is empty
    file      name of the file, "" for a frame in memory
    sheet     name of the sheet, "" where the format has none
    encoding  how text was decoded, "" where the format says so itself
    named     True when row 0 holds the column names (frames, Parquet, Stata)
    labels    column name → the label that travels with it (Stata)
    remarks   what opening the file found worth saying
    """

    rows: list[list[Any]]
    file: str = ""
    sheet: str = ""
    encoding: str = ""
    named: bool = False
    labels: dict[str, str] | None = None
    remarks: tuple[Remark, ...] = ()

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.rows[0]) if self.rows else 0

    @property
    def place(self) -> Text:
        """File and sheet as sentences name them: `panel.xlsx「2021」`."""
        file = self.file or "DataFrame"
        return Text(f"{file}「{self.sheet}」", f"{file} “{self.sheet}”") if self.sheet else Text(file, file)

    def row_number(self, row: int) -> int:
        """The number a person sees for row `row`: counted from 1 in files, the position from 0 in frames."""
        return row - 1 if self.named else row + 1

    def cell(self, row: int, column: int) -> str:
        """The address of a cell: `2021!B37`, `B37`, or `row 36, gdp` for a frame."""
        if self.named:
            return f"[{self.row_number(row)}, {self.rows[0][column]}]"
        address = f"{letters(column)}{row + 1}"
        return f"{self.sheet}!{address}" if self.sheet else address


def letters(column: int) -> str:
    """The letters of a spreadsheet column counted from 0: A, B, … Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def squared(rows: list[list[Any]]) -> list[list[Any]]:
    """Rows padded with None to one length; empty text becomes None."""
    width = max((len(r) for r in rows), default=0)
    return [[None if _blank(c) else c for c in r] + [None] * (width - len(r)) for r in rows]


def _blank(cell: Any) -> bool:
    if cell is None:
        return True
    if isinstance(cell, str):
        return not cell.strip().strip("\ufeff\u200b")
    return type(cell).__name__ in ("NAType", "NaTType") or (isinstance(cell, float) and cell != cell)
