"""What counts as weights, which unit a row stands for, and edges of local association."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from numpy.testing import assert_allclose

from xinzhi.base.errors import DataError
from xinzhi.space import Weights, getis_ord, local_moran, moran, spatial_panel


def ring(n: int) -> np.ndarray:
    return np.roll(np.eye(n, dtype=int), 1, axis=1) + np.roll(np.eye(n, dtype=int), -1, axis=1)


def test_every_form_of_weights_gives_the_same_number() -> None:
    w, y = ring(9), np.random.default_rng(0).normal(size=9)
    forms = (w, w.astype(bool), w.tolist(), pd.DataFrame(w), sp.csc_matrix(w), sp.coo_array(w), Weights(sp.csr_array(w * 1.0), tuple("abcdefghi"), "raw"))  # fmt: skip
    assert_allclose([moran(y, form).statistic for form in forms], moran(y, w * 1.0).statistic, rtol=1e-14)


def test_weights_in_a_polars_frame() -> None:
    polars = pytest.importorskip("polars", reason="polars is not installed")
    y = np.random.default_rng(0).normal(size=9)
    assert moran(y, polars.DataFrame(ring(9))).statistic == pytest.approx(moran(y, ring(9)).statistic, rel=1e-12)


@pytest.mark.parametrize("wrong", ["queen.gal", None, {"a": ["b"]}, np.array([["a", "b"], ["c", "d"]])])
def test_what_is_no_matrix_is_refused_in_a_sentence(wrong: object) -> None:
    with pytest.raises(DataError) as refused:
        moran(np.arange(9.0), wrong)
    assert "argument w " in refused.value.say("en")


def test_a_unit_at_the_mean_is_never_a_cluster() -> None:
    y = np.array([-3.0, -1.0, 0.0, 1.0, 3.0, -2.0, 2.0, -1.0, 1.0])
    found = local_moran(y, ring(9), permutations=199)
    assert found.statistic[2] == 0
    assert found.p[2] == 1
    assert found.cluster[2] == ""


def test_hot_spots_do_not_depend_on_where_zero_lies() -> None:
    y, w = np.random.default_rng(4).normal(size=12), ring(12)
    for star in (False, True):
        assert_allclose(getis_ord(y, w, star=star).z, getis_ord(y + 50, w, star=star).z, rtol=1e-9)
    assert_allclose(getis_ord(y, w + np.eye(12), star=True).z, getis_ord(y, w, star=True).z, rtol=1e-12)


def panel() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    units, years = np.tile([11, 9, 110, 23, 5, 47, 62], 6), np.repeat(np.arange(2000, 2006), 7)
    return rng.normal(size=42), rng.normal(size=(42, 2)), rng.uniform(0.1, 1, (7, 7)) * ring(7), units, years


def test_weights_are_joined_to_the_panel_by_unit_not_by_place() -> None:
    y, x, w, units, years = panel()
    order = [5, 9, 11, 23, 47, 62, 110]
    bare = spatial_panel(y, x, w, units, years, "sar", "unit", draws=20)
    shuffled, mixed = np.random.default_rng(0).permutation(42), np.array([3, 0, 6, 2, 5, 1, 4])
    table = pd.DataFrame(w, order, order).iloc[mixed, mixed]
    ours = Weights(sp.csr_array(table.to_numpy()), tuple(str(i) for i in table.index), "raw")
    for given, labels in (
        (w, units.astype(float)),
        (table, units),
        (ours, units.astype(float)),
        (ours, units.astype(str)),
    ):
        again = spatial_panel(
            y[shuffled], x[shuffled], given, labels[shuffled], years[shuffled], "sar", "unit", draws=20
        )
        assert_allclose(again.params, bare.params, rtol=1e-8)
        assert_allclose(again.se, bare.se, rtol=1e-8)


def test_weights_of_other_units_are_refused() -> None:
    y, x, w, units, years = panel()
    other = pd.DataFrame(w, [5, 9, 11, 23, 47, 62, 111], [5, 9, 11, 23, 47, 62, 111])
    with pytest.raises(DataError) as refused:
        spatial_panel(y, x, other, units, years, "sar", "unit")
    assert "unit 111 of the weights is not in the panel" in refused.value.say("en")
