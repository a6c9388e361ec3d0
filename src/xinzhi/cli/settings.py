"""The options that every command takes, wherever they stand on the line: --lang, --quiet, --verbose."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import cast

from xinzhi.base.errors import UsageError
from xinzhi.base.text import Lang, Text

EVERYWHERE = Text(
    "任何命令都可加：--lang zh|en|auto（语言）、--quiet（不显示进度）、--verbose（显示更多细节）。"
    "退出码：0 完成，1 计算失败，2 用法，3 数据未通过校验，4 缺少组件，5 未达质量要求（--strict），130 中断。",
    "Any command also takes: --lang zh|en|auto, --quiet (no progress), --verbose (more detail). "
    "Exit status: 0 done, 1 computation failed, 2 usage, 3 data failed validation, 4 missing part, "
    "5 quality gate failed (--strict), 130 interrupted.",
)


@dataclass(frozen=True, slots=True)
class Settings:
    """lang: language of messages, resolved; stated: whether --lang said so; quiet: no progress; verbose: more detail."""

    lang: Lang = "zh"
    stated: bool = False
    quiet: bool = False
    verbose: bool = False


_PLAIN = Settings()
_in_force: ContextVar[Settings] = ContextVar("xinzhi_cli_settings", default=_PLAIN)


def settings() -> Settings:
    """The settings in force."""
    return _in_force.get()


@contextmanager
def using(chosen: Settings) -> Iterator[None]:
    """Within the block, `settings()` gives `chosen`."""
    token = _in_force.set(chosen)
    try:
        yield
    finally:
        _in_force.reset(token)


def take(argv: Sequence[str]) -> tuple[Settings, list[str]]:
    """Split the command line into these settings and the rest; what follows `--` is left alone."""
    lang, quiet, verbose = "", False, False
    rest: list[str] = []
    words = iter(argv)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word == "--lang":
            lang = next(words, "")
            lang = lang or "?"
        elif word.startswith("--lang="):
            lang = word.removeprefix("--lang=") or "?"
        elif word in ("--quiet", "-q"):
            quiet = True
        elif word in ("--verbose", "-v"):
            verbose = True
        else:
            rest.append(word)
    return Settings(_language(lang), lang in ("zh", "en"), quiet, verbose), rest


def _language(asked: str) -> Lang:
    if asked in ("zh", "en"):
        return cast(Lang, asked)
    if asked not in ("", "auto"):
        # Raised before any language is chosen: the environment decides how it is said.
        raise UsageError("--lang 应为 zh、en 或 auto", "--lang must be zh, en or auto", code="501")
    for name in ("XINZHI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        begins = os.environ.get(name, "")[:2].lower()
        if begins in ("zh", "en"):
            return cast(Lang, begins)
    return "zh"
