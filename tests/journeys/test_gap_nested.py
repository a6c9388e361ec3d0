"""The gap by nested levels: levels add up, agree with the kernel, and groupings that do not nest are refused."""

from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose

import xinzhi as xz
from xinzhi.base.errors import DataError, UsageError
from xinzhi.chart import svg
from xinzhi.disparity import gap, nested, shape

HEAD = "gdp / population"


@pytest.fixture(scope="module")
def cities() -> xz.Panel:
    return xz.load("china-cities")


def test_levels_add_up_and_bracket_their_shares(cities: xz.Panel) -> None:
    got = nested(cities, HEAD, weight="population", years=[2015, 2020], draws=40)
    for _, rows in got.frame.groupby("year"):
        assert_allclose(rows["value"].sum(), rows["theil"].iloc[0], rtol=1e-12)
        assert_allclose(rows["share"].sum(), 1, rtol=1e-12)
    assert (got.frame["share_low"] < got.frame["share_high"]).all()
    assert "四大板块之间占" in got.summary("zh")
    assert "within" in got.summary("en")
    assert "省份内部" in got.to_text("zh")
    assert svg(got.figure("en"), lang="en").startswith("<svg")


def test_levels_agree_with_the_decomposition_by_one_grouping(cities: xz.Panel) -> None:
    got = nested(cities, HEAD, years=[2020], draws=0)
    plates, provinces = (gap(cities, HEAD, by=g, years=[2020], draws=0).frame.iloc[0] for g in ("plates", "province"))
    assert_allclose(got.frame["theil"], plates["theil"], rtol=1e-12)
    assert_allclose(got.frame["share"].iloc[0], plates["theil_between_share"], rtol=1e-12)
    assert_allclose(got.frame["share"].iloc[2], 1 - provinces["theil_between_share"], rtol=1e-12)
    assert np.isnan(got.frame["share_low"]).all()
    assert nested(cities, HEAD, years=[2020], draws=0, index="L").frame["theil"].iloc[0] != got.frame["theil"].iloc[0]


def test_one_grouping_and_groupings_that_do_not_nest_are_refused(cities: xz.Panel) -> None:
    with pytest.raises(UsageError, match="由粗到细"):
        nested(cities, HEAD, by=["plates"])
    with pytest.raises(DataError, match="不是嵌套分组"):
        nested(cities, HEAD, by=["province", "plates"], years=[2020])
    with pytest.raises(DataError, match="重叠"):
        nested(cities, HEAD, by=["strategies", "province"], years=[2020])


def test_the_command_line(cli) -> None:
    asked = ("gap", HEAD, "--what", "nested", "--by", "plates,province", "--panel", "china-cities", "--years", "2020")
    status, out, err = cli(*asked, "--draws", "5", "--format", "json", "--lang", "en")
    assert status == 0, err
    assert 0 < json.loads(out)[0]["share"] < 1
    assert "Theil T" in err


def test_contours_of_the_distribution_reach_the_densest_year(cities: xz.Panel) -> None:
    got = shape(cities, HEAD, years=range(2012, 2016))
    drawn = svg(got.contour("zh"), lang="zh")
    assert "核密度等值图" in drawn
    assert drawn.count("<path") > 9
