"""Quantile regression: a picture for each factor, then the table."""

from __future__ import annotations

from functools import partial
from typing import Any

from xinzhi.report.composers import generic
from xinzhi.report.context import Context
from xinzhi.report.section import Row, Section
from xinzhi.space.quantiles import READ_FIGURE

_MOST = 6  # factors that are drawn; the table has them all


def compose(context: Context, step: str, result: Any) -> list[Section]:
    """One section with the coefficients of each factor over the quantiles, two beside each other."""
    drawn = [
        generic.drawn(f"{step}-{n + 1}", result, partial(result.figure, factor=factor), READ_FIGURE)
        for n, factor in enumerate(result.factors[:_MOST])
    ]
    rows = [Row(tuple(drawn[k : k + 2])) if len(drawn[k : k + 2]) > 1 else drawn[k] for k in range(0, len(drawn), 2)]
    shown = (generic.exhibit(step, name, table) for name, table in result.tables().items())
    return [Section(step, context.title(step, result), (*generic.summary(result), *rows, *shown))]
