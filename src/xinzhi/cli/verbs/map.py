"""`xinzhi map`: a figure of one year on a map."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xinzhi.cli.options import PanelName, PresetName, Year
from xinzhi.cli.usage import both


def map_(
    what: Annotated[
        str, typer.Argument(help=both("指标, 或 score（指数得分）。", "An indicator, or `score` for the index."))
    ] = "score",
    preset: PresetName = "three-layers",
    panel: PanelName = "china-provinces",
    year: Year = None,
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", help=both("写入的文件: .svg、.png 或 .html。", "File to write: .svg, .png or .html.")
        ),
    ] = Path("map.svg"),
) -> int:
    """Draw it."""
    return 0
