"""Which part makes the gap: layers of the index and indicators that add up, from Python, a study and the command line."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import xinzhi as xz
from xinzhi.base.errors import DataError, UsageError
from xinzhi.chart import svg
from xinzhi.disparity import gini, sources
from xinzhi.study.steps.disparity import Sources

KINDS = ["rd_basic", "rd_applied", "rd_development"]


@pytest.fixture(scope="module")
def panel() -> xz.Panel:
    return xz.load("china-provinces")


def test_layers_add_up_to_the_gini_of_the_scores(panel: xz.Panel) -> None:
    index = xz.index(panel, "three-layers", [2020, 2021, 2022], draws=1)
    got = sources(index, draws=20)
    for year, rows in got.frame.groupby("year"):
        scores = index.frame.loc[index.frame["year"] == year, "score"].to_numpy()
        assert_allclose(rows["shapley"].sum(), gini(scores), rtol=1e-9)
        assert_allclose(rows["lerman_yitzhaki"].sum(), gini(scores), rtol=1e-9)
        assert_allclose(rows[["share", "shapley_share", "lerman_yitzhaki_share"]].sum(), 1, rtol=1e-9)
    assert (got.frame["shapley_share_low"] < got.frame["shapley_share_high"]).all()
    assert "科学技术" in got.summary("zh")
    assert "Shapley" in got.summary("en")
    assert svg(got.figure("zh"), lang="zh").startswith("<svg")
    assert "toprule" in got.to_latex("en")


def test_parts_that_do_not_add_up_are_refused_by_region_and_year(panel: xz.Panel) -> None:
    with pytest.raises(DataError, match="年各部分之和"):
        sources(panel, KINDS[:2], whole="rd_basic + rd_applied + rd_development", years=[2022])
    with pytest.raises(UsageError, match="2–16"):
        sources(panel, ["gdp"])


def test_two_equal_parts_share_the_gap_equally(panel: xz.Panel) -> None:
    got = sources(panel, ["gdp / 2", "gdp * 0.5"], whole="gdp", years=[2022], draws=0)
    assert_allclose(got.frame["shapley_share"], 0.5)
    assert_allclose(got.frame["elasticity"], 0, atol=1e-12)
    assert np.isnan(got.frame["shapley_share_low"]).all()


def _work(panel: xz.Panel, results: dict[str, Any]) -> Any:
    return SimpleNamespace(panel=panel, perhaps=results.get, seed=0)


def test_the_step_takes_the_index_of_the_study_or_parts(panel: xz.Panel) -> None:
    index = xz.index(panel, "three-layers", [2022], draws=1)
    made = Sources(draws=0).run(_work(panel, {"index": index}))
    assert list(made.frame["part"]) == ["layer_technology", "layer_factors", "layer_industry"]
    with pytest.raises(UsageError, match="parts"):
        Sources(draws=0).run(_work(panel, {}))


def test_the_command_line_asks_for_parts_of_a_figure(cli) -> None:
    status, out, err = cli(
        "gap", "--what", "sources", "--parts", ",".join(KINDS), "--years", "2022", "--draws", "5", "--format", "json",
        "--lang", "en",
    )  # fmt: skip
    assert status == 0, err
    assert len(json.loads(out)) == 3
    status, _, err = cli("gap", "gdp", "--what", "sources", "--lang", "zh")
    assert status == 2
    assert "--parts" in err


def test_weights_reach_both_decompositions(panel: xz.Panel) -> None:
    parts = KINDS
    plain, weighted = (sources(panel, parts, weight=w, years=[2022], draws=0) for w in (None, "population"))
    x = panel.frame.xs(2022, level="year")
    assert_allclose(weighted.totals["gini"], gini(x[parts].sum(axis=1), x["population"]), rtol=1e-12)
    for kind in ("shapley", "lerman_yitzhaki"):
        assert_allclose(weighted.frame[kind].sum(), weighted.totals["gini"], rtol=1e-9)
        assert (plain.frame[kind] != weighted.frame[kind]).all()
    assert "按年末常住人口加权" in [a.zh for a in weighted.recipe.assumptions]
    assert "2022 年占" not in weighted.summary("zh")
