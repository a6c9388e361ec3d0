"""Slacks-based measures: every excess and shortfall counts, not only the proportional part.

Source: Tone (2001) for the measure, Tone (2002) for super-efficiency, Tone (2003) for bad outputs; super-efficiency with
bad outputs after Cheng (2014): the shortfall of goods and the excess of bads lower the denominator. Charnes & Cooper
(1962) turn the ratio into a linear program: variables are multiplied by t, and the denominator is set to one.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Literal, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.text import Text
from xinzhi.productivity.arguments import choice
from xinzhi.productivity.envelopment import fdh
from xinzhi.productivity.envelopment.technology import (
    STATUS,
    Reference,
    Rts,
    Technology,
    Units,
    few_units,
    reference_units,
    returns_to_scale,
    strictly_positive,
    units,
    unsolved,
)
from xinzhi.productivity.programs import INFEASIBLE, OPTIMAL, Programs, solve

Orientation = Literal["both", "input", "output"]
EFFICIENT = 1e-9  # a score this close to one is efficient, and gets a super-efficiency where asked


@dataclass(frozen=True)
class Question:
    """What was asked.

    self_at  (n,) where each unit stands in the reference (−1 if it does not): its super-efficiency is without it; None
             where no unit stands there
    span     (n, 2) the first reference unit that counts for each unit, and the one after the last; all if None
    """

    units: Units
    reference: Units
    rts: Rts
    orientation: Orientation
    super_efficiency: bool
    self_at: NDArray[np.int64] | None = None
    span: NDArray[np.int64] | None = None


@dataclass(frozen=True)
class SlacksBased:
    """Slacks-based efficiency of n units against N reference units.

    efficiency  (n,)  ρ in (0, 1]; above one for super-efficient units; NaN unless optimal
    slacks_x, slacks_y, slacks_b   (n, p), (n, q), (n, r) excess of inputs, shortfall of goods, excess of bads, in their
                units; negative where a super-efficient unit could afford to get worse
    super_efficient (n,) whether the score is a super-efficiency
    status, notes, question
    peer, amount (n, m) reference units in use (−1 none) and their weights
    """

    efficiency: Array
    slacks_x: Array
    slacks_y: Array
    slacks_b: Array
    super_efficient: NDArray[np.bool_]
    status: NDArray[np.str_]
    notes: tuple[Text, ...]
    question: Question
    peer: NDArray[np.int64]
    amount: Array

    @property
    def lambdas(self) -> Array:
        """(n, N) weights of the reference units."""
        out = np.zeros((self.peer.shape[0], self.question.reference.count))
        row, place = np.nonzero(self.peer >= 0)
        np.add.at(out, (row, self.peer[row, place]), self.amount[row, place])
        return out

    @property
    def targets(self) -> Units:
        """The points on the frontier that the units are compared with."""
        u = self.question.units
        return Units(u.x - self.slacks_x, u.y + self.slacks_y, u.b - self.slacks_b)


@dataclass(frozen=True)
class _Scores:
    """Efficiency (n,), slacks (n, p + q + r), peers and their weights (n, m), and status (n,)."""

    value: Array
    slack: Array
    peer: NDArray[np.int64]
    amount: Array
    status: NDArray[np.int64]

    def take(self, which: NDArray[np.bool_], other: _Scores) -> _Scores:
        """These, with `other`'s rows in their places."""
        out = _Scores(*(getattr(self, f.name).copy() for f in fields(self)))
        for f in fields(self):
            getattr(out, f.name)[which] = getattr(other, f.name)
        return out


def sbm(
    x: ArrayLike,
    y: ArrayLike,
    b: ArrayLike | None = None,
    rts: str = "crs",
    orientation: str | None = None,
    super_efficiency: bool = False,
    reference: Reference = None,
) -> SlacksBased:
    """Slacks-based efficiency, with bad outputs where given.

    x, y, b           (n, p) inputs, (n, q) goods, (n, r) bads; all positive, for each slack is divided by its level
    rts               crs, vrs, drs, irs or fdh
    orientation       None (inputs and outputs), input (input slacks only count) or output (those of goods and bads)
    super_efficiency  score efficient units against the others, by how much worse they could be
    reference         (x, y) or (x, y, b) of the units that span the frontier; the evaluated units if None. A unit
                      outside their technology has no slacks-based score and is infeasible, unless super_efficiency

    Raises DataError naming the first cell that is missing, negative or zero.
    """
    which = choice(Text("导向", "orientation"), orientation or "both", Orientation)
    of = units(x, y, b)
    for values, name in ((of.x, "x"), (of.y, "y"), (of.b, "b")):
        strictly_positive(values, name, "SBM", "radial / directional")
    ask = Question(
        of,
        reference_units(of, reference),
        returns_to_scale(rts),
        cast(Orientation, which),
        super_efficiency,
        np.arange(of.count) if reference is None else None,
    )
    return measure(ask)


def measure(ask: Question) -> SlacksBased:
    """Answer a checked question."""
    scores = _scores(ask, worse=False)
    again = np.zeros(ask.units.count, dtype=bool)
    if ask.super_efficiency:
        again = (scores.status != OPTIMAL) | (scores.value >= 1.0 - EFFICIENT)
        if again.any():
            scores = scores.take(again, _scores(ask, worse=True, which=again))
    status = STATUS[scores.status]
    p, q = ask.units.x.shape[1], ask.units.y.shape[1]
    ref = ask.reference
    notes = few_units(ref.count, p, q + ref.b.shape[1]) + unsolved(status, Text("SBM 模型", "slacks-based measure"))
    s = scores.slack
    return SlacksBased(
        scores.value, s[:, :p], s[:, p : p + q], s[:, p + q :], again, status, notes, ask, scores.peer, scores.amount
    )


def _scores(ask: Question, worse: bool, which: NDArray[np.bool_] | None = None) -> _Scores:
    """Scores by improvement, or by affordable worsening (`worse`), of all units or of those in `which`."""
    chosen = np.arange(ask.units.count) if which is None else np.flatnonzero(which)
    of = ask.units.take(chosen)
    barred = ask.self_at[chosen] if worse and ask.self_at is not None else None
    if ask.rts == "fdh":
        return _single_peer(ask, of, chosen, worse, barred)
    out = solve(linear(ask, of, chosen, worse, barred))
    v = of.rows.shape[1]
    t = out.own[:, v] if ask.orientation == "both" else np.ones(of.count)
    slack = out.own[:, :v] / t[:, None]
    slack = np.where(slack <= 1e-10 * of.rows, 0.0, slack)
    value, status = _ratio(ask.orientation, *_parts(of, slack), worse), out.status.copy()
    undefined = (status == OPTIMAL) & ~(np.isfinite(value) & (value > 0))
    value[undefined], status[undefined] = np.nan, INFEASIBLE
    used = (out.basis >= 0) & (out.basis < ask.reference.count) & (status == OPTIMAL)[:, None]
    amount = np.where(used, out.amount / np.nan_to_num(t, nan=1.0)[:, None], 0.0)
    return _Scores(value, -slack if worse else slack, np.where(used, out.basis, -1), amount, status)


def _parts(of: Units, slack: Array) -> tuple[Array, Array]:
    """Mean relative slack of inputs, and of goods and bads."""
    share, p = slack / of.rows, of.x.shape[1]
    return share[:, :p].mean(axis=1), share[:, p:].mean(axis=1)


def _ratio(orientation: Orientation, inputs: Array, outputs: Array, worse: bool) -> Array:
    """ρ from mean relative slacks; worsening enters with the opposite sign. A denominator of zero gives infinity."""
    sign = -1.0 if worse else 1.0
    top = 1.0 - sign * inputs if orientation != "output" else np.ones_like(inputs)
    bottom = 1.0 + sign * outputs if orientation != "input" else np.ones_like(outputs)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(top / bottom)


def linear(
    ask: Question, of: Units, chosen: NDArray[np.int64], worse: bool, barred: NDArray[np.int64] | None
) -> Programs:
    """The programs: own columns are the slacks that count, then t, then the rows' own slacks, which earn nothing."""
    technology = Technology(ask.reference, ask.rts)
    n, v, p = of.count, of.rows.shape[1], of.x.shape[1]
    signs = technology.signs
    plain, owner = technology.slacks()
    counted = {"both": np.arange(v) >= 0, "input": np.arange(v) < p, "output": np.arange(v) >= p}[ask.orientation]
    own = np.zeros((n, signs.size, v + 1 + plain.shape[1]))
    own[:, np.arange(v), np.arange(v)] = np.where(counted, -signs[:v] if worse else signs[:v], 0.0)
    own[:, :, v + 1 :] = plain
    price = np.zeros((n, 2, own.shape[2]))
    gain = np.where(counted, (1.0 if worse else -1.0) / of.rows, 0.0)
    price[:, 0, :p], price[:, 0, p:v] = gain[:, :p] / p, gain[:, p:] / (v - p)
    programs = Programs(
        technology.columns,
        own,
        technology.right(of),
        price,
        technology.size(of),
        np.where(owner >= 0, v + 1 + owner, -1),
        span=None if ask.span is None else ask.span[chosen],
        barred=None if barred is None else barred[:, None] + np.array([0, 1]),
    )
    return _by_ratio(programs, v, p) if ask.orientation == "both" else programs


def _by_ratio(plain: Programs, v: int, p: int) -> Programs:
    """Charnes and Cooper: every variable times t, and a row that sets the denominator, t minus the cost of outputs, to
    one. Minimise t plus the cost of inputs."""
    n, m, s = plain.own.shape
    own = np.zeros((n, m + 1, s))
    own[:, :m] = plain.own
    own[:, :m, v] = -plain.rhs
    own[:, m, v] = 1.0
    own[:, m, p:v] = -plain.price[:, 0, p:v]
    price = plain.price.copy()
    price[:, 0, p:v], price[:, 0, v] = 0.0, 1.0
    rhs = np.zeros((n, m + 1))
    rhs[:, m] = 1.0
    return replace(
        plain,
        shared=np.vstack([plain.shared, np.zeros((1, plain.shared.shape[1]))]),
        own=own,
        rhs=rhs,
        price=price,
        size=np.hstack([plain.size, np.ones((n, 1))]),
        slack=np.r_[plain.slack, -1],
    )


def _single_peer(
    ask: Question, of: Units, chosen: NDArray[np.int64], worse: bool, barred: NDArray[np.int64] | None
) -> _Scores:
    """The best single unit: one that is no worse in anything, or for worsening any other."""
    ref, p, q = ask.reference, of.x.shape[1], of.y.shape[1]
    better = np.ones(of.rows.shape[1])
    better[p : p + q] = -1.0
    free = np.zeros(better.size, dtype=bool)
    if worse and ask.orientation != "output":
        free[:p] = True
    if worse and ask.orientation != "input":
        free[p:] = True

    def slack(level: Array, peers: Array) -> Array:
        room = better * (level - peers)
        return np.maximum(-room, 0.0) if worse else np.maximum(room, 0.0)

    def score(part: slice) -> Array:
        level = of.rows[part][:, None]
        bad = ((better * (level - ref.rows) < -fdh.ROUNDING * level) & ~free).any(axis=2)
        share = slack(level, ref.rows) / level
        value = _ratio(ask.orientation, share[..., :p].mean(axis=2), share[..., p:].mean(axis=2), worse)
        return np.where(bad | ~(value > 0), np.inf, value)

    span = None if ask.span is None else ask.span[chosen]
    found = fdh.search(of, ref, score, barred, span)
    moved = slack(of.rows, ref.rows[np.maximum(found.peer, 0)])
    moved[found.peer < 0] = np.nan
    amount = (found.peer >= 0).astype(float)[:, None]
    return _Scores(found.value, -moved if worse else moved, found.peer[:, None], amount, found.status)
