"""The figure that a verb looks at: an indicator, a formula, or the scores of an index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xinzhi.cli.source import source_of, years_option
from xinzhi.cli.usage import both

if TYPE_CHECKING:
    from xinzhi.panel import Panel

Figure = Annotated[
    str | None,
    typer.Argument(
        help=both(
            "指标或公式，如 'gdp / population'；不给时为综合指数得分。",
            "An indicator or formula, such as 'gdp / population'; the scores of the index without one.",
        )
    ),
]


def figure_of(
    panel: str, figure: str | None, preset: str | None, years: str | None, seed: int
) -> tuple[Panel, str, list[int] | None]:
    """The panel, the figure to look at, and the years; without a figure the index is computed and its scores are taken."""
    source, span = source_of(panel), years_option(years)
    if figure:
        return source.panel, figure, span
    import xinzhi
    from xinzhi.study.steps.figure import SCORE, scored

    index = xinzhi.index(source.panel, source.system(preset), span, draws=1, seed=seed)
    return scored(source.panel, index), SCORE, span
