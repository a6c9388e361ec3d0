"""`xinzhi space`: association, weights, centres, determinants, spatial panel models."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from xinzhi.cli import deliver
from xinzhi.cli.figure import Figure, figure_of
from xinzhi.cli.options import FormatOption, OutFile, PanelName, PresetName, Seed, Years
from xinzhi.cli.source import source_of, years_option
from xinzhi.cli.stderr import note
from xinzhi.cli.usage import both


def space(
    figure: Figure = None,
    what: Annotated[
        Literal["association", "weights", "centre", "determinants", "models"],
        typer.Option(
            "--what",
            help=both(
                "空间关联、权重预览、重心、影响因子或空间面板模型。",
                "Association, weights, centre, determinants, or spatial panel models.",
            ),
        ),
    ] = "association",
    weights: Annotated[
        str,
        typer.Option(
            "--weights",
            help=both(
                "空间权重，多个以逗号分隔: contiguity、knn4、inverse-distance、economic…, 或 GAL/GWT/CSV 文件。",
                "Spatial weights, several separated by commas: contiguity, knn4, inverse-distance, economic…, or a GAL, GWT or CSV file.",
            ),
        ),
    ] = "contiguity",
    level: Annotated[
        str | None,
        typer.Option(
            "--level", help=both("经济距离所用水平，如 gdp / population。", "The level behind economic distance.")
        ),
    ] = None,
    factors: Annotated[
        str, typer.Option("--factors", help=both("因子或解释变量，逗号分隔。", "Factors or regressors, by commas."))
    ] = "",
    models: Annotated[
        str, typer.Option("--models", help=both("模型，逗号分隔。", "Models, separated by commas."))
    ] = "pooled,sar,sem,sdm",
    effects: Annotated[
        Literal["none", "unit", "time", "two-way", "random"],
        typer.Option("--effects", help=both("固定或随机效应。", "Fixed or random effects.")),
    ] = "two-way",
    region: Annotated[
        str | None,
        typer.Option(
            "--region", help=both("权重预览中所看的地区。", "The region whose weights are shown (--what weights).")
        ),
    ] = None,
    permutations: Annotated[int, typer.Option("--permutations", min=0, help=both("置换次数。", "Permutations."))] = 999,
    panel: PanelName = "china-provinces",
    preset: PresetName = None,
    years: Years = None,
    seed: Seed = 0,
    form: FormatOption = "table",
    out: OutFile = None,
) -> int:
    """The spatial pattern of one figure."""
    from xinzhi.cli.spatial import Asked, answer

    if what == "weights" and figure is None:
        data, of, span = source_of(panel).panel, "", years_option(years)
    else:
        data, of, span = figure_of(panel, figure, preset, years, seed)
    asked = Asked(
        data, of, span, _listed(weights), level, _listed(factors), _listed(models), effects, permutations, seed, region
    )
    found = answer(what, asked)
    deliver.result(found, form, out)
    note(found.summary())
    return 0


def _listed(written: str) -> list[str]:
    return [part.strip() for part in written.split(",") if part.strip()]
