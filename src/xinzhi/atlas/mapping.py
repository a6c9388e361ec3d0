"""A map of figures on the boundaries of a list of places, with everything a complete map carries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from xinzhi.base.errors import DataError
from xinzhi.base.text import Lang, Text

if TYPE_CHECKING:
    from xinzhi.atlas.boundaries import Boundaries
    from xinzhi.atlas.places import Places
    from xinzhi.chart import Classes

LEFT_OUT = Text("未绘已撤销的：{names}", "Not drawn, no longer in force: {names}")


def shapes_for(places: Places, codes: Sequence[str]) -> Boundaries | None:
    """The boundaries of the level at which all of `codes` count; None where their list has none or lacks some of them.

    Codes of China's divisions that are no longer in force do not count: `map_option` places what it can and names the rest.
    """
    from xinzhi.atlas.boundaries import LEVELS

    if places.shapes is not None or places.name != "china":
        try:
            shapes = places.boundaries()
        except DataError:
            return None
        return shapes if set(codes) <= set(shapes.codes) else None
    present = {c for c in codes if c in places.frame.index}
    found = (places.boundaries(level) for level in LEVELS)
    return next((s for s in found if present <= set(s.codes)), None) if present else None


def in_force(values: Mapping[str, float], shapes: Boundaries) -> tuple[dict[str, float], list[str]]:
    """The values by codes that have a shape, and the codes that have none.

    A code that was replaced by another stands at the one in force, unless that one has a value of its own.
    """
    from xinzhi.atlas.neighbours import present_code

    placed = {c: v for c, v in values.items() if c in shapes.shapes}
    left = []
    for code in (c for c in values if c not in shapes.shapes):
        now = present_code(code)
        if now in shapes.shapes and now not in placed:
            placed[now] = values[code]
        else:
            left.append(code)
    return placed, left


def map_option(
    shapes: Boundaries,
    values: Mapping[str, float],
    classes: Classes,
    *,
    legend_title: Text | str = "",
    lang: Lang | None = None,
    **page: Any,
) -> dict[str, Any]:
    """The ECharts option of a map of `values` by code, with maritime line, inset and notice where the shapes have them.

    Places that are no longer in force cannot be drawn; the notice names them.
    """
    from xinzhi.atlas.china import china
    from xinzhi.chart import choropleth

    placed, left = in_force(values, shapes) if shapes.dashes else (dict(values), [])
    known = china().former
    if known is None or not set(left) <= set(
        known.index
    ):  # not old codes but wrong ones: the chart refuses them by name
        placed, left = dict(values), []
    names = Text("、".join(china().labels(left, "zh")), ", ".join(china().labels(left, "en")))
    told = LEFT_OUT.fill(names=names)
    notice = Text(f"{shapes.note.zh}；{told.zh}", f"{shapes.note.en}; {told.en}") if left else shapes.note
    return choropleth(
        placed,
        shapes.geojson(lang),
        classes,
        legend_title=legend_title,
        maritime=shapes.maritime if shapes.dashes else None,
        inset=shapes.inset if shapes.dashes else None,
        notice=notice,
        lang=lang,
        **page,
    )
