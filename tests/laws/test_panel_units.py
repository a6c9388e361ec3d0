"""Units as tables write them: understood, named in both languages, converted without loss."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

import xinzhi as xz
from xinzhi.base.errors import UsageError
from xinzhi.panel.units import factor, parse, split_name

WRITTEN = {
    "亿元": "1e8 CNY", "(亿元)": "1e8 CNY", "100 million yuan": "1e8 CNY", "billion yuan": "1e9 CNY", "万美元": "1e4 USD", "万人": "1e4 persons",
    "10 000 persons": "1e4 persons", "10,000 persons": "1e4 persons", "人年": "person-years", "吨": "t", "万吨标准煤": "1e4 tce", "10000 tons of SCE": "1e4 tce",
    "亿千瓦时": "1e8 kWh", "公里": "km", "平方公里": "km2", "千公顷": "1e3 ha", "%": "%", "％": "%", "‰": "permille", "部/百人": "per 100 persons",
    "张/千人": "beds per 1000 persons", "元/人": "CNY per person", "平方米/人": "m2 per person", "件": "pieces", "万件": "1e4 pieces", "1e8 CNY (2000)": "1e8 CNY (2000)",
}  # fmt: skip


@pytest.mark.parametrize("text", WRITTEN)
def test_units_are_understood(text: str) -> None:
    assert parse(text).text == WRITTEN[text] and parse(text).known


@pytest.mark.parametrize("text", WRITTEN.values())
def test_canonical_spelling_is_its_own(text: str) -> None:
    assert parse(text).text == text
    assert parse(text).name.zh and parse(text).name.en


def test_every_unit_of_the_bundle_is_understood_or_fixed() -> None:
    fixed = {"previous year = 100", "1952 = 1"}
    for name in ("china-provinces", "china-cities"):
        for entry in xz.load(name).indicators.values():
            assert entry.unit in fixed or parse(entry.unit).known, entry.unit


@pytest.mark.parametrize(
    ("have", "want", "times"),
    [
        ("亿元", "万元", 1e4), ("万元", "亿元", 1e-4), ("1e8 CNY", "billion yuan", 0.1), ("万吨", "t", 1e4), ("kg", "吨", 1e-3),
        ("平方公里", "ha", 100.0), ("%", "小数", 0.01), ("‰", "%", 0.1), ("张/千人", "张/万人", 10.0), ("1e8 CNY (2000)", "万元(2000)", 1e4),
    ],
)  # fmt: skip
def test_factors(have: str, want: str, times: float) -> None:
    assert factor(have, want) == pytest.approx(times, rel=1e-12)


@given(
    st.sampled_from(["元", "万元", "亿元", "billion yuan", "1e8 CNY"]), st.sampled_from(["元", "千元", "million yuan"])
)
def test_going_there_and_back_is_one(a: str, b: str) -> None:
    assert factor(a, b) * factor(b, a) == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize(
    ("have", "want"), [("亿元", "万人"), ("", "亿元"), ("亿元", "什么"), ("亿元", "1e8 CNY (2000)"), ("元/人", "元")]
)
def test_units_that_measure_different_things_are_refused(have: str, want: str) -> None:
    with pytest.raises(UsageError, match="XZ-U062"):
        factor(have, want)


@pytest.mark.parametrize(
    ("header", "name", "unit"),
    [
        ("地区生产总值(亿元)", "地区生产总值", "1e8 CNY"), ("工业废水排放量（万吨）", "工业废水排放量", "1e4 t"), ("Gross Regional Product(100 million yuan)", "Gross Regional Product", "1e8 CNY"),
        ("轨道交通运营里程 公里", "轨道交通运营里程", "km"), ("R&D(研发)经费", "R&D(研发)经费", ""), ("GDP (current prices)", "GDP (current prices)", ""), ("人口", "人口", ""),
        ("城镇化率(%)", "城镇化率", "%"), ("产值（单位：万元）", "产值", "1e4 CNY"),
    ],
)  # fmt: skip
def test_a_unit_is_taken_off_a_name_only_where_it_is_one(header: str, name: str, unit: str) -> None:
    assert split_name(header) == (name, unit)


def test_scales_and_bases_combine() -> None:
    for scale, base in itertools.product(
        ["十", "百", "千", "万", "十万", "百万", "千万", "亿"], ["元", "人", "吨", "件", "户"]
    ):
        unit = parse(scale + base)
        assert unit.known and unit.name.zh == scale + base
