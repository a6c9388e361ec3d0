"""Regions × years × indicators, with the dictionary and the history of every touched cell."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xinzhi.atlas.places import Places
from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError, UsageError, unknown
from xinzhi.base.text import Text
from xinzhi.panel import formula as formulas
from xinzhi.panel.indicator import Indicator

if TYPE_CHECKING:
    from xinzhi.panel.check import Findings
    from xinzhi.panel.reading.record import Reading
    from xinzhi.panel.repair import Plan

TOUCHED_COLUMNS = ("region", "year", "indicator", "mark", "before", "after", "step", "reason")
MARKS: Mapping[str, Text] = {
    "interpolated": Text("插值", "interpolated"),
    "carried": Text("沿用邻近年份", "carried"),
    "imputed": Text("模型补缺", "imputed"),
    "winsorised": Text("缩尾", "winsorised"),
    "deflated": Text("平减", "deflated"),
    "linked": Text("衔接", "linked"),
    "dropped": Text("剔除", "dropped"),
    "denominated": Text("相除", "divided"),
    "rescaled": Text("统一单位", "rescaled"),
    "replaced": Text("改正", "replaced"),
    "proxy": Text("代理", "proxy"),
    "converted": Text("换算单位", "converted"),
    "suggested": Text("地区名按建议识别", "region taken on a suggestion"),
}


def untouched() -> pd.DataFrame:
    """An empty record of touched cells."""
    return pd.DataFrame({name: pd.Series(dtype="object") for name in TOUCHED_COLUMNS})


@dataclass(frozen=True)
class Panel:
    """A panel of regional indicators.

    frame       indexed by (`region`, `year`), sorted; one float column an indicator; NaN is missing
    indicators  id → dictionary entry, for every column
    places      the list of places the region codes belong to
    name        id of the panel
    title       what it is
    touched     one row for each cell that a step changed: region, year, indicator, mark, before, after, step, reason
    limits      what a reader must know before using the figures
    totals      figures of the nation and of areas of several regions, indexed by (`name`, `year`); kept for the check of sums
    readings    how each file or sheet was read; empty for a panel that was not read from one
    """

    frame: pd.DataFrame
    indicators: Mapping[str, Indicator]
    places: Places
    name: str = "panel"
    title: Text = Text("面板", "panel")
    touched: pd.DataFrame = field(default_factory=untouched)
    limits: tuple[Text, ...] = ()
    totals: pd.DataFrame = field(default_factory=pd.DataFrame)
    readings: tuple[Reading, ...] = ()

    def __post_init__(self) -> None:
        if list(self.frame.index.names) != ["region", "year"]:
            raise DataError("面板须以 (region, year) 为索引", "a panel is indexed by (region, year)", code="130")
        if self.frame.index.has_duplicates:
            region, year = self.frame.index[self.frame.index.duplicated()][0]
            raise DataError(
                f"{self.places.label(region, 'zh')}（{region}）{year} 年出现不止一次；每个地区每年只能有一行",
                f"{self.places.label(region, 'en')} ({region}) appears more than once in {year}; a region has one row a year",
                code="131",
            )
        if not self.frame.index.is_monotonic_increasing:
            object.__setattr__(self, "frame", self.frame.sort_index())
        entries = {c: self.indicators.get(c, Indicator(c)) for c in self.frame.columns}
        object.__setattr__(self, "indicators", entries)

    # What is in it -------------------------------------------------------------------------------------------------

    @property
    def regions(self) -> list[str]:
        """Region codes, sorted."""
        return [str(r) for r in self.frame.index.get_level_values("region").unique().sort_values()]

    @property
    def years(self) -> list[int]:
        """Years, ascending."""
        return [int(y) for y in self.frame.index.get_level_values("year").unique().sort_values()]

    @property
    def columns(self) -> list[str]:
        """Indicator ids, in the order of the frame."""
        return [str(c) for c in self.frame.columns]

    @cached_property
    def hash(self) -> str:
        """SHA-256 over codes, years, ids and values: the same content always has the same hash."""
        digest = hashlib.sha256()
        ordered = self.frame[sorted(self.columns)]
        digest.update("\n".join(ordered.columns).encode())
        digest.update("\n".join(f"{r},{y}" for r, y in ordered.index).encode())
        digest.update(np.ascontiguousarray(ordered.to_numpy(dtype="<f8")).tobytes())
        return digest.hexdigest()

    @property
    def reading(self) -> Reading | None:
        """How the file was read; the first one where there were several sheets, None where there was none."""
        return self.readings[0] if self.readings else None

    def indicator(self, name: str) -> Indicator:
        """The dictionary entry of `name`; an unknown name is refused with the nearest suggested."""
        if name not in self.indicators:
            raise unknown(Text("指标", "indicator"), name, self._named(name) or self.columns, code="031")
        return self.indicators[name]

    def _named(self, name: str) -> list[str]:
        """Ids whose Chinese or English name is `name`: what a reader who knows the name should have written."""
        return [i for i, e in self.indicators.items() if name in (e.zh, e.en)]

    def __getitem__(self, name: str | list[str]) -> pd.Series | pd.DataFrame:
        """One indicator as a Series, or several as a DataFrame."""
        for each in [name] if isinstance(name, str) else name:
            self.indicator(each)
        return self.frame[name]

    def evaluate(self, formula: str) -> pd.Series:
        """A formula over indicator ids, such as `rd_expenditure / gdp * 100`, as a Series on the panel's index."""
        for name in formulas.names(formula):
            self.indicator(name)
        value = formulas.evaluate(formula, {name: self.frame[name] for name in formulas.names(formula)})
        series = pd.Series(value, index=self.frame.index, dtype="float64")
        return series.replace([np.inf, -np.inf], np.nan)

    def wide(self, name: str) -> pd.DataFrame:
        """One indicator as regions × years."""
        self.indicator(name)
        return self.frame[name].unstack("year")

    def cube(self, names: Sequence[str]) -> Array:
        """Several indicators as an array (years, regions, indicators), NaN where a cell is missing."""
        for name in names:
            self.indicator(name)
        full = pd.MultiIndex.from_product([self.years, self.regions], names=["year", "region"])
        table = self.frame[list(names)].swaplevel().reindex(full)
        return table.to_numpy(dtype=float).reshape(len(self.years), len(self.regions), len(names))

    def each_year(self, *names: str) -> Iterator[tuple[int, pd.DataFrame]]:
        """Year by year, a frame of regions × `names`."""
        for year, block in self.frame[list(names)].groupby(level="year"):
            yield int(str(year)), block.droplevel("year")

    # Another panel -------------------------------------------------------------------------------------------------

    def select(
        self,
        columns: Sequence[str] | None = None,
        *,
        years: Iterable[int] | None = None,
        regions: Iterable[str] | None = None,
    ) -> Panel:
        """The part of the panel with these indicators, years and regions; unknown ones are refused."""
        frame = self.frame
        if columns is not None:
            for name in columns:
                self.indicator(name)
            frame = frame[list(columns)]
        if years is not None:
            wanted = {int(y) for y in years}
            absent = sorted(wanted - set(self.years))
            if absent:
                raise UsageError(
                    f"面板没有 {'、'.join(map(str, absent))} 年的数据；现有 {self.years[0]}–{self.years[-1]} 年",
                    f"the panel has no data for {', '.join(map(str, absent))}; it covers {self.years[0]}–{self.years[-1]}",
                    code="033",
                )
            frame = frame[frame.index.get_level_values("year").isin(wanted)]
        if regions is not None:
            codes = [str(r) for r in regions]
            for code in codes:
                if code not in set(self.regions):
                    raise unknown(Text("地区代码", "region code"), code, self.regions, code="034")
            frame = frame[frame.index.get_level_values("region").isin(codes)]
        return replace(self, frame=frame)

    def with_column(self, name: str, values: pd.Series, indicator: Indicator | None = None) -> Panel:
        """The panel with one more indicator; `values` is aligned on (region, year)."""
        frame = self.frame.assign(**{name: values.reindex(self.frame.index).astype(float)})
        return replace(self, frame=frame, indicators={**self.indicators, name: indicator or Indicator(name)})

    def join(self, *others: Panel) -> Panel:
        """The panel with the indicators, regions and years of others; two different figures for one cell are refused."""
        from xinzhi.panel.join import join

        return join(self, *others)

    def convert(self, indicator: str, to: str) -> Panel:
        """The panel with `indicator` in the unit `to` (亿元, 1e8 CNY, 100 million yuan), recorded; see `xinzhi.panel.units`."""
        from xinzhi.panel.join import convert

        return convert(self, indicator, to)

    def marks(self, indicator: str) -> pd.Series:
        """The last mark of each cell of `indicator`, "" where nothing touched it, on the panel's index."""
        self.indicator(indicator)
        rows = self.touched[self.touched["indicator"] == indicator]
        last = rows.drop_duplicates(["region", "year"], keep="last").set_index(["region", "year"])["mark"]
        return last.reindex(self.frame.index).fillna("").astype(str).rename("mark")

    # What a room beside this one does --------------------------------------------------------------------------------

    def check(self) -> Findings:
        """What is wrong, suspicious or worth knowing about the figures; see `xinzhi.panel.check`."""
        from xinzhi.panel.check import check

        return check(self)

    def repair(self, plan: Plan | Mapping[str, object] | Sequence[Mapping[str, object]]) -> Panel:
        """The panel after the stated steps, each touched cell recorded; see `xinzhi.panel.repair`."""
        from xinzhi.panel.repair import repair

        return repair(self, plan)

    def to_parquet(self, path: str | Path) -> Path:
        """Write the panel with its dictionary and history as one Parquet file."""
        from xinzhi.panel.write import to_parquet

        return to_parquet(self, path)

    def to_excel(self, path: str | Path) -> Path:
        """Write data, dictionary and touched cells as an Excel workbook."""
        from xinzhi.panel.write import to_excel

        return to_excel(self, path)

    def to_stata(self, path: str | Path) -> Path:
        """Write the panel as a Stata file (version 118, Unicode) with labels."""
        from xinzhi.panel.write import to_stata

        return to_stata(self, path)
