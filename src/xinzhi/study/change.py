"""What changed: scores and ranks between the first and the last year, and from year to year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xinzhi.base.errors import DataError
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text
from xinzhi.panel.labels import REGION, listed, name_of, named
from xinzhi.study.draws import Draws, drawn_by
from xinzhi.study.scored import OWN_YARDSTICK, Scored, comparable, signed

if TYPE_CHECKING:
    from xinzhi.atlas import Places

_FORMULA = (
    "change = s(last) − s(first); rank change = r(first) − r(last); separate: [low, high] of both years do not meet"
)
_READ = Text(
    "位次变化为正表示上升。变化后括号内为审查各次重算中变化的区间，“把握”为与公布方向一致的重算所占比重；"
    "“区间分离”为是，表示两年得分的区间不相交，是更严的标准。",
    "A positive rank change is a rise. In brackets stands the interval of the change over the draws of the audit, and "
    "“sure” is the share of draws that moved the same way; “separate” says that the intervals of the two scores do not "
    "meet, which is a stricter test.",
)
_SURE = Text("在审查的区间内不含零", "change by an amount whose interval leaves out zero")
_APART = Text("两年区间不相交", "have intervals that do not meet")


@dataclass(frozen=True)
class ChangeResult(Result):
    """Change of an index.

    frame   a row a region, the largest rise of the score first: region, first, last (years), score_first, low_first,
            high_first, score_last, low_last, high_last, change, change_low, change_high (interval over the draws of the
            audit, NaN without one), sure (share of draws that moved the same way), rank_first, rank_last, rank_change,
            separate (the intervals of the two scores do not meet)
    yearly  a row a region and year: region, year, score, change, rank, rank_change (against the year before, NaN in the
            first), separate
    recipe  how it was made
    places  the list that names the regions
    """

    frame: pd.DataFrame
    yearly: pd.DataFrame
    recipe: Recipe
    places: Places

    @property
    def span(self) -> tuple[int, int]:
        """First and last year."""
        return int(self.frame["first"].iloc[0]), int(self.frame["last"].iloc[0])

    @property
    def comparable(self) -> bool:
        """Whether scores of the two years can be subtracted; else only ranks compare."""
        return bool(self.frame["change"].notna().any())

    @property
    def drawn(self) -> bool:
        """Whether changes have intervals of their own, from an audit."""
        return bool(self.frame["change_low"].notna().any())

    @property
    def _beyond(self) -> pd.Series:
        """Which regions changed for certain: the interval of the change, else those of the two scores, leaves out zero."""
        if self.drawn:
            return (self.frame["change_low"] > 0) | (self.frame["change_high"] < 0)
        return self.frame["separate"]

    def tables(self) -> dict[str, Table]:
        """`change` between first and last year, `yearly` steps."""
        first, last = self.span
        title = Text(f"{first}–{last} 年得分与位次的变化", f"Change of scores and ranks, {first}–{last}")
        yearly = Text(f"{first}–{last} 年逐年变化", f"Change from year to year, {first}–{last}")
        return {
            "change": Table(named(self.frame, self.places), _columns(first, last), title, note=_READ),
            "yearly": Table(named(self.yearly, self.places), _YEARLY, yearly, note=_READ),
        }

    def summary(self, lang: Lang | None = None) -> str:
        """Who rose most, who fell most, for how many the change is sure."""
        first, last = self.span
        if not self.comparable:
            return self._ranks(lang)
        up, down = self.frame.iloc[0], self.frame.iloc[-1]
        climber = self.frame.sort_values("rank_change", ascending=False, kind="stable").iloc[0]
        return (
            Text(
                "{first}–{last} 年，{up}得分变化最大（{most}），{down}最小（{least}）；{climber}位次上升最多（{places} 位）。"
                "{total} 个地区中 {beyond} 个的变化{test}。",
                "From {first} to {last} the score of {up} changed most ({most}), that of {down} least ({least}); {climber} "
                "gained most places ({places}). Of {total} regions, {beyond} {test}.",
            )
            .fill(
                first=first,
                last=last,
                up=name_of(self.places, up["region"]),
                most=signed(up["change"]),
                down=name_of(self.places, down["region"]),
                least=signed(down["change"]),
                climber=name_of(self.places, climber["region"]),
                places=signed(climber["rank_change"], 0),
                beyond=int(self._beyond.sum()),
                test=_SURE if self.drawn else _APART,
                total=len(self.frame),
            )
            .say(lang)
        )

    def _ranks(self, lang: Lang | None) -> str:
        """Who gained and who lost most places, where scores of different years do not compare."""
        up, down = self.frame.iloc[0], self.frame.iloc[-1]
        return (
            Text(
                "{first}–{last} 年，{up}位次上升最多（{a} 位），{down}下降最多（{b} 位）。{why}。",
                "From {first} to {last} {up} gained most places ({a}) and {down} lost most ({b}); {why}.",
            )
            .fill(
                first=self.span[0],
                last=self.span[1],
                up=name_of(self.places, up["region"]),
                a=signed(up["rank_change"], 0),
                down=name_of(self.places, down["region"]),
                b=signed(down["rank_change"], 0),
                why=OWN_YARDSTICK,
            )
            .say(lang)
        )

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """Change of the score by region, largest first; of the rank where scores do not compare."""
        from xinzhi.chart import ranking

        first, last = self.span
        shown = "change" if self.comparable else "rank_change"
        return ranking(
            [name_of(self.places, code) for code in self.frame["region"]],
            self.frame[shown].to_numpy(dtype=float),
            low=self.frame["change_low"].to_numpy(dtype=float) if self.drawn else None,
            high=self.frame["change_high"].to_numpy(dtype=float) if self.drawn else None,
            keys=list(self.frame["region"]),
            axis=Text("得分变化", "change of score") if self.comparable else Text("位次变化", "change of rank"),
            title=Text(f"{first}–{last} 年变化", f"Change, {first}–{last}"),
            digits=3 if self.comparable else 0,
            numbers=True,
            lang=lang,
        )


def change(
    index: Scored, places: Places, *, audit: Any | None = None, first: int | None = None, last: int | None = None
) -> ChangeResult:
    """How scores and ranks changed between `first` and `last` (the outermost years by default), and year by year.

    index   any result whose frame has region, year, score, low, high, rank
    places  the list that names the regions
    audit   an AuditResult of the same index: gives each change its interval

    Only regions that are scored in both years are compared; those that are not are named in the recipe.
    Where each year was measured by its own yardstick only ranks are compared; changes of scores are NaN.
    Raises DataError where a year is not scored or fewer than two years are.
    """
    scores = index.frame.sort_values(["region", "year"], kind="stable").reset_index(drop=True)
    years = sorted(int(y) for y in scores["year"].unique())
    begin, end = years[0] if first is None else first, years[-1] if last is None else last
    _check(years, begin, end)
    same = comparable(index)
    ends = _drawn(_ends(scores, begin, end), Draws.of(audit), begin, end)
    yearly = _yearly(scores)
    if not same:
        ends, yearly = _ranks_only(ends), _ranks_only(yearly)
    absent = sorted(set(scores["region"]) - set(ends["region"]))
    recipe = Recipe(
        method="xinzhi.study.change",
        title=Text("得分与位次的变化", "change of scores and ranks"),
        parameters={"first": begin, "last": end, **drawn_by(audit)},
        formula=_FORMULA,
        data=index.recipe.data,
        seed=index.recipe.seed,
        assumptions=(*_left_out(absent, places, begin, end), *(() if same else (OWN_YARDSTICK,))),
        python="xinzhi.study.change(index, panel.places" + (")" if audit is None else ", audit=audit)"),
        cli="xinzhi run",
    )
    return ChangeResult(ends, yearly, recipe, places)


def _check(years: list[int], begin: int, end: int) -> None:
    for year in (begin, end):
        if year not in years:
            raise DataError(
                f"{year} 年没有得分；有得分的年份为 {years[0]}–{years[-1]}",
                f"there is no score for {year}; scores cover {years[0]}–{years[-1]}",
                code="410",
            )
    if begin >= end:
        raise DataError(
            f"比较变化至少需要两个年份，现为 {begin} 与 {end}",
            f"a change needs two years, got {begin} and {end}",
            code="411",
        )


def _ends(scores: pd.DataFrame, begin: int, end: int) -> pd.DataFrame:
    kept = ["score", "low", "high", "rank"]
    at = {year: scores[scores["year"] == year].set_index("region")[kept] for year in (begin, end)}
    frame = at[begin].add_suffix("_first").join(at[end].add_suffix("_last"), how="inner")
    frame = frame.dropna(subset=["score_first", "score_last"])
    frame["first"], frame["last"] = begin, end
    frame["change"] = frame["score_last"] - frame["score_first"]
    frame["rank_change"] = frame["rank_first"] - frame["rank_last"]
    frame["separate"] = _apart(frame, "_first", "_last")
    return frame.sort_values("change", ascending=False, kind="stable").reset_index()


def _drawn(ends: pd.DataFrame, draws: Draws | None, begin: int, end: int) -> pd.DataFrame:
    """The interval of each change over the draws of an audit, and how many of them moved the same way."""
    low = high = sure = np.full(len(ends), np.nan)
    if draws is not None:
        regions = [str(r) for r in ends["region"]]
        moved = draws.at(regions, end) - draws.at(regions, begin)
        change = ends["change"].to_numpy(dtype=float)
        low, high = draws.interval(moved, change)
        sure = (np.sign(moved) == np.sign(change)).mean(axis=0)
    return ends.assign(change_low=low, change_high=high, sure=sure)


def _yearly(scores: pd.DataFrame) -> pd.DataFrame:
    """Each region's step from the year before; a gap of more than a year is no step."""
    before = scores.groupby("region")[["score", "low", "high", "rank", "year"]].shift()
    frame = scores[["region", "year", "score", "low", "high", "rank"]].join(before.add_suffix("_before"))
    step = frame["year"] - frame["year_before"] == 1
    frame["change"] = (frame["score"] - frame["score_before"]).where(step)
    frame["rank_change"] = (frame["rank_before"] - frame["rank"]).where(step)
    frame["separate"] = _apart(frame, "_before", "") & step
    return frame[["region", "year", "score", "low", "high", "change", "rank", "rank_change", "separate"]]


def _ranks_only(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame without differences of scores; the largest rise in rank first where rows are regions."""
    out = frame.assign(separate=False)
    blank = [c for c in ("change", "change_low", "change_high", "sure") if c in out]
    out[blank] = np.nan
    if "first" not in out:
        return out
    return out.sort_values("rank_change", ascending=False, kind="stable").reset_index(drop=True)


def _apart(frame: pd.DataFrame, one: str, other: str) -> pd.Series:
    """Whether the intervals do not meet; an interval that is missing never separates."""
    above = frame[f"low{other}"] > frame[f"high{one}"]
    below = frame[f"high{other}"] < frame[f"low{one}"]
    return pd.Series(np.asarray(above | below), index=frame.index)


def _left_out(absent: list[str], places: Places, begin: int, end: int) -> tuple[Text, ...]:
    if not absent:
        return ()
    said = Text(
        f"{{who}} 在 {begin} 或 {end} 年没有得分，未比较", f"{{who}}: no score in {begin} or {end}, not compared"
    )
    return (said.fill(who=listed([name_of(places, code) for code in absent])),)


def _columns(first: int, last: int) -> tuple[Column, ...]:
    return (
        REGION,
        Column(
            "score_first", Text(f"{first} 年得分", f"score {first}"), style="index", low="low_first", high="high_first"
        ),
        Column("score_last", Text(f"{last} 年得分", f"score {last}"), style="index", low="low_last", high="high_last"),
        Column("change", Text("变化", "change"), style="signed", low="change_low", high="change_high"),
        Column("sure", Text("把握", "sure"), style="share", digits=0),
        Column("rank_first", Text(f"{first} 年位次", f"rank {first}"), style="rank"),
        Column("rank_last", Text(f"{last} 年位次", f"rank {last}"), style="rank"),
        Column("rank_change", Text("位次变化", "rank change"), style="signed", digits=0),
        Column("separate", Text("区间分离", "separate"), style="flag"),
    )


_YEARLY = (
    REGION,
    Column("year", Text("年份", "year"), style="year"),
    Column("score", Text("得分", "score"), style="index", low="low", high="high"),
    Column("change", Text("比上年", "on the year before"), style="signed"),
    Column("rank", Text("位次", "rank"), style="rank"),
    Column("rank_change", Text("位次变化", "rank change"), style="signed", digits=0),
    Column("separate", Text("区间分离", "separate"), style="flag"),
)
