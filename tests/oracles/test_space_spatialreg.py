"""Spatial models against R spatialreg: one cross-section, panels with explicit dummies, asymmetric weights; set C in data/space."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from xinzhi.space import Weights, from_pairs, spatial_panel

DATA = Path(__file__).parent / "data" / "space" / "set_c"
PANEL = pd.read_csv(DATA / "panel.csv")
FITS = pd.read_csv(DATA / "spatialreg.csv")


def weights(name: str) -> Weights:
    pairs = pd.read_csv(DATA / f"weights_{name}.csv")
    ids = [str(k) for k in range(1, 50)]
    return from_pairs(list(pairs["i"].astype(str)), list(pairs["j"].astype(str)), ids, pairs["w"].to_numpy()).to("raw")


@pytest.mark.parametrize(
    ("name", "model", "effects"),
    FITS[["weights", "model", "effects"]].drop_duplicates().itertuples(index=False, name=None),
)
def test_coefficients_errors_and_impacts(name: str, model: str, effects: str) -> None:
    rows = FITS[(FITS["weights"] == name) & (FITS["model"] == model) & (FITS["effects"] == effects)]
    once = effects == "first year"
    data = PANEL[PANEL["year"] == 1] if once else PANEL
    got = spatial_panel(
        data["y"], data[["x1", "x2"]], weights(name), data["id"], data["year"], model,
        "none" if once else effects, False, tests=False, draws=20,
    )  # type: ignore[arg-type]  # fmt: skip
    values = dict(zip(got.names, got.params, strict=True)) | {"sigma2": got.sigma2, "logLik": got.loglik}
    for part in ("direct", "indirect", "total"):
        values |= {f"{part} {x}": float(v) for x, v in zip(got.effects.names, getattr(got.effects, part), strict=True)}
    errors = dict(zip(got.names, got.se, strict=True))
    for row in rows.to_dict("records"):
        assert_allclose(values[row["term"]], row["estimate"], rtol=1e-6, atol=1e-6, err_msg=row["term"])
        if row["term"] in errors and not np.isnan(row["se"]):
            assert_allclose(errors[row["term"]], row["se"], rtol=1e-6, err_msg=row["term"])


def test_lagrange_multipliers() -> None:
    first = PANEL[PANEL["year"] == 1]
    w = weights("knn_row")
    got = spatial_panel(
        first["y"], first[["x1", "x2"]], w, first["id"], first["year"], "pooled", "none", draws=20
    ).tests
    names = {"LMlag": "lm_lag", "LMerr": "lm_error", "RLMlag": "robust_lm_lag", "RLMerr": "robust_lm_error"}
    for row in pd.read_csv(DATA / "lm_tests.csv").to_dict("records"):
        assert_allclose(got[names[row["test"]]].statistic, row["statistic"], rtol=1e-9)


@pytest.mark.parametrize("model", ["sar", "sem", "sdm", "sac"])
def test_likelihood_ratios_of_all_effects(model: str) -> None:
    """Twice the difference of the log-likelihoods that spatialreg gives with and without the dummies."""
    rows = FITS[(FITS["weights"] == "knn_row") & (FITS["model"] == model) & (FITS["term"] == "logLik")]
    loglik = rows.set_index("effects")["estimate"]
    fewer = {
        "two-way": {"lr_unit": "time", "lr_time": "unit"},
        "unit": {"lr_unit": "none"},
        "time": {"lr_time": "none"},
    }
    for effects, tests in fewer.items():
        got = spatial_panel(
            PANEL["y"], PANEL[["x1", "x2"]], weights("knn_row"), PANEL["id"], PANEL["year"], model, effects, draws=20
        ).tests  # type: ignore[arg-type]
        for name, left in tests.items():
            assert_allclose(got[name].statistic, 2 * (loglik[effects] - loglik[left]), rtol=1e-6)
            assert got[name].dof == {"lr_unit": 48, "lr_time": 4}[name]
