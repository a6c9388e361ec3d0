"""Which composer tells which kind of step; a room that adds a step adds its line here and a file in `composers`.

A composer is a function `compose(context, step, result) -> list[Section]` in the named module.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, cast

from xinzhi.report.context import Context
from xinzhi.report.section import Section

Composer = Callable[[Context, str, Any], list[Section]]

COMPOSERS: dict[str, str] = {
    "index": "xinzhi.report.composers.index",
    "audit": "xinzhi.report.composers.audit",
    "change": "xinzhi.report.composers.change",
    "scorecards": "xinzhi.report.composers.scorecards",
    "profiles": "xinzhi.report.composers.profiles",
    "distribution": "xinzhi.report.composers.distribution",
    "association": "xinzhi.report.composers.association",
    "bivariate": "xinzhi.report.composers.association",
    "mobility": "xinzhi.report.composers.mobility",
    "moves": "xinzhi.report.composers.time_paths",
    "quantile": "xinzhi.report.composers.quantile",
    "tfp": "xinzhi.report.composers.tfp",
    "efficiency": "xinzhi.report.composers.productivity",
    "improve": "xinzhi.report.composers.productivity",
    "specification": "xinzhi.report.composers.productivity",
    "growth": "xinzhi.report.composers.productivity",
    "carbon": "xinzhi.report.composers.productivity",
    "frontier": "xinzhi.report.composers.productivity",
    "technology-gap": "xinzhi.report.composers.productivity",
    "chain": "xinzhi.report.composers.productivity",
    "drivers": "xinzhi.report.composers.productivity",
}
GENERIC = "xinzhi.report.composers.generic"


def composer(kind: str) -> Composer:
    """The composer of a kind of step; the generic one for a kind that has none of its own."""
    return cast(Composer, import_module(COMPOSERS.get(kind, GENERIC)).compose)
