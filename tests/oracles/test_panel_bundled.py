"""Bundled panels against the tables they were made from, and real exports against the bundled figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import xinzhi as xz
from xinzhi.base.errors import UsageError
from xinzhi.panel import catalogue, table
from xinzhi.panel.repair import tails

Shared = Callable[..., Path]
FIGURES = {
    ("china-provinces", "gdp", "110000", 2022): 45222.4,
    ("china-provinces", "population", "650000", 2011): 2225.0,
    ("china-provinces", "gdp_index", "120000", 2020): 101.5,
    ("china-provinces", "urban_population", "630000", 2022): 366.0,
}
RAW = {
    "NBS_地区生产总值_GDP_省级_2011-2022.csv": ("gdp", "utf-8-sig", 372),
    "NBS_地区生产总值指数_上年100_省级_2011-2022.csv": ("gdp_index", "utf-8-sig", 372),
    "NBS_地方一般公共预算支出_省级_2011-2022.csv": ("fiscal_expenditure", "utf-8-sig", 372),
    "NBS_年末城镇人口_省级_2011-2022.csv": ("urban_population", "utf-8-sig", 372),
    "NBS_年末常住人口_省级_2011-2022.csv": ("population", "utf-8-sig", 372),
    "NBS_第二产业增加值_省级_2011-2022.csv": ("va_secondary", "utf-8-sig", 372),
    "人均可支配收入.xls": ("income", "", 589),
    "移动电话普及率.xls": ("mobile_phones", "", 434),
    "轨道交通运营里程 公里.xls": ("rail_transit", "", 323),
    "年末常住人口.xls": ("population", "", 372),
}
EMISSIONS = {
    "2020年工业废水排放量和二氧化硫和氮氧化物.xlsx": (2020, False, 7716.0),
    "2021年工业颗粒物排放量和二氧化硫和氮氧化物.xlsx": (2021, True, 4376.0),
    "2022年工业颗粒物排放量和二氧化硫和氮氧化物.xlsx": (2022, True, np.nan),
    "2023年各省直辖市自治区工业颗粒物二氧化硫氮氧化物排放量汇总.xlsx": (2023, False, 1622.0),
    "2024年工业颗粒物排放量和二氧化硫和氮氧化物.xlsx": (2024, True, 1633.0),
}
SCANNED = {
    "RDLaborHour.csv": (
        ["rd_personnel", "rd_researchers", "rd_personnel_basic"],
        ["hj", "yjry", "jcyj"],
        "v4_zh_qsdl_",
    ),
    "RDPatentAuthority.csv": (
        ["patent_grants", "patent_grants_invention", "patent_grants_utility"],
        ["hj", "fm", "syxx"],
        "v4_cg_zlsq2_",
    ),
    "RDPatentValid.csv": (
        ["patent_in_force", "patent_in_force_invention", "patent_in_force_utility"],
        ["hj", "fm", "syxx"],
        "v4_cg_zlsyx_",
    ),
}


def test_published_figures_are_in_the_bundle() -> None:
    """Single figures of the National Bureau of Statistics, annual data by province."""
    for (name, indicator, region, year), value in FIGURES.items():
        assert xz.load(name).frame.loc[(region, year), indicator] == value


def test_shape_dictionary_and_limits() -> None:
    for name, regions, indicators in (("china-provinces", 31, 72), ("china-cities", 344, 12)):
        panel = xz.load(name)
        assert (len(panel.regions), len(panel.columns)) == (regions, indicators)
        assert all(e.zh and e.en and e.unit and e.source and e.kind != "level" for e in panel.indicators.values())
        assert panel.limits and all(t.zh and t.en for t in panel.limits)
        assert all(panel.places.label(code, "zh") != code for code in panel.regions)  # former divisions have names too
    with pytest.raises(UsageError, match="china-provinces"):
        xz.load("china-province")


def test_catalogue_and_tables() -> None:
    listed = catalogue()
    assert set(listed.loc[listed["kind"] == "panel", "name"]) == {"china-provinces", "china-cities"}
    for name in listed.loc[listed["kind"] == "table", "name"]:
        frame = table(name)
        assert len(frame) >= 91 and frame.attrs["title"]["zh"]
    assert len(table("listed_firms")) == 5485
    with pytest.raises(UsageError, match="io_2020"):
        table("io_2021")


@pytest.mark.parametrize("name", ["io_2018", "io_2020"])
def test_input_output_tables_balance(name: str) -> None:
    """Rows of uses and columns of inputs both give gross output, to rounding of the source."""
    frame = table(name).set_index(["Origin", "Code"])
    sectors = [f"{i:02d}" for i in range(1, 43)]
    domestic, imports = frame.loc["Domestic"].loc[sectors, sectors], frame.loc["Imports"].loc[sectors, sectors]
    inputs = domestic.sum() + imports.sum() + frame.loc[("TOT", "TVA"), sectors].astype(float)
    output = frame.loc[("TOT", "TI"), sectors].astype(float)
    np.testing.assert_allclose(inputs, output, rtol=1e-6)


def test_energy_sectors_add_up_to_the_rows_marked_as_sums() -> None:
    """Final consumption is the sum of the sectors before transformation; with transformation it is total consumption."""
    frame = table("province_energy_by_sector")
    assert set(frame.loc[frame["sum"], "sector"]) == {
        "Total Final Consumption",
        "Inputs(+) outputs(-)",
        "Total Consumption",
    }
    order = list(dict.fromkeys(frame["sector"]))
    wide = frame.pivot(index=["code", "year"], columns="sector", values="tce")
    final = wide["Total Final Consumption"]
    np.testing.assert_allclose(wide[order[1 : order.index("Rural") + 1]].sum(axis=1), final, rtol=1e-6)
    np.testing.assert_allclose(final + wide["Inputs(+) outputs(-)"], wide["Total Consumption"], atol=2e-3)
    energy = xz.load("china-provinces").frame["energy"].dropna().rename_axis(["code", "year"])
    np.testing.assert_allclose(final.reindex(energy.index), energy, rtol=1e-6)


@pytest.mark.parametrize(("kind", "name"), [("province", "china-provinces"), ("city", "china-cities")])
def test_bundle_equals_the_compiled_tables(shared: Shared, kind: str, name: str) -> None:
    long = pd.read_csv(shared("data", f"{kind}_observations.csv"), dtype={"code": str})
    panel = xz.load(name)
    got = panel.frame.stack().dropna()
    wanted = long.set_index(["code", "year", "indicator"])["value"].sort_index()
    assert len(got) == len(wanted)
    np.testing.assert_array_equal(got.sort_index().to_numpy(), wanted.to_numpy())


@pytest.mark.parametrize("file", RAW)
def test_real_exports_agree_with_the_bundle(shared: Shared, file: str) -> None:
    name, encoding, count = RAW[file]
    panel = xz.read(shared("data", "raw", file))
    assert panel.columns == [name] and len(panel.regions) == 31
    assert panel.reading is not None and (panel.reading.encoding, panel.reading.layout) == (encoding, "wide-by-year")
    bundled = xz.load("china-provinces").frame[name].dropna()
    both = panel.frame[name].dropna().to_frame("got").join(bundled.rename("bundled"), how="inner")
    assert len(both) == count
    np.testing.assert_array_equal(both["got"], both["bundled"])


def test_the_english_export(shared: Shared) -> None:
    panel = xz.read(shared("data", "raw", "AnnualbyProvince.xls"))
    assert (len(panel.regions), panel.years[0], panel.years[-1], panel.indicator("gdp").unit) == (
        31,
        2004,
        2023,
        "1e8 CNY",
    )
    assert panel.frame.loc[("150000", 2023), "gdp"] == 24627.0
    assert panel.reading is not None and panel.reading.titles[0] == "Database:Annual by Province"


@pytest.mark.parametrize("file", EMISSIONS)
def test_emission_workbooks_show_their_contradiction(shared: Shared, file: str) -> None:
    year, contradictory, beijing = EMISSIONS[file]
    panel = xz.read(shared("data", "raw", file))
    assert panel.years == [year] and len(panel.regions) == 31
    np.testing.assert_equal(panel.frame.loc[("110000", year)].iloc[0], beijing)
    found = panel.check().of("contradiction")
    assert len(found) == int(contradictory)
    if contradictory:
        assert (
            "颗粒物" in found["message"].iloc[0]
            and "废水" in found["message"].iloc[0]
            and found["cell"].iloc[0] == "Sheet1!B1"
        )


@pytest.mark.parametrize("file", SCANNED)
def test_scanned_yearbooks_agree_with_the_bundle(shared: Shared, file: str) -> None:
    ids, endings, prefix = SCANNED[file]
    panel = xz.read(shared("data", "raw", "ocr", file), accept_suggestions=True)
    assert len(panel.regions) == 31 and panel.reading is not None and panel.reading.layout == "long"
    bundled = xz.load("china-provinces").frame
    for name, ending in zip(ids, endings, strict=True):
        got = panel.frame[prefix + ending].dropna()
        wanted = bundled[name].reindex(got.index)
        close = np.isclose(got, wanted, rtol=1e-9)
        assert close.mean() > 0.95  # the yearbook corrects a few figures of the scanned edition
    assert len(panel.touched) and set(panel.touched["mark"]) == {"suggested"}


@pytest.mark.parametrize(
    "column", ["Flights", "Bord", "Gas", "Services", "FDI", "ForPort", "CostImpEx", "Tariff", "StMob", "NGOs", "FemLab"]
)
def test_winsorising_agrees_with_coinr(shared: Shared, column: str) -> None:
    """COINr `qTreat` with winsorisation of at most five points until |skew| ≤ 2 or kurtosis ≤ 3.5."""
    before = pd.read_csv(shared("oracles", "index", "asem_Imputed.csv")).set_index("uCode")[column]
    after = pd.read_csv(shared("oracles", "index", "asem_Treated.csv")).set_index("uCode")[column]
    told = pd.read_csv(shared("oracles", "index", "asem_treat_table.csv")).set_index("iCode").loc[column]
    np.testing.assert_allclose(tails.by_shape(before.to_numpy(), 2.0, 3.5, 5), after.to_numpy(), rtol=1e-12)
    skew, kurtosis = tails.shape(before.to_numpy())
    np.testing.assert_allclose(
        [skew, kurtosis], told[["check_SkewKurt0.Skew", "check_SkewKurt0.Kurt"]].astype(float), rtol=1e-10
    )
