"""A chain of two stages through the face: kernel figures, stages that make the whole, words and refusals."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import linprog

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


def by_linprog(x: np.ndarray, z: np.ndarray, y: np.ndarray, unit: int, rts: str) -> tuple[float, float, float]:
    """Overall score of Chen et al. (2009), and the least and greatest first-stage score at it, by multipliers v, w, u, c₁, c₂."""
    n, (p, k, q) = len(x), (v.shape[1] for v in (x, z, y))
    one, none = np.ones((n, 1)), np.zeros((n, 1))
    within = np.vstack(
        [np.hstack([-x, z, np.zeros((n, q)), one, none]), np.hstack([np.zeros((n, p)), -z, y, none, one])]
    )
    free = [(None, None) if rts == "vrs" else (0, 0)] * 2
    bounds = [(0, None)] * (p + k + q) + free
    gain = np.r_[np.zeros(p), z[unit], y[unit], 1, 1]
    norm = np.r_[x[unit], z[unit], np.zeros(q + 2)][None]
    best = -linprog(-gain, within, np.zeros(2 * n), norm, [1], bounds).fun
    at = np.vstack([np.r_[x[unit], np.zeros(k + q + 2)], np.r_[-best * x[unit], (1 - best) * z[unit], y[unit], 1, 1]])
    first = np.r_[np.zeros(p), z[unit], np.zeros(q), 1, 0]
    ends = [sign * linprog(sign * first, within, np.zeros(2 * n), at, [1, 0], bounds).fun for sign in (1, -1)]
    return best, ends[0], ends[1]


@pytest.mark.parametrize("rts", ["crs", "vrs"])
def test_the_weighted_mean_is_that_of_the_multipliers(rts: str) -> None:
    rng = np.random.default_rng(7)
    x = rng.uniform(1, 10, (12, 2))
    z = x @ rng.uniform(0.2, 1, (2, 2)) * rng.uniform(0.5, 1, (12, 1))
    y = z @ rng.uniform(0.2, 1, (2, 1)) * rng.uniform(0.4, 1, (12, 1))
    found = two_stage(x, z, y, "mean", rts=rts)
    expected = np.array([by_linprog(x, z, y, u, rts) for u in range(12)])
    assert_allclose(found.overall, expected[:, 0], atol=1e-8)
    assert_allclose(found.first_range, expected[:, 1:], atol=1e-7)
    whole = found.share < 1 - 1e-9
    mean = found.share * found.first + (1 - found.share) * np.where(whole, found.second, 0)
    assert_allclose(mean, found.overall, atol=1e-9)
    assert np.isnan(found.second[~whole]).all()


def test_variable_returns_envelop_constant_ones_and_ask_for_the_mean(panel: Panel) -> None:
    given = {"decomposition": "mean", "years": [2021, 2022]}
    crs, vrs = (chain(panel, rts=rts, **given).frame["overall"] for rts in ("crs", "vrs"))
    assert (vrs >= crs - 1e-9).all() and (vrs > crs + 1e-3).any()
    with pytest.raises(XinzhiError, match="mean"):
        chain(panel, rts="vrs", years=[2022])


def test_lags_take_earlier_figures(panel: Panel) -> None:
    """With lags (1, 2) the score of 2022 rests on inputs of 2019, links of 2020 and outputs of 2022."""
    result = chain(panel, lags=(1, 2), years=[2022], technology="contemporaneous")
    names = [v.id for v in result.data.variables]
    made = result.data.frame.set_index("region")
    for name, column, year in ((names[1], "rd_personnel", 2019), (names[2], "patent_grants_invention", 2020)):
        assert_allclose(made[name], panel.frame[column].unstack("region").loc[year][made.index])
    assert "滞后 1 年" in result.summary("zh") and "2 years after links" in result.summary("en")
    assert "--lags 1,2" in result.recipe.cli
    with pytest.raises(XinzhiError, match="lags"):
        chain(panel, lags=(1, -1))


def test_years_that_a_variable_lacks_are_named(panel: Panel) -> None:
    with pytest.raises(XinzhiError, match=r"2016–2022"):
        chain(panel, years=range(2011, 2023))
