"""`xinzhi report`: make the report of a finished run again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from xinzhi.base.errors import UsageError
from xinzhi.base.text import Text
from xinzhi.cli import deliver
from xinzhi.cli.options import Jobs
from xinzhi.cli.settings import settings
from xinzhi.cli.stderr import ProgressLine
from xinzhi.cli.usage import both
from xinzhi.cli.verbs.run import publish


def report(
    run: Annotated[Path, typer.Argument(metavar="RUN", help=both("已完成运行的文件夹。", "Folder of a finished run."))],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help=both("输出文件夹; 默认写回原处。", "Output folder; the same one by default.")),
    ] = None,
    jobs: Jobs = None,
) -> int:
    """Render a finished run again; results come from the cache, or are computed again where it is gone."""
    from xinzhi.study import load
    from xinzhi.study import run as run_study

    recipe = _recipe(run)
    content = {**recipe["study"]}
    if settings().stated:
        content["languages"] = [settings().lang]
    study = load(content, folder=run / recipe["folder"])
    with ProgressLine() as line:
        result = run_study(study, jobs=jobs, progress=line, cache=run.resolve().parent / ".xinzhi" / "cache")
    publish(result, out or run)
    deliver.send(Text(f"报告: {(out or run) / 'report.html'}", f"Report: {(out or run) / 'report.html'}").say(), None)
    return 0


def _recipe(run: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads((run / "recipe.json").read_text("utf-8"))
        content["study"], content["folder"]
    except (OSError, ValueError, KeyError):
        raise UsageError(
            f"{run} 不是一次已完成运行的文件夹（缺少 recipe.json）; 请先 xinzhi run --out {run}",
            f"{run} is not the folder of a finished run (no recipe.json); run xinzhi run --out {run} first",
            code="503",
        ) from None
    return content
