"""Putting indicators of different units on one scale, larger being better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array, array
from xinzhi.base.errors import DataError, UsageError, unknown
from xinzhi.base.text import Text
from xinzhi.measure import scales
from xinzhi.measure.columns import called, first, labels_for, matrix, signs
from xinzhi.measure.method import NORMALISATIONS
from xinzhi.measure.targets import Pairs, folded, intervals, pairs

Inverse = Literal["linear", "reciprocal", "reflect"]
_ALIASES = {"prank": "percentile", "percentrank": "percentile", "z": "zscore", "standard": "zscore", "logminmax": "log-minmax",
            "logistic": "sigmoid", "mad": "robust", "share": "sum", "euclidean": "vector", "reference": "distance",
            "range": "minmax", "goalposts": "minmax"}  # fmt: skip
_ON_UNIT = ("minmax", "log-minmax", "percentile", "sigmoid", "distance")


def method_name(method: str) -> str:
    """The name of a normalisation as NORMALISATIONS writes it; hyphens, blanks, case and usual other names do not matter."""
    plain = "".join(ch for ch in method.lower() if ch.isalnum())
    for name in NORMALISATIONS:
        if plain == name.replace("-", ""):
            return name
    if plain in _ALIASES:
        return _ALIASES[plain]
    raise unknown(Text("标准化方法", "normalisation"), method, NORMALISATIONS, code="701")


@dataclass(frozen=True)
class _Options:
    method: str
    inverse: Inverse
    cap: bool
    constant: float | None
    ties: scales.Ties
    ddof: int
    names: Sequence[str] | None


def normalise(
    x: ArrayLike,
    direction: ArrayLike,
    method: str = "minmax",
    *,
    goalposts: Pairs | None = None,
    cap: bool = True,
    reference: ArrayLike | None = None,
    target: Sequence[float | tuple[float, float] | None] | ArrayLike | None = None,
    tolerance: ArrayLike | None = None,
    inverse: Inverse = "linear",
    groups: ArrayLike | None = None,
    constant: float | None = None,
    missing: Literal["fail", "keep"] = "fail",
    bounds: tuple[float, float] = (0.0, 1.0),
    ties: scales.Ties = "average",
    ddof: int = 1,
    names: Sequence[str] | None = None,
    rows: Sequence[str] | None = None,
) -> Array:
    """Indicators on a common scale on which larger is better.

    x          (n, m) raw values, any units
    direction  (m,) +1 where larger is better, −1 where smaller is
    method     minmax      (x − min) / (max − min)
               log-minmax  the same on ln x, for positive x
               zscore      (x − mean) / standard deviation with `ddof`
               robust      (x − median) / (1.4826 · MAD)
               sigmoid     1 / (1 + exp(−zscore))
               rank        1 worst … n best, `ties` sharing the average (or min, max) rank
               percentile  (rank − 1) / (n − 1)
               borda       rank − 1
               max         x / max |x|;   sum  x / Σx;   vector  x / √Σx²
               distance    (x − worst) / (reference − worst), worst being the worst observed value
    goalposts  minmax, log-minmax: (low, high) in raw units by column, None for the observed range; with `cap`, values
               outside count as the goalpost
    reference  distance: (m,) the value that counts as 1; the best observed value where not given; `cap` holds values beyond it at 1
    target     by column the best value, the best interval (low, high), or None; the direction of such a column is not
               used. Its distance from the target is then the smaller the better: 1 − d / max d under minmax
    tolerance  (m,) distance from the target at which minmax reaches 0; NaN for the largest observed
    inverse    how smaller-is-better columns turn round: linear (minus the value; 1 − ratio for max, sum, vector),
               reciprocal (1 / x, for positive x), reflect (max + min − x)
    groups     (n,) labels: each group, such as a year, is normalised by itself
    constant   the value of a column that does not vary; None refuses it by name
    missing    fail refuses NaN; keep leaves it NaN and takes the statistics from the other cells
    bounds     the range that 0–1 is stretched to, for methods on 0–1
    names      (m,) what errors call the columns
    rows       (n,) what they call the rows

    Gives (n, m). Raises DataError naming the column that is constant, not positive (log-minmax, reciprocal) or empty.
    Source: OECD & JRC (2008), Handbook on Constructing Composite Indicators, step 5; zscore, borda and percentile as
    Becker et al. (2022), COINr.
    """
    x = matrix(x, "x", missing=missing == "keep")
    sign = signs(direction, x.shape[1])
    options = _Options(method_name(method), inverse, cap, constant, ties, ddof, names)
    limits = pairs(goalposts, x.shape[1], "goalposts", names)
    best = intervals(target, x.shape[1])
    reach = np.full(x.shape[1], np.nan) if tolerance is None else array(np.atleast_1d(tolerance), "tolerance", 1)
    _refuse_mismatched(options, limits, reference, bounds)
    x, sign, limits = folded(x, sign, limits, best, reach)
    wanted = None if reference is None else array(reference, "reference", 1)
    _refuse_nonpositive(x, sign, options, rows)
    if groups is None:
        z = _scaled(x, sign, limits, wanted, options)
    else:
        labels = labels_for(groups, x.shape[0])
        z = np.empty_like(x)
        for label in np.unique(labels):
            same = labels == label
            block = matrix(x[same], f"x[groups == {label}]", missing=missing == "keep")
            z[same] = _scaled(block, sign, limits, wanted, options)
    return bounds[0] + (bounds[1] - bounds[0]) * z if bounds != (0.0, 1.0) else z


def _refuse_mismatched(
    options: _Options, limits: Array, reference: ArrayLike | None, bounds: tuple[float, float]
) -> None:
    """An option that the method would not use is refused, so that nobody believes it was."""
    method = options.method
    if not np.isnan(limits).all() and method not in ("minmax", "log-minmax"):
        raise _unused("goalposts", method)
    if reference is not None and method != "distance":
        raise _unused("reference", method)
    if bounds != (0.0, 1.0) and method not in _ON_UNIT:
        raise _unused("bounds", method)


def _unused(option: str, method: str) -> UsageError:
    return UsageError(
        f"标准化方法 {method} 不使用 {option}；请改用 minmax 或去掉该选项",
        f"normalisation {method} does not use {option}; choose minmax or drop the option",
        code="702",
    )


def _scaled(x: Array, sign: Array, limits: Array, reference: Array | None, options: _Options) -> Array:
    """One group of rows on the chosen scale."""
    method, names, constant = options.method, options.names, options.constant
    if method in ("max", "sum", "vector"):
        return _shared(x, sign, options)
    if options.inverse != "linear":
        x, limits, sign = _turned(x, limits, sign, options)
    if method == "log-minmax":
        x, limits = np.log(x), np.log(limits)
    up, ends = x * sign, np.sort(limits * sign[:, None], axis=1)
    if method in ("minmax", "log-minmax"):
        stated = ~np.isnan(limits[:, 0])
        low = np.where(stated, ends[:, 0], np.nanmin(up, axis=0))
        high = np.where(stated, ends[:, 1], np.nanmax(up, axis=0))
        z = scales.minmax(up, low, high, constant, names)
        return np.where(stated, np.clip(z, 0.0, 1.0), z) if options.cap else z
    if method == "distance":
        worst = np.nanmin(up, axis=0)
        top = np.nanmax(up, axis=0) if reference is None else reference * sign
        z = scales.minmax(up, worst, top, constant, names)
        return np.minimum(z, 1.0) if options.cap else z
    if method == "zscore":
        return scales.zscore(up, options.ddof, constant, names)
    if method == "robust":
        return scales.robust(up, constant, names)
    if method == "sigmoid":
        return scales.sigmoid(up, options.ddof, constant, names)
    if method == "percentile":
        return scales.percentile(up, options.ties)
    return scales.ranks(up, options.ties) - (1.0 if method == "borda" else 0.0)


def _shared(x: Array, sign: Array, options: _Options) -> Array:
    """Ratios to the maximum, the sum or the Euclidean length of the column."""
    upward = sign > 0
    if options.method == "sum" and (x < 0).any():
        said = called(first((x < 0).any(axis=0)), options.names)
        raise DataError(
            f"{said.zh}含负值，不能换算为占合计的份额；请改用 minmax",
            f"{said.en} has negative values, which have no share of a total; use minmax instead",
            code="709",
        )
    if options.inverse != "linear":
        x, _, _ = _turned(x, np.full((x.shape[1], 2), np.nan), sign, options)
        upward = np.ones_like(upward)
    size = {
        "max": lambda: np.nanmax(np.abs(x), axis=0),
        "sum": lambda: np.nansum(x, axis=0),
        "vector": lambda: np.sqrt(np.nansum(x * x, axis=0)),
    }[options.method]()
    return scales.ratio(x, size, upward, options.constant, options.names)


def _turned(x: Array, limits: Array, sign: Array, options: _Options) -> tuple[Array, Array, Array]:
    """Smaller-is-better columns as 1 / x or as max + min − x; then larger is better everywhere."""
    down = sign < 0
    if options.inverse == "reciprocal":
        x = np.where(down, 1.0 / np.where(down, x, 1.0), x)
        limits = np.where(down[:, None], np.sort(1.0 / np.where(down[:, None], limits, 1.0), axis=1), limits)
    elif options.inverse == "reflect":
        ends = np.nanmax(x, axis=0) + np.nanmin(x, axis=0)
        x = np.where(down, ends - x, x)
        limits = np.where(down[:, None], np.sort(ends[:, None] - limits, axis=1), limits)
    else:
        raise unknown(
            Text("逆向处理", "inverse"), str(options.inverse), ("linear", "reciprocal", "reflect"), code="703"
        )
    return x, limits, np.ones_like(sign)


def _refuse_nonpositive(x: Array, sign: Array, options: _Options, rows: Sequence[str] | None) -> None:
    """A zero or negative cell has neither a logarithm nor a useful reciprocal."""
    turned = (sign < 0) & (options.inverse == "reciprocal")
    wrong = np.argwhere((x <= 0) & (turned | (options.method == "log-minmax")))
    if wrong.size:
        i, j = (int(v) for v in wrong[0])
        said = called(j, options.names)
        where = Text(f"第 {i} 行", f"row {i}") if rows is None else Text(f" {rows[i]} ", rows[i])
        raise DataError(
            f"{said.zh}{where.zh}为 {x[i, j]:g}；取对数或倒数须全部大于 0，请改用 minmax".replace("」 ", "」"),
            f"{said.en} is {x[i, j]:g} in {where.en}; logarithms and reciprocals need positive values, use minmax instead",
            code="708",
        )
