"""Mistakes on the command line and help pages, in the language in force."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from xinzhi.base.errors import UsageError, nearest
from xinzhi.base.text import Text, language

_SPLIT = "\x1f"
_HEADINGS = {
    "Usage:": "用法:",
    "Options:": "选项:",
    "Arguments:": "参数:",
    "Commands:": "命令:",
    "[OPTIONS]": "[选项]",
    "COMMAND [ARGS]...": "命令 [参数]...",
    "Show this message and exit.": "显示本帮助并退出。",
    "[required]": "[必填]",
    "[default:": "[默认:",  # the value may stand on the next line
}
_WANTED = {
    r"valid integer": Text("应为整数", "must be a whole number"),
    r"valid number": Text("应为数字", "must be a number"),
    r"greater than or equal to (\S+)": Text("应不小于 ", "must be at least "),
    r"less than or equal to (\S+)": Text("应不大于 ", "must be at most "),
}
_OTHERS = {
    r"unexpected extra argument\w*(?:\(s\))? \((.+)\)": Text("多出了参数 {what}", "unexpected argument {what}"),
    r"Option '(\S+)' requires": Text("{what} 后面缺少取值", "{what} needs a value"),
}


def both(zh: str, en: str) -> str:
    """A help text in both languages; `spoken` keeps the one in force when the page is made."""
    return f"{zh}{_SPLIT}{en}"


def spoken(command: Any) -> Any:
    """The command tree with every help text in the language in force."""
    for name in ("help", "short_help", "epilog"):
        setattr(command, name, _chosen(getattr(command, name, None)))
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = _chosen(parameter.help)
    for inner in getattr(command, "commands", {}).values():
        spoken(inner)
    return command


def _chosen(text: str | None) -> str | None:
    if text is None or _SPLIT not in text:
        return text
    zh, en = text.split(_SPLIT)
    return zh if language() == "zh" else en


def in_our_headings(page: str) -> str:
    """A help page with the parser's own words in the language in force."""
    if language() == "zh":
        for en, zh in _HEADINGS.items():
            page = page.replace(en, zh)
    return page


def in_our_words(error: Exception) -> UsageError | None:
    """A mistake the parser found, as one of our sentences; None for any other error."""
    kind = type(error).__name__
    said = {
        "NoSuchOption": _no_such_option,
        "MissingParameter": _missing_parameter,
        "BadParameter": _bad_parameter,
        "NoSuchCommand": _no_such_command,
    }.get(kind)
    if said is not None:
        text = said(error)
    elif hasattr(error, "format_message") and hasattr(error, "exit_code"):
        text = _other(error)
    else:
        return None
    context = getattr(error, "ctx", None)
    page = context.command_path if context else "xinzhi"
    zh = text.zh if text.zh.endswith("？") else f"{text.zh}。"
    en = text.en if text.en.endswith("?") else f"{text.en}."
    return UsageError(f"{zh}用法见 {page} --help", f"{en} See {page} --help", code="500")


def _other(error: Any) -> Text:
    """Mistakes that some versions of the parser have no class of their own for."""
    message = str(error.format_message()).rstrip(".")
    if message.startswith("No such command"):
        return _no_such_command(error)
    if message.startswith("Missing command"):
        known = ", ".join(getattr(error.ctx.command, "commands", {})) if error.ctx else ""
        return Text(f"缺少命令：{known}", f"a command is missing: {known}")
    for pattern, said in _OTHERS.items():
        found = re.search(pattern, message)
        if found:
            return said.fill(what=found[1])
    return Text(f"命令行有误：{message}", message)


def _no_such_option(error: Any) -> Text:
    known = [o for p in error.ctx.command.params for o in p.opts if o.startswith("--")] if error.ctx else []
    return _with_nearest(
        Text(f"没有选项 {error.option_name}", f"there is no option {error.option_name}"), error.option_name, known
    )


def _no_such_command(error: Any) -> Text:
    message = str(error.format_message())
    name = message.split("'")[1] if "'" in message else ""
    known = list(getattr(error.ctx.command, "commands", {})) if error.ctx else []
    return _with_nearest(Text(f"没有命令 {name}", f"there is no command {name}"), name, known)


def _missing_parameter(error: Any) -> Text:
    name = _label(error)
    return Text(f"缺少 {name}", f"{name} is missing")


def _bad_parameter(error: Any) -> Text:
    name, message = _label(error), str(error.message)
    choices = re.search(r"'?([^' ]*)'? is not one of (.+?)\.?$", message)
    if choices:
        known = re.findall(r"'([^']+)'", choices[2])
        said = Text(f"{name} 不能是「{choices[1]}」", f"{name} cannot be “{choices[1]}”")
        return _with_nearest(said, choices[1], known, f": {', '.join(known)}")
    for pattern, wanted in _WANTED.items():
        found = re.search(pattern, message)
        if found:
            return Text(f"{name} {wanted.zh}{''.join(found.groups())}", f"{name} {wanted.en}{''.join(found.groups())}")
    return Text(f"{name} 的取值不对：{message}", f"bad value for {name}: {message}")


def _label(error: Any) -> str:
    parameter = error.param
    if parameter is None:
        return str(error.param_hint or "")
    return str(parameter.opts[0] if parameter.opts[0].startswith("-") else parameter.metavar or parameter.name.upper())


def _with_nearest(said: Text, word: str, known: Iterable[str], otherwise: str = "") -> Text:
    close = nearest(word, known, 2)
    if not close:
        return Text(f"{said.zh}{otherwise}", f"{said.en}{otherwise}")
    return Text(f"{said.zh}。您是否指 {'、'.join(close)}？", f"{said.en}. Did you mean {' or '.join(close)}?")


def listed(written: str) -> list[str]:
    """Names separated by commas."""
    return [part.strip() for part in written.split(",") if part.strip()]
