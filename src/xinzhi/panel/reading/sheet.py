"""One sheet read by itself, and which sheets of a workbook hold the panel."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from xinzhi.atlas.places import Places
from xinzhi.base.errors import DataError, UsageError, unknown
from xinzhi.base.text import Text
from xinzhi.panel.reading import contradictions as against
from xinzhi.panel.reading.gather import Gathered, gather
from xinzhi.panel.reading.grid import Grid
from xinzhi.panel.reading.headers import Context, compact, context, role_of, year_of, years_in
from xinzhi.panel.reading.layout import Asked, Layout, detect
from xinzhi.panel.reading.naming import Named, named, renamed, single
from xinzhi.panel.reading.record import LayoutName, Remark
from xinzhi.panel.reading.regions import are_places
from xinzhi.panel.reading.text import plain
from xinzhi.panel.units import parse


@dataclass(frozen=True)
class Options:
    """What the caller stated; see `xinzhi.read`."""

    layout: LayoutName | None
    region: str | None
    year: int | str | None
    indicator: str | Mapping[str, str] | None
    missing: tuple[str, ...]
    unit: str | Mapping[str, str] | None
    places: Places
    level: str | None
    accept_suggestions: bool
    where: Mapping[str, object]
    leave_out: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A sheet that was understood: its cells, layout, surroundings, figures, and indicator of each header name."""

    grid: Grid
    layout: Layout
    context: Context
    gathered: Gathered
    indicators: Mapping[str, Named]
    remarks: tuple[Remark, ...]


def pick(grids: list[Grid], options: Options) -> list[Sheet]:
    """The sheets that hold the panel: the only one that can be read, or all of them where each is named after a year."""
    below = [g for g in grids if any(c is not None for row in g.rows for c in row)]
    if not below:
        file = grids[0].file if grids else ""
        raise DataError(
            f"{file or 'DataFrame'} 没有内容；请检查文件或重新导出",
            f"{file or 'DataFrame'} has no content; check the file or export it again",
            code="011",
        )
    if len(below) == 1:
        return [understood(below[0], options)]
    if all(year_of(g.sheet) is not None for g in below):
        return [understood(g, options) for g in below]
    readable, faults = [], []
    for g in below:
        try:
            readable.append(understood(g, options))
        except (DataError, UsageError) as fault:
            faults.append(fault)
    called_data = [s for s in readable if compact(s.grid.sheet) in ("data", "数据", "panel", "面板")]
    if len(readable) == 1 or len(called_data) == 1:
        return [_telling_others((called_data or readable)[0], below)]
    if not readable:
        raise min(
            faults, key=lambda fault: fault.code in ("XZ-D022", "XZ-D011")
        )  # the sheet that comes nearest to a panel
    names = [s.grid.sheet for s in readable]
    raise DataError(
        f"{below[0].file} 有 {len(names)} 个工作表都像面板：{'、'.join(names[:8])}；请用 sheet= 写明一个",
        f"{below[0].file} has {len(names)} sheets that look like panels: {', '.join(names[:8])}; state one with sheet=",
        code="013",
    )


def _telling_others(chosen: Sheet, grids: list[Grid]) -> Sheet:
    """The sheet with a remark on those that were not read."""
    others = [g.sheet for g in grids if g.sheet != chosen.grid.sheet]
    text = Text(f"工作表 {'、'.join(others)} 未读取", f"the sheets {', '.join(others)} were not read")
    return replace(chosen, remarks=(*chosen.remarks, Remark("left-out-sheet", "note", text)))


def understood(grid: Grid, options: Options) -> Sheet:
    """Detect the layout of one sheet, gather its figures and name its indicators."""

    def is_region(texts: Sequence[str]) -> list[bool]:
        return are_places(texts, options.level, options.places)

    stated = options.region
    place = stated if stated and is_region([stated])[0] else None
    column = options.year if isinstance(options.year, str) and year_of(options.year) is None else None
    asked = Asked(options.layout, None if place else options.region, column, options.missing, is_region)
    layout = detect(grid, asked)
    above = [c for row in grid.rows[: layout.header] for c in row] if not grid.named else []
    around = context(above, grid.sheet, grid.file)
    _refuse_idle(grid, layout, place, options)
    year, remarks = _year(grid, layout, around, options)
    gathered = gather(grid, layout, year, options.missing, lambda text: is_region([text])[0])
    if layout.region is None and not layout.regions_across:
        gathered = _one_region(grid, gathered, place or around.region)
    indicators = _indicators(grid, layout, around, gathered, options)
    remarks += _remarks(grid, layout, around, gathered)
    if layout.name in ("wide-by-year", "years-by-region") and "" in indicators and options.indicator is None:
        remarks += against.names_against_each_other([(indicators[""].entry.zh, "used"), *around.candidates])
    return Sheet(grid, layout, around, gathered, indicators, tuple(remarks))


def _refuse_idle(grid: Grid, layout: Layout, place: str | None, options: Options) -> None:
    """Refuse what the caller stated where the file says it itself: it would be left unused without a word."""
    years = layout.year is not None or any(v.year is not None for v in layout.values)
    if years and options.year is not None and year_of(options.year) is not None:
        raise UsageError(
            f"{grid.place.zh} 自有年份，year={options.year} 用不上；要取一年请用 panel.select(years=[{options.year}])",
            f"{grid.place.en} has years of its own, so year={options.year} means nothing; to keep one year use panel.select(years=[{options.year}])",
            code="068",
        )
    if place and (layout.region is not None or layout.regions_across):
        raise UsageError(
            f"{grid.place.zh} 自有地区列，region={place} 用不上；要取一个地区请用 panel.select(regions=…)",
            f"{grid.place.en} has a column of regions, so region={place} means nothing; to keep one region use panel.select(regions=…)",
            code="068",
        )


def _one_region(grid: Grid, gathered: Gathered, place: str) -> Gathered:
    if not place:
        raise DataError(
            f"{grid.place.zh} 没有地区列；请用 region= 写明地区列的表头，或整个文件所属的地区",
            f"{grid.place.en} has no column of regions; state its header, or the region the whole file is about, with region=",
            code="016",
        )
    return replace(gathered, table=gathered.table.assign(text=place))


def _year(grid: Grid, layout: Layout, around: Context, options: Options) -> tuple[int | None, list[Remark]]:
    """The one year of a sheet that has no years in it: stated, in the sheet name, the titles or the file name."""
    if layout.year is not None or any(v.year is not None for v in layout.values):
        return None, []
    if options.year is not None and year_of(options.year) is not None:
        return year_of(options.year), []
    if (year := year_of(grid.sheet)) is not None:
        return year, []
    said = [(t, years_in(t)) for t in (*around.titles, grid.sheet, re.sub(r"\.\w+$", "", grid.file))]
    single_years = [next(iter(y)) for _, y in said if len(y) == 1]
    if not single_years:
        _refuse_no_year(grid, layout)
        raise DataError(
            f"{grid.place.zh} 找不到年份：表头、标题和文件名都没有；请用 year= 写明年份或年份列的表头",
            f"{grid.place.en}: no year in headers, titles or the file name; state the year, or the header of its column, with year=",
            code="018",
        )
    year = single_years[0]
    if len(set(single_years)) == 1:
        return year, []
    listed = "、".join(str(y) for y in dict.fromkeys(single_years))
    text = Text(
        f"标题与文件名的年份不一（{listed}）；已取 {year}，请用 year= 写明",
        f"titles and file name disagree on the year ({listed.replace('、', ', ')}); {year} was taken, state it with year=",
    )
    return year, [Remark("contradiction", "warning", text)]


def _refuse_no_year(grid: Grid, layout: Layout) -> None:
    """Refuse a column that is called year and holds something else."""
    body = range(layout.first, layout.last)
    for c, head in enumerate(grid.rows[layout.header]):
        r = next((r for r in body if grid.rows[r][c] is not None), None)
        if role_of(head) == "year" and r is not None:
            said = plain(grid.rows[r][c])
            raise DataError(
                f"{grid.place.zh}{'' if grid.sheet else ' '}行 {grid.row_number(r)} 的“{plain(head)}”是「{said}」（{grid.cell(r, c)}），不是年份；请改为如 2022",
                f"{grid.place.en} row {grid.row_number(r)}: “{plain(head)}” is “{said}” ({grid.cell(r, c)}), which is not a year; write it as 2022",
                code="018",
            )


def _indicators(grid: Grid, layout: Layout, around: Context, gathered: Gathered, options: Options) -> dict[str, Named]:
    """Header name → indicator, for every name among the figures."""
    stated = options.indicator
    source, china = grid.file, options.places.name == "china"
    out: dict[str, Named] = {}
    units = gathered.table.loc[gathered.table["unit"] != ""].drop_duplicates("name").set_index("name")["unit"]
    for name in map(str, gathered.table["name"].unique()):
        beside = str(units.get(name, "")) or next((u for u, _ in layout.head_units), "")
        beside = beside or ("%" if any(name.endswith(c) for c in gathered.marks.percent) else "")
        if name == "":
            corner = "" if layout.region is None else layout.corner
            found = single(around, corner, unit=beside, source=source, china=china)
        else:
            label = gathered.labels.get(name, "") or (grid.labels or {}).get(name, "")
            common = around.unit if parse(around.unit).known else ""
            found = named(name, label=label, unit=beside, source=source, china=china)
            if common and not found.entry.unit:
                found = named(name, label=label, unit=common, source=source, china=china)
        out[name] = _stated(found, name, stated, options, alone=gathered.table["name"].nunique() == 1)
    _refuse_unused(grid, out, options)
    return out


def _refuse_unused(grid: Grid, found: Mapping[str, Named], options: Options) -> None:
    """Refuse names that the caller states for indicators the sheet does not have."""
    heads = [h or n.id for h, n in found.items()]
    if isinstance(options.indicator, str) and len(found) > 1:
        raise UsageError(
            f"{grid.place.zh} 有 {len(found)} 个指标, indicator= 须写成 {{表头：名称}}; 表头有 {'、'.join(heads[:8])}",
            f"{grid.place.en} has {len(found)} indicators, so indicator= must be {{header: id}}; headers are {', '.join(heads[:8])}",
            code="069",
        )
    wanted = options.indicator if isinstance(options.indicator, Mapping) else {}
    for header in wanted:
        if all(renamed(h, {header: "x"}) is None for h in heads):
            raise unknown(Text("表头", "header"), header, heads, code="069")
    for name in options.unit if isinstance(options.unit, Mapping) else ():
        ids = [n.id for n in found.values()]
        if name not in ids and name not in heads:
            raise unknown(Text("指标", "indicator"), name, ids, code="069")


def _stated(found: Named, name: str, stated: str | Mapping[str, str] | None, options: Options, *, alone: bool) -> Named:
    new = (
        stated if isinstance(stated, str) and alone else renamed(name, stated) if isinstance(stated, Mapping) else None
    )
    if new is not None:
        again = named(new, label=found.entry.zh, unit=found.entry.unit, source=found.entry.source, origin="stated")
        found = Named(new, again.entry.__class__(**{**again.entry.__dict__, "id": new}), "stated")
    unit = (
        options.unit
        if isinstance(options.unit, str)
        else (options.unit or {}).get(found.id) or (options.unit or {}).get(name)
    )
    if unit:
        found = Named(
            found.id, found.entry.__class__(**{**found.entry.__dict__, "unit": parse(unit).text}), found.origin
        )
    return found


def _remarks(grid: Grid, layout: Layout, around: Context, gathered: Gathered) -> list[Remark]:
    out: list[Remark] = list(grid.remarks)
    stem = re.sub(r"\.\w+$", "", grid.file)
    if layout.name == "wide-by-indicator" and not grid.named:
        heads = {v.name: grid.cell(layout.first - 1, v.column) for v in layout.values}
        out += against.file_against_headers(stem, heads)
    table = gathered.table
    years = sorted(int(y) for y in table["year"].dropna().unique())
    out += against.years_against_titles(around, years)
    met: dict[str, dict[str, str]] = {}
    for f in table[table["unit"] != ""].drop_duplicates(["name", "unit"])[["name", "unit", "row", "column"]].to_numpy():
        name, unit, row, column = str(f[0]), str(f[1]), int(f[2]), int(f[3])
        met.setdefault(name, {}).setdefault(parse(unit).text, grid.cell(row, layout.unit or column))
    if len(layout.head_units) > 1:
        met["年份 year"] = {u: grid.cell(layout.header, c) for u, c in layout.head_units}
    out += against.units_against_each_other(met)
    below = [
        int(r)
        for r in dict.fromkeys(table["row"])
        if layout.region is not None and grid.rows[int(r)][layout.region] is None
    ]
    if below:
        text = Text(
            f"{len(below)} 行没有写地区，按合并单元格取上一行的地区",
            f"{len(below)} rows name no region and took that of the row above, as under a merged cell",
        )
        out.append(Remark("filled-down", "note", text, grid.cell(below[0], layout.region or 0)))
    for mark, count in gathered.marks.missing.items():
        text = Text(f"{count} 个单元格的“{mark}”按缺失读取", f"“{mark}” in {count} cells was read as missing")
        out.append(Remark("missing-mark", "note", text))
    for name, count in gathered.marks.percent.items():
        filled = int(table.loc[table["name"].str.endswith(name), "value"].notna().sum())
        mixed = count < filled
        text = Text(
            f"“{name or grid.file}”的 {filled} 个数中 {count} 个带百分号，已取百分号前的数"
            + ("；其余可能是另一种口径，请核对" if mixed else ""),
            f"{count} of {filled} figures of “{name or grid.file}” carry a per-cent sign; the figure before it was taken"
            + ("; the others may be meant otherwise, check them" if mixed else ""),
        )
        out.append(Remark("percent", "warning" if mixed else "note", text))
    for c in layout.ignored:
        head = plain(grid.rows[layout.header][c]) or "?"
        text = Text(f"列“{head}”未作为指标读取", f"the column “{head}” was not read as an indicator")
        known = any(role_of(h) for h in (grid.rows[layout.header][c], head))
        out.append(Remark("left-out-column", "note" if known else "warning", text, grid.cell(layout.header, c)))
    for r, said in gathered.without_figures:
        text = Text(f"行“{said}”没有数，未读取", f"the row “{said}” holds no figures and was not read")
        out.append(Remark("left-out-row", "note", text, grid.cell(r, layout.region or 0)))
    return out
