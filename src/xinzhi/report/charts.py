"""The charts of a report, each as a function of the language, drawn by the builders of `xinzhi.chart`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from xinzhi.base.text import Lang, Text
from xinzhi.report.context import Context

if TYPE_CHECKING:
    from xinzhi.report.index_view import IndexView

Draw = Callable[[Lang], dict[str, Any]]
MOST = 40  # units that a chart can name and a reader can follow
_MOVERS = 2  # climbers and fallers in the accent


def map_of(
    context: Context, codes: Sequence[str], values: Sequence[float], every: Sequence[float], label: Text
) -> Draw | None:
    """A map of `values`, its classes made from `every` year's; None where the places have no boundaries."""
    from xinzhi.atlas import map_option, shapes_for
    from xinzhi.chart import classes

    shapes = shapes_for(context.panel.places, codes)
    if shapes is None:
        return None
    graded = classes(every)
    shown = dict(zip(codes, values, strict=True))
    return lambda lang: map_option(shapes, shown, graded, legend_title=label, lang=lang)


def ranking_of(view: IndexView, now: pd.DataFrame) -> Draw:
    """Everybody in order, with intervals, in the colours of the map beside it."""
    from xinzhi.chart import classes, ranking

    graded = classes(view.frame["score"].tolist())
    now = now.head(MOST)
    codes = now["region"].tolist()
    names = [view.starred(code) for code in codes]
    score, low, high = (now[name].to_numpy(dtype=float) for name in ("score", "low", "high"))

    def draw(lang: Lang) -> dict[str, Any]:
        return ranking(names, score, low=low, high=high, keys=codes, classes=graded, axis=view.short, lang=lang)

    return draw


def layers_of(view: IndexView, scores: pd.DataFrame) -> Draw:
    """A row of dots a layer, the region that leads overall in the accent."""
    from xinzhi.chart import strip

    first = str(view.at(view.last)["region"].iloc[0])

    names, codes = view.context.names(scores.index), list(scores.index)

    def draw(lang: Lang) -> dict[str, Any]:
        return strip(list(view.layers.values()), names, scores.to_numpy().T, keys=codes, highlight=first, lang=lang)

    return draw


def gains(context: Context, changes: pd.DataFrame) -> Draw:
    """Change of the score by region, largest first; of many regions the first ones."""
    from xinzhi.chart import ranking

    changes = changes.sort_values("change", ascending=False, kind="stable").head(MOST)
    names, codes = context.names(changes["region"]), [str(c) for c in changes["region"]]
    axis = Text("得分变化", "change of score")

    def draw(lang: Lang) -> dict[str, Any]:
        return ranking(names, changes["change"].to_numpy(dtype=float), keys=codes, axis=axis, numbers=True, lang=lang)

    return draw


def rank_intervals(context: Context, ranks: pd.DataFrame) -> Draw:
    """Ranks on the line of their intervals; `ranks` has region, rank, low, high in order, of many regions the first ones."""
    from xinzhi.chart import intervals

    ranks = ranks.head(MOST)
    names, codes = context.names(ranks["region"]), [str(c) for c in ranks["region"]]
    rank, low, high = (ranks[name].to_numpy(dtype=float) for name in ("rank", "low", "high"))
    axis = Text("位次", "rank")

    def draw(lang: Lang) -> dict[str, Any]:
        return intervals(names, rank, low, high, keys=codes, axis=axis, order=False, lang=lang)

    return draw


def first_of(title: Text, count: int) -> Text:
    """A title that says so where a chart shows only the first of `count` units."""
    if count <= MOST:
        return title
    return Text(f"{title.zh}（前 {MOST} 个，共 {count} 个）", f"{title.en} (first {MOST} of {count})")


def bare(draw: Draw) -> Draw:
    """The chart of a result without its own heading, which the caption repeats; the room goes too."""
    from xinzhi.chart import headless

    return lambda lang: headless(draw(lang))


def titled(draw: Draw, otherwise: Text) -> Text:
    """What a chart calls itself, in both languages; `otherwise` where it has no heading."""
    from xinzhi.chart import heading

    zh, en = heading(draw("zh")), heading(draw("en"))
    return Text(zh, en) if zh and en else otherwise


def ranks_over_time(context: Context, scores: pd.DataFrame) -> Draw:
    """Ranks through the years, the regions that climbed and fell most in the accent; `scores` has region, year, score, rank."""
    from xinzhi.chart import bump

    wide = scores.pivot(index="region", columns="year", values="score")
    ranks = scores.pivot(index="region", columns="year", values="rank")
    moved = (ranks[ranks.columns[0]] - ranks[ranks.columns[-1]]).dropna().sort_values(kind="stable")
    ends = [str(code) for code in [*moved.index[:_MOVERS], *moved.index[-_MOVERS:]]]
    codes = [str(code) for code in wide.index]
    names, values = context.names(codes), wide.to_numpy(dtype=float)
    years = [int(year) for year in wide.columns]

    def draw(lang: Lang) -> dict[str, Any]:
        return bump(names, years, values, keys=codes, highlight=ends, lang=lang)

    return draw


def members(context: Context, rows: pd.DataFrame, label: Text) -> Draw:
    """For each group a row with a dot for every member; `rows` has group, title, region, score."""
    from xinzhi.chart import strip

    wide = rows.pivot(index="group", columns="region", values="score").reindex(list(dict.fromkeys(rows["group"])))
    titles = dict(zip(rows["group"], rows["title"], strict=True))
    codes = [str(code) for code in wide.columns]
    names = context.names(codes)

    def draw(lang: Lang) -> dict[str, Any]:
        return strip([titles[g] for g in wide.index], names, wide.to_numpy(), axis=label, keys=codes, lang=lang)

    return draw


def sobol_of(shares: pd.DataFrame) -> Draw:
    """What shifts of rank hang on; `shares` has name, first, total and their bounds."""
    from xinzhi.chart import sobol

    column = {name: shares[name].to_numpy(dtype=float) for name in ("first", "total")}
    ends = {
        name: (shares[f"{name}_low"].to_numpy(dtype=float), shares[f"{name}_high"].to_numpy(dtype=float))
        for name in column
    }
    axis = Text("占位次变动方差的份额", "share of the variance of shifts in rank")

    def draw(lang: Lang) -> dict[str, Any]:
        return sobol(
            list(shares["name"]),
            column["first"],
            column["total"],
            first_interval=ends["first"],
            total_interval=ends["total"],
            axis=axis,
            lang=lang,
        )

    return draw
