"""The stochastic frontier of a panel: the face gives the kernel's figures, its parts add up, and refusals are one sentence."""

from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose

import xinzhi as xz
from xinzhi.base.errors import DataError, UsageError
from xinzhi.chart import svg
from xinzhi.panel import Panel
from xinzhi.productivity import frontier, inputs, stochastic_frontier, translog

YEARS = range(2016, 2023)


@pytest.fixture(scope="module")
def panel() -> Panel:
    return xz.load("china-provinces")


def test_the_face_gives_what_the_kernel_gives(panel: Panel) -> None:
    result = frontier(panel, years=YEARS)
    data = inputs(panel, "klg", years=YEARS)
    x, y = data.array("input"), data.array("good")[..., 0]
    years = np.repeat(np.array(data.years, dtype=float), len(data.regions))
    made = translog(x.reshape(-1, 2), data.frame.columns[2:4], years, centre=True)
    fit = stochastic_frontier(
        np.log(y).ravel(), made.design, np.tile(data.regions, len(data.years)), years, model="bc92"
    )
    wide = result.frame.pivot(index="year", columns="region", values="efficiency")[data.regions]
    assert_allclose(wide.to_numpy().ravel(), fit.efficiency, rtol=1e-9)
    assert result.fitted.estimates.loglik == pytest.approx(fit.loglik)
    elastic = made.elasticities(fit.params[: len(made.names) + 1])
    assert_allclose(result.fitted.elasticities.reshape(-1, 2), elastic, rtol=1e-9)
    assert (result.frame["low"] <= result.frame["efficiency"]).all()
    assert (result.frame["efficiency"] <= result.frame["high"]).all()


def test_growth_is_output_growth_less_input_growth_and_noise(panel: Panel) -> None:
    """Parts add up; with constant elasticities the scale part is (e − 1) Σ (e_j / e) Δ ln x_j by hand."""
    result = frontier(panel, form="cobb-douglas", years=YEARS)
    changes = result.changes
    assert_allclose(changes["total"], changes[["technical", "scale", "efficiency"]].sum(axis=1), atol=1e-12)
    e = result.fitted.elasticities[0, 0]
    frame = result.data.frame.set_index(["region", "year"])
    grown = [np.log(frame.loc[("340000", 2022), v] / frame.loc[("340000", 2021), v]) for v in ("capital", "labour")]
    row = changes[(changes["region"] == "340000") & (changes["year"] == 2022)].iloc[0]
    assert row["scale"] == pytest.approx((e.sum() - 1) * (e / e.sum()) @ np.array(grown))
    shared = frontier(panel, form="cobb-douglas", shares={"capital": 0.5, "labour": 0.5}, years=YEARS)
    told = shared.changes[(shared.changes["region"] == "340000") & (shared.changes["year"] == 2022)].iloc[0]
    assert told["allocation"] == pytest.approx((e / e.sum() - 0.5) @ np.array(grown))
    assert "allocation" in shared.parts and "allocation" not in result.parts


def test_it_speaks_both_languages_and_draws(panel: Panel) -> None:
    result = frontier(panel, "bc95", form="cobb-douglas", factors=["log(gdp / population)"], years=YEARS)
    assert "Battese–Coelli（1995）" in result.summary("zh") and "TFP grew" in result.summary("en")
    assert {"estimates", "efficiency", "scores", "decomposition", "regions", "conditions"} <= set(result.tables())
    terms = {(t.zh, t.en) for t in result.table.frame["term"]}
    assert (
        "z：log(地区生产总值 / 年末常住人口)",
        "z: log(Gross regional product, current prices / Resident population, year end)",
    ) in terms
    assert ("ln 资本存量", "ln capital stock") in terms
    assert svg(result.figure("zh")).startswith("<svg")
    one = frontier(panel, "cross-section", form="cobb-douglas", years=[2022])
    assert "decomposition" not in one.tables() and one.summary("zh")


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"model": "bc95"}, UsageError, "factors"),
        ({"model": "bc29"}, UsageError, "bc92"),
        ({"form": "ces"}, UsageError, "translog"),
        ({"shares": {"capital": 1.0}}, UsageError, "labour"),
        ({"good": ["gdp", "volume(retail_sales, gdp_index)"]}, UsageError, "good"),
        ({"model": "bc95", "factors": ["sewage_capacity"]}, DataError, "缺少"),
    ],
)
def test_a_mistake_is_one_sentence(
    panel: Panel, options: dict[str, object], error: type[Exception], words: str
) -> None:
    if "sewage_capacity" in str(options):
        gaps = [c for c in panel.columns if panel.frame[c].unstack("region").loc[2022].isna().sum() == 1]
        options = {**options, "factors": gaps[:1], "regions": panel.regions}
    with pytest.raises(error, match=words):
        frontier(panel, years=YEARS, **options)  # type: ignore[arg-type]


def test_command_line(cli) -> None:
    status, out, err = cli("tfp", "--what", "frontier", "--form", "cobb-douglas", "--years", "2016-2022", "--format", "json", "--lang", "en")  # fmt: skip
    assert status == 0, err
    assert {"efficiency", "low", "high", "returns"} <= set(json.loads(out)[0])
    assert "TFP grew" in err


def test_trend_by_flag(cli, panel: Panel) -> None:
    words = ("tfp", "--what", "frontier", "--form", "cobb-douglas", "--trend", "no", "--years", "2016-2022", "--format", "json")  # fmt: skip
    status, out, err = cli(*words, "--lang", "en")
    assert status == 0, err
    result = frontier(panel, form="cobb-douglas", trend=False, years=range(2016, 2023))
    told = {row["region"]: row["efficiency"] for row in json.loads(out)}
    rows = result.last.set_index("region")["efficiency"]
    assert all(told[code] == pytest.approx(value) for code, value in rows.items())
    assert "--trend no" in result.recipe.cli
