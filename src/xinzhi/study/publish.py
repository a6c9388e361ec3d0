"""Putting a finished run where readers look, without ever taking away what stands there before the new one is whole.

A run is written into a folder aside, inside the output folder, and then moved file by file, each in one step. The
recipe goes last: a folder whose recipe names a run holds all of that run. What an earlier run left and this one does
not write any more is removed after that. (Renaming the folder as a whole would fail on Windows while a file is open.)
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from xinzhi.base.errors import UsageError
from xinzhi.base.files import write_text

RECIPE = "recipe.json"
_ASIDE = ".xinzhi-aside-"
_ABANDONED = 600  # seconds; writing a report takes a few


@contextmanager
def published(out: str | Path) -> Iterator[Path]:
    """Give an empty folder to write a run into; when the block ends well its files replace those of the earlier run."""
    target = Path(out)
    try:
        target.mkdir(parents=True, exist_ok=True)
        _sweep(target)
        aside = Path(mkdtemp(prefix=_ASIDE, dir=target))
    except (FileExistsError, NotADirectoryError):
        raise UsageError(
            f"{target} 是文件；--out 应为文件夹", f"{target} is a file; --out must be a folder", code="420"
        ) from None
    except PermissionError:
        raise UsageError(
            f"没有权限写入 {target}；请用 --out 另选文件夹",
            f"{target} cannot be written; choose another with --out",
            code="421",
        ) from None
    try:
        yield aside
        _move(aside, target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def seal(folder: Path, provenance: Mapping[str, Any]) -> None:
    """Write the recipe of the run in `folder`: its provenance, and every file with the SHA-256 of its content."""
    written = sorted(p for p in folder.rglob("*") if p.is_file() and p != folder / RECIPE)
    hashes = {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in written}
    text = json.dumps({**provenance, "files": hashes}, ensure_ascii=False, indent=2, allow_nan=False)
    write_text(folder / RECIPE, text + "\n")


def _sweep(target: Path) -> None:
    """Remove what a killed run left aside; a young one may belong to a run that is still writing."""
    for left in target.glob(f"{_ASIDE}*"):
        if time.time() - left.stat().st_mtime > _ABANDONED:
            shutil.rmtree(left, ignore_errors=True)


def _move(aside: Path, target: Path) -> None:
    written = sorted(p.relative_to(aside) for p in aside.rglob("*") if p.is_file())
    earlier = listed(target)
    for name in sorted(written, key=lambda p: p.name == RECIPE and len(p.parts) == 1):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        _replace(aside / name, target / name)
    for gone in {Path(p) for p in earlier} - set(written):
        if not gone.is_absolute() and ".." not in gone.parts:
            (target / gone).unlink(missing_ok=True)


def _replace(source: Path, target: Path) -> None:
    try:
        source.replace(target)
    except PermissionError:
        raise UsageError(
            f"{target} 正被其他程序占用（例如 Office）；请关闭后重跑，已算出的结果会保留",
            f"{target} is held open by another program such as Office; close it and run again, results are kept",
            code="422",
        ) from None


def listed(out: Path) -> list[str]:
    """The files that the run in `out` wrote, as its recipe lists them; none where there is no run."""
    try:
        content = json.loads((out / RECIPE).read_text("utf-8"))
    except (OSError, ValueError):
        return []
    names = content.get("files", {}) if isinstance(content, dict) else {}
    return [str(n) for n in names]
