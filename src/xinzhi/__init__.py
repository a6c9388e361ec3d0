"""Xinzhi 新质: an open workbench for regional development.

import xinzhi as xz

panel = xz.load("china-provinces")
index = xz.index(panel, "three-layers")
index.frame
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_ROOMS = ("atlas", "base", "chart", "disparity", "measure", "panel", "productivity", "report", "space", "study")
_FACE = {
    "Indicator": "xinzhi.panel",
    "Panel": "xinzhi.panel",
    "load": "xinzhi.panel",
    "read": "xinzhi.panel",
    "index": "xinzhi.measure",
    "audit": "xinzhi.measure",
}
__all__ = sorted([*_ROOMS, *_FACE, "__version__"])

if TYPE_CHECKING:
    from xinzhi.panel import Indicator as Indicator
    from xinzhi.panel import Panel as Panel


def __getattr__(name: str) -> Any:
    """Rooms and faces load when they are first used, so that `import xinzhi` stays quick."""
    if name in _FACE:
        return getattr(import_module(_FACE[name]), name)
    if name in _ROOMS:
        return import_module(f"xinzhi.{name}")
    raise AttributeError(f"module 'xinzhi' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
