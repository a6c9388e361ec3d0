"""Productivity change of regions and what it is made of: the face of the Malmquist family."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from xinzhi.atlas import Grouping
from xinzhi.base.arrays import Array
from xinzhi.base.calls import python_line, unusual
from xinzhi.base.errors import DataError, unknown
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Table
from xinzhi.base.text import Lang, Text
from xinzhi.panel import Panel
from xinzhi.panel.labels import listed, name_of
from xinzhi.productivity.calls import tfp_line
from xinzhi.productivity.change.adjacent import Change
from xinzhi.productivity.grouped import By, outside, stated
from xinzhi.productivity.grouped import grouping as grouped
from xinzhi.productivity.inputs.face import InputsResult, prepared
from xinzhi.productivity.tfp.models import MODELS, TECHNOLOGIES, How, checked, compute
from xinzhi.productivity.tfp.quantities import Quantities

STILL = 1e-9  # a change closer to nothing than this is none
PARTS = (
    "change",
    "efficiency_change",
    "technical_change",
    "pure_efficiency_change",
    "scale_change",
    "output_change",
    "input_change",
    "output_bias",
    "input_bias",
    "magnitude",
)
BIAS = PARTS[-3:]


@dataclass(frozen=True)
class TfpResult(Result):
    """Productivity change between adjacent years.

    frame     a row a region and pair of years: region, start, year, change, efficiency_change, technical_change,
              pure_efficiency_change, scale_change, output_change, input_change, output_bias, input_bias, magnitude (NaN where the model has none) and level, chained from the first year,
              which is one (zero for an indicator)
    by_year   a row a pair of years: start, year, n and the means over regions (geometric for an index)
    by_region a row a region: region, n and the means over years, growth (mean change a year, a fraction), level in the
              last year, output_growth (mean a year of the first good), output_share (its part that productivity matches),
              driver (the part that pulls most in the direction of the change: efficiency, technical, or "" where nothing
              changed or the parts cannot be told)
    by_group  a row a group and pair of years, and one a group with `year` 0 for the whole span: group, start, year, n and the means
    programs  a row a linear program: rts, frontier (its years), inputs_of, outputs_of, region, score, status
    grouping  the groups, with their names
    data      inputs and outputs
    how       the choices
    recipe    how it was made
    """

    frame: pd.DataFrame
    by_year: pd.DataFrame
    by_region: pd.DataFrame
    by_group: pd.DataFrame
    programs: pd.DataFrame
    grouping: Grouping
    data: InputsResult
    how: How
    recipe: Recipe

    @property
    def index(self) -> bool:
        """Whether parts multiply (an index) or add (an indicator)."""
        return MODELS[self.how.model].index

    @property
    def parts(self) -> tuple[str, ...]:
        """The columns of the decomposition that this model has."""
        return tuple(p for p in PARTS if self.frame[p].notna().any())

    @property
    def infeasible(self) -> pd.DataFrame:
        """The programs without a solution."""
        return self.programs[~self.programs["status"].isin(["optimal", "absent"])]

    @property
    def title(self) -> Text:
        """What it is called, with its years."""
        years = self.data.span
        green = MODELS[self.how.model].bads != "none" and bool(self.data.of("bad"))
        return (
            Text(f"{years} 年绿色全要素生产率的变化及其分解", f"Green productivity change and its parts, {years}")
            if green
            else Text(f"{years} 年全要素生产率的变化及其分解", f"Productivity change and its parts, {years}")
        )

    @property
    def apart(self) -> Text:
        """What tells it from another result of its kind."""
        model, frontier, by = MODELS[self.how.model].title, TECHNOLOGIES[self.how.technology], self.grouping.title
        return Text(f"{model.zh}，{frontier.zh}前沿，按{by.zh}", f"{model.en}, {frontier.en} frontier, by {by.en}")

    def tables(self) -> dict[str, Table]:
        """`decomposition` by year, `regions`, `groups`, `changes` of every region and year, `groups_by_year`, `programs`,
        `infeasible` where there are any, and the inputs and their sources."""
        from xinzhi.productivity.tfp.tables import tables

        return tables(self)

    def summary(self, lang: Lang | None = None) -> str:
        """How fast productivity grew, by what, who leads by catching up and who by technical progress, and what could not be computed."""
        from xinzhi.productivity.tfp.words import summary

        return summary(self, lang)

    def region(self, region: str) -> Table:
        """The changes of one region, given by code or name, year by year."""
        from xinzhi.productivity.tfp.tables import region_table

        return region_table(self, region_code(self.data, region))

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """Efficiency and technical change stacked year by year, the total as dots."""
        from xinzhi.productivity.tfp.figures import decomposition

        return decomposition(self, lang)

    def levels(self, lang: Lang | None = None) -> dict[str, Any]:
        """The chained level of each group, and of all regions."""
        from xinzhi.productivity.tfp.figures import levels

        return levels(self, lang)

    def ranking(self, lang: Lang | None = None) -> dict[str, Any]:
        """Mean change a year by region, largest first."""
        from xinzhi.productivity.tfp.figures import ranking

        return ranking(self, lang)

    def map(self, lang: Lang | None = None) -> dict[str, Any] | None:
        """The map of mean change a year; None where the places have no boundaries."""
        from xinzhi.productivity.tfp.figures import map_of

        return map_of(self, lang)

    def waterfall(self, region: str, lang: Lang | None = None) -> dict[str, Any]:
        """What the change of one region over the whole span is made of."""
        from xinzhi.productivity.tfp.figures import waterfall

        return waterfall(self, region_code(self.data, region), lang)

    def frontier(
        self, year: int | None = None, x: str | None = None, y: str | None = None, per: str | None = None, lang: Lang | None = None
    ) -> dict[str, Any]:  # fmt: skip
        """The frontier in two dimensions, each figure per unit of `per` where given; labour by default where there is any."""
        from xinzhi.productivity.tfp.frontier import frontier

        return frontier(self.data, year, x, y, per, lang)


def tfp(
    panel: Panel | InputsResult,
    model: str = "malmquist-luenberger",
    *,
    technology: str = "global",
    rts: str = "crs",
    orientation: str = "output",
    disposability: str = "weak",
    direction: str = "own",
    decomposition: str | None = None,
    infeasible: str = "missing",
    window: int = 3,
    weights: Sequence[float] | Mapping[str, float] | None = None,
    bias: bool = False,
    by: By = None,
    **options: Any,
) -> TfpResult:
    """Productivity change of every region between adjacent years.

    panel          a panel, with options of `inputs` (preset, inputs, good, bad, labour, deflator, base_year, depreciation,
                   years, regions …), or inputs made before
    model          malmquist (no bads), malmquist-luenberger, luenberger, nonradial-luenberger, sbm-malmquist; hicks-moorsteen and
                   fare-primont (no bads), output quantity over input quantity
    technology     contemporaneous, sequential, biennial, window (`window` years) or global
    rts            crs, vrs, drs, irs or fdh
    orientation    output, input; hybrid for the Luenberger indicators, both for the slacks-based index
    disposability  of bads in directional models: weak, strong or kuosmanen
    direction      own figures, or the mean, as the size of a directional step
    decomposition  fgnz, ray-desli or plain; None takes the kernel's own
    infeasible     missing, or one-sided: what a program without solution does to its index
    weights        of inputs, goods and bads in the non-radial indicator, in their order or by variable
    bias           also split technical change into output bias, input bias and magnitude
    by             a grouping for means, which may overlap, or `all`; the usual one of these places where None

    Raises UsageError or DataError in one sentence for what a model cannot take.
    """
    data = prepared(panel, options)
    how = How(
        model, technology, rts, orientation, disposability, direction, decomposition, infeasible, window,
        _weights(weights, data), bias,
    )  # fmt: skip
    left = checked(data, how)
    grouping = grouped(data.panel, by, data.regions)
    found = compute(data, how)
    frame = _frame(data, found, bias)
    index = MODELS[model].index
    assumed = (
        how.told(),
        *data.assumptions,
        *left,
        *_said(data, found),
        *outside(data.panel, grouping, data.regions),
    )
    return TfpResult(
        frame,
        _means(frame, ["start", "year"], index),
        _regions(data, frame, how),
        _groups(frame, grouping, data.regions, index),
        _programs(data, found, index),
        grouping,
        data,
        how,
        _recipe(data, how, by or grouping.id, assumed),
    )


def _weights(given: Sequence[float] | Mapping[str, float] | None, data: InputsResult) -> tuple[float, ...] | None:
    """In the order of the variables; those that a mapping does not name get none."""
    if not isinstance(given, Mapping):
        return None if given is None else tuple(float(w) for w in given)
    ids = [v.id for v in data.variables]
    for name in given:
        if name not in ids:
            raise unknown(Text("变量（weights）", "variable (weights)"), name, ids)
    return tuple(float(given.get(i, 0.0)) for i in ids)


def region_code(data: InputsResult, region: str) -> str:
    """The code of a region of the data, given by code or name; an unknown one is refused with the nearest suggested."""
    by_name = {n: c for c in data.regions for n in (c, *_spellings(data.panel, c))}
    if region not in by_name:
        raise unknown(Text("地区", "region"), region, by_name, code="931")
    return by_name[region]


def _spellings(panel: Panel, code: str) -> tuple[str, ...]:
    name = name_of(panel.places, code)
    return name.zh, name.en


def _frame(data: InputsResult, found: Change | Quantities, bias: bool) -> pd.DataFrame:
    """A row a region and pair of years, regions first."""
    n, years = len(data.regions), data.years
    missing = np.full((len(years) - 1, n), np.nan)
    values: dict[str, Array] = {
        part: missing if (part in BIAS and not bias) or (value := getattr(found, part, None)) is None else value for part in PARTS
    }  # fmt: skip
    return pd.DataFrame(
        {
            "region": np.repeat(data.regions, len(years) - 1),
            "start": np.tile(years[:-1], n),
            "year": np.tile(years[1:], n),
            **{part: value.T.ravel() for part, value in values.items()},
            "level": found.cumulative[1:].T.ravel(),
        }
    )


def mean(values: pd.Series, index: bool) -> float:
    """The geometric mean of an index, the arithmetic one of an indicator, over the figures that there are."""
    known = values.dropna().to_numpy(dtype=float)
    if not known.size:
        return float("nan")
    return float(np.exp(np.log(known).mean())) if index else float(known.mean())


def overall(frame: pd.DataFrame, index: bool) -> dict[str, float]:
    """The mean of every part over the rows whose total is known, so that the means of the parts make the mean total."""
    known = frame[frame["change"].notna()]
    return {p: mean(known[p], index) for p in PARTS}


def _means(frame: pd.DataFrame, keys: list[str], index: bool) -> pd.DataFrame:
    """Means of every part by `keys`; `n` counts the changes that could be computed."""
    rows = []
    for key, block in frame.groupby(keys, sort=False):
        named = dict(zip(keys, key if isinstance(key, tuple) else (key,), strict=True))
        rows.append({**named, "n": int(block["change"].notna().sum()), **{p: mean(block[p], index) for p in PARTS}})
    return pd.DataFrame(rows)


def _regions(data: InputsResult, frame: pd.DataFrame, how: How) -> pd.DataFrame:
    index = MODELS[how.model].index
    table = _means(frame, ["region"], index)
    unit = 1.0 if index else 0.0
    table["growth"] = table["change"] - unit
    table["level"] = [float(v) for v in frame.groupby("region", sort=False)["level"].last()]
    good = data.values(data.of("good")[0].id)
    with np.errstate(divide="ignore", invalid="ignore"):
        grown = np.log(good[-1] / good[0]) / (len(data.years) - 1)
        own = np.log(table["change"].to_numpy(dtype=float)) if index else np.full(len(table), np.nan)
        table["output_growth"] = np.exp(grown) - 1
        table["output_share"] = np.where(grown > 0, own / grown, np.nan)
    table["driver"] = [
        _driver(change - unit, catching - unit, shifting - unit)
        for change, catching, shifting in table[["change", "efficiency_change", "technical_change"]].to_numpy(
            dtype=float
        )
    ]
    return table


def _driver(change: float, catching: float, shifting: float) -> str:
    """Which part pulls most in the direction of the change; none for no change, or where the parts are not known or alike."""
    if not abs(change) > STILL or not abs(catching - shifting) > STILL:
        return ""
    return "efficiency" if (catching > shifting) == (change > 0) else "technical"


def _groups(frame: pd.DataFrame, grouping: Grouping, regions: Sequence[str], index: bool) -> pd.DataFrame:
    """Means of the members of each group, by pair of years and over the whole span (`year` 0)."""
    member = grouping.membership(list(regions))
    tables = []
    for j, group in enumerate(grouping.ids):
        inside = [c for c, row in zip(regions, member, strict=True) if row[j]]
        if not inside:
            continue
        block = frame[frame["region"].isin(inside)].assign(group=group)
        whole = _means(block.assign(start=int(block["start"].min()), year=0), ["group", "start", "year"], index)
        tables += [_means(block, ["group", "start", "year"], index), whole]
    if not tables:
        raise DataError(
            f"分组「{grouping.title.zh}」不含这些地区中的任何一个",
            f"the grouping {grouping.title.en} has none of these regions",
            code="932",
        )
    return pd.concat(tables, ignore_index=True)


def _programs(data: InputsResult, found: Change | Quantities, index: bool) -> pd.DataFrame:
    """Every linear program with its score: an efficiency for an index, a distance for an indicator."""
    blocks = []
    for rts, levels in found.levels.items():
        for job, (level, status) in sorted(levels.known.items()):
            first, last = data.years[job.first], data.years[job.last - 1]
            blocks.append(
                pd.DataFrame(
                    {
                        "rts": rts,
                        "frontier": str(first) if first == last else f"{first}–{last}",
                        "inputs_of": data.years[job.x],
                        "outputs_of": data.years[job.y],
                        "region": data.regions,
                        "score": np.exp(level) if index else -level,
                        "status": status,
                    }
                )
            )
    return pd.concat(blocks, ignore_index=True)


def _said(data: InputsResult, found: Change | Quantities) -> tuple[Text, ...]:
    """Notes of the kernel, its programs without solution named by region and year."""
    out = [n for n in found.notes if "无可行解" not in n.zh]
    if found.infeasible:
        cells = [
            Text(
                f"{name_of(data.panel.places, data.regions[u]).zh} {data.years[t]} 年（{_span(data, a, b)} 前沿）",
                f"{name_of(data.panel.places, data.regions[u]).en} {data.years[t]} (frontier of {_span(data, a, b)})",
            )
            for a, b, t, u in found.infeasible
        ]
        shown, more = listed(cells[:12]), "…" if len(cells) > 12 else ""
        one_sided = isinstance(found, Change) and found.plan.infeasible == "one-sided"
        zh, en = ("取仅有的一侧", "the one side that has a solution stands for both") if one_sided else ("相应变化记为缺失", "changes that rest on them are missing")  # fmt: skip
        out.append(
            Text(
                f"{len(cells)} 个线性规划无可行解，{zh}：{shown.zh}{more}",
                f"{len(cells)} linear programs have no solution, {en}: {shown.en}{more}",
            )
        )
    return tuple(out)


def _span(data: InputsResult, first: int, last: int) -> str:
    a, b = data.years[first], data.years[last - 1]
    return str(a) if a == b else f"{a}–{b}"


def _recipe(data: InputsResult, how: How, by: By, assumed: tuple[Text, ...]) -> Recipe:
    model = MODELS[how.model]
    given = {f.name: getattr(how, f.name) for f in fields(how)}
    if how.weights is not None:
        given["weights"] = {v.id: w for v, w in zip(data.variables, how.weights, strict=True) if w}
    chosen = {"model": how.model, **unusual(tfp, {**given, "by": stated(data.panel, by)}), **data.stated}
    return Recipe(
        method="xinzhi.productivity.tfp",
        title=Text("全要素生产率的变化及其分解", "productivity change and its parts"),
        parameters={
            "model": how.model, "technology": how.technology, "rts": how.rts, "orientation": how.orientation,
            "disposability": how.disposability, "direction": how.direction, "decomposition": how.decomposition,
            "infeasible": how.infeasible, "window": how.window, "weights": how.weights, "by": by, "data": data.recipe.parameters,
        },
        formula=model.formula,
        sources=(*model.sources, *data.recipe.sources),
        data=data.recipe.data,
        assumptions=assumed,
        python=python_line("productivity.tfp", (how.model,), {k: v for k, v in chosen.items() if k != "model"}),
        cli=tfp_line("change", chosen, data.panel),
    )  # fmt: skip
