"""What an audit says, in sentences made from its numbers alone."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import numpy as np

from xinzhi.base.numbers import write_interval, write_number
from xinzhi.base.text import Lang, Text, language
from xinzhi.measure.audit.ranks import TOPS
from xinzhi.measure.audit.subject import Subject
from xinzhi.measure.simulate.plan import FACTORS

if TYPE_CHECKING:
    from xinzhi.measure.audit.face import AuditResult

SURE = 0.95


def summary(audit: AuditResult, lang: Lang | None = None) -> str:
    """The findings in one paragraph."""
    said = [_rebuilt(audit), _leader(audit), _robust(audit), _neighbours(audit), _drivers(audit), _influential(audit), _redundant(audit), _drift(audit)]  # fmt: skip
    spoken = lang or language()
    return ("" if spoken == "zh" else " ").join(text.say(spoken) for text in said if text is not None)


def names(subject: Subject, codes: list[str]) -> Text:
    """Several regions in a row: 甲、乙 / A, B."""
    both = {lang: subject.places.labels(codes, lang) for lang in ("zh", "en")}
    return Text("、".join(both["zh"]), ", ".join(both["en"]))


def _rebuilt(audit: AuditResult) -> Text | None:
    if audit.rebuilt:
        return None
    return Text(
        f"注意：按所述方法重算的得分与公布的得分最多相差 {audit.gap:.2g}，以下结果针对重算的指数。",
        f"Note: scores recomputed by the stated method differ from the published ones by up to {audit.gap:.2g}; what follows is about the recomputed index.",
    )


def _leader(audit: AuditResult) -> Text:
    """Who leads in the latest year, its interval, and how surely it is ahead of the second."""
    latest = audit.frame[audit.frame["year"] == audit.subject.last]
    first = latest.iloc[0]
    leader = names(audit.subject, [first["region"]])
    facts = {
        "year": audit.subject.last,
        "draws": audit.simulation.plan.draws,
        "level": _percent(audit.level),
        "first": leader,
        "low": first["low"],
        "high": first["high"],
    }
    span = Text("位次的 {level} 区间为 {low}–{high}", "with a {level} interval of ranks {low}–{high}")
    if first["low"] == first["high"]:
        span = Text("在至少 {level} 的重复中都在此位", "a place it keeps in at least {level} of the draws")
    said = Text(
        "{draws} 次重复表明：{year} 年{first}居首，" + span.zh,
        "In {draws} replications {first} ranks first in {year}, " + span.en,
    ).fill(**facts)
    if len(latest) == 1:
        return Text(said.zh + "。", said.en + ".")
    second = latest.iloc[1]
    chance = _chance(audit, audit.ahead(first["region"], second["region"]))
    other = names(audit.subject, [second["region"]])
    return Text(
        f"{said.zh}；{leader.zh}领先{other.zh}的概率{chance.zh}。",
        f"{said.en}; it is ahead of {other.en} with a probability {chance.en}.",
    )


def _robust(audit: AuditResult) -> Text | None:
    """Who is among the first in most draws, by the smallest top that has a sure member; nothing where all are."""
    latest = audit.frame[audit.frame["year"] == audit.subject.last]
    if len(latest) <= TOPS[0]:
        return None
    for top in TOPS:
        if top >= len(latest):
            break
        sure = latest[latest[f"top_{top}"] >= audit.level]["region"].tolist()
        if sure:
            who, level = names(audit.subject, sure), _percent(audit.level)
            return Text(
                f"{who.zh}在至少 {level} 的重复中居前 {top} 位。",
                f"{who.en} {'is' if len(sure) == 1 else 'are'} among the top {top} in at least {level} of the draws.",
            )
    return Text(
        f"没有地区在 {_percent(audit.level)} 的重复中稳居前列。",
        f"No region is among the top in {_percent(audit.level)} of the draws.",
    )


def _neighbours(audit: AuditResult) -> Text | None:
    """How many neighbours in the ranking cannot be told apart, and the first such pair."""
    latest = audit.frame[audit.frame["year"] == audit.subject.last]["region"].tolist()
    pairs = list(itertools.pairwise(latest))
    if not pairs:
        return None
    chances = [audit.ahead(a, b) for a, b in pairs]
    unsure = [i for i, p in enumerate(chances) if max(p, 1 - p) < SURE]
    if not unsure:
        return Text("相邻位次的地区都能区分。", "Every region can be told apart from the next one.")
    a, b = (names(audit.subject, [code]) for code in pairs[unsure[0]])
    chance = _chance(audit, chances[unsure[0]])
    return Text(
        f"相邻位次的 {len(pairs)} 对地区中有 {len(unsure)} 对不可区分（任一方领先的概率都低于 {SURE:g}），如{a.zh}领先{b.zh}的概率{chance.zh}。",
        f"Of {len(pairs)} pairs of neighbours in the ranking {len(unsure)} cannot be told apart (neither is ahead with probability {SURE:g}): "
        f"{a.en} is ahead of {b.en} with a probability {chance.en}.",
    )


def _drivers(audit: AuditResult) -> Text | None:
    """Which factor carries most of the variance of rank shifts."""
    if audit.sobol.empty or (audit.sobol["total"] <= 0).all():
        return None
    top = audit.sobol.iloc[int(audit.sobol["total"].to_numpy().argmax())]
    factor = FACTORS[str(top["factor"])]
    said = {
        lang: write_interval(top["total"], top["total_low"], top["total_high"], "number", 2, lang)
        for lang in ("zh", "en")
    }
    return Text(
        f"位次变动主要取决于{factor.zh}，总效应 {said['zh']}。",
        f"Shifts of rank hang mostly on {factor.en}, with a total Sobol index of {said['en']}.",
    )


def _influential(audit: AuditResult) -> Text | None:
    """The indicator whose removal moves ranks most."""
    if audit.influence.empty:
        return None
    top = audit.influence.iloc[0]
    if top["mean_shift"] == 0:
        return Text("剔除任何一个指标都不改变位次。", "Leaving out any one indicator changes no rank.")
    name = audit.subject.indicators[str(top["indicator"])]
    who = names(audit.subject, [str(top["mover"])])
    size, mean = abs(int(top["largest_shift"])), write_number(top["mean_shift"], "number", 1)
    zh, en = ("下降", "falls") if top["largest_shift"] > 0 else ("上升", "rises")
    return Text(
        f"剔除“{name.zh}”影响最大，平均变动 {mean} 位，{who.zh} {top['mover_year']} 年{zh} {size} 位。",
        f"Leaving out “{name.en}” matters most: {mean} ranks on average, and {who.en} {en} by {size} in {top['mover_year']}.",
    )


def _redundant(audit: AuditResult) -> Text | None:
    """How many pairs say the same, and the strongest."""
    same = audit.redundancy[audit.redundancy["kind"] == "redundant"]
    if same.empty:
        return None
    top = same.iloc[0]
    a, b = (audit.subject.indicators[str(top[side])] for side in ("a", "b"))
    r = write_number(top["r"], "number", 2)
    return Text(
        f"有 {len(same)} 对指标的相关系数绝对值超过 0.9，最强的是“{a.zh}”与“{b.zh}”（{r}）。",
        f"{len(same)} pair(s) of indicators correlate beyond 0.9 in absolute value, most strongly “{a.en}” and “{b.en}” ({r}).",
    )


def _drift(audit: AuditResult) -> Text | None:
    """The indicator whose weight changes most from year to year."""
    drift = audit.weight_drift.dropna(subset=["weight"])
    if drift["year"].nunique() < 2:
        return None
    spans = drift.groupby("indicator")["weight"].agg(lambda w: w.max() - w.min())
    name = str(spans.idxmax())
    mine = drift[drift["indicator"] == name].sort_values("weight")
    low, high = mine.iloc[0], mine.iloc[-1]
    label = audit.subject.indicators[name]
    least, most = (write_number(row["weight"], "index") for row in (low, high))
    return Text(
        f"若逐年赋权，“{label.zh}”的权重最不稳定，从 {least}（{int(low['year'])} 年）到 {most}（{int(high['year'])} 年）。",
        f"Weighted year by year, “{label.en}” is the least stable: its weight runs from {least} in {int(low['year'])} to {most} in {int(high['year'])}.",
    )


def _chance(audit: AuditResult, chance: float) -> Text:
    """A probability with two decimals; one that no draw contradicts is said to exceed what the draws can resolve."""
    draws = audit.simulation.plan.draws
    if chance >= 1:
        places = len(str(draws - 1))
        bound = f"{math.floor((1 - 1 / draws) * 10**places) / 10**places:.{places}f}"
        return Text(f"大于 {bound}", f"above {bound}")
    said = write_number(chance, "number", 2)
    return Text(f"为 {said}", f"of {said}")


def _percent(share: float) -> str:
    return f"{np.round(100 * share, 1):g}%"
