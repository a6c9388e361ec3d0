"""`xinzhi explain REGION INDICATOR`: the chain from the published figure to the score."""

from __future__ import annotations

from typing import Annotated

import typer

from xinzhi.cli import deliver
from xinzhi.cli.options import FormatOption, OutFile, PanelName, PresetName, Year
from xinzhi.cli.source import source_of
from xinzhi.cli.usage import both


def explain(
    region: Annotated[
        str, typer.Argument(help=both("地区：代码、中文名或英文名。", "Region: code, Chinese or English name."))
    ],
    indicator: Annotated[str, typer.Argument(help=both("指标体系中的指标。", "An indicator of the index system."))],
    preset: PresetName = None,
    panel: PanelName = "china-provinces",
    year: Year = None,
    form: FormatOption = "table",
    out: OutFile = None,
) -> int:
    """Published figure, formula, normalisation, weight, contribution, rank."""
    import xinzhi
    from xinzhi.study import region_code

    source = source_of(panel)
    code = region_code(source.panel, region)
    result = xinzhi.index(source.panel, source.system(preset))
    chain = result.explain(code, indicator, year)
    if form == "table" and out is None:
        deliver.send(chain.summary(), out)
    else:
        deliver.result(chain, form, out)
    return 0
