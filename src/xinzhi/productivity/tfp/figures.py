"""The pictures of productivity change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xinzhi.atlas import map_option, shapes_for
from xinzhi.base.arrays import Array
from xinzhi.base.text import Lang, Text
from xinzhi.panel.labels import name_of
from xinzhi.productivity.grouped import first_groups
from xinzhi.productivity.tfp.tables import NAMES

if TYPE_CHECKING:
    import pandas as pd

    from xinzhi.productivity.tfp.face import TfpResult

COLOURS = 6  # groups that lines can tell apart
MOST = 40  # regions that a ranking can name
_STACKED = ("technical_change", "pure_efficiency_change", "scale_change")
_COARSE = ("technical_change", "efficiency_change")
_QUANTITIES = ("output_change", "input_change")


def scaled(result: TfpResult, values: pd.Series) -> Array:
    """Parts as amounts that add up: log points × 100 for an index, the indicator itself × 100."""
    figures = values.to_numpy(dtype=float)
    return np.asarray(100 * np.log(figures) if result.index else 100 * figures)


def amounts(result: TfpResult, table: pd.DataFrame, part: str) -> Array:
    """The amounts of a part that add up to the total: a growing input takes away."""
    return -scaled(result, table[part]) if part == "input_change" else scaled(result, table[part])


def unit(result: TfpResult) -> Text:
    """What the amounts of `scaled` are."""
    return Text("对数百分点", "log points × 100") if result.index else Text("指标 × 100", "indicator × 100")


def parts_of(result: TfpResult) -> tuple[str, ...]:
    """The parts that add up to the total: efficiency split in two where the model splits it, quantities of an index of quantities."""
    if "output_change" in result.parts:
        return _QUANTITIES
    split = result.how.decomposition != "ray-desli" and "scale_change" in result.parts
    return _STACKED if split or "scale_change" in result.parts else _COARSE


def decomposition(result: TfpResult, lang: Lang | None = None) -> dict[str, Any]:
    """Mean parts over regions stacked year by year, the total as dots."""
    from xinzhi.chart import stacked

    table, parts = result.by_year, parts_of(result)
    return stacked(
        [int(y) for y in table["year"]],
        [NAMES[p] for p in parts],
        np.stack([amounts(result, table, p) for p in parts]),
        total=scaled(result, table["change"]),
        total_label=NAMES["change"],
        axis=unit(result),
        title=result.title,
        note=result.data.proxies,
        lang=lang,
    )


def levels(result: TfpResult, lang: Lang | None = None) -> dict[str, Any]:
    """Chained mean level of every group, and of all regions."""
    from xinzhi.chart import Line, lines

    names, series, drawn = result.grouping.names(), list[Line](), first_groups(result.data, result.grouping)
    yearly = result.by_group[result.by_group["year"] > 0]
    for group, block in yearly.groupby("group", sort=False):
        if group in drawn and len(series) < COLOURS:
            series.append(Line(names[str(group)], _chained(result, block["change"])))
    everyone = Line(Text("全部地区", "all regions"), _chained(result, result.by_year["change"]), role="mean")
    base = 1 if result.index else 0
    first = result.data.years[0]
    return lines(
        result.data.years,
        [*series, everyone],
        axis=Text(f"累计水平（{first} 年 = {base}）", f"chained level ({first} = {base})"),
        title=Text(f"{result.data.span} 年生产率累计水平", f"Chained productivity, {result.data.span}"),
        note=result.data.proxies,
        lang=lang,
    )


def _chained(result: TfpResult, changes: pd.Series) -> Array:
    figures = changes.to_numpy(dtype=float)
    return np.append(1.0, np.cumprod(figures)) if result.index else np.append(0.0, np.cumsum(figures))


def _paces(result: TfpResult) -> tuple[list[str], Array, Text]:
    """Regions, their mean change a year, and what it is in."""
    table = result.by_region
    figures = 100 * table["growth"].to_numpy(dtype=float)
    what = Text("年均变化（%）", "mean change a year (%)") if result.index else Text("年均变化（指标 × 100）", "mean change a year (indicator × 100)")  # fmt: skip
    return [str(c) for c in table["region"]], figures, what


def ranking(result: TfpResult, lang: Lang | None = None) -> dict[str, Any]:
    """Mean change a year by region; of many regions the first ones."""
    from xinzhi.chart import ranking as bars

    codes, figures, what = _paces(result)
    names = [name_of(result.data.panel.places, c) for c in codes]
    return bars(
        names, figures, keys=codes, axis=what, limit=MOST, digits=2, numbers=True, title=result.title, note=result.data.proxies, lang=lang
    )  # fmt: skip


def crosses(result: TfpResult) -> bool:
    """Whether some regions rose and others fell, so that colours stand apart around no change."""
    known = _paces(result)[1]
    return bool((known > 0).any() and (known < 0).any())


def map_of(result: TfpResult, lang: Lang | None = None) -> dict[str, Any] | None:
    """Mean change a year on the map, colours apart around no change."""
    from xinzhi.chart import classes

    codes, figures, what = _paces(result)
    shapes = shapes_for(result.data.panel.places, codes)
    known = [float(v) for v in figures if np.isfinite(v)]
    if shapes is None or not known:
        return None
    return map_option(
        shapes,
        {c: float(v) for c, v in zip(codes, figures, strict=True) if np.isfinite(v)},
        classes(known, diverging=crosses(result)),
        legend_title=what,
        title=result.title,
        note=result.data.proxies,
        lang=lang,
    )


def waterfall(result: TfpResult, code: str, lang: Lang | None = None) -> dict[str, Any]:
    """The parts of one region's change over the whole span."""
    from xinzhi.chart import waterfall as steps

    rows, parts = result.frame[result.frame["region"] == code], parts_of(result)
    who, years = name_of(result.data.panel.places, code), result.data.years
    return steps(
        [NAMES[p] for p in parts],
        [float(np.sum(amounts(result, rows, p))) for p in parts],
        end_label=NAMES["change"],
        axis=unit(result),
        title=Text(f"{who.zh} {years[0]}–{years[-1]} 年生产率变化的来源", f"What the productivity change of {who.en} is made of, {years[0]}–{years[-1]}"),
        note=result.data.proxies,
        lang=lang,
    )  # fmt: skip
