"""The steps on disparity: the gap, its parts and sources, convergence, mobility, the distribution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from xinzhi.base.errors import UsageError
from xinzhi.base.result import Result
from xinzhi.base.text import Text
from xinzhi.study.steps.figure import OfFigure
from xinzhi.study.steps.step import Work


class Gap(OfFigure):
    """How unequal regions are, and how much of it lies between groups (Gini after Dagum, Theil)."""

    kind: Literal["gap"] = "gap"
    title: ClassVar[Text] = Text("地区差异", "regional disparity")
    by: str = "plates"
    """A grouping without overlap."""
    weight: str | None = None
    """Indicator of population; every region counts once where it is not given."""
    draws: int = Field(default=300, ge=0)
    """Bootstrap replications behind the intervals."""

    def uses(self, presets: Mapping[str, Any]) -> tuple[str, ...]:
        """The figure and the weight."""
        return self.read_by(self.figure, self.weight)

    def run(self, work: Work) -> Result:
        """Decompose."""
        from xinzhi.disparity import gap

        panel, figure = self.data(work)
        return gap(panel, figure, by=self.by, weight=self.weight, draws=self.draws, seed=work.seed)


class Nested(OfFigure):
    """How much of the gap lies at each of several nested levels (Theil)."""

    kind: Literal["nested"] = "nested"
    title: ClassVar[Text] = Text("差异的逐层分解", "disparity by levels")
    by: tuple[str, ...] = Field(default=("plates", "province"), min_length=2)
    """Groupings without overlap, coarsest first, each nested in the one before it."""
    index: Literal["T", "L"] = "T"
    """Theil's T or L."""
    weight: str | None = None
    """Indicator of population; every region counts once where it is not given."""
    draws: int = Field(default=300, ge=0)
    """Bootstrap replications behind the intervals."""

    def uses(self, presets: Mapping[str, Any]) -> tuple[str, ...]:
        """The figure and the weight."""
        return self.read_by(self.figure, self.weight)

    def run(self, work: Work) -> Result:
        """Decompose."""
        from xinzhi.disparity import nested

        panel, figure = self.data(work)
        return nested(panel, figure, by=self.by, index=self.index, weight=self.weight, draws=self.draws, seed=work.seed)


class Sources(OfFigure):
    """Which part of a whole makes the gap: layers of the index, or indicators that add up (Shapley, Lerman–Yitzhaki)."""

    kind: Literal["sources"] = "sources"
    title: ClassVar[Text] = Text("差异来源", "sources of disparity")
    parts: tuple[str, ...] = ()
    """Indicators or formulas that add up to `figure`, or to their own sum without it; the layers of the index where none is given."""
    weight: str | None = None
    """An indicator of population; every region counts once where it is not given."""
    draws: int = Field(default=200, ge=0)
    """Bootstrap replications behind the intervals."""

    def uses(self, presets: Mapping[str, Any]) -> tuple[str, ...]:
        """The figure and its parts."""
        return self.read_by(self.figure, *self.parts, self.weight)

    def run(self, work: Work) -> Result:
        """Decompose."""
        from xinzhi.disparity import sources

        if self.parts:
            return sources(
                work.panel, self.parts, whole=self.figure, weight=self.weight, draws=self.draws, seed=work.seed
            )
        index = work.perhaps("index")
        if index is None or self.figure is not None:
            raise UsageError(
                "步骤 sources 需要 parts（相加为 figure 的指标），或研究中有 index 步骤而不写 figure",
                "the step sources needs parts (indicators that add up to figure), or an index step and no figure",
                code="418",
            )
        return sources(index, weight=self.weight, draws=self.draws, seed=work.seed)


class Convergence(OfFigure):
    """Whether the gap closes: sigma, beta, log t, clubs."""

    kind: Literal["convergence"] = "convergence"
    title: ClassVar[Text] = Text("收敛", "convergence")
    controls: tuple[str, ...] = ()
    """Indicators or formulas for conditional convergence."""
    clubs_of: Literal["log", "level"] = "log"
    """What log t runs on: logs of levels, or levels for an index between 0 and 1."""

    def uses(self, presets: Mapping[str, Any]) -> tuple[str, ...]:
        """The figure and the controls."""
        return self.read_by(self.figure, *self.controls)

    def run(self, work: Work) -> Result:
        """Test."""
        from xinzhi.disparity import closing

        panel, figure = self.data(work)
        return closing(
            panel, figure, controls=self.controls, clubs_of="level" if self.figure is None else self.clubs_of
        )


class Mobility(OfFigure):
    """Moves between classes, alone and by neighbours (Markov chains)."""

    kind: Literal["mobility"] = "mobility"
    title: ClassVar[Text] = Text("等级流动", "mobility")
    classes: int | tuple[float, ...] = 4
    """Number of quantile classes, or their borders."""
    draws: int = Field(default=300, ge=0)
    """Replications behind the intervals."""

    def run(self, work: Work) -> Result:
        """Count."""
        from xinzhi.disparity import moves

        panel, figure = self.data(work)
        classes = self.classes if isinstance(self.classes, int) else list(self.classes)
        return moves(panel, figure, classes=classes, draws=self.draws, seed=work.seed)


class Distribution(OfFigure):
    """Kernel densities over the years."""

    kind: Literal["distribution"] = "distribution"
    title: ClassVar[Text] = Text("分布动态", "distribution")
    relative: bool = True
    """Divide by the mean of each year."""
    bandwidth: float | str = "silverman"
    """silverman, scott, sheather-jones, ucv, or a number."""

    def run(self, work: Work) -> Result:
        """Estimate."""
        from xinzhi.disparity import shape

        panel, figure = self.data(work)
        return shape(panel, figure, relative=self.relative, bandwidth=self.bandwidth)
