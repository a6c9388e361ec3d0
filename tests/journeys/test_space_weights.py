"""Weights before they are used: counts that can be checked by hand, islands by name, one region on the map."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from numpy.testing import assert_allclose

import xinzhi as xz
from xinzhi.base.errors import DataError, UsageError, XinzhiError
from xinzhi.chart import svg
from xinzhi.space import Weights, clustering, from_pairs, weights_for, weights_map


@pytest.fixture(scope="module")
def panel() -> xz.Panel:
    return xz.load("china-provinces")


def test_neighbours_are_counted_and_contiguity_is_two_way(panel: xz.Panel) -> None:
    got = weights_map(panel)
    count = got.frame.set_index("region")["neighbours"]
    assert count["460000"] == 1  # Hainan, joined to Guangdong
    assert count["150000"] == 8  # Inner Mongolia
    facts = got.facts.set_index("key")["value"]
    assert facts["links"] == count.sum()
    assert (facts["one_way"], facts["components"], facts["islands"]) == (0, 1, 0)
    assert facts["asymmetry"] > 0  # rows are standardised
    drawn = got.map("zh")
    assert drawn is not None
    assert "邻居数" in svg(drawn, lang="zh")
    assert svg(got.figure("en"), lang="en").startswith("<svg")
    assert "neighbours on average" in got.summary("en")


def test_symmetric_weights_have_no_asymmetry(panel: xz.Panel) -> None:
    assert weights_map(panel, weights_for(panel, panel.regions, transform="raw")).facts.set_index("key").loc[
        "asymmetry", "value"
    ] == pytest.approx(0)


def test_one_region_by_name(panel: xz.Panel) -> None:
    got = weights_map(panel, "knn4", "浙江")
    assert got.region == "330000"
    assert set(got.frame.loc[got.frame["towards"] > 0, "region"]) == {"310000", "320000", "340000", "360000"}
    assert got.facts.set_index("key")["value"]["one_way"] > 0
    assert "浙江" in got.summary("zh")
    drawn = got.map("zh")
    assert drawn is not None
    assert "不是邻居" in svg(drawn, lang="zh")
    with pytest.raises(XinzhiError, match="浙江"):
        weights_map(panel, region="浙江生")


def test_islands_are_named(panel: xz.Panel) -> None:
    got = weights_map(panel, weights_for(panel, panel.regions, hainan_touches_guangdong=False))
    assert "海南没有邻居" in got.summary("zh")
    assert "海南" in got.to_text("zh")
    empty = from_pairs([], [], panel.regions)
    with pytest.raises(XinzhiError, match="没有任何联系"):
        weights_map(panel, empty)
    assert np.isnan(got.frame.set_index("region").loc["460000", "weight"])


def test_the_command_line_needs_no_figure(cli) -> None:
    status, out, err = cli("space", "--what", "weights", "--region", "北京", "--format", "json", "--lang", "zh")
    assert status == 0, err
    assert json.loads(out)
    assert "北京" in err


def test_travel_times_weigh_by_their_inverse(panel: xz.Panel, tmp_path: Path) -> None:
    file = tmp_path / "minutes.csv"
    file.write_text(
        "i,j,w\n310000,320000,80\n320000,310000,80\n320000,330000,160\n330000,320000,160\n", encoding="utf-8"
    )
    w = weights_for(panel, ["310000", "320000", "330000"], f"travel-time:{file}")
    assert_allclose(w.sparse.toarray(), [[0, 1, 0], [2 / 3, 0, 1 / 3], [0, 1, 0]])
    assert "minutes.csv" in w.rule.zh


def test_weights_with_ids_are_matched_to_the_regions(panel: xz.Panel) -> None:
    codes = ["310000", "320000", "330000", "340000"]
    w = weights_for(panel, codes, "contiguity")
    other = ["340000", "110000", "330000", "310000", "320000"]
    table = pd.DataFrame(0.0, other, other)
    for i, a in enumerate(codes):
        for j, b in enumerate(codes):
            table.loc[a, b] = w.raw[i, j]
    assert weights_for(panel, codes, w) is w
    for given in (table, Weights(sp.csr_array(table.to_numpy()), tuple(other), "row")):
        got = weights_for(panel, codes, given)
        assert got.ids == tuple(codes)
        assert (got.raw.toarray() == w.raw.toarray()).all()
    assert (weights_for(panel, codes, w.raw.toarray()).raw.toarray() == w.raw.toarray()).all()
    with pytest.raises(DataError) as refused:
        weights_for(panel, [*codes, "350000"], w)
    assert "the weights have no unit 350000" in refused.value.say("en")


def test_a_rule_may_name_a_cut_off_and_a_standardisation() -> None:
    panel = xz.load("china-provinces")
    codes = list(panel.regions)
    far = weights_for(panel, codes, "inverse-distance")
    near = weights_for(panel, codes, "inverse-distance:1200")
    assert near.raw.nnz < far.raw.nnz and "1200" in near.rule.zh
    spectral = weights_for(panel, codes, "inverse-distance:3000@spectral")
    assert spectral.transform == "spectral"
    assert np.isclose(np.abs(np.linalg.eigvals(spectral.sparse.toarray())).max(), 1.0)
    found = clustering(panel, "gdp / population", weights="contiguity@spectral", permutations=19, years=[2022])
    assert any("谱半径标准化" in note.zh for note in found.recipe.assumptions)
    with pytest.raises(UsageError, match="千米"):
        weights_for(panel, codes, "inverse-distance:near")
