"""A user's own places, boundaries and groupings, read from files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from xinzhi.atlas.boundaries import Boundaries
from xinzhi.atlas.groupings import Group, Grouping, parents_of
from xinzhi.atlas.places import Places
from xinzhi.atlas.rows import read_rows
from xinzhi.atlas.topology import Shape, shapes_of_geojson, shapes_of_topology
from xinzhi.base.errors import DataError, nearest
from xinzhi.base.text import Text

if TYPE_CHECKING:
    import pandas as pd

_CODE = ("code", "adcode", "id", "region", "GB", "gb", "代码", "区划代码", "地区代码")
_NAME = ("zh", "name", "NAME", "label", "名称", "地区", "en")
_COLUMNS = ("zh", "en", "short_zh", "short_en", "level", "parent")
NO_NOTE = Text("", "")


def read_places(
    path: str | Path,
    boundaries: str | Path | None = None,
    *,
    groupings: str | Path | None = None,
    name: str = "",
    title: Text | None = None,
    crs: str | None = None,
) -> Places:
    """A list of places from a file: CSV, Excel or YAML with a column of codes and one of names, or a GeoJSON/TopoJSON.

    path        the list; needs `code` and `zh`, `en` or `name`; may have `short_zh`, `short_en`, `level`, `parent`, `aliases`
    boundaries  a GeoJSON or TopoJSON whose shapes carry the codes (or the names) of the list
    groupings   a file of groupings over the list, see `read_groupings`
    crs         the coordinate system of the boundaries: `lonlat`, `albers`, or any other name, which is passed through;
                None takes degrees where every coordinate could be one
    """
    where = Path(path)
    drawn = where.suffix.lower() in (".geojson", ".json", ".topojson")
    rows = [p for p, _ in _shapes(where)] if drawn else read_rows(where)
    frame = _frame(rows, where)
    listed = Places(name or where.stem, title or Text(where.stem, where.stem), frame, str(where.name))
    shape_file = boundaries or (where if drawn else None)
    if shape_file is not None:
        listed = replace(listed, shapes=read_boundaries(shape_file, listed, crs=crs))
    return replace(listed, own=read_groupings(groupings, listed)) if groupings is not None else listed


def _frame(rows: list[dict[str, Any]], where: Path) -> pd.DataFrame:
    """The rows as the frame of a list of places."""
    import pandas as pd

    if not rows:
        raise DataError(
            f"{where.name} 里没有任何地区；每行写一个地区，含列 code 和 zh、en 或 name",
            f"there is no place in {where.name}; write one a row, with the columns code and zh, en or name",
            code="229",
        )
    table = []
    for number, row in enumerate(rows, 1):
        code, named = _first(row, _CODE), _first(row, _NAME)
        if not code and not named:
            raise DataError(
                f"{where.name} 第 {number} 行没有代码也没有名称；需要列 code 和 zh、en 或 name",
                f"row {number} of {where.name} has neither code nor name; it needs the columns code and zh, en or name",
                code="230",
            )
        zh, en = str(row.get("zh") or named), str(row.get("en") or named)
        known = {"zh": zh, "en": en, "short_zh": row.get("short_zh") or zh, "short_en": row.get("short_en") or en}
        known |= {
            "level": row.get("level") or "region",
            "parent": _first(row, ("parent",)),
            "aliases": row.get("aliases") or "",
        }
        table.append({"code": code or named, **{k: str(v) for k, v in known.items()}})
    frame = pd.DataFrame(table, columns=["code", *_COLUMNS, "aliases"]).set_index("code")
    twice = frame.index[frame.index.duplicated()]
    if len(twice):
        raise DataError(
            f"{where.name} 中代码 {twice[0]} 出现不止一次",
            f"the code {twice[0]} appears more than once in {where.name}",
            code="231",
        )
    strange = [(c, p) for c, p in zip(frame.index, frame["parent"], strict=True) if p and p not in frame.index]
    if strange:
        raise DataError(
            f"{where.name} 中 {strange[0][0]} 的上级 {strange[0][1]} 不在清单内",
            f"the parent {strange[0][1]} of {strange[0][0]} is not in {where.name}",
            code="232",
        )
    return frame


def _first(row: Mapping[str, Any], names: Iterable[str]) -> str:
    from xinzhi.atlas.resolve import as_text

    return next((t for n in names if (t := as_text(row.get(n)).strip())), "")


def _shapes(path: Path) -> list[tuple[dict[str, Any], Shape]]:
    """The properties and shape of each feature of a GeoJSON or TopoJSON."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        shapes = shapes_of_topology(content) if content.get("type") == "Topology" else shapes_of_geojson(content)
        return [({"id": g.get("id"), **(g.get("properties") or {})}, shape) for g, shape in shapes]
    except DataError:
        raise
    except FileNotFoundError:
        raise DataError(f"找不到文件 {path}", f"there is no file {path}", code="233") from None
    except (AttributeError, KeyError, TypeError, IndexError, ValueError) as problem:
        raise DataError(
            f"{path.name} 不是可用的 GeoJSON 或 TopoJSON（{type(problem).__name__}）",
            f"{path.name} is no usable GeoJSON or TopoJSON ({type(problem).__name__})",
            code="234",
        ) from None


def read_boundaries(path: str | Path, places: Places, *, crs: str | None = None) -> Boundaries:
    """Boundaries of a list of places from a GeoJSON or TopoJSON; each shape is joined by code, else by name.

    Shapes of one place are put together; a shape that is no place of the list is refused with the nearest name.
    """
    where, found = Path(path), {}  # type: tuple[Path, dict[str, Shape]]
    for properties, shape in _shapes(where):
        code = next((c for n in _CODE if (c := _first(properties, (n,))) in places.frame.index), "")
        label = _first(properties, _NAME) or _first(properties, _CODE)
        if not code:
            match = places.resolve(label)
            code = match.code if match.certainty == "certain" else ""
        if not code:
            raise _stranger(label, places, where)
        found.setdefault(code, []).extend(shape)
    names = {c: Text(places.label(c, "zh"), places.label(c, "en")) for c in found}
    return Boundaries("", found, names, crs or _system(found, where), (), where.name, NO_NOTE)


def _system(shapes: dict[str, Shape], where: Path) -> str:
    """Degrees where every coordinate could be one, else a system of its own."""
    points = np.concatenate([r for shape in shapes.values() for p in shape for r in p[:1]])
    degrees = (np.abs(points[:, 0]) <= 180).all() and (np.abs(points[:, 1]) <= 90).all()
    return "lonlat" if degrees else where.name


def _stranger(label: str, places: Places, where: Path) -> DataError:
    close = nearest(label, [*places.frame["zh"], *places.frame["en"], *places.frame.index])
    hint_zh = f"；您是否指 {'、'.join(close)}？" if close else ""
    hint_en = f"; did you mean {', '.join(close)}?" if close else ""
    return DataError(
        f"{where.name} 中的「{label}」不是清单「{places.title.zh}」里的地区{hint_zh}",
        f"“{label}” in {where.name} is no place of the list “{places.title.en}”{hint_en}",
        code="235",
    )


def read_groupings(path: str | Path, places: Places | None = None) -> dict[str, Grouping]:
    """Groupings from a file: id → grouping.

    CSV or Excel: one row a member, columns `group` and `code` (or `region`, `name`: any name that resolves with
    certainty), and where wanted `grouping` (its id; the file's name otherwise), `group_zh`, `group_en`, `part`, `source`.
    YAML: as the bundled `geography.yaml`: grouping id → list of groups with `id`, `zh`, `en`, `members`; a member is a
    code, a name, or `{code: …, part: true}`. A grouping of a bundled id replaces the bundled one.
    """
    from xinzhi.atlas.china import china

    where, listed = Path(path), places or china()
    if where.suffix.lower() in (".yaml", ".yml", ".json"):
        blocks = read_rows(where, whole=True)
    else:
        blocks = _blocks(read_rows(where), where)
    out, parents = {}, parents_of(listed)
    for name, groups in blocks.items():
        made = [_group(g, listed, where) for g in groups]
        out[str(name)] = Grouping(str(name), Text(str(name), str(name)), {g.id: g for g in made}, parents)
    return out


def _blocks(rows: list[dict[str, Any]], where: Path) -> dict[str, list[dict[str, Any]]]:
    """Rows of a table gathered as the YAML file would have them."""
    blocks: dict[str, dict[str, dict[str, Any]]] = {}
    for number, row in enumerate(rows, 1):
        group, member = (
            _first(row, ("group", "分组", "组")),
            _first(row, ("code", "region", "member", "name", "地区", "代码", "名称")),
        )
        if not group or not member:
            raise DataError(
                f"{where.name} 第 {number} 行缺少 group 或 code；每行写一个成员",
                f"row {number} of {where.name} lacks group or code; one row is one member",
                code="236",
            )
        owner = blocks.setdefault(_first(row, ("grouping", "分组方案")) or where.stem, {})
        entry = owner.setdefault(group, {"id": group, "members": []})
        entry.update(
            {
                k: v
                for k, n in (("zh", "group_zh"), ("en", "group_en"), ("source", "source"))
                if (v := _first(row, (n,)))
            }
        )
        entry["members"].append({"code": member, "part": _first(row, ("part",)).lower() in ("1", "true", "yes", "是")})
    return {name: list(groups.values()) for name, groups in blocks.items()}


def _group(block: Mapping[str, Any], places: Places, where: Path) -> Group:
    members, partial = [], []
    rows = [m if isinstance(m, Mapping) else {"code": m} for m in block.get("members", [])]
    for row in rows:
        code = _member(row, places, where)
        members.append(code)
        partial += [code] if row.get("part") else []
    name, zh = str(block["id"]), str(block.get("zh") or block.get("en") or block["id"])
    wider = [_member(m if isinstance(m, Mapping) else {"code": m}, places, where) for m in block.get("extended", [])]
    return Group(
        name, Text(zh, str(block.get("en") or zh)), tuple(dict.fromkeys(members)), str(block.get("source", where.name)),
        str(block.get("confidence", "")), tuple(partial), tuple(wider),
    )  # fmt: skip


def _member(row: Mapping[str, Any], places: Places, where: Path) -> str:
    given = _first(row, ("code", "name", "region"))
    match = places.resolve(given)
    if match.certainty != "certain":
        raise _stranger(given, places, where)
    return match.code
