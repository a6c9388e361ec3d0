"""What starting costs: `import xinzhi` and `xinzhi --help` against an empty interpreter, process by process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from bench.harness import Row, compare

_STARTS = (
    ("import xinzhi", ["-c", "import xinzhi"], 150),
    ("xinzhi --help", ["-m", "xinzhi", "--help"], 300),
)


def _start(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], capture_output=True, check=True)


def rows() -> Iterator[Row]:
    """Whole processes in pairs; the note gives the difference, which is what we add, and the limit we set ourselves."""
    for what, arguments, limit in _STARTS:
        row = compare(what, partial(_start, *arguments), "python -c pass", partial(_start, "-c", "pass"), pairs=15)
        added = 1000 * (row.ours - row.other)
        yield replace(row, note=f"adds {added:.0f} ms to an empty interpreter (limit {limit} ms)")
