"""Decompositions of inequality: Dagum over years, at 100 000 units and under the bootstrap."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from bench.harness import Row, alone, compare
from xinzhi.disparity import bootstrap, convergence_clubs, dagum, theil

COUNTIES, YEARS, PROVINCES, LARGE, DRAWS = 2711, 12, 31, 100_000, 1000
LOOPED = 10  # bootstrap draws that the plain script carries out; its time is multiplied up


def incomes(n: int, groups: int, years: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Log-normal values (years, n) whose groups differ in level, and the groups (n,)."""
    rng = np.random.default_rng(7)
    group = np.sort(rng.integers(0, groups, n))
    level = rng.normal(0, 0.4, groups)[group]
    return np.exp(level + rng.normal(0, 0.5, (years, n))), group


def plain_dagum(v: np.ndarray, group: np.ndarray) -> tuple[float, float, float]:
    """Dagum's three parts as scripts do them: every pair of groups by its matrix of differences."""
    n, total, labels = v.size, v.sum(), np.unique(group)
    parts = {g: v[group == g] for g in labels}
    within = net = crossing = 0.0
    for j in labels:
        for h in labels:
            x, y = parts[j], parts[h]
            if j != h and x.mean() <= y.mean():
                continue
            gap = x[:, None] - y
            gini = np.abs(gap).mean() / (x.mean() + y.mean())
            if j == h:
                within += gini * x.size / n * x.sum() / total
                continue
            above, below = np.where(gap > 0, gap, 0).mean(), np.where(gap < 0, -gap, 0).mean()
            weight = x.size / n * y.sum() / total + y.size / n * x.sum() / total
            distance = (above - below) / (above + below)
            net += gini * distance * weight
            crossing += gini * (1 - distance) * weight
    return within, net, crossing


def every_year(kernel: object, values: np.ndarray, group: np.ndarray) -> None:
    """A decomposition of each row of `values`."""
    for year in values:
        kernel(year, group)  # type: ignore[operator]


def plain_bootstrap(v: np.ndarray, group: np.ndarray, draws: int) -> np.ndarray:
    """`draws` stratified resamples through the plain decomposition."""
    rng = np.random.default_rng(0)
    members = [np.flatnonzero(group == g) for g in np.unique(group)]
    rows = (np.concatenate([rng.choice(m, m.size) for m in members]) for _ in range(draws))
    return np.array([plain_dagum(v[r], group[r]) for r in rows])


def three_parts(v: np.ndarray, group: np.ndarray) -> list[float]:
    """The parts of ours that are bootstrapped."""
    found = dagum(v, group)
    return [found.within, found.between_net, found.transvariation]


def plain_theil(v: np.ndarray, group: np.ndarray) -> float:
    """Theil's T between groups, in pandas."""
    frame = pd.DataFrame({"v": v, "g": group})
    share = frame.groupby("g")["v"].agg(["sum", "size"])
    income = share["sum"] / v.sum()
    return float((income * np.log(income / (share["size"] / v.size))).sum())


def rows() -> Iterator[Row]:
    """Dagum against its definition, Theil against pandas, clubs alone."""
    values, group = incomes(COUNTIES, PROVINCES, YEARS)
    yield compare(
        f"Dagum, {COUNTIES} units × {YEARS} years × {PROVINCES} groups",
        partial(every_year, dagum, values, group),
        "NumPy, matrices of differences",
        partial(every_year, plain_dagum, values, group),
        pairs=3,
    )
    large, groups = incomes(LARGE, PROVINCES)
    yield alone(f"Dagum, {LARGE} units, {PROVINCES} groups", partial(dagum, large[0], groups))
    small, four = incomes(300, 4)
    yield compare(
        f"Dagum with {DRAWS} bootstrap replications, n = 300, 4 groups",
        lambda: bootstrap(three_parts, (small[0], four), DRAWS, strata=four),
        "NumPy, matrices of differences",
        partial(plain_bootstrap, small[0], four, LOOPED),
        scale=DRAWS / LOOPED,
        note=f"the script carries out {LOOPED} replications, multiplied by {DRAWS // LOOPED}",
    )
    yield compare(
        f"Theil T with groups, {LARGE} units",
        lambda: theil(large[0], None, groups),
        f"pandas {pd.__version__}",
        partial(plain_theil, large[0], groups),
        note="pandas computes the part between groups only",
    )
    paths = 10 + np.cumsum(np.random.default_rng(3).normal(0.03, 0.03, (20, 340)), axis=0)
    yield alone("log t and convergence clubs, 340 units × 20 years", partial(convergence_clubs, paths))
