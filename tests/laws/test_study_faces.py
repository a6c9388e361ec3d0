"""Change, scorecards and profiles: what must hold whatever the scores are."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinzhi.atlas import china
from xinzhi.base.errors import DataError, UsageError
from xinzhi.base.recipe import Recipe
from xinzhi.base.text import Text
from xinzhi.panel import Indicator, Panel
from xinzhi.study import change, scorecards
from xinzhi.study.structure import distances, nearest, roles

REGIONS = ["110000", "120000", "310000", "340000", "420000", "210000", "510000"]
RECIPE = Recipe("test", Text("测试", "test"))


@dataclass(frozen=True)
class Scores:
    """The least that a face of a study needs to know of an index."""

    frame: pd.DataFrame
    recipe: Recipe = RECIPE


def scores(values, years=(2011, 2012, 2013), half=0.02):
    """Scores (years × regions) as an index has them."""
    rows = []
    for year, line in zip(years, values, strict=True):
        rank = pd.Series(-np.asarray(line)).rank(method="min")
        rows += [
            {"region": r, "year": year, "score": s, "low": s - half, "high": s + half, "rank": k}
            for r, s, k in zip(REGIONS, line, rank, strict=True)
        ]
    return Scores(pd.DataFrame(rows))


def panel(population, years=(2011, 2012, 2013)):
    index = pd.MultiIndex.from_product([REGIONS, years], names=["region", "year"])
    frame = pd.DataFrame({"population": np.repeat(population, len(years))}, index=index, dtype=float)
    return Panel(frame, {"population": Indicator("population", "人口", "Population")}, china())


def audit(index, noise):
    """Draws that shift every score by the same amounts."""
    frame = index.frame
    drawn = frame["score"].to_numpy() + np.asarray(noise)[:, None]
    subject = SimpleNamespace(region=frame["region"].to_numpy(), year=frame["year"].to_numpy())
    return SimpleNamespace(subject=subject, simulation=SimpleNamespace(aligned=lambda: drawn), level=0.9, recipe=RECIPE)


lines = st.lists(st.floats(0.05, 0.95), min_size=len(REGIONS), max_size=len(REGIONS))


@settings(max_examples=25, deadline=None)
@given(st.lists(lines, min_size=3, max_size=3))
def test_yearly_changes_add_up_to_the_whole_change(values):
    result = change(scores(values), china())
    steps = result.yearly.groupby("region")["change"].sum()
    whole = result.frame.set_index("region")["change"]
    np.testing.assert_allclose(steps.reindex(whole.index), whole, atol=1e-12)
    assert result.frame["change"].is_monotonic_decreasing
    moved = result.yearly.groupby("region")["rank_change"].sum()
    assert (moved.reindex(whole.index).to_numpy() == result.frame["rank_change"].to_numpy()).all()


def test_intervals_that_do_not_meet_are_separate_and_others_are_not():
    values = [[0.1, 0.1, 0.5, 0.2, 0.3, 0.4, 0.6]] * 2 + [[0.2, 0.13, 0.5, 0.2, 0.3, 0.3, 0.6]]
    result = change(scores(values), china()).frame.set_index("region")["separate"]
    assert result.to_dict() == {r: r in ("110000", "210000") for r in REGIONS}


def test_a_shift_common_to_all_years_leaves_the_change_certain():
    values = [[0.1, 0.2, 0.5, 0.2, 0.3, 0.4, 0.6], [0.1] * 7, [0.2, 0.1, 0.6, 0.3, 0.4, 0.5, 0.7]]
    index = scores(values, half=0.5)
    result = change(index, china(), audit=audit(index, [-0.4, 0.0, 0.4])).frame
    assert not result["separate"].any()
    np.testing.assert_allclose(result["change_low"], result["change"], atol=1e-12)
    np.testing.assert_allclose(result["change_high"], result["change"], atol=1e-12)
    assert (result["sure"] == 1).all()


def test_a_gap_in_the_years_is_no_yearly_step():
    result = change(scores([[0.1] * 7, [0.2] * 7, [0.3] * 7], years=(2011, 2013, 2014)), china())
    by_year = result.yearly.groupby("year")["change"].mean()
    assert by_year.isna().to_dict() == {2011: True, 2013: True, 2014: False}


def test_a_region_without_a_score_in_the_last_year_is_named_not_dropped_in_silence():
    index = scores([[0.1] * 7, [0.2] * 7, [0.3] * 7])
    kept = index.frame[(index.frame["region"] != "340000") | (index.frame["year"] != 2013)]
    result = change(Scores(kept), china())
    assert "340000" not in set(result.frame["region"])
    assert any("安徽" in a.zh and "Anhui" in a.en for a in result.recipe.assumptions)


@pytest.mark.parametrize(
    "years", [{"first": 2010}, {"last": 2020}, {"first": 2013, "last": 2011}, {"first": 2012, "last": 2012}]
)
def test_years_that_cannot_be_compared_are_refused(years):
    with pytest.raises(DataError):
        change(scores([[0.1] * 7] * 3), china(), **years)


@settings(max_examples=25, deadline=None)
@given(lines, st.lists(st.floats(1, 100), min_size=7, max_size=7))
def test_group_means_are_those_of_their_members(line, population):
    result = scorecards(scores([line] * 3), panel(population), by=["plates"])
    east = result.last.set_index("group").loc["east"]
    values, weights = np.array(line[:3]), np.array(population[:3])
    assert east["mean"] == pytest.approx(values.mean())
    assert east["weighted"] == pytest.approx(np.average(values, weights=weights))
    assert east["spread"] == pytest.approx(values.std())
    assert (east["lowest"], east["highest"]) == (values.min(), values.max())
    assert east["lowest"] - 1e-12 <= east["weighted"] <= east["highest"] + 1e-12
    assert east["change"] == pytest.approx(0)
    assert east["leader"] in REGIONS[:3]
    assert sorted(result.last["rank"]) == sorted(result.last["mean"].rank(ascending=False, method="min"))


def test_overlap_and_parts_are_said():
    index = scores([[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]] * 3)
    result = scorecards(index, panel([1.0] * 7), by=["strategies"])
    said = " ".join(a.en for a in result.recipe.assumptions)
    assert "overlap" in said
    anhui = result.members[result.members["region"] == "340000"]["group"]
    assert set(anhui) == {"yangtze-belt", "yangtze-delta"}


def test_a_weight_that_the_panel_lacks_is_said_and_gives_no_mean():
    index = scores([[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]] * 3)
    result = scorecards(index, panel([1.0] * 7), by=["plates"], weight="employment")
    assert result.frame["weighted"].isna().all()
    assert any("employment" in a.en for a in result.recipe.assumptions)
    assert "weighted" not in [c.id for c in result.table.columns]


def test_the_mean_of_a_group_carries_the_interval_of_the_draws():
    index = scores([[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]] * 3)
    drawn = audit(index, np.linspace(-0.1, 0.1, 201))
    east = scorecards(index, panel([1.0] * 7), audit=drawn, by=["plates"]).last.set_index("group").loc["east"]
    assert (east["low"], east["high"]) == (pytest.approx(0.11), pytest.approx(0.29))


def test_groupings_that_do_not_exist_are_refused_with_the_nearest():
    index = scores([[0.1] * 7] * 3)
    with pytest.raises(UsageError, match="plates"):
        scorecards(index, panel([1.0] * 7), by=["plate"])
    with pytest.raises(UsageError):
        scorecards(index, panel([1.0] * 7), by=[])


parts = st.lists(st.lists(st.floats(0.01, 1), min_size=4, max_size=4), min_size=2, max_size=6)


@given(parts, st.floats(0.1, 10))
def test_distance_of_structure_ignores_level_and_is_symmetric(rows, factor):
    table = np.array(rows)
    d = distances(table)
    np.testing.assert_allclose(d, d.T, atol=1e-12)
    np.testing.assert_allclose(np.diag(d), 0, atol=1e-12)
    assert d.max() <= 1 + 1e-12
    np.testing.assert_allclose(distances(table * factor), d, atol=1e-12)


def test_distance_of_structure_by_hand():
    got = distances(np.array([[1.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 0.0, 2.0], [3.0, np.nan, 1.0]]))
    assert got[0, 1] == pytest.approx(0.5)
    assert got[0, 2] == pytest.approx(1.0)
    assert got[1, 3] == pytest.approx(0.25)  # over the two columns both have: (½, ½) and (¾, ¼)


def values(table):
    names = [f"i{j}" for j in range(table.shape[1])]
    rows = [
        {"region": r, "layer": "l", "indicator": n, "raw": z, "normalised": z, "weight": 0.25}
        for r, line in zip(REGIONS, table, strict=False)
        for n, z in zip(names, line, strict=True)
    ]
    return pd.DataFrame(rows)


def test_strengths_lie_above_the_median_and_weaknesses_below():
    table = np.array([[0.9, 0.5, 0.5, 0.4], [0.5, 0.5, 0.1, 0.5], [0.1, 0.5, 0.5, 0.6]])
    found = roles(values(table), {}, REGIONS[:3], 2)
    marked = found[found["role"] != ""].groupby(["region", "role"])["indicator"].apply(list).to_dict()
    assert marked == {
        ("110000", "strength"): ["i0"],
        ("110000", "weakness"): ["i3"],
        ("120000", "weakness"): ["i2"],
        ("310000", "strength"): ["i3"],
        ("310000", "weakness"): ["i0"],
    }
    assert found["group_median"].isna().all()


def test_the_nearest_is_never_oneself():
    table = np.random.default_rng(1).random((5, 4))
    found = nearest(values(table), REGIONS[:5], 2)
    assert (found["region"] != found["peer"]).all()
    assert found.groupby("region")["distance"].apply(lambda d: d.is_monotonic_increasing).all()
    assert len(found) == 10


@dataclass(frozen=True)
class OwnYardsticks(Scores):
    """Scores of an index that measured each year by itself."""

    @property
    def method(self):
        return SimpleNamespace(pooled=False)


def test_scores_by_yardsticks_of_their_own_are_never_subtracted():
    values = [[0.1, 0.2, 0.5, 0.25, 0.3, 0.4, 0.6]] * 2 + [[0.9, 0.2, 0.5, 0.25, 0.3, 0.4, 0.6]]
    index = OwnYardsticks(scores(values).frame)
    result = change(index, china())
    assert result.frame["change"].isna().all()
    assert result.yearly["change"].isna().all()
    assert not result.frame["separate"].any()
    assert result.frame["region"].iloc[0] == "110000"
    assert result.frame["rank_change"].iloc[0] == 6
    for lang in ("zh", "en"):
        assert "nan" not in result.summary(lang)
        assert result.figure(lang)
    assert "own yardstick" in result.summary("en")
    cards = scorecards(index, panel([1.0] * 7), by=["plates"])
    assert cards.frame["change"].isna().all()
    assert "nan" not in cards.summary("en")
    assert any("own yardstick" in a.en for a in cards.recipe.assumptions)
