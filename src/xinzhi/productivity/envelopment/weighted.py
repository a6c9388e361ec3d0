"""Additive measures and the epsilon-based measure: slacks weighed in other ways.

Source: Charnes et al. (1985) for the additive model; Cooper, Park & Pastor (1999) for the range-adjusted measure; Tone &
Tsutsui (2010) for the epsilon-based one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, shares
from xinzhi.base.errors import DataError, UsageError
from xinzhi.base.text import Text
from xinzhi.productivity.arguments import choice
from xinzhi.productivity.envelopment.technology import (
    STATUS,
    Reference,
    Rts,
    Technology,
    Units,
    few_units,
    magnitude,
    reference_units,
    returns_to_scale,
    strictly_positive,
    units,
    unsolved,
)
from xinzhi.productivity.programs import Programs, solve

Weights = Literal["unit", "level", "range"]


@dataclass(frozen=True)
class Additive:
    """Weighted sum of slacks of n units.

    total       (n,)  Σ w s, zero for efficient units; NaN unless optimal
    efficiency  (n,)  1 − mean relative slack (range: Γ of the range-adjusted measure); None with unit weights
    slacks_x, slacks_y, slacks_b   (n, p), (n, q), (n, r)
    status, notes
    """

    total: Array
    efficiency: Array | None
    slacks_x: Array
    slacks_y: Array
    slacks_b: Array
    status: NDArray[np.str_]
    notes: tuple[Text, ...]


@dataclass(frozen=True)
class EpsilonBased:
    """Epsilon-based efficiency of n units.

    efficiency  (n,)  between the radial and the slacks-based score
    theta, eta  (n,)  proportional factors of inputs and outputs (one where the orientation leaves them)
    epsilon_x, epsilon_y   how much slacks count, 0 radial … 1 slacks-based
    weights_x, weights_y   (p,), (q,) importance of each variable, adding to one
    status, notes
    """

    efficiency: Array
    theta: Array
    eta: Array
    epsilon_x: float
    epsilon_y: float
    weights_x: Array
    weights_y: Array
    status: NDArray[np.str_]
    notes: tuple[Text, ...]


def additive(
    x: ArrayLike,
    y: ArrayLike,
    b: ArrayLike | None = None,
    rts: str = "vrs",
    weights: str = "range",
    reference: Reference = None,
) -> Additive:
    """The largest weighted sum of slacks.

    weights  unit: the plain sum (depends on units of measurement); level: relative to the unit's own values; range:
             relative to the range of each variable in the reference (range-adjusted measure, Γ = 1 − mean)
    rts      crs, vrs, drs or irs; the range-adjusted measure is meant for vrs, where it lies in [0, 1] and allows zeros

    Bads count like inputs. The other arguments are those of `sbm`.
    """
    choice(Text("松弛权重", "weights of slacks"), weights, Weights)
    of, scale = units(x, y, b), _by_programs(rts)
    ref = reference_units(of, reference)
    unit = _unit(of, ref, weights)
    technology = Technology(ref, scale)
    slack, owner = technology.slacks()
    own = np.broadcast_to(slack, (of.count, *slack.shape)).copy()
    v, p = of.rows.shape[1], of.x.shape[1]
    gain = np.where(unit > 0, 1.0 / np.where(unit > 0, unit, 1.0), 0.0)
    price = np.zeros((of.count, 2, own.shape[2]))
    price[:, 0, :v] = -gain
    out = solve(Programs(technology.columns, own, technology.right(of), price, technology.size(of), owner))
    s = np.where(out.own[:, :v] <= 1e-10 * magnitude(of.rows), 0.0, out.own[:, :v])
    s[np.isnan(out.own[:, :v])] = np.nan
    total = (gain * s).sum(axis=1)
    status = STATUS[out.status]
    notes = few_units(ref.count, p, v - p) + unsolved(status, Text("加性模型", "additive model"))
    return Additive(
        total,
        None if weights == "unit" else 1.0 - total / v,
        s[:, :p],
        s[:, p : p + of.y.shape[1]],
        s[:, p + of.y.shape[1] :],
        status,
        notes,
    )


def _by_programs(rts: str) -> Rts:
    scale = returns_to_scale(rts)
    if scale == "fdh":
        raise UsageError(
            '该模型不支持 fdh；可用 sbm(…, rts="fdh")',
            'this model has no free disposal hull version; use sbm(…, rts="fdh")',
            code="604",
        )
    return scale


def _unit(of: Units, ref: Units, weights: str) -> Array:
    """(n, v) what one weighted unit of slack is; zero where a variable does not vary."""
    if weights == "unit":
        return np.ones_like(of.rows)
    if weights == "level":
        strictly_positive(of.rows, "x, y, b", 'weights="level"', 'weights="range"')
        return of.rows
    return np.broadcast_to(np.ptp(ref.rows, axis=0), of.rows.shape)


def affinity(values: ArrayLike) -> tuple[float, Array]:
    """ε and weights (m,) of m variables from their affinity over n units, (n, m) and positive.

    D(a, b) is the mean distance of ln(b / a) from its mean, relative to its range; S = 1 − 2 D is a correlation of
    sorts. With ρ the largest eigenvalue of S, ε = (m − ρ) / (m − 1); its eigenvector gives the weights.

    Source: Tone & Tsutsui (2010), section 4; observed values are used.
    """
    logs = np.log(np.asarray(values, dtype=np.float64))
    m = logs.shape[1]
    if m == 1:
        return 0.0, np.ones(1)
    c = logs[:, None, :] - logs[:, :, None]
    spread = c.max(axis=0) - c.min(axis=0)
    away = np.abs(c - c.mean(axis=0)).mean(axis=0)
    apart = spread > 1e-12  # below this the variables are proportional but for rounding
    similar = 1.0 - 2.0 * np.where(apart, away / np.where(apart, spread, 1.0), 0.0)
    roots, vectors = np.linalg.eigh(similar)
    first = np.abs(vectors[:, -1])
    return float(np.clip((m - roots[-1]) / (m - 1), 0.0, 1.0)), first / first.sum()


def ebm(
    x: ArrayLike,
    y: ArrayLike,
    rts: str = "crs",
    orientation: str | None = None,
    epsilon_x: float | None = None,
    epsilon_y: float | None = None,
    weights_x: ArrayLike | None = None,
    weights_y: ArrayLike | None = None,
    reference: Reference = None,
) -> EpsilonBased:
    """The epsilon-based measure min (θ − ε_x Σ w s⁻/x) / (η + ε_y Σ w s⁺/y), with θ ≤ 1 ≤ η where both may move.

    x, y          (n, p) inputs, (n, q) outputs, all positive
    orientation   None (both), input (η = 1 and no output slacks) or output (θ = 1 and no input slacks)
    epsilon, weights   given, or from `affinity` of the reference's inputs and of its outputs
    """
    side = choice(Text("导向", "orientation"), orientation or "both", Literal["both", "input", "output"])
    of, scale = units(x, y), _by_programs(rts)
    ref = reference_units(of, reference)
    for values, name in ((of.x, "x"), (of.y, "y"), (ref.x, "reference.x"), (ref.y, "reference.y")):
        strictly_positive(values, name, "EBM", "radial")
    ex, wx = _epsilon(epsilon_x, weights_x, ref.x, "x")
    ey, wy = _epsilon(epsilon_y, weights_y, ref.y, "y")
    gain = np.hstack([ex * wx / of.x * (side != "output"), ey * wy / of.y * (side != "input")])
    programs = _epsilon_programs(of, Technology(ref, scale), side, gain)
    out = solve(programs)
    theta, eta = out.own[:, -3] / out.own[:, -1], out.own[:, -2] / out.own[:, -1]
    status = STATUS[out.status]
    notes = few_units(ref.count, of.x.shape[1], of.y.shape[1]) + unsolved(
        status, Text("EBM 模型", "epsilon-based measure")
    )
    return EpsilonBased(out.value, theta, eta, ex, ey, wx, wy, status, notes)


def _epsilon(given: float | None, weights: ArrayLike | None, values: Array, name: str) -> tuple[float, Array]:
    found, importance = affinity(values)
    epsilon = found if given is None else float(given)
    if not 0 <= epsilon <= 1:
        raise DataError(
            f"epsilon_{name}={epsilon:g} 须在 0 与 1 之间",
            f"epsilon_{name}={epsilon:g} must lie between 0 and 1",
            code="615",
        )
    return epsilon, importance if weights is None else shares(weights, f"weights_{name}", values.shape[1])


def _epsilon_programs(of: Units, technology: Technology, side: str, gain: Array) -> Programs:
    """Charnes–Cooper form of the ratio, all variables times t.

    Own columns: slacks of the rows, of θ ≤ t and of η ≥ t, then θ, η, t. Rows: the technology, the bound on θ, the bound
    on η (an equation where the orientation fixes it, left out where it frees it), and η + Σ gain s⁺ = 1.
    """
    n, p, v = of.count, of.x.shape[1], of.rows.shape[1]
    slack, owner = technology.slacks()
    m, s = slack.shape
    keep = {"both": (True, True), "input": (False, True), "output": (True, False)}[side]
    rows = m + sum(keep) + 1
    own = np.zeros((n, rows, s + 5))
    own[:, :m, :s] = slack
    own[:, :p, -3], own[:, p:v, -2] = -of.x, -of.y
    own[:, v:m, -1] = -1.0
    bounds: list[int] = []
    for which, (variable, sign) in enumerate(((-3, 1.0), (-2, -1.0))):
        if keep[which]:
            row = m + len(bounds)
            own[:, row, variable], own[:, row, -1] = 1.0, -1.0
            own[:, row, s + which] = sign if side == "both" else 0.0
            bounds.append(s + which if side == "both" else -1)
    own[:, -1, -2], own[:, -1, p:v] = 1.0, gain[:, p:]
    rhs = np.zeros((n, rows))
    rhs[:, -1] = 1.0
    price = np.zeros((n, 2, s + 5))
    price[:, 0, :p], price[:, 0, -3] = -gain[:, :p], 1.0
    return Programs(
        np.vstack([technology.columns, np.zeros((rows - m, technology.units.count))]),
        own,
        rhs,
        price,
        np.hstack([technology.size(of), np.ones((n, rows - m))]),
        np.r_[owner, bounds, -1].astype(np.int64),
    )
