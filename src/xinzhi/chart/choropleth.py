"""A map of classes: complete territory, inset, maritime line, islands in a stroke that white borders cannot hide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Unpack

import numpy as np

from xinzhi.base.errors import DataError, nearest
from xinzhi.base.text import Text
from xinzhi.chart import geometry, legend, lettering, map_layout, map_parts, placing, theme
from xinzhi.chart.classes import Classes
from xinzhi.chart.geometry import Extent, Region, Ring
from xinzhi.chart.map_layout import Layout
from xinzhi.chart.sheet import MARGIN, Page, Words, say, sheet, size

SKETCH = Text(
    "底图仅供分析示意；公开出版须送审并标注审图号。",
    "Base map for analysis only; publication in China requires official map review and its approval number.",
)
_NAMED = 60  # regions at most that carry their names unasked
_CROWDED = 0.4  # share of the land that names may cover before only those that fit are written
INSET = Text("南海诸岛", "South China Sea Islands")


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
    overlay: Sequence[map_parts.Stroke] = (),
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
    overlay       lines drawn over the map, such as an ellipse, in map units, named in the legend
    key           the property of the features that `values` refers to
    notice        the note that stands under every sketch map

    Raises DataError for values of regions that the map does not have, and for shapes that are no polygons.
    """
    lang = page.get("lang")
    regions, unit = geometry.regions(geojson, key)
    given = {str(code): np.nan if value is None else float(value) for code, value in values.items()}
    _check_keys(given, regions)
    names = _names(regions, labels, page)
    figures = {r.key: given.get(r.key, np.nan) for r in regions}
    strokes = [replace(each, points=np.asarray(each.points, dtype=float) * unit) for each in overlay]
    rows = legend.absent([k for k, v in figures.items() if not np.isfinite(v)], names, lang)
    heading = say(legend_title, lang)
    page["note"] = "\n".join(filter(None, (say(page.get("note"), lang), say(notice, lang))))
    box = Extent(*(float(v) for v in np.asarray(inset) * [*unit, *unit])) if inset is not None else None
    dashes = [line * unit for line in geometry.lines(maritime)] if maritime else []
    page, layout, main, main_dashes = _laid_out(
        regions, dashes, box, page, map_parts.with_key(legend.size(classes, heading, rows, lang), strokes, lang)
    )
    ground = sheet(page, width=620, height=0, description=_description(figures, names))
    chosen = {selected} if isinstance(selected, str) else set(selected)
    shown = _shown_names(names, labels, len(regions))
    places = _places(main, main_dashes, shown, chosen, layout)
    shapes = map_parts.collection(main, layout, places)
    name = map_parts.name_of(shapes)
    maps = {name: shapes}
    series = [
        map_parts.figures_series(figures, names),
        *map_parts.strokes(main, geometry.islands(main), main_dashes, chosen, 0),
        *map_parts.over(strokes),
    ]
    geo = [map_parts.geo(name, layout, map_parts.name_labels(places, shown, figures, classes))]
    graphics = legend.draw(classes, heading, rows, MARGIN + 8, layout.legend_top, lang)
    below = layout.legend_top + legend.size(classes, heading, rows, lang)[1]
    graphics += map_parts.key_of(strokes, MARGIN + 8, below, lang)
    if box is not None:
        inner = _inset_regions(regions, box)
        inner_dashes = [d for d in dashes if box.holds(geometry.extent([d]))]
        maps[f"{name}-inset"] = map_parts.collection(inner, None, {})
        geo.append(map_parts.inset_geo(f"{name}-inset", layout))
        series += [
            {**map_parts.figures_series(figures, names, inner), "geoIndex": 1},
            *map_parts.strokes(inner, geometry.islands(inner), inner_dashes, chosen, 1),
        ]
        graphics += map_parts.inset_frame(layout, ground.say(inset_title))
    return ground.draw(maps, geo=geo, series=series, visualMap=map_parts.visual_map(classes, series), graphic=graphics)


def _laid_out(
    regions: list[Region], dashes: list[Ring], box: Extent | None, page: Page, legend_size: tuple[float, float]
) -> tuple[Page, Layout, list[Region], list[Ring]]:
    """Fix the size of the sheet, and what the main map shows at which scale."""
    frame = map_layout.frame_of(regions, dashes, box)
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


def _names(regions: list[Region], labels: Mapping[str, Words] | None, page: Page) -> dict[str, str]:
    given = labels or {}
    return {r.key: say(given.get(r.key, r.name), page.get("lang")) for r in regions}


def _shown_names(names: dict[str, str], labels: Mapping[str, Words] | None, count: int) -> list[str]:
    """The text on each region, empty where none is wanted."""
    if labels is None:
        return list(names.values()) if count <= _NAMED else [""] * count
    return [name if key in labels else "" for key, name in names.items()]


def _places(
    main: list[Region], dashes: list[Ring], shown: list[str], chosen: set[str], layout: Layout
) -> dict[int, placing.Place]:
    """Names on the main map; where they are many for the land there is, only those that fit, and the chosen ones."""
    few = len(main) <= _NAMED
    sizes = [map_parts.TINY if map_parts.tiny(region.key) or not few else theme.SMALL for region in main]
    letters = sum(lettering.measure(words, points) * points for words, points in zip(shown, sizes, strict=True))
    land = sum(abs(geometry.area(polygon[0])) for region in main for polygon in region.polygons) * layout.scale**2
    roomy = few and letters < _CROWDED * land
    names = [
        placing.Name(number, words, sizes[number], must=roomy or main[number].key in chosen)
        for number, words in enumerate(shown)
        if words
    ]
    shapes = [[[layout.pixels(ring) for ring in polygon] for polygon in region.polygons] for region in main]
    taken = [layout.inset_box] if layout.inset else []
    taken += [map_parts.box_of(layout, ring) for ring in [*geometry.islands(main), *dashes]]
    return placing.place(
        names, shapes, layout.left * 2 + layout.frame.width * layout.scale, layout.top + layout.height, taken
    )


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
        return Text("分级地图：没有数值", "Map without values")
    most, least = max(known, key=known.__getitem__), min(known, key=known.__getitem__)
    return Text(
        "分级地图，{n} 个地区有数值，{m} 个暂缺；最高{most}，最低{least}",
        "Map of classes: {n} regions with a figure, {m} without; highest {most}, lowest {least}",
    ).fill(n=len(known), m=len(figures) - len(known), most=names[most], least=names[least])
