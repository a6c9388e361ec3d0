"""An index as the report reads it: the last year, the moves, the layers, the odds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from xinzhi.base.text import Text
from xinzhi.report import flags
from xinzhi.report.context import Context
from xinzhi.report.words import figure, joined

_INTERVAL = Text(
    "括号内为 {level} 区间，来自 {draws} 次改变标准化、赋权、合成方式、指标组合与数据误差的重算。",
    "In brackets the {level} interval over {draws} recomputations with other normalisations, weights, aggregations, indicators and data "
    "errors.",
)
_SHORT = 10  # characters
_INDEX = Text("综合指数", "composite index")
_EXPONENTS = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}


@dataclass(frozen=True)
class IndexView:
    """An IndexResult with its place in the study.

    step    id of its step
    result  the IndexResult
    """

    context: Context
    step: str
    result: Any

    @property
    def leading(self) -> bool:
        """Whether this is the index that the first screen tells."""
        return self.context.first_step("index") == self.step

    @property
    def title(self) -> Text:
        """What is measured."""
        title: Text = self.result.title
        return title

    @property
    def short(self) -> Text:
        """What is measured, in a word that fits a sentence and a legend."""
        return self.title if len(self.title.zh) <= _SHORT else _INDEX

    @cached_property
    def frame(self) -> pd.DataFrame:
        """region, year, score, low, high, rank, rank_low, rank_high."""
        frame: pd.DataFrame = self.result.frame.assign(region=self.result.frame["region"].astype(str))
        return frame

    @cached_property
    def audit(self) -> Any | None:
        """The audit of this study, None where there is none."""
        return self.context.first("audit") if self.leading else None

    @property
    def first(self) -> int:
        """The first year."""
        return int(self.frame["year"].min())

    @property
    def last(self) -> int:
        """The last year."""
        return int(self.frame["year"].max())

    @property
    def years(self) -> list[int]:
        """All years, ascending."""
        return sorted(int(y) for y in self.frame["year"].unique())

    def at(self, year: int) -> pd.DataFrame:
        """One year in order of rank, then of code; regions without a score are left to the end."""
        return (
            self.frame[self.frame["year"] == year]
            .sort_values(["rank", "region"], na_position="last")
            .reset_index(drop=True)
        )

    def series(self, region: str) -> pd.DataFrame:
        """One region over the years, indexed by year."""
        return self.frame[self.frame["region"] == region].set_index("year").reindex(self.years)

    def moved(self, regions: Iterable[str], by_region: bool = False) -> Any:
        """Places gained from the first year to the last (up is positive): an array, or a Series by region."""
        ranks = self.frame.pivot(index="region", columns="year", values="rank")
        change = (ranks[self.first] - ranks[self.last]).reindex(list(regions))
        return change if by_region else change.to_numpy()

    def gained(self, region: str, year: int) -> float:
        """Places a region gained from the first year to `year`; NaN where it was not ranked then."""
        ranks = self.series(region)["rank"].to_dict()
        return float(ranks[self.first]) - float(ranks[year])

    def always_first(self, region: str) -> bool:
        """Whether a region was first in every year."""
        return bool((self.series(region)["rank"] == 1).all())

    @cached_property
    def layers(self) -> dict[str, Text]:
        """Layer id → its name, in the order of the preset."""
        titles = {str(k): layer.text for k, layer in self.result.preset.layers.items()}
        present = dict.fromkeys(str(k) for k in self.result.layers["layer"])
        return {
            k: titles.get(k, Text(k, k))
            for k in [*(t for t in titles if t in present), *(p for p in present if p not in titles)]
        }

    def layer_scores(self, year: int) -> pd.DataFrame:
        """Regions × layers, scores of one year."""
        return self._layers(year, "score")

    def layer_ranks(self, year: int) -> pd.DataFrame:
        """Regions × layers, ranks of one year."""
        return self._layers(year, "rank")

    def _layers(self, year: int, what: str) -> pd.DataFrame:
        every: pd.DataFrame = self.result.layers
        rows = every[every["year"] == year]
        wide = rows.assign(region=rows["region"].astype(str)).pivot(index="region", columns="layer", values=what)
        return wide.rename(columns=str).reindex(columns=list(self.layers))

    @cached_property
    def notes(self) -> dict[str, Text]:
        """Region → what is missing or treated among its figures of the last year."""
        return flags.by_region(self.result, self.last)

    def starred(self, region: str) -> Text:
        """The name of a region, with a star where its figures are incomplete or treated."""
        name = self.context.name(region)
        return joined([name, Text(flags.STAR, flags.STAR)], "", "") if region in self.notes else name

    @property
    def warning(self) -> Text:
        """What a figure of the last year must say about its data: starred regions, proxies."""
        told = [flags.sentence(self.context, self.notes), *flags.proxies(self.context, self.result)]
        return joined(told)

    def ahead(self, one: str, other: str) -> float | None:
        """The share of recomputations in which `one` was ahead of `other` in the last year; None without an audit."""
        return None if self.audit is None else float(self.audit.ahead(one, other, self.last))

    @property
    def interval_words(self) -> Text:
        """What the intervals rest on."""
        draws = self.result.recipe.parameters.get("draws", "—")
        return _INTERVAL.fill(level=figure(self.result.level, "share", 0), draws=draws)

    @cached_property
    def normalised(self) -> pd.DataFrame:
        """(region, year) × indicators in the order of the preset, larger is better; NaN where missing."""
        cells: pd.DataFrame = self.result.values
        wide = cells.pivot(index=["region", "year"], columns="indicator", values="normalised")
        return wide[[i.id for i in self.result.preset.indicators]]


def scoring(context: Context, step: str, result: Any) -> dict[str, Any] | None:
    """What `xinzhi.report.live.Live` holds, for an index that is a mean with one set of weights; None for any other."""
    method = result.method
    if method.aggregate not in _EXPONENTS or not method.pooled:
        return None
    view = IndexView(context, step, result)
    indicators = result.preset.indicators
    ids, order = [i.id for i in indicators], list(view.layers)
    keys = list(zip(view.frame["region"], view.frame["year"].astype(int), strict=True))
    index = pd.MultiIndex.from_tuples(keys, names=["region", "year"])
    by_layer = result.layers.pivot(index=["region", "year"], columns="layer", values="score").reindex(index)
    return {
        "title": view.title,
        "rows": [(region, context.name(region), year) for region, year in keys],
        "layers": list(view.layers.values()),
        "members": [order.index(result.preset.layer_of[i]) for i in ids],
        "names": [i.name for i in indicators],
        "weights": result.weights.set_index("indicator")["weight"].reindex(ids).to_numpy(dtype=float),
        "z": view.normalised.reindex(index).to_numpy(dtype=float),
        "scores": view.frame["score"].to_numpy(dtype=float),
        "layer_scores": by_layer[order].to_numpy(dtype=float),
        "ranks": view.frame["rank"].to_numpy(dtype=float),
        "exponent": _EXPONENTS[method.aggregate],
        "floor": float(method.floor),
    }
