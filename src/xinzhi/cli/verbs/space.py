"""`xinzhi space`: association, weights, centres, determinants, spatial panel models."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from xinzhi.base.errors import UsageError
from xinzhi.cli import deliver
from xinzhi.cli.figure import Figure, figure_of
from xinzhi.cli.options import FormatOption, OutFile, PanelName, PresetName, Seed, Years
from xinzhi.cli.source import source_of, years_option
from xinzhi.cli.stderr import note
from xinzhi.cli.usage import both, listed


def space(
    figure: Figure = None,
    what: Annotated[
        Literal[
            "association",
            "bivariate",
            "weights",
            "centre",
            "determinants",
            "models",
            "convergence",
            "threshold",
            "quantile",
            "dynamics",
            "moves",
            "local",
        ],
        typer.Option(
            "--what",
            help=both(
                "空间关联、双变量关联（与邻居的 --factors）、权重预览、重心、影响因子、空间面板模型、空间收敛、门槛或分位数回归、动态空间面板、时间路径或地理加权回归。",
                "Association, bivariate association (with the neighbours' --factors), weights, centre, determinants, spatial panel models, spatial convergence, threshold or quantile regression, dynamic panels, time paths, or GWR.",
            ),
        ),
    ] = "association",
    weights: Annotated[
        str,
        typer.Option(
            "--weights",
            help=both(
                "空间权重，多个以逗号分隔：contiguity、knn4、inverse-distance、economic…, 或 GAL/GWT/CSV 文件。",
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
        str,
        typer.Option(
            "--models",
            help=both(
                "模型，逗号分隔：models 可取 ols、unit-fe、two-way-fe、re、pooled、slx、sar、sem、sac、sdm；dynamics 为 dsar、dsdm；local 为 gwr 或 mgwr。",
                "Models, by commas: ols, unit-fe, two-way-fe, re, pooled, slx, sar, sem, sac, sdm for models; dsar, dsdm for dynamics; gwr or mgwr for local.",
            ),
        ),
    ] = "",
    effects: Annotated[
        Literal["none", "unit", "time", "two-way", "random", "cross-section"] | None,
        typer.Option(
            "--effects",
            help=both(
                "固定或随机效应；默认双向，分位数回归默认个体；收敛还可用 cross-section。",
                "Fixed or random effects; two-way by default, unit for quantiles; convergence also takes cross-section.",
            ),
        ),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            help=both("门槛变量；默认第一个因子。", "The threshold variable; the first factor by default."),
        ),
    ] = None,
    controls: Annotated[
        str,
        typer.Option(
            "--controls",
            help=both(
                "门槛或收敛模型的控制变量，逗号分隔。", "Controls of threshold or convergence models, by commas."
            ),
        ),
    ] = "",
    quantiles: Annotated[
        str, typer.Option("--quantiles", help=both("分位点，逗号分隔。", "Quantiles, by commas."))
    ] = "0.1,0.25,0.5,0.75,0.9",
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
        data, of, span, listed(weights), level, listed(factors), listed(models),
        effects or ("unit" if what == "quantile" else "two-way"), permutations, seed, region, by, listed(controls),
        _numbers(quantiles),
    )  # fmt: skip
    found = answer(what, asked)
    deliver.result(found, form, out)
    note(found.summary())
    return 0


def _numbers(written: str) -> list[float]:
    try:
        return [float(part) for part in listed(written)]
    except ValueError:
        raise UsageError(
            f"--quantiles 应为 0.1,0.5,0.9 这样的数，实为 {written}",
            f"--quantiles takes numbers such as 0.1,0.5,0.9, not {written}",
            code="517",
        ) from None
