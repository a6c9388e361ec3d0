"""The steps on space: association, weights, centres, determinants, spatial panel models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from xinzhi.base.result import Result
from xinzhi.base.text import Text
from xinzhi.study.steps.figure import OfFigure
from xinzhi.study.steps.neighbours import OfNeighbours
from xinzhi.study.steps.step import Runnable, Work


class Association(OfNeighbours):
    """Moran's I over the years, local clusters of the first and last."""

    kind: Literal["association"] = "association"
    title: ClassVar[Text] = Text("空间关联", "spatial association")
    permutations: int = Field(default=999, ge=0)
    """Draws for inference."""

    def run(self, work: Work) -> Result:
        """Measure."""
        from xinzhi.space import clustering

        panel, figure = self.data(work)
        return clustering(
            panel, figure, weights=self.weights, level=self.level, permutations=self.permutations, seed=work.seed
        )


class Bivariate(OfNeighbours):
    """Whether one figure here goes with another one next door."""

    kind: Literal["bivariate"] = "bivariate"
    title: ClassVar[Text] = Text("双变量空间关联", "bivariate spatial association")
    other: str
    """The neighbours' figure: an indicator or formula."""
    permutations: int = Field(default=999, ge=1)
    """Draws for inference."""

    @property
    def others(self) -> tuple[str, ...]:
        """Formulas beside the figure and the level."""
        return (self.other,)

    def run(self, work: Work) -> Result:
        """Measure."""
        from xinzhi.space import bivariate

        panel, figure = self.data(work)
        return bivariate(
            panel,
            figure,
            self.other,
            weights=self.weights,
            level=self.level,
            permutations=self.permutations,
            seed=work.seed,
        )


class Preview(Runnable):
    """Weights before they are used: neighbours, islands, symmetry, on a map."""

    kind: Literal["weights"] = "weights"
    title: ClassVar[Text] = Text("空间权重", "spatial weights")
    weights: str = "contiguity"
    """One rule of weights, or a file."""
    region: str | None = None
    """Code or name: its weights are mapped instead of the number of neighbours."""
    level: str | None = None
    """The level behind economic distance."""

    def uses(self, presets: Mapping[str, Any]) -> tuple[str, ...]:
        """The level."""
        return OfFigure.read_by(self.level)

    def run(self, work: Work) -> Result:
        """Look."""
        from xinzhi.space import weights_map

        return weights_map(work.panel, self.weights, self.region, level=self.level)


class Centre(OfFigure):
    """The path of the centre and the standard deviational ellipse."""

    kind: Literal["centre"] = "centre"
    title: ClassVar[Text] = Text("重心与椭圆", "centre and ellipse")
    scale: Literal["population", "sqrt2"] = "sqrt2"
    """Axes of the ellipse: standard deviations, or times √2 as GIS programs draw it."""

    def run(self, work: Work) -> Result:
        """Follow."""
        from xinzhi.space import path

        panel, figure = self.data(work)
        return path(panel, figure, scale=self.scale)


class Determinants(OfFigure):
    """Which factors explain the pattern (geodetector)."""

    kind: Literal["determinants"] = "determinants"
    title: ClassVar[Text] = Text("影响因子", "determinants")
    factors: tuple[str, ...] = Field(min_length=1)
    """Indicators or formulas."""
    strata: dict[str, str] = Field(default_factory=dict)
    """Name: grouping, for factors that are strata as they stand."""
    method: str = "optimal"
    """optimal, quantile, equal, natural, geometric, sd."""
    classes: int | tuple[int, ...] = (3, 4, 5, 6)
    """Number of classes, or those to try."""

    def uses(self, presets: Mapping[str, Any]) -> tuple[str, ...]:
        """The figure and the factors."""
        return self.read_by(self.figure, *self.factors)

    def run(self, work: Work) -> Result:
        """Detect."""
        from xinzhi.space import determinants

        panel, figure = self.data(work)
        return determinants(panel, figure, self.factors, strata=self.strata, method=self.method, classes=self.classes)


class Models(OfFigure):
    """Spatial panel models side by side, with the tests that choose."""

    kind: Literal["models"] = "models"
    title: ClassVar[Text] = Text("空间面板模型", "spatial panel models")
    factors: tuple[str, ...] = Field(min_length=1)
    """Indicators or formulas, such as `log(rd_expenditure / population)`."""
    kinds: tuple[
        Literal["ols", "unit-fe", "time-fe", "two-way-fe", "re", "pooled", "slx", "sar", "sem", "sac", "sdm"], ...
    ] = ("ols", "re", "pooled", "sar", "sem", "sdm")
    """Models to estimate; ols, unit-fe, time-fe, two-way-fe and re stand beside without neighbours."""
    effects: Literal["none", "unit", "time", "two-way", "random"] = "two-way"
    """Effects of the spatial models and of pooled."""
    weights: str | tuple[str, ...] = "contiguity"
    """One rule of weights, or several to compare."""
    level: str | None = None
    """The level behind economic distance."""

    def uses(self, presets: Mapping[str, Any]) -> tuple[str, ...]:
        """The figure, the factors and the level."""
        return self.read_by(self.figure, self.level, *self.factors)

    def run(self, work: Work) -> Result:
        """Estimate."""
        from xinzhi.space import models

        panel, figure = self.data(work)
        weights = self.weights if isinstance(self.weights, str) else list(self.weights)
        return models(
            panel,
            figure,
            self.factors,
            kinds=self.kinds,
            effects=self.effects,
            weights=weights,
            level=self.level,
            seed=work.seed,
        )


class CatchingUp(OfNeighbours):
    """Whether those who lag grow faster once neighbours count (spatial β-convergence)."""

    kind: Literal["spatial-convergence"] = "spatial-convergence"
    title: ClassVar[Text] = Text("空间收敛", "spatial convergence")
    controls: tuple[str, ...] = ()
    """Indicators or formulas for conditional convergence."""
    kinds: tuple[Literal["pooled", "slx", "sar", "sem", "sac", "sdm"], ...] = ("pooled", "sar", "sem", "sdm")
    """Models to estimate."""
    effects: Literal["none", "unit", "time", "two-way", "random", "cross-section"] = "two-way"
    """Effects, or one growth rate a region."""
    span: int = Field(default=1, ge=1)
    """Years that a growth rate spans."""

    @property
    def others(self) -> tuple[str, ...]:
        """Formulas beside the figure and the level."""
        return self.controls

    def run(self, work: Work) -> Result:
        """Estimate."""
        from xinzhi.space import catching_up

        panel, figure = self.data(work)
        return catching_up(
            panel,
            figure,
            controls=self.controls,
            kinds=self.kinds,
            effects=self.effects,
            span=self.span,
            weights=self.weights,
            level=self.level,
            seed=work.seed,
        )
