"""Arguments of kernels: one of the known words, a whole number; and positions as sentences name them."""

from __future__ import annotations

from typing import get_args

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.errors import UsageError, unknown
from xinzhi.base.text import Text


def choice(what: Text, value: object, known: object) -> str:
    """`value`, if it is one of the names in the Literal `known`."""
    names = [str(n) for n in get_args(known)]
    if str(value) not in names:
        raise unknown(what, str(value), names)
    return str(value)


def whole(value: object, name: str, least: int) -> int:
    """`value` as a whole number of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise UsageError(
            f"参数 {name} 须为不小于 {least} 的整数，实为 {value!r}",
            f"argument {name} must be a whole number of at least {least}, it is {value!r}",
            code="650",
        )
    return int(value)


def positions(which: NDArray[np.bool_]) -> str:
    """The positions that are true, ten at most."""
    at = np.flatnonzero(which)
    return ", ".join(map(str, at[:10])) + (" …" if at.size > 10 else "")
