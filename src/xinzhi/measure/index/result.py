"""What an index gives back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from xinzhi.base.errors import DataError, unknown
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Table
from xinzhi.base.text import Lang, Text
from xinzhi.measure.inputs import Inputs
from xinzhi.measure.method import Method
from xinzhi.measure.preset import Preset
from xinzhi.panel import Panel

if TYPE_CHECKING:
    from xinzhi.measure.index.explain import Explanation


@dataclass(frozen=True)
class IndexResult(Result):
    """An index over regions and years.

    frame    one row a region and year: region, year, score, low, high, rank (1 the highest of the year), rank_low,
             rank_high; observed and estimated, shares of the weight that has a value and that was estimated
    layers   region, year, layer, score, rank, observed
    weights  layer, indicator, weight, within, effective, correlation, direction (and year, where each has its own)
    values   region, year, layer, indicator, raw, treated, normalised, weight, contribution, mark
    preset   the indicator system
    method   how the scores were made
    panel    the part of the data that was used, with its places and its record of touched cells
    inputs   the same as arrays, as an audit takes it
    level    share of the replications that the intervals cover
    recipe   how to make it again, and what was assumed
    """

    frame: pd.DataFrame
    layers: pd.DataFrame
    weights: pd.DataFrame
    values: pd.DataFrame
    preset: Preset
    method: Method
    panel: Panel
    inputs: Inputs
    level: float
    recipe: Recipe

    @property
    def title(self) -> Text:
        """What is measured."""
        return self.preset.title

    @property
    def years(self) -> list[int]:
        """The years scored, ascending."""
        return sorted({int(y) for y in self.inputs.years})

    @property
    def regions(self) -> list[str]:
        """The codes scored in some year, sorted."""
        return sorted(set(self.inputs.regions))

    @property
    def normalised(self) -> pd.DataFrame:
        """Normalised values, (region, year) × indicators."""
        wide = self.values.pivot(index=["region", "year"], columns="indicator", values="normalised")
        return wide[list(self.inputs.names)].rename_axis(columns=None)

    @property
    def left_out(self) -> pd.DataFrame:
        """Regions and years that were not scored, with the reason."""
        return self.inputs.left_out

    def at(self, year: int | None = None) -> pd.DataFrame:
        """The rows of one year, the last where not given, in order of rank."""
        wanted = self.years[-1] if year is None else int(year)
        if wanted not in self.years:
            raise unknown(Text("年份", "year"), str(wanted), [str(y) for y in self.years], code="750")
        rows = self.frame[self.frame["year"] == wanted]
        return rows.sort_values(["rank", "region"], ignore_index=True)

    def code(self, region: str) -> str:
        """The code of a region, scored or left out, given by code or by a name that is certain."""
        known: list[str] = sorted({*self.regions, *map(str, self.left_out["region"])})
        if region in known:
            return region
        for code in known:
            if region in (self.panel.places.label(code, "zh"), self.panel.places.label(code, "en")):
                return code
        match = self.panel.places.resolve(region)
        if match.certainty == "certain" and match.code in known:
            return str(match.code)
        names = [self.panel.places.label(code) for code in known]
        raise unknown(Text("地区", "region"), region, [*names, *known], code="751")

    def explain(self, region: str, indicator: str, year: int | None = None) -> Explanation:
        """The chain from the published figures to the score, for one region, indicator and year (the last by default)."""
        from xinzhi.measure.index.explain import explain

        return explain(self, self.code(region), indicator, self.years[-1] if year is None else int(year))

    def tables(self) -> dict[str, Table]:
        """ranking (last year), scores, layers, weights, values; left_out and treatment where there is something to say."""
        from xinzhi.measure.index.tables import tables

        return tables(self)

    def to_word(self, path: str | Path, lang: Lang | None = None) -> Path:
        """The tables that are read on paper, as three-line tables; the long ones (all years, all values) are in Excel."""
        from xinzhi.base.export import word

        long = ("scores", "layers", "values")
        return word.write(path, {k: t for k, t in self.tables().items() if k not in long}, self.recipe, lang)

    def summary(self, lang: Lang | None = None) -> str:
        """Who leads, by how much, how sure, and what changed."""
        from xinzhi.measure.index.words import summary

        return summary(self).say(lang)

    def figure(self, lang: Lang | None = None, year: int | None = None) -> dict[str, Any]:
        """The ranking of one year, the last by default, with intervals."""
        from xinzhi.chart import ranking

        rows = self.at(year)
        if rows.empty:
            raise DataError("没有可画的得分", "there are no scores to draw", code="752")
        codes = rows["region"].tolist()
        shown = int(rows["year"].iloc[0])
        return ranking(
            self.panel.places.labels(codes, lang),
            rows["score"].to_numpy(),
            low=rows["low"].to_numpy(),
            high=rows["high"].to_numpy(),
            keys=codes,
            axis=Text("指数", "index"),
            numbers=True,
            title=Text(f"{self.title.zh}，{shown} 年", f"{self.title.en}, {shown}"),
            note=Text(
                f"短线为 {self.level:.0%} 区间：更换赋权与合成方法，剔除指标并加入数据误差重算",
                f"Lines are {self.level:.0%} intervals over other weights and means, indicators left out and data error",
            ),
            source=self.panel.title,
            lang=lang,
        )
