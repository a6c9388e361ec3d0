"""Divisions through time: what a code or a name became.

A change carries the year of the first year-end code table that shows it (tables of 1988–2023); changes entered by hand
carry the year of their approval. Where a place ended and the sources do not say in what, `code_to` is "".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from xinzhi.atlas import store
from xinzhi.base.errors import UsageError, unknown
from xinzhi.base.text import Text

if TYPE_CHECKING:
    import pandas as pd

FIRST, LAST = 1988, 2023
KINDS = ("renamed", "upgraded", "recoded", "merged", "split")  # from the lightest to the gravest
KIND_NAMES: Mapping[str, Text] = {
    "renamed": Text("更名", "renamed"),
    "upgraded": Text("改设", "changed in kind"),
    "recoded": Text("换代码", "recoded"),
    "merged": Text("并入", "merged"),
    "split": Text("析出", "split"),
}
_LEVELS = ("province", "prefecture", "county")


@lru_cache(maxsize=1)
def _changes() -> pd.DataFrame:
    return store.table("changes").sort_values(["year", "code_from", "code_to"], ignore_index=True)


@lru_cache(maxsize=1)
def earlier_names() -> pd.DataFrame:
    """Every pair of code and name that a table of 1988–2023 had, latest first."""
    return store.table("spans").sort_values(["last", "code"], ascending=[False, True], ignore_index=True)


class Step(NamedTuple):
    """One change of one place."""

    year: int
    code_from: str
    name_from: str
    code_to: str
    name_to: str
    kind: str
    level: str
    note: str
    source: str


@lru_cache(maxsize=1)
def _steps() -> dict[str, list[Step]]:
    """Code → its changes, by year."""
    steps: dict[str, list[Step]] = {}
    for row in _changes()[list(Step._fields)].itertuples(index=False):
        step = Step(*(int(v) if i == 0 else str(v) for i, v in enumerate(row)))  # type: ignore[arg-type]
        steps.setdefault(step.code_from, []).append(step)
    return steps


def _trace(code: str, first: int, last: int) -> list[tuple[str, tuple[Step, ...]]]:
    """Every code that `code` of the end of `first` has become by the end of `last`, with the steps to it."""
    ends: list[tuple[str, tuple[Step, ...]]] = []
    paths: list[tuple[str, int, tuple[Step, ...]]] = [(code, first, ())]
    while paths:
        here, since, taken = paths.pop()
        later = [s for s in _steps().get(here, ()) if since < s.year <= last]
        if not here or not later:
            ends.append((here, taken))
            continue
        now = [s for s in later if s.year == later[0].year]
        paths += [(s.code_to, s.year, (*taken, s)) for s in now]
        if all(s.kind == "split" for s in now) and here in _current():  # it gave something away and lives on (Sichuan)
            paths.append((here, now[0].year, taken))
    return ends


@lru_cache(maxsize=1)
def heirs() -> dict[tuple[str, str], str]:
    """(code, name) of an earlier division → the code under which the same division is known now.

    Only through renaming, recoding and upgrading: a division that was merged or divided is not the one it went to, and
    keeps its last code.
    """
    found = {}
    table = earlier_names()
    for code, zh, first in zip(table["code"], table["zh"], table["first"], strict=True):
        here, since = str(code), int(first)
        while step := next((s for s in _steps().get(here, ()) if s.year > since), None):
            if step.kind in ("merged", "split"):
                break
            since, here = step.year, step.code_to
        found[str(code), str(zh)] = here
    return found


def fate(code: str) -> tuple[Text, list[str]]:
    """What became of a code that is no longer in force, in words, and the codes it went to."""
    from xinzhi.atlas.china import china

    rows = _changes()
    ended = rows[(rows["code_from"] == code) & (rows["code_to"] != code)]
    ended = ended[ended["year"] == ended["year"].max()]
    if code in china().frame.index or not len(ended):
        return Text("", ""), []
    to = [str(c) for c in ended["code_to"] if c]
    year = int(ended["year"].iloc[0])
    zh = f"{year} 年起不再使用" + (f"，归入 {'、'.join(china().full(c, 'zh') for c in to)}" if to else "")
    en = f"not in force since {year}" + (f", went to {', '.join(china().full(c, 'en') for c in to)}" if to else "")
    return Text(zh, en), to


def _years(first: int, last: int) -> None:
    if not FIRST <= first <= last <= LAST:
        raise UsageError(
            f"区划沿革覆盖 {FIRST}–{LAST} 年，所给 {first}–{last} 不在其内或次序颠倒",
            f"changes of divisions are known for {FIRST}–{LAST}; {first}–{last} is outside or reversed",
            code="215",
        )


def succeed(code: str, year: int, to: int = LAST) -> list[str]:
    """What the division that had `code` at the end of `year` is at the end of `to`.

    One code where it lives on, was renamed, recoded, upgraded or merged; several where it was divided; itself where
    nothing is known to have changed; none where it ended and the sources do not say in what.
    """
    _years(min(max(year, FIRST), LAST), min(max(to, FIRST), LAST))
    return sorted({end for end, _ in _trace(str(code), year, to) if end})


@lru_cache(maxsize=1)
def _current() -> frozenset[str]:
    return frozenset(store.table("divisions")["code"])


def changes(codes: Iterable[str] | None = None, first: int = FIRST, last: int = LAST) -> pd.DataFrame:
    """Changes after the end of `first` up to the end of `last` that touch any of `codes`, as giver or as receiver.

    Columns: year, code_from, name_from, code_to, name_to, kind, level, note, source.
    """
    _years(first, last)
    table = _changes()
    table = table[(table["year"] > first) & (table["year"] <= last)]
    if codes is not None:
        wanted = {str(c) for c in codes}
        table = table[table["code_from"].isin(wanted) | table["code_to"].isin(wanted)]
    return table.reset_index(drop=True)


def _names_of(table: pd.DataFrame) -> dict[str, str]:
    """Code → its latest name in the table."""
    ordered = table.sort_values("last")
    return {str(c): str(n) for c, n in zip(ordered["code"], ordered["zh"], strict=True)}


def crosswalk(first: int, last: int, level: str | None = None) -> pd.DataFrame:
    """From the codes of `first` to those of `last`: one row for each pair where something changed.

    Columns: code_from, name_from, code_to, name_to, kind (the gravest), year (of the first change), level, note, source.
    A chain of changes is one row that says its steps in `note`. A place of the later year appears at its present name.
    """
    import pandas as pd

    _years(first, last)
    if level is not None and level not in _LEVELS:
        raise unknown(Text("层级", "level"), level, _LEVELS, code="213")
    names = earlier_names()
    then = _names_of(names[names["first"] <= first].query("last >= @first"))
    now = _names_of(names[names["first"] <= last])
    rows = []
    for code, zh in sorted(then.items()):
        for end, steps in sorted(_trace(code, first, last)):
            if not steps or (end == code and now.get(end) == zh) or level not in (None, steps[0].level):
                continue
            chain = [f"{s.year} {s.name_from}→{s.name_to or '?'}" for s in steps]
            told = dict.fromkeys((*chain, *(s.note for s in steps if s.note)))
            sources = dict.fromkeys(s.source for s in steps)
            kind = max((s.kind for s in steps), key=KINDS.index)
            rows.append(
                (
                    code,
                    zh,
                    end,
                    now.get(end, ""),
                    kind,
                    steps[0].year,
                    steps[0].level,
                    "; ".join(told),
                    "; ".join(sources),
                )
            )
    columns = ["code_from", "name_from", "code_to", "name_to", "kind", "year", "level", "note", "source"]
    return pd.DataFrame(rows, columns=columns)
