"""The productivity faces on the bundled panel: figures recomputed by hand from published series and kernels, sentences, refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import xinzhi as xz
from xinzhi.base.errors import DataError, UsageError
from xinzhi.chart import svg
from xinzhi.panel import Indicator, Panel
from xinzhi.productivity import (
    carbon,
    closest_targets,
    dea_bootstrap,
    efficiency,
    growth,
    improve,
    input_presets,
    inputs,
    malmquist_luenberger,
    sbm,
    specification,
    tfp,
)
from xinzhi.productivity.inputs.face import InputsResult
from xinzhi.productivity.tfp.frontier import hull

YEARS = range(2016, 2023)
PROXY = ("以常住人口代替就业人员", "resident population as a proxy for employment")


@pytest.fixture(scope="module")
def panel() -> Panel:
    return xz.load("china-provinces")


@pytest.fixture(scope="module")
def data(panel: Panel) -> InputsResult:
    return inputs(panel, years=YEARS)


def test_capital_and_output_by_hand(panel: Panel, data: InputsResult) -> None:
    """Anhui: K(1952) = I / 10 %, K(t) = 0.904 K(t − 1) + I(t) / P(t), prices of 2016; GDP carried by its volume index."""
    rows = panel.frame.loc["340000"]
    investment, price = rows["capital_formation"].dropna(), rows["investment_price"].dropna()
    real = investment / (price / price[2016])
    stock = real.iloc[0] / 0.1
    for year in range(1953, 2023):
        stock = stock * (1 - 0.096) + real[year]
        if year >= 2016:
            assert data.values("capital")[year - 2016, data.regions.index("340000")] == pytest.approx(stock, rel=1e-12)
    output = rows["gdp"][2016] * np.prod([rows["gdp_index"][y] / 100 for y in range(2017, 2023)])
    assert data.values("gdp")[-1, data.regions.index("340000")] == pytest.approx(output, rel=1e-12)


def test_what_is_left_out_and_what_stands_in_is_said_everywhere(data: InputsResult) -> None:
    assert len(data.regions) == 30
    assert any("西藏" in a.zh and "能源消费" in a.zh and "Xizang" in a.en for a in data.assumptions)
    assert any("重庆" in a.zh and "1996" in a.zh for a in data.assumptions)
    result = tfp(data)
    told = " ".join(a.zh + a.en for a in result.recipe.assumptions)
    for words in (*PROXY, "δ = 9.6%", "2016", "全局前沿", "弱可处置", "(y, −b)", "地区生产总值指数"):
        assert words in told
    for lang, words in zip(("zh", "en"), PROXY, strict=True):
        assert words in result.summary(lang)
        assert words in result.table.note.say(lang)
        assert words in str(result.figure(lang))
        assert words in str(result.map(lang))


def test_presets_name_their_basis() -> None:
    table = input_presets().set_index("id")
    assert {"klegc", "klegs", "klegcs", "kleg", "klg"} <= set(table.index)
    assert (table["basis_zh"] != "").all() and (table["basis_en"] != "").all()


def test_employment_of_the_users_panel_is_no_proxy(panel: Panel) -> None:
    workers = Indicator("employment", "就业人员", "employed persons", "1e4 persons", "stock")
    own = panel.with_column("employment", panel.frame["population"] * 0.55, workers)
    got = inputs(own, years=[2022])
    assert_allclose(got.values("labour"), inputs(panel, years=[2022]).values("labour") * 0.55)
    assert "常住人口" not in got.summary("zh")


def test_rules_written_out_agree_with_the_catalogue(panel: Panel, data: InputsResult) -> None:
    written = inputs(
        panel,
        inputs=["stock(capital_formation, investment_price)", "population"],
        good=["volume(gdp, gdp_index)"],
        bad=[],
        years=YEARS,
        regions=data.regions,
    )
    assert_allclose(written.array("input")[..., 0], data.values("capital"))
    assert_allclose(written.array("good")[..., 0], data.values("gdp"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"good": ["gdp_long"]}, ("gdp_long", "real(gdp_long")),
        ({"preset": "klegs"}, ("二氧化硫", "so2")),
        ({"inputs": ["capital", "labor"]}, ("labour",)),
        ({"depreciation": 9.6}, ("0.096",)),
        ({"base_year": 1999}, ("1999", "2011–2022")),
        (
            {"inputs": ["capital", "population - 5000"], "bad": []},
            ("「年末常住人口 - 5000」为 -2976", "range_directional"),
        ),
        ({"bad": ["co2 * 0"]}, ("全部为 0", "bad")),
        ({"good": []}, ("期望产出",)),
    ],
)
def test_bad_input_is_one_sentence(panel: Panel, options: dict[str, object], words: tuple[str, ...]) -> None:
    with pytest.raises((UsageError, DataError)) as error:
        inputs(panel, **options)
    said = error.value.say("zh")
    assert len(said.splitlines()) == 1
    assert all(word in said for word in words)


def test_nominal_money_can_be_accepted_and_is_then_said(panel: Panel) -> None:
    got = inputs(panel, good=["gdp_long"], nominal="accept", years=[2020, 2021])
    assert any("按不变价看待" in a.zh and "gdp_long" in a.en for a in got.assumptions)


def test_money_whose_name_says_real_is_taken_and_said(panel: Panel) -> None:
    real = Indicator("output", "实际产出", "real output", "1e8 CNY", "flow")
    own = panel.with_column("output", panel.frame["gdp"], real)
    got = inputs(own, good=["output"], years=[2020, 2021])
    assert any("按不变价看待" in a.zh for a in got.assumptions)


def test_few_regions_are_warned_of(panel: Panel) -> None:
    few = inputs(panel, years=[2021, 2022], regions=["110000", "310000", "320000", "340000"])
    for result in (tfp(few), efficiency(few, technology="contemporaneous"), improve(few)):
        assert "经验法则" in result.summary("zh") and "rule of thumb" in result.summary("en")


def test_a_broken_investment_series_is_named_or_bridged(panel: Panel) -> None:
    frame = panel.frame.copy()
    frame.loc[("340000", 1990), "capital_formation"] = np.nan
    broken = replace(panel, frame=frame)
    got = inputs(broken, years=[2022])
    assert "340000" not in got.regions
    assert any("安徽 1990 年" in a.zh for a in got.assumptions)
    assert "340000" in inputs(broken, years=[2022], bridge="linear").regions


def test_change_is_the_kernel_and_its_means(data: InputsResult) -> None:
    got = tfp(data)
    kernel = malmquist_luenberger(data.array("input"), data.array("good"), data.array("bad"), "global")
    wide = got.frame.pivot(index="year", columns="region", values="change")[data.regions].to_numpy()
    assert_allclose(wide, kernel.change)
    by_year = got.by_year.set_index("year")
    assert_allclose(by_year["technical_change"], np.exp(np.log(kernel.technical_change).mean(axis=1)))
    assert_allclose(by_year["efficiency_change"] * by_year["technical_change"], by_year["change"])
    table = got.by_region.set_index("region").loc["340000"]
    column = data.regions.index("340000")
    assert table["change"] == pytest.approx(np.exp(np.log(kernel.change[:, column]).mean()))
    assert table["level"] == pytest.approx(kernel.change[:, column].prod())
    assert table["output_growth"] == pytest.approx((data.values("gdp")[-1, column] / data.values("gdp")[0, column]) ** (1 / 6) - 1)  # fmt: skip
    plates = data.panel.places.grouping("plates", data.regions).labels(data.regions)
    east = [c for c, plate in zip(data.regions, plates, strict=True) if plate == "east"]
    whole = got.by_group[(got.by_group["group"] == "east") & (got.by_group["year"] == 0)]["change"].item()
    assert whole == pytest.approx(np.exp(np.log(got.frame[got.frame["region"].isin(east)]["change"]).mean()))
    last = got.tables()["decomposition"].frame.iloc[-1]
    assert last["change"] == pytest.approx(np.exp(np.log(kernel.change).mean()))


def test_every_program_is_there_and_those_without_solution_are_named(data: InputsResult) -> None:
    got = tfp(data, technology="contemporaneous", rts="vrs", by="strategies")
    lost = got.infeasible
    assert len(lost) > 0
    named = next(a for a in got.recipe.assumptions if "无可行解" in a.zh)
    assert str(len(lost)) in named.zh
    first = data.panel.places.label(str(lost["region"].iloc[0]), "zh")
    assert first in named.zh
    assert "无可行解" in got.summary("zh")
    assert len(got.tables()["infeasible"].frame) == len(lost)
    one = tfp(data, technology="contemporaneous", rts="vrs", infeasible="one-sided")
    assert one.frame["change"].isna().sum() < got.frame["change"].isna().sum()
    row = got.by_year.iloc[0]
    assert row["n"] == got.frame[got.frame["year"] == row["year"]]["change"].notna().sum()


@pytest.mark.parametrize(
    ("model", "options"),
    [
        ("malmquist", {"technology": "sequential", "rts": "vrs"}),
        ("luenberger", {"technology": "biennial", "orientation": "hybrid"}),
        ("nonradial-luenberger", {"direction": "mean"}),
        ("sbm-malmquist", {"orientation": "both"}),
        ("malmquist-luenberger", {"disposability": "strong", "technology": "window", "direction": "mean"}),
    ],
)
def test_every_model_tells_its_story(data: InputsResult, model: str, options: dict[str, str]) -> None:
    got = tfp(data, model, **options)
    for lang in ("zh", "en"):
        assert len(got.summary(lang)) > 100
        for table in got.tables().values():
            assert all(len(row) == len(table.printed) for row in table.rows(lang))
    for option in (got.figure("zh"), got.levels("zh"), got.ranking("en"), got.waterfall("安徽", "en"), got.frontier()):
        assert svg(option).startswith("<svg")
    level = got.frame.groupby("region")["level"].last()
    total = got.frame.groupby("region")["change"].agg("prod" if got.index else "sum")
    assert_allclose(level, total)


def test_models_refuse_what_they_cannot_take(panel: Panel, data: InputsResult) -> None:
    with pytest.raises(UsageError, match="malmquist-luenberger"):
        tfp(data, "malmquist-luenberge")
    with pytest.raises(UsageError, match="malmquist"):
        tfp(panel, bad=[], years=YEARS)
    with pytest.raises(DataError, match="2022"):
        tfp(panel, years=[2022])
    with pytest.raises(UsageError, match="inputs"):
        tfp(data, depreciation=0.05)
    with pytest.raises(UsageError, match="InputsResult"):
        specification(data)
    with pytest.raises(UsageError, match="安徽"):
        tfp(data).waterfall("安微")
    frame = panel.frame.copy()
    frame.loc[("340000", 2020), "energy"] = 0.0
    with pytest.raises(DataError, match=r"安徽 2020"):
        tfp(replace(panel, frame=frame), "sbm-malmquist", years=YEARS)


def test_choices_without_a_part_are_said(data: InputsResult) -> None:
    for result in (tfp(data, "malmquist", disposability="strong"), efficiency(data, "radial", disposability="strong")):
        told = " ".join(a.zh for a in result.recipe.assumptions)
        assert "所给的未用" in told and "二氧化碳排放未用" in told


def test_a_short_history_of_investment_is_warned_of(panel: Panel) -> None:
    short = panel.select(years=range(2011, 2023))
    assert any("敏感" in a.zh and "2011" in a.zh for a in inputs(short).assumptions)
    assert not any("敏感" in a.zh for a in inputs(panel).assumptions)


def test_frontier_in_two_dimensions_touches_and_never_cuts() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.lognormal(size=40), rng.lognormal(size=40)
    corner = hull(x, y)
    assert y[corner].max() == y.max()
    level = np.interp(x, np.append(0.0, x[corner]), np.append(0.0, y[corner]))
    assert (y <= level + 1e-12).all()
    slopes = np.diff(np.append(0.0, y[corner])) / np.diff(np.append(0.0, x[corner]))
    assert (np.diff(slopes) < 0).all()


def test_efficiency_is_the_kernel_pooled_or_by_year(data: InputsResult) -> None:
    x, y, b = (data.array(role) for role in ("input", "good", "bad"))
    pool = tuple(v.reshape(-1, v.shape[2]) for v in (x, y, b))
    wide = efficiency(data).frame.pivot(index="year", columns="region", values="efficiency")[data.regions]
    assert_allclose(wide.to_numpy().ravel(), sbm(*pool).efficiency)
    own = efficiency(data, technology="contemporaneous", rts="vrs")
    assert_allclose(own.frame[own.frame["year"] == 2022]["efficiency"], sbm(x[-1], y[-1], b[-1], "vrs").efficiency)
    assert any("当期前沿" in a.zh and "强可处置" in a.zh for a in own.recipe.assumptions)


def test_intervals_of_radial_efficiency(data: InputsResult) -> None:
    short = inputs(data.panel, "kleg", years=[2022])
    got = efficiency(short, "radial", technology="contemporaneous", draws=40, seed=5)
    kernel = dea_bootstrap(short.array("input")[0], short.array("good")[0], draws=40, seed=5)
    assert_allclose(got.frame["low"], kernel.low)
    assert got.recipe.seed == 5
    assert "–" in next(iter(got.tables()["scores"].rows("zh")))[3]
    assert svg(got.figure("zh")).startswith("<svg")
    with pytest.raises(UsageError, match="radial"):
        efficiency(data, draws=40)


def test_improvement_reaches_the_target_of_the_kernel(data: InputsResult) -> None:
    got = improve(data)
    x, y, b = (data.array(role)[-1] for role in ("input", "good", "bad"))
    kernel = sbm(x, y, b, "vrs")
    rows = got.frame[got.frame["variable"] == "co2"]
    assert_allclose(rows["change"], -kernel.slacks_b[:, 0], atol=1e-6)
    assert_allclose(got.frame["actual"] + got.frame["change"], got.frame["target"])
    assert_allclose(got.peers.groupby("region")["weight"].sum(), 1.0)
    nearest = closest_targets(np.hstack([x, b]), y, "vrs", "own")
    assert_allclose(got.frame[got.frame["variable"] == "gdp"]["nearest"], nearest.targets_y[:, 0])
    assert (got.frame["nearest_change"].abs() / got.frame["actual"]).sum() < (got.frame["change"].abs() / got.frame["actual"]).sum()  # fmt: skip
    assert len(got.region("安徽").frame) == len(data.variables)
    bounded = improve(data, "radial", rts="crs", draws=40, nearest=False).frame
    inputs_only = bounded[bounded["role"] == "input"]
    assert (inputs_only["low"] < inputs_only["high"]).all() and (inputs_only["high"] <= inputs_only["actual"]).all()
    assert bounded[bounded["role"] != "input"]["low"].isna().all()
    output = improve(data, "radial", rts="crs", orientation="output", draws=40, nearest=False).frame
    goods = output[output["role"] == "good"]
    assert (goods["low"] <= goods["corrected"]).all() and (goods["corrected"] <= goods["high"]).all()
    assert (goods["low"] >= goods["actual"]).all()
    single = improve(data, rts="fdh", nearest=False)
    assert (single.peers.groupby("region").size() == 1).all()
    assert single.frame["nearest"].isna().all()


def test_specifications_are_the_same_figure_again(panel: Panel) -> None:
    got = specification(panel, dimensions=("rts", "depreciation", "bad"), years=YEARS)
    base = tfp(panel, years=YEARS).by_region.set_index("region")["growth"]
    value = got.values.pivot(index="region", columns="number", values="value")
    assert_allclose(value[0], base)
    rows = got.frame.set_index(got.frame["choice"].map(lambda t: t.zh))
    assert_allclose(value[rows.loc["δ = 5%", "number"]], tfp(panel, years=YEARS, depreciation=0.05).by_region["growth"])
    plain = tfp(panel, "malmquist", years=YEARS).by_region["growth"]
    row = rows.loc["不计非期望产出"]
    assert_allclose(value[row["number"]], plain)
    assert row["flips"] == ((plain.to_numpy() > 0) != (base.to_numpy() > 0)).sum()
    assert row["correlation"] == pytest.approx(np.corrcoef(base.rank(), plain.rank())[0, 1])
    assert (got.regions["low"] <= got.regions["value"]).all() and (got.regions["value"] <= got.regions["high"]).all()
    flips = ((value > 0).ne(value[0] > 0, axis=0)).sum(axis=1).sort_index()
    assert (got.regions.set_index("region")["flips"].sort_index() == flips).all()
    assert "翻转" in got.summary("zh") or "不随口径" in got.summary("zh")


def test_a_specification_that_fails_stays_with_its_reason(panel: Panel) -> None:
    frame = panel.frame.copy()
    frame.loc[("340000", 2020), "energy"] = 0.0
    got = specification(replace(panel, frame=frame), dimensions=("model",), years=[2019, 2020, 2021])
    failed = got.frame.iloc[1]
    assert failed["choice"].zh == "SBM–Malmquist 指数"
    assert "安徽 2020" in failed["failed"].zh
    assert np.isnan(failed["mean"])


def test_growth_by_hand_for_a_region_and_for_a_sum(panel: Panel) -> None:
    got = growth(panel, years=[2016, 2022])
    data = got.data
    k, n, y = (data.values(name) for name in ("capital", "labour", "gdp"))
    column = data.regions.index("340000")
    row = got.by_region.set_index("region").loc["340000"]
    dk, dn, dy = (np.log(v[1, column] / v[0, column]) for v in (k, n, y))
    assert row["tfp"] == pytest.approx(dy - 0.5 * dk - 0.5 * dn)
    assert row["tfp_share"] == pytest.approx(row["tfp"] / dy)
    dk, dn, dy = (np.log(v[1].sum() / v[0].sum()) for v in (k, n, y))
    whole = got.by_group[got.by_group["group"] == ""].iloc[0]
    assert whole["tfp"] == pytest.approx(dy - 0.5 * (dk + dn))
    other = got.other.set_index("capital")["tfp"]
    assert other[0.4] == pytest.approx(dy - 0.4 * dk - 0.6 * dn)
    assert "0.5" in got.summary("zh") and PROXY[0] in got.summary("zh")
    assert svg(got.figure("en")).startswith("<svg") and svg(got.waterfall("Anhui", "en")).startswith("<svg")
    with pytest.raises(UsageError, match="energy"):
        growth(panel, preset="kleg")


def test_estimated_shares_carry_their_standard_errors(panel: Panel) -> None:
    got = growth(panel, shares="constant-returns")
    assert sum(got.shares.values()) == pytest.approx(1.0)
    assert all(se > 0 for se in got.errors.values())
    assert "±" in got.told().zh
    assert got.other.empty


def test_emissions_add_up_by_factor_region_and_sector(panel: Panel) -> None:
    got = carbon(panel)
    factors = ["carbon_intensity", "energy_intensity", "affluence", "population"]
    co2 = panel.wide("co2").loc[got.data.regions]
    assert_allclose(got.by_region[factors].sum(axis=1), co2[2022] - co2[2011], atol=1e-8)
    assert got.by_year["residual"].abs().max() < 1e-9
    assert_allclose(got.by_year[factors].sum(axis=1), got.by_year["total"])
    whole = got.by_group[got.by_group["group"] == ""].iloc[0]
    assert got.by_sector["energy_intensity"].sum() == pytest.approx(whole["energy_intensity"])
    assert got.by_sector["energy_after"].sum() == pytest.approx(panel.wide("energy")[2022].loc[got.data.regions].sum())
    assert svg(got.waterfall(lang="zh")).startswith("<svg")
    plain = carbon(panel, sectors=None)
    assert plain.by_sector.empty
    assert_allclose(plain.by_region["total"], got.by_region["total"])


def test_energy_by_sector_of_ones_own(panel: Panel) -> None:
    codes, years = ["340000", "320000"], [2020, 2021]
    table = pd.DataFrame(
        [{"region": c, "year": y, "sector": s, "energy": e} for c in codes for y in years for s, e in (("a", 10.0), ("b", 0.0))]
    )  # fmt: skip
    got = carbon(panel, sectors=table, regions=codes, years=years, by="province")
    assert list(got.by_sector["sector"]) == ["a", "b"]
    assert got.by_sector["energy_intensity"].iloc[1] == 0
    with pytest.raises(DataError, match=r"江苏 2021 年缺 b"):
        carbon(panel, sectors=table.iloc[:-1], regions=codes, years=years)
