"""Parquet through DuckDB: a frame and what must travel with it, in one file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xinzhi.base.errors import DataError

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

KEY = "xinzhi"


def connection() -> duckdb.DuckDBPyConnection:
    """A DuckDB connection in memory that never fetches an extension and adds in one order (one thread)."""
    import duckdb

    return duckdb.connect(
        config={"threads": 1, "autoinstall_known_extensions": False, "autoload_known_extensions": False}
    )


def write_parquet(frame: pd.DataFrame, path: str | Path, meta: Mapping[str, Any]) -> None:
    """Write the columns of `frame` (not its index) and `meta` (JSON-able) as one zstd-compressed file."""
    text = json.dumps(meta, ensure_ascii=False, separators=(",", ":"))
    with connection() as db:
        db.register("given", frame)
        target, stored = str(path).replace("'", "''"), text.replace("'", "''")
        db.execute(
            f"COPY (FROM given) TO '{target}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 19, "
            f"KV_METADATA {{{KEY}: '{stored}'}})"
        )


@contextmanager
def _readable(path: str | Path) -> Iterator[duckdb.DuckDBPyConnection]:
    import duckdb

    with connection() as db:
        try:
            yield db
        except duckdb.Error:
            raise DataError(
                f"{Path(path).name} 不是可读的 Parquet 文件（可能不完整）；请重新导出",
                f"{Path(path).name} is not a readable Parquet file (perhaps cut short); export it again",
                code="140",
            ) from None


def read_parquet(path: str | Path) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The columns of a Parquet file and what travels with it, {} where another program wrote it."""
    with _readable(path) as db:
        frame = db.execute("FROM read_parquet(?)", [str(path)]).df()
    return frame, read_meta(path)


def read_meta(path: str | Path) -> dict[str, Any]:
    """What travels with a Parquet file, {} where another program wrote it."""
    with _readable(path) as db:
        rows = db.execute("SELECT key, value FROM parquet_kv_metadata(?)", [str(path)]).fetchall()
    stored = {bytes(key).decode(): bytes(value) for key, value in rows}
    return json.loads(stored[KEY]) if KEY in stored else {}
