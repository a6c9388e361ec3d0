"""Kernel density of a distribution, with a stated bandwidth rule and a stated correction at a border."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array, finite
from xinzhi.base.errors import DataError, unknown
from xinzhi.base.text import Text
from xinzhi.disparity.inequality import population


@dataclass(frozen=True)
class Density:
    """An estimated density.

    at         (g,) where it is evaluated, unit of the values
    density    (g,) per unit of the values; integrates to one over the admissible range
    bandwidth  standard deviation of the kernel, unit of the values
    rule       how the bandwidth was chosen
    kernel, boundary  what was used
    """

    at: Array
    density: Array
    bandwidth: float
    rule: str
    kernel: str
    boundary: str

    @property
    def modes(self) -> Array:
        """The places of the local maxima: more than one is a sign of polarisation."""
        d = self.density
        inside = (d[1:-1] > d[:-2]) & (d[1:-1] >= d[2:])
        return np.asarray(self.at[1:-1][inside])


KERNELS: dict[str, Callable[[Array], Array]] = {
    "gaussian": lambda u: np.exp(-0.5 * u**2) / np.sqrt(2 * np.pi),
    # scaled so that the standard deviation of the kernel is one, as bandwidths then mean the same for both
    "epanechnikov": lambda u: np.maximum(1 - u**2 / 5, 0) * 3 / (4 * np.sqrt(5)),
}


def kernel_density(
    v: ArrayLike,
    at: ArrayLike | int = 512,
    bandwidth: float | str = "silverman",
    w: ArrayLike | None = None,
    kernel: str = "gaussian",
    lower: float | None = None,
    upper: float | None = None,
) -> Density:
    """The kernel density of `v`, by exact sums rather than on a binned grid.

    v             (n,) values, any unit
    at            points of evaluation (g,), or how many to lay from three bandwidths below to three above the values
    bandwidth     a number, or a rule: `silverman` (R's nrd0), `scott` (nrd), `sheather-jones` (SJ), `ucv` (least-squares
                  cross-validation), `bcv` (biased cross-validation)
    w             (n,) weights of the units in the sum; the bandwidth rule uses the unweighted values
    lower, upper  borders that values cannot pass; mass beyond them is reflected back, and the density is 0 outside

    Source: Silverman (1986) sections 2.4, 2.10, 3.4; Sheather & Jones (1991) eq. 12.
    """
    v = finite(v, "v", 1)
    if kernel not in KERNELS:
        raise unknown(Text("核函数", "kernel"), kernel, KERNELS)
    for name, border, outside in (
        ("lower", lower, lower is not None and (v < lower).any()),
        ("upper", upper, upper is not None and (v > upper).any()),
    ):
        if outside:
            raise DataError(
                f"有数值超出边界 {name}={border:g}", f"some values lie beyond the border {name}={border:g}", code="340"
            )
    h, rule = (bandwidth_of(v, bandwidth), bandwidth) if isinstance(bandwidth, str) else (float(bandwidth), "given")
    if not h > 0:
        raise DataError(f"带宽须大于 0，实为 {h:g}", f"the bandwidth must be positive, it is {h:g}", code="341")
    points = _grid(v, h, int(at), lower, upper) if isinstance(at, int | np.integer) else finite(at, "at", 1)
    p = population(w, v.size)

    def estimate(x: Array) -> Array:
        return np.asarray(KERNELS[kernel]((x[:, None] - v) / h) @ p / h)

    density = estimate(points)
    if lower is not None:
        density = np.where(points >= lower, density + estimate(2 * lower - points), 0.0)
    if upper is not None:
        density = np.where(points <= upper, density + estimate(2 * upper - points), 0.0)
    boundary = "reflection" if lower is not None or upper is not None else "none"
    return Density(points, density, h, rule, kernel, boundary)


def _grid(v: Array, h: float, size: int, lower: float | None, upper: float | None) -> Array:
    low = v.min() - 3 * h if lower is None else max(lower, v.min() - 3 * h)
    high = v.max() + 3 * h if upper is None else min(upper, v.max() + 3 * h)
    return np.linspace(low, high, size)


def bandwidth_of(v: ArrayLike, rule: str = "silverman") -> float:
    """The bandwidth that a rule gives for `v`, as the standard deviation of the kernel, in the unit of `v`."""
    v = finite(v, "v", 1)
    rules: dict[str, Callable[[Array], float]] = {
        "silverman": lambda x: 0.9 * _spread(x) * x.size**-0.2,
        "scott": lambda x: 1.06 * _spread(x) * x.size**-0.2,
        "sheather-jones": _sheather_jones,
        "ucv": _unbiased_cross_validation,
        "bcv": _biased_cross_validation,
    }
    if rule not in rules:
        raise unknown(Text("带宽规则", "bandwidth rule"), rule, rules)
    if v.size < 2:
        raise DataError("核密度至少需要两个数值", "a kernel density needs at least two values", code="342")
    return float(rules[rule](v))


def _spread(x: Array) -> float:
    """min(standard deviation, interquartile range / 1.34), falling back on the one that is not zero."""
    deviation = float(x.std(ddof=1))
    low, high = np.quantile(x, [0.25, 0.75])
    return min(deviation, (high - low) / 1.34) or deviation or abs(float(x[0])) or 1.0


def _pairs(x: Array) -> Array:
    upper = np.triu_indices(x.size, 1)
    return np.asarray((x[:, None] - x)[upper] ** 2)


def _unbiased_cross_validation(x: Array) -> float:
    squared, n = _pairs(x), x.size

    def loss(h: float) -> float:
        delta = squared / h**2
        return float(
            (0.5 + ((np.exp(-delta / 4) - np.sqrt(8) * np.exp(-delta / 2)).sum()) / n) / (n * h * np.sqrt(np.pi))
        )

    return _least(loss, x)


def _biased_cross_validation(x: Array) -> float:
    squared, n = _pairs(x), x.size

    def loss(h: float) -> float:
        delta = squared / h**2
        curvature = (np.exp(-delta / 4) * (delta**2 - 12 * delta + 12)).sum()
        return float((1 + curvature / (32 * n)) / (2 * n * h * np.sqrt(np.pi)))

    return _least(loss, x)


def _least(loss: Callable[[float], float], x: Array) -> float:
    """The bandwidth of least loss between a tenth of the oversmoothed one and the oversmoothed one."""
    from scipy.optimize import minimize_scalar

    widest = 1.144 * float(x.std(ddof=1)) * x.size**-0.2
    if widest == 0:
        raise DataError(
            "各数值完全相同，交叉验证带宽没有定义；请给定带宽",
            "all values are equal, so cross-validation gives no bandwidth; state one",
            code="344",
        )
    found = minimize_scalar(loss, bounds=(widest / 10, widest), method="bounded", options={"xatol": widest * 1e-6})
    return float(found.x)


def _sheather_jones(x: Array) -> float:
    """The solve-the-equation bandwidth: functionals φ₄ and φ₆ by exact sums over pairs."""
    from scipy.optimize import brentq

    squared, n = _pairs(x), x.size
    low, high = np.quantile(x, [0.25, 0.75])
    scale = min(float(x.std(ddof=1)), (high - low) / 1.349) or float(x.std(ddof=1))
    if scale == 0:
        raise DataError(
            "各数值完全相同，Sheather–Jones 带宽没有定义；请给定带宽",
            "all values are equal, so the Sheather–Jones rule gives no bandwidth; state one",
            code="344",
        )

    def phi4(h: float) -> float:
        delta = squared / h**2
        total = 2 * (np.exp(-delta / 2) * (delta**2 - 6 * delta + 3)).sum() + 3 * n
        return float(total / (n * (n - 1) * h**5 * np.sqrt(2 * np.pi)))

    def phi6(h: float) -> float:
        delta = squared / h**2
        total = 2 * (np.exp(-delta / 2) * (delta**3 - 15 * delta**2 + 45 * delta - 15)).sum() - 15 * n
        return float(total / (n * (n - 1) * h**7 * np.sqrt(2 * np.pi)))

    pilot6 = -phi6(1.23 * scale * n ** (-1 / 9))
    pilot4 = phi4(1.24 * scale * n ** (-1 / 7))
    if not (pilot6 > 0 and pilot4 > 0):
        raise DataError(
            "样本过于稀疏，Sheather–Jones 带宽没有解；请用 silverman",
            "the sample is too sparse for the Sheather–Jones bandwidth; use silverman",
            code="343",
        )
    constant = 1 / (2 * np.sqrt(np.pi) * n)
    ratio = 1.357 * (pilot4 / pilot6) ** (1 / 7)

    def excess(h: float) -> float:
        return float((constant / phi4(ratio * h ** (5 / 7))) ** 0.2 - h)

    widest = 1.144 * scale * n**-0.2
    low_h, high_h = widest / 10, widest
    for _ in range(60):
        if excess(low_h) * excess(high_h) <= 0:
            return float(brentq(excess, low_h, high_h, xtol=widest * 1e-10))
        low_h, high_h = low_h / 1.2, high_h * 1.2
    raise DataError(
        "Sheather–Jones 带宽没有解；请用 silverman",
        "the Sheather–Jones equation has no root; use silverman",
        code="343",
    )
