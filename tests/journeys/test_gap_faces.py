"""The disparity faces on the bundled panels: figures that can be checked by hand, sentences, exports."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import xinzhi as xz
from xinzhi.base.errors import DataError
from xinzhi.chart import svg
from xinzhi.disparity import closing, gap, gini, moves, shape, theil

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
