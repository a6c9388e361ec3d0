"""What a complete productivity index is made of: the best productivity that a technology allows, and how near units come.

    productivity = best productivity × productivity efficiency,  productivity efficiency = technical × scale-mix efficiency

Aggregate outputs are convex in outputs, aggregate inputs concave in inputs, and both double when quantities double. So their
ratio is quasi-convex and does not change along a ray: its maximum over a technology lies at one of the units that span it.

Source: O'Donnell (2012) Journal of Productivity Analysis 38, 255; O'Donnell (2014) Journal of Productivity Analysis 41, 187.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.text import Text
from xinzhi.productivity.arguments import choice
from xinzhi.productivity.envelopment.farrell import Question, measure
from xinzhi.productivity.envelopment.periods import (
    Job,
    Levels,
    Name,
    Panel3,
    Score,
    span,
    technology_name,
    window_width,
)
from xinzhi.productivity.envelopment.technology import Rts, Units

Side = Literal["input", "output"]
EFFICIENT = 1.0 - 1e-9


class Frame(NamedTuple):
    """The technology of each period, its returns to scale, and how technical efficiency is measured."""

    technology: Name
    rts: Rts
    orientation: Side
    width: int

    def span(self, t: int, periods: int) -> tuple[int, int]:
        """The first period whose units form the technology of period t, and the one after the last."""
        return span(self.technology, t, periods, self.width)


def frame(technology: str, rts: Rts, orientation: str, width: int) -> Frame:
    """Checked choices."""
    side = choice(Text("导向", "orientation"), orientation, Side)
    return Frame(technology_name(technology), rts, cast(Side, side), window_width(width))


def radial_score(side: Side) -> Score:
    """Logarithms of radial efficiencies, for `Levels`."""

    def score(
        of: Units, reference: Units, rts: Rts, where: NDArray[np.int64] | None, jobs: Iterable[Job]
    ) -> tuple[Array, NDArray[np.str_]]:
        found = measure(Question(of, reference, rts, side, own_reference=False, without_self=False, span=where))
        with np.errstate(divide="ignore"):
            return np.log(found.efficiency), found.status

    return score


@dataclass(frozen=True)
class Own:
    """Every unit against the technology of its own period, and who leads in that technology."""

    data: Panel3
    how: Frame

    @cached_property
    def _levels(self) -> Levels:
        return Levels(self.data, radial_score(self.how.orientation), self.how.rts)

    def _scores(self, jobs: list[Job]) -> Array:
        self._levels.prepare(jobs)
        return np.array([self._levels[job] for job in jobs])

    @cached_property
    def efficiency(self) -> Array:
        """(T, n) logarithm of technical efficiency, NaN for absent units."""
        T = self.data.shape[0]
        return self._scores([Job(*self.how.span(t, T), t, t) for t in range(T)])

    def leaders(self, t: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Periods and units of those that are efficient in the technology of period t, so that one of them is best."""
        first, last = self.how.span(t, self.data.shape[0])
        scores = self._scores([Job(first, last, s, s) for s in range(first, last)])
        when, who = np.nonzero(np.exp(scores) >= EFFICIENT)
        return when + first, who


class Aggregator(NamedTuple):
    """Aggregates of unit i: outputs by D_O(x_i, ·), inputs by D_I(·, y_i), against the units of some periods."""

    at: int  # the period of x_i and y_i
    first: int
    last: int


def best_ratio(own: Own, by: Aggregator, t: int) -> Array:
    """(n,) logarithm of the best productivity in the technology of period t, by each unit's own aggregator."""
    data, rts = own.data, own.how.rts
    pool, n = data.pool(by.first, by.last), data.shape[1]
    when, who = own.leaders(t)
    x, y = data.x[when, who], data.y[when, who]
    m = who.size
    nobody = np.zeros((n * m, 0))
    made = Units(np.repeat(data.x[by.at], m, axis=0), np.tile(y, (n, 1)), nobody)
    used = Units(np.tile(x, (n, 1)), np.repeat(data.y[by.at], m, axis=0), nobody)
    output, inputs = radial_score("output")(made, pool, rts, None, ()), radial_score("input")(used, pool, rts, None, ())
    ratio: Array = (output[0] + inputs[0]).reshape(n, m).max(axis=1)
    return ratio


class Parts:
    """The parts of a complete index, (T − 1, n) each; a subclass has `change`, `technical_change` and `own`.

    change = efficiency_change × technical_change,  efficiency_change = pure_efficiency_change × scale_change
    """

    change: Any
    technical_change: Any
    own: Own

    @property
    def efficiency_change(self) -> Array:
        """How much nearer to that best productivity the unit came."""
        return np.asarray(self.change / self.technical_change)

    @property
    def pure_efficiency_change(self) -> Array:
        """Change of technical efficiency against the technology of the period, by `orientation`."""
        return np.exp(np.diff(self.own.efficiency, axis=0))

    @property
    def scale_change(self) -> Array:
        """Change of scale and mix efficiency."""
        return self.efficiency_change / self.pure_efficiency_change
