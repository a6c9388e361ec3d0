"""A test panel with planted defects: every one is found where it was planted, and nothing else is called an error."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import xinzhi as xz
from xinzhi.panel import Indicator, Panel
from xinzhi.panel.check.finding import KINDS

YEARS = list(range(2008, 2023))


def clean(seed: int) -> dict[str, pd.DataFrame]:
    """Eight indicators of 31 provinces that grow unevenly, without a defect."""
    rng = np.random.default_rng(seed)
    codes = xz.load("china-provinces").regions
    base = rng.uniform(500, 30_000, 31)

    def grown(start: np.ndarray, growth: float, spread: float, digits: int = 1) -> pd.DataFrame:
        steps = np.cumsum(rng.normal(growth, spread, (31, len(YEARS))), axis=1)
        return pd.DataFrame(np.round(start[:, None] * np.exp(steps), digits), index=codes, columns=YEARS)

    share = rng.uniform(20, 60, 31)[:, None] + np.cumsum(rng.normal(0.3, 0.5, (31, len(YEARS))), axis=1)
    out = {
        "gdp": grown(base, 0.07, 0.03),
        "population": grown(base / 5, 0.005, 0.003),
        "exports": grown(base / 3, 0.08, 0.12),
        "share": pd.DataFrame(np.clip(np.round(share, 2), 1, 99), index=codes, columns=YEARS),
        "first": grown(base / 10, 0.06, 0.04),
        "second": grown(base / 20, 0.06, 0.04),
        "invest": grown(base / 2, 0.07, 0.06),
        "loans": grown(base * 1.2, 0.1, 0.03),
    }
    return out | {"whole": out["first"] + out["second"]}


ENTRIES = {
    "population": Indicator("population", "人口", kind="stock"),
    "share": Indicator("share", "比重", unit="%", kind="ratio"),
    "whole": Indicator("whole", "合计", kind="flow", equals=("first + second",)),
}


def built(tables: dict[str, pd.DataFrame]) -> Panel:
    frame = pd.concat({k: v.stack() for k, v in tables.items()}, axis=1)
    frame.index.names = ["region", "year"]
    entries = {k: ENTRIES.get(k, Indicator(k, kind="flow")) for k in tables}
    return Panel(frame, entries, xz.atlas.china())


@pytest.mark.parametrize("seed", range(5))
def test_clean_panels_have_no_findings(seed: int) -> None:
    found = built(clean(seed)).check().frame
    assert found[found["kind"] != "division"].empty


def test_bundled_panels_have_no_errors() -> None:
    for name in ("china-provinces", "china-cities"):
        assert xz.load(name).check().errors.empty


def plant(what: str, t: dict[str, pd.DataFrame]) -> None:
    """Spoil the tables in one way."""
    if what == "unit-jump single":
        t["gdp"].loc["320000", 2015] *= 10
    elif what == "unit-jump lasting":
        t["invest"].loc["340000", 2016:] *= 1e4
    elif what == "unit-jump down":
        t["invest"].loc["340000", 2012:] /= 1e4
    elif what == "unit-jump everywhere":
        t["loans"].loc[:, 2014:] *= 0.1
    elif what == "negative":
        t["population"].loc["610000", 2012] *= -1
    elif what == "ratio-mixed within":
        t["share"].loc["430000", 2013:] /= 100
    elif what == "ratio-mixed throughout":
        t["share"].loc["430000"] /= 100
    elif what == "interpolated":
        t["exports"].loc["500000", 2011:2016] = np.round(
            np.linspace(t["exports"].at["500000", 2011], t["exports"].at["500000", 2011] * 1.7, 6), 5
        )
    elif what == "interpolated growth":
        t["exports"].loc["500000", 2011:2016] = np.round(t["exports"].at["500000", 2011] * 1.08 ** np.arange(6), 5)
    elif what == "sum":
        t["whole"].loc["110000", 2010] *= 1.05
    elif what == "missing-year":
        t["invest"].loc[:, 2012] = np.nan
    elif what == "missing-year last":
        t["invest"].loc[:, 2022] = np.nan
    elif what == "missing-region":
        t["invest"].loc["540000"] = np.nan
    elif what == "missing-block":
        t["first"].loc["130000", 2010:2012] = np.nan
    elif what == "missing-staggered":
        t["second"].loc["220000", 2008:2010] = np.nan
    elif what == "missing":
        t["gdp"].loc["220000", 2013] = np.nan
    elif what == "break":
        t["loans"].loc[:, 2013:] *= 1.6
    elif what == "outlier":
        t["loans"].loc["620000", 2010] *= 3.3
    elif what == "zero":
        t["loans"].loc["620000", 2010] = 0
    elif what == "constant":
        t["loans"].loc[:] = 7.0
    elif what == "constant in a year":
        t["share"].loc[:, 2015] = 50.0
    elif what == "duplicate regions":
        t["gdp"].loc["210000"] = t["gdp"].loc["220000"].to_numpy()
    elif what == "duplicate years":
        t["gdp"].loc[:, 2016] = t["gdp"][2015].to_numpy()
    elif what == "range":
        t["share"].loc["110000", 2015] = 101.5


PLANTED = {
    "unit-jump single": ("unit-jump", "320000", 2015, "gdp"),
    "unit-jump lasting": ("unit-jump", "340000", 2016, "invest"),
    "unit-jump down": ("unit-jump", "340000", 2012, "invest"),
    "unit-jump everywhere": ("unit-jump", "", 2014, "loans"),
    "negative": ("negative", "610000", 2012, "population"),
    "ratio-mixed within": ("ratio-mixed", "430000", 2013, "share"),
    "ratio-mixed throughout": ("ratio-mixed", "430000", None, "share"),
    "interpolated": ("interpolated", "500000", 2011, "exports"),
    "interpolated growth": ("interpolated", "500000", 2011, "exports"),
    "sum": ("sum", "110000", 2010, "whole"),
    "missing-year": ("missing-year", "", 2012, "invest"),
    "missing-year last": ("missing-year", "", 2022, "invest"),
    "missing-region": ("missing-region", "540000", None, "invest"),
    "missing-block": ("missing-block", "130000", 2010, "first"),
    "missing-staggered": ("missing-staggered", "220000", 2008, "second"),
    "missing": ("missing", "220000", 2013, "gdp"),
    "break": ("break", "", 2013, "loans"),
    "outlier": ("outlier", "620000", 2010, "loans"),
    "zero": ("zero", "620000", 2010, "loans"),
    "constant": ("constant", "", None, "loans"),
    "constant in a year": ("constant", "", 2015, "share"),
    "duplicate regions": ("duplicate", "220000", None, "gdp"),
    "duplicate years": ("duplicate", "", 2016, "gdp"),
    "range": ("range", "110000", 2015, "share"),
}
MUST = {
    "unit-jump lasting",
    "unit-jump down",
    "unit-jump everywhere",
    "negative",
    "ratio-mixed within",
    "ratio-mixed throughout",
}


@pytest.mark.parametrize("what", PLANTED)
@pytest.mark.parametrize("seed", range(3))
def test_planted_defects_are_found(what: str, seed: int) -> None:
    tables = clean(seed)
    plant(what, tables)
    found = built(tables).check().frame
    kind, region, year, indicator = PLANTED[what]
    here = (found["kind"] == kind) & (found["region"] == region) & (found["indicator"] == indicator)
    here &= found["year"].isna() if year is None else found["year"].eq(year).fillna(False)
    assert here.sum() == 1
    assert (found.loc[here, "severity"] == "error").all() == (what in MUST)
    assert found.loc[here, "cell"].str.startswith(indicator).all()
    assert set(found.loc[found["severity"] == "error", "indicator"]) <= {indicator}


def test_nation_and_regions_must_add_up() -> None:
    tables = clean(1)
    nation = pd.concat({"nation": tables["gdp"].sum()}, names=["name", "year"]).to_frame("gdp")
    right = replace(built(tables), totals=nation)
    assert right.check().of("sum").empty
    nation.loc[("nation", 2018), "gdp"] *= 1.02
    said = replace(right, totals=nation).check().of("sum")
    assert list(said["year"]) == [2018] and "-2.0%" in said["message"].iloc[0]


def test_division_changes_come_from_the_atlas() -> None:
    found = xz.load("china-cities").check().of("division")
    assert {("340100", 2011), ("370100", 2019)} <= set(zip(found["region"], found["year"], strict=True))


def test_findings_speak_both_languages_and_make_tables() -> None:
    tables = clean(0)
    plant("negative", tables)
    findings = built(tables).check()
    assert (
        "不应为负" in findings.in_("zh")["message"].iloc[0]
        and "cannot be negative" in findings.in_("en")["message"].iloc[0]
    )
    assert list(findings.tables()) == ["findings", "counts"]
    assert "错误 1" in findings.summary("zh") and "error 1" in findings.summary("en")
    assert "<td" in findings.to_html("zh") and set(findings.frame["kind"]) <= set(KINDS)
    drawn = str(findings.figure("zh"))
    assert "population" in drawn and "负值" in drawn and "各指标的发现" in drawn
    assert findings.recipe.data == {"panel": built(tables).hash}


def test_findings_do_not_depend_on_units_or_order() -> None:
    tables = clean(2)
    for what in ("unit-jump lasting", "outlier", "break", "missing-block"):
        plant(what, tables)
    found = built(tables).check().frame.drop(columns="message")
    scaled = built({k: v * (1000 if k != "share" else 1) for k, v in tables.items()})
    again = scaled.check().frame.drop(columns="message")
    pd.testing.assert_frame_equal(found, again)
