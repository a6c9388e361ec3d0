"""The panels and tables that come with the program."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

from xinzhi.base.errors import unknown
from xinzhi.base.text import Text
from xinzhi.panel.indicator import Indicator
from xinzhi.panel.panel import Panel

_WHAT_PANEL = Text("内置面板", "bundled panel")
_WHAT_TABLE = Text("内置表", "bundled table")


def _folder() -> Path:
    return Path(str(files("xinzhi") / "data" / "panels"))


@lru_cache(maxsize=1)
def _entries() -> Mapping[str, Mapping[str, Any]]:
    import yaml

    content: dict[str, Any] = yaml.safe_load((_folder() / "catalogue.yaml").read_text(encoding="utf-8"))
    return content


def catalogue() -> pd.DataFrame:
    """What is bundled, a row each: kind (panel, table), name, zh, en, limits_zh, limits_en."""
    rows = [
        {
            "kind": kind[:-1],
            "name": name,
            "zh": entry["title"]["zh"],
            "en": entry["title"]["en"],
            "limits_zh": " ".join(limit["zh"] for limit in entry["limits"]),
            "limits_en": " ".join(limit["en"] for limit in entry["limits"]),
        }
        for kind, group in _entries().items()
        if kind != "names"
        for name, entry in group.items()
    ]
    return pd.DataFrame(rows)


@lru_cache(maxsize=1)
def known_names() -> Mapping[str, Indicator]:
    """Ids, Chinese and English names and other common names of every bundled indicator, compared without punctuation."""
    from xinzhi.panel.store import read_meta

    found: dict[str, Indicator] = {}
    for panel in reversed(list(_entries()["panels"])):
        entries = read_meta(_folder() / f"{panel}.parquet")["indicators"]
        for name, entry in entries.items():
            for spelling in (name, entry["zh"], entry["en"]):
                found[_squeezed(spelling)] = Indicator(name, **entry)
    for spelling, name in _entries()["names"].items():
        found.setdefault(_squeezed(spelling), found[_squeezed(name)])
    return found


def _squeezed(text: str) -> str:
    return re.sub(r"[^0-9a-z\u4e00-\u9fff]", "", text.lower())


def load(name: str) -> Panel:
    """A bundled panel by name: `china-provinces` (31 × 72) or `china-cities` (prefectures × 12).

    An unknown name is refused with the nearest suggested; `catalogue()` lists the names.
    """
    from xinzhi.panel.write import from_parquet

    if name not in _entries()["panels"]:
        raise unknown(_WHAT_PANEL, name, _entries()["panels"], code="060")
    return from_parquet(_folder() / f"{name}.parquet")


def bundled_name(panel: Panel) -> str | None:
    """The name of the bundled panel that this is as it comes; None where it was read, cut or changed."""
    return panel.name if panel.name in _entries()["panels"] and _hash(panel.name) == panel.hash else None


@lru_cache(maxsize=8)
def _hash(name: str) -> str:
    return load(name).hash


def table(name: str) -> pd.DataFrame:
    """A bundled table as a frame; its title and limits are in `catalogue()` and in `frame.attrs`."""
    from xinzhi.panel.store import read_parquet

    if name not in _entries()["tables"]:
        raise unknown(_WHAT_TABLE, name, _entries()["tables"], code="061")
    frame, meta = read_parquet(_folder() / f"{name}.parquet")
    frame.attrs.update(meta)
    return frame
