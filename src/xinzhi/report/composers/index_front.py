"""The four answers of the first screen: who leads, by how much, how sure, and what changed."""

from __future__ import annotations

import pandas as pd

from xinzhi.base.text import Text
from xinzhi.report.index_view import IndexView
from xinzhi.report.section import Answer
from xinzhi.report.words import figure, interval, joined, listed, places, some

TITLE = Text("总体判断", "At a glance")
_WHO, _MUCH = Text("谁领先", "Who leads"), Text("领先多少", "By how much")
_SURE, _CHANGED = Text("有多大把握", "How sure"), Text("有何变化", "What changed")
_TIED = 2  # regions named where several climbed most
_CLOSE = 3  # a rank interval at most this wide is called narrow


def answers(view: IndexView) -> tuple[Answer, ...]:
    """The answers for the last year; a panel of one year has nothing to say about change."""
    now = view.at(view.last)
    told = [_who(view, now)]
    if len(now) > 1:
        told += [_much(view, now), _sure(view, now)]
    if view.first != view.last:
        told.append(_changed(view))
    return tuple(told)


def _who(view: IndexView, now: pd.DataFrame) -> Answer:
    top = now.iloc[0]
    after = listed(
        joined([view.context.name(str(r.region)), figure(r.score)], " ", " ") for r in now.iloc[1:5].itertuples()
    )
    sentence = Text(
        "{year} 年{title}得分 {score}，在 {n} 个地区中居首。",
        "In {year} its {title} is {score}, the first of {n} regions.",
    ).fill(year=view.last, title=view.short, score=interval(top.score, top.low, top.high), n=len(now))
    rest = Text("其后为{after}。", "Next come {after}.").fill(after=after) if len(now) > 1 else Text("", "")
    return Answer(_WHO, view.context.name(top.region), joined([sentence, rest]))


def _much(view: IndexView, now: pd.DataFrame) -> Answer:
    top, second, last = now.iloc[0], now.iloc[1], now.iloc[-1]
    headline = Text("比第二位{second}高 {gap}", "{gap} above {second}").fill(
        second=view.context.name(second.region), gap=figure(top.score - second.score)
    )
    parts = [_ratio(view, top, second, last)]
    parts.append(
        Text(
            "{n} 个地区的平均得分为 {mean}，高于平均的有 {above} 个。",
            "The mean of {n} regions is {mean}; {above} are above it.",
        ).fill(n=len(now), mean=figure(now["score"].mean()), above=int((now["score"] > now["score"].mean()).sum()))
    )
    return Answer(_MUCH, headline, joined(parts))


def _ratio(view: IndexView, top: pd.Series, second: pd.Series, last: pd.Series) -> Text:
    """The first against the second and the last, as ratios where scores are positive, else as differences."""
    names = {"second": view.context.name(second.region), "last": view.context.name(last.region)}
    if second.score > 0 and last.score > 0:
        return Text(
            "是{second}的 {a} 倍、末位{last}的 {b} 倍。", "That is {a} times {second} and {b} times {last}, the last."
        ).fill(a=figure(top.score / second.score, "number"), b=figure(top.score / last.score, "number", 1), **names)
    return Text("比末位{last}高 {b}。", "It is {b} above {last}, the last.").fill(
        b=figure(top.score - last.score), **names
    )


def _sure(view: IndexView, now: pd.DataFrame) -> Answer:
    top, second = now.iloc[0], now.iloc[1]
    wide = (now["rank_high"] - now["rank_low"]).to_numpy()
    loose = now.iloc[int(wide.argmax())]
    words = Text(
        "{name}的位次区间为 {span}。{n} 个地区中 {k} 个的位次区间不超过 {w} 位，最不确定的是{loose}（{wide}）。",
        "{name} ranks {span}. For {k} of {n} regions the rank interval spans no more than {w} places; least certain is {loose} ({wide}).",
    ).fill(
        name=view.context.name(top.region),
        span=places(top.rank_low, top.rank_high),
        n=len(now),
        k=int((wide <= _CLOSE).sum()),
        w=_CLOSE,
        loose=view.context.name(loose.region),
        wide=places(loose.rank_low, loose.rank_high),
    )
    headline = _headline(view, top, second, view.ahead(top.region, second.region))
    return Answer(_SURE, headline, joined([view.interval_words, words]))


def _headline(view: IndexView, top: pd.Series, second: pd.Series, chance: float | None) -> Text:
    """The probability that the first is ahead of the second; without an audit whether their intervals overlap."""
    name = view.context.name(second.region)
    if chance == 1:
        return Text("每次重算都领先{name}", "Ahead of {name} in every recomputation").fill(name=name)
    if chance is not None and chance < 0.5:
        return Text("只在 {p} 的重算中领先{name}", "Ahead of {name} in only {p} of recomputations").fill(
            p=figure(chance, "share", 0), name=name
        )
    if chance is not None:
        return Text("{p} 的把握领先{name}", "{p} sure to be ahead of {name}").fill(
            p=figure(chance, "share", 0), name=name
        )
    if top.low > second.high:
        return Text("与{name}的区间不重叠", "Interval apart from {name}'s").fill(name=name)
    return Text("与{name}的区间有重叠", "Interval overlaps {name}'s").fill(name=name)


def _changed(view: IndexView) -> Answer:
    """The largest climb as headline; the mean, the climbers and the fallers, and whether the first one changed."""
    moved = view.moved(view.at(view.last)["region"], by_region=True)
    up, down = _sorted(moved[moved > 0], False), _sorted(moved[moved < 0], True)
    then, now = view.at(view.first), view.at(view.last)
    parts = [_level(view, then, now), _same_leader(view, then, now)]
    if len(up):
        most = some(view.context.names(up.index[up == up.iloc[0]]), _TIED)
        headline = Text("{name}上升 {n} 位", "{name} up {n} places").fill(name=most, n=int(up.iloc[0]))
        parts.append(Text("上升最多：{said}；", "Largest climbs: {said};").fill(said=_movers(view, up)))
        parts.append(Text("下降最多：{said}。", "largest falls: {said}.").fill(said=_movers(view, down)))
    else:
        headline = Text("位次没有变化", "No rank changed")
    return Answer(_CHANGED, headline, joined(parts))


def _level(view: IndexView, then: pd.DataFrame, now: pd.DataFrame) -> Text:
    """The mean score then and now, where all years are measured with one yardstick."""
    if not view.result.method.pooled:
        return Text(
            "各年分别标准化，得分不能跨年比较，只比较位次。",
            "Each year has its own yardstick, so ranks compare over time and scores do not.",
        )
    return Text(
        "{first}–{last} 年平均得分由 {a} 变为 {b}。", "From {first} to {last} the mean score went from {a} to {b}."
    ).fill(first=view.first, last=view.last, a=figure(then["score"].mean()), b=figure(now["score"].mean()))


def _sorted(moved: pd.Series, ascending: bool) -> pd.Series:
    return moved.sort_values(ascending=ascending, kind="stable")


def _same_leader(view: IndexView, then: pd.DataFrame, now: pd.DataFrame) -> Text:
    before, after = then.iloc[0].region, now.iloc[0].region
    if before == after:
        return (
            Text("首位一直是{name}。", "{name} was first then too.").fill(name=view.context.name(after))
            if view.always_first(after)
            else Text("首尾两年都是{name}居首。", "{name} was first in both years.").fill(name=view.context.name(after))
        )
    return Text("首位由{a}变为{b}。", "The first place went from {a} to {b}.").fill(
        a=view.context.name(before), b=view.context.name(after)
    )


def _movers(view: IndexView, moved: pd.Series) -> Text:
    told = [
        joined([view.context.name(str(code)), figure(abs(n), "rank")], " ", " ") for code, n in moved.head(3).items()
    ]
    return Text(f"{listed(told).zh} 位", listed(told).en)
