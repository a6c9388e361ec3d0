"""What faces of disparity say of change, of one year alone, and of years that are not equally far apart."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import xinzhi as xz
from xinzhi.base.errors import DataError
from xinzhi.disparity import closing, gap, moves, nested, shape, sources

PER_HEAD = "gdp / population"


@pytest.fixture(scope="module")
def panel() -> xz.Panel:
    return xz.load("china-provinces")


def test_the_change_of_the_gap_is_judged_on_the_same_regions_in_both_years(panel: xz.Panel) -> None:
    found = gap(panel, PER_HEAD, draws=200)
    ends = found.frame.set_index("year").loc[[2011, 2022]]
    row = found.change.set_index("measure").loc["gini"]
    assert_allclose(row["change"], ends["gini"].loc[2022] - ends["gini"].loc[2011], rtol=1e-12)
    assert row["low"] < row["change"] < row["high"]
    apart = (ends["gini_high"] - ends["gini_low"]).sum()
    assert row["high"] - row["low"] < apart / 2, "two intervals that do not know of each other are much wider"
    assert "区间含 0" in found.summary("zh") or "区间不含 0" in found.summary("zh")
    bare = gap(panel, PER_HEAD, draws=0)
    assert (
        np.isnan(bare.change["low"]).all() and "区间" not in bare.summary("zh") and "interval" not in bare.summary("en")
    )


def test_one_year_is_told_without_a_change(panel: xz.Panel) -> None:
    told = [
        gap(panel, PER_HEAD, years=[2022], draws=0),
        nested(panel, PER_HEAD, years=[2022], draws=0),
        shape(panel, PER_HEAD, years=[2022]),
        sources(panel, ["rd_basic", "rd_applied", "rd_development"], years=[2022], draws=0),
    ]
    for each in told:
        for lang in ("zh", "en"):
            said = " ".join([each.summary(lang), *(t.title.say(lang) for t in each.tables().values())])
            assert "2022–2022" not in said and "2022 至" not in said and "to 2022" not in said, said
            assert said.count("2022") >= 1
    assert not len(told[0].change)


def test_provinces_alone_in_their_group_get_intervals_from_the_plates(panel: xz.Panel) -> None:
    found = nested(panel, PER_HEAD, by=("plates", "province"), years=[2022], draws=100)
    assert len(found.levels) == 2 and list(found.frame["level"]) == [0, 1]
    assert (found.frame["share_low"] < found.frame["share"]).all()
    assert (found.frame["share"] < found.frame["share_high"]).all()
    assert_allclose(found.frame["value"].sum(), found.frame["theil"].iloc[0], rtol=1e-12)
    assert any("每组只有一个地区" in note.zh for note in found.recipe.assumptions)


def test_years_that_are_missing_between_are_refused_by_what_compares_neighbours_in_time(panel: xz.Panel) -> None:
    gappy = "hitech_revenue / gdp"  # the source lacks 2017
    for face in (moves, closing):
        with pytest.raises(DataError, match=r"2016 与 2018 之间有缺口.*repair") as refused:
            face(panel, gappy)
        assert refused.value.code == "XZ-D367"
    assert len(moves(panel, gappy, years=range(2018, 2023), draws=0).frame) == 16
    told = shape(panel, gappy)
    assert any("2017" in note.zh for note in told.recipe.assumptions), "a year left out is named"


def test_periods_of_several_years_count_as_such(panel: xz.Panel) -> None:
    years = [2012, 2017, 2022]
    found, yearly = closing(panel, PER_HEAD, years=years), closing(panel, PER_HEAD, years=range(2012, 2023))
    assert found.step == 5
    for name in ("beta", "speed", "half_life"):
        assert_allclose(found.frame[name].iloc[0], yearly.frame[name].iloc[0], rtol=1e-9)
    assert any("5 年" in note.zh for note in moves(panel, PER_HEAD, years=years, draws=0).recipe.assumptions)
    with pytest.raises(DataError, match="至少需要 2 年"):
        moves(panel, PER_HEAD, years=[2022])


def test_mobility_tests_whether_chains_are_alike(panel: xz.Panel) -> None:
    found = moves(panel, PER_HEAD, draws=0)
    table = found.tables()["homogeneity"].frame
    assert list(found.tests["name"]) == ["neighbours", "halves"] and found.conditional is not None
    assert_allclose(table["q"].iloc[0], found.conditional.q)
    assert table["q_p"].between(0, 1).all() and (table["dof"] > 0).all()
    assert found.spatial_figure("zh") is not None
    assert moves(panel, PER_HEAD, neighbours=None, draws=0).spatial_figure("zh") is None


def test_stochastic_convergence_has_a_table_and_a_sentence(panel: xz.Panel) -> None:
    found = closing(panel, PER_HEAD)
    assert found.unit_root is not None
    row = found.tables()["stochastic"].frame.iloc[0]
    assert_allclose([row["z"], row["p"]], [found.unit_root.z, found.unit_root.p])
    assert "随机收敛" in found.summary("zh") and "stochastic convergence" in found.summary("en")
    assert 0 <= found.trend_p <= 1


def test_a_smaller_spread_without_a_trend_is_not_called_convergence(panel: xz.Panel) -> None:
    rng = np.random.default_rng(4)
    short = panel.select(years=range(2011, 2019))
    noise = pd.Series(np.exp(rng.normal(0, 0.4, len(short.frame))), index=short.frame.index)
    first = noise.index.get_level_values("year") == 2011
    noise[first] = noise[first] ** 1.5  # wide at the start, then level
    found = closing(short.with_column("noise", noise, short.indicator("gdp")), "noise")
    begin, end = found.spread["deviation"].iloc[[0, -1]]
    assert end < begin and found.trend_p > 0.05
    assert "不能认定 σ 收敛" in found.summary("zh") and "cannot be claimed" in found.summary("en")
