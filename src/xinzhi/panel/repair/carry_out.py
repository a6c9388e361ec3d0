"""One step of a repair carried out on a panel, by kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError, UsageError
from xinzhi.panel import formula as formulas
from xinzhi.panel.panel import Panel
from xinzhi.panel.repair import fill, models, prices, tails
from xinzhi.panel.repair import plan as p
from xinzhi.panel.units import parse


def carry_out(panel: Panel, step: p.Step) -> Panel:
    """The panel after `step`; its record of touched cells is as it was before."""
    for name in step.indicators:
        panel.indicator(name)
    act = _ACTS[p.name_of(step)]
    return _trimmed(act(panel, step), panel)


def _trimmed(after: Panel, before: Panel) -> Panel:
    """Without the rows that were only laid out to be filled and stayed empty."""
    empty = after.frame.isna().all(axis=1) & ~after.frame.index.isin(before.frame.index)
    return replace(after, frame=after.frame[~empty]) if empty.any() else after


def _targets(panel: Panel, step: p.Step) -> list[str]:
    return list(step.indicators) or panel.columns


def _chosen(panel: Panel, step: p.Step) -> pd.Series:
    """Which rows of the frame the step may touch."""
    index = panel.frame.index
    codes = [_code(panel, text) for text in step.regions]
    region = index.get_level_values("region").isin(codes) if codes else np.ones(len(index), bool)
    year = index.get_level_values("year").isin(step.years) if step.years else np.ones(len(index), bool)
    panel.select(years=step.years or None, regions=codes or None)  # refuses what the panel does not have
    return pd.Series(region & year, index=index)


def _code(panel: Panel, text: str) -> str:
    """A region as a plan writes it: its code, or a name that is certain."""
    if text in set(panel.regions):
        return text
    match = panel.places.resolve(text)
    return match.code if match.certainty == "certain" else text


def _with(panel: Panel, step: p.Step, columns: Mapping[str, pd.Series]) -> Panel:
    """The panel with these columns replaced in the rows that the step may touch."""
    rows = _chosen(panel, step)
    changed = {name: new.where(rows, panel.frame[name]) for name, new in columns.items()}
    return replace(panel, frame=panel.frame.assign(**changed))


def _along_time(panel: Panel, name: str, kernel: Callable[[Array, Array], Array]) -> pd.Series:
    """A kernel on each region's series over the years of the panel."""
    wide = panel.wide(name)
    years = wide.columns.to_numpy(dtype=float)
    values = np.vstack([kernel(row, years) for row in wide.to_numpy(dtype=float)])
    return _long(values, wide, panel)


def _long(values: Array, wide: pd.DataFrame, panel: Panel) -> pd.Series:
    """Regions × years, shaped as `wide`, as a Series on the panel's index."""
    stacked = pd.DataFrame(values, index=wide.index, columns=wide.columns).stack()
    return pd.Series(stacked, dtype=float).reindex(panel.frame.index)


def _full(panel: Panel, step: p.Step) -> Panel:
    """The panel with a row for every region and year, so that a missing row can be filled."""
    full = pd.MultiIndex.from_product([panel.regions, panel.years], names=["region", "year"])
    return panel if len(full) == len(panel.frame) else replace(panel, frame=panel.frame.reindex(full))


def _interpolate(panel: Panel, step: p.Interpolate) -> Panel:
    panel = _full(panel, step)

    def kernel(values: Array, years: Array) -> Array:
        return fill.interpolate(values, years, step.method, step.limit, extrapolate=step.extrapolate)

    return _with(panel, step, {n: _along_time(panel, n, kernel) for n in _targets(panel, step)})


def _carry(panel: Panel, step: p.Carry) -> Panel:
    panel = _full(panel, step)

    def kernel(values: Array, years: Array) -> Array:
        return fill.carry(values, years, step.limit, back=step.direction == "back")

    return _with(panel, step, {n: _along_time(panel, n, kernel) for n in _targets(panel, step)})


def _impute(panel: Panel, step: p.Impute) -> Panel:
    names = _targets(panel, step)
    if step.log:
        _need_positive(panel, names)
    values = {
        n: np.log(panel.frame[n].to_numpy(dtype=float)) if step.log else panel.frame[n].to_numpy(dtype=float)
        for n in names
    }
    if step.method in ("em", "pca"):
        joint = np.column_stack(list(values.values()))
        if joint.shape[1] < 2:
            raise UsageError(
                f"补缺方法 {step.method} 至少需要两个指标",
                f"imputation by {step.method} needs two indicators or more",
                code="067",
            )
        done = models.em(joint) if step.method == "em" else models.pca(joint, step.components)
        made = {n: done[:, j] for j, n in enumerate(names)}
    else:
        made = {n: _one(panel, step, n, values[n]) for n in names}
    out = {}
    for n, array in made.items():
        back = np.exp(array) if step.log else array
        known = panel.frame[n].notna().to_numpy()
        out[n] = pd.Series(np.where(known, panel.frame[n].to_numpy(dtype=float), back), index=panel.frame.index)
    return _with(panel, step, out)


def _one(panel: Panel, step: p.Impute, name: str, y: Array) -> Array:
    regions = panel.frame.index.get_level_values("region").to_numpy(dtype=str)
    years = panel.frame.index.get_level_values("year").to_numpy()
    if step.method in ("group-mean", "group-median"):
        label = _labels(panel, step.group)
        group = np.array([f"{label[r]}|{t}" for r, t in zip(regions, years, strict=True)])
        average = np.mean if step.method == "group-mean" else np.median
        return models.by_group(y, group, lambda v: float(average(v)))
    predictors = list(step.predictors) or [n for n in _targets(panel, step) if n != name]
    predictors = [n for n in predictors if n != name]
    if not predictors:
        raise UsageError(
            f"补缺方法 {step.method} 须用 predictors 写明依据的指标",
            f"imputation by {step.method} needs the indicators it rests on in predictors",
            code="067",
        )
    for each in predictors:
        panel.indicator(each)
    X = panel.frame[predictors].to_numpy(dtype=float)
    if step.log:
        _need_positive(panel, predictors)
        X = np.log(X)
    if step.method == "regression":
        return models.regression(y, X, regions)
    return models.neighbours(y, X, years, step.neighbours)


def _labels(panel: Panel, group: str) -> dict[str, str]:
    if not group:
        return dict.fromkeys(panel.regions, "")
    labels = panel.places.grouping(group, panel.regions).labels(panel.regions)
    return dict(zip(panel.regions, labels, strict=True))


def _need_positive(panel: Panel, names: list[str]) -> None:
    for n in names:
        bad = panel.frame[n] <= 0
        if bad.any():
            region, year = panel.frame.index[bad.to_numpy()][0]
            raise DataError(
                f"{panel.places.label(region, 'zh')} {year} 年的 {n} 不大于 0，不能取对数；请去掉 log",
                f"{n} of {panel.places.label(region, 'en')} in {year} is not positive and has no logarithm; leave log out",
                code="052",
            )


def _winsorise(panel: Panel, step: p.Winsorise) -> Panel:
    def kernel(x: Array) -> Array:
        if step.rule == "quantiles":
            return tails.quantiles(x, step.low, step.high)
        if step.rule == "mad":
            return tails.deviations(x, step.deviations)
        return tails.by_shape(x, step.skew, step.kurtosis, step.most)

    rows = _chosen(panel, step)
    out = {}
    for n in _targets(panel, step):
        held = panel.frame[n][rows]
        if step.by == "year":
            made = held.groupby(level="year").transform(lambda s: kernel(s.to_numpy(dtype=float)))
        else:
            made = pd.Series(kernel(held.to_numpy(dtype=float)), index=held.index)
        out[n] = made.reindex(panel.frame.index)
    return _with(panel, step, out)


def _deflate(panel: Panel, step: p.Deflate) -> Panel:
    panel.indicator(step.index)
    if not step.indicators:
        raise UsageError("deflate 须用 indicators 写明指标", "deflate needs its indicators", code="067")
    wide = panel.wide(step.index)
    if step.base not in wide.columns:
        raise UsageError(
            f"面板没有基年 {step.base}；现有 {panel.years[0]}–{panel.years[-1]} 年",
            f"the panel has no base year {step.base}; it covers {panel.years[0]}–{panel.years[-1]}",
            code="033",
        )
    years = [int(y) for y in wide.columns]
    level = prices.level(wide.to_numpy(dtype=float), years, step.base, step.form)
    price = _long(level, wide, panel)
    for n in step.indicators:
        lost = panel.frame[n].notna() & price.isna() & _chosen(panel, step)
        if lost.any():
            region, year = panel.frame.index[lost.to_numpy()][0]
            raise DataError(
                f"{panel.places.label(region, 'zh')} {year} 年没有价格指数 {step.index}，不能平减 {n}；请补齐指数，或用 years= 限定年份",
                f"there is no price index {step.index} for {panel.places.label(region, 'en')} in {year} to deflate {n}; complete it, or name the years with years=",
                code="053",
            )
    unit = f" ({step.base})"
    return _made(
        panel, step, {n: panel.frame[n] / price for n in step.indicators}, step.into, lambda u: u + unit if u else u
    )


def _denominate(panel: Panel, step: p.Denominate) -> Panel:
    if not step.indicators:
        raise UsageError("denominate 须用 indicators 写明指标", "denominate needs its indicators", code="067")
    formulas.names(step.by)
    below = panel.evaluate(step.by)
    made = {n: (panel.frame[n] / below * step.scale).replace([np.inf, -np.inf], np.nan) for n in step.indicators}
    return _made(panel, step, made, step.into, lambda _: parse(step.unit).text)


def _made(
    panel: Panel, step: p.Step, made: Mapping[str, pd.Series], into: Mapping[str, str], unit: Callable[[str], str]
) -> Panel:
    """New columns where `into` names them, replaced ones elsewhere; the dictionary follows."""
    for old in into:
        if old not in made:
            raise UsageError(
                f"into 中的 {old} 不在 indicators 之列", f"{old} in into is not among the indicators", code="067"
            )
    rows = _chosen(panel, step)
    frame, entries = panel.frame.copy(), dict(panel.indicators)
    for n, values in made.items():
        new = into.get(n, n)
        frame[new] = values.where(rows, np.nan if new != n else panel.frame[n])
        entries[new] = replace(panel.indicators[n], id=new, unit=unit(panel.indicators[n].unit), equals=(), at_least=())
    return replace(panel, frame=frame, indicators=entries)


def _link(panel: Panel, step: p.Link) -> Panel:
    panel.indicator(step.indicator)
    panel.indicator(step.old)
    panel = _full(panel, step)
    revised, old = panel.wide(step.indicator), panel.wide(step.old)
    values = prices.linked(revised.to_numpy(dtype=float), old.to_numpy(dtype=float), step.method)
    made = _long(values, revised, panel)
    if not step.into:
        return _with(panel, step, {step.indicator: made})
    entry = replace(panel.indicators[step.indicator], id=step.into, equals=(), at_least=())
    held = panel.frame[step.indicator]
    return panel.with_column(step.into, made.where(_chosen(panel, step), held), entry)


def _drop(panel: Panel, step: p.Drop) -> Panel:
    if not (step.indicators or step.regions or step.years):
        raise UsageError("drop 须写明指标、地区或年份", "drop needs indicators, regions or years", code="067")
    rows = _chosen(panel, step)
    if step.indicators and not step.regions and not step.years:
        return replace(panel, frame=panel.frame.drop(columns=list(step.indicators)))
    if step.indicators:
        frame = panel.frame.copy()
        frame.loc[rows, list(step.indicators)] = np.nan
        return replace(panel, frame=frame)
    return replace(panel, frame=panel.frame[~rows])


def _rescale(panel: Panel, step: p.Rescale) -> Panel:
    return _with(panel, step, {n: panel.frame[n] * step.factor for n in _named(panel, step)})


def _replace(panel: Panel, step: p.Replace) -> Panel:
    value = np.nan if step.value is None else step.value
    return _with(panel, step, {n: pd.Series(value, index=panel.frame.index) for n in _named(panel, step)})


def _named(panel: Panel, step: p.Step) -> list[str]:
    if not step.indicators:
        raise UsageError(
            "rescale 与 replace 须用 indicators 写明指标", "rescale and replace need their indicators", code="067"
        )
    return list(step.indicators)


def _screen(panel: Panel, step: p.Screen) -> Panel:
    """Regions or indicators with too few figures dropped; the share is over the step's indicators and years."""
    held = panel.frame.loc[_chosen(panel, step), _targets(panel, step)]
    if step.of == "indicators":
        poor = [str(c) for c in held.columns if held[c].notna().mean() < step.availability]
        return replace(panel, frame=panel.frame.drop(columns=poor))
    share = held.notna().groupby(level="region").mean().mean(axis=1)
    few = share.index[share < step.availability]
    return replace(panel, frame=panel.frame[~panel.frame.index.get_level_values("region").isin(few)])


_ACTS: Mapping[str, Callable[[Panel, Any], Panel]] = {
    "interpolate": _interpolate,
    "carry": _carry,
    "impute": _impute,
    "winsorise": _winsorise,
    "deflate": _deflate,
    "link": _link,
    "drop": _drop,
    "screen": _screen,
    "denominate": _denominate,
    "rescale": _rescale,
    "replace": _replace,
}
