"""What the steps that look at one figure among neighbours share: the weights, and the level behind economic distance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xinzhi.study.steps.figure import OfFigure


class OfNeighbours(OfFigure):
    """A step about one figure and one rule of weights."""

    weights: str = "contiguity"
    """contiguity, rook, order2, knnK, inverse-distance (`:500` for a cut-off in km), inverse-distance-squared, economic, economic-geographic, or a file; `@spectral` behind it for another standardisation."""
    level: str | None = None
    """The level behind economic distance, such as `gdp / population`."""

    @property
    def others(self) -> tuple[str, ...]:
        """Formulas that the step reads beside its figure and its level."""
        return ()

    def uses(self, presets: Mapping[str, Any]) -> tuple[str, ...]:
        """The ids in the figure, the level and the other formulas."""
        return self.read_by(self.figure, self.level, *self.others)
