"""What goes to standard error: notes, and one line that shows how far the work is."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

from xinzhi.base.text import Text
from xinzhi.cli.settings import settings

if TYPE_CHECKING:
    from xinzhi.study.progress import Progress


def note(text: Text | str, always: bool = False) -> None:
    """One line for a person; nothing with --quiet, unless it tells why the exit status is not 0."""
    if always or not settings().quiet:
        print(str(text), file=sys.stderr)  # noqa: T201 - notes are what standard error is for


def detail(text: Text | str) -> None:
    """One line that only --verbose asks for."""
    if settings().verbose:
        print(str(text), file=sys.stderr)  # noqa: T201


class ProgressLine:
    """One transient line with the time left on a terminal; a plain line every 10 % elsewhere."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._live = sys.stderr.isatty()
        self._silent = settings().quiet
        self._tenths = -1
        self._width = 0

    def __call__(self, progress: Progress) -> None:
        """Show `progress`."""
        if self._silent:
            return
        line = f"{progress.done:4.0%} {progress.doing.say()}{self._left(progress.done)}"
        if self._live:
            self._replace(line)
        elif int(progress.done * 10) > self._tenths:
            self._tenths = int(progress.done * 10)
            print(line, file=sys.stderr, flush=True)  # noqa: T201

    def _left(self, done: float) -> str:
        spent = time.monotonic() - self._began
        if not 0.05 < done < 1 or spent < 2:
            return ""
        seconds = round(spent / done * (1 - done))
        return Text(f"（约剩 {seconds} 秒）", f" (about {seconds} s left)").say()

    def _replace(self, line: str) -> None:
        from unicodedata import east_asian_width

        width = sum(2 if east_asian_width(c) in "WF" else 1 for c in line)
        sys.stderr.write("\r" + line + " " * max(0, self._width - width))
        sys.stderr.flush()
        self._width = width

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._live and not self._silent and self._width:
            sys.stderr.write("\r" + " " * self._width + "\r")
            sys.stderr.flush()
