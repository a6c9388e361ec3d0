"""Small tables from CSV, Excel and YAML files, as rows."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from xinzhi.base.errors import DataError


def read_rows(path: Path, *, whole: bool = False) -> Any:
    """The rows of a table file as dictionaries; `whole` gives the content of a YAML or JSON file as it stands."""
    if not path.is_file():
        raise DataError(f"找不到文件 {path}", f"there is no file {path}", code="233")
    kind = path.suffix.lower()
    if kind in (".yaml", ".yml", ".json"):
        content = _yaml(path)
        if whole:
            return _mapping(content, path)
        return content if isinstance(content, list) else content.get("places", [])
    if kind in (".xlsx", ".xls", ".xlsm"):
        return _excel(path)
    if kind in (".csv", ".txt", ".tsv"):
        text = _decoded(path)
        return list(csv.DictReader(io.StringIO(text), delimiter="\t" if kind == ".tsv" else ","))
    raise DataError(
        f"{path.name} 的类型不支持；请用 CSV、Excel 或 YAML",
        f"{path.name} is of no supported kind; use CSV, Excel or YAML",
        code="237",
    )


def _decoded(path: Path) -> str:
    """UTF-8 with or without a byte-order mark, else GB18030."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")


def _yaml(path: Path) -> Any:
    import yaml

    try:
        return yaml.safe_load(_decoded(path))
    except yaml.YAMLError as problem:
        where = str(getattr(problem, "problem_mark", "")).strip()
        raise DataError(
            f"{path.name} 不是合法的 YAML（{where}）", f"{path.name} is no valid YAML ({where})", code="238"
        ) from None


def _mapping(content: Any, path: Path) -> dict[str, Any]:
    sound = isinstance(content, dict) and all(
        isinstance(groups, list) and all(isinstance(g, dict) and "id" in g for g in groups)
        for groups in content.values()
    )
    if not sound:
        raise DataError(
            f"{path.name} 的结构应为 分组名：[{{id, zh, en, members}}]",
            f"{path.name} should read: grouping id: [{{id, zh, en, members}}]",
            code="239",
        )
    known: dict[str, Any] = content
    return known


def _excel(path: Path) -> list[dict[str, Any]]:
    """The rows of the first sheet, its first row as heads."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    except (CalamineError, OSError):
        raise DataError(
            f"{path.name} 不是可读的 Excel 文件", f"{path.name} is no readable Excel file", code="237"
        ) from None
    heads = [str(h).strip() for h in rows[0]] if rows else []
    return [dict(zip(heads, row, strict=False)) for row in rows[1:] if any(str(cell).strip() for cell in row)]
