"""Where a division's seat lies, from a public list of coordinates by code, taken only where it falls inside the division."""

from __future__ import annotations

import csv
from pathlib import Path

from xinzhi.atlas.boundaries import Boundaries

from .divisions import BOTH, MAP_CODES


def seats(path: Path, rows: list[dict[str, str]], boundaries: dict[str, Boundaries]) -> dict[str, tuple[float, float]]:
    """Code → longitude and latitude to 0.001°, for every division whose listed point lies inside its boundary."""
    with path.open(encoding="utf-8-sig") as handle:
        listed = {
            r["adcode"][:6]: (float(r["longitude"]), float(r["latitude"]))
            for r in csv.DictReader(handle)
            if r["longitude"]
        }
    earlier = {now: given for given, now in MAP_CODES.items() if now not in BOTH}
    found = {}
    for row in rows:
        code, shapes = row["code"], boundaries.get(row["level"])
        point = listed.get(code) or listed.get(earlier.get(code, ""))
        if point and shapes is not None and code in shapes.codes and shapes.contains(code, point):
            found[code] = (round(point[0], 3), round(point[1], 3))
    return found
