"""Spatial weights for the regions of a panel, by the name of a rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from xinzhi.atlas import contiguity, distances, locatable
from xinzhi.base.arrays import Array
from xinzhi.base.calls import Named
from xinzhi.base.errors import DataError, UsageError, unknown
from xinzhi.base.text import Text
from xinzhi.panel import Panel
from xinzhi.panel.balanced import MOST_NAMED, Balanced
from xinzhi.panel.labels import listed, name_of
from xinzhi.space.weights.files import inverse_time, read_weights
from xinzhi.space.weights.matrix import (
    TRANSFORMS,
    Transform,
    Weights,
    economic_distance,
    economic_geographic,
    higher_order,
    ids_of,
    inverse_distance,
    k_nearest,
    matrix,
)

RULES: dict[str, Text] = {
    "contiguity": Text("邻接（queen）", "contiguity (queen)"),
    "rook": Text("邻接（rook）", "contiguity (rook)"),
    "order2": Text("一至二阶邻接", "contiguity up to order 2"),
    "knn4": Text("最近 4 邻（任意 k 写作 knnK）", "4 nearest neighbours (knnK for any K)"),
    "inverse-distance": Text(
        "反距离（截止距离写作 inverse-distance:500，千米）",
        "inverse distance (a cut-off as inverse-distance:500, in km)",
    ),
    "inverse-distance-squared": Text("反距离平方，截止距离同上", "inverse distance squared, cut-off likewise"),
    "travel-time:FILE": Text("通行时间的倒数，取自 CSV 文件", "inverse travel time, from a CSV file"),
    "economic": Text("经济距离", "economic distance"),
    "economic-geographic": Text("经济地理嵌套", "economic-geographic"),
}


def placed(panel: Panel, data: Balanced) -> Balanced:
    """The figures of the regions that can be put on the map; codes without a boundary of their own are left out and named."""
    try:
        kept = locatable(data.regions, panel.places)
    except DataError:  # a list of places without boundaries: weights must then come from a matrix or file
        return data
    left = [name_of(panel.places, c) for c in data.regions if c not in set(kept)]
    said = Text(
        "{who} 没有自己的边界（已撤销或为同一地区的旧代码），未纳入",
        "{who} left out: no boundary of their own (abolished, or another code of the same place)",
    )
    return data.keep(kept, said.fill(who=listed(left, MOST_NAMED)))


def weights_for(
    panel: Panel,
    regions: Sequence[str],
    rule: str | Weights | Any = "contiguity",
    level: Array | None = None,
    transform: Transform = "row",
    hainan_touches_guangdong: bool = True,
) -> Weights:
    """Weights between `regions` (n codes) in their order.

    rule   a name of `RULES`, with `@spectral` (or another of `TRANSFORMS`) behind it where not `transform`, `travel-time:` and a CSV file of times, a GAL, GWT or CSV file of weights, our Weights, libpysal's or a
       DataFrame, matched by their ids, or a bare matrix in the order of the regions
    level  (T, n) or (n,) the level behind economic distance, such as GRP a head
    transform  how weights are standardised
    hainan_touches_guangdong  Hainan is an island; joining it across the strait is the usual choice and is said in the rule

    Distances are great-circle kilometres between seats of government.
    """
    codes = [str(r) for r in regions]
    if not isinstance(rule, str):
        return _given(rule, codes)
    stem, _, form = rule.rpartition("@")
    if stem and form in TRANSFORMS:
        return weights_for(panel, codes, stem, level, form, hainan_touches_guangdong)
    if rule.startswith("travel-time:"):
        return inverse_time(read_weights(rule.partition(":")[2], codes)).to(transform)
    if Path(rule).suffix.lower() in (".gal", ".gwt", ".csv"):
        return read_weights(rule, codes).to(transform)
    if rule in ("contiguity", "rook", "order2"):
        china = panel.places.name == "china"
        raw = contiguity(
            codes,
            "rook" if rule == "rook" else "queen",
            hainan_touches_guangdong=hainan_touches_guangdong and china,
            places=panel.places,
        )
        joined = (
            Text("，海南与广东视为相邻", ", Hainan joined to Guangdong")
            if hainan_touches_guangdong and china
            else Text("", "")
        )
        found = Weights(
            matrix(raw), tuple(codes), transform, Text(RULES[rule].zh + joined.zh, RULES[rule].en + joined.en)
        )
        return higher_order(found, 2, include_lower=True, ids=codes).to(transform) if rule == "order2" else found
    return _by_distance(panel, codes, rule, level).to(transform)


def _given(w: Any, codes: list[str]) -> Weights:
    """Weights that come with ids, put into the order of `codes`, further units left out; without ids they are in that order."""
    ids = ids_of(w)
    if ids is None or ids == codes:
        if isinstance(w, Weights):
            return w if w.ids == tuple(codes) else replace(w, ids=tuple(codes))
        return Weights(matrix(w, len(codes)), tuple(codes), "raw")
    absent = sorted(set(codes) - set(ids))
    if absent:
        raise DataError(
            f"权重中没有地区 {absent[0]}（共缺 {len(absent)} 个）；权重与数据的地区代码须一致",
            f"the weights have no unit {absent[0]} ({len(absent)} are lacking); weights and data must name the same units",
            code="884",
        )
    place = {code: k for k, code in enumerate(ids)}
    rows = [place[code] for code in codes]
    given = w if isinstance(w, Weights) else Weights(matrix(w), tuple(ids), "raw")
    return replace(given, raw=sp.csr_array(given.raw[rows][:, rows]), ids=tuple(codes))


def _by_distance(panel: Panel, codes: list[str], rule: str, level: Array | None) -> Weights:
    if rule == "economic" or rule == "economic-geographic":
        if level is None:
            raise UsageError(
                f"权重「{rule}」需要经济水平，请用 level 给出，如 gdp / population",
                f"the weights “{rule}” need an economic level: give it as level, such as gdp / population",
                code="864",
            )
        mean = np.asarray(level, dtype=float)
        mean = mean.mean(axis=0) if mean.ndim == 2 else mean
        if rule == "economic":
            return economic_distance(mean, codes)
        return economic_geographic(distances(codes, panel.places), mean, codes)
    if rule.startswith("knn") and rule[3:].isdigit():
        return k_nearest(distances(codes, panel.places), int(rule[3:]), codes)
    power, far = _INVERSE.get(rule.partition(":")[0]), rule.partition(":")[2]
    if power is not None:
        return inverse_distance(distances(codes, panel.places), power, _kilometres(rule, far), ids=codes)
    raise unknown(Text("空间权重", "spatial weights"), rule, RULES)


_INVERSE = {"inverse-distance": 1.0, "inverse-distance-squared": 2.0}


def _kilometres(rule: str, written: str) -> float | None:
    """The cut-off behind a colon; None without one."""
    try:
        found = float(written) if written else None
    except ValueError:
        found = -1.0
    if found is not None and not found > 0:
        raise UsageError(
            f"截止距离应为大于 0 的千米数，如 inverse-distance:500，实为 {rule}",
            f"the cut-off is kilometres above 0, such as inverse-distance:500, not {rule}",
            code="849",
        )
    return found


_FORMS: dict[str, Text] = {
    "raw": Text("未标准化", "not standardised"),
    "row": Text("行标准化", "rows standardised"),
    "spectral": Text("谱半径标准化", "divided by the spectral radius"),
    "variance": Text("方差稳定标准化", "variance-stabilised"),
    "double": Text("双重标准化", "doubly standardised"),
}


def written(rule: Any, name: str = "w") -> str | Named:
    """Weights as a line of Python writes them: a rule as it is, an object by `name`."""
    return rule if isinstance(rule, str) else Named(name)


def stated(w: Weights) -> Text:
    """How neighbours were found and weights standardised, as an assumption says it."""
    form = _FORMS[w.transform]
    return Text(f"空间权重：{w.rule.zh}，{form.zh}", f"weights: {w.rule.en}, {form.en}")
