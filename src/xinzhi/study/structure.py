"""Figures behind a profile: medians, what lifts and what holds back, and how far two regions are apart in structure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from xinzhi.base.arrays import Array


def compared(
    rows: pd.DataFrame, key: str, value: str, groups: Mapping[str, str], regions: Sequence[str]
) -> pd.DataFrame:
    """`rows` (region, `key`, `value`, …) with the median of all regions and that of the region's own group.

    Regions come in the order of `regions`; a region without a group has no group median.
    """
    out = rows.copy()
    out["median"] = out.groupby(key)[value].transform("median")
    group = out["region"].map(lambda code: groups.get(str(code), ""))
    own = out.groupby([key, group])[value].transform("median")
    out["group_median"] = own.where(group != "")
    return _ordered(out, regions)


def roles(values: pd.DataFrame, groups: Mapping[str, str], regions: Sequence[str], count: int) -> pd.DataFrame:
    """Each indicator of each region with its lift, and the `count` strengths and weaknesses marked.

    values  region, layer, indicator, raw, normalised, weight; one year
    A strength lifts above the median, a weakness lies below it; where fewer do, fewer are marked.
    """
    kept = ["region", "layer", "indicator", "raw", "normalised", "weight"]
    out = compared(values[kept], "indicator", "normalised", groups, regions)
    out["rank"] = out.groupby("indicator")["normalised"].rank(ascending=False, method="min")
    out["lift"] = out["weight"] * (out["normalised"] - out["median"])
    best = out.groupby("region")["lift"].rank(ascending=False, method="first")
    worst = out.groupby("region")["lift"].rank(ascending=True, method="first")
    strong, weak = (best <= count) & (out["lift"] > 0), (worst <= count) & (out["lift"] < 0)
    out["role"] = np.select([strong.to_numpy(), weak.to_numpy()], ["strength", "weakness"], "")
    return out.drop(columns="weight")


def nearest(values: pd.DataFrame, regions: Sequence[str], count: int) -> pd.DataFrame:
    """The `count` regions nearest in structure to each: region, peer, place, distance."""
    weighted = values.assign(part=values["weight"] * values["normalised"])
    table = weighted.pivot(index="region", columns="indicator", values="part").reindex(list(regions))
    distance = distances(table.to_numpy(dtype=float))
    np.fill_diagonal(distance, np.inf)
    rows = []
    for i, region in enumerate(regions):
        order = [j for j in np.argsort(distance[i], kind="stable")[:count] if np.isfinite(distance[i, j])]
        rows += [(region, regions[j], place, distance[i, j]) for place, j in enumerate(order, 1)]
    return pd.DataFrame(rows, columns=["region", "peer", "place", "distance"])


def distances(parts: Array) -> Array:
    """(n, n) half the sum of absolute differences between compositions, over the columns that both rows have.

    parts  (n, m) non-negative amounts, NaN where missing; rows are scaled to shares over the common columns
    0 means the same composition, 1 nothing in common; NaN where two rows share no column or one sums to zero.
    Source: Krugman (1991), Geography and Trade, halved so that it ends at one.
    """
    size = len(parts)
    out = np.full((size, size), np.nan)
    for i in range(size):
        both = ~np.isnan(parts) & ~np.isnan(parts[i])
        mine = np.where(both, parts[i], 0.0)
        other = np.where(both, np.nan_to_num(parts), 0.0)
        totals = mine.sum(axis=1, keepdims=True), other.sum(axis=1, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            out[i] = 0.5 * np.abs(mine / totals[0] - other / totals[1]).sum(axis=1)
    return out


def _ordered(rows: pd.DataFrame, regions: Sequence[str]) -> pd.DataFrame:
    place = {code: i for i, code in enumerate(regions)}
    order = rows["region"].map(place).to_numpy()
    return rows.iloc[np.argsort(order, kind="stable")].reset_index(drop=True)
