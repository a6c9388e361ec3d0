"""Divisions through time: what a code or a name became.

A change carries the year of the first year-end code table that shows it (tables of 1988–2023); changes entered by hand
carry the year of their approval. Where a place ended and the sources do not say in what, `code_to` is "".
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from xinzhi.atlas import store
from xinzhi.base.errors import UsageError, unknown
from xinzhi.base.text import Text

if TYPE_CHECKING:
    import pandas as pd

FIRST, LAST = 1988, 2023
KINDS = ("renamed", "upgraded", "recoded", "merged", "split")
_LEVELS = ("province", "prefecture", "county")


@lru_cache(maxsize=1)
def _changes() -> pd.DataFrame:
    return store.table("changes").sort_values(["year", "code_from", "code_to"], ignore_index=True)


@lru_cache(maxsize=1)
def earlier_names() -> pd.DataFrame:
    """Every pair of code and name that a table of 1988–2023 had, latest first."""
    return store.table("spans").sort_values(["last", "code"], ascending=[False, True], ignore_index=True)


@lru_cache(maxsize=1)
def _steps() -> dict[str, list[tuple[int, str, str]]]:
    """Code → (year, successor, kind), by year."""
    steps: dict[str, list[tuple[int, str, str]]] = {}
    for row in _changes().to_dict("records"):
        steps.setdefault(str(row["code_from"]), []).append((int(row["year"]), str(row["code_to"]), str(row["kind"])))
    return steps


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
        while step := next((s for s in _steps().get(here, ()) if s[0] > since and s[1] != here), None):
            if step[2] not in ("renamed", "recoded", "upgraded"):
                break
            since, here = step[0], step[1]
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
    zh = f"{year} 年起不再使用" + (f", 归入 {'、'.join(china().full(c, 'zh') for c in to)}" if to else "")
    en = f"not in force since {year}" + (f", went to {', '.join(china().full(c, 'en') for c in to)}" if to else "")
    return Text(zh, en), to


def _years(first: int, last: int) -> None:
    if not FIRST <= first <= last <= LAST:
        raise UsageError(
            f"区划沿革覆盖 {FIRST}–{LAST} 年, 所给 {first}–{last} 不在其内或次序颠倒",
            f"changes of divisions are known for {FIRST}–{LAST}; {first}–{last} is outside or reversed",
            code="215",
        )


def succeed(code: str, year: int, to: int = LAST) -> list[str]:
    """What the division that had `code` at the end of `year` is at the end of `to`.

    One code where it lives on, was renamed, recoded, upgraded or merged; several where it was divided; itself where
    nothing is known to have changed; none where it ended and the sources do not say in what.
    """
    _years(min(max(year, FIRST), LAST), min(max(to, FIRST), LAST))
    current, out = [(str(code), year)], []
    while current:
        here, since = current.pop()
        later = [s for s in _steps().get(here, ()) if since < s[0] <= to and s[1] != here]
        ended = [s for s in later if s[2] != "split" or not _lives(here)]
        if not ended:
            out.append(here)
            continue
        when = ended[0][0]
        current += [(s[1], when) for s in ended if s[0] == when and s[1]]
    return sorted(dict.fromkeys(out))


def _lives(code: str) -> bool:
    """Whether a division that gave something away is still there (Sichuan after 1997)."""
    return code in _current()


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


def crosswalk(first: int, last: int, level: str | None = None) -> pd.DataFrame:
    """From the codes of `first` to those of `last`: one row for each pair where something changed.

    Columns: code_from, name_from, code_to, name_to, kind, year (of the first change), level, note, source. A chain of
    changes is one row that says its steps in `note`.
    """
    import pandas as pd

    _years(first, last)
    if level is not None and level not in _LEVELS:
        raise unknown(Text("层级", "level"), level, _LEVELS, code="213")
    table = changes(first=first, last=last)
    present = earlier_names()
    alive = set(present.loc[(present["first"] <= first) & (present["last"] >= first), "code"])
    rows = []
    for code, block in table.groupby("code_from", sort=True):
        if str(code) not in alive or (level is not None and block["level"].iloc[0] != level):
            continue
        head = block.iloc[0]
        targets = sorted({*(block.loc[block["kind"] == "split", "code_to"]), *succeed(str(code), first, last)}) or [""]
        for target in targets:
            chain = "; ".join(f"{r['year']} {r['name_from']}→{r['name_to'] or '?'}" for r in block.to_dict("records"))
            names = present.loc[(present["code"] == target) & (present["first"] <= last), "zh"]
            rows.append({
                "code_from": str(code), "name_from": head["name_from"], "code_to": target,
                "name_to": names.iloc[0] if len(names) else "", "kind": head["kind"], "year": int(head["year"]),
                "level": head["level"], "note": "; ".join(filter(None, [chain, *block["note"].unique()])),
                "source": head["source"],
            })  # fmt: skip
    columns = ["code_from", "name_from", "code_to", "name_to", "kind", "year", "level", "note", "source"]
    return pd.DataFrame(rows, columns=columns)
