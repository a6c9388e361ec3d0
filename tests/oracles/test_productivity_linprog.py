"""The batched simplex against HiGHS, one program at a time, on data of every shape, feasible and not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import linprog

from xinzhi.productivity.envelopment import distance, farrell, slacks
from xinzhi.productivity.envelopment.technology import Units
from xinzhi.productivity.programs import INFEASIBLE, OPTIMAL, Programs, Solutions, batch, exact, simplex, solve, tables

TIGHT = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}


def by_highs(p: Programs, k: int) -> tuple[int, float]:
    """Status (0, or 2 for infeasible) and value of program k, rows scaled to the unit's own size."""
    matrix = np.hstack([p.shared, p.own[k]]) / p.size[k][:, None]
    cost = np.r_[np.zeros(p.shared.shape[1]), p.price[k, 0]]
    high = np.full(cost.size, np.inf)
    if p.barred is not None:
        high[p.barred[k][0]] = 0.0
    norm = np.abs(matrix).sum(axis=0)
    norm = np.where(norm > 0, norm, 1.0)
    bounds = np.column_stack([np.zeros(cost.size), high])
    unit = np.abs(cost / norm).max()
    out = linprog(cost / norm / unit, A_eq=matrix / norm, b_eq=p.rhs[k] / p.size[k], bounds=bounds, options=TIGHT)
    return int(out.status), float(out.fun * unit) if out.status == 0 else np.nan


def agree(p: Programs, got: Solutions) -> None:
    for k in range(p.rhs.shape[0]):
        status, value = by_highs(p, k)
        assert got.status[k] == {0: OPTIMAL, 2: INFEASIBLE}[status]
        if status == 0:
            assert_allclose(got.value[k], value, rtol=1e-7, atol=1e-8)


def data(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    n, p, q, r = (int(rng.integers(*span)) for span in ((4, 25), (1, 5), (1, 4), (1, 3)))
    x, y, b = (rng.lognormal(size=(n, k)) for k in (p, q, r))
    if seed % 4 == 1:  # many ties and duplicates
        x, y, b = np.ceil(2 * x), np.ceil(2 * y), np.ceil(2 * b)
        x[::3], y[::3], b[::3] = x[0], y[0], b[0]
    if seed % 4 == 2:  # units of measurement far apart
        x, y, b = (v * 10.0 ** rng.integers(-6, 10, size=v.shape[1]) for v in (x, y, b))
    if seed % 4 == 3:  # units of very different size
        size = 10.0 ** rng.uniform(-3, 3, size=(n, 1))
        x, y, b = x * size, y * size, b * size
    return x, y, b


@pytest.mark.parametrize("seed", range(8))
def test_radial_programs(seed: int) -> None:
    x, y, _ = data(seed)
    for rts in ("crs", "vrs", "drs", "irs"):
        orientation = ("input", "output")[seed % 2]
        own = farrell.radial(x, y, rts, orientation, super_efficiency=seed % 3 == 0).question
        some = Units(0.9 * x[:3], 1.1 * y[:3], np.zeros((3, 0)))
        for ask in (own, replace(own, reference=some, own_reference=False, without_self=False)):
            programs = farrell.linear(ask)
            agree(programs, solve(programs))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("disposability", ["weak", "strong", "kuosmanen"])
def test_directional_programs(seed: int, disposability: str) -> None:
    x, y, b = data(seed)
    for rts in ("crs", "vrs"):
        gx = (None, "own", "mean")[seed % 3]
        ask = distance.directional(x, y, b, gx, "own", "own", rts, disposability).question
        across = replace(ask, reference=Units(0.9 * x[:4], 1.1 * y[:4], b[:4]))
        each = replace(ask, weights=distance.weights_of(None, ask))
        for question in (ask, across, each):
            programs = distance.linear(question)
            agree(programs, solve(programs))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("orientation", [None, "input", "output"])
def test_slacks_based_programs(seed: int, orientation: str | None) -> None:
    x, y, b = data(seed)
    every = np.arange(x.shape[0])
    for rts in ("crs", "vrs"):
        ask = slacks.sbm(x, y, b, rts, orientation).question
        for worse in (False, True):
            programs = slacks.linear(ask, ask.units, every, worse, every if worse else None)
            agree(programs, solve(programs))


def test_columns_join_until_none_improves(monkeypatch: pytest.MonkeyPatch) -> None:
    """With few columns active at first the scores are those of all columns, under weak disposability too."""
    rng = np.random.default_rng(5)
    x, y, b = rng.lognormal(size=(200, 3)), rng.lognormal(size=(200, 2)), rng.lognormal(size=(200, 2))
    whole = distance.directional(x, y, b, None, "own", "own").beta
    whole_radial = farrell.radial(x, y, "vrs").efficiency
    monkeypatch.setattr(batch, "ALL_ACTIVE", 20)
    monkeypatch.setattr(batch, "CELLS", 3000)
    monkeypatch.setattr(batch, "PILOT", 3)
    assert_allclose(distance.directional(x, y, b, None, "own", "own").beta, whole, rtol=1e-9, atol=1e-12)
    assert_allclose(farrell.radial(x, y, "vrs").efficiency, whole_radial, rtol=1e-9)


def test_what_does_not_certify_falls_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """With no steps allowed every program goes to HiGHS; without HiGHS, to rational arithmetic; answers stay."""
    rng = np.random.default_rng(6)
    x, y = rng.lognormal(size=(12, 2)), rng.lognormal(size=(12, 2))
    normal = farrell.radial(x, y, "vrs")
    monkeypatch.setattr(simplex, "run", lambda work, *_: work)
    by_highs = farrell.radial(x, y, "vrs")
    assert by_highs.first.fallback.all() and not normal.first.fallback.any()
    assert_allclose(by_highs.efficiency, normal.efficiency, rtol=1e-9)
    monkeypatch.setattr(tables, "SPREAD", 1e-300)
    assert_allclose(farrell.radial(x, y, "vrs").efficiency, normal.efficiency, rtol=1e-12)
    assert_allclose(farrell.radial(x, y, "vrs").slacks_x, normal.slacks_x, atol=1e-9)


def test_numbers_fifteen_orders_apart_are_solved_exactly() -> None:
    """Each cell anywhere between 1e-6 and 1e9: floating point would decide by rounding, fractions do not."""
    rng = np.random.default_rng(7)
    x, y = 10.0 ** rng.uniform(-6, 9, size=(9, 2)), 10.0 ** rng.uniform(-6, 9, size=(9, 2))
    got = farrell.radial(x, y)
    assert got.first.fallback.any()
    best = (y[:, None, :] / x[:, :, None] / (y[:, None, :] / x[:, :, None]).max(axis=0)).max(axis=(1, 2))
    assert (got.efficiency >= best * (1 - 1e-12)).all()  # one output over one input is a lower bound
    programs = farrell.linear(got.question)
    for k in range(9):
        matrix = np.hstack([programs.shared, programs.own[k]])
        price = np.r_[np.zeros(9), programs.price[k, 0]]
        _, basis, value, _ = exact.solve_exactly(matrix, programs.rhs[k], [price], None)
        cost = sum(price[b] * v for b, v in zip(basis, value, strict=True) if b < price.size)
        assert_allclose(got.efficiency[k], cost, rtol=1e-12)


def test_two_runs_give_the_same_bits() -> None:
    rng = np.random.default_rng(8)
    x, y, b = rng.lognormal(size=(700, 3)), rng.lognormal(size=(700, 2)), rng.lognormal(size=(700, 1))
    runs: list[Any] = [distance.directional(x, y, b) for _ in range(2)]
    assert runs[0].beta.tobytes() == runs[1].beta.tobytes()
    assert farrell.radial(x, y).efficiency.tobytes() == farrell.radial(x, y).efficiency.tobytes()
