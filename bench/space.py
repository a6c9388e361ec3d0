"""Space: local Moran by permutation, spatial Durbin panels with effects, the geodetector."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from bench.harness import Row, alone, compare
from xinzhi.space import geodetector, local_moran, spatial_panel

UNITS = 2711


def places(n: int) -> np.ndarray:
    """(n, 2) random coordinates."""
    return np.random.default_rng(11).uniform(size=(n, 2))


def contiguity(xy: np.ndarray) -> sp.csr_array:
    """Row-standardised Delaunay neighbours: symmetric before standardisation, some six a unit, as counties have."""
    from scipy.spatial import Delaunay

    starts, ends = Delaunay(xy).vertex_neighbor_vertices
    touching = sp.csr_array((np.ones(ends.size), ends, starts), shape=(len(xy), len(xy)))
    return sp.csr_array(sp.diags_array(1 / np.diff(starts)) @ touching)


def nearest(xy: np.ndarray, k: int = 6) -> sp.csr_array:
    """Row-standardised k nearest neighbours: not symmetric under any scaling."""
    from scipy.spatial import KDTree

    _, near = KDTree(xy).query(xy, k + 1)
    n = len(xy)
    return sp.csr_array((np.full(n * k, 1 / k), (np.repeat(np.arange(n), k), near[:, 1:].ravel())), shape=(n, n))


def panel(w: sp.csr_array, periods: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """y, X, units and periods of a spatial Durbin process with ρ = 0.4 and two-way effects."""
    from scipy.sparse.linalg import splu

    n, rng = w.shape[0], np.random.default_rng(5)
    x = rng.normal(size=(periods, n, 3))
    own = x @ [1.0, -0.5, 0.3] + rng.normal(size=n) + rng.normal(size=(periods, 1)) + rng.normal(size=(periods, n))
    shock = own + 0.4 * (w @ x[..., 0].T).T
    y = splu(sp.csc_array(sp.eye_array(n) - 0.4 * w)).solve(shock.T).T
    return y.ravel(), x.reshape(-1, 3), np.tile(np.arange(n), periods), np.repeat(np.arange(periods), n)


def durbin(w: sp.csr_array, given: tuple[np.ndarray, ...]) -> object:
    """Two-way SDM with Lee–Yu, 1 000 draws for the effects, and all tests."""
    y, x, units, periods = given
    return spatial_panel(y, x, w, units, periods, "sdm", "two-way")


def rows() -> Iterator[Row]:
    """Local Moran against esda, panels against spreg where it can, the geodetector against pandas."""
    xy = places(UNITS)
    w = contiguity(xy)
    y = np.asarray(w @ (w @ np.random.default_rng(1).normal(size=UNITS)))
    yield from _local(y, w)
    yield from _panels(w, nearest(xy))
    yield _detector()


def _local(y: np.ndarray, w: sp.csr_array) -> Iterator[Row]:
    import esda
    from libpysal.weights import WSP

    theirs = WSP(sp.csr_matrix(w)).to_W(silence_warnings=True)
    theirs.transform = "R"

    def peer(permutations: int) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return esda.Moran_Local(y, theirs, permutations=permutations, n_jobs=1, seed=1)

    for permutations in (999, 9999):
        yield compare(
            f"local Moran, {permutations} permutations, n = {UNITS}",
            partial(local_moran, y, w, permutations),
            f"esda {esda.__version__}",
            partial(peer, permutations),
            pairs=5 if permutations == 999 else 3,
            note="esda warm, one job",
        )


def _panels(touching: sp.csr_array, near: sp.csr_array) -> Iterator[Row]:
    import spreg
    from libpysal.weights import WSP

    cities = contiguity(places(340))
    given = panel(cities, 20)
    theirs = WSP(sp.csr_matrix(cities)).to_W(silence_warnings=True)
    theirs.transform = "R"
    lagged = (cities @ given[1].reshape(20, 340, 3).transpose(1, 0, 2).reshape(340, -1)).reshape(340, 20, 3)
    x = np.hstack([given[1], lagged.transpose(1, 0, 2).reshape(-1, 3)])

    def peer() -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return spreg.Panel_FE_Lag(given[0][:, None], x, theirs)

    yield compare(
        "two-way SDM, effects with intervals, tests, 340 × 20",
        partial(durbin, cities, given),
        f"spreg {spreg.__version__} Panel_FE_Lag",
        peer,
        pairs=3,
        note="spreg has unit effects only, WX given to it, and neither effects nor tests of its own",
    )
    for name, w in (("symmetric contiguity", touching), ("asymmetric k nearest", near)):
        yield alone(
            f"the same, {UNITS} × 12, {name}",
            partial(durbin, w, panel(w, 12)),
            repeat=1,
            note="log-determinants and traces by sparse LU factors, no eigenvalues",
        )


def plain_detector(y: np.ndarray, frame: pd.DataFrame) -> list[float]:
    """q of every factor and every pair of factors, as a script in pandas does it."""
    total = y.size * y.var()
    values = frame.assign(y=y)
    names = list(frame.columns)
    sets = [[a] for a in names] + [[a, b] for i, a in enumerate(names) for b in names[i + 1 :]]
    return [1 - float((values.groupby(s)["y"].var(ddof=0) * values.groupby(s)["y"].size()).sum()) / total for s in sets]


def _detector() -> Row:
    rng = np.random.default_rng(9)
    codes = rng.integers(0, 5, (UNITS, 20))
    y = codes @ rng.normal(size=20) + rng.normal(size=UNITS)
    frame = pd.DataFrame(codes, columns=[f"x{k}" for k in range(20)])
    return compare(
        f"geodetector, 20 factors of 5 strata, all interactions, risk, ecological, n = {UNITS}",
        partial(geodetector, y, frame),
        f"pandas {pd.__version__} groupby",
        partial(plain_detector, y, frame),
        pairs=3,
        note="pandas computes q alone",
    )
