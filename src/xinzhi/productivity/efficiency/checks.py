"""What stands beside radial scores: which regions the frontier hangs on, and whether returns to scale are constant."""

from __future__ import annotations

import pandas as pd

from xinzhi.base.table import Column, Table
from xinzhi.base.text import Text
from xinzhi.panel.labels import REGION, named
from xinzhi.productivity.efficiency.models import How
from xinzhi.productivity.inference.blocks import Run
from xinzhi.productivity.inference.outliers import outliers
from xinzhi.productivity.inference.returns_test import returns_test
from xinzhi.productivity.inputs.face import InputsResult
from xinzhi.productivity.tfp.models import RTS

_YES = {True: Text("是", "yes"), False: Text("否", "no")}


NULLS = ("crs", "drs")


def tests(data: InputsResult, how: How, draws: int) -> int:
    """How many tests of returns there will be."""
    return len(data.years) * len(NULLS) if draws >= 20 and _fits(how) else 0


def _fits(how: How) -> bool:
    oriented = how.orientation in ("input", "output")
    return how.model == "radial" and oriented and not how.options.get("restrictions")


def checks(data: InputsResult, how: How, draws: int, seed: int, level: float, run: Run) -> dict[str, Table]:
    """`outliers` of the last year for radial scores, and `returns` where a bootstrap was asked for; nothing for other models."""
    if not _fits(how):
        return {}
    found = {} if how.rts == "fdh" or len(data.regions) < 3 else {"outliers": _outliers(data, how)}
    return {**found, "returns": _returns(data, how, draws, seed, level, run)} if draws >= 20 else found


def _outliers(data: InputsResult, how: How) -> Table:
    year = data.years[-1]
    found = outliers(data.array("input")[-1], data.array("good")[-1], how.rts, how.orientation)
    frame = pd.DataFrame({"region": data.regions, "leverage": found.leverage, "beyond": found.super_efficiency})
    frame = named(frame, data.panel.places)
    for name, values in (("influential", found.influential), ("extreme", found.extreme), ("flagged", found.flags)):
        frame.insert(len(frame.columns), name, [_YES[bool(v)] for v in values])
    columns = (
        REGION,
        Column("leverage", Text("杠杆", "leverage"), digits=4),
        Column("beyond", Text("超效率", "super-efficiency"), style="index"),
        Column("influential", Text("影响大", "influential"), style="text"),
        Column("extreme", Text("极端", "extreme"), style="text"),
        Column("flagged", Text("须核对", "deserves a look"), style="text"),
    )
    note = Text(
        f"{year} 年的前沿。影响大：逐一剔除时其他地区效率的变动超过 {found.threshold:.4f}（均值乘 ln n）；极端：超效率大于 {found.screen:g} 或无解。两者兼有的须核对数据，不等于应剔除（Stosic 与 Sampaio de Sousa 2005；Banker 与 Chang 2006）。",
        f"The frontier of {year}. Influential: leaving the region out moves the others by more than {found.threshold:.4f} (mean times ln n); extreme: super-efficiency above {found.screen:g} or infeasible. Both ask for a look at the data, not for removal (Stosic & Sampaio de Sousa 2005; Banker & Chang 2006).",
    )
    return Table(
        frame.sort_values("leverage", ascending=False, kind="stable"),
        columns,
        Text(f"{year} 年前沿依赖哪些地区", f"Which regions the frontier of {year} hangs on"),
        note=note,
    )


def _returns(data: InputsResult, how: How, draws: int, seed: int, level: float, run: Run) -> Table:
    """Constant and then non-increasing returns tested against variable ones, year by year."""
    x, y, rows = data.array("input"), data.array("good"), []
    for t, year in enumerate(data.years):
        for k, null in enumerate(NULLS):
            T = len(data.years)
            one = run.part(T + len(NULLS) * t + k, T + len(NULLS) * T)
            found = returns_test(
                x[t], y[t], null, how.orientation, draws=draws, seed=seed + t, level=level,
                backend=one.backend, workers=one.workers, resume=one.resume, progress=one.progress,
            )  # fmt: skip
            rows.append(
                {
                    "year": year, "null": RTS[null], "statistic": found.statistic, "critical": found.critical, "p": found.p_value,
                    "rejected": _YES[found.rejected],
                }
            )  # fmt: skip
    columns = (
        Column("year", Text("年份", "year"), style="year"),
        Column("null", Text("原假设", "null hypothesis"), style="text"),
        Column("statistic", Text("统计量", "statistic"), digits=4),
        Column("critical", Text("临界值", "critical value"), digits=4),
        Column("p", Text("p 值", "p"), style="p"),
        Column("rejected", Text("拒绝", "rejected"), style="text"),
    )
    note = Text(
        f"备择为规模报酬可变；{draws} 次平滑自助法（Simar 与 Wilson 2002）。不变报酬被拒绝时再看非增报酬。",
        f"Against variable returns, {draws} smoothed bootstrap draws (Simar & Wilson 2002); where constant returns are rejected, look at non-increasing ones.",
    )
    return Table(pd.DataFrame(rows), columns, Text("规模报酬的检验", "Tests of returns to scale"), note=note)
