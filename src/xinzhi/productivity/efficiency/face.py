"""How efficient regions are, year by year, against a stated frontier: the face of the frontier models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from xinzhi.atlas import Grouping, map_option, shapes_for
from xinzhi.base.calls import python_line
from xinzhi.base.errors import UsageError
from xinzhi.base.numbers import write_number
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text, language
from xinzhi.panel import Panel
from xinzhi.panel.labels import REGION, YEAR, listed, name_of, named
from xinzhi.productivity.calls import tfp_line
from xinzhi.productivity.efficiency.checks import checks, tests
from xinzhi.productivity.efficiency.models import MODELS, How, checked, usual
from xinzhi.productivity.efficiency.options import settled
from xinzhi.productivity.efficiency.solve import Scored, scores
from xinzhi.productivity.grouped import By, stated
from xinzhi.productivity.grouped import grouping as grouped
from xinzhi.productivity.inference.blocks import Progress, Run
from xinzhi.productivity.inference.bootstrap import dea_bootstrap
from xinzhi.productivity.inputs.face import InputsResult, prepared
from xinzhi.productivity.tfp.tables import STATUS
from xinzhi.productivity.tfp.words import told as paragraphs
from xinzhi.productivity.tfp.words import warned

ON = 1e-6  # a score this close to one counts as on the frontier
MOST = 40  # regions that a ranking can name
NAMED = 8  # regions that a sentence can name


@dataclass(frozen=True)
class EfficiencyResult(Result):
    """Efficiency of regions.

    frame     a row a region and year: region, year, efficiency (NaN where the program has no solution), distance (β of
              directional models), status, rank, the target of each variable `<variable>_target` (NaN where the model has none),
              what else the model gives (`PARTS`), and, where a bootstrap was asked for, corrected (for bias) with low and high (the interval of the true efficiency), NaN otherwise
    by_group  a row a group and year: group, year, n, efficiency (mean)
    checks    tables beside radial scores: outliers of the last year, tests of returns to scale where a bootstrap was asked for
    grouping, data, how, recipe
    """

    frame: pd.DataFrame
    by_group: pd.DataFrame
    grouping: Grouping
    data: InputsResult
    how: How
    recipe: Recipe
    checks: dict[str, Table]

    @property
    def bounded(self) -> bool:
        """Whether there are intervals."""
        return bool(self.frame["low"].notna().any())

    @property
    def beyond(self) -> bool:
        """Whether some score lies beyond the frontier that it is compared with."""
        return bool((self.frame["efficiency"] > 1 + ON).any())

    @property
    def last(self) -> pd.DataFrame:
        """The rows of the last year, best first."""
        rows = self.frame[self.frame["year"] == self.data.years[-1]]
        return rows.sort_values("efficiency", ascending=False, kind="stable")

    @property
    def title(self) -> Text:
        """What it is called."""
        years = self.data.span
        return Text(f"{years} 年的效率（{MODELS[self.how.model].title.zh}）", f"Efficiency ({MODELS[self.how.model].title.en}), {years}")  # fmt: skip

    @property
    def apart(self) -> Text:
        """What tells it from another result of its kind."""
        return MODELS[self.how.model].title

    def tables(self) -> dict[str, Table]:
        """`efficiency` regions × years (of one year with rank and interval), `scores` with targets, `groups` by year, `outliers` and `returns` of radial scores, the inputs."""
        years = self.data.years
        wide = self.frame.pivot(index="region", columns="year", values="efficiency").reindex(self.data.regions)
        wide.columns = pd.Index([str(y) for y in wide.columns])
        wide["mean"] = wide.mean(axis=1)
        shown = named(wide.reset_index(), self.data.panel.places).sort_values("mean", ascending=False, kind="stable")
        note = self.note
        yearly = tuple(Column(str(y), Text(str(y), str(y)), style="index") for y in years)
        groups = self.by_group.copy()
        names = self.grouping.names()
        groups.insert(0, "group_name", [names[str(g)] for g in groups["group"]])
        long = named(self.frame, self.data.panel.places)
        long.insert(1, "said", [STATUS[str(s)] for s in long["status"]])
        targets = tuple(self._target(v.id) for v in self.data.variables if self.frame[f"{v.id}_target"].notna().any())
        parts = tuple(column for name, column in PARTS.items() if name in self.frame)
        distance = (_DISTANCE,) if self.frame["distance"].notna().any() else ()
        given = self.data.tables()
        return {
            "efficiency": Table(shown, (REGION, *yearly, _MEAN), self.title, note=note) if len(years) > 1 else self._ranking(),
            "scores": Table(long, (REGION, YEAR, _SCORE, *([_CORRECTED] if self.bounded else []), *distance, *parts, _RANK, *targets, _STATUS), Text(f"{self.title.zh}：得分与目标", f"{self.title.en}: scores and targets"), note=note),
            "groups": Table(groups, (_GROUP, YEAR, _N, _SCORE), Text(f"{self.title.zh}：分组均值", f"{self.title.en}: means of groups"), note=note),
            **self.checks,
            "inputs": given["inputs_by_year"],
            "sources": given["sources"],
        }  # fmt: skip

    def _ranking(self) -> Table:
        """The regions of the last year in order, with intervals where there are any."""
        columns = (_RANK, REGION, _SCORE, *([_CORRECTED] if self.bounded else []))
        return Table(named(self.last, self.data.panel.places), columns, self.title, note=self.note)

    def _target(self, name: str) -> Column:
        column = self.data.column(name)
        return Column(
            f"{name}_target", Text(f"{column.label.zh}目标", f"target of {column.label.en}"), column.unit, "money"
        )

    @property
    def note(self) -> Text:
        """How to read the scores, and what they rest on."""
        told, basis = self.how.told(), self.data.basis
        read = MODELS[self.how.model].reading
        if self.beyond:
            read = Text(
                f"{read.zh}，大于 1 的在所比的前沿之外", f"{read.en}; above one lies beyond the frontier compared with"
            )
        return Text(f"{read.zh}。{told.zh}。{basis.zh}", f"{read.en}. {told.en[0].upper()}{told.en[1:]}. {basis.en}".strip())  # fmt: skip

    def summary(self, lang: Lang | None = None) -> str:
        """The mean, who is on the frontier, who is far from it, and the groups."""
        spoken = lang or language()
        rows = self.last.dropna(subset=["efficiency"])
        lost = int(self.frame["efficiency"].isna().sum())
        year, places = self.data.years[-1], self.data.panel.places
        best = [name_of(places, str(c)) for c in rows[rows["efficiency"] >= 1 - ON]["region"]]
        behind = rows[rows["efficiency"] < 1 - ON]
        worst = (behind if len(behind) else rows).tail(3).iloc[::-1]
        first = self.data.years[0]
        before = write_number(self.frame[self.frame["year"] == first]["efficiency"].mean(), "index")
        then = Text(f"（{first} 年为 {before}）", f" ({before} in {first})") if first < year else Text("", "")
        some, more = listed(best[:NAMED]), len(best) > NAMED
        some = Text(f"{some.zh}等", f"{some.en} and others") if more else some
        top = listed([self._scored(str(r["region"]), float(r["efficiency"])) for _, r in rows.head(3).iterrows()])
        where = Text("前沿或其外", "on or beyond the frontier") if self.beyond else Text("前沿", "on the frontier")
        leads = Text("位于{where}的有 {k} 个（{best}）", "{k} were {where} ({best})") if best else Text("最高的为{top}", "the highest were {top}")  # fmt: skip
        said = Text(
            "{year} 年 {n} 个地区的平均效率为 {mean}{then}；{leads}，最低的为{worst}。",
            "In {year} the mean efficiency of {n} regions was {mean}{then}; {leads}, the lowest were {worst}.",
        ).fill(
            year=year,
            n=len(rows),
            mean=write_number(rows["efficiency"].mean(), "index"),
            then=then,
            leads=leads.fill(where=where, k=len(best), best=some, top=top),
            worst=listed([self._scored(str(c), float(e)) for c, e in zip(worst["region"], worst["efficiency"], strict=True)]),
        )  # fmt: skip
        gap = Text("{k} 个得分无解，记为缺失。", "{k} scores have no solution and are missing.").fill(k=lost) if lost else Text("", "")  # fmt: skip
        told, basis = self.how.told(), self.data.basis
        rests = Text(f"口径：{told.zh}。{basis.zh}", f"Basis: {told.en}. {basis.en}".strip())
        return paragraphs((said, gap, warned(self.recipe)), rests, spoken)

    def _scored(self, code: str, value: float) -> Text:
        name, shown = name_of(self.data.panel.places, code), write_number(value, "index")
        return Text(f"{name.zh}（{shown}）", f"{name.en} ({shown})")

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """Regions in order of the last year; of many the first ones."""
        from xinzhi.chart import ranking

        rows, year = self.last, self.data.years[-1]
        shown = Text("效率（1 为前沿）", "efficiency (one is the frontier)") if self.beyond else Text("效率（0–1）", "efficiency (0–1)")  # fmt: skip
        if self.bounded:
            rows = rows.sort_values("corrected", ascending=False, kind="stable")
            shown = Text("纠偏后效率（0–1）及其区间", "efficiency corrected for bias (0–1), with intervals")
        return ranking(
            [name_of(self.data.panel.places, str(c)) for c in rows["region"]],
            rows["corrected" if self.bounded else "efficiency"].to_numpy(dtype=float),
            low=rows["low"].to_numpy(dtype=float) if self.bounded else None,
            high=rows["high"].to_numpy(dtype=float) if self.bounded else None,
            keys=[str(c) for c in rows["region"]],
            axis=shown,
            limit=MOST,
            numbers=True,
            title=Text(f"{year} 年的效率", f"Efficiency in {year}"),
            note=self.data.proxies,
            lang=lang,
        )

    def map(self, lang: Lang | None = None) -> dict[str, Any] | None:
        """The map of the last year, classes from all years; None where the places have no boundaries."""
        from xinzhi.chart import classes

        shapes = shapes_for(self.data.panel.places, self.data.regions)
        score = _CORRECTED if self.bounded else _SCORE
        every = [float(v) for v in self.frame[score.id].dropna()]
        if shapes is None or not every:
            return None
        rows = self.last.dropna(subset=[score.id])
        return map_option(
            shapes,
            {str(c): float(e) for c, e in zip(rows["region"], rows[score.id], strict=True)},
            classes(every),
            legend_title=score.label,
            title=Text(f"{self.data.years[-1]} 年效率的地区分布", f"Efficiency on the map, {self.data.years[-1]}"),
            note=self.data.proxies,
            lang=lang,
        )


def efficiency(
    panel: Panel | InputsResult,
    model: str = "sbm",
    *,
    technology: str | None = None,
    rts: str | None = None,
    orientation: str | None = None,
    disposability: str = "weak",
    direction: str = "own",
    super_efficiency: bool = False,
    goal: str | None = None,
    m: int | None = None,
    alpha: float | None = None,
    width: int | None = None,
    moves: Sequence[str] | None = None,
    polluting: Sequence[str] | None = None,
    restrictions: Mapping[str, Mapping[str, Sequence[float | None]]] | None = None,
    epsilon: float | Sequence[float] | None = None,
    weights: Mapping[str, float] | None = None,
    by: By = None,
    draws: int = 0,
    seed: int = 0,
    level: float = 0.95,
    backend: str = "serial",
    workers: int = 1,
    resume: str | Path | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> EfficiencyResult:
    """Efficiency of every region in every year.

    panel            a panel, with options of `inputs`, or inputs made before
    model            sbm, radial, directional, nonradial, ebm, additive, ram, cross-efficiency, by-production, range-directional (takes
                     negative figures), order-m, order-alpha or window
    technology       the frontier: global (all years pooled), contemporaneous (each year its own), sequential or window (three years);
                     the model's usual one where None
    rts              crs, vrs, drs, irs or fdh; the model's usual one where None
    orientation      of the model; its usual one where None: both for sbm, input for radial, output for directional models
    disposability    of bads in directional models: weak, strong or kuosmanen
    direction        own figures, or the mean, as the size of a directional step
    super_efficiency score regions on the frontier against the others (sbm and radial)
    goal             cross-efficiency: benevolent, aggressive or arbitrary weights
    m, alpha         order-m: how many regions are drawn; order-alpha: the order of the quantile; no default suits every sample
    width            window: years in a window, 3 where None
    moves            directional and nonradial: the inputs that shrink, such as ["energy"]; all where None
    polluting        by-production: the inputs that cause the bads; energy where None
    restrictions     radial: least and largest ratio of two multipliers, {"energy": {"labour": [0.1, 2]}}, in the units of the inputs
    epsilon          ebm: ε of inputs and of outputs, 0 to 1, one number for both or two; estimated where None
    weights          ebm and nonradial: variable → weight; the model's own where None
    by               a grouping for means, which may overlap, or `all`; the usual one of these places where None
    draws            replications of the smoothed bootstrap of Simar and Wilson behind intervals at `level`: radial model, input
                     or output orientation, each year its own frontier; 0 for none
    backend, workers how draws are computed: serial, threads, processes or dask (see `dea_bootstrap`); the numbers are the same
    resume           a folder where finished draws are kept and found again
    progress         called with draws done and draws in all

    Raises UsageError or DataError in one sentence for what a model cannot take.
    """
    if model in MODELS and MODELS[model].signed and not isinstance(panel, InputsResult):
        options.setdefault("negative", "accept")
    data = prepared(panel, options)
    frontier, returns, side = usual(model)
    how = How(
        model, technology or frontier, rts or returns, orientation or side, disposability, direction, super_efficiency
    )
    left = checked(data, how)
    own = {"goal": goal, "m": m, "alpha": alpha, "width": width, "moves": moves, "polluting": polluting, "restrictions": restrictions, "epsilon": epsilon, "weights": weights}  # fmt: skip
    how = settled(how, {name: value for name, value in own.items() if value is not None}, data)
    grouping = grouped(data.panel, by, data.regions)
    found = scores(data, how)
    run = Run(backend, workers, resume, progress)
    tested = tests(data, how, draws)
    frame, said = _bounded(_frame(data, found), data, how, draws, seed, level, run, tested)
    notes = dict.fromkeys(n for one in found for n in one.notes if "位置" not in n.zh)
    assumed = (how.told(), *data.assumptions, *left, *said, *notes, *_lost(data, frame))
    sampled: dict[str, Any] = {"draws": draws, "seed": seed} if draws else {}
    if draws and level != 0.95:
        sampled["level"] = level
    recipe = _recipe(data, how, by or grouping.id, assumed, sampled)
    if draws:
        recipe = replace(recipe, seed=seed, parameters={**recipe.parameters, "draws": draws, "level": level})
    beside = checks(data, how, draws, seed, level, run)
    return EfficiencyResult(frame, _groups(frame, grouping, data), grouping, data, how, recipe, beside)


def _bounded(
    frame: pd.DataFrame, data: InputsResult, how: How, draws: int, seed: int, level: float, run: Run, tested: int
) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """The frame with intervals, all missing where none were asked for."""
    none = frame.assign(corrected=np.nan, low=np.nan, high=np.nan)
    if not draws:
        return none, ()
    fits = how.technology == "contemporaneous" and how.orientation in ("input", "output")
    if how.model != "radial" or how.super_efficiency or not fits or how.options.get("restrictions"):
        raise UsageError(
            '自助法区间（draws）用于径向模型、投入或产出导向、当期前沿、没有权重约束；请用 model="radial"、technology="contemporaneous"，或 draws=0',
            "bootstrap intervals (draws) are for the radial model, input or output orientation, a frontier of each year, and no weight restrictions; use "
            'model="radial", technology="contemporaneous", or draws=0',
            code="916",
        )
    x, y = data.array("input"), data.array("good")
    blocks = []
    for t, year in enumerate(data.years):
        one = run.part(t, len(data.years) + tested)
        found = dea_bootstrap(
            x[t], y[t], how.rts, how.orientation, draws, seed + t, level,
            backend=one.backend, workers=one.workers, resume=one.resume, progress=one.progress,
        )  # fmt: skip
        rows = {
            "region": data.regions,
            "year": year,
            "corrected": found.corrected,
            "low": found.low,
            "high": found.high,
        }
        blocks.append(pd.DataFrame(rows))
    told = Text(
        f"区间为 {draws} 次平滑自助法（Simar 与 Wilson 1998），置信水平 {level:.0%}；假定无效率的分布不随规模与结构而变",
        f"intervals from {draws} smoothed bootstrap draws (Simar & Wilson 1998) at {level:.0%}; inefficiency is taken to be distributed alike at every size and mix",
    )
    return frame.merge(pd.concat(blocks), on=["region", "year"], how="left"), (told,)


def _frame(data: InputsResult, found: list[Scored]) -> pd.DataFrame:
    blocks = []
    for year, one in zip(data.years, found, strict=True):
        targets = {
            f"{v.id}_target": values[:, k]
            for role, values in (("input", one.targets_x), ("good", one.targets_y), ("bad", one.targets_b))
            for k, v in enumerate(data.of(role))
        }
        score = pd.Series(one.efficiency)
        blocks.append(
            pd.DataFrame(
                {
                    "region": data.regions, "year": year, "efficiency": one.efficiency, "distance": one.distance,
                    "status": one.status, "rank": score.rank(ascending=False, method="min"), **targets, **one.parts,
                }
            )
        )  # fmt: skip
    return pd.concat(blocks, ignore_index=True).sort_values(["region", "year"], ignore_index=True)


def _groups(frame: pd.DataFrame, grouping: Grouping, data: InputsResult) -> pd.DataFrame:
    member, rows = grouping.membership(data.regions), []
    for j, group in enumerate(grouping.ids):
        inside = [c for c, row in zip(data.regions, member, strict=True) if row[j]]
        for year, block in frame[frame["region"].isin(inside)].groupby("year"):
            known = block["efficiency"].dropna()
            rows.append({"group": group, "year": year, "n": len(known), "efficiency": known.mean()})
    return pd.DataFrame(rows, columns=["group", "year", "n", "efficiency"])


def _lost(data: InputsResult, frame: pd.DataFrame) -> tuple[Text, ...]:
    gone = frame[frame["status"] != "optimal"]
    if not len(gone):
        return ()
    cells = []
    for code, year, status in zip(gone["region"], gone["year"], gone["status"], strict=True):
        who, said = name_of(data.panel.places, str(code)), STATUS[str(status)]
        cells.append(Text(f"{who.zh} {year} 年（{said.zh}）", f"{who.en} {year} ({said.en})"))
    shown, more = listed(cells[:12]), "…" if len(cells) > 12 else ""
    return (Text(f"{len(cells)} 个得分缺失：{shown.zh}{more}", f"{len(cells)} scores are missing: {shown.en}{more}"),)


def _recipe(data: InputsResult, how: How, by: By, assumed: tuple[Text, ...], sampled: Mapping[str, Any]) -> Recipe:
    model = MODELS[how.model]
    technology, rts, side = usual(how.model)
    plain = {"technology": technology, "rts": rts, "orientation": side, "disposability": "weak", "direction": "own", "super_efficiency": False}  # fmt: skip
    chosen = {
        **{k: getattr(how, k) for k, v in plain.items() if getattr(how, k) != v},
        **{k: v for k, v in how.options.items() if v and v != model.options[k]},
        **({} if stated(data.panel, by) is None else {"by": by}),
        **sampled,
        **{k: v for k, v in data.stated.items() if k != "negative"},
    }
    return Recipe(
        method="xinzhi.productivity.efficiency",
        title=Text("效率", "efficiency"),
        parameters={
            "model": how.model, "technology": how.technology, "rts": how.rts, "orientation": how.orientation, "disposability": how.disposability,
            "direction": how.direction, "super_efficiency": how.super_efficiency, **how.options, "by": by, "data": data.recipe.parameters,
        },
        formula=model.formula,
        sources=(*model.sources, *data.recipe.sources),
        data=data.recipe.data,
        assumptions=assumed,
        python=python_line("productivity.efficiency", (how.model,), chosen),
        cli=tfp_line("efficiency", {"model": how.model, **chosen}, data.panel),
    )  # fmt: skip


PARTS = {
    "own": Column("own", Text("自评效率", "own efficiency"), style="index"),
    "maverick": Column("maverick", Text("自评高于他评的幅度", "own over others' appraisal"), style="share"),
    "theta": Column("theta", Text("投入因子 θ", "input factor θ"), style="index"),
    "eta": Column("eta", Text("产出因子 η", "output factor η"), style="index"),
    "epsilon_x": Column("epsilon_x", Text("投入 ε", "ε of inputs"), style="index"),
    "epsilon_y": Column("epsilon_y", Text("产出 ε", "ε of outputs"), style="index"),
    "slack": Column("slack", Text("相对松弛之和", "sum of relative slacks"), digits=4),
    "operational": Column("operational", Text("生产效率", "operational efficiency"), style="index"),
    "environmental": Column("environmental", Text("环境效率", "environmental efficiency"), style="index"),
    "dominating": Column("dominating", Text("不差于它的单元数", "units no worse"), style="count"),
    "spread": Column("spread", Text("各窗口最大相差", "largest difference between windows"), style="index"),
}
_SCORE = Column("efficiency", Text("效率", "efficiency"), style="index")
_CORRECTED = Column("corrected", Text("纠偏后效率", "corrected efficiency"), style="index", low="low", high="high")
_MEAN = Column("mean", Text("均值", "mean"), style="index")
_DISTANCE = Column("distance", Text("方向距离", "directional distance"), style="number", digits=4)
_RANK = Column("rank", Text("位次", "rank"), style="rank")
_STATUS = Column("said", Text("求解状态", "status"), style="text")
_GROUP = Column("group_name", Text("组", "group"), style="text")
_N = Column("n", Text("地区数", "regions"), style="count")
