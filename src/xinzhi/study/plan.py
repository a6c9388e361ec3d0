"""What needs what: the order in which the steps of a study can run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xinzhi.base.errors import UsageError, unknown
from xinzhi.base.text import Text

if TYPE_CHECKING:
    from xinzhi.study.steps.step import Runnable
    from xinzhi.study.study import Study


@dataclass(frozen=True)
class Task:
    """A step with the steps it waits for.

    name   id of the step
    step   what it does
    given  kind → id of the step whose result of that kind it takes
    """

    name: str
    step: Runnable
    given: Mapping[str, str]


def plan(study: Study) -> list[Task]:
    """The steps in an order in which each comes after those it needs; the file's own order where it is free.

    Raises UsageError for a step whose need nothing fills, an unknown id in `of`, and steps that wait for each other.
    """
    waiting = {name: Task(name, step, _given(study, name, step)) for name, step in study.steps.items()}
    ordered: list[Task] = []
    done: set[str] = set()
    while waiting:
        ready = [t for t in waiting.values() if set(t.given.values()) <= done]
        if not ready:
            stuck = "、".join(waiting)
            raise UsageError(
                f"{study.name}：步骤 {stuck} 互相等待；请检查 of",
                f"{study.name}: steps {stuck.replace('、', ', ')} wait for each other; check `of`",
                code="414",
            )
        ordered.append(ready[0])
        done.add(ready[0].name)
        del waiting[ready[0].name]
    return ordered


def _given(study: Study, name: str, step: Runnable) -> dict[str, str]:
    steps = study.steps
    for other in step.of:
        if other not in steps:
            raise unknown(Text("步骤", "step"), other, [s for s in steps if s != name], code="412")
        if steps[other].kind not in (*step.needs, *step.likes):
            wanted = "、".join((*step.needs, *step.likes)) or "—"
            raise UsageError(
                f"{study.name}：步骤 {name} 用不到 {other}（{steps[other].kind}）；of 只能写 {wanted} 步骤",
                f"{study.name}: step {name} has no use for {other} ({steps[other].kind}); `of` names steps of kind {wanted.replace('、', ', ')}",
                code="417",
            )
    named = {steps[other].kind: other for other in step.of}
    given: dict[str, str] = {}
    for kind in step.needs:
        found = named.get(kind) or next((o for o, s in steps.items() if s.kind == kind and o != name), None)
        if found is None:
            raise UsageError(
                f"{study.name}：步骤 {name} 需要一个 kind: {kind} 的步骤；请加上",
                f"{study.name}: step {name} needs a step of kind {kind}; add one",
                code="413",
            )
        given[kind] = found
    for kind in step.likes:
        likely = [o for o, s in steps.items() if s.kind == kind and o != name]
        fitting = [o for o in likely if _agree(_given(study, o, steps[o]), given)]
        if kind in named or fitting:
            given[kind] = named.get(kind) or fitting[0]
    return given


def _agree(other: Mapping[str, str], given: Mapping[str, str]) -> bool:
    """Whether two steps took the same results of the kinds that both take: an audit of another index helps nobody."""
    return all(given[kind] == name for kind, name in other.items() if kind in given)
