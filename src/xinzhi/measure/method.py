"""How an index is made, as a value: one method, and the range over which an audit varies it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from xinzhi.base.text import Text

Layering = Literal["pooled", "equal", "given"]
Missing = Literal["renormalise", "drop", "fail"]

NORMALISATIONS = (
    "minmax", "zscore", "rank", "percentile", "borda", "max", "sum", "vector",
    "distance", "log-minmax", "sigmoid", "robust",
)  # fmt: skip
WEIGHTINGS = ("entropy", "critic", "cv", "std", "pca", "equal", "given", "game", "multiplicative")
AGGREGATIONS = ("arithmetic", "geometric", "harmonic", "mpi", "copeland", "borda", "benefit-of-doubt", "topsis",
                "vikor", "grey", "rank-sum-ratio")  # fmt: skip
LAYERINGS: dict[Layering, Text] = {
    "pooled": Text("全部指标一起赋权，层权重为层内指标权重之和", "all indicators are weighted together; a layer weighs as much as its indicators"),
    "equal": Text("层内赋权，各层等权", "indicators are weighted within their layer; layers weigh the same"),
    "given": Text("层内赋权，层权重给定", "indicators are weighted within their layer; layer weights are given"),
}  # fmt: skip


@dataclass(frozen=True)
class Method:
    """One way of turning indicators into a score.

    normalise      one of NORMALISATIONS; columns are normalised over all rows, or year by year when not `pooled`
    weights        one of WEIGHTINGS; data-driven weights come from the same rows as the normalisation
    aggregate      one of AGGREGATIONS, used within layers and across them
    pooled         True: one yardstick and one set of weights for all years, so that years compare
    layering       how layers are weighted; see LAYERINGS
    layer_weights  (k,) in the order of the layer numbers 0…k−1, for layering "given"
    given          (m,) weights, for weights "given"
    goalposts      per indicator (low, high) in raw units, or None for the observed range; None where none is stated
    floor          geometric, harmonic: z is rescaled to floor + (1 − floor)·z first, so that a last place is not a zero
    missing        NaN in x: "renormalise" (a layer is scored over the indicators that a row has, in the proportions of
                   their weights; a row without any indicator of a layer is scored over its other layers), "drop"
                   (rows with a gap are left out before), "fail"
    """

    normalise: str = "minmax"
    weights: str = "entropy"
    aggregate: str = "arithmetic"
    pooled: bool = True
    layering: Layering = "pooled"
    layer_weights: tuple[float, ...] | None = None
    given: tuple[float, ...] | None = None
    goalposts: tuple[tuple[float, float] | None, ...] | None = None
    floor: float = 0.01
    missing: Missing = "renormalise"


@dataclass(frozen=True)
class Variation:
    """What an audit varies, and how far; the nominal choice is always among the alternatives.

    normalise     alternatives, all on 0–1 so that scores compare
    weights       alternatives
    aggregate     alternatives
    weight_noise  each weight is multiplied by a uniform draw from 1 ± weight_noise, then all are rescaled to one
    remove        at most this many indicators are left out of a draw (0 none)
    data_noise    standard deviation of the error added to each cell, as a share of the indicator's standard deviation
    """

    normalise: tuple[str, ...] = ("minmax", "percentile", "sigmoid")
    weights: tuple[str, ...] = ("entropy", "critic", "cv", "equal")
    aggregate: tuple[str, ...] = ("arithmetic", "geometric")
    weight_noise: float = 0.25
    remove: int = 1
    data_noise: float = 0.05
