"""How regressions are printed: coefficients with stars as in papers, and plain text as Stata lays it out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from xinzhi.base.export.cells import width
from xinzhi.base.export.text import pad
from xinzhi.base.table import Column
from xinzhi.base.text import Lang, Text
from xinzhi.space.panels.effects import Effects
from xinzhi.space.panels.model import SpatialPanel

_HEADS = (
    Text("系数", "Coefficient"),
    Text("标准误", "Std. err."),
    Text("z", "z"),
    Text("P>|z|", "P>|z|"),
)
_INTERVAL = Text("[95% 置信区间]", "[95% conf. interval]")
_LONGEST = 32
_SIZES = (12, 12, 9, 8)


SPILLOVER = (Text("直接效应", "direct"), Text("间接效应", "indirect"), Text("总效应", "total"))
PARTS = ("direct", "indirect", "total")
EFFECT_COLUMNS = tuple(
    Column(part, name, style="signed", digits=4, low=f"{part}_low", high=f"{part}_high")
    for part, name in zip(PARTS, SPILLOVER, strict=True)
)
"""Columns of direct, indirect and total effects with their intervals."""


def effect_rows(made: Effects) -> Iterator[dict[str, Any]]:
    """A row a regressor: term, and each part with its `_low` and `_high`."""
    for k, name in enumerate(made.names):
        row: dict[str, Any] = {"term": name}
        for part in PARTS:
            low, high = getattr(made, f"{part}_interval")[k]
            row |= {part: getattr(made, part)[k], f"{part}_low": low, f"{part}_high": high}
        yield row


def starred(value: float, p: float) -> str:
    """A coefficient with the stars of its significance at 1, 5 and 10 %, as papers print it."""
    stars = "***" if p < 0.01 else "**" if p < 0.05 else "*" if p < 0.1 else ""
    return f"{value:.4f}{stars}".replace("-", "−")


def stata_text(fit: SpatialPanel, title: Text, of: str, lang: Lang | None = None) -> str:
    """The regression `fit` of `of` under `title`, in blocks: regressors, neighbours' regressors, spatial coefficients.

    Names longer than 32 columns are cut in the middle with a tilde. The normal distribution gives z, p and intervals.
    """
    shown = {name: _cut(name.removeprefix("W*")) for name in fit.names}
    left = max(12, width(_cut(of)), *(width(v) for v in shown.values())) + 1
    rule = "-" * (left + 1) + "+" + "-" * (sum(_SIZES) + 26)
    facts = (
        (Text("观测数", "Number of obs"), f"{fit.observations:,}"),
        (Text("对数似然", "Log likelihood"), f"{fit.loglik:.4f}"),
        (Text("误差方差", "Sigma2"), f"{fit.sigma2:.6g}"),
    )
    heads = "".join(pad(h.say(lang), size, True) for h, size in zip(_HEADS, _SIZES, strict=True))
    lines = [title.say(lang), ""]
    lines += [f"{pad(label.say(lang), 16, False)} = {value:>12}" for label, value in facts]
    lines += [rule.replace("+", "-"), f"{pad(_cut(of), left, True)} |{heads}{pad(_INTERVAL.say(lang), 25, True)}"]
    for name, members in _blocks(fit.names):
        if members:
            lines += [rule, f"{pad(name.say(lang), left, False)} |"]
            lines += [f"{pad(shown[fit.names[k]], left, True)} |{_numbers(fit, k)}" for k in members]
    return "\n".join([*(line.rstrip() for line in lines), rule.replace("+", "-")]) + "\n"


def _blocks(names: Sequence[str]) -> list[tuple[Text, list[int]]]:
    spatial = [k for k, n in enumerate(names) if n in ("rho", "lambda")]
    lagged = [k for k, n in enumerate(names) if n.startswith("W*")]
    main = [k for k in range(len(names)) if k not in spatial and k not in lagged]
    return [(Text("主方程", "Main"), main), (Text("邻居", "Wx"), lagged), (Text("空间", "Spatial"), spatial)]


def _numbers(fit: SpatialPanel, k: int) -> str:
    estimate, se = float(fit.params[k]), float(fit.se[k])
    z, p = (float(each[k]) for each in (fit.params / fit.se, fit.pvalues))
    low, high = estimate - 1.959964 * se, estimate + 1.959964 * se
    return f"{estimate:>12.7g}{se:>12.7g}{z:>9.2f}{p:>8.3f}{low:>14.7g}{high:>12.7g}"


def _cut(name: str) -> str:
    if len(name) <= _LONGEST:
        return name
    half = (_LONGEST - 1) // 2
    return f"{name[:half]}~{name[-half:]}"
