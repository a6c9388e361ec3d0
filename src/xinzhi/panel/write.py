"""Taking a panel away, and bringing it back: Parquet, Excel, Stata."""

from __future__ import annotations

import re
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from xinzhi.atlas.places import Places
from xinzhi.base.errors import DataError
from xinzhi.base.files import written_aside
from xinzhi.base.numbers import Style
from xinzhi.base.recipe import plain
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Text
from xinzhi.panel.indicator import Indicator
from xinzhi.panel.panel import TOUCHED_COLUMNS, Panel, untouched
from xinzhi.panel.reading.record import Reading, Remark
from xinzhi.panel.store import read_parquet, write_parquet


def places_of(stored: Any) -> Places:
    """The list of places a file speaks of: `china`, or a list that travels in the file."""
    if stored == "china":
        from xinzhi import atlas

        return atlas.china()
    frame = pd.DataFrame(stored["rows"]).set_index("code")
    former = pd.DataFrame(stored["former"]).set_index("code") if stored.get("former") else None
    return Places(stored["name"], Text(**stored["title"]), frame, stored["source"], former=former)


def _stored(places: Places) -> Any:
    if places.name == "china":
        return "china"
    title = {"zh": places.title.zh, "en": places.title.en}
    rows = _records(places.frame.rename_axis("code").reset_index())
    former = [] if places.former is None else _records(places.former.rename_axis("code").reset_index())
    return {"name": places.name, "title": title, "source": places.source, "rows": rows, "former": former}


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as JSON-able values, None for missing."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(k): v for k, v in row.items()} for row in rows]


def _said(reading: Reading) -> dict[str, Any]:
    """A reading without its cells, which only the file itself can show."""
    return {f.name: plain(getattr(reading, f.name)) for f in fields(reading) if f.name not in ("spots", "address")}


def _heard(stored: dict[str, Any]) -> Reading:
    remarks = tuple(Remark(**{**r, "text": Text(**r["text"])}) for r in stored["remarks"])
    regions = {text: (code, sure) for text, (code, sure) in stored["regions"].items()}
    lists = {k: tuple(stored[k]) for k in ("titles", "notes")}
    return Reading(**{**stored, **lists, "remarks": remarks, "regions": regions})


def to_parquet(panel: Panel, path: str | Path) -> Path:
    """Write values, dictionary, limits and touched cells as one Parquet file that `from_parquet` reads back equal.

    Boundaries and groupings of one's own do not travel; `xinzhi.read(path, places=…)` gives them back.
    """
    meta = {
        "name": panel.name,
        "title": {"zh": panel.title.zh, "en": panel.title.en},
        "places": _stored(panel.places),
        "indicators": {k: {n: v for n, v in asdict(i).items() if n != "id"} for k, i in panel.indicators.items()},
        "limits": [{"zh": t.zh, "en": t.en} for t in panel.limits],
        "readings": [_said(r) for r in panel.readings],
        "totals": [] if panel.totals.empty else _records(panel.totals.reset_index()),
        "touched": panel.touched.astype(object).where(panel.touched.notna(), None).to_dict("split")["data"],
    }
    with written_aside(path) as aside:
        write_parquet(panel.frame.reset_index(), aside, meta)
    return Path(path)


def from_parquet(path: str | Path) -> Panel:
    """The panel in a file that `to_parquet` wrote."""
    frame, meta = read_parquet(path)
    if "indicators" not in meta:
        raise DataError(
            f"{Path(path).name} 不是 Xinzhi 写出的面板；请用 xinzhi.read 读取",
            f"{Path(path).name} was not written as a panel by Xinzhi; use xinzhi.read",
            code="141",
        )
    rows = meta.get("touched", [])
    totals = meta.get("totals", [])
    return Panel(
        frame.astype({"region": str, "year": int}).set_index(["region", "year"]),
        {name: Indicator(name, **entry) for name, entry in meta["indicators"].items()},
        places_of(meta["places"]),
        name=meta["name"],
        title=Text(**meta["title"]),
        touched=_touched(rows),
        limits=tuple(Text(**t) for t in meta["limits"]),
        readings=tuple(_heard(r) for r in meta.get("readings", [])),
        totals=pd.DataFrame(totals).set_index(["name", "year"]).astype(float) if totals else pd.DataFrame(),
    )


def _touched(rows: list[list[Any]]) -> pd.DataFrame:
    if not rows:
        return untouched()
    return pd.DataFrame(rows, columns=list(TOUCHED_COLUMNS)).astype({"before": float, "after": float, "year": int})


def to_excel(panel: Panel, path: str | Path) -> Path:
    """Write the sheets data, dictionary, touched and limits; no text becomes a formula. `xinzhi.read` reads the data back."""
    from xinzhi.base.export import excel

    tables = {
        "data": _data(panel),
        "dictionary": _dictionary(panel),
        "touched": _plain_table(panel.touched, Text("改动过的数据", "Touched cells")),
        "limits": _plain_table(
            pd.DataFrame({"zh": [t.zh for t in panel.limits], "en": [t.en for t in panel.limits]}),
            Text("使用前须知", "Before you use the figures"),
        ),
    }
    with written_aside(path) as aside, excel.workbook(aside) as book:
        for name, table in tables.items():
            excel.sheet(book, name, table)
    return Path(path)


def _data(panel: Panel) -> Table:
    """Values in full precision; columns are headed by their ids, which the dictionary explains."""
    frame = panel.frame.reset_index()
    frame.insert(1, "name", panel.places.labels(frame["region"]))
    columns = (
        Column("region", Text("code", "code"), style="text"),
        Column("name", Text("name", "name"), style="text"),
        Column("year", Text("year", "year"), style="year"),
        *(Column(c, Text(c, c), digits=6) for c in panel.columns),
    )
    return Table(frame, columns, panel.title)


def _dictionary(panel: Panel) -> Table:
    rows = [asdict(entry) for entry in panel.indicators.values()]
    frame = pd.DataFrame(rows).map(lambda v: "; ".join(map(str, v)) if isinstance(v, tuple) else v)
    return _plain_table(frame, Text("指标词典", "Dictionary"))


def _plain_table(frame: pd.DataFrame, title: Text) -> Table:
    def style(name: str) -> Style:
        if name == "year":
            return "year"
        return "number" if name in ("before", "after", "direction") else "text"

    return Table(frame, tuple(Column(c, Text(c, c), style=style(c)) for c in frame.columns), title)


def to_stata(panel: Panel, path: str | Path) -> Path:
    """Write a Stata file of version 118 (Unicode): region, name, year, and a labelled variable for each indicator.

    Stata takes 32 characters of letters, digits and underscores: other ids are shortened, and the label keeps the name.
    """
    names = _stata_names(panel.columns)
    frame = panel.frame.rename(columns=names).reset_index()
    frame.insert(1, "name", panel.places.labels(frame["region"]))
    labels = {"region": "区划代码 code", "name": "地区 region", "year": "年份 year"}
    for column, short in names.items():
        entry = panel.indicators[column]
        unit = f" ({entry.unit_name.zh})" if entry.unit else ""
        labels[short] = f"{entry.name.zh}{unit}"[:80]
    with written_aside(path) as aside:
        frame.to_stata(
            aside,
            version=118,
            write_index=False,
            variable_labels=labels,
            data_label=panel.title.zh[:80],
            time_stamp=datetime(2000, 1, 1),  # the same panel gives the same bytes
        )
    return Path(path)


def _stata_names(columns: list[str]) -> dict[str, str]:
    """Column → a name that Stata accepts, all different."""
    out: dict[str, str] = {}
    for column in columns:
        base = re.sub(r"\W", "_", column)[:32]
        base = base if re.match(r"[^\W\d]", base) else f"_{base}"[:32]
        name, count = base, 2
        while name in out.values() or name in ("region", "name", "year"):
            name, count = f"{base[: 31 - len(str(count))]}_{count}", count + 1
        out[column] = name
    return out
