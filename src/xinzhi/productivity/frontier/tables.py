"""The tables and sentences of a stochastic frontier, in the form that papers print them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from xinzhi.base.numbers import write_number
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text, language
from xinzhi.panel.labels import REGION, YEAR, listed, measure_name, name_of, named
from xinzhi.productivity.tfp.words import told

if TYPE_CHECKING:
    from xinzhi.productivity.frontier.face import FrontierResult

NAMED = 3
ALIKE = 1e-6  # efficiencies closer than this are not ranked in words
NAMES = {
    "technical": Text("技术进步", "technical change"),
    "scale": Text("规模效应", "scale"),
    "efficiency": Text("技术效率变化", "efficiency change"),
    "allocation": Text("配置效率变化", "allocation"),
    "total": Text("TFP 增长", "TFP growth"),
}
CONDITIONS = {
    "monotone": Text("单调（弹性均不为负）的观测占比", "observations with no negative elasticity"),
    "quasi_concave": Text("拟凹（等产量线凸向原点）的观测占比", "observations with isoquants convex to the origin"),
}
_READING = Text("对数变化；各部分之和为 TFP 增长（Kumbhakar）。", "Changes in logarithms; the parts sum to TFP growth (Kumbhakar).")  # fmt: skip


def tables(result: FrontierResult) -> dict[str, Table]:
    """Estimates first, then efficiency, growth and its parts, conditions, and the inputs."""
    data, title = result.data, result.title
    given = data.tables()
    estimates = result.fitted.estimates.table()
    basis = data.basis
    note = Text(estimates.note.zh + basis.zh, f"{estimates.note.en} {basis.en}".strip())
    out = {
        "estimates": Table(_spelt(estimates.frame, result), estimates.columns, title, note=note),
        "efficiency": _wide(result),
        "scores": Table(
            named(result.frame, data.panel.places),
            (REGION, YEAR, _EFFICIENCY, _JLMS, _RANK, _RETURNS, Column("technical", NAMES["technical"], style="share", digits=2)),
            Text(f"{title.zh}：得分", f"{title.en}: scores"),
            note=_scored(basis),
        ),
    }  # fmt: skip
    if len(result.changes):
        out |= _growth(result)
    return {**out, "conditions": _conditions(result), "inputs": given["inputs_by_year"], "sources": given["sources"]}


def _wide(result: FrontierResult) -> Table:
    data = result.data
    wide = result.frame.pivot(index="region", columns="year", values="efficiency").reindex(data.regions)
    wide.columns = pd.Index([str(y) for y in wide.columns])
    wide["mean"] = wide.mean(axis=1)
    shown = named(wide.reset_index(), data.panel.places).sort_values("mean", ascending=False, kind="stable")
    yearly = tuple(Column(str(y), Text(str(y), str(y)), style="index") for y in data.years)
    mean = Column("mean", Text("均值", "mean"), style="index")
    title = Text(f"{result.title.zh}：技术效率", f"{result.title.en}: technical efficiency")
    return Table(shown, (REGION, *yearly, mean), title, note=_scored(data.basis))


_TERMS = {
    "intercept": Text("截距", "intercept"), "t": Text("t（时间）", "t (time)"), "½t²": Text("½t²", "½t²"), "sigma2": Text("σ²", "σ²"),
    "gamma": Text("γ", "γ"), "eta": Text("η（衰减）", "η (decay)"), "mu": Text("μ", "μ"), "sigma_u": Text("σ_u", "σ_u"), "sigma_v": Text("σ_v", "σ_v"), "sigma_w": Text("σ_w", "σ_w"),
}  # fmt: skip


def _spelt(frame: pd.DataFrame, result: FrontierResult) -> pd.DataFrame:
    """Estimates whose terms carry the names of the variables instead of their ids."""
    names = {f"ln_{v.id}": v.name for v in result.data.of("input")}

    def spell(term: str) -> Text:
        if term.startswith("z_"):  # of the inefficiency
            name = _TERMS.get(term[2:]) or measure_name(result.data.panel, term[2:])
            return Text(f"z：{name.zh}", f"z: {name.en}")
        known = _TERMS.get(term)
        if known is not None:
            return known
        if term.startswith("½") and term.endswith("²") and term not in _TERMS:
            name = spell(term[1:-1])
            return Text(f"½（{name.zh}）²", f"½ ({name.en})²")
        zh = en = term
        for code, name in sorted(names.items(), key=lambda pair: -len(pair[0])):
            zh, en = zh.replace(code, f"ln {name.zh}"), en.replace(code, f"ln {name.en}")
        return Text(zh, en)

    out = frame.copy()
    out["term"] = pd.Series([spell(str(t)) for t in frame["term"]], index=frame.index, dtype=object)
    return out


def _scored(basis: Text) -> Text:
    """How to read efficiencies, and what they rest on."""
    return Text(
        f"1 为位于随机前沿；效率为给定合成误差时的条件期望（Battese 与 Coelli 1988）。{basis.zh}",
        f"One is on the stochastic frontier; efficiencies are conditional means given the composed error (Battese & Coelli 1988). {basis.en}".strip(),
    )


def _growth(result: FrontierResult) -> dict[str, Table]:
    """Means of the parts by pair of years, the mean of all below, and by region."""
    parts, changes = result.parts, result.changes
    columns = tuple(Column(p, NAMES[p], style="share", digits=2) for p in parts)
    by_year = changes.groupby(["start", "year"], as_index=False)[list(parts)].mean()
    by_year.insert(
        0, "period", [Text(f"{a}–{b}", f"{a}–{b}") for a, b in zip(by_year["start"], by_year["year"], strict=True)]
    )
    mean = {"period": Text("均值", "mean"), **{p: float(changes[p].mean()) for p in parts}}
    yearly = pd.concat([by_year, pd.DataFrame([mean])], ignore_index=True)
    by_region = changes.groupby("region", sort=False, as_index=False)[list(parts)].mean()
    by_region = named(by_region, result.data.panel.places).sort_values("total", ascending=False, kind="stable")
    period = Column("period", Text("时期", "period"), style="text")
    title = result.title
    return {
        "decomposition": Table(yearly, (period, *columns), Text(f"{title.zh}：TFP 增长的分解", f"{title.en}: TFP growth and its parts"), note=_READING),
        "regions": Table(by_region, (REGION, *columns), Text(f"{title.zh}：分地区 TFP 增长", f"{title.en}: TFP growth by region"), note=_READING),
    }  # fmt: skip


def _conditions(result: FrontierResult) -> Table:
    """Mean elasticities, returns to scale, and how often theory holds."""
    found, inputs = result.fitted, result.data.of("input")
    rows = [
        {"what": Text(f"{v.name.zh}的产出弹性均值", f"mean elasticity of {v.name.en}"), "value": float(found.elasticities[..., k].mean())}
        for k, v in enumerate(inputs)
    ]  # fmt: skip
    rows.append({"what": Text("规模报酬（弹性之和）均值", "mean returns to scale (sum of elasticities)"), "value": float(found.elasticities.sum(axis=2).mean())})  # fmt: skip
    rows += [{"what": CONDITIONS[name], "value": value} for name, value in found.conditions.items()]
    columns = (Column("what", Text("检验项", "what"), style="text"), Column("value", Text("数值", "value"), digits=3))
    title = Text(f"{result.title.zh}：弹性与理论条件", f"{result.title.en}: elasticities and conditions of theory")
    return Table(pd.DataFrame(rows), columns, title)


def summary(result: FrontierResult, lang: Lang | None = None) -> str:
    """All sentences in one paragraph."""
    spoken = lang or language()
    said = [_scores(result), _test(result), _made_of(result), _theory(result)]
    return told(said, _basis(result), spoken)


def _scores(result: FrontierResult) -> Text:
    rows, places = result.last, result.data.panel.places
    if float(rows["efficiency"].max() - rows["efficiency"].min()) < ALIKE:
        same = write_number(float(rows["efficiency"].mean()), "index")
        return Text(
            f"{result.title.zh}：各地区的技术效率都为 {same}。",
            f"{result.title.en}: every region has efficiency {same}.",
        )

    def told(part: pd.DataFrame) -> Text:
        cells = zip(part["region"], part["efficiency"], strict=True)
        names = [(name_of(places, str(c)), write_number(float(e), "index")) for c, e in cells]
        return listed([Text(f"{n.zh}（{v}）", f"{n.en} ({v})") for n, v in names])

    return Text(
        "{title}：{year} 年 {n} 个地区的平均技术效率为 {mean}，最高的为{best}，最低的为{worst}。",
        "{title}: in {year} the mean efficiency of {n} regions was {mean}; highest were {best}, lowest {worst}.",
    ).fill(
        title=result.title,
        year=result.data.years[-1],
        n=len(rows),
        mean=write_number(float(rows["efficiency"].mean()), "index"),
        best=told(rows.head(NAMED)),
        worst=told(rows.tail(NAMED).iloc[::-1]),
    )


def _test(result: FrontierResult) -> Text:
    lr = result.fitted.estimates.lr
    verdict = (
        Text("无效率显著存在", "there is inefficiency")
        if lr.p < 0.05
        else Text("不能拒绝没有无效率", "no inefficiency cannot be rejected")
    )
    said = Text(
        f"单边似然比为 {lr.statistic:.2f}（p {_p(lr.p)}），{verdict.zh}。",
        f"The one-sided likelihood ratio is {lr.statistic:.2f} (p {_p(lr.p)}): {verdict.en}.",
    )
    more = [Text(f"注意：{n.zh}。", f"Note: {n.en}.") for n in result.fitted.estimates.notes]
    return Text("".join([said.zh, *(m.zh for m in more)]), " ".join([said.en, *(m.en for m in more)]))


def _p(value: float) -> str:
    """`= 0.031` or `< 0.001`."""
    written = write_number(value, "p")
    return f"< {written[1:]}" if written.startswith("<") else f"= {written}"


def _made_of(result: FrontierResult) -> Text:
    if not len(result.changes):
        return Text("", "")
    means = {p: write_number(100 * float(result.changes[p].mean()), "signed", 2) + "%" for p in result.parts}
    shown = listed(
        [Text(f"{NAMES[p].zh} {means[p]}", f"{NAMES[p].en} {means[p]}") for p in result.parts if p != "total"]
    )
    return Text(f"TFP 年均增长 {means['total']}，其中{shown.zh}。", f"TFP grew by {means['total']} a year: {shown.en}.")


def _theory(result: FrontierResult) -> Text:
    """Where the fit goes against theory, which a reader of elasticities must know."""
    broken = [(CONDITIONS[k], v) for k, v in result.fitted.conditions.items() if v < 1]
    if not broken:
        return Text("", "")
    told = listed(
        [Text(f"{c.zh}为 {write_number(v, 'share')}", f"{c.en}: {write_number(v, 'share')}") for c, v in broken]
    )
    return Text(f"理论条件未处处成立：{told.zh}。", f"Theory does not hold everywhere: {told.en}.")


def _basis(result: FrontierResult) -> Text:
    first = result.recipe.assumptions[0]
    return Text(f"口径：{first.zh}。{result.data.basis.zh}", f"Basis: {first.en}. {result.data.basis.en}".strip())


_EFFICIENCY = Column("efficiency", Text("技术效率", "efficiency"), style="index", low="low", high="high")
_JLMS = Column("jlms", Text("JLMS 效率", "JLMS efficiency"), style="index")
_RANK = Column("rank", Text("位次", "rank"), style="rank")
_RETURNS = Column("returns", Text("规模报酬", "returns to scale"), digits=3)
