"""Dynamic panels, time paths and local coefficients as faces: figures of the kernels, sentences, maps, the command line."""

from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose

import xinzhi as xz
from xinzhi.base.errors import UsageError, XinzhiError
from xinzhi.chart import svg
from xinzhi.space import cluster_moves, dynamic_models, local_effects, models

PER_HEAD = "gdp / population"
LEVEL, RD = "log(gdp / population)", "log(rd_expenditure / population)"


@pytest.fixture(scope="module")
def panel() -> xz.Panel:
    return xz.load("china-provinces")


def test_dynamic_models_side_by_side(panel: xz.Panel) -> None:
    got = dynamic_models(panel, LEVEL, [RD])
    assert list(got.fits) == ["dsar", "dsdm"]
    assert_allclose(got.effects["direct"] + got.effects["indirect"], got.effects["total"], rtol=1e-9)
    short = got.effects[(got.effects["model"] == "dsar") & (got.effects["horizon"] == "short")].iloc[0]
    terms = got.frame[got.frame["model"] == "dsar"].set_index("term")["estimate"]
    assert_allclose(short["total"], terms[RD] / (1 - terms["rho"]), rtol=1e-9)  # rows of W sum to one
    assert "τ（上年）" in got.to_text("zh")
    assert "W×log" in got.to_text("en")
    assert (got.effects["total_low"] < got.effects["total"]).all()
    assert (got.effects["total"] < got.effects["total_high"]).all()
    assert "的总效应：当年" in got.summary("zh")
    assert "长期" in got.summary("zh")
    assert svg(got.figure("en"), lang="en").startswith("<svg")
    with pytest.raises(XinzhiError, match="dsdm"):
        dynamic_models(panel, LEVEL, [RD], kinds=["dsdn"])
    with pytest.raises(UsageError):
        dynamic_models(panel, LEVEL, [])


def test_models_in_the_layout_of_stata(panel: xz.Panel) -> None:
    got = models(panel, LEVEL, [RD], kinds=["sdm"], draws=20)
    shown = got.to_stata_text("en")
    lines = shown.splitlines()
    assert "[95% conf. interval]" in shown
    rho = next(line for line in lines if line.split("|")[0].strip() == "rho").split("|")[1].split()
    fit = got.fits["sdm", "contiguity"]
    assert_allclose([float(v) for v in rho[:2]], [fit.rho, fit.se[fit.names.index("rho")]], rtol=1e-6)
    assert [line.split("|")[0].strip() for line in lines if line.endswith("|")] == ["Main", "Wx", "Spatial"]
    ends = {len(line.split("|")[0]) for line in lines if line.count("|") == 1}
    assert len(ends) == 1
    assert "主方程" in got.to_stata_text("zh")


def test_time_paths_and_their_rose(panel: xz.Panel) -> None:
    got = cluster_moves(panel, PER_HEAD, permutations=99)
    assert_allclose(got.frame["length"].mean(), 1)
    assert (got.frame["tortuosity"].dropna() >= 1).all()
    assert got.rose.counts.sum() == (got.frame["move"] != "").sum() == 31
    up = got.frame[got.frame["move"] == "both up"]
    assert ((up["dx"] > 0) & (up["dy"] > 0)).all()
    assert "与邻居同向移动" in got.summary("zh")
    assert "moved with their neighbours" in got.summary("en")
    drawn = got.map("zh")
    assert drawn is not None
    assert "自身与邻居同升" in svg(drawn, lang="zh")
    assert svg(got.figure("zh"), lang="zh").startswith("<svg")


def test_local_coefficients_on_the_map(panel: xz.Panel) -> None:
    pytest.importorskip("mgwr")
    got = local_effects(panel, LEVEL, [RD], bandwidth=25)
    assert set(got.frame["region"]) == set(panel.regions)
    here = got.frame[got.frame["term"] == RD]["estimate"]
    row = got.spread[got.spread["term"] == RD].iloc[0]
    assert_allclose([row["least"], row["median"], row["most"]], [here.min(), np.median(here), here.max()])
    assert "的地区显著" in got.summary("zh")
    assert "significant in" in got.summary("en")
    drawn = got.map("zh")
    assert drawn is not None
    assert "局部系数" in svg(drawn, lang="zh")
    assert "AICc" in got.to_text("en")
    with pytest.raises(UsageError):
        local_effects(panel, LEVEL, [])


def test_bandwidths_are_found_among_few_regions(panel: xz.Panel) -> None:
    pytest.importorskip("mgwr")
    one = local_effects(panel, LEVEL, [RD], year=2022)
    assert one.spread["bandwidth"].nunique() == 1
    assert one.spread["bandwidth"].between(6, 31).all()
    several = local_effects(panel, LEVEL, [RD], model="mgwr", year=2022)
    assert several.spread["bandwidth"].between(6, 31).all()
    assert abs(several.frame[several.frame["term"] == RD]["estimate"].mean()) < 2  # of standardised variables


def test_the_command_line(cli) -> None:
    status, out, err = cli("space", LEVEL, "--what", "dynamics", "--factors", RD, "--format", "json", "--lang", "en")
    assert status == 0, err
    assert json.loads(out)
    status, _, err = cli("space", PER_HEAD, "--what", "moves", "--permutations", "49", "--lang", "zh")
    assert status == 0, err
    assert "同向移动" in err
