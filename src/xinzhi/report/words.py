"""Sentences made from numbers: names, intervals, ranks and lists in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from xinzhi.base.numbers import Style, write_interval, write_number
from xinzhi.base.text import Text


def both(write: Callable[[Any], str]) -> Text:
    """What `write` says in each language."""
    return Text(write("zh"), write("en"))


def figure(value: Any, style: Style = "index", digits: int | None = None) -> Text:
    """A number as a person reads it."""
    return both(lambda lang: write_number(value, style, digits, lang))


def interval(value: Any, low: Any, high: Any, style: Style = "index", digits: int | None = None) -> Text:
    """A number with its interval."""
    return both(lambda lang: write_interval(value, low, high, style, digits, lang))


def rank(value: Any, low: Any = None, high: Any = None) -> Text:
    """`第 8 位（5–10）`, `rank 8 (5–10)`; an interval of one place is left out."""
    written = interval(value, low, high, "rank") if low != high else figure(value, "rank")
    head, _, tail = written.zh.partition("（")
    return Text(f"第 {head} 位" + (f"（{tail}" if tail else ""), f"rank {written.en}")


def listed(items: Iterable[Text]) -> Text:
    """`甲、乙、丙`, `A, B and C`."""
    known = list(items)
    if len(known) < 2:
        return known[0] if known else Text("", "")
    return Text("、".join(t.zh for t in known), ", ".join(t.en for t in known[:-1]) + " and " + known[-1].en)


def headed(text: Text) -> Text:
    """A title: its English wording begins with a capital."""
    return Text(text.zh, text.en[:1].upper() + text.en[1:])


def some(items: Sequence[Text], most: int = 5) -> Text:
    """The first `most` of a list, and how many there are in all when there are more."""
    if len(items) <= most:
        return listed(items)
    shown = list(items[:most])
    return Text(
        "、".join(t.zh for t in shown) + f"等 {len(items)} 个",
        ", ".join(t.en for t in shown) + f" and {len(items) - most} more",
    )


def joined(parts: Iterable[Text], zh: str = "", en: str = " ") -> Text:
    """Texts set after one another."""
    known = [p for p in parts if p.zh or p.en]
    return Text(zh.join(p.zh for p in known), en.join(p.en for p in known))


def places(low: Any, high: Any) -> Text:
    """`5–10`, and `3` where both ends are the same."""
    ends = figure(low, "rank"), figure(high, "rank")
    return ends[0] if ends[0] == ends[1] else Text(f"{ends[0].zh}–{ends[1].zh}", f"{ends[0].en}–{ends[1].en}")
