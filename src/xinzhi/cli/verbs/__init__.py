"""The verbs: name → the function that does it, and what its help page says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from xinzhi.cli.usage import both
from xinzhi.cli.verbs import data, doctor, examples, explain, gap, index, init, map, report, run, space, tfp

Verb = tuple[Callable[..., Any], str]

VERBS: dict[str, Verb] = {
    "run": (
        run.run,
        both(
            "运行一项研究：测度、审查、比较，并写出报告。不给文件时运行内置研究。\n\n例：xinzhi run --out out/demo",
            "Run a study: measure, audit, compare, and write the report. Without a file, the built-in study.\n\n"
            "Example: xinzhi run --out out/demo",
        ),
    ),
    "report": (
        report.report,
        both(
            "由已完成的运行重新生成报告（例如换一种语言）。",
            "Make the report of a finished run again, in another language for instance.",
        ),
    ),
    "index": (
        index.index,
        both("计算一个综合指数，输出得分、排名及区间。", "Compute a composite index: scores and ranks with intervals."),
    ),
    "gap": (
        gap.gap,
        both(
            "地区差异：分解、收敛、等级流动、分布动态。\n\n例：xinzhi gap 'gdp / population' --by plates --weight population",
            "Disparity: decomposition, convergence, mobility, distribution.\n\n"
            "Example: xinzhi gap 'gdp / population' --by plates --weight population",
        ),
    ),
    "space": (
        space.space,
        both(
            "空间格局：关联、重心、影响因子、空间面板模型。\n\n例：xinzhi space 'gdp / population' --weights contiguity",
            "Spatial pattern: association, centres, determinants, spatial panel models.\n\n"
            "Example: xinzhi space 'gdp / population' --weights contiguity",
        ),
    ),
    "tfp": (
        tfp.tfp,
        both(
            "生产率：变化及其分解、效率、改进空间、口径比较、增长核算、碳排放分解。\n\n例：xinzhi tfp --model malmquist --technology sequential",
            "Productivity: change and its parts, efficiency, how much to improve, specifications, growth, carbon.\n\n"
            "Example: xinzhi tfp --model malmquist --technology sequential",
        ),
    ),
    "explain": (
        explain.explain,
        both(
            "一个数是怎么算出来的：从公布值到得分的全过程。\n\n例：xinzhi explain 安徽 invention_density",
            "How a number was computed: the chain from the published figure to the score.\n\n"
            "Example: xinzhi explain Anhui invention_density",
        ),
    ),
    "map": (
        map.map_,
        both(
            "画一个指标或指数某一年的地图（SVG、PNG、HTML）。",
            "Draw a map of an indicator or index in a year (SVG, PNG, HTML).",
        ),
    ),
    "init": (init.init, both("新建一个研究文件夹。", "Make a folder with a study of your own.")),
    "examples": (
        examples.examples,
        both("列出示例研究，或写出其中一个。", "List the example studies, or write one out."),
    ),
    "doctor": (
        doctor.doctor,
        both(
            "检查本机：Python、组件、字体、绘图引擎、写权限、内存。",
            "Check this machine: Python, packages, fonts, chart engine, write permission, memory.",
        ),
    ),
}
DATA = both("读入、检查、描述数据。", "Read, check and describe data.")
DATA_VERBS: dict[str, Verb] = {
    "add": (
        data.add,
        both(
            "读一个数据文件，说明识别到什么，检查后存入 data/。",
            "Read a data file, show what was recognised, check it, keep it in data/.",
        ),
    ),
    "check": (
        data.check,
        both(
            "检查一个面板或数据文件；有错误时退出码为 3。",
            "Check a panel or data file; exit status 3 where there are errors.",
        ),
    ),
    "describe": (
        data.describe,
        both(
            "描述一个面板或数据文件：指标、单位、年份、缺失。",
            "Describe a panel or data file: indicators, units, years, what is missing.",
        ),
    ),
}
