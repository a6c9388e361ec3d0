"""Every frontier model written once more, one program at a time, straight from the papers, and solved by HiGHS.

Nothing here is shared with the package: rows, signs and transformations are stated anew. Data have ties, duplicates and zeros.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import linprog

from xinzhi.productivity import (
    directional,
    luenberger,
    malmquist,
    malmquist_luenberger,
    nonradial_directional,
    radial,
    sbm,
)

Rows = np.ndarray
CONVEX = ("crs", "vrs", "drs", "irs")
TIGHT = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}


def data(seed: int, zeros: bool = True) -> tuple[Rows, Rows, Rows]:
    rng = np.random.default_rng(seed)
    n, p, q, r = (int(rng.integers(*span)) for span in ((5, 14), (1, 4), (1, 4), (1, 3)))
    x, y, b = (rng.lognormal(size=(n, k)) for k in (p, q, r))
    if seed % 3 == 1:
        x, y, b = np.ceil(2 * x), np.ceil(2 * y), np.ceil(2 * b)
        x[::4], y[::4], b[::4] = x[0], y[0], b[0]
    if seed % 3 == 2 and zeros:
        for v in (x, y):
            v[rng.random(v.shape) < 0.25] = 0.0
            v[np.arange(n), rng.integers(0, v.shape[1], size=n)] = 1.0
    return x, y, b


def optimum(cost: Rows, ub: list[Rows], most: list[float], eq: list[Rows], equal: list[float], free: int) -> float:
    """The least cost over variables that are not negative, but for the last `free`; NaN without a solution."""
    bounds = [(0, None)] * (cost.size - free) + [(None, None)] * free
    some = {"A_ub": np.array(ub), "b_ub": most} if ub else {}
    some |= {"A_eq": np.array(eq), "b_eq": equal} if eq else {}
    out = linprog(cost, bounds=bounds, method="highs-ds", options=TIGHT, **some)
    return float(out.fun) if out.status == 0 else np.nan


def returns(rts: str, one: Rows, by: float) -> tuple[list[Rows], list[float], list[Rows], list[float]]:
    """Σλ (= ≤ ≥) `by` as rows below and rows equal."""
    if rts == "crs":
        return [], [], [], []
    if rts == "vrs":
        return [], [], [one], [by]
    return ([one], [by], [], []) if rts == "drs" else ([-one], [-by], [], [])


def step(
    unit: tuple[Rows, ...], ref: tuple[Rows, ...], g: tuple[Rows, ...], rts: str, kind: str, w: Rows | None
) -> float:
    """The largest β, free in sign, or the largest Σ w β with β ≥ 0; kuosmanen: abated units have inputs only."""
    X, Y, B = ref
    N, sizes = len(X), [len(v) for v in unit]
    copies = 2 if kind == "kuosmanen" else 1
    way = np.concatenate(g)
    steps = way[:, None] if w is None else np.diag(np.where(w > 0, way, 0.0))
    shown = [np.tile(X.T, copies), *(np.hstack([v.T, np.zeros((v.shape[1], N * (copies - 1)))]) for v in (Y, B))]
    sign = np.repeat([1.0, -1.0, 1.0], sizes)
    rows = np.hstack([sign[:, None] * np.vstack(shown), steps])
    right = sign * np.concatenate(unit)
    as_equal = np.repeat([False, False, kind != "strong"], sizes)
    one = np.r_[np.ones(N * copies), np.zeros(steps.shape[1])]
    ub, most, eq, equal = returns(rts, one, 1.0)
    cost = np.r_[np.zeros(N * copies), [-1.0] if w is None else np.where(way > 0, -w, 0.0)]
    below, equals = rows[~as_equal], rows[as_equal]
    ub, most, eq, equal = [*ub, *below], [*most, *right[~as_equal]], [*eq, *equals], [*equal, *right[as_equal]]
    return -optimum(cost, ub, most, eq, equal, 1 if w is None else 0)


def one_peer(unit: tuple[Rows, Rows], ref: tuple[Rows, Rows], side: str) -> float:
    """Free disposal hull: the best single unit."""
    (x, y), best = unit, np.nan
    for a, c in zip(*ref, strict=True):
        if (c >= y).all() if side == "input" else (a <= x).all():
            if side == "input" and not a[x == 0].any():
                best = np.fmin(best, (a[x > 0] / x[x > 0]).max())
            elif side == "output" and (c[y > 0] > 0).all():
                best = np.fmin(best, (y[y > 0] / c[y > 0]).max())
    return float(best)


def farrell(unit: tuple[Rows, Rows], ref: tuple[Rows, Rows], rts: str, side: str) -> float:
    """θ, or 1/φ."""
    if rts == "fdh":
        return one_peer(unit, ref, side)
    none, nobody = np.zeros(0), np.zeros((len(ref[0]), 0))
    g = (unit[0], 0 * unit[1], none) if side == "input" else (0 * unit[0], unit[1], none)
    beta = step((*unit, none), (*ref, nobody), g, rts, "strong", None)
    if side == "input":
        return 1.0 - beta
    return 1.0 / (1.0 + beta) if 1.0 + beta > 1e-9 else np.nan


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("rts", [*CONVEX, "fdh"])
@pytest.mark.parametrize("side", ["input", "output"])
def test_radial_and_super_efficiency(seed: int, rts: str, side: str) -> None:
    x, y, _ = data(seed)
    got, beyond = radial(x, y, rts, side), radial(x, y, rts, side, super_efficiency=True)
    outside = radial(x, y, rts, side, reference=(0.8 * x[:3], 1.1 * y[:3]))
    for k in range(len(x)):
        others = np.delete(x, k, 0), np.delete(y, k, 0)
        assert_allclose(got.efficiency[k], farrell((x[k], y[k]), (x, y), rts, side), rtol=1e-7)
        assert_allclose(beyond.efficiency[k], farrell((x[k], y[k]), others, rts, side), rtol=1e-7)
        some = 0.8 * x[:3], 1.1 * y[:3]
        assert_allclose(outside.efficiency[k], farrell((x[k], y[k]), some, rts, side), rtol=1e-7)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("rts", CONVEX)
@pytest.mark.parametrize("side", ["input", "output"])
def test_slacks_are_the_largest(seed: int, rts: str, side: str) -> None:
    """Second stage: max Σ s at the radial point, which stage one alone does not reach where units are tied."""
    x, y, _ = data(seed)
    got = radial(x, y, rts, side)
    shrink, grow = (got.efficiency, 1.0) if side == "input" else (1.0, 1 / got.efficiency)
    at = np.hstack([x * np.reshape(shrink, (-1, 1)), y * np.reshape(grow, (-1, 1))])
    n, v, p = len(x), at.shape[1], x.shape[1]
    sign = np.r_[np.ones(p), -np.ones(v - p)]
    for k in range(n):
        one = np.r_[np.ones(n), np.zeros(v)]
        ub, most, eq, equal = returns(rts, one, 1.0)
        rows = np.hstack([np.hstack([x, y]).T, np.diag(sign)])
        room = at[k] + 1e-11 * sign
        most_slack = -optimum(np.r_[np.zeros(n), -np.ones(v)], ub, most, [*eq, *rows], [*equal, *room], 0)
        assert_allclose(got.slacks_x[k].sum() + got.slacks_y[k].sum(), most_slack, atol=1e-7)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("rts", CONVEX)
@pytest.mark.parametrize("kind", ["weak", "strong", "kuosmanen"])
def test_directional_distances(seed: int, rts: str, kind: str) -> None:
    x, y, b = data(seed)
    weights = np.random.default_rng(seed).random(x.shape[1] + y.shape[1] + b.shape[1])
    weights[:: 2 + seed % 2] = 0.0
    weights[-1] = 0.5
    gx = (None, "own", "mean")[seed % 3]
    way = {None: 0 * x, "own": x, "mean": np.broadcast_to(x.mean(axis=0), x.shape)}[gx]
    for ref in ((x, y, b), (0.8 * x[:4], 1.1 * y[:4], 1.05 * b[:4])):
        got = directional(x, y, b, gx, "own", "own", rts, kind, reference=ref)
        each = nonradial_directional(x, y, b, gx, "own", "own", weights, rts, kind, reference=ref)
        for k in range(len(x)):
            unit, g = (x[k], y[k], b[k]), (way[k], y[k], b[k])
            assert_allclose(got.beta[k], step(unit, ref, g, rts, kind, None), rtol=1e-7, atol=1e-8)
            assert_allclose(each.distance[k], step(unit, ref, g, rts, kind, weights), rtol=1e-7, atol=1e-8)


def tone(unit: tuple[Rows, ...], ref: tuple[Rows, ...], rts: str, side: str | None, worse: bool) -> float:
    """Tone (2001, 2002, 2003) after Charnes and Cooper; `worse` for super-efficiency: by how much the unit could be worse."""
    scaled = np.hstack([r / u for u, r in zip(unit, ref, strict=True)])
    (N, v), p = scaled.shape, len(unit[0])
    sign = np.repeat([1.0, -1.0, 1.0], [len(u) for u in unit])
    counted = np.r_[np.full(p, side != "output"), np.full(v - p, side != "input")]
    way = np.diag(-sign * counted) if worse else np.diag(sign)
    rows = np.hstack([scaled.T, way, -np.ones((v, 1))])
    one = np.r_[np.ones(N), np.zeros(v), -1.0]
    ub, most, eq, equal = returns(rts, one, 0.0)
    if worse:
        ub, most = [*ub, *(sign[:, None] * rows)], [*most, *np.zeros(v)]
    else:
        eq, equal = [*eq, *rows], [*equal, *np.zeros(v)]
    gain = (1.0 if worse else -1.0) * counted
    cost = np.r_[np.zeros(N), gain[:p] / p, np.zeros(v - p), 1.0]
    norm = np.r_[np.zeros(N + p), -gain[p:] / (v - p), 1.0]
    return optimum(cost, ub, most, [*eq, norm], [*equal, 1.0], 0)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("rts", CONVEX)
@pytest.mark.parametrize("side", [None, "input", "output"])
def test_slacks_based_and_super_efficiency(seed: int, rts: str, side: str | None) -> None:
    x, y, b = data(seed, zeros=False)
    got, beyond = sbm(x, y, b, rts, side), sbm(x, y, b, rts, side, super_efficiency=True)
    for k in range(len(x)):
        unit = x[k], y[k], b[k]
        score = tone(unit, (x, y, b), rts, side, worse=False)
        assert_allclose(got.efficiency[k], score, rtol=1e-7)
        if score > 1 - 1e-9:
            score = tone(unit, tuple(np.delete(v, k, 0) for v in (x, y, b)), rts, side, worse=True)
        assert_allclose(beyond.efficiency[k], score, rtol=1e-7)


SPANS = {
    "contemporaneous": lambda t: range(t, t + 1),
    "sequential": lambda t: range(t + 1),
    "window": lambda t: range(max(t - 1, 0), min(t + 2, 4)),
    "biennial": lambda t: range(t, t + 1),
    "global": lambda t: range(t, t + 1),
}


@pytest.mark.parametrize("technology", list(SPANS))
@pytest.mark.parametrize("orientation", ["input", "output"])
def test_changes_between_periods(technology: str, orientation: str) -> None:
    """Totals, efficiency, pure, scale and bias from distances D(periods; x of s, y of t), as the papers combine them."""
    rng = np.random.default_rng(len(technology))
    T, n = 4, 4
    x, y, b = (np.round(rng.lognormal(size=(T, n, k), sigma=0.6), 1) + 0.1 for k in (2, 1, 1))

    def pooled(periods: range) -> list[Rows]:
        return [np.concatenate([v[t] for t in periods]) for v in (x, y, b)]

    @cache
    def malm(periods: range, s: int, t: int, k: int, rts: str) -> float:
        ref = pooled(periods)
        return float(np.log(farrell((x[s, k], y[t, k]), (ref[0], ref[1]), rts, orientation)))

    @cache
    def along(periods: range, s: int, t: int, k: int, rts: str) -> float:
        unit = x[s, k], y[t, k], b[t, k]
        g = (x[s, k], 0 * y[t, k], 0 * b[t, k]) if orientation == "input" else (0 * x[s, k], y[t, k], b[t, k])
        return -step(unit, tuple(pooled(periods)), g, rts, "weak", None)

    def factor(*job: object) -> float:
        beta = -along(*job)  # type: ignore[arg-type]
        left = 1 - beta if orientation == "input" else 1 + beta
        return np.nan if not left > 1e-9 else float(np.log(left) if orientation == "input" else -np.log(left))

    once = {"biennial": lambda t: range(t, t + 2), "global": lambda t: range(T)}.get(technology)
    own = SPANS[technology]
    for index, level, shown in (
        (malmquist, malm, np.exp),
        (malmquist_luenberger, factor, np.exp),
        (luenberger, along, lambda v: v),
    ):
        arrays = (x, y) if index is malmquist else (x, y, b)
        fgnz = index(*arrays, technology, "vrs", orientation, decomposition="fgnz")
        ray = index(*arrays, technology, "vrs", orientation, decomposition="ray-desli")
        for t in range(T - 1):
            for k in range(n):
                total, caught = {}, {}
                for rts in ("crs", "vrs"):
                    sides = [once(t)] if once else [own(t), own(t + 1)]
                    moves = [level(side, t + 1, t + 1, k, rts) - level(side, t, t, k, rts) for side in sides]
                    total[rts] = float(np.mean(moves))
                    caught[rts] = level(own(t + 1), t + 1, t + 1, k, rts) - level(own(t), t, t, k, rts)
                for got, want in (
                    (fgnz.change, total["crs"]),
                    (fgnz.efficiency_change, caught["crs"]),
                    (fgnz.technical_change, total["crs"] - caught["crs"]),
                    (fgnz.pure_efficiency_change, caught["vrs"]),
                    (fgnz.scale_change, caught["crs"] - caught["vrs"]),
                    (ray.change, total["crs"]),
                    (ray.efficiency_change, caught["vrs"]),
                    (ray.technical_change, total["vrs"] - caught["vrs"]),
                    (ray.scale_change, total["crs"] - total["vrs"]),
                ):
                    assert_allclose(got[t, k], shown(want), rtol=1e-6, atol=1e-7)
                if not once:
                    a, c = own(t), own(t + 1)
                    mixed = level(a, t + 1, t, k, "crs") - level(c, t + 1, t, k, "crs")
                    then = level(a, t + 1, t + 1, k, "crs") - level(c, t + 1, t + 1, k, "crs")
                    now = level(a, t, t, k, "crs") - level(c, t, t, k, "crs")
                    for got, want in (
                        (fgnz.output_bias, (then - mixed) / 2),
                        (fgnz.input_bias, (mixed - now) / 2),
                        (fgnz.magnitude, now),
                    ):
                        assert_allclose(got[t, k], shown(want), rtol=1e-6, atol=1e-7)
