"""The call that makes a result again, as a recipe prints it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from inspect import signature
from typing import Any

from xinzhi.panel.balanced import Balanced


def call(face: Callable[..., Any], of: str, **given: Any) -> str:
    """`face` of the figure `of`, with the options that are not the usual ones."""
    usual = {name: parameter.default for name, parameter in signature(face).parameters.items()}
    options = [f"{name}={value!r}" for name, value in given.items() if _plain(value) != _plain(usual[name])]
    return f"xinzhi.disparity.{face.__name__}({', '.join(['panel', repr(of), *options])})"


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def asked(values: Iterable[Any] | None, data: Balanced | None = None) -> list[Any] | None:
    """Years or regions as they were asked for; the years that were used where `data` is given."""
    if values is None:
        return None
    return list(values) if data is None else list(data.years)
