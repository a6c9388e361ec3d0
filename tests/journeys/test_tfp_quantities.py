"""Hicks–Moorsteen and Färe–Primont indices through the face: kernel figures, parts that divide to the total, words."""

from __future__ import annotations

import pytest
from numpy.testing import assert_allclose

import xinzhi as xz
from xinzhi.base.errors import UsageError
from xinzhi.chart import svg
from xinzhi.panel import Panel
from xinzhi.productivity import fare_primont, hicks_moorsteen, inputs, tfp

YEARS = range(2018, 2023)


@pytest.fixture(scope="module")
def panel() -> Panel:
    return xz.load("china-provinces")


@pytest.mark.parametrize("model", ["hicks-moorsteen", "fare-primont"])
def test_the_face_gives_what_the_kernel_gives(panel: Panel, model: str) -> None:
    data = inputs(panel, "klg", years=YEARS)
    result = tfp(data, model, rts="vrs")
    x, y = data.array("input"), data.array("good")
    kernel = hicks_moorsteen(x, y, "global", "vrs") if model == "hicks-moorsteen" else fare_primont(x, y, "vrs")
    wide = result.frame.pivot(index="year", columns="region", values="change")[data.regions].to_numpy()
    assert_allclose(wide, kernel.change, rtol=1e-10)
    assert_allclose(result.frame["change"], result.frame["output_change"] / result.frame["input_change"], rtol=1e-10)
    assert result.parts == ("change", "output_change", "input_change")
    assert len(result.programs) >= 2 * len(data.regions) * len(data.years)
    assert "投入数量" in result.summary("zh") and "catching up" not in result.summary("en")
    for draw in (result.figure, result.levels, result.ranking):
        assert svg(draw("en")).startswith("<svg")
    assert svg(result.waterfall("安徽", "zh")).startswith("<svg")
    assert result.tables()["regions"].frame["change"].notna().all()


def test_hicks_moorsteen_is_always_determined(panel: Panel) -> None:
    """Each distance has inputs or outputs of the technology's own period, so it exists (Briec & Kerstens 2011)."""
    result = tfp(panel, "hicks-moorsteen", technology="contemporaneous", rts="vrs", preset="klg", years=YEARS)
    assert result.frame["change"].notna().all() and not len(result.infeasible)
    assert "无可行解" not in result.summary("zh")


def test_fare_primont_has_one_frontier(panel: Panel) -> None:
    with pytest.raises(UsageError, match="global"):
        tfp(panel, "fare-primont", technology="sequential", preset="klg", years=YEARS)


def test_unused_choices_are_said(panel: Panel) -> None:
    result = tfp(panel, "fare-primont", orientation="input", years=YEARS)
    told = " ".join(a.en for a in result.recipe.assumptions)
    assert "not used" in told and "has no bad outputs" in told
