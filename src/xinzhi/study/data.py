"""The data of a study: read, selected, checked, repaired."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Prepared:
    panel: Any


def prepare(study: Any) -> Any: ...
