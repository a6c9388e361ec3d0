"""A composite index: the first screen, the ranking, the layers, and what every indicator weighs."""

from __future__ import annotations

from typing import Any

import pandas as pd

from xinzhi.base.table import Column, Table
from xinzhi.base.text import Text
from xinzhi.report import charts, flags
from xinzhi.report.composers import generic, index_front, index_weights
from xinzhi.report.context import Context
from xinzhi.report.index_view import IndexView
from xinzhi.report.section import (
    DATA,
    FRONT,
    LAYERS,
    METHODS,
    NOTHING,
    OTHER,
    Exhibit,
    Figure,
    Front,
    Paragraph,
    Section,
)
from xinzhi.report.words import figure, headed, joined, listed

_TOLD = ("ranking", "weights")  # tables of the result that the report tells in its own way
_LONG = ("scores", "layers", "values")
_RANKING_READ = Text(
    "条形越长得分越高；横线是改变计算方法后得分的不确定区间，两条横线重叠较多的地区不宜强分高下。",
    "A longer bar is a higher score; the line is the interval of scores when the method is varied, and regions whose lines overlap much "
    "should not be told apart.",
)
_MAP_READ = Text(
    "颜色越深得分越高，各年用同一分级；灰色为没有数据。",
    "Darker is higher, on one scale for all years; grey has no figures.",
)


def compose(context: Context, step: str, result: Any) -> list[Section]:
    """First screen with the ranking table, layers, and weights for the section on methods.

    A second index of a study is told in a section of its own instead of on the first screen.
    """
    view = IndexView(context, step, result)
    screen = Section(
        "overview" if view.leading else step,
        index_front.TITLE if view.leading else context.title(step, result),
        (Front(index_front.answers(view), (*map_figure(view), ranking_figure(view))),),
        (
            Section(
                f"{step}-ranking",
                Text("得分与位次", "Scores and ranks"),
                (Exhibit(f"{step}-ranking", ranking_table(view)),),
            ),
        ),
        FRONT if view.leading else OTHER,
    )
    layers = [layers_section(view)] if len(view.layers) > 1 else []
    weights = Section(f"{step}-weights", index_weights.TITLE, index_weights.blocks(view), order=METHODS)
    return [screen, *layers, weights, cells_section(view)]


def map_figure(view: IndexView) -> list[Figure]:
    """The scores of the last year on the map; where the places have no boundaries the ranking stands alone."""
    now = view.at(view.last)
    draw = charts.map_of(
        view.context, now["region"].tolist(), now["score"].tolist(), view.frame["score"].tolist(), view.short
    )
    title = Text("{year} 年{title}分布", "{title} in {year}").fill(year=view.last, title=headed(view.short))
    if draw is None:
        return []
    read = joined([_MAP_READ, view.warning])
    return [Figure(f"{view.step}-map", title, draw, read, ranking_table(view), view.context.source, twin=True)]


def ranking_figure(view: IndexView) -> Figure:
    """Everybody in order, with intervals."""
    now = view.at(view.last)
    title = Text("{year} 年位次与不确定区间", "Ranking in {year} with intervals").fill(year=view.last)
    title = charts.first_of(title, len(now))
    draw, read = charts.ranking_of(view, now), joined([_RANKING_READ, view.warning])
    return Figure(f"{view.step}-bars", title, draw, read, ranking_table(view), view.context.source, twin=True)


def ranking_table(view: IndexView) -> Table:
    """Rank, score and layer scores of the last year, the change since the first, and what the figures lack."""
    now = view.at(view.last)
    frame = now.assign(moved=view.moved(now["region"]))
    frame["name"] = pd.Series(view.context.names(now["region"]), dtype=object)
    frame["note"] = pd.Series([view.notes.get(str(r), NOTHING) for r in now["region"]], dtype=object)
    columns = [
        Column("rank", Text("位次", "rank"), style="rank", low="rank_low", high="rank_high"),
        Column("name", Text("地区", "region"), style="text"),
        Column("score", Text("得分", "score"), style="index", low="low", high="high"),
    ]
    layers = view.layer_scores(view.last)
    for layer, label in view.layers.items():
        frame[f"layer-{layer}"] = layers[layer].reindex(now["region"]).to_numpy()
        columns.append(Column(f"layer-{layer}", label, style="index"))
    if view.first != view.last:
        label = Text("位次变化（较 {year} 年）", "rank change since {year}").fill(year=view.first)
        columns.append(Column("moved", label, style="signed", digits=0))
    columns.append(Column("note", Text("数据标记", "data flags"), style="text"))
    title = Text("{year} 年{title}：得分、位次与分项", "{title} in {year}: scores, ranks and layers").fill(
        year=view.last, title=headed(view.short)
    )
    return Table(
        frame,
        tuple(columns),
        title,
        joined([view.interval_words, flags.KEY, *flags.proxies(view.context, view.result)]),
        view.context.source,
    )


def layers_section(view: IndexView) -> Section:
    """Who leads in each layer, and everybody's place in all of them."""
    scores = view.layer_scores(view.last)
    sentences = [_leaders(view, layer, label, scores[layer]) for layer, label in view.layers.items()]
    title = Text("{year} 年各层得分", "Layer scores in {year}").fill(year=view.last)
    read = Text(
        "每行一层，每点一个地区，越靠右越高；红点为总分首位的地区。",
        "A row is a layer, a dot a region, further right is higher; the red dot is the region that leads overall.",
    )
    drawn = Figure(
        f"{view.step}-layers", title, charts.layers_of(view, scores), read, _layer_table(view), view.context.source
    )
    return Section(
        f"{view.step}-layers", Text("分层表现", "Layers"), (Paragraph(tuple(sentences)), drawn), order=LAYERS
    )


def cells_section(view: IndexView) -> Section:
    """Every score and every cell of all years, what was left out and how outliers were treated, for the data appendix."""
    tables = view.result.tables()
    kept = [generic.exhibit(view.step, n, t, 0 if n in _LONG else 40) for n, t in tables.items() if n not in _TOLD]
    return Section(
        f"{view.step}-cells", Text("各年得分与指标值", "Scores and cells of all years"), tuple(kept), order=DATA
    )


def _leaders(view: IndexView, layer: str, label: Text, scores: pd.Series) -> Text:
    best = scores.dropna().sort_values(ascending=False)
    lowest = best.tail(1)
    return Text(
        "{label}：{names}领先，首位得分 {top}，末位{last}为 {bottom}。",
        "{label}: {names} lead, the first with {top}; {last} is last with {bottom}.",
    ).fill(
        label=label,
        names=listed(view.context.names(best.index[:3])),
        top=figure(best.iloc[0]),
        last=view.context.name(str(lowest.index[0])),
        bottom=figure(lowest.iloc[0]),
    )


def _layer_table(view: IndexView) -> Table:
    now = view.at(view.last)
    scores, ranks = view.layer_scores(view.last), view.layer_ranks(view.last)
    frame = pd.DataFrame({"name": view.context.names(now["region"])})
    columns = [Column("name", Text("地区", "region"), style="text")]
    for layer, label in view.layers.items():
        frame[layer] = scores[layer].reindex(now["region"]).to_numpy()
        frame[f"{layer}-rank"] = ranks[layer].reindex(now["region"]).to_numpy()
        place = Text("{label}位次", "{label}, rank").fill(label=label)
        columns += [Column(layer, label, style="index"), Column(f"{layer}-rank", place, style="rank")]
    title = Text("{year} 年各层得分与位次", "Layer scores and ranks in {year}").fill(year=view.last)
    note = Text(
        "地区按总分排列；各层得分为层内指标的加权平均。",
        "Regions in order of the whole score; a layer's score is the weighted mean of its indicators.",
    )
    return Table(frame, tuple(columns), title, note, view.context.source)
