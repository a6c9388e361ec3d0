"""The command line: parse, call a room, print. `main` is the entry point."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from xinzhi.base.errors import XinzhiError
from xinzhi.base.text import Text, speaking

__all__ = ["main"]

INTERRUPTED = 130
_MEMORY = Text(
    "XZ-X003 内存：内存不足；请减少 draws 或 --jobs, 或关闭其他程序",
    "XZ-X003 memory: out of memory; lower draws or --jobs, or close other programs",
)
_STOPPED = Text(
    "已中断；已完成的步骤会保留，重跑时接着算",
    "interrupted; finished steps are kept and a new run goes on from there",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    0 done · 1 computation failed · 2 usage or configuration · 3 data failed validation · 4 an optional part is
    missing · 5 done but a quality gate failed (--strict) · 130 interrupted.
    """
    from xinzhi.cli import settings

    _tolerant_streams()
    try:
        common, rest = settings.take(sys.argv[1:] if argv is None else argv)
    except XinzhiError as error:
        return _fail(error.say(), error.exit_status)
    with speaking(common.lang), settings.using(common):
        return _guarded(rest)


def _guarded(rest: Sequence[str]) -> int:
    """Run the command; every way to fail becomes a sentence and a status."""
    try:
        status = _dispatch(rest)
        return _fail(_STOPPED.say(), INTERRUPTED) if status == INTERRUPTED else status
    except XinzhiError as error:
        return _fail(error.say(), error.exit_status, error)
    except KeyboardInterrupt:
        return _fail(_STOPPED.say(), INTERRUPTED)
    except BrokenPipeError:  # the reader of stdout, such as `head`, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _fail(_disk(error), 1, error)
    except MemoryError as error:
        return _fail(_MEMORY.say(), 1, error)
    except Exception as error:  # the last door: a person gets a sentence, the log gets the rest
        return _unexpected(error)


def _tolerant_streams() -> None:
    """UTF-8 where a file or a pipe listens; a console keeps its own encoding; neither ever fails over a character."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


def _disk(error: OSError) -> str:
    """A full disk, a file that may not be written: what and where."""
    what, where = error.strerror or type(error).__name__, error.filename or ""
    return Text(
        f"XZ-X002 文件：{where} 读写失败（{what}）；请检查磁盘空间、权限，以及文件是否被其他程序占用",
        f"XZ-X002 file: {where} could not be read or written ({what}); check disk space, permissions and other programs",
    ).say()


def _dispatch(args: Sequence[str]) -> int:
    from xinzhi.cli.app import command
    from xinzhi.cli.usage import in_our_words

    try:
        status = command()(args=list(args), prog_name="xinzhi", standalone_mode=False)
    except Exception as error:
        said = in_our_words(error)
        if said is None:
            raise
        raise said from None
    return status if isinstance(status, int) else 0


def _fail(sentence: str, status: int, error: BaseException | None = None) -> int:
    from xinzhi.cli.settings import settings

    print(sentence, file=sys.stderr)  # noqa: T201 - the one place where errors are spoken
    if error is not None and settings().verbose:
        import traceback

        traceback.print_exception(error)
    return status


def _unexpected(error: Exception) -> int:
    """A fault of the program itself: the traceback goes to a file, the person gets one sentence."""
    import tempfile
    import traceback
    from pathlib import Path

    handle, name = tempfile.mkstemp(prefix="xinzhi-", suffix=".log")
    os.close(handle)
    Path(name).write_text("".join(traceback.format_exception(error)), "utf-8")
    what = f"{type(error).__name__}: {error}".splitlines()[0]
    said = Text(
        f"XZ-X001 程序错误：{what}。详情已写入 {name}, 请随问题一并提交",
        f"XZ-X001 program error: {what}. Details are in {name}; please attach it when you report this",
    )
    return _fail(said.say(), 1, error)
