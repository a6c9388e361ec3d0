"""Albers equal-area conic projection on the WGS 84 ellipsoid, both ways.

China's usual parameters: standard parallels 25°N and 47°N, central meridian 105°E, origin of northing at the equator,
metres. Source: Snyder, Map Projections — A Working Manual (USGS 1395, 1987), equations 14-1 to 14-21 and 3-12, 3-16.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array, finite


@dataclass(frozen=True)
class Albers:
    """An Albers projection.

    south, north  standard parallels, degrees
    meridian      central meridian, degrees
    origin        latitude at which the northing is 0, degrees
    radius        equatorial radius, metres
    eccentricity  first eccentricity of the ellipsoid, 0 for a sphere
    """

    south: float = 25.0
    north: float = 47.0
    meridian: float = 105.0
    origin: float = 0.0
    radius: float = 6378137.0
    eccentricity: float = 0.0818191908426215

    def _q(self, latitude: Array) -> Array:
        """Snyder (3-12): the authalic quantity q."""
        e, sine = self.eccentricity, np.sin(latitude)
        if e == 0:
            return np.asarray(2 * sine)
        inner = sine / (1 - (e * sine) ** 2) - np.log((1 - e * sine) / (1 + e * sine)) / (2 * e)
        return np.asarray((1 - e * e) * inner)

    def _constants(self) -> tuple[float, float, float]:
        """n, C and ρ₀ of Snyder (14-14), (14-13), (14-12a)."""
        parallels = np.radians([self.south, self.north, self.origin])
        m = np.cos(parallels) / np.sqrt(1 - (self.eccentricity * np.sin(parallels)) ** 2)
        q = self._q(parallels)
        n = (m[0] ** 2 - m[1] ** 2) / (q[1] - q[0])
        c = m[0] ** 2 + n * q[0]
        return float(n), float(c), float(self.radius * np.sqrt(c - n * q[2]) / n)

    def forward(self, lonlat: ArrayLike) -> Array:
        """Degrees (points, 2) longitude, latitude → metres (points, 2) easting, northing."""
        given = finite(lonlat, "lonlat", 2)
        n, c, rho0 = self._constants()
        rho = self.radius * np.sqrt(c - n * self._q(np.radians(given[:, 1]))) / n
        theta = n * np.radians(given[:, 0] - self.meridian)
        return np.column_stack([rho * np.sin(theta), rho0 - rho * np.cos(theta)])

    def inverse(self, xy: ArrayLike) -> Array:
        """Metres (points, 2) → degrees (points, 2); Snyder (14-9) to (14-11), latitude by the iteration (3-16)."""
        given = finite(xy, "xy", 2)
        n, c, rho0 = self._constants()
        down = rho0 - given[:, 1]
        rho = np.hypot(given[:, 0], down)
        longitude = self.meridian + np.degrees(np.arctan2(given[:, 0], down) / n)
        return np.column_stack([longitude, np.degrees(self._latitude((c - (rho * n / self.radius) ** 2) / n))])

    def _latitude(self, q: Array) -> Array:
        phi = np.arcsin(np.clip(q / 2, -1.0, 1.0))
        e = self.eccentricity
        for _ in range(8 if e else 0):  # converges to 1e-15 radians in five steps at these latitudes
            sine = np.sin(phi)
            flat = 1 - (e * sine) ** 2
            gap = q / (1 - e * e) - sine / flat + np.log((1 - e * sine) / (1 + e * sine)) / (2 * e)
            phi = phi + flat**2 / (2 * np.cos(phi)) * gap
        return np.asarray(phi)


CHINA = Albers()


def forward(lonlat: ArrayLike) -> Array:
    """Degrees → metres in China's usual Albers projection."""
    return CHINA.forward(lonlat)


def inverse(xy: ArrayLike) -> Array:
    """Metres in China's usual Albers projection → degrees."""
    return CHINA.inverse(xy)
