"""How numbers are written for people (UX: numbers): true minus, “—” for missing, no separators in years."""

from __future__ import annotations

import math
from typing import Any, Literal

from xinzhi.base.text import Lang, Text, language

Style = Literal["text", "year", "index", "share", "percent", "money", "count", "rank", "p", "number", "signed", "flag"]
MISSING = "—"
_DIGITS: dict[str, int] = {
    "index": 3,
    "share": 1,
    "percent": 1,
    "money": 1,
    "count": 0,
    "rank": 0,
    "p": 3,
    "number": 2,
    "signed": 3,
}


def decimals(style: Style, digits: int | None = None) -> int:
    """How many decimals a column of this style prints, `digits` where stated."""
    return _DIGITS.get(style, 0) if digits is None else digits


def missing(value: Any) -> bool:
    """Whether a cell has no value: None, NaN or NaT."""
    return value is None or (isinstance(value, float) and math.isnan(value)) or str(value) in ("NaT", "<NA>")


def write_number(value: Any, style: Style = "number", digits: int | None = None, lang: Lang | None = None) -> str:
    """One value as a person reads it.

    share    a fraction 0–1, written as per cent with one decimal
    percent  a value already in per cent
    money    thousands separated
    p        three decimals, below 0.001 as “<0.001”
    """
    if missing(value):
        return MISSING
    if style == "text":
        return str(value.say(lang) if isinstance(value, Text) else value)
    if style == "flag":
        return ("是" if (lang or language()) == "zh" else "yes") if value else ""
    if style == "year":
        return str(int(value))
    places = _DIGITS[style] if digits is None else digits
    number = float(value)
    if style == "p":
        return "<0.001" if number < 0.001 else f"{number:.{places}f}"
    shown = f"{number * 100 if style == 'share' else number:{',' if style in ('money', 'count') else ''}.{places}f}"
    if not shown.strip("-0.,"):  # what rounds to nothing has no sign
        shown = shown.lstrip("-")
    elif style == "signed" and number > 0:
        shown = f"+{shown}"
    return shown.replace("-", "−") + ("%" if style in ("share", "percent") else "")


def write_interval(
    value: Any, low: Any, high: Any, style: Style = "index", digits: int | None = None, lang: Lang | None = None
) -> str:
    """`0.509（0.472–0.546）`, or `0.509 (0.472–0.546)` in English; a missing interval leaves the value alone.

    Ends that carry a sign are joined by a word, for a dash beside a minus cannot be read: `−0.4（−0.6 至 −0.1）`.
    """
    middle = write_number(value, style, digits, lang)
    if missing(value) or missing(low) or missing(high):
        return middle
    zh, ends = (lang or language()) == "zh", [write_number(end, style, digits, lang) for end in (low, high)]
    signed = any(end[0] in "−+" for end in ends)
    span = (" 至 " if zh else " to ").join(ends) if signed else "–".join(ends)
    return f"{middle}（{span}）" if zh else f"{middle} ({span})"


def write_p(p: float) -> str:
    """A probability in a sentence: `p = 0.017`, or `p < 0.001`."""
    shown = write_number(p, "p")
    return f"p {shown[0]} {shown[1:]}" if shown.startswith("<") else f"p = {shown}"
