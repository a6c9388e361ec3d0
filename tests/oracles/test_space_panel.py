"""Spatial panel models against exact maximum likelihood, splm's LM tests and full-likelihood random effects.

`exact` and `panel_exact_ml` are separate implementations made for these checks; data are synthetic, made for this project.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from xinzhi.space import SpatialPanel, Weights, dynamic_spatial_panel, from_pairs, spatial_panel

DATA = Path(__file__).parent / "data" / "space"
EFFECTS = {"individual": "unit", "time": "time", "twoways": "two-way"}
MODELS = {"SAR": "sar", "SEM": "sem", "SDM": "sdm", "SARAR": "sac", "SAC": "sac"}


def weights(pairs: pd.DataFrame, ids: list[object]) -> Weights:
    names = [str(i) for i in ids]
    return from_pairs([str(i) for i in pairs["i"]], [str(j) for j in pairs["j"]], names, pairs["w"].to_numpy())


A = pd.read_csv(DATA / "panel.csv")
W_A = weights(pd.read_csv(DATA / "panel_gabriel_pairs.csv"), sorted(A["id"].unique()))
B = pd.read_csv(DATA / "set_b" / "panel_data.csv")
W_B = weights(pd.read_csv(DATA / "set_b" / "panel_nb.csv"), sorted(B["id"].unique()))


def fit_a(y: str, model: str, effects: str, corrected: bool = True, **more: object) -> SpatialPanel:
    return spatial_panel(A[y], A[["x1", "x2"]], W_A, A["id"], A["year"], model, effects, corrected, **more)  # type: ignore[arg-type]


def fit_b(y: str, model: str, effects: str, corrected: bool = True, **more: object) -> SpatialPanel:
    return spatial_panel(B[y], B[["x1", "x2", "x3"]], W_B, B["id"], B["year"], model, effects, corrected, **more)  # type: ignore[arg-type]


def everything(got: SpatialPanel) -> dict[str, float]:
    values = dict(zip(got.names, got.params, strict=True)) | {
        "sigma2": got.sigma2,
        "logLik": got.loglik,
        "phi": got.phi,
    }
    values |= {
        "rho (spatial lag)": got.rho,
        "lambda (spatial error)": got.lam,
        "const": got.params[0],
        "(Intercept)": got.params[0],
    }
    values |= {"sigma2_nu": got.sigma2, "sigma_e2": got.sigma2, "phi = sigma_mu2/sigma_e2": got.phi}
    for kind in ("direct", "indirect", "total"):
        values |= {
            f"{kind} {name}": float(v) for name, v in zip(got.effects.names, getattr(got.effects, kind), strict=True)
        }
    return values


FIXED = pd.read_csv(DATA / "expected_panel_fe.csv")


@pytest.mark.parametrize("name", FIXED["model"].unique())
def test_fixed_effects_of_the_first_set(name: str) -> None:
    rows = FIXED[FIXED["model"] == name]
    kind, _, effect, *corrected = name.split("_")
    got = fit_a(rows["y"].iloc[0], MODELS[kind], EFFECTS[effect], bool(corrected), tests=False)
    values, se = everything(got), dict(zip(got.names, got.se, strict=True))
    for row in rows.to_dict("records"):
        assert_allclose(values[row["term"]], row["exact"], rtol=1e-7, err_msg=row["term"])
        if row["term"] in se and not np.isnan(row["exact_se"]):
            assert_allclose(se[row["term"]], row["exact_se"], rtol=1e-7, err_msg=row["term"])


EXACT = pd.read_csv(DATA / "set_b" / "panel_exact_ml.csv")
EXACT = EXACT[EXACT["approach"] != "direct"]  # Elhorst's direct approach demeans before W; see docs/decisions


@pytest.mark.parametrize(
    ("kind", "effect", "approach", "y"),
    EXACT[["model", "effect", "approach", "y"]].drop_duplicates().itertuples(index=False, name=None),
)
def test_fixed_effects_of_the_second_set(kind: str, effect: str, approach: str, y: str) -> None:
    rows = EXACT[
        (EXACT["model"] == kind) & (EXACT["effect"] == effect) & (EXACT["approach"] == approach) & (EXACT["y"] == y)
    ]
    got = fit_b(y, MODELS[kind], EFFECTS[effect], approach == "transformation", tests=False, draws=50)
    values, se = everything(got), dict(zip(got.names, got.se, strict=True))
    for row in rows.to_dict("records"):
        assert_allclose(values[row["parameter"]], row["estimate"], rtol=2e-7, atol=2e-7, err_msg=row["parameter"])
        if row["parameter"] in se and not np.isnan(row["se"]):
            assert_allclose(se[row["parameter"]], row["se"], rtol=2e-6, err_msg=row["parameter"])


@pytest.mark.parametrize("name", ["SDM_FE_individual", "SDM_FE_individual_LY", "SDM_FE_twoways", "SDM_FE_twoways_LY"])
def test_effects_at_the_estimates(name: str) -> None:
    rows = pd.read_csv(DATA / "expected_panel_impacts.csv")
    rows = rows[rows["model"] == name]
    got = fit_a("y_sdm", "sdm", EFFECTS[name.split("_")[2]], name.endswith("LY"), tests=False).effects
    assert got.names == tuple(rows["variable"])
    for kind in ("direct", "indirect", "total"):
        assert_allclose(getattr(got, kind), rows[kind], rtol=1e-6)
        low, high = getattr(got, f"{kind}_interval").T
        assert ((low < getattr(got, kind)) & (getattr(got, kind) < high)).all()


RANDOM_A = pd.read_csv(DATA / "expected_panel_re.csv")
RANDOM_B = pd.read_csv(DATA / "set_b" / "panel_exact_ml_re.csv")


@pytest.mark.parametrize(
    ("name", "model", "error"),
    [("RE_lag", "sar", "baltagi"), ("RE_baltagi", "sem", "baltagi"), ("RE_kkp", "sem", "kkp")],
)
def test_random_effects(name: str, model: str, error: str) -> None:
    values = everything(fit_a("y_re", model, "random", random_error=error, tests=False))
    for row in RANDOM_A[RANDOM_A["model"] == name].to_dict("records"):
        assert_allclose(values[row["term"]], row["value"], rtol=1e-5, err_msg=row["term"])


@pytest.mark.parametrize(
    ("name", "model", "error"),
    [
        ("SAR-RE", "sar", "baltagi"),
        ("SEM-RE Baltagi", "sem", "baltagi"),
        ("SEM-RE KKP", "sem", "kkp"),
        ("SARAR-RE Baltagi", "sac", "baltagi"),
        ("SARAR-RE KKP", "sac", "kkp"),
    ],
)
def test_random_effects_of_the_second_set(name: str, model: str, error: str) -> None:
    values = everything(fit_b("y_re", model, "random", random_error=error, tests=False))
    for row in RANDOM_B[RANDOM_B["model"] == name].to_dict("records"):
        assert_allclose(values[row["parameter"]], row["estimate"], rtol=1e-5, err_msg=row["parameter"])


LM = {"lme": "lm_error", "lml": "lm_lag", "rlme": "robust_lm_error", "rlml": "robust_lm_lag"}


@pytest.mark.parametrize(("name", "effects"), [("slmtest_pooling_", "none"), ("slmtest_within_individual", "unit")])
@pytest.mark.parametrize("y", ["y_sar", "y_sem"])
def test_lagrange_multipliers_match_splm(name: str, effects: str, y: str) -> None:
    rows = pd.read_csv(DATA / "expected_panel_tests_splm.csv")
    rows = rows[(rows["model"] == name) & (rows["y"] == y)]
    got = fit_a(y, "pooled", effects).tests
    for row in rows.to_dict("records"):
        assert_allclose(got[LM[row["test"]]].statistic, row["statistic"], rtol=1e-6)


def test_lag_and_error_with_individual_effects_match_splm() -> None:
    rows = pd.read_csv(DATA / "expected_panel_sac_splm.csv").set_index("term")
    got = fit_a("y_sar", "sac", "unit", False, tests=False)
    values, se = everything(got), dict(zip(got.names, got.se, strict=True))
    for term in ("rho", "lambda", "x1", "x2", "sigma2"):
        assert_allclose(values[term], rows.at[term, "estimate"], rtol=1e-5)
        if term in se:
            assert_allclose(se[term], rows.at[term, "se"], rtol=1e-4)


DYNAMIC = pd.read_csv(DATA / "set_b" / "panel_SDPDmod_exact_lndet.csv")
DYNAMIC = DYNAMIC[
    DYNAMIC["model"].str.startswith("dynamic") & DYNAMIC["note"].str.contains("LYtrans=TRUE;demn=FALSE;DIRtrans=FALSE")
]


@pytest.mark.parametrize(
    ("model", "effect", "note"),
    DYNAMIC[["model", "effect", "note"]].drop_duplicates().itertuples(index=False, name=None),
)
def test_dynamic_panels_before_and_after_bias_correction(model: str, effect: str, note: str) -> None:
    """SDPDmod with its log-determinant made exact; effects are at its estimates, not simulated."""
    rows = DYNAMIC[(DYNAMIC["model"] == model) & (DYNAMIC["effect"] == effect) & (DYNAMIC["note"] == note)]
    got = dynamic_spatial_panel(
        B["y_dyn"],
        B[["x1", "x2", "x3"]],
        W_B,
        B["id"],
        B["year"],
        model[-3:].lower(),
        EFFECTS[effect],
        "stl=TRUE" in note,
    )
    names = [name.replace("y(t-1)", "y_dyn(t-1)") for name in got.names]
    values = dict(zip(names, got.params, strict=True)) | {"sigma2": got.sigma2}
    values |= {f"{name} [before bias correction]": v for name, v in zip(names, got.uncorrected, strict=True)}
    for horizon, found in (("short", got.short), ("long", got.long)):
        assert found is not None
        for kind in ("direct", "indirect", "total"):
            values |= {f"{horizon} {kind} x{k + 1}": v for k, v in enumerate(getattr(found, kind))}
    checked = 0
    for row in rows.to_dict("records"):
        if row["parameter"] in values:
            assert_allclose(values[row["parameter"]], row["estimate"], rtol=2e-6, atol=1e-7, err_msg=row["parameter"])
            checked += 1
    assert checked >= 9


def test_random_effects_at_all_match_splm() -> None:
    rows = pd.read_csv(DATA / "set_b" / "panel_splm.csv")
    rows = rows[(rows["program"] == "splm::bsktest") & (rows["parameter"] == "statistic")].set_index("model")[
        "estimate"
    ]
    got = fit_b("y_re", "pooled", "none", draws=20).tests
    assert_allclose(np.sqrt(got["lm_random"].statistic), rows["LM1"], rtol=1e-7)
    assert_allclose(np.sqrt(got["lm_error"].statistic), rows["LM2"], rtol=1e-7)
