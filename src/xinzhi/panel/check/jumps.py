"""Figures out of line with their neighbours in time: unit jumps, mixed ratios, outliers, lone zeros, breaks.

Thresholds, each stated in the sentence it leads to. Growth is the difference of natural logs; a region's growth is
compared with the median growth of its indicator, in units of the robust spread (1.4826 × median absolute deviation).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.text import Text
from xinzhi.panel.check.finding import Finding, Series, said, spread
from xinzhi.panel.units import parse

POWERS = (1, 2, 3, 4, 8)  # powers of ten by which units are mistaken: 十，百，千，万，亿
JUMP_TOLERANCE = 0.13  # how far, in log10, a jump may be from a power of ten: growth up to a third
JUMP_QUIET = 6.0  # a jump must exceed the usual spread of growth this many times
QUIET_SERIES = 0.1  # usual spread, in log10, below which a thousandfold jump is an error
OUTLIER = 8.0  # robust deviations from the median growth
OUTLIER_LEAST = np.log(1.5)  # and at least a factor of one and a half
BREAK = 6.0  # robust deviations of a year's median growth from that of other years
BREAK_LEAST = 0.10  # and at least ten per cent
COMMON = 0.5  # share of regions that makes a jump common to all


def jumps(s: Series) -> Iterator[Finding]:
    """Everything of this file for one indicator; a cell that is a unit jump is not an outlier as well."""
    if len(s.years) < 3:
        return
    power = _powers(s)
    known = [y in s.entry.breaks for y in s.years[1:]]
    power[:, known] = 0  # `kinds.stated_breaks` tells what the dictionary knows
    yield from _unit_jumps(s, power)
    yield from _mixed_regions(s, power)
    rest = np.where((power == 0) & ~np.array(known), s.growth, np.nan)
    broken: set[int] = set()
    for finding in _breaks(s, rest):
        broken.add(int(finding.year or 0))
        yield finding
    yield from _outliers(s, rest, broken)
    yield from _zeros(s)


def _powers(s: Series) -> NDArray[np.int_]:
    """(regions, years − 1) the power of ten that a step jumps by, 0 where it does not."""
    step = s.growth / np.log(10)
    usual = spread(step)[0]
    if not np.isfinite(usual):
        return np.zeros(step.shape, dtype=int)
    own = _own_spread(step)
    slack = np.clip(3 * own, JUMP_TOLERANCE, 0.3)
    found = np.zeros(step.shape, dtype=int)
    for power in POWERS:
        for sign in (1, -1):
            near = np.abs(step - usual - sign * power) < (slack if power > 2 else JUMP_TOLERANCE)
            loud = np.abs(step - usual) > JUMP_QUIET * own
            found[near & loud] = sign * power
    return found


def _yearly(step: Array) -> Array:
    """(1, years − 1) the median over regions of each year's steps, NaN where there are none."""
    return np.array([[spread(step[:, j])[0] for j in range(step.shape[1])]])


def _own_spread(step: Array) -> Array:
    """(regions, 1) how far each region's steps usually are from those of its year.

    The third quartile of the distances, which a jump and its return do not move; never less than half of what is usual
    for all regions.
    """
    far = np.abs(step - _yearly(step))
    wide = spread(far)[0] if np.isfinite(far).any() else 0.0
    counts = np.isfinite(far).sum(axis=1, keepdims=True)
    ordered = np.sort(np.where(np.isfinite(far), far, np.inf), axis=1)
    upper = np.take_along_axis(ordered, np.clip((counts * 3) // 4 - 1, 0, None), axis=1)
    return np.maximum(np.where(np.isfinite(upper), upper, wide), max(0.75 * wide, 1e-3))


def _unit_jumps(s: Series, power: NDArray[np.int_]) -> Iterator[Finding]:
    own = _own_spread(s.growth / np.log(10))
    ratio = s.entry.kind == "ratio" or parse(s.entry.unit).base in ("%", "permille", "fraction")
    for j in range(power.shape[1]):
        valid = np.isfinite(s.growth[:, j])
        hit = np.flatnonzero(power[:, j])
        if not hit.size:
            continue
        year = s.years[j + 1]
        common = int(np.median(power[hit, j]))
        if hit.size >= 3 and hit.size > COMMON * valid.sum() and (power[hit, j] == common).mean() > 0.8:
            yield _jump(s, common, year, "", Text("各地区", "every region"), ratio, "error")
            continue
        for i in hit:
            if _returned(power[i], j):
                continue  # the return from a jump that was said already
            sure = (abs(int(power[i, j])) >= 3 or ratio) and own[i, 0] < QUIET_SERIES
            yield _jump(
                s, int(power[i, j]), year, s.regions[i], s.at(s.regions[i]), ratio, "error" if sure else "warning"
            )


def _returned(power: NDArray[np.int_], j: int) -> bool:
    """Whether step `j` undoes the last jump before it."""
    before = power[:j][power[:j] != 0]
    return bool(before.size % 2 == 1 and before[-1] == -power[j])


def _jump(s: Series, power: int, year: int, region: str, where: Text, ratio: bool, severity: str) -> Finding:
    kind = "ratio-mixed" if ratio and abs(power) == 2 else "unit-jump"
    way = "×" if power > 0 else "÷"
    factor = f"{way}10^{abs(power)}" if abs(power) > 1 else f"{way}10"
    zh = "百分数与小数混用" if kind == "ratio-mixed" else "单位可能改变"
    en = "percentages and fractions seem mixed" if kind == "ratio-mixed" else "the unit may have changed"
    text = Text(
        f"{where.zh}的{s.entry.name.zh}在 {year} 年约 {factor}，{zh}",
        f"{s.entry.name.en} of {where.en} changes by about {factor} in {year}; {en}",
    )
    return Finding(kind, severity, text, region, year, s.entry.id)  # type: ignore[arg-type]


def _mixed_regions(s: Series, power: NDArray[np.int_]) -> Iterator[Finding]:
    """Regions whose ratios are fractions throughout while the others' are percentages, or the other way round."""
    if s.entry.kind != "ratio" and parse(s.entry.unit).base != "%":
        return
    middle = np.array([spread(row)[0] for row in s.values])
    overall, wide = spread(np.log10(np.where(middle > 0, middle, np.nan)))
    if not np.isfinite(overall):
        return
    for i, region in enumerate(s.regions):
        if np.any(np.abs(power[i]) == 2):
            continue  # it changes within the series, and was said to
        off = np.log10(middle[i]) - overall if middle[i] > 0 else np.nan
        if np.isfinite(off) and abs(abs(off) - 2) < 0.35 and abs(off) > 6 * max(wide, 0.05):
            text = Text(
                f"{s.at(region).zh}的{s.entry.name.zh}约为其他地区的 {'100 倍' if off > 0 else '1/100'}，百分数与小数可能混用",
                f"{s.entry.name.en} of {s.at(region).en} is about {'100 times' if off > 0 else '1/100 of'} the others'; percentages and fractions seem mixed",
            )
            yield Finding("ratio-mixed", "error", text, region, None, s.entry.id)


def _breaks(s: Series, growth: Array) -> Iterator[Finding]:
    """Years in which most regions shift together by more than any other year, and stay."""
    yearly = np.array([spread(growth[:, j])[0] for j in range(growth.shape[1])])
    usual, wide = spread(yearly)
    if not np.isfinite(usual) or np.isfinite(yearly).sum() < 5:
        return
    wide = max(wide, 0.01)
    for j, middle in enumerate(yearly):
        off = middle - usual
        after = yearly[j + 1] - usual if j + 1 < len(yearly) and np.isfinite(yearly[j + 1]) else 0.0
        stays = abs(off + after) > 0.5 * abs(off)
        column = growth[:, j][np.isfinite(growth[:, j])]
        together = ((column - usual) * np.sign(off) > BREAK_LEAST / 2).mean() if column.size >= 5 else 0.0
        if np.isfinite(off) and abs(off) > max(BREAK * wide, BREAK_LEAST) and stays and together >= 0.7:
            text = Text(
                f"{s.entry.name.zh}在 {s.years[j + 1]} 年有 {together:.0%} 的地区一同变动（中位数 {said(100 * np.expm1(middle))}%，常年 {said(100 * np.expm1(usual))}%），请核对口径",
                f"{s.entry.name.en} shifts in {together:.0%} of regions together in {s.years[j + 1]} (median {said(100 * np.expm1(middle))}%, usually {said(100 * np.expm1(usual))}%); check the definition",
            )
            yield Finding("break", "warning", text, "", s.years[j + 1], s.entry.id)


def _outliers(s: Series, growth: Array, broken: set[int]) -> Iterator[Finding]:
    if not np.isfinite(growth).any():
        return
    off = growth - _yearly(growth)
    score = off / _own_spread(growth)
    for i, j in np.argwhere((np.abs(score) > OUTLIER) & (np.abs(off) > OUTLIER_LEAST)):
        year, region = s.years[j + 1], s.regions[i]
        if year in broken or _undoes(off[i], j):
            continue
        before, now = s.values[i, j], s.values[i, j + 1]
        text = Text(
            f"{s.at(region).zh}的{s.entry.name.zh}由 {said(before)} 变为 {said(now)}（{year} 年），偏离通常增速 {abs(score[i, j]):.0f} 倍稳健标准差（界限 {OUTLIER:.0f}）",
            f"{s.entry.name.en} of {s.at(region).en} goes from {said(before)} to {said(now)} in {year}, {abs(score[i, j]):.0f} robust deviations from usual growth (limit {OUTLIER:.0f})",
        )
        yield Finding("outlier", "warning", text, region, year, s.entry.id)


def _undoes(off: Array, j: int) -> bool:
    """Whether the step at `j` takes back at least half of the step before it."""
    return bool(j > 0 and np.isfinite(off[j - 1]) and off[j] * off[j - 1] < 0 and abs(off[j - 1]) > 0.5 * abs(off[j]))


def _zeros(s: Series) -> Iterator[Finding]:
    """Zeros between positive figures of an indicator that is hardly ever zero."""
    zero = s.values == 0
    if not zero.any() or zero.sum() > 0.02 * np.isfinite(s.values).sum():
        return
    for i, j in np.argwhere(zero):
        near = s.values[i, max(j - 1, 0) : j + 2]
        near = near[np.isfinite(near) & (near != 0)]
        if near.size and near.min() > 20 * s.resolution:
            region = s.regions[i]
            text = Text(
                f"{s.at(region).zh}的{s.entry.name.zh} {s.years[j]} 年为 0，相邻年份为 {said(near[0])}；可能是缺失",
                f"{s.entry.name.en} of {s.at(region).en} is 0 in {s.years[j]}, {said(near[0])} beside it; it may be missing",
            )
            yield Finding("zero", "warning", text, region, s.years[j], s.entry.id)
