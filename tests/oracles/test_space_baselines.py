"""Regressions without neighbours against linearmodels, to 1e-8 with their standard errors, and beside spatial ones in one table."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import xinzhi as xz
from xinzhi.base.errors import DataError, UsageError
from xinzhi.panel.balanced import balanced
from xinzhi.space import models
from xinzhi.space.models.baselines import NAMES, baseline

panel_module = pytest.importorskip("linearmodels.panel")
OF, FACTORS = "log(gdp / population)", ["log(rd_expenditure / population)", "log(digital_finance)"]


@pytest.fixture(scope="module")
def data():
    found = balanced(xz.load("china-provinces"), [OF, *FACTORS])
    periods, n = len(found.years), len(found.regions)
    x = np.column_stack([found[f].ravel() for f in FACTORS])
    return found[OF].ravel(), x, np.tile(np.array(found.regions), periods), np.repeat(np.array(found.years), n)


def theirs(kind: str, y, x, units, periods):
    table = pd.DataFrame({"y": y, "const": 1.0, "a": x[:, 0], "b": x[:, 1], "unit": units, "period": periods})
    table = table.set_index(["unit", "period"])
    if kind == "ols":
        return panel_module.PooledOLS(table.y, table[["const", "a", "b"]]).fit()
    if kind == "re":
        return panel_module.RandomEffects(table.y, table[["const", "a", "b"]]).fit()
    fixed = {"entity_effects": kind in ("unit-fe", "two-way-fe"), "time_effects": kind in ("time-fe", "two-way-fe")}
    return panel_module.PanelOLS(table.y, table[["a", "b"]], **fixed).fit()


@pytest.mark.parametrize("kind", NAMES)
def test_baselines_are_those_of_linearmodels(kind: str, data) -> None:
    got, expected = baseline(kind, *data, FACTORS), theirs(kind, *data)
    assert_allclose(got.params, expected.params, rtol=1e-8)
    assert_allclose(got.se, expected.std_errors, rtol=1e-8)
    assert_allclose(got.pvalues, expected.pvalues, rtol=1e-6, atol=1e-12)
    assert_allclose([got.r2, got.sigma2], [expected.rsquared, expected.s2], rtol=1e-8)
    assert got.observations == expected.nobs and len(got.names) == len(got.params)


def test_they_stand_beside_the_spatial_models_in_one_table() -> None:
    found = models(xz.load("china-provinces"), OF, FACTORS, kinds=["ols", "re", "pooled", "sdm"], draws=20)
    table = found.tables()["models"]
    assert [c.label.en for c in table.columns] == ["variable", "pooled OLS", "RE", "non-spatial", "SDM"]
    rows = {text: row for text, *row in table.rows("en")}
    assert rows["unit effects"] == ["no", "random", "yes", "yes"] and rows["time effects"] == ["no", "no", "yes", "yes"]
    assert rows["R²"][2:] == ["", ""] and rows["AIC"][:2] == ["", ""], (
        "likelihoods of other data are not set side by side"
    )
    terms = [row[0] for row in table.rows("en") if row[0]]
    assert terms.index("constant") == 0 and terms.index("ρ (spatial lag)") > max(
        i for i, t in enumerate(terms) if t.startswith("W×")
    )
    beside = found.frame[found.frame["model"] == "ols"]
    assert_allclose(beside["estimate"], found.baselines["ols"].params)
    full = found.tables()["coefficients"].frame
    assert_allclose(full["estimate"], found.frame["estimate"])
    with pytest.raises(UsageError, match="至少需要一个空间模型"):
        models(xz.load("china-provinces"), OF, FACTORS, kinds=["ols"])
    with pytest.raises(UsageError, match="sdm"):
        models(xz.load("china-provinces"), OF, FACTORS, kinds=["sdn"])
    with pytest.raises(DataError, match="至少需要 2 年"):
        models(xz.load("china-provinces"), OF, FACTORS, years=[2022])
