"""Inputs and outputs that can be defended: the panel that every frontier, index and account of this room rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from xinzhi.base.arrays import Array
from xinzhi.base.calls import python_line, unusual
from xinzhi.base.errors import DataError, UsageError, unknown
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text
from xinzhi.panel import Indicator, Panel
from xinzhi.panel.balanced import balanced
from xinzhi.panel.labels import REGION, listed, named, spanned
from xinzhi.panel.units import parse
from xinzhi.productivity.calls import tfp_line
from xinzhi.productivity.inputs.catalogue import NEED_PRICE, Preset, Variable, preset, replaced, variable, with_price
from xinzhi.productivity.inputs.checks import (
    briefly,
    left_out,
    overlapping,
    refuse_empty_bad,
    refuse_negative,
    touched,
    with_negative,
)
from xinzhi.productivity.inputs.series import Drawn, Rules, draw, found, lagged, wide

SENSITIVE = "敏感"  # what a note says of capital that is largely assumed
ROLES = {
    "input": Text("投入", "input"),
    "good": Text("期望产出", "good output"),
    "bad": Text("非期望产出", "bad output"),
    "link": Text("中间产出", "intermediate"),
}


@dataclass(frozen=True)
class InputsResult(Result):
    """Inputs and outputs of regions without gaps.

    frame      a row a region and year: region, year, and a column for each variable
    variables  what each column is, in the order inputs, goods, bads
    roles      id → input, good or bad
    panel      where they come from
    base       year whose prices are used
    recipe     how they were made
    stated     options of `inputs` that differ from the usual ones
    absent     which regions are not in and what they lack, or how many where they are many
    """

    frame: pd.DataFrame
    variables: tuple[Drawn, ...]
    roles: dict[str, str]
    panel: Panel
    base: int
    recipe: Recipe
    stated: Mapping[str, Any] = field(default_factory=dict)
    absent: tuple[Text, ...] = ()

    @property
    def span(self) -> str:
        """`2011–2022`, or `2022` for one year."""
        return spanned(self.years[0], self.years[-1])

    @property
    def regions(self) -> list[str]:
        """(n,) codes, in order."""
        return [str(r) for r in self.frame["region"].drop_duplicates()]

    @property
    def years(self) -> list[int]:
        """(T,) ascending."""
        return [int(y) for y in sorted(self.frame["year"].unique())]

    def of(self, role: str) -> list[Drawn]:
        """The variables of a role."""
        return [v for v in self.variables if self.roles[v.id] == role]

    def array(self, role: str) -> Array:
        """(T, n, ·) the figures of a role."""
        return np.stack([self.values(v.id) for v in self.of(role)], axis=2) if self.of(role) else self._none()

    def _none(self) -> Array:
        return np.zeros((len(self.years), len(self.regions), 0))

    def values(self, name: str) -> Array:
        """(T, n) the figures of one variable."""
        wide = self.frame.pivot(index="year", columns="region", values=name)
        return wide[self.regions].to_numpy(dtype=float)

    def only(self, t: int) -> InputsResult:
        """The same of the year at position `t` alone."""
        return replace(self, frame=self.frame[self.frame["year"] == self.years[t]].reset_index(drop=True))

    def column(self, name: str) -> Column:
        """How the variable is headed in a table."""
        drawn = next(v for v in self.variables if v.id == name)
        return Column(name, drawn.name, unit=parse(drawn.unit).name, style="money")

    @property
    def proxies(self) -> Text:
        """What stands in for something else, for a note; empty where nothing does."""
        said = [v.proxy for v in self.variables if v.proxy.zh]
        if not said:
            return Text("", "")
        return Text(f"注意：{listed(said).zh}。", f"Note: {listed(said).en}.")

    @property
    def basis(self) -> Text:
        """What figures rest on, for a note: how capital and real values were made, who is not in, and what stands in for something else."""
        made = [Text(f"{v.name.zh}：{v.rule.zh}", f"{v.name.en}: {v.rule.en}") for v in self.variables if v.rule.zh]
        said = []
        if made:
            zh, en = "；".join(t.zh for t in made), "; ".join(t.en for t in made)
            said.append(
                Text(f"{zh}；金额为 {self.base} 年价。", f"{en[0].upper()}{en[1:]}; money in prices of {self.base}.")
            )
        cautions = [n for v in self.variables for n in v.notes if SENSITIVE in n.zh]
        said += [Text(f"{t.zh}。", f"{t.en[0].upper()}{t.en[1:]}.") for t in (*cautions, *self.absent)]
        said += [self.proxies] if self.proxies.zh else []
        return Text("".join(t.zh for t in said), " ".join(t.en for t in said))

    @property
    def assumptions(self) -> tuple[Text, ...]:
        """What was assumed, proxied or left out."""
        return self.recipe.assumptions

    def tables(self) -> dict[str, Table]:
        """`inputs` of the last year, `sources` of each variable, and all years."""
        last = self.years[-1]
        columns = tuple(self.column(v.id) for v in self.variables)
        frame = named(self.frame, self.panel.places)
        title = Text("投入与产出", "inputs and outputs")
        note = self.basis
        everything = Text(f"{self.span} 年{title.zh}", f"Inputs and outputs, {self.span}")
        return {
            "inputs": Table(
                named(self.frame[self.frame["year"] == last], self.panel.places),
                (REGION, *columns),
                Text(f"{last} 年{title.zh}", f"Inputs and outputs, {last}"),
                note=note,
            ),
            "sources": Table(self._sources(), _SOURCES, Text("投入产出的来源与处理", "Where inputs and outputs come from")),
            "inputs_by_year": Table(frame, (REGION, _YEAR, *columns), everything, note=note),
        }  # fmt: skip

    def _sources(self) -> pd.DataFrame:
        return pd.DataFrame(
            [{"name": v.name, "role": ROLES[self.roles[v.id]], "unit": parse(v.unit).name, "how": v.how} for v in self.variables]
        )  # fmt: skip

    def summary(self, lang: Lang | None = None) -> str:
        """What goes in, what comes out, for whom and when."""
        goes, comes, bad = (listed([v.name for v in self.of(role)]) for role in ("input", "good", "bad"))
        said = Text(
            "{n} 个地区 {span} 年：投入为{goes}，期望产出为{comes}，非期望产出为{bad}。{basis}",
            "{n} regions, {span}: inputs are {goes}, the good output is {comes}, the bad output is {bad}. {basis}",
        )
        filled = said.fill(
            n=len(self.regions),
            span=self.span,
            goes=goes,
            comes=comes,
            bad=bad,
            basis=self.basis,
        )
        return filled.say(lang).strip()

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """The sum over regions of each variable, first year = 100."""
        from xinzhi.chart import Line, lines

        sums = self.frame.groupby("year")[[v.id for v in self.variables]].sum()
        return lines(
            self.years,
            [Line(v.name, 100 * (sums[v.id] / sums[v.id].iloc[0]).to_numpy(dtype=float)) for v in self.variables],
            axis=Text(f"{self.years[0]} 年 = 100", f"{self.years[0]} = 100"),
            title=Text("投入与产出的增长（各地区合计）", "Growth of inputs and outputs, sum of regions"),
            lang=lang,
        )


def inputs(
    panel: Panel,
    preset: str = "klegc",
    *,
    inputs: Sequence[str] | None = None,
    good: Sequence[str] | None = None,
    bad: Sequence[str] | None = None,
    labour: str | None = None,
    deflator: str | None = None,
    base_year: int | None = None,
    depreciation: float | Mapping[str, float] = 0.096,
    initial: str = "ratio",
    ratio: float = 0.1,
    bridge: str = "refuse",
    nominal: str = "refuse",
    negative: str = "refuse",
    lags: Mapping[str, int] | None = None,
    years: Iterable[int] | None = None,
    regions: Iterable[str] | None = None,
) -> InputsResult:
    """Inputs, goods and bads of regions, each with how it was made.

    preset            a set of `input_presets()`
    inputs, good, bad variables instead of the preset's: ids of the catalogue (capital, labour, energy, gdp, co2, so2 …),
                      `stock(investment, price)`, `real(value, price)`, `volume(value, index)`, or a formula over the panel;
                      an empty list leaves the role out
    labour            the indicator of employment; without it the panel's own, and resident population as a stated proxy
    deflator          the price index of GDP instead of its volume index; `gdp_deflator` is the implicit one
    base_year         year of prices; the first year used where None
    depreciation      δ of the capital stock, a fraction; or region → δ, regions not named taking 9.6 %
    initial, ratio    ratio: first real investment over `ratio` (Zhang, Wu & Zhang 2004: 10 %); growth: over growth plus δ
    bridge            gaps inside the investment series: refuse, linear or geometric
    nominal           money without a year of prices: refuse, or accept it as real and say so
    negative          negative figures: refuse, or accept for a model that takes them and say so
    lags              variable → how many years earlier its figures are taken, such as {"rd_expenditure": 2}

    Regions with a gap are left out and named. Raises DataError for negative values, a bad output that is zero throughout,
    and nominal series where real ones are needed.
    """
    if not isinstance(panel, Panel):
        raise UsageError(
            f"inputs 需要面板，得到 {type(panel).__name__}；已做好的投入产出只能交给 tfp、efficiency 与 improve",
            f"inputs needs a panel, it got {type(panel).__name__}; inputs made before can be given to tfp, efficiency and improve only",
            code="942",
        )
    asked: dict[str, Any] = {
        "preset": preset, "inputs": inputs, "good": good, "bad": bad, "labour": labour, "deflator": deflator, "base_year": base_year,
        "depreciation": depreciation, "initial": initial, "ratio": ratio, "bridge": bridge, "nominal": nominal, "negative": negative, "lags": dict(lags or {}) or None,
        "years": None if years is None else list(years), "regions": None if regions is None else list(regions),
    }  # fmt: skip
    years, regions = asked["years"], asked["regions"]
    chosen, wanted = _wanted(preset, inputs, good, bad, labour, deflator)
    _named_choice("initial", initial, ("ratio", "growth"))
    _named_choice("bridge", bridge, ("refuse", "linear", "geometric"))
    _named_choice("nominal", nominal, ("refuse", "accept"))
    _named_choice("negative", negative, ("refuse", "accept"))
    span = None if years is None else sorted({int(y) for y in years})
    every = [v for role in wanted.values() for v in role]
    base = base_year or _base(panel, every, span)
    rules = Rules(base, _rates(panel, depreciation), initial, ratio, bridge, nominal)
    drawn = [draw(panel, v, rules, span[0] if span else base) for v in every]
    for name, years_before in (lags or {}).items():
        if name not in {v.id for v in every}:
            raise unknown(Text("变量（lags）", "variable (lags)"), name, [v.id for v in every])
        if isinstance(years_before, bool) or not isinstance(years_before, int) or years_before < 0:
            raise UsageError(
                f"{name} 的滞后年数应为非负整数，得到 {years_before!r}",
                f"the lag of {name} must be a whole number of years, not negative; it is {years_before!r}",
                code="972",
            )
    drawn = [lagged(v, (lags or {}).get(v.id, 0)) for v in drawn]
    roles = {v.id: role for role, group in wanted.items() for v in group}
    columns = [f"xz_{k}" for k in range(len(drawn))]
    made = panel
    for name, one in zip(columns, drawn, strict=True):
        made = made.with_column(name, one.values, Indicator(name, unit=one.unit))
    try:
        data = balanced(made, columns, span, regions)
    except DataError as error:
        raise _by_name(error, drawn) from None
    table = pd.DataFrame(
        {"region": np.tile(list(data.regions), len(data.years)), "year": np.repeat(data.years, len(data.regions))}
    )
    for name, one in zip(columns, drawn, strict=True):
        table[one.id] = data[name].ravel()
    table = table.sort_values(["region", "year"], ignore_index=True)
    if negative == "refuse":
        refuse_negative(table, drawn, panel)
    refuse_empty_bad(table, [v for v in drawn if roles[v.id] == "bad"])
    absent = left_out(panel, drawn, data.regions, data.years, regions)
    assumed = (
        *(Text(f"{v.name.zh}：{v.how.zh}", f"{v.name.en}: {v.how.en}") for v in drawn),
        *(n for v in drawn for n in v.notes),
        *absent,
        *touched(panel, drawn, data.regions, data.years[-1]),
        *overlapping(drawn, roles),
        *with_negative(table, drawn),
    )
    stated = unusual(_FACE, asked)
    recipe = _recipe(panel, chosen, wanted, rules, stated, list(data.years), assumed)
    pool = panel.regions if regions is None else regions
    brief = briefly(absent, len(set(pool) - set(data.regions)))
    return InputsResult(table, tuple(drawn), roles, panel, base, recipe, stated, brief)


def _by_name(error: DataError, drawn: Sequence[Drawn]) -> DataError:
    """The same sentence with the names of the variables instead of those of the columns that hold them, and their years."""

    def spelt(said: str, names: list[str]) -> str:
        return re.sub(r"xz_(\d+)", lambda hit: names[int(hit.group(1))], said)

    said, have = error.text, [_years_of(v) for v in drawn]
    return DataError(
        spelt(said.zh, [f"「{v.name.zh}」（{h}）" for v, h in zip(drawn, have, strict=True)]).replace(" 「", "「"),
        spelt(said.en, [f"“{v.name.en}” ({h})" for v, h in zip(drawn, have, strict=True)]),
        code=error.code.rsplit("D", 1)[-1],
    )


def _years_of(drawn: Drawn) -> str:
    """`2016–2022`: the years in which any region has the variable."""
    years = sorted({int(y) for y in drawn.values.dropna().index.get_level_values("year")})
    return spanned(years[0], years[-1]) if years else "—"


def _wanted(
    name: str,
    inputs: Sequence[str] | None,
    good: Sequence[str] | None,
    bad: Sequence[str] | None,
    labour: str | None,
    deflator: str | None,
) -> tuple[Preset, dict[str, list[Variable]]]:
    chosen = preset(name)
    asked = {"input": inputs, "good": good, "bad": bad}
    usual = {"input": chosen.inputs, "good": chosen.good, "bad": chosen.bad}
    wanted = {}
    for role, ids in asked.items():
        wanted[role] = [variable(i) for i in (usual[role] if ids is None else ids)]
    for role in ("input", "good"):
        if not wanted[role]:
            raise UsageError(f"没有给出任何{ROLES[role].zh}", f"no {ROLES[role].en} is given", code="920")
    flat = [v.id for group in wanted.values() for v in group]
    for twice in (i for i in flat if flat.count(i) > 1):
        raise UsageError(f"变量 {twice} 出现了两次", f"the variable {twice} is given twice", code="921")
    if labour is not None:
        wanted["input"] = [replaced(v, labour) if v.id == "labour" else v for v in wanted["input"]]
    if deflator is not None:
        wanted["good"] = [with_price(v, deflator) if v.id == "gdp" else v for v in wanted["good"]]
    return chosen, wanted


def _rates(panel: Panel, given: float | Mapping[str, float]) -> float | dict[str, float]:
    """One δ, or region code → δ of a mapping whose keys are codes or names."""
    if not isinstance(given, Mapping):
        return given
    codes = {name: c for c in panel.regions for name in (c, panel.places.label(c, "zh"), panel.places.label(c, "en"))}
    for name in given:
        if name not in codes:
            raise unknown(Text("地区（depreciation）", "region (depreciation)"), name, codes)
    return {codes[name]: float(rate) for name, rate in given.items()}


def _named_choice(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise UsageError(
            f"{name}=「{value}」应为 {'、'.join(known)} 之一",
            f"{name}=“{value}” must be one of {', '.join(known)}",
            code="922",
        )


def _base(panel: Panel, wanted: Sequence[Variable], span: list[int] | None) -> int:
    """The first year used, as far as the series that need prices reach."""
    if span:
        return span[0]
    firsts = []
    for v in wanted:
        for source in v.sources:
            series = found(panel, source.names)
            price = found(panel, source.price) if source.rule in NEED_PRICE else ""
            if series is None or price is None:
                continue
            if source.rule != "stock":
                have = wide(panel, series).notna().mean(axis=1)
                firsts.append(int(have.index[have > 0.5].min()) if (have > 0.5).any() else panel.years[0])
            break
    return max(firsts, default=panel.years[0])


def _recipe(
    panel: Panel,
    chosen: Preset,
    wanted: dict[str, list[Variable]],
    rules: Rules,
    stated: Mapping[str, Any],
    years: list[int],
    assumed: tuple[Text, ...],
) -> Recipe:
    ids = {role: [v.id for v in group] for role, group in wanted.items()}
    parameters = {
        "preset": chosen.id, **ids, "base_year": rules.base, "depreciation": stated.get("depreciation", rules.depreciation), "initial": rules.initial,
        "ratio": rules.ratio, "bridge": rules.bridge, "nominal": rules.nominal, "deflator": stated.get("deflator"), "labour": stated.get("labour"), "years": years,
    }  # fmt: skip
    return Recipe(
        method="xinzhi.productivity.inputs",
        title=Text("投入与产出", "inputs and outputs"),
        parameters=parameters,
        formula="K(t) = K(t−1)·(1−δ) + I(t)/P(t); Y(t) = Y(base)·Π index/100",
        sources=(
            "Goldsmith (1951), Studies in Income and Wealth 14",
            "张军、吴桂英、张吉鹏（2004）《中国省际物质资本存量估算：1952—2000》，经济研究 10 / Zhang, Wu & Zhang (2004), Economic Research Journal 10",
            f"{chosen.basis.zh} / {chosen.basis.en}",
        ),
        data={panel.name: panel.hash},
        assumptions=assumed,
        python=python_line("productivity.inputs", (), stated),
        cli=tfp_line("inputs", stated, panel),
    )


def prepared(source: Panel | InputsResult, options: dict[str, Any]) -> InputsResult:
    """The inputs given, or those made from a panel with these options."""
    if isinstance(source, InputsResult):
        if options:
            name = next(iter(options))
            raise UsageError(
                f"投入产出已经给定，不能再指定 {name}；请在 inputs(…) 中指定",
                f"inputs and outputs are given already, so {name} has no effect; state it in inputs(…)",
                code="925",
            )
        return source
    return inputs(source, **options)


_FACE = inputs  # under a name that its own argument does not hide
_YEAR = Column("year", Text("年份", "year"), style="year")
_SOURCES = (
    Column("name", Text("变量", "variable"), style="text"),
    Column("role", Text("角色", "role"), style="text"),
    Column("unit", Text("单位", "unit"), style="text"),
    Column("how", Text("来源与处理", "source and treatment"), style="text"),
)
