"""Whatever the layout, encoding and format a panel is laid out in, reading it gives the same panel."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import xinzhi as xz

NAMES = {
    "110000": "北京市",
    "150000": "内蒙古",
    "310000": "Shanghai",
    "540000": "西   藏",
    "650000": "新疆维吾尔自治区",
}
HEADS = {"甲": "甲(亿元)", "乙": "乙（万人）", "gdp": "地区生产总值"}
UNITS = {"甲": "1e8 CNY", "乙": "1e4 persons", "gdp": ""}


@st.composite
def panels(draw: st.DrawFn) -> pd.DataFrame:
    regions = draw(st.lists(st.sampled_from(sorted(NAMES)), min_size=2, max_size=5, unique=True))
    first = draw(st.integers(1950, 2019))
    years = range(first, first + draw(st.integers(2, 4)))
    ids = draw(st.lists(st.sampled_from(sorted(HEADS)), min_size=1, max_size=3, unique=True))
    index = pd.MultiIndex.from_product([sorted(regions), years], names=["region", "year"])
    cell = st.one_of(
        st.none(), st.integers(-10_000, 10_000), st.floats(-1e9, 1e9, allow_nan=False).map(lambda v: round(v, 3))
    )
    values = [[draw(cell) for _ in ids] for _ in index]
    frame = pd.DataFrame(values, index=index, columns=ids, dtype=float)
    frame.iloc[0] = 1.5  # a table without a single figure is no table
    return frame


def tidy(frame: pd.DataFrame) -> pd.DataFrame:
    flat = frame.rename(columns=HEADS).reset_index()
    return flat.assign(region=flat["region"].map(NAMES)).rename(columns={"region": "地区", "year": "年份"})


def long(frame: pd.DataFrame) -> pd.DataFrame:
    return tidy(frame).melt(["地区", "年份"], var_name="指标", value_name="数值")


def across(frame: pd.DataFrame) -> pd.DataFrame:
    wide = long(frame).pivot(index=["地区", "指标"], columns="年份", values="数值").reset_index()
    return wide.rename(columns={y: f"{y}年" for y in wide.columns if isinstance(y, int)})


def inside(frame: pd.DataFrame) -> pd.DataFrame:
    wide = long(frame).pivot(index="地区", columns=["指标", "年份"], values="数值")
    wide.columns = [f"{y}年{name}" for name, y in wide.columns]
    return wide.reset_index()


LAYOUTS = {"tidy": tidy, "long": long, "across": across, "inside": inside}


@pytest.mark.parametrize("layout", LAYOUTS)
@given(
    frame=panels(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
    kind=st.sampled_from(["csv", "xlsx", "frame"]),
)
@settings(max_examples=25, deadline=None)
def test_every_layout_reads_as_the_same_panel(layout: str, frame: pd.DataFrame, encoding: str, kind: str) -> None:
    laid = LAYOUTS[layout](frame)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"panel.{kind}"
        if kind == "csv":
            laid.to_csv(path, index=False, encoding=encoding)
        elif kind == "xlsx":
            laid.to_excel(path, index=False, engine="xlsxwriter")
        panel = xz.read(laid if kind == "frame" else path)
    assert sorted(panel.columns) == sorted(frame.columns)
    got = panel.frame[list(frame.columns)].reindex(frame.index)
    np.testing.assert_allclose(got, frame, rtol=1e-14)
    assert {c: panel.indicator(c).unit for c in panel.columns} == {c: UNITS[c] for c in frame.columns}
    assert not panel.touched.shape[0] and panel.reading is not None and not panel.reading.contradictions
