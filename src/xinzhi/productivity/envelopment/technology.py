"""What a frontier model is given: units and their reference, checked, and laid out as rows of linear programs.

The rows are inputs, goods, bads and, where returns to scale restrict the weights, their sum:

    X'λ + s = …    Y'λ − s = …    B'λ (+ s) = …    1'λ (± s) = 1

Source: Färe, Grosskopf & Lovell (1994), Production Frontiers, ch. 2–4; Kuosmanen (2005) AJAE 87, 1077 for abatement
factors that differ between units.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, finite, same_length
from xinzhi.base.errors import DataError
from xinzhi.base.text import Text
from xinzhi.productivity.arguments import choice

Rts = Literal["crs", "vrs", "drs", "irs", "fdh"]
Disposability = Literal["weak", "strong", "kuosmanen"]
Reference = Sequence[ArrayLike] | None

STATUS = np.array(["optimal", "infeasible", "unbounded", "unsolved"])


def returns_to_scale(rts: str) -> Rts:
    """One of crs, vrs, drs, irs, fdh."""
    return cast(Rts, choice(Text("规模报酬", "returns to scale"), rts, Rts))


@dataclass(frozen=True)
class Units:
    """Inputs (n, p), goods (n, q) and bads (n, r) of the same units; r may be zero."""

    x: Array
    y: Array
    b: Array

    @property
    def count(self) -> int:
        """How many units."""
        return int(self.x.shape[0])

    @property
    def rows(self) -> Array:
        """(n, p + q + r) all variables side by side."""
        return np.hstack([self.x, self.y, self.b])

    def take(self, which: NDArray[np.bool_] | NDArray[np.int64] | slice) -> Units:
        """Some of the units."""
        return Units(self.x[which], self.y[which], self.b[which])


def units(x: ArrayLike, y: ArrayLike, b: ArrayLike | None = None, name: str = "") -> Units:
    """Checked units: numbers, no NaN, nothing negative, each unit with some input and some good, no bad all zero.

    An array (n,) is one variable.
    """
    inputs = _not_negative(x, f"{name}x")
    goods = _not_negative(y, f"{name}y")
    same_length(inputs.shape[0], f"{name}y", goods)
    if b is None:
        bads = np.zeros((inputs.shape[0], 0))
    else:
        bads = _not_negative(b, f"{name}b")
        same_length(inputs.shape[0], f"{name}b", bads)
    not_empty(inputs, f"{name}x", Text("投入", "input"))
    not_empty(goods, f"{name}y", Text("产出", "output"))
    for column in np.flatnonzero((bads == 0).all(axis=0)):
        raise DataError(
            f"非期望产出 {name}b 第 {column} 列全部为 0，无从减少；请去掉该列",
            f"bad output {name}b is zero in all of column {column}, so there is nothing to reduce; leave that column out",
            code="602",
        )
    return Units(inputs, goods, bads)


def columns(values: ArrayLike) -> ArrayLike:
    """One variable (n,) as a column (n, 1); anything else as it is."""
    return np.asanyarray(values)[:, None] if np.ndim(values) == 1 else values


def _not_negative(values: ArrayLike, name: str) -> Array:
    out = finite(columns(values), name, 2)
    for unit, column in np.argwhere(out < 0):
        raise DataError(
            f"参数 {name} 不得为负，位置 ({unit}, {column}) 为 {out[unit, column]:g}；含负值的数据可用 range_directional",
            f"argument {name} must not be negative, at ({unit}, {column}) it is {out[unit, column]:g}; range_directional "
            "takes negative values",
            code="601",
        )
    return out


def not_empty(values: Array, name: str, what: Text) -> None:
    """Refuse units that have none of some kind of variable."""
    for unit in np.flatnonzero((values == 0).all(axis=1)):
        raise DataError(
            f"参数 {name} 第 {unit} 行的{what.zh}全部为 0，该单元无法评价；请剔除该单元",
            f"every {what.en} of unit {unit} in {name} is zero, so it cannot be evaluated; leave the unit out",
            code="603",
        )


def strictly_positive(values: Array, name: str, model: str, instead: str) -> None:
    """Refuse zeros for a model that divides by each value, naming a model that would do."""
    for unit, column in np.argwhere(values <= 0):
        raise DataError(
            f"{model} 要除以每个数值，参数 {name} 在位置 ({unit}, {column}) 为 0；可改用 {instead}",
            f"{model} divides by every value, {name} at ({unit}, {column}) is zero; use {instead} instead",
            code="604",
        )


def magnitude(rows: Array, mean: Array | None = None) -> Array:
    """(n, v) how large each variable is for each unit: its own value; for a zero the mean, times how large the unit is.

    mean  (v,) of each variable; that of `rows` if None
    """
    if (rows > 0).all():
        return rows
    typical = rows.mean(axis=0) if mean is None else mean
    typical = np.where(typical > 0, typical, 1.0)
    share = np.where(rows > 0, rows / typical, np.nan)
    share[(rows <= 0).all(axis=1)] = 1.0
    return np.where(rows > 0, rows, typical * np.nanmedian(share, axis=1)[:, None])


def reference_units(of: Units, reference: Reference) -> Units:
    """The units that span the frontier: those given, or the evaluated ones themselves."""
    if reference is None:
        return of
    parts = list(reference) if isinstance(reference, Iterable) else [reference]
    wanted = 3 if of.b.shape[1] else 2
    if len(parts) != wanted:
        shape = "(x, y, b)" if wanted == 3 else "(x, y)"
        raise DataError(
            f"参数 reference 应为 {shape}，实有 {len(parts)} 个数组",
            f"argument reference must be {shape}, it holds {len(parts)} arrays",
            code="605",
        )
    out = units(parts[0], parts[1], parts[2] if wanted == 3 else None, "reference.")
    for mine, theirs, name in ((of.x, out.x, "x"), (of.y, out.y, "y"), (of.b, out.b, "b")):
        if mine.shape[1] != theirs.shape[1]:
            raise DataError(
                f"参考集 reference.{name} 有 {theirs.shape[1]} 个变量，被评价单元有 {mine.shape[1]} 个",
                f"reference.{name} has {theirs.shape[1]} variables, the evaluated units have {mine.shape[1]}",
                code="606",
            )
    return out


def few_units(count: int, p: int, q: int) -> tuple[Text, ...]:
    """The warning that goes on a result when there are few units for so many variables."""
    need = max(p * q, 3 * (p + q))
    if count >= need:
        return ()
    return (
        Text(
            f"参考集只有 {count} 个单元，而投入产出变量共 {p + q} 个：经验法则要求不少于 {need} 个"
            "（Cooper, Seiford 与 Tone 2007），有效单元会偏多",
            f"the reference holds {count} units for {p + q} variables: the rule of thumb asks for at least {need} "
            "(Cooper, Seiford & Tone 2007), so too many units look efficient",
        ),
    )


def unsolved(status: NDArray[np.str_], what: Text) -> tuple[Text, ...]:
    """A note for every kind of program without a solution: how many, and which first."""
    notes = []
    words = {
        "infeasible": Text("无可行解", "infeasible"),
        "unbounded": Text("无界", "unbounded"),
        "unsolved": Text("未能求解", "not solved"),
    }
    for name, word in words.items():
        where = np.argwhere(status == name)
        if where.size:
            listed = ", ".join(str(tuple(map(int, w)) if w.size > 1 else int(w[0])) for w in where[:10])
            more = " …" if len(where) > 10 else ""
            notes.append(
                Text(
                    f"{what.zh}：{len(where)} 个规划{word.zh}（位置 {listed}{more}），结果记为缺失",
                    f"{what.en}: {len(where)} programs are {word.en} (at {listed}{more}), their results are missing",
                )
            )
    return tuple(notes)


def disposal(disposability: str) -> Disposability:
    """One of weak, strong, kuosmanen."""
    return cast(Disposability, choice(Text("可处置性", "disposability"), disposability, Disposability))


@dataclass(frozen=True)
class Technology:
    """The reference set as columns of linear programs.

    units           those that span the frontier, N of them
    rts             crs, vrs, drs or irs
    disposability   of bads: weak (equality), strong (they behave like inputs) or kuosmanen (2N columns)
    """

    units: Units
    rts: Rts
    disposability: Disposability = "strong"

    @property
    def columns(self) -> Array:
        """(m, N) or, with Kuosmanen's abated weights beside the active ones, (m, 2N)."""
        u = self.units
        parts = [u.x.T, u.y.T, u.b.T]
        if self.rts != "crs":
            parts.append(np.ones((1, u.count)))
        active = np.vstack(parts)
        if self.disposability != "kuosmanen":
            return active
        abated = active.copy()
        abated[u.x.shape[1] : u.x.shape[1] + u.y.shape[1] + u.b.shape[1]] = 0.0
        return np.stack([active, abated], axis=2).reshape(active.shape[0], -1)  # λ₁ μ₁ λ₂ μ₂ …

    @property
    def copies(self) -> int:
        """Columns for each reference unit."""
        return 2 if self.disposability == "kuosmanen" else 1

    @property
    def signs(self) -> Array:
        """(m,) sign of the slack in each row; zero where the row is an equation."""
        u = self.units
        bad = 1.0 if self.disposability == "strong" else 0.0
        rows = [1.0] * u.x.shape[1] + [-1.0] * u.y.shape[1] + [bad] * u.b.shape[1]
        if self.rts != "crs":
            rows.append({"vrs": 0.0, "drs": 1.0, "irs": -1.0}[self.rts])
        return np.array(rows)

    def slacks(self) -> tuple[Array, NDArray[np.int64]]:
        """Slack columns (m, s) and, for each row, which of them is its own (−1 none)."""
        signs = self.signs
        has = np.flatnonzero(signs)
        columns = np.zeros((signs.size, has.size))
        columns[has, np.arange(has.size)] = signs[has]
        owner = np.full(signs.size, -1)
        owner[has] = np.arange(has.size)
        return columns, owner

    def size(self, of: Units) -> Array:
        """(n, m) the magnitude of each row for each evaluated unit."""
        out = magnitude(of.rows, self.units.rows.mean(axis=0))
        return np.hstack([out, np.ones((of.count, 1))]) if self.rts != "crs" else out

    def right(self, of: Units) -> Array:
        """(n, m) the unit's own values, and one in the row of the sum of weights."""
        return np.hstack([of.rows, np.ones((of.count, 1))]) if self.rts != "crs" else of.rows
