"""Hansen's panel threshold regression: does an effect change where another variable passes a value?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, finite, labels, same_length
from xinzhi.base.errors import ComputationError, DataError, UsageError
from xinzhi.base.regression import demean

_ENTRIES = 4_000_000


@dataclass(frozen=True)
class ThresholdTest:
    """One more threshold against one fewer.

    f, p       likelihood-ratio F and its bootstrap probability (NaN without draws)
    critical   (3,) bootstrap critical values at 10 %, 5 % and 1 %
    """

    f: float
    p: float
    critical: Array


@dataclass(frozen=True)
class Threshold:
    """A panel threshold model with fixed unit effects; regime 1 is q ≤ the lowest threshold.

    thresholds      (m,) ascending
    intervals       (m, 2) where the likelihood ratio stays below its critical value
    coefficients    (m + 1, k) of the regime-dependent regressors, one row a regime
    controls        (c,) coefficients of the others
    coefficients_se, controls_se   by the covariance asked for
    tests           one entry a threshold: 1 against 0, 2 against 1, …
    ssr, sigma2     residual sum of squares, SSR/(n(T − 1))
    counts          (m + 1,) observations in each regime
    profile         (candidates, LR) of the search for each threshold given the others
    level, trim, draws
    """

    thresholds: Array
    intervals: Array
    coefficients: Array
    controls: Array
    coefficients_se: Array
    controls_se: Array
    tests: tuple[ThresholdTest, ...]
    ssr: float
    sigma2: float
    counts: NDArray[np.int64]
    profile: tuple[tuple[Array, Array], ...]
    level: float
    trim: float
    draws: int


def threshold_regression(
    y: ArrayLike,
    x: ArrayLike,
    q: ArrayLike,
    units: ArrayLike,
    controls: ArrayLike | None = None,
    thresholds: int = 1,
    trim: float = 0.05,
    grid: int | None = None,
    draws: int = 300,
    seed: int = 0,
    level: float = 0.95,
    robust: bool = False,
) -> Threshold:
    """Least-squares thresholds of `q` at which the effect of `x` on `y` changes.

    y, q      (N,); x (N,) or (N, k) regime-dependent regressors; controls (N, c) regime-free ones
    units     (N,) labels; the panel should be balanced, as Hansen's theory asks
    thresholds  1 to 3, found one after another and refined once each
    trim      every regime keeps at least this share of observations
    grid      number of quantiles of q to search; every observed value where None
    draws     bootstrap draws for the tests (units resampled), 0 for none
    robust    White instead of homoskedastic standard errors

    Source: Hansen (1999), J. Econometrics 93, sections 3-5.
    """
    if not 1 <= thresholds <= 3:
        raise DataError(
            f"门槛数须为 1–3，实为 {thresholds}", f"there can be 1 to 3 thresholds, not {thresholds}", code="860"
        )
    if not (0 < trim < 0.5 and 0 < level < 1):
        raise UsageError(
            f"trim 须在 0 与 0.5 之间（常用 0.05 或 0.1），level 须在 0 与 1 之间，实为 {trim:g} 与 {level:g}",
            f"trim must lie between 0 and 0.5 (0.05 or 0.1 are usual) and level between 0 and 1, they are {trim:g} and {level:g}",
            code="898",
        )
    data = _Data.of(y, x, q, units, controls)
    candidates = _candidates(data.q, trim, grid)
    found: list[float] = []
    tests = []
    rng = np.random.default_rng(seed)
    for count in range(1, thresholds + 1):
        before = data.fit(sorted(found))[0]
        search = _search(data, candidates, sorted(found), trim)
        tests.append(_test(data, candidates, sorted(found), trim, before, search.ssr.min(), draws, rng))
        found.append(float(search.values[np.argmin(search.ssr)]))
        if count > 1:
            found = _refined(data, candidates, found, trim)
    found.sort()
    ssr, coefficients, covariance = data.fit(found, robust)
    sigma2 = ssr / data.freedom
    intervals, profile = [], []
    cut = -2 * np.log(1 - np.sqrt(level))
    for gamma in found:
        search = _search(data, candidates, [g for g in found if g != gamma], trim)
        ratio = (search.ssr - search.ssr.min()) / (search.ssr.min() / data.freedom)
        inside = search.values[ratio <= cut]
        intervals.append([inside.min(), inside.max()])
        profile.append((search.values, ratio))
    se = np.sqrt(np.diag(covariance))
    regimes = (thresholds + 1) * data.x.shape[1]
    shape = (thresholds + 1, data.x.shape[1])
    regime = np.searchsorted(np.array(found), data.q, side="left")
    return Threshold(
        np.array(found),
        np.array(intervals),
        coefficients[:regimes].reshape(shape),
        coefficients[regimes:],
        se[:regimes].reshape(shape),
        se[regimes:],
        tuple(tests),
        ssr,
        sigma2,
        np.bincount(regime, minlength=thresholds + 1),
        tuple(profile),
        level,
        trim,
        draws,
    )


@dataclass(frozen=True)
class _Data:
    y: Array
    x: Array
    q: Array
    z: Array
    unit: NDArray[np.intp]
    freedom: int

    @classmethod
    def of(cls, y: ArrayLike, x: ArrayLike, q: ArrayLike, units: ArrayLike, controls: ArrayLike | None) -> _Data:
        target, border = finite(y, "y", 1), finite(q, "q", 1)
        design = finite(np.asarray(x)[:, None] if np.ndim(x) == 1 else x, "x", 2)
        others = (
            np.empty((target.size, 0))
            if controls is None
            else finite(np.asarray(controls)[:, None] if np.ndim(controls) == 1 else controls, "controls", 2)
        )
        for name, each in (("x", design), ("q", border), ("controls", others)):
            same_length(target.size, name, each)
        unit = np.asarray(np.unique(labels(units, "units", target.size), return_inverse=True)[1], dtype=np.intp)
        moved = _within(target[:, None], unit)[:, 0]
        if moved @ moved <= 1e-24 * max(float(target @ target), 1e-300):
            raise ComputationError(
                "各地区的 y 不随时间变化（或每个地区只有一期），门槛模型没有可解释的变异；请换 y 或提供多期数据",
                "y does not change over time within any unit (or every unit has one period), so a threshold has nothing to explain; use another y or more periods",
                code="899",
            )
        return cls(
            moved,
            design,
            border,
            _within(others, unit),
            unit,
            target.size - int(unit.max()) - 1,
        )

    def design(self, gammas: list[float]) -> Array:
        """(N, (m + 1)k + c) regressors with unit effects taken out."""
        regime = np.searchsorted(np.array(gammas), self.q, side="left")
        blocks = [self.x * (regime == r)[:, None] for r in range(len(gammas) + 1)]
        return np.hstack([_within(np.hstack(blocks), self.unit), self.z])

    def fit(self, gammas: list[float], robust: bool = False) -> tuple[float, Array, Array]:
        """SSR, coefficients and covariance with thresholds `gammas`."""
        design = self.design(gammas)
        unit = np.maximum(np.linalg.norm(design, axis=0), 1e-300)
        scaled = design / unit
        cross = scaled.T @ scaled
        if np.linalg.cond(cross) > 1e13:
            raise ComputationError(
                "门槛模型的解释变量共线，或在某一区制内不随时间变化；请剔除其一，或加大 trim",
                "the regressors of the threshold model are collinear, or do not change over time within a regime; drop one, or raise trim",
                code="861",
            )
        inverse = np.asarray(np.linalg.inv(cross), dtype=float) / np.outer(unit, unit)
        beta = inverse @ (design.T @ self.y)
        residual = self.y - design @ beta
        ssr = float(residual @ residual)
        score = design * residual[:, None]
        covariance = inverse @ (score.T @ score) @ inverse if robust else inverse * (ssr / self.freedom)
        return ssr, beta, covariance


def _within(z: Array, unit: NDArray[np.intp]) -> Array:
    return demean(z, unit, None) if z.shape[1] else z


def _candidates(q: Array, trim: float, grid: int | None) -> Array:
    distinct = np.unique(q)
    ordered = np.sort(q)
    low = np.searchsorted(ordered, distinct, side="right")
    keep = distinct[(low >= trim * q.size) & (q.size - low >= trim * q.size)]
    if keep.size == 0:
        raise DataError(
            "门槛变量没有足够的取值可供搜索；请减小 trim",
            "the threshold variable has too few values to search; lower trim",
            code="862",
        )
    if grid is not None and keep.size > grid:
        keep = np.unique(np.quantile(keep, np.linspace(0, 1, grid), method="nearest"))
    return keep


@dataclass(frozen=True)
class _Search:
    values: Array
    ssr: Array


def _eligible(data: _Data, candidates: Array, given: list[float], trim: float) -> Array:
    """Candidates that leave every regime its share of observations."""
    size = trim * data.q.size
    kept = []
    for gamma in candidates:
        counts = np.bincount(np.searchsorted(np.sort([*given, gamma]), data.q, side="left"), minlength=len(given) + 2)
        if counts.min() >= size:
            kept.append(gamma)
    return np.array(kept) if given else candidates


def _bases(data: _Data, values: Array, given: list[float]) -> list[Array]:
    """Orthonormal bases of the regressors for each candidate, in blocks (candidates, N, p)."""
    blocks = []
    width = (len(given) + 2) * data.x.shape[1] + data.z.shape[1]
    step = max(1, _ENTRIES // (data.y.size * width))
    for start in range(0, values.size, step):
        designs = np.stack([data.design(sorted([*given, float(g)])) for g in values[start : start + step]])
        blocks.append(np.linalg.qr(designs)[0])
    return blocks


def _ssr(bases: list[Array], y: Array) -> Array:
    """SSR (candidates,) or (candidates, B) of `y` (N,) or (N, B) on each basis."""
    total = (y**2).sum(axis=0)
    return np.concatenate([total - ((np.swapaxes(basis, 1, 2) @ y) ** 2).sum(axis=1) for basis in bases])


def _search(data: _Data, candidates: Array, given: list[float], trim: float) -> _Search:
    values = _eligible(data, candidates, given, trim)
    if values.size == 0:
        raise ComputationError(
            "再加一个门槛会使某一区制过小；请减少门槛数或 trim",
            "another threshold leaves a regime too small; use fewer thresholds or a smaller trim",
            code="863",
        )
    return _Search(values, _ssr(_bases(data, values, given), data.y))


def _refined(data: _Data, candidates: Array, found: list[float], trim: float) -> list[float]:
    """Search each earlier threshold again given the later ones. Hansen (1999) eq. 26; Bai (1997)."""
    refined = list(found)
    for k in range(len(refined) - 1):
        search = _search(data, candidates, sorted(refined[:k] + refined[k + 1 :]), trim)
        refined[k] = float(search.values[np.argmin(search.ssr)])
    return refined


def _test(
    data: _Data,
    candidates: Array,
    given: list[float],
    trim: float,
    before: float,
    after: float,
    draws: int,
    rng: np.random.Generator,
) -> ThresholdTest:
    """F of one more threshold, with Hansen's bootstrap: whole histories of residuals of the larger model are resampled."""
    f = float((before - after) / (after / data.freedom))
    if draws <= 0:
        return ThresholdTest(f, float("nan"), np.full(3, np.nan))
    values = _eligible(data, candidates, given, trim)
    bases = _bases(data, values, given)
    gamma = float(values[np.argmin(_ssr(bases, data.y))])
    larger = data.design(sorted([*given, gamma]))
    residual = data.y - larger @ np.linalg.lstsq(larger, data.y, rcond=None)[0]
    null = data.design(given)
    mean = null @ np.linalg.lstsq(null, data.y, rcond=None)[0]
    rows = [np.flatnonzero(data.unit == u) for u in range(int(data.unit.max()) + 1)]
    drawn = np.empty((data.y.size, draws))
    for b in range(draws):
        for place, chosen in zip(rows, rng.integers(0, len(rows), len(rows)), strict=True):
            history = residual[rows[chosen]]
            drawn[place, b] = np.resize(history, place.size)
    sample = mean[:, None] + _within(drawn, data.unit)
    base = np.linalg.qr(null)[0]
    null_ssr = (sample**2).sum(axis=0) - ((base.T @ sample) ** 2).sum(axis=0)
    larger_ssr = _ssr(bases, sample).min(axis=0)
    statistics = (null_ssr - larger_ssr) / (larger_ssr / data.freedom)
    return ThresholdTest(f, float((statistics >= f).mean()), np.quantile(statistics, [0.9, 0.95, 0.99]))
