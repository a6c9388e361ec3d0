"""Quotients of two units as people tell them: 百万吨 over 亿元 is 吨/万元, 亿元 over 万人 is 万元/人."""

from __future__ import annotations

from xinzhi.base.text import Text
from xinzhi.panel.units import parse

MONEY, TELL = "CNY", 4  # money is told in 10 000


def quotient(top: str, below: str, prices: bool = True) -> tuple[float, Text]:
    """By how much to multiply the quotient of the figures, and its unit; with the year of prices where `prices`.

    Units that are not understood, or that are quotients themselves, are written beside one another.
    """
    a, b = parse(top), parse(below)
    if not (a.known and b.known) or a.per or b.per:
        return 1.0, Text(f"{a.name.zh} / {b.name.zh}", f"{a.name.en} / {b.name.en}")
    up, down = (TELL if unit.base == MONEY else 0 for unit in (a, b))
    if a.base == b.base == MONEY:
        up = down = 0
    first, second = (parse(f"1e{p} {u.base}" if p else u.base).name for p, u in ((up, a), (down, b)))
    year = (a.suffix or b.suffix) if prices else ""
    zh, en = (f"（{year} 年价）", f" ({year} prices)") if year else ("", "")
    over = second.en.removesuffix("s") if not down else second.en
    return 10.0 ** (a.power - up - b.power + down), Text(f"{first.zh}/{second.zh}{zh}", f"{first.en} per {over}{en}")
