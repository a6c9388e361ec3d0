"""The table of current divisions: codes from code tables and maps, names, parents and aliases."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from . import english

# The map's file kept earlier codes for units that were renamed; the codes in force are these.
MAP_CODES = {
    "110100": "110000", "120100": "120000", "310100": "310000", "431121": "431181", "450127": "450181",
    "513425": "513402", "532331": "532302", "540422": "540481", "540530": "540581", "610322": "610305",
    "610928": "610981", "654223": "654203", "632825": "632857", "232718": "232761",
}  # fmt: skip
MAP_NAMES = {"540481": "米林市", "540581": "错那市", "632857": "大柴旦行政委员会"}
WITHOUT_BOUNDARY = {"659011": "新星市", "659012": "白杨市"}
MUNICIPALITIES = ("110000", "120000", "310000", "500000")
BOTH = (*MUNICIPALITIES, "710000", "810000", "820000")  # provinces that also count as prefectures
WHOLE = ("441900", "442000", "460400", "620200")  # prefectures without counties, so they count as counties too
DIRECT = ("4190", "4290", "4690", "6590")  # counties under a province, so they count as prefectures too
FACTS = Path(__file__).parent / "facts.yaml"


def facts() -> dict[str, dict[str, object]]:
    return yaml.safe_load(FACTS.read_text(encoding="utf-8"))


def map_names(path: Path) -> dict[str, str]:
    """Code → name of every shape in a TopoJSON file, with the codes in force."""
    topology = json.loads(path.read_text(encoding="utf-8"))
    (layer,) = topology["objects"].values()
    rows = [g["properties"] for g in layer["geometries"]]
    return {MAP_CODES.get(r["adcode"], r["adcode"]): r["name"] for r in rows}


def level(code: str) -> str:
    if code == "100000":
        return "nation"
    if code.endswith("0000"):
        return "province"
    return "prefecture" if code.endswith("00") or code[:4] in DIRECT else "county"


def also(code: str) -> str:
    """Further levels at which a division counts."""
    if code == "710000":
        return "prefecture county"
    if code in BOTH:
        return "prefecture"
    return "county" if code in WHOLE or code[:4] in DIRECT else ""


def parent(code: str) -> str:
    if code == "100000":
        return ""
    if code.endswith("0000"):
        return "100000"
    province = code[:2] + "0000"
    if level(code) == "prefecture" or province in BOTH:
        return province
    return code[:4] + "00"


def build(geo: Path, provinces: dict[str, str], overseas: dict[str, str]) -> list[dict[str, str]]:
    """One row a division, sorted by code."""
    table = {"100000": "中华人民共和国", **provinces, **overseas, **WITHOUT_BOUNDARY}
    table |= {k: v for k, v in map_names(geo / "prefectures_lonlat.topojson").items() if k not in table}
    table |= {k: v for k, v in map_names(geo / "counties_lonlat.topojson").items() if k not in table}
    table |= MAP_NAMES
    known = facts()
    rows = []
    for code, zh in sorted(table.items()):
        named = english.names(code, zh, level(code))
        aliases = [str(a) for a in known["aliases"].get(code, [])]
        stem, _, kind = english.split(zh, level(code))
        if kind == "自治州":
            aliases.append(f"{stem}州")
        if kind == "自治区":
            aliases += [f"{stem}自治区", f"{stem}区"]
        if kind in ("自治县", "自治旗") and len(stem) > 1:
            aliases.append(f"{stem}{kind[-1]}")
        row = {"code": code, "zh": zh, **named, "level": level(code), "also": also(code), "parent": parent(code)}
        row |= {k: str(v) for k, v in known["names"].get(code, {}).items()}
        aliases += [given for given, now in MAP_CODES.items() if now == code]
        row["aliases"] = "|".join(dict.fromkeys(a for a in aliases if a not in (zh, row["short_zh"])))
        rows.append(row)
    return rows
