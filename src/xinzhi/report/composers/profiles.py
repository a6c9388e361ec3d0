"""Compact profiles: score, rank, layers, trend, what lifts a region and what holds it back, and who is built like it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from xinzhi.base.numbers import write_interval
from xinzhi.base.text import Lang, Text
from xinzhi.report import charts, flags, spark
from xinzhi.report.composers import generic
from xinzhi.report.context import Context
from xinzhi.report.index_view import IndexView
from xinzhi.report.section import NOTHING, PROFILES, Block, Card, Cards, Fact, Section
from xinzhi.report.words import figure, joined, listed, places

_READ = Text(
    "红点是该地区在全部地区中的位置，越靠右越好；折线是历年得分，浅色带是不确定区间；各卡片纵轴不同，只看走势。强项与弱项按对得分的拉动排列。",
    "The red dot is the region among all, further right is better; the line is its score over the years in a band of its interval. "
    "Every card has its own vertical scale: read the course, not the height. Strengths and weaknesses are in order of what they do to the score.",
)
_FIRST = Text(
    "此处列前 {k} 个，{n} 个地区的画像都在下表。", "The first {k} are shown; the table below has all {n} regions."
)
_LINES = (
    ("strength", Text("强项：{said}。", "Strengths: {said}.")),
    ("weakness", Text("弱项：{said}。", "Weaknesses: {said}.")),
)
_NEAR = Text("结构相近：{said}。", "Built alike: {said}.")
_FLAGS = Text("数据标记：{said}。", "Data flags: {said}.")
_EACH = 2  # strengths and weaknesses named


def compose(context: Context, step: str, result: Any) -> list[Section]:
    """A card a region in order of rank, and the same as a table."""
    view = IndexView(context, step, result.index)
    groups = _groups(context, result)
    notes = flags.by_region(result.index, result.year)
    regions = [str(r) for r in result.frame["region"]]
    shown = regions[: charts.MOST]
    cards = tuple(card(view, result, r, groups.get(r, NOTHING), notes.get(r)) for r in shown)
    read = _READ if len(shown) == len(regions) else joined([_READ, _FIRST.fill(k=len(shown), n=len(regions))])
    main, *more = result.tables().items()
    blocks: list[Block] = [
        Cards(cards, read, generic.exhibit(step, *main)),
        *(generic.exhibit(step, n, t, 0) for n, t in more),
    ]
    title = Text("{year} 年地区画像", "Region profiles, {year}").fill(year=result.year)
    return [Section(step, title, (*generic.summary(result), *blocks), order=PROFILES)]


def card(view: IndexView, result: Any, region: str, tag: Text, note: Text | None) -> Card:
    """The profile of one region."""
    lines = [words.fill(said=_named(result, region, role)) for role, words in _LINES if len(result.of(region, role))]
    near = result.peers_of(region)
    lines += [_NEAR.fill(said=listed(view.context.names(near)))] if near else []
    lines += [_FLAGS.fill(said=note)] if note else []
    return Card(
        view.context.name(region),
        tag,
        _facts(view, result.year, region),
        _pictures(view, result.year, region),
        tuple(lines),
    )


def _facts(view: IndexView, year: int, region: str) -> tuple[Fact, ...]:
    """Score and rank with their intervals under them, and places gained since the first year."""
    row = view.at(year).set_index("region").loc[region]
    ends = figure(row.low), figure(row.high)
    facts = [
        Fact(
            Text("得分", "score"), figure(row.score), Text(f"{ends[0].zh}–{ends[1].zh}", f"{ends[0].en}–{ends[1].en}")
        ),
        Fact(Text("位次", "rank"), figure(row["rank"], "rank"), places(row.rank_low, row.rank_high)),
    ]
    if view.first < year:
        moved = figure(view.gained(region, year), "signed", 0)
        facts.append(Fact(Text("位次升降", "places gained"), moved, Text("较 {y} 年", "since {y}").fill(y=view.first)))
    return tuple(facts)


def _pictures(view: IndexView, year: int, region: str) -> tuple[tuple[Text, Callable[[Lang], str]], ...]:
    drawn: list[tuple[Text, Callable[[Lang], str]]] = [
        (Text("各层在全部地区中的位置", "Layers among all regions"), partial(_layers, view, year, region))
    ]
    if len(view.years) > 1:
        span = Text("{first}–{last} 年得分", "Score, {first}–{last}").fill(first=view.first, last=view.last)
        drawn.append((span, partial(_trend, view, region)))
    return tuple(drawn)


def _groups(context: Context, result: Any) -> dict[str, Text]:
    """Region → name of its group, for profiles that compare with groups."""
    if not result.by:
        return {}
    names = context.panel.places.grouping(result.by).names()
    return {str(r): names[g] for r, g in zip(result.frame["region"], result.frame["group"], strict=True) if g}


def _named(result: Any, region: str, role: str) -> Text:
    """The first strengths or weaknesses of a region with its ranks in them."""
    rows = result.indicators[(result.indicators["region"] == region) & (result.indicators["role"] == role)]
    rows = rows.sort_values("lift", ascending=role == "weakness", kind="stable").head(_EACH)
    ranked = Text("{name}（第 {n} 位）", "{name} (rank {n})")
    pairs = zip(rows["indicator"], rows["rank"], strict=True)
    return listed(ranked.fill(name=result.indicator_name(str(i)), n=figure(n, "rank")) for i, n in pairs)


def _layers(view: IndexView, year: int, region: str, lang: Lang) -> str:
    scores, ranks = view.layer_scores(year), view.layer_ranks(year).loc[region]
    rows = [(label.say(lang), float(scores[k][region]), scores[k].tolist()) for k, label in view.layers.items()]
    said = [joined([label, figure(ranks[k], "rank")], " ", " ").say(lang) for k, label in view.layers.items()]
    return spark.strip(rows, f"{view.context.name(region).say(lang)}: {', '.join(said)}")


def _trend(view: IndexView, region: str, lang: Lang) -> str:
    series = view.series(region)
    ends = [write_interval(r.score, r.low, r.high, "index", None, lang) for r in (series.iloc[0], series.iloc[-1])]
    spoken = f"{view.context.name(region).say(lang)}, {view.first}: {ends[0]}, {view.last}: {ends[1]}"
    return spark.trend(series["score"].tolist(), series["low"].tolist(), series["high"].tolist(), spoken)
