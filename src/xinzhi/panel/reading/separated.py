"""Text files as rows of cells: the mark between cells, decimal commas, and quotes that are never closed."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from typing import Any

from xinzhi.base.errors import DataError
from xinzhi.base.text import Text
from xinzhi.panel.reading.grid import Grid, squared
from xinzhi.panel.reading.record import Remark

_COMMA_SURE = re.compile(r"[+-]?\d+,(\d{1,2}|\d{4,})|[+-]?\d{1,3}(\.\d{3})+,\d+")
_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}([. ]\d{3})+),\d+|[+-]?\d{1,3}(\.\d{3})+")
_POINT_SURE = re.compile(r"[+-]?\d*\.(\d{1,2}|\d{4,})|[+-]?\d{1,3}(,\d{3})+\.\d+")


def separated(text: str, file: str, encoding: str) -> Grid:
    """The grid of a text file; a mark is a comma, tab, semicolon or bar, whichever is most frequent."""
    mark = _mark(text)
    if "\x00" in next((line for line in text.splitlines() if line.strip()), ""):
        raise DataError(f"{file} 不是文本文件", f"{file} is not a text file", code="021")
    csv.field_size_limit(1 << 24)
    try:
        rows: list[list[Any]] = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    except csv.Error as fault:
        raise DataError(
            f"{file} 不能按 CSV 解析（{fault}）；请重新导出",
            f"{file} cannot be parsed as CSV ({fault}); export it again",
            code="021",
        ) from None
    _refuse_swallowed(rows, text, file, mark)
    remarks = _pointed(rows, file) if mark != "," else ()
    return Grid(squared(rows), file, encoding=encoding, remarks=remarks)


def _mark(text: str) -> str:
    head = text[:20_000]
    counts = {mark: head.count(mark) for mark in (",", "\t", ";", "|")}
    if counts[","] and counts["\t"] and head.count("\t,") >= counts["\t"] // 2:
        return ","  # bureau exports put a tab before each comma
    if counts[";"] and all(";" in line for line in head.splitlines()[:5] if line.strip()):
        per_line = {line.count(";") for line in head.splitlines()[:5] if line.strip()}
        if len(per_line) == 1:
            return ";"  # the commas are then decimal commas, however many
    return max(counts, key=lambda m: counts[m])


def _refuse_swallowed(rows: list[list[Any]], text: str, file: str, mark: str) -> None:
    """Refuse a cell that holds whole lines of the table: a quote before it was never closed."""
    broken = [(r, c) for r, row in enumerate(rows) for c in row if "\n" in c]
    if not broken:
        return
    usual = Counter(len(row) for row in rows).most_common(1)[0][0]
    odd = text.count('"') % 2 == 1
    for r, cell in broken:
        inner = cell.splitlines()[1:]
        if (odd and r == len(rows) - 1) or any(usual > 1 and line.count(mark) == usual - 1 for line in inner):
            line = 1 + sum(1 + sum(c.count("\n") for c in row) for row in rows[:r])
            start = cell.splitlines()[0][:20]
            raise DataError(
                f"{file} 行 {line}: “{start}”前的引号没有配对，其后 {len(inner)} 行被并入一个单元格；请补上或删去该引号",
                f"{file} row {line}: the quote before “{start}” is never closed and swallows the {len(inner)} lines after it; close or delete it",
                code="021",
            )


def _pointed(rows: list[list[Any]], file: str) -> tuple[Remark, ...]:
    """Put decimal points for decimal commas, in place, where the file writes them and nowhere writes a decimal point."""
    cells = [c.strip() for row in rows for c in row]
    if not any(_COMMA_SURE.fullmatch(c) for c in cells) or any(_POINT_SURE.fullmatch(c) for c in cells):
        return ()
    count = 0
    for row in rows:
        for i, cell in enumerate(row):
            if _COMMA.fullmatch(cell.strip()):
                row[i] = re.sub(r"[. ]", "", cell.strip()).replace(",", ".")
                count += 1
    text = Text(f"{count} 个数的逗号按小数点读取", f"the comma in {count} figures was read as the decimal point")
    return (Remark("decimal-comma", "note", text, file),)
