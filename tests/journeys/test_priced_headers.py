"""Headers that state the year of prices: read with their unit, and taken as real by productivity inputs."""

from __future__ import annotations

from pathlib import Path

import pytest

import xinzhi as xz
from xinzhi.base.errors import DataError
from xinzhi.panel.units import split_name
from xinzhi.productivity import inputs


@pytest.mark.parametrize(
    ("header", "name", "unit"),
    [
        ("资本存量(亿元, 2018年价)", "资本存量", "1e8 CNY (2018)"),
        ("资本存量（亿元，2018年价）", "资本存量", "1e8 CNY (2018)"),
        ("资本存量（亿元（2018年价））", "资本存量", "1e8 CNY (2018)"),
        ("资本存量[亿元(2000年不变价格)]", "资本存量", "1e8 CNY (2000)"),
        ("资本存量(按2018年价格计算)(亿元)", "资本存量", "1e8 CNY (2018)"),
        ("GDP (100 million yuan, constant 2010 prices)", "GDP", "1e8 CNY (2010)"),
        ("地区生产总值(亿元,当年价)", "地区生产总值", "1e8 CNY"),
        ("人均GDP(元/人)", "人均GDP", "CNY per person"),
        ("R&D(研发)经费(万元)", "R&D(研发)经费", "1e4 CNY"),
        ("指标(2018)", "指标(2018)", ""),
        ("绿地(其中(公园))", "绿地(其中(公园))", ""),
    ],
)
def test_name_and_unit(header: str, name: str, unit: str) -> None:
    assert split_name(header) == (name, unit)


def _file(folder: Path, header: str) -> Path:
    rows = [f'地区,年份,"{header}",年末就业人员(万人),"实际GDP(亿元, 2019年价)"']
    for k, region in enumerate(("安徽", "江苏", "浙江", "上海", "江西", "湖北")):
        rows += [f"{region},{year},{900 + 31 * k + year % 7},{120 + 7 * k},{700 + 13 * k + year % 5}" for year in (2019, 2020)]  # fmt: skip
    path = folder / "own.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_a_series_with_a_year_of_prices_is_real_and_one_without_is_refused(tmp_path: Path) -> None:
    data = inputs(xz.read(_file(tmp_path, "资本存量(亿元, 2019年价)")), "klg")
    assert [v.unit for v in data.variables] == ["1e8 CNY (2019)", "1e4 persons", "1e8 CNY (2019)"]
    assert not any("未写明价格年份" in a.zh for a in data.assumptions)
    with pytest.raises(DataError, match="不变价"):
        inputs(xz.read(_file(tmp_path, "资本存量(亿元,当年价)")), "klg")
