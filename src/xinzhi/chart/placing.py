"""Where the names on a map go: inside their region where there is room, beside it else, never on one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xinzhi.chart import geometry, lettering, theme

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Box = tuple[float, float, float, float]  # left, top, right, bottom
_SIDES = ("right", "left", "top", "bottom")
_CELL = 2  # pixels of the picture for one cell of the search grid
# What it costs, in pixels of distance, to lie wholly on a neighbour, wholly on the sea, or half in and half out.
_FOREIGN, _SEA, _ASTRIDE = 70.0, 22.0, 12.0
_HOME = 0.4  # the share of the name, or of a smaller region, that must lie on the other to call it at home
_NEAR = 8  # cells within which a name beside its region must come to it


@dataclass(frozen=True)
class Name:
    """A text of a font size that belongs to region `number`; `must` lets it stand beside a region that is too small for it."""

    number: int
    text: str
    size: float
    must: bool = True


@dataclass(frozen=True)
class Place:
    """The middle of a placed name in pixels and the share of its box that lies on its own region."""

    x: float
    y: float
    own: float


def place(
    names: Sequence[Name],
    shapes: Sequence[Sequence[geometry.Polygon]],
    width: float,
    height: float,
    taken: Sequence[Box] = (),
) -> dict[int, Place]:
    """A place for each name that finds one, by region number; small regions choose first.

    shapes  polygons of every region in pixels, y downwards
    taken   boxes (left, top, right, bottom) that no name may touch
    """
    wide, high = int(width / _CELL) + 1, int(height / _CELL) + 1
    scaled = [[[ring / _CELL for ring in polygon] for polygon in polygons] for polygons in shapes]
    grid = geometry.pixels(scaled, wide, high)
    land = _sums(grid >= 0)
    free = np.ones((high, wide), dtype=bool)
    for left, top, right, bottom in taken:
        free[_span(top, bottom, 0), _span(left, right, 0)] = False
    found: dict[int, Place] = {}
    for name in sorted(names, key=lambda each: (not each.must, int((grid == each.number).sum()))):
        spot = _best(name, grid == name.number, land, free, scaled[name.number])
        if spot is None:
            continue
        found[name.number] = spot
        half = lettering.measure(name.text, name.size) / 2
        free[_span(spot.y - name.size * 0.58, spot.y + name.size * 0.58, 0), _span(spot.x - half, spot.x + half, 1)] = (
            False
        )
    return found


def _best(name: Name, own: Mask, land: Any, free: Mask, polygons: list[geometry.Polygon]) -> Place | None:
    """The cheapest free place near the region's middle."""
    high, wide = own.shape
    half_w = max(1, round(lettering.measure(name.text, name.size) / 2 / _CELL))
    half_h = max(1, round(name.size * 0.58 / _CELL))
    rows, columns = np.nonzero(own)
    mask = own
    if not rows.size:
        middle = polygons[0][0].mean(axis=0)
        rows, columns = np.array([int(middle[1])]), np.array([int(middle[0])])
        mask = np.zeros_like(own)
        mask[rows.clip(0, high - 1), columns.clip(0, wide - 1)] = True
    y0, x0 = float(rows.mean()), float(columns.mean())
    ys = np.arange(max(half_h, int(rows.min()) - 3 * half_h), min(high - half_h, int(rows.max()) + 3 * half_h + 2))
    xs = np.arange(
        max(half_w, int(columns.min()) - 2 * half_w - 2), min(wide - half_w, int(columns.max()) + 2 * half_w + 4)
    )
    if not ys.size or not xs.size:
        return None
    size = (2 * half_h + 1) * (2 * half_w + 1)
    mine = _counts(_sums(mask), ys, xs, half_h, half_w) / size
    covered = _counts(land, ys, xs, half_h, half_w) / size
    open_ = _counts(_sums(free), ys, xs, half_h, half_w) == size
    cost = np.hypot(ys[:, None] - y0, xs[None, :] - x0) * _CELL
    cost = (
        cost
        + _FOREIGN * np.maximum(covered - mine, 0)
        + _SEA * (1 - np.maximum(covered, mine))
        + 4 * _ASTRIDE * mine * (1 - mine)
    )
    home = mine * size / min(size, rows.size) >= _HOME
    beside = (covered - mine <= 1 - _HOME) & (_counts(_sums(mask), ys, xs, half_h + _NEAR, half_w + _NEAR) > 0)
    allowed = open_ & (home | beside) if name.must else open_ & (mine > 0.98)
    if not allowed.any():
        return None
    cost = np.where(allowed, cost, np.inf)
    row, column = np.unravel_index(int(cost.argmin()), cost.shape)
    return Place((xs[column] + 0.5) * _CELL, (ys[row] + 0.5) * _CELL, float(mine[row, column]))


def _sums(mask: Mask) -> Any:
    """Sums over all rectangles from the corner, with a row and a column of zeros before."""
    return np.pad(mask.astype(np.int32).cumsum(0).cumsum(1), ((1, 0), (1, 0)))


def _counts(sums: Any, ys: Any, xs: Any, half_h: int, half_w: int) -> Any:
    """Cells of the mask in the box around each (y, x); what lies beyond the grid counts as none."""
    top, bottom = (np.clip(edge, 0, sums.shape[0] - 1)[:, None] for edge in (ys - half_h, ys + half_h + 1))
    left, right = (np.clip(edge, 0, sums.shape[1] - 1)[None, :] for edge in (xs - half_w, xs + half_w + 1))
    return sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]


def _span(start: float, end: float, room: int) -> slice:
    return slice(max(0, int(start / _CELL) - room), int(end / _CELL) + 1 + room)


def beside(
    names: Sequence[str],
    at: Sequence[tuple[float, float]],
    first: Sequence[bool],
    room: Box,
    radii: Sequence[float] | None = None,
) -> list[str | None]:
    """On which side of its point each name finds room (`right`, `left`, `top`, `bottom`); None where nowhere.

    at     points in pixels; first  whether a name is placed in any case and before the others
    room   left, top, right, bottom within which names stay
    radii  pixels of each point's mark
    """
    marks = list(radii) if radii is not None else [5.0] * len(names)
    taken = [(x - r, y - r, x + r, y + r) for (x, y), r in zip(at, marks, strict=True)]
    sides: list[str | None] = [None] * len(names)
    for i in sorted(range(len(names)), key=lambda number: not first[number]):
        others = [box for number, box in enumerate(taken) if number != i]
        boxes = {side: _side_box(names[i], at[i], marks[i], side) for side in _SIDES}
        free = [side for side, box in boxes.items() if _inside(box, room) and not any(_meet(box, o) for o in others)]
        sides[i] = free[0] if free else "right" if first[i] else None
        if side := sides[i]:
            taken.append(boxes[side])
    return sides


def _side_box(name: str, at: tuple[float, float], radius: float, side: str) -> Box:
    wide, (x, y) = lettering.measure(name, theme.SMALL), at
    left = {"right": x + radius + 4, "left": x - radius - 4 - wide}.get(side, x - wide / 2)
    top = {"top": y - radius - 15, "bottom": y + radius + 3}.get(side, y - 6)
    return left, top, left + wide, top + 12


def _inside(box: Box, room: Box) -> bool:
    return room[0] <= box[0] and room[1] <= box[1] and box[2] <= room[2] and box[3] <= room[3]


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
