"""The step that measures: a composite index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from xinzhi.base.result import Result
from xinzhi.base.text import Text
from xinzhi.study.schema import OWN
from xinzhi.study.steps.step import Runnable, Work

Treatment = Literal["none", "skew-kurtosis", "winsorise", "log", "quantile"]


class Index(Runnable):
    """A composite index over the study's panel; its options are those of `xinzhi.index`."""

    kind: Literal["index"] = "index"
    title: ClassVar[Text] = Text("综合指数", "composite index")
    preset: str | None = None
    """Index system: a built-in one, or one of the study's own; the study's own indicators where none is named."""
    normalise: str = "minmax"
    """How indicators are made comparable: minmax, zscore, rank, percentile, log-minmax and so on."""
    weights: str | dict[str, float] = "entropy"
    """entropy, critic, cv, std, pca, equal, game, multiplicative, given, or indicator: importance."""
    aggregate: str = "arithmetic"
    """arithmetic, geometric, harmonic, mpi, copeland, borda, topsis, vikor, grey, rank-sum-ratio, benefit-of-doubt."""
    layering: Literal["pooled", "equal", "given"] | None = None
    """How layers are weighted."""
    layer_weights: dict[str, float] | None = None
    """Layer: importance."""
    pooled: bool = True
    """One yardstick for all years, so that years compare; false measures each year by itself."""
    missing: Literal["renormalise", "drop", "fail"] = "renormalise"
    """What is done where an indicator is missing: scored over the rest, left out, or refused."""
    coverage: float = Field(default=0.5, gt=0, le=1)
    """With renormalise: the least share of indicators a region must have in a year to be scored."""
    treat: Treatment | dict[str, Treatment] | None = None
    """Treatment of outliers, for all indicators or by indicator."""
    goalposts: dict[str, tuple[float, float]] | None = None
    """Indicator: lower and upper end in its own unit."""
    floor: float = Field(default=0.01, ge=0, lt=1)
    """Geometric and harmonic means: what the lowest normalised value counts as."""
    draws: int = Field(default=1000, ge=1)
    """Replications behind the intervals."""
    level: float = Field(default=0.9, gt=0, lt=1)
    """Share that the intervals cover."""

    def uses(self, presets: Mapping[str, Any]) -> tuple[str, ...]:
        """What the formulas of the index system read."""
        from xinzhi.measure.presets import preset

        return preset(self.system(presets)).sources

    def system(self, presets: Mapping[str, Any]) -> Any:
        """The index system: the one named, else that of the study's own indicators, else the three layers."""
        name = self.preset or (OWN if OWN in presets else "three-layers")
        return presets.get(name, name)

    def run(self, work: Work) -> Result:
        """Measure."""
        from xinzhi.measure.index.face import index

        options = self.model_dump(exclude={"kind", "id", "of", "seed", "preset"})
        years = work.panel.years if work.years_stated else None
        return index(work.panel, self.system(work.presets), years, seed=work.seed, **options)
