"""Productivity change between adjacent periods and what it is made of, for any score and any technology.

Scores are levels that add: the logarithm of an efficiency for indices (Malmquist, Malmquist–Luenberger), the negative
directional distance for indicators (Luenberger). So one set of formulas serves both; indices are exponentials at the end.

Source: Färe, Grosskopf, Norris & Zhang (1994); Ray & Desli (1997); Färe & Grosskopf (1996) for the bias of technical
change; Chambers, Färe & Grosskopf (1996) for indicators.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, cast

import numpy as np

from xinzhi.base.arrays import Array
from xinzhi.base.text import Text
from xinzhi.productivity.arguments import choice
from xinzhi.productivity.change.notes import told
from xinzhi.productivity.envelopment.periods import (
    Job,
    Levels,
    Name,
    Panel3,
    Score,
    pooled,
    span,
    technology_name,
    window_width,
)
from xinzhi.productivity.envelopment.technology import Rts, returns_to_scale

Decomposition = Literal["fgnz", "ray-desli", "plain"]
Infeasible = Literal["missing", "one-sided"]


@dataclass(frozen=True)
class Plan:
    """How an index is to be computed."""

    technology: Name
    rts: Rts
    decomposition: Decomposition
    infeasible: Infeasible
    width: int
    index: bool  # ratios that multiply, rather than differences that add

    @property
    def benchmark(self) -> Rts:
        """Returns to scale of the technology that the total change rests on."""
        return self.rts if self.decomposition == "plain" else "crs"


@dataclass(frozen=True)
class Parts:
    """Total, efficiency and technical change in additive form, (T − 1, n) each."""

    change: Array
    efficiency: Array

    @property
    def technical(self) -> Array:
        """What efficiency does not explain."""
        return self.change - self.efficiency


@dataclass(frozen=True)
class Change:
    """Productivity change of n units between T periods; row t is the change from period t to t + 1.

    change             (T − 1, n)  total; above one is progress for an index, above zero for an indicator
    efficiency_change  (T − 1, n)  catching up with the frontier of the period
    technical_change   (T − 1, n)  shift of the frontier (best-practice gap change for global and biennial technologies)
    infeasible         (first period of the technology, one past its last, evaluated period, unit) of each program
                       without a solution, or whose β leaves no efficiency factor
    notes              what should be said beside the numbers
    plan               how it was computed

    FGNZ: change = efficiency × technical and efficiency = pure × scale. Ray–Desli: change = pure × technical × scale, with
    `efficiency_change` the pure one. Luenberger indicators add instead.
    """

    change: Array
    efficiency_change: Array
    technical_change: Array
    infeasible: tuple[tuple[int, int, int, int], ...]
    notes: tuple[Text, ...]
    plan: Plan
    levels: dict[Rts, Levels]

    def _out(self, value: Array) -> Array:
        return np.exp(value) if self.plan.index else value

    @cached_property
    def _variable(self) -> Parts:
        return parts(self.plan, self.levels["vrs"], both=self.plan.decomposition == "ray-desli")

    @cached_property
    def _constant(self) -> Parts:
        return parts(self.plan, self.levels["crs"])

    @property
    def pure_efficiency_change(self) -> Array | None:
        """(T − 1, n) efficiency change under variable returns; None for a plain index."""
        return None if self.plan.decomposition == "plain" else self._out(self._variable.efficiency)

    @property
    def scale_change(self) -> Array | None:
        """(T − 1, n) change of scale efficiency (FGNZ) or of scale along the frontier (Ray–Desli); None for a plain index."""
        if self.plan.decomposition == "plain":
            return None
        if self.plan.decomposition == "fgnz":
            return self._out(self._constant.efficiency - self._variable.efficiency)
        return self._out(self._constant.change - self._variable.change)

    @cached_property
    def _bias(self) -> tuple[Array, Array, Array]:
        return bias(self.plan, self.levels[self.plan.benchmark])

    @property
    def output_bias(self) -> Array | None:
        """(T − 1, n) output bias of technical change; None unless it is a mean over two technologies."""
        return None if self._unbiased else self._out(self._bias[0])

    @property
    def input_bias(self) -> Array | None:
        """(T − 1, n) input bias of technical change; None unless it is a mean over two technologies."""
        return None if self._unbiased else self._out(self._bias[1])

    @property
    def magnitude(self) -> Array | None:
        """(T − 1, n) magnitude of technical change; output bias × input bias × magnitude = technical change."""
        return None if self._unbiased else self._out(self._bias[2])

    @property
    def _unbiased(self) -> bool:
        return self.plan.technology in ("global", "biennial") or self.plan.decomposition == "ray-desli"

    @property
    def cumulative(self) -> Array:
        """(T, n) levels chained from the changes, the first period being one (index) or zero (indicator)."""
        first = np.ones((1, self.change.shape[1])) if self.plan.index else np.zeros((1, self.change.shape[1]))
        chain = np.cumprod(self.change, axis=0) if self.plan.index else np.cumsum(self.change, axis=0)
        return np.vstack([first, chain])


def plan(
    technology: str,
    rts: str,
    decomposition: str | None,
    infeasible: str,
    width: int,
    *,
    index: bool,
    default: Decomposition,
) -> Plan:
    """Checked choices; `default` is the decomposition under variable returns where none is named."""
    name, returns = technology_name(technology), returns_to_scale(rts)
    if decomposition is None:
        decomposition = "fgnz" if rts == "crs" else default if rts == "vrs" else "plain"
    how = choice(Text("分解方式", "decomposition"), decomposition, Decomposition)
    gaps = choice(Text("无解处理方式", "treatment of infeasible programs"), infeasible, Infeasible)
    return Plan(name, returns, cast(Decomposition, how), cast(Infeasible, gaps), window_width(width), index)


def compute(how: Plan, data: Panel3, score: Score, what: Text) -> Change:
    """The change of every unit between adjacent periods."""
    kinds: tuple[Rts, ...] = ("crs", "vrs") if how.decomposition != "plain" else (how.rts,)
    levels = {rts: Levels(data, score, rts) for rts in kinds}
    total = parts(how, levels[how.benchmark])
    shown = parts(how, levels["vrs"]) if how.decomposition == "ray-desli" else total
    lost = tuple(
        (job.first, job.last, job.x, int(unit))
        for level in levels.values()
        for job, (_, status) in sorted(level.known.items())
        for unit in np.flatnonzero((status != "optimal") & (status != "absent"))
    )
    undefined = sum(int((s == "undefined").sum()) for level in levels.values() for _, s in level.known.values())
    notes = told(how, data, lost, undefined, what)
    values = (total.change, shown.efficiency, shown.technical)
    out = [np.exp(v) if how.index else v for v in values]
    return Change(out[0], out[1], out[2], lost, notes, how, levels)


def _ends(how: Plan, t: int, T: int) -> tuple[tuple[int, int], tuple[int, int]]:
    return span(how.technology, t, T, how.width), span(how.technology, t + 1, T, how.width)


def parts(how: Plan, levels: Levels, both: bool = True) -> Parts:
    """Total and efficiency change; without `both`, only own-period programs are solved and the total is empty."""
    T, n = levels.data.shape
    own = [Job(*span(how.technology, t, T, how.width), t, t) for t in range(T)]
    jobs = list(own)
    if both:
        for t in range(T - 1):
            common = pooled(how.technology, t, T)
            sides = [common] if common else list(_ends(how, t, T))
            jobs += [Job(*side, at, at) for side in sides for at in (t, t + 1)]
    levels.prepare(jobs)
    efficiency = np.array([levels[own[t + 1]] - levels[own[t]] for t in range(T - 1)])
    change = np.full((T - 1, n), np.nan)
    if both:
        change = np.array([_total(how, levels, t) for t in range(T - 1)])
    return Parts(change, efficiency)


def _total(how: Plan, levels: Levels, t: int) -> Array:
    T = levels.data.shape[0]
    common = pooled(how.technology, t, T)
    if common:
        return levels[Job(*common, t + 1, t + 1)] - levels[Job(*common, t, t)]
    old, new = (levels[Job(*side, t + 1, t + 1)] - levels[Job(*side, t, t)] for side in _ends(how, t, T))
    mean = 0.5 * (old + new)
    if how.infeasible == "one-sided":
        mean = np.where(np.isnan(mean), np.where(np.isnan(old), new, old), mean)
    return np.asarray(mean)


def bias(how: Plan, levels: Levels) -> tuple[Array, Array, Array]:
    """Output bias, input bias and magnitude of technical change, in additive form.

    Source: Färe & Grosskopf (1996); with scores a = against the old, c = against the new technology:
    magnitude a(t) − c(t), output bias ½ [a(x′, y′) − c(x′, y′) + c(x′, y) − a(x′, y)], input bias the rest of technical
    change, ½ [c(x, y) − a(x, y) + a(x′, y) − c(x′, y)].
    """
    T = levels.data.shape[0]
    jobs = [Job(*side, t + 1, t) for t in range(T - 1) for side in _ends(how, t, T)]
    levels.prepare(jobs)
    rows = []
    for t in range(T - 1):
        old, new = _ends(how, t, T)
        now = levels[Job(*old, t, t)] - levels[Job(*new, t, t)]
        mixed = levels[Job(*old, t + 1, t)] - levels[Job(*new, t + 1, t)]
        then = levels[Job(*old, t + 1, t + 1)] - levels[Job(*new, t + 1, t + 1)]
        rows.append((0.5 * (then - mixed), 0.5 * (mixed - now), now))
    output, inputs, magnitude = (np.array(r) for r in zip(*rows, strict=True))
    return output, inputs, magnitude
