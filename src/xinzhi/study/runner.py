"""Running a study: data, then every step as soon as what it needs is there."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.text import Text, language, speaking
from xinzhi.study.cache import Cache, key_of
from xinzhi.study.data import Prepared, prepare
from xinzhi.study.plan import Task, plan
from xinzhi.study.progress import Listener, Progress, nobody
from xinzhi.study.result import StudyResult
from xinzhi.study.steps.step import Work
from xinzhi.study.study import Study, load

_DATA_SHARE = 0.1  # of the waiting, for the progress line


@dataclass
class _State:
    """What a run has done so far."""

    results: dict[str, Result] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    log: dict[str, Text] = field(default_factory=dict)
    done: float = 0.0
    parts: dict[str, float] = field(default_factory=dict)  # of the steps that are running and say how far they are


def run(
    study: Study | str | Path | Mapping[str, Any] | None = None,
    *,
    jobs: int | None = None,
    progress: Listener | None = None,
    cache: str | Path | None = None,
) -> StudyResult:
    """Run a study and give back everything it found.

    study     a Study, or what `xinzhi.study.load` accepts
    jobs      workers; all processors where it is not given. The result does not depend on it
    progress  called with a `Progress` as the work goes on
    cache     folder in which results are kept, so that a run that was killed goes on; None keeps nothing

    Raises DataError for data that fail validation, UsageError for what the study names and the data do not have.
    """
    asked = study if isinstance(study, Study) else load(study)
    listen, kept = progress or nobody, Cache(cache)
    listen(Progress(0.0, Text("读取数据", "reading data")))
    data = prepare(asked)
    tasks = plan(asked)
    state = _State(log={"data": data.said})
    workers = max(1, jobs or os.cpu_count() or 1)
    _run_all(tasks, asked, data, state, kept, workers, listen)
    results = {name: state.results[name] for name in asked.steps}
    log = tuple(state.log[name] for name in ("data", *asked.steps))
    return StudyResult(asked, data.panel, results, data.findings, _recipe(asked, data), log)


def _run_all(
    tasks: list[Task], study: Study, data: Prepared, state: _State, cache: Cache, workers: int, listen: Listener
) -> None:
    """Start each task when what it needs is there; the first failure stops new ones and is raised."""
    total = sum(t.step.cost for t in tasks)
    waiting, running = list(tasks), dict[Future[tuple[Result, bool]], Task]()
    spoken, speak = language(), threading.Lock()

    def tell() -> None:
        with speak, speaking(spoken):
            here = state.done + sum(t.step.cost * state.parts.get(t.name, 0.0) for t in list(running.values()))
            titles = [t.step.title for t in list(running.values())]
            listen(Progress(_DATA_SHARE + (1 - _DATA_SHARE) * here / total, _joined(titles)))

    def work(task: Task, key: str) -> tuple[Result, bool]:
        def told(done: int, of: int) -> None:
            state.parts[task.name] = done / of
            tell()

        with speaking(spoken):
            return _one(task, key, study, data, state, cache, workers, told)

    pool = ThreadPoolExecutor(max_workers=workers)
    try:
        while waiting or running:
            for task in [t for t in waiting if set(t.given.values()) <= state.results.keys()]:
                waiting.remove(task)
                state.keys[task.name] = _key(task, study, data, state)
                running[pool.submit(work, task, state.keys[task.name])] = task
            tell()
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                task = running.pop(future)
                result, old = future.result()
                state.results[task.name] = result
                state.done += task.step.cost
                state.log[task.name] = _said(task, old)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # an interrupt is answered at once, not when a step ends
    listen(Progress(1.0, Text("计算完成", "computed")))


def _one(
    task: Task, key: str, study: Study, data: Prepared, state: _State, cache: Cache, workers: int, told: Callable[[int, int], None]
) -> tuple[Result, bool]:  # fmt: skip
    kept = cache.get(key)
    if isinstance(kept, Result):
        return kept, True
    given = {kind: state.results[name] for kind, name in task.given.items()}
    stated, seed = study.spec.years is not None, _seed(task, study)
    result = task.step.run(
        Work(data.panel, data.whole, stated, given, data.presets, seed, workers, cache.parts(key), told)
    )
    if cache.put(key, result):
        cache.drop_parts(key)
    return result, False


def _key(task: Task, study: Study, data: Prepared, state: _State) -> str:
    return key_of(
        data=data.digest,
        step=task.step.model_dump(mode="json", exclude={"id", "of", "backend"}),
        seed=_seed(task, study),
        years_stated=study.spec.years is not None,
        given={kind: state.keys[name] for kind, name in task.given.items()},
    )


def _seed(task: Task, study: Study) -> int:
    return study.spec.seed if task.step.seed is None else task.step.seed


def _said(task: Task, old: bool) -> Text:
    how = Text("沿用上次的结果（数据与方法未变）", "kept from an earlier run; data and method are the same")
    new = Text("已计算", "computed")
    return Text("{title}（{name}）：{how}", "{title} ({name}): {how}").fill(
        title=task.step.title, name=task.name, how=how if old else new
    )


def _joined(titles: list[Text]) -> Text:
    return Text("、".join(t.zh for t in titles), ", ".join(t.en for t in titles))


def _recipe(study: Study, data: Prepared) -> Recipe:
    return Recipe(
        method="xinzhi.study.run",
        title=study.title,
        parameters={"years": data.panel.years, "regions": data.panel.regions, "steps": list(study.steps)},
        sources=tuple(dict.fromkeys(i.source for i in data.panel.indicators.values() if i.source)),
        data=data.hashes,
        seed=study.spec.seed,
        assumptions=data.assumptions,
        python=f"xinzhi.study.run({study.handle!r})",
        cli=f"xinzhi run {study.handle}",
    )
