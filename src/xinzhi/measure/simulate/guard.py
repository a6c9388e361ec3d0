"""Which choices can be combined on a table, found out before anything is replicated."""

from __future__ import annotations

import numpy as np

from xinzhi.base.arrays import Array
from xinzhi.base.errors import ComputationError, UsageError, XinzhiError
from xinzhi.base.text import Text
from xinzhi.measure.simulate.one import scored, weighed
from xinzhi.measure.simulate.plan import FACTORS, Alternatives
from xinzhi.measure.simulate.run import Problem, scale
from xinzhi.measure.simulate.scores import MEANS

_ROUNDING = 1e-12


def possible(problem: Problem, names: Alternatives, *, strict: bool) -> Alternatives:
    """The alternatives that can all be combined with each other on the table as it is.

    strict  True raises UsageError naming the first pair that cannot; False leaves alternatives out: first weightings and
            aggregations that do not go with the nominal normalisation, then normalisations that do not go with those
            that stay. The nominal choices always stay, and are refused where they clash among themselves
    """
    nominal = names.normalise[0]
    z = _scaled(problem, nominal)
    weights = _going_with(problem, z, nominal, "weights", names.weights, strict)
    aggregate = _going_with(problem, z, nominal, "aggregate", names.aggregate, strict)
    normalise = [nominal]
    for name in names.normalise[1:]:
        try:
            other = _scaled(problem, name)
            _going_with(problem, other, name, "weights", weights, True)
            _going_with(problem, other, name, "aggregate", aggregate, True)
        except XinzhiError:
            if strict:
                raise
        else:
            normalise.append(name)
    return Alternatives(tuple(normalise), weights, aggregate)


def finite_scores(scores: Array) -> Array:
    """`scores` unless one of them is not a number, which an extreme data error can bring about."""
    if np.isfinite(scores).all():
        return scores
    draw = int(np.argmin(np.isfinite(scores).all(axis=1)))
    raise ComputationError(
        f"第 {draw} 次重复无法得到分数：数据误差使某个指标超出该方法的取值范围；请减小 data_noise 或去掉该方法",
        f"draw {draw} has no score: the data error took an indicator outside what the method can use; lower data_noise or leave the method out",
        code="249",
    )


def _scaled(problem: Problem, name: str) -> Array:
    z = scale(problem, name)
    if not np.isfinite(z).all():
        indicator = int(np.argmin(np.isfinite(z).all(axis=1)))
        raise UsageError(
            f"标准化方法 {name} 不适用于第 {indicator} 个指标：在同一标尺内取值相同；请剔除该指标",
            f"normalisation {name} does not work for indicator {indicator}, which does not vary within a yardstick; leave it out",
            code="254",
        )
    return z


def _going_with(
    problem: Problem, z: Array, scale_name: str, factor: str, names: tuple[str, ...], strict: bool
) -> tuple[str, ...]:
    """Those of `names` that work on z (m, n); the first is never left out."""
    out = []
    for position, name in enumerate(names):
        why = _weights_fail(problem, z, name) if factor == "weights" else _aggregate_fails(problem, z, name)
        if why is None:
            out.append(name)
        elif strict or position == 0:
            raise _clash(scale_name, factor, name, why)
    return tuple(out)


def _weights_fail(problem: Problem, z: Array, name: str) -> Text | None:
    """Why the weighting has no result on z, by the kernel itself; None where it has."""
    if name in ("given", "equal"):
        return None
    groups = [np.arange(len(z))]
    if problem.nominal.layering != "pooled":
        groups = [np.flatnonzero(problem.layers == k) for k in np.unique(problem.layers)]
    try:
        for rows in problem.yardsticks:
            for inside in groups:
                if len(inside) > 1:
                    weighed(z[inside, rows], problem.there[inside, rows], name)
    except XinzhiError as error:
        return error.text
    return None


def _aggregate_fails(problem: Problem, z: Array, name: str) -> Text | None:
    """Why the aggregation has no result on z; None where it has."""
    if name in MEANS:
        outside = name != "arithmetic" and (z.min() < -_ROUNDING or z.max() > 1 + _ROUNDING)
        return Text("需要 0–1 之间的取值", "it needs values within 0–1") if outside else None
    w = np.full(len(z), 1 / len(z))
    try:
        for rows in problem.yardsticks:
            scored(z[:, rows], problem.there[:, rows], w, name, problem.year[rows])
    except XinzhiError as error:
        return error.text
    return None


def _clash(scale_name: str, factor: str, name: str, why: Text) -> UsageError:
    a, b = FACTORS["normalise"], FACTORS[factor]
    return UsageError(
        f"{a.zh} {scale_name} 与{b.zh} {name} 不能并用：{why.zh}；请去掉其一",
        f"{a.en} {scale_name} and {b.en} {name} do not go together: {why.en}; take one of the two out",
        code="250",
    )
