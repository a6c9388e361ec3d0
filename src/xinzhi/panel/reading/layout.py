"""Which cell is what: the header, the columns that hold places and years, and the columns that hold figures."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Any

from xinzhi.base.errors import DataError, nearest
from xinzhi.panel.reading.cells import Marks, number
from xinzhi.panel.reading.grid import Grid
from xinzhi.panel.reading.headers import compact, fineness, role_of, stub_and_year, unit_of_year, year_of
from xinzhi.panel.reading.naming import known
from xinzhi.panel.reading.record import LAYOUTS, LayoutName
from xinzhi.panel.reading.text import plain, squeezed
from xinzhi.panel.units import parse, split_name

_SEARCH = 60  # rows within which the header must stand
_SAMPLE = 400  # filled cells looked at to tell what a column holds
_FOOTER = re.compile(r"^(注|备注|说明|附注|资料来源|数据来源|来源|数$|data sources?|sources?|notes?)", re.IGNORECASE)


@dataclass(frozen=True)
class Values:
    """A column of figures: its position, the name its header gives, and the year where the header gives one."""

    column: int
    name: str
    year: int | None = None


@dataclass(frozen=True)
class Layout:
    """Where everything stands; columns are positions, None where there is no such column.

    `head_units` are the units behind years, each with the first column that has it.
    """

    name: LayoutName
    header: int
    first: int
    last: int
    values: tuple[Values, ...]
    region: int | None = None
    year: int | None = None
    indicator: int | None = None
    label: int | None = None
    unit: int | None = None
    regions_across: tuple[tuple[int, str], ...] = ()
    ignored: tuple[int, ...] = ()
    corner: str = ""
    head_units: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Asked:
    """What the caller stated about the layout."""

    layout: LayoutName | None
    region: str | None
    year: str | None
    missing: Collection[str]
    is_region: Callable[[Sequence[str]], list[bool]]


def detect(grid: Grid, asked: Asked) -> Layout:
    """Find the layout of `grid`; what cannot be a panel is refused with one sentence."""
    header, first = header_rows(grid)
    heads = heads_of(grid, header, first)
    last, notes = _end(grid, first)
    if first >= last:
        raise DataError(
            f"{grid.place.zh} 表头以下没有数据行；请检查工作表或重新导出",
            f"{grid.place.en} has no rows of data below its header; check the sheet or export it again",
            code="011",
        )
    found = _Columns(grid, heads, header, first, last, asked)
    layout = found.layout()
    if asked.layout is not None and layout.name != asked.layout:
        raise DataError(
            f"{grid.place.zh} 的布局像是「{LAYOUTS[layout.name].zh}」（{layout.name}），不能按 {asked.layout} 读取；请核对 layout= 或用 region=、year= 写明列名",
            f"{grid.place.en} looks like {layout.name} ({LAYOUTS[layout.name].en}) and cannot be read as {asked.layout}; check layout=, or name the columns with region= and year=",
            code="022",
        )
    return Layout(**{**layout.__dict__, "notes": notes})


def _numeric(cell: Any) -> bool:
    value = number(cell, (), Marks())
    return value is not None and value == value


def _countable(cell: Any) -> bool:
    value = number(cell, (), Marks())
    return value is not None and value == value and value == round(value)


def header_rows(grid: Grid) -> tuple[int, int]:
    """(first header row, first body row)."""
    if grid.named:
        return 0, 1
    header = _header_row(grid)
    if header is None:
        raise DataError(
            f"{grid.place.zh} 前 {_SEARCH} 行找不到表头（一行地区、年份或指标名，下面是数字）；请检查工作表",
            f"{grid.place.en}: no header (a row of places, years or indicators above numbers) within {_SEARCH} rows; check the sheet",
            code="022",
        )
    first = header + 1
    while first < len(grid.rows) and first - header < 4 and _continues(grid.rows[first], grid.rows[header]):
        first += 1
    return header, first


def _header_row(grid: Grid) -> int | None:
    generic = None
    for r, row in enumerate(grid.rows[:_SEARCH]):
        filled = [c for c in row if c is not None]
        if len(filled) < 2:
            continue
        years = sum(year_of(c) is not None for c in filled)
        roles = {role_of(c) for c in filled} - {None, "order", "unit"}
        if years >= 2 or (
            roles & {"region", "year", "indicator"} and not any(_numeric(c) and not year_of(c) for c in filled)
        ):
            return r
        below = next((x for x in grid.rows[r + 1 : r + 4] if any(c is not None for c in x)), [])
        if generic is None and not any(map(_numeric, filled)) and any(map(_numeric, below)):
            generic = r
    return generic


def _continues(row: list[Any], header: list[Any]) -> bool:
    """Whether `row` is a second header row: its first cell is empty or repeats, and it holds no figures but years."""
    filled = [c for c in row if c is not None]
    if not filled or (row[0] is not None and row[0] != header[0]):
        return False
    return not any(_numeric(c) and year_of(c) is None for c in filled) and len(filled) > 1


def heads_of(grid: Grid, header: int, first: int) -> list[list[str]]:
    """The header texts of each column, outer level first; a blank in an outer level belongs to the cell on its left."""
    levels = [list(grid.rows[r]) for r in range(header, first)]
    for upper, lower in pairwise(levels):
        for c in range(1, len(upper)):
            if upper[c] is None and lower[c] is not None:
                upper[c] = upper[c - 1]
    texts = [[plain(level[c]) for level in levels if plain(level[c])] for c in range(grid.width)]
    return [list(dict.fromkeys(t)) for t in texts]


def column_named(grid: Grid, heads: Sequence[Sequence[str]], wanted: str, what: str = "") -> int:
    """The column whose header, or one level of it, is `wanted`; `what` says in Chinese what it would hold."""
    for c, levels in enumerate(heads):
        text = " ".join(levels)
        if wanted in (text, *levels) or compact(wanted) == compact(text):
            return c
    known = [" ".join(levels) for levels in heads if levels]
    near = nearest(wanted, known) or known[:8]
    raise DataError(
        f"{grid.place.zh} 没有名为「{wanted}」的{what}列；现有 {'、'.join(near)}",
        f"{grid.place.en} has no column “{wanted}”; there are {', '.join(near)}",
        code="023",
    )


def _end(grid: Grid, first: int) -> tuple[int, tuple[str, ...]]:
    """(one past the last body row, the notes below the table)."""
    last = len(grid.rows)
    notes: list[str] = []
    while last > first:
        filled = [c for c in grid.rows[last - 1] if c is not None]
        if filled and not (len(filled) == 1 and not _numeric(filled[0]) and _is_note(filled[0], grid)):
            break
        notes += [plain(c) for c in filled]
        last -= 1
    return last, tuple(reversed(notes))


def _is_note(cell: Any, grid: Grid) -> bool:
    text = plain(cell)
    return bool(_FOOTER.match(text)) or len(text) > 12 or grid.width == 1


class _Columns:
    """The columns of one grid while their parts are being worked out."""

    def __init__(self, grid: Grid, heads: list[list[str]], header: int, first: int, last: int, asked: Asked) -> None:
        self.grid, self.heads, self.asked = grid, heads, asked
        self.header, self.first, self.last = header, first, last
        self.used = [
            c for c in range(grid.width) if heads[c] or any(row[c] is not None for row in grid.rows[first:last])
        ]
        self.roles = {
            c: role_of(heads[c][-1] if heads[c] else "") or role_of(heads[c][0] if heads[c] else "") for c in self.used
        }

    def text(self, column: int) -> str:
        return " ".join(self.heads[column])

    def sample(self, column: int) -> list[Any]:
        filled = (c for row in self.grid.rows[self.first : self.last] if (c := row[column]) is not None)
        return list(islice(filled, _SAMPLE))

    def holding(self, role: str) -> list[int]:
        return [c for c in self.used if self.roles[c] == role]

    def named(self, wanted: str, what: str) -> int:
        return column_named(self.grid, self.heads, wanted, what)

    def layout(self) -> Layout:
        year_columns = [c for c in self.used if self.year_head(c) is not None]
        indicator = next(iter(self.holding("indicator")), None)
        year = self.year_column()
        region = self.region_column(exclude={c for c in (year, indicator) if c is not None} | set(year_columns))
        if year is None and region is None and indicator is None and year_columns:
            region = None
        across = self.regions_across(year)
        if across:
            return self.made("years-by-region", (), year=year, regions_across=across)
        values = self.holding("value")
        if len(values) == 1 and not year_columns and len(self.numeric_columns({year, region, indicator})) <= 2:
            return self.long(region, year, values[0])
        if year_columns and year is None:
            return self.by_year(region, indicator, year_columns)
        return self.by_indicator(region, year, indicator)

    def year_head(self, column: int) -> int | None:
        return next((y for h in self.heads[column] if (y := year_of(h)) is not None), None)

    def year_column(self) -> int | None:
        if self.asked.year is not None:
            return self.named(self.asked.year, "年份")
        for c in self.holding("year"):
            values = self.sample(c)
            if sum(year_of(v) is not None for v in values) * 2 >= len(
                values
            ):  # the others are faults, which reading refuses
                return c
        for c in self.used:
            values = self.sample(c)
            plausible = self.roles[c] is None and self.year_head(c) is None and not self.names_indicator(c)
            if plausible and values and all(year_of(v) is not None for v in values):
                return c
        return None

    def names_indicator(self, column: int) -> bool:
        """Whether a header names an indicator or a unit: figures such as 2015 万人 are no years."""
        text = self.text(column)
        return bool(split_name(text)[1]) or known(text) is not None or stub_and_year(text) is not None

    def measures(self, column: int) -> bool:
        """Whether a header names a known indicator or carries a unit, so that words below it are faults."""
        text = self.text(column)
        return parse(split_name(text)[1]).known or known(text) is not None

    def region_column(self, exclude: set[int]) -> int | None:
        if self.asked.region is not None:
            return self.named(self.asked.region, "地区")
        named = [c for c in self.used if c not in exclude and (self.roles[c] == "region" or self.corner_region(c))]
        ranked = sorted(named, key=lambda c: (self.share(c), fineness(self.text(c))), reverse=True)
        if ranked and (self.share(ranked[0]) > 0 or not self.only_numbers(ranked[0])):
            return ranked[0]
        others = [
            c for c in self.used if c not in exclude and self.roles[c] in (None, "order") and self.share(c) >= 0.6
        ]
        return others[0] if others else None

    def corner_region(self, column: int) -> bool:
        return column == self.used[0] and bool(
            re.search(r"(地区|省份|城市|regions?)$", squeezed(self.text(column)), re.IGNORECASE)
        )

    def only_numbers(self, column: int) -> bool:
        return all(_numeric(c) for c in self.sample(column))

    def share(self, column: int) -> float:
        """The share of a column's distinct texts that are known places, in tenths so that near ties count as ties."""
        texts = list(dict.fromkeys(plain(c) for c in self.sample(column)))[:60]
        if not texts:
            return 0.0
        return round(sum(self.asked.is_region(texts)) / len(texts), 1)

    def numeric_columns(self, exclude: set[int | None]) -> list[int]:
        return [c for c in self.used if c not in exclude and self.figures(c)]

    def figures(self, column: int) -> bool:
        """Whether a column holds figures: a fifth of its filled cells or more are numbers, marks or symbols.

        A few figures among words are a column of remarks; words among figures are faults, which reading refuses.
        """
        cells = self.sample(column)
        if not cells or self.measures(column):
            return bool(self.heads[column])
        hits = sum(
            number(c, self.asked.missing, Marks()) is not None or not re.search(r"^[^=]*[^\W\d_]", str(c))
            for c in cells
        )
        return hits * 5 >= len(cells)

    def tells(self, column: int) -> bool:
        """Whether a column says which row it is (another name or code of the place, a running number), not how much."""
        role, cells = self.roles[column], self.sample(column)
        if role == "region":  # `area` and `name` may well be figures
            return self.share(column) >= 0.5 or not self.only_numbers(column)
        if role != "order":
            return False
        if compact(self.text(column)) in ("排名", "位次", "rank"):
            return True
        steps = {float(b) - float(a) for a, b in pairwise(cells)} if all(map(_countable, cells)) else set()
        return steps <= {0.0, 1.0} and all(map(_countable, cells))

    def regions_across(self, year: int | None) -> tuple[tuple[int, str], ...]:
        if year is None:
            return ()
        others = [(c, self.text(c)) for c in self.used if c != year and self.text(c)]
        if len(others) < 2:
            return ()
        hits = self.asked.is_region([t for _, t in others])
        return tuple(others) if sum(hits) * 2 > len(others) else ()

    def made(self, name: LayoutName, values: tuple[Values, ...], **parts: Any) -> Layout:
        taken = {v.column for v in values} | {c for c, _ in parts.get("regions_across", ())}
        taken |= {parts.get(k) for k in ("region", "year", "indicator", "label", "unit")}
        corner = self.text(parts["region"]) if parts.get("region") is not None else ""
        ignored = tuple(c for c in self.used if c not in taken)
        return Layout(name, self.header, self.first, self.last, values, ignored=ignored, corner=corner, **parts)

    def long(self, region: int | None, year: int | None, value: int) -> Layout:
        texts = [
            c
            for c in self.used
            if c not in {region, year, value} and self.roles[c] in (None, "indicator") and not self.figures(c)
        ]
        indicators = [c for c in texts if self.roles[c] == "indicator"] or texts[:1]
        label = (
            next((c for c in texts if c not in indicators[:1] and self.one_to_one(c, indicators[0])), None)
            if indicators
            else None
        )
        return self.made(
            "long",
            (Values(value, ""),),
            region=region,
            year=year,
            indicator=indicators[0] if indicators else None,
            label=label,
            unit=next(iter(self.holding("unit")), None),
        )

    def one_to_one(self, a: int, b: int) -> bool:
        pairs = {(row[a], row[b]) for row in self.grid.rows[self.first : self.last]}
        return len(pairs) == len({x for x, _ in pairs}) == len({y for _, y in pairs})

    def by_year(self, region: int | None, indicator: int | None, columns: list[int]) -> Layout:
        values = tuple(
            Values(c, " ".join(h for h in self.heads[c] if year_of(h) is None), self.year_head(c)) for c in columns
        )
        unit = next(iter(self.holding("unit")), None)
        if region is None and indicator is None:
            texts = [c for c in self.used if c not in columns and not self.figures(c)]
            indicator = texts[0] if texts else None
        name: LayoutName = "one-region" if region is None else "wide-by-year"
        told: dict[str, int] = {}
        for c in columns:
            for u in (parse(unit_of_year(h)) for h in self.heads[c]):
                if u.known:
                    told.setdefault(u.text, c)
        units = tuple(told.items())
        return self.made(name, values, region=region, indicator=indicator, unit=unit, head_units=units)

    def by_indicator(self, region: int | None, year: int | None, indicator: int | None) -> Layout:
        free = [c for c in self.used if c not in {region, year} and not self.tells(c)]
        figures = [c for c in free if self.figures(c) and self.text(c)]
        stubs = {c: s for c in figures if (s := stub_and_year(self.text(c)))}
        if (
            year is None
            and len(stubs) >= 2
            and len({y for _, y in stubs.values()}) >= 2
            and len(stubs) * 2 > len(figures)
        ):
            values = tuple(
                Values(c, *stubs[c]) if c in stubs else Values(c, self.text(c)) for c in figures if c in stubs
            )
            return self.made("wide-by-year", values, region=region, indicator=indicator)
        return self.made("wide-by-indicator", tuple(Values(c, self.text(c)) for c in figures), region=region, year=year)
