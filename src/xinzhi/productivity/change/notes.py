"""What is said beside a change of productivity: few units, absent ones, programs without a solution."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xinzhi.base.text import Text
from xinzhi.productivity.envelopment.periods import Panel3
from xinzhi.productivity.envelopment.technology import few_units

if TYPE_CHECKING:
    from xinzhi.productivity.change.adjacent import Plan

LISTED = 12


def told(
    how: Plan, data: Panel3, lost: tuple[tuple[int, int, int, int], ...], undefined: int, what: Text
) -> tuple[Text, ...]:
    """All notes; `lost` are the programs without a solution, `undefined` how many of them have β but no factor."""
    return _few(data) + _absent(data) + _unsolved(how, lost, what) + _undefined(undefined)


def _few(data: Panel3) -> tuple[Text, ...]:
    """The warning about the smallest technology, that of the period with the fewest units."""
    fewest = int(data.present.sum(axis=1).min())
    return few_units(fewest, data.x.shape[2], data.y.shape[2] + data.b.shape[2])


def _absent(data: Panel3) -> tuple[Text, ...]:
    missing = np.argwhere(~data.present)
    if not missing.size:
        return ()
    listed = ", ".join(str((int(t), int(u))) for t, u in missing[:LISTED]) + (" …" if len(missing) > LISTED else "")
    return (
        Text(
            f"非平衡面板：{len(missing)} 个（期，单元）缺席（{listed}），不进入前沿，相关变化记为缺失",
            f"unbalanced panel: {len(missing)} (period, unit) pairs are absent ({listed}); they are in no frontier and "
            "changes from or to them are missing",
        ),
    )


def _undefined(count: int) -> tuple[Text, ...]:
    if not count:
        return ()
    return (
        Text(
            f"其中 {count} 个规划的 β 使 1 + β（投入导向为 1 − β）不为正，没有效率因子；luenberger 指标没有这一限制",
            f"in {count} of them β leaves 1 + β (input orientation: 1 − β) not positive, so there is no efficiency factor; "
            "the luenberger indicator has no such limit",
        ),
    )


def _unsolved(how: Plan, lost: tuple[tuple[int, int, int, int], ...], what: Text) -> tuple[Text, ...]:
    out = []
    if how.decomposition != "plain" and how.rts == "vrs":
        out.append(
            Text(
                f"{what.zh}的总变化以规模报酬不变的前沿为基准，规模报酬可变的前沿只用于分解（{how.decomposition}）",
                f"the total {what.en} rests on the constant-returns frontier; the variable-returns one serves the "
                f"decomposition ({how.decomposition})",
            )
        )
    if lost:
        units = "; ".join(f"{a}…{b - 1}: {t}, {u}" for a, b, t, u in lost[:LISTED]) + (
            " …" if len(lost) > LISTED else ""
        )
        zh, en = (
            ("取仅有的一侧", "takes the one side that has a solution")
            if how.infeasible == "one-sided"
            else ("记为缺失", "is missing")
        )
        out.append(
            Text(
                f"{what.zh}：{len(lost)} 个跨期规划无可行解，相应结果{zh}（技术期：被评价期，单元：{units}）",
                f"{what.en}: {len(lost)} programs have no solution, what rests on them {en} "
                f"(technology periods: evaluated period, unit: {units})",
            )
        )
    return tuple(out)
