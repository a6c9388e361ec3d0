"""How regions and figures are named in the tables and sentences of every room."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

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


def listed(texts: Sequence[Text]) -> Text:
    """Several names in a row, “—” for none."""
    if not texts:
        return Text(MISSING, MISSING)
    return Text("、".join(t.zh for t in texts), ", ".join(t.en for t in texts))


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
