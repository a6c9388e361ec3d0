"""Boundaries: project, quantise, keep shared arcs, find neighbours."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from xinzhi.atlas.projection import forward

from .divisions import MAP_CODES

QUANTUM = 25.0  # metres; the source's own grid is about 150 m
FINE = 5.0  # for the provinces, whose source keeps rocks of a few metres


def decode(topology: dict[str, Any]) -> list[np.ndarray]:
    """The arcs of a TopoJSON topology as (points, 2) arrays of degrees."""
    scale, move = np.array(topology["transform"]["scale"]), np.array(topology["transform"]["translate"])
    return [np.cumsum(np.array(arc), axis=0) * scale + move for arc in topology["arcs"]]


def quantised(lonlat: np.ndarray, quantum: float) -> np.ndarray:
    """Degrees → whole quanta of projected metres."""
    return np.rint(forward(lonlat) / quantum).astype(int)


def distinct(points: np.ndarray) -> np.ndarray:
    """Without points that repeat the one before; at least two are kept."""
    keep = np.r_[True, np.any(np.diff(points, axis=0) != 0, axis=1)]
    return points[keep] if keep.sum() >= 2 else points[[0, -1]]


def delta(points: np.ndarray) -> list[list[int]]:
    return np.vstack([points[:1], np.diff(points, axis=0)]).tolist()


def topology(arcs: list[np.ndarray], shapes: list[dict[str, Any]], quantum: float) -> dict[str, Any]:
    return {
        "type": "Topology", "crs": "albers", "transform": {"scale": [quantum, quantum], "translate": [0, 0]},
        "objects": {"places": {"type": "GeometryCollection", "geometries": shapes}}, "arcs": [delta(a) for a in arcs],
    }  # fmt: skip


def write(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    path.write_bytes(gzip.compress(text, 9, mtime=0))


def from_topojson(source: Path) -> dict[str, Any]:
    """A given TopoJSON, projected; the arcs stay shared."""
    given = json.loads(source.read_text(encoding="utf-8"))
    (layer,) = given["objects"].values()
    arcs = [distinct(quantised(a, QUANTUM)) for a in decode(given)]
    shapes = []
    for g in layer["geometries"]:
        code = MAP_CODES.get(g["properties"]["adcode"], g["properties"]["adcode"])
        shapes.append({"type": g["type"], "id": code, "arcs": g["arcs"]})
    return topology(arcs, shapes, QUANTUM)


def from_geojson(source: Path) -> dict[str, Any]:
    """A given GeoJSON, projected; every ring is an arc of its own."""
    arcs: list[np.ndarray] = []
    shapes = []
    for feature in json.loads(source.read_text(encoding="utf-8"))["features"]:
        geometry = feature["geometry"]
        polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        drawn = []
        for rings in polygons:
            drawn.append([[len(arcs) + i] for i in range(len(rings))])
            arcs += [distinct(quantised(np.array(r)[:, :2], FINE)) for r in rings]
        shapes.append({"type": "MultiPolygon", "id": feature["properties"]["adcode"], "arcs": drawn})
    return topology(arcs, shapes, FINE)


def maritime(source: Path) -> list[list[list[float]]]:
    """The dashes in degrees, rounded to 1e-4."""
    return [
        [[round(x, 4), round(y, 4)] for x, y in dash]
        for dash in json.loads(source.read_text())["geometry"]["coordinates"]
    ]


def neighbours(source: Path, level: str, dissolve: int = 6) -> list[dict[str, Any]]:
    """Pairs that touch, from the arcs and points that shapes share; `dissolve` digits of the code make one place."""
    given = json.loads(source.read_text(encoding="utf-8"))
    (layer,) = given["objects"].values()
    at: dict[tuple[int, int], set[str]] = defaultdict(set)
    along: dict[int, set[str]] = defaultdict(set)
    points = [np.cumsum(np.array(a), axis=0) for a in given["arcs"]]
    for g in layer["geometries"]:
        code = MAP_CODES.get(g["properties"]["adcode"], g["properties"]["adcode"])
        place = code[:dissolve].ljust(6, "0")
        polygons = [g["arcs"]] if g["type"] == "Polygon" else g["arcs"]
        for index in {i if i >= 0 else ~i for polygon in polygons for ring in polygon for i in ring}:
            along[index].add(place)
            for x, y in points[index]:
                at[int(x), int(y)].add(place)
    rook = {frozenset((a, b)) for sharing in along.values() for a in sharing for b in sharing if a < b}
    queen = rook | {
        frozenset((a, b)) for sharing in at.values() if len(sharing) > 1 for a in sharing for b in sharing if a < b
    }
    pairs = sorted((*sorted(pair), pair in rook) for pair in queen)
    return [{"level": level, "a": a, "b": b, "rook": r} for a, b, r in pairs]
