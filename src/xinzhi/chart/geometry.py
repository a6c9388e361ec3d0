"""Shapes of a map in plain arrays: polygons of GeoJSON, their extent, a rectangle cut out of them, their pixels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from xinzhi.base.errors import DataError

Ring = np.ndarray[tuple[int, int], np.dtype[np.float64]]  # (k, 2) x and y, closed
Polygon = list[Ring]  # the outer ring, then holes
_REEF = 1e-4  # of the whole map; a region smaller than this is drawn like an island
_METRES = 111_195.0  # one degree of a great circle


class Extent(NamedTuple):
    """A rectangle in map units."""

    left: float
    low: float
    right: float
    high: float

    @property
    def width(self) -> float:
        """Its length from west to east."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Its length from south to north."""
        return self.high - self.low

    def touches(self, other: Extent) -> bool:
        """Whether the two have a point in common."""
        return (
            self.left <= other.right and other.left <= self.right and self.low <= other.high and other.low <= self.high
        )

    def holds(self, other: Extent) -> bool:
        """Whether `other` lies wholly within."""
        return (
            self.left <= other.left and other.right <= self.right and self.low <= other.low and other.high <= self.high
        )


class Region(NamedTuple):
    """One feature: its key, its name and its polygons, the largest first."""

    key: str
    name: str
    polygons: list[Polygon]


def regions(geojson: Mapping[str, Any], key: str = "adcode") -> tuple[list[Region], Any]:
    """The regions of a FeatureCollection of polygons in metres, and what its x and y were multiplied by.

    Projected coordinates stay as they are; degrees become metres with the middle latitude true.
    """
    features = geojson.get("features")
    if not features:
        raise DataError(
            "边界数据不是 GeoJSON FeatureCollection 或没有要素；请给出含 features 的字典",
            "the boundaries are not a GeoJSON FeatureCollection or have no features; pass a dict with features",
            code="042",
        )
    shapes = [_region(feature, key, position) for position, feature in enumerate(features, 1)]
    whole = extent(polygon[0] for shape in shapes for polygon in shape.polygons)
    unit = np.ones(2)
    if _in_degrees(whole):
        unit = np.array([_METRES * math.cos(math.radians((whole.low + whole.high) / 2)), _METRES])
        shapes = [s._replace(polygons=[[ring * unit for ring in polygon] for polygon in s.polygons]) for s in shapes]
    return shapes, unit


def _in_degrees(whole: Extent) -> bool:
    return whole.left >= -180 and whole.right <= 360 and whole.low >= -90 and whole.high <= 90


def _region(feature: Mapping[str, Any], key: str, position: int) -> Region:
    known = feature.get("properties") or {}
    if known.get(key) is None:
        raise DataError(
            f"边界数据第 {position} 个要素没有属性「{key}」，只有 {'、'.join(map(str, known))}；请用 key= 指明地区代码的属性",
            f"feature {position} of the boundaries has no property “{key}”, only {', '.join(map(str, known))}; name the code in key=",
            code="043",
        )
    found = [[np.asarray(ring, dtype=float)[:, :2] for ring in polygon] for polygon in _polygons(feature, position)]
    found.sort(key=lambda polygon: -abs(area(polygon[0])))
    return Region(str(known[key]), str(known.get("name", known[key])), found)


def _polygons(feature: Mapping[str, Any], position: int) -> list[Any]:
    shape = feature.get("geometry") or {}
    if shape.get("type") == "Polygon":
        return [shape["coordinates"]]
    if shape.get("type") == "MultiPolygon":
        return list(shape["coordinates"])
    raise DataError(
        f"边界数据第 {position} 个要素是 {shape.get('type')}，地图只能画 Polygon 与 MultiPolygon",
        f"feature {position} of the boundaries is {shape.get('type')}; a map draws Polygon and MultiPolygon only",
        code="044",
    )


def touching(regions: Sequence[Region]) -> list[list[bool]]:
    """For each polygon of each region, whether it has a corner in common with another region."""
    polygons = [(number, polygon) for number, region in enumerate(regions) for polygon in region.polygons]
    sizes = [sum(len(ring) - 1 for ring in polygon) for _, polygon in polygons]
    owner = np.repeat([number for number, _ in polygons], sizes)
    corners = np.round(np.concatenate([ring[:-1] for _, polygon in polygons for ring in polygon]))
    _, corner = np.unique(corners, axis=0, return_inverse=True)
    corner = corner.ravel()
    owners = np.bincount(np.unique(np.column_stack([corner, owner]), axis=0)[:, 0])
    found = iter(np.logical_or.reduceat(owners[corner] > 1, np.cumsum([0, *sizes[:-1]])).tolist())
    return [[next(found) for _ in region.polygons] for region in regions]


def islands(regions: Sequence[Region]) -> list[Ring]:
    """Outlines of the polygons with water all around: those without a corner in common with another region.

    The main part of a region is none, however it lies, unless it is a reef: Hainan is drawn like every other province.
    """
    whole = extent(polygon[0] for region in regions for polygon in region.polygons)
    reef = _REEF * whole.width * whole.height
    return [
        polygon[0]
        for region, touches in zip(regions, touching(regions), strict=True)
        for number, (polygon, touched) in enumerate(zip(region.polygons, touches, strict=True))
        if not touched and (number or abs(area(polygon[0])) < reef)
    ]


def outline(regions: Sequence[Region]) -> list[Ring]:
    """The coast and outer border of all regions together: the runs of edges that only one polygon has."""
    rings = [np.round(ring) for region in regions for polygon in region.polygons for ring in polygon]
    edges = np.concatenate([np.column_stack([ring[:-1], ring[1:]]) for ring in rings])
    turned = (edges[:, 0] > edges[:, 2]) | ((edges[:, 0] == edges[:, 2]) & (edges[:, 1] > edges[:, 3]))
    edges[turned] = edges[turned][:, [2, 3, 0, 1]]
    _, edge, count = np.unique(edges, axis=0, return_inverse=True, return_counts=True)
    single = count[edge.ravel()] == 1
    runs, start = [], 0
    for ring in rings:
        own = np.flatnonzero(single[start : start + len(ring) - 1])
        start += len(ring) - 1
        pieces = np.split(own, np.flatnonzero(np.diff(own) > 1) + 1)
        runs += [ring[piece[0] : piece[-1] + 2] for piece in pieces if piece.size]
    return runs


def lines(geojson: Mapping[str, Any]) -> list[Ring]:
    """Every line string of a geometry, feature or collection."""
    if "features" in geojson:
        return [line for feature in geojson["features"] for line in lines(feature)]
    shape = geojson.get("geometry", geojson)
    parts = [shape["coordinates"]] if shape["type"] == "LineString" else shape["coordinates"]
    return [np.asarray(part, dtype=float)[:, :2] for part in parts]


def area(ring: Ring) -> float:
    """Signed area of a closed ring (shoelace), about its first point so that large coordinates lose nothing."""
    x, y = (ring - ring[0]).T
    return float(x[:-1] @ y[1:] - x[1:] @ y[:-1]) / 2


def extent(rings: Iterable[Ring]) -> Extent:
    """The smallest rectangle around all `rings`."""
    boxes = np.array([[*ring.min(axis=0), *ring.max(axis=0)] for ring in rings])
    return Extent(*(float(v) for v in (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0))))


def cut(polygon: Polygon, box: Extent) -> Polygon | None:
    """The part of `polygon` within `box`, None where nothing is; after Sutherland and Hodgman (1974)."""
    rings = [_cut_ring(ring, box) for ring in polygon]
    kept = [ring for ring in rings if ring is not None]
    return kept if rings[0] is not None else None


def _cut_ring(ring: Ring, box: Extent) -> Ring | None:
    if box.holds(extent([ring])):
        return ring
    points = ring[:-1]
    for axis, bound, sign in ((0, box.left, 1), (0, box.right, -1), (1, box.low, 1), (1, box.high, -1)):
        points = _half(points, axis, bound, sign)
        if len(points) < 3:
            return None
    return np.vstack([points, points[:1]])


def _half(points: Ring, axis: int, bound: float, sign: int) -> Ring:
    """The polygon's corners on the wanted side of one line, with those where its edges cross the line."""
    kept: list[Any] = []
    inside = sign * (points[:, axis] - bound) >= 0
    for here, there, here_in, there_in in zip(points, np.roll(points, -1, 0), inside, np.roll(inside, -1), strict=True):
        if here_in:
            kept.append(here)
        if here_in != there_in:
            kept.append(here + (there - here) * (bound - here[axis]) / (there[axis] - here[axis]))
    return np.array(kept).reshape(-1, 2)


def pixels(shapes: Sequence[Sequence[Polygon]], width: int, height: int) -> np.ndarray[Any, np.dtype[np.int32]]:
    """(height, width) the number of the shape that covers the middle of each cell, −1 for none; y grows downwards."""
    grid = np.full((height, width), -1, dtype=np.int32)
    middles = np.arange(width) + 0.5
    for number, polygons in enumerate(shapes):
        for polygon in polygons:
            for row, crossings in _crossings(polygon, height):
                inside = np.searchsorted(crossings, middles) % 2 == 1
                grid[row, inside] = number
    return grid


def _crossings(polygon: Polygon, height: int) -> Iterable[tuple[int, np.ndarray[Any, np.dtype[np.float64]]]]:
    """For each row that the polygon meets, the sorted x where its edges cross the row's middle."""
    start = np.concatenate([ring[:-1] for ring in polygon])
    end = np.concatenate([ring[1:] for ring in polygon])
    low, high = np.minimum(start[:, 1], end[:, 1]), np.maximum(start[:, 1], end[:, 1])
    first, last = max(0, math.floor(low.min())), min(height, math.ceil(high.max()))
    for row in range(first, last):
        y = row + 0.5
        met = (low <= y) & (y < high)
        if met.any():
            a, b = start[met], end[met]
            yield row, np.sort(a[:, 0] + (y - a[:, 1]) * (b[:, 0] - a[:, 0]) / (b[:, 1] - a[:, 1]))
