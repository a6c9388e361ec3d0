"""A map of classes: complete territory, inset, maritime line, islands in a stroke that white borders cannot hide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from itertools import pairwise
from typing import Any, Unpack

import numpy as np

from xinzhi.base.errors import DataError, nearest
from xinzhi.base.text import Text
from xinzhi.chart import geometry, legend, lettering, map_layout, placing, theme
from xinzhi.chart.classes import Classes
from xinzhi.chart.geometry import Extent, Polygon, Region, Ring
from xinzhi.chart.map_layout import Layout
from xinzhi.chart.sheet import MARGIN, Page, Words, say, sheet, size

SKETCH = Text(
    "底图仅供分析示意；公开出版须送审并标注审图号。",
    "Base map for analysis only; publication in China requires official map review and its approval number.",
)
INSET = Text("南海诸岛", "South China Sea Islands")
_LINE = "#5a6878"  # maritime line and islands: contrast 5.7 on white
_TINY = 9  # letters for Hong Kong and Macao, and on maps of many regions
_SPECK = 7.0  # pixels; a polygon smaller than this is drawn as an island


def choropleth(
    values: Mapping[str, float],
    geojson: Mapping[str, Any],
    classes: Classes,
    *,
    legend_title: Words = "",
    labels: Mapping[str, Words] | None = None,
    maritime: Mapping[str, Any] | None = None,
    inset: Sequence[float] | None = None,
    inset_title: Words = INSET,
    selected: Sequence[str] | str = (),
    key: str = "adcode",
    notice: Words = SKETCH,
    **page: Unpack[Page],
) -> dict[str, Any]:
    """A map of `values` by region key.

    values        numbers by key; a region of the map without one is grey and the legend says so
    geojson       FeatureCollection of polygons, projected (degrees are drawn with the middle latitude true)
    classes       from `classes(...)`, made once for all years
    labels        what is written on the regions, by key; by default their names on maps of at most 60 regions
    maritime      line strings drawn with the map, in its units
    inset         what the inset shows (left, low, right, high in map units); without it all is on the main map
    selected      keys of the regions outlined in the accent
    key           the property of the features that `values` refers to
    notice        the note that stands under every sketch map

    Raises DataError for values of regions that the map does not have, and for shapes that are no polygons.
    """
    lang = page.get("lang")
    regions = geometry.regions(geojson, key)
    _check_keys(values, regions)
    names = _names(regions, labels, page)
    figures = {r.key: float(values.get(r.key, np.nan)) for r in regions}
    rows = legend.absent([k for k, v in figures.items() if not np.isfinite(v)], names, lang)
    heading = say(legend_title, lang)
    page["note"] = "\n".join(filter(None, (say(page.get("note"), lang), say(notice, lang))))
    box = Extent(*map(float, inset)) if inset is not None else None
    dashes = geometry.lines(maritime) if maritime else []
    page, layout, main, main_dashes = _laid_out(regions, dashes, box, page, legend.size(classes, heading, rows))
    ground = sheet(page, width=620, height=0, description=_description(figures, names))
    shown = _shown_names(names, labels, len(regions))
    places = _places(main, main_dashes, shown, layout)
    name = f"xinzhi-{_digest(regions)}"
    maps = {name: _collection(main, layout, places)}
    chosen = {selected} if isinstance(selected, str) else set(selected)
    series = [
        _values(figures, names),
        *_strokes(main, main_dashes, chosen, layout.scale, 0),
    ]
    geo = [_geo(name, layout, _region_labels(places, shown, figures, classes))]
    graphics = legend.draw(classes, heading, rows, MARGIN + 8, layout.legend_top)
    if box is not None:
        inner = _inset_regions(regions, box)
        inner_dashes = [d for d in dashes if box.holds(geometry.extent([d]))]
        scale = layout.inset_width / box.width
        maps[f"{name}-inset"] = _collection(inner, None, {})
        geo.append(_inset_geo(f"{name}-inset", layout))
        series += [{**_values(figures, names, inner), "geoIndex": 1}, *_strokes(inner, inner_dashes, chosen, scale, 1)]
        graphics += _inset_frame(layout, ground.say(inset_title))
    return ground.draw(maps, geo=geo, series=series, visualMap=_visual_map(classes, series), graphic=graphics)


def _laid_out(
    regions: list[Region], dashes: list[Ring], box: Extent | None, page: Page, legend_size: tuple[float, float]
) -> tuple[Page, Layout, list[Region], list[Ring]]:
    """Fix the size of the sheet, and what the main map shows at which scale."""
    frame = map_layout.frame_of(regions, whole=box is None)
    if box is None and dashes:
        frame = geometry.extent([np.array([[frame.left, frame.low], [frame.right, frame.high]]), *dashes])
    main = [r._replace(polygons=map_layout.in_frame(r.polygons, frame)) for r in regions]
    main_dashes = [d for d in dashes if frame.holds(_middle(d))]
    width, asked = size(page, 620, 0)
    empty = sheet(page, width=width, height=1000, description="")
    top, around = empty.top + 4, empty.top + empty.bottom + 8
    layout = map_layout.lay_out(
        frame,
        [polygon[0] for region in main for polygon in region.polygons] + main_dashes,
        box,
        left=MARGIN,
        top=top,
        width=width - 2 * MARGIN,
        height=asked - around if asked else None,
        legend=legend_size,
    )
    fixed: Page = {**page, "width": width, "height": asked or round(layout.height + around)}
    return fixed, layout, main, main_dashes


def _middle(line: Ring) -> Extent:
    x, y = (line.min(axis=0) + line.max(axis=0)) / 2
    return Extent(x, y, x, y)


def _inset_regions(regions: list[Region], box: Extent) -> list[Region]:
    """What the inset shows of each region, cut at its border."""
    kept = []
    for region in regions:
        near = [polygon for polygon in region.polygons if box.touches(geometry.extent(polygon[:1]))]
        inside = [part for part in (geometry.cut(polygon, box) for polygon in near) if part]
        if inside:
            kept.append(region._replace(polygons=inside))
    return kept


def _collection(regions: list[Region], layout: Layout | None, places: Mapping[int, placing.Place]) -> dict[str, Any]:
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


def _digest(regions: list[Region]) -> str:
    """A short name for this geometry: two maps on one page never share a name."""
    seal = blake2b(digest_size=4)
    for region in regions:
        seal.update(region.key.encode())
        for polygon in region.polygons:
            seal.update(np.ascontiguousarray(polygon[0]).tobytes())
    return seal.hexdigest()


def _geo(name: str, layout: Layout, labels: list[dict[str, Any]]) -> dict[str, Any]:
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
        "emphasis": {"itemStyle": {"areaColor": None, "borderColor": theme.ACCENT, "borderWidth": 1.2}},
        "select": {"disabled": True},
        "regions": labels,
        "z": 2,
    }


def _inset_geo(name: str, layout: Layout) -> dict[str, Any]:
    assert layout.inset is not None
    box = layout.inset
    placed = {
        "left": layout.inset_left,
        "top": layout.inset_top,
        "width": layout.inset_width,
        "height": layout.inset_height,
    }
    bounds = [[box.left, box.high], [box.right, box.low]]
    return {**_geo(name, layout, []), **placed, "boundingCoords": bounds, "silent": True, "z": 4}


def _inset_frame(layout: Layout, title: str) -> list[dict[str, Any]]:
    left, top, right, bottom = layout.inset_box
    ground = legend.field(left, top, right - left, bottom - top, "#ffffff", None)
    border = legend.field(left, top, right - left, bottom - top, "none", theme.EDGE)
    wide = lettering.measure(title, 10) > right - left
    words = legend.text(
        title, right if wide else (left + right) / 2, bottom + 9, 10, theme.SOFT, "right" if wide else "center"
    )
    return [{**ground, "z": 3}, {**border, "z": 9}, words]


def _values(
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


def _visual_map(classes: Classes, series: list[dict[str, Any]]) -> dict[str, Any]:
    bounds = [None, *classes.breaks, None]
    pieces = [
        {k: v for k, v in (("gte", low), ("lt", high), ("color", colour)) if v is not None}
        for (low, high), colour in zip(pairwise(bounds), classes.colours, strict=True)
    ]
    if len(pieces) == 1:
        pieces = [{"gte": -1e308, "color": classes.colours[0]}]
    mapped = [number for number, each in enumerate(series) if each["type"] == "map"]
    return {"type": "piecewise", "show": False, "pieces": pieces, "seriesIndex": mapped}


def _strokes(
    regions: list[Region], dashes: list[Ring], chosen: set[str], scale: float, index: int
) -> list[dict[str, Any]]:
    """Islands, maritime line and the outline of the chosen regions, above the white borders."""
    outlines = [p[0] for r in regions if r.key in chosen for p in r.polygons]
    wanted = [(_islands(regions, scale), _LINE, 0.5), (dashes, _LINE, 1.5), (outlines, theme.ACCENT, 2.0)]
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


def _islands(regions: list[Region], scale: float) -> list[Ring]:
    """Outlines of every polygon but the largest of a region, and of that too where it is a speck."""
    return [p[0] for r in regions for i, p in enumerate(r.polygons) if i or _speck(p, scale)]


def _tiny(key: str) -> bool:
    return key.startswith(("81", "82"))


def _box(layout: Layout, ring: Ring) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a ring in pixels."""
    points = layout.pixels(ring)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def _speck(polygon: Polygon, scale: float) -> bool:
    box = geometry.extent(polygon[:1])
    return max(box.width, box.height) * scale < _SPECK


def _names(regions: list[Region], labels: Mapping[str, Words] | None, page: Page) -> dict[str, str]:
    given = labels or {}
    return {r.key: say(given.get(r.key, r.name), page.get("lang")) for r in regions}


def _shown_names(names: dict[str, str], labels: Mapping[str, Words] | None, count: int) -> list[str]:
    """The text on each region, empty where none is wanted."""
    if labels is None:
        return list(names.values()) if count <= 60 else [""] * count
    return [name if key in labels else "" for key, name in names.items()]


def _places(main: list[Region], dashes: list[Ring], shown: list[str], layout: Layout) -> dict[int, placing.Place]:
    few = len(main) <= 60
    names = [
        placing.Name(number, words, _TINY if _tiny(region.key) or not few else theme.SMALL, must=few)
        for number, (region, words) in enumerate(zip(main, shown, strict=True))
        if words
    ]
    shapes = [[[layout.pixels(ring) for ring in polygon] for polygon in region.polygons] for region in main]
    taken = [layout.inset_box] if layout.inset else []
    taken += [_box(layout, ring) for ring in [*_islands(main, layout.scale), *dashes]]
    return placing.place(
        names, shapes, layout.left * 2 + layout.frame.width * layout.scale, layout.top + layout.height, taken
    )


def _region_labels(
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
        small = {"fontSize": _TINY} if _tiny(key) else {}
        style = {
            "show": True,
            "formatter": shown[number],
            "color": theme.ink_on(fill) if within else theme.INK,
            "textBorderColor": fill if within else "#ffffff",
            "textBorderWidth": 0 if place.own > 0.98 else 2,
            **small,
        }
        labels.append({"name": key, "label": style})
    return labels


def _check_keys(values: Mapping[str, float], regions: list[Region]) -> None:
    known = [r.key for r in regions]
    strange = [str(key) for key in values if str(key) not in set(known)]
    if strange:
        close = nearest(strange[0], known, 1) or known[:1]
        raise DataError(
            f"地图上没有代码为 {'、'.join(strange[:5])} 的地区（共 {len(strange)} 个）；边界用的是 {close[0]} 这样的代码",
            f"the map has no region with code {', '.join(strange[:5])} ({len(strange)} in all); its codes look like {close[0]}",
            code="045",
        )


def _description(figures: Mapping[str, float], names: Mapping[str, str]) -> Text:
    known = {k: v for k, v in figures.items() if np.isfinite(v)}
    if not known:
        return Text("分级地图: 没有数值", "Map without values")
    most, least = max(known, key=known.__getitem__), min(known, key=known.__getitem__)
    return Text(
        "分级地图，{n} 个地区有数值，{m} 个暂缺；最高{most}，最低{least}",
        "Map of classes: {n} regions with a figure, {m} without; highest {most}, lowest {least}",
    ).fill(n=len(known), m=len(figures) - len(known), most=names[most], least=names[least])
