"""`xinzhi run`: the main job."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from xinzhi.base.text import Text
from xinzhi.cli import deliver
from xinzhi.cli.options import DryRun, Jobs, Strict
from xinzhi.cli.settings import settings
from xinzhi.cli.stderr import ProgressLine, detail, note
from xinzhi.cli.usage import both

if TYPE_CHECKING:
    from xinzhi.study import Study, StudyResult

GATE_FAILED = 5


def run(
    study: Annotated[
        str | None,
        typer.Argument(
            metavar="STUDY.yaml",
            help=both(
                "研究文件，内置研究的名称，或 - （标准输入）。",
                "A study file, the name of a built-in study, or - (standard input).",
            ),
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help=both("输出文件夹；默认 out/研究名。", "Output folder; out/NAME by default.")),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed", min=0, help=both("随机种子；默认用研究文件所写。", "Random seed; the study's by default.")
        ),
    ] = None,
    jobs: Jobs = None,
    form: Annotated[
        Literal["table", "json"], typer.Option("--format", help=both("摘要的格式。", "Format of the summary."))
    ] = "table",
    strict: Strict = False,
    dry_run: DryRun = False,
) -> int:
    """Run a study and publish it to a folder."""
    from xinzhi.study import load, parse
    from xinzhi.study import run as run_study

    asked = as_asked(parse(sys.stdin.read(), "stdin") if study == "-" else load(study), seed)
    folder = out or Path("out") / asked.id
    if dry_run:
        deliver.send(_plan_json(asked, folder) if form == "json" else _plan(asked, folder), None)
        return 0
    with ProgressLine() as line:
        result = run_study(asked, jobs=jobs, progress=line, cache=kept_in(folder))
    publish(result, folder)
    for said in result.log:
        detail(said)
    deliver.send(_said(result, folder, form), None)
    return gate(result, strict)


def publish(result: StudyResult, folder: Path) -> None:
    """Write the report and everything beside it into `folder`, in the languages of the study."""
    from xinzhi.report import write
    from xinzhi.study.publish import published, seal

    note(Text("正在写出报告……", "writing the report …"))
    with published(folder) as aside:
        write(result, aside)
        seal(aside, {**result.provenance(), "folder": _way(folder, result.study.folder)})


def _way(start: Path, end: Path) -> str:
    """The way from one folder to another, so that a project can be moved as a whole; absolute across drives."""
    try:
        return Path(os.path.relpath(end.resolve(), start.resolve())).as_posix()
    except ValueError:
        return end.resolve().as_posix()


def kept_in(folder: Path) -> Path:
    """Where the results of runs into `folder` are kept: beside it, so that runs of one project share them."""
    return folder.resolve().parent / ".xinzhi" / "cache"


def gate(result: StudyResult, strict: bool) -> int:
    """5 where --strict was asked for and the data carry warnings or an audit could not rebuild its index; else 0."""
    failed: list[Text] = []
    warnings = int((result.findings.frame["severity"] == "warning").sum())
    if warnings:
        zh = f"数据检查有 {warnings} 条警告，见报告的数据附录；或运行 xinzhi data check"
        failed.append(Text(zh, f"the data carry {warnings} warnings; see the data appendix, or run xinzhi data check"))
    for name, audit in result.of_kind("audit").items():
        if not getattr(audit, "rebuilt", True):
            zh = f"审查 {name} 未能还原公布的得分，其区间不可用"
            failed.append(
                Text(zh, f"audit {name} could not rebuild the published scores; its intervals cannot be used")
            )
    for each in failed:
        note(each, always=strict)
    return GATE_FAILED if strict and failed else 0


def as_asked(study: Study, seed: int | None = None) -> Study:
    """The study with what the command line says instead of the file."""
    from dataclasses import replace

    said: dict[str, object] = {}
    if seed is not None:
        said["seed"] = seed
    if settings().stated or "languages" not in study.spec.model_fields_set:
        said["languages"] = (settings().lang,)
    return replace(study, spec=study.spec.model_copy(update=said))


def _plan(study: Study, folder: Path) -> str:
    from xinzhi.study.plan import plan

    lines = [study.title.say()]
    for number, task in enumerate(plan(study), 1):
        needs = Text(f"（用到 {'、'.join(task.given.values())}）", f" (uses {', '.join(task.given.values())})")
        lines.append(f"{number}. {task.name}: {task.step.title.say()}{needs.say() if task.given else ''}")
    outputs = ", ".join(study.spec.outputs)
    lines.append(Text(f"将写入 {folder}：{outputs}", f"would write to {folder}: {outputs}").say())
    return "\n".join(lines)


def _plan_json(study: Study, folder: Path) -> str:
    from xinzhi.study.plan import plan

    steps = [{"id": t.name, "title": t.step.title.say(), "uses": list(t.given.values())} for t in plan(study)]
    return deliver.as_json(
        {"study": study.name, "out": str(folder), "steps": steps, "outputs": list(study.spec.outputs)}
    )


def _said(result: StudyResult, folder: Path, form: str) -> str:
    from xinzhi.study.publish import listed

    if form == "json":
        return deliver.as_json({"out": str(folder), "files": listed(folder), **result.provenance()})
    first = next(iter(result.results.values()))
    report = folder / "report.html"
    where = report if report.exists() else folder
    return "\n".join([result.study.title.say(), first.summary(), Text(f"报告：{where}", f"Report: {where}").say()])
