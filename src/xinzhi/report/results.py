"""Every frame of a study as Parquet, one file a frame, through DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xinzhi.base.files import written_aside
from xinzhi.base.result import Result
from xinzhi.base.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from xinzhi.study.result import StudyResult


def write(folder: Path, study: StudyResult) -> list[Path]:
    """`results/<step>.parquet` for the main frame of a step, `<step>-<field>.parquet` for its other frames, and the panel."""
    written = [parquet(folder / "panel.parquet", study.panel.frame.reset_index())]
    if len(study.panel.touched):
        written.append(parquet(folder / "panel-touched.parquet", study.panel.touched))
    for step, result in study.results.items():
        for field, frame in frames(result):
            name = step if field == "frame" else f"{step}-{field}"
            written.append(parquet(folder / f"{name}.parquet", frame))
    return written


def frames(result: Result) -> Iterator[tuple[str, pd.DataFrame]]:
    """The data frames that a result holds, by the name of the field."""
    import pandas as pd

    names = [field.name for field in fields(result)] if is_dataclass(result) else ["frame"]
    for name in names:
        value = getattr(result, name)
        if isinstance(value, pd.DataFrame):
            yield name, value


def parquet(path: Path, frame: pd.DataFrame) -> Path:
    """Write one frame; a named index becomes columns, texts in two languages become `<name>_zh` and `<name>_en`."""
    import duckdb

    flat = _flat(frame)
    with written_aside(path) as aside, duckdb.connect() as connection:
        connection.execute("set threads = 1")
        connection.register("frame", flat)
        connection.execute(
            f"copy frame to '{str(aside).replace(chr(39), chr(39) * 2)}' (format parquet, compression zstd)"
        )
    return path


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    flat = frame.reset_index() if any(frame.index.names) else frame
    columns: dict[str, pd.Series] = {}
    for name in flat.columns:
        column = flat[name]
        if any(isinstance(v, Text) for v in column):
            columns[f"{name}_zh"] = column.map(lambda v: v.zh if isinstance(v, Text) else v)
            columns[f"{name}_en"] = column.map(lambda v: v.en if isinstance(v, Text) else v)
        elif column.dtype == object:
            columns[str(name)] = column.map(lambda v: None if v is None or v != v else str(v)).astype("str")
        else:
            columns[str(name)] = column
    return pd.DataFrame(columns)
