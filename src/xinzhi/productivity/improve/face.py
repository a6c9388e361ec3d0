"""How much a region can improve: slack and target of every input and output, the peers to learn from, the nearest step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from xinzhi.base.arrays import Array
from xinzhi.base.calls import python_line, unusual
from xinzhi.base.errors import UsageError
from xinzhi.base.numbers import write_number
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text, language
from xinzhi.panel import Panel
from xinzhi.panel.labels import REGION, listed, name_of, named
from xinzhi.panel.units import parse
from xinzhi.productivity.calls import tfp_line
from xinzhi.productivity.efficiency.face import ON
from xinzhi.productivity.efficiency.models import MODELS, How, checked, usual
from xinzhi.productivity.efficiency.solve import Scored, scores
from xinzhi.productivity.envelopment.closest import closest_targets
from xinzhi.productivity.improve.interval import with_interval
from xinzhi.productivity.inference.blocks import Progress, Run
from xinzhi.productivity.inputs.face import ROLES, InputsResult, prepared
from xinzhi.productivity.tfp.face import region_code
from xinzhi.productivity.tfp.words import told as paragraphs
from xinzhi.productivity.tfp.words import warned

NAMED = 3
SMALL = 60  # regions up to which the closest target, a search, is found without being asked for


@dataclass(frozen=True)
class ImproveResult(Result):
    """How much regions can improve in one year.

    frame   a row a region and variable: region, variable, role, actual, target, change (target − actual, in its unit),
            share (change over actual); NaN where the model says nothing about the variable; nearest, nearest_change and
            nearest_share of the closest point of the frontier, NaN where it was not asked for; corrected (the target freed
            from bias, radial targets only) with low and high, NaN where no draws were asked for
    peers   a row a region and peer: region, peer, peer_year, weight (share of all weights of the region), then for each
            variable but the first good `<variable>_own` and `<variable>_peer`, per unit of the first good
    scores  a row a region: region, efficiency, status
    year, data, how, recipe
    """

    frame: pd.DataFrame
    peers: pd.DataFrame
    scores: pd.DataFrame
    year: int
    data: InputsResult
    how: How
    recipe: Recipe

    @property
    def title(self) -> Text:
        """What it is called."""
        return Text(f"{self.year} 年改进空间", f"How much to improve, {self.year}")

    @property
    def apart(self) -> Text:
        """What tells it from another result of its kind."""
        return Text(
            f"{self.year} 年，{MODELS[self.how.model].title.zh}", f"{self.year}, {MODELS[self.how.model].title.en}"
        )

    def tables(self) -> dict[str, Table]:
        """`improve` overall, a row a region; `details` a row a region and variable; `peers`; the inputs."""
        given = self.data.tables()
        told = Text("各变量的目标与差距", "targets and gaps by variable")
        peers = Text("标杆及其做法", "peers and how they differ")
        return {
            "improve": Table(self._overall(), self._columns(), self.title, note=self.note),
            "details": Table(self.details(), self._detailed(), Text(f"{self.title.zh}：{told.zh}", f"{self.title.en}: {told.en}"), note=self.note),
            **self._nearest(),
            "peers": Table(self._peers(), self._peer_columns(), Text(f"{self.title.zh}：{peers.zh}", f"{self.title.en}: {peers.en}"), note=_PER),
            "inputs": given["inputs_by_year"],
            "sources": given["sources"],
        }  # fmt: skip

    def _nearest(self) -> dict[str, Table]:
        """The closest step onto the frontier, a row a region, cheapest first; nothing where it was not asked for."""
        if self.frame["nearest"].isna().all():
            return {}
        wide = self.frame.pivot(index="region", columns="variable", values="nearest_share")
        wide = wide.assign(effort=wide.abs().sum(axis=1)).reset_index().sort_values("effort", kind="stable")
        gaps = tuple(Column(v.id, v.name, style="share") for v in self.data.variables)
        title = Text(f"{self.year} 年离前沿最近的一步", f"The nearest step onto the frontier, {self.year}")
        return {"nearest": Table(named(wide, self.data.panel.places), (REGION, *gaps, _EFFORT), title, note=_STEP)}

    def details(self, region: str | None = None) -> pd.DataFrame:
        """The rows of one region, or of all, with names."""
        frame = self.frame if region is None else self.frame[self.frame["region"] == region_code(self.data, region)]
        out = named(frame, self.data.panel.places)
        names = {v.id: v for v in self.data.variables}
        out.insert(1, "what", [names[str(v)].name for v in out["variable"]])
        out.insert(2, "unit_name", [parse(names[str(v)].unit).name for v in out["variable"]])
        out["bounded"] = out["target"]
        out.insert(3, "role_name", [ROLES[str(r)] for r in out["role"]])
        return out

    def _detailed(self) -> tuple[Column, ...]:
        if not self.frame["low"].notna().any():
            return _DETAILS
        corrected = self.frame["corrected"].notna().any()
        return (*_DETAILS, _CORRECTED if corrected else _RANGE)

    def region(self, region: str) -> Table:
        """The table of one region."""
        who = name_of(self.data.panel.places, region_code(self.data, region))
        return Table(
            self.details(region),
            self._detailed()[1:],
            Text(f"{who.zh} {self.title.zh}", f"{who.en}: {self.title.en}"),
            note=self.note,
        )

    @property
    def note(self) -> Text:
        """How to read the numbers, and what they rest on."""
        told, basis = self.how.told(), self.data.basis
        return Text(
            f"差距 = 目标 − 现状；投入与非期望产出为负即可减少，期望产出为正即可增加。{told.zh}。{basis.zh}",
            f"The gap is target less actual: negative for what an input or bad output can fall by, positive for what a good can rise by. {told.en[0].upper()}{told.en[1:]}. {basis.en}".strip(),
        )

    def _overall(self) -> pd.DataFrame:
        wide = self.frame.pivot(index="region", columns="variable", values="share").reset_index()
        table = named(wide.merge(self.scores, on="region"), self.data.panel.places)
        table.insert(1, "learn", [self._learn(str(c)) for c in table["region"]])
        return table.sort_values("efficiency", kind="stable")

    def _learn(self, code: str) -> Text:
        rows = self.peers[(self.peers["region"] == code) & (self.peers["peer"] != code)]
        return listed([self._peer(r) for r in rows.head(NAMED).to_dict("records")])

    def _peer(self, row: dict[Any, Any]) -> Text:
        who, share = name_of(self.data.panel.places, str(row["peer"])), write_number(row["weight"], "share", 0)
        year = int(row["peer_year"])
        return Text(f"{who.zh} {year} 年 {share}", f"{who.en} {year} {share}")

    def _columns(self) -> tuple[Column, ...]:
        known = self.frame.groupby("variable")["share"].count()
        gaps = tuple(Column(v.id, v.name, style="share") for v in self.data.variables if known[v.id])
        return (REGION, Column("efficiency", Text("效率", "efficiency"), style="index"), *gaps, Column("learn", Text("标杆（权重）", "peers (weights)"), style="text"))  # fmt: skip

    def _peers(self) -> pd.DataFrame:
        out = named(self.peers, self.data.panel.places)
        out.insert(1, "peer_name", [name_of(self.data.panel.places, str(c)) for c in out["peer"]])
        return out

    def _peer_columns(self) -> tuple[Column, ...]:
        pairs = []
        for v in self.data.variables:
            if f"{v.id}_own" in self.peers:
                pairs += [
                    Column(f"{v.id}_own", Text(f"{v.name.zh}：本地区", f"{v.name.en}: own"), style="number", digits=3),
                    Column(f"{v.id}_peer", Text("标杆", "peer's"), style="number", digits=3),
                ]
        return (
            REGION,
            Column("peer_name", Text("标杆", "peer"), style="text"),
            Column("peer_year", Text("年份", "year"), style="year"),
            Column("weight", Text("权重", "weight"), style="share"),
            *pairs,
        )

    def summary(self, lang: Lang | None = None) -> str:
        """How much all regions together could save and gain, who has most to do, and whom to learn from."""
        spoken = lang or language()
        rows = self.scores.dropna(subset=["efficiency"])
        behind = rows[rows["efficiency"] < 1 - ON]
        farthest = rows.sort_values("efficiency", kind="stable").head(NAMED)
        places = self.data.panel.places
        taught = self.peers[self.peers["region"] != self.peers["peer"]]
        pairs = list(zip(taught["peer"].astype(str), taught["peer_year"].astype(int), strict=True))
        often = sorted(dict.fromkeys(pairs), key=lambda pair: -pairs.count(pair))[:NAMED]
        teachers = [
            Text(
                f"{name_of(places, c).zh} {y} 年（{pairs.count((c, y))} 次）",
                f"{name_of(places, c).en} {y} ({pairs.count((c, y))} times)",
            )
            for c, y in often
        ]
        said = [
            Text("{year} 年 {n} 个地区中 {k} 个不在前沿上，离前沿最远的是{who}。", "In {year} {k} of {n} regions were not on the frontier; {who} were farthest from it.").fill(
                year=self.year, n=len(rows), k=len(behind), who=listed([name_of(places, str(c)) for c in farthest["region"]])
            ),
            self._sums(),
            Text("最常作为标杆的是{who}。", "Most often the peers are {who}.").fill(who=listed(teachers)),
            warned(self.recipe),
        ]  # fmt: skip
        basis = Text(f"口径：{self.how.told().zh}。{self.data.basis.zh}", f"Basis: {self.how.told().en}. {self.data.basis.en}".strip())  # fmt: skip
        return paragraphs(said, basis, spoken)

    def _sums(self) -> Text:
        """What the targets of all regions come to, as a share of the actual sums."""
        sums = self.frame.dropna(subset=["target"]).groupby("variable")[["actual", "change"]].sum()
        share = sums["change"] / sums["actual"]
        parts = [(v, float(share.loc[v.id])) for v in self.data.variables if v.id in sums.index]
        told = [Text(f"{v.name.zh} {_signed(s)}", f"{v.name.en} {_signed(s)}") for v, s in parts]
        return Text("若都达到目标，合计变化为：{all}。", "At all targets the totals would change by: {all}.").fill(
            all=listed(told)
        )

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """What each variable would change by at the targets, a dot a region, the farthest from the frontier in the accent."""
        from xinzhi.chart import strip

        wide = self.frame.pivot(index="variable", columns="region", values="share")
        shown = [v for v in self.data.variables if wide.loc[v.id].notna().any()]
        codes = [str(c) for c in wide.columns]
        worst = self.scores.sort_values("efficiency", kind="stable")["region"].iloc[0]
        who = name_of(self.data.panel.places, str(worst))
        return strip(
            [v.name for v in shown],
            [name_of(self.data.panel.places, c) for c in codes],
            100 * wide.loc[[v.id for v in shown]].to_numpy(dtype=float),
            keys=codes,
            highlight=str(worst),
            axis=Text("目标较现状（%）", "target against actual (%)"),
            title=self.title,
            subtitle=Text(f"红点：{who.zh}", f"red: {who.en}"),
            note=self.data.proxies,
            lang=lang,
        )


def improve(
    panel: Panel | InputsResult,
    model: str = "sbm",
    *,
    year: int | None = None,
    technology: str = "contemporaneous",
    rts: str = "vrs",
    orientation: str | None = None,
    disposability: str = "weak",
    direction: str = "own",
    nearest: bool | None = None,
    draws: int = 0,
    seed: int = 0,
    level: float = 0.95,
    backend: str = "serial",
    workers: int = 1,
    resume: str | Path | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> ImproveResult:
    """Slack and target of every input and output of every region in `year` (the last one where None), and its peers.

    technology  contemporaneous: peers of the same year; global, sequential or window: also peers of other years
    rts         crs, vrs, drs, irs or fdh (one real peer each)
    nearest     also find the closest efficient point (Aparicio, Ruiz & Sirvent 2007) among the regions of the year, bad
                outputs counted as inputs; where None, for crs or vrs and at most 60 regions
    draws       replications behind intervals of the targets, frontier of the year, 0 for none: of the radial model the smoothed bootstrap
                of the proportional target, of the others subsampling, some 500
    backend, workers, resume, progress   how draws are computed, kept and counted (see `dea_bootstrap`); the numbers are the same

    The other arguments are those of `efficiency`.
    """
    data = prepared(panel, options)
    year = data.years[-1] if year is None else year
    if year not in data.years:
        raise UsageError(
            f"没有 {year} 年的投入产出；现有 {data.span} 年",
            f"there are no inputs and outputs of {year}; they cover {data.span}",
            code="941",
        )
    how = How(model, technology, rts, orientation or usual(model)[2], disposability, direction)
    left = checked(data, how)
    if not MODELS[model].peers:
        offered = [name for name, one in MODELS.items() if one.peers]
        raise UsageError(
            f"{MODELS[model].title.zh}没有标杆与目标；看改进空间请用 {'、'.join(offered)}",
            f"the {MODELS[model].title.en} gives no peers and targets; to see how much to improve use {', '.join(offered)}",
            code="958",
        )
    t = data.years.index(year)
    found = scores(data, how, t)[0]
    notes = tuple(n for n in found.notes if "位置" not in n.zh)
    lost = [name_of(data.panel.places, c) for c, s in zip(data.regions, found.status, strict=True) if s != "optimal"]
    missing = (Text(f"{listed(lost).zh}的规划无解，没有目标", f"no solution and so no target for {listed(lost).en}"),) if lost else ()  # fmt: skip
    wanted = rts in ("crs", "vrs") and len(data.regions) <= SMALL if nearest is None else nearest
    frame, told = _with_nearest(_frame(data, found, t), data, rts, t, wanted)
    frame, more = with_interval(frame, data, how, t, draws, seed, level, Run(backend, workers, resume, progress))
    return ImproveResult(
        frame,
        _peers(data, found, t),
        pd.DataFrame({"region": data.regions, "efficiency": found.efficiency, "status": found.status}),
        year,
        data,
        how,
        _recipe(
            data,
            how,
            year,
            (how.told(), *data.assumptions, *left, *notes, *missing, *told, *more),
            {"nearest": nearest, "draws": draws, "seed": seed, "level": level},
        ),
    )


def _frame(data: InputsResult, found: Scored, t: int) -> pd.DataFrame:
    rows = []
    for role, targets in (("input", found.targets_x), ("good", found.targets_y), ("bad", found.targets_b)):
        for k, v in enumerate(data.of(role)):
            actual = data.values(v.id)[t]
            gap = targets[:, k] - actual
            with np.errstate(divide="ignore", invalid="ignore"):
                share = np.where(actual > 0, gap / actual, np.nan)
            rows.append(
                pd.DataFrame(
                    {"region": data.regions, "variable": v.id, "role": role, "actual": actual, "target": targets[:, k], "change": gap, "share": share}
                )
            )  # fmt: skip
    order = {code: k for k, code in enumerate(data.regions)}
    return pd.concat(rows, ignore_index=True).sort_values(
        "region", key=lambda s: s.map(order), kind="stable", ignore_index=True
    )


def _with_nearest(
    frame: pd.DataFrame, data: InputsResult, rts: str, t: int, wanted: bool
) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """The frame with the closest efficient target of every region, all missing where it is not wanted."""
    if not wanted:
        return frame.assign(nearest=np.nan, nearest_change=np.nan, nearest_share=np.nan), ()
    down, up = [*data.of("input"), *data.of("bad")], data.of("good")
    x = np.hstack([data.array("input")[t], data.array("bad")[t]])
    found = closest_targets(x, data.array("good")[t], rts, "own" if (x > 0).all() else "range")
    targets = np.hstack([found.targets_x, found.targets_y])
    long = pd.concat(
        [
            pd.DataFrame({"region": data.regions, "variable": v.id, "nearest": targets[:, k]})
            for k, v in enumerate([*down, *up])
        ]
    )
    out = frame.merge(long, on=["region", "variable"], how="left")
    out["nearest_change"] = out["nearest"] - out["actual"]
    out["nearest_share"] = (out["nearest_change"] / out["actual"]).where(out["actual"] > 0)
    notes = tuple(n for n in found.notes if "nodes" in n.zh)
    told = Text(
        "最近目标：同年各地区的强有效前沿上、各变量相对变化之和最小的点（Aparicio、Ruiz 与 Sirvent 2007），非期望产出按投入处理",
        "nearest target: the point of the strongly efficient frontier of the year with the smallest sum of relative changes (Aparicio, Ruiz & Sirvent 2007), bad outputs counted as inputs",
    )
    return out, (told, *notes)


def _peers(data: InputsResult, found: Scored, t: int) -> pd.DataFrame:
    """Peers heaviest first, with what they and the region use per unit of the first good."""
    good = data.of("good")[0].id
    per: dict[str, Array] = {v.id: data.values(v.id) / data.values(good) for v in data.variables if v.id != good}
    rows = []
    for u, code in enumerate(data.regions):
        weights = np.nan_to_num(found.lambdas[u])
        used = np.flatnonzero(weights > 1e-9 * max(float(weights.max(initial=0.0)), 1e-300))
        for j in used[np.argsort(-weights[used], kind="stable")]:
            year, unit = found.reference[j]
            pairs = {f"{i}_own": v[t, u] for i, v in per.items()} | {f"{i}_peer": v[year, unit] for i, v in per.items()}
            rows.append({"region": code, "peer": data.regions[unit], "peer_year": data.years[year], "weight": weights[j] / weights.sum(), **pairs})  # fmt: skip
    columns = ["region", "peer", "peer_year", "weight", *(f"{i}_{s}" for i in per for s in ("own", "peer"))]
    return pd.DataFrame(rows, columns=columns)


def _signed(share: float) -> str:
    return write_number(100 * share, "signed", 1) + "%"


def _of_year(data: InputsResult, how: How, year: int, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """The years at the command line, whose last one is the year looked at, in the same prices."""
    if year == data.years[-1] and ("years" in chosen or data.base == data.years[0]):
        return {}
    if how.technology == "contemporaneous":
        return {"years": [year], "base_year": data.base}
    return {} if "years" in chosen else {"years": [year], "base_year": data.base}


def _recipe(data: InputsResult, how: How, year: int, assumed: tuple[Text, ...], sampled: Mapping[str, Any]) -> Recipe:
    model = MODELS[how.model]
    given = {name: getattr(how, name) for name in ("technology", "rts", "disposability", "direction")}
    side = None if how.orientation == usual(how.model)[2] else how.orientation
    chosen = {**unusual(improve, {**given, "orientation": side, **sampled}), **data.stated}
    return Recipe(
        method="xinzhi.productivity.improve",
        title=Text("改进空间", "how much to improve"),
        parameters={
            "model": how.model, "year": year, "technology": how.technology, "rts": how.rts, "orientation": how.orientation,
            "disposability": how.disposability, "direction": how.direction, "data": data.recipe.parameters,
        },
        formula=f"{model.formula}; target = Σ λ·(peers), gap = target − actual",
        sources=(*model.sources, *data.recipe.sources),
        data=data.recipe.data,
        assumptions=assumed,
        python=python_line("productivity.improve", (how.model,), {"year": year, **chosen}),
        cli=tfp_line("improve", {"model": how.model, **chosen, **_of_year(data, how, year, chosen)}, data.panel),
    )  # fmt: skip


_CORRECTED = Column("corrected", Text("纠偏后目标", "target freed from bias"), style="money", low="low", high="high")
_RANGE = Column("bounded", Text("目标及其区间", "target with interval"), style="money", low="low", high="high")
_DETAILS = (
    REGION,
    Column("what", Text("变量", "variable"), style="text"),
    Column("role_name", Text("角色", "role"), style="text"),
    Column("unit_name", Text("单位", "unit"), style="text"),
    Column("actual", Text("现状", "actual"), style="money"),
    Column("target", Text("目标", "target"), style="money"),
    Column("change", Text("差距", "gap"), style="money"),
    Column("share", Text("差距占现状", "gap over actual"), style="share"),
    Column("nearest", Text("最近目标", "nearest target"), style="money"),
    Column("nearest_share", Text("最近目标较现状", "nearest over actual"), style="share"),
)
_EFFORT = Column("effort", Text("变化之和", "sum of changes"), style="share")
_STEP = Text(
    "到达强有效前沿且各变量都不变差的最近一点，变化按各自现状计；非期望产出按投入处理。与上表的最远松弛相比，这是代价最小的改进。",
    "The nearest point of the strongly efficient frontier at which nothing gets worse, changes relative to the actual figures; bad outputs count as inputs. Beside the farthest slacks above, this is the cheapest improvement.",
)
_PER = Text(
    "“本地区”与“标杆”为单位期望产出所用的投入、所排的污染；权重为该标杆在全部标杆中的份额。",
    "Own and peer's figures are inputs used and pollution emitted per unit of the good output; a weight is the peer's share of all weights.",
)
