"""Make the bundled panels and tables from the compiled CSV files: `python tools/build_panels.py ../shared/data`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from xinzhi.panel.store import write_parquet

TARGET = Path(__file__).resolve().parents[1] / "src" / "xinzhi" / "data" / "panels"
SUMS = ("Total Final Consumption", "Inputs(+) outputs(-)", "Total Consumption")


def dictionary(source: Path, notes: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The dictionary entries of a CSV of indicators, with direction, notes and identities added from the catalogue."""
    rows = pd.read_csv(source, dtype=str, keep_default_na=False).to_dict("records")
    kept = ("zh", "en", "unit", "kind", "source")
    return {r["id"]: {**{k: r[k] for k in kept}, **notes.get(r["id"], {})} for r in rows}


def panel(source: Path, kind: str, name: str, entry: dict[str, Any]) -> None:
    """Write one panel: regions × years, one column an indicator in the order of the dictionary."""
    entries = dictionary(source / f"{kind}_indicators.csv", entry.get("indicators", {}))
    long = pd.read_csv(source / f"{kind}_observations.csv", dtype={"code": str})
    wide = long.pivot(index=["code", "year"], columns="indicator", values="value")[list(entries)].sort_index()
    frame = wide.reset_index().rename(columns={"code": "region"})
    meta = {
        "name": name,
        "title": entry["title"],
        "places": entry["places"],
        "indicators": entries,
        "limits": entry["limits"],
    }
    write_parquet(frame, TARGET / f"{name}.parquet", meta)


def firms(source: Path) -> pd.DataFrame:
    """Listed firms; the listing date is a date."""
    frame = pd.read_csv(source / "listed_firms.csv", dtype=str)
    date = next(c for c in frame.columns if "date" in c)
    return frame.assign(**{date: pd.to_datetime(frame[date])})


def energy(source: Path) -> pd.DataFrame:
    """Energy by province and sector; `sum` marks rows that are totals of others."""
    frame = pd.read_csv(source / "province_energy_by_sector.csv", dtype={"code": str})
    return frame.assign(sum=frame["sector"].isin(SUMS))


def coded(name: str) -> Callable[[Path], pd.DataFrame]:
    """A reader of a file of `io/` whose codes are text."""
    return lambda source: pd.read_csv(source / "io" / f"{name}.csv", dtype={"Code": str})


TABLES: dict[str, Callable[[Path], pd.DataFrame]] = {
    "listed_firms": firms,
    "province_energy_by_sector": energy,
    "io_2018": coded("io_china_2018_42"),
    "io_2020": coded("io_china_2020_42"),
    "employment_by_industry": coded("io_china_employment"),
}


def main(source: Path) -> None:
    """Write every panel and table."""
    catalogue = yaml.safe_load((TARGET / "catalogue.yaml").read_text(encoding="utf-8"))
    for kind, name in (("province", "china-provinces"), ("city", "china-cities")):
        panel(source, kind, name, catalogue["panels"][name])
    for name, read in TABLES.items():
        write_parquet(read(source), TARGET / f"{name}.parquet", {"name": name, **catalogue["tables"][name]})
    total = sum(p.stat().st_size for p in TARGET.glob("*.parquet"))
    print(f"{total / 1e6:.2f} MB in {TARGET}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
