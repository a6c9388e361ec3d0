"""Options that several verbs share, each described once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from xinzhi.cli.usage import both

Format = Literal["table", "csv", "json", "xlsx", "parquet"]

PanelName = Annotated[
    str,
    typer.Option(
        "--panel",
        help=both(
            "内置面板的名称，数据文件（CSV、Excel、Stata、Parquet），或研究文件。",
            "Name of a bundled panel, a data file (CSV, Excel, Stata, Parquet), or a study file.",
        ),
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", help=both("结果的格式。", "Format of the result."))]
OutFile = Annotated[
    Path | None,
    typer.Option("--out", "-o", help=both("写入的文件；- 为标准输出。", "File to write; - is standard output.")),
]
Years = Annotated[str | None, typer.Option("--years", help=both("年份：2022, 2011-2022。", "Years: 2022, 2011-2022."))]
Year = Annotated[int | None, typer.Option("--year", help=both("年份；默认最近一年。", "Year; the latest by default."))]
Seed = Annotated[int, typer.Option("--seed", min=0, help=both("随机种子。", "Random seed."))]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        "-j",
        min=1,
        help=both(
            "并行数；默认全部处理器，不影响结果。", "Workers; all processors by default. Results do not depend on it."
        ),
    ),
]
DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run",
        help=both("只说明将做什么，不计算也不写文件。", "Say what would be done; compute and write nothing."),
    ),
]
Strict = Annotated[
    bool,
    typer.Option(
        "--strict",
        help=both(
            "数据有警告或质量未达标时退出码为 5。", "Exit with 5 when the data carry warnings or a quality gate fails."
        ),
    ),
]
Force = Annotated[bool, typer.Option("--force", help=both("覆盖已有文件。", "Overwrite files that exist."))]
PresetName = Annotated[
    str | None,
    typer.Option(
        "--preset",
        help=both(
            "指标体系：内置名称或 YAML 文件；默认 three-layers，或研究文件的第一个。",
            "Index system: a built-in name or a YAML file; three-layers by default, or the study's first.",
        ),
    ),
]
Sheet = Annotated[str | None, typer.Option("--sheet", help=both("工作表名称。", "Name of the sheet."))]
