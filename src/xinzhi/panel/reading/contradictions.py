"""Where a file says two things at once: file name against header, title against columns, unit against unit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from xinzhi.base.text import Text
from xinzhi.panel.reading.headers import Context
from xinzhi.panel.reading.naming import known
from xinzhi.panel.reading.record import Remark
from xinzhi.panel.units import split_name

_WORDS = re.compile(
    r"(排放量|消费量|汇总|数据|情况|统计|总表|各省直辖市自治区|各省市自治区|各省市?|各地区|全国|分省|分地区|年度?)"
)
_SPLIT = re.compile(r"[和与及、_\s+&,，;；]|以及")


def _pieces(text: str) -> set[str]:
    """The runs of three Chinese characters in a text: what two names must share to speak of the same thing."""
    core = re.sub(r"[^\u4e00-\u9fff]", "", _WORDS.sub("", text))
    return {core[i : i + 3] for i in range(len(core) - 2)} or ({core} if core else set())


def file_against_headers(stem: str, headers: Mapping[str, str]) -> list[Remark]:
    """Header → cell address against what the file name enumerates.

    Said only where the file name lists several things, most of them headers, and one of each side has no partner.
    """
    nouns = [n for part in _SPLIT.split(stem) if (n := re.sub(r"[^\u4e00-\u9fff]", "", _WORDS.sub("", part)))]
    if len(nouns) < 2:
        return []
    whole = _pieces("".join(nouns)) | {p for n in nouns for p in _pieces(n)}
    spoken = {h for h in headers if _pieces(split_name(h)[0]) & whole}
    lonely_headers = [h for h in headers if h not in spoken and _pieces(split_name(h)[0])]
    all_headers = {p for h in headers for p in _pieces(split_name(h)[0])}
    lonely_nouns = [n for n in nouns if not (_pieces(n) & all_headers)]
    if not spoken or not lonely_headers or not lonely_nouns:
        return []
    said = "、".join(lonely_nouns)
    return [
        Remark(
            "contradiction",
            "warning",
            Text(
                f"文件名说的是“{said}”，表头却写“{h}”；已按表头读取，请核对后用 indicator= 和 unit= 写明",
                f"the file name speaks of “{said}” but the header says “{h}”; it was read as the header says, check and state it with indicator= and unit=",
            ),
            headers[h],
        )
        for h in lonely_headers
    ]


def years_against_titles(around: Context, years: Sequence[int]) -> list[Remark]:
    """The range of years that a title or the file name speaks of against the years in the table."""
    if around.span is None or not years or around.span == (min(years), max(years)):
        return []
    a, b = around.span
    text = Text(
        f"标题或文件名写 {a}–{b} 年，表中为 {min(years)}–{max(years)} 年",
        f"the title or file name speaks of {a}–{b}, the table holds {min(years)}–{max(years)}",
    )
    return [Remark("contradiction", "note", text)]


def names_against_each_other(candidates: Iterable[tuple[str, str]]) -> list[Remark]:
    """Two known indicators named for one table, one in the sheet and one in the file name."""
    found: dict[str, tuple[str, str]] = {}
    for text, origin in candidates:
        entry = known(text) or known(split_name(text)[0])
        if entry is not None:
            found.setdefault(entry.id, (text, origin))
    if len(found) < 2:
        return []
    (a, _), (b, _) = list(found.values())[:2]
    return [
        Remark(
            "contradiction",
            "warning",
            Text(
                f"同一张表有两个指标名“{a}”与“{b}”；已按前者读取，请用 indicator= 写明",
                f"one table carries two indicator names, “{a}” and “{b}”; it was read as the first, state it with indicator=",
            ),
        )
    ]


def units_against_each_other(units: Mapping[str, Mapping[str, str]]) -> list[Remark]:
    """Indicator → unit → cell where first met; an indicator with two units is an error."""
    return [
        Remark(
            "contradiction",
            "error",
            Text(
                f"“{name}”的单位前后不一：{'、'.join(met)}；各数未换算，请先统一",
                f"“{name}” carries several units: {', '.join(met)}; nothing was converted, make them one first",
            ),
            list(met.values())[1],
        )
        for name, met in units.items()
        if len(met) > 1
    ]
