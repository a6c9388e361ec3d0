"""What growth is owed to: the face of growth accounting, for regions, for groups and for all of them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from xinzhi.atlas import Grouping
from xinzhi.base.arrays import Array
from xinzhi.base.calls import python_line, unusual
from xinzhi.base.errors import UsageError, unknown
from xinzhi.base.numbers import write_number
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text, language
from xinzhi.panel import Panel
from xinzhi.panel.labels import REGION, few, listed, name_of, named
from xinzhi.productivity.accounts.accounting import GrowthAccounting, growth_accounting
from xinzhi.productivity.calls import tfp_line
from xinzhi.productivity.grouped import ALL, EVERYONE, By, outside, stated
from xinzhi.productivity.grouped import grouping as grouped
from xinzhi.productivity.inputs.face import InputsResult, inputs
from xinzhi.productivity.tfp.face import region_code
from xinzhi.productivity.tfp.words import told as paragraphs

Shares = Mapping[str, float] | Sequence[float] | str | None
USUAL = {"capital": 0.5, "labour": 0.5}
OTHER = (0.4, 0.5, 0.6)  # shares of capital between which the literature on Chinese provinces moves
TFP = Text("全要素生产率", "TFP")
NAMED = 5


@dataclass(frozen=True)
class GrowthResult(Result):
    """Growth and its sources; all figures are logarithmic growth a year, as fractions.

    frame      a row a region and pair of years: region, start, year, growth, one column of contribution for each input,
               tfp, and level (TFP chained, the first year is one)
    by_region  a row a region: region, means over the span, and tfp_share, the part of growth owed to TFP
    by_group   a row a group (its sum) and one for all regions (group ""): the same means
    by_year    a row a pair of years, of the sum of all regions
    other      a row an alternative share of capital: capital, tfp, tfp_share, of the sum; empty where shares were not given for
               capital and labour alone
    shares     id of input → output elasticity used, mean over regions and years
    errors     id of input → standard error, where shares were estimated
    grouping, data, recipe
    """

    frame: pd.DataFrame
    by_region: pd.DataFrame
    by_group: pd.DataFrame
    by_year: pd.DataFrame
    other: pd.DataFrame
    shares: dict[str, float]
    errors: dict[str, float]
    grouping: Grouping
    data: InputsResult
    recipe: Recipe

    @property
    def title(self) -> Text:
        """What it is called."""
        years = self.data.span
        return Text(f"{years} 年经济增长的来源", f"Sources of growth, {years}")

    @property
    def note(self) -> Text:
        """How to read the numbers, and the shares they rest on."""
        told = self.told()
        return Text(
            f"数值为年均对数增长；贡献 = 份额 × 投入增长，全要素生产率为余值。{told.zh}。{self.data.basis.zh}",
            f"Figures are logarithmic growth a year; a contribution is share × growth of the input, TFP is the rest. {told.en}. {self.data.basis.en}".strip(),
        )

    def told(self) -> Text:
        """The shares in a sentence."""
        return _told(self.data, self.shares, self.errors)

    @property
    def apart(self) -> Text:
        """What tells it from another result of its kind."""
        return Text(f"按{self.grouping.title.zh}", f"by {self.grouping.title.en}")

    def tables(self) -> dict[str, Table]:
        """`growth` by group with all regions, `regions`, `years`, `other_shares` where there are any, `changes`, the inputs."""
        parts = (_GROWTH, *(Column(v.id, v.name, style="share", digits=2) for v in self.data.of("input")), _TFP)
        of = {
            name: Text(f"{self.title.zh}：{zh}", f"{self.title.en}: {en}")
            for name, zh, en in (
                ("group", "分组", "by group"), ("region", "分地区", "by region"), ("year", "逐年（全部地区之和）", "by year, sum of all regions"),
                ("other", "不同资本份额", "other shares of capital"), ("all", "各地区逐年", "by region and year"),
            )
        }  # fmt: skip
        regions = named(self.by_region, self.data.panel.places).sort_values("tfp", ascending=False, kind="stable")
        out = {
            "growth": Table(self._groups(), (_GROUP, *parts, _SHARE), of["group"], note=self.note),
            "regions": Table(regions, (REGION, *parts, _SHARE), of["region"], note=self.note),
            "years": Table(self.by_year, (_YEAR, *parts, _SHARE), of["year"], note=self.note),
            "changes": Table(named(self.frame, self.data.panel.places), (REGION, _YEAR, *parts, _LEVEL), of["all"], note=self.note),
        }  # fmt: skip
        if len(self.other):
            out["other_shares"] = Table(self.other, _OTHER, of["other"], note=self.note)
        given = self.data.tables()
        return {**out, "inputs": given["inputs_by_year"], "sources": given["sources"]}

    def _groups(self) -> pd.DataFrame:
        out = self.by_group.copy()
        names = self.grouping.names()
        out.insert(0, "group_name", [names[str(g)] if g else ALL for g in out["group"]])
        return out

    def summary(self, lang: Lang | None = None) -> str:
        """How fast the sum of all regions grew, by what, where TFP leads, and how much hangs on the shares."""
        spoken = lang or language()
        whole = self.by_group[self.by_group["group"] == ""].iloc[0]
        names, places = self.grouping.names(), self.data.panel.places
        groups = self.by_group[(self.by_group["group"] != "") & self.by_group["tfp_share"].notna()]
        leading = self.by_region[self.by_region["tfp_share"] > 0.5].sort_values("tfp_share", ascending=False)
        falling = self.by_region[self.by_region["tfp"] < 0].sort_values("tfp")
        good = self.data.of("good")[0].name
        parts = [
            Text(f"{v.name.zh}贡献 {_share(whole[v.id])}（占 {_part(whole[v.id], whole['growth'])}）", f"{v.name.en} {_share(whole[v.id])} ({_part(whole[v.id], whole['growth'])})")
            for v in self.data.of("input")
        ]  # fmt: skip
        said = [
            Text("{title}：{n} 个地区合计的{good}年均增长 {g}（对数），其中{parts}，全要素生产率 {tfp}（占 {share}）。", "{title}: {good} of {n} regions together grew by {g} a year (logarithmic): {parts}, TFP {tfp} ({share}).").fill(
                title=self.title, n=len(self.data.regions), good=good, g=_share(whole["growth"]), parts=listed(parts), tfp=_share(whole["tfp"]), share=_part(whole["tfp"], whole["growth"])
            ),
            Text("增长过半来自全要素生产率的地区有 {k} 个{who}，全要素生产率下降的有 {m} 个{others}。", "TFP made more than half of growth in {k} regions{who} and fell in {m}{others}.").fill(
                k=len(leading), who=few([name_of(places, str(c)) for c in leading["region"]], NAMED), m=len(falling), others=few([name_of(places, str(c)) for c in falling["region"]], NAMED)
            ),
        ]  # fmt: skip
        if len(groups) > 1:
            best, worst = groups.iloc[int(groups["tfp_share"].argmax())], groups.iloc[int(groups["tfp_share"].argmin())]
            said.append(
                Text("按{by}，全要素生产率占比{best}最高（{b}），{worst}最低（{w}）。", "By {by}, the part of TFP is largest in {best} ({b}) and smallest in {worst} ({w}).").fill(
                    by=self.grouping.title, best=names[str(best["group"])], worst=names[str(worst["group"])], b=write_number(best["tfp_share"], "share"), w=write_number(worst["tfp_share"], "share")
                )
            )  # fmt: skip
        if len(self.other):
            low, high = self.other.iloc[0], self.other.iloc[-1]
            said.append(
                Text("资本份额由 {a} 改为 {b} 时，全要素生产率占比由 {x} 变为 {y}。", "With the share of capital at {b} rather than {a}, the part of TFP is {y} rather than {x}.").fill(
                    a=f"{low['capital']:g}", b=f"{high['capital']:g}", x=write_number(low["tfp_share"], "share"), y=write_number(high["tfp_share"], "share")
                )
            )  # fmt: skip
        used = self.told()
        basis = Text(f"口径：{used.zh}。{self.data.basis.zh}", f"Basis: {used.en[0].lower()}{used.en[1:]}. {self.data.basis.en}".strip())  # fmt: skip
        return paragraphs(said, basis, spoken)

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """Contributions of the sum of all regions stacked year by year, growth as dots."""
        from xinzhi.chart import stacked

        parts = [v.id for v in self.data.of("input")] + ["tfp"]
        return stacked(
            [int(y) for y in self.by_year["year"]],
            [*(v.name for v in self.data.of("input")), TFP],
            np.stack([100 * self.by_year[p].to_numpy(dtype=float) for p in parts]),
            total=100 * self.by_year["growth"].to_numpy(dtype=float),
            total_label=Text("增长", "growth"),
            axis=Text("对数百分点", "log points × 100"),
            title=self.title,
            note=self.data.proxies,
            lang=lang,
        )

    def waterfall(self, region: str, lang: Lang | None = None) -> dict[str, Any]:
        """The sources of one region's mean growth a year."""
        from xinzhi.chart import waterfall

        code = region_code(self.data, region)
        row = self.by_region[self.by_region["region"] == code].iloc[0]
        who = name_of(self.data.panel.places, code)
        parts = [v.id for v in self.data.of("input")] + ["tfp"]
        return waterfall(
            [*(v.name for v in self.data.of("input")), TFP],
            [100 * float(row[p]) for p in parts],
            end_label=Text("年均增长", "growth a year"),
            axis=Text("对数百分点", "log points × 100"),
            title=Text(f"{who.zh}：{self.title.zh}", f"{who.en}: {self.title.en}"),
            note=self.data.proxies,
            lang=lang,
        )


def growth(panel: Panel, *, shares: Shares = None, preset: str = "klg", by: By = None, **options: Any) -> GrowthResult:
    """Growth of the first good output split among inputs and TFP, for regions, for the groups of `by` and for their sum.

    shares   output elasticities: a mapping of inputs to numbers, a list in the order of inputs, "estimated" (least squares of
             logarithms with effects of regions and years), or "constant-returns"; capital 0.5 and labour 0.5 where None, as
             is usual for Chinese provinces, with 0.4 and 0.6 beside it
    options  of `inputs`

    Groups and the whole are sums of levels in constant prices, so their growth is that of the sum.
    """
    if "bad" not in options:
        options["bad"] = []
    data = inputs(panel, preset, **options)
    ids = [v.id for v in data.of("input")]
    used = _checked_shares(shares, ids)
    y, x = data.values(data.of("good")[0].id), data.array("input")
    found = growth_accounting(y, x, used)
    given = found.shares.mean(axis=tuple(range(found.shares.ndim - 1))) if isinstance(used, str) else used
    mean = {i: float(share) for i, share in zip(ids, given, strict=True)}
    errors = {} if found.estimated is None else {i: float(e) for i, e in zip(ids, found.estimated, strict=True)}
    grouping = grouped(data.panel, by, data.regions)
    fixed = np.array([mean[i] for i in ids]) if isinstance(used, str) else used
    whole = growth_accounting(y.sum(axis=1, keepdims=True), x.sum(axis=1, keepdims=True), fixed)
    frame = _frame(data, found, ids)
    years = _years(data, whole, ids)
    other = _other(y, x, ids) if not errors and set(ids) == {"capital", "labour"} else pd.DataFrame()
    return GrowthResult(
        frame,
        _means(frame, ids),
        _groups(data, y, x, fixed, grouping, years, ids),
        years,
        other,
        mean,
        errors,
        grouping,
        data,
        _recipe(
            data,
            shares if isinstance(shares, str) else mean,
            by or grouping.id,
            (_told(data, mean, errors), *outside(data.panel, grouping, data.regions)),
        ),
    )


def _told(data: InputsResult, shares: Mapping[str, float], errors: Mapping[str, float]) -> Text:
    parts = []
    for v in data.of("input"):
        se = f" ± {write_number(errors[v.id], 'number', 3)}" if v.id in errors else ""
        parts.append(Text(f"{v.name.zh} {shares[v.id]:.3g}{se}", f"{v.name.en} {shares[v.id]:.3g}{se}"))
    how = Text("估计的产出弹性（± 标准误）", "Estimated output elasticities (± standard errors)") if errors else Text("给定的产出弹性", "Given output elasticities")  # fmt: skip
    return Text(f"{how.zh}：{listed(parts).zh}", f"{how.en}: {listed(parts).en}")


def _checked_shares(shares: Shares, ids: list[str]) -> Array | str:
    if isinstance(shares, str):
        if shares not in ("estimated", "constant-returns"):
            raise unknown(Text("份额的来源", "source of shares"), shares, ("estimated", "constant-returns"))
        return shares
    given: Mapping[str, float] | Sequence[float] = USUAL if shares is None else shares
    if isinstance(given, Mapping):
        missing = [i for i in ids if i not in given]
        if missing or set(given) - set(ids):
            raise UsageError(
                f"份额须与投入（{'、'.join(ids)}）一一对应，给出的是 {'、'.join(given)}；请用 shares 写明，如 {', '.join(f'{i}=0.3' for i in ids)}",
                f"shares must name the inputs ({', '.join(ids)}), they name {', '.join(given)}; state them in shares, such as {', '.join(f'{i}=0.3' for i in ids)}",
                code="912",
            )
        values = [float(given[i]) for i in ids]
    else:
        values = [float(s) for s in given]
        if len(values) != len(ids):
            raise UsageError(
                f"给出 {len(values)} 个份额，投入有 {len(ids)} 个（{'、'.join(ids)}）",
                f"{len(values)} shares are given for {len(ids)} inputs ({', '.join(ids)})",
                code="959",
            )
    if any(not 0 <= s <= 1.5 for s in values):
        raise UsageError(
            f"份额 {'、'.join(f'{s:g}' for s in values)} 应为产出弹性（如 0.5），不能为负或写成百分数",
            f"shares {', '.join(f'{s:g}' for s in values)} must be output elasticities such as 0.5, neither negative nor in per cent",
            code="913",
        )
    return np.array(values)


def _frame(data: InputsResult, found: GrowthAccounting, ids: list[str]) -> pd.DataFrame:
    n, years = len(data.regions), data.years
    return pd.DataFrame(
        {
            "region": np.repeat(data.regions, len(years) - 1),
            "start": np.tile(years[:-1], n),
            "year": np.tile(years[1:], n),
            "growth": found.growth.T.ravel(),
            **{i: found.contributions[..., k].T.ravel() for k, i in enumerate(ids)},
            "tfp": found.tfp.T.ravel(),
            "level": found.level[1:].T.ravel(),
        }
    )


def _with_share(table: pd.DataFrame) -> pd.DataFrame:
    """The part of growth owed to TFP; none where output did not grow."""
    return table.assign(tfp_share=(table["tfp"] / table["growth"]).where(table["growth"] > 0))


def _means(frame: pd.DataFrame, ids: list[str]) -> pd.DataFrame:
    return _with_share(frame.groupby("region", sort=False)[["growth", *ids, "tfp"]].mean().reset_index())


def _years(data: InputsResult, whole: GrowthAccounting, ids: list[str]) -> pd.DataFrame:
    parts = {i: whole.contributions[:, 0, k] for k, i in enumerate(ids)}
    table = {"start": data.years[:-1], "year": data.years[1:], "growth": whole.growth[:, 0], **parts, "tfp": whole.tfp[:, 0]}  # fmt: skip
    return _with_share(pd.DataFrame(table))


def _groups(
    data: InputsResult, y: Array, x: Array, shares: Array, grouping: Grouping, years: pd.DataFrame, ids: list[str]
) -> pd.DataFrame:
    member, rows = grouping.membership(data.regions), []
    parts = ["growth", *ids, "tfp"]
    for j, group in enumerate(grouping.ids):
        if group == EVERYONE or not member[:, j].any():
            continue
        inside = member[:, j]
        found = growth_accounting(
            y[:, inside].sum(axis=1, keepdims=True), x[:, inside].sum(axis=1, keepdims=True), shares
        )
        rows.append({"group": group, **_years(data, found, ids)[parts].mean().to_dict()})
    rows.append({"group": "", **years[parts].mean().to_dict()})
    return _with_share(pd.DataFrame(rows))


def _other(y: Array, x: Array, ids: list[str]) -> pd.DataFrame:
    """TFP of the sum under other shares of capital, labour taking the rest."""
    rows = []
    for alpha in OTHER:
        shares = [alpha if i == "capital" else 1 - alpha for i in ids]
        found = growth_accounting(y.sum(axis=1, keepdims=True), x.sum(axis=1, keepdims=True), shares)
        rows.append({"capital": alpha, "growth": found.growth.mean(), "tfp": found.tfp.mean()})
    return _with_share(pd.DataFrame(rows))


def _recipe(data: InputsResult, shares: str | Mapping[str, float], by: By, told: tuple[Text, ...]) -> Recipe:
    rest = Text(
        "规模报酬与竞争的假定体现在份额中，全要素生产率为余值，含测量误差",
        "shares carry the assumptions on returns and competition; TFP is the rest and holds errors of measurement",
    )
    plain = {k: v for k, v in data.stated.items() if (k, v) not in (("preset", "klg"), ("bad", []))}
    said = None if shares == USUAL else shares
    chosen = {**unusual(growth, {"shares": said, "by": stated(data.panel, by)}), **plain}
    return Recipe(
        method="xinzhi.productivity.growth",
        title=Text("经济增长的来源", "sources of growth"),
        parameters={"shares": shares, "by": by, "data": data.recipe.parameters},
        formula="Δln Y = Σ s̄·Δln X + Δln A, s̄ = (s_t + s_{t+1})/2",
        sources=("Solow (1957), Review of Economics and Statistics 39", "Törnqvist (1936)", *data.recipe.sources),
        data=data.recipe.data,
        assumptions=(told[0], rest, *data.assumptions, *told[1:]),
        python=python_line("productivity.growth", (), chosen),
        cli=tfp_line("growth", chosen, data.panel),
    )


def _share(value: float) -> str:
    return write_number(value, "share", 2)


def _part(value: float, whole: float) -> str:
    return write_number(value / whole if whole > 0 else float("nan"), "share")


_GROUP = Column("group_name", Text("组", "group"), style="text")
_YEAR = Column("year", Text("年份", "year"), style="year")
_GROWTH = Column("growth", Text("增长", "growth"), style="share", digits=2)
_TFP = Column("tfp", TFP, style="share", digits=2)
_SHARE = Column("tfp_share", Text("全要素生产率占比", "part of TFP"), style="share")
_LEVEL = Column("level", Text("全要素生产率累计", "TFP chained"), style="number", digits=3)
_OTHER = (Column("capital", Text("资本份额", "share of capital"), style="number", digits=1), _GROWTH, _TFP, _SHARE)
