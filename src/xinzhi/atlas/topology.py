"""TopoJSON and GeoJSON into rings of coordinates.

A shape is a list of polygons; a polygon is a list of rings, outer first; a ring is a closed (points, 2) array.
Source: Bostock and Metcalf, The TopoJSON Format Specification 1.0 (2013).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError

Shape = list[list[Array]]


def arcs(topology: dict[str, Any]) -> list[Array]:
    """The arcs of a topology as (points, 2) coordinates, quantisation undone."""
    if "transform" not in topology:
        return [np.asarray(arc, dtype=float)[:, :2] for arc in topology["arcs"]]
    scale = np.asarray(topology["transform"]["scale"], dtype=float)
    move = np.asarray(topology["transform"]["translate"], dtype=float)
    return [np.cumsum(np.asarray(arc, dtype=float)[:, :2], axis=0) * scale + move for arc in topology["arcs"]]


def ring(indices: Iterable[int], known: list[Array]) -> Array:
    """The ring that follows these arcs; a negative index ~i means arc i backwards."""
    parts = [known[i] if i >= 0 else known[~i][::-1] for i in indices]
    joined = np.concatenate([parts[0], *(p[1:] for p in parts[1:])])
    if not np.array_equal(joined[0], joined[-1]):
        joined = np.concatenate([joined, joined[:1]])
    # A rock smaller than the grid comes down to a point or a line; GeoJSON wants four positions of every ring.
    return np.concatenate([joined, np.repeat(joined[-1:], max(0, 4 - len(joined)), axis=0)])


def shapes_of_topology(topology: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Shape]]:
    """Each geometry of the first layer of a topology, with its shape."""
    known = arcs(topology)
    layer = next(iter(topology["objects"].values()))
    for geometry in layer["geometries"]:
        yield geometry, [[ring(r, known) for r in polygon] for polygon in _polygons(geometry, "arcs")]


def shapes_of_geojson(collection: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Shape]]:
    """Each feature of a GeoJSON collection, with its shape."""
    for feature in collection["features"]:
        polygons = _polygons(feature["geometry"] or {}, "coordinates")
        yield feature, [[np.asarray(r, dtype=float)[:, :2] for r in polygon] for polygon in polygons]


def _polygons(geometry: dict[str, Any], key: str) -> list[Any]:
    kind = geometry.get("type")
    if kind == "Polygon":
        return [geometry[key]]
    if kind == "MultiPolygon":
        return list(geometry[key])
    raise DataError(
        f"边界文件中有 {kind or '空'} 图形；只支持 Polygon 和 MultiPolygon",
        f"the boundary file holds a {kind or 'null'} geometry; only Polygon and MultiPolygon are understood",
        code="210",
    )


def area(points: Array) -> float:
    """Signed area of a closed ring by the shoelace formula."""
    x, y = points[:, 0] - points[0, 0], points[:, 1] - points[0, 1]
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum() / 2)


def inside(point: tuple[float, float], polygon: list[Array]) -> bool:
    """Whether `point` lies in a polygon, holes left out, by ray casting."""
    crossings = 0
    for r in polygon:
        x, y = r[:, 0], r[:, 1]
        spans = (y[:-1] > point[1]) != (y[1:] > point[1])
        rise = np.where(spans, y[1:] - y[:-1], 1.0)
        at = x[:-1] + (point[1] - y[:-1]) / rise * (x[1:] - x[:-1])
        crossings += int((spans & (point[0] < at)).sum())
    return crossings % 2 == 1


def inner_point(shape: Shape) -> tuple[float, float]:
    """A point inside the largest polygon: its centroid where that lies inside, else the middle of the widest stretch
    of the horizontal line through it."""
    polygon = max(shape, key=lambda p: abs(area(p[0])))
    outer = polygon[0]
    twice = 2 * area(outer)
    if twice == 0:
        return float(outer[0, 0]), float(outer[0, 1])
    shifted = outer - outer[0]
    x, y = shifted[:, 0], shifted[:, 1]
    cross = x[:-1] * y[1:] - x[1:] * y[:-1]
    centre = (
        float(((x[:-1] + x[1:]) * cross).sum() / (3 * twice) + outer[0, 0]),
        float(((y[:-1] + y[1:]) * cross).sum() / (3 * twice) + outer[0, 1]),
    )
    return centre if inside(centre, polygon) else _widest(polygon, centre)


def _widest(polygon: list[Array], centre: tuple[float, float]) -> tuple[float, float]:
    level, found = centre[1], []
    for r in polygon:
        x, y = r[:, 0], r[:, 1]
        spans = (y[:-1] > level) != (y[1:] > level)
        found.append((x[:-1] + (level - y[:-1]) / np.where(spans, y[1:] - y[:-1], 1.0) * (x[1:] - x[:-1]))[spans])
    crossings = np.sort(np.concatenate(found))
    if len(crossings) < 2:
        return float(polygon[0][0, 0]), float(polygon[0][0, 1])
    widths = crossings[1::2] - crossings[::2]
    widest = int(np.argmax(widths))
    return float((crossings[2 * widest] + crossings[2 * widest + 1]) / 2), level
