"""Figures that their kind or unit forbids, and what the dictionary and the atlas know about the period."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from xinzhi.atlas.history import FIRST, LAST, changes
from xinzhi.base.text import Text
from xinzhi.panel.bundled import known_names
from xinzhi.panel.check.finding import Finding, Series, said, span
from xinzhi.panel.panel import Panel
from xinzhi.panel.reading.record import Severity
from xinzhi.panel.units import parse

_CAN_BE_NEGATIVE = re.compile(
    r"利润|净|差额|余额变动|增量|增减|变动|增长|profit|net |balance|change|growth|surplus", re.IGNORECASE
)
RARE = 0.01  # a share below which negative figures stand alone among positive ones
_COUNT = re.compile(r"人口|人数|人员|户数|面积|生产总值|population|persons|personnel|area|gdp|grp", re.IGNORECASE)


def negative(s: Series) -> Iterator[Finding]:
    """Negative stocks, flows, prices and counts, and lone negative ratios; profits and balances may be negative."""
    named = f"{s.entry.id} {s.entry.zh} {s.entry.en}"
    counted = bool(_COUNT.search(named)) and not _CAN_BE_NEGATIVE.search(named)
    if _CAN_BE_NEGATIVE.search(named):
        return
    free = s.entry.kind in ("ratio", "level") and not counted
    if free and (s.values < 0).sum() > RARE * np.isfinite(s.values).sum():
        return  # a kind that may be negative, and is now and then
    for i, j in np.argwhere(s.values < 0):
        region = s.regions[i]
        text = Text(
            f"{s.at(region).zh} {s.years[j]} 年的{s.entry.name.zh}为 {said(s.values[i, j])}, "
            + ("其余都不为负" if free else "不应为负"),
            f"{s.entry.name.en} of {s.at(region).en} in {s.years[j]} is {said(s.values[i, j])}; "
            + ("hardly any other is negative" if free else "it cannot be negative"),
        )
        severity: Severity = "error" if counted or s.entry.kind in ("stock", "index", "price") else "warning"
        yield Finding("negative", severity, text, region, s.years[j], s.entry.id)


def out_of_range(s: Series) -> Iterator[Finding]:
    """Shares above 100 % where nearly all others are below."""
    if parse(s.entry.unit).text != "%" or s.entry.kind != "ratio":
        return
    filled = s.values[np.isfinite(s.values)]
    if not filled.size or (filled > 100).mean() > 0.02:
        return
    for i, j in np.argwhere(s.values > 100):
        region = s.regions[i]
        text = Text(
            f"{s.at(region).zh} {s.years[j]} 年的{s.entry.name.zh}为 {said(s.values[i, j])}%，超过 100%",
            f"{s.entry.name.en} of {s.at(region).en} in {s.years[j]} is {said(s.values[i, j])}%, above 100%",
        )
        yield Finding("range", "warning", text, region, s.years[j], s.entry.id)


def stated_breaks(s: Series) -> Iterator[Finding]:
    """Breaks that the dictionary states, where the series crosses them."""
    for year in s.entry.breaks:
        if s.years[0] < year <= s.years[-1]:
            text = Text(
                f"{s.entry.name.zh}自 {year} 年起口径改变：{s.entry.remark.zh}",
                f"the definition of {s.entry.name.en} changes in {year}: {s.entry.remark.en}",
            )
            yield Finding("break", "warning", text, "", year, s.entry.id)


def units(panel: Panel) -> Iterator[Finding]:
    """Units of indicators read from files against those of the bundled dictionary, on which presets rest."""
    if not panel.readings or panel.places.name != "china":
        return
    for name, entry in panel.indicators.items():
        known = known_names().get(name)
        if known is None or known.id != name or known.unit == entry.unit:
            continue
        usual = known.unit_name
        if entry.unit and parse(entry.unit).quantity_or_text != parse(known.unit).quantity_or_text:
            text = Text(
                f"{entry.name.zh}的单位是{entry.unit_name.zh}，与词典的{usual.zh}不是同一种量；请核对名称",
                f"{entry.name.en} is in {entry.unit_name.en}, which does not measure the same as {usual.en} of the dictionary; check the name",
            )
        elif entry.unit:
            text = Text(
                f'{entry.name.zh}的单位是{entry.unit_name.zh}，词典为{usual.zh}；内置指标体系按后者计算，换算用 panel.convert("{name}", "{usual.zh}")',
                f'{entry.name.en} is in {entry.unit_name.en}, the dictionary has {usual.en}, on which the presets rest; convert it with panel.convert("{name}", "{known.unit}")',
            )
        else:
            text = Text(
                f"文件没有写明{entry.name.zh}的单位，词典为{usual.zh}；请核对后用 unit= 写明",
                f"the file does not state the unit of {entry.name.en}, the dictionary has {usual.en}; check and state it with unit=",
            )
        yield Finding("unit", "warning" if entry.unit else "note", text, indicator=name)


def divisions(panel: Panel) -> Iterator[Finding]:
    """Divisions that were merged, split or recoded within the period, as the atlas records them."""
    if panel.places.name != "china":
        return
    first, last = max(panel.years[0], FIRST), min(panel.years[-1], LAST)
    if first >= last:
        return
    inside = set(panel.regions)
    for row in changes(panel.regions, first, last).to_dict("records"):
        year, old, new = int(row["year"]), str(row["code_from"]), str(row["code_to"])
        text = Text(
            f"{year} 年区划变动（{row['kind']}）：{row['name_from']}（{old}）→ {row['name_to']}（{new}），前后数据不可直接比较",
            f"division change in {year} ({row['kind']}): {row['name_from']} ({old}) → {row['name_to']} ({new}); figures before and after do not compare directly",
        )
        yield Finding("division", "note", text, new if new in inside else old, year)


def regions_without_years(panel: Panel) -> Iterator[Finding]:
    """Regions whose rows start late or end early in the panel as a whole."""
    years = panel.frame.dropna(how="all").index.to_frame(index=False)
    spans = years.groupby("region")["year"].agg(["min", "max"])
    whole = (years["year"].min(), years["year"].max())
    for region, row in spans[(spans["min"] > whole[0]) | (spans["max"] < whole[1])].iterrows():
        if (row["max"] - row["min"]) < 0.5 * (whole[1] - whole[0]):
            zh, en = panel.places.label(str(region), "zh"), panel.places.label(str(region), "en")
            own = span([int(row["min"]), int(row["max"])])
            text = Text(f"{zh}只有 {own} 年的数据", f"{en} has figures for {own} only")
            yield Finding("missing-staggered", "warning", text, str(region), int(row["min"]))
