"""`xinzhi tfp`: productivity change, efficiency, how much to improve, other specifications, growth and carbon."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from xinzhi.base.errors import UsageError
from xinzhi.base.text import Text
from xinzhi.cli import deliver
from xinzhi.cli.options import FormatOption, Jobs, OutFile, PanelName, Years
from xinzhi.cli.source import source_of, years_option
from xinzhi.cli.stderr import ProgressLine, note
from xinzhi.cli.usage import both

if TYPE_CHECKING:
    from xinzhi.base.result import Result

What = Literal[
    "change",
    "efficiency",
    "improve",
    "specification",
    "growth",
    "carbon",
    "frontier",
    "gap",
    "chain",
    "drivers",
    "inputs",
]
_FRONTIER = ("model", "technology", "rts", "orientation", "disposability", "direction")
_OWN = ("goal", "m", "alpha", "width", "moves", "polluting", "restrictions", "epsilon", "weights")
_INPUTS = (
    "preset",
    "inputs",
    "good",
    "bad",
    "labour",
    "deflator",
    "base_year",
    "depreciation",
    "initial",
    "ratio",
    "bridge",
    "nominal",
    "lags",
)
_COUNTED = ("efficiency", "improve", "drivers")  # draws are counted, kept and spread over workers
_DRAWS = ("draws", "seed", "backend", "jobs", "resume")
_TAKES: dict[str, tuple[str, ...]] = {
    "change": (*_FRONTIER, "decomposition", "bias", "window", "weights", "infeasible", "region", "by", *_INPUTS),
    "efficiency": (*_FRONTIER, "super_efficiency", *_OWN, "by", *_DRAWS, *_INPUTS),
    "improve": (*_FRONTIER, "region", *_DRAWS, *_INPUTS),
    "specification": (*_FRONTIER, *_OWN, "dimensions", "measure", "by", *_INPUTS),
    "growth": ("shares", "by", *_INPUTS),
    "carbon": ("bad", "by", "base_year"),
    "frontier": ("model", "form", "distribution", "trend", "factors", "shares", "draws", "seed", *_INPUTS),
    "gap": ("model", "technology", "rts", "orientation", "by", *_INPUTS),
    "chain": (
        "preset",
        "inputs",
        "links",
        "outputs",
        "decomposition",
        "priority",
        "technology",
        "rts",
        "lags",
        "by",
        "base_year",
        "nominal",
    ),
    "drivers": ("factors", "rts", "orientation", "algorithm", "trend", *_DRAWS, *_INPUTS),
    "inputs": _INPUTS,
}


def _option(name: str, zh: str, en: str, **more: Any) -> Any:
    return typer.Option(name, help=both(zh, en), **more)


def tfp(
    what: Annotated[
        What,
        _option("--what", "变化及其分解、效率、改进空间、口径比较、增长来源、排放变化、随机前沿、技术落差、两阶段、影响因素、投入产出。", "Change and its parts, efficiency, how much to improve, specifications, sources of growth, emissions, a stochastic frontier, the technology gap, two stages, what drives efficiency, inputs and outputs."),
    ] = "change",
    model: Annotated[
        str | None,
        _option("--model", "变化：malmquist-luenberger、malmquist、luenberger、nonradial-luenberger、sbm-malmquist、hicks-moorsteen、fare-primont；效率：sbm、radial、directional、nonradial、ebm、additive、ram、cross-efficiency、by-production、range-directional、order-m、order-alpha、window；改进：前四种；随机前沿：bc92、bc95、tfe、tre、cross-section。", "Change: malmquist-luenberger, malmquist, luenberger, nonradial-luenberger, sbm-malmquist, hicks-moorsteen, fare-primont; efficiency: sbm, radial, directional, nonradial, ebm, additive, ram, cross-efficiency, by-production, range-directional, order-m, order-alpha, window; improve: the first four; stochastic frontier: bc92, bc95, tfe, tre, cross-section."),
    ] = None,
    technology: Annotated[str | None, _option("--technology", "前沿：global、contemporaneous、sequential、biennial、window。", "Frontier: global, contemporaneous, sequential, biennial, window.")] = None,
    rts: Annotated[str | None, _option("--rts", "规模报酬：crs、vrs、drs、irs、fdh。", "Returns to scale: crs, vrs, drs, irs, fdh.")] = None,
    orientation: Annotated[str | None, _option("--orientation", "导向：output、input、hybrid、both、hyperbolic。", "Orientation: output, input, hybrid, both, hyperbolic.")] = None,
    disposability: Annotated[str | None, _option("--disposability", "非期望产出的可处置性：weak、strong、kuosmanen。", "Disposability of bad outputs: weak, strong, kuosmanen.")] = None,
    direction: Annotated[str | None, _option("--direction", "方向步长：own 或 mean。", "Size of a directional step: own or mean.")] = None,
    super_efficiency: Annotated[bool, _option("--super-efficiency", "前沿上的地区与其他地区相比（sbm、radial）。", "Score regions on the frontier against the others (sbm, radial).")] = False,
    goal: Annotated[str | None, _option("--goal", "交叉效率的次级目标：benevolent、aggressive、arbitrary。", "Secondary goal of cross-efficiency: benevolent, aggressive, arbitrary.")] = None,
    m: Annotated[int | None, _option("--m", "order-m 前沿抽取的单元数。", "How many units the order-m frontier draws.")] = None,
    alpha: Annotated[float | None, _option("--alpha", "order-alpha 前沿的分位阶数，如 0.95。", "Order of the quantile of the order-alpha frontier, such as 0.95.")] = None,
    width: Annotated[int | None, _option("--width", "窗口分析的年数；默认 3。", "Years in a window of window analysis; 3 by default.")] = None,
    moves: Annotated[str | None, _option("--moves", "方向距离函数中缩减的投入，逗号分隔，如 energy；默认全部。", "Inputs that shrink in directional models, by commas, such as energy; all by default.")] = None,
    polluting: Annotated[str | None, _option("--polluting", "副产出模型中带来污染的投入；默认 energy。", "Inputs that pollute in the by-production model; energy by default.")] = None,
    infeasible: Annotated[str | None, _option("--infeasible", "无可行解：missing 或 one-sided。", "Programs without solution: missing or one-sided.")] = None,
    preset: Annotated[str | None, _option("--preset", "投入产出预设：klegc、klegs、klegcs、kleg、klg；两阶段：innovation、transfer。", "Preset of inputs and outputs: klegc, klegs, klegcs, kleg, klg; two stages: innovation, transfer.")] = None,
    inputs: Annotated[str | None, _option("--inputs", "投入，逗号分隔，如 capital,labour,energy。", "Inputs, by commas, such as capital,labour,energy.")] = None,
    good: Annotated[str | None, _option("--good", "期望产出，如 gdp 或 real(retail_sales, gdp_deflator)。", "Good outputs, such as gdp or real(retail_sales, gdp_deflator).")] = None,
    bad: Annotated[str | None, _option("--bad", "非期望产出；none 为不设。", "Bad outputs; none for none.")] = None,
    labour: Annotated[str | None, _option("--labour", "就业指标；没有时以常住人口代替并注明。", "Indicator of employment; resident population stands in, and is said to.")] = None,
    deflator: Annotated[str | None, _option("--deflator", "地区生产总值的价格指数。", "Price index of GDP.")] = None,
    base_year: Annotated[int | None, _option("--base-year", "价格基年；默认所用首年。", "Year of prices; the first year used by default.")] = None,
    depreciation: Annotated[str | None, _option("--depreciation", "折旧率，如 0.096；分地区写 安徽=0.1,江苏=0.11，未写的取 0.096。", "Depreciation, such as 0.096; by region 安徽=0.1,江苏=0.11, others 0.096.")] = None,
    initial: Annotated[str | None, _option("--initial", "初始资本：ratio 或 growth。", "Initial capital: ratio or growth.")] = None,
    ratio: Annotated[float | None, _option("--ratio", "固定比率法的比率；默认 0.1。", "The ratio of the rule `ratio`; 0.1 by default.")] = None,
    bridge: Annotated[str | None, _option("--bridge", "投资序列中断：refuse、linear 或 geometric。", "Gaps in the investment series: refuse, linear or geometric.")] = None,
    nominal: Annotated[str | None, _option("--nominal", "没有写明价格年份的金额：refuse 或 accept（按不变价看待并注明）。", "Money without a year of prices: refuse, or accept it as real and say so.")] = None,
    shares: Annotated[str | None, _option("--shares", "增长核算的份额：capital=0.5,labour=0.5，或 estimated、constant-returns；随机前沿的成本份额。", "Shares of growth accounting: capital=0.5,labour=0.5, or estimated, constant-returns; cost shares of the stochastic frontier.")] = None,
    measure: Annotated[str | None, _option("--measure", "口径比较的对象：tfp 或 efficiency。", "What the specifications are compared for: tfp or efficiency.")] = None,
    links: Annotated[str | None, _option("--links", "两阶段之间的产出，逗号分隔。", "What lies between the two stages, by commas.")] = None,
    outputs: Annotated[str | None, _option("--outputs", "第二阶段的产出，逗号分隔。", "Outputs of the second stage, by commas.")] = None,
    decomposition: Annotated[str | None, _option("--decomposition", "变化：fgnz、ray-desli 或 plain；两阶段：总效率为两阶段之积（product）或加权平均（mean）。", "Change: fgnz, ray-desli or plain; two stages: overall efficiency as their product or their weighted mean.")] = None,
    bias: Annotated[bool, _option("--bias", "变化：把技术变化再分为产出偏向、投入偏向与规模。", "Change: split technical change into output bias, input bias and magnitude.")] = False,
    window: Annotated[int | None, _option("--window", "变化：window 前沿的年数；默认 3。", "Change: years in a window frontier; 3 by default.")] = None,
    weights: Annotated[str | None, _option("--weights", "各变量的权重（非径向、EBM），如 energy=0.5,gdp=0.5。", "Weights of variables (non-radial, EBM), such as energy=0.5,gdp=0.5.")] = None,
    epsilon: Annotated[str | None, _option("--epsilon", "EBM 的 ε：一个数，或投入、产出各一个，如 0.3,0.5；默认由数据估计。", "ε of EBM: one number, or inputs and outputs such as 0.3,0.5; estimated by default.")] = None,
    restrictions: Annotated[str | None, _option("--restrictions", "径向模型乘子之比的下限与上限，如 energy/labour=0.05:0.5，一侧可空。", "Least and largest ratio of multipliers of the radial model, such as energy/labour=0.05:0.5; one side may be empty.")] = None,
    dimensions: Annotated[str | None, _option("--dimensions", "口径比较的选择，逗号分隔：model、technology、rts、disposability、depreciation、initial、deflator、bad；默认全部。", "Choices that specifications vary, by commas: model, technology, rts, disposability, depreciation, initial, deflator, bad; all by default.")] = None,
    lags: Annotated[str | None, _option("--lags", "两阶段：研发与市场各滞后几年，如 1,2；其他：变量=年数，如 capital=1。", "Two stages: years that research and the market need, such as 1,2; otherwise variable=years, such as capital=1.")] = None,
    priority: Annotated[Literal["first", "second"] | None, _option("--priority", "两阶段：分解不唯一时效率取高的一段，first 或 second。", "Two stages: the one that gets the higher of several possible efficiencies, first or second.")] = None,
    form_of: Annotated[str | None, _option("--form", "随机前沿的函数：translog 或 cobb-douglas。", "Function of the stochastic frontier: translog or cobb-douglas.")] = None,
    distribution: Annotated[str | None, _option("--distribution", "无效率的分布：half-normal、truncated、exponential。", "Distribution of inefficiency: half-normal, truncated, exponential.")] = None,
    trend: Annotated[Literal["yes", "no"] | None, _option("--trend", "随机前沿、影响因素：是否含时间趋势，yes 或 no。", "Stochastic frontier, drivers: whether there is a trend over time, yes or no.")] = None,
    algorithm: Annotated[Literal["1", "2"] | None, _option("--algorithm", "影响因素：两阶段自助法的算法，2 先纠正距离的偏误。", "Drivers: algorithm of the double bootstrap; 2 corrects distances for bias first.")] = None,
    factors: Annotated[str | None, _option("--factors", "效率的影响因素，逗号分隔的指标或公式。", "What moves efficiency: indicators or formulas, by commas.")] = None,
    region: Annotated[str | None, _option("--region", "只看一个地区：它的改进空间，或逐年变化。", "One region alone: how much it can improve, or its change year by year.")] = None,
    draws: Annotated[int | None, _option("--draws", "效率区间、目标区间与影响因素的抽样次数；随机前沿 tre 的模拟次数。", "Draws behind intervals of efficiency, of targets and of drivers; simulation draws of the stochastic frontier tre.")] = None,
    seed: Annotated[int | None, _option("--seed", "随机种子。", "Random seed.")] = None,
    backend: Annotated[Literal["serial", "threads", "processes", "dask"] | None, _option("--backend", "抽样在哪里计算：serial、threads、processes 或 dask（DASK_SCHEDULER_ADDRESS 所指的集群，没有时在本机启动）；不影响结果。", "Where draws are computed: serial, threads, processes, or dask (the cluster that DASK_SCHEDULER_ADDRESS names, else one on this machine); results do not depend on it.")] = None,
    jobs: Jobs = None,
    resume: Annotated[Path | None, _option("--resume", "保存已完成抽样的文件夹；中断后用同一文件夹继续。", "Folder that keeps finished draws; give the same one to go on after an interruption.")] = None,
    by: Annotated[str | None, _option("--by", "求组均值的分组，可写几个，如 plates,strategies，all 为不分组；默认 plates，自己的地区默认自己的分组。", "Grouping for means, several such as plates,strategies, or all for none; plates by default, for regions of your own their own.")] = None,
    panel: PanelName = "china-provinces",
    years: Years = None,
    form: FormatOption = "table",
    out: OutFile = None,
) -> int:  # fmt: skip
    """Productivity of regions."""
    from xinzhi.productivity.inference.cluster import cluster

    given = {
        "model": model, "technology": technology, "rts": rts, "orientation": orientation, "disposability": disposability,
        "direction": direction, "super_efficiency": super_efficiency or None, "goal": goal, "m": m, "alpha": alpha, "width": width,
        "moves": _listed(moves), "polluting": _listed(polluting), "infeasible": infeasible, "preset": preset, "inputs": _listed(inputs), "good": _listed(good),
        "bad": _listed(bad), "labour": labour, "deflator": deflator, "base_year": base_year, "depreciation": _depreciation(depreciation),
        "initial": initial, "nominal": nominal, "shares": _shares(shares), "measure": measure, "region": region, "by": _groupings(by), "draws": draws, "seed": seed,
        "links": _listed(links), "outputs": _listed(outputs), "form": form_of, "distribution": distribution, "factors": _listed(factors),
        "decomposition": decomposition, "bias": bias or None, "window": window, "weights": _numbers("--weights", weights), "epsilon": _epsilon(epsilon),
        "restrictions": _ratios(restrictions), "dimensions": _listed(dimensions), "lags": _lags(what, lags), "ratio": ratio, "bridge": bridge,
        "backend": backend, "jobs": jobs, "resume": resume, "priority": priority, "trend": None if trend is None else trend == "yes",
        "algorithm": None if algorithm is None else int(algorithm),
    }  # fmt: skip
    options: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    _refuse_useless(what, options)
    for name in ("backend", "jobs"):
        options.pop(name, None)
    running = backend or "serial", jobs or os.cpu_count() or 1
    source = source_of(panel)
    span = years_option(years) or (source.panel.years if source.whole is not None else None)
    with ProgressLine() as line, cluster(*running):
        if "draws" in options and what in _COUNTED:
            options |= {"backend": running[0], "workers": running[1], "progress": _counting(line)}
        found = _found(what, source.whole or source.panel, span, options)
    if region is not None:
        deliver.table(found.region(region), form, out, found.recipe)  # type: ignore[attr-defined]
    else:
        deliver.result(found, form, out)
    note(found.summary())
    return 0


def _found(what: str, panel: Any, span: list[int] | None, options: dict[str, Any]) -> Result:
    from xinzhi import productivity as room

    options.pop("region", None)
    if what == "change":
        return room.tfp(panel, **options, years=span)
    if what == "efficiency":
        return room.efficiency(panel, **options, years=span)
    if what == "improve":
        alone = (
            span is not None and len(span) == 1 and options.get("technology", "contemporaneous") != "contemporaneous"
        )
        return room.improve(panel, **options, year=span[-1] if span else None, years=None if alone else span)
    if what == "specification":
        return room.specification(panel, options.pop("measure", "tfp"), **options, years=span)
    if what == "growth":
        return room.growth(panel, **options, years=span)
    if what == "carbon":
        bads = options.pop("bad", ["co2"])
        if len(bads) != 1:
            raise UsageError("--what carbon 需要且只需要一个 --bad", "--what carbon needs one --bad", code="512")
        return room.carbon(panel, bad=bads[0], **options, years=span)
    if what == "frontier":
        return room.frontier(panel, **options, years=span)
    if what == "gap":
        return room.technology_gap(panel, **options, years=span)
    if what == "chain":
        return room.chain(panel, **options, years=span)
    if what == "drivers":
        return room.drivers(panel, options.pop("factors", ()), **options, years=span)
    return room.inputs(panel, **options, years=span)


def _counting(line: ProgressLine) -> Callable[[int, int], None]:
    """The progress line told by draws done and draws in all."""
    from xinzhi.study.progress import Progress

    return lambda done, total: line(Progress(done / total, Text(f"抽样 {done}/{total}", f"draws {done}/{total}")))


def _refuse_useless(what: str, options: dict[str, Any]) -> None:
    """An option that the question has no use for is refused rather than ignored."""
    for name in options:
        if name not in _TAKES[what]:
            flag = f"--{name.replace('_', '-')}"
            raise UsageError(f"{flag} 不用于 --what {what}", f"{flag} is not for --what {what}", code="513")


def _listed(written: str | None) -> list[str] | None:
    """Names separated by commas outside brackets; None where nothing is written, an empty list for `none`."""
    if written is None:
        return None
    if written.strip().lower() == "none":
        return []
    parts, depth = [""], 0
    for letter in written:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter in ",，" and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]


def _groupings(written: str | None) -> str | list[str] | None:
    """One grouping, or several by commas."""
    several = _listed(written)
    return several if several and len(several) > 1 else written


def _shares(written: str | None) -> dict[str, float] | str | None:
    """`capital=0.5,labour=0.5` as a mapping; a word as it is."""
    return written if written is None or "=" not in written else _numbers("--shares", written)


def _depreciation(written: str | None) -> float | dict[str, float] | None:
    """`0.096`, or `安徽=0.1,江苏=0.11`."""
    if written is None or "=" in written:
        return _numbers("--depreciation", written, "0.096 / 安徽=0.1,江苏=0.11")
    try:
        return float(written)
    except ValueError:
        raise _unreadable("--depreciation", written, "0.096 / 安徽=0.1,江苏=0.11") from None


def _numbers(flag: str, written: str | None, example: str = "capital=0.5,labour=0.5") -> dict[str, float] | None:
    """`capital=0.5,labour=0.5` as a mapping."""
    if written is None:
        return None
    try:
        pairs = [part.rsplit("=", 1) for part in (_listed(written) or [])]
        return {name.strip(): float(value) for name, value in pairs}
    except ValueError:
        raise _unreadable(flag, written, example) from None


def _unreadable(flag: str, written: str, example: str) -> UsageError:
    return UsageError(
        f"{flag}「{written}」应写成 {example}", f"{flag} “{written}” must be written as {example}", code="514"
    )


def _epsilon(written: str | None) -> list[float] | float | None:
    """`0.3` or `0.3,0.5`."""
    if written is None:
        return None
    try:
        found = [float(part) for part in (_listed(written) or [])]
    except ValueError:
        raise _unreadable("--epsilon", written, "0.3,0.5") from None
    return found[0] if len(found) == 1 else found


def _ratios(written: str | None) -> dict[str, dict[str, list[float | None]]] | None:
    """`energy/labour=0.05:0.5` as the bounds of a ratio; a side left empty is none."""
    if written is None:
        return None
    out: dict[str, dict[str, list[float | None]]] = {}
    for part in _listed(written) or []:
        try:
            ratio, bounds = part.rsplit("=", 1)
            top, below = ratio.split("/")
            low, high = bounds.split(":")
            ends = [float(end) if end.strip() else None for end in (low, high)]
        except ValueError:
            raise _unreadable("--restrictions", written, "energy/labour=0.05:0.5") from None
        out.setdefault(top.strip(), {})[below.strip()] = ends
    return out


def _lags(what: str, written: str | None) -> list[int] | dict[str, int] | None:
    """`1,2` for a chain, `capital=1` for inputs."""
    if written is None:
        return None
    try:
        if what == "chain":
            return [int(part) for part in (_listed(written) or [])]
        pairs = [part.rsplit("=", 1) for part in (_listed(written) or [])]
        return {name.strip(): int(value) for name, value in pairs}
    except ValueError:
        raise _unreadable("--lags", written, "1,2" if what == "chain" else "capital=1") from None
