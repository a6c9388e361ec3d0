"""`xinzhi report`: make the report of a finished run again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xinzhi.base.errors import UsageError
from xinzhi.base.text import Text
from xinzhi.cli import deliver
from xinzhi.cli.options import Jobs
from xinzhi.cli.stderr import ProgressLine
from xinzhi.cli.usage import both
from xinzhi.cli.verbs.run import as_asked, kept_in, publish


def report(
    run: Annotated[Path, typer.Argument(metavar="RUN", help=both("已完成运行的文件夹。", "Folder of a finished run."))],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help=both("输出文件夹；默认写回原处。", "Output folder; the same one by default.")),
    ] = None,
    jobs: Jobs = None,
) -> int:
    """Render a finished run again; results come from the cache, or are computed again where it is gone."""
    from xinzhi.study import load
    from xinzhi.study import run as run_study
    from xinzhi.study.publish import RECIPE

    if not (run / RECIPE).is_file():
        raise UsageError(
            f"{run} 不是一次已完成运行的文件夹（缺少 {RECIPE}）；请先 xinzhi run --out {run}",
            f"{run} is not the folder of a finished run (no {RECIPE}); run xinzhi run --out {run} first",
            code="503",
        )
    with ProgressLine() as line:
        result = run_study(as_asked(load(run / RECIPE)), jobs=jobs, progress=line, cache=kept_in(run))
    publish(result, out or run)
    where = (out or run) / "report.html"
    deliver.send(Text(f"报告：{where}", f"Report: {where}").say(), None)
    return 0
