"""Odd shapes and bad input in the rooms disparity and space: a sentence or a defined number, never a traceback or NaN."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from xinzhi.base.errors import XinzhiError
from xinzhi.disparity import (
    bootstrap,
    classify,
    dagum,
    gini,
    markov,
    nested_theil,
    quantile_classes,
    rank_mobility,
    spatial_markov,
    theil,
)
from xinzhi.space import (
    bivariate_moran,
    dynamic_spatial_panel,
    geodetector,
    moran,
    quantile_regression,
    spatial_panel,
)

RNG = np.random.default_rng(0)


def ring(n: int) -> np.ndarray:
    return (np.roll(np.eye(n), 1, axis=1) + np.roll(np.eye(n), -1, axis=1)) / 2


def panel(n: int, years: list[int], y: np.ndarray | None = None) -> tuple[np.ndarray, ...]:
    size = n * len(years)
    w = ring(n) if n > 2 else np.array([[0.0, 1], [1, 0]])
    y = RNG.normal(size=size) if y is None else y
    return y, RNG.normal(size=(size, 1)), w, np.tile(np.arange(n), len(years)), np.repeat(years, n)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: spatial_panel(*panel(2, [1, 2, 3, 4, 5, 6])), "not identified"),
        (lambda: spatial_panel(*panel(8, [1, 2, 3], np.ones(24)), "sar", "unit"), "y does not vary"),
        (lambda: dynamic_spatial_panel(*panel(9, [2010, 2011, 2013, 2014, 2015])), "skips period 2012"),
        (lambda: dagum([1, 2, 3, 4], ["a", "a", "c", "c"], [0, 0, 1, 1]), "weights of group “a” sum to zero"),
        (lambda: dagum([1, 2], pd.Series(["a", pd.NA], dtype="category")), "unit 1 belongs to no group"),
        (
            lambda: spatial_markov(RNG.random((4, 5)), [[0, 1, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]], 2),
            "unit 3 has no neighbour",
        ),
        (lambda: theil([1, 2, 0], None, ["a", "a", "b"], "L"), "at 2 it is 0; use T"),
        (lambda: markov([[0, 1, np.nan]]), "missing at (0, 2)"),
        (lambda: markov([[0, 0], [0, 0]]).shorrocks, "there is only one class"),
        (lambda: rank_mobility([1, 1, 1], [3, 1, 2]), "all values of first are equal"),
        (lambda: quantile_classes(RNG.random((4, 5)), 1), "must be 2 at least"),
        (lambda: classify(RNG.random((3, 3)), np.ones((2, 4))), "do not match 3 periods"),
        (lambda: nested_theil([1, 2], None, []), "one grouping at least"),
        (lambda: bootstrap(gini, ([1.0, 2.0],), draws=0), "draws must be 2 at least"),
        (lambda: moran(RNG.normal(size=9), np.zeros((9, 9)), adjust_islands=False), "only 0 units have neighbours"),
        (lambda: bivariate_moran(RNG.normal(size=9), np.ones(9), ring(9)), "all values are equal"),
        (lambda: quantile_regression(RNG.normal(size=30), np.ones((30, 2))), "regressors are collinear"),
        (
            lambda: geodetector(RNG.normal(size=3), pd.DataFrame({"a": pd.array(["x", None, "y"])})),
            "has missing strata",
        ),
    ],
)
def test_one_sentence(call: Callable[[], object], sentence: str) -> None:
    with pytest.raises(XinzhiError) as refused:
        call()
    assert sentence in refused.value.say("en")


def test_a_static_panel_with_a_gap_says_so() -> None:
    given = panel(9, [2010, 2011, 2013])
    assert ["2012" in note.en for note in spatial_panel(*given, draws=20).notes] == [True]
    assert spatial_panel(*panel(9, [2010, 2012, 2014]), draws=20).notes == ()


def test_a_chain_without_moves_never_forgets() -> None:
    assert markov(np.tile([[0], [1]], (1, 5))).half_life == float("inf")
    assert markov([[0, 0, 1, 1, 0]]).half_life == pytest.approx(0, abs=0.03)


def test_labels_of_any_kind_and_weights_as_lists() -> None:
    y = np.array([1.0, 2.0, 4.0, 8.0])
    mixed = geodetector(y, {"a": np.array(["x", 1, "x", 1], dtype=object)})
    assert mixed.factor[0].q == geodetector(y, {"a": [0, 1, 0, 1]}).factor[0].q
    values = RNG.random((9, 5))
    assert spatial_markov(values, ring(9).tolist(), 3).q == spatial_markov(values, ring(9), 3).q


def test_random_effects_that_are_not_there_leave_the_pooled_model() -> None:
    y, x, w, units, periods = panel(12, list(range(2000, 2008)))
    y, x = (z - np.tile(z.reshape(8, 12).mean(axis=0), 8) for z in (y, x[:, 0]))  # no unit differs from another
    for model in ("sar", "sem"):
        random = spatial_panel(y, x, w, units, periods, model, "random", draws=20)
        pooled = spatial_panel(y, x, w, units, periods, model, "none", draws=20)
        assert random.phi == 0.0
        np.testing.assert_allclose(random.params, pooled.params, atol=1e-6)
        np.testing.assert_allclose(random.se, pooled.se, rtol=0.2)  # observed against expected information
        assert random.loglik == pytest.approx(pooled.loglik, abs=1e-8)
