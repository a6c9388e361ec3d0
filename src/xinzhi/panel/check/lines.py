"""Series that look made rather than observed: linear interpolation, constant growth, copies, constants."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.text import Text
from xinzhi.panel.check.finding import Finding, Series, span
from xinzhi.panel.panel import Panel

RUN = 3  # equal differences in a row
CHANCE = 0.02  # equal growth tells something only where rounding is small beside it
COARSE = 20  # a difference below this many units of the last decimal can be equal by chance


def interpolated(s: Series) -> Iterator[Finding]:
    """Runs of `RUN` or more equal first differences, or of equal growth rates, in one region."""
    if len(s.years) < RUN + 1:
        return
    scale = np.nanmax(np.abs(s.values), axis=1, initial=0.0, where=np.isfinite(s.values))
    step = np.diff(s.values, axis=1)
    exact = max(s.resolution, 0.0) * 1e-3
    big = np.abs(step) >= COARSE * s.resolution
    same = (np.abs(np.diff(step, axis=1)) <= np.maximum(1e-9 * scale[:, None], exact)) & big[:, 1:] & big[:, :-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = s.values[:, 1:] / s.values[:, :-1]
        slack = 1.01 * s.resolution / np.abs(s.values[:, 1:-1]) + 1e-9
        telling = slack <= CHANCE * np.abs(rate[:, 1:] - 1)
    steady = (np.abs(np.diff(rate, axis=1)) <= slack) & telling & big[:, 1:] & big[:, :-1] & (s.values[:, :-2] > 0)
    for i in np.flatnonzero(same.any(axis=1) | steady.any(axis=1)):
        region, found = s.regions[i], _runs(same[i])
        yield from (_line(s, region, a, b, Text("每年增减完全相同", "equal yearly differences")) for a, b in found)
        if not found:
            yield from (
                _line(s, region, a, b, Text("每年增速完全相同", "equal yearly growth")) for a, b in _runs(steady[i])
            )


def _runs(same: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """(first, last) year positions of each run with at least `RUN` equal differences."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], same.astype(int), [0]))))
    return [(int(a), int(b) + 1) for a, b in edges.reshape(-1, 2) if b - a >= RUN - 1]


def _line(s: Series, region: str, first: int, last: int, why: Text) -> Finding:
    years = s.years[first : last + 1]
    text = Text(
        f"{s.at(region).zh}的{s.entry.name.zh} {span(years)} 年{why.zh}，疑似插值",
        f"{s.entry.name.en} of {s.at(region).en} has {why.en} in {span(years)}; it looks interpolated",
    )
    return Finding("interpolated", "warning", text, region, years[0], s.entry.id)


def constant(s: Series) -> Iterator[Finding]:
    """Indicators that never vary, and years in which every region has one value."""
    filled = s.values[np.isfinite(s.values)]
    zh, en = s.entry.name.zh, s.entry.name.en
    if filled.size > 1 and np.ptp(filled) == 0:
        text = Text(
            f"{zh}处处等于 {filled[0]:g}，没有区分作用", f"{en} equals {filled[0]:g} everywhere and tells nothing apart"
        )
        yield Finding("constant", "warning", text, indicator=s.entry.id)
        return
    for j, year in enumerate(s.years):
        column = s.values[:, j][np.isfinite(s.values[:, j])]
        if column.size >= 5 and np.ptp(column) == 0:
            text = Text(
                f"{zh} {year} 年各地区都等于 {column[0]:g}", f"{en} equals {column[0]:g} in every region in {year}"
            )
            yield Finding("constant", "warning", text, year=year, indicator=s.entry.id)


def copied(s: Series) -> Iterator[Finding]:
    """A year that repeats the year before in nearly every region, and regions whose series are equal throughout."""
    zh, en = s.entry.name.zh, s.entry.name.en
    equal = s.values[:, 1:] == s.values[:, :-1]
    both = np.isfinite(s.values[:, 1:]) & np.isfinite(s.values[:, :-1])
    share = equal.sum(axis=0) / np.maximum(both.sum(axis=0), 1)
    if len(s.years) >= 4 and np.median(share) < 0.3:
        for j in np.flatnonzero((share >= 0.9) & (both.sum(axis=0) >= 5)):
            text = Text(
                f"{zh} {s.years[j + 1]} 年与上一年几乎全部相同，疑似沿用",
                f"{en} in {s.years[j + 1]} repeats the year before almost everywhere; it looks carried forward",
            )
            yield Finding("duplicate", "warning", text, year=s.years[j + 1], indicator=s.entry.id)
    yield from _twins(s)


def _twins(s: Series) -> Iterator[Finding]:
    seen: dict[bytes, str] = {}
    for i, region in enumerate(s.regions):
        row = s.values[i]
        if np.unique(row[np.isfinite(row)]).size < 4:
            continue
        first = seen.setdefault(row.tobytes(), region)
        if first != region:
            a, b = s.at(first), s.at(region)
            text = Text(
                f"{a.zh}与{b.zh}的{s.entry.name.zh}各年完全相同，疑似重复录入",
                f"{s.entry.name.en} of {a.en} and {b.en} is equal in every year; it looks entered twice",
            )
            yield Finding("duplicate", "warning", text, region, None, s.entry.id)


def same_indicators(panel: Panel) -> Iterator[Finding]:
    """Indicators that agree wherever both have figures, in at least ten cells."""
    seen: list[tuple[str, Array]] = []
    for name in panel.columns:
        values = panel.frame[name].to_numpy(dtype=float)
        for other, known in seen:
            both = np.isfinite(values) & np.isfinite(known)
            if both.sum() >= 10 and np.array_equal(values[both], known[both]) and np.unique(values[both]).size > 1:
                a, b = panel.indicators[other].name, panel.indicators[name].name
                text = Text(
                    f"{b.zh}与{a.zh}在共有的数据上完全相同", f"{b.en} agrees with {a.en} wherever both have figures"
                )
                yield Finding("duplicate", "note", text, indicator=name)
        seen.append((name, values))
