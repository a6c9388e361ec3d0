"""Where a division's seat lies, from a public list of coordinates, taken only where it falls inside the division."""

from __future__ import annotations

import json
from pathlib import Path

from xinzhi.atlas.boundaries import Boundaries

CAPITALS = {
    "130000": "130100", "140000": "140100", "150000": "150100", "210000": "210100", "220000": "220100", "230000": "230100",
    "320000": "320100", "330000": "330100", "340000": "340100", "350000": "350100", "360000": "360100", "370000": "370100",
    "410000": "410100", "420000": "420100", "430000": "430100", "440000": "440100", "450000": "450100", "460000": "460100",
    "510000": "510100", "520000": "520100", "530000": "530100", "540000": "540100", "610000": "610100", "620000": "620100",
    "630000": "630100", "640000": "640100", "650000": "650100",
}  # fmt: skip
# City centres that matter most for distances, entered by hand; they win over the list.
CENTRES = {
    "110000": (116.407, 39.904),
    "120000": (117.201, 39.085),
    "310000": (121.474, 31.230),
    "500000": (106.551, 29.563),
    "710000": (121.565, 25.033),
    "810000": (114.173, 22.302),
    "820000": (113.544, 22.187),
}


def seats(path: Path, rows: list[dict[str, str]], boundaries: dict[str, Boundaries]) -> dict[str, tuple[float, float]]:
    listed = json.loads(path.read_text(encoding="utf-8"))
    found = dict(CENTRES)
    for row in rows:
        code = row["code"]
        shapes = boundaries.get(row["level"])
        if code in found or shapes is None or row["level"] == "province":
            continue
        for name in (row["zh"], row["short_zh"]):
            point = listed.get(name)
            if point and code in shapes.codes and shapes.contains(code, (point[0], point[1])):
                found[code] = (round(point[0], 3), round(point[1], 3))
                break
    return found | {p: found[c] for p, c in CAPITALS.items() if c in found}
