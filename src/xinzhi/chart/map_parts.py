"""The parts a map is made of, as ECharts takes them: geometry, fields, strokes above the borders, names, inset."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from typing import Any

import numpy as np

from xinzhi.base.text import Lang
from xinzhi.chart import geometry, legend, lettering, placing, theme
from xinzhi.chart.classes import Classes
from xinzhi.chart.geometry import Region, Ring
from xinzhi.chart.map_layout import Layout
from xinzhi.chart.sheet import Words, say

LINE = "#5a6878"  # maritime line and islands: contrast 5.7 on white
_COAST = "#aab7c0"  # so that a pale region has an edge against the page
_OUTLINED = 400  # regions at most for which the coast is drawn
TINY = 9  # letters for Hong Kong and Macao, and on maps of many regions
_KEY = 17  # pixels a line of the key of strokes
_READABLE = 4.5  # contrast of letters on their ground


def collection(regions: list[Region], layout: Layout | None, places: Mapping[int, placing.Place]) -> dict[str, Any]:
    """GeoJSON for ECharts: regions named by key, with the point of their label."""
    features = []
    for number, region in enumerate(regions):
        known: dict[str, Any] = {"name": region.key}
        if layout and number in places:
            known["cp"] = [round(v) for v in layout.units(places[number].x, places[number].y)]
        shape = {"type": "MultiPolygon", "coordinates": [[_numbers(ring) for ring in p] for p in region.polygons]}
        features.append({"type": "Feature", "properties": known, "geometry": shape})
    return {"type": "FeatureCollection", "features": features}


def _numbers(ring: Ring) -> list[list[float]]:
    """Coordinates to the metre; a ring smaller than that keeps its decimals."""
    digits = 0 if np.ptp(ring, axis=0).min() > 50 else 2
    return [[float(x), float(y)] for x, y in np.round(ring, digits)]


def name_of(collection: Mapping[str, Any]) -> str:
    """A name made from the geometry and its label points: two maps on one page never share one."""
    return "xinzhi-" + blake2b(json.dumps(collection).encode(), digest_size=4).hexdigest()


def geo(name: str, layout: Layout, labels: list[dict[str, Any]]) -> dict[str, Any]:
    """The main map where the layout puts it, its regions labelled."""
    frame = layout.frame
    return {
        "map": name,
        "left": layout.left,
        "top": layout.top,
        "width": frame.width * layout.scale,
        "height": frame.height * layout.scale,
        "boundingCoords": [[frame.left, frame.high], [frame.right, frame.low]],
        "aspectScale": 1,
        "itemStyle": {"areaColor": theme.NO_DATA, "borderColor": "#ffffff", "borderWidth": 0.8},
        "label": {"show": False, "fontSize": theme.SMALL},
        "emphasis": {
            "label": {"show": False},
            "itemStyle": {"areaColor": "inherit", "borderColor": theme.ACCENT, "borderWidth": 1.2},
        },
        "select": {"disabled": True},
        "regions": labels,
        "z": 2,
    }


def inset_geo(name: str, layout: Layout) -> dict[str, Any]:
    """The map of the inset, without labels."""
    assert layout.inset is not None
    box = layout.inset
    placed = {
        "left": layout.inset_left,
        "top": layout.inset_top,
        "width": layout.inset_width,
        "height": layout.inset_height,
    }
    bounds = [[box.left, box.high], [box.right, box.low]]
    fine = {
        "areaColor": theme.NO_DATA,
        "borderColor": "#ffffff",
        "borderWidth": 0.3,
    }  # its regions are a few pixels wide
    return {**geo(name, layout, []), **placed, "itemStyle": fine, "boundingCoords": bounds, "silent": True, "z": 4}


def inset_frame(layout: Layout, title: str) -> list[dict[str, Any]]:
    """White ground, border and title of the inset."""
    left, top, right, bottom = layout.inset_box
    ground = legend.field(left, top, right - left, bottom - top, "#ffffff", None)
    border = legend.field(left, top, right - left, bottom - top, "none", theme.EDGE)
    wide = lettering.measure(title, 10) > right - left
    words = legend.text(
        title, right if wide else (left + right) / 2, bottom + 9, 10, theme.SOFT, "right" if wide else "center"
    )
    return [{**ground, "z": 3}, {**border, "z": 9}, words]


def figures_series(
    figures: Mapping[str, float], names: Mapping[str, str], regions: list[Region] | None = None
) -> dict[str, Any]:
    """The values as a series on its geo; a missing one keeps its own grey and is no business of the colour classes."""
    grey = {"visualMap": False, "itemStyle": {"color": theme.NO_DATA}}
    keys = [r.key for r in regions] if regions is not None else list(figures)
    data = [
        {
            "name": k,
            "title": names[k],
            **({"value": figures[k]} if np.isfinite(figures[k]) else {"value": None, **grey}),
        }
        for k in keys
    ]
    return {"type": "map", "geoIndex": 0, "data": data}


def visual_map(classes: Classes, series: list[dict[str, Any]]) -> dict[str, Any]:
    """The colours of the classes for every series that carries values."""
    bounds = [None, *classes.breaks, None]
    pieces = [
        {k: v for k, v in (("gte", low), ("lt", high), ("color", colour)) if v is not None}
        for (low, high), colour in zip(pairwise(bounds), classes.colours, strict=True)
    ]
    if len(pieces) == 1:
        pieces = [{"gte": -1e308, "color": classes.colours[0]}]
    mapped = [number for number, each in enumerate(series) if each["type"] == "map"]
    return {"type": "piecewise", "show": False, "pieces": pieces, "seriesIndex": mapped}


def strokes(
    regions: list[Region], islands: list[Ring], dashes: list[Ring], chosen: set[str], index: int
) -> list[dict[str, Any]]:
    """Islands, maritime line and the outline of the chosen regions, above the white borders."""
    outlines = [p[0] for r in regions if r.key in chosen for p in r.polygons]
    coast = geometry.outline(regions) if len(regions) <= _OUTLINED and not index else []
    wanted = [(coast, _COAST, 0.7), (islands, LINE, 0.5), (dashes, LINE, 1.5), (outlines, theme.ACCENT, 2.0)]
    return [
        {
            "type": "lines",
            "coordinateSystem": "geo",
            "geoIndex": index,
            "polyline": True,
            "silent": True,
            "z": 5,
            "lineStyle": {"color": colour, "width": width, "opacity": 1, "cap": "round", "join": "round"},
            "data": [{"coords": _numbers(ring)} for ring in rings],
        }
        for rings, colour, width in wanted
        if rings
    ]


@dataclass(frozen=True)
class Stroke:
    """A line over the map: points (m, 2) in map units, what the legend calls it, colour, and whether it is dashed."""

    points: Any
    label: Words
    colour: str = theme.ACCENT
    dashed: bool = False


def over(strokes: list[Stroke]) -> list[dict[str, Any]]:
    """The lines over the map, on a white halo."""
    drawn = []
    for stroke in strokes:
        kind = "dashed" if stroke.dashed else "solid"
        base = {"type": "lines", "coordinateSystem": "geo", "geoIndex": 0, "polyline": True, "silent": True}
        data = [{"coords": [[float(x), float(y)] for x, y in stroke.points]}]
        halo = {"color": "#ffffff", "width": 3.2, "opacity": 0.75}
        line = {"color": stroke.colour, "width": 1.8, "opacity": 1, "type": kind}
        drawn += [{**base, "z": 6, "lineStyle": halo, "data": data}, {**base, "z": 7, "lineStyle": line, "data": data}]
    return drawn


def key_of(strokes: list[Stroke], left: float, top: float, lang: Lang | None) -> list[dict[str, Any]]:
    """A short line and its name for each stroke, from `top` down."""
    parts: list[dict[str, Any]] = []
    for row, stroke in enumerate(strokes):
        y = top + _KEY * row + 5
        dash = {"lineDash": [4, 3]} if stroke.dashed else {}
        style = {"stroke": stroke.colour, "lineWidth": 1.8, **dash}
        shape = {"x1": left, "y1": y, "x2": left + 16, "y2": y}
        parts.append({"type": "line", "shape": shape, "style": style, "silent": True, "z": 6})
        parts.append(legend.text(say(stroke.label, lang), left + 22, y, theme.SMALL, theme.SOFT))
    return parts


def with_key(size: tuple[float, float], strokes: list[Stroke], lang: Lang | None) -> tuple[float, float]:
    """The legend's width and height with the key of the strokes below it."""
    names = [lettering.measure(say(stroke.label, lang), theme.SMALL) + 22 for stroke in strokes]
    return max([size[0], *names]), size[1] + _KEY * len(strokes)


def box_of(layout: Layout, ring: Ring) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a ring in pixels."""
    points = layout.pixels(ring)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def tiny(key: str) -> bool:
    """Whether a region is too small for letters of the usual size: Hong Kong and Macao."""
    return key.startswith(("81", "82"))


def name_labels(
    places: Mapping[int, placing.Place], shown: list[str], figures: Mapping[str, float], classes: Classes
) -> list[dict[str, Any]]:
    """One label for each placed name, white or dark by what it stands on, with a halo where it leaves its region."""
    labels = []
    for number, (key, figure) in enumerate(figures.items()):
        if number not in places:
            continue
        place = places[number]
        fill = classes.colour(figure)
        within = place.own > 0.6
        ink = theme.ink_on(fill) if within else theme.INK
        faint = within and theme.contrast(ink, fill) < _READABLE
        small = {"fontSize": TINY} if tiny(key) else {}
        style = {
            "show": True,
            "formatter": shown[number],
            "color": ink,
            "textBorderColor": _halo(ink, fill) if within else "#ffffff",
            "textBorderWidth": 2 if faint or place.own <= 0.98 else 0,
            **small,
        }
        labels.append({"name": key, "label": style, "emphasis": {"label": style}})
    return labels


def _halo(ink: str, fill: str) -> str:
    """The fill itself, darkened or lightened until the letters read well on it."""
    away = theme.INK if ink == "#ffffff" else "#ffffff"
    steps = (theme.blend((fill, away), part / 10) for part in range(11))
    return next(colour for colour in steps if theme.contrast(ink, colour) >= _READABLE)
