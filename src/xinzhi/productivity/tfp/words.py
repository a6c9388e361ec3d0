"""What productivity change says, in sentences made from the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xinzhi.base.numbers import write_number
from xinzhi.base.recipe import Recipe
from xinzhi.base.text import Lang, Text, language
from xinzhi.panel.labels import listed, name_of

if TYPE_CHECKING:
    from xinzhi.productivity.tfp.face import TfpResult

NAMED = 5


def summary(result: TfpResult, lang: Lang | None = None) -> str:
    """All sentences in one paragraph."""
    spoken = lang or language()
    said = [
        _overall(result),
        _who(result),
        _groups(result),
        _output(result),
        _missing(result),
        warned(result.recipe),
    ]
    return told(said, _basis(result), spoken)


def told(said: Sequence[Text], basis: Text, lang: Lang) -> str:
    """What was found in one paragraph, and what it rests on in another."""
    found = ("" if lang == "zh" else " ").join(s.say(lang) for s in said if s.zh)
    return "\n".join(part for part in (found, basis.say(lang)) if part)


def pace(value: float, index: bool) -> str:
    """A mean change as a person says it: per cent a year for an index, a signed number for an indicator."""
    return write_number(100 * (value - 1), "signed", 2) + "%" if index else write_number(value, "signed", 4)


def _overall(result: TfpResult) -> Text:
    from xinzhi.productivity.tfp.face import overall

    means = overall(result.frame, result.index)
    filled = {p: pace(means[p], result.index) for p in result.parts}
    kind = Text("几何平均", "geometric mean") if result.index else Text("算术平均", "mean")
    if "output_change" in filled:
        return Text(
            "{title}：{n} 个地区年均变化 {change}（{kind}），其中产出数量 {output_change}，投入数量 {input_change}。",
            "{title}: {n} regions changed by {change} a year ({kind}): output quantity {output_change}, input quantity {input_change}.",
        ).fill(title=result.title, n=len(result.data.regions), kind=kind, **filled)
    out = Text(
        "{title}：{n} 个地区年均变化 {change}（{kind}），其中效率变化 {efficiency_change}，技术变化 {technical_change}",
        "{title}: {n} regions changed by {change} a year ({kind}), efficiency by {efficiency_change} and technology by {technical_change}",
    ).fill(title=result.title, n=len(result.data.regions), kind=kind, **filled)
    if "scale_change" in filled:
        more = Text("；效率变化中纯效率 {pure_efficiency_change}，规模效率 {scale_change}", "; of efficiency, the pure part {pure_efficiency_change} and scale {scale_change}").fill(**filled)  # fmt: skip
        out = Text(out.zh + more.zh, out.en + more.en)
    return Text(f"{out.zh}。", f"{out.en}.")


def _who(result: TfpResult) -> Text:
    from xinzhi.productivity.tfp.face import STILL

    table = result.by_region.dropna(subset=["change"])
    if not len(table):
        return Text("没有地区的变化可以算出。", "No region's change could be computed.")
    unit = 1.0 if result.index else 0.0
    up, down = table[table["change"] > unit + STILL], table[table["change"] < unit - STILL]
    still = len(table) - len(up) - len(down)
    best, worst = table.iloc[int(table["change"].argmax())], table.iloc[int(table["change"].argmin())]
    said = Text(
        "{up} 个地区提高、{down} 个下降{same}，最快为{best}（{b}），最慢为{worst}（{w}）。",
        "{up} regions rose and {down} fell{same}; {best} was fastest ({b}), {worst} slowest ({w}).",
    ).fill(
        up=len(up),
        down=len(down),
        same=Text(f"、{still} 个不变", f", {still} did not change") if still else Text("", ""),
        best=_name(result, best["region"]),
        worst=_name(result, worst["region"]),
        b=pace(float(best["change"]), result.index),
        w=pace(float(worst["change"]), result.index),
    )
    by = _drivers(result, up, down)
    return Text(said.zh + by.zh, f"{said.en} {by.en}".strip())


def _drivers(result: TfpResult, up: pd.DataFrame, down: pd.DataFrame) -> Text:
    """Who rose and who fell by what; nothing for an index that cannot tell."""
    if "efficiency_change" not in result.parts:
        return Text("", "")
    rose = _split(
        result,
        up,
        Text("以追赶（效率提高）为主", "mainly by catching up"),
        Text("以技术进步为主", "mainly by technical progress"),
    )
    fell = _split(
        result,
        down,
        Text("以效率下降为主", "mainly by falling behind"),
        Text("以技术退步为主", "mainly by technical regress"),
    )
    said = [Text(f"{head.zh}{part.zh}。", f"{head.en} {part.en}.") for head, part in (
        (Text("提高的地区中，", "Of those that rose,"), rose), (Text("下降的地区中，", "Of those that fell,"), fell),
    ) if part.zh]  # fmt: skip
    return Text("".join(t.zh for t in said), " ".join(t.en for t in said))


def _split(result: TfpResult, rows: pd.DataFrame, by_efficiency: Text, by_technology: Text) -> Text:
    """`… 的有 2 个（…），… 的有 7 个（…）`, a part that nobody has left out."""
    parts: list[Text] = []
    for driver, how in (("efficiency", by_efficiency), ("technical", by_technology)):
        some = rows[rows["driver"] == driver]
        if len(some):
            who = _some(result, some)
            did = "" if parts else "did so "
            parts.append(Text(f"{how.zh}的有 {len(some)} 个（{who.zh}）", f"{len(some)} {did}{how.en} ({who.en})"))
    return Text("，".join(p.zh for p in parts), " and ".join(p.en for p in parts))


def _name(result: TfpResult, code: object) -> Text:
    return name_of(result.data.panel.places, str(code))


def _some(result: TfpResult, rows: pd.DataFrame) -> Text:
    """The few of some regions that changed most, and that there are more."""
    far = (rows["change"] - (1.0 if result.index else 0.0)).abs()
    first = rows.assign(far=far).sort_values("far", ascending=False, kind="stable")["region"].tolist()
    names = listed([_name(result, c) for c in first[:NAMED]])
    return names if len(first) <= NAMED else Text(f"{names.zh}等", f"{names.en} and others")


def _groups(result: TfpResult) -> Text:
    whole = result.by_group[(result.by_group["year"] == 0) & result.by_group["change"].notna()]
    if len(whole) < 2:
        return Text("", "")
    names = result.grouping.names()
    best, worst = whole.iloc[int(whole["change"].argmax())], whole.iloc[int(whole["change"].argmin())]
    return Text(
        "按{by}，{best}最快（{b}），{worst}最慢（{w}）。",
        "By {by}, {best} was fastest ({b}) and {worst} slowest ({w}).",
    ).fill(
        by=result.grouping.title,
        best=names[str(best["group"])],
        worst=names[str(worst["group"])],
        b=pace(float(best["change"]), result.index),
        w=pace(float(worst["change"]), result.index),
    )


def _output(result: TfpResult) -> Text:
    """Productivity beside output, both as mean logarithmic growth over the regions that have both."""
    table = result.by_region.dropna(subset=["change", "output_growth"])
    if not result.index or not len(table):
        return Text("", "")
    own, grown = np.log(table["change"]).mean(), np.log1p(table["output_growth"]).mean()
    if grown <= 0:
        return Text("", "")
    good = result.data.of("good")[0].name
    if own <= 0:
        beside = Text("同期生产率没有提高", "productivity did not rise beside it")
    else:
        share = write_number(float(own / grown), "share")
        beside = Text(f"生产率的变化相当于其中的 {share}", f"the change of productivity matches {share} of it")
    pace = write_number(float(np.expm1(grown)), "share", 2)
    return Text(f"{good.zh}年均增长 {pace}，{beside.zh}。", f"{good.en[0].upper()}{good.en[1:]} grew by {pace} a year; {beside.en}.")  # fmt: skip


def _missing(result: TfpResult) -> Text:
    lost, gaps = len(result.infeasible), int(result.frame["change"].isna().sum())
    if not lost and not gaps:
        return Text("", "")
    return Text(
        "{k} 个线性规划无可行解，{g} 个变化缺失（名单见表）{way}。",
        "{k} linear programs have no solution and {g} changes are missing (see the table){way}.",
    ).fill(k=lost, g=gaps, way=_way(result))


def _way(result: TfpResult) -> Text:
    """What to do about programs without a solution."""
    if result.how.technology == "global" or result.how.infeasible != "missing" or not len(result.infeasible):
        return Text("", "")
    return Text(
        '；全局前沿（technology="global"）总有解，或用 infeasible="one-sided" 取有解的一侧',
        '; a global frontier (technology="global") always has one, or infeasible="one-sided" takes the side that has',
    )


def _basis(result: TfpResult) -> Text:
    told, basis = result.how.told(), result.data.basis
    return Text(f"口径：{told.zh}。{basis.zh}", f"Basis: {told.en}. {basis.en}".strip())


def warned(recipe: Recipe) -> Text:
    """What the kernels warn of when there are few regions for so many variables; empty where there are enough."""
    told = next((a for a in recipe.assumptions if "经验法则" in a.zh), None)
    return Text("", "") if told is None else Text(f"注意：{told.zh}。", f"Note: {told.en}.")
