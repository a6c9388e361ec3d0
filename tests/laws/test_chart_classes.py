"""Class breaks: natural breaks are the best there are, and a colour keeps its meaning."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinzhi.base.errors import DataError, UsageError
from xinzhi.chart import classes, theme
from xinzhi.chart.classes import natural_breaks

levels = st.lists(st.integers(-50, 50), min_size=4, max_size=12).map(lambda xs: [x / 4 for x in xs])


def loss(values: np.ndarray, breaks) -> float:
    """Sum of squares within the classes that `breaks` make."""
    held = np.searchsorted(np.asarray(breaks), values, side="right")
    return float(sum(((values[held == k] - values[held == k].mean()) ** 2).sum() for k in np.unique(held)))


@given(levels, st.integers(2, 4))
def test_natural_breaks_lose_least_of_all_partitions(values, count):
    array = np.sort(np.array(values))
    distinct = np.unique(array)
    if distinct.size < count:
        with pytest.raises(DataError):
            natural_breaks(array, count)
        return
    best = min(loss(array, cuts) for cuts in combinations(distinct[1:], count - 1))
    assert loss(array, natural_breaks(array, count)) == pytest.approx(best, abs=1e-9)


@given(levels, st.integers(2, 7), st.sampled_from(["quantile", "equal", "jenks"]))
def test_every_class_holds_its_values(values, count, method):
    found = classes(values, count, method)
    assert len(found.colours) == len(found.breaks) + 1 <= count
    assert list(found.breaks) == sorted(set(found.breaks))
    for value in values:
        number = found.index(value)
        assert number == sum(value >= each for each in found.breaks)
        assert found.colour(value) == found.colours[number]


def test_a_missing_value_has_no_class_and_is_grey():
    found = classes([1.0, 2.0, float("nan"), 3.0], 3)
    assert found.index(float("nan")) is None
    assert found.colour(float("nan")) not in found.colours


def test_the_seven_steps_are_the_ramp():
    assert classes([], breaks=[1, 2, 3, 4, 5, 6]).colours == (
        "#eef3f1", "#cfe3dd", "#9fcbc6", "#66aab1", "#35829b", "#1b5a83", "#12365f",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("breaks", "written"),
    [
        ([0.2, 0.3], ["0.2", "0.3"]),
        ([-10, 0, 10], ["−10", "0", "10"]),
        ([0.1234, 0.1251], ["0.1234", "0.1251"]),
        ([1000, 2500], ["1000", "2500"]),
        ([1 / 3, 2 / 3], ["0.33", "0.67"]),
    ],
)
def test_breaks_are_written_with_the_digits_that_tell_them_apart(breaks, written):
    assert classes([], breaks=breaks).written() == written


@pytest.mark.parametrize("wrong", [{"count": 9}, {"method": "quantil"}, {"breaks": [2, 1]}, {"breaks": list(range(8))}])
def test_what_cannot_be_meant_is_refused(wrong):
    with pytest.raises(UsageError):
        classes([1.0, 2.0, 3.0], **wrong)


@given(levels, st.integers(2, 7), st.sampled_from(["quantile", "equal", "jenks"]))
def test_two_sided_colours_change_side_at_zero(values, count, method):
    found = classes(values, count, method, diverging=True)
    assert len(found.colours) == len(found.breaks) + 1
    orange, purple = set(theme.DIVERGING[:3]), set(theme.DIVERGING[4:])
    if min(values) < 0 <= max(values):
        assert 0 in found.breaks
        assert all(found.colour(v) in (orange if v < 0 else purple) for v in values)
