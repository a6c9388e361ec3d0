"""Where the centre of a distribution lies, how it is stretched, and how it moves over the years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.atlas import EARTH_RADIUS
from xinzhi.base.arrays import Array, finite, same_length, shares
from xinzhi.base.errors import ComputationError, DataError, unknown
from xinzhi.base.text import Text

Scale = Literal["population", "sqrt2", "yuill"]


@dataclass(frozen=True)
class Ellipse:
    """A standard deviational ellipse.

    centre      (2,) weighted mean centre, unit of the coordinates
    axes        (2,) semi-major and semi-minor axis
    angle       of the major axis, degrees clockwise from north (the y axis), in [0, 180)
    area        π·a·b
    distance    standard distance √trace of the covariance, whatever the scale; over n − 2 under yuill
    scale       which multiple of the standard deviation the axes are
    """

    centre: Array
    axes: Array
    angle: float
    area: float
    distance: float
    scale: str

    @property
    def eccentricity(self) -> float:
        """√(1 − (b/a)²): 0 for a circle."""
        return float(np.sqrt(max(0.0, 1 - (self.axes[1] / self.axes[0]) ** 2)))

    @property
    def oblateness(self) -> float:
        """1 − b/a: 0 for a circle."""
        return float(1 - self.axes[1] / self.axes[0])

    def outline(self, points: int = 73) -> Array:
        """Points (points, 2) along the ellipse, closed."""
        t = np.linspace(0, 2 * np.pi, points)
        turn = np.deg2rad(90 - self.angle)
        along, across = self.axes[0] * np.cos(t), self.axes[1] * np.sin(t)
        x = along * np.cos(turn) - across * np.sin(turn)
        y = along * np.sin(turn) + across * np.cos(turn)
        return np.column_stack([x, y]) + self.centre


def ellipse(xy: ArrayLike, weight: ArrayLike | None = None, scale: Scale = "population") -> Ellipse:
    """The standard deviational ellipse of places `xy` (n, 2), x east and y north, weighted by (n,).

    scale  population: the axes are the standard deviations along the principal axes, covariance Σw·dx·dx'/Σw (covers 39 % of
           a normal cloud); sqrt2: times √2 (63 %); yuill: times √(2n/(n − 2)), which CrimeStat uses, unweighted only

    Coordinates must be projected: a degree of longitude is not a degree of latitude. Weights enter as shares, so their unit
    never matters. Source: Lefever (1926); Yuill (1971).
    """
    points = finite(xy, "xy", 2)
    if points.shape[1] != 2:
        raise DataError(
            f"xy 应为 (n, 2) 坐标，实为 {points.shape}",
            f"xy must be (n, 2) coordinates, it is {points.shape}",
            code="820",
        )
    n = points.shape[0]
    w = np.full(n, 1 / n) if weight is None else shares(weight, "weight", n)
    if scale == "yuill" and n < 3:
        raise DataError(
            "yuill 尺度（n−2）至少需要 3 个点；请用 population 或 sqrt2",
            "the yuill scale (n − 2) needs at least 3 points; use population or sqrt2",
            code="823",
        )
    factors = {"population": 1.0, "sqrt2": np.sqrt(2.0), "yuill": np.sqrt(2 * n / max(n - 2, 1))}
    if scale not in factors:
        raise unknown(Text("椭圆尺度", "ellipse scale"), str(scale), factors)
    if scale == "yuill" and weight is not None:
        raise DataError(
            "yuill 尺度（n−2）只适用于不加权的点；加权请用 population 或 sqrt2",
            "the yuill scale (n − 2) is for unweighted points; use population or sqrt2 with weights",
            code="821",
        )
    centre = w @ points
    offset = points - centre
    covariance = offset.T @ (offset * w[:, None])
    values, vectors = np.linalg.eigh(covariance)
    if values[1] <= 0:
        raise ComputationError(
            "所有（权重大于 0 的）点重合，椭圆没有定义；请增加地区",
            "all places (with weight) coincide, so there is no ellipse; take more places",
            code="822",
        )
    major = vectors[:, 1]
    angle = float(np.rad2deg(np.arctan2(major[0], major[1])) % 180)
    axes = float(factors[scale]) * np.sqrt(np.maximum(values[::-1], 0.0))
    distance = float(np.sqrt(values.sum() * (n / (n - 2) if scale == "yuill" else 1.0)))
    return Ellipse(
        centre, axes, 0.0 if np.isclose(angle, 180) else angle, float(np.pi * axes.prod()), distance, str(scale)
    )


@dataclass(frozen=True)
class CentrePath:
    """The path of a weighted centre.

    centres   (T, 2) longitude and latitude, degrees
    moved     (T−1,) kilometres moved along the great circle from one period to the next
    bearing   (T−1,) initial bearing of the move, degrees clockwise from north in [0, 360); NaN where nothing moved
    net       kilometres from the first to the last centre
    net_bearing
    """

    centres: Array
    moved: Array
    bearing: Array
    net: float
    net_bearing: float


def centre_path(lonlat: ArrayLike, weights: ArrayLike) -> CentrePath:
    """The weighted centre of places `lonlat` (n, 2, degrees) for weights (T, n), and how it moves.

    The centre is the weighted mean of longitudes and latitudes, as the literature computes it; distances and bearings are
    on a sphere of mean radius 6371.0088 km.
    """
    places, w = finite(lonlat, "lonlat", 2), finite(weights, "weights", 2)
    same_length(w.shape[1], "lonlat", places)
    off = np.flatnonzero((np.abs(places[:, 0]) > 180) | (np.abs(places[:, -1]) > 90)) if places.shape[1] == 2 else [0]
    if len(off):
        raise DataError(
            f"lonlat 第 {off[0]} 行为 {places[off[0]]}，不是经度、纬度（度）；投影坐标请先换回经纬度",
            f"row {off[0]} of lonlat is {places[off[0]]}, not longitude and latitude in degrees; turn projected coordinates back first",
            code="824",
        )
    centres = np.stack([shares(row, "weights", places.shape[0]) @ places for row in w])
    moved, bearing = travel(centres[:-1], centres[1:])
    net, net_bearing = travel(centres[:1], centres[-1:])
    return CentrePath(centres, moved, bearing, float(net[0]), float(net_bearing[0]))


def travel(start: Array, end: Array) -> tuple[Array, Array]:
    """Great-circle kilometres and initial bearings (n,) between points (n, 2) given as longitude and latitude in degrees."""
    (lon1, lat1), (lon2, lat2) = np.deg2rad(start).T, np.deg2rad(end).T
    east = lon2 - lon1
    half = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin(east / 2) ** 2
    distance = 2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    x = np.sin(east) * np.cos(lat2)
    y = np.cos(lat1) * np.sin(lat2) - np.sin(lat1) * np.cos(lat2) * np.cos(east)
    bearing = np.rad2deg(np.arctan2(x, y)) % 360
    return distance, np.where(distance > 0, bearing, np.nan)
