"""What a stochastic frontier is given, checked and brought to one scale.

The optimiser works on orthogonal columns of length √N and on y in least-squares standard deviations, so that units of
measurement change neither the path nor the result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, array, finite, same_length
from xinzhi.base.arrays import labels as known_labels
from xinzhi.base.errors import DataError, UsageError


@dataclass(frozen=True)
class Sample:
    """Observations of a stochastic frontier.

    y, X     (N,), (N, k), the intercept first where there is one
    names    k names of the columns of X
    unit     (N,) codes of units; time (N,) periods as numbers
    Z        (N, j) what moves the mean of inefficiency, its intercept first; z_names
    sign     1 production, −1 cost
    shape    of y as it was given
    """

    y: Array
    X: Array
    names: tuple[str, ...]
    unit: NDArray[np.intp]
    labels: NDArray[np.generic]
    time: Array
    Z: Array
    z_names: tuple[str, ...]
    sign: float
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Least:
    """Least squares of a sample, the null of every frontier.

    params     (k,)
    residual   (N,)
    variance   mean squared residual
    loglik     Gaussian log-likelihood
    skewness   of the residuals; a production frontier expects it negative, a cost frontier positive
    skewness_p two-sided p of zero skewness (Coelli 1995)
    """

    params: Array
    residual: Array
    variance: float
    loglik: float
    skewness: float
    skewness_p: float


def sample(
    y: ArrayLike,
    X: ArrayLike,
    units: ArrayLike | None,
    periods: ArrayLike | None,
    effects: ArrayLike | None,
    names: Sequence[str] | None,
    effect_names: Sequence[str] | None,
    intercept: bool | None,
    effects_intercept: bool | None,
    cost: bool,
) -> Sample:
    """Checked arrays in long form; y (T, n) with X (T, n, k) stands for units and periods in that order."""
    _no_logarithms_of_zero(y, "y")
    outcome = finite(y, "y", 2 if np.ndim(y) == 2 else 1)
    shape = outcome.shape
    if outcome.ndim == 2:
        units = np.tile(np.arange(shape[1]), shape[0]) if units is None else _spread(units, shape, 1)
        periods = np.repeat(np.arange(shape[0]), shape[1]) if periods is None else _spread(periods, shape, 0)
        outcome = outcome.ravel()
    design = _columns(X, "X", shape)
    column_names = _names(_headed(names, X), design.shape[1], "x", "names")
    constant = np.ptp(design, axis=0) == 0
    if intercept or (intercept is None and not constant.any()):
        design, column_names = np.column_stack([np.ones(outcome.size), design]), ("intercept", *column_names)
    independent(design, column_names, "X")
    z = np.empty((outcome.size, 0))
    z_names: tuple[str, ...] = ()
    if effects is not None:
        z = _columns(effects, "effects", shape)
        given = _headed(effect_names, effects)
        z_names = tuple(n if given is None else f"z_{n}" for n in _names(given, z.shape[1], "z", "effect_names"))
        if effects_intercept or (effects_intercept is None and not (np.ptp(z, axis=0) == 0).any()):
            z, z_names = np.column_stack([np.ones(outcome.size), z]), ("z_intercept", *z_names)
        independent(z, z_names, "effects")
    labels, codes = _codes(units, outcome.size, "units")
    times = _time(periods, outcome.size)
    _no_duplicates(codes, times, labels, units is not None and periods is not None)
    return Sample(outcome, design, column_names, codes, labels, times, z, z_names, -1.0 if cost else 1.0, shape)


def _spread(labels: ArrayLike, shape: tuple[int, ...], axis: int) -> NDArray[np.generic]:
    """Labels of one axis of y for every cell; labels for every cell are taken as they are."""
    given = np.asarray(labels)
    if given.shape == (shape[axis],):
        return np.broadcast_to(given[None] if axis else given[:, None], shape).ravel()
    return given.ravel()


def _columns(values: ArrayLike, name: str, shape: tuple[int, ...]) -> Array:
    size = int(np.prod(shape))
    _no_logarithms_of_zero(values, name)
    given = np.asarray(values)
    if len(shape) == 2 and given.ndim >= 2 and given.shape[:2] == shape:
        given = given.reshape(size, -1)
    if given.ndim == 1:
        given = given[:, None]
    out = finite(given, name, 2)
    same_length(size, name, out)
    return out


def _no_logarithms_of_zero(values: ArrayLike, name: str) -> None:
    given = np.asarray(values)
    if given.dtype.kind == "f" and np.isneginf(given).any():
        at = tuple(int(i) for i in np.argwhere(np.isneginf(given))[0])
        where = at[0] if len(at) == 1 else at
        raise DataError(
            f"{name} 在位置 {where} 为负无穷，是 0 的对数；取对数的前沿要求数据为正，请剔除该观测或核对原值",
            f"{name} is minus infinity at {where}, the logarithm of zero; a frontier in logarithms needs positive data: drop the "
            "observation or check its value",
            code="459",
        )


def _headed(names: Sequence[str] | None, values: ArrayLike) -> Sequence[str] | None:
    """The names given, or those of the columns of a frame."""
    return names if names is not None else getattr(values, "columns", None)


def _names(given: Sequence[str] | None, count: int, letter: str, argument: str) -> tuple[str, ...]:
    if given is None:
        return tuple(f"{letter}{i + 1}" for i in range(count))
    if len(given) != count:
        raise UsageError(
            f"{argument} 有 {len(given)} 个名称，变量有 {count} 个",
            f"{argument} holds {len(given)} names for {count} columns",
            code="961",
        )
    return tuple(str(n) for n in given)


def independent(design: Array, names: tuple[str, ...], argument: str) -> None:
    """Refuse the first column that those before it determine."""
    if design.shape[0] <= design.shape[1]:
        raise DataError(
            f"{argument} 有 {design.shape[0]} 个观测、{design.shape[1]} 列，观测太少，无法估计",
            f"{argument} has {design.shape[0]} observations for {design.shape[1]} columns; there are too few to estimate",
            code="450",
        )
    length = np.linalg.norm(design, axis=0)
    triangle = np.linalg.qr(design / np.where(length > 0, length, 1.0), mode="r")
    weak = np.abs(np.diag(triangle)) < 1e-9
    if weak.any():
        name = names[int(weak.argmax())]
        raise DataError(
            f"{argument} 的变量「{name}」可由其前的变量或单元效应完全决定，请剔除它",
            f"column “{name}” of {argument} is determined by those before it or by unit effects; drop it",
            code="451",
        )


def _codes(labels: ArrayLike | None, size: int, name: str) -> tuple[NDArray[np.generic], NDArray[np.intp]]:
    if labels is None:
        return np.arange(size), np.arange(size, dtype=np.intp)
    given = known_labels(np.ravel(np.asarray(labels)), name, size)
    found, codes = np.unique(given, return_inverse=True)
    return found, np.asarray(codes, dtype=np.intp)


def _time(periods: ArrayLike | None, size: int) -> Array:
    """Periods as numbers: years as they are, other labels by their order."""
    if periods is None:
        return np.zeros(size)
    given = known_labels(np.ravel(np.asarray(periods)), "periods", size)
    if given.dtype.kind in "iuf":
        return finite(given, "periods", 1)
    return np.asarray(np.unique(given, return_inverse=True)[1], dtype=np.float64)


def _no_duplicates(unit: NDArray[np.intp], time: Array, labels: NDArray[np.generic], panel: bool) -> None:
    if not panel:
        return
    order = np.lexsort((time, unit))
    same = (np.diff(unit[order]) == 0) & (np.diff(time[order]) == 0)
    if same.any():
        at = order[int(same.argmax())]
        raise DataError(
            f"单元「{labels[unit[at]]}」在第 {time[at]:g} 期有不止一个观测",
            f"unit “{labels[unit[at]]}” has more than one observation in period {time[at]:g}",
            code="452",
        )


def least_squares(y: Array, X: Array) -> Least:
    """Least squares with what the residuals say about skewness."""
    from scipy.stats import norm

    params = np.asarray(np.linalg.lstsq(X, y, rcond=None)[0], dtype=np.float64)
    residual = y - X @ params
    variance = float(residual @ residual / y.size)
    if variance <= 1e-24 * max(float(y @ y) / y.size, 1e-300):
        raise DataError(
            "最小二乘残差全为 0，没有噪声也没有无效率可以区分",
            "least squares leaves no residual, so there is neither noise nor inefficiency to tell apart",
            code="453",
        )
    centred = residual - residual.mean()
    second, third = float((centred**2).mean()), float((centred**3).mean())
    statistic = third / np.sqrt(6 * second**3 / y.size)
    loglik = -0.5 * y.size * (np.log(2 * np.pi * variance) + 1)
    return Least(params, residual, variance, float(loglik), third / second**1.5, float(2 * norm.sf(abs(statistic))))


def orthogonal(design: Array) -> tuple[Array, Array]:
    """Columns U of length √N with design = U A, and A."""
    if not design.shape[1]:
        return design, np.empty((0, 0))
    q, r = np.linalg.qr(design)
    size = np.sqrt(design.shape[0])
    return np.asarray(q * size), np.asarray(r / size)


def probability(values: float, name: str) -> float:
    """A level strictly between zero and one."""
    level = float(array([values], name, 1)[0])
    if not 0 < level < 1:
        raise UsageError(f"{name}={level:g} 应在 0 与 1 之间", f"{name}={level:g} must lie between 0 and 1", code="451")
    return level
