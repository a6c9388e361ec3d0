"""Convergence clubs: Phillips and Sul's clustering of a panel that does not converge as a whole, and its merging."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError, unknown
from xinzhi.base.text import Text
from xinzhi.disparity.logt import CRITICAL, LogT, Regression, _panel, log_t

Units = NDArray[np.intp]
CORES: tuple[str, ...] = ("absolute", "largest")


@dataclass(frozen=True)
class Club:
    """One club: its units (positions in the panel, richest first) and the log t test on them."""

    units: tuple[int, ...]
    test: LogT

    def __iter__(self) -> Iterator[int]:
        return iter(self.units)

    def __len__(self) -> int:
        return len(self.units)


@dataclass(frozen=True)
class Clubs:
    """The clubs of a panel, richest first, and the units that belong to none.

    clubs      units of each club with their log t test
    divergent  positions of the units that join no club
    whole      the log t test on all units
    """

    clubs: tuple[Club, ...]
    divergent: tuple[int, ...]
    whole: LogT

    def membership(self, size: int) -> NDArray[np.intp]:
        """The club of each unit counted from one, 0 for a divergent unit (size,)."""
        labels = np.zeros(size, dtype=np.intp)
        for number, club in enumerate(self.clubs, start=1):
            labels[list(club.units)] = number
        return labels


def convergence_clubs(
    x: ArrayLike,
    trim: float = 1 / 3,
    cstar: float = 0.0,
    merge: str | None = None,
    raise_cstar: bool = False,
    *,
    step: float = 0.05,
    cap: float = 50.0,
    core: str = "absolute",
    absorb: bool = False,
    hac: str = "fixed",
) -> Clubs:
    """Clubs of units that converge to one path each.

    x            (T, n) levels, as for `log_t`; units are ordered by their last period
    trim         share of early periods discarded
    cstar        critical value c* for admitting a unit to a core group: 0 for short panels, −1.65 for long ones
    merge        `phillips-sul` (2009) or `lyncker-thoennessen` (2017) merges neighbouring clubs afterwards; None does not
    raise_cstar  where the sieved club fails the test, raise c* by `step` until it passes (Phillips & Sul 2009, step 3), or
                 until c* exceeds `cap`, when the core group alone is the club
    core         which of the growing groups is the core: the one with the largest `absolute` t-value, as R ConvergenceClubs
                 takes it, or with the `largest` one, as in the paper and in Stata's psecta (they differ only where the best
                 t-value is smaller than the size of a negative one, at most 1.65)
    absorb       at last let divergent units join the club with which they converge best (von Lyncker & Thoennessen 2017)
    hac          as for `log_t`

    Source: Phillips & Sul (2007) section 4.2; (2009) section 4; as R ConvergenceClubs.
    """
    x = _panel(x)
    if x.shape[1] < 2:
        raise DataError("收敛俱乐部至少需要两个地区", "convergence clubs need at least two units", code="325")
    if core not in CORES:
        raise unknown(Text("核心组规则", "rule for the core group"), core, CORES)
    if not step > 0:
        raise DataError(f"step 须大于 0，实为 {step:g}", f"step must be positive, it is {step:g}", code="326")
    whole = log_t(x, trim, hac)
    search = _Search(x, Regression.of(x.shape[0], trim), hac)
    left: Units = np.argsort(-x[-1], kind="stable")
    found: list[Units] = []
    while left.size > 1:
        if search.tvalue(left) > CRITICAL:
            found.append(left)
            left = left[:0]
            break
        first = search.core(left, core)
        if first is None:
            break
        club = search.sieve(first, left, cstar, step if raise_cstar else None, cap)
        found.append(club)
        left = left[~np.isin(left, club)]
    if merge is not None:
        found = merge_clubs(x, found, merge, trim, hac)
    if absorb:
        found, left = _absorb(search, found, left)
    clubs = tuple(Club(tuple(int(u) for u in units), log_t(x[:, units], trim, hac)) for units in found)
    return Clubs(clubs, tuple(int(u) for u in left), whole)


@dataclass(frozen=True)
class _Search:
    """Log t tests on many sets of units at once, through running sums of x and x²."""

    x: Array
    design: Regression
    hac: str

    def tvalues(self, count: Array, total: Array, squares: Array, level: Array) -> Array:
        """t-values (m,) for m sets given by their size (m,), Σ(x − level) (T, m), Σ(x − level)² (T, m) and level (T, 1)."""
        centre = total / count
        dispersion = (squares / count - centre**2) / (level + centre) ** 2
        beta, se, _ = self.design.fit(np.maximum(dispersion, 1e-300), self.hac)
        return beta / se

    def grown(self, units: Units, others: Units) -> Array:
        """t-values (m,) of a set with each one of m `others` added."""
        level = self.x[:, units].mean(axis=1, keepdims=True)
        inside, outside = self.x[:, units] - level, self.x[:, others] - level
        total = inside.sum(axis=1, keepdims=True) + outside
        squares = (inside**2).sum(axis=1, keepdims=True) + outside**2
        return self.tvalues(np.full(others.size, units.size + 1.0), total, squares, level)

    def tvalue(self, units: Units) -> float:
        """The t-value of one set."""
        part = self.x[:, units]
        ratio = part / part.mean(axis=1, keepdims=True)
        beta, se, _ = self.design.fit(np.maximum(((ratio - 1) ** 2).mean(axis=1), 1e-300)[:, None], self.hac)
        return float(beta[0] / se[0])

    def core(self, left: Units, rule: str) -> Units | None:
        """The core group: from the first neighbouring pair that converges, extended to the best t-value."""
        for start in range(left.size - 1):
            if self.tvalue(left[start : start + 2]) <= CRITICAL:
                continue
            level = self.x[:, left[start : start + 1]]
            ordered = self.x[:, left[start:]] - level
            count = np.arange(2.0, ordered.shape[1] + 1)
            tvalues = self.tvalues(count, ordered.cumsum(axis=1)[:, 1:], (ordered**2).cumsum(axis=1)[:, 1:], level)
            failing = np.flatnonzero(tvalues <= CRITICAL)
            usable = tvalues[: failing[0]] if failing.size else tvalues
            return left[start : start + 2 + int(np.argmax(np.abs(usable) if rule == "absolute" else usable))]
        return None

    def sieve(self, core: Units, left: Units, cstar: float, step: float | None, cap: float) -> Units:
        """The core with every unit that, added alone, keeps the t-value above c*."""
        others = left[~np.isin(left, core)]
        if others.size == 0:
            return core
        tvalues = self.grown(core, others)
        club = np.concatenate([core, others[tvalues > cstar]])
        while step is not None and club.size > core.size and self.tvalue(club) <= CRITICAL:
            if cstar > cap:
                return core
            cstar += step
            club = np.concatenate([core, others[tvalues > cstar]])
        return club


def _absorb(search: _Search, clubs: list[Units], left: Units) -> tuple[list[Units], Units]:
    """Divergent units, one at a time the one that fits best, join the club that they fit best while t > −1.65."""
    clubs = list(clubs)
    while clubs and left.size:
        fits = np.stack([search.grown(club, left) for club in clubs])
        if not fits.max() > CRITICAL:
            break
        club, unit = np.unravel_index(int(np.argmax(fits)), fits.shape)
        clubs[club] = np.append(clubs[club], left[unit])
        left = np.delete(left, unit)
    return clubs, left


def merge_clubs(
    x: ArrayLike, clubs: Sequence[Units], method: str = "phillips-sul", trim: float = 1 / 3, hac: str = "fixed"
) -> list[Units]:
    """Neighbouring clubs merged where their union still passes the log t test.

    method  `phillips-sul`: extend from the top while the union's t > −1.65; `lyncker-thoennessen`: additionally the union
            must fit better than the next pair of original clubs does

    Source: Phillips & Sul (2009) section 4.3; von Lyncker & Thoennessen (2017) section 3.2.
    """
    if method not in ("phillips-sul", "lyncker-thoennessen"):
        raise unknown(Text("合并方法", "merging method"), method, ("phillips-sul", "lyncker-thoennessen"))
    x = _panel(x)
    search = _Search(x, Regression.of(x.shape[0], trim), hac)
    merged: list[Units] = []
    position = 0
    while position < len(clubs):
        union = clubs[position]
        following = position + 1
        while following < len(clubs):
            tvalue = search.tvalue(np.concatenate([union, clubs[following]]))
            if tvalue <= CRITICAL:
                break
            if method == "lyncker-thoennessen" and following + 1 < len(clubs):
                rival = search.tvalue(np.concatenate([clubs[following], clubs[following + 1]]))
                if tvalue <= rival:
                    break
            union = np.concatenate([union, clubs[following]])
            following += 1
        merged.append(union)
        position = following
    return merged
