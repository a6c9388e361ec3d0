"""Spatial β-convergence against spreg, paths by their definitions, local regression against weighted least squares."""

from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.testing import assert_allclose

from xinzhi.base.errors import ComputationError, DataError, MissingPartError, XinzhiError
from xinzhi.disparity import beta_convergence
from xinzhi.space import gwr, lisa_paths, mgwr, rose, spatial_beta

RNG = np.random.default_rng(2)
N, T = 48, 6
PLACES = RNG.uniform(size=(N, 2))
LEVELS = np.exp(RNG.normal(1, 0.5, N) + np.cumsum(RNG.normal(0.05, 0.05, (T, N)), axis=0))
CONTROLS = RNG.normal(size=(T, N, 2))


def neighbours() -> sp.csr_array:
    near = np.argsort(((PLACES[:, None] - PLACES) ** 2).sum(axis=2), axis=1)[:, 1:6]
    return sp.csr_array((np.full(N * 5, 0.2), (np.repeat(np.arange(N), 5), near.ravel())), shape=(N, N))


W = neighbours()


@pytest.mark.filterwarnings("ignore:Method 'bounded' does not support relative tolerance:RuntimeWarning")
@pytest.mark.parametrize("model", ["sar", "sdm", "sem"])
def test_cross_section_as_spreg(model: str) -> None:
    spreg = pytest.importorskip("spreg", reason="spreg (extra econ) is not installed")
    from libpysal.weights import WSP

    growth = (np.log(LEVELS[-1]) - np.log(LEVELS[0])) / (T - 1)
    x = np.column_stack([np.log(LEVELS[0]), CONTROLS.mean(axis=0)])
    w = WSP(sp.csr_matrix(W)).to_W(silence_warnings=True)
    fit = spreg.ML_Error if model == "sem" else spreg.ML_Lag
    expected = fit(growth[:, None], x, w, **({"slx_lags": 1} if model == "sdm" else {}))
    got = spatial_beta(LEVELS, W, model, "cross-section", CONTROLS, draws=50)
    assert_allclose(got.fit.params, expected.betas.ravel(), atol=2e-6)
    assert_allclose(got.fit.se, np.sqrt(np.diag(expected.vm)), rtol=1e-4)
    assert got.fit.loglik == pytest.approx(expected.logll, abs=1e-8)
    assert got.span == T - 1
    assert got.speed == pytest.approx(-np.log(1 + got.beta * 5) / 5)
    assert got.half_life == pytest.approx(np.log(2) / got.speed) or got.speed <= 0
    assert (got.total_speed == pytest.approx(got.speed)) == (model == "sem")


def test_panel_without_neighbours_is_ordinary_beta_convergence() -> None:
    for effects in ("none", "unit", "two-way"):
        plain = beta_convergence(LEVELS, CONTROLS, effects)
        spatial = spatial_beta(LEVELS, W, "pooled", effects, CONTROLS, draws=20)
        assert_allclose([spatial.beta, spatial.speed], [plain.beta, plain.speed], rtol=1e-9)


def test_paths_by_definition() -> None:
    relative = LEVELS / LEVELS.mean(axis=1, keepdims=True)
    own, near = relative.T, (W @ relative.T)
    steps = np.hypot(np.diff(own), np.diff(near)).sum(axis=1)
    got = lisa_paths(LEVELS, W)
    assert_allclose(got.length, N * steps / steps.sum())
    ends = np.hypot(own[:, -1] - own[:, 0], near[:, -1] - near[:, 0])
    assert_allclose(got.tortuosity, steps / ends)
    up = (own[:, -1] > own[:, 0]) & (near[:, -1] > near[:, 0])
    assert ((got.move == "both up") == up).all()
    assert ((got.direction < 90) == up).all()
    assert rose(LEVELS, W, 4, permutations=99).counts.tolist() == [
        int(((got.direction >= a) & (got.direction < a + 90)).sum()) for a in (0, 90, 180, 270)
    ]


def test_rose_as_giddy() -> None:
    directional = pytest.importorskip("giddy.directional", reason="giddy is not installed")
    from libpysal.weights import WSP

    relative = LEVELS / LEVELS.mean(axis=1, keepdims=True)
    theirs = directional.Rose(relative[[0, -1]].T, WSP(sp.csr_matrix(W)).to_W(silence_warnings=True), k=8)
    assert rose(LEVELS, W).counts.tolist() == theirs.counts.tolist()
    assert_allclose(lisa_paths(LEVELS, W).net, theirs.r)


def test_paths_at_the_edges() -> None:
    back = np.vstack([LEVELS[:2], LEVELS[:1]])
    assert np.isinf(lisa_paths(back, W).tortuosity).all()
    assert np.isnan(lisa_paths(back, W).direction).all()
    island = sp.csr_array(W.toarray() * (np.arange(N) != 3)[:, None])
    assert lisa_paths(LEVELS, island).islands == (3,)
    with pytest.raises(ComputationError):
        lisa_paths(np.vstack([LEVELS[0], LEVELS[0]]), W)
    with pytest.raises(DataError):
        lisa_paths(LEVELS[:1], W)


def test_the_missing_library_is_named_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    for each in (gwr, mgwr):
        with pytest.raises(MissingPartError, match=r"pip install 'xinzhi\[econ\]'"):
            each(LEVELS[0], CONTROLS[0], PLACES)


def test_gwr_is_weighted_least_squares_at_every_place(capfd: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("mgwr", reason="mgwr (extra econ) is not installed")
    x = CONTROLS[0]
    y = x @ [1.0, 2.0] + 3 * PLACES[:, 0] * x[:, 0] + RNG.normal(0, 0.3, N)
    got = gwr(y, x, PLACES, 30)
    design = np.column_stack([np.ones(N), x])
    for i in range(N):
        d = np.linalg.norm(PLACES - PLACES[i], axis=1)
        reach = np.sort(d)[29] * 1.0000001
        root = np.where(d < reach, 1 - (d / reach) ** 2, 0)
        expected = np.linalg.lstsq(root[:, None] * design, root * y, rcond=None)[0]
        assert_allclose(got.params[i], expected, rtol=1e-7)
    many = mgwr(y, x, PLACES)
    assert many.params.shape == (N, 3)
    assert many.bandwidth.shape == (3,)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("kernel", ["gaussian", "exponential", "bisquare"])
def test_gwr_with_a_fixed_distance_on_the_sphere(kernel: str) -> None:
    pytest.importorskip("mgwr", reason="mgwr (extra econ) is not installed")
    x = CONTROLS[0]
    y = x @ [1.0, 2.0] + 3 * PLACES[:, 0] * x[:, 0] + RNG.normal(0, 0.3, N)
    lonlat = PLACES * 8 + [105, 30]
    got = gwr(y, x, lonlat, 500.0, kernel, fixed=True, spherical=True)  # type: ignore[arg-type]
    design = np.column_stack([np.ones(N), x])
    lon, lat = np.deg2rad(lonlat).T
    half = np.sin((lat[:, None] - lat) / 2) ** 2 + np.cos(lat[:, None]) * np.cos(lat) * (
        np.sin((lon[:, None] - lon) / 2) ** 2
    )
    share = 2 * 6371.0 * np.arcsin(np.sqrt(half)) / 500  # mgwr's sphere has a radius of 6371 km
    weight = {
        "gaussian": np.exp(-0.5 * share**2),
        "exponential": np.exp(-share),
        "bisquare": np.where(share < 1, (1 - np.minimum(share, 1) ** 2) ** 2, 0),
    }[kernel]
    for i in range(N):
        root = np.sqrt(weight[i])
        expected = np.linalg.lstsq(root[:, None] * design, root * y, rcond=None)[0]
        assert_allclose(got.params[i], expected, rtol=1e-4)
    assert_allclose(got.fitted + got.residuals, y, rtol=1e-9)
    assert got.rss == pytest.approx((got.residuals**2).sum(), rel=1e-9)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"bandwidth": 400}, "a whole number from 5 to 48, not 400"),
        ({"bandwidth": 2}, "a whole number from 5 to 48, not 2"),
        ({"bandwidth": 20.5}, "not 20.5"),
        ({"bandwidth": -1.0, "fixed": True}, "a distance above 0"),
        ({"spherical": True, "xy": PLACES * 1e5}, "needs xy as longitude and latitude"),
        ({"y": LEVELS[0][:7], "x": CONTROLS[0][:7], "xy": PLACES[:7]}, "there are 7 places"),
    ],
)
def test_one_sentence(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(XinzhiError) as refused:
        gwr(**({"y": LEVELS[0], "x": CONTROLS[0], "xy": PLACES} | given))
    assert sentence in refused.value.say("en")
