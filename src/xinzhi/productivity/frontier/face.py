"""A stochastic frontier of regions: efficiency apart from noise, with intervals, and what productivity growth is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from xinzhi.atlas import map_option, shapes_for
from xinzhi.base.calls import python_line, unusual
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Table
from xinzhi.base.text import Lang, Text
from xinzhi.panel import Panel
from xinzhi.panel.labels import listed, measure_name, name_of
from xinzhi.productivity.calls import tfp_line
from xinzhi.productivity.frontier.fit import FORMS, KINDS, Fitted, Setting, fitted
from xinzhi.productivity.inputs.face import InputsResult, prepared
from xinzhi.productivity.tfp.models import without

MOST = 40  # regions that a ranking can name
PARTS = ("technical", "scale", "efficiency", "allocation", "total")


@dataclass(frozen=True)
class FrontierResult(Result):
    """A stochastic frontier of regions.

    frame    a row a region and year: region, year, efficiency (Battese & Coelli), low and high (its interval), jlms
             (Jondrow et al.), rank, returns (to scale), technical (change a year, in logarithms)
    changes  a row a region and pair of years: region, start, year, technical, scale, efficiency, allocation (NaN without
             cost shares) and total, in logarithms (Kumbhakar); no rows where that is not defined
    fitted   estimates, elasticities and conditions
    data, how, recipe
    """

    frame: pd.DataFrame
    changes: pd.DataFrame
    fitted: Fitted
    data: InputsResult
    how: Setting
    recipe: Recipe

    @property
    def title(self) -> Text:
        """What it is called."""
        years = self.data.span
        form, kind = FORMS[self.how.form], KINDS[self.how.model]
        return Text(
            f"{years} 年随机前沿（{form.zh}，{kind.zh}）", f"Stochastic frontier ({form.en}, {kind.en}), {years}"
        )

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of productivity growth that are known, the total last."""
        return tuple(p for p in PARTS if self.changes[p].notna().any())

    @property
    def last(self) -> pd.DataFrame:
        """The rows of the last year, best first."""
        rows = self.frame[self.frame["year"] == self.data.years[-1]]
        return rows.sort_values("efficiency", ascending=False, kind="stable")

    def tables(self) -> dict[str, Table]:
        """`estimates`, `efficiency` regions × years, `scores` with intervals, `decomposition` by year, `regions`,
        `conditions` and the inputs."""
        from xinzhi.productivity.frontier.tables import tables

        return tables(self)

    def summary(self, lang: Lang | None = None) -> str:
        """How efficient regions are, whether inefficiency can be told from noise, and what growth is made of."""
        from xinzhi.productivity.frontier.tables import summary

        return summary(self, lang)

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """Regions in order of efficiency in the last year, with intervals."""
        from xinzhi.chart import ranking

        rows, year = self.last, self.data.years[-1]
        return ranking(
            [name_of(self.data.panel.places, str(c)) for c in rows["region"]],
            rows["efficiency"].to_numpy(dtype=float),
            low=rows["low"].to_numpy(dtype=float),
            high=rows["high"].to_numpy(dtype=float),
            keys=[str(c) for c in rows["region"]],
            axis=Text("效率（0–1）及其区间", "efficiency (0–1), with intervals"),
            limit=MOST,
            numbers=True,
            title=Text(f"{year} 年的随机前沿效率", f"Efficiency on the stochastic frontier, {year}"),
            note=self.data.proxies,
            lang=lang,
        )

    def map(self, lang: Lang | None = None) -> dict[str, Any] | None:
        """The map of the last year, classes from all years; None where the places have no boundaries or all are alike."""
        from xinzhi.chart import classes

        shapes = shapes_for(self.data.panel.places, self.data.regions)
        every = [float(v) for v in self.frame["efficiency"]]
        if shapes is None or max(every) - min(every) < 1e-9:
            return None
        rows, year = self.last, self.data.years[-1]
        return map_option(
            shapes,
            {str(c): float(e) for c, e in zip(rows["region"], rows["efficiency"], strict=True)},
            classes(every),
            legend_title=Text("效率", "efficiency"),
            title=Text(
                f"{year} 年随机前沿效率的地区分布", f"Efficiency on the stochastic frontier, on the map, {year}"
            ),
            note=self.data.proxies,
            lang=lang,
        )


def frontier(
    panel: Panel | InputsResult,
    model: str = "bc92",
    *,
    form: str = "translog",
    distribution: str = "half-normal",
    trend: bool = True,
    factors: Sequence[str] = (),
    shares: Mapping[str, float] | None = None,
    level: float = 0.95,
    draws: int = 128,
    seed: int = 0,
    **options: Any,
) -> FrontierResult:
    """The stochastic frontier of a panel's output on its inputs.

    panel         a panel, with options of `inputs` (its preset is klg: capital and labour), or inputs made before
    model         cross-section, bc92 (decay over time), bc95 (`factors` move inefficiency), tfe or tre (true fixed or random effects)
    form          cobb-douglas or translog; inputs are over their geometric means, so first-order terms are elasticities there
    distribution  of inefficiency: half-normal, truncated, exponential
    trend         whether the frontier moves with time
    factors       for bc95: indicators or formulas over the panel
    shares        cost shares by input, which give the part of allocation
    level         of the intervals; draws and seed serve tre

    Raises UsageError or DataError in one sentence for zeros, gaps in `factors`, and options that do not fit together.
    Source: Battese & Coelli (1992, 1995); Greene (2005); Kumbhakar & Lovell (2000).
    """
    if not isinstance(panel, InputsResult):
        options.setdefault("preset", "klg")
    data = prepared(panel, options)
    how = Setting(model, form, distribution, trend, tuple(factors), level, draws, seed)
    found = fitted(data, how, shares)
    left = without(Text("随机前沿", "stochastic frontier"), data.of("bad"))
    assumed = (*_told(data, how), *data.assumptions, *left, *found.estimates.notes, *found.notes)
    return FrontierResult(
        _frame(data, found), _changes(data, found), found, data, how, _recipe(data, how, shares, assumed)
    )


def _told(data: InputsResult, how: Setting) -> tuple[Text, ...]:
    kinds = {"half-normal": Text("半正态", "half-normal"), "truncated": Text("截断正态", "truncated normal"), "exponential": Text("指数", "exponential")}  # fmt: skip
    spread = kinds["truncated" if how.model == "bc95" else how.distribution]
    said = Text(
        f"{KINDS[how.model].zh}，{FORMS[how.form].zh}，无效率服从{spread.zh}分布",
        f"{KINDS[how.model].en}, {FORMS[how.form].en}, inefficiency {spread.en}",
    )
    if not how.factors:
        return (said,)
    names = listed([measure_name(data.panel, f) for f in how.factors])
    return said, Text(f"效率的影响因素：{names.zh}", f"inefficiency moves with {names.en}")


def _frame(data: InputsResult, found: Fitted) -> pd.DataFrame:
    n, T = len(data.regions), len(data.years)
    columns = {
        "efficiency": found.efficiency, "low": found.low, "high": found.high, "jlms": found.jlms,
        "returns": found.elasticities.sum(axis=2), "technical": found.technical,
    }  # fmt: skip
    long = {name: values.T.ravel() for name, values in columns.items()}
    frame = pd.DataFrame({"region": np.repeat(data.regions, T), "year": np.tile(data.years, n), **long})
    frame.insert(5, "rank", frame.groupby("year")["efficiency"].rank(ascending=False, method="min"))
    return frame


def _changes(data: InputsResult, found: Fitted) -> pd.DataFrame:
    if found.change is None:
        return pd.DataFrame(columns=["region", "start", "year", *PARTS])
    n, years = len(data.regions), data.years
    parts = {p: getattr(found.change, p).T.ravel() for p in PARTS}
    spans = {"start": np.tile(years[:-1], n), "year": np.tile(years[1:], n)}
    return pd.DataFrame({"region": np.repeat(data.regions, len(years) - 1), **spans, **parts})


def _recipe(data: InputsResult, how: Setting, shares: Mapping[str, float] | None, assumed: tuple[Text, ...]) -> Recipe:
    given = {
        name: getattr(how, name) for name in ("form", "distribution", "trend", "factors", "level", "draws", "seed")
    }
    rest = {k: v for k, v in data.stated.items() if (k, v) != ("preset", "klg")}
    chosen = {**unusual(frontier, {**given, "shares": shares}), **rest}
    return Recipe(
        method="xinzhi.productivity.frontier",
        title=Text("随机前沿", "stochastic frontier"),
        parameters={
            "model": how.model, "form": how.form, "distribution": how.distribution, "trend": how.trend, "factors": list(how.factors),
            "level": how.level, "draws": how.draws, "data": data.recipe.parameters,
        },
        formula="ln y = f(ln x, t) + v − u; TFP growth = ∂f/∂t + (e − 1) Σ (e_j/e) Δ ln x_j + Δ ln TE + allocation",
        sources=(
            "Aigner, Lovell & Schmidt (1977), Journal of Econometrics 6", "Battese & Coelli (1992), Journal of Productivity Analysis 3",
            "Battese & Coelli (1995), Empirical Economics 20", "Greene (2005), Journal of Econometrics 126",
            "Kumbhakar & Lovell (2000), Stochastic Frontier Analysis, ch. 8", *data.recipe.sources,
        ),
        data=data.recipe.data,
        seed=how.seed if how.model == "tre" else None,
        assumptions=assumed,
        python=python_line("productivity.frontier", (how.model,), chosen),
        cli=tfp_line("frontier", {"model": how.model, **chosen}, data.panel),
    )  # fmt: skip
