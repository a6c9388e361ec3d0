"""From a panel and an indicator system to the table that an index is computed on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError, UsageError, unknown
from xinzhi.base.text import Text
from xinzhi.measure.method import Missing
from xinzhi.measure.preset import Preset
from xinzhi.measure.targets import folded, intervals
from xinzhi.measure.treatment import RULES, Rule, Treated, treat
from xinzhi.panel import Panel

Ints = NDArray[np.int64]
Goalposts = Mapping[str, tuple[float, float]]
MISSING_MARK = "missing"
ROUGH = 2.0  # errors of cells that somebody estimated count as this many times those of published ones


@dataclass(frozen=True)
class Inputs:
    """The table behind an index: n rows of a region and a year, m indicators.

    regions, years  (n,) sorted by region, then year
    names           (m,) indicator ids
    layers          (m,) layer number in the order of the preset
    raw             (n, m) values of the formulas in their own units, NaN where missing
    x               (n, m) what is normalised: raw after treatment, and minus the distance from the target where there is one
    direction       (m,) of x
    goalposts       per indicator (low, high) of x, or None
    marks           (n, m) what was done to a cell: "", missing, winsorised, or the marks of the panel, such as interpolated
    cell_error      (n, m) size of a cell's error relative to a published one
    treated         one row an indicator: step, points, skew, kurtosis before and after
    left_out        one row for each region and year that is not scored: region, year, share, reason_zh, reason_en
    """

    regions: tuple[str, ...]
    years: Ints
    names: tuple[str, ...]
    layers: Ints
    raw: Array
    x: Array
    direction: Array
    goalposts: tuple[tuple[float, float] | None, ...]
    marks: NDArray[np.object_]
    cell_error: Array
    treated: pd.DataFrame
    left_out: pd.DataFrame

    @property
    def index(self) -> pd.MultiIndex:
        """(region, year) of each row."""
        return pd.MultiIndex.from_arrays([list(self.regions), self.years.tolist()], names=["region", "year"])


def usual_years(panel: Panel, preset: Preset) -> list[int]:
    """From the first to the last year in which more than half of the indicators of every layer have some value."""
    table = _values(panel, preset)
    there = table.notna().groupby(level="year").any()
    enough = np.ones(len(there), dtype=bool)
    for layer in preset.layers.values():
        enough &= (there[[i.id for i in layer.indicators]].mean(axis=1) > 0.5).to_numpy()
    good = there.index[enough]
    if len(good) == 0:
        worst = there.mean().idxmin()
        raise DataError(
            f"指标体系「{preset.id}」没有一年每层都有过半指标；数据最少的是 {worst}，请用 years= 指定年份或调整指标",
            f"preset “{preset.id}” has no year with more than half of the indicators of every layer; {worst} has least data, state years= or change the indicators",
            code="740",
        )
    return [int(y) for y in there.index if good[0] <= y <= good[-1]]


def _values(panel: Panel, preset: Preset) -> pd.DataFrame:
    return pd.DataFrame({each.id: panel.evaluate(each.formula) for each in preset.indicators})


def build(
    panel: Panel,
    preset: Preset,
    *,
    years: Iterable[int] | int | None,
    regions: Sequence[str] | None,
    goalposts: Goalposts | None,
    treatment: Rule | Mapping[str, Rule] | None,
    missing: Missing,
    coverage: float,
    pooled: bool,
) -> Inputs:
    """The table of `preset` over `panel`; see `Inputs` and `xinzhi.index` for the arguments."""
    preset.check(panel)
    chosen = usual_years(panel, preset) if years is None else _years(years)
    part = panel.select(years=chosen, regions=None if regions is None else _codes(panel, regions))
    table = _values(part, preset)
    _refuse_empty(table, preset, pooled)
    table, left_out = _kept(panel, table, missing, coverage, preset)
    raw = table.to_numpy(dtype=float)
    marks = _marks(part, preset, table)
    treated = [treat(column, rule) for column, rule in zip(raw.T, _rules(preset, treatment), strict=True)]
    x = np.column_stack([t.values for t in treated])
    moved = np.array([t.step in ("winsorised", "capped") for t in treated]) & (x != raw) & ~np.isnan(raw)
    marks[moved] = [f"{mark}+winsorised" if mark else "winsorised" for mark in marks[moved]]
    x, direction, limits = _yardsticks(x, preset, goalposts, treated)
    number = {name: k for k, name in enumerate(preset.layers)}
    rough = np.array([[ROUGH if mark not in ("", MISSING_MARK) else 1.0 for mark in row] for row in marks])
    return Inputs(
        regions=tuple(str(r) for r in table.index.get_level_values("region")),
        years=np.asarray(table.index.get_level_values("year"), dtype=np.int64),
        names=tuple(i.id for i in preset.indicators),
        layers=np.array([number[preset.layer_of[i.id]] for i in preset.indicators]),
        raw=raw,
        x=x,
        direction=direction,
        goalposts=limits,
        marks=marks,
        cell_error=rough,
        treated=_treatments(preset, treated),
        left_out=left_out,
    )


def _years(years: Iterable[int] | int) -> list[int]:
    """Years given as one number or several, ascending."""
    listed: Any = [years] if isinstance(years, Integral) else years
    try:
        wanted = [] if isinstance(listed, str) else sorted({int(y) for y in listed})
    except (TypeError, ValueError):
        wanted = []
    if not wanted:
        raise UsageError(
            f"years={years!r} 不是年份；请写 2022、[2020, 2022] 或 range(2011, 2023)",
            f"years={years!r} are not years; write 2022, [2020, 2022] or range(2011, 2023)",
            code="755",
        )
    return wanted


def _codes(panel: Panel, regions: Sequence[str]) -> list[str]:
    """Codes of regions given by code or by a name that is certain; `panel.select` refuses the rest."""
    known = set(panel.regions)
    out = []
    for text in [regions] if isinstance(regions, str) else regions:
        match = None if str(text) in known else panel.places.resolve(str(text))
        out.append(str(match.code) if match is not None and match.certainty == "certain" else str(text))
    return out


def _refuse_empty(table: pd.DataFrame, preset: Preset, pooled: bool) -> None:
    """An indicator without any value is refused by name, and so is one without values in a year that has its own yardstick."""
    span = table.index.get_level_values("year")
    for each in preset.indicators:
        if table[each.id].isna().all():
            raise DataError(
                f"指标「{each.name.zh}」（{each.id}）在 {span.min()}–{span.max()} 年全部缺失；请剔除该指标或换年份",
                f"indicator “{each.name.en}” ({each.id}) has no value in {span.min()}–{span.max()}; leave it out or choose other years",
                code="741",
            )
        empty = table[each.id].isna().groupby(level="year").all()
        if not pooled and empty.any():
            year = empty.index[empty][0]
            raise DataError(
                f"指标「{each.name.zh}」（{each.id}）{year} 年全部缺失，无法逐年标准化；请用 panel.repair 补齐，或 pooled=True",
                f"indicator “{each.name.en}” ({each.id}) has no value in {year}, so it cannot be normalised year by year; fill it with panel.repair, or use pooled=True",
                code="742",
            )


def _kept(
    panel: Panel, table: pd.DataFrame, missing: Missing, coverage: float, preset: Preset
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows that are scored, and a record of those that are not."""
    share = table.notna().mean(axis=1)
    if missing == "fail" and (share < 1).any():
        region, year = share.index[share < 1][0]
        place = Text(panel.places.label(region, "zh"), panel.places.label(region, "en"))
        name = str(table.columns[table.loc[(region, year)].isna()][0])
        raise DataError(
            f'{place.zh}的指标「{preset.indicator(name).name.zh}」{year} 年缺失；请用 panel.repair 补齐，或 missing="renormalise"',
            f'indicator “{preset.indicator(name).name.en}” of {place.en} is missing in {year}; fill it with panel.repair, or use missing="renormalise"',
            code="743",
        )
    if missing not in ("renormalise", "drop", "fail"):
        raise unknown(Text("缺失处理", "missing policy"), str(missing), ("renormalise", "drop", "fail"), code="738")
    if not 0 < coverage <= 1:
        raise UsageError(f"coverage={coverage:g} 应在 0–1 之间", f"coverage={coverage:g} must lie in 0–1", code="739")
    least = 1.0 if missing == "drop" else coverage
    out = share < least - 1e-12
    if out.all():
        raise DataError(
            f"没有一个地区年份具备 {least:.0%} 以上的指标；请补齐数据，或放宽 coverage",
            f"no region and year has {least:.0%} of the indicators; fill the data, or lower coverage",
            code="744",
        )
    gone = share[out].rename("share").reset_index()
    gone["reason_zh"] = f"具备的指标不足 {least:.0%}"
    gone["reason_en"] = f"has less than {least:.0%} of the indicators"
    return table[~out], gone


def _rules(preset: Preset, treatment: Rule | Mapping[str, Rule] | None) -> list[Rule]:
    """The treatment of each indicator: the call's for it, the preset's, the call's for all, or none."""
    named: Mapping[str, Any] = treatment if isinstance(treatment, Mapping) else {}
    for name, rule in named.items():
        preset.indicator(name)
        if rule not in RULES:
            raise unknown(Text("异常值处理规则", "treatment"), str(rule), RULES, code="735")
    everyone: Rule = treatment if isinstance(treatment, str) else "none"
    return [named.get(i.id, i.treat or everyone) for i in preset.indicators]


def _marks(panel: Panel, preset: Preset, table: pd.DataFrame) -> NDArray[np.object_]:
    """(n, m) the marks of every source of a cell, joined by +, and `missing` where there is no value."""
    out = np.full(table.shape, "", dtype=object)
    where = {key: i for i, key in enumerate(table.index)}
    touched = panel.touched
    for j, each in enumerate(preset.indicators):
        seen = touched[touched["indicator"].isin(each.sources)]
        for region, year, mark in zip(seen["region"], seen["year"], seen["mark"], strict=True):
            i = where.get((str(region), int(year)))
            if i is not None and mark not in out[i, j].split("+"):
                out[i, j] = f"{out[i, j]}+{mark}" if out[i, j] else str(mark)
    out[table.isna().to_numpy()] = MISSING_MARK
    return out


def _yardsticks(
    x: Array, preset: Preset, goalposts: Goalposts | None, treated: Sequence[Treated]
) -> tuple[Array, Array, tuple[tuple[float, float] | None, ...]]:
    """x with targets folded, its directions, and goalposts: those of the call before those of the preset."""
    stated = dict(goalposts or {})
    for name in stated:
        preset.indicator(name)
    each = preset.indicators
    limits = np.array([stated.get(i.id) or i.goalposts or (np.nan, np.nan) for i in each], dtype=float)
    for j, indicator in enumerate(each):
        if treated[j].step == "log" and not (np.isnan(limits[j, 0]) and indicator.target is None):
            raise UsageError(
                f"指标 {indicator.id} 已取对数，其 goalposts 或 target 不再适用；请去掉其一",
                f"indicator {indicator.id} is in logarithms, so its goalposts or target no longer apply; drop one of the two",
                code="740",
            )
    reach = np.array([np.nan if i.tolerance is None else i.tolerance for i in each], dtype=float)
    sign = np.array([float(i.sign) for i in each])
    x, sign, limits = folded(x, sign, limits, intervals([i.target for i in each], len(each)), reach)
    return x, sign, tuple(None if np.isnan(low) else (float(low), float(high)) for low, high in limits)


def _treatments(preset: Preset, treated: Sequence[Treated]) -> pd.DataFrame:
    fields = ("step", "points", "skew", "kurtosis", "skew_after", "kurtosis_after", "passes")
    return pd.DataFrame(
        [
            {"indicator": i.id, **{f: getattr(t, f) for f in fields}}
            for i, t in zip(preset.indicators, treated, strict=True)
        ]
    )
