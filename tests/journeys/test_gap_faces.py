"""The disparity faces on the bundled panels: figures that can be checked by hand, sentences, exports."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import xinzhi as xz
from xinzhi.base.errors import DataError
from xinzhi.chart import svg
from xinzhi.disparity import closing, gap, gini, moves, nested, shape, sources, theil

PER_HEAD = "gdp / population"


@pytest.fixture(scope="module")
def panel() -> xz.Panel:
    return xz.load("china-provinces")


def test_gap_is_the_kernel_on_the_published_figures(panel: xz.Panel) -> None:
    got = gap(panel, PER_HEAD, weight="population", draws=40)
    year = panel.frame.xs(2022, level="year")
    v, w = (year["gdp"] / year["population"]).to_numpy(), year["population"].to_numpy()
    row = got.frame.set_index("year").loc[2022]
    assert_allclose(row["gini"], gini(v, w), rtol=1e-12)
    plates = panel.places.grouping("plates", list(year.index)).labels(list(year.index))
    assert_allclose(row["theil_between_share"], theil(v, w, plates).between_share, rtol=1e-12)
    parts = got.frame[["within", "between_net", "transvariation"]].sum(axis=1)
    assert_allclose(parts, got.frame["gini"], rtol=1e-12)
    assert ((got.frame["gini_low"] < got.frame["gini"]) & (got.frame["gini"] < got.frame["gini_high"])).all()
    last = got.pairs[got.pairs["year"] == 2022]
    assert_allclose(last["between_net"].sum(), row["between_net"], rtol=1e-12)
    assert "组间净差异占" in got.summary("zh")
    assert "net differences between groups made" in got.summary("en")


def test_overlapping_strategies_are_refused_with_the_way_out(panel: xz.Panel) -> None:
    with pytest.raises(DataError, match="plates"):
        gap(panel, PER_HEAD, by="strategies")


def test_negative_values_are_refused_by_name(panel: xz.Panel) -> None:
    with pytest.raises(DataError, match="2011"):
        gap(panel, "gdp - 100000")


def test_regions_with_gaps_are_left_out_and_named(panel: xz.Panel) -> None:
    got = gap(panel, "co2 / gdp", draws=0)
    assert any("西藏" in a.zh and "left out" in a.en for a in got.recipe.assumptions)
    assert (got.frame["n"] == 30).all()


def test_prefectures_nested_in_provinces() -> None:
    got = gap(xz.load("china-cities"), PER_HEAD, by="plates/province", years=[2020], draws=0)
    assert len(got.groups) > 20
    assert_allclose(
        got.frame["within"] + got.frame["between_net"] + got.frame["transvariation"], got.frame["gini"], rtol=1e-12
    )


def test_closing_moves_and_shape(panel: xz.Panel) -> None:
    converging = closing(panel, PER_HEAD, controls=["rd_intensity"])
    assert converging.frame["model"].iloc[0] == "cross-section"
    assert len(converging.frame) == 5
    assert set(converging.membership["region"]) == set(panel.regions)
    moving = moves(panel, PER_HEAD, draws=50)
    assert_allclose(moving.frame.groupby("start")["probability"].sum(), 1)
    assert moving.frame["count"].sum() == 31 * 11
    assert moving.conditional is not None
    shaped = shape(panel, PER_HEAD)
    assert_allclose(np.trapezoid(shaped.densities, shaped.grid, axis=1), 1, atol=0.02)
    for result in (converging, moving, shaped):
        for lang in ("zh", "en"):
            assert result.summary(lang)  # type: ignore[arg-type]
        assert svg(result.figure("zh"), lang="zh").startswith("<svg")


def test_results_go_to_excel_word_and_latex(panel: xz.Panel, tmp_path: Path) -> None:
    got = gap(panel, PER_HEAD, draws=0)
    assert got.to_excel(tmp_path / "gap.xlsx").stat().st_size > 5000
    assert got.to_word(tmp_path / "gap.docx").stat().st_size > 5000
    assert "toprule" in got.to_latex("en")


def test_figures_that_cannot_be_used_are_named_by_region_and_year(panel: xz.Panel) -> None:
    falling = "population - population"
    for face, sentence in (
        (lambda: closing(panel, falling), "北京 .* 年的 .* 为 0；收敛分析取对数"),
        (lambda: gap(panel, "gdp - 30000", draws=0), "年的 gdp - 30000 为 -.*；基尼系数要求非负"),
        (lambda: nested(panel, "gdp - 30000", draws=0), "泰尔指数要求非负"),
        (lambda: sources(panel, ["rd_basic", "rd_basic - 3 * rd_applied"], draws=0), "总量会为负"),
        (lambda: shape(panel, "gdp - 1000000"), "均值为 -.*不能按均值取相对值"),
    ):
        with pytest.raises(DataError, match=sentence):
            face()


def test_a_narrow_year_beside_wide_ones_keeps_its_peak() -> None:
    rng = np.random.default_rng(2)
    rows = [
        {"code": code, "year": year, "x": 1 + 0.001 * rng.normal() if year == 2010 else rng.lognormal(0, 1) * (1 - 60 * (k == 0))}
        for k, code in enumerate(xz.load("china-provinces").regions)
        for year in (2010, 2011)
    ]  # fmt: skip
    made = shape(xz.read(pd.DataFrame(rows)), "x", relative=False, lower=None).frame.set_index("year")
    assert made.loc[2010, "peak"] == pytest.approx(1, abs=0.002)


def test_regions_without_neighbours_stay_out_of_the_spatial_chains_alone() -> None:
    cities = xz.load("china-cities")
    made = moves(cities, "gdp", years=[2019, 2020, 2021], draws=0)
    assert made.conditional is not None
    everyone = int(made.chain.counts.sum())
    assert 0.9 * everyone < int(made.conditional.pooled.counts.sum()) < everyone
    assert any("不计入空间链" in note.zh and "三亚" in note.zh for note in made.recipe.assumptions)


def test_groupings_by_level_read_as_words(panel: xz.Panel) -> None:
    assert "; by province, net differences" in gap(panel, PER_HEAD, by="province", years=[2022], draws=0).summary("en")
