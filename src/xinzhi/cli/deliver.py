"""Handing a result over: a table for people, or a format for the next program, to standard output or a file."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xinzhi.base.errors import UsageError
from xinzhi.base.files import write_bytes
from xinzhi.base.text import Text
from xinzhi.cli.options import Format
from xinzhi.cli.stderr import note

if TYPE_CHECKING:
    from xinzhi.base.recipe import Recipe
    from xinzhi.base.table import Table

_BINARY = ("xlsx", "parquet")


def table(shown: Table, form: Format, out: Path | None, recipe: Recipe) -> None:
    """Hand one table over in `form`; a file's ending decides where no format was asked for."""
    form = _form(form, out)
    if form in _BINARY:
        _send_bytes(_binary(shown, form, recipe), out, form)
    else:
        send(_textual(shown, form), out)


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
        return as_json(shown.frame[[c.id for c in shown.columns]].to_dict("records"))
    if form == "csv":
        from xinzhi.base.export import csv

        return csv.render(_by_id(shown))
    from xinzhi.base.export import text

    return text.render(shown)


def _by_id(shown: Table) -> Table:
    """The table with its columns headed by their ids: the next program wants names that never change."""
    from dataclasses import replace

    columns = tuple(replace(c, label=Text(c.id, c.id), unit=Text("", "")) for c in shown.columns)
    return replace(shown, columns=columns)


def _binary(shown: Table, form: Format, recipe: Recipe) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table.{form}"
        if form == "xlsx":
            from xinzhi.base.export import excel

            excel.write(path, {"result": shown}, recipe)
        else:
            from xinzhi.panel.store import write_parquet

            write_parquet(shown.frame[[c.id for c in shown.columns]], path, {"recipe": recipe.to_dict()})
        return path.read_bytes()


def _send_bytes(content: bytes, out: Path | None, form: str) -> None:
    if out is not None and str(out) != "-":
        write_bytes(out, content)
        note(str(out))
        return
    if sys.stdout.isatty():
        raise UsageError(
            f"{form} 是二进制格式, 不宜显示在终端; 请用 --out 文件名.{form}",
            f"{form} is binary and not for a terminal; use --out name.{form}",
            code="502",
        )
    sys.stdout.buffer.write(content)
    sys.stdout.flush()
