"""The index as live formulas: change a weight in the workbook and scores and ranks follow.

Rows are region-years, columns normalised indicators; layer scores, scores and ranks are formulas over the weights in
the yellow row. The formulas are those of `xinzhi.measure`: a weighted mean within each layer over the indicators that a
row has, then across the layers that it has; geometric and harmonic means lift z to floor + (1 − floor)·z first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.export.excel import put
from xinzhi.base.text import Lang, Text
from xinzhi.report.context import Context
from xinzhi.report.index_view import scoring

LIVE = Text("可调指数-{step}", "live-{step}")
_HOW = Text(
    "改动黄色一行的权重（任意非负数，自动归一），得分与位次随之重算；白底灰字一列是报告所用得分，供对照。",
    "Change a weight in the yellow row (any number not below zero; they are scaled to one): scores and ranks follow. "
    "The grey column holds the scores of the report, to compare.",
)
_LABELS = {
    "region": Text("地区", "region"),
    "year": Text("年份", "year"),
    "score": Text("得分（公式）", "score (formula)"),
    "rank": Text("位次（公式）", "rank (formula)"),
    "given": Text("报告得分", "score in the report"),
    "weight": Text("权重", "weight"),
    "share": Text("占比", "share"),
}
_FIRST = 6  # number of the first data row, counted from 0
_HEAD = 5
_FIXED = 6  # columns before the layers: code, region, year, score, rank, score in the report


@dataclass(frozen=True)
class Live:
    """An index that a workbook can compute.

    title     what it is
    rows      (n) code, name and year of each row
    layers    (k) names
    members   (m) layer number of each indicator, ascending
    names     (m) names of indicators
    weights   (m,)
    z         (n, m) normalised, NaN where missing
    scores    (n,) and layer_scores (n, k) as published
    ranks     (n,) within the year
    exponent  of the power mean: 1, 0 or −1
    floor     z enters means other than the arithmetic one as floor + (1 − floor)·z
    """

    title: Text
    rows: Sequence[tuple[str, Text, int]]
    layers: Sequence[Text]
    members: Sequence[int]
    names: Sequence[Text]
    weights: NDArray[np.float64]
    z: NDArray[np.float64]
    scores: NDArray[np.float64]
    layer_scores: NDArray[np.float64]
    ranks: NDArray[np.float64]
    exponent: float
    floor: float


def live_sheets(context: Context) -> list[tuple[str, Live]]:
    """(step, index) for each index whose scores are means, which a sheet can compute."""
    found = []
    for step, result in context.study.results.items():
        if context.kind(step) == "index":
            parts = scoring(context, step, result)
            if parts is not None:
                found.append((step, Live(**parts)))
    return found


def live_sheet(book: Any, name: str, live: Live, lang: Lang) -> Any:
    """Write the sheet; each formula carries its value, so that it shows without being recalculated."""
    page = book.add_worksheet(name)
    put(page, 0, 0, live.title.say(lang), book.add_format({"bold": True, "font_size": 13}))
    put(page, 1, 0, _HOW.say(lang), book.add_format({"font_color": "#52636E"}))
    _headings(page, book, live, lang)
    _weights(page, book, live, lang)
    score, rank = (
        book.add_format({"num_format": "0.000", "bold": True}),
        book.add_format({"num_format": "0", "bold": True}),
    )
    plain, grey = (
        book.add_format({"num_format": "0.000"}),
        book.add_format({"num_format": "0.000", "font_color": "#8A979F"}),
    )
    for i, (code, region, year) in enumerate(live.rows):
        row = _FIRST + i
        put(page, row, 0, code)
        put(page, row, 1, region.say(lang))
        put(page, row, 2, year)
        _formula(page, row, 3, _score(live, row), score, live.scores[i])
        _formula(page, row, 4, _rank(live, row), rank, live.ranks[i])
        put(page, row, 5, _number(live.scores[i]), grey)
        for k in range(len(live.layers)):
            _formula(page, row, _FIXED + k, _layer(live, k, row), plain, live.layer_scores[i, k])
        for j in range(len(live.names)):
            put(page, row, _start(live) + j, _number(live.z[i, j]), plain)
    page.freeze_panes(_FIRST, 5)
    page.set_column(0, _start(live) + len(live.names) - 1, 12)
    return page


def _headings(page: Any, book: Any, live: Live, lang: Lang) -> None:
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "top": 2, "bottom": 1})
    heads = [
        Text("代码", "code"),
        *(_LABELS[k] for k in ("region", "year", "score", "rank", "given")),
        *live.layers,
        *live.names,
    ]
    for j, text in enumerate(heads):
        put(page, _HEAD, j, text.say(lang), bold)
    page.set_row(_HEAD, 48)
    for j, layer in enumerate(live.members):
        if j == 0 or live.members[j - 1] != layer:
            put(page, 2, _start(live) + j, live.layers[layer].say(lang), book.add_format({"italic": True}))


def _weights(page: Any, book: Any, live: Live, lang: Lang) -> None:
    """The weights to change, and their shares; above the layers the sums of their weights."""
    yellow = book.add_format({"bg_color": "#FFF4B8", "num_format": "0.0000", "border": 1})
    small = book.add_format({"num_format": "0.0%", "font_color": "#52636E"})
    sums = book.add_format({"num_format": "0.0000"})
    put(page, 3, 1, _LABELS["weight"].say(lang))
    put(page, 4, 1, _LABELS["share"].say(lang))
    first, last = _start(live), _start(live) + len(live.names) - 1
    whole = f"SUM({_span(3, first, last, True)})"
    for j, weight in enumerate(live.weights):
        put(page, 3, first + j, float(weight), yellow)
        _formula(page, 4, first + j, f"={_cell(3, first + j)}/{whole}", small, float(weight / live.weights.sum()))
    for k in range(len(live.layers)):
        total = float(live.weights[_places(live, k)].sum())
        a, b = _ends(live, k)
        _formula(page, 3, _FIXED + k, f"=SUM({_span(3, a, b, True)})", sums, total)
        _formula(page, 4, _FIXED + k, f"={_cell(3, _FIXED + k)}/{whole}", small, total / float(live.weights.sum()))


def _layer(live: Live, layer: int, row: int) -> str:
    """Weighted mean of the indicators that the row has."""
    a, b = _ends(live, layer)
    w, z = _span(3, a, b, True), _span(row, a, b)
    met = f"SUMPRODUCT({w}*ISNUMBER({z}))"
    lifted = f"({live.floor!r}+{1 - live.floor!r}*{z})"
    if live.exponent == 1:
        mean = f"SUMPRODUCT({w},{z})/{met}"
    elif live.exponent == 0:
        mean = f"EXP(SUMPRODUCT({w}*ISNUMBER({z})*LN({lifted}))/{met})"
    else:
        mean = f"{met}/SUMPRODUCT({w}*ISNUMBER({z})/{lifted})"
    return f'=IF({met}=0,"",{mean})'


def _score(live: Live, row: int) -> str:
    """Weighted mean of the layers that the row has, each weighing as much as its indicators together."""
    cells = [(_cell(3, _FIXED + k, True), _cell(row, _FIXED + k)) for k in range(len(live.layers))]
    met = "(" + "+".join(f"ISNUMBER({s})*{w}" for w, s in cells) + ")"
    moved = {1: "{w}*{s}", 0: "{w}*LN({s})", -1: "{w}/{s}"}[int(live.exponent)]
    total = "(" + "+".join(f"IF(ISNUMBER({s}),{moved.format(w=w, s=s)},0)" for w, s in cells) + ")"
    return {1: f"={total}/{met}", 0: f"=EXP({total}/{met})", -1: f"={met}/{total}"}[int(live.exponent)]


def _rank(live: Live, row: int) -> str:
    """One more than the rows of the same year with a higher score."""
    last = _FIRST + len(live.rows) - 1
    years = f"$C${_FIRST + 1}:$C${last + 1}"
    scores = f"$D${_FIRST + 1}:$D${last + 1}"
    return f"=SUMPRODUCT(({years}={_cell(row, 2)})*({scores}>{_cell(row, 3)}))+1"


def _start(live: Live) -> int:
    return _FIXED + len(live.layers)


def _places(live: Live, layer: int) -> list[int]:
    return [j for j, member in enumerate(live.members) if member == layer]


def _ends(live: Live, layer: int) -> tuple[int, int]:
    """First and last column of the indicators of a layer."""
    places = _places(live, layer)
    return _start(live) + places[0], _start(live) + places[-1]


def _cell(row: int, column: int, fixed: bool = False) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=fixed))


def _span(row: int, first: int, last: int, fixed: bool = False) -> str:
    return f"{_cell(row, first, fixed)}:{_cell(row, last, fixed)}"


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _formula(page: Any, row: int, column: int, formula: str, style: Any, value: float) -> None:
    page.write_formula(row, column, formula, style, float(value) if np.isfinite(value) else "")
