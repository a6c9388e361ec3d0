"""How every picture looks: colours, letter sizes, axes. Quiet, one accent, which means *selected* and never *bad*."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

INK = "#1f2d3d"  # titles and names
SOFT = "#56657a"  # captions, tick labels: contrast 5.9 on white
RULE = "#e7ebf0"  # grid lines
EDGE = "#8b98a8"  # axis lines, borders, whiskers on white
WHISKER = "#33475c"
ACCENT = "#c8452d"
NO_DATA = "#d3d6da"
SEQUENTIAL = ("#eef3f1", "#cfe3dd", "#9fcbc6", "#66aab1", "#35829b", "#1b5a83", "#12365f")
DIVERGING = ("#b35806", "#e08214", "#fdc57f", "#f4f2f0", "#c3bcdc", "#8b7fb8", "#54278f")  # orange – nothing – purple
QUALITATIVE = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#7f6a00")  # Okabe–Ito, yellow darkened for paper
MAIN = SEQUENTIAL[4]
DOTS = "#8fbcc4"
SMALL, BODY, TITLE = 11, 12, 15


def sequential(count: int) -> list[str]:
    """`count` steps (1–7) from light to dark."""
    if count <= 1:
        return [MAIN]
    last = len(SEQUENTIAL) - 1
    return [blend(SEQUENTIAL, last * step / (count - 1)) for step in range(count)]


def diverging(below: int, middle: int, above: int) -> list[str]:
    """`below` steps of orange, `middle` (0 or 1) of nearly nothing, `above` steps of purple: 3 at most on each side."""
    third = len(DIVERGING) // 2
    orange = [DIVERGING[third - step] for step in range(below, 0, -1)]
    purple = [DIVERGING[third + step] for step in range(1, above + 1)]
    return [*orange, *DIVERGING[third : third + middle], *purple]


def blend(ramp: Sequence[str], position: float) -> str:
    """The colour at `position` (0 to len(ramp) − 1) on the ramp, linear between its steps."""
    low = min(int(position), len(ramp) - 2)
    part = position - low
    mixed = [round(a + (b - a) * part) for a, b in zip(_rgb(ramp[low]), _rgb(ramp[low + 1]), strict=True)]
    return "#{:02x}{:02x}{:02x}".format(*mixed)


def ink_on(fill: str) -> str:
    """White or ink, whichever reads better on `fill`."""
    return "#ffffff" if contrast(fill, "#ffffff") > contrast(fill, INK) else INK


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.1), 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    channels = [part / 255 for part in _rgb(colour)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def lettering(size: int = BODY, colour: str = INK, **more: Any) -> dict[str, Any]:
    """A text style."""
    return {"fontSize": size, "color": colour, **more}


def value_axis(ticks: Sequence[float], name: str = "", *, upright: bool = False, **more: Any) -> dict[str, Any]:
    """A numeric axis with the given ticks: thin grid, no line; its name with unit stands at the end or below."""
    placed: dict[str, Any] = (
        {"nameLocation": "end", "nameGap": 12} if upright else {"nameLocation": "middle", "nameGap": 26}
    )
    return {
        "type": "value",
        "min": ticks[0],
        "max": ticks[-1],
        "interval": round(ticks[1] - ticks[0], 12),
        "name": name,
        "nameTextStyle": lettering(SMALL, SOFT, align="left" if upright else "center"),
        **placed,
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        "axisLabel": lettering(SMALL, SOFT, hideOverlap=True),
        "splitLine": {"show": True, "lineStyle": {"color": RULE, "width": 1}},
        **more,
    }


def category_axis(names: Sequence[str], **more: Any) -> dict[str, Any]:
    """An axis of names, every one of them shown."""
    return {
        "type": "category",
        "data": list(names),
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        "axisLabel": lettering(BODY, INK, interval=0, margin=8),
        "splitLine": {"show": False},
        **more,
    }
