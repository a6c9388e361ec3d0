"""Taking a panel away, and bringing it back: Parquet, Excel, Stata."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from xinzhi.atlas.places import Places
from xinzhi.base.errors import DataError
from xinzhi.base.files import written_aside
from xinzhi.base.text import Text
from xinzhi.panel.indicator import Indicator
from xinzhi.panel.panel import TOUCHED_COLUMNS, Panel, untouched
from xinzhi.panel.store import read_parquet, write_parquet


def places_of(stored: Any) -> Places:
    """The list of places a file speaks of: `china`, or a list that travels in the file."""
    if stored == "china":
        from xinzhi import atlas

        return atlas.china()
    frame = pd.DataFrame(stored["rows"]).set_index("code")
    return Places(stored["name"], Text(**stored["title"]), frame, stored["source"])


def _stored(places: Places) -> Any:
    if places.name == "china":
        return "china"
    title = {"zh": places.title.zh, "en": places.title.en}
    rows = places.frame.rename_axis("code").reset_index().to_dict("records")
    return {"name": places.name, "title": title, "source": places.source, "rows": rows}


def to_parquet(panel: Panel, path: str | Path) -> Path:
    """Write values, dictionary, limits and touched cells as one Parquet file that `from_parquet` reads back equal."""
    meta = {
        "name": panel.name,
        "title": {"zh": panel.title.zh, "en": panel.title.en},
        "places": _stored(panel.places),
        "indicators": {k: {n: v for n, v in asdict(i).items() if n != "id"} for k, i in panel.indicators.items()},
        "limits": [{"zh": t.zh, "en": t.en} for t in panel.limits],
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
            f"{Path(path).name} 不是 Xinzhi 写出的面板; 请用 xinzhi.read 读取",
            f"{Path(path).name} was not written as a panel by Xinzhi; use xinzhi.read",
            code="141",
        )
    rows = meta.get("touched", [])
    return Panel(
        frame.astype({"region": str, "year": int}).set_index(["region", "year"]),
        {name: Indicator(name, **entry) for name, entry in meta["indicators"].items()},
        places_of(meta["places"]),
        name=meta["name"],
        title=Text(**meta["title"]),
        touched=pd.DataFrame(rows, columns=list(TOUCHED_COLUMNS)) if rows else untouched(),
        limits=tuple(Text(**t) for t in meta["limits"]),
    )
