"""`xinzhi examples`: studies to learn from, written out on request."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xinzhi.base.errors import UsageError, unknown
from xinzhi.base.files import write_bytes
from xinzhi.base.text import Text
from xinzhi.cli import deliver
from xinzhi.cli.options import DryRun, Force
from xinzhi.cli.usage import both

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

EXAMPLES: dict[str, Text] = {
    "provinces": Text("31 省份新质生产力：换权重、换分组", "NQPF of 31 provinces: other weights, other groupings"),
    "productivity": Text(
        "省域绿色全要素生产率全貌，约一分钟", "green productivity of the provinces, whole, about a minute"
    ),
    "cities": Text("地级市面板：自定义指标体系", "prefecture panel: an index system of your own"),
    "gaps": Text("地区差异与空间：全部步骤", "the gap and the neighbours: every step on disparity and space"),
    "own-regions": Text(
        "任何国家或地区：自己的区域名录、边界和数据", "any country: your own regions, boundaries and data"
    ),
}


def examples(
    name: Annotated[
        str | None,
        typer.Argument(help=both("示例名称；不写则列出全部。", "Name of the example; all are listed without it.")),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help=both("写入的文件夹；默认以示例名为名。", "Folder to write to; the example's name by default."),
        ),
    ] = None,
    force: Force = False,
    dry_run: DryRun = False,
) -> int:
    """List the examples, or write one out."""
    if name is None:
        deliver.send("\n".join(f"{key:<12} {text.say()}" for key, text in EXAMPLES.items()), None)
        return 0
    if name not in EXAMPLES:
        raise unknown(Text("示例", "example"), name, EXAMPLES, code="506")
    folder = out or Path(name)
    written = {folder / part.name: part for part in _parts(name)}
    taken = [str(path) for path in written if path.exists()]
    if taken and not force:
        raise UsageError(
            f"{taken[0]} 已存在；要覆盖请加 --force", f"{taken[0]} exists; add --force to overwrite it", code="504"
        )
    if not dry_run:
        for path, part in written.items():
            write_bytes(path, part.read_bytes())
    then = Text(f"然后：xinzhi run {folder / 'study.yaml'}", f"Then: xinzhi run {folder / 'study.yaml'}")
    deliver.send("\n".join([*map(str, written), then.say()]), None)
    return 0


def _parts(name: str) -> list[Traversable]:
    return sorted((files("xinzhi") / "data" / "examples" / name).iterdir(), key=lambda p: p.name)
