"""`xinzhi index`: a composite index without a study around it."""

from __future__ import annotations

from typing import Annotated

import typer

from xinzhi.cli import deliver
from xinzhi.cli.options import FormatOption, OutFile, PanelName, Years
from xinzhi.cli.source import panel_of, years_option
from xinzhi.cli.usage import both


def index(
    preset: Annotated[
        str,
        typer.Argument(help=both("指标体系: 内置名称或 YAML 文件。", "Index system: a built-in name or a YAML file.")),
    ] = "three-layers",
    panel: PanelName = "china-provinces",
    years: Years = None,
    form: FormatOption = "table",
    out: OutFile = None,
) -> int:
    """Scores and ranks, each with its interval."""
    import xinzhi

    result = xinzhi.index(panel_of(panel), preset, years=years_option(years))
    deliver.result(result, form, out)
    return 0
