"""The technology gap between groups of regions: each group's frontier against the metafrontier of all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from xinzhi.atlas import Grouping
from xinzhi.base.arrays import Array
from xinzhi.base.calls import python_line, unusual
from xinzhi.base.errors import UsageError
from xinzhi.base.numbers import write_number
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text, language
from xinzhi.panel import Panel
from xinzhi.panel.labels import REGION, YEAR, listed, name_of, named
from xinzhi.productivity.arguments import choice
from xinzhi.productivity.calls import tfp_line
from xinzhi.productivity.efficiency.solve import WINDOW
from xinzhi.productivity.envelopment.groups import Measure, metafrontier, metafrontier_malmquist
from xinzhi.productivity.envelopment.periods import Name, span
from xinzhi.productivity.envelopment.technology import returns_to_scale
from xinzhi.productivity.grouped import usual
from xinzhi.productivity.inputs.face import InputsResult, prepared
from xinzhi.productivity.tfp.models import RTS, TECHNOLOGIES, refuse_zero, without
from xinzhi.productivity.tfp.words import told as paragraphs
from xinzhi.productivity.tfp.words import warned

PARTS = ("change", "efficiency_change", "best_practice_change", "gap_change")
SIDES = {"sbm": "both", "radial": "output", "directional": "output"}
TITLES = {
    "sbm": Text("SBM 模型", "slacks-based measure"),
    "radial": Text("径向模型", "radial model"),
    "directional": Text("方向距离函数", "directional distance function"),
}


@dataclass(frozen=True)
class TechnologyGap(Result):
    """Efficiency of regions within their group and against all, and how close the group's frontier comes to that of all.

    frame     a row a region and year: region, group, year, own (efficiency against the group's frontier), meta (against the
              metafrontier), ratio (technology gap ratio meta / own), status
    by_group  a row a group and year: group, year, n, own, meta, ratio (means)
    changes   a row a region and pair of years: region, group, start, year, change, efficiency_change, best_practice_change,
              gap_change, factors that multiply (Oh & Lee 2010); no rows for one year
    grouping, data, model, recipe
    """

    frame: pd.DataFrame
    by_group: pd.DataFrame
    changes: pd.DataFrame
    grouping: Grouping
    data: InputsResult
    model: str
    recipe: Recipe

    @property
    def title(self) -> Text:
        """What it is called."""
        years, by = self.data.span, self.grouping.title
        return Text(f"{years} 年技术落差（按{by.zh}，{TITLES[self.model].zh}）", f"Technology gap by {by.en} ({TITLES[self.model].en}), {years}")  # fmt: skip

    @property
    def apart(self) -> Text:
        """What tells it from another result of its kind."""
        by = self.grouping.title
        return Text(f"按{by.zh}，{TITLES[self.model].zh}", f"by {by.en}, {TITLES[self.model].en}")

    def tables(self) -> dict[str, Table]:
        """`groups` by year, `regions` with means over years, `changes` by group where there are two years, `scores`, the inputs."""
        given, places, names = self.data.tables(), self.data.panel.places, self.grouping.names()
        note = Text(f"技术落差比为 1 时，该组前沿就是共同前沿；越小差距越大。{self.data.basis.zh}", f"At a ratio of one the group's frontier is the metafrontier; the smaller, the wider the gap. {self.data.basis.en}".strip())  # fmt: skip

        def grouped(frame: pd.DataFrame) -> pd.DataFrame:
            out = frame.copy()
            out.insert(0, "group_name", [names[str(g)] for g in frame["group"]])
            return out

        means = self.frame.groupby(["region", "group"], sort=False, as_index=False)[["own", "meta", "ratio"]].mean()
        means = grouped(named(means, places)).sort_values("meta", ascending=False, kind="stable")
        out = {
            "groups": Table(grouped(self.by_group), (_GROUP, YEAR, _N, *_SCORES), self.title, note=note),
            "regions": Table(means, (REGION, _GROUP, *_SCORES), Text(f"{self.title.zh}：各地区均值", f"{self.title.en}: means of regions"), note=note),
        }  # fmt: skip
        if len(self.changes):
            out["changes"] = self._changes(grouped)
        scores = grouped(named(self.frame, places))
        return {
            **out,
            "scores": Table(scores, (REGION, _GROUP, YEAR, *_SCORES), Text(f"{self.title.zh}：得分", f"{self.title.en}: scores"), note=note),
            "inputs": given["inputs_by_year"],
            "sources": given["sources"],
        }  # fmt: skip

    def _changes(self, grouped: Any) -> Table:
        """Geometric means of the factors by group."""
        logs = self.changes.assign(**{p: np.log(self.changes[p]) for p in PARTS})
        means = logs.groupby("group", sort=False, as_index=False)[list(PARTS)].mean()
        shown = grouped(means.assign(**{p: np.exp(means[p]) for p in PARTS}))
        columns = tuple(Column(p, label, digits=3) for p, label in _CHANGES.items())
        title = Text(f"{self.title.zh}：共同前沿生产率变化（几何平均）", f"{self.title.en}: metafrontier productivity change (geometric means)")  # fmt: skip
        return Table(
            shown,
            (_GROUP, *columns),
            title,
            note=Text(f"{_MULTIPLY.zh}{self.data.basis.zh}", f"{_MULTIPLY.en} {self.data.basis.en}".strip()),
        )

    def summary(self, lang: Lang | None = None) -> str:
        """Whose frontier comes closest to that of all, whose is farthest, and how the gaps moved."""
        spoken, names = lang or language(), self.grouping.names()
        first, last = self.data.years[0], self.data.years[-1]
        rows = self.by_group[self.by_group["year"] == last].sort_values("ratio", ascending=False, kind="stable")
        cells = [
            (names[str(g)], write_number(float(r), "index")) for g, r in zip(rows["group"], rows["ratio"], strict=True)
        ]
        then = self.by_group[self.by_group["year"] == first].set_index("group")["ratio"]
        moved = rows.set_index("group")["ratio"] - then
        narrowed = [names[str(g)] for g in moved.index[moved > 1e-9]]
        said = Text(
            "{title}：{year} 年各组的技术落差比为{all}{since}。",
            "{title}: in {year} the ratios of the groups were {all}{since}.",
        ).fill(
            title=self.title,
            year=last,
            all=listed([Text(f"{n.zh} {v}", f"{n.en} {v}") for n, v in cells]),
            since=_since(first, last, narrowed),
        )
        basis = self.recipe.assumptions[0]
        told = Text(f"口径：{basis.zh}。{self.data.basis.zh}", f"Basis: {basis.en}. {self.data.basis.en}".strip())
        return paragraphs((said, warned(self.recipe)), told, spoken)

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """The mean ratio of each group, year by year."""
        from xinzhi.chart import Line, lines

        wide = self.by_group.pivot(index="group", columns="year", values="ratio")
        names = self.grouping.names()
        return lines(
            self.data.years,
            [Line(names[str(g)], row.to_numpy(dtype=float)) for g, row in wide.iterrows()],
            axis=Text("技术落差比", "technology gap ratio"),
            title=self.title,
            note=self.data.proxies,
            lang=lang,
        )


def _since(first: int, last: int, narrowed: list[Text]) -> Text:
    """Whose gap narrowed between the first and the last year."""
    if first == last:
        return Text("", "")
    if not narrowed:
        return Text(f"；与 {first} 年相比，没有一组的比值上升", f"; since {first} the ratio rose for no group")
    who = listed(narrowed)
    return Text(f"；与 {first} 年相比，比值上升（落差缩小）的为{who.zh}", f"; since {first} the ratio rose (the gap narrowed) for {who.en}")  # fmt: skip


def technology_gap(
    panel: Panel | InputsResult,
    by: str | None = None,
    model: str = "sbm",
    *,
    technology: str = "global",
    rts: str = "crs",
    orientation: str | None = None,
    **options: Any,
) -> TechnologyGap:
    """Group frontiers, the metafrontier and technology gap ratios of the groups of `by`.

    panel        a panel, with options of `inputs`, or inputs made before
    by           a grouping of the atlas or of the panel, in which no region belongs to two groups; regions in none are left out
    model        sbm, directional (weakly disposable bads), or radial (no bads)
    technology   global: all years pooled; contemporaneous: each year its own; sequential: all years so far; window: three years
                 around. The change of productivity is always against the global metafrontier (Oh & Lee 2010)
    rts          crs, vrs, drs, irs or fdh
    orientation  output or input; for sbm also both, its usual one

    Raises UsageError or DataError in one sentence for what a model cannot take.
    Source: Battese, Rao & O'Donnell (2004); O'Donnell, Rao & Battese (2008); Oh & Lee (2010).
    """
    data = prepared(panel, options)
    choice(Text("效率模型", "model of efficiency"), model, Measure)
    choice(Text("技术参照", "technology"), technology, Literal["global", "contemporaneous", "sequential", "window"])
    returns_to_scale(rts)
    if model == "sbm":
        refuse_zero(data, TITLES[model])
    by = usual(data.panel.places) if by is None else by
    if not by:
        raise UsageError(
            "技术落差需要把地区分组（by），而这份地区名录没有分组；请用 read_groupings 读入，研究文件写 groupings: groupings.yaml",
            "a technology gap needs regions in groups (by), and this list of places has none; give them with read_groupings, or groupings: groupings.yaml in a study",
            code="970",
        )
    grouping = data.panel.places.grouping(by, data.regions)
    stack, outside = _stack(data, grouping, model)
    how = _How(technology, rts, orientation or SIDES[model], model)
    frame, notes = _scores(stack, how, grouping.names())
    left = without(TITLES[model], data.of("bad") if model == "radial" else [])
    out = listed([name_of(data.panel.places, c) for c in outside])
    lost = (
        (Text(f"{out.zh}不属于任何一组，未纳入", f"{out.en} belong to no group and are left out"),) if outside else ()
    )
    told = Text(
        f"{TITLES[model].zh}，{TECHNOLOGIES[technology].zh}前沿，{RTS[rts].zh}，分组前沿与共同前沿之比",
        f"{TITLES[model].en}, {technology} frontier, {RTS[rts].en}, each group's frontier against that of all",
    )
    return TechnologyGap(
        frame,
        frame.groupby(["group", "year"], sort=False, as_index=False).agg(
            n=("region", "size"), own=("own", "mean"), meta=("meta", "mean"), ratio=("ratio", "mean")
        ),
        _moves(stack, how),
        grouping,
        data,
        model,
        _recipe(data, by, how, (told, *data.assumptions, *left, *lost, *notes)),
    )


class _How(NamedTuple):
    technology: str
    rts: str
    side: str
    model: str


@dataclass(frozen=True)
class _Stack:
    """x (T, n, p), y (T, n, q), b (T, n, r) or None of n regions that have a group each."""

    years: list[int]
    regions: list[str]
    labels: list[str]
    x: Array
    y: Array
    b: Array | None


def _stack(data: InputsResult, grouping: Grouping, model: str) -> tuple[_Stack, list[str]]:
    """The figures of the regions that have a group, and the regions that have none; overlaps are refused by the grouping."""
    labels = grouping.labels(data.regions)
    inside = np.array([bool(g) for g in labels])
    if not inside.any():
        raise UsageError(
            f"分组「{grouping.title.zh}」不含这些地区中的任何一个",
            f"the grouping {grouping.title.en} has none of these regions",
            code="948",
        )
    x, y, b = (data.array(role)[:, inside] for role in ("input", "good", "bad"))
    kept = [c for c, g in zip(data.regions, labels, strict=True) if g]
    bads = b if b.shape[2] and model != "radial" else None
    left = [c for c, g in zip(data.regions, labels, strict=True) if not g]
    return _Stack(data.years, kept, [g for g in labels if g], x, y, bads), left


def _scores(of: _Stack, how: _How, titles: Mapping[str, Text]) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """Scores of every year against the years of its technology."""
    T, n = len(of.years), len(of.regions)
    rows, notes = [], dict[Text, None]()
    for wanted, part in _pools(how.technology, T):
        x, y = (v[part].reshape(len(part) * n, -1) for v in (of.x, of.y))
        b = None if of.b is None else of.b[part].reshape(len(part) * n, -1)
        found = metafrontier(x, y, of.labels * len(part), b, how.rts, how.side, how.model, titles)
        notes |= dict.fromkeys(found.notes)
        pooled = pd.DataFrame(
            {
                "region": of.regions * len(part), "group": of.labels * len(part), "year": np.repeat([of.years[t] for t in part], n),
                "own": found.group, "meta": found.meta, "ratio": found.gap, "status": found.status,
            }
        )  # fmt: skip
        rows.append(pooled[pooled["year"].isin([of.years[t] for t in wanted])])
    return pd.concat(rows).sort_values(["region", "year"], kind="stable", ignore_index=True), tuple(notes)


def _pools(technology: str, T: int) -> list[tuple[list[int], list[int]]]:
    """Positions of the years told together, and of those that form their frontier."""
    if technology == "global":
        return [(list(range(T)), list(range(T)))]
    names: dict[str, Name] = {"sequential": "sequential", "window": "window"}
    spans = [span(names.get(technology, "contemporaneous"), t, T, WINDOW) for t in range(T)]
    return [([t], list(range(first, last))) for t, (first, last) in enumerate(spans)]


def _moves(of: _Stack, how: _How) -> pd.DataFrame:
    """Metafrontier productivity change, a row a region and pair of years."""
    if len(of.years) < 2:
        return pd.DataFrame(columns=["region", "group", "start", "year", *PARTS])
    found = metafrontier_malmquist(of.x, of.y, of.labels, of.b, how.rts, how.side, how.model)
    n, pairs = len(of.regions), len(of.years) - 1
    spans = {"start": np.tile(of.years[:-1], n), "year": np.tile(of.years[1:], n)}
    parts = {p: getattr(found, p).T.ravel() for p in PARTS}
    return pd.DataFrame(
        {"region": np.repeat(of.regions, pairs), "group": np.repeat(of.labels, pairs), **spans, **parts}
    )


def _recipe(data: InputsResult, by: str, how: _How, assumed: tuple[Text, ...]) -> Recipe:
    model, technology, rts = how.model, how.technology, how.rts
    side = None if how.side == SIDES[model] else how.side
    chosen = {**unusual(technology_gap, {"technology": technology, "rts": rts, "orientation": side}), **data.stated}
    return Recipe(
        method="xinzhi.productivity.technology_gap",
        title=Text("技术落差", "technology gap"),
        parameters={"by": by, "model": model, "technology": technology, "rts": rts, "orientation": how.side, "data": data.recipe.parameters},
        formula="TGR = efficiency against all / efficiency within the group",
        sources=(
            "Battese, Rao & O'Donnell (2004), Journal of Productivity Analysis 21", "O'Donnell, Rao & Battese (2008), Empirical Economics 34",
            "Oh & Lee (2010), Empirical Economics 38", *data.recipe.sources,
        ),
        data=data.recipe.data,
        assumptions=assumed,
        python=python_line("productivity.technology_gap", (by, model), chosen),
        cli=tfp_line("gap", {"by": by, "model": model, **chosen}, data.panel),
    )  # fmt: skip


_GROUP = Column("group_name", Text("组", "group"), style="text")
_N = Column("n", Text("地区数", "regions"), style="count")
_SCORES = (
    Column("own", Text("组内效率", "efficiency within the group"), style="index"),
    Column("meta", Text("共同前沿效率", "efficiency against all"), style="index"),
    Column("ratio", Text("技术落差比", "technology gap ratio"), style="index"),
)
_CHANGES = {
    "efficiency_change": Text("组内效率变化", "efficiency change within the group"),
    "best_practice_change": Text("组前沿变化", "best-practice change"),
    "gap_change": Text("技术落差变化", "technology gap change"),
    "change": Text("生产率变化", "productivity change"),
}
_MULTIPLY = Text("三项之积为相对全局共同前沿的生产率变化；大于 1 为进步（Oh 与 Lee 2010）。", "The three factors multiply to the change against the global metafrontier; above one is progress (Oh & Lee 2010).")  # fmt: skip
