"""Log-determinants by sparse factors are those by eigenvalues, whatever the weights."""

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.testing import assert_allclose

from xinzhi.space import spatial_panel
from xinzhi.space.weights.factors import Factorised
from xinzhi.space.weights.spectrum import DENSE_UP_TO, Eigenvalues, Spectrum


def nearest(n: int, k: int, seed: int) -> sp.csr_array:
    rng = np.random.default_rng(seed)
    xy = rng.uniform(size=(n, 2))
    apart = ((xy[:, None] - xy) ** 2).sum(axis=2)
    near = np.argsort(apart, axis=1)[:, 1 : k + 1]
    return sp.csr_array((np.full(n * k, 1 / k), (np.repeat(np.arange(n), k), near.ravel())), shape=(n, n))


def weights(kind: str) -> sp.csr_array:
    found = nearest(130, 5, 3)
    if kind == "asymmetric":
        return found
    both = sp.csr_array(((found + found.T) > 0).astype(float))
    return both if kind == "binary" else sp.csr_array(sp.diags_array(1 / np.asarray(both.sum(axis=1)).ravel()) @ both)


@pytest.mark.parametrize("kind", ["asymmetric", "binary", "row-standardised contiguity"])
def test_factors_give_what_eigenvalues_give(kind: str) -> None:
    w = weights(kind)
    slow, fast = Eigenvalues.of(w), Factorised(w)
    low, high = fast.bounds
    assert high == pytest.approx(slow.bounds[1], rel=1e-12)
    assert low == pytest.approx(slow.bounds[0], rel=1e-12) or (kind == "asymmetric" and slow.bounds[0] < low == -1.0)
    for rho in (0.9 * low, 0.3 * low, 0.2 * high, 0.95 * high):
        assert fast.log_det(rho) == pytest.approx(slow.log_det(rho), rel=1e-11, abs=1e-11)
        assert fast.trace(rho) == pytest.approx(slow.trace(rho), rel=1e-12)
        assert_allclose(fast.power(rho), slow.power(rho), atol=1e-11)
        z = np.arange(2.0 * w.shape[0]).reshape(-1, 2)
        assert_allclose(fast.carried(rho, z), slow.power(rho) @ z, rtol=1e-10)
    for spread in (0.01, 0.4):
        rho = np.linspace((0.5 - spread) * high, (0.5 + spread) * high, 300)
        assert_allclose(fast.traces(rho), slow.traces(rho), rtol=1e-11)


def test_a_large_sparse_panel_is_estimated_as_by_eigenvalues(monkeypatch: pytest.MonkeyPatch) -> None:
    n, periods = DENSE_UP_TO + 10, 3
    w = nearest(n, 4, 5)
    rng = np.random.default_rng(1)
    x = rng.normal(size=(periods, n, 1))
    shock = x[..., 0] + rng.normal(size=(periods, n))
    y = np.stack([np.linalg.solve(np.eye(n) - 0.4 * w.toarray(), each) for each in shock])
    units, years = np.tile(np.arange(n), periods), np.repeat(np.arange(periods), n)
    given = (y.ravel(), x.reshape(-1, 1), w, units, years, "sdm")
    assert isinstance(Spectrum.of(w), Factorised)
    fast = spatial_panel(*given, draws=50, tests=False)
    monkeypatch.setattr(Spectrum, "of", staticmethod(Eigenvalues.of))
    slow = spatial_panel(*given, draws=50, tests=False)
    assert_allclose(fast.params, slow.params, rtol=1e-9)
    assert_allclose(fast.se, slow.se, rtol=1e-9)
    assert fast.loglik == pytest.approx(slow.loglik, rel=1e-12)
    assert_allclose(fast.effects.indirect_interval, slow.effects.indirect_interval, rtol=1e-7)
