"""How unequal regions are, year by year, and how much of it lies between groups: the face of the decompositions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xinzhi.atlas import Grouping
from xinzhi.base.calls import command_line, python_line, unusual
from xinzhi.base.errors import DataError
from xinzhi.base.numbers import Style, write_interval, write_number
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text, language
from xinzhi.disparity.dagum import dagum
from xinzhi.disparity.gap.rows import bounds, change_rows, group_rows, year_row
from xinzhi.disparity.refusals import NOT_NEGATIVE, refuse
from xinzhi.panel import Panel
from xinzhi.panel.balanced import MOST_NAMED, balanced
from xinzhi.panel.bundled import bundled_name
from xinzhi.panel.labels import YEAR, digits_of, listed, measure_name, name_of, spanned, unit_of

PARTS = {
    "between_net": Text("组间净差异", "net differences between groups"),
    "within": Text("组内差异", "differences within groups"),
    "transvariation": Text("超变密度", "transvariation"),
}
_READ = Text(
    "基尼系数 0 为完全均等。三部分之和为总差异：组间净差异来自各组均值之差，组内差异来自组内各地区之差，超变密度来自组间的交叠（低均值组的高值地区超过高均值组的低值地区）。括号内为按组重抽地区的自助法区间。",
    "A Gini of 0 is equality. Three parts make the total: net differences between group means, differences within groups, and the overlap between groups (transvariation). In brackets: bootstrap intervals from resampling regions within groups.",
)


_READ_FIGURE = Text(
    "三块面积自下而上为组间净差异、组内差异与超变密度，相加为基尼系数（圆点）；面积变厚即该部分扩大。",
    "The areas are, from below, net differences between groups, differences within, and transvariation; they add up to the Gini (dots). A part that grows gets thicker.",
)
_ZERO = Text("区间含 0，变化未必显著", "the interval holds zero, so the change may not be real")
_CLEAR = Text("区间不含 0", "the interval leaves out zero")


@dataclass(frozen=True)
class GapResult(Result):
    """The gap between regions.

    frame    a row a year: year, n, gini, within, between_net, transvariation, the last three also as `*_share` of the Gini,
             theil, theil_between_share, cv, p90_p10 (NaN where a value is not positive); *_low, *_high for gini, the shares
             and theil_between_share
    change   a row a measure (gini and the three shares) from the first to the last year: measure, first, last, change, low,
             high, by resampling the same regions in both years; empty with one year
    groups   a row a year and group: year, group, n, population, income, mean, gini, within (contribution), within_share
    pairs    a row a year and pair: year, first (richer), second, gini, distance, between_net, transvariation, share
    grouping the groups, with their names
    of       what is measured
    unit     its unit, nothing for a formula
    recipe   how it was made
    """

    frame: pd.DataFrame
    change: pd.DataFrame
    groups: pd.DataFrame
    pairs: pd.DataFrame
    grouping: Grouping
    of: Text
    unit: Text
    recipe: Recipe

    @property
    def years(self) -> tuple[int, int]:
        """First and last year."""
        return int(self.frame["year"].iloc[0]), int(self.frame["year"].iloc[-1])

    def tables(self) -> dict[str, Table]:
        """`gap` year by year, `groups` and `pairs` of the last year, and of all years."""
        first, last = self.years
        span = spanned(first, last)
        names = self.grouping.names()
        groups, pairs = self.groups.copy(), self.pairs.copy()
        digits = digits_of(groups["mean"])
        inner = tuple(replace(c, unit=self.unit, digits=digits) if c.id == "mean" else c for c in _GROUPS)
        groups.insert(0, "name", [names[g] for g in groups["group"]])
        pairs.insert(
            0,
            "name",
            [
                Text(f"{names[a].zh}–{names[b].zh}", f"{names[a].en} – {names[b].en}")
                for a, b in zip(pairs["first"], pairs["second"], strict=True)
            ],
        )
        title = Text(
            f"{span} 年{self.of.zh}的地区差异及其分解",
            f"Regional disparity of {self.of.en} and its parts, {span}",
        )
        inside = Text(f"{self.of.zh}：各组内部差异", f"{self.of.en}: disparity within groups")
        across = Text(f"{self.of.zh}：组间差异", f"{self.of.en}: disparity between groups")
        return {
            "gap": Table(self.frame, _YEARLY, title, note=_READ),
            "groups": Table(
                groups[groups["year"] == last],
                inner,
                Text(f"{last} 年{inside.zh}", f"{inside.en}, {last}"),
                note=_READ,
            ),
            "pairs": Table(
                pairs[pairs["year"] == last], _PAIRS, Text(f"{last} 年{across.zh}", f"{across.en}, {last}"), note=_READ
            ),
            "groups_by_year": Table(groups, inner, Text(f"{span} 年{inside.zh}", f"{inside.en}, {span}"), note=_READ),
            "pairs_by_year": Table(pairs, _PAIRS, Text(f"{span} 年{across.zh}", f"{across.en}, {span}"), note=_READ),
        }

    def summary(self, lang: Lang | None = None) -> str:
        """How large the gap is, where it lies, and how it moved, with intervals."""
        begin, end = self.frame.iloc[0], self.frame.iloc[-1]
        names = self.grouping.names()
        last_pairs = self.pairs[self.pairs["year"] == end["year"]]
        last_groups = self.groups[self.groups["year"] == end["year"]]
        widest = last_pairs.loc[last_pairs["gini"].idxmax()]
        inside = last_groups.loc[last_groups["gini"].idxmax()]
        main = max(PARTS, key=lambda part: float(end[f"{part}_share"]))
        spoken = lang or language()

        def bounded(row: Any, name: str, style: Style) -> str:
            return write_interval(row[name], row[f"{name}_low"], row[f"{name}_high"], style, None, spoken)

        said: dict[str, Any] = {
            "last": int(end["year"]),
            "of": self.of,
            "by": by_words(self.grouping),
            "part": PARTS[main],
            "gini": bounded(end, "gini", "index"),
            "share": bounded(end, f"{main}_share", "share"),
            "wide": Text(
                f"{names[widest['first']].zh}与{names[widest['second']].zh}",
                f"{names[widest['first']].en} and {names[widest['second']].en}",
            ),
            "wide_gini": write_number(widest["gini"], "index"),
            "inside": names[inside["group"]],
            "inside_gini": write_number(inside["gini"], "index"),
        }
        parts = [
            Text(
                "{last} 年{of}的基尼系数为 {gini}；按{by}分解，{part}占 {share}。",
                "In {last} the Gini of {of} was {gini}; by {by}, {part} made {share} of it.",
            ).fill(**said)
        ]
        if len(self.change):
            moves = self.change.set_index("measure")
            parts.append(
                Text(
                    "{first} 年基尼系数为 {before}，差距{change}；{part}的占比由 {part_before}变为 {part_now}，{points}。",
                    "In {first} the Gini was {before}: the gap {change}; the share of {part} went from {part_before} to {part_now}, {points}.",
                ).fill(
                    first=int(begin["year"]), part=PARTS[main], before=bounded(begin, "gini", "index"), change=_moved(moves.loc["gini"]),
                    part_before=bounded(begin, f"{main}_share", "share"), part_now=write_number(end[f"{main}_share"], "share"), points=_points(moves.loc[f"{main}_share"]),
                )
            )  # fmt: skip
        parts.append(
            Text(
                "差距最大的是{wide}（{wide_gini}），内部差异最大的是{inside}（{inside_gini}）。",
                "The widest gap lies between {wide} ({wide_gini}); the most unequal inside is {inside} ({inside_gini}).",
            ).fill(**said)
        )
        return ("" if spoken == "zh" else " ").join(p.say(spoken) for p in parts)

    def reads(self) -> dict[str, Text]:
        """How to read the stacked parts."""
        return {"figure": _READ_FIGURE}

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """The three parts of the Gini stacked over the years."""
        from xinzhi.chart import stacked

        span = spanned(*self.years)
        return stacked(
            [int(y) for y in self.frame["year"]],
            list(PARTS.values()),
            np.stack([self.frame[part].to_numpy(dtype=float) for part in PARTS]),
            kind="area",
            total=self.frame["gini"].to_numpy(dtype=float),
            total_label=Text("基尼系数", "Gini"),
            axis=Text("基尼系数（0–1）", "Gini coefficient (0–1)"),
            title=Text(
                f"{span} 年{self.of.zh}地区差异的构成",
                f"Parts of the disparity of {self.of.en}, {span}",
            ),
            lang=lang,
        )


def gap(
    panel: Panel,
    of: str,
    *,
    by: str = "plates",
    weight: str | None = None,
    years: Iterable[int] | None = None,
    regions: Iterable[str] | None = None,
    draws: int = 500,
    seed: int = 0,
    level: float = 0.95,
) -> GapResult:
    """How unequal `of` is across regions, and how much of it lies within, between and across the groups of `by`.

    of       an indicator, or a formula such as `gdp / population`; values ≥ 0
    by       a grouping without overlap: plates, province for prefectures, a path such as plates/province, or a file
    weight   an indicator of population; every region counts once where None
    draws    bootstrap replications, resampling regions within groups; 0 leaves intervals empty

    Regions with a gap in any year, and those outside every group, are left out and named. Raises DataError for groups that
    overlap (the five strategies do), negative values, or fewer than two groups.
    """
    data = balanced(panel, [of] if weight is None else [of, weight], years, regions)
    grouping = panel.places.grouping(by, list(data.regions))
    labels = np.array(grouping.labels(list(data.regions)))
    inside = labels != ""
    labels = labels[inside]
    if np.unique(labels).size < 2:
        raise DataError(
            f"分组「{by}」在这些地区中不足两组，无从分解",
            f"the grouping “{by}” has fewer than two groups among these regions, there is nothing to decompose",
            code="360",
        )
    kept = [c for c, there in zip(data.regions, inside, strict=True) if there]
    refuse(panel, of, data[of][:, inside], data[of][:, inside] < 0, kept, data.years, NOT_NEGATIVE["gini"])
    rows, groups, pairs = [], [], []
    for t, year in enumerate(data.years):
        v = data[of][t, inside]
        w = None if weight is None else data[weight][t, inside]
        found = dagum(v, labels, w)
        rows.append({"year": year, **year_row(v, w, labels, found), **bounds(v, w, labels, draws, seed, level)})
        groups += group_rows(year, labels, found)
        pairs.append(found.pairs.assign(year=year))
    given = {"by": by, "weight": weight, "draws": draws, "seed": seed, "level": level}
    chosen = unusual(gap, {**given, **data.asked})
    recipe = Recipe(
        method="xinzhi.disparity.gap",
        title=Text("地区差异及其分解", "regional disparity and its parts"),
        parameters={"of": of, "by": by, "weight": weight, "years": list(data.years), "draws": draws, "level": level},
        formula="G = Gw + Gnb + Gt; Gw = Σ Gjj·pj·sj; Gnb = Σ Gjh·Djh·(pj·sh + ph·sj); Gt = Σ Gjh·(1 − Djh)·(pj·sh + ph·sj); T = Σ p·(x/μ)·ln(x/μ)",
        sources=("Dagum (1997), Empirical Economics 22", "Theil (1967) ch. 4", "Shorrocks (1980), Econometrica 48"),
        data={panel.name: panel.hash},
        seed=seed if draws else None,
        assumptions=(*data.assumptions, *outside(panel, data.regions, inside), weighting(panel, weight)),
        python=python_line("disparity.gap", (of,), chosen),
        cli=command_line("gap", (of,), chosen, ("by", "weight", "years", "draws", "seed"), bundled_name(panel)),
    )
    return GapResult(
        pd.DataFrame(rows),
        change_rows(
            data[of][:, inside], None if weight is None else data[weight][:, inside], labels, draws, seed, level
        ),
        pd.DataFrame(groups),
        pd.concat(pairs, ignore_index=True),
        grouping,
        measure_name(panel, of),
        unit_of(panel, of),
        recipe,
    )


def _moved(row: Any) -> Text:
    """How the Gini changed: `缩小 0.014（−0.031–+0.002；区间含 0，变化未必显著）`."""
    word = Text("扩大", "widened") if row["change"] > 0 else Text("缩小", "narrowed")
    size = write_number(abs(row["change"]), "index")
    return _with_interval(Text(f"{word.zh} {size}", f"{word.en} by {size}"), row, 3)


def _points(row: Any) -> Text:
    """How a share changed, in percentage points."""
    size = write_number(100 * row["change"], "signed", 1)
    return _with_interval(Text(f"变化 {size} 个百分点", f"by {size} points"), row * 100, 1)


def _with_interval(said: Text, row: Any, digits: int) -> Text:
    if not np.isfinite(row["low"]):
        return said
    sure = _ZERO if row["low"] <= 0 <= row["high"] else _CLEAR
    low, high = (write_number(row[side], "signed", digits) for side in ("low", "high"))
    return Text(f"{said.zh}（{low} 至 {high}，{sure.zh}）", f"{said.en} ({low} to {high}, {sure.en})")


def by_words(grouping: Grouping) -> Text:
    """The title of a grouping as it stands inside a sentence: 省份, `province`; 四大板块/省份, `four plates / province`."""
    parts = [part.removeprefix("By ") for part in grouping.title.en.split(" / ")]
    zh = "/".join(part.removeprefix("按") for part in grouping.title.zh.split("/"))
    return Text(zh, " / ".join(part[:1].lower() + part[1:] for part in parts))


def outside(panel: Panel, regions: Sequence[str], inside: NDArray[np.bool_]) -> list[Text]:
    """The regions that no group holds, named; nothing where there are none."""
    left = [name_of(panel.places, c) for c, there in zip(regions, inside, strict=True) if not there]
    said = Text("{who} 不属于任何一组，未纳入", "left out, as they belong to no group: {who}")
    return [said.fill(who=listed(left, MOST_NAMED))] if left else []


def weighting(panel: Panel, weight: str | None) -> Text:
    """Whether regions count once or by `weight`."""
    if weight is None:
        return Text("每个地区权重相同，不按人口加权", "every region counts once, not by population")
    name = measure_name(panel, weight)
    return Text(f"按{name.zh}加权", f"weighted by {name.en}")


def _share(name: str, zh: str, en: str) -> Column:
    return Column(
        f"{name}_share",
        Text(f"{zh}占比", f"{en}, share"),
        style="share",
        low=f"{name}_share_low",
        high=f"{name}_share_high",
    )


_YEARLY = (
    YEAR,
    Column("gini", Text("基尼系数", "Gini"), style="index", low="gini_low", high="gini_high"),
    _share("between_net", "组间净差异", "net between"),
    _share("within", "组内差异", "within"),
    _share("transvariation", "超变密度", "transvariation"),
    Column("theil", Text("泰尔指数 T", "Theil T"), style="index"),
    _share("theil_between", "泰尔组间", "Theil between"),
    Column("cv", Text("变异系数", "coefficient of variation"), style="index"),
    Column("p90_p10", Text("P90/P10", "P90/P10"), style="number"),
)
_GROUPS = (
    YEAR,
    Column("name", Text("组", "group"), style="text"),
    Column("n", Text("地区数", "regions"), style="count"),
    Column("mean", Text("均值", "mean"), style="number"),
    Column("gini", Text("组内基尼", "Gini inside"), style="index"),
    Column("within_share", Text("对总差异的贡献", "share of total"), style="share"),
)
_PAIRS = (
    YEAR,
    Column("name", Text("两组（均值高者在前）", "pair (richer first)"), style="text"),
    Column("gini", Text("组间基尼 Gjh", "Gini between Gjh"), style="index"),
    Column("distance", Text("相对富裕度 Djh", "relative affluence Djh"), style="index"),
    Column("between_net", Text("净差异贡献", "net contribution"), style="index"),
    Column("transvariation", Text("超变贡献", "transvariation"), style="index"),
    Column("share", Text("占总差异", "share of total"), style="share"),
)
