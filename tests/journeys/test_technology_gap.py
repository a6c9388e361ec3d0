"""Groups under one metafrontier through the face: kernel figures, factors that multiply, words and refusals."""

from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose

import xinzhi as xz
from xinzhi.base.errors import XinzhiError
from xinzhi.chart import svg
from xinzhi.panel import Panel
from xinzhi.productivity import inputs, metafrontier, sbm, technology_gap

YEARS = range(2020, 2023)


@pytest.fixture(scope="module")
def panel() -> Panel:
    return xz.load("china-provinces")


def test_each_year_gives_what_the_kernel_gives(panel: Panel) -> None:
    data = inputs(panel, years=YEARS)
    result = technology_gap(data, technology="contemporaneous")
    labels = panel.places.grouping("plates", data.regions).labels(data.regions)
    x, y, b = (data.array(r)[-1] for r in ("input", "good", "bad"))
    kernel = metafrontier(x, y, labels, b, "crs", "both", "sbm")
    last = result.frame[result.frame["year"] == 2022].set_index("region").loc[data.regions]
    assert_allclose(last["ratio"], kernel.gap, rtol=1e-9)
    assert_allclose(last["meta"], sbm(x, y, b).efficiency, rtol=1e-7)
    assert (last["meta"] <= last["own"] + 1e-9).all()


def test_factors_multiply_and_ratios_are_shares(panel: Panel) -> None:
    result = technology_gap(panel, years=YEARS)
    parts = result.changes[["efficiency_change", "best_practice_change", "gap_change"]].prod(axis=1)
    assert_allclose(result.changes["change"], parts, rtol=1e-9)
    assert_allclose(result.frame["ratio"], result.frame["meta"] / result.frame["own"], rtol=1e-9)
    assert np.isclose(result.by_group.groupby("year")["n"].sum(), 30).all()
    assert {"groups", "regions", "changes", "scores"} <= set(result.tables())
    assert "东部" in result.summary("zh") and "ratio" in result.summary("en")
    assert svg(result.figure("en")).startswith("<svg")


def test_what_a_metafrontier_cannot_take_is_one_sentence(panel: Panel) -> None:
    with pytest.raises(XinzhiError, match="radial"):
        technology_gap(panel, model="radiall", years=YEARS)
    with pytest.raises(XinzhiError, match="sequential"):
        technology_gap(panel, technology="biennial", years=YEARS)
    with pytest.raises(XinzhiError):
        technology_gap(panel, by="strategies", years=YEARS)


def test_command_line(cli) -> None:
    words = ("tfp", "--what", "gap", "--model", "radial", "--years", "2022", "--preset", "klg", "--format", "json", "--lang", "zh")  # fmt: skip
    status, out, err = cli(*words)
    assert status == 0, err
    assert {"own", "meta", "ratio"} <= set(json.loads(out)[0])
    assert "技术落差" in err


def test_a_small_group_is_warned_of_by_its_name(panel: Panel) -> None:
    result = technology_gap(panel, years=[2022])
    told = [a for a in result.recipe.assumptions if "组「" in a.zh]
    assert told and all("组「northeast" not in a.zh for a in told)
    assert any("组「东北" in a.zh and "group “northeast" in a.en.lower() for a in told)
    assert "组「" in result.summary("zh")


def test_sequential_frontiers_hold_the_years_so_far(panel: Panel) -> None:
    """In the last year of three the pool is that of the global frontier; in the first each year stands alone."""
    years = [2020, 2021, 2022]
    found = {
        name: technology_gap(panel, technology=name, years=years).frame.set_index(["year", "region"])[["own", "meta"]]
        for name in ("global", "contemporaneous", "sequential", "window")
    }
    assert_allclose(found["sequential"].loc[2022], found["global"].loc[2022], rtol=1e-9)
    assert_allclose(found["sequential"].loc[2020], found["contemporaneous"].loc[2020], rtol=1e-9)
    assert_allclose(found["window"].loc[2021], found["global"].loc[2021], rtol=1e-9)
    assert (found["sequential"] <= found["contemporaneous"] + 1e-9).all().all()
