"""Transitions between quadrants, time paths and centres: definitions, and what they refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from xinzhi.base.errors import XinzhiError
from xinzhi.space import centre_path, lisa_paths, lisa_transitions, local_moran, rose, travel

N, T = 14, 7
Y = np.random.default_rng(1).gamma(2, size=(T, N)).cumsum(axis=0)
RING = (np.roll(np.eye(N), 1, axis=1) + np.roll(np.eye(N), -1, axis=1)) / 2


def test_transitions_are_moves_between_the_quadrants_of_local_moran() -> None:
    got = lisa_transitions(Y, RING)
    quadrant = np.array([local_moran(each, RING, 0).quadrant for each in Y]) - 1
    expected = np.zeros((4, 4), dtype=int)
    for before, after in zip(quadrant[:-1].ravel(), quadrant[1:].ravel(), strict=True):
        expected[before, after] += 1
    assert_array_equal(got.counts, expected)
    assert sum(got.kinds.values()) == N * (T - 1)
    assert got.stable == np.trace(expected) / (N * (T - 1))
    assert got.kinds["both"] == sum(expected[i, j] for i, j in ((0, 2), (2, 0), (1, 3), (3, 1)))
    assert got.kinds["itself"] == sum(expected[i, j] for i, j in ((0, 1), (1, 0), (2, 3), (3, 2)))
    filled = got.counts.sum(axis=1) > 0
    assert_allclose(got.probabilities[filled].sum(axis=1), 1)
    assert np.isnan(got.probabilities[~filled]).all()


def test_places_without_neighbours_make_no_moves() -> None:
    w = RING.copy()
    w[[3, 2, 4]], w[:, 3] = 0, 0
    w[2, 1] = w[4, 5] = 1
    got = lisa_transitions(Y, w)
    assert got.islands == (3,)
    assert got.counts.sum() == (N - 1) * (T - 1)


def test_a_path_that_goes_straight_is_not_tortuous() -> None:
    straight = np.linspace(0, 1, T)[:, None] * np.arange(1.0, N + 1) + 1
    got = lisa_paths(straight, RING, "none")
    assert_allclose(got.tortuosity, 1, rtol=1e-9)
    assert_allclose(got.net, np.hypot(*(got.points[:, -1] - got.points[:, 0]).T), rtol=1e-12)


def test_a_move_and_its_way_back_have_one_length() -> None:
    places = np.random.default_rng(2).uniform([80, 20], [130, 50], (20, 2))
    there, back = travel(places[:-1], places[1:]), travel(places[1:], places[:-1])
    assert_allclose(there[0], back[0], rtol=1e-12)
    north = travel(np.array([[110.0, 30.0]]), np.array([[110.0, 31.0]]))
    assert_allclose([north[0][0], north[1][0]], [np.deg2rad(1) * 6371.0088, 0], atol=1e-9)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: lisa_transitions(Y[:1], RING), "need at least two periods"),
        (lambda: lisa_transitions(Y, np.zeros((N, N))), "no place has neighbours"),
        (lambda: lisa_paths(Y - Y.mean(axis=1, keepdims=True), RING), "zero or negative"),
        (lambda: lisa_paths(-Y, RING), "zero or negative"),
        (lambda: lisa_paths(np.tile(Y[0], (T, 1)), RING), "no place with neighbours moves"),
        (lambda: rose(np.tile(Y[0], (T, 1)), RING), "no place with neighbours moves"),
        (lambda: rose(Y, RING, sectors=1), "at least two sectors"),
        (lambda: centre_path([[450_000.0, 3_900_000.0], [0, 0]], [[1, 1]]), "not longitude and latitude"),
        (lambda: centre_path([[110, 30], [120, 40]], [[1, -1]]), "must not be negative"),
        (lambda: centre_path([[110, 30], [120, 40]], [[0, 0]]), "sum to zero"),
    ],
)
def test_one_sentence(call: Any, sentence: str) -> None:
    with pytest.raises(XinzhiError) as refused:
        call()
    assert sentence in refused.value.say("en")
