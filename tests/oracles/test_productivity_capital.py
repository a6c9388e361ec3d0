"""Capital stocks against R CHNCapitalStock; decompositions against figures worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from xinzhi.productivity import capital_stock, growth_accounting, lmdi


def test_zhang_wu_zhang_stocks_of_all_provinces(shared: Callable[..., Path]) -> None:
    """δ = 9.6 %, prices of 2000. The R package leaves the first stock (investment / 10 %) in its own year's prices, so
    the first level is given here; Chongqing starts in 1996 with a part of Sichuan's."""
    data = pd.read_csv(shared("oracles", "capital", "chn_capital_asset_panel.csv"))
    expected = pd.read_csv(shared("oracles", "capital", "chn_capital_ZJ_expected_base2000_delta0.096.csv"))

    def wide(frame: pd.DataFrame, column: str) -> pd.DataFrame:
        return frame.pivot(index="yr", columns="prv", values=column)

    stock = wide(expected, "K")
    start = stock.bfill().iloc[0].to_numpy()
    own = wide(data, "invest").bfill().iloc[0].to_numpy() / 0.1
    assert (np.isclose(start, own)).sum() == 30
    price = wide(data, "InvestPrice")
    got = capital_stock(wide(data, "invest"), price.fillna(1.0), 0.096, start, base=int(price.index.get_loc(2000)))
    assert_allclose(got, stock, rtol=1e-9)
    assert np.isnan(got).sum() == 1996 - 1952


def test_two_sectors_decomposed_by_hand() -> None:
    """Ang (2005): with L(a, b) = (a − b) / ln(a / b), each effect is Σ L ln(x₁ / x₀)."""
    activity, share, intensity = (
        np.array([[100.0], [120.0]]),
        np.array([[0.6, 0.4], [0.5, 0.5]]),
        np.array([[2.0, 1.0], [1.8, 0.9]]),
    )
    old, new = 100 * share[0] * intensity[0], 120 * share[1] * intensity[1]
    mean = (new - old) / np.log(new / old)
    got = lmdi([activity, share, intensity])
    assert got.total[0] == pytest.approx((new - old).sum())
    assert got.effects[0] == pytest.approx(
        [(mean * np.log(1.2)).sum(), (mean * np.log(share[1] / share[0])).sum(), (mean * np.log(0.9)).sum()]
    )
    whole = (new.sum() - old.sum()) / np.log(new.sum() / old.sum())
    ratios = lmdi([activity, share, intensity], "multiplicative").effects[0]
    assert ratios == pytest.approx(np.exp(got.effects[0] / whole))


def test_solow_residual_by_hand() -> None:
    y, k, n = [[100.0], [110.0]], [100.0, 120.0], [50.0, 51.0]
    got = growth_accounting(y, np.array([[[k[0], n[0]]], [[k[1], n[1]]]]), [0.4, 0.6])
    expected = np.log(1.1) - 0.4 * np.log(1.2) - 0.6 * np.log(1.02)
    assert got.tfp[0, 0] == pytest.approx(expected)
    assert got.level[1, 0] == pytest.approx(np.exp(expected))
