"""What an index found, in sentences made from its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from xinzhi.base.numbers import write_interval, write_number
from xinzhi.base.text import Lang, Text

if TYPE_CHECKING:
    from xinzhi.measure.index.result import IndexResult


def summary(result: IndexResult) -> Text:
    """Who leads, how sure it is, who moved, and what was incomplete."""
    parts = [_lead(result), _sure(result), _moved(result), _incomplete(result)]
    return Text("".join(p.zh for p in parts if p), " ".join(p.en for p in parts if p))


def _name(result: IndexResult, code: str, lang: Lang) -> str:
    return result.panel.places.label(code, lang)


def _lead(result: IndexResult) -> Text:
    rows = result.at()
    year, count = result.years[-1], len(rows)
    said: dict[Lang, str] = {}
    languages: tuple[Lang, ...] = ("zh", "en")
    for lang in languages:
        top = [
            f"{_name(result, row['region'], lang)} {write_interval(row['score'], row['low'], row['high'], 'index', None, lang)}"
            for row in rows.head(3).to_dict("records")
        ]
        said[lang] = ("、" if lang == "zh" else ", ").join(top)
    return Text(
        f"{year} 年 {count} 个地区中，{result.title.zh}得分最高的是{said['zh']}。",
        f"In {year}, of {count} regions, the highest scores for {result.title.en} are {said['en']}.",
    )


def _sure(result: IndexResult) -> Text | None:
    """Whether the first place is certain, and how wide ranks usually are."""
    rows = result.at()
    if len(rows) < 2:
        return None
    width = float((rows["rank_high"] - rows["rank_low"]).median())
    places = write_number(width, "number", 0 if width.is_integer() else 1, "zh")
    lead = rows.iloc[0]
    rivals = rows[(rows["rank_low"] == 1) & (rows["region"] != lead["region"])]["region"].tolist()
    span = f"{lead['rank_low']}–{lead['rank_high']}"
    if not rivals:
        zh, en = (
            "首位稳固，其余地区的名次区间均不含第 1 位",
            "the first place is firm: no other region's interval of ranks holds it",
        )
    else:
        zh = f"首位并不稳固（名次区间 {span}），{len(rivals)} 个地区的名次区间含第 1 位"
        held = (
            "the interval of one other region holds it"
            if len(rivals) == 1
            else f"the intervals of {len(rivals)} others hold it"
        )
        en = f"the first place is not firm (ranks {span}): {held}"
    return Text(
        f"在更换方法与扰动数据的重算中，{zh}；名次区间宽度的中位数为 {places} 位。",
        f"Recomputed with other methods and perturbed data, {en}; half of the regions have ranks within {places} places or fewer.",
    )


def _moved(result: IndexResult) -> Text | None:
    """Who climbed and who fell most between the first and the last year."""
    first, last = result.years[0], result.years[-1]
    if first == last:
        return None
    ranks = result.frame.pivot(index="region", columns="year", values="rank")[[first, last]].dropna()
    if ranks.empty:
        return None
    change = (ranks[first] - ranks[last]).sort_values(kind="stable")
    up, down = str(change.index[-1]), str(change.index[0])
    begin, end = (float(_mean(result.frame, year)) for year in (first, last))
    level = Text("", "")
    if result.method.pooled:
        level = Text(
            f"各地区平均得分由 {begin:.3f} 变为 {end:.3f}；", f"the mean score went from {begin:.3f} to {end:.3f}; "
        )
    return Text(
        f"{first}–{last} 年，{level.zh}上升最多的是{_name(result, up, 'zh')}（{_places(change[up], 'zh')}），下降最多的是{_name(result, down, 'zh')}（{_places(change[down], 'zh')}）。",
        f"From {first} to {last}, {level.en}{_name(result, up, 'en')} gained most ({_places(change[up], 'en')}) and {_name(result, down, 'en')} lost most ({_places(change[down], 'en')}).",
    )


def _mean(frame: pd.DataFrame, year: int) -> float:
    return float(frame.loc[frame["year"] == year, "score"].mean())


def _places(change: float, lang: Lang) -> str:
    written = write_number(change, "signed", 0, lang)
    return f"{written} 位" if lang == "zh" else f"{written} places"


def _incomplete(result: IndexResult) -> Text | None:
    rows = result.at()
    short = rows[rows["observed"] < 1 - 1e-9]["region"].tolist()
    if not short:
        return None
    zh = "、".join(_name(result, c, "zh") for c in short[:5])
    en = ", ".join(_name(result, c, "en") for c in short[:5])
    more = Text(f"等 {len(short)} 个地区", f" and others, {len(short)} in all,") if len(short) > 5 else Text("", "")
    verb = "lacks some indicators and was" if len(short) == 1 else "lack some indicators and were"
    return Text(
        f"{zh}{more.zh}缺部分指标，按已有指标计分，解读须谨慎。",
        f"{en}{more.en} {verb} scored over the others: read with care.",
    )
