"""The legend of a map: the ramp with its breaks, and a grey field for each group of regions without a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xinzhi.base.text import Lang, Text
from xinzhi.chart import lettering, theme
from xinzhi.chart.classes import Classes

_CELL, _RAMP, _ROW = 36, 9, 17
_TAIWAN = Text("台湾省", "Taiwan")
_HARBOURS = {"81": Text("香港", "Hong Kong"), "82": Text("澳门", "Macao")}
_NAMED = 3  # so many names at most in one grey entry


def absent(missing: Sequence[str], names: Mapping[str, str], lang: Lang | None) -> list[str]:
    """What the legend says of regions without a figure: Taiwan in a line of its own, Hong Kong and Macao in theirs."""
    taiwan = [key for key in missing if _within(key, "71")]
    harbours = [place for code, place in _HARBOURS.items() if any(_within(key, code) for key in missing)]
    others = [names[key] for key in missing if not _within(key, "71", *_HARBOURS)]
    groups = ([_TAIWAN.say(lang)] if taiwan else [], [place.say(lang) for place in harbours], others)
    return [_absence(group, lang) for group in groups if group]


def _within(key: str, *parents: str) -> bool:
    """Whether `key` is a GB/T 2260 code below one of these two-digit ones."""
    return len(key) == 6 and key.isdigit() and key.startswith(parents)


def _absence(names: list[str], lang: Lang | None) -> str:
    if len(names) > _NAMED:
        return Text("{n} 个地区资料暂缺", "No data: {n} regions").fill(n=len(names)).say(lang)
    listed = Text("、".join(names), ", ".join(names))
    return Text("{names}资料暂缺", "No data: {names}").fill(names=listed).say(lang)


def size(classes: Classes, title: str, rows: Sequence[str]) -> tuple[float, float]:
    """Width and height in pixels."""
    if classes.names:
        named = [each.say() for each in classes.names]
        wide = [
            lettering.measure(title, theme.BODY),
            *(22 + lettering.measure(t, theme.SMALL) for t in (*named, *rows)),
        ]
        return max(wide), (20 if title else 0) + _ROW * (len(named) + len(rows))
    texts = [lettering.measure(title, theme.BODY), *(22 + lettering.measure(row, theme.SMALL) for row in rows)]
    return max(_CELL * len(classes.colours), *texts), (20 if title else 0) + _RAMP + 18 + _ROW * len(rows)


def draw(
    classes: Classes, title: str, rows: Sequence[str], left: float, top: float, lang: Lang | None = None
) -> list[dict[str, Any]]:
    """The legend as graphic elements: a ramp with its breaks, or a line for each category."""
    parts = [text(title, left, top + 8, theme.BODY, theme.INK)] if title else []
    y = top + (20 if title else 0)
    if classes.names:
        fills = [*classes.colours, *[theme.NO_DATA] * len(rows)]
        for fill, words in zip(fills, [*(each.say(lang) for each in classes.names), *rows], strict=True):
            parts.append(field(left, y, 16, 9, fill, theme.EDGE))
            parts.append(text(words, left + 22, y + 4.5, theme.SMALL, theme.SOFT))
            y += _ROW
        return parts
    for number, colour in enumerate(classes.colours):
        parts.append(field(left + number * _CELL, y, _CELL, _RAMP, colour))
    parts.append(field(left, y, _CELL * len(classes.colours), _RAMP, "none", theme.EDGE))
    for number, each in enumerate(classes.written(), 1):
        parts.append(text(each, left + number * _CELL, y + _RAMP + 9, theme.SMALL, theme.SOFT, "center"))
    y += _RAMP + 20
    for row in rows:
        parts.append(field(left, y, 16, 9, theme.NO_DATA, theme.EDGE))
        parts.append(text(row, left + 22, y + 4.5, theme.SMALL, theme.SOFT))
        y += _ROW
    return parts


def field(x: float, y: float, width: float, height: float, fill: str, stroke: str | None = None) -> dict[str, Any]:
    """A rectangle."""
    style = {"fill": fill, "stroke": stroke, "lineWidth": 0.5 if stroke else 0}
    shape = {"x": x, "y": y, "width": width, "height": height}
    return {"type": "rect", "shape": shape, "style": style, "silent": True, "z": 6}


def text(words: str, x: float, y: float, points: int, colour: str, align: str = "left") -> dict[str, Any]:
    """A line of text whose middle height is `y`."""
    style = {
        "text": words,
        "x": x,
        "y": y,
        "fill": colour,
        "font": f"{points}px {lettering.STACK}",
        "textAlign": align,
        "textVerticalAlign": "middle",
    }
    return {"type": "text", "style": style, "silent": True, "z": 7}
