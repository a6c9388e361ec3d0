"""The legend of a map: the ramp with its breaks, and a grey field for each group of regions without a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xinzhi.base.text import Lang, Text
from xinzhi.chart import lettering, theme
from xinzhi.chart.classes import Classes

_CELL, _RAMP, _ROW, _LINE = 36, 9, 17, 18
_TITLE_WIDTH = 240
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


def size(classes: Classes, title: str, rows: Sequence[str], lang: Lang | None = None) -> tuple[float, float]:
    """Width and height in pixels."""
    lines, named = _title(classes, title), _named(classes, rows, lang)
    ramp = 0.0 if classes.names else _cell(classes) * len(classes.colours)
    texts = [lettering.measure(line, theme.BODY) for line in lines]
    texts += [22 + lettering.measure(words, theme.SMALL) for words, _ in named]
    high = _LINE * len(lines) + _ROW * len(named) + (2 if lines else 0)
    return max([ramp, *texts]), high + (0 if classes.names else _RAMP + 18)


def draw(
    classes: Classes, title: str, rows: Sequence[str], left: float, top: float, lang: Lang | None = None
) -> list[dict[str, Any]]:
    """The legend as graphic elements: a ramp with its breaks, or a line for each category."""
    lines = _title(classes, title)
    parts = [text(line, left, top + 8 + _LINE * n, theme.BODY, theme.INK) for n, line in enumerate(lines)]
    y = top + _LINE * len(lines) + (2 if lines else 0)
    if not classes.names:
        parts += _ramp(classes, left, y)
        y += _RAMP + 20
    for words, fill in _named(classes, rows, lang):
        parts.append(field(left, y, 16, 9, fill, theme.EDGE))
        parts.append(text(words, left + 22, y + 4.5, theme.SMALL, theme.SOFT))
        y += _ROW
    return parts


def _ramp(classes: Classes, left: float, y: float) -> list[dict[str, Any]]:
    """The colours side by side, with the breaks between them."""
    cell = _cell(classes)
    fields = [field(left + n * cell, y, cell, _RAMP, colour) for n, colour in enumerate(classes.colours)]
    frame = field(left, y, cell * len(classes.colours), _RAMP, "none", theme.EDGE)
    breaks = [
        text(each, left + n * cell, y + _RAMP + 9, theme.SMALL, theme.SOFT, "center")
        for n, each in enumerate(classes.written(), 1)
    ]
    return [*fields, frame, *breaks]


def _named(classes: Classes, rows: Sequence[str], lang: Lang | None) -> list[tuple[str, str]]:
    """Words and colour of every line below the ramp: categories, then what is missing."""
    categories = [each.say(lang) for each in classes.names]
    return [
        *zip(categories, classes.colours if categories else (), strict=True),
        *((row, theme.NO_DATA) for row in rows),
    ]


def _cell(classes: Classes) -> float:
    """The width of one colour, enough for the break under its end."""
    return max([float(_CELL), *(lettering.measure(each, theme.SMALL) + 8 for each in classes.written())])


def _title(classes: Classes, title: str) -> list[str]:
    """The title in lines not much wider than the ramp."""
    width = max(_cell(classes) * len(classes.colours), _TITLE_WIDTH)
    return lettering.wrap(title, width, theme.BODY) if title else []


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
