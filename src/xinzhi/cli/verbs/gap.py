"""`xinzhi gap`: how unequal, by which part, whether closing, who moves, what shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from xinzhi.base.errors import UsageError
from xinzhi.cli import deliver
from xinzhi.cli.figure import Figure, figure_of
from xinzhi.cli.options import FormatOption, OutFile, PanelName, PresetName, Seed, Years
from xinzhi.cli.source import source_of, years_option
from xinzhi.cli.stderr import note
from xinzhi.cli.usage import both, listed

if TYPE_CHECKING:
    from xinzhi.base.result import Result


def gap(
    figure: Figure = None,
    what: Annotated[
        Literal["decomposition", "nested", "sources", "convergence", "mobility", "distribution"],
        typer.Option(
            "--what",
            help=both(
                "差异分解、逐层分解、差异来源、收敛、等级流动或分布动态。",
                "Decomposition, nested levels, sources, convergence, mobility, or the distribution.",
            ),
        ),
    ] = "decomposition",
    by: Annotated[
        str,
        typer.Option(
            "--by",
            help=both(
                "不重叠的分组，如 plates；逐层分解由粗到细，如 plates,province。",
                "A grouping without overlap; for nested levels several, coarsest first: plates,province.",
            ),
        ),
    ] = "plates",
    weight: Annotated[
        str | None,
        typer.Option(
            "--weight", help=both("人口权重的指标；默认各地区等权。", "Indicator of population; equal by default.")
        ),
    ] = None,
    parts: Annotated[
        str,
        typer.Option(
            "--parts",
            help=both(
                "差异来源：相加为该指标的各部分，逗号分隔；默认为指数的各层。",
                "Sources: parts that add up to the figure, by commas; the layers of the index by default.",
            ),
        ),
    ] = "",
    controls: Annotated[
        str,
        typer.Option("--controls", help=both("条件收敛的控制变量，逗号分隔。", "Controls of conditional convergence.")),
    ] = "",
    classes: Annotated[int, typer.Option("--classes", min=2, help=both("等级数。", "Number of classes."))] = 4,
    draws: Annotated[
        int | None,
        typer.Option(
            "--draws",
            min=0,
            help=both(
                "区间所依据的重抽次数；每类问题各有默认值。",
                "Replications behind the intervals; each question has its own number by default.",
            ),
        ),
    ] = None,
    panel: PanelName = "china-provinces",
    preset: PresetName = None,
    years: Years = None,
    seed: Seed = 0,
    form: FormatOption = "table",
    out: OutFile = None,
) -> int:
    """The gap between regions in one figure."""
    from xinzhi import disparity

    drawn: dict[str, Any] = {"seed": seed} if draws is None else {"draws": draws, "seed": seed}
    if what == "sources":
        found: Result = _sources(panel, figure, listed(parts), preset, weight, years, drawn)
        deliver.result(found, form, out)
        note(found.summary())
        return 0
    data, of, span = figure_of(panel, figure, preset, years, seed)
    if what == "decomposition":
        found = disparity.gap(data, of, by=by, weight=weight, years=span, **drawn)
    elif what == "nested":
        found = disparity.nested(data, of, by=listed(by), weight=weight, years=span, **drawn)
    elif what == "convergence":
        found = disparity.closing(data, of, controls=listed(controls), years=span)
    elif what == "mobility":
        found = disparity.moves(data, of, classes=classes, years=span, **drawn)
    else:
        found = disparity.shape(data, of, weight=weight, years=span)
    deliver.result(found, form, out)
    note(found.summary())
    return 0


def _sources(
    panel: str,
    figure: str | None,
    parts: list[str],
    preset: str | None,
    weight: str | None,
    years: str | None,
    drawn: Mapping[str, Any],
) -> Result:
    """The gap by given parts, or by the layers of an index where neither figure nor parts are given."""
    import xinzhi
    from xinzhi.disparity import sources

    source, span = source_of(panel), years_option(years)
    if parts:
        return sources(source.panel, parts, whole=figure, weight=weight, years=span, **drawn)
    if figure:
        raise UsageError(
            "--what sources 需要 --parts（相加为该指标的各部分）；不给指标时按指数的各层分解",
            "--what sources needs --parts that add up to the figure; without a figure the layers of the index are taken",
            code="515",
        )
    index = xinzhi.index(source.panel, source.system(preset), span, draws=1, seed=drawn["seed"])
    return sources(index, weight=weight, **drawn)
