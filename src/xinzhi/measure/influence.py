"""What changes when one thing changes: an indicator left out, or another method chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.measure.scales import ranks as mean_ranks
from xinzhi.measure.simulate.draws import Table
from xinzhi.measure.simulate.plan import Plan

Ranks = NDArray[np.int32]


@dataclass(frozen=True)
class Agreement:
    """How far one ranking is from another, over all years.

    spearman, kendall  mean over the years of the rank correlations of the scores
    mean_shift         mean absolute change of rank
    largest_shift      change of rank of the row that moves most, positive when it falls
    mover              position of that row
    """

    spearman: float
    kendall: float
    mean_shift: float
    largest_shift: int
    mover: int


def leave_one_out(table: Table) -> tuple[Array, Ranks]:
    """Scores and ranks (m, n) without the first, the second … the last indicator; nothing else changes."""
    size = len(table.problem.sign)
    at = np.zeros(size, dtype=np.int64)
    plan = Plan(table.names, at, at, at, ~np.eye(size, dtype=np.bool_), np.ones((size, size)), at)
    return _unperturbed(table).run(plan, 0)


def one_choice_changed(table: Table) -> list[tuple[str, str, Array, Ranks]]:
    """For each alternative of each method choice: factor, alternative, scores (n,), ranks (n,); the nominal ones left out."""
    changes = [
        (factor, position)
        for factor in ("normalise", "weights", "aggregate")
        for position in range(1, len(table.names.of(factor)))
    ]
    if not changes:
        return []
    at = {f: np.array([p if g == f else 0 for g, p in changes]) for f in ("normalise", "weights", "aggregate")}
    size = len(table.problem.sign)
    plan = Plan(
        table.names, at["normalise"], at["weights"], at["aggregate"],
        np.ones((len(changes), size), dtype=np.bool_), np.ones((len(changes), size)), np.zeros(len(changes), dtype=np.int64),
    )  # fmt: skip
    scores, ranks = _unperturbed(table).run(plan, 0)
    return [(f, table.names.of(f)[p], scores[i], ranks[i]) for i, (f, p) in enumerate(changes)]


def _unperturbed(table: Table) -> Table:
    return replace(table, problem=replace(table.problem, error=None))


def spearman(a: Array, b: Array) -> float:
    """Spearman's rank correlation of a (n,) and b (n,), equal values sharing their average rank."""
    places = mean_ranks(np.column_stack([a, b]))
    return float(np.asarray(np.corrcoef(places, rowvar=False))[0, 1])


def kendall(a: Array, b: Array) -> float:
    """Kendall's τ-b of a (n,) and b (n,): pairs in the same order less pairs in the other, corrected for ties.

    Source: Kendall (1945), Biometrika 33, 239–251.
    """
    first, second = (np.sign(v[:, None] - v).astype(np.int8).ravel() for v in (a, b))
    untied = np.count_nonzero(first) * np.count_nonzero(second)
    return float(np.dot(first.astype(float), second.astype(float)) / np.sqrt(untied))


def agreement(scores: Array, ranks: Ranks, nominal: Array, nominal_ranks: Ranks, years: NDArray[np.int64]) -> Agreement:
    """Compare scores (n,) and ranks (n,) with the nominal ones, years (n,) being the labels that ranks are within.

    A year in which all scores are equal, or with one region, has no rank correlation and does not count.
    """
    rho, tau = [], []
    for year in np.unique(years):
        rows = years == year
        if np.ptp(scores[rows]) > 0 and np.ptp(nominal[rows]) > 0:
            rho.append(spearman(scores[rows], nominal[rows]))
            tau.append(kendall(scores[rows], nominal[rows]))
    shift = ranks.astype(np.int64) - nominal_ranks
    mover = int(np.abs(shift).argmax())
    mean = [float(np.mean(each)) if each else float("nan") for each in (rho, tau)]
    return Agreement(mean[0], mean[1], float(np.abs(shift).mean()), int(shift[mover]), mover)
