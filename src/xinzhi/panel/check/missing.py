"""Where figures are missing, and in what pattern: whole years, whole regions, blocks, late starts and early ends."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.text import Text
from xinzhi.panel.check.finding import Finding, Series, span
from xinzhi.panel.panel import Panel


def absent_years(panel: Panel) -> Iterator[Finding]:
    """Years between the first and the last that no row has."""
    have = set(panel.years)
    for year in range(panel.years[0], panel.years[-1] + 1):
        if year not in have:
            text = Text(f"面板没有 {year} 年的任何数据", f"the panel has no figure at all for {year}")
            yield Finding("missing-year", "warning", text, year=year)


def empty_indicators(panel: Panel) -> Iterator[Finding]:
    """Indicators without a single figure."""
    for name in panel.columns:
        if panel.frame[name].isna().all():
            zh, en = panel.indicators[name].name.zh, panel.indicators[name].name.en
            yield Finding("missing", "error", Text(f"{zh}没有任何数据", f"{en} has no figure at all"), indicator=name)


def missing(s: Series) -> Iterator[Finding]:
    """Patterns of missing cells within the years that the indicator covers."""
    gone = np.isnan(s.values)
    name, zh, en = s.entry.id, s.entry.name.zh, s.entry.name.en
    present_years = set(s.panel.years)
    yield from _uncovered(s)
    whole_year = gone.all(axis=0)
    for j in np.flatnonzero(whole_year):
        if s.years[j] in present_years:
            text = Text(f"{zh} {s.years[j]} 年各地区全部缺失", f"{en} is missing for every region in {s.years[j]}")
            yield Finding("missing-year", "warning", text, year=s.years[j], indicator=name)
    kept = ~whole_year
    for i in np.flatnonzero((gone & kept).any(axis=1)):
        region = s.regions[i]
        if gone[i].all():
            text = Text(f"{s.at(region).zh}的{zh}各年全部缺失", f"{en} is missing for {s.at(region).en} in every year")
            yield Finding("missing-region", "warning", text, region=region, indicator=name)
        else:
            yield from _gaps(s, region, gone[i] & kept)


def _uncovered(s: Series) -> Iterator[Finding]:
    """The years of the panel before the first and after the last figure of the indicator, a finding for each run."""
    before = [y for y in s.panel.years if y < s.years[0]]
    after = [y for y in s.panel.years if y > s.years[-1]]
    for run in (before, after):
        if run:
            text = Text(
                f"{s.entry.name.zh}没有 {span(run)} 年的数据", f"{s.entry.name.en} has no figure for {span(run)}"
            )
            yield Finding("missing-year", "warning" if len(run) <= 2 else "note", text, "", run[0], s.entry.id)


def _gaps(s: Series, region: str, gone: NDArray[np.bool_]) -> Iterator[Finding]:
    """The runs of missing years of one region."""
    for missing_run, run in groupby(range(len(gone)), key=lambda j: bool(gone[j])):
        if not missing_run:
            continue
        at = list(run)
        years = [s.years[j] for j in at]
        edge = at[0] == 0 or at[-1] == len(gone) - 1
        kind = "missing-staggered" if edge and len(at) > 1 else "missing-block" if len(at) > 1 else "missing"
        where = s.at(region)
        text = Text(
            f"{where.zh}的{s.entry.name.zh}缺 {span(years)} 年",
            f"{s.entry.name.en} of {where.en} is missing in {span(years)}",
        )
        yield Finding(kind, "note", text, region, years[0], s.entry.id)
