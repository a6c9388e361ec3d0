"""Laws of spatial panel models, and how rows of data and of weights find each other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from numpy.testing import assert_allclose

from xinzhi.base.errors import XinzhiError
from xinzhi.space import Weights, dynamic_spatial_panel, spatial_panel

N, T = 9, 5
MODELS = ("pooled", "slx", "sar", "sem", "sac", "sdm")


def weights() -> np.ndarray:
    rng = np.random.default_rng(1)
    place = rng.uniform(size=(N, 2))
    near = np.argsort(((place[:, None] - place) ** 2).sum(axis=2), axis=1)[:, 1:4]
    w = np.zeros((N, N))
    w[np.repeat(np.arange(N), 3), near.ravel()] = rng.uniform(0.5, 1.5, 3 * N)
    return np.asarray(w / w.sum(axis=1, keepdims=True))


def panel(seed: int = 3) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    return {
        "y": rng.normal(size=N * T),
        "X": rng.normal(size=(N * T, 2)),
        "w": weights(),
        "units": np.tile(np.arange(N), T),
        "periods": np.repeat(2010 + np.arange(T), N),
    }


def fit(model: str = "sar", effects: str = "two-way", **changed: Any) -> Any:
    return spatial_panel(**(panel() | changed), model=model, effects=effects, draws=200)  # type: ignore[arg-type]


@pytest.mark.parametrize("effects", ["none", "unit", "two-way", "random"])
@pytest.mark.parametrize("model", ["pooled", "sem"])
def test_without_a_lag_effects_are_coefficients(model: str, effects: str) -> None:
    got = fit(model, effects)
    beta = dict(zip(got.names, got.params, strict=True))
    assert_allclose(got.effects.direct, [beta["x1"], beta["x2"]], rtol=1e-12)
    assert_allclose(got.effects.total, got.effects.direct, rtol=1e-12)
    assert_allclose(got.effects.indirect, 0, atol=1e-12)
    assert_allclose(got.effects.direct_se, got.se[list(got.names).index("x1") :][:2], rtol=0.2)


def test_effects_of_a_lag_model_near_rho_zero_near_its_coefficients() -> None:
    """y is drawn so that ρ̂ = 0: what the lag says of the residual is taken out of it."""
    given = panel()
    free = spatial_panel(**given, model="sar", effects="none", draws=20)
    lagged = np.kron(np.eye(T), given["w"]) @ given["y"]
    for step in np.linspace(-1.5, 1.5, 61):  # a mixture of y and Wy whose ρ̂ is nearest zero
        tried = spatial_panel(**(given | {"y": given["y"] + step * lagged}), model="sar", effects="none", draws=20)
        free = min(free, tried, key=lambda f: abs(f.rho))
    assert abs(free.rho) < 0.05
    assert_allclose(free.effects.total, free.params[1:3] / (1 - free.rho), rtol=1e-12)
    assert_allclose(free.effects.direct, free.params[1:3], rtol=2 * free.rho**2)


@pytest.mark.parametrize("model", ["sar", "sem", "sac", "sdm"])
def test_units_of_measurement_scale_as_they_must(model: str) -> None:
    given, base = panel(), fit(model)
    scaled = fit(model, y=1000 * given["y"], X=given["X"] * [1e-3, 1e4])
    k = base.params.size - int(model == "sac") - 1
    factor = np.tile([1e6, 0.1], k // 2)
    assert_allclose(scaled.params[:k], base.params[:k] * factor, rtol=1e-6)
    assert_allclose(scaled.se[:k], base.se[:k] * factor, rtol=1e-6)
    assert_allclose(scaled.params[k:], base.params[k:], rtol=1e-6, atol=1e-7)
    assert_allclose(scaled.sigma2, 1e6 * base.sigma2, rtol=1e-6)


@pytest.mark.parametrize("effects", ["none", "random"])
@pytest.mark.parametrize("model", ["pooled", "sar", "sem", "sdm", "sac"])
def test_calendar_years_beside_incomes_cost_no_digits(model: str, effects: str) -> None:
    given, base = panel(), fit(model, effects)
    moved = fit(model, effects, X=given["X"] * [1, 1e9] + [2016, 0])
    scale = np.array([1e-9 if name in ("x2", "W*x2") else 1.0 for name in base.names])
    slopes = [k for k, name in enumerate(base.names) if name != "(intercept)"]
    assert_allclose(moved.params[slopes], (base.params * scale)[slopes], rtol=1e-6)
    assert_allclose(moved.se[slopes], (base.se * scale)[slopes], rtol=1e-6)
    assert_allclose(moved.loglik, base.loglik, rtol=1e-10)
    for name, test in base.tests.items():
        slack = 1e-3 if name == "hausman" else 1e-5  # it divides by a small difference of covariances
        assert_allclose(moved.tests[name].statistic, test.statistic, rtol=slack, atol=1e-7, err_msg=name)


@pytest.mark.parametrize("model", ["sar", "sdm", "sac"])
def test_the_scale_of_given_weights_moves_only_the_spatial_coefficient(model: str) -> None:
    w = panel()["w"]
    base, twice = fit(model, "unit"), fit(model, "unit", w=2 * w)
    ends = {"sar": 1, "sdm": 1, "sac": 2}[model]
    assert_allclose(2 * twice.params[-ends:], base.params[-ends:], rtol=1e-5, atol=1e-7)
    assert_allclose(twice.effects.total, base.effects.total, rtol=1e-6)
    assert_allclose(twice.loglik, base.loglik, rtol=1e-9)


@pytest.mark.parametrize("effects", ["none", "unit", "time", "two-way", "random"])
def test_the_order_of_rows_and_regions_changes_nothing(effects: str) -> None:
    base, given = fit("sdm", effects), panel()
    place = np.random.default_rng(0).permutation(N)
    shuffled = np.random.default_rng(1).permutation(N * T)
    names = np.array(list("rstuvwxyz"))
    turned = Weights(sp.csr_array(given["w"][np.ix_(place, place)]), tuple(names[place]), "raw")
    again = fit(
        "sdm",
        effects,
        y=given["y"][shuffled],
        X=given["X"][shuffled],
        units=names[given["units"]][shuffled],
        periods=given["periods"].astype(str)[shuffled],
        w=turned,
    )
    assert_allclose(again.params, base.params, rtol=1e-5, atol=1e-7)
    assert_allclose(again.se, base.se, rtol=1e-4)
    assert_allclose(again.loglik, base.loglik, rtol=1e-9)


def test_weights_come_in_every_form() -> None:
    given, base = panel(), fit()
    w = given["w"]
    order = [4, 0, 8, 2, 6, 1, 3, 7, 5]
    ids = [f"r{k}" for k in range(N)]
    unsorted = sp.csr_array(w).tocoo()
    mixed = sp.csr_matrix((unsorted.data[::-1], (unsorted.coords[0][::-1], unsorted.coords[1][::-1])), shape=(N, N))
    table = pd.DataFrame(w, ids, ids)
    for form in (sp.coo_matrix(w), sp.csc_array(w), sp.lil_matrix(w), mixed, w.tolist(), pd.DataFrame(w)):
        assert_allclose(fit(w=form).params, base.params, rtol=1e-9)
    for form in (table, table.iloc[order, order], table.iloc[:, order], table.reset_index(drop=True)):
        assert_allclose(fit(w=form, units=np.array(ids)[given["units"]]).params, base.params, rtol=1e-9)


def test_names_come_from_the_frame_or_series() -> None:
    x = pd.Series(panel()["X"][:, 0], name="invest")
    assert fit(X=x).names == ("invest", "rho")
    assert fit(X=x.to_frame()).names == ("invest", "rho")
    assert fit("sdm", X=x.to_numpy(), names=["capital"]).names == ("capital", "W*capital", "rho")


def test_numbered_periods_are_in_the_order_of_numbers() -> None:
    """Period 10 follows 9, also where periods come as texts; a dynamic model stands on that order."""
    rng = np.random.default_rng(4)
    months, given = np.repeat(np.arange(1, 13), N), panel()
    y, x = rng.normal(size=12 * N), rng.normal(size=(12 * N, 1))
    units = np.tile(np.arange(N), 12)
    number = dynamic_spatial_panel(y, x, given["w"], units, months, draws=20)
    text = dynamic_spatial_panel(y, x, given["w"], units, months.astype(str), draws=20)
    assert_allclose(text.params, number.params, rtol=1e-12)


def test_weights_without_ids_say_how_they_were_matched() -> None:
    codes = np.array(["b", "a", "d", "c", "e", "g", "f", "h", "i"])
    told = [note.en for note in fit(units=codes[panel()["units"]]).notes]
    assert any("taken in the sorted order a, b, c" in each for each in told)
    assert fit().notes == ()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"units": np.where(panel()["units"] == 3, np.nan, panel()["units"])}, "units has no label at 3"),
        ({"periods": [None, *panel()["periods"][1:]]}, "periods has no label at 0"),
        ({"units": np.where(np.arange(N * T) == 4, 3, panel()["units"])}, "unit 3 has more than one observation of period 2010"),
        ({"y": panel()["X"][:, 0]}, "the regressors determine y without any rest"),
        ({"names": ["a"]}, "there are 2 regressors but 1 names"),
        ({"draws": 0}, "at least 2 draws"),
        ({"level": 95}, "level must lie between 0 and 1"),
        ({"random_error": "splm"}, "no spatial error under random effects called “splm”"),
        ({"w": pd.DataFrame(weights()[:8, :8], list("abcdefgh"), list("abcdefgh"))}, "unit a of the weights is not in the panel"),
        ({"w": np.where(np.arange(N) == 5, 0, 1)[:, None] * weights()}, "unit 5 has no neighbours"),
        ({"w": -weights()}, "weights hold -"),
    ],
)  # fmt: skip
def test_one_sentence(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(XinzhiError) as refused:
        spatial_panel(**(panel() | {"draws": 20} | changed))
    assert sentence in refused.value.say("en")


@pytest.mark.parametrize("effects", ["unit", "two-way", "random"])
def test_unit_effects_need_more_than_one_period(effects: Any) -> None:
    once = {name: part[:N] for name, part in panel().items() if name != "w"}
    with pytest.raises(XinzhiError) as refused:
        spatial_panel(**once, w=weights(), effects=effects, draws=20)
    assert "a single period" in refused.value.say("en")
    assert np.isfinite(spatial_panel(**once, w=weights(), effects="none", draws=20).se).all()


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("effects", ["none", "unit", "two-way", "random"])
def test_a_nested_model_is_never_likelier(effects: Any, seed: int) -> None:
    given = panel(seed)
    found = {m: spatial_panel(**given, model=m, effects=effects, random_error="kkp", draws=20, tests=m == "sdm") for m in MODELS}  # type: ignore[arg-type]  # fmt: skip
    loglik = {m: f.loglik for m, f in found.items()}
    for small, large in (("pooled", "sar"), ("pooled", "sem"), ("sar", "sac"), ("sem", "sac"), ("slx", "sdm"), ("sar", "sdm"), ("sem", "sdm")):  # fmt: skip
        assert loglik[small] <= loglik[large] + 1e-6, (small, large)
    for name in ("sar", "sem"):
        assert_allclose(found["sdm"].tests[f"lr_{name}"].statistic, 2 * (loglik["sdm"] - loglik[name]), atol=1e-6)


@pytest.mark.parametrize("error", ["baltagi", "kkp"])
@pytest.mark.parametrize("model", ["sar", "sem", "sac"])
def test_the_random_effects_likelihood_is_that_of_the_whole_covariance(model: str, error: Any) -> None:
    """The likelihood at the estimates from the (nT, nT) covariance matrix itself, and no better one around them."""
    given = panel(11)
    rng = np.random.default_rng(2)
    given["y"] = given["y"] + np.tile(rng.normal(0, 1.2, N), T)
    got = spatial_panel(**given, model=model, effects="random", random_error=error, draws=20, tests=False)  # type: ignore[arg-type]
    x = np.column_stack([np.ones(N * T), given["X"]])

    def loglik(rho: float, lam: float, phi: float, sigma2: float, beta: np.ndarray) -> float:
        spread = np.linalg.inv(np.eye(N) - lam * given["w"])
        one = spread @ spread.T
        unit = one if error == "kkp" else np.eye(N)
        covariance = sigma2 * (np.kron(np.eye(T), one) + phi * np.kron(np.ones((T, T)), unit))
        filtered = np.kron(np.eye(T), np.eye(N) - rho * given["w"]) @ given["y"] - x @ beta
        inner = filtered @ np.linalg.solve(covariance, filtered)
        jacobian = T * np.linalg.slogdet(np.eye(N) - rho * given["w"])[1]
        return float(-(N * T * np.log(2 * np.pi) + np.linalg.slogdet(covariance)[1] + inner) / 2 + jacobian)

    at = np.array([np.nan_to_num(got.rho), np.nan_to_num(got.lam), got.phi, got.sigma2])
    best = loglik(*at, got.params[:3])
    assert_allclose(best, got.loglik, rtol=1e-10)
    assert got.phi > 0
    free = [k for k, there in enumerate((model != "sem", model != "sar", True, True)) if there]
    for k in free:
        for step in (-1e-3, 1e-3):
            assert loglik(*(at + step * np.eye(4)[k]), got.params[:3]) < best
    assert_allclose((got.residuals**2).sum(), N * T * got.sigma2, rtol=1e-9)


def test_random_effects_take_a_regressor_that_never_changes() -> None:
    """Which is what they are for; Hausman's test has nothing to compare it with and says so."""
    given = panel()
    given["X"] = np.column_stack([given["X"], np.tile(np.arange(N) % 3, T)])
    got = spatial_panel(**given, model="sar", effects="random", draws=20)  # type: ignore[arg-type]
    assert np.isfinite(got.se).all()
    assert "hausman" not in got.tests
    assert "there is no Hausman test: regressor “x3” is determined by the fixed effects" in got.notes[0].en
