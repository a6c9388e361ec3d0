"""The frontier in two dimensions: figures of one year, as they are or per unit of a third.

Per unit of labour a constant-returns frontier of capital and labour is exactly the curve drawn; with more variables
the curve is that of the two drawn alone, and the note says so.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.errors import UsageError, unknown
from xinzhi.base.text import Lang, Text
from xinzhi.panel.labels import name_of
from xinzhi.panel.units import parse
from xinzhi.productivity.inputs.face import InputsResult
from xinzhi.productivity.quotients import quotient


def hull(x: Array, y: Array) -> NDArray[np.int64]:
    """Positions of the units on the frontier with non-increasing returns: the upper concave hull from the origin, up to the largest y."""
    order = np.lexsort((-y, x))
    chain: list[int] = []
    best = 0.0
    for i in order:
        if y[i] <= best:
            continue
        best = y[i]
        while chain:
            a = (0.0, 0.0) if len(chain) == 1 else (x[chain[-2]], y[chain[-2]])
            b = (x[chain[-1]], y[chain[-1]])
            if (b[1] - a[1]) * (x[i] - a[0]) <= (y[i] - a[1]) * (b[0] - a[0]):
                chain.pop()
            else:
                break
        chain.append(int(i))
    return np.array(chain, dtype=np.int64)


def frontier(
    data: InputsResult, year: int | None, x: str | None, y: str | None, per: str | None, lang: Lang | None = None
) -> dict[str, Any]:
    """A dot a region, the frontier as a line; `x` and `y` are variables, each over `per` where given.

    By default the first input over labour and the first good over labour where there is labour, else the first of each.
    """
    from xinzhi.chart import scatter

    year = data.years[-1] if year is None else year
    if year not in data.years:
        raise UsageError(
            f"没有 {year} 年的投入产出；现有 {data.span} 年",
            f"there are no inputs and outputs of {year}; they cover {data.span}",
            code="933",
        )
    ids = [v.id for v in data.variables]
    if per is None and x is None and y is None and "labour" in ids and len(data.of("input")) > 1:
        per = "labour"
    x = x or next(v.id for v in data.of("input") if v.id != per)
    y = y or data.of("good")[0].id
    for name in (x, y, *([per] if per else [])):
        if name not in ids:
            raise unknown(Text("变量", "variable"), name, ids, code="934")
    t = data.years.index(year)
    (right, over), (high, beside) = _axis(data, x, per), _axis(data, y, per)
    below = data.values(per)[t] if per else np.ones(len(data.regions))
    across, up = right * data.values(x)[t] / below, high * data.values(y)[t] / below
    corner = hull(across, up)
    option = scatter(
        [name_of(data.panel.places, c) for c in data.regions],
        across,
        up,
        x_axis=over,
        y_axis=beside,
        keys=data.regions,
        highlight=[data.regions[i] for i in corner],
        title=Text(f"{year} 年二维前沿", f"The frontier in two dimensions, {year}"),
        note=_note(data, x, y, per),
        lang=lang,
    )
    for point in option["series"][-1]["data"]:
        if point["name"] in {data.regions[i] for i in corner} and "label" in point:
            point["label"] = {**point["label"], "position": "top"}  # clear of the line
    path = [
        [0.0, 0.0],
        *([float(across[i]), float(up[i])] for i in corner),
        [float(across.max()), float(up[corner[-1]])],
    ]
    line = {"type": "line", "data": path, "symbol": "none", "silent": True, "lineStyle": {"width": 1.4, "color": "#c8452d"}, "z": 2}  # fmt: skip
    return {**option, "series": [*option["series"], line]}


def _axis(data: InputsResult, name: str, per: str | None) -> tuple[float, Text]:
    """By how much to multiply the figures, and what the axis is called."""
    drawn = next(v for v in data.variables if v.id == name)
    unit = parse(drawn.unit).name
    if per is None:
        return 1.0, Text(f"{drawn.name.zh}，{unit.zh}", f"{drawn.name.en}, {unit.en}")
    below = next(v for v in data.variables if v.id == per)
    factor, unit = quotient(drawn.unit, below.unit)
    return factor, Text(
        f"{drawn.name.zh} / {below.name.zh}，{unit.zh}", f"{drawn.name.en} / {below.name.en}, {unit.en}"
    )


def _note(data: InputsResult, x: str, y: str, per: str | None) -> Text:
    drawn = {x, y, *([per] if per else [])}
    exact = drawn == {v.id for v in data.variables}
    zh = "图中变量即全部投入产出" if exact else "模型还含其他投入产出，图中前沿只就所画变量而言，不等于得分所依的前沿"
    en = (
        "The figure shows all inputs and outputs"
        if exact
        else "The model has more variables; the line is the frontier of those drawn only, not the one behind the scores"
    )
    return Text(f"红线为该年前沿（{'规模报酬不变' if per else '规模报酬非增'}）。{zh}。{data.proxies.zh}", f"The red line is the frontier of the year ({'constant' if per else 'non-increasing'} returns). {en}. {data.proxies.en}".strip())  # fmt: skip
