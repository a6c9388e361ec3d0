"""The tables of productivity change, in the form that papers print them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from xinzhi.base.table import Column, Table
from xinzhi.base.text import Text
from xinzhi.panel.labels import REGION, name_of, named
from xinzhi.productivity.tfp.models import MODELS, RTS

if TYPE_CHECKING:
    from xinzhi.productivity.tfp.face import TfpResult

NAMES = {
    "change": Text("生产率变化", "productivity change"),
    "efficiency_change": Text("效率变化 EC", "efficiency change EC"),
    "technical_change": Text("技术变化 TC", "technical change TC"),
    "pure_efficiency_change": Text("纯效率变化 PEC", "pure efficiency change PEC"),
    "scale_change": Text("规模效率变化 SEC", "scale efficiency change SEC"),
    "output_change": Text("产出数量变化", "change of output quantity"),
    "output_bias": Text("产出偏向 OBTC", "output bias OBTC"),
    "input_bias": Text("投入偏向 IBTC", "input bias IBTC"),
    "magnitude": Text("技术规模 MATC", "magnitude MATC"),
    "input_change": Text("投入数量变化（除项）", "change of input quantity (divides)"),
}
DRIVERS = {
    "efficiency": Text("效率变化", "efficiency"),
    "technical": Text("技术变化", "technical change"),
    "": Text("—", "—"),
}
STATUS = {
    "optimal": Text("有解", "optimal"),
    "infeasible": Text("无可行解", "infeasible"),
    "unbounded": Text("无界", "unbounded"),
    "unsolved": Text("未能求解", "not solved"),
    "absent": Text("缺席", "absent"),
    "undefined": Text("无效率因子", "no efficiency factor"),
}


def tables(result: TfpResult) -> dict[str, Table]:
    """By year with the mean below, by region, by group, and everything behind them."""
    title, note = result.title, reading(result)
    parts = tuple(Column(p, NAMES[p], style="number", digits=3) for p in ordered(result))
    n = Column("n", Text("有效变化数", "changes computed"), style="count")
    of = {
        name: Text(f"{title.zh}：{zh}", f"{title.en}: {en}")
        for name, zh, en in (
            ("year", "逐年", "by year"), ("region", "分地区", "by region"), ("group", "分组", "by group"),
            ("group_year", "分组逐年", "by group and year"), ("all", "各地区逐年", "by region and year"),
            ("programs", "线性规划的解", "the linear programs"), ("lost", "无可行解的规划", "programs without a solution"),
        )
    }  # fmt: skip
    out = {
        "decomposition": Table(_years(result), (_PERIOD, *parts, n), of["year"], note=note),
        "regions": Table(_regions(result), (REGION, *parts, *_region_columns(result), n), of["region"], note=note),
        "groups": Table(_groups(result, whole=True), (_GROUP, *parts, n), of["group"], note=note),
        "changes": Table(
            _pairs(named(result.frame, result.data.panel.places)), (REGION, _PERIOD, *parts, _level(result)), of["all"], note=note
        ),
        "groups_by_year": Table(_groups(result, whole=False), (_GROUP, _PERIOD, *parts, n), of["group_year"], note=note),
        "programs": Table(_programs(result, result.programs), _PROGRAMS, of["programs"], note=_SCORE),
    }  # fmt: skip
    if len(result.infeasible):
        out["infeasible"] = Table(_programs(result, result.infeasible), _PROGRAMS, of["lost"], note=_SCORE)
    given = result.data.tables()
    return {**out, "inputs": given["inputs_by_year"], "sources": given["sources"]}


def ordered(result: TfpResult) -> list[str]:
    """The parts in the order of a paper: EC, TC, PEC, SEC, total."""
    return [*[p for p in result.parts if p != "change"], "change"]


def reading(result: TfpResult) -> Text:
    """How to read the numbers, and what they rest on."""
    turn = Text("大于 1 为进步，均值为几何平均", "above one is progress, means are geometric") if result.index else Text("大于 0 为进步，均值为算术平均", "above zero is progress, means are arithmetic")  # fmt: skip
    told, basis = result.how.told(), result.data.basis
    return Text(f"{turn.zh}。{told.zh}。{basis.zh}", f"{turn.en[0].upper()}{turn.en[1:]}. {told.en[0].upper()}{told.en[1:]}. {basis.en}".strip())  # fmt: skip


def period(start: int, year: int) -> Text:
    """`2011–2012`."""
    return Text(f"{start}–{year}", f"{start}–{year}")


def _pairs(frame: pd.DataFrame) -> pd.DataFrame:
    out = frame.copy()
    out.insert(0, "period", [period(int(a), int(b)) for a, b in zip(frame["start"], frame["year"], strict=True)])
    return out


def _years(result: TfpResult) -> pd.DataFrame:
    from xinzhi.productivity.tfp.face import overall

    rows = _pairs(result.by_year)
    last = overall(result.frame, result.index)
    word = Text("几何平均", "geometric mean") if result.index else Text("算术平均", "mean")
    return pd.concat(
        [rows, pd.DataFrame([{"period": word, "n": int(result.frame["change"].notna().sum()), **last}])], ignore_index=True
    )  # fmt: skip


def region_table(result: TfpResult, code: str) -> Table:
    """The changes of one region year by year, and their mean below."""
    from xinzhi.productivity.tfp.face import overall

    rows = result.frame[result.frame["region"] == code]
    word = Text("几何平均", "geometric mean") if result.index else Text("算术平均", "mean")
    last = {"period": word, **overall(rows, result.index), "level": float("nan")}
    shown = pd.concat([_pairs(rows), pd.DataFrame([last])], ignore_index=True)
    who = name_of(result.data.panel.places, code)
    parts = tuple(Column(p, NAMES[p], style="number", digits=3) for p in ordered(result))
    title = Text(f"{who.zh} {result.title.zh}", f"{who.en}: {result.title.en}")
    return Table(shown, (_PERIOD, *parts, _level(result)), title, note=reading(result))


def _regions(result: TfpResult) -> pd.DataFrame:
    table = named(result.by_region, result.data.panel.places)
    table.insert(1, "driver_name", [DRIVERS[str(d)] for d in table["driver"]])
    return table.sort_values("change", ascending=False, kind="stable")


def _region_columns(result: TfpResult) -> tuple[Column, ...]:
    first, last = result.data.years[0], result.data.years[-1]
    if not result.index:
        return (_level(result), _DRIVER)
    return (
        Column("growth", Text("年均变化", "mean change a year"), style="share"),
        Column("level", Text(f"{last} 年水平（{first} 年 = 1）", f"level in {last} ({first} = 1)"), style="number", digits=3),
        Column("output_growth", Text("产出年均增长", "output growth a year"), style="share"),
        Column("output_share", Text("与产出增长之比", "over output growth"), style="share"),
        _DRIVER,
    )  # fmt: skip


def _level(result: TfpResult) -> Column:
    first = result.data.years[0]
    base = 1 if MODELS[result.how.model].index else 0
    return Column("level", Text(f"累计水平（{first} 年 = {base}）", f"chained level ({first} = {base})"), style="number", digits=3)  # fmt: skip


def _groups(result: TfpResult, whole: bool) -> pd.DataFrame:
    frame = result.by_group
    frame = frame[(frame["year"] == 0) == whole].copy()
    names = result.grouping.names()
    frame.insert(0, "group_name", [names[str(g)] for g in frame["group"]])
    return frame if whole else _pairs(frame)


def _programs(result: TfpResult, frame: pd.DataFrame) -> pd.DataFrame:
    table = named(frame, result.data.panel.places)
    table.insert(1, "said", [STATUS[str(s)] for s in table["status"]])
    table.insert(2, "returns", [RTS.get(str(r), Text(str(r), str(r))) for r in table["rts"]])
    return table


_PERIOD = Column("period", Text("时期", "period"), style="text")
_GROUP = Column("group_name", Text("组", "group"), style="text")
_DRIVER = Column("driver_name", Text("主要来源", "main source"), style="text")
_SCORE = Text(
    "指数类模型的得分为效率（跨期可大于 1），指标类为方向距离。",
    "The score of an index model is an efficiency (across periods it may pass one), that of an indicator a directional distance.",
)
_PROGRAMS = (
    REGION,
    Column("returns", Text("规模报酬", "returns"), style="text"),
    Column("frontier", Text("前沿所属年份", "years of the frontier"), style="text"),
    Column("inputs_of", Text("投入年份", "inputs of"), style="year"),
    Column("outputs_of", Text("产出年份", "outputs of"), style="year"),
    Column("score", Text("得分", "score"), style="number", digits=4),
    Column("said", Text("求解状态", "status"), style="text"),
)
