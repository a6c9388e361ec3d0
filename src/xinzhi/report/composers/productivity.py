"""Efficiency, improvement, specifications, growth, carbon: summary, picture with the map beside it, and tables; what is long stays in the workbook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from xinzhi.base.recipe import Recipe
from xinzhi.base.text import Lang, Text
from xinzhi.report import charts
from xinzhi.report.composers import generic
from xinzhi.report.context import Context
from xinzhi.report.section import Block, Figure, Row, Section

_WHOLE = frozenset(
    {"scores", "details", "peers", "changes", "values", "inputs"}
)  # folded away on the page, not printed
INPUTS = ("inputs", "sources")
_MAP = Text("最后一年的地区分布，颜色分级各年相同。", "The last year on the map; classes are the same in every year.")


def _titled(draw: Callable[[Lang], dict[str, Any] | None], other: Text) -> Text:
    """What a picture itself is called, which names its year; `other` where it has no heading."""
    said = [heading(draw(lang) or {}).replace("\n", "" if lang == "zh" else " ") for lang in generic.LANGUAGES]
    return Text(*said) if all(said) else other


def heading(option: dict[str, Any]) -> str:
    """The heading of a chart or map, empty where it has none."""
    parts = option.get("title") or []
    first = parts[0] if isinstance(parts, list) and parts else parts
    return str(first.get("text", "")) if isinstance(first, dict) and "top" in first else ""


def inputs_told(context: Context, step: str, result: Any) -> bool:
    """Whether an earlier section has told these inputs and outputs already."""
    mine = result.data.recipe.digest()
    for name, other in context.study.results.items():
        if name == step:
            return False
        made: Recipe | None = getattr(getattr(other, "data", None), "recipe", None)
        if made is not None and made.digest() == mine:
            return True
    return False


def compose(context: Context, step: str, result: Any) -> list[Section]:
    """One section from what the result says of itself."""
    tables = result.tables()
    drawn = [replace(f, title=_titled(result.figure, f.title)) for f in generic.figure(step, result)]
    draw = getattr(result, "map", None)
    if draw is not None and draw("zh") is not None:
        main = result.table
        title = _titled(draw, main.title)
        drawn.append(Figure(f"{step}-map", title, charts.bare(draw), _MAP, main, context.source, twin=True))
    pictures: list[Block] = [Row(tuple(drawn))] if len(drawn) > 1 else list(drawn)
    told = inputs_told(context, step, result)
    whole = _WHOLE - {"changes"} if context.kind(step) == "technology-gap" else _WHOLE
    shown = (
        generic.exhibit(step, name, table, 0 if name in whole else 40)
        for name, table in tables.items()
        if not (told and name in INPUTS)
    )
    return [Section(step, context.title(step, result), (*generic.summary(result), *pictures, *shown))]
