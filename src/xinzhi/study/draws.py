"""Scores as an audit drew them, so that a mean or a change has its own interval and not one guessed from others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xinzhi.base.arrays import Array


@dataclass(frozen=True)
class Draws:
    """Scores of an audit on the scale of the published ones.

    scores  (draws, rows)
    place   (region, year) → position of its row
    level   confidence level of the intervals
    """

    scores: Array
    place: dict[tuple[str, int], int]
    level: float

    @classmethod
    def of(cls, audit: Any | None) -> Draws | None:
        """The draws of an AuditResult; None without one."""
        if audit is None:
            return None
        rows = zip(audit.subject.region, audit.subject.year, strict=True)
        place = {(str(region), int(year)): i for i, (region, year) in enumerate(rows)}
        return cls(audit.simulation.aligned(), place, float(audit.level))

    def at(self, regions: Sequence[str], year: int) -> Array:
        """(draws, regions) scores in a year; NaN for a region that was not drawn."""
        out = np.full((len(self.scores), len(regions)), np.nan)
        for j, region in enumerate(regions):
            row = self.place.get((region, year))
            if row is not None:
                out[:, j] = self.scores[:, row]
        return out

    def interval(self, values: Array, published: Array) -> tuple[Array, Array]:
        """Lower and upper end over the draws, for each column of `values` (draws, k), widened to hold the published figures (k,)."""
        tails = [50 * (1 - self.level), 50 * (1 + self.level)]
        low, high = np.percentile(values, tails, axis=0)
        return np.fmin(low, published), np.fmax(high, published)


def drawn_by(audit: Any | None) -> dict[str, Any]:
    """What a recipe says about the draws behind its intervals; nothing without an audit."""
    if audit is None:
        return {}
    return {"audit_draws": audit.recipe.parameters.get("draws"), "audit_level": audit.level}
