"""Numbers and sentences of the report in both languages."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinzhi.base.table import Column, Table
from xinzhi.base.text import Text
from xinzhi.report import spark
from xinzhi.report.data import span
from xinzhi.report.numbering import chinese, number
from xinzhi.report.section import Exhibit, Paragraph, Report, Section
from xinzhi.report.words import joined, listed, places, rank, some


@pytest.mark.parametrize(
    ("n", "said"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五"), (99, "九十九")]
)
def test_chinese_numbers(n: int, said: str) -> None:
    assert chinese(n) == said


def test_chinese_numbers_are_all_different() -> None:
    assert len({chinese(n) for n in range(1, 100)}) == 99


def test_ranks_leave_out_an_interval_of_one_place() -> None:
    assert rank(8, 5, 10) == Text("第 8 位（5–10）", "rank 8 (5–10)")
    assert rank(1, 1, 1) == Text("第 1 位", "rank 1")
    assert places(3, 3) == Text("3", "3")
    assert places(3, 4) == Text("3–4", "3–4")


def test_lists_in_both_languages() -> None:
    names = [Text(z, e) for z, e in (("甲", "A"), ("乙", "B"), ("丙", "C"))]
    assert listed(names) == Text("甲、乙、丙", "A, B and C")
    assert some(names, 2) == Text("甲、乙等 3 个", "A, B and 1 more")
    assert listed([]) == Text("", "")
    assert joined([names[0], Text("", ""), names[1]]) == Text("甲乙", "A B")


@given(st.sets(st.integers(1990, 2030), min_size=1, max_size=20))
def test_spans_say_exactly_the_years(years: set[int]) -> None:
    back: set[int] = set()
    for run in span(sorted(years)).split(", "):
        first, _, last = run.partition("–")
        back |= set(range(int(first), int(last or first) + 1))
    assert back == years


@given(st.integers(0, 9), st.integers(0, 12))
def test_a_cut_table_says_so(rows: int, shown: int) -> None:
    frame = pd.DataFrame({"x": range(rows)})
    exhibit = Exhibit("id", Table(frame, (Column("x", Text("数", "x")),), Text("表", "table"), Text("读法。", "Read.")))
    cut = exhibit.cut(shown)
    assert len(cut.frame) == min(rows, shown)
    assert (f"共 {rows} 行" in cut.note.zh) == (rows > shown)


def test_numbers_follow_the_order_of_reading() -> None:
    table = Table(pd.DataFrame({"x": [1]}), (Column("x", Text("数", "x")),), Text("表", "table"))
    first, second = Exhibit("a", table), Exhibit("b", table)
    leaf = Section("leaf", Text("叶", "leaf"), (second,))
    inner = Section("inner", Text("内", "inner"), (first,), (leaf,))
    outer = Section("outer", Text("外", "outer"), (Paragraph(()),), (inner,))
    numbers = number(Report(Text("题", "title"), Text("", ""), Text("", ""), (outer,)))
    assert [numbers.of(s) for s in (outer, inner, leaf)] == [
        Text("一、", "1"),
        Text("（一）", "1.1"),
        Text("1.", "1.1.1"),
    ]
    assert [numbers.of(e) for e in (first, second)] == [Text("表 1", "Table 1"), Text("表 2", "Table 2")]


@given(st.lists(st.one_of(st.just(math.nan), st.floats(-1e6, 1e6)), min_size=2, max_size=15))
def test_a_trend_stays_inside_its_picture(values: list[float]) -> None:
    drawn = spark.trend(values, values, values, '"<a&b>')
    if not any(map(math.isfinite, values)):
        assert drawn == ""
        return
    assert "<a" not in drawn
    points = [p for part in drawn.split('points="')[1:] for p in part.split('"')[0].split()]
    for point in points:
        x, y = map(float, point.split(","))
        assert 0 <= x <= spark.WIDE
        assert 0 <= y <= spark.TALL
