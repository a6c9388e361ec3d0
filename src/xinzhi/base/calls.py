"""The lines of Python and of the command line that give a result again, with every choice that is not the usual one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from inspect import signature
from shlex import quote
from typing import Any

from xinzhi.base.recipe import plain

USUAL_PANEL = "china-provinces"  # the one that a command takes by itself


@dataclass(frozen=True)
class Named:
    """What a line cannot write out and calls by a name, such as weights `w`."""

    name: str


def unusual(function: Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Of the arguments given, those that the function would not take by itself; one it does not have is said unless it is None."""
    usual = {name: p.default for name, p in signature(function).parameters.items()}
    return {k: v for k, v in given.items() if plain(v) != plain(usual.get(k))}


def python_line(name: str, first: Sequence[Any], chosen: Mapping[str, Any], subject: str = "panel") -> str:
    """`xinzhi.NAME(panel, 'first', option=…)`."""
    words = [subject, *map(_literal, first), *(f"{k}={_literal(v)}" for k, v in chosen.items())]
    return f"xinzhi.{name}({', '.join(words)})"


def command_line(
    verb: str,
    words: Sequence[str],
    chosen: Mapping[str, Any],
    flags: Collection[str],
    panel: str | None,
    renamed: Mapping[str, str] | None = None,
) -> str:
    """`xinzhi VERB 'word' --flag value`; empty where the command line has no way to say one of the choices.

    verb     with its kind of question, such as `space --what models`
    words    what stands without a flag
    flags    the options that have one, called as they are
    panel    the bundled panel; None for one of one's own, which a line cannot name
    renamed  option → flag, for those that are called otherwise
    """
    flag_of = {name: name.replace("_", "-") for name in flags} | dict(renamed or {})
    if panel is None or any(word.startswith("-") for word in words) or not set(chosen) <= set(flag_of):
        return ""
    parts = ["xinzhi", verb, *map(quote, words)]
    if panel != USUAL_PANEL:
        parts.append(f"--panel {panel}")
    for name, value in chosen.items():
        said = _spans(value) if name == "years" else _said(value)
        if said is None:
            return ""
        parts.append(f"--{flag_of[name]} {quote(said) if said else ''}".strip())
    return " ".join(parts)


def _literal(value: Any) -> str:
    if isinstance(value, Named):
        return value.name
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_literal, value))}]"
    return repr(plain(value))


def _said(value: Any) -> str | None:
    """An option's value as a command takes it, "" for a flag alone; None where it has no way to."""
    if value is None or value is False or isinstance(value, Named):
        return None
    if value is True:
        return ""
    if isinstance(value, Mapping):
        return _pairs(value)
    items = [_number(v) if isinstance(v, float) else v for v in (value if isinstance(value, list | tuple) else [value])]
    if any(isinstance(v, Named) or _parted(str(v)) for v in items):
        return None
    return ",".join(map(str, items)) or "none"


def _parted(word: str) -> bool:
    """Whether a comma outside brackets would part the word in a list."""
    depth = 0
    for letter in word:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter in ",，" and depth == 0:
            return True
    return False


def _pairs(value: Mapping[str, Any]) -> str:
    """`capital=0.5,labour=0.5`; of ratios `energy/labour=0.1:2`."""
    said = []
    for name, one in value.items():
        if isinstance(one, Mapping):
            for below, (low, high) in one.items():
                ends = ["" if end is None else _number(end) for end in (low, high)]
                said.append(f"{name}/{below}={':'.join(ends)}")
        else:
            said.append(f"{name}={_number(one)}")
    return ",".join(said)


def _number(value: float) -> str:
    return repr(float(value)).removesuffix(".0")


def _spans(years: Sequence[int]) -> str:
    """`2011-2022`, `2022` or `2011,2015`."""
    first, last = int(years[0]), int(years[-1])
    if len(years) == 1:
        return str(first)
    whole = [int(y) for y in years] == list(range(first, last + 1))
    return f"{first}-{last}" if whole else ",".join(str(int(y)) for y in years)
