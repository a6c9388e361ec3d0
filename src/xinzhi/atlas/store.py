"""Reading the bundled data of this room."""

from __future__ import annotations

import gzip
import json
from functools import lru_cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

_FOLDER = files("xinzhi") / "data" / "atlas"


@lru_cache(maxsize=8)
def table(name: str) -> pd.DataFrame:
    """The bundled Parquet table called `name`; treat it as read-only."""
    import duckdb

    with as_file(_FOLDER / f"{name}.parquet") as path, duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        found: pd.DataFrame = connection.execute("SELECT * FROM read_parquet(?)", [str(path)]).df()
        return found


def text(name: str) -> str:
    """The bundled text file called `name`."""
    return (_FOLDER / name).read_text(encoding="utf-8")


@lru_cache(maxsize=4)
def topology(name: str) -> dict[str, Any]:
    """The bundled TopoJSON called `name`; treat it as read-only."""
    content: dict[str, Any] = json.loads(gzip.decompress((_FOLDER / f"{name}.topojson.gz").read_bytes()))
    return content
