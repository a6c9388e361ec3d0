"""What drives efficiency: outside variables behind the distance to the frontier, with intervals that can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from xinzhi.base.calls import python_line, unusual
from xinzhi.base.errors import UsageError
from xinzhi.base.numbers import write_number
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text, language
from xinzhi.panel import Panel
from xinzhi.panel.labels import REGION, YEAR, listed, measure_name, named
from xinzhi.productivity.calls import tfp_line
from xinzhi.productivity.envelopment.technology import returns_to_scale
from xinzhi.productivity.frontier.fit import factor
from xinzhi.productivity.inference.blocks import Progress
from xinzhi.productivity.inference.double_bootstrap import DoubleBootstrap, double_bootstrap
from xinzhi.productivity.inputs.face import InputsResult, prepared
from xinzhi.productivity.tfp.models import RTS, without
from xinzhi.productivity.tfp.words import told as paragraphs
from xinzhi.productivity.tfp.words import warned

TREND = "year"
LABEL = 40  # letters beside a bar; half as many Chinese characters


@dataclass(frozen=True)
class DriversResult(Result):
    """What moves the distance to the frontier.

    frame   a row a term: term (intercept, a factor, year, sigma), estimate (of the effect on the distance, above zero more
            inefficient), low and high, se, p (NaN for sigma), effect (estimate for one standard deviation of the factor)
    scores  a row a region and year: region, year, distance (as regressed), efficiency (its reciprocal), used
    fitted, factors, data, recipe
    """

    frame: pd.DataFrame
    scores: pd.DataFrame
    fitted: DoubleBootstrap
    factors: tuple[str, ...]
    data: InputsResult
    recipe: Recipe

    @property
    def title(self) -> Text:
        """What it is called."""
        years = self.data.span
        return Text(f"{years} 年效率的影响因素（两阶段自助法）", f"What drives efficiency (double bootstrap), {years}")

    def name(self, term: str) -> Text:
        """What a term is called."""
        known = {"intercept": Text("截距", "intercept"), "sigma": Text("σ", "σ"), TREND: Text("年份", "year")}
        return known[term] if term in known else measure_name(self.data.panel, term)

    def tables(self) -> dict[str, Table]:
        """`drivers` as papers print them, `scores`, and the inputs."""
        given = self.data.tables()
        shown = self.frame.copy()
        shown.insert(0, "name", [self.name(str(t)) for t in shown["term"]])
        level = write_number(self.fitted.level, "share", 0)
        note = Text(
            f"被解释变量为到前沿的距离（≥ 1），系数为正表示效率更低；区间为 {level} 自助法区间（Simar 与 Wilson 2007，算法 {self.fitted.algorithm}）。{self.data.basis.zh}",
            f"The distance to the frontier (≥ 1) is explained, so a positive coefficient means less efficiency; {level} bootstrap intervals (Simar & Wilson 2007, algorithm {self.fitted.algorithm}). {self.data.basis.en}".strip(),
        )
        scores = Text(f"{self.title.zh}：所用的距离与效率", f"{self.title.en}: distances and efficiencies used")
        return {
            "drivers": Table(shown, _COLUMNS, self.title, note=note),
            "scores": Table(named(self.scores, self.data.panel.places), (REGION, YEAR, *_SCORES), scores),
            "inputs": given["inputs_by_year"],
            "sources": given["sources"],
        }

    def summary(self, lang: Lang | None = None) -> str:
        """Which factors go with more or less efficiency, and which cannot be told from nothing."""
        spoken = lang or language()
        rows = self.frame[self.frame["term"].isin(self.factors)]
        clear = (rows["low"] > 0) | (rows["high"] < 0)

        parts = []
        for part, zh, en in (
            (rows[clear & (rows["estimate"] < 0)], "与效率更高相伴的有", "more efficiency goes with"),
            (rows[clear & (rows["estimate"] > 0)], "与效率更低相伴的有", "less efficiency goes with"),
            (rows[~clear], "区间含 0、无法判断的有", "no verdict, for the interval holds zero, on"),
        ):
            if len(part):
                names = listed([self.name(str(t)) for t in part["term"]])
                gap = " " if names.zh[:1].isascii() else ""
                parts.append(Text(f"{zh}{gap}{names.zh}", f"{en} {names.en}"))
        said = Text(f"{self.title.zh}：{'；'.join(p.zh for p in parts)}。", f"{self.title.en}: {'; '.join(p.en for p in parts)}.")  # fmt: skip
        told = self.recipe.assumptions[0]
        basis = Text(f"口径：{told.zh}。{self.data.basis.zh}", f"Basis: {told.en}. {self.data.basis.en}".strip())
        return paragraphs((said, warned(self.recipe)), basis, spoken)

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """The effect of one standard deviation of every factor, with intervals."""
        from xinzhi.chart import ranking

        rows = self.frame[self.frame["term"].isin(self.factors)]
        size = (rows["effect"] / rows["estimate"]).to_numpy(dtype=float)
        return ranking(
            [_short(self.name(str(t)), str(t)) for t in rows["term"]],
            rows["effect"].to_numpy(dtype=float),
            low=rows["low"].to_numpy(dtype=float) * size,
            high=rows["high"].to_numpy(dtype=float) * size,
            keys=[str(t) for t in rows["term"]],
            axis=Text("一个标准差对距离的影响（正为更低效）", "effect of one s.d. (above 0: less efficient)"),
            title=self.title,
            note=self.data.proxies,
            lang=lang,
        )  # fmt: skip


def _short(name: Text, term: str) -> Text:
    """What a bar is called: the name, or the formula as written where that would leave no room for the bar."""
    return Text(*(said if len(said) <= most else term for said, most in ((name.zh, LABEL // 2), (name.en, LABEL))))


def drivers(
    panel: Panel | InputsResult,
    factors: Sequence[str],
    *,
    rts: str = "vrs",
    orientation: str = "output",
    algorithm: int = 2,
    trend: bool = True,
    draws: int = 2000,
    bias_draws: int = 100,
    seed: int = 0,
    level: float = 0.95,
    backend: str = "serial",
    workers: int = 1,
    resume: str | Path | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> DriversResult:
    """Regress distances to the frontier of all years on `factors` by the double bootstrap.

    panel        a panel, with options of `inputs` (its preset is klg: capital and labour), or inputs made before
    factors      indicators or formulas over the panel, no cell missing
    rts          crs, vrs, drs or irs; orientation input or output
    algorithm    1, or 2 with distances corrected for bias first
    trend        also a linear trend, where there is more than one year
    draws, bias_draws, seed, level   of the bootstrap
    backend, workers, resume, progress   how draws are computed, kept and counted (see `dea_bootstrap`); the numbers are the same

    Raises UsageError or DataError in one sentence for gaps in the factors and for factors that determine one another.
    Source: Simar & Wilson (2007), Journal of Econometrics 136.
    """
    if isinstance(factors, str) or not len(factors):
        raise UsageError(
            '请给出影响因素的列表，如 factors=["urban_rate"]（命令行 --factors urban_rate）',
            'give a list of factors, such as factors=["urban_rate"] (--factors urban_rate)',
            code="949",
        )
    returns_to_scale(rts)
    if not isinstance(panel, InputsResult):
        options.setdefault("preset", "klg")
    data = prepared(panel, options)
    T, n = len(data.years), len(data.regions)
    names = [*factors, *([TREND] if trend and T > 1 else [])]
    values = [factor(data, f).ravel() for f in factors]
    years = np.repeat(np.array(data.years, dtype=float) - data.years[0], n)
    z = np.column_stack([*values, *([years] if len(names) > len(factors) else [])])
    x, y = (data.array(role).reshape(T * n, -1) for role in ("input", "good"))
    found = double_bootstrap(
        x, y, z, rts, orientation, algorithm, draws, bias_draws, seed, level, names, backend, workers, resume, progress
    )
    side = Text("产出导向", "output orientation") if orientation == "output" else Text("投入导向", "input orientation")
    told = Text(
        f"径向距离，各年合并为一个前沿，{RTS[rts].zh}，{side.zh}；同一地区各年之间的相关未建模",
        f"radial distances to one frontier of all years, {RTS[rts].en}, {side.en}; dependence of a region over years is not modelled",
    )
    left = without(Text("径向模型", "radial model"), data.of("bad"))
    assumed = (told, *data.assumptions, *left, *(note for note in found.notes if "位置" not in note.zh))
    spread = np.array([1.0, *z.std(axis=0, ddof=1), 1.0])
    frame = pd.DataFrame(
        {
            "term": found.names, "estimate": found.params, "low": found.low, "high": found.high, "se": found.se, "p": found.p_value,
            "effect": np.where(np.isin(found.names, names), found.params * spread, np.nan),
        }
    )  # fmt: skip
    cells = {"region": data.regions * T, "year": np.repeat(data.years, n)}
    scores = pd.DataFrame({**cells, "distance": found.distance, "efficiency": found.efficiency, "used": found.used})
    ordered = scores.sort_values(["region", "year"], kind="stable", ignore_index=True)
    recipe = _recipe(data, tuple(factors), found, rts, orientation, trend, draws, bias_draws, seed, assumed)
    return DriversResult(frame, ordered, found, tuple(factors), data, recipe)


def _recipe(
    data: InputsResult, factors: tuple[str, ...], found: DoubleBootstrap, rts: str, orientation: str, trend: bool, draws: int,
    bias_draws: int, seed: int, assumed: tuple[Text, ...],
) -> Recipe:  # fmt: skip
    asked = {
        "rts": rts, "orientation": orientation, "algorithm": found.algorithm, "trend": trend, "draws": draws, "bias_draws": bias_draws,
        "seed": seed, "level": found.level,
    }  # fmt: skip
    rest = {k: v for k, v in data.stated.items() if (k, v) != ("preset", "klg")}
    chosen = {**unusual(drivers, asked), **rest}
    return Recipe(
        method="xinzhi.productivity.drivers",
        title=Text("效率的影响因素", "what drives efficiency"),
        parameters={
            "factors": list(factors), "rts": rts, "orientation": orientation, "algorithm": found.algorithm, "trend": trend, "draws": draws,
            "bias_draws": bias_draws, "level": found.level, "data": data.recipe.parameters,
        },
        formula="δ = β₀ + zβ + ε ≥ 1, ε normal, truncated",
        sources=("Simar & Wilson (2007), Journal of Econometrics 136", *data.recipe.sources),
        data=data.recipe.data,
        seed=seed,
        assumptions=assumed,
        python=python_line("productivity.drivers", (list(factors),), chosen),
        cli=tfp_line("drivers", {"factors": list(factors), **chosen}, data.panel),
    )  # fmt: skip


_COLUMNS = (
    Column("name", Text("变量", "variable"), style="text"),
    Column("estimate", Text("系数", "coefficient"), digits=4, low="low", high="high"),
    Column("se", Text("标准误", "standard error"), digits=4),
    Column("p", Text("p 值", "p"), style="p"),
    Column("effect", Text("一个标准差的影响", "effect of one standard deviation"), digits=4),
)
_SCORES = (
    Column("distance", Text("距离", "distance"), digits=4),
    Column("efficiency", Text("效率", "efficiency"), style="index"),
)
