"""Who touches whom, and how far apart places are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from xinzhi.atlas import store
from xinzhi.atlas.boundaries import Boundaries
from xinzhi.base.arrays import Array, finite
from xinzhi.base.errors import DataError, UsageError, unknown
from xinzhi.base.text import Text

if TYPE_CHECKING:
    import pandas as pd
    from scipy.sparse import csr_array

    from xinzhi.atlas.places import Places

Rule = Literal["queen", "rook"]
EARTH_RADIUS = 6371.0088  # mean radius, km (IUGG)
_STRAIT = {"province": ("440000", "460000"), "prefecture": ("440800", "460100"), "county": ("440825", "460105")}
_ORDER = ("province", "prefecture", "county")


@lru_cache(maxsize=6)
def _pairs(level: str, rule: Rule) -> frozenset[tuple[str, str]]:
    table = store.table("neighbours")
    table = table[table["level"] == level]
    if rule == "rook":
        table = table[table["rook"]]
    return frozenset(zip(table["a"], table["b"], strict=True))


def touching(shapes: Boundaries, rule: Rule = "queen") -> set[tuple[str, str]]:
    """Pairs of shapes that share a vertex (queen) or an edge (rook), compared at a 1e-7 of the extent.

    The shapes must be topologically clean: borders drawn twice along different vertices do not touch.
    """
    extent = shapes.extent
    grain = max(extent.right - extent.left, extent.top - extent.bottom) * 1e-7 or 1.0
    at: dict[object, set[str]] = defaultdict(set)
    for code, shape in shapes.shapes.items():
        for polygon in shape:
            for ring in polygon:
                points = [tuple(p) for p in np.rint(ring / grain).astype(np.int64).tolist()]
                keys: Iterable[object] = points if rule == "queen" else (frozenset(e) for e in pairwise(points))
                for k in keys:
                    at[k].add(code)
    return {(a, b) for sharing in at.values() if len(sharing) > 1 for a in sharing for b in sharing if a < b}


def contiguity(
    codes: Sequence[str],
    rule: Rule = "queen",
    *,
    hainan_touches_guangdong: bool = False,
    boundaries: Boundaries | None = None,
    places: Places | None = None,
) -> csr_array:
    """(n, n) sparse 0/1 matrix: 1 where two places touch, in the order of `codes`; symmetric, diagonal zero.

    rule                      `queen` a shared point, `rook` a shared stretch of border
    hainan_touches_guangdong  join Hainan and Guangdong (Haikou and Zhanjiang, Xiuying and Xuwen) across the strait
    boundaries                shapes to read contiguity from; China's divisions come from bundled pairs

    The codes must be of one level. Places without neighbours are islands: `islands` names them.
    """
    from scipy.sparse import csr_array as csr

    if rule not in ("queen", "rook"):
        raise unknown(Text("邻接规则", "rule"), rule, ("queen", "rook"), code="216")
    asked = _once(codes)
    shapes = boundaries or (places.shapes if places is not None else None)
    if shapes is not None:
        pairs, known = touching(shapes, rule), set(shapes.codes)
        at = {c: i for i, c in enumerate(asked)}
        _known(asked, known)
    else:
        level, now = _one_level(asked)
        pairs = set(_pairs(level, rule))
        if hainan_touches_guangdong:
            pairs.add(_STRAIT[level])
        at = {c: i for i, c in enumerate(now)}
    edges = np.array([(at[a], at[b]) for a, b in pairs if a in at and b in at], dtype=int).reshape(-1, 2)
    both = np.concatenate([edges, edges[:, ::-1]])
    return csr((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=(len(asked), len(asked)))


def islands(matrix: csr_array, codes: Sequence[str]) -> list[str]:
    """The codes that have no neighbour in a contiguity matrix."""
    return [c for c, n in zip(codes, np.asarray(matrix.sum(axis=1)).ravel(), strict=True) if n == 0]


def _once(codes: Sequence[str]) -> list[str]:
    """The codes as texts, refused where there is none or one stands twice."""
    asked = [str(c) for c in codes]
    if not asked:
        raise DataError("没有给出任何地区代码", "no region code was given", code="227")
    twice = sorted({c for c in asked if asked.count(c) > 1}) if len(set(asked)) < len(asked) else []
    if twice:
        raise DataError(
            f"地区代码 {'、'.join(twice[:6])} 出现不止一次；每个地区只能出现一次",
            f"the region codes {', '.join(twice[:6])} stand more than once; a place can stand once",
            code="218",
        )
    return asked


def _known(codes: Sequence[str], known: Iterable[str]) -> None:
    pool = set(known)
    absent = [c for c in codes if c not in pool]
    if absent:
        raise DataError(
            f"{len(absent)} 个地区没有边界：{'、'.join(absent[:6])}；请去掉它们或换用含有它们的边界",
            f"{len(absent)} places have no boundary: {', '.join(absent[:6])}; drop them or give boundaries that hold them",
            code="217",
        )


def _one_level(codes: Sequence[str]) -> tuple[str, list[str]]:
    """The level at which all codes count, and the codes in force, earlier ones turned into what they are now."""
    from xinzhi.atlas.boundaries import boundaries
    from xinzhi.atlas.china import china

    index = china().index
    now = [present_code(c) for c in codes]
    if len(set(now)) < len(now):
        twice = sorted({a for a, b in zip(codes, now, strict=True) if now.count(b) > 1})
        raise DataError(
            f"{'、'.join(twice[:6])} 是同一地区的代码；每个地区只能出现一次",
            f"{', '.join(twice[:6])} are codes of the same place; a place can stand once",
            code="218",
        )
    for level in _ORDER:
        if all(level in index.levels.get(c, ()) for c in now):
            _known(now, boundaries(level).codes)
            return level, now
    _known(now, {c for level in _ORDER for c in boundaries(level).codes})
    raise UsageError(
        "所给代码不属于同一层级；邻接矩阵只能在一个层级内计算",
        "the codes are of different levels; contiguity is within one level",
        code="219",
    )


def locatable(codes: Sequence[str], places: Places | None = None) -> list[str]:
    """Those of `codes` that stand for a place of their own with a boundary, all of one level.

    Abolished codes go, second codes of one place, and those that do not count at the level at which most do. For a list of
    places of its own, those that its boundaries hold.
    """
    from xinzhi.atlas.boundaries import boundaries
    from xinzhi.atlas.china import china

    if places is not None and (places.shapes is not None or places.name != "china"):
        held = set(places.boundaries().codes)
        return [c for c in codes if c in held]
    now = {code: present_code(code) for code in codes}
    levels = china().index.levels
    known = {level: set(boundaries(level).codes) for level in _ORDER}
    at = {level: [c for c in codes if level in levels.get(now[c], ()) and now[c] in known[level]] for level in _ORDER}
    first_of = {now[code]: code for code in reversed(max(at.values(), key=len))}
    kept = set(first_of.values())
    return [c for c in codes if c in kept]


def present_code(code: str) -> str:
    """The present code of a place that was recoded; other codes as they are."""
    from xinzhi.atlas.china import china

    if code in china().frame.index:
        return code
    ways = china().index.ways.get(code, [])
    return ways[0].code if len(ways) == 1 else code


def points(codes: Sequence[str], places: Places | None = None) -> pd.DataFrame:
    """Where each place is taken to lie: `lon`, `lat`, `kind` by code.

    kind `seat`: the seat of its government (the capital of a province); `inside`: a point inside its largest polygon,
    where no seat is known.
    """
    import pandas as pd

    from xinzhi.atlas.china import china

    asked = [str(c) for c in codes]
    if places is not None and places.name != "china":
        inner = _own_points(places, asked)
        return inner.assign(kind="inside")
    frame = china().frame
    now = [present_code(code) for code in asked]
    _known(now, frame.index)
    seats = frame.loc[now, ["lon", "lat"]].to_numpy(dtype=float, copy=True)
    kinds = np.where(np.isnan(seats[:, 0]), "inside", "seat")
    for i in np.flatnonzero(np.isnan(seats[:, 0])):
        seats[i] = _inside(now[i], str(frame.at[now[i], "level"]))
    return pd.DataFrame({"lon": seats[:, 0], "lat": seats[:, 1], "kind": kinds}, index=pd.Index(asked, name="code"))


def _inside(code: str, level: str) -> tuple[float, float]:
    from xinzhi.atlas.boundaries import LEVELS, boundaries

    shapes = boundaries(level if level in LEVELS else "province")
    _known([code], shapes.codes)
    lon, lat = (float(v) for v in shapes.centroids.loc[code].to_numpy(dtype=float))
    return lon, lat


def _own_points(places: Places, codes: Sequence[str]) -> pd.DataFrame:
    shapes = places.boundaries()
    _known(codes, shapes.codes)
    return shapes.restrict(codes).lonlat().centroids


def great_circle(lonlat: Array) -> Array:
    """(n, n) great-circle distances in km between points (n, 2) in degrees, on a sphere of the Earth's mean radius.

    Haversine formula (Sinnott, 1984), exact for near and far points alike.
    """
    lon, lat = np.radians(finite(lonlat, "lonlat", 2)).T
    inner = (
        np.sin((lat[:, None] - lat) / 2) ** 2
        + np.cos(lat)[:, None] * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    )
    return np.asarray(2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.clip(inner, 0.0, 1.0))))


def distances(
    codes: Sequence[str], places: Places | None = None, *, between: Literal["seats", "centroids"] = "seats"
) -> Array:
    """(n, n) great-circle distances in km, in the order of `codes` (mean Earth radius 6371.0088 km).

    between  `seats`: seats of government where known, else a point inside (`points` says which); `centroids`: always a
             point inside the largest polygon
    """
    if between not in ("seats", "centroids"):
        raise unknown(Text("距离起讫点", "end points"), between, ("seats", "centroids"), code="216")
    if between == "seats" or (places is not None and places.name != "china"):
        where = points(codes, places)[["lon", "lat"]].to_numpy()
    else:
        from xinzhi.atlas.boundaries import boundaries

        level, now = _one_level([str(c) for c in codes])
        where = boundaries(level).centroids.loc[now].to_numpy()
    return great_circle(where)
