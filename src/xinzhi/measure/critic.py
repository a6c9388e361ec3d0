"""CRITIC weights: contrast within an indicator times conflict with the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError, unknown
from xinzhi.base.text import Text
from xinzhi.measure.columns import called, first, matrix
from xinzhi.measure.scales import moments, ranks
from xinzhi.measure.weights import Gaps, at_least_two_rows, by_group, to_one

Correlation = Literal["pearson", "spearman"]


def correlation(z: Array, kind: Correlation = "pearson", names: Sequence[str] | None = None) -> Array:
    """(m, m) correlations of the columns of z, each from the rows where both have a value.

    Raises DataError naming a column that does not vary, which has no correlation.
    """
    if kind not in ("pearson", "spearman"):
        raise unknown(Text("相关系数", "correlation"), kind, ("pearson", "spearman"), code="704")
    spread = moments(z, 1)[1]
    if (spread == 0).any():
        said = called(first(spread == 0), names)
        raise DataError(
            f"{said.zh}取值全部相同，与其他指标的相关系数无定义；请剔除该指标",
            f"{said.en} has the same value everywhere and no correlation with the others; leave it out",
            code="716",
        )
    if not np.isnan(z).any():
        return _complete(ranks(z) if kind == "spearman" else z)
    size = z.shape[1]
    out = np.eye(size)
    for j in range(size):
        for k in range(j):
            both = z[~np.isnan(z[:, j]) & ~np.isnan(z[:, k])][:, [j, k]]
            if both.shape[0] < 3 or (both.max(axis=0) == both.min(axis=0)).any():
                raise DataError(
                    f"{called(j, names).zh}与{called(k, names).zh}共同有值的行太少，无法求相关；请先补齐",
                    f"{called(j, names).en} and {called(k, names).en} share too few rows for a correlation; fill them first",
                    code="717",
                )
            out[j, k] = out[k, j] = _complete(ranks(both) if kind == "spearman" else both)[0, 1]
    return out


def _complete(z: Array) -> Array:
    centred = z - z.mean(axis=0)
    unit = centred / np.sqrt((centred * centred).sum(axis=0))
    return np.asarray(np.clip(unit.T @ unit, -1.0, 1.0))


def critic_weights(
    z: ArrayLike,
    *,
    correlation_kind: Correlation = "pearson",
    conflict: Literal["signed", "absolute"] = "signed",
    groups: ArrayLike | None = None,
    missing: Gaps = "fail",
    names: Sequence[str] | None = None,
) -> Array:
    """CRITIC weights: w ∝ σ_j · Σ_k (1 − r_jk).

    z                 (n, m) normalised, larger is better; no column constant
    correlation_kind  pearson as published, or spearman, which outliers do not move
    conflict          signed: 1 − r, so that opposite indicators count twice, as published; absolute: 1 − |r|
    groups            (n,) labels: one row of weights a group, in sorted order
    missing           fail refuses NaN; keep takes σ and each r from the rows that have the values
    names             (m,) what errors call the columns

    Gives (m,), or (g, m) with groups; whether σ divides by n or n − 1 does not matter.
    Source: Diakoulaki, Mavrotas & Papayannakis (1995), Computers & Operations Research 22, eq. 4–6.
    """
    z = matrix(z, missing=missing == "keep")
    at_least_two_rows(z)
    if conflict not in ("signed", "absolute"):
        raise unknown(Text("冲突性", "conflict"), conflict, ("signed", "absolute"), code="705")

    def weigh(block: Array) -> Array:
        together = correlation(block, correlation_kind, names)
        if conflict == "absolute":
            together = np.abs(together)
        return to_one(moments(block, 1)[1] * (1.0 - together).sum(axis=0), "CRITIC")

    return by_group(z, groups, weigh)
