"""From the figures of one or several sheets to a panel: places resolved, duplicates refused, totals kept apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from xinzhi.base.errors import DataError
from xinzhi.base.text import Text
from xinzhi.panel.indicator import Indicator
from xinzhi.panel.panel import TOUCHED_COLUMNS, Panel, untouched
from xinzhi.panel.reading.grid import Grid
from xinzhi.panel.reading.record import Reading, Remark
from xinzhi.panel.reading.regions import Resolved, resolve
from xinzhi.panel.reading.sheet import Options, Sheet
from xinzhi.panel.reading.text import plain

_KEY = ["region", "year", "indicator"]


def assemble(sheets: Sequence[Sheet], options: Options, name: str) -> Panel:
    """One panel of all sheets; an unknown place, a suggested one that is not accepted, or a duplicate is refused."""
    texts = [str(t) for s in sheets for t in s.gathered.table["text"].unique()]
    resolved = resolve(texts, options.level, options.places)
    _refuse_unknown(sheets, resolved)
    if not options.accept_suggestions:
        _refuse_suggested(sheets, resolved)
    tables = [_table(s, resolved) for s in sheets]
    whole = pd.concat(tables, ignore_index=True)
    whole = whole[whole["region"] != ""]
    whole = whole[~(whole["total"] & whole.duplicated([*_KEY, "value"]))]
    _refuse_duplicates(whole, sheets)
    entries = {n.id: n.entry for s in sheets for n in s.indicators.values()}
    return Panel(
        _pivot(whole[~whole["total"]], "region", list(entries)),
        entries,
        options.places,
        name=name,
        title=Text(name, name),
        touched=_touched(sheets, tables, resolved),
        totals=_pivot(whole[whole["total"]], "name", list(entries)),
        readings=tuple(_reading(s, t, resolved, entries) for s, t in zip(sheets, tables, strict=True)),
    )


def _table(sheet: Sheet, resolved: Resolved) -> pd.DataFrame:
    """The figures of a sheet with codes and ids; `total` marks aggregates, whose name stands as their region."""
    frame = sheet.gathered.table
    ids = {name: named.id for name, named in sheet.indicators.items()}
    total = frame["text"].isin(list(resolved.grouped))
    region = frame["text"].map({**resolved.codes, **resolved.grouped})
    return frame.assign(region=region, indicator=frame["name"].map(ids), total=total, sheet=sheet.grid.sheet)


def _pivot(table: pd.DataFrame, place: str, ids: list[str]) -> pd.DataFrame:
    wide = table.pivot(index=["region", "year"], columns="indicator", values="value").reindex(columns=ids)
    wide.columns.name = None
    index = pd.MultiIndex.from_arrays(
        [wide.index.get_level_values(0).astype(str), wide.index.get_level_values(1).astype("int64")],
        names=[place, "year"],
    )
    return wide.set_axis(index, axis=0).astype(float).sort_index()


def _where(sheets: Sequence[Sheet], text: str) -> tuple[Grid, int, int]:
    """The first cell that names a place: grid, row and column."""
    for s in sheets:
        rows = s.gathered.table.loc[s.gathered.table["text"] == text, ["row", "column"]].to_numpy()
        if len(rows):
            across = bool(s.layout.regions_across)
            row = s.layout.header if across else int(rows[0, 0])
            return s.grid, row, int(rows[0, 1]) if across else s.layout.region or 0
    raise KeyError(text)


def _refuse_unknown(sheets: Sequence[Sheet], resolved: Resolved) -> None:
    lost = resolved.of("none")
    if not lost:
        return
    grid, r, c = _where(sheets, lost[0])
    row, gap, cell = grid.row_number(r), "" if grid.sheet else " ", grid.cell(r, c)
    others = [a.name for a in resolved.matches[lost[0]].alternatives][:3]
    near_zh = f"；最接近的是 {'、'.join(others)}" if others else ""
    near_en = f"; the nearest are {', '.join(others)}" if others else ""
    more_zh = f"（另有 {len(lost) - 1} 个：{'、'.join(lost[1:6])}）" if len(lost) > 1 else ""
    more_en = f" (and {len(lost) - 1} more: {', '.join(lost[1:6])})" if len(lost) > 1 else ""
    raise DataError(
        f"{grid.place.zh}{gap}行 {row}: 不认识地区「{lost[0]}」（单元格 {cell}）{more_zh}{near_zh}；请改正名称，用 places= 给出您的地区表，或用 leave_out= 写明不读的地区",
        f"{grid.place.en} row {row}: the region “{lost[0]}” is unknown (cell {cell}){more_en}{near_en}; correct the name, give your own list of places with places=, or leave it out with leave_out=",
        code="016",
    )


def _refuse_suggested(sheets: Sequence[Sheet], resolved: Resolved) -> None:
    unsure = resolved.suggestions()
    if not unsure:
        return
    grid, *_ = _where(sheets, next(iter(unsure)))
    listed_zh = "、".join(f"「{t}」→ {name}" for t, name in unsure.items())
    listed_en = ", ".join(f"“{t}” → {name}" for t, name in unsure.items())
    raise DataError(
        f"{grid.place.zh} 有 {len(unsure)} 个地区名只能猜测：{listed_zh}；若都对，写 accept_suggestions=True，否则请改正",
        f"{grid.place.en} has {len(unsure)} region names that can only be guessed: {listed_en}; if all are right write accept_suggestions=True, otherwise correct them",
        code="017",
    )


def _refuse_duplicates(table: pd.DataFrame, sheets: Sequence[Sheet]) -> None:
    twice = table.duplicated(_KEY, keep=False)
    if not twice.any():
        return
    first = table[twice].iloc[0]
    same = table[(table[_KEY] == first[_KEY]).all(axis=1)]
    grids = {s.grid.sheet: s.grid for s in sheets}
    spots = [(str(a), int(b), int(c), str(d)) for a, b, c, d in same[["sheet", "row", "column", "text"]].to_numpy()]
    said = [(grids[a], grids[a].cell(b, c), d) for a, b, c, d in spots]
    cells, texts = "、".join(c for _, c, _ in said), "、".join(dict.fromkeys(t for *_, t in said))
    grid, columns = said[0][0], {s.grid.sheet: (s.layout.region, s.layout.year) for s in sheets}
    empty = [(g, b) for (g, *_), (a, b, *_) in zip(said, spots, strict=True) if _unnamed(g, b, columns[a])]
    rows = "、".join(dict.fromkeys(str(g.row_number(b)) for (g, *_), (_, b, *_) in zip(said, spots, strict=True)))
    if empty:
        why = Text(
            f"行 {empty[0][0].row_number(empty[0][1])} 没有写地区或年份，请补上",
            f"row {empty[0][0].row_number(empty[0][1])} names no region or no year, fill it in",
        )
    elif len({b for _, b, *_ in spots}) == 1 and len(grids) == 1:
        why = Text(
            "有几列是同一个指标，请改名或删去多余的列", "several columns are the same indicator, rename or delete one"
        )
    else:
        why = _way_out(same, table[twice], sheets)
    raise DataError(
        f"{grid.place.zh}{'' if grid.sheet else ' '}行 {rows}: 「{texts}」{first.year} 年的“{first.indicator}”出现 {len(said)} 次（{cells}）；每个地区每年只能有一个数，{why.zh}",
        f"{grid.place.en} rows {rows.replace('、', ', ')}: “{texts}” has {len(said)} figures of “{first.indicator}” in {first.year} ({cells.replace('、', ', ')}); a region has one a year, {why.en}",
        code="015",
    )


def _way_out(same: pd.DataFrame, twice: pd.DataFrame, sheets: Sequence[Sheet]) -> Text:
    """What tells the rows of a duplicate apart: another column, or how places are written, in all of `twice`."""
    sheet = next(s for s in sheets if s.grid.sheet == same["sheet"].iloc[0])
    rows = [int(r) for r in same.loc[same["sheet"] == sheet.grid.sheet, "row"]]
    for c in sheet.layout.ignored:
        said = list(dict.fromkeys(plain(sheet.grid.rows[r][c]) for r in rows))
        if len(said) == len(rows) > 1 and all(said):
            head = plain(sheet.grid.rows[sheet.layout.header][c])
            return Text(
                f"这些行的“{head}”是{'、'.join(said)}，请用 where={{'{head}': '{said[0]}'}} 写明读哪些行",
                f"their “{head}” is {', '.join(said)}, state which rows to read with where={{'{head}': '{said[0]}'}}",
            )
    spellings = twice[["region", "text"]].drop_duplicates()
    spare = [str(t) for t in spellings.loc[spellings.duplicated("region"), "text"]]
    if same["text"].nunique() > 1:
        return Text(
            f"这几种写法是同一地区，请去掉多余的，如 leave_out={spare}",
            f"these are one place, leave out those too many, such as leave_out={spare}",
        )
    return Text("请删去重复行", "delete the duplicate")


def _unnamed(grid: Grid, row: int, columns: tuple[int | None, int | None]) -> bool:
    """Whether the row took its region or its year from the row above it."""
    return any(c is not None and grid.rows[row][c] is None for c in columns)


def _touched(sheets: Sequence[Sheet], tables: Sequence[pd.DataFrame], resolved: Resolved) -> pd.DataFrame:
    """A row for every figure whose place was accepted on a suggestion."""
    unsure = resolved.of("suggested")
    if not unsure:
        return untouched()
    rows = pd.concat([t[t["text"].isin(unsure)] for t in tables])
    reason = [f"「{t}」→ {resolved.matches[t].name}" for t in rows["text"]]
    out = rows[_KEY].assign(mark="suggested", before=rows["value"], after=rows["value"], step="read", reason=reason)
    return out[list(TOUCHED_COLUMNS)].reset_index(drop=True)


def _reading(sheet: Sheet, table: pd.DataFrame, resolved: Resolved, entries: Mapping[str, Indicator]) -> Reading:
    grid, layout = sheet.grid, sheet.layout
    texts = [str(t) for t in table["text"].unique()]
    own = table.loc[~table["total"], [*_KEY, "row", "column"]]
    spots = own.astype({"region": "category", "indicator": "category"}).reset_index(drop=True)
    kept_out = [t for t in texts if t in resolved.grouped]
    remarks = list(sheet.remarks)
    if kept_out:
        listed = "、".join(kept_out)
        text = Text(
            f"“{listed}”是合计，不作为地区，只用于核对加总",
            f"“{listed}” are totals: kept out of the regions and used to check sums",
        )
        remarks.append(Remark("left-out-row", "note", text))
    remarks += [
        Remark(
            "suggested-region",
            "warning",
            Text(f"地区「{t}」按建议读作 {name}", f"the region “{t}” was read as {name} on a suggestion"),
        )
        for t, name in resolved.suggestions().items()
        if t in texts
    ]
    return Reading(
        file=grid.file,
        sheet=grid.sheet,
        encoding=grid.encoding,
        header_row=layout.header + 1,
        layout=layout.name,
        titles=sheet.context.titles,
        notes=layout.notes,
        regions={t: (resolved.codes[t], resolved.matches[t].certainty) for t in texts if t in resolved.codes},
        units={n.id: n.entry.unit for n in sheet.indicators.values()},
        names={n.id: header or (n.entry.zh or n.entry.en or n.id) for header, n in sheet.indicators.items()},
        remarks=tuple(remarks),
        spots=spots,
        address=grid.cell,
    )
