"""Spatial weights from files: GAL and GWT as GeoDa and PySAL write them, CSV as anybody does."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from xinzhi.base.errors import DataError
from xinzhi.base.text import Text
from xinzhi.panel.reading.text import decode
from xinzhi.space.weights.matrix import Weights, from_pairs, matrix


@dataclass
class _Links:
    """What a file says: pairs with weights, and the units that it names or counts.

    units   ids in the order of the file; complete only where `whole`
    whole   every unit has an entry of its own, be it empty (GAL, square matrices)
    count   how many units the file says there are; 0 where it does not say
    """

    i: list[str] = field(default_factory=list)
    j: list[str] = field(default_factory=list)
    w: list[float] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    whole: bool = False
    count: int = 0

    def add(self, i: str, j: str, w: float) -> None:
        self.i.append(i)
        self.j.append(j)
        self.w.append(w)


def read_weights(path: str | Path, ids: Sequence[str] | None = None) -> Weights:
    """Weights from a GAL, GWT or CSV file, not standardised yet: choose with `.to(...)`, else rows sum to one.

    path  .gal; .gwt; else CSV in UTF-8 or GB18030, split by comma, tab or semicolon: a square matrix with ids in the first row
          and column, a bare square matrix in the order of `ids`, or two or three columns of pairs (from, to, weight; 1 where
          there is no weight)
    ids   the units wanted, in order; units of the file that are not among them are left out and said to be. The file's own
          order where None

    Raises DataError naming the row that cannot be read, or a unit of `ids` that a GAL file or a matrix does not have.
    """
    target = Path(path)
    if not target.is_file():
        raise DataError(
            f"找不到权重文件 {target.name}；请核对路径（{path}），或用规则名如 contiguity、knn4",
            f"there is no weights file {target.name}; check the path ({path}), or name a rule such as contiguity or knn4",
            code="808",
        )
    lines = decode(target.read_bytes(), target.name)[0].splitlines()
    if not any(line.strip() for line in lines):
        raise DataError(f"权重文件 {target.name} 为空", f"the weights file {target.name} is empty", code="809")
    wanted = None if ids is None else [str(code) for code in ids]
    kind = target.suffix.lower()
    links = _gal(lines, target.name) if kind == ".gal" else _gwt(lines, target.name) if kind == ".gwt" else None
    return _chosen(links or _csv(lines, target.name, wanted), target.name, wanted)


def inverse_time(times: Weights) -> Weights:
    """1 / time between regions, from times read as weights (minutes or hours); pairs without a time are no neighbours."""
    raw = matrix(times.raw)
    raw.data = 1 / raw.data
    return replace(
        times, raw=raw, rule=Text(f"通行时间的倒数（{times.rule.zh}）", f"inverse travel time ({times.rule.en})")
    )


def _chosen(links: _Links, name: str, ids: list[str] | None) -> Weights:
    seen = list(dict.fromkeys([*links.units, *links.i, *links.j]))
    if ids is None and links.count > len(seen):
        raise DataError(
            f"{name} 有 {links.count} 个地区，只有 {len(seen)} 个出现在邻接对中；请用 ids= 给出全部地区代码",
            f"{name} has {links.count} units, only {len(seen)} of them in its pairs; give all units with ids=",
            code="883",
        )
    known = seen if ids is None else ids
    absent = [code for code in known if code not in set(seen)]
    if absent and (links.whole or len(absent) == len(known)):
        raise DataError(
            f"{name} 中没有地区 {absent[0]}；文件与数据的地区代码须一致",
            f"{name} has no unit {absent[0]}; file and data must name the same units",
            code="884",
        )
    inside = set(known)
    keep = [k for k, w in enumerate(links.w) if w != 0 and links.i[k] in inside and links.j[k] in inside]
    left = len(set(seen) - inside)
    more = Text(f"，其中 {left} 个地区不在数据中", f", {left} of its units not in the data") if left else Text("", "")
    return from_pairs(
        [links.i[k] for k in keep],
        [links.j[k] for k in keep],
        known,
        np.array([links.w[k] for k in keep]) if keep else None,
        rule=Text(f"文件 {name}{more.zh}", f"file {name}{more.en}"),
    )


def _unreadable(name: str, row: int, zh: str, en: str) -> DataError:
    return DataError(f"{name} 第 {row} 行{zh}", f"{name} row {row}: {en}", code="885")


def _gal(lines: list[str], name: str) -> _Links:
    """A header, then a line “id count” and a line of neighbours for every unit; the second may be blank or absent without any."""
    links = _Links(whole=True)
    row = 1
    while row < len(lines):
        head = lines[row].split()
        row += 1
        if not head:
            continue
        if len(head) != 2 or not head[1].isdigit():
            raise _unreadable(name, row, "应为「代码 邻居数」", "expected “id number-of-neighbours”")
        links.units.append(head[0])
        if int(head[1]) == 0:
            continue
        near = lines[row].split() if row < len(lines) else []
        row += 1
        if len(near) != int(head[1]):
            raise _unreadable(
                name,
                row,
                f"应列出 {head[0]} 的 {head[1]} 个邻居，实有 {len(near)} 个",
                f"expected the {head[1]} neighbours of {head[0]}, there are {len(near)}",
            )
        for other in near:
            links.add(head[0], other, 1.0)
    return links


def _gwt(lines: list[str], name: str) -> _Links:
    """A header “0 n shapefile id” (or n alone), then “from to weight”."""
    head = lines[0].split()
    count = head[1] if len(head) > 1 else head[0] if head else ""
    links = _Links(count=int(count) if count.isdigit() else 0)
    for row, line in enumerate(lines[1:], start=2):
        cells = line.split()
        if not cells:
            continue
        if len(cells) != 3:
            raise _unreadable(name, row, "应为「起点 终点 权重」三项", "expected “from to weight”")
        links.add(cells[0], cells[1], _number(cells[2], name, row))
    return links


def _number(cell: str, name: str, row: int) -> float:
    try:
        return float(cell)
    except ValueError:
        raise _unreadable(name, row, f"的“{cell}”不是数值", f"“{cell}” is not a number") from None


def _csv(lines: list[str], name: str, ids: list[str] | None) -> _Links:
    first = next(line for line in lines if line.strip())
    split = max(",\t;", key=first.count)
    table = [
        (row, [cell.strip() for cell in cells])
        for row, cells in enumerate(csv.reader(lines, delimiter=split), start=1)
        if any(cell.strip() for cell in cells)
    ]
    head = table[0][1]
    if len(table) == len(head) and all(_numeric(cell) for _, cells in table for cell in cells):
        return _bare(table, name, ids)
    if set(head[1:]) == {cells[0] for _, cells in table[1:]}:
        return _square(table, name)
    if len(head) <= 3:
        return _pairs(table, name, ids)
    raise DataError(
        f"{name} 既不是首行首列为地区代码的方阵，也不是「起点、终点、权重」三列；请改成其中一种",
        f"{name} is neither a square matrix with ids in its first row and column nor columns from, to, weight; make it one of them",
        code="886",
    )


def _numeric(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _bare(table: list[tuple[int, list[str]]], name: str, ids: list[str] | None) -> _Links:
    size = len(table)
    if ids is not None and len(ids) != size:
        raise DataError(
            f"{name} 是没有代码的 {size} × {size} 矩阵，地区却有 {len(ids)} 个；请在首行首列写上地区代码",
            f"{name} is a bare {size} × {size} matrix but there are {len(ids)} units; write their ids into its first row and column",
            code="887",
        )
    units = ids or [str(k) for k in range(size)]
    return _cells([(row, [unit, *cells]) for unit, (row, cells) in zip(units, table, strict=True)], units, name)


def _square(table: list[tuple[int, list[str]]], name: str) -> _Links:
    return _cells(table[1:], table[0][1][1:], name)


def _cells(rows: list[tuple[int, list[str]]], names: list[str], name: str) -> _Links:
    links = _Links(units=[cells[0] for _, cells in rows], whole=True)
    for row, cells in rows:
        if len(cells) != len(names) + 1:
            raise _unreadable(
                name,
                row,
                f"应有 {len(names)} 个权重，实有 {len(cells) - 1} 个",
                f"expected {len(names)} weights, there are {len(cells) - 1}",
            )
        for other, cell in zip(names, cells[1:], strict=True):
            links.add(cells[0], other, _number(cell or "0", name, row))
    return links


def _pairs(table: list[tuple[int, list[str]]], name: str, ids: list[str] | None) -> _Links:
    links = _Links()
    head = table[0][1]
    titled = not (_numeric(head[2]) if len(head) == 3 else ids is not None and set(head) <= set(ids))
    for row, cells in table[int(titled) :]:
        if len(cells) != len(head):
            raise _unreadable(
                name,
                row,
                f"应有 {len(head)} 项，实有 {len(cells)} 项",
                f"expected {len(head)} cells, there are {len(cells)}",
            )
        links.add(cells[0], cells[1], _number(cells[2], name, row) if len(cells) == 3 else 1.0)
    return links
