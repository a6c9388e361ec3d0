"""Handing a result over: a table for people, or a format for the next program, to standard output or a file."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xinzhi.base.errors import UsageError
from xinzhi.base.files import write_bytes
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Text
from xinzhi.cli.options import Format
from xinzhi.cli.stderr import note

if TYPE_CHECKING:
    import pandas as pd

    from xinzhi.base.recipe import Recipe
    from xinzhi.base.result import Result


def result(found: Result, form: Format, out: Path | None) -> None:
    """Hand a result over: its main table to a person, its tidy frame to a program, all its tables to Excel."""
    form = _form(form, out)
    if form == "xlsx":
        _send_bytes(_made(form, lambda path: found.to_excel(path)), out, form)
    elif form == "table":
        send(found.to_text(), out)
    else:
        frame = found.frame
        columns = tuple(Column(str(c), Text(str(c), str(c)), style="text") for c in frame.columns)
        table(Table(frame, columns, found.recipe.title), form, out, found.recipe)


def table(shown: Table, form: Format, out: Path | None, recipe: Recipe) -> None:
    """Hand one table over in `form`; a file's ending decides where no format was asked for."""
    form = _form(form, out)
    if form == "xlsx":
        _send_bytes(_made(form, lambda path: excel(path, shown, recipe)), out, form)
    elif form == "parquet":
        _send_bytes(_made(form, lambda path: parquet(path, shown, recipe)), out, form)
    else:
        send(_textual(shown, form), out)


def excel(path: Path, shown: Table, recipe: Recipe) -> None:
    """One table as a workbook."""
    from xinzhi.base.export import excel as writer

    writer.write(path, {"result": shown}, recipe)


def parquet(path: Path, shown: Table, recipe: Recipe) -> None:
    """One table as Parquet, its recipe travelling with it."""
    from xinzhi.panel.store import write_parquet

    write_parquet(_spoken(shown), path, {"recipe": recipe.to_dict()})


def send(text: str, out: Path | None) -> None:
    """Text to standard output, or to a file in one step."""
    text = text if text.endswith("\n") else text + "\n"
    if out is None or str(out) == "-":
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    write_bytes(out, text.encode("utf-8"))
    note(str(out))


def as_json(value: Any) -> str:
    """JSON with Chinese left readable and missing values as null."""
    from xinzhi.base.recipe import plain

    return json.dumps(plain(value), ensure_ascii=False, indent=2, allow_nan=False)


def _form(form: Format, out: Path | None) -> Format:
    ending = out.suffix.lstrip(".") if out else ""
    known: Mapping[str, Format] = {"csv": "csv", "json": "json", "xlsx": "xlsx", "parquet": "parquet"}
    return known.get(ending, form) if form == "table" else form


def _textual(shown: Table, form: Format) -> str:
    if form == "json":
        frame = _spoken(shown).astype(object)
        return as_json(frame.where(frame.notna(), None).to_dict("records"))
    if form == "csv":
        from xinzhi.base.export import csv

        return csv.render(_by_id(shown))
    from xinzhi.base.export import text

    return text.render(shown)


def _spoken(shown: Table) -> pd.DataFrame:
    """The columns of the table with texts in the language in force, for formats that have no texts in two languages."""
    frame = shown.frame[[c.id for c in shown.columns]].copy()
    for name in frame.columns:
        if any(isinstance(value, Text) for value in frame[name]):
            frame[name] = [value.say() if isinstance(value, Text) else value for value in frame[name]]
    return frame


def _by_id(shown: Table) -> Table:
    """The table with its columns headed by their ids: the next program wants names that never change."""
    columns = tuple(replace(c, label=Text(c.id, c.id), unit=Text("", "")) for c in shown.columns)
    return replace(shown, columns=columns)


def _made(form: str, write: Callable[[Path], object]) -> bytes:
    """The bytes of a file that `write` makes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table.{form}"
        write(path)
        return path.read_bytes()


def _send_bytes(content: bytes, out: Path | None, form: str) -> None:
    if out is not None and str(out) != "-":
        write_bytes(out, content)
        note(str(out))
        return
    if sys.stdout.isatty():
        raise UsageError(
            f"{form} 是二进制格式，不宜显示在终端；请用 --out 文件名.{form}",
            f"{form} is binary and not for a terminal; use --out name.{form}",
            code="502",
        )
    sys.stdout.buffer.write(content)
    sys.stdout.flush()
