"""What header cells, titles and file names say: years, roles, indicators, units."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from xinzhi.panel.reading.text import plain

_YEAR = r"(1[89]\d\d|20\d\d)"
_YEAR_HEADER = re.compile(
    rf"(?:fy|y|yr|year|_)?\s*{_YEAR}(?:\.0)?\s*(?:年度|年末|年底|年)?\s*(?:\(([^()]*)\)|[rpe])?", re.IGNORECASE
)
_YEAR_INSIDE = re.compile(rf"(?<!\d){_YEAR}(?!\d)(?:\s*(?:年度|年末|年底|年))?")
_MONTH, _DAY = r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])"
_DATE = re.compile(  # 2020.5 is half a year, 2020.05 a month
    rf"{_YEAR}(?:[-/]{_MONTH}|\.(?:0[1-9]|1[0-2])|([-/.]){_MONTH}\2{_DAY})(?:[ T]00:00(?::00(?:\.0+)?)?)?"
)
_RANGE = re.compile(rf"{_YEAR}\s*年?\s*(?:[-—–~～]|至|到|to)\s*{_YEAR}", re.IGNORECASE)

_COARSE_TO_FINE = ("state", "prov", "省", "city", "pref", "市", "county", "县")


@lru_cache(maxsize=1)
def role_words() -> dict[str, frozenset[str]]:
    """The header words of each role, from `data/panels/headers.yaml`."""
    import yaml

    text = (files("xinzhi") / "data" / "panels" / "headers.yaml").read_text(encoding="utf-8")
    return {role: frozenset(words.split()) for role, words in yaml.safe_load(text).items()}


def year_of(cell: Any) -> int | None:
    """The year that a whole cell writes: 2022, 2022.0, `2022年\\t`, y2022, 2022-12-31; None otherwise."""
    if isinstance(cell, bool) or cell is None:
        return None
    if hasattr(cell, "year") and hasattr(cell, "month"):
        return int(cell.year)
    text = plain(cell)
    match = _YEAR_HEADER.fullmatch(text) or _DATE.fullmatch(text)
    return int(match[1]) if match else None


def unit_of_year(text: str) -> str:
    """What stands in brackets behind a year: `亿元` in `2020年(亿元)`, `初步` in `2022年(初步)`; "" where nothing does."""
    match = _YEAR_HEADER.fullmatch(text)
    return (match[2] or "").strip() if match else ""


def stub_and_year(text: str) -> tuple[str, int] | None:
    """`gdp_2020`, `2020年地区生产总值(亿元)` or `gdp2020` as name and year; None where there is not exactly one year."""
    found = list(_YEAR_INSIDE.finditer(text)) or list(re.finditer(rf"{_YEAR}$", text))
    if len(found) != 1 or re.search(r"上年|=\s*1|价|prices|constant|base", text, re.IGNORECASE):
        return None
    stub = (text[: found[0].start()] + text[found[0].end() :]).strip(" _-,:、")
    return (stub, int(found[0][1])) if stub else None


def years_in(text: str) -> set[int]:
    """Every year that a text names; a range counts as both its ends."""
    return {int(y) for y in re.findall(rf"(?<!\d){_YEAR}(?!\d)", text)}


def year_range(text: str) -> tuple[int, int] | None:
    """The first range of years in a text, such as `2011年-2022年`."""
    match = _RANGE.search(text)
    return (int(match[1]), int(match[2])) if match else None


def compact(cell: Any) -> str:
    """A cell for comparison with role words: lower case, letters and digits only."""
    return re.sub(r"[^0-9a-z\u4e00-\u9fff]", "", plain(cell).lower())


def role_of(cell: Any) -> str | None:
    """What a column with this header holds: region, year, indicator, value, unit, order; None where it does not say."""
    word = compact(cell)
    for role, words in role_words().items():
        if word in words:
            return role
    pure = re.sub(r"[a-z0-9]", "", word)  # bilingual headers: 地区Region
    latin = re.sub(r"[^a-z]", "", word)
    if pure and latin and {pure, latin} <= role_words()["region"]:
        return "region"
    return None


def fineness(header: Any) -> int:
    """How fine a division a region header speaks of: county above city above province; a code wins over a name."""
    word = compact(header)
    rank = max((i for i, part in enumerate(_COARSE_TO_FINE) if part in word), default=-1)
    return rank * 2 + (("code" in word) or ("代码" in word))


@dataclass(frozen=True)
class Context:
    """What the texts around a table say.

    titles     the lines above it
    indicator  the indicator named in a line `指标：…`, a title, or the file name, with where it was found
    candidates every text that may name the indicator, most specific first
    unit       the unit named in a line `单位：…`
    region     the region named in a line `地区：…`
    span       the range of years it speaks of
    """

    titles: tuple[str, ...]
    candidates: tuple[tuple[str, str], ...]
    unit: str = ""
    region: str = ""
    span: tuple[int, int] | None = None


_LINE = re.compile(
    r"^(指标|Indicators?|数据库|Database|时间|Year|Time|单位|计量单位|Units?|地区|Region)\s*[:：]\s*(.*)$",
    re.IGNORECASE,
)
_UNIT_INSIDE = re.compile(r"(?:单位|计量单位|Units?)\s*[:：]\s*([^)）;；,，]+)", re.IGNORECASE)
_FILE_NOISE = re.compile(
    r"^(nbs|国家统计局|统计局|省级|分省|市级|地级|县级|分省年度数据|年度数据|年度|数据|data|panel|面板|省|全国|各省|各地区|各省市|整理|最终|final|copy|副本|sheet\d*|工作表\d*|\d{4}年?|\d{4}年?[-—–~至到]\d{4}年?)$",
    re.IGNORECASE,
)


def context(titles: Iterable[Any], sheet: str, file: str) -> Context:
    """Read the lines above a table, the sheet name and the file name."""
    lines = [plain(t) for t in titles if plain(t)]
    unit = region = ""
    named: list[tuple[str, str]] = []
    loose: list[tuple[str, str]] = []
    span = None
    for line in lines:
        inside = _UNIT_INSIDE.search(line)
        unit = unit or (inside[1].strip() if inside else "")
        match = _LINE.match(line)
        span = span or year_range(line)
        if not match:
            loose.append((line, "title"))
            continue
        word, rest = match[1].lower(), match[2].strip()
        if word.startswith(("指标", "indicator")) and rest:
            named.append((rest, "line"))
        elif word in ("地区", "region"):
            region = rest
    stem = re.sub(r"\.[A-Za-z0-9]+$", "", file)
    named += [(t, "title") for t, _ in loose]
    if sheet and not _FILE_NOISE.match(sheet) and not year_of(sheet):
        named.append((sheet, "sheet"))
    named += [(t, "file") for t in file_names(stem)]
    return Context(tuple(lines), tuple(named), unit, region, span or year_range(stem))


def file_names(stem: str) -> list[str]:
    """The parts of a file name that may name an indicator: the longest runs first, then the parts."""
    parts = [
        p
        for p in re.split(r"[_]+|(?<=[\u4e00-\u9fff])-(?=[\u4e00-\u9fff])", plain(stem))
        if p and not _FILE_NOISE.match(p)
    ]
    parts = [_RANGE.sub("", p).strip() for p in parts]
    parts = [re.sub(rf"^{_YEAR}年?|{_YEAR}年?$", "", p).strip(" -") for p in parts]
    parts = [p for p in parts if p]
    runs = [" ".join(parts[i:j]) for i in range(len(parts)) for j in range(len(parts), i, -1)]
    whole = sorted((r for r in runs if " " in r or r not in parts), key=len, reverse=True)
    return [*whole, *parts] if len(parts) > 1 else parts
