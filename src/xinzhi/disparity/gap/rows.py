"""The figures of a decomposed gap, year by year, group by group and pair by pair, with their bootstrap intervals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from xinzhi.base.arrays import Array
from xinzhi.disparity.dagum import Dagum, dagum
from xinzhi.disparity.inequality import quantile_ratio, variation
from xinzhi.disparity.inference import bootstrap
from xinzhi.disparity.theil import theil


def year_row(v: Array, w: Array | None, labels: Any, found: Dagum) -> dict[str, float]:
    """The measures of one year."""
    split = theil(v, w, labels)
    total = found.total if found.total > 0 else np.nan
    return {
        "n": v.size,
        "gini": found.total,
        "within": found.within,
        "between_net": found.between_net,
        "transvariation": found.transvariation,
        "within_share": found.within / total,
        "between_net_share": found.between_net / total,
        "transvariation_share": found.transvariation / total,
        "theil": split.total,
        "theil_between_share": split.between_share,
        "cv": variation(v, w),
        "p90_p10": quantile_ratio(v, 0.9, 0.1, w) if (v > 0).all() else np.nan,
    }


BOUNDED = ("gini", "within_share", "between_net_share", "transvariation_share", "theil_between_share")


def bounds(v: Array, w: Array | None, labels: Any, draws: int, seed: int, level: float) -> dict[str, float]:
    """Intervals of the measures in `BOUNDED`, as `*_low` and `*_high`; NaN without draws."""
    if draws < 2:
        return {f"{name}_{side}": np.nan for name in BOUNDED for side in ("low", "high")}

    def statistic(x: Array, p: Array, g: Any) -> list[float]:
        return [*_measures(x, p, g), theil(x, p, g).between_share]

    weights = np.ones(v.size) if w is None else w
    drawn = bootstrap(statistic, (v, weights, labels), draws, seed, strata_of(labels), level, limits=(0.0, 1.0))
    low = {f"{name}_low": float(x) for name, x in zip(BOUNDED, drawn.low, strict=True)}
    return low | {f"{name}_high": float(x) for name, x in zip(BOUNDED, drawn.high, strict=True)}


def strata_of(labels: Any) -> Any | None:
    """The groups to draw within; None, all together, where every group is a single region and could only draw itself."""
    return labels if np.unique(labels).size < labels.size else None


MEASURES = ("gini", "within_share", "between_net_share", "transvariation_share")


def _measures(x: Array, p: Array | None, g: Any) -> list[float]:
    """The figures of `MEASURES`."""
    found = dagum(x, g, p)
    total = found.total if found.total > 0 else np.nan
    return [found.total, found.within / total, found.between_net / total, found.transvariation / total]


def change_rows(v: Array, w: Array | None, labels: Any, draws: int, seed: int, level: float) -> pd.DataFrame:
    """From the first to the last year of `v` (T, n), resampling the same regions in both."""
    columns = ["measure", "first", "last", "change", "low", "high"]
    if v.shape[0] < 2:
        return pd.DataFrame(columns=columns)
    weights = np.ones_like(v) if w is None else w
    ends = (v[0], weights[0], v[-1], weights[-1], labels)
    before, after = np.array(_measures(*ends[:2], labels)), np.array(_measures(*ends[2:4], labels))

    def statistic(a: Array, p: Array, b: Array, q: Array, g: Any) -> Array:
        moved: Array = np.array(_measures(b, q, g)) - np.array(_measures(a, p, g))
        return moved

    low = high = np.full(len(MEASURES), np.nan)
    if draws > 1:
        drawn = bootstrap(statistic, ends, draws, seed, strata_of(labels), level)
        low, high = drawn.low, drawn.high
    rows = zip(MEASURES, before, after, after - before, low, high, strict=True)
    return pd.DataFrame(rows, columns=columns)


def group_rows(year: int, labels: Any, found: Dagum) -> list[dict[str, Any]]:
    """A row a group."""
    return [
        {
            "year": year,
            "group": label,
            "n": int((labels == label).sum()),
            "population": found.population[j],
            "income": found.income[j],
            "mean": found.means[j],
            "gini": found.gini[j, j],
            "within": found.within_by_group[j],
            "within_share": found.within_by_group[j] / found.total if found.total > 0 else np.nan,
        }
        for j, label in enumerate(found.labels)
    ]
