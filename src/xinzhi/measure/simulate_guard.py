"""Which choices cannot be combined, said before anything is replicated."""

from __future__ import annotations

import numpy as np

from xinzhi.base.arrays import Array
from xinzhi.base.errors import ComputationError, UsageError
from xinzhi.measure.simulate_plan import FACTORS, Alternatives
from xinzhi.measure.simulate_run import Problem, scale

_ROUNDING = 1e-12
_NEEDS_UNIT = ("geometric", "harmonic")
_NEEDS_SIGN = ("entropy", "game", "multiplicative")


def refuse_impossible(problem: Problem, names: Alternatives) -> None:
    """Raise UsageError naming the first pair of alternatives that has no meaning on this table.

    Geometric and harmonic means need a scale within 0–1, entropy one without negative values, the coefficient of
    variation a positive mean.
    """
    for name in names.normalise:
        z = scale(problem, name)
        for aggregate in names.aggregate:
            if aggregate in _NEEDS_UNIT and (z.min() < -_ROUNDING or z.max() > 1 + _ROUNDING):
                raise _clash("normalise", name, "aggregate", aggregate, "0–1")
        for weights in names.weights:
            if weights in _NEEDS_SIGN and z.min() < 0:
                raise _clash("normalise", name, "weights", weights, "≥ 0")
            if weights == "cv" and (z.mean(axis=1) <= _ROUNDING).any():
                raise _clash("normalise", name, "weights", weights, "> 0")


def finite_scores(scores: Array) -> Array:
    """`scores` unless one of them is not a number, which an extreme data error can bring about."""
    if np.isfinite(scores).all():
        return scores
    draw = int(np.argmin(np.isfinite(scores).all(axis=1)))
    raise ComputationError(
        f"第 {draw} 次重复无法得到分数: 数据误差使某个指标超出该方法的取值范围; 请减小 data_noise 或去掉该方法",
        f"draw {draw} has no score: the data error took an indicator outside what the method can use; lower data_noise or leave the method out",
        code="249",
    )


def _clash(one: str, first: str, other: str, second: str, range_: str) -> UsageError:
    a, b = FACTORS[one], FACTORS[other]
    return UsageError(
        f"{a.zh} {first} 与{b.zh} {second} 不能并用: 后者要求取值 {range_}; 请从 Variation 或 Method 中去掉其一",
        f"{a.en} {first} and {b.en} {second} do not go together: the latter needs values {range_}; take one out of Variation or Method",
        code="250",
    )
