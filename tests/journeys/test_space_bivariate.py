"""One figure here against another next door: the kernels' numbers, told and drawn, from Python, a study and the command line."""

from __future__ import annotations

from typing import Any

import pytest
from numpy.testing import assert_allclose

import xinzhi as xz
from xinzhi.chart import svg
from xinzhi.cli import main
from xinzhi.space import bivariate, bivariate_moran, local_bivariate_moran, weights_for
from xinzhi.study.steps import KINDS

OF, OTHER = "gdp / population", "digital_finance"


@pytest.fixture(scope="module")
def panel() -> xz.Panel:
    return xz.load("china-provinces")


def test_the_kernels_figures_a_sentence_and_a_map(panel: xz.Panel) -> None:
    got = bivariate(panel, OF, OTHER, years=range(2015, 2021), permutations=199, seed=2)
    w = weights_for(panel, panel.regions)
    year = panel.frame.xs(2020, level="year").loc[panel.regions]
    x, y = year["gdp"] / year["population"], year[OTHER]
    whole, local = bivariate_moran(x, y, w, 199, 2), local_bivariate_moran(x, y, w, 199, 2)
    row = got.frame.set_index("year").loc[2020]
    assert_allclose([row["moran"], row["p"]], [whole.statistic, whole.p], rtol=1e-12)
    assert got.local["cluster"].tolist() == local.cluster.tolist()
    for lang, word in (("zh", "双变量莫兰指数"), ("en", "bivariate Moran's I")):
        assert word in got.summary(lang)  # type: ignore[arg-type]
    drawn = got.map("zh")
    assert drawn is not None and "高–高集聚" in svg(drawn, lang="zh")
    assert "邻居平均" in svg(got.figure("zh"), lang="zh")
    assert set(got.tables()) == {"moran", "lisa"}


def test_a_step_reads_both_figures() -> None:
    step = KINDS["bivariate"](kind="bivariate", figure=OF, other=OTHER)  # type: ignore[call-arg]
    assert {"gdp", "population", "digital_finance"} <= set(step.uses({}))


def test_the_command_line_asks_for_the_neighbours_figure(capsys: Any) -> None:
    assert main(["space", OF, "--what", "bivariate"]) == 2
    assert "--factors" in capsys.readouterr().err
    told = ["space", OF, "--what", "bivariate", "--factors", OTHER, "--years", "2018-2020", "--permutations", "99"]
    assert main(told) == 0
    assert "双变量莫兰指数" in capsys.readouterr().out
