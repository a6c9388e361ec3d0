"""Inference for frontiers: bootstrap replications, leverage, partial frontiers and closest targets; 3 inputs, 1 good."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.optimize import linprog

from bench.frontier import LOOP, panel, radial_loop
from bench.harness import Row, alone, compare
from xinzhi.productivity import closest_targets, dea_bootstrap, order_m, outliers

DRAWS = 2000
SAMPLED = 20  # replications that the loop does; its time is scaled to all


def sample(units: int) -> tuple[np.ndarray, np.ndarray]:
    """One year of the bench panel."""
    x, y, _ = panel(units, 1)
    return x[0], y[0]


def loop(x: np.ndarray, y: np.ndarray, draws: int) -> None:
    """Input-oriented VRS programs of every unit against `draws` moved references, one at a time."""
    n, p, q = len(x), x.shape[1], y.shape[1]
    rng, cost, total = np.random.default_rng(1), np.r_[np.zeros(n), 1.0], np.r_[np.ones(n), 0.0][None]
    for _ in range(draws):
        moved = x * np.exp(0.1 * rng.normal(size=(n, 1)))
        for k in range(n):
            upper = np.vstack([np.c_[moved.T, -x[k]], np.c_[-y.T, np.zeros(q)]])
            linprog(cost, A_ub=upper, b_ub=np.r_[np.zeros(p), -y[k]], A_eq=total, b_eq=[1.0], method="highs")


def jackknife(x: np.ndarray, y: np.ndarray) -> None:
    """Every unit left out in turn, CRS programs of the rest one at a time."""
    for left in range(len(x)):
        rest = np.arange(len(x)) != left
        radial_loop(x[rest], y[rest], range(len(x) - 1))


def rows() -> Iterator[Row]:
    """One comparison after the other."""
    x, y = sample(31)
    said = f"the loop does {SAMPLED} replications, scaled to {DRAWS}"
    yield compare(
        f"{DRAWS} bootstrap replications, 31 units, VRS",
        lambda: dea_bootstrap(x, y, "vrs", draws=DRAWS),
        LOOP,
        lambda: loop(x, y, SAMPLED),
        pairs=3,
        scale=DRAWS / SAMPLED,
        note=said,
    )
    two = {"backend": "processes", "workers": 2}
    yield alone("the same, two processes", lambda: dea_bootstrap(x, y, "vrs", draws=DRAWS, **two), repeat=3)
    subsample = lambda: dea_bootstrap(x, y, "vrs", draws=DRAWS, method="subsample")  # noqa: E731
    yield alone(f"{DRAWS} subsamples, 31 units, VRS", subsample, repeat=3)
    yield compare("jackknife leverage, 31 units, CRS", lambda: outliers(x, y), LOOP, lambda: jackknife(x, y), pairs=3)
    large = sample(340)
    yield alone("200 bootstrap replications, 340 units, VRS", lambda: dea_bootstrap(*large, "vrs", draws=200), repeat=1)
    yield alone("closest targets, 340 units, VRS", lambda: closest_targets(*large), repeat=1)
    whole = sample(2711)
    yield alone("exact order-m, 2 711 units", lambda: order_m(*whole, 50), repeat=3)
