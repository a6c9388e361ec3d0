"""What an audit needs to know of an index, as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xinzhi.atlas.places import Places
from xinzhi.base.arrays import Array
from xinzhi.base.errors import UsageError, unknown
from xinzhi.base.text import Lang, Text, language
from xinzhi.measure.method import Method

if TYPE_CHECKING:
    from xinzhi.measure.index.result import IndexResult

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Subject:
    """An index taken apart.

    title       what the index is
    x           (n, m) raw indicators, NaN where missing
    direction   (m,) +1 or −1
    region      (n,) codes
    year        (n,)
    layer       (m,) layer number 0 … k−1
    layers      (k,) ids of the layers and their names
    indicators  (m,) ids of the indicators and their names
    method      how the index is made
    score       (n,) its published scores
    cell_error  (n, m) how much larger than usual the error of a cell is
    places      the list of places that the regions belong to
    data        name → hash of the data
    source      what the data are
    """

    title: Text
    x: Array
    direction: Array
    region: NDArray[np.str_]
    year: Ints
    layer: Ints
    layers: Mapping[str, Text]
    indicators: Mapping[str, Text]
    method: Method
    score: Array
    cell_error: Array
    places: Places
    data: Mapping[str, str]
    source: Text = Text("", "")

    @property
    def last(self) -> int:
        """The latest year."""
        return int(self.year.max())

    def name(self, row: int) -> Text:
        """The short name of the region of a row."""
        code = str(self.region[row])
        return Text(self.places.label(code, "zh"), self.places.label(code, "en"))

    def code(self, said: str) -> str:
        """The code of the region that is called `said`: a code, or any name that the places know for certain."""
        codes = sorted({str(r) for r in self.region})
        if said in codes:
            return said
        match = self.places.resolve(said)
        if match.certainty == "certain" and match.code in codes:
            return str(match.code)
        by_name = {self.places.label(c, lang): c for c in codes for lang in ("zh", "en")}
        if said in by_name:
            return by_name[said]
        raise unknown(Text("地区", "region"), said, [*by_name, *codes], code="251")

    def row(self, code: str, rows: Ints) -> int:
        """The one of `rows` that belongs to the region `code`; a region without a row among them is refused."""
        inside = rows[self.region[rows] == code]
        if len(inside) == 0:
            said = f"{self.places.label(code, 'zh')}", f"{self.places.label(code, 'en')}"
            year = int(self.year[rows[0]])
            raise UsageError(f"{said[0]} {year} 年没有得分", f"{said[1]} has no score in {year}", code="253")
        return int(inside[0])

    def indicator_name(self, position: int, lang: Lang | None = None) -> str:
        """The name of the indicator at `position`."""
        return list(self.indicators.values())[position].say(lang or language())

    def rows_of(self, year: int) -> Ints:
        """Positions of the rows of a year; an absent year is refused."""
        rows = np.flatnonzero(self.year == year)
        if len(rows) == 0:
            raise unknown(Text("年份", "year"), str(year), [str(y) for y in np.unique(self.year)], code="252")
        return rows.astype(np.int64)


def taken_apart(index: IndexResult) -> Subject:
    """The arrays of an index, its published scores among them."""
    inputs = index.inputs
    published = index.frame.set_index(["region", "year"])["score"].reindex(inputs.index)
    return Subject(
        title=index.title,
        x=inputs.x,
        direction=inputs.direction,
        region=np.asarray(inputs.regions),
        year=inputs.years,
        layer=inputs.layers,
        layers={name: layer.text for name, layer in index.preset.layers.items()},
        indicators={each.id: each.name for each in index.preset.indicators},
        method=index.method,
        score=published.to_numpy(dtype=float),
        cell_error=inputs.cell_error,
        places=index.panel.places,
        data=index.recipe.data,
        source=index.panel.title,
    )
