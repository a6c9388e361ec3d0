"""Boundaries: project, quantise, keep shared arcs, find neighbours."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from xinzhi.atlas.projection import forward
from xinzhi.atlas.topology import shapes_of_topology

from .divisions import MAP_CODES

QUANTUM = 5.0  # metres; the source keeps rocks of a few metres


def decode(topology: dict[str, Any]) -> list[np.ndarray]:
    """The arcs of a TopoJSON topology as (points, 2) arrays of degrees."""
    scale, move = np.array(topology["transform"]["scale"]), np.array(topology["transform"]["translate"])
    return [np.cumsum(np.array(arc), axis=0) * scale + move for arc in topology["arcs"]]


def quantised(lonlat: np.ndarray) -> np.ndarray:
    """Degrees → whole quanta of projected metres."""
    return np.rint(forward(lonlat) / QUANTUM).astype(int)


def distinct(points: np.ndarray) -> np.ndarray:
    """Without points that repeat the one before; at least two are kept."""
    keep = np.r_[True, np.any(np.diff(points, axis=0) != 0, axis=1)]
    return points[keep] if keep.sum() >= 2 else points[[0, -1]]


def delta(points: np.ndarray) -> list[list[int]]:
    return np.vstack([points[:1], np.diff(points, axis=0)]).tolist()


def topology(arcs: list[np.ndarray], shapes: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "type": "Topology", "crs": "albers", "transform": {"scale": [QUANTUM, QUANTUM], "translate": [0, 0]},
        "objects": {"places": {"type": "GeometryCollection", "geometries": shapes}}, "arcs": [delta(a) for a in arcs],
    }  # fmt: skip


def write(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    path.write_bytes(gzip.compress(text, 9, mtime=0))


Polygons = list[list[list[list[float]]]]


def province_polygons(source: Path) -> dict[str, Polygons]:
    """Code → polygons in degrees of the given provinces, which have every island."""
    features = json.loads(source.read_text(encoding="utf-8"))["features"]
    return {
        f["properties"]["adcode"]: [f["geometry"]["coordinates"]] if f["geometry"]["type"] == "Polygon" else f["geometry"]["coordinates"]
        for f in features
    }  # fmt: skip


def offshore(provinces: dict[str, Polygons]) -> dict[str, Polygons]:
    """Places whose islands the finer files lack or thin out, with the polygons that the provinces have.

    Taiwan with the Diaoyu Islands; Sansha, whose Xisha district has Xisha and Zhongsha, Nansha district the south.
    """
    sansha = [p for p in provinces["460000"] if _middle(p)[1] < 17.6 or _middle(p)[0] > 112]
    north = [p for p in sansha if _middle(p)[1] >= 12.5]
    south = [p for p in sansha if _middle(p)[1] < 12.5]
    return {"710000": provinces["710000"], "460300": sansha, "460301": north, "460302": south}


def _middle(polygon: list[list[list[float]]]) -> np.ndarray:
    return np.mean(np.array(polygon[0])[:, :2], axis=0)


def completed(given: list[list[np.ndarray]], complete: Polygons) -> Polygons:
    """`complete`, and those of the given polygons that have none of it within about 15 km."""
    known = np.concatenate([np.array(p[0])[:, :2] for p in complete])
    alone = [p for p in given if min(np.abs(known - c).max(axis=1).min() for c in p[0]) > 0.15]
    return [*complete, *([r.tolist() for r in p] for p in alone)]


def ring_arcs(polygons: Polygons, arcs: list[np.ndarray]) -> list[list[list[int]]]:
    """Put every ring into `arcs` as an arc of its own and give back the polygons as arc indices."""
    drawn = []
    for rings in polygons:
        drawn.append([[len(arcs) + i] for i in range(len(rings))])
        arcs += [distinct(quantised(np.array(r)[:, :2])) for r in rings]
    return drawn


def from_topojson(source: Path, complete: dict[str, Polygons]) -> dict[str, Any]:
    """A given TopoJSON, projected; the arcs stay shared; the shapes in `complete` complete the given ones."""
    given = json.loads(source.read_text(encoding="utf-8"))
    (layer,) = given["objects"].values()
    arcs = [distinct(quantised(a)) for a in decode(given)]
    given_shapes = {g["properties"]["adcode"]: shape for g, shape in shapes_of_topology(given)}
    shapes = []
    for g in layer["geometries"]:
        code = MAP_CODES.get(g["properties"]["adcode"], g["properties"]["adcode"])
        if code in complete:
            drawn = ring_arcs(completed(given_shapes[g["properties"]["adcode"]], complete[code]), arcs)
            shapes.append({"type": "MultiPolygon", "id": code, "arcs": drawn})
        else:
            shapes.append({"type": g["type"], "id": code, "arcs": g["arcs"]})
    return topology(arcs, shapes)


def from_provinces(provinces: dict[str, Polygons]) -> dict[str, Any]:
    """The given provinces, projected; every ring is an arc of its own."""
    arcs: list[np.ndarray] = []
    shapes = [{"type": "MultiPolygon", "id": c, "arcs": ring_arcs(p, arcs)} for c, p in provinces.items()]
    return topology(arcs, shapes)


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
