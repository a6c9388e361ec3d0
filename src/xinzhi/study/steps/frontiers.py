"""The steps on productivity that estimate rather than envelop: stochastic frontiers; that compare groups, and that follow a chain of stages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from xinzhi.base.result import Result
from xinzhi.base.text import Text
from xinzhi.study.steps.productivity import OfInputs, OfYears, Rts, Sampled
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
    by: str | None = None
    """Grouping without overlap whose groups have a frontier each; plates, or the study's own, where it is not given."""
    model: Literal["sbm", "radial", "directional"] = "sbm"
    """sbm, radial or directional."""
    technology: Literal["global", "contemporaneous", "sequential", "window"] = "global"
    """All years pooled, each year its own, all years so far, or three years."""
    rts: Rts = "crs"
    """Returns to scale."""
    orientation: Literal["output", "input", "both"] | None = None
    """The model's usual one where it is not given."""

    def run(self, work: Work) -> Result:
        """Compute."""
        from xinzhi.productivity import technology_gap

        return technology_gap(
            work.whole,
            self.by,
            self.model,
            technology=self.technology,
            rts=self.rts,
            orientation=self.orientation,
            **self.options(work),
        )


class Chain(OfYears):
    """A chain of two stages, such as research and the market."""

    kind: Literal["chain"] = "chain"
    title: ClassVar[Text] = Text("两阶段效率", "efficiency of two stages")
    preset: str = "innovation"
    """innovation (R&D, patents and papers, new products) or transfer (… technology sold)."""
    inputs: tuple[str, ...] | None = None
    """Inputs of the first stage instead of the preset's."""
    links: tuple[str, ...] | None = None
    """What the first stage makes and the second uses, instead of the preset's."""
    outputs: tuple[str, ...] | None = None
    """Outputs of the second stage instead of the preset's."""
    decomposition: Literal["product", "mean"] = "product"
    """Overall efficiency as the product or the weighted mean of the stages."""
    priority: Literal["first", "second"] = "first"
    """Which stage gets the higher of several possible efficiencies."""
    technology: Literal["global", "contemporaneous"] = "global"
    """All years pooled, or each year its own."""
    rts: Literal["crs", "vrs"] = "crs"
    """Returns to scale; vrs with the weighted mean."""
    lags: tuple[int, int] = (0, 0)
    """Years that research needs for its links, and the market for its outputs."""
    by: str | tuple[str, ...] | None = None
    """Grouping for means, or several; plates, or the study's own, where it is not given."""

    def uses(self, presets: Mapping[str, Any]) -> tuple[str, ...]:
        """Every id that a variable may be drawn from."""
        from xinzhi.productivity.inputs.catalogue import chain_preset, variable

        usual = chain_preset(self.preset)
        chosen = [*(self.inputs or usual.inputs), *(self.links or usual.links), *(self.outputs or usual.outputs)]
        written = [n for v in chosen for s in variable(v).sources for n in (*s.names, *s.price)]
        return ("gdp", "gdp_index", *ids_of(tuple(w for w in written if w.isascii())))

    def run(self, work: Work) -> Result:
        """Compute."""
        from xinzhi.productivity import chain

        return chain(
            work.whole,
            self.preset,
            inputs=self.inputs,
            links=self.links,
            outputs=self.outputs,
            decomposition=self.decomposition,
            priority=self.priority,
            technology=self.technology,
            rts=self.rts,
            lags=self.lags,
            by=self.by,
            years=self.span(work),
        )


class Drivers(Sampled):
    """What moves efficiency, by the double bootstrap."""

    kind: Literal["drivers"] = "drivers"
    title: ClassVar[Text] = Text("效率的影响因素", "what drives efficiency")
    cost: ClassVar[float] = 2.0
    preset: str = "klg"
    """klg or another preset; bad outputs are left aside."""
    factors: tuple[str, ...] = Field(min_length=1)
    """Indicators or formulas that may move efficiency."""
    rts: Literal["crs", "vrs", "drs", "irs"] = "vrs"
    """Returns to scale."""
    orientation: Literal["output", "input"] = "output"
    """output or input."""
    algorithm: Literal[1, 2] = 2
    """2 corrects the distances for bias first."""
    trend: bool = True
    """Also a linear trend."""
    draws: int = Field(default=2000, ge=20)
    """Replications of the regression."""
    bias_draws: int = Field(default=100, ge=2)
    """Replications of the correction for bias."""

    def uses(self, presets: Mapping[str, Any]) -> tuple[str, ...]:
        """The inputs' own, and those of the factors."""
        return tuple(dict.fromkeys([*super().uses(presets), *ids_of(self.factors)]))

    def run(self, work: Work) -> Result:
        """Estimate."""
        from xinzhi.productivity import drivers
        from xinzhi.productivity.inference.cluster import cluster

        own = ("rts", "orientation", "algorithm", "trend", "draws", "bias_draws")
        given = {name: getattr(self, name) for name in own}
        with cluster(self.backend, work.jobs):
            return drivers(
                work.whole, self.factors, **given, seed=work.seed, **self.running(work), **self.options(work)
            )
