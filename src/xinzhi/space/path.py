"""Where the weight of the country lies and which way it moves: the face of centres and ellipses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from xinzhi.atlas import CHINA
from xinzhi.atlas import points as seats
from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError
from xinzhi.base.numbers import write_number
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text
from xinzhi.panel import Panel
from xinzhi.panel.balanced import balanced
from xinzhi.panel.labels import YEAR, measure_name
from xinzhi.space.centres import Ellipse, Scale, centre_path, ellipse
from xinzhi.space.neighbours import placed

DIRECTIONS = (
    Text("北", "north"),
    Text("东北", "north-east"),
    Text("东", "east"),
    Text("东南", "south-east"),
    Text("南", "south"),
    Text("西南", "south-west"),
    Text("西", "west"),
    Text("西北", "north-west"),
)
_READ = Text(
    "重心为各地区所在地经纬度的加权平均；移动距离沿大圆计算，方位角自正北顺时针。椭圆长轴为主要展布方向，扁率越大方向性越强。",
    "The centre is the weighted mean of longitudes and latitudes; moves are along great circles, bearings clockwise from north. The major axis is the main direction; more oblate means more directional.",
)


@dataclass(frozen=True)
class PathResult(Result):
    """The path of the centre of one figure, and its ellipses.

    frame     a row a year: year, lon, lat, moved (km from the year before), bearing, major, minor (km), angle (degrees
              clockwise from north), oblateness, area (10⁴ km²)
    net, net_bearing   kilometres and bearing from the first to the last centre
    ellipses  year → ellipse in projected metres
    of, recipe
    """

    frame: pd.DataFrame
    net: float
    net_bearing: float
    ellipses: dict[int, Ellipse]
    of: Text
    recipe: Recipe

    def tables(self) -> dict[str, Table]:
        """`path`: centre, move and ellipse of each year."""
        first, last = int(self.frame["year"].iloc[0]), int(self.frame["year"].iloc[-1])
        return {
            "path": Table(
                self.frame,
                _COLUMNS,
                Text(
                    f"{first}–{last} 年{self.of.zh}的重心与标准差椭圆",
                    f"Centre and standard deviational ellipse of {self.of.en}, {first}–{last}",
                ),
                note=_READ,
            )
        }

    def summary(self, lang: Lang | None = None) -> str:
        """How far and which way the centre moved, and how the ellipse changed."""
        begin, end = self.frame.iloc[0], self.frame.iloc[-1]
        return (
            Text(
                "{first} 至 {last} 年，{of}的重心向{way}移动 {km} 千米，由（{a}°E, {b}°N）至（{c}°E, {d}°N）；标准差椭圆面积{change} {share}。",
                "From {first} to {last} the centre of {of} moved {km} km {way}, from {b}°N {a}°E to {d}°N {c}°E; the area of the ellipse {change} by {share}.",
            )
            .fill(
                first=int(begin["year"]),
                last=int(end["year"]),
                of=self.of,
                way=direction(self.net_bearing),
                km=write_number(self.net, "number", 1),
                a=write_number(begin["lon"], "number"),
                b=write_number(begin["lat"], "number"),
                c=write_number(end["lon"], "number"),
                d=write_number(end["lat"], "number"),
                change=Text("扩大", "grew") if end["area"] > begin["area"] else Text("缩小", "shrank"),
                share=write_number(abs(end["area"] / begin["area"] - 1), "share"),
            )
            .say(lang)
        )

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """The path of the centre in degrees, a point a year."""
        from xinzhi.chart import scatter

        years = [str(int(y)) for y in self.frame["year"]]
        return scatter(
            years,
            self.frame["lon"].to_numpy(dtype=float),
            self.frame["lat"].to_numpy(dtype=float),
            x_axis=Text("经度（°E）", "longitude (°E)"),
            y_axis=Text("纬度（°N）", "latitude (°N)"),
            highlight=[years[0], years[-1]],
            title=Text(f"{self.of.zh}重心的移动", f"Path of the centre of {self.of.en}"),
            lang=lang,
        )


def direction(bearing: float) -> Text:
    """The name of a bearing in eight directions; “—” where nothing moved."""
    return Text("—", "—") if np.isnan(bearing) else DIRECTIONS[round(bearing / 45) % 8]


def path(
    panel: Panel,
    of: str,
    *,
    scale: Scale = "sqrt2",
    years: Iterable[int] | None = None,
    regions: Iterable[str] | None = None,
) -> PathResult:
    """The centre of `of` over the years, and its standard deviational ellipse.

    of     an indicator or formula ≥ 0 that can be added up over regions (a total, not a ratio)
    scale  of the ellipse: sqrt2 covers 63 % of a normal cloud, as GIS programs draw it; population covers 39 %

    Regions lie at their seat of government. Ellipses are computed on the Albers projection (metres), never in degrees.
    """
    data = placed(panel, balanced(panel, [of], years, regions))
    weights = data[of]
    if (weights < 0).any():
        raise DataError(
            f"{of} 有负值，不能作重心的权重", f"{of} has negative values and cannot weigh a centre", code="865"
        )
    places = seats(list(data.regions), panel.places)
    lonlat = places[["lon", "lat"]].to_numpy(dtype=float)
    found = centre_path(lonlat, weights)
    metres: Array = CHINA.forward(lonlat) if panel.places.name == "china" else _local_metres(lonlat)
    ellipses = {year: ellipse(metres, w, scale) for year, w in zip(data.years, weights, strict=True)}
    rows = [
        {
            "year": year,
            "lon": found.centres[t, 0],
            "lat": found.centres[t, 1],
            "moved": found.moved[t - 1] if t else np.nan,
            "bearing": found.bearing[t - 1] if t else np.nan,
            "major": each.axes[0] / 1000,
            "minor": each.axes[1] / 1000,
            "angle": each.angle,
            "oblateness": each.oblateness,
            "area": each.area / 1e10,
        }
        for t, (year, each) in enumerate(ellipses.items())
    ]
    return PathResult(
        pd.DataFrame(rows),
        found.net,
        found.net_bearing,
        ellipses,
        measure_name(panel, of),
        Recipe(
            method="xinzhi.space.path",
            title=Text("重心与标准差椭圆", "centre and standard deviational ellipse"),
            parameters={"of": of, "scale": scale, "years": list(data.years)},
            formula="centre = Σ w·(lon, lat)/Σw; covariance Σ w·dx·dx'/Σw on Albers metres; semi-axes = scale·√eigenvalue",
            sources=("Lefever (1926), American Journal of Sociology 32", "Yuill (1971), Geografiska Annaler B 53"),
            data={panel.name: panel.hash},
            assumptions=(*data.assumptions, Text("各地区以政府驻地为代表点（没有驻地坐标者取最大面块内一点）", "regions lie at their seat of government, else at a point inside")),
            python=f"xinzhi.space.path(panel, {of!r})",
            cli=f"xinzhi space {of!r} --what centre",
        ),
    )  # fmt: skip


def _local_metres(lonlat: Array) -> Array:
    """Equirectangular metres around the middle latitude, for lists of places outside China's projection."""
    middle = np.deg2rad(lonlat[:, 1].mean())
    return np.asarray(np.deg2rad(lonlat) * 6371008.8 * np.array([np.cos(middle), 1.0]))


_COLUMNS = (
    YEAR,
    Column("lon", Text("经度", "longitude"), Text("°E", "°E"), style="number", digits=3),
    Column("lat", Text("纬度", "latitude"), Text("°N", "°N"), style="number", digits=3),
    Column("moved", Text("移动", "moved"), Text("千米", "km"), style="number", digits=1),
    Column("bearing", Text("方位角", "bearing"), Text("°", "°"), style="number", digits=0),
    Column("major", Text("长半轴", "semi-major"), Text("千米", "km"), style="number", digits=0),
    Column("minor", Text("短半轴", "semi-minor"), Text("千米", "km"), style="number", digits=0),
    Column("angle", Text("长轴方向", "angle"), Text("°", "°"), style="number", digits=1),
    Column("oblateness", Text("扁率", "oblateness"), style="number", digits=3),
    Column("area", Text("面积", "area"), Text("万平方千米", "10⁴ km²"), style="number", digits=1),
)
