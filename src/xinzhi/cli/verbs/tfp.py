"""`xinzhi tfp`: productivity change, efficiency, how much to improve, other specifications, growth and carbon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from xinzhi.cli import deliver
from xinzhi.cli.options import FormatOption, OutFile, PanelName, Years
from xinzhi.cli.source import source_of, years_option
from xinzhi.cli.stderr import note
from xinzhi.cli.usage import both

if TYPE_CHECKING:
    from xinzhi.base.result import Result


def tfp(
    what: Annotated[
        Literal["change", "inputs"],
        typer.Option("--what", help=both("变化及其分解或投入产出。", "Change and its parts, or inputs and outputs.")),
    ] = "change",
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            help=both(
                "变化: malmquist-luenberger（默认）、malmquist、luenberger、nonradial-luenberger、sbm-malmquist。",
                "Change: malmquist-luenberger (default), malmquist, luenberger, nonradial-luenberger, sbm-malmquist.",
            ),
        ),
    ] = None,
    technology: Annotated[
        str,
        typer.Option(
            "--technology",
            help=both(
                "前沿: global、contemporaneous、sequential、biennial、window。",
                "Frontier: global, contemporaneous, sequential, biennial, window.",
            ),
        ),
    ] = "global",
    rts: Annotated[
        str,
        typer.Option("--rts", help=both("规模报酬: crs、vrs、drs、irs、fdh。", "Returns: crs, vrs, drs, irs, fdh.")),
    ] = "crs",
    preset: Annotated[
        str,
        typer.Option(
            "--preset",
            help=both(
                "投入产出预设: klegc、klegs、klegcs、kleg、klg。",
                "Preset of inputs and outputs: klegc, klegs, klegcs, kleg, klg.",
            ),
        ),
    ] = "klegc",
    inputs: Annotated[
        str | None,
        typer.Option(
            "--inputs",
            help=both(
                "投入, 逗号分隔, 如 capital,labour,energy。", "Inputs, by commas, such as capital,labour,energy."
            ),
        ),
    ] = None,
    good: Annotated[str | None, typer.Option("--good", help=both("期望产出。", "Good outputs."))] = None,
    bad: Annotated[
        str | None, typer.Option("--bad", help=both("非期望产出; none 为不设。", "Bad outputs; none for none."))
    ] = None,
    by: Annotated[str, typer.Option("--by", help=both("求组均值的分组。", "Grouping for means."))] = "plates",
    panel: PanelName = "china-provinces",
    years: Years = None,
    form: FormatOption = "table",
    out: OutFile = None,
) -> int:
    """Productivity of regions."""
    from xinzhi import productivity as room

    options: dict[str, Any] = {
        "preset": preset, "inputs": _listed(inputs), "good": _listed(good), "bad": _listed(bad), "years": years_option(years),
    }  # fmt: skip
    data = source_of(panel).panel
    found: Result
    if what == "inputs":
        found = room.inputs(data, **options)
    else:
        found = room.tfp(data, model or "malmquist-luenberger", technology=technology, rts=rts, by=by, **options)
    deliver.result(found, form, out)
    note(found.summary())
    return 0


def _listed(written: str | None) -> list[str] | None:
    """Names separated by commas outside brackets; None where nothing is written, an empty list for `none`."""
    if written is None:
        return None
    if written.strip().lower() == "none":
        return []
    parts, depth = [""], 0
    for letter in written:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter in ",，" and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]
