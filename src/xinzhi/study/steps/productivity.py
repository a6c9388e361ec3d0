"""The steps on productivity: change and its parts, efficiency, how much to improve, specifications, growth, carbon."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, field_validator

from xinzhi.base.result import Result
from xinzhi.base.text import Text
from xinzhi.study.schema import ascending, years_of
from xinzhi.study.steps.step import Runnable, Work

Model = Literal[
    "malmquist-luenberger",
    "malmquist",
    "luenberger",
    "nonradial-luenberger",
    "sbm-malmquist",
    "hicks-moorsteen",
    "fare-primont",
]
Peered = Literal["sbm", "radial", "directional", "nonradial"]
Score = Literal[
    "sbm",
    "radial",
    "directional",
    "nonradial",
    "ebm",
    "additive",
    "ram",
    "cross-efficiency",
    "by-production",
    "range-directional",
    "order-m",
    "order-alpha",
    "window",
]
Technology = Literal["global", "contemporaneous", "sequential", "biennial", "window"]
Rts = Literal["crs", "vrs", "drs", "irs", "fdh"]
Side = Literal["output", "input", "hybrid", "both", "hyperbolic"]


Rate = Annotated[float, Field(ge=0, lt=1)]


class OfYears(Runnable):
    """A step that may look at years of its own."""

    years: str | tuple[int, ...] | None = None
    """Years of this step, `2016-2022` or a list; the study's where they are not given."""

    @field_validator("years", mode="before")
    @classmethod
    def _one_year(cls, value: Any) -> Any:
        return str(value) if isinstance(value, int) else value

    @field_validator("years")
    @classmethod
    def _ascending(cls, value: str | tuple[int, ...] | None) -> str | tuple[int, ...] | None:
        return ascending(value)

    def span(self, work: Work) -> list[int] | None:
        """Its own years, else the study's, else None: those that have enough data."""
        own = years_of(self.years)
        return own if own is not None else work.panel.years if work.years_stated else None


class OfInputs(OfYears):
    """A step on inputs and outputs drawn from the whole panel: a stock of capital needs the years before those asked for."""

    preset: str = "klegc"
    """klegc, klegs, klegcs, kleg or klg: what goes in and what comes out."""
    inputs: tuple[str, ...] | None = None
    """Inputs instead of the preset's: capital, labour, energy, `stock(investment, price)`, `real(value, price)`, a formula."""
    good: tuple[str, ...] | None = None
    """Good outputs instead of the preset's."""
    bad: tuple[str, ...] | None = None
    """Bad outputs instead of the preset's; an empty list for none."""
    labour: str | None = None
    """Indicator of employment; resident population stands in, and is said to, where the panel has none."""
    deflator: str | None = None
    """Price index of GDP instead of its volume index."""
    base_year: int | None = None
    """Year of prices; the first year used where it is not given."""
    depreciation: Rate | dict[str, Rate] = 0.096
    """Depreciation of capital, a fraction, or one for each region by name; regions not named take 0.096."""
    initial: Literal["ratio", "growth"] = "ratio"
    """Rule for the first capital stock."""
    ratio: float = Field(default=0.1, gt=0, lt=1)
    """First capital is the first real investment over this, under the rule `ratio`."""
    bridge: Literal["refuse", "linear", "geometric"] = "refuse"
    """Gaps inside the investment series."""
    nominal: Literal["refuse", "accept"] = "refuse"
    """Money without a year of prices: refused, or accepted as real and said so."""
    lags: Mapping[str, int] | None = None
    """Variable: how many years earlier its figures are taken."""

    def uses(self, presets: Mapping[str, Any]) -> tuple[str, ...]:
        """Every id that a variable may be drawn from."""
        from xinzhi.panel.formula import names
        from xinzhi.productivity.inputs.catalogue import preset, variable

        usual = preset(self.preset)
        chosen = [
            *(self.inputs or usual.inputs),
            *(self.good or usual.good),
            *(usual.bad if self.bad is None else self.bad),
        ]
        written = [n for v in chosen for s in variable(v).sources for n in (*s.names, *s.price)]
        extra = [n for n in (self.labour, self.deflator) if n]
        return tuple(dict.fromkeys([*extra, *(n for w in written if w.isascii() for n in names(w))]))

    def options(self, work: Work) -> dict[str, Any]:
        """What the faces pass on to `inputs`."""
        fields = (
            "preset", "inputs", "good", "bad", "labour", "deflator", "base_year", "depreciation", "initial", "ratio", "bridge", "nominal", "lags",
        )  # fmt: skip
        return {**{name: getattr(self, name) for name in fields}, "years": self.span(work)}


class Sampled(OfInputs):
    """A step with draws, which may be spread over workers and are kept as they are finished."""

    backend: Literal["serial", "threads", "processes", "dask"] = "serial"
    """Where draws are computed; dask takes the cluster that DASK_SCHEDULER_ADDRESS names, else one on this machine. Results do not depend on it."""

    def running(self, work: Work) -> dict[str, Any]:
        """What the faces pass on to the bootstrap."""
        return {"backend": self.backend, "workers": work.jobs, "resume": work.kept, "progress": work.told}


class Tfp(OfInputs):
    """Productivity change of regions and what it is made of."""

    kind: Literal["tfp"] = "tfp"
    title: ClassVar[Text] = Text("全要素生产率", "productivity change")
    cost: ClassVar[float] = 2.0
    model: Model = "malmquist-luenberger"
    """malmquist-luenberger, malmquist, luenberger, nonradial-luenberger, sbm-malmquist, hicks-moorsteen or fare-primont."""
    technology: Technology = "global"
    """Which years form the frontier."""
    rts: Rts = "crs"
    """Returns to scale."""
    orientation: Side = "output"
    """output or input; hybrid for Luenberger, both for the slacks-based index."""
    decomposition: Literal["fgnz", "ray-desli", "plain"] | None = None
    """How efficiency and scale are told apart; the usual way of the model where it is not given."""
    bias: bool = False
    """Also split technical change into output bias, input bias and magnitude (two frontiers in each change)."""
    window: int = Field(default=3, ge=2)
    """Years in a window frontier."""
    weights: Mapping[str, float] | None = None
    """Weights of the non-radial indicator by variable."""
    disposability: Literal["weak", "strong", "kuosmanen"] = "weak"
    """Of bad outputs in directional models."""
    direction: Literal["own", "mean"] = "own"
    """Size of a directional step: own figures, or the mean."""
    infeasible: Literal["missing", "one-sided"] = "missing"
    """What a program without solution does to its index."""
    by: str | tuple[str, ...] | None = None
    """Grouping for means, which may overlap, several, or all; plates, or the study's own, where it is not given."""

    region: str | None = None
    """Whose change the report draws as a waterfall; the region that rose most where it is not given."""

    def run(self, work: Work) -> Result:
        """Compute."""
        from xinzhi.productivity import tfp

        found = tfp(
            work.whole,
            self.model,
            technology=self.technology,
            rts=self.rts,
            orientation=self.orientation,
            disposability=self.disposability,
            direction=self.direction,
            infeasible=self.infeasible,
            decomposition=self.decomposition,
            bias=self.bias,
            window=self.window,
            weights=self.weights,
            by=self.by,
            **self.options(work),
        )
        if self.region is not None:
            found.region(self.region)  # a name that is not there is refused now, not when the report is written
        return found


class Efficiency(Sampled):
    """Efficiency of regions against a stated frontier."""

    kind: Literal["efficiency"] = "efficiency"
    title: ClassVar[Text] = Text("效率", "efficiency")
    model: Score = "sbm"
    """sbm, radial, directional, nonradial, ebm, additive, ram, cross-efficiency, by-production, range-directional, order-m, order-alpha or window."""
    technology: Technology | None = None
    """Which years form the frontier, not biennial; the model's usual one where it is not given."""
    rts: Rts | None = None
    """Returns to scale; the model's usual ones where they are not given."""
    orientation: Side | None = None
    """The model's usual one where it is not given."""
    disposability: Literal["weak", "strong", "kuosmanen"] = "weak"
    """Of bad outputs in directional models."""
    direction: Literal["own", "mean"] = "own"
    """Size of a directional step: own figures, or the mean."""
    super_efficiency: bool = False
    """Score regions on the frontier against the others (sbm, radial)."""
    goal: Literal["benevolent", "aggressive", "arbitrary"] | None = None
    """Weights of cross-efficiency; benevolent where it is not given."""
    m: int | None = Field(default=None, ge=1)
    """How many regions order-m draws; needed there."""
    alpha: float | None = Field(default=None, gt=0, le=1)
    """Order of the quantile of order-alpha; needed there."""
    width: int | None = Field(default=None, ge=1)
    """Years in a window of window analysis; 3 where it is not given."""
    moves: tuple[str, ...] | None = None
    """Inputs that shrink in directional models, such as energy; all where it is not given."""
    polluting: tuple[str, ...] | None = None
    """Inputs that cause the bad outputs in the by-production model; energy where it is not given."""
    restrictions: Mapping[str, Mapping[str, tuple[float | None, float | None]]] | None = None
    """Least and largest ratio of two multipliers of the radial model, such as `energy: {labour: [0.1, 2]}`."""
    epsilon: float | tuple[float, float] | None = None
    """ε of ebm for inputs and outputs; estimated where it is not given."""
    weights: Mapping[str, float] | None = None
    """Weights of ebm and nonradial by variable; the model's own where they are not given."""
    by: str | tuple[str, ...] | None = None
    """Grouping for means, which may overlap, several, or all; plates, or the study's own, where it is not given."""
    draws: int = Field(default=0, ge=0)
    """Bootstrap replications behind intervals: radial model, each year its own frontier; 0 for none."""

    def run(self, work: Work) -> Result:
        """Compute."""
        from xinzhi.productivity import efficiency
        from xinzhi.productivity.inference.cluster import cluster

        own = (
            "technology", "rts", "orientation", "disposability", "direction", "super_efficiency", "goal", "m", "alpha", "width",
            "moves", "polluting", "restrictions", "epsilon", "weights", "by", "draws",
        )  # fmt: skip
        given = {name: getattr(self, name) for name in own}
        with cluster(self.backend, work.jobs):
            return efficiency(
                work.whole, self.model, **given, seed=work.seed, **self.running(work), **self.options(work)
            )


class Improve(Sampled):
    """How much each region can improve, and whom it can learn from."""

    kind: Literal["improve"] = "improve"
    title: ClassVar[Text] = Text("改进空间", "how much to improve")
    model: Peered = "sbm"
    """sbm, radial, directional or nonradial."""
    year: int | None = None
    """The year looked at; the last one where it is not given."""
    technology: Technology = "contemporaneous"
    """contemporaneous: peers of the same year; global: of any year."""
    rts: Rts = "vrs"
    """Returns to scale; fdh gives one real peer each."""
    orientation: Side | None = None
    """The model's usual one where it is not given."""
    disposability: Literal["weak", "strong", "kuosmanen"] = "weak"
    """Of bad outputs in directional models."""
    direction: Literal["own", "mean"] = "own"
    """Size of a directional step: own figures, or the mean."""
    nearest: bool | None = None
    """Also the closest efficient point; for at most 60 regions where it is not given."""
    draws: int = Field(default=0, ge=0)
    """Replications behind intervals of the targets, frontier of the year; 0 for none."""

    def run(self, work: Work) -> Result:
        """Compute."""
        from xinzhi.productivity import improve
        from xinzhi.productivity.inference.cluster import cluster

        own = ("year", "technology", "rts", "orientation", "disposability", "direction", "nearest", "draws")
        given = {name: getattr(self, name) for name in own}
        with cluster(self.backend, work.jobs):
            return improve(work.whole, self.model, **given, seed=work.seed, **self.running(work), **self.options(work))


class Specification(OfInputs):
    """The same figure under the other usual choices."""

    kind: Literal["specification"] = "specification"
    title: ClassVar[Text] = Text("口径比较", "other specifications")
    cost: ClassVar[float] = 6.0
    measure: Literal["tfp", "efficiency"] = "tfp"
    """What is computed again and again."""
    model: str | None = None
    """The model of the baseline; the measure's usual one where it is not given."""
    dimensions: tuple[str, ...] | None = None
    """Which choices vary: model, technology, rts, disposability, depreciation, initial, deflator, bad; all where not given."""
    technology: Technology | None = None
    """Which years form the frontier of the baseline; the model's usual one where it is not given."""
    rts: Rts | None = None
    """Returns to scale of the baseline; the model's usual ones where they are not given."""
    orientation: Side | None = None
    """Of the baseline; the model's usual one where it is not given."""
    disposability: Literal["weak", "strong", "kuosmanen"] = "weak"
    """Of bad outputs in directional models."""
    goal: Literal["benevolent", "aggressive", "arbitrary"] | None = None
    """Weights of cross-efficiency."""
    m: int | None = Field(default=None, ge=1)
    """How many regions order-m draws."""
    alpha: float | None = Field(default=None, gt=0, le=1)
    """Order of the quantile of order-alpha."""
    moves: tuple[str, ...] | None = None
    """Inputs that shrink in directional models."""
    weights: Mapping[str, float] | None = None
    """Weights of ebm, nonradial and the non-radial indicator by variable."""
    by: str | None = None
    """Grouping whose leader is watched; plates, or the study's own, where it is not given."""

    def run(self, work: Work) -> Result:
        """Compute."""
        from xinzhi.productivity import specification

        own = ("dimensions", "goal", "m", "alpha", "moves", "weights")
        more = {name: value for name in own if (value := getattr(self, name)) is not None}
        return specification(
            work.whole,
            self.measure,
            self.model,
            technology=self.technology,
            rts=self.rts,
            orientation=self.orientation,
            disposability=self.disposability,
            by=self.by,
            **more,
            **self.options(work),
        )


class Growth(OfInputs):
    """What growth is owed to."""

    kind: Literal["growth"] = "growth"
    title: ClassVar[Text] = Text("经济增长的来源", "sources of growth")
    preset: str = "klg"
    """klg or kleg: what goes in and what comes out."""
    shares: dict[str, float] | Literal["estimated", "constant-returns"] | None = None
    """Output elasticities by input, or how to estimate them; capital 0.5 and labour 0.5 where not given."""
    by: str | tuple[str, ...] | None = None
    """Grouping for sums, or several; plates, or the study's own, where it is not given."""

    def run(self, work: Work) -> Result:
        """Account."""
        from xinzhi.productivity import growth

        options = {k: v for k, v in self.options(work).items() if k != "bad" or v is not None}
        return growth(work.whole, shares=self.shares, by=self.by, **options)


class Carbon(OfYears):
    """Why emissions changed (Kaya, LMDI)."""

    kind: Literal["carbon"] = "carbon"
    title: ClassVar[Text] = Text("排放变化的来源", "what the change of emissions is made of")
    bad: str = "co2"
    """What is emitted."""
    base_year: int | None = None
    """Year of prices; the first year used where it is not given."""
    sectors: bool = True
    """Use the bundled energy by sector where the panel is the bundled one of provinces."""
    by: str | tuple[str, ...] | None = None
    """Grouping for sums, or several; plates, or the study's own, where it is not given."""

    def uses(self, presets: Mapping[str, Any]) -> tuple[str, ...]:
        """Emissions, energy, output and population."""
        return (self.bad, "energy", "gdp", "gdp_index", "population")

    def run(self, work: Work) -> Result:
        """Decompose."""
        from xinzhi.productivity import carbon

        sectors = "bundled" if self.sectors else None
        years = self.span(work)
        return carbon(work.whole, bad=self.bad, sectors=sectors, by=self.by, base_year=self.base_year, years=years)
