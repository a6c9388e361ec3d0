"""Stochastic frontiers against R frontier (FRONTIER 4.1) and against densities integrated numerically."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from xinzhi.productivity import stochastic_frontier

RICE = {
    "ec_crosssec": {},
    "bc92_timeinv": {"model": "bc92", "decay": False},
    "bc92_truncnorm": {"model": "bc92", "decay": False, "distribution": "truncated"},
    "bc92_tvd": {"model": "bc92"},
    "bc92_tvd_tn": {"model": "bc92", "distribution": "truncated"},
    "bc95": {"model": "bc95"},
}


def rice(shared: Callable[..., Path]) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    data = pd.read_csv(shared("oracles", "frontier", "riceProdPhil_data.csv"))
    return data, np.log(data.PROD.to_numpy()), np.log(data[["AREA", "LABOR", "NPK"]].to_numpy())


def test_sixty_firms_of_frontier_41(shared: Callable[..., Path]) -> None:
    data = pd.read_csv(shared("oracles", "frontier", "frontier41_coelli_eg1_data.csv"))
    expected = pd.read_csv(shared("oracles", "frontier", "frontier41_eg1_expected_frontierR.csv")).est
    efficiency = pd.read_csv(shared("oracles", "frontier", "frontier41_eg1_eff_frontierR.csv")).efficiency
    got = stochastic_frontier(np.log(data.output), np.log(data[["capital", "labour"]]))
    assert_allclose([*got.params, got.loglik], expected, atol=1e-5)
    assert_allclose(got.efficiency, efficiency, atol=1e-5)
    # printed in the guide to FRONTIER 4.1 (Coelli 1996, output file of example 1)
    assert got.lr.statistic == pytest.approx(2.8392, abs=1e-3)
    assert got.mean_efficiency == pytest.approx(0.7406, abs=1e-3)


@pytest.mark.parametrize("name", RICE)
def test_rice_farms_in_six_models(shared: Callable[..., Path], name: str) -> None:
    """Estimates to 1e-4 of their size. Standard errors of R are those of its last step's approximate Hessian: to 12 %."""
    data, y, X = rice(shared)
    options = dict(RICE[name])
    if options.get("model") == "bc92":
        options |= {"units": data.FMERCODE, "periods": data.YEARDUM}
    if name == "bc95":
        options["effects"] = data[["EDYRS", "BANRAT"]]
    got = stochastic_frontier(y, X, **options)
    table = pd.read_csv(shared("oracles", "frontier", "riceProdPhil_sfa_expected_frontierR.csv"))
    expected = table[table.model == name]
    assert got.status == "converged"
    assert_allclose([*got.params, got.loglik], expected.est, rtol=1e-4, atol=1e-4)
    assert_allclose(got.se, expected.se[:-1], rtol=0.12)


def test_rice_farms_decaying_efficiency(shared: Callable[..., Path]) -> None:
    data, y, X = rice(shared)
    got = stochastic_frontier(y, X, data.FMERCODE, data.YEARDUM, model="bc92")
    wide = pd.DataFrame({"unit": data.FMERCODE, "year": data.YEARDUM, "te": got.efficiency})
    expected = pd.read_csv(
        shared("oracles", "frontier", "riceProdPhil_eff_bc92_tvd_frontierR.csv"), index_col=0
    ).to_numpy()
    assert_allclose(wide.pivot(index="unit", columns="year", values="te"), expected, atol=1e-5)
