"""Frontiers: 30 × 12, 340 × 20 and 2 711 × 12 units × years, 3 inputs, 1 good, 2 bads."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from scipy.optimize import linprog

from bench.harness import Row, alone, compare, peak_megabytes
from bench.peers import PeerMissingError, ask, python_with
from xinzhi.productivity import directional, malmquist, malmquist_luenberger, radial, sbm

MEMORY = """
from bench.frontier import panel, pooled
from xinzhi.productivity import radial
radial(*pooled(panel({units}, 1))[:2], "vrs")
"""
Data = tuple[np.ndarray, np.ndarray, np.ndarray]
LOOP = "scipy linprog loop"
LOOPED = "the loop solves {} programs, its time is multiplied up"

DEAPACK = """
import json, sys, time
import numpy as np, pandas as pd, deapack
given = json.load(sys.stdin)
x, y, b = (np.array(given[k]) for k in "xyb")
T, n = x.shape[:2]
frame = pd.DataFrame(np.concatenate([v.reshape(T * n, -1) for v in (x, y, b)], axis=1))
names = [f"v{i}" for i in range(frame.shape[1])]
frame.columns = names
frame["unit"], frame["year"] = np.tile(np.arange(n), T), np.repeat(np.arange(T), n)
frame["row"] = np.arange(T * n)
p, q = x.shape[2], y.shape[2]
panel = given["model"].endswith("Index")
columns = dict(dmu="unit", period="year") if panel else dict(dmu="row")
bads = {} if given["model"] in ("CCRInput", "MalmquistProductivityIndex") else dict(bad_outputs=names[p + q:])
data = deapack.DEAData.from_frame(frame, inputs=names[:p], outputs=names[p:p + q], **bads, **columns)
model = getattr(deapack, given["model"])()
start = time.perf_counter()
model.fit(data)
print(json.dumps(time.perf_counter() - start))
"""


def panel(units: int, periods: int) -> Data:
    """Inputs that differ in size, goods below a frontier that moves, bads that follow the first input."""
    rng = np.random.default_rng(2024)
    x = rng.lognormal(size=(periods, units, 3))
    best = (x ** (0.9 / 3)).prod(axis=2, keepdims=True) * np.exp(0.03 * np.arange(periods))[:, None, None]
    y = best * np.exp(-0.4 * np.abs(rng.normal(size=(periods, units, 1))))
    return x, y, x[..., :1] * rng.lognormal(sigma=0.4, size=(periods, units, 2))


def pooled(data: Data) -> Data:
    """All periods as one cross-section."""
    x, y, b = (np.concatenate(v) for v in data)
    return x, y, b


def radial_loop(x: np.ndarray, y: np.ndarray, which: range, variable: bool = False) -> None:
    """Input-oriented efficiency under constant or variable returns, one program at a time."""
    n, cost = len(x), np.r_[np.zeros(len(x)), 1.0]
    convex = {"A_eq": np.r_[np.ones(n), 0.0][None, :], "b_eq": [1.0]} if variable else {}
    bounds = [(0, None)] * (n + 1)
    for k in which:
        upper = np.vstack([np.c_[x.T, -x[k]], np.c_[-y.T, np.zeros(y.shape[1])]])
        linprog(cost, upper, np.r_[np.zeros(x.shape[1]), -y[k]], bounds=bounds, method="highs", **convex)


def sbm_loop(x: np.ndarray, y: np.ndarray, b: np.ndarray, which: range) -> None:
    """Tone's measure with bad outputs, one program at a time."""
    p, v = x.shape[1], x.shape[1] + y.shape[1] + b.shape[1]
    level, sign = np.hstack([x, y, b]), np.r_[np.ones(p), -np.ones(y.shape[1]), np.ones(b.shape[1])]
    for k in which:
        rows = np.c_[level.T, np.diag(sign), -level[k]]
        ones = np.r_[np.zeros(len(x) + p), 1 / level[k, p:] / (v - p), 1.0]
        cost = np.r_[np.zeros(len(x)), -1 / x[k] / p, np.zeros(v - p), 1.0]
        linprog(cost, A_eq=np.vstack([rows, ones]), b_eq=np.r_[np.zeros(v), 1.0], method="highs")


def directional_loop(x: np.ndarray, y: np.ndarray, b: np.ndarray, which: range) -> None:
    """Directional distance along (y, −b) under weak disposability, one program at a time."""
    for k in which:
        upper = np.vstack([np.c_[x.T, np.zeros(x.shape[1])], np.c_[-y.T, y[k]]])
        linprog(
            np.r_[np.zeros(len(x)), -1.0],
            A_ub=upper,
            b_ub=np.r_[x[k], -y[k]],
            A_eq=np.c_[b.T, b[k]],
            b_eq=b[k],
            bounds=[(0, None)] * len(x) + [(None, None)],
            method="highs",
        )


def peer(what: str, ours: Callable[[], object], model: str, data: Data, note: str = "") -> Row:
    """Against DEAPack, which times its own `fit` in an environment of its own."""
    try:
        python = python_with("deapack", "deapack==2.0.1")
        given = dict(zip("xyb", (v.tolist() for v in data), strict=True), model=model)
        return compare(what, ours, "DEAPack 2.0.1", lambda: float(ask(python, DEAPACK, **given)), pairs=3, note=note)
    except PeerMissingError as missing:
        return alone(what, ours, note=f"DEAPack: {missing}")


def rows() -> Iterator[Row]:
    """One comparison after the other."""
    small = panel(30, 12)
    x, y, b = pooled(small)
    every = range(len(x))
    yield compare("radial, 360 units", lambda: radial(x, y), LOOP, lambda: radial_loop(x, y, every))
    yield peer("radial, 360 units", lambda: radial(x, y).slacks_x, "CCRInput", small, "both with slacks and targets")
    yield compare("SBM with bads, 360 units", lambda: sbm(x, y, b), LOOP, lambda: sbm_loop(x, y, b, every))
    yield peer("SBM with bads, 360 units", lambda: sbm(x, y, b), "UndesirableSBM", small)
    ddf = lambda: directional(x, y, b, None)  # noqa: E731
    yield compare("directional, 360 units", ddf, LOOP, lambda: directional_loop(x, y, b, every))
    yield peer("directional, 360 units", lambda: directional(x, y, b, None).slacks_x, "ChungFareGrosskopfDDF", small)
    yield peer("Malmquist, 30 × 12", lambda: malmquist(*small[:2]), "MalmquistProductivityIndex", small)
    yield peer(
        "global Malmquist–Luenberger, 30 × 12",
        lambda: malmquist_luenberger(*small, technology="global"),
        "GlobalMalmquistLuenbergerProductivityIndex",
        small,
    )
    yield from _large()


def _large() -> Iterator[Row]:
    cities = panel(340, 20)
    x, y, b = pooled(cities)
    n, some = len(x), range(0, len(x), 680)
    few = LOOPED.format(len(some))
    yield compare("radial, 6 800 units", lambda: radial(x, y), LOOP, lambda: radial_loop(x, y, some), pairs=3, scale=n / len(some), note=few)  # fmt: skip
    year, own = tuple(v[0] for v in cities), range(0, 340, 17)
    distances = 3 * 20 - 2  # of every unit: own periods, and each period against its two neighbours
    yield compare(
        "contemporaneous Malmquist–Luenberger, 340 × 20",
        lambda: malmquist_luenberger(*cities),
        LOOP,
        lambda: directional_loop(*year, own),
        pairs=2,
        scale=distances * 340 / len(own),
        note=LOOPED.format(len(own)),
    )
    yield compare(
        "global Malmquist–Luenberger, 340 × 20",
        lambda: malmquist_luenberger(*cities, technology="global"),
        LOOP,
        lambda: directional_loop(x, y, b, some),
        pairs=2,
        scale=n / len(some),
        note=f"{few}, own-period programs left out",
    )
    counties = panel(2711, 12)
    first = counties[0][0], counties[1][0], range(0, 2711, 271)
    yield compare(
        "contemporaneous Malmquist, 2 711 × 12",
        lambda: malmquist(*counties[:2]),
        LOOP,
        lambda: radial_loop(*first),
        pairs=1,
        scale=(3 * 12 - 2) * 2711 / len(first[2]),
        note=LOOPED.format(len(first[2])),
    )
    yield from _growing()


def _growing() -> Iterator[Row]:
    """How time and memory grow with the number of units."""
    base = peak_megabytes("from bench.frontier import panel, pooled\nimport xinzhi.productivity.envelopment.farrell")
    for units in (500, 1000, 2000, 4000, 8000):
        some = pooled(panel(units, 1))
        more = peak_megabytes(MEMORY.format(units=units)) - base
        yield compare(
            f"radial under variable returns, {units} units",
            lambda s=some: radial(*s[:2], "vrs"),
            LOOP,
            lambda s=some: radial_loop(*s[:2], range(0, len(s[0]), len(s[0]) // 10), variable=True),
            pairs=2,
            scale=units / 10,
            note=f"{more:.0f} MB of memory at the peak, {1000 * more / units:.0f} kB a unit; {LOOPED.format(10)}",
        )
