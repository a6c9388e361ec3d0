"""`xinzhi index`: a composite index without a study around it."""

from __future__ import annotations

from typing import Annotated

import typer

from xinzhi.cli import deliver
from xinzhi.cli.options import FormatOption, OutFile, PanelName, Seed, Years
from xinzhi.cli.source import source_of, years_option
from xinzhi.cli.usage import both


def index(
    preset: Annotated[
        str | None,
        typer.Argument(
            help=both(
                "指标体系：内置名称或 YAML 文件；默认 three-layers。",
                "Index system: a built-in name or a YAML file; three-layers by default.",
            )
        ),
    ] = None,
    panel: PanelName = "china-provinces",
    years: Years = None,
    normalise: Annotated[str, typer.Option("--normalise", help=both("标准化方法。", "Normalisation."))] = "minmax",
    weights: Annotated[str, typer.Option("--weights", help=both("赋权方法。", "Weighting."))] = "entropy",
    aggregate: Annotated[str, typer.Option("--aggregate", help=both("合成方法。", "Aggregation."))] = "arithmetic",
    draws: Annotated[
        int, typer.Option("--draws", min=1, help=both("区间所依据的重算次数。", "Replications behind the intervals."))
    ] = 1000,
    seed: Seed = 0,
    form: FormatOption = "table",
    out: OutFile = None,
) -> int:
    """Scores and ranks, each with its interval."""
    import xinzhi

    source = source_of(panel)
    result = xinzhi.index(
        source.panel,
        source.system(preset),
        years_option(years),
        normalise=normalise,
        weights=weights,
        aggregate=aggregate,
        draws=draws,
        seed=seed,
    )
    deliver.result(result, form, out)
    return 0
