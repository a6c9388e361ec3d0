"""How much of the gap lies at each step down: between plates, between the provinces of a plate, inside provinces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from xinzhi.atlas import Grouping
from xinzhi.base.arrays import Array
from xinzhi.base.calls import command_line, python_line, unusual
from xinzhi.base.errors import DataError, UsageError
from xinzhi.base.numbers import write_interval, write_number
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text, language
from xinzhi.disparity.gap.face import by_words, outside, weighting
from xinzhi.disparity.inference import bootstrap
from xinzhi.disparity.refusals import NOT_NEGATIVE, refuse
from xinzhi.disparity.theil import TheilIndex, nested_theil
from xinzhi.panel import Panel
from xinzhi.panel.balanced import balanced
from xinzhi.panel.bundled import bundled_name
from xinzhi.panel.labels import YEAR, listed, measure_name, spanned

_READ = Text(
    "泰尔指数 0 为完全均等，可逐层相加：各层之和恰为总差异。括号内为在组内重抽地区的自助法区间，组取有两个以上地区的最细一层；只有一个地区的组没有内部差异。",
    "A Theil index of 0 is equality; its levels add up to the total. In brackets: bootstrap intervals from resampling regions within groups, the finest that hold two regions or more; a group of one region has no disparity inside.",
)


@dataclass(frozen=True)
class NestedResult(Result):
    """The gap by nested levels.

    frame      a row a year and level: year, n, theil, level (0 between the groups of the first grouping, …, last within those
               of the finest), value, share, share_low, share_high; the last level is left out where every group of the
               finest grouping is one region, which has no disparity inside
    groupings  coarsest first
    index      T or L
    of, recipe
    """

    frame: pd.DataFrame
    groupings: tuple[Grouping, ...]
    index: TheilIndex
    of: Text
    recipe: Recipe

    @property
    def levels(self) -> tuple[Text, ...]:
        """What each level is called, coarsest first."""
        titles = [by_words(g) for g in self.groupings]
        between = [
            Text(f"{inner.zh}之间（{outer.zh}之内）", f"between groups ({inner.en}) within {outer.en}")
            for outer, inner in pairwise(titles)
        ]
        first, last = titles[0], titles[-1]
        named = (
            Text(f"{first.zh}之间", f"between groups ({first.en})"),
            *between,
            Text(f"{last.zh}内部", f"within groups ({last.en})"),
        )
        return named[: int(self.frame["level"].max()) + 1]

    def tables(self) -> dict[str, Table]:
        """`nested`: the total and the share of each level, a row a year; `levels` in full."""
        first, last = int(self.frame["year"].min()), int(self.frame["year"].max())
        span = spanned(first, last)
        title = Text(
            f"{span} 年{self.of.zh}的泰尔指数 {self.index} 逐层分解",
            f"Theil {self.index} of {self.of.en} by nested levels, {span}",
        )
        wide = self.frame.drop_duplicates("year")[["year", "n", "theil"]].reset_index(drop=True)
        for k in range(len(self.levels)):
            here = self.frame[self.frame["level"] == k].reset_index(drop=True)
            for column in ("share", "share_low", "share_high"):
                wide[f"{column}_{k}"] = here[column]
        shares = (
            Column(f"share_{k}", name, style="share", low=f"share_low_{k}", high=f"share_high_{k}")
            for k, name in enumerate(self.levels)
        )
        rows = self.frame.copy()
        rows.insert(0, "name", [self.levels[k] for k in rows["level"]])
        theil = Column("theil", Text(f"泰尔指数 {self.index}", f"Theil {self.index}"), style="index")
        return {
            "nested": Table(wide, (YEAR, _N, theil, *shares), title, note=_READ),
            "levels": Table(rows, (YEAR, *_LEVELS), Text(f"{title.zh}：各层", f"{title.en}: levels"), note=_READ),
        }

    def summary(self, lang: Lang | None = None) -> str:
        """How much lies at each level now, and how much did at first."""
        spoken = lang or language()
        begin, end = (self.frame[self.frame["year"] == y] for y in (self.frame["year"].min(), self.frame["year"].max()))
        now = listed(
            [
                Text(f"{name.zh}占 {share}", f"{share} {name.en}")
                for name, share in zip(self.levels, (_share(r, spoken) for r in end.to_dict("records")), strict=True)
            ]
        )
        parts = [
            Text(
                "{last} 年{of}的泰尔指数 {index} 为 {total}：{now}。", "In {last} Theil {index} of {of} was {total}: {now}."
            ).fill(
                last=int(end["year"].iloc[0]), of=self.of, index=self.index, total=write_number(end["theil"].iloc[0], "index"), now=now
            )
        ]  # fmt: skip
        if len(begin) and int(begin["year"].iloc[0]) < int(end["year"].iloc[0]):
            then = listed([Text(s, s) for s in (_share(r, spoken) for r in begin.to_dict("records"))])
            parts.append(
                Text(
                    "{first} 年为 {before}，各层依次占 {then}。", "In {first} it was {before}, with shares {then} in that order."
                ).fill(first=int(begin["year"].iloc[0]), before=write_number(begin["theil"].iloc[0], "index"), then=then)
            )  # fmt: skip
        return ("" if spoken == "zh" else " ").join(p.say(spoken) for p in parts)

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """The levels stacked over the years."""
        from xinzhi.chart import stacked

        wide = self.frame.pivot(index="level", columns="year", values="value")
        return stacked(
            [int(y) for y in wide.columns],
            list(self.levels),
            wide.to_numpy(dtype=float),
            kind="area",
            axis=Text(f"泰尔指数 {self.index}", f"Theil {self.index}"),
            title=Text(f"{self.of.zh}地区差异所在的层次", f"Where the disparity of {self.of.en} lies"),
            lang=lang,
        )


def nested(
    panel: Panel,
    of: str,
    *,
    by: Sequence[str] = ("plates", "province"),
    index: TheilIndex = "T",
    weight: str | None = None,
    years: Iterable[int] | None = None,
    regions: Iterable[str] | None = None,
    draws: int = 300,
    seed: int = 0,
    level: float = 0.95,
) -> NestedResult:
    """How much of the gap in `of` lies at each of several nested levels (Theil).

    of      an indicator or a formula; values > 0, for T ≥ 0
    by      at least two groupings without overlap, coarsest first, each nested in the one before it
    index   T (weights by income) or L (by population)
    weight  an indicator of population; every region counts once where None
    draws   bootstrap replications, resampling regions within the finest groups that hold two or more; 0 leaves intervals empty

    Regions outside a grouping are left out and named. Raises DataError for groupings that overlap or are not nested.
    """
    chosen = list(dict.fromkeys(by))
    if len(chosen) < 2:
        raise UsageError(
            "逐层分解至少需要两种分组（by），由粗到细，如 plates, province；一种分组请用 gap",
            "a decomposition by levels needs two groupings (by) or more, coarsest first, such as plates, province; with one use gap",
            code="365",
        )
    data = balanced(panel, [of] if weight is None else [of, weight], years, regions)
    groupings = tuple(panel.places.grouping(g, list(data.regions)) for g in chosen)
    labels = [np.array(g.labels(list(data.regions))) for g in groupings]
    inside = np.all([each != "" for each in labels], axis=0)
    if not inside.any():
        raise DataError(
            f"没有地区同时属于 {'、'.join(chosen)} 的各一组",
            f"no region belongs to a group of each of {', '.join(chosen)}",
            code="366",
        )
    labels = [each[inside] for each in labels]
    kept = [c for c, there in zip(data.regions, inside, strict=True) if there]
    refuse(panel, of, data[of][:, inside], data[of][:, inside] < 0, kept, data.years, NOT_NEGATIVE["theil"])
    alone = _one_each(labels[-1])
    rows = []
    for t, year in enumerate(data.years):
        w = None if weight is None else data[weight][t, inside]
        found = _year(data[of][t, inside], w, labels, index, draws, seed, level)
        rows += [{"year": year} | row for row in (found[:-1] if alone else found)]
    given = {"by": chosen, "index": index, "weight": weight, "draws": draws, "seed": seed, "level": level}
    told = unusual(nested, {**given, **data.asked})
    recipe = Recipe(
        method="xinzhi.disparity.nested",
        title=Text("差异的逐层分解", "disparity by nested levels"),
        parameters={"of": of, "by": chosen, "index": index, "weight": weight, "years": list(data.years), "draws": draws, "level": level},
        formula="T = T_between(1) + Σ T_between(k | k−1) + T_within; T = Σ p·(x/μ)·ln(x/μ), L = Σ p·ln(μ/x)",
        sources=("Akita (2003), Annals of Regional Science 37", "Theil (1967) ch. 4"),
        data={panel.name: panel.hash},
        seed=seed if draws else None,
        assumptions=(*data.assumptions, *outside(panel, data.regions, inside), weighting(panel, weight), *([_alone(groupings[-1])] if alone else [])),
        python=python_line("disparity.nested", (of,), told),
        cli=command_line("gap --what nested", (of,), {"by": chosen, **told}, ("by", "weight", "years", "draws", "seed"), bundled_name(panel)),
    )  # fmt: skip
    return NestedResult(pd.DataFrame(rows), groupings, index, measure_name(panel, of), recipe)


def _year(
    v: Array, w: Array | None, labels: list[Any], index: TheilIndex, draws: int, seed: int, level: float
) -> list[dict[str, Any]]:
    found = nested_theil(v, w, labels, index)
    total = found.total if found.total > 0 else np.nan
    weights = np.ones(v.size) if w is None else w

    def shares(x: Array, p: Array, *groups: Any) -> Array:
        drawn = nested_theil(x, p, groups, index)
        return np.array(drawn.parts) / (drawn.total if drawn.total > 0 else np.nan)

    low = high = np.full(len(found.parts), np.nan)
    if draws > 1:
        strata = next((each for each in reversed(labels) if not _one_each(each)), None)
        bounds = bootstrap(shares, (v, weights, *labels), draws, seed, strata, level, limits=(0.0, 1.0))
        low, high = bounds.low, bounds.high
    return [
        {"n": v.size, "theil": found.total, "level": k, "value": part, "share": part / total, "share_low": low[k], "share_high": high[k]}
        for k, part in enumerate(found.parts)
    ]  # fmt: skip


def _one_each(labels: Any) -> bool:
    """Whether every group is one region."""
    return bool(np.unique(labels).size == labels.size)


def _alone(grouping: Grouping) -> Text:
    title = by_words(grouping)
    return Text(
        f"{title.zh}一层的每组只有一个地区，组内没有差异，不列出；区间在其上一层的组内重抽地区",
        f"each group of {title.en} is one region, so nothing lies within and the level is not listed; intervals resample regions within the groups above",
    )


def _share(row: dict[Any, Any], lang: Lang) -> str:
    return write_interval(row["share"], row["share_low"], row["share_high"], "share", None, lang)


_N = Column("n", Text("地区数", "regions"), style="count")
_LEVELS = (
    Column("name", Text("层次", "level"), style="text"),
    Column("value", Text("贡献", "contribution"), style="index"),
    Column("share", Text("占总差异", "share of total"), style="share", low="share_low", high="share_high"),
)
