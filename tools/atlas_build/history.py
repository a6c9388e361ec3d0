"""What changed from one year-end code table to the next: renamed, upgraded, recoded, merged, split."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from . import english
from .divisions import level, parent

TABLE_SOURCE = "year-end code tables"
CURATED_SOURCE = "entered by hand, not checked against the approval"


def spans(tables: dict[int, dict[str, str]]) -> list[dict[str, object]]:
    """Code, name, first and last year-end table that has this pair without a gap in the years listed."""
    years = sorted(tables)
    rows: list[dict[str, object]] = []
    open_rows: dict[tuple[str, str], dict[str, object]] = {}
    for year in years:
        seen = set()
        for code, zh in tables[year].items():
            seen.add((code, zh))
            if (code, zh) not in open_rows:
                stem, _, _ = english.split(zh, level(code))
                open_rows[code, zh] = row = {
                    "code": code, "zh": zh, "short_zh": zh if len(stem) == 1 else stem,
                    "short_en": english.names(code, zh, level(code))["short_en"], "level": level(code), "first": year,
                }  # fmt: skip
                rows.append(row)
            open_rows[code, zh]["last"] = year
        open_rows = {k: r for k, r in open_rows.items() if k in seen}
    return rows


def _stem(code: str, zh: str) -> str:
    return english.split(zh, level(code))[0]


def _kind(old: tuple[str, str], new: tuple[str, str]) -> str:
    """The kind of a one-to-one succession from (code, name) to (code, name)."""
    same_name = _stem(*new) in (_stem(*old), f"{_stem(*old)}州")
    if old[1] != new[1] and same_name:
        return "upgraded"
    return "renamed" if old[0] == new[0] else "recoded"


def _heir(code: str, zh: str, born: dict[str, dict[str, str]], now: dict[str, str]) -> str:
    """The new code of the same name: in the same prefecture first, then the same province, else "".

    A county named by one character that became a city or district took 州 into its name (通县 → 通州区).
    """
    stem = _stem(code, zh)
    pool = born[stem] or (born[f"{stem}州"] if len(stem) == 1 else {})
    found = [c for c in pool if c[:2] == code[:2] or {c[:2], code[:2]} <= {"50", "51"}]
    if not found and len(pool) == 1:
        found = [c for c, name in pool.items() if name == zh]
    if not pool and level(code) == "county":  # the tables of some years have both the old and the new
        found = [c for c, n in now.items() if c[:4] == code[:4] and c != code and _stem(c, n) == stem]
    if len(found) > 1:
        found = [c for c in found if c[:4] == code[:4]] or [c for c in found if level(c) == level(code)]
    return found[0] if len(found) == 1 else ""


def changes(tables: dict[int, dict[str, str]], events: list[list[object]]) -> list[dict[str, object]]:
    """One row for each succession, by year of the first table that shows it."""
    by_hand = {str(e[0]): e for e in events}
    rows: list[dict[str, object]] = []
    years = sorted(tables)
    for code in [c for c in by_hand if c in tables[years[-1]]]:  # gave something away and lives on
        rows += _stated(by_hand.pop(code), tables[years[-1]][code], tables[years[-1]])
    for before, year in pairwise(years):
        old, now = tables[before], tables[year]
        born: dict[str, dict[str, str]] = defaultdict(dict)
        for code, zh in now.items():  # codes that are new, or that now stand for something else
            if code not in old or _stem(code, zh) != _stem(code, old[code]):
                born[_stem(code, zh)][code] = zh
        for code, zh in sorted(old.items()):
            if code in by_hand and code not in now:
                rows += _stated(by_hand.pop(code), zh, now)
            elif (
                code in now
                and now[code] != zh
                and (_stem(code, zh) == _stem(code, now[code]) or now.get(_heir(code, zh, born, now)) != zh)
            ):
                rows.append(_row(year, code, zh, code, now, _kind((code, zh), (code, now[code])), "", TABLE_SOURCE))
            elif code not in now or now[code] != zh:
                heir = _heir(code, zh, born, now)
                kind = _kind((code, zh), (heir, now[heir])) if heir else "merged"
                note = "" if heir else f"撤销; 来源未载去向, 原属 {now.get(parent(code), parent(code))}"
                rows.append(_row(year, code, zh, heir, now, kind, note, TABLE_SOURCE))
    if by_hand:
        raise SystemExit(f"facts.yaml names changes that no table shows: {sorted(by_hand)}")
    return rows


def _stated(event: list[object], zh: str, now: dict[str, str]) -> list[dict[str, object]]:
    """The rows of one change entered by hand; its own year wins over that of the table, which may come later."""
    code, year, targets, kind, note = event
    return [_row(int(str(year)), str(code), zh, str(t), now, str(kind), str(note), CURATED_SOURCE) for t in targets]  # type: ignore[attr-defined]


def _row(
    year: int, code: str, zh: str, to: str, now: dict[str, str], kind: str, note: str, source: str
) -> dict[str, object]:
    return {
        "year": year, "code_from": code, "name_from": zh, "code_to": to, "name_to": now.get(to, ""),
        "kind": kind, "level": level(code), "note": note, "source": source,
    }  # fmt: skip
