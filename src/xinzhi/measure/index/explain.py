"""The chain from a published figure to a score, step by step."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xinzhi.base.calls import command_line
from xinzhi.base.errors import UsageError
from xinzhi.base.numbers import missing, write_number
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text, bilingual, language
from xinzhi.measure.index.recipe import FORMULAS
from xinzhi.measure.preset import PresetIndicator
from xinzhi.measure.treatment import STEPS
from xinzhi.panel.panel import MARKS

if TYPE_CHECKING:
    from xinzhi.measure.index.result import IndexResult

_NONE = Text("", "")


@dataclass(frozen=True)
class Step:
    """One link of the chain: what it is, its value (NaN where there is none), its unit, and where it comes from."""

    id: str
    what: Text
    value: float
    unit: Text = _NONE
    note: Text = _NONE


@dataclass(frozen=True)
class Explanation(Result):
    """How one published figure enters one score.

    frame      one row a step: step, what_zh, what_en, value, unit_zh, unit_en, note_zh, note_en
    steps      the same, in order: the published figures, the formula, treatment, yardstick, normalised value, weight,
               contribution, layer, score
    title      region, indicator and year
    recipe     that of the index
    """

    frame: pd.DataFrame
    steps: tuple[Step, ...]
    title: Text
    recipe: Recipe

    def summary(self, lang: Lang | None = None) -> str:
        """The chain as lines of text."""
        spoken = lang or language()
        lines = [self.title.say(spoken)]
        for number, step in enumerate(self.steps, 1):
            unit, note = step.unit.say(spoken), step.note.say(spoken)
            value = _written(step.value) + (f" {unit}" if unit and unit != "%" else unit)
            told = (f"（{note}）" if spoken == "zh" else f" ({note})") if note else ""
            colon = "：" if spoken == "zh" else ": "
            lines.append(f"{number}. {step.what.say(spoken)}{colon}{value}{told}")
        return "\n".join(lines)

    def tables(self) -> dict[str, Table]:
        """The chain as one table."""
        shown = pd.DataFrame(
            {
                "what": [s.what for s in self.steps],
                "value": [s.value for s in self.steps],
                "unit": [s.unit for s in self.steps],
                "note": [s.note for s in self.steps],
            }
        )
        columns = (
            Column("what", Text("步骤", "step"), style="text"),
            Column("value", Text("数值", "value"), digits=4),
            Column("unit", Text("单位", "unit"), style="text"),
            Column("note", Text("说明", "note"), style="text"),
        )
        note = Text(
            "自上而下：公布的数据如何一步步进入得分。", "From top to bottom: how the published figures enter the score."
        )
        return {"chain": Table(shown, columns, self.title, note)}


def explain(result: IndexResult, region: str, indicator: str, year: int) -> Explanation:
    """The chain for a region code, an indicator of the preset and a year."""
    each = result.preset.indicator(indicator)
    row = _row(result, region, year)
    j = result.inputs.names.index(indicator)
    steps = [
        *_published(result, each, region, year),
        *_raw(result, each, row, j),
        *_normalised(result, each, row, j),
        *_weighed(result, each, row, j),
        *_scored(result, each, region, year),
    ]
    places = result.panel.places
    title = Text(
        f"{places.label(region, 'zh')} {year} 年「{each.name.zh}」如何进入{result.title.zh}得分",
        f"How “{each.name.en}” enters the score of {places.label(region, 'en')} in {year}: {result.title.en}",
    )
    frame = pd.DataFrame(
        [
            {
                "step": s.id, "what_zh": s.what.zh, "what_en": s.what.en, "value": s.value, "unit_zh": s.unit.zh,
                "unit_en": s.unit.en, "note_zh": s.note.zh, "note_en": s.note.en,
            }
            for s in steps
        ]
    )  # fmt: skip
    recipe = replace(
        result.recipe,
        python=f"{result.recipe.python}.explain({region!r}, {indicator!r}, {year})",
        cli=_command(result, region, indicator, year),
    )
    return Explanation(frame, tuple(steps), title, recipe)


def _command(result: IndexResult, region: str, indicator: str, year: int) -> str:
    """The command that gives the same chain; "" for an index that the command line does not make for it."""
    words = shlex.split(result.recipe.cli)
    if not words or {w for w in words if w.startswith("--")} - {"--panel"}:
        return ""
    options = {"preset": words[2], "year": year}  # words: xinzhi index PRESET
    return command_line("explain", (region, indicator), options, tuple(options), result.panel.name)


def _written(value: float) -> str:
    """A number with as many decimals as it needs to be followed by hand."""
    if missing(value):
        return write_number(value)
    digits = 0 if value == int(value) and abs(value) < 1e15 else 2 if abs(value) >= 1000 else 4
    return f"{value:,.{digits}f}".replace("-", "−")


def _row(result: IndexResult, region: str, year: int) -> int:
    rows = np.flatnonzero((np.array(result.inputs.regions) == region) & (result.inputs.years == year))
    if rows.size:
        return int(rows[0])
    name = Text(result.panel.places.label(region, "zh"), result.panel.places.label(region, "en"))
    gone = result.left_out
    why = gone[(gone["region"].astype(str) == region) & (gone["year"] == year)]
    if len(why):
        raise UsageError(
            f"{name.zh} {year} 年未计分：{why.iloc[0]['reason_zh']}",
            f"{name.en} was not scored in {year}: it {why.iloc[0]['reason_en']}",
            code="753",
        )
    raise UsageError(
        f"{name.zh} {year} 年没有得分；计分年份为 {result.years[0]}–{result.years[-1]}",
        f"{name.en} has no score in {year}; the years scored are {result.years[0]}–{result.years[-1]}",
        code="754",
    )


def _published(result: IndexResult, each: PresetIndicator, region: str, year: int) -> list[Step]:
    """The figures that the formula uses, with their source and what was done to them."""
    steps = []
    touched = result.panel.touched
    for source in each.sources:
        entry = result.panel.indicators[source]
        seen = touched[
            (touched["region"].astype(str) == region) & (touched["year"].astype(str) == str(year)) & (touched["indicator"] == source)
        ]  # fmt: skip
        note = Text(entry.source, entry.source)
        for change in seen.to_dict("records"):
            mark = MARKS.get(str(change["mark"]), Text(str(change["mark"]), str(change["mark"])))
            why = bilingual(str(change["reason"]))
            note = Text(f"{note.zh}；{mark.zh}：{why.zh}", f"{note.en}; {mark.en}: {why.en}")
        value = float(result.panel.frame[source].loc[(region, year)])
        steps.append(Step(f"published:{source}", entry.name, value, entry.unit_name, note))
    return steps


def _raw(result: IndexResult, each: PresetIndicator, row: int, j: int) -> list[Step]:
    """The value of the formula, and what treatment or a target made of it."""
    raw, x = float(result.inputs.raw[row, j]), float(result.inputs.x[row, j])
    gap = Text("缺失：该层按其余指标计分", "missing: the layer is scored over its other indicators")
    formula = Text(f"公式 {each.formula}", f"formula {each.formula}")
    steps = [Step("raw", each.name, raw, each.unit.text, gap if np.isnan(raw) else formula)]
    done = result.inputs.treated.iloc[j]
    if done["step"] != "none" and each.target is None and x != raw and not np.isnan(raw):
        steps.append(
            Step("treated", Text("异常值处理后", "after treatment of outliers"), x, _NONE, STEPS[str(done["step"])])
        )
    if each.target is not None and not np.isnan(raw):
        best = f"{each.target:g}" if isinstance(each.target, int | float) else f"{each.target[0]:g}–{each.target[1]:g}"
        steps.append(Step("distance", Text("与适度值的距离", "distance from the best value"), -x, each.unit.text, Text(f"适度值 {best}", f"best value {best}")))  # fmt: skip
    return steps


def _normalised(result: IndexResult, each: PresetIndicator, row: int, j: int) -> list[Step]:
    """The yardstick and the place on it."""
    inputs, method = result.inputs, result.method
    same = np.ones(len(inputs.years), bool) if method.pooled else inputs.years == inputs.years[row]
    steps = []
    if method.normalise == "minmax" and each.target is None:
        for end, what, pick in (("low", Text("标尺下端", "low end of the yardstick"), np.nanargmin), ("high", Text("标尺上端", "high end of the yardstick"), np.nanargmax)):  # fmt: skip
            stated = inputs.goalposts[j]
            if stated is not None:
                value, note = stated[0 if end == "low" else 1], Text("事先给定", "stated beforehand")
            else:
                at = int(np.flatnonzero(same)[pick(inputs.x[same, j])])
                value = float(inputs.x[at, j])
                places, code, year = result.panel.places, inputs.regions[at], int(inputs.years[at])
                note = Text(f"{places.label(code, 'zh')} {year} 年", f"{places.label(code, 'en')} {year}")
            steps.append(Step(f"yardstick:{end}", what, value, each.unit.text, note))
    turned = Text("逆向指标，方向反转", "smaller is better, so turned round") if each.sign < 0 else _NONE
    formula = FORMULAS[method.normalise]
    note = Text(
        f"{formula}; {turned.zh}" if turned.zh else formula, f"{formula}; {turned.en}" if turned.en else formula
    )
    value = float(result.values.iloc[row * len(inputs.names) + j]["normalised"])
    return [*steps, Step("normalised", Text("标准化值", "normalised value"), value, _NONE, note)]


def _weighed(result: IndexResult, each: PresetIndicator, row: int, j: int) -> list[Step]:
    cell = result.values.iloc[row * len(result.inputs.names) + j]
    weights = result.weights
    mine = weights[weights["indicator"] == each.id]
    if "year" in weights:
        mine = mine[mine["year"] == cell["year"]]
    plain = float(mine["weight"].iloc[0])
    steps = [Step("weight", Text("指标权重", "weight of the indicator"), plain, _NONE, Text(FORMULAS[result.method.weights], FORMULAS[result.method.weights]))]  # fmt: skip
    used = float(cell["weight"])
    if not np.isnan(used) and abs(used - plain) > 1e-12:
        steps.append(
            Step("weight:used", Text("分摊缺失指标后的权重", "weight after sharing out what is missing"), used)
        )
    if not np.isnan(float(cell["contribution"])):
        steps.append(
            Step("contribution", Text("对得分的贡献", "contribution to the score"), float(cell["contribution"]))
        )
    return steps


def _scored(result: IndexResult, each: PresetIndicator, region: str, year: int) -> list[Step]:
    """The layer and the index, each with its rank."""
    layer = result.preset.layer_of[each.id]
    block = result.layers
    mine = block[(block["region"] == region) & (block["year"] == year) & (block["layer"] == layer)].iloc[0]
    whole = result.frame[(result.frame["region"] == region) & (result.frame["year"] == year)].iloc[0]
    name = result.preset.layers[layer].text
    steps = []
    if not np.isnan(mine["score"]):
        steps.append(Step("layer", Text(f"{name.zh}（层）得分", f"layer score: {name.en}"), float(mine["score"]), _NONE, Text(f"第 {int(mine['rank'])} 位", f"rank {int(mine['rank'])}")))  # fmt: skip
    note = Text(
        f"区间 {whole['low']:.3f}–{whole['high']:.3f}，第 {whole['rank']} 位（{whole['rank_low']}–{whole['rank_high']}）",
        f"interval {whole['low']:.3f}–{whole['high']:.3f}, rank {whole['rank']} ({whole['rank_low']}–{whole['rank_high']})",
    )
    return [*steps, Step("score", Text("总得分", "score"), float(whole["score"]), _NONE, note)]
