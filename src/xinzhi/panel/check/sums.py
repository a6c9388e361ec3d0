"""Figures that must agree with others: regions with the nation, parts with their whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import numpy as np

from xinzhi.base.text import Text
from xinzhi.panel import formula as formulas
from xinzhi.panel.check.finding import Finding, said
from xinzhi.panel.panel import Panel
from xinzhi.panel.reading.regions import NATION

TOLERANCE = 0.005  # share of the total by which a sum may miss it: rounding and revisions


def regions_and_nation(panel: Panel) -> Iterator[Finding]:
    """The sum of regions against the nation, for stocks and flows, in years where every region has a figure."""
    if panel.totals.empty or NATION not in panel.totals.index.get_level_values(0):
        return
    nation = panel.totals.loc[NATION]
    for name in panel.columns:
        if name not in nation or panel.indicators[name].kind in ("ratio", "index", "price"):
            continue
        wide = panel.wide(name)
        for year, total in nation[name].dropna().items():
            if (
                year not in wide
                or wide[year].isna().any()
                or not _additive(wide[year].to_numpy(), float(total), panel, name)
            ):
                continue
            found = float(wide[year].sum())
            if abs(found - total) > TOLERANCE * abs(total):
                label = panel.indicators[name].name
                text = Text(
                    f"{label.zh} {year} 年各地区合计 {said(found)}，全国 {said(total)}，相差 {100 * (found / total - 1):+.1f}%（界限 {100 * TOLERANCE:g}%）",
                    f"{label.en} in {year}: regions add up to {said(found)}, the nation is {said(total)}, {100 * (found / total - 1):+.1f}% apart (limit {100 * TOLERANCE:g}%)",
                )
                yield Finding("sum", "warning", text, "", int(str(year)), name)


def _additive(values: np.ndarray, total: float, panel: Panel, name: str) -> bool:
    """Whether a national figure is a sum at all: for an unknown kind, only where it exceeds every region."""
    if panel.indicators[name].kind != "level":
        return True
    return bool(total > values.max() and 0.5 < values.sum() / total < 2)


def identities(panel: Panel) -> Iterator[Finding]:
    """What the dictionary states: an indicator equals a formula, or is at least a formula."""
    for name in panel.columns:
        entry = panel.indicators[name]
        for kind, stated in (("=", entry.equals), ("≥", entry.at_least)):
            for formula in stated:
                if set(formulas.names(formula)) <= set(panel.columns):
                    yield from _identity(panel, name, kind, formula)


def _identity(panel: Panel, name: str, kind: str, formula: str) -> Iterator[Finding]:
    left, right = panel.frame[name], panel.evaluate(formula)
    gap = left - right
    slack = TOLERANCE * np.maximum(left.abs(), right.abs())
    bad = (gap.abs() > slack) if kind == "=" else (gap < -slack)
    for key, off in gap[bad].items():
        region, year = cast(tuple[str, int], key)
        where = Text(panel.places.label(region, "zh"), panel.places.label(region, "en"))
        whole, parts = float(left[(region, year)]), float(right[(region, year)])
        text = Text(
            f"{where.zh} {year} 年{panel.indicators[name].name.zh}为 {said(whole)}，而 {formula} 为 {said(parts)}，相差 {said(off)}（界限 {100 * TOLERANCE:g}%）",
            f"{where.en} {year}: {panel.indicators[name].name.en} is {said(whole)} but {formula} is {said(parts)}, {said(off)} apart (limit {100 * TOLERANCE:g}%)",
        )
        yield Finding("sum", "warning", text, str(region), int(year), name)
