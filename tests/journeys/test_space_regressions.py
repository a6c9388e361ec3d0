"""Spatial β, thresholds and quantiles as faces: the kernels' figures, paper-like tables, figures, the command line."""

from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose

import xinzhi as xz
from xinzhi.base.errors import UsageError
from xinzhi.chart import svg
from xinzhi.disparity import beta_convergence
from xinzhi.panel.balanced import balanced
from xinzhi.space import catching_up, quantile_effects, quantile_regression, threshold_effects

PER_HEAD = "gdp / population"
LEVEL, RD, TOWN = "log(gdp / population)", "log(rd_expenditure / population)", "urban_population / population"


@pytest.fixture(scope="module")
def panel() -> xz.Panel:
    return xz.load("china-provinces")


def test_without_neighbours_spatial_beta_is_plain_beta(panel: xz.Panel) -> None:
    got = catching_up(panel, PER_HEAD, draws=20)
    assert list(got.frame["model"]) == ["pooled", "sar", "sem", "sdm"]
    v = balanced(panel, [PER_HEAD])[PER_HEAD]
    plain = beta_convergence(v, None, "two-way")
    assert_allclose(got.frame.set_index("model").loc["pooled", "beta"], plain.beta, rtol=1e-6)
    assert got.chosen == got.frame.sort_values("aic")["model"].iloc[0]
    assert "收敛" in got.summary("zh")
    assert "convergence" in got.summary("en")
    assert "空间杜宾 SDM" in got.to_text("zh")
    assert svg(got.figure("zh"), lang="zh").startswith("<svg")
    one = catching_up(panel, PER_HEAD, kinds=["sem"], effects="cross-section", draws=20)
    assert one.frame["observations"].iloc[0] == 31


def test_a_threshold_that_is_there_is_found(panel: xz.Panel) -> None:
    town = panel.evaluate(TOWN)
    rng = np.random.default_rng(5)
    x = rng.normal(size=len(town))
    made = panel.with_column("x", town * 0 + x).with_column(
        "y", np.where(town <= 0.6, 1.0, 3.0) * x + rng.normal(scale=0.1, size=len(town)) + town * 0
    )
    got = threshold_effects(made, "y", ["x"], TOWN, draws=50)
    assert got.kept == 1
    assert got.borders["threshold"].iloc[0] == pytest.approx(0.6, abs=0.02)
    assert_allclose(got.frame["estimate"], [1, 3], atol=0.05)
    assert got.tests["p"].iloc[0] < 0.05
    assert "采用 1 个门槛" in got.summary("zh")
    assert "critical" in svg(got.figure("en"), lang="en")
    assert "Urban" in got.to_text("en")


def test_no_threshold_is_said_to_be_none(panel: xz.Panel) -> None:
    got = threshold_effects(panel, LEVEL, [RD], TOWN, draws=50, grid=40)
    assert "不能认定存在门槛" in got.summary("zh")
    assert "No threshold" in got.summary("en")
    with pytest.raises(UsageError):
        threshold_effects(panel, LEVEL, [])


def test_quantiles_are_the_kernels(panel: xz.Panel) -> None:
    got = quantile_effects(panel, LEVEL, [RD, TOWN], quantiles=[0.9, 0.1, 0.5], effects="none")
    table = panel.frame.assign(y=panel.evaluate(LEVEL), a=panel.evaluate(RD), b=panel.evaluate(TOWN))
    table = table[["y", "a", "b"]].dropna()
    kernel = quantile_regression(table["y"], table[["a", "b"]], 0.5)
    here = got.frame[got.frame["tau"] == 0.5].set_index("term")
    assert_allclose(here.loc[[RD, TOWN], "estimate"], kernel.params[1:], rtol=1e-6)
    assert [c.label.en for c in got.table.columns] == ["variable", "τ = 0.1", "τ = 0.5", "τ = 0.9"]
    assert "分位为" in got.summary("zh")
    assert svg(got.figure("zh"), lang="zh").startswith("<svg")
    with pytest.raises(UsageError):
        quantile_effects(panel, LEVEL, [RD], quantiles=[])


def test_the_command_line(cli) -> None:
    status, out, err = cli("space", LEVEL, "--what", "quantile", "--factors", RD, "--format", "json", "--lang", "en")
    assert status == 0, err
    assert json.loads(out)
    status, _, err = cli("space", PER_HEAD, "--what", "convergence", "--models", "sem", "--lang", "zh")
    assert status == 0, err
    assert "收敛" in err
    status, _, err = cli("space", LEVEL, "--what", "quantile", "--factors", RD, "--quantiles", "low", "--lang", "zh")
    assert status == 2
    assert "0.1,0.5,0.9" in err
    status, _, err = cli("space", LEVEL, "--what", "threshold", "--lang", "zh")
    assert status == 2
    assert "--factors" in err
