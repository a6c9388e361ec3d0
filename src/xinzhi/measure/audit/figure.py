"""Ranks with their intervals, one row a region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xinzhi.base.text import Lang, Text
from xinzhi.chart import lettering, scale, theme
from xinzhi.chart.sheet import MARGIN, Page, sheet

if TYPE_CHECKING:
    from xinzhi.measure.audit.face import AuditResult

_ROW = 20
_RULES = {"show": True, "showMaxLine": False, "lineStyle": {"color": theme.RULE, "width": 1}}


def rank_chart(audit: AuditResult, year: int | None = None, lang: Lang | None = None) -> dict[str, Any]:
    """A line from best to worst rank, a dot at the rank of the index and a tick at the median of the draws."""
    year = year or audit.subject.last
    frame = audit.frame[audit.frame["year"] == year].reset_index(drop=True)
    labels = audit.subject.places.labels(frame["region"], lang)
    level = f"{100 * audit.level:g}%"
    page: Page = {
        "title": Text(f"{audit.subject.title.zh}：{year} 年位次", f"{audit.subject.title.en}: ranks in {year}"),
        "subtitle": Text(
            f"点为位次，线为 {level} 区间，竖线为中位数", f"dot: rank; line: {level} interval; tick: median"
        ),
        "note": Text(f"{audit.simulation.plan.draws} 次重复", f"{audit.simulation.plan.draws} replications"),
        "source": audit.subject.source,
        "lang": lang,
    }
    ground = sheet(page, width=560, height=130 + _ROW * len(frame), description=_description(labels, frame, year))
    room = max(lettering.measure(label, theme.BODY) for label in labels)
    spans = [
        {"coords": [[low, row], [high, row]]}
        for row, (low, high) in enumerate(zip(frame["low"], frame["high"], strict=True))
    ]
    line = {"type": "lines", "coordinateSystem": "cartesian2d", "silent": True, "z": 3}
    steps = scale.ticks([0, float(len(frame))], zero=True)
    return ground.draw(
        grid={"left": MARGIN + room + 12, "right": 24, "top": ground.top, "bottom": ground.bottom + 44},
        xAxis=theme.value_axis(steps, ground.say(Text("位次", "rank")), max=len(frame) + 0.5, splitLine=_RULES),
        yAxis=theme.category_axis(labels, inverse=True),
        series=[
            {**line, "data": spans, "lineStyle": {"color": theme.DOTS, "width": 4, "opacity": 1, "cap": "round"}},
            _marks(frame["median"], "rect", [2, 12], theme.WHISKER, 4),
            _marks(frame["rank"], "circle", 9, theme.MAIN, 5),
        ],
    )


def _marks(values: Any, symbol: str, size: Any, colour: str, depth: int) -> dict[str, Any]:
    data = [[float(value), row] for row, value in enumerate(values)]
    return {
        "type": "scatter",
        "symbol": symbol,
        "symbolSize": size,
        "itemStyle": {"color": colour, "opacity": 1},
        "data": data,
        "z": depth,
    }


def _description(labels: list[str], frame: Any, year: int) -> Text:
    first = frame.iloc[0]
    return Text(
        f"{year} 年 {len(labels)} 个地区的位次及区间：首位{labels[0]}，区间 {first['low']}–{first['high']}；末位{labels[-1]}",
        f"Ranks of {len(labels)} regions in {year} with intervals: first {labels[0]}, {first['low']}–{first['high']}; last {labels[-1]}",
    )
