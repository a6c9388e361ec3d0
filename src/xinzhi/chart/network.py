"""Units and the links between them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np

from xinzhi.base.errors import DataError
from xinzhi.base.text import Text
from xinzhi.chart import lettering, placing, plot, theme
from xinzhi.chart.sheet import MARGIN, Page, Sheet, Words, sheet


def network(
    labels: Sequence[Words],
    links: Sequence[tuple[int, int, float]],
    *,
    sizes: plot.Values | None = None,
    at: Any = None,
    keys: Sequence[str] | None = None,
    highlight: plot.Keys = (),
    directed: bool = False,
    **page: Unpack[Page],
) -> dict[str, Any]:
    """Nodes and links, on given positions or in a circle by decreasing strength.

    links      (from, to, weight) by position in `labels`; weight not negative, drawn as width
    sizes      (n,) what the area of a node shows; by default the sum of the weights of its links
    at         (n, 2) positions such as projected centres; by default a circle
    highlight  keys of nodes drawn, with their links, in the accent
    """
    names = plot.names_of(labels, page)
    keyed = list(keys) if keys is not None else names
    _check_links(links, len(names))
    strength = np.zeros(len(names))
    for start, end, weight in links:
        strength[start] += weight
        strength[end] += weight
    weight_of = strength if sizes is None else plot.column(sizes, len(names))
    described = Text("{n} 个节点、{m} 条联系的网络", "Network of {n} nodes and {m} links").fill(
        n=len(names), m=len(links)
    )
    ground = sheet(page, width=620, height=620 if at is None else 520, description=described)
    xy = _circle(ground, strength, names) if at is None else _fitted(ground, plot.matrix(at, len(names), 2), names)
    wanted = {i for i, key in enumerate(keyed) if key in plot.chosen(highlight)}
    radii = [_radius(weight_of, i) for i in range(len(names))]
    edge = (4.0, ground.top - 6, ground.width - 4.0, ground.floor)
    sides = placing.beside(names, xy, [i in wanted for i in range(len(names))], edge, radii)
    if at is None:
        sides = [_outward(ground, names[i], xy[i]) for i in range(len(names))]
    nodes = [_node(i, names[i], keyed[i], xy[i], 2 * radii[i], i in wanted, sides[i]) for i in range(len(names))]
    most = max((weight for *_, weight in links), default=1.0) or 1.0
    edges = [
        {
            "source": str(start),
            "target": str(end),
            "value": weight,
            "lineStyle": {
                "width": 0.5 + 4 * weight / most,
                "color": theme.ACCENT if {start, end} & wanted else theme.DOTS,
                "opacity": 0.25 + 0.5 * weight / most,
                "curveness": 0.15 if at is None or directed else 0.0,
            },
        }
        for start, end, weight in sorted(links, key=lambda link: (bool({link[0], link[1]} & wanted), link[2]))
    ]
    shape = {"edgeSymbol": ["none", "arrow"], "edgeSymbolSize": 6} if directed else {}
    xs, ys = [x for x, _ in xy], [y for _, y in xy]
    frame = {"left": min(xs), "top": min(ys), "width": max(max(xs) - min(xs), 1), "height": max(max(ys) - min(ys), 1)}
    graph = {
        "type": "graph",
        "layout": "none",
        "preserveAspect": False,
        "nodes": nodes,
        "links": edges,
        **shape,
        **frame,
    }
    return ground.draw(series=[graph])


def _check_links(links: Sequence[tuple[int, int, float]], count: int) -> None:
    """Refuse a link to a node that is not there, and a weight that is negative or missing."""
    for start, end, weight in links:
        if not (0 <= start < count and 0 <= end < count and 0 <= weight < math.inf):
            raise DataError(
                f"网络的联系 ({start}, {end}, {weight}) 无法画出：节点编号须在 0 到 {count - 1} 之间，权重须非负且有限",
                f"the link ({start}, {end}, {weight}) cannot be drawn: nodes are 0 to {count - 1}, weights finite and not negative",
                code="051",
            )


def _circle(ground: Sheet, strength: np.ndarray[Any, Any], names: list[str]) -> list[tuple[float, float]]:
    """Positions on a circle, the strongest node at the top and the others by turns to its right and left."""
    order = np.argsort(-strength, kind="stable")
    turn = np.empty(len(names))
    for rank, node in enumerate(order):
        turn[node] = (rank + 1) // 2 * (1 if rank % 2 else -1)
    room = plot.room(names) + 24
    x, y = ground.width / 2, (ground.top + ground.floor) / 2
    radius = max(40.0, min(ground.width / 2 - room, (ground.floor - ground.top) / 2 - 26))
    angles = 2 * math.pi * turn / max(len(names), 1) - math.pi / 2
    return [(x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles]


def _fitted(ground: Sheet, at: plot.Matrix, names: list[str]) -> list[tuple[float, float]]:
    """Given positions in proportion, north up."""
    room = plot.room(names) / 2 + 16
    low, high = at.min(axis=0), at.max(axis=0)
    wide, tall = ground.width - 2 * MARGIN - 2 * room, ground.floor - ground.top - 50
    scale = min(wide / max(high[0] - low[0], 1e-12), tall / max(high[1] - low[1], 1e-12))
    x0 = ground.width / 2 - scale * (low[0] + high[0]) / 2
    y0 = (ground.top + ground.floor) / 2 + scale * (low[1] + high[1]) / 2
    return [(float(x0 + scale * x), float(y0 - scale * y)) for x, y in at]


def _radius(weights: np.ndarray[Any, Any], node: int) -> float:
    """Half the width of a node whose area shows its weight."""
    most = float(np.nanmax(weights)) if np.isfinite(weights).any() else 0.0
    share = weights[node] / most if most > 0 and np.isfinite(weights[node]) else 0.0
    return 3 + 9 * math.sqrt(max(share, 0.0))


def _outward(ground: Sheet, name: str, at: tuple[float, float]) -> str:
    """The side of a node on a circle that looks away from its middle."""
    x, y = at[0] - ground.width / 2, at[1] - (ground.top + ground.floor) / 2
    if abs(x) < lettering.measure(name, theme.SMALL) / 2:
        return "top" if y < 0 else "bottom"
    return "right" if x > 0 else "left"


def _node(
    number: int, name: str, key: str, at: tuple[float, float], size: float, chosen: bool, side: str | None
) -> dict[str, Any]:
    node: dict[str, Any] = {"id": str(number), "name": key, "title": name, "x": at[0], "y": at[1], "symbolSize": size}
    node["itemStyle"] = {"color": theme.ACCENT if chosen else theme.MAIN}
    if side:
        ink = theme.ACCENT if chosen else theme.INK
        style = {"show": True, "position": side, "distance": 4, "fontSize": theme.SMALL, "color": ink}
        node["label"] = {**style, "formatter": name, "textBorderColor": "#ffffff", "textBorderWidth": 2}
    return node
