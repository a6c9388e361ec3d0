"""The command that gives a result of this room again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xinzhi.base.calls import command_line
from xinzhi.panel import Panel
from xinzhi.panel.bundled import bundled_name

_PYTHON_ONLY = ("regions", "negative", "level", "bias_draws", "nearest", "sectors", "energy", "population")  # fmt: skip
_OF_ONE_KIND = {
    "carbon": ("good",),
    "chain": ("deflator", "depreciation", "initial", "ratio", "bridge", "labour"),
}


def tfp_line(what: str, chosen: Mapping[str, Any], panel: Panel) -> str:
    """`xinzhi tfp --what …`; empty where the command line has no way to say one of the choices."""
    verb = "tfp" if what == "change" else f"tfp --what {what}"
    said = {k: ("yes" if v else "no") if k == "trend" else v for k, v in chosen.items()}
    unsaid = (*_PYTHON_ONLY, *_OF_ONE_KIND.get(what, ()))
    return command_line(verb, (), said, [k for k in said if k not in unsaid], bundled_name(panel))
