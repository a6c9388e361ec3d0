"""What changes under the other usual choices: the same figure again and again, and the conclusions that flip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from xinzhi.base.calls import python_line, unusual
from xinzhi.base.errors import UsageError, XinzhiError
from xinzhi.base.numbers import write_number
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text, language
from xinzhi.panel import Panel
from xinzhi.panel.labels import REGION, few, listed, name_of, named
from xinzhi.productivity.calls import tfp_line
from xinzhi.productivity.efficiency.face import efficiency
from xinzhi.productivity.efficiency.models import MODELS, usual
from xinzhi.productivity.efficiency.options import OPTIONS
from xinzhi.productivity.grouped import ALL, By
from xinzhi.productivity.grouped import grouping as grouped
from xinzhi.productivity.inputs.face import InputsResult, inputs
from xinzhi.productivity.specification.choices import DIMENSIONS, Variant, variants
from xinzhi.productivity.tfp.face import tfp
from xinzhi.productivity.tfp.words import told as paragraphs

BASE = Text("基准", "baseline")
SUBJECT = {
    "tfp": Text("年均生产率变化", "mean productivity change a year"),
    "efficiency": Text("平均效率", "mean efficiency"),
}
NAMED = 4
OWN = {"tfp": ("weights", "window", "infeasible"), "efficiency": (*OPTIONS, "super_efficiency")}


@dataclass(frozen=True)
class Answer:
    """What one specification says: the value of each region, which side of the line it is on, its main source, each group's mean."""

    value: pd.Series
    positive: pd.Series
    driver: pd.Series
    groups: pd.Series
    overall: float
    told: Text


@dataclass(frozen=True)
class SpecificationResult(Result):
    """One figure under other specifications.

    frame     a row a specification: number (0 is the baseline), dimension, choice, n, mean, correlation (Spearman, with the
              baseline), mover (region that shifts most in rank), shift, flips (regions whose conclusion flips), driver_flips
              (regions whose main source flips), overall_flips, leader (group with the largest mean), leader_flips, failed (why
              it could not be computed)
    regions   a row a region: region, value and rank of the baseline, low, high, rank_low, rank_high over all specifications,
              flips (in how many the conclusion is another)
    values    a row a specification and region: number, region, value, rank
    of
    baseline  the choices of the baseline in a sentence
    data, recipe
    """

    frame: pd.DataFrame
    regions: pd.DataFrame
    values: pd.DataFrame
    of: str
    baseline: Text
    data: InputsResult
    recipe: Recipe

    @property
    def title(self) -> Text:
        """What it is called."""
        return Text(f"{SUBJECT[self.of].zh}：换一种口径会怎样", f"{SUBJECT[self.of].en} under other specifications")

    @property
    def note(self) -> Text:
        """How to read the numbers."""
        line = (
            Text("提高与下降", "rising or falling")
            if self.of == "tfp"
            else Text("高于或低于平均", "above or below the mean")
        )
        return Text(
            f"每行只改变一项选择，其余同基准（{self.baseline.zh}）。相关为与基准位次的 Spearman 相关；“翻转”为{line.zh}的结论与基准相反的地区数，变动为正即位次上升。{self.data.basis.zh}",
            f"Each row changes one choice and keeps the others of the baseline ({self.baseline.en}). The correlation is Spearman's with the baseline; flips count regions whose conclusion ({line.en}) is the opposite, a positive shift is a rise in rank. {self.data.basis.en}".strip(),
        )

    def tables(self) -> dict[str, Table]:
        """`specification` a row a choice, `regions` with their range over all choices, `values` of every region."""
        return {
            "specification": Table(self._rows(), self._columns(), self.title, note=self.note),
            "regions": Table(named(self.regions, self.data.panel.places), self._region_columns(), Text(f"{self.title.zh}：各地区", f"{self.title.en}: regions"), note=self.note),
            "values": Table(self._values(), (_DIMENSION, _CHOICE, REGION, self._value("value", SUBJECT[self.of]), _RANK), Text(f"{self.title.zh}：全部数值", f"{self.title.en}: all figures")),
        }  # fmt: skip

    def _rows(self) -> pd.DataFrame:
        out = self.frame.copy()
        places = self.data.panel.places
        out.insert(0, "mover_name", [name_of(places, str(c)) if c else Text("—", "—") for c in out["mover"]])
        return out

    def _values(self) -> pd.DataFrame:
        words = self.frame[["number", "dimension", "choice"]]
        return named(self.values.merge(words, on="number"), self.data.panel.places)

    def _value(self, name: str, label: Text) -> Column:
        return Column(name, label, style="share", digits=2) if self.of == "tfp" else Column(name, label, style="index")

    def _columns(self) -> tuple[Column, ...]:
        flips = [Column("flips", Text("翻转地区数", "regions that flip"), style="count")]
        if self.of == "tfp":
            flips += [
                Column("driver_flips", Text("主要来源翻转", "main source flips"), style="count"),
                Column("overall_flips", Text("总体方向翻转", "overall sign flips"), style="flag"),
            ]
        return (
            _DIMENSION,
            _CHOICE,
            self._value("mean", Text("均值", "mean")),
            Column("correlation", Text("位次相关", "rank correlation"), style="index"),
            Column("mover_name", Text("位次变动最大", "largest mover"), style="text"),
            Column("shift", Text("变动", "shift"), style="signed", digits=0),
            *flips,
            *self._leaders(),
            Column("n", Text("地区数", "regions"), style="count"),
            Column("failed", Text("说明", "remark"), style="text"),
        )

    def _leaders(self) -> tuple[Column, ...]:
        """Who leads; nothing where all regions are one group."""
        if len({t.zh for t in self.frame["leader"]} - {"—"}) == 1 and self.frame["leader"].iloc[0] == ALL:
            return ()
        return (
            Column("leader", Text("领先的组", "leading group"), style="text"),
            Column("leader_flips", Text("领先组翻转", "leader flips"), style="flag"),
        )

    def _region_columns(self) -> tuple[Column, ...]:
        kind = self._value("value", Text("基准", "baseline"))
        return (
            REGION,
            Column("value", kind.label, style=kind.style, digits=kind.digits, low="low", high="high"),
            Column("rank", Text("位次", "rank"), style="rank", low="rank_low", high="rank_high"),
            Column("flips", Text("结论翻转的口径数", "specifications that flip it"), style="count"),
        )

    def summary(self, lang: Lang | None = None) -> str:
        """Where the choice matters most, and which conclusions do not depend on it."""
        spoken = lang or language()
        others = self.frame[(self.frame["number"] > 0) & self.frame["correlation"].notna()]
        if not len(others):
            return Text("没有可比的其他口径。", "There is no other specification to compare with.").say(spoken)
        worst = others.iloc[int(others["correlation"].argmin())]
        most = others.iloc[int(others["flips"].argmax())]
        firm, shaky = self.regions[self.regions["flips"] == 0], self.regions[self.regions["flips"] > 0]
        shaky = shaky.sort_values("flips", ascending=False, kind="stable")
        places = self.data.panel.places
        failed = int((self.frame["failed"].map(lambda t: bool(t.zh))).sum())
        said = [
            Text("在 {k} 种其他口径下，位次相关最低为 {low}（{worst}）；结论翻转最多的是{most}（{m} 个地区）。", "Over {k} other specifications the rank correlation is lowest with {worst} ({low}); most conclusions flip with {most} ({m} regions).").fill(
                k=len(others), low=write_number(worst["correlation"], "index"), worst=_named_choice(worst), most=_named_choice(most), m=int(most["flips"])
            ),
            Text("{n} 个地区的结论在所有口径下一致，{m} 个随口径而变{who}。", "The conclusion holds for {n} regions under all of them and depends on the choice for {m}{who}.").fill(
                n=len(firm), m=len(shaky), who=few([name_of(places, str(c)) for c in shaky["region"]], NAMED)
            ),
            self._whole(others),
            Text("{k} 种口径无法计算，原因见表。", "{k} specifications could not be computed; the table says why.").fill(k=failed) if failed else Text("", ""),
        ]  # fmt: skip
        basis = Text(f"口径：基准为{self.baseline.zh}。{self.data.basis.zh}", f"Basis: the baseline is {self.baseline.en}. {self.data.basis.en}".strip())  # fmt: skip
        return paragraphs(said, basis, spoken)

    def _whole(self, others: pd.DataFrame) -> Text:
        flags = []
        if self.of == "tfp" and others["overall_flips"].any():
            flags.append(Text("总体提高或下降的结论翻转", "whether productivity rose or fell overall flips"))
        if others["leader_flips"].any():
            flags.append(Text("哪一组领先的结论翻转", "which group leads flips"))
        if not flags:
            return Text("总体方向与领先的组不随口径变化。", "The overall sign and the leading group do not depend on the choice.")  # fmt: skip
        who = listed([_named_choice(r) for _, r in others[others["overall_flips"] | others["leader_flips"]].iterrows()])
        return Text(f"注意：{listed(flags).zh}（{who.zh}）。", f"Note: {listed(flags).en} ({who.en}).")

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """Regions in order of the baseline, the range over all specifications as a line."""
        from xinzhi.chart import intervals

        factor = 100.0 if self.of == "tfp" else 1.0
        value, low, high = (factor * self.regions[c].to_numpy(dtype=float) for c in ("value", "low", "high"))
        unit = Text(f"{SUBJECT[self.of].zh}（%）", f"{SUBJECT[self.of].en} (%)") if self.of == "tfp" else SUBJECT[self.of]  # fmt: skip
        return intervals(
            [name_of(self.data.panel.places, str(c)) for c in self.regions["region"]],
            value,
            low,
            high,
            keys=[str(c) for c in self.regions["region"]],
            axis=unit,
            reference=0.0 if self.of == "tfp" else float(np.nanmean(value)),
            title=self.title,
            note=self.data.proxies,
            lang=lang,
        )


def specification(
    panel: Panel,
    of: str = "tfp",
    model: str | None = None,
    *,
    dimensions: Sequence[str] = tuple(DIMENSIONS),
    technology: str | None = None,
    rts: str | None = None,
    orientation: str | None = None,
    disposability: str = "weak",
    direction: str = "own",
    by: By = None,
    **options: Any,
) -> SpecificationResult:
    """The mean productivity change (`of="tfp"`) or mean efficiency (`of="efficiency"`) of regions under the other usual choices.

    dimensions  which choices to vary, one at a time: model, technology, rts, disposability, depreciation (5, 9.6 and
                10.96 %), initial, deflator, bad
    technology, rts   of the baseline; where None the usual ones of the model, global and crs for productivity change
    options     of `inputs` and of the model (m, alpha, width, goal, moves, polluting, restrictions, epsilon, weights, super_efficiency),
                for the baseline; another model takes its own

    The other arguments are those of `tfp` and `efficiency` and make the baseline. Choices that the model does not offer are
    not tried; one that cannot be computed stays in the table with the reason.
    """
    if of not in SUBJECT:
        raise UsageError(f"of=「{of}」应为 tfp 或 efficiency", f"of=“{of}” must be tfp or efficiency", code="911")
    own = {name: options.pop(name) for name in OWN[of] if name in options}
    if of == "efficiency" and model in MODELS and MODELS[model].signed:
        options.setdefault("negative", "accept")
    data = inputs(panel, **options)
    chosen = model or {"tfp": "malmquist-luenberger" if data.of("bad") else "malmquist", "efficiency": "sbm"}[of]
    frontier, returns = ("global", "crs") if of == "tfp" else usual(chosen)[:2]
    base: dict[str, Any] = {
        "technology": technology or frontier, "rts": rts or returns, "disposability": disposability, "direction": direction, "by": by, **own,
    }  # fmt: skip
    if orientation is not None:
        base["orientation"] = orientation
    plan = [Variant("", BASE), *variants(of, chosen, base, options, data, tuple(dimensions))]
    answers: list[Answer | None] = []
    failed = []
    for variant in plan:
        try:
            answers.append(_answer(panel, data, of, chosen, base, options, variant))
            failed.append(Text("", ""))
        except XinzhiError as error:
            if not answers:
                raise
            answers.append(None)
            failed.append(error.text)
    told = Text("", "") if answers[0] is None else answers[0].told
    frame, values = _compared(plan, answers, failed, data, by)
    return SpecificationResult(frame, _regions(answers, values), values, of, told, data, _recipe(data, of, chosen, base, dimensions))  # fmt: skip


def _answer(
    panel: Panel, data: InputsResult, of: str, model: str, base: dict[str, Any], given: dict[str, Any], variant: Variant
) -> Answer:
    drawn = inputs(panel, **{**given, **variant.inputs}) if variant.inputs else data
    which = variant.model or model
    kept = base if which == model else {k: v for k, v in base.items() if k not in OWN[of]}
    options = {**_fitting(of, which, kept, which != model), **variant.options}
    if of == "tfp":
        found = tfp(drawn, which, **options)
        table = found.by_region.set_index("region")
        whole = found.by_group[found.by_group["year"] == 0].set_index("group")["change"]
        unit = 1.0 if found.index else 0.0
        total = float(np.exp(np.log1p(table["growth"]).mean()) - 1) if found.index else float(table["growth"].mean())
        return Answer(table["growth"], table["growth"] > 0, table["driver"], whole - unit, total, found.how.told())
    scored = efficiency(drawn, which, **options)
    value = scored.frame.groupby("region")["efficiency"].mean()
    groups = scored.by_group.groupby("group", sort=False)["efficiency"].mean()
    return Answer(value, value > value.mean(), value.map(lambda _: ""), groups, float(value.mean()), scored.how.told())


def _fitting(of: str, model: str, base: dict[str, Any], other: bool) -> dict[str, Any]:
    """The baseline's choices, those that another model does not offer left to its own usual ones."""
    if of == "tfp" or not other or model not in MODELS:
        return base
    offers = {
        "technology": MODELS[model].technologies,
        "rts": MODELS[model].rts,
        "orientation": MODELS[model].orientations,
    }
    return {k: v for k, v in base.items() if k not in offers or v in offers[k]}


def _compared(
    plan: list[Variant], answers: list[Answer | None], failed: list[Text], data: InputsResult, by: By
) -> tuple[pd.DataFrame, pd.DataFrame]:
    names = grouped(data.panel, by, data.regions).names()
    base = answers[0]
    assert base is not None
    rows, blocks = [], []
    for number, (variant, found, why) in enumerate(zip(plan, answers, failed, strict=True)):
        answer = None if found is None else _on(found, base.value.index)
        head = {
            "number": number,
            "dimension": DIMENSIONS.get(variant.dimension, Text("", "")),
            "choice": variant.choice,
        }
        if answer is None:
            rows.append({**head, "n": 0, "mean": np.nan, "correlation": np.nan, "mover": "", "shift": np.nan, "flips": 0, "driver_flips": 0, "overall_flips": False, "leader": Text("—", "—"), "leader_flips": False, "failed": why})  # fmt: skip
            continue
        both = base.value.notna() & answer.value.notna()
        mine = _ranks(answer.value)
        moved = _ranks(base.value[both]) - _ranks(answer.value[both])
        mover = str(moved.abs().idxmax()) if number and len(moved) and moved.abs().max() > 0 else ""
        leader, first = answer.groups.idxmax(), base.groups.idxmax()
        rows.append(
            {
                **head, "n": int(answer.value.notna().sum()), "mean": answer.overall,
                "correlation": _spearman(base.value[both], answer.value[both]),
                "mover": mover, "shift": float(moved[mover]) if mover else 0.0,
                "flips": int((base.positive != answer.positive)[both].sum()),
                "driver_flips": int(((base.driver != answer.driver) & (base.driver != "") & (answer.driver != ""))[both].sum()),
                "overall_flips": bool(np.sign(answer.overall) != np.sign(base.overall)),
                "leader": names[str(leader)], "leader_flips": bool(leader != first), "failed": why,
            }
        )  # fmt: skip
        blocks.append(pd.DataFrame({"number": number, "region": answer.value.index, "value": answer.value.to_numpy(dtype=float), "rank": mine.to_numpy(dtype=float), "positive": answer.positive.to_numpy(dtype=bool)}))  # fmt: skip
    return pd.DataFrame(rows), pd.concat(blocks, ignore_index=True)


def _on(answer: Answer, regions: pd.Index) -> Answer:
    """The answer for the regions of the baseline, in their order; what it does not have is missing."""
    value = answer.value.reindex(regions)
    positive = answer.positive.reindex(regions).fillna(False).astype(bool)
    return replace(answer, value=value, positive=positive, driver=answer.driver.reindex(regions).fillna(""))


def _ranks(value: pd.Series) -> pd.Series:
    """Places from the largest down; equal values share the best one."""
    return value.rank(ascending=False, method="min")


def _spearman(a: pd.Series, b: pd.Series) -> float:
    """Rank correlation with mean ranks for ties; NaN for fewer than three regions."""
    if len(a) < 3:
        return float("nan")
    return float(np.corrcoef(a.rank().to_numpy(dtype=float), b.rank().to_numpy(dtype=float))[0, 1])


def _regions(answers: list[Answer | None], values: pd.DataFrame) -> pd.DataFrame:
    base = answers[0]
    assert base is not None
    by_region = values.groupby("region")
    table = pd.DataFrame(
        {
            "value": base.value,
            "low": by_region["value"].min(),
            "high": by_region["value"].max(),
            "rank": _ranks(base.value),
            "rank_low": by_region["rank"].min(),
            "rank_high": by_region["rank"].max(),
        }
    )
    known = values[values["value"].notna()]
    other = known["positive"].to_numpy(dtype=bool) != base.positive.reindex(known["region"]).to_numpy(dtype=bool)
    table["flips"] = (
        known.assign(other=other).groupby("region")["other"].sum().reindex(table.index).fillna(0).astype(int)
    )
    return table.rename_axis("region").reset_index().sort_values("value", ascending=False, kind="stable", ignore_index=True)  # fmt: skip


def _named_choice(row: pd.Series) -> Text:
    return Text(f"{row['dimension'].zh}：{row['choice'].zh}", f"{row['dimension'].en}: {row['choice'].en}")


def _recipe(data: InputsResult, of: str, model: str, base: dict[str, Any], dimensions: Sequence[str]) -> Recipe:
    chosen = {**unusual(specification, {**base, "dimensions": list(dimensions)}), **data.stated}
    return Recipe(
        method="xinzhi.productivity.specification",
        title=Text("口径比较", "other specifications"),
        parameters={"of": of, "model": model, **base, "dimensions": list(dimensions), "data": data.recipe.parameters},
        formula="ρ = corr(rank(baseline), rank(other)); one choice changed at a time",
        sources=(
            "单豪杰（2008）《中国资本存量 K 的再估算》, 数量经济技术经济研究 10（δ = 10.96%）",
            *data.recipe.sources,
        ),
        data=data.recipe.data,
        assumptions=(
            Text("每次只改变一项选择，其余同基准；各项选择之间的交互未考察", "one choice is changed at a time and the others are kept; interactions are not looked at"),
            *data.assumptions,
        ),
        python=python_line("productivity.specification", (of, model), chosen),
        cli=tfp_line("specification", {"measure": of, "model": model, **chosen}, data.panel),
    )  # fmt: skip


_DIMENSION = Column("dimension", Text("选择", "choice"), style="text")
_CHOICE = Column("choice", Text("改为", "changed to"), style="text")
_RANK = Column("rank", Text("位次", "rank"), style="rank")
