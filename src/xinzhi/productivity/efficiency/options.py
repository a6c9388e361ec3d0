"""The options that models of efficiency have of their own, checked against the inputs and told in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from xinzhi.base.arrays import Array
from xinzhi.base.errors import UsageError, unknown
from xinzhi.base.text import Text
from xinzhi.panel.labels import listed
from xinzhi.productivity.arguments import choice
from xinzhi.productivity.efficiency.models import MODELS, NEEDED, How, Model, known_model
from xinzhi.productivity.envelopment.cross import Goal
from xinzhi.productivity.inputs.face import InputsResult
from xinzhi.productivity.inputs.series import Drawn

NOTHING = Text("", "")
Read = Callable[[Any, InputsResult], tuple[Any, Text]]  # what is given → what the kernel takes, and what is said of it


def settled(how: How, given: Mapping[str, Any], data: InputsResult) -> How:
    """The choices with the model's own options: those given, the usual ones, or a refusal."""
    model, values, said = known_model(how.model), dict[str, Any](), list[Text]()
    for name in (n for n in given if n not in model.options):
        raise UsageError(
            f"{model.title.zh}没有 {name} 之选{_has(model, name).zh}",
            f"the {model.title.en} has no option {name}{_has(model, name).en}",
            code="953",
        )
    for name, usual in model.options.items():
        value = given.get(name, usual)
        if value is NEEDED:
            raise UsageError(
                f"{model.title.zh}需要给出 {name}（如 {name}={EXAMPLES[name]}），没有适合所有样本的默认值",
                f"the {model.title.en} needs {name} (such as {name}={EXAMPLES[name]}); no default suits every sample",
                code="954",
            )
        values[name], told = OPTIONS[name](value, data)
        said += [told] if told.zh else []
    if values.get("moves") and how.orientation == "output":
        raise UsageError(
            'moves 指明哪些投入缩减，产出导向不缩减投入；请用 orientation="hybrid" 或 "input"',
            'moves says which inputs shrink, and output orientation shrinks none; use orientation="hybrid" or "input"',
            code="955",
        )
    return How(
        how.model, how.technology, how.rts, how.orientation, how.disposability, how.direction, how.super_efficiency, values, tuple(said)
    )  # fmt: skip


def _has(model: Model, wanted: str) -> Text:
    """What the model has instead, and which models have what was wanted."""
    names, models = list(model.options), [each for each, other in MODELS.items() if wanted in other.options]
    own = Text(f"；可选的有 {'、'.join(names)}", f"; it has {', '.join(names)}") if names else NOTHING
    others = (
        Text(f"；有此项的是 {'、'.join(models)}", f"; those that do are {', '.join(models)}") if models else NOTHING
    )
    return Text(own.zh + others.zh, own.en + others.en)


def _goal(value: Any, data: InputsResult) -> tuple[str, Text]:
    goal = choice(Text("次级目标", "secondary goal"), value, Goal)
    words = {"benevolent": Text("仁慈", "benevolent"), "aggressive": Text("激进", "aggressive"), "arbitrary": Text("任意", "arbitrary")}  # fmt: skip
    return goal, Text(f"次级目标为{words[goal].zh}", f"{words[goal].en} secondary goal")


def _m(value: Any, data: InputsResult) -> tuple[Any, Text]:
    return value, Text(f"m = {value}", f"m = {value}")


def _alpha(value: Any, data: InputsResult) -> tuple[Any, Text]:
    return value, Text(f"α = {value}", f"α = {value}")


def _width(value: Any, data: InputsResult) -> tuple[Any, Text]:
    return value, Text(f"窗口 {value} 年", f"windows of {value} years")


def _inputs(name: str, value: Any, data: InputsResult) -> list[Drawn]:
    """The inputs named, in the order of the data."""
    known = [v.id for v in data.of("input")]
    wanted = [value] if isinstance(value, str) else list(value)
    for one in wanted:
        if one not in known:
            raise unknown(Text(f"投入（{name}）", f"input ({name})"), str(one), known)
    return [v for v in data.of("input") if v.id in wanted]


def _moves(value: Any, data: InputsResult) -> tuple[tuple[str, ...] | None, Text]:
    if not value:
        return None, NOTHING
    found = _inputs("moves", value, data)
    names = listed([v.name for v in found])
    return tuple(v.id for v in found), Text(f"投入中只有{names.zh}缩减", f"of the inputs only {names.en} shrink")


def _polluting(value: Any, data: InputsResult) -> tuple[tuple[str, ...], Text]:
    known = [v.id for v in data.of("input")]
    wanted = value or [v for v in known if v == "energy"]
    if not wanted:
        raise UsageError(
            f"副产出模型需要指明哪些投入带来污染（polluting）；投入有 {'、'.join(known)}",
            f"the by-production model needs to know which inputs pollute (polluting); the inputs are {', '.join(known)}",
            code="956",
        )
    found = _inputs("polluting", wanted, data)
    names = listed([v.name for v in found])
    return tuple(v.id for v in found), Text(f"污染来自{names.zh}", f"pollution comes from {names.en}")


def _epsilon(value: Any, data: InputsResult) -> tuple[tuple[float, float] | None, Text]:
    """ε of inputs and of outputs; one number serves both."""
    if value is None:
        return None, NOTHING
    given = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value, value]
    try:
        ends = tuple(float(e) for e in given)
    except (TypeError, ValueError):
        ends = ()
    if len(ends) != 2 or not all(0 <= e <= 1 for e in ends):
        raise UsageError(
            f"epsilon={value!r} 应为 0 与 1 之间的一个数，或投入、产出各一个，如 [0.3, 0.5]",
            f"epsilon={value!r} must be a number between 0 and 1, or one for inputs and one for outputs, such as [0.3, 0.5]",
            code="974",
        )
    return (ends[0], ends[1]), Text(f"ε 给定为 {ends[0]:g}（投入）、{ends[1]:g}（产出）", f"ε given as {ends[0]:g} (inputs) and {ends[1]:g} (outputs)")  # fmt: skip


def _weights(value: Any, data: InputsResult) -> tuple[dict[str, float] | None, Text]:
    """A weight for each variable that counts; those not named get none."""
    if not value:
        return None, NOTHING
    names = {v.id: v.name for v in data.variables}
    if not isinstance(value, Mapping):
        raise _no_weights(value)
    for one in value:
        if one not in names:
            raise unknown(Text("变量（weights）", "variable (weights)"), str(one), names)
    try:
        found = {str(name): float(weight) for name, weight in value.items()}
    except (TypeError, ValueError):
        raise _no_weights(value) from None
    if not all(np.isfinite(w) and w >= 0 for w in found.values()) or not any(found.values()):
        raise _no_weights(value)
    told = listed([Text(f"{names[i].zh} {w:.3g}", f"{names[i].en} {w:.3g}") for i, w in found.items()])
    return found, Text(f"权重：{told.zh}，同侧未列出的为 0", f"weights: {told.en}, none for others of the same side")


def _no_weights(value: Any) -> UsageError:
    return UsageError(
        f"weights={value!r} 应写成 {EXAMPLES['weights']}：各变量的权重，不为负，至少一个为正",
        f"weights={value!r} must be written as {EXAMPLES['weights']}: the weight of each variable, not negative, one of them positive",
        code="975",
    )


def _restrictions(value: Any, data: InputsResult) -> tuple[dict[str, dict[str, list[float | None]]] | None, Text]:
    """Bounds on ratios of multipliers, checked and written plainly."""
    if not value:
        return None, NOTHING
    names = {v.id: v.name for v in (*data.of("input"), *data.of("good"))}
    out: dict[str, dict[str, list[float | None]]] = {}
    said = []
    for top, below in value.items() if isinstance(value, Mapping) else [(value, None)]:
        if not isinstance(below, Mapping):
            raise _malformed(value)
        for bottom, bounds in below.items():
            for one in (top, bottom):
                if one not in names:
                    raise unknown(Text("投入或产出（restrictions）", "input or output (restrictions)"), str(one), names)
            low, high = _bounds(bounds, value)
            out.setdefault(str(top), {})[str(bottom)] = [low, high]
            shown = f"[{'0' if low is None else f'{low:g}'}, {'∞' if high is None else f'{high:g}'}]"
            said.append(Text(f"{names[top].zh}/{names[bottom].zh} ∈ {shown}", f"{names[top].en} / {names[bottom].en} ∈ {shown}"))  # fmt: skip
    told = listed(said)
    return out, Text(f"乘子之比受约束：{told.zh}", f"ratios of multipliers restricted: {told.en}")


def _bounds(bounds: Any, value: Any) -> tuple[float | None, float | None]:
    if not isinstance(bounds, Sequence) or isinstance(bounds, str) or len(bounds) != 2:
        raise _malformed(value)
    try:
        low, high = (None if b is None else float(b) for b in bounds)
    except (TypeError, ValueError):
        raise _malformed(value) from None
    known = [b for b in (low, high) if b is not None]
    if not known or not all(np.isfinite(b) and b >= 0 for b in known) or (len(known) == 2 and known[0] > known[1]):
        raise _malformed(value)
    return low, high


def _malformed(value: Any) -> UsageError:
    return UsageError(
        f"权重约束 restrictions={value!r} 应写成 {EXAMPLES['restrictions']}：能源乘子与劳动乘子之比的下限与上限，不为负，下限不大于上限，一侧可为空",
        f"restrictions={value!r} must be written as {EXAMPLES['restrictions']}: the least and the largest ratio of the multiplier of energy to that of labour, not negative, in this order, one of them may be none",
        code="957",
    )


def rows(restrictions: Mapping[str, Mapping[str, Sequence[float | None]]], data: InputsResult) -> tuple[Array, Array]:
    """(L, p) and (L, q): bounds on ratios w_top / w_bottom as the rows d·u − a·v ≤ 0 that `radial` takes."""
    ids = [v.id for v in (*data.of("input"), *data.of("good"))]
    p, out = len(data.of("input")), []
    for top, below in restrictions.items():
        for bottom, (low, high) in below.items():
            for bound, sign in ((low, 1.0), (high, -1.0)):
                if bound is not None:
                    row = np.zeros(len(ids))  # sign · (bound · w_bottom − w_top) ≤ 0
                    row[ids.index(bottom)] += sign * bound
                    row[ids.index(top)] -= sign
                    out.append(row)
    made = np.array(out)
    return -made[:, :p], made[:, p:]


EXAMPLES = {
    "m": "25",
    "alpha": "0.95",
    "restrictions": "{energy: {labour: [0.1, 2]}}",
    "weights": "{energy: 0.5, gdp: 0.5}",
}
OPTIONS: dict[str, Read] = {
    "goal": _goal, "m": _m, "alpha": _alpha, "width": _width, "moves": _moves, "polluting": _polluting, "restrictions": _restrictions,
    "epsilon": _epsilon, "weights": _weights,
}  # fmt: skip
