"""Convergence clubs: Phillips and Sul's clustering of a panel that does not converge as a whole, and its merging."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError, unknown
from xinzhi.base.text import Text
from xinzhi.disparity.logt import CRITICAL, LogT, Regression, _panel, log_t

Units = NDArray[np.intp]


@dataclass(frozen=True)
class Club:
    """One club: its units (positions in the panel, richest first) and the log t test on them."""

    units: tuple[int, ...]
    test: LogT


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
    x: ArrayLike, trim: float = 1 / 3, cstar: float = 0.0, merge: str | None = None, raise_cstar: bool = False
) -> Clubs:
    """Clubs of units that converge to one path each.

    x            (T, n) levels, as for `log_t`; units are ordered by their last period
    trim         share of early periods discarded
    cstar        critical value c* for admitting a unit to a core group: 0 for short panels, −1.65 for long ones
    merge        `phillips-sul` (2009) or `lyncker-thoennessen` (2017) merges neighbouring clubs afterwards; None does not
    raise_cstar  where the sieved club fails the test, raise c* by 0.05 until it passes (Phillips & Sul 2009, step 3)

    Source: Phillips & Sul (2007) section 4.2; (2009) section 4; as R ConvergenceClubs.
    """
    x = _panel(x)
    if x.shape[1] < 2:
        raise DataError("收敛俱乐部至少需要两个地区", "convergence clubs need at least two units", code="325")
    search = _Search(x, Regression.of(x.shape[0], trim))
    whole = log_t(x, trim)
    left: Units = np.argsort(-x[-1], kind="stable")
    found: list[Units] = []
    while left.size > 1:
        if search.tvalue(left) > CRITICAL:
            found.append(left)
            left = left[:0]
            break
        core = search.core(left)
        if core is None:
            break
        club = search.sieve(core, left, cstar, raise_cstar)
        found.append(club)
        left = left[~np.isin(left, club)]
    if merge is not None:
        found = merge_clubs(x, found, merge, trim)
    clubs = tuple(Club(tuple(int(u) for u in units), log_t(x[:, units], trim)) for units in found)
    return Clubs(clubs, tuple(int(u) for u in left), whole)


@dataclass(frozen=True)
class _Search:
    """Log t tests on many sets of units at once, through running sums of x and x²."""

    x: Array
    design: Regression

    def _tvalues(self, count: Array, total: Array, squares: Array) -> Array:
        """t-values (m,) for m sets given by their size (m,), Σx (T, m) and Σx² (T, m)."""
        dispersion = np.maximum(count * squares / total**2 - 1, 1e-300)
        beta, se, _ = self.design.fit(dispersion)
        return beta / se

    def tvalue(self, units: Units) -> float:
        """The t-value of one set."""
        part = self.x[:, units]
        ratio = part / part.mean(axis=1, keepdims=True)
        beta, se, _ = self.design.fit(np.maximum(((ratio - 1) ** 2).mean(axis=1), 1e-300)[:, None])
        return float(beta[0] / se[0])

    def core(self, left: Units) -> Units | None:
        """The core group: from the first neighbouring pair that converges, extended to the largest t-value."""
        for start in range(left.size - 1):
            ordered = self.x[:, left[start:]]
            if self.tvalue(left[start : start + 2]) <= CRITICAL:
                continue
            count = np.arange(2, ordered.shape[1] + 1)
            tvalues = self._tvalues(count, ordered.cumsum(axis=1)[:, 1:], (ordered**2).cumsum(axis=1)[:, 1:])
            failing = np.flatnonzero(tvalues <= CRITICAL)
            usable = tvalues[: failing[0]] if failing.size else tvalues
            return left[start : start + 2 + int(np.argmax(usable))]
        return None

    def sieve(self, core: Units, left: Units, cstar: float, raise_cstar: bool) -> Units:
        """The core with every unit that, added alone, keeps the t-value above c*."""
        others = left[~np.isin(left, core)]
        if others.size == 0:
            return core
        inside, outside = self.x[:, core], self.x[:, others]
        total = inside.sum(axis=1, keepdims=True) + outside
        squares = (inside**2).sum(axis=1, keepdims=True) + outside**2
        tvalues = self._tvalues(np.full(others.size, core.size + 1), total, squares)
        club = np.concatenate([core, others[tvalues > cstar]])
        while raise_cstar and club.size > core.size and self.tvalue(club) <= CRITICAL:
            cstar += 0.05
            club = np.concatenate([core, others[tvalues > cstar]])
        return club


def merge_clubs(x: ArrayLike, clubs: Sequence[Units], method: str = "phillips-sul", trim: float = 1 / 3) -> list[Units]:
    """Neighbouring clubs merged where their union still passes the log t test.

    method  `phillips-sul`: extend from the top while the union's t > −1.65; `lyncker-thoennessen`: additionally the union
            must fit better than the next pair of original clubs does

    Source: Phillips & Sul (2009) section 4.3; von Lyncker & Thoennessen (2017) section 3.2.
    """
    if method not in ("phillips-sul", "lyncker-thoennessen"):
        raise unknown(Text("合并方法", "merging method"), method, ("phillips-sul", "lyncker-thoennessen"))
    x = _panel(x)
    search = _Search(x, Regression.of(x.shape[0], trim))
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
