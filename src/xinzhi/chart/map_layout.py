"""How a map lies on its sheet: the scale, the inset that covers no island, and the room for the legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from xinzhi.chart.geometry import Extent, Polygon, Region, Ring, area, extent, touching

_GAP = 8
_MAIN_ISLAND = 2e-3  # of the inset's area; a smaller island in the inset need not be on the main map
_INSET_SHARE = 0.165  # of the map's width


@dataclass(frozen=True)
class Layout:
    """Where everything lies, in pixels from the top left of the sheet."""

    frame: Extent  # what the main map shows, in map units
    scale: float  # pixels for one map unit
    left: float
    top: float
    inset: Extent | None  # what the inset shows, in map units
    inset_left: float
    inset_top: float
    inset_width: float
    legend_top: float
    height: float  # of map, inset and legend together

    @property
    def inset_height(self) -> float:
        """Pixels; the inset keeps its proportions."""
        return self.inset_width * self.inset.height / self.inset.width if self.inset else 0.0

    @property
    def inset_box(self) -> tuple[float, float, float, float]:
        """The inset's left, top, right and bottom."""
        return (
            self.inset_left,
            self.inset_top,
            self.inset_left + self.inset_width,
            self.inset_top + self.inset_height,
        )

    def pixels(self, ring: Ring) -> Ring:
        """Points of the main map in pixels, y downwards."""
        return np.column_stack(
            [
                self.left + (ring[:, 0] - self.frame.left) * self.scale,
                self.top + (self.frame.high - ring[:, 1]) * self.scale,
            ]
        )

    def units(self, x: float, y: float) -> list[float]:
        """A point of the sheet in map units."""
        return [self.frame.left + (x - self.left) / self.scale, self.frame.high - (y - self.top) / self.scale]


def frame_of(regions: Sequence[Region], dashes: Sequence[Ring], inset: Extent | None) -> Extent:
    """What the main map shows: all that the inset does not hold, and of that what touches another region or is large."""
    rings = [polygon[0] for region in regions for polygon in region.polygons]
    if inset is None:
        return extent([*rings, *dashes])
    joined = [touched for touches in touching(regions) for touched in touches]
    large = inset.width * inset.height * _MAIN_ISLAND
    kept = [
        ring
        for ring, touched in zip(rings, joined, strict=True)
        if touched or abs(area(ring)) > large or not inset.holds(extent([ring]))
    ]
    return extent([*kept, *(dash for dash in dashes if not inset.holds(extent([dash])))] or rings)


def in_frame(polygons: Sequence[Polygon], frame: Extent) -> list[Polygon]:
    """The polygons that the main map draws."""
    return [polygon for polygon in polygons if frame.touches(extent(polygon[:1]))]


def lay_out(
    frame: Extent,
    rings: Sequence[Ring],
    inset: Extent | None,
    *,
    left: float,
    top: float,
    width: float,
    height: float | None,
    legend: tuple[float, float],
) -> Layout:
    """The largest map that fits, above the legend (width, height in pixels) at the left and the inset at the right.

    rings  everything the main map draws, in map units: neither inset nor legend may cover any of it
    """
    scale = width / frame.width
    while True:
        layout = _at_scale(frame, rings, inset, scale, left, top, width, legend)
        if height is None or layout.height <= height or layout.scale * frame.width < 40:
            return layout
        scale *= 0.98


def _at_scale(
    frame: Extent,
    rings: Sequence[Ring],
    inset: Extent | None,
    scale: float,
    left: float,
    top: float,
    width: float,
    legend: tuple[float, float],
) -> Layout:
    spread = frame.width * scale
    plain = Layout(frame, scale, left + (width - spread) / 2, top, inset, 0.0, 0.0, 0.0, 0.0, 0.0)
    points = np.concatenate([plain.pixels(_dense(ring, 4 / scale)) for ring in rings])
    legend_top = _below(points, left, left + legend[0], top) + 2 * _GAP
    bottoms = [top + frame.height * scale, legend_top + legend[1]]
    if inset:
        wide = max(spread * _INSET_SHARE, 64.0)
        inset_left = plain.left + spread - wide
        inset_top = _below(points, inset_left, inset_left + wide, top) + _GAP
        plain = replace(plain, inset_left=inset_left, inset_top=inset_top, inset_width=wide)
        bottoms.append(plain.inset_box[3])
    floor = max(bottoms)
    return replace(plain, legend_top=floor - legend[1], height=floor - top)


def _dense(ring: Ring, step: float) -> Ring:
    """The ring with points added along long edges, so that an edge crossing a column of the sheet is seen."""
    moves = np.diff(ring, axis=0)
    counts = np.maximum(1, np.ceil(np.hypot(moves[:, 0], moves[:, 1]) / step)).astype(int)
    start = np.repeat(np.arange(len(moves)), counts)
    part = np.concatenate([np.arange(n) / n for n in counts])
    return np.vstack([ring[start] + part[:, None] * moves[start], ring[-1:]])


def _below(points: Ring, left: float, right: float, top: float) -> float:
    """The y under which nothing is drawn between two columns."""
    held = points[(points[:, 0] >= left - _GAP) & (points[:, 0] <= right + _GAP), 1]
    return float(held.max()) if held.size else top
