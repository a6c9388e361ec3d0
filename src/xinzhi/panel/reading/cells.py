"""Numbers as cells hold them: what is a number, what is missing, and what is neither."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from xinzhi.base.arrays import Array

# Marks that programs write for a missing value, and the lone hyphen of hand-made tables. They are counted in the
# reading, never skipped silently. Any other text in a number cell is refused.
MISSING_MARKS = ("-", "NA", "N/A", "#N/A", "NaN", "nan", "null", "NULL", "None", ".")
# Full-width forms of ASCII, the wide space and the true minus; not NFKC, which would read the footnote in 12① as 121.
_WIDE = {code + 0xFEE0: code for code in range(0x21, 0x7F)} | {0x3000: " ", 0xA0: " ", 0x2212: "-"}
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([, ]\d{3})+(\.\d+)?")
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


@dataclass
class Marks:
    """What was met while parsing: missing marks, and how many cells of each column carried a per-cent sign.

    column  the indicator that is being parsed
    """

    missing: Counter[str] = field(default_factory=Counter)
    percent: Counter[str] = field(default_factory=Counter)
    column: str = ""


def number(cell: Any, missing: Collection[str], marks: Marks) -> float | None:
    """The number in `cell`, NaN where it is empty or a missing mark, None where it is something else."""
    if cell is None:
        return np.nan
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float | np.integer | np.floating):
        return float(cell) if np.isfinite(cell) else None
    if type(cell).__name__ == "Decimal":
        return float(cell)
    if not isinstance(cell, str):
        return None
    raw = cell.strip()
    if raw in missing or raw in MISSING_MARKS:
        marks.missing[raw] += 1
        return np.nan
    text = raw.translate(_WIDE).strip()
    if not text:
        return np.nan
    percent = text.endswith("%")
    text = text[:-1].rstrip() if percent else text
    if _THOUSANDS.fullmatch(text):
        text = re.sub(r"[, ]", "", text)
    elif not _PLAIN.fullmatch(text):
        return None
    if percent:
        marks.percent[marks.column] += 1
    return float(text)


def numbers(
    cells: Sequence[Any], missing: Collection[str], marks: Marks, refuse: Callable[[int, Any], Exception]
) -> Array:
    """All numbers of a column; the first cell that is neither a number nor missing is refused through `refuse`."""
    quick = _plain_numbers(cells)
    if quick is not None:
        return quick
    out = np.empty(len(cells))
    for i, cell in enumerate(cells):
        value = number(cell, missing, marks)
        if value is None:
            raise refuse(i, cell)
        out[i] = value
    return out


def _plain_numbers(cells: Sequence[Any]) -> Array | None:
    """The column at once where every cell is empty, a number or plain digits; None where any needs a closer look."""
    kinds = set(map(type, cells))
    if not kinds <= {float, int, str, type(None)}:
        return None
    if str in kinds and not all(type(c) is not str or _PLAIN.fullmatch(c) for c in cells):
        return None
    out = np.array([np.nan if c is None else c for c in cells], dtype=object).astype(float)
    empty = np.fromiter((c is None for c in cells), dtype=bool, count=len(cells))
    return out if bool((np.isfinite(out) | empty).all()) else None
