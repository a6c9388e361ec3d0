"""From headers to indicators: id, name, unit, and the dictionary entry where the name is a known one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from xinzhi.panel.bundled import known_names
from xinzhi.panel.indicator import Indicator
from xinzhi.panel.reading.headers import Context, compact
from xinzhi.panel.reading.text import squeezed
from xinzhi.panel.units import parse, split_name

_HAN = re.compile(r"[\u3400-\u9fff]")
_NUMBERED = re.compile(r"^(表\s*)?\d+([-–—.]\d+)*\s+")
_OF_REGIONS = re.compile(r"^(各|分)(地区|省市|省区市|省份?|城市|地市|市)")
_CORNER = re.compile(r"(地区|省份|城市|regions?|provinces?|/|\\|年份|年)+$", re.IGNORECASE)


@dataclass(frozen=True)
class Named:
    """An indicator of the file: its id, its entry, and where its name came from (header, corner, line, title, file …)."""

    id: str
    entry: Indicator
    origin: str


def known(name: str) -> Indicator | None:
    """The dictionary entry that `name` means exactly, by id, Chinese or English name; None where there is none.

    A table number in front (`3-1 各地区生产总值`) and 各，分省 and the like are no part of a name.
    """
    bare = _NUMBERED.sub("", name)
    spellings = (name, bare, bare.removeprefix("各"), _OF_REGIONS.sub("", bare))
    return next((e for s in spellings if (e := known_names().get(compact(s))) is not None), None)


def named(
    header: str, *, label: str = "", unit: str = "", source: str = "", origin: str = "header", china: bool = True
) -> Named:
    """The indicator that a header such as `地区生产总值(亿元)` speaks of; a stated `unit` wins over the one in the header.

    Where the file is not about `china`, a known indicator keeps its id but is called as the file calls it.
    """
    entry = known(header)
    name, found = split_name(header)
    entry = entry or known(name)
    written = parse(unit).text if unit else found or split_name(label)[1]
    if entry is None:
        shown = split_name(label)[0] if label else name
        return Named(name, Indicator(name, zh=shown, en="" if label else name, unit=written, source=source), origin)
    own = replace(entry, unit=written, source=source, note="", note_en="", equals=(), at_least=())
    if not china:
        called = split_name(label)[0] or name
        own = replace(
            own, zh=called if _HAN.search(called) else "", en="" if _HAN.search(called) else called, breaks=()
        )
    return Named(entry.id, own, origin)


def single(context: Context, corner: str, *, unit: str, source: str, china: bool = True) -> Named:
    """The one indicator of a sheet whose headers are years: from the corner cell, the lines above, or the file name."""
    cleaned = _CORNER.sub("", squeezed(corner)).strip(" \t/\\|")
    candidates = ([(cleaned, "corner")] if cleaned else []) + list(context.candidates)
    stated = unit or context.unit
    for text, origin in candidates:
        if known(text) or known(split_name(text)[0]):
            return named(text, unit=stated or _unit_of(candidates), source=source, origin=origin, china=china)
    if candidates:
        text, origin = candidates[0]
        return named(text, unit=stated or _unit_of(candidates), source=source, origin=origin, china=china)
    return Named("value", Indicator("value", unit=parse(stated).text if stated else "", source=source), "none")


def _unit_of(candidates: list[tuple[str, str]]) -> str:
    """The unit that any of the texts carries, such as the file name `轨道交通运营里程 公里`."""
    for text, _ in candidates:
        unit = split_name(text)[1]
        if unit:
            return unit
    return ""


def renamed(name: str, wanted: Mapping[str, str]) -> str | None:
    """The id that the caller states for a header, compared with and without its unit."""
    for header, new in wanted.items():
        if compact(header) in (compact(name), compact(split_name(name)[0])):
            return new
    return None
