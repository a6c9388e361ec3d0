"""One set of weights out of several, such as experts' and the data's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array, finite, shares
from xinzhi.base.errors import ComputationError, DataError, UsageError, unknown
from xinzhi.base.text import Text
from xinzhi.measure.columns import weights_for

Combination = Literal["game", "multiplicative", "additive", "geometric", "moment"]
COMBINATIONS: tuple[Combination, ...] = ("game", "multiplicative", "additive", "geometric", "moment")


def combine_weights(
    weights: Sequence[ArrayLike],
    method: Combination = "game",
    *,
    importance: ArrayLike | None = None,
    negative: Literal["bounded", "absolute", "keep"] = "bounded",
    subjective: int = 1,
) -> Array:
    """One (m,) set of weights from s sets of weights (m,), each summing to one.

    method      game            w = Σ α_s w_s, α solving w_i·Σ_s α_s w_s = w_i·w_i for every i: the combination that is in
                                balance with all sets at once; α is scaled to one
                additive        w = Σ importance_s · w_s
                multiplicative  w ∝ Π w_s
                geometric       w ∝ Π w_s^importance_s: least relative entropy from all sets
                moment          w ∝ a·Σ subjective + b·Σ objective, a and b being the mean shares of the two kinds in
                                the weights of an indicator; the first `subjective` sets are the subjective ones
    importance  (s,) of the sets, for additive and geometric; the same for all where not given
    negative    game: an α below zero is ruled out by solving under α ≥ 0 (bounded), turned positive (absolute), or
                kept, which refuses weights below zero

    Source: game — Wang & Zhu (2003), 基于对策论的综合赋权法; geometric — minimum relative entropy; moment — 矩估计组合赋权.
    """
    if len(weights) == 0:
        raise DataError("没有可合成的权重", "there are no weights to combine", code="721")
    w = np.array([weights_for(each, np.asarray(weights[0]).shape[0]) for each in weights])
    if importance is not None and method not in ("additive", "geometric"):
        raise UsageError(
            f"合成方法 {method} 不使用 importance；请改用 additive 或 geometric",
            f"combination {method} does not use importance; choose additive or geometric",
            code="711",
        )
    voice = shares(np.ones(len(w)) if importance is None else importance, "importance", len(w))
    if method == "game":
        return _game(w, negative)
    if method == "additive":
        return np.asarray(voice @ w)
    if method == "multiplicative":
        return _scaled(w.prod(axis=0))
    if method == "geometric":
        return _scaled(np.prod(w ** voice[:, None], axis=0))
    if method == "moment":
        return _moment(w, subjective)
    raise unknown(Text("权重合成方法", "combination"), str(method), COMBINATIONS, code="712")


def _scaled(product: Array) -> Array:
    if not product.sum() > 0:
        raise ComputationError(
            "乘法合成后权重全为 0：每个指标都在某组权重中为 0；请改用 additive 或 game",
            "the product of the weights is zero everywhere: each indicator has weight 0 in some set; use additive or game",
            code="722",
        )
    return np.asarray(product / product.sum())


def game_coefficients(w: ArrayLike, negative: Literal["bounded", "absolute", "keep"] = "bounded") -> Array:
    """(s,) coefficients of the game combination of (s, m) weights, summing to one."""
    w = finite(w, "weights", 2)
    gram = w @ w.T
    balance = np.diag(gram).copy()
    alpha = np.linalg.lstsq(gram, balance, rcond=1e-12)[0]  # the shortest solution where sets repeat each other
    if (alpha < -1e-12).any():
        if negative == "bounded":
            from scipy.optimize import nnls

            alpha = nnls(gram, balance)[0]
        elif negative == "absolute":
            alpha = np.abs(alpha)
    return np.asarray(alpha / alpha.sum())


def _game(w: Array, negative: Literal["bounded", "absolute", "keep"]) -> Array:
    out = game_coefficients(w, negative) @ w
    if (out < -1e-12).any():
        j = int(np.argmin(out))
        raise ComputationError(
            f'博弈组合使第 {j} 个指标权重为负（{out[j]:g}）；请用 negative="bounded"',
            f'the game combination gives indicator {j} a weight below zero ({out[j]:g}); use negative="bounded"',
            code="723",
        )
    return np.asarray(np.maximum(out, 0.0) / np.maximum(out, 0.0).sum())


def _moment(w: Array, subjective: int) -> Array:
    if not 1 <= subjective < len(w):
        raise UsageError(
            f"subjective={subjective} 不可用；矩估计需要主观与客观权重各至少一组，现共 {len(w)} 组",
            f"subjective={subjective} cannot be used; moment estimation needs a subjective and an objective set among the {len(w)}",
            code="713",
        )
    mine, theirs = w[:subjective].sum(axis=0), w[subjective:].sum(axis=0)
    both = mine + theirs
    share = np.divide(mine, both, out=np.full_like(mine, 0.5), where=both > 0)
    a, b = share.mean(), (1 - share).mean()
    return _scaled(a * mine + b * theirs)
