"""Panels put together, and figures brought to another unit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from xinzhi.base.errors import DataError
from xinzhi.panel.panel import TOUCHED_COLUMNS, Panel
from xinzhi.panel.units import factor, parse


def join(first: Panel, *others: Panel) -> Panel:
    """All figures of several panels on one list of places; equal figures may repeat, different ones are refused."""
    out = first
    for other in others:
        if other.places.name != out.places.name:
            raise DataError(
                f"{out.name} 与 {other.name} 的地区表不同（{out.places.name}、{other.places.name}），不能合并",
                f"{out.name} and {other.name} speak of different places ({out.places.name}, {other.places.name}) and cannot be joined",
                code="132",
            )
        _refuse_conflicts(out, other)
        touched = [t for t in (out.touched, other.touched) if len(t)]
        out = replace(
            out,
            frame=out.frame.combine_first(other.frame)[list(dict.fromkeys([*out.columns, *other.columns]))],
            indicators={**other.indicators, **out.indicators},
            touched=pd.concat(touched, ignore_index=True) if touched else out.touched,
            totals=_totals(out.totals, other.totals),
            limits=tuple(dict.fromkeys([*out.limits, *other.limits])),
            readings=out.readings + other.readings,
        )
    return out


def _totals(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    if a.empty or b.empty:
        return b if a.empty else a
    return a.combine_first(b)


def _refuse_conflicts(a: Panel, b: Panel) -> None:
    for name in [c for c in a.columns if c in b.columns]:
        have, want = a.indicators[name].unit, b.indicators[name].unit
        if have and want and have != want:
            raise DataError(
                f"{name} 在 {a.name} 以{have}计，在 {b.name} 以{want}计；请先用 panel.convert 统一",
                f"{name} is in {have} in {a.name} and in {want} in {b.name}; make them one with panel.convert first",
                code="133",
            )
        both = a.frame[name].to_frame("a").join(b.frame[name].rename("b"), how="inner").dropna()
        differ = both[both["a"] != both["b"]]
        if len(differ):
            region, year = differ.index[0]
            x, y = differ.iloc[0]
            raise DataError(
                f"{a.places.label(region, 'zh')} {year} 年的 {name} 在 {a.name} 为 {x:g}，在 {b.name} 为 {y:g}（共 {len(differ)} 处不同）；请改名或只留一个",
                f"{name} of {a.places.label(region, 'en')} in {year} is {x:g} in {a.name} and {y:g} in {b.name} ({len(differ)} differ); rename one or keep one",
                code="134",
            )


def convert(panel: Panel, name: str, to: str) -> Panel:
    """`name` in the unit `to`, every figure recorded as converted; units that measure different things are refused."""
    entry = panel.indicator(name)
    times = factor(entry.unit, to)
    before = panel.frame[name]
    after = before * times
    text = f"{entry.unit} → {parse(to).text}"
    filled = before.notna() & (before != after)
    rows = pd.DataFrame(
        {
            "region": before.index.get_level_values("region"),
            "year": before.index.get_level_values("year"),
            "indicator": name,
            "mark": "converted",
            "before": before.to_numpy(),
            "after": after.to_numpy(),
            "step": "convert",
            "reason": text,
        }
    )[filled.to_numpy()]
    touched = [t for t in (panel.touched, rows[list(TOUCHED_COLUMNS)]) if len(t)]
    totals = panel.totals.assign(**{name: panel.totals[name] * times}) if name in panel.totals else panel.totals
    return replace(
        panel,
        frame=panel.frame.assign(**{name: np.asarray(after)}),
        indicators={**panel.indicators, name: replace(entry, unit=parse(to).text)},
        touched=pd.concat(touched, ignore_index=True) if touched else panel.touched,
        totals=totals,
    )
