"""What can go wrong, as a tree that reads as documentation.

XinzhiError                     every error this program raises on purpose
├── UsageError          (2)     a name, option or study file that cannot be meant
├── DataError           (3)     data that fail validation; also a ValueError
├── ComputationError    (1)     a computation that has no right answer for this input
└── MissingPartError    (4)     an optional part that is not installed; also an ImportError

The number is the exit status of the command line. Every error is one sentence in each language: what, where, why,
what to do next. Its code (`XZ-D014`) is stable and names the family by its letter.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import ClassVar

from xinzhi.base.text import Lang, Text


class XinzhiError(Exception):
    """Any error that Xinzhi raises on purpose; `str()` gives the sentence in the language in force."""

    family: ClassVar[str] = "X"
    title: ClassVar[Text] = Text("错误", "error")
    exit_status: ClassVar[int] = 1

    def __init__(self, zh: str, en: str, *, code: str) -> None:
        super().__init__(zh, en)
        self.text = Text(zh, en)
        self.code = f"XZ-{self.family}{code}"

    def say(self, lang: Lang | None = None) -> str:
        """`XZ-D014 数据: …` in `lang`."""
        return f"{self.code} {self.title.say(lang)}: {self.text.say(lang)}"

    def __str__(self) -> str:
        return self.say()


class UsageError(XinzhiError):
    """A name, option or study file that cannot be meant; nothing was computed."""

    family = "U"
    title = Text("用法", "usage")
    exit_status = 2


class DataError(XinzhiError, ValueError):
    """Data that fail validation: the sentence names the file, sheet, row, region, year or indicator."""

    family = "D"
    title = Text("数据", "data")
    exit_status = 3


class ComputationError(XinzhiError):
    """A computation that has no right answer for this input."""

    family = "C"
    title = Text("计算", "computation")
    exit_status = 1


class MissingPartError(XinzhiError, ImportError):
    """An optional part that is not installed; the sentence gives the install command."""

    family = "P"
    title = Text("缺少组件", "missing part")
    exit_status = 4


def nearest(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The `count` names in `known` that look most like `name`, best first."""
    pool = [str(k) for k in known]
    by_lower = {k.lower(): k for k in pool}
    return [by_lower[k] for k in get_close_matches(name.lower(), by_lower, n=count, cutoff=0.5)]


def unknown(what: Text, name: str, known: Iterable[str], *, code: str = "001") -> UsageError:
    """The error for a name that is not among the known ones, with the nearest suggested."""
    pool = list(known)
    close = nearest(name, pool)
    if close:
        return UsageError(
            f"没有名为「{name}」的{what.zh}。您是否指 {'、'.join(close)}？",
            f"there is no {what.en} called “{name}”. Did you mean {', '.join(close)}?",
            code=code,
        )
    if not pool:
        return UsageError(
            f"没有名为「{name}」的{what.zh}；这里一个也没有",
            f"there is no {what.en} called “{name}”; there is none at all here",
            code=code,
        )
    listed = pool[:12]
    more = "…" if len(pool) > len(listed) else ""
    return UsageError(
        f"没有名为「{name}」的{what.zh}。可用的有：{'、'.join(listed)}{more}",
        f"there is no {what.en} called “{name}”. Available: {', '.join(listed)}{more}",
        code=code,
    )
