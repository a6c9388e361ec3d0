"""`xinzhi gap`: how unequal, whether closing, who moves, what shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from xinzhi.cli import deliver
from xinzhi.cli.figure import Figure, figure_of
from xinzhi.cli.options import FormatOption, OutFile, PanelName, PresetName, Seed, Years
from xinzhi.cli.stderr import note
from xinzhi.cli.usage import both

if TYPE_CHECKING:
    from xinzhi.base.result import Result


def gap(
    figure: Figure = None,
    what: Annotated[
        Literal["decomposition", "convergence", "mobility", "distribution"],
        typer.Option(
            "--what",
            help=both(
                "差异分解、收敛、等级流动或分布动态。", "Decomposition, convergence, mobility, or the distribution."
            ),
        ),
    ] = "decomposition",
    by: Annotated[
        str, typer.Option("--by", help=both("不重叠的分组，如 plates、province。", "A grouping without overlap."))
    ] = "plates",
    weight: Annotated[
        str | None,
        typer.Option(
            "--weight", help=both("人口权重的指标；默认各地区等权。", "Indicator of population; equal by default.")
        ),
    ] = None,
    controls: Annotated[
        str,
        typer.Option("--controls", help=both("条件收敛的控制变量，逗号分隔。", "Controls of conditional convergence.")),
    ] = "",
    classes: Annotated[int, typer.Option("--classes", min=2, help=both("等级数。", "Number of classes."))] = 4,
    draws: Annotated[
        int, typer.Option("--draws", min=0, help=both("区间所依据的重抽次数。", "Replications behind the intervals."))
    ] = 500,
    panel: PanelName = "china-provinces",
    preset: PresetName = None,
    years: Years = None,
    seed: Seed = 0,
    form: FormatOption = "table",
    out: OutFile = None,
) -> int:
    """The gap between regions in one figure."""
    from xinzhi import disparity

    data, of, span = figure_of(panel, figure, preset, years, seed)
    found: Result
    if what == "decomposition":
        found = disparity.gap(data, of, by=by, weight=weight, years=span, draws=draws, seed=seed)
    elif what == "convergence":
        found = disparity.closing(data, of, controls=[c.strip() for c in controls.split(",") if c.strip()], years=span)
    elif what == "mobility":
        found = disparity.moves(data, of, classes=classes, years=span, draws=draws, seed=seed)
    else:
        found = disparity.shape(data, of, years=span)
    deliver.result(found, form, out)
    note(found.summary())
    return 0
