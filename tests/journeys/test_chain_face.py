"""A chain of two stages through the face: kernel figures, stages that make the whole, words and refusals."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

import xinzhi as xz
from xinzhi.base.errors import XinzhiError
from xinzhi.chart import svg
from xinzhi.panel import Panel
from xinzhi.productivity import chain, two_stage


@pytest.fixture(scope="module")
def panel() -> Panel:
    return xz.load("china-provinces")


@pytest.mark.parametrize("preset", ["innovation", "transfer"])
def test_the_bundled_chain_gives_what_the_kernel_gives(panel: Panel, preset: str) -> None:
    result = chain(panel, preset, years=range(2019, 2022), technology="contemporaneous")
    frame = result.data.frame[result.data.frame["year"] == 2021].set_index("region")
    names = [v.id for v in result.data.variables]
    x, z, y = frame[names[:2]], frame[names[2:4]], frame[names[4:]]
    kernel = two_stage(x.to_numpy(), z.to_numpy(), y.to_numpy())
    last = result.frame[result.frame["year"] == 2021].set_index("region").loc[frame.index]
    assert_allclose(last["overall"], kernel.overall, rtol=1e-9)
    assert_allclose(last["first"] * last["second"], last["overall"], rtol=1e-7)
    real = panel.frame["rd_expenditure"].unstack("region").loc[2019]
    first = result.data.frame.query("year == 2019").set_index("region")[names[0]]
    assert_allclose(first, real[first.index], rtol=1e-9)  # the base year is 2019


def test_it_speaks_and_draws(panel: Panel) -> None:
    result = chain(panel, decomposition="mean", years=[2020, 2021])
    assert np.isfinite(result.frame["share"]).all()
    assert "短板在第二阶段" in result.summary("zh") and "second stage" in result.summary("en")
    assert {"stages", "years", "groups", "scores", "inputs", "sources"} <= set(result.tables())
    assert "→" in result.table.note.say("en")
    assert svg(result.figure("zh")).startswith("<svg")


def test_a_mistake_is_one_sentence(panel: Panel) -> None:
    with pytest.raises(XinzhiError, match="innovation"):
        chain(panel, "inovation")
    with pytest.raises(XinzhiError, match="links"):
        chain(panel, links=[])
    with pytest.raises(XinzhiError, match="nominal"):
        chain(panel, inputs=["rd_expenditure"], years=[2020])


def test_command_line(cli) -> None:
    status, out, err = cli("tfp", "--what", "chain", "--years", "2021", "--format", "json", "--lang", "zh")
    assert status == 0, err
    assert {"overall", "first", "second"} <= set(json.loads(out)[0])
    assert "第一阶段领先" in err


def test_decomposition_and_priority_by_flag(cli) -> None:
    words = ("tfp", "--what", "chain", "--years", "2021", "--format", "json", "--lang", "zh")
    status, out, err = cli(*words, "--decomposition", "mean", "--priority", "second")
    assert status == 0, err
    result = chain(xz.load("china-provinces"), decomposition="mean", priority="second", years=[2021])
    best = result.last.iloc[0]
    row = next(r for r in json.loads(out) if r["region"] == best["region"])
    assert (row["overall"], row["first"]) == pytest.approx((best["overall"], best["first"]))
    assert "--decomposition mean --priority second" in result.recipe.cli
    status, out, err = cli("tfp", "--what", "gap", "--priority", "first", "--lang", "zh")
    assert (status, out) == (2, "") and "--priority" in err


def test_variables_without_data_are_called_by_name(panel: Panel) -> None:
    frame = panel.frame.copy()
    frame.loc[(slice(None), 2021), "patent_grants"] = np.nan
    with pytest.raises(XinzhiError) as error:
        chain(replace(panel, frame=frame), links=["patent_grants"], years=[2020, 2021])
    for lang, name in (("zh", "都有「"), ("en", "“")):
        said = error.value.say(lang)
        assert error.value.code.endswith("161") and name in said
        assert panel.indicator("patent_grants").name.say(lang) in said
        assert "xz_" not in said and len(said.splitlines()) == 1
