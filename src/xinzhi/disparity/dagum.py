"""Dagum's decomposition of the Gini coefficient, any number of groups, in O(n log n) time and O(n) memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, nonnegative
from xinzhi.base.errors import DataError
from xinzhi.disparity.inequality import mean_of, population
from xinzhi.disparity.theil import codes_of

_ROUNDING = 1e-14
"""Mean differences below this share of the range of the values are sums of rounding."""


@dataclass(frozen=True)
class Dagum:
    """The Gini coefficient and its three parts: total = within + between_net + transvariation.

    labels         (k,) group labels, sorted: numbers stay numbers, all else is text
    population     (k,) population shares p
    income         (k,) income shares s
    means          (k,) group means, unit of the values
    gini           (k, k) Gini between two groups, Gjh; the diagonal holds Gjj, that inside each group
    distance       (k, k) relative economic affluence Djh in 0–1, symmetric; 0 on the diagonal
    pair_gross     (k, k) gross affluence: mean of the positive differences x_j − x_h, unit of the values; of a pair, the
                   entry whose row is the richer group is Dagum's d, the other his p
    within_by_group            (k,) contributions to `within`
    pair_between_net           (k, k) contributions of pairs to `between_net`, upper triangle
    pair_transvariation        (k, k) contributions of pairs to `transvariation`, upper triangle

    `group_gini`, `pair_gini` and `pair_distance` give `gini` and `distance` as tables labelled by group, `pairs` a row a pair.
    """

    total: float
    within: float
    between_net: float
    transvariation: float
    labels: tuple[Any, ...]
    population: Array
    income: Array
    means: Array
    gini: Array
    distance: Array
    pair_gross: Array
    within_by_group: Array
    pair_between_net: Array
    pair_transvariation: Array

    @property
    def group_gini(self) -> pd.Series:
        """Gjj by group (k,)."""
        return pd.Series(np.diag(self.gini), index=list(self.labels), name="gini")

    @property
    def pair_gini(self) -> pd.DataFrame:
        """Gjh, a row and a column a group (k, k)."""
        return pd.DataFrame(self.gini, index=list(self.labels), columns=list(self.labels))

    @property
    def pair_distance(self) -> pd.DataFrame:
        """Djh, a row and a column a group (k, k)."""
        return pd.DataFrame(self.distance, index=list(self.labels), columns=list(self.labels))

    @property
    def pairs(self) -> pd.DataFrame:
        """A row a pair: first (the richer group), second, gini, distance, between_net, transvariation, share of the total."""
        j, h = np.triu_indices(len(self.labels), 1)
        poorer = self.means[j] < self.means[h]
        names = np.array(self.labels, dtype=object)
        net, crossing = self.pair_between_net[j, h], self.pair_transvariation[j, h]
        return pd.DataFrame(
            {
                "first": np.where(poorer, names[h], names[j]),
                "second": np.where(poorer, names[j], names[h]),
                "gini": self.gini[j, h],
                "distance": self.distance[j, h],
                "between_net": net,
                "transvariation": crossing,
                "share": (net + crossing) / self.total if self.total > 0 else np.full(j.size, np.nan),
            }
        )


def dagum(v: ArrayLike, groups: ArrayLike, w: ArrayLike | None = None) -> Dagum:
    """Dagum's decomposition of the Gini coefficient of `v`.

    v       (n,) values ≥ 0, any unit
    groups  (n,) labels, one group a unit; a group of one unit has Gjj = 0
    w       (n,) population weights, equal where None

    Shares are p_j = n_j/n (or population shares) and s_j = p_j μ_j/μ, with no n − 1 anywhere; of each pair the richer
    group is found by its mean. Equal means give Djh = 0; where two groups are one and the same constant the pair
    contributes nothing. Raises DataError for negative or missing values and units without a group.
    Source: Dagum (1997), Empirical Economics 22, eqs 6-21.
    """
    v = nonnegative(v, "v")
    p = population(w, v.size)
    mean = mean_of(v, p)
    names, code = codes_of(groups, v.size)
    gross = _gross_affluence(v, p, code, len(names))
    people: Array = np.bincount(code, weights=p).astype(float)
    if (people == 0).any():
        empty = names[int(np.argmax(people == 0))]
        raise DataError(
            f"组「{empty}」的权重之和为 0，没有均值可比；请剔除该组",
            f"the weights of group “{empty}” sum to zero, so it has no mean to compare; drop the group",
            code="314",
        )
    total_of: Array = np.bincount(code, weights=p * v).astype(float)
    return _assemble(names, gross, people, total_of, mean)


def _gross_affluence(v: Array, p: Array, code: NDArray[np.intp], k: int) -> Array:
    """(k, k): Σ over i in j, l in h of pᵢ pₗ (vᵢ − vₗ)₊. One pass over the sorted values for each group h."""
    order = np.argsort(v, kind="stable")
    x, q, g = v[order], p[order], code[order]
    x = x - x[x.size // 2]  # differences do not change, and small gaps on a high level keep their digits
    gross = np.empty((k, k))
    for h in range(k):
        below = np.where(g == h, q, 0.0)
        reached = x * np.cumsum(below) - np.cumsum(below * x)
        gross[:, h] = np.bincount(g, weights=q * reached, minlength=k)
    people = np.bincount(g, weights=q, minlength=k)
    noise = _ROUNDING * np.abs(x).max() * np.outer(people, people)
    return np.where(gross <= noise, 0.0, gross)  # equal values may leave ±1e-17, which would decide Djh


def _assemble(names: list[Any], gross: Array, people: Array, total_of: Array, mean: float) -> Dagum:
    means = total_of / people
    income = total_of / mean
    scale = np.outer(people, people)
    per_pair = gross / scale
    sums = means[:, None] + means[None, :]
    gini = np.divide(per_pair + per_pair.T, sums, out=np.zeros_like(sums), where=sums > 0)
    spread = per_pair + per_pair.T
    distance = np.divide(np.abs(per_pair - per_pair.T), spread, out=np.zeros_like(spread), where=spread > 0)
    np.fill_diagonal(distance, 0.0)
    weight = np.outer(people, income)
    weight = np.triu(weight + weight.T, 1)
    within = np.diag(gini) * people * income
    net = gini * distance * weight
    crossing = gini * (1 - distance) * weight
    parts = (float(within.sum()), float(net.sum()), float(crossing.sum()))
    return Dagum(
        sum(parts),
        *parts,
        tuple(names),
        people,
        income,
        means,
        gini,
        distance,
        per_pair,
        within,
        net,
        crossing,
    )
