"""Where an effect is strong and where it is not: the face of GWR and MGWR, with a map of every coefficient."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from xinzhi.atlas import map_option, points, shapes_for
from xinzhi.base.calls import command_line, python_line, unusual
from xinzhi.base.errors import UsageError, unknown
from xinzhi.base.numbers import write_number
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text, language
from xinzhi.panel import Panel
from xinzhi.panel.balanced import balanced
from xinzhi.panel.bundled import bundled_name
from xinzhi.panel.labels import REGION, measure_name, named
from xinzhi.space.local_regression import Criterion, Kernel, LocalRegression, gwr, mgwr
from xinzhi.space.weights.neighbours import placed

_CONSTANT = "(intercept)"
MODELS = {"gwr": Text("GWR", "GWR"), "mgwr": Text("MGWR", "MGWR")}
_READ = Text(
    "带宽为参与局部回归的邻居数，越大越接近全局；显著以 da Silva 与 Fotheringham（2016）校正的临界 t 值判断。MGWR 的系数为标准化变量的系数。",
    "The bandwidth is the number of neighbours in a local regression: the larger, the closer to a global effect; significance uses the critical t of da Silva & Fotheringham (2016). Coefficients of MGWR are those of standardised variables.",
)


@dataclass(frozen=True)
class LocalEffectsResult(Result):
    """Local coefficients of one year.

    frame    a row a region and term: region, term, estimate, se, t, significant
    spread   a row a term: term, bandwidth, least, median, most, significant (share of regions), positive (share), enp
    fit      the kernel's own result
    model    gwr or mgwr
    of, names, year, panel, recipe
    """

    frame: pd.DataFrame
    spread: pd.DataFrame
    fit: LocalRegression
    model: str
    of: Text
    names: dict[str, Text]
    year: int
    panel: Panel
    recipe: Recipe

    def tables(self) -> dict[str, Table]:
        """`spread`, how each coefficient varies, and `coefficients`, region by region."""
        spread = self.spread.copy()
        spread.insert(0, "name", [self.names[str(t)] for t in spread["term"]])
        rows = named(self.frame, self.panel.places)
        rows.insert(1, "variable", [self.names[str(t)] for t in rows["term"]])
        kind = MODELS[self.model]
        quality = Text(
            f"R² = {self.fit.r2:.3f}，AICc = {write_number(self.fit.aicc, 'number', 1)}。{_READ.zh}",
            f"R² = {self.fit.r2:.3f}, AICc = {write_number(self.fit.aicc, 'number', 1)}. {_READ.en}",
        )
        return {
            "spread": Table(
                spread,
                _SPREAD,
                Text(f"{self.year} 年{self.of.zh}的 {kind.zh} 系数", f"{kind.en} coefficients of {self.of.en}, {self.year}"),
                note=quality,
            ),
            "coefficients": Table(
                rows,
                _LOCAL,
                Text(f"{self.year} 年{self.of.zh}的局部系数", f"Local coefficients of {self.of.en}, {self.year}"),
                note=quality,
            ),
        }  # fmt: skip

    def summary(self, lang: Lang | None = None) -> str:
        """How far each coefficient varies, and where it is significant."""
        spoken = lang or language()
        parts = [
            Text("{year} 年 {model} 的 R² 为 {r2}。", "The {model} of {year} has an R² of {r2}.").fill(
                year=self.year, model=MODELS[self.model], r2=write_number(self.fit.r2, "index")
            )
        ]
        said = Text(
            "{x}的系数在 {least} 与 {most} 之间（中位数 {median}），{share} 的地区显著。",
            "The coefficient of {x} lies between {least} and {most} (median {median}), significant in {share} of regions.",
        )
        parts += [
            said.fill(
                x=self.names[str(row["term"])],
                share=write_number(row["significant"], "share"),
                **{str(k): write_number(row[k], "signed") for k in ("least", "most", "median")},
            )
            for row in self.spread[self.spread["term"] != _CONSTANT].to_dict("records")
        ]
        return ("" if spoken == "zh" else " ").join(p.say(spoken) for p in parts)

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """The median of every coefficient between its least and its greatest local value."""
        from xinzhi.chart import intervals

        rows = self.spread[self.spread["term"] != _CONSTANT]
        return intervals(
            [self.names[str(t)] for t in rows["term"]],
            *(rows[c].to_numpy(dtype=float) for c in ("median", "least", "most")),
            axis=Text("局部系数（最小–中位–最大）", "local coefficient (least, median, greatest)"),
            order=False,
            reference=0.0,
            title=Text(f"{self.year} 年{self.of.zh}的局部系数", f"Local coefficients of {self.of.en}, {self.year}"),
            lang=lang,
        )

    def map(self, lang: Lang | None = None, factor: str | None = None) -> dict[str, Any] | None:
        """The local coefficients of one factor, the first by default; None without boundaries."""
        from xinzhi.chart import classes

        terms = [t for t in dict.fromkeys(self.frame["term"]) if t != _CONSTANT]
        term = factor or terms[0]
        if term not in set(self.frame["term"]):
            raise unknown(Text("因子", "factor"), term, terms)
        rows = self.frame[self.frame["term"] == term]
        codes = [str(c) for c in rows["region"]]
        shapes = shapes_for(self.panel.places, codes)
        if shapes is None:
            return None
        values = rows["estimate"].to_numpy(dtype=float)
        both = bool((values < 0).any() and (values > 0).any())
        name = self.names[term]
        return map_option(
            shapes,
            dict(zip(codes, values.tolist(), strict=True)),
            classes(values, 6 if both else 5, "quantile", diverging=both),
            legend_title=Text("局部系数", "local coefficient"),
            lang=lang,
            title=Text(f"{self.year} 年{name.zh}的局部系数", f"Local coefficient of {name.en}, {self.year}"),
        )


def local_effects(
    panel: Panel,
    of: str,
    factors: Sequence[str],
    *,
    model: Literal["gwr", "mgwr"] = "gwr",
    year: int | None = None,
    bandwidth: float | None = None,
    kernel: Kernel = "bisquare",
    criterion: Criterion = "AICc",
    regions: Iterable[str] | None = None,
) -> LocalEffectsResult:
    """Regressions of `of` on `factors` whose coefficients differ from place to place (GWR or MGWR), in one year.

    year       the last with data where None
    bandwidth  neighbours, for gwr; the one with the least `criterion` where None
    kernel     bisquare, gaussian or exponential

    Regions lie at their seat of government, distances are great-circle. Raises MissingPartError without the extra `econ`,
    UsageError without any factor.
    """
    if not factors:
        raise UsageError("至少需要一个解释变量", "at least one factor is needed", code="866")
    if model not in MODELS:
        raise unknown(Text("局部回归模型", "local regression"), str(model), MODELS)
    data = placed(panel, balanced(panel, [of, *factors], None if year is None else [year], regions))
    lonlat = points(list(data.regions), panel.places)[["lon", "lat"]].to_numpy(dtype=float)
    y, x = data[of][-1], np.column_stack([data[f][-1] for f in factors])
    fit = (
        gwr(y, x, lonlat, bandwidth, kernel, criterion=criterion, spherical=True)
        if model == "gwr"
        else mgwr(y, x, lonlat, kernel, criterion=criterion, spherical=True)
    )
    terms = [_CONSTANT, *factors]
    asked = {"regions": data.asked.get("regions"), "year": year}
    given = {"model": model, "bandwidth": bandwidth, "kernel": kernel, "criterion": criterion}
    chosen = unusual(local_effects, {**given, **asked})
    return LocalEffectsResult(
        _rows(fit, terms, data.regions),
        _spread(fit, terms),
        fit,
        model,
        measure_name(panel, of),
        {f: measure_name(panel, f) for f in factors} | {_CONSTANT: Text("常数", "constant")},
        data.years[-1],
        panel,
        Recipe(
            method="xinzhi.space.local_effects",
            title=Text("地理加权回归", "geographically weighted regression"),
            parameters={"of": of, "factors": list(factors), "model": model, "year": data.years[-1], "bandwidth": bandwidth, "kernel": kernel, "criterion": criterion},
            formula="y_i = Σ_k β_k(u_i, v_i)·x_ik + ε_i, weights by distance to i",
            sources=("Fotheringham, Brunsdon & Charlton (2002)", "Fotheringham, Yang & Kang (2017), Annals of the AAG 107", "Oshan et al. (2019), ISPRS IJGI 8"),
            data={panel.name: panel.hash},
            assumptions=(*data.assumptions, Text("各地区以政府驻地为代表点，距离为球面距离", "regions lie at their seat of government, distances are great-circle")),
            python=python_line("space.local_effects", (of, list(factors)), chosen),
            cli=command_line("space --what local", (of,), {"factors": list(factors), **chosen}, ("factors",), bundled_name(panel), {"model": "models", "year": "years"}),
        ),
    )  # fmt: skip


def _rows(fit: LocalRegression, terms: Sequence[str], codes: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"region": code, "term": t, "estimate": fit.params[i, k], "se": fit.se[i, k], "t": fit.tvalues[i, k], "significant": bool(fit.significant[i, k])}
            for k, t in enumerate(terms)
            for i, code in enumerate(codes)
        ]
    )  # fmt: skip


def _spread(fit: LocalRegression, terms: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "term": list(terms),
            "bandwidth": fit.bandwidth,
            "least": fit.params.min(axis=0),
            "median": np.median(fit.params, axis=0),
            "most": fit.params.max(axis=0),
            "significant": fit.significant.mean(axis=0),
            "positive": (fit.params > 0).mean(axis=0),
            "enp": fit.enp,
        }
    )


_SPREAD = (
    Column("name", Text("变量", "variable"), style="text"),
    Column("bandwidth", Text("带宽", "bandwidth"), style="number", digits=0),
    Column("least", Text("最小", "least"), style="signed"),
    Column("median", Text("中位", "median"), style="signed"),
    Column("most", Text("最大", "greatest"), style="signed"),
    Column("significant", Text("显著地区", "significant"), style="share"),
    Column("positive", Text("为正地区", "positive"), style="share"),
    Column("enp", Text("有效参数", "effective parameters"), style="number"),
)
_LOCAL = (
    REGION,
    Column("variable", Text("变量", "variable"), style="text"),
    Column("estimate", Text("系数", "coefficient"), style="signed", digits=4),
    Column("se", Text("标准误", "standard error"), style="number", digits=4),
    Column("t", Text("t 值", "t"), style="number"),
    Column("significant", Text("显著", "significant"), style="flag"),
)
