"""The line of Python and of the command line that gives a result again: every choice that is not made without being asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from inspect import signature
from shlex import quote
from typing import Any

from xinzhi.base.recipe import plain

BUNDLED = "china-provinces"
_PYTHON_ONLY = ("regions", "negative", "level", "bias_draws", "nearest", "sectors", "energy", "population")  # fmt: skip


def unusual(function: Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Of the arguments given, those that the function would not take by itself; what is None is not said."""
    usual = {name: p.default for name, p in signature(function).parameters.items()}
    return {k: v for k, v in given.items() if v is not None and (k not in usual or plain(v) != plain(usual[k]))}


def python_line(name: str, first: Sequence[Any], chosen: Mapping[str, Any]) -> str:
    """`xinzhi.productivity.NAME(panel, 'first', option=…)`."""
    words = [*(repr(v) for v in first), *(f"{k}={plain(v)!r}" for k, v in chosen.items())]
    return f"xinzhi.productivity.{name}({', '.join(['panel', *words])})"


def command_line(what: str, chosen: Mapping[str, Any], panel: str, rename: Mapping[str, str] | None = None) -> str:
    """`xinzhi tfp --what …`; empty where the command line has no way to say one of the choices."""
    if any(name in _PYTHON_ONLY for name in chosen):
        return ""
    words = ["xinzhi tfp"] + ([] if what == "change" else [f"--what {what}"])
    if panel.startswith("china-") and panel != BUNDLED:
        words.append(f"--panel {panel}")
    for name, value in chosen.items():
        flag = (rename or {}).get(name, name).replace("_", "-")
        said = _said(name, value)
        words.append(f"--{flag} {said}".strip())
    return " ".join(words)


def _said(name: str, value: Any) -> str:
    """An option's value as the shell takes it."""
    if name == "years":
        return _span([int(y) for y in value])
    if isinstance(value, bool):
        return ("yes" if value else "no") if name == "trend" else ""
    if isinstance(value, Mapping):
        return quote(_pairs(value))
    if isinstance(value, list | tuple):
        return quote(",".join(map(str, value)) or "none")
    return quote(f"{value:g}" if isinstance(value, float) else str(value))


def _pairs(value: Mapping[str, Any]) -> str:
    """`capital=0.5,labour=0.5`; of ratios `energy/labour=0.1:2`."""
    said = []
    for name, one in value.items():
        if isinstance(one, Mapping):
            for below, (low, high) in one.items():
                ends = ["" if end is None else f"{end:g}" for end in (low, high)]
                said.append(f"{name}/{below}={':'.join(ends)}")
        else:
            said.append(f"{name}={one:g}")
    return ",".join(said)


def _span(years: list[int]) -> str:
    whole = years == list(range(years[0], years[-1] + 1))
    if len(years) == 1:
        return str(years[0])
    return f"{years[0]}-{years[-1]}" if whole else ",".join(map(str, years))
