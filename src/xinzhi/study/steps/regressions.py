"""The steps on effects that differ: past a value, from laggards to leaders, from year to year, from place to place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from xinzhi.base.result import Result
from xinzhi.base.text import Text
from xinzhi.study.steps.figure import OfFigure
from xinzhi.study.steps.neighbours import OfNeighbours
from xinzhi.study.steps.step import Work


class Thresholds(OfFigure):
    """At which values of another figure an effect changes (Hansen's panel threshold regression)."""

    kind: Literal["threshold"] = "threshold"
    title: ClassVar[Text] = Text("门槛回归", "threshold regression")
    factors: tuple[str, ...] = Field(min_length=1)
    """Indicators or formulas whose effect may change."""
    by: str | None = None
    """The threshold variable; the first factor where it is not given."""
    controls: tuple[str, ...] = ()
    """Those whose effect is the same throughout."""
    thresholds: int | None = Field(default=None, ge=1, le=3)
    """How many; as many as the tests accept where it is not given."""
    trim: float = Field(default=0.05, gt=0, lt=0.5)
    """Least share of observations in a regime."""
    draws: int = Field(default=300, ge=0)
    """Bootstrap draws behind p."""

    def uses(self, presets: Mapping[str, Any]) -> tuple[str, ...]:
        """The figure, the factors, the threshold variable and the controls."""
        return self.read_by(self.figure, self.by, *self.factors, *self.controls)

    def run(self, work: Work) -> Result:
        """Estimate."""
        from xinzhi.space import threshold_effects

        panel, figure = self.data(work)
        return threshold_effects(
            panel,
            figure,
            self.factors,
            self.by,
            controls=self.controls,
            thresholds=self.thresholds,
            trim=self.trim,
            draws=self.draws,
            seed=work.seed,
        )


class Quantiles(OfFigure):
    """What factors do at the bottom, the middle and the top (quantile regression)."""

    kind: Literal["quantile"] = "quantile"
    title: ClassVar[Text] = Text("分位数回归", "quantile regression")
    factors: tuple[str, ...] = Field(min_length=1)
    """Indicators or formulas."""
    quantiles: tuple[float, ...] = (0.1, 0.25, 0.5, 0.75, 0.9)
    """Quantiles between 0 and 1."""
    effects: Literal["none", "unit"] = "unit"
    """Unit effects, or a pooled regression."""

    def uses(self, presets: Mapping[str, Any]) -> tuple[str, ...]:
        """The figure and the factors."""
        return self.read_by(self.figure, *self.factors)

    def run(self, work: Work) -> Result:
        """Estimate."""
        from xinzhi.space import quantile_effects

        panel, figure = self.data(work)
        return quantile_effects(panel, figure, self.factors, quantiles=self.quantiles, effects=self.effects)


class Dynamics(OfNeighbours):
    """Whether last year matters, here and next door (dynamic spatial panels)."""

    kind: Literal["dynamics"] = "dynamics"
    title: ClassVar[Text] = Text("动态空间面板", "dynamic spatial panels")
    factors: tuple[str, ...] = Field(min_length=1)
    """Indicators or formulas."""
    kinds: tuple[Literal["dsar", "dsdm"], ...] = ("dsar", "dsdm")
    """Models to estimate."""
    effects: Literal["unit", "two-way"] = "two-way"
    """Effects."""

    @property
    def others(self) -> tuple[str, ...]:
        """Formulas beside the figure and the level."""
        return self.factors

    def run(self, work: Work) -> Result:
        """Estimate."""
        from xinzhi.space import dynamic_models

        panel, figure = self.data(work)
        return dynamic_models(
            panel, figure, self.factors, kinds=self.kinds, effects=self.effects, weights=self.weights, level=self.level,
            seed=work.seed,
        )  # fmt: skip


class Moves(OfNeighbours):
    """How regions move with their neighbours (LISA time paths and the rose of directions)."""

    kind: Literal["moves"] = "moves"
    title: ClassVar[Text] = Text("时间路径", "time paths")
    permutations: int = Field(default=999, ge=0)
    """Draws behind the rose."""

    def run(self, work: Work) -> Result:
        """Follow."""
        from xinzhi.space import cluster_moves

        panel, figure = self.data(work)
        return cluster_moves(
            panel, figure, weights=self.weights, level=self.level, permutations=self.permutations, seed=work.seed
        )


class Local(OfFigure):
    """Where an effect is strong and where it is not (GWR, MGWR)."""

    kind: Literal["local"] = "local"
    title: ClassVar[Text] = Text("地理加权回归", "geographically weighted regression")
    factors: tuple[str, ...] = Field(min_length=1)
    """Indicators or formulas."""
    model: Literal["gwr", "mgwr"] = "gwr"
    """One bandwidth for all coefficients, or one each."""
    year: int | None = None
    """The last with data where it is not given."""

    def uses(self, presets: Mapping[str, Any]) -> tuple[str, ...]:
        """The figure and the factors."""
        return self.read_by(self.figure, *self.factors)

    def run(self, work: Work) -> Result:
        """Estimate."""
        from xinzhi.space import local_effects

        panel, figure = self.data(work)
        return local_effects(panel, figure, self.factors, model=self.model, year=self.year)
