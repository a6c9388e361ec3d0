"""The space faces on the bundled panels: the kernels' figures, sentences in both languages, maps that are complete."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

import xinzhi as xz
from xinzhi.base.errors import ComputationError, UsageError
from xinzhi.chart import svg
from xinzhi.space import clustering, determinants, ellipse, models, moran, path, weights_for

PER_HEAD = "gdp / population"


@pytest.fixture(scope="module")
def panel() -> xz.Panel:
    return xz.load("china-provinces")


def test_clustering_gives_the_kernels_figures_and_a_complete_map(panel: xz.Panel) -> None:
    got = clustering(panel, PER_HEAD, permutations=199)
    w = weights_for(panel, panel.regions)
    year = panel.frame.xs(2022, level="year").loc[panel.regions]
    assert_allclose(
        got.frame.set_index("year").at[2022, "moran"], moran(year["gdp"] / year["population"], w).statistic, rtol=1e-12
    )
    assert got.transitions.sum() == 31 * 11
    assert "浙江" in got.summary("zh")
    assert "Zhejiang" in got.summary("en")
    drawn = got.map("zh")
    assert drawn is not None
    picture = svg(drawn, lang="zh")
    assert "高–高集聚" in picture
    assert "台湾省资料暂缺" in picture


def test_hainan_is_an_island_unless_joined(panel: xz.Panel) -> None:
    assert weights_for(panel, panel.regions, hainan_touches_guangdong=False).islands == ("460000",)
    assert weights_for(panel, panel.regions).islands == ()
    with pytest.raises(ComputationError, match="没有邻居"):
        models(
            panel,
            PER_HEAD,
            ["rd_intensity"],
            kinds=["sar"],
            weights=weights_for(panel, panel.regions, hainan_touches_guangdong=False),
        )


def test_path_of_the_centre(panel: xz.Panel) -> None:
    got = path(panel, "gdp")
    assert (got.frame["lon"].between(105, 120) & got.frame["lat"].between(28, 36)).all()
    assert 20 < got.net < 200
    assert 180 < got.net_bearing < 270
    assert "西南" in got.summary("zh")
    assert isinstance(got.ellipses[2022], type(ellipse(np.random.default_rng(0).normal(size=(9, 2)))))


def test_determinants_and_models(panel: xz.Panel) -> None:
    explained = determinants(
        panel, PER_HEAD, ["rd_intensity", "urban_population / population"], strata={"plate": "plates"}
    )
    assert set(explained.frame["factor"]) == {"rd_intensity", "urban_population / population", "plate"}
    assert len(explained.interactions) == 3
    fitted = models(
        panel, f"log({PER_HEAD})", ["log(rd_expenditure / population)"], weights=["contiguity", "knn4"], draws=100
    )
    assert fitted.chosen[0] in ("pooled", "sar", "sem", "sdm")
    assert set(fitted.tables()) == {"models", "effects", "tests", "weights", "coefficients"}
    rows = fitted.effects
    assert_allclose(rows["direct"] + rows["indirect"], rows["total"])
    assert "***" in fitted.to_latex("en")
    for result in (explained, fitted):
        assert result.summary("zh") != result.summary("en")
        assert svg(result.figure("en"), lang="en").startswith("<svg")


def test_prefectures_run_too() -> None:
    cities = xz.load("china-cities")
    got = clustering(cities, PER_HEAD, years=[2010, 2020], weights="knn6", permutations=99)
    assert got.frame["n"].iloc[0] > 200


def test_bad_names_are_refused_with_the_nearest(panel: xz.Panel) -> None:
    with pytest.raises(UsageError, match="contiguity"):
        clustering(panel, PER_HEAD, weights="contiguty")
    with pytest.raises(UsageError, match="经济水平"):
        clustering(panel, PER_HEAD, weights="economic")
