"""`xinzhi init`: a study of one's own to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xinzhi.base.errors import UsageError
from xinzhi.base.files import write_text
from xinzhi.base.text import Text
from xinzhi.cli import deliver
from xinzhi.cli.options import DryRun, Force
from xinzhi.cli.usage import both

_EDITOR = "# yaml-language-server: $schema=study.schema.json\n"
_FOLDERS = ("data", "out")


def init(
    folder: Annotated[Path, typer.Argument(help=both("新建于此文件夹。", "Folder to make it in."))] = Path(),
    source: Annotated[
        str, typer.Option("--from", help=both("作为起点的内置研究。", "Built-in study to start from."))
    ] = "nqpf-provinces",
    schema: Annotated[
        bool,
        typer.Option(
            "--schema", help=both("只输出研究文件的 JSON Schema。", "Only print the JSON Schema of study files.")
        ),
    ] = False,
    force: Force = False,
    dry_run: DryRun = False,
) -> int:
    """Write study.yaml, its schema and the folders of a project."""
    from xinzhi.study import json_schema, source_of

    if schema:
        deliver.send(deliver.as_json(json_schema()), None)
        return 0
    target = folder / "study.yaml"
    if target.exists() and not force:
        raise UsageError(
            f"{target} 已存在；要覆盖请加 --force", f"{target} exists; add --force to overwrite it", code="504"
        )
    content = {"study.yaml": _EDITOR + source_of(source), "study.schema.json": deliver.as_json(json_schema()) + "\n"}
    if not dry_run:
        for name in _FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
        for name, text in content.items():
            write_text(folder / name, text)
    made = "\n".join(str(folder / name) for name in (*content, *(f"{f}/" for f in _FOLDERS)))
    then = Text(f"然后：xinzhi run {target}", f"Then: xinzhi run {target}")
    deliver.send(f"{made}\n{then.say()}", None)
    return 0
