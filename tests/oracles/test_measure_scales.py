"""Scales against figures worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from xinzhi.measure import normalise


@pytest.mark.parametrize(
    ("method", "up", "down"),
    [
        ("minmax", [0, 0.25, 1], [1, 0.75, 0]),
        ("rank", [1, 2, 3], [3, 2, 1]),
        ("percentile", [0, 0.5, 1], [1, 0.5, 0]),
        ("borda", [0, 1, 2], [2, 1, 0]),
        ("max", [0.2, 0.4, 1], [0.8, 0.6, 0]),
        ("sum", [0.125, 0.25, 0.625], [0.875, 0.75, 0.375]),
        ("vector", np.array([1, 2, 5]) / np.sqrt(30), 1 - np.array([1, 2, 5]) / np.sqrt(30)),
        ("distance", [0, 0.25, 1], [1, 0.75, 0]),
        ("log-minmax", np.log([1, 2, 5]) / np.log(5), 1 - np.log([1, 2, 5]) / np.log(5)),
        ("robust", np.array([-1, 0, 3]) / 1.482602218505602, np.array([1, 0, -3]) / 1.482602218505602),
    ],
)
def test_normalised_by_hand(method: str, up: np.ndarray, down: np.ndarray) -> None:
    x = np.array([[1.0, 1.0], [2.0, 2.0], [5.0, 5.0]])
    z = normalise(x, [1, -1], method)
    assert_allclose(z[:, 0], up, atol=1e-12)
    assert_allclose(z[:, 1], down, atol=1e-12)


def test_zscore_and_sigmoid_by_hand() -> None:
    x = np.array([[1.0], [2.0], [6.0]])
    z = (x - 3) / np.sqrt(7)
    assert_allclose(normalise(x, 1, "zscore"), z)
    assert_allclose(normalise(x, -1, "zscore"), -z)
    assert_allclose(normalise(x, 1, "zscore", ddof=0), (x - 3) / np.sqrt(14 / 3))
    assert_allclose(normalise(x, 1, "sigmoid"), 1 / (1 + np.exp(-z)))


def test_smaller_is_better_by_reciprocal_or_reflection() -> None:
    x = np.array([[1.0], [2.0], [4.0]])
    assert_allclose(normalise(x, -1, "max", inverse="reciprocal"), [[1], [0.5], [0.25]])
    assert_allclose(normalise(x, -1, "sum", inverse="reciprocal"), np.array([[4], [2], [1]]) / 7)
    assert_allclose(normalise(x, -1, "sum", inverse="reflect"), np.array([[4], [3], [1]]) / 8)
    assert_allclose(normalise(x, -1, "minmax", inverse="reciprocal"), [[1], [1 / 3], [0]])


def test_goalposts_caps_targets_and_references() -> None:
    x = np.array([[0.0], [5.0], [12.0]])
    assert_allclose(normalise(x, 1, goalposts=[(0, 10)]), [[0], [0.5], [1]])
    assert_allclose(normalise(x, -1, goalposts=[(0, 10)]), [[1], [0.5], [0]])
    assert_allclose(normalise(x, 1, goalposts=[(0, 10)], cap=False), [[0], [0.5], [1.2]])
    assert_allclose(normalise(x, 1, "distance", reference=[10]), [[0], [0.5], [1]])
    assert_allclose(normalise(x, 1, "distance", reference=[10], cap=False), [[0], [0.5], [1.2]])
    assert_allclose(normalise(x, 1, target=[4]), [[0.5], [1 - 1 / 8], [0]])
    assert_allclose(normalise(x, 1, target=[(4, 6)]), [[1 - 4 / 6], [1], [0]])
    assert_allclose(normalise(x, 1, target=[(4, 6)], tolerance=[5]), [[0.2], [1], [0]])
    assert_allclose(normalise([[1, 2], [2, 4], [3, 9]], 1, goalposts=[None, (0, 10)]), [[0, 0.2], [0.5, 0.4], [1, 0.9]])


def test_human_development_index_of_the_handbook_kind() -> None:
    """Income in logs between goalposts: (ln x − ln 100) / (ln 75 000 − ln 100)."""
    x = np.array([[100.0], [2738.612787525831], [80000.0]])
    assert_allclose(normalise(x, 1, "log-minmax", goalposts=[(100, 75000)])[:2], [[0], [0.5]], atol=1e-12)
    assert normalise(x, 1, "log-minmax", goalposts=[(100, 75000)])[2, 0] == 1


def test_ties_and_gaps() -> None:
    x = np.array([[1.0], [3.0], [3.0], [np.nan], [4.0]])
    got = {t: normalise(x, 1, "rank", ties=t, missing="keep")[:, 0] for t in ("average", "min", "max")}
    assert_allclose(got["average"], [1, 2.5, 2.5, np.nan, 4])
    assert_allclose(got["min"], [1, 2, 2, np.nan, 4])
    assert_allclose(got["max"], [1, 3, 3, np.nan, 4])
    assert_allclose(normalise(x, 1, "percentile", missing="keep")[:, 0], [0, 0.5, 0.5, np.nan, 1])
