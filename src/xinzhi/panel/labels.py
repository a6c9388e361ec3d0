"""How regions and figures are named in the tables and sentences of every room."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.numbers import MISSING
from xinzhi.base.table import Column
from xinzhi.base.text import Lang, Text

if TYPE_CHECKING:
    import pandas as pd

    from xinzhi.atlas.places import Places
    from xinzhi.panel.panel import Panel

REGION = Column("name", Text("地区", "region"), style="text")
YEAR = Column("year", Text("年份", "year"), style="year")


def name_of(places: Places, code: str) -> Text:
    """The short name of a region in both languages."""
    return Text(places.label(code, "zh"), places.label(code, "en"))


def named(frame: pd.DataFrame, places: Places, column: str = "region", into: str = "name") -> pd.DataFrame:
    """`frame` with the names of the regions in `column` as texts in a column `into`, put first."""
    texts = [name_of(places, str(code)) for code in frame[column]]
    out = frame.copy()
    out.insert(0, into, texts)
    return out


def listed(texts: Sequence[Text], most: int | None = None) -> Text:
    """Several names in a row, “—” for none; of more than `most` the first ones and how many there are."""
    if not texts:
        return Text(MISSING, MISSING)
    if most is not None and len(texts) > most:
        some = listed(texts[:most])
        return Text(f"{some.zh}等 {len(texts)} 个", f"{some.en} and {len(texts) - most} more")
    return Text("、".join(t.zh for t in texts), ", ".join(t.en for t in texts))


def spanned(first: int, last: int) -> str:
    """A span of years as it prints: `2011–2022`, or the one year."""
    return str(first) if first == last else f"{first}–{last}"


def unit_of(panel: Panel, formula: str) -> Text:
    """The unit of an indicator; nothing for a formula, whose unit is not known."""
    known = panel.indicators.get(formula)
    return known.unit_name if known else Text("", "")


def with_unit(name: Text, unit: Text) -> Text:
    """A name with its unit in brackets, where it has one."""
    return Text(f"{name.zh}（{unit.zh}）", f"{name.en} ({unit.en})") if unit.zh else name


def digits_of(values: ArrayLike) -> int:
    """Decimals that leave the largest of `values` some four digits: 72130, 8.046, 0.432."""
    size = np.abs(np.asarray(values, dtype=float))
    largest = max(size[np.isfinite(size)].tolist(), default=0.0)
    return 3 if largest < 10 else max(0, 3 - int(np.log10(largest)))


def few(texts: Sequence[Text], most: int) -> Text:
    """The first `most` of several names in brackets, and that there are more; nothing for none."""
    if not texts:
        return Text("", "")
    first, more = listed(list(texts)[:most]), len(texts) > most
    return Text(f"（{first.zh}{'等' if more else ''}）", f" ({first.en}{' and others' if more else ''})")


def measure_name(panel: Panel, formula: str) -> Text:
    """What a figure is called: its name in the dictionary, or the formula with every id replaced by its name."""
    known = panel.indicators.get(formula)
    if known:
        return known.name

    def spelt(lang: Lang) -> str:
        def name(found: re.Match[str]) -> str:
            entry = panel.indicators.get(found.group())
            return entry.name.say(lang) if entry else found.group()

        return re.sub(r"[A-Za-z_]\w*", name, formula)

    return Text(spelt("zh"), spelt("en"))
