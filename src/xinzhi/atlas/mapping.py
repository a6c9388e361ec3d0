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


def shapes_for(places: Places, codes: Sequence[str]) -> Boundaries | None:
    """The boundaries of the level that `codes` belong to; None where their list has none or lacks some of them."""
    levels = [str(level) for level in places.frame["level"].reindex(list(codes)).dropna()]
    if not levels and places.shapes is None:
        return None
    try:
        shapes = places.boundaries(levels[0] if levels else "")
    except DataError:
        return None
    return shapes if set(codes) <= set(shapes.codes) else None


def map_option(
    shapes: Boundaries,
    values: Mapping[str, float],
    classes: Classes,
    *,
    legend_title: Text | str = "",
    lang: Lang | None = None,
    **page: Any,
) -> dict[str, Any]:
    """The ECharts option of a map of `values` by code, with maritime line, inset and notice where the shapes have them."""
    from xinzhi.chart import choropleth

    return choropleth(
        values,
        shapes.geojson(lang),
        classes,
        legend_title=legend_title,
        maritime=shapes.maritime if shapes.dashes else None,
        inset=shapes.inset if shapes.dashes else None,
        notice=shapes.note,
        lang=lang,
        **page,
    )
