"""Drivers of efficiency and the checks beside radial scores: the faces give the kernels' figures, in both languages."""

from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose

import xinzhi as xz
from xinzhi.base.errors import XinzhiError
from xinzhi.chart import svg
from xinzhi.panel import Panel
from xinzhi.productivity import double_bootstrap, drivers, efficiency, inputs, outliers, returns_test

FACTORS = ["log(gdp / population)", "rd_intensity"]


@pytest.fixture(scope="module")
def panel() -> Panel:
    return xz.load("china-provinces")


def test_the_face_gives_what_the_kernel_gives(panel: Panel) -> None:
    result = drivers(panel, FACTORS, years=[2021, 2022], draws=60, bias_draws=20, seed=3)
    data = inputs(panel, "klg", years=[2021, 2022])
    rows = panel.frame.reset_index().query("year in (2021, 2022)").sort_values(["year", "region"])
    rows = rows[rows["region"].isin(data.regions)]
    z = np.column_stack([np.log(rows["gdp"] / rows["population"]), rows["rd_intensity"], rows["year"] - 2021])
    x, y = (data.array(r).reshape(len(rows), -1) for r in ("input", "good"))
    kernel = double_bootstrap(x, y, z, "vrs", "output", 2, 60, 20, 3)
    assert_allclose(result.frame["estimate"], kernel.params, rtol=1e-8)
    assert_allclose(result.frame[["low", "high"]], np.column_stack([kernel.low, kernel.high]), rtol=1e-8)
    assert result.frame["effect"].iloc[1] == pytest.approx(kernel.params[1] * z[:, 0].std(ddof=1))
    assert "效率更高" in result.summary("zh") and "more efficiency" in result.summary("en")
    assert "drivers" in result.tables() and svg(result.figure("zh")).startswith("<svg")


def test_radial_efficiency_shows_outliers_and_returns(panel: Panel) -> None:
    how = {"technology": "contemporaneous", "orientation": "input", "years": [2022]}
    result = efficiency(panel, "radial", draws=40, seed=5, preset="klg", **how)  # type: ignore[arg-type]
    data = result.data
    x, y = data.array("input")[0], data.array("good")[0]
    kernel, tested = outliers(x, y), returns_test(x, y, draws=40, seed=5)
    shown = result.tables()["outliers"].frame.set_index("region").loc[data.regions]
    assert_allclose(shown["leverage"], kernel.leverage, rtol=1e-9)
    returns = result.tables()["returns"].frame
    assert returns["p"].iloc[0] == pytest.approx(tested.p_value)
    assert len(returns) == 2
    assert "outliers" in efficiency(panel, "radial", preset="klg", years=[2022]).tables()
    assert "outliers" not in efficiency(panel, years=[2022]).tables()


def test_a_mistake_is_one_sentence(panel: Panel, cli) -> None:
    with pytest.raises(XinzhiError, match="技术输出合同成交额"):
        drivers(panel, ["tech_output"], years=[2016])
    status, out, err = cli("tfp", "--what", "drivers", "--years", "2022", "--lang", "zh")
    assert (status, out) == (2, "")
    assert "--factors" in err


def test_command_line(cli) -> None:
    words = ("tfp", "--what", "drivers", "--factors", "log(gdp / population)", "--draws", "30", "--years", "2022", "--format", "json")  # fmt: skip
    status, out, err = cli(*words, "--lang", "en")
    assert status == 0, err
    assert [row["term"] for row in json.loads(out)] == ["intercept", "log(gdp / population)", "sigma"]


def test_algorithm_and_trend_by_flag(cli) -> None:
    words = ("tfp", "--what", "drivers", "--factors", "log(gdp / population)", "--draws", "30", "--years", "2021-2022", "--format", "json")  # fmt: skip
    terms = {}
    for trend in ("yes", "no"):
        status, out, err = cli(*words, "--algorithm", "1", "--trend", trend, "--lang", "en")
        assert status == 0, err
        terms[trend] = [row["term"] for row in json.loads(out)]
    assert terms["yes"] == ["intercept", "log(gdp / population)", "year", "sigma"]
    assert terms["no"] == ["intercept", "log(gdp / population)", "sigma"]
    status, _, err = cli("tfp", "--what", "drivers", "--algorithm", "3", "--lang", "en")
    assert status == 2 and "--algorithm" in err


def test_a_long_name_leaves_room_for_its_bar(panel: Panel) -> None:
    result = drivers(panel, ["log(gdp / population)"], draws=40, years=[2021, 2022])
    for lang, shown in (("en", "log(gdp / population)"), ("zh", "log(地区生产总值 / 年末常住人口)")):
        assert shown in svg(result.figure(lang))
