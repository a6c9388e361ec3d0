"""Which rows of a table are read: those of one definition, without places that are left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import xinzhi as xz
from xinzhi.base.errors import DataError, UsageError
from xinzhi.cli import main

ROWS = [
    ("340100", 2020, "全市", 10045.7),
    ("340100", 2020, "市辖区", 8000.0),
    ("340200", 2020, "全市", 3753.0),
    ("340200", 2020, "市辖区", 3000.0),
]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """GDP of two cities by two definitions."""
    path = tmp_path / "cities.csv"
    pd.DataFrame(ROWS, columns=["地区", "年份", "口径", "地区生产总值(亿元)"]).to_csv(path, index=False)
    return path


def test_a_place_at_several_definitions_names_what_tells_them_apart(table: Path) -> None:
    with pytest.raises(DataError, match=r"口径.*全市、市辖区.*where"):
        xz.read(table)


def test_rows_of_one_definition(table: Path) -> None:
    panel = xz.read(table, where={"口径": "市辖区"})
    assert panel.frame.iloc[:, 0].tolist() == [8000.0, 3000.0]
    assert panel.reading.cell("340200", 2020, panel.columns[0]) == "D5"  # cells keep their address
    assert any("2 行未读取" in r.text.zh for r in panel.reading.remarks)


def test_frames_and_numbers_are_told_apart_too() -> None:
    frame = pd.DataFrame({"region": ["110000"] * 2, "year": [2020] * 2, "round": [1, 2], "gdp": [1.0, 2.0]})
    assert xz.read(frame, where={"round": 2}).frame["gdp"].tolist() == [2.0]


def test_places_are_left_out_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "counties.csv"
    pd.DataFrame(
        {"code": ["340422", "341521", "340121"], "year": 2010, "gdp": [1.0, 1.0, 2.0]}  # the first two are 寿县
    ).to_csv(path, index=False)
    with pytest.raises(DataError, match=r"leave_out=.*341521"):
        xz.read(path)
    panel = xz.read(path, leave_out=["341521"])
    assert list(panel.regions) == ["340121", "340422"]
    assert any("341521" in r.text.en for r in panel.reading.remarks)


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"where": {"口经": "全市"}}, DataError, "口径"),
        ({"where": {"口径": "全省"}}, UsageError, "全市"),
        ({"where": {"口径": "全市"}, "leave_out": ["350000"]}, UsageError, "350000"),
        ({"where": {"口径": "全市"}, "leave_out": "340100"}, UsageError, "列表"),
    ],
)
def test_what_the_table_does_not_have_is_named(
    table: Path, options: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        xz.read(table, **options)


def test_the_command_line_and_a_study_state_rows_alike(table: Path, tmp_path: Path, capsys: Any) -> None:
    assert main(["data", "describe", str(table), "--where", "口径=全市"]) == 0
    assert "地区生产总值" in capsys.readouterr().out
    assert main(["data", "describe", str(table), "--where", "口径"]) == 2
    assert "列=值" in capsys.readouterr().err
    from xinzhi.study.schema import Reading

    assert xz.read(table, **Reading(where={"口径": "全市"}).model_dump(exclude_defaults=True)).frame.size == 2
