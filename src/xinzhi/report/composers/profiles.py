"""Compact profiles: score, rank, layers, trend, and what a region is strong and weak in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

from xinzhi.base.numbers import write_interval
from xinzhi.base.text import Lang, Text
from xinzhi.report import flags, spark
from xinzhi.report.composers import generic
from xinzhi.report.context import Context
from xinzhi.report.index_view import IndexView
from xinzhi.report.section import PROFILES, Card, Cards, Exhibit, Section
from xinzhi.report.words import figure, interval, joined, listed, places

_TITLE = Text("地区画像", "Region profiles")
_READ = Text(
    "红点是该地区在全部地区中的位置，越靠右越好；折线是历年得分，浅色带是不确定区间；各卡片纵轴不同，只看走势。",
    "The red dot is the region among all, further right is better; the line is its score over the years in a band of its interval. "
    "Every card has its own vertical scale: read the course, not the height.",
)
_STRONG, _WEAK = Text("相对强项：{said}。", "Strongest: {said}."), Text("相对弱项：{said}。", "Weakest: {said}.")
_EACH = 2  # indicators named as strong and as weak


def compose(context: Context, step: str, result: Any) -> list[Section]:
    """A card a region in order of rank; without an index in the study, whatever the result says of itself."""
    index = context.first("index")
    if index is None:
        return generic.compose(context, step, result)
    view = IndexView(context, _step_of(context, index), index)
    ranks = indicator_ranks(view)
    notes = flags.by_region(index, view.last)
    cards = tuple(card(view, str(r), ranks, notes.get(str(r))) for r in view.at(view.last)["region"])
    tables = result.tables()
    main, *more = tables
    blocks = [
        Cards(cards, _READ, Exhibit(f"{step}-{main}", tables[main])),
        *(Exhibit(f"{step}-{n}", tables[n], 0) for n in more),
    ]
    title = Text("{year} 年地区画像", "Region profiles, {year}").fill(year=view.last)
    return [Section(step, title, (*generic.summary(result), *blocks), order=PROFILES)]


def card(view: IndexView, region: str, ranks: pd.DataFrame, note: Text | None) -> Card:
    """The profile of one region in the last year."""
    row = view.at(view.last).set_index("region").loc[region]
    facts = [
        (Text("得分", "score"), interval(row.score, row.low, row.high)),
        (Text("位次", "rank"), joined([figure(row["rank"], "rank"), _within(row)], "", " ")),
    ]
    if view.first != view.last:
        moved = float(view.moved([region])[0])
        facts.append((Text("较 {year} 年", "since {year}").fill(year=view.first), figure(moved, "signed", 0)))
    pictures: list[tuple[Text, Callable[[Lang], str]]] = [
        (Text("各层在全部地区中的位置", "Layers among all regions"), partial(_layers, view, region))
    ]
    if len(view.years) > 1:
        span = Text("{first}–{last} 年得分", "Score, {first}–{last}").fill(first=view.first, last=view.last)
        pictures.append((span, partial(_trend, view, region)))
    mine = ranks.loc[region].dropna().sort_values(kind="stable")
    lines = [_STRONG.fill(said=_named(view, mine.head(_EACH))), _WEAK.fill(said=_named(view, mine.tail(_EACH)[::-1]))]
    lines += [Text("数据标记：{note}。", "Data flags: {note}.").fill(note=note)] if note else []
    return Card(view.context.name(region), Text("", ""), tuple(facts), tuple(pictures), tuple(lines))


def indicator_ranks(view: IndexView) -> pd.DataFrame:
    """Regions × indicators: the rank of each normalised value in the last year, 1 the best; NaN where missing."""
    now = view.normalised.xs(view.last, level="year")
    return now.rank(ascending=False, method="min")


def _within(row: pd.Series) -> Text:
    span = places(row.rank_low, row.rank_high)
    return Text(f"（{span.zh}）", f"({span.en})")


def _named(view: IndexView, ranks: pd.Series) -> Text:
    entries = {i.id: i.name for i in view.result.preset.indicators}
    return listed(
        Text("{name}（第 {n} 位）", "{name} (rank {n})").fill(name=entries[str(i)], n=int(n)) for i, n in ranks.items()
    )


def _layers(view: IndexView, region: str, lang: Lang) -> str:
    scores = view.layer_scores(view.last)
    rows = [(label.say(lang), float(scores.at[region, k]), scores[k].tolist()) for k, label in view.layers.items()]
    ranks = view.layer_ranks(view.last).loc[region]
    said = [f"{label.say(lang)}: {figure(ranks[k], 'rank').say(lang)}" for k, label in view.layers.items()]
    return spark.strip(rows, f"{view.context.name(region).say(lang)}, {', '.join(said)}")


def _trend(view: IndexView, region: str, lang: Lang) -> str:
    series = view.series(region)
    ends = [write_interval(r.score, r.low, r.high, "index", None, lang) for r in (series.iloc[0], series.iloc[-1])]
    spoken = f"{view.context.name(region).say(lang)}, {view.first}: {ends[0]}, {view.last}: {ends[1]}"
    return spark.trend(series["score"].tolist(), series["low"].tolist(), series["high"].tolist(), spoken)


def _step_of(context: Context, index: Any) -> str:
    return next(step for step, result in context.study.results.items() if result is index)
