"""Where the weight of the country lies and which way it moves: the face of centres and ellipses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from xinzhi.atlas import CHINA, map_option, shapes_for
from xinzhi.atlas import points as seats
from xinzhi.base.arrays import Array
from xinzhi.base.calls import command_line, python_line, unusual
from xinzhi.base.errors import DataError
from xinzhi.base.numbers import write_number
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text, language
from xinzhi.panel import Panel
from xinzhi.panel.balanced import balanced
from xinzhi.panel.bundled import bundled_name
from xinzhi.panel.labels import YEAR, measure_name, spanned, unit_of, with_unit
from xinzhi.space.centres import Ellipse, Scale, centre_path, ellipse
from xinzhi.space.weights.neighbours import placed

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


_READ_PATH = Text(
    "每点为一年的重心，按年份相连，红点为首末两年；横纵轴的度数跨度不同，距离以表中千米数为准。",
    "A dot is the centre of a year, joined in order, the first and the last in red; the two axes differ in scale, so distances are those of the table.",
)
_READ_MAP = Text(
    "虚线为首年、实线为末年的标准差椭圆，底色为末年数值；椭圆变小为集中，长轴为主要展布方向。",
    "Dashed: the ellipse of the first year, solid: of the last, over the figures of the last; a smaller ellipse is more concentrated, its longer axis the main direction.",
)


@dataclass(frozen=True)
class PathResult(Result):
    """The path of the centre of one figure, and its ellipses.

    frame     a row a year: year, lon, lat, moved (km from the year before), bearing, major, minor (km), angle (degrees
              clockwise from north), oblateness, area (10⁴ km²)
    net, net_bearing   kilometres and bearing from the first to the last centre
    ellipses  year → ellipse in projected metres
    last      region → the figure in the last year
    middle    latitude that the metres of places outside China are true at; NaN for China's Albers metres
    of, unit, panel, recipe
    """

    frame: pd.DataFrame
    net: float
    net_bearing: float
    ellipses: dict[int, Ellipse]
    last: dict[str, float]
    middle: float
    of: Text
    unit: Text
    panel: Panel
    recipe: Recipe

    def tables(self) -> dict[str, Table]:
        """`path`: centre, move and ellipse of each year."""
        return {
            "path": Table(
                self.frame,
                _COLUMNS,
                Text(
                    f"{self._span} 年{self.of.zh}的重心与标准差椭圆",
                    f"Centre and standard deviational ellipse of {self.of.en}, {self._span}",
                ),
                note=_READ,
            )
        }

    @property
    def _span(self) -> str:
        return spanned(int(self.frame["year"].iloc[0]), int(self.frame["year"].iloc[-1]))

    def summary(self, lang: Lang | None = None) -> str:
        """How far and which way the centre moved, and how the ellipse changed."""
        begin, end = self.frame.iloc[0], self.frame.iloc[-1]
        said: dict[str, Any] = {
            "first": int(begin["year"]), "last": int(end["year"]), "of": self.of,
            "a": _degrees(begin["lon"], "EW"), "b": _degrees(begin["lat"], "NS"),
            "c": _degrees(end["lon"], "EW"), "d": _degrees(end["lat"], "NS"),
            "angle": write_number(end["angle"], "number", 0), "major": write_number(end["major"], "number", 0), "minor": write_number(end["minor"], "number", 0),
        }  # fmt: skip
        parts = [
            Text("{last} 年{of}的重心在（{c}，{d}）。", "In {last} the centre of {of} was at {d} {c}.").fill(**said)
        ]
        if begin["year"] < end["year"]:
            parts = [self._moved(said)]
        parts.append(
            Text(
                "标准差椭圆{change}，{last} 年长半轴 {major} 千米、短半轴 {minor} 千米，长轴方位 {angle}°。",
                "The ellipse {change}; in {last} its semi-axes were {major} and {minor} km, the longer one at {angle}°.",
            ).fill(change=self._grown(begin, end), **said)
        )
        return ("" if (lang or language()) == "zh" else " ").join(part.say(lang) for part in parts)

    def _moved(self, said: dict[str, Any]) -> Text:
        if not np.isfinite(self.net_bearing):
            return Text(
                "{first} 至 {last} 年，{of}的重心没有移动。", "From {first} to {last} the centre of {of} stayed."
            ).fill(**said)
        return Text(
            "{first} 至 {last} 年，{of}的重心向{way}（方位 {bearing}°）移动 {km} 千米，由（{a}，{b}）至（{c}，{d}）。",
            "From {first} to {last} the centre of {of} moved {km} km {way} (bearing {bearing}°), from {b} {a} to {d} {c}.",
        ).fill(
            way=direction(self.net_bearing), bearing=write_number(self.net_bearing, "number", 0), km=write_number(self.net, "number", 1), **said
        )  # fmt: skip

    def _grown(self, begin: Any, end: Any) -> Text:
        if begin["year"] == end["year"]:
            return Text("见下图", "is on the map")
        share = write_number(abs(end["area"] / begin["area"] - 1), "share")
        if abs(end["area"] / begin["area"] - 1) < 0.01:
            return Text(f"面积大体未变（相差 {share}）", f"kept its size (within {share})")
        if end["area"] > begin["area"]:
            return Text(f"面积扩大 {share}，分布趋于分散", f"grew by {share}: more spread out")
        return Text(f"面积缩小 {share}，分布趋于集中", f"shrank by {share}: more concentrated")

    def reads(self) -> dict[str, Text]:
        """How to read the path and the map of ellipses."""
        return {"figure": _READ_PATH, "map": _READ_MAP}

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """The path of the centre in degrees, a point a year, joined in order."""
        from xinzhi.chart import scatter

        years = [str(int(y)) for y in self.frame["year"]]
        return scatter(
            years,
            self.frame["lon"].to_numpy(dtype=float),
            self.frame["lat"].to_numpy(dtype=float),
            x_axis=Text("经度（°E）", "longitude (°E)"),
            y_axis=Text("纬度（°N）", "latitude (°N)"),
            highlight=[years[0], years[-1]],
            path=True,
            title=Text(f"{self._span} 年{self.of.zh}重心的移动", f"Path of the centre of {self.of.en}, {self._span}"),
            lang=lang,
        )

    def map(self, lang: Lang | None = None) -> dict[str, Any] | None:
        """The ellipses of the first and the last year over the figure; None without boundaries in a known projection."""
        from xinzhi.chart import Stroke, classes

        shapes = shapes_for(self.panel.places, list(self.last))
        albers = shapes is not None and shapes.crs == "albers"
        if shapes is None or albers != np.isnan(self.middle) or shapes.crs not in ("albers", "lonlat"):
            return None
        years = sorted({min(self.ellipses), max(self.ellipses)})
        strokes = [
            Stroke(
                self._outline(year),
                Text(f"{year} 年标准差椭圆", f"ellipse of {year}"),
                "#c8452d" if year == years[-1] else "#1d2b36",
                dashed=year != years[-1],
            )
            for year in years
        ]
        return map_option(
            shapes,
            self.last,
            classes(list(self.last.values())),
            legend_title=with_unit(Text(f"{years[-1]} 年{self.of.zh}", f"{self.of.en}, {years[-1]}"), self.unit),
            overlay=strokes,
            lang=lang,
            title=Text(f"{self._span} 年{self.of.zh}的标准差椭圆", f"Ellipses of {self.of.en}, {self._span}"),
        )

    def _outline(self, year: int, points: int = 181) -> Array:
        """The ellipse as a ring (m, 2) in the units of the map."""
        found, turn = self.ellipses[year], np.linspace(0, 2 * np.pi, points)
        tilt = np.deg2rad(found.angle)
        along, across = np.array([np.sin(tilt), np.cos(tilt)]), np.array([np.cos(tilt), -np.sin(tilt)])
        ring: Array = (
            np.asarray(found.centre)
            + np.outer(np.cos(turn), found.axes[0] * along)
            + np.outer(np.sin(turn), found.axes[1] * across)
        )
        if np.isnan(self.middle):
            return ring
        return np.asarray(np.rad2deg(ring / (_RADIUS * np.array([np.cos(np.deg2rad(self.middle)), 1.0]))))


def _degrees(value: float, sides: str) -> str:
    """`114.80°E`, or `18.61°W` on the other side; `sides` are the two letters."""
    return f"{write_number(abs(value), 'number')}°{sides[0] if value >= 0 else sides[1]}"


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
        t, r = np.unravel_index(int(np.argmin(weights)), weights.shape)
        where, year = data.regions[int(r)], data.years[int(t)]
        raise DataError(
            f"{panel.places.label(where, 'zh')} {year} 年的 {of} 为 {weights.min():g}，负值不能作重心的权重；请检查数据或另选指标",
            f"{of} of {panel.places.label(where, 'en')} in {year} is {weights.min():g}; negative figures cannot weigh a centre: check the figure or choose another one",
            code="865",
        )
    places = seats(list(data.regions), panel.places)
    lonlat = places[["lon", "lat"]].to_numpy(dtype=float)
    found = centre_path(lonlat, weights)
    china = panel.places.name == "china"
    middle = float("nan") if china else float(lonlat[:, 1].mean())
    metres: Array = CHINA.forward(lonlat) if china else _local_metres(lonlat, middle)
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
    chosen = unusual(path, {"scale": scale, **data.asked})
    return PathResult(
        pd.DataFrame(rows),
        found.net,
        found.net_bearing,
        ellipses,
        dict(zip(data.regions, weights[-1].tolist(), strict=True)),
        middle,
        measure_name(panel, of),
        unit_of(panel, of),
        panel,
        Recipe(
            method="xinzhi.space.path",
            title=Text("重心与标准差椭圆", "centre and standard deviational ellipse"),
            parameters={"of": of, "scale": scale, "years": list(data.years)},
            formula="centre = Σ w·(lon, lat)/Σw; covariance Σ w·dx·dx'/Σw on Albers metres; semi-axes = scale·√eigenvalue",
            sources=("Lefever (1926), American Journal of Sociology 32", "Yuill (1971), Geografiska Annaler B 53"),
            data={panel.name: panel.hash},
            assumptions=(*data.assumptions, Text("各地区以政府驻地为代表点（没有驻地坐标者取最大面块内一点）", "regions lie at their seat of government, else at a point inside")),
            python=python_line("space.path", (of,), chosen),
            cli=command_line("space --what centre", (of,), chosen, ("years",), bundled_name(panel)),
        ),
    )  # fmt: skip


def _local_metres(lonlat: Array, middle: float) -> Array:
    """Equirectangular metres around the middle latitude, for lists of places outside China's projection."""
    return np.asarray(np.deg2rad(lonlat) * _RADIUS * np.array([np.cos(np.deg2rad(middle)), 1.0]))


_RADIUS = 6371008.8
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
