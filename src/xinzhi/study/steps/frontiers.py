"""The steps on productivity that estimate rather than envelop: stochastic frontiers; and that compare groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from xinzhi.base.result import Result
from xinzhi.base.text import Text
from xinzhi.study.steps.productivity import OfInputs, Rts
from xinzhi.study.steps.step import Work


def ids_of(written: tuple[str, ...]) -> tuple[str, ...]:
    """The ids of the panel in formulas."""
    from xinzhi.panel.formula import names

    return tuple(dict.fromkeys(n for w in written for n in names(w)))


class Frontier(OfInputs):
    """A stochastic frontier: efficiency apart from noise, and what productivity growth is made of."""

    kind: Literal["frontier"] = "frontier"
    title: ClassVar[Text] = Text("随机前沿", "stochastic frontier")
    preset: str = "klg"
    """klg or another preset; bad outputs are left aside."""
    model: Literal["bc92", "bc95", "tfe", "tre", "cross-section"] = "bc92"
    """bc92, bc95, tfe, tre or cross-section."""
    form: Literal["translog", "cobb-douglas"] = "translog"
    """Functional form."""
    distribution: Literal["half-normal", "truncated", "exponential"] = "half-normal"
    """Of inefficiency."""
    trend: bool = True
    """Whether the frontier moves with time."""
    factors: tuple[str, ...] = ()
    """What moves inefficiency, for bc95: indicators or formulas."""
    shares: Mapping[str, float] | None = None
    """Cost shares by input, which give the part of allocation."""
    draws: int = Field(default=128, ge=2)
    """Halton draws, for tre."""

    def uses(self, presets: Mapping[str, Any]) -> tuple[str, ...]:
        """The inputs' own, and those of the factors."""
        return tuple(dict.fromkeys([*super().uses(presets), *ids_of(self.factors)]))

    def run(self, work: Work) -> Result:
        """Estimate."""
        from xinzhi.productivity import frontier

        return frontier(
            work.whole,
            self.model,
            form=self.form,
            distribution=self.distribution,
            trend=self.trend,
            factors=self.factors,
            shares=self.shares,
            draws=self.draws,
            seed=work.seed,
            **self.options(work),
        )


class TechnologyGap(OfInputs):
    """How close the frontier of each group of regions comes to that of all."""

    kind: Literal["technology-gap"] = "technology-gap"
    title: ClassVar[Text] = Text("技术落差", "technology gap")
    by: str = "plates"
    """Grouping without overlap whose groups have a frontier each."""
    model: Literal["sbm", "radial", "directional"] = "sbm"
    """sbm, radial or directional."""
    technology: Literal["global", "contemporaneous"] = "global"
    """All years pooled, or each year its own."""
    rts: Rts = "crs"
    """Returns to scale."""

    def run(self, work: Work) -> Result:
        """Compute."""
        from xinzhi.productivity import technology_gap

        return technology_gap(
            work.whole, self.by, self.model, technology=self.technology, rts=self.rts, **self.options(work)
        )
