"""Regressions whose coefficients differ from place to place: GWR and MGWR, through the `mgwr` library (extra `econ`)."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, finite, same_length
from xinzhi.base.errors import ComputationError, DataError, MissingPartError, UsageError, unknown
from xinzhi.base.text import Text

Kernel = Literal["bisquare", "gaussian", "exponential"]
Criterion = Literal["AICc", "AIC", "BIC", "CV"]
KERNELS: tuple[Kernel, ...] = ("bisquare", "gaussian", "exponential")
CRITERIA: tuple[Criterion, ...] = ("AICc", "AIC", "BIC", "CV")


@dataclass(frozen=True)
class LocalRegression:
    """Local coefficients.

    params        (n, k + 1) the intercept first, then the regressors; of standardised variables under `mgwr`
    se, tvalues   (n, k + 1)
    critical      (k + 1,) t-values beyond which a local coefficient is significant at 5 %, corrected for the many dependent
                  tests (da Silva & Fotheringham 2016)
    significant   (n, k + 1) |t| > critical
    bandwidth     (k + 1,) neighbours, or distance units where `fixed`; the same number throughout under `gwr`
    fitted, residuals   (n,)
    local_r2      (n,) under `gwr`, empty under `mgwr`
    r2, aicc, rss, sigma2
    enp           (k + 1,) effective number of parameters that each coefficient uses; its mean throughout under `gwr`
    kernel, fixed, criterion, standardised
    """

    params: Array
    se: Array
    tvalues: Array
    critical: Array
    significant: NDArray[np.bool_]
    bandwidth: Array
    fitted: Array
    residuals: Array
    local_r2: Array
    r2: float
    aicc: float
    rss: float
    sigma2: float
    enp: Array
    kernel: str
    fixed: bool
    criterion: str
    standardised: bool


def gwr(
    y: ArrayLike,
    x: ArrayLike,
    xy: ArrayLike,
    bandwidth: float | None = None,
    kernel: Kernel = "bisquare",
    fixed: bool = False,
    criterion: Criterion = "AICc",
    spherical: bool = False,
) -> LocalRegression:
    """Geographically weighted regression with an intercept.

    y, x       (n,), (n, k) in their own units
    xy         (n, 2) projected coordinates, or longitude and latitude in degrees with `spherical`
    bandwidth  neighbours (or distance where `fixed`); the one with the least `criterion` where None
    fixed      a fixed distance instead of a number of neighbours

    The search begins at 40 + 2(k + 1) neighbours, as the library does, or at 2(k + 2) where there are not so many places.
    Raises MissingPartError where mgwr is not installed. Source: Fotheringham, Brunsdon & Charlton (2002) ch. 2; Oshan et al.
    (2019) for the program.
    """
    target, design, places = _checked(y, x, xy, kernel, criterion, spherical)
    if bandwidth is not None:
        _refuse_bandwidth(bandwidth, target.size, design.shape[1], fixed)
    _library()
    from mgwr.gwr import GWR
    from mgwr.sel_bw import Sel_BW

    options: dict[str, Any] = {"kernel": kernel, "fixed": fixed, "spherical": spherical, "n_jobs": 1}
    with _quiet():
        if bandwidth is None:
            bandwidth = float(
                Sel_BW(places, target, design, **options).search(
                    criterion=criterion, bw_min=_least(target.shape[0], design.shape[1], fixed)
                )
            )
        found = GWR(places, target, design, bandwidth, **options).fit()
        local = np.asarray(found.localR2, dtype=float).ravel()
    width = design.shape[1] + 1
    return _result(
        found,
        np.full(width, float(found.critical_tval())),
        np.full(width, bandwidth),
        np.full(width, float(found.ENP) / width),
        local,
        (kernel, fixed, criterion, False),
    )


def mgwr(
    y: ArrayLike,
    x: ArrayLike,
    xy: ArrayLike,
    kernel: Kernel = "bisquare",
    fixed: bool = False,
    criterion: Criterion = "AICc",
    spherical: bool = False,
    standardise: bool = True,
) -> LocalRegression:
    """Multiscale GWR: every coefficient has its own bandwidth, found by back-fitting.

    y, x, xy     as for `gwr`
    standardise  mean 0 and standard deviation 1 (over n) first, so that bandwidths can be compared

    Time grows with n² and with the number of rounds: minutes from about a thousand places on. Source: Fotheringham, Yang & Kang
    (2017); Yu et al. (2020) for standard errors; Oshan et al. (2019) for the program.
    """
    target, design, places = _checked(y, x, xy, kernel, criterion, spherical)
    _library()
    from mgwr.gwr import MGWR
    from mgwr.sel_bw import Sel_BW

    if standardise:
        target, design = ((z - z.mean(axis=0)) / z.std(axis=0) for z in (target, design))
    options: dict[str, Any] = {"kernel": kernel, "fixed": fixed, "spherical": spherical, "n_jobs": 1}
    with _quiet():
        selector = Sel_BW(places, target, design, multi=True, **options)
        least = _least(target.shape[0], design.shape[1], fixed)
        bounded: dict[str, Any] = {}
        if least is not None:
            first = Sel_BW(places, target, design, **options).search(criterion=criterion, bw_min=least)
            bounded = {"init_multi": float(first), "multi_bw_min": [least]}
        widths = np.asarray(selector.search(criterion=criterion, **bounded), dtype=float)
        found = MGWR(places, target, design, selector, **options).fit()
        critical = np.asarray(found.critical_tval(), dtype=float)
    enp = np.asarray(found.ENP_j, dtype=float)
    return _result(found, critical, widths, enp, np.empty(0), (kernel, fixed, criterion, standardise))


def _refuse_bandwidth(bandwidth: float, n: int, k: int, fixed: bool) -> None:
    """A bandwidth is a distance above 0, or a whole number of neighbours that a local regression can be fitted to."""
    if fixed and not bandwidth > 0:
        raise UsageError(
            f"固定带宽是距离，须大于 0，实为 {bandwidth:g}；不写则自动选择",
            f"a fixed bandwidth is a distance above 0, not {bandwidth:g}; leave it out to have it chosen",
            code="846",
        )
    if not fixed and (bandwidth != round(bandwidth) or not k + 2 < bandwidth <= n):
        raise UsageError(
            f"自适应带宽是邻居数，须为 {k + 3} 至 {n} 的整数，实为 {bandwidth:g}；不写则自动选择",
            f"an adaptive bandwidth is a number of neighbours, a whole number from {k + 3} to {n}, not {bandwidth:g}; leave it out to have it chosen",
            code="846",
        )


def _checked(
    y: ArrayLike, x: ArrayLike, xy: ArrayLike, kernel: str, criterion: str, spherical: bool
) -> tuple[Array, Array, Array]:
    target = finite(y, "y", 1)
    design = finite(np.asarray(x)[:, None] if np.ndim(x) == 1 else x, "x", 2)
    places = finite(xy, "xy", 2)
    for name, each in (("x", design), ("xy", places)):
        same_length(target.size, name, each)
    if places.shape[1] != 2:
        raise DataError(
            f"xy 应为 (n, 2) 坐标，实为 {places.shape}",
            f"xy must be (n, 2) coordinates, it is {places.shape}",
            code="820",
        )
    if spherical and ((np.abs(places[:, 0]) > 180) | (np.abs(places[:, 1]) > 90)).any():
        raise DataError(
            "spherical 要求 xy 为经度、纬度（度）；投影坐标请用 spherical=False",
            "spherical needs xy as longitude and latitude in degrees; use spherical=False with projected coordinates",
            code="824",
        )
    if target.size < 2 * (design.shape[1] + 2):
        raise DataError(
            f"只有 {target.size} 个地点，{design.shape[1]} 个解释变量的局部回归至少需要 {2 * (design.shape[1] + 2)} 个；请增加地点或减少变量",
            f"there are {target.size} places, a local regression on {design.shape[1]} regressors needs at least {2 * (design.shape[1] + 2)}; take more places or fewer regressors",
            code="847",
        )
    if kernel not in KERNELS:
        raise unknown(Text("核函数", "kernel"), kernel, KERNELS)
    if criterion not in CRITERIA:
        raise unknown(Text("准则", "criterion"), criterion, CRITERIA)
    still = np.flatnonzero(np.ptp(design, axis=0) == 0)
    if still.size or np.ptp(target) == 0:
        who = f"x[:, {still[0]}]" if still.size else "y"
        raise ComputationError(
            f"{who} 没有变异，局部回归没有定义（截距自动加入）",
            f"{who} does not vary, so a local regression is undefined (an intercept is added)",
            code="836",
        )
    return target[:, None], design, places


def _least(n: int, k: int, fixed: bool) -> int | None:
    """The least bandwidth that is searched where the library's own, 40 + 2(k + 1), leaves nothing to search; else None."""
    return None if fixed or n > 40 + 2 * (k + 1) else min(2 * (k + 2), n)


def _library() -> None:
    from importlib.util import find_spec

    if find_spec("mgwr") is None:
        raise MissingPartError(
            "地理加权回归需要可选组件：pip install 'xinzhi[econ]'",
            "geographically weighted regression needs an optional part: pip install 'xinzhi[econ]'",
            code="837",
        )


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the library's progress bars off the screen and turn a singular local fit into a sentence."""
    try:
        with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            with contextlib.redirect_stdout(io.StringIO()):
                yield
    except np.linalg.LinAlgError:
        raise ComputationError(
            "某地局部样本的解释变量共线，请加大带宽或减少变量",
            "the regressors are collinear among the neighbours of some place; use a wider bandwidth or fewer regressors",
            code="838",
        ) from None


def _result(
    found: Any, critical: Array, widths: Array, enp: Array, local: Array, how: tuple[str, bool, str, bool]
) -> LocalRegression:
    tvalues = np.asarray(found.tvalues, dtype=float)
    return LocalRegression(
        np.asarray(found.params, dtype=float),
        np.asarray(found.bse, dtype=float),
        tvalues,
        critical,
        np.abs(tvalues) > critical,
        widths,
        np.asarray(found.predy, dtype=float).ravel(),
        np.asarray(found.resid_response, dtype=float).ravel(),
        local,
        float(found.R2),
        float(found.aicc),
        float(found.resid_ss),
        float(found.sigma2),
        enp,
        *how,
    )
