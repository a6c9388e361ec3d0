"""A panel taken away and brought back: Parquet in full, Excel and Stata with their labels; no text becomes a formula."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

import xinzhi as xz
from xinzhi.atlas import Places
from xinzhi.base.errors import DataError
from xinzhi.base.text import Text
from xinzhi.panel import Indicator, Panel
from xinzhi.panel.write import from_parquet

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import lookalikes as look


def repaired() -> Panel:
    panel = xz.load("china-provinces").select(["gdp", "hitech_firms", "co2", "population"], years=range(2011, 2023))
    return panel.repair([{"step": "interpolate", "indicators": ["hitech_firms"]}]).convert("gdp", "万元")


def evil() -> Panel:
    """Names that a spreadsheet would run, in a list of places of our own."""
    names = ["=1+1", "+SUM(A1)", "-2", "@cmd", "http://x.y"]
    codes = [f"r{i}" for i in range(5)]
    frame = pd.DataFrame(
        dict.fromkeys(("zh", "en", "short_zh", "short_en"), names) | {"level": "own", "parent": ""}, index=codes
    )
    places = Places("own", Text("=自己的", "=own"), frame.rename_axis("code"))
    index = pd.MultiIndex.from_product([codes, [2020, 2021]], names=["region", "year"])
    values = pd.DataFrame({"=a": np.arange(10.0), "b": [np.nan, *range(9)]}, index=index)
    return Panel(values, {"=a": Indicator("=a", "=甲", "=first", note="@note")}, places, title=Text("=标题", "=title"))


@pytest.mark.parametrize("make", [repaired, evil])
def test_parquet_round_trip(tmp_path: Path, make: object) -> None:
    panel: Panel = make()  # type: ignore[operator]
    nation = panel.frame.groupby(level="year").sum().assign(name="nation").set_index("name", append=True).swaplevel()
    panel = replace(panel, totals=nation)
    panel.to_parquet(tmp_path / "p.parquet")
    for back in (xz.read(tmp_path / "p.parquet"), from_parquet(tmp_path / "p.parquet")):
        pd.testing.assert_frame_equal(back.frame, panel.frame)
        pd.testing.assert_frame_equal(back.totals, panel.totals)
        pd.testing.assert_frame_equal(back.touched, panel.touched, check_dtype=False)
        assert back.hash == panel.hash and back.limits == panel.limits and back.title == panel.title
        assert dict(back.indicators) == dict(panel.indicators) and back.places.name == panel.places.name
        assert back.places.labels(back.regions, "zh") == panel.places.labels(panel.regions, "zh")


def test_parquet_of_another_program(tmp_path: Path) -> None:
    pd.DataFrame({"region": ["110000"], "year": [2020], "gdp": [1.0]}).to_parquet(tmp_path / "other.parquet")
    assert xz.read(tmp_path / "other.parquet").columns == ["gdp"]
    with pytest.raises(DataError, match=r"XZ-D141.*xinzhi\.read"):
        from_parquet(tmp_path / "other.parquet")


def test_excel_keeps_everything_and_reads_back(tmp_path: Path) -> None:
    panel = repaired()
    panel.to_excel(tmp_path / "p.xlsx")
    book = openpyxl.load_workbook(tmp_path / "p.xlsx")
    assert book.sheetnames == ["data", "dictionary", "touched", "limits"]
    back = xz.read(tmp_path / "p.xlsx")
    pd.testing.assert_frame_equal(back.frame, panel.frame, rtol=1e-14)
    assert book["touched"].max_row >= len(panel.touched) + 2


def test_no_text_becomes_a_formula(tmp_path: Path) -> None:
    evil().to_excel(tmp_path / "evil.xlsx")
    book = openpyxl.load_workbook(tmp_path / "evil.xlsx")
    cells = [c for page in book for row in page.iter_rows() for c in row if c.value is not None]
    assert all(c.data_type != "f" and c.hyperlink is None for c in cells)
    assert {"=1+1", "+SUM(A1)", "-2", "@cmd", "http://x.y", "=a", "=标题"} <= {c.value for c in cells}


def test_stata_with_labels(tmp_path: Path) -> None:
    panel = repaired()
    panel.to_stata(tmp_path / "p.dta")
    with pd.io.stata.StataReader(tmp_path / "p.dta") as reader:
        labels = reader.variable_labels()
    assert labels["gdp"] == "地区生产总值 (万元)"
    pd.testing.assert_frame_equal(xz.read(tmp_path / "p.dta").frame, panel.frame)


def test_stata_names_are_valid_and_distinct(tmp_path: Path) -> None:
    long = "a" * 40
    index = pd.MultiIndex.from_tuples([("110000", 2020), ("120000", 2020)], names=["region", "year"])
    frame = pd.DataFrame({long: [1.0, 2], long + "b": [3.0, 4], "R&D经费": [5.0, 6], "2020年": [7.0, 8]}, index=index)
    Panel(frame, {}, xz.atlas.china()).to_stata(tmp_path / "p.dta")
    back = pd.read_stata(tmp_path / "p.dta")
    assert back.shape == (2, 7) and all(len(c) <= 32 for c in back.columns)


def test_writing_twice_gives_the_same_bytes_and_leaves_nothing_behind(tmp_path: Path) -> None:
    panel = repaired()
    for name, write in (("p.parquet", panel.to_parquet), ("p.xlsx", panel.to_excel), ("p.dta", panel.to_stata)):
        first = write(tmp_path / name).read_bytes()
        assert write(tmp_path / name).read_bytes() == first
    assert sorted(p.name for p in tmp_path.iterdir()) == ["p.dta", "p.parquet", "p.xlsx"]


def test_conversion_is_recorded_and_goes_back() -> None:
    before = xz.load("china-provinces").select(["gdp"], years=[2020])
    after = before.convert("gdp", "万元")
    assert (after.frame["gdp"] == before.frame["gdp"] * 1e4).all() and after.indicator("gdp").unit == "1e4 CNY"
    assert set(after.marks("gdp")) == {"converted"} and len(after.touched) == 31
    np.testing.assert_allclose(after.convert("gdp", "100 million yuan").frame, before.frame)


def test_join_puts_exports_together_and_refuses_two_figures_for_one_cell() -> None:
    whole = xz.load("china-provinces").select(["gdp", "population"], years=range(2011, 2023))
    left, right = whole.select(["gdp"]), whole.select(["population"], years=range(2015, 2023))
    joined = left.join(right, whole.select(["gdp"], years=[2020]))
    assert joined.columns == ["gdp", "population"] and joined.frame["population"].notna().sum() == 31 * 8
    pd.testing.assert_series_equal(joined.frame["gdp"], left.frame["gdp"])
    other = replace(left, frame=left.frame * 1.01)
    with pytest.raises(DataError, match=r"XZ-D134.*北京 2011"):
        left.join(other)
    with pytest.raises(DataError, match=r"XZ-D133.*convert"):
        left.join(left.convert("gdp", "万元"))


def test_what_was_said_about_a_file_travels_with_its_panel(tmp_path: Path) -> None:
    panel = xz.read(look.emission_workbook(tmp_path, contradictory=True))
    panel.to_parquet(tmp_path / "kept.parquet")
    back = xz.read(tmp_path / "kept.parquet")
    assert back.readings == panel.readings
    assert back.check().of("contradiction")["cell"].tolist() == ["Sheet1!B1"]
