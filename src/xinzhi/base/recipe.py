"""The recipe of a number: enough to make it again and to defend it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from xinzhi.base.text import Text

_RECORDED = ("xinzhi", "numpy", "scipy", "pandas")


def versions() -> dict[str, str]:
    """Versions of the packages that a number can depend on."""
    found = {}
    for name in _RECORDED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # running from a source tree that is not installed
            found[name] = "unknown"
    return found


@dataclass(frozen=True)
class Recipe:
    """How a result came to be.

    method       dotted public name of the function, such as `xinzhi.index`
    title        what it computes, in a reader's words
    parameters   every choice that mattered, by parameter name, JSON-able
    formula      the formula in plain mathematics, as a reader would check it
    sources      literature and data sources, one full reference each
    data         data name → SHA-256 of its content
    seed         the random seed, None where nothing is random
    assumptions  what was assumed, proxied, imputed or dropped, one sentence each
    python, cli  the line that gives the same result
    """

    method: str
    title: Text
    parameters: Mapping[str, Any] = field(default_factory=dict)
    formula: str = ""
    sources: tuple[str, ...] = ()
    data: Mapping[str, str] = field(default_factory=dict)
    seed: int | None = None
    assumptions: tuple[Text, ...] = ()
    python: str = ""
    cli: str = ""
    versions: Mapping[str, str] = field(default_factory=versions)

    def to_dict(self) -> dict[str, Any]:
        """The recipe as plain JSON values."""
        return {f.name: plain(getattr(self, f.name)) for f in fields(self)}

    def digest(self) -> str:
        """A short key that changes whenever data, method or a parameter changes."""
        identity = {
            k: v for k, v in self.to_dict().items() if k in ("method", "parameters", "data", "seed", "versions")
        }
        return hashlib.sha256(json.dumps(identity, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def plain(value: Any) -> Any:
    """`value` as JSON-able Python: arrays become lists, texts both wordings, dataclasses dictionaries."""
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in (sorted(value, key=str) if isinstance(value, set | frozenset) else value)]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, float) and value != value:
        return None
    return value if isinstance(value, str | int | float | bool | None) else str(value)
