"""Pictures the size of a word, for the compact profiles: a trend with its band, and where a region stands among all."""

from __future__ import annotations

import math
from collections.abc import Sequence

from xinzhi.base.export.html import escape
from xinzhi.chart import lettering

WIDE, TALL, _LABEL = 250, 44, 116
INK, BAND, CLOUD, ACCENT = "#12365f", "#cfe0e4", "#9fbfc5", "#c8452d"


def trend(values: Sequence[float], low: Sequence[float], high: Sequence[float], spoken: str) -> str:
    """A line over the years with its interval as a band; NaN leaves a gap. All on the scale of this region's own range."""
    known = [v for v in (*values, *low, *high) if math.isfinite(v)]
    if not known or len(values) < 2:
        return ""
    bottom, top = min(known), max(known)
    step = (WIDE - 8) / (len(values) - 1)

    def point(i: int, v: float) -> str:
        share = (v - bottom) / (top - bottom) if top > bottom else 0.5
        return f"{4 + i * step:.1f},{TALL - 5 - (TALL - 10) * share:.1f}"

    band = [point(i, v) for i, v in enumerate(high) if math.isfinite(v)]
    band += [point(i, v) for i, v in reversed(list(enumerate(low))) if math.isfinite(v)]
    shape = f'<polygon points="{" ".join(band)}" fill="{BAND}"/>' if len(band) > 3 else ""
    lines = "".join(
        f'<polyline points="{" ".join(run)}" fill="none" stroke="{INK}" stroke-width="1.6"/>'
        for run in _runs([point(i, v) if math.isfinite(v) else "" for i, v in enumerate(values)])
    )
    last = max(i for i, v in enumerate(values) if math.isfinite(v)) if any(map(math.isfinite, values)) else -1
    x, _, y = point(last, values[last]).partition(",") if last >= 0 else ("0", "", "0")
    dot = f'<circle cx="{x}" cy="{y}" r="2.8" fill="{ACCENT}"/>' if last >= 0 else ""
    return _frame(TALL, spoken, shape + lines + dot)


def strip(rows: Sequence[tuple[str, float, Sequence[float]]], spoken: str) -> str:
    """For each (label, own value, everybody's values) a row of dots on 0–1 scaled to the row, the region's own in accent."""
    high = 17
    drawn = []
    for k, (label, own, everybody) in enumerate(rows):
        known = [v for v in everybody if math.isfinite(v)]
        bottom, top = (min(known), max(known)) if known else (0.0, 0.0)
        y = 9 + k * high
        short = lettering.shorten(label, _LABEL, 10.5)
        cells = [f'<text x="0" y="{y + 3.5}" font-size="10.5" fill="#52636e">{escape(short)}</text>']
        if top > bottom:
            cells += [_dot(v, bottom, top, y, 2, CLOUD, 0.55) for v in known]
            if math.isfinite(own):
                cells.append(_dot(own, bottom, top, y, 3.6, ACCENT, 1))
        drawn.append("".join(cells))
    return _frame(high * len(rows) + 2, spoken, "".join(drawn))


def _dot(value: float, bottom: float, top: float, y: float, radius: float, colour: str, opacity: float) -> str:
    x = _LABEL + 10 + (WIDE - _LABEL - 16) * (value - bottom) / (top - bottom)
    return f'<circle cx="{x:.1f}" cy="{y}" r="{radius}" fill="{colour}" fill-opacity="{opacity}"/>'


def _runs(points: Sequence[str]) -> list[list[str]]:
    """The unbroken stretches of a line."""
    runs: list[list[str]] = [[]]
    for point in points:
        if point:
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) > 1]


def _frame(tall: int, spoken: str, inside: str) -> str:
    label = escape(spoken)
    return f'<svg class="spark" role="img" aria-label="{label}" viewBox="0 0 {WIDE} {tall}" width="{WIDE}" height="{tall}">{inside}</svg>'
