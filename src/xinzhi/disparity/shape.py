"""The shape of the distribution over the years: how it moves, widens and splits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from xinzhi.base.arrays import Array
from xinzhi.base.calls import command_line, python_line, unusual
from xinzhi.base.numbers import write_number
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text
from xinzhi.disparity.density import Density, bandwidth_of, kernel_density
from xinzhi.disparity.spacing import relative_to_mean
from xinzhi.panel import Panel
from xinzhi.panel.balanced import balanced
from xinzhi.panel.bundled import bundled_name
from xinzhi.panel.labels import YEAR, measure_name, spanned, unit_of, with_unit

_READ = Text(
    "峰的位置是多数地区所在的水平；峰变低变宽表示差距扩大，出现第二个峰表示两极分化的迹象。低于主峰十分之一的小峰不计；带宽改变会改变峰的个数。",
    "A peak is where most regions are; lower and wider means a growing gap, a second peak hints at polarisation. Peaks below a tenth of the main one are not counted; the number depends on the bandwidth.",
)


MINOR = 0.1
"""Peaks lower than this share of the main one are ripples of the tail, not counted."""
BANDWIDTHS = {
    "silverman": Text("Silverman 带宽", "Silverman's bandwidth"),
    "scott": Text("Scott 带宽", "Scott's bandwidth"),
    "sheather-jones": Text("Sheather–Jones 带宽", "Sheather and Jones's bandwidth"),
    "bcv": Text("有偏交叉验证带宽", "bandwidth by biased cross-validation"),
    "ucv": Text("交叉验证带宽", "bandwidth by cross-validation"),
}


@dataclass(frozen=True)
class ShapeResult(Result):
    """Densities of one figure, year by year, on one grid.

    frame      a row a year: year, n, mean, median, deviation, skewness, peak (where the density is highest), height, modes
    densities  (T, g) density
    grid       (g,) points, in units of the yearly mean where `relative`
    of, relative, bandwidth, recipe
    """

    frame: pd.DataFrame
    densities: Array
    grid: Array
    of: Text
    unit: Text
    bandwidth: str
    recipe: Recipe

    @property
    def _axis(self) -> Text:
        return with_unit(self.of, self.unit)

    def tables(self) -> dict[str, Table]:
        """`shape`: where the peak lies, how high and how many there are."""
        span = spanned(int(self.frame["year"].iloc[0]), int(self.frame["year"].iloc[-1]))
        return {
            "shape": Table(
                self.frame,
                _COLUMNS,
                Text(
                    f"{span} 年{self.of.zh}的分布形态",
                    f"Shape of the distribution of {self.of.en}, {span}",
                ),
                note=_READ,
            )
        }

    def summary(self, lang: Lang | None = None) -> str:
        """Where the peak went, whether it flattened, how many peaks there are."""
        begin, end = self.frame.iloc[0], self.frame.iloc[-1]
        rule = BANDWIDTHS.get(self.bandwidth, Text(self.bandwidth, self.bandwidth))
        now = {
            "last": int(end["year"]), "first": int(begin["year"]), "of": self.of, "unit": Text("", ""), "rule": rule,
            "b": write_number(end["peak"], "number"), "n": int(end["modes"]), "e": write_number(end["deviation"], "index"),
        }  # fmt: skip
        if self.unit.zh:
            now["unit"] = Text(f"（{self.unit.zh}）", f" ({self.unit.en})")
        if begin["year"] == end["year"]:
            said = Text(
                "{last} 年{of}{unit}的主峰在 {b}，标准差 {e}，共 {n} 个峰（{rule}）。",
                "In {last} the main peak of {of}{unit} is at {b}, the standard deviation {e}, with {n} peaks ({rule}).",
            )
            return said.fill(**now).say(lang)
        narrowed = end["deviation"] < begin["deviation"]
        now |= {
            "a": write_number(begin["peak"], "number"), "d": write_number(begin["deviation"], "index"),
            "peaks": _peaks_words(int(begin["modes"]), int(end["modes"])),
            "shape": Text("分布趋于集中", "narrower") if narrowed else Text("分布趋于分散", "wider"),
        }  # fmt: skip
        return (
            Text(
                "{first} 至 {last} 年，{of}{unit}的主峰由 {a} 移至 {b}；标准差由 {d} 变为 {e}，{shape}；{peaks}（{rule}）。",
                "From {first} to {last} the main peak of {of}{unit} moved from {a} to {b}; the standard deviation went from {d} to {e} ({shape}); {peaks} ({rule}).",
            )
            .fill(**now)
            .say(lang)
        )

    def reads(self) -> dict[str, Text]:
        """How to read the ridges."""
        return {"figure": _READ}

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """Ridges, one a year."""
        from xinzhi.chart import ridgeline

        return ridgeline(
            [str(int(y)) for y in self.frame["year"]],
            self.grid,
            self.densities,
            axis=self._axis,
            title=Text(f"{self.of.zh}的核密度", f"Kernel density of {self.of.en}"),
            lang=lang,
        )

    def contour(self, lang: Lang | None = None) -> dict[str, Any]:
        """The same densities seen from above, dark where regions are many."""
        from xinzhi.chart import contour

        return contour(
            [int(y) for y in self.frame["year"]],
            self.grid,
            self.densities,
            axis=self._axis,
            scale_title=Text("密度", "density"),
            reference=1.0 if self.recipe.parameters["relative"] else None,
            title=Text(f"{self.of.zh}的核密度等值图", f"Contours of the kernel density of {self.of.en}"),
            lang=lang,
        )


def shape(
    panel: Panel,
    of: str,
    *,
    relative: bool = True,
    bandwidth: float | str = "silverman",
    lower: float | None = 0.0,
    weight: str | None = None,
    points: int = 256,
    years: Iterable[int] | None = None,
    regions: Iterable[str] | None = None,
) -> ShapeResult:
    """Kernel densities of `of` over regions, year by year.

    relative   divide by the mean of each year, so that years compare
    bandwidth  a rule (silverman, scott, sheather-jones, ucv, bcv) or a number in the unit of the grid
    lower      a border that values cannot pass, by reflection; None for none
    weight     an indicator that weights regions
    """
    data = balanced(panel, [of] if weight is None else [of, weight], years, regions)
    v = data[of]
    v = relative_to_mean(v, data.years, of) if relative else v
    border = lower if lower is not None and (v >= lower).all() else None
    weights = [None] * len(data.years) if weight is None else list(data[weight])
    widths = [bandwidth_of(row, bandwidth) if isinstance(bandwidth, str) else float(bandwidth) for row in v]
    spans = [_span(row, h, border) for row, h in zip(v, widths, strict=True)]
    grid = np.linspace(min(low for low, _ in spans), max(high for _, high in spans), points)
    every = list(zip(data.years, v, weights, widths, spans, strict=True))
    found = [kernel_density(row, grid, h, p, lower=border) for _, row, p, h, _ in every]
    rows = [
        _row(year, row, kernel_density(row, _own_grid(span, h), h, p, lower=border)) for year, row, p, h, span in every
    ]
    unit = Text("当年均值 = 1", "mean of the year = 1") if relative else unit_of(panel, of)
    given = {"relative": relative, "bandwidth": bandwidth, "lower": lower, "weight": weight, "points": points}
    chosen = unusual(shape, {**given, **data.asked})
    recipe = Recipe(
        method="xinzhi.disparity.shape",
        title=Text("分布动态", "dynamics of the distribution"),
        parameters={
            "of": of,
            "relative": relative,
            "bandwidth": bandwidth,
            "lower": border,
            "weight": weight,
            "years": list(data.years),
        },
        formula="f(x) = 1/(n·h) Σ K((x − xᵢ)/h), Gaussian kernel, reflection at the border",
        sources=("Silverman (1986)", "Sheather & Jones (1991), JRSS B 53"),
        data={panel.name: panel.hash},
        assumptions=data.assumptions,
        python=python_line("disparity.shape", (of,), chosen),
        cli=command_line("gap --what distribution", (of,), chosen, ("weight", "years"), bundled_name(panel)),
    )
    return ShapeResult(
        pd.DataFrame(rows),
        np.stack([d.density for d in found]),
        grid,
        measure_name(panel, of),
        unit,
        str(bandwidth),
        recipe,
    )


def _peaks_words(before: int, now: int) -> Text:
    if before == now:
        return Text(f"峰数仍为 {now} 个", f"there {'is still 1 peak' if now == 1 else f'are still {now} peaks'}")
    return Text(f"峰数由 {before} 个变为 {now} 个", f"the number of peaks went from {before} to {now}")


def _span(v: Array, h: float, border: float | None) -> tuple[float, float]:
    """Where the density of one year is looked at: four bandwidths beyond all but one in two hundred values on either side."""
    low, high = np.quantile(v, [0.005, 0.995])
    below = float(low - 4 * h)
    return below if border is None else max(below, border), float(high + 4 * h)


def _own_grid(span: tuple[float, float], h: float) -> Array:
    """Points a quarter of a bandwidth apart, between 256 and 4096 of them, so that no peak falls between two."""
    low, high = span
    return np.linspace(low, high, int(np.clip(np.ceil(4 * (high - low) / h), 256, 4096)))


def _row(year: int, v: Array, density: Density) -> dict[str, float]:
    centred = v - v.mean()
    at = int(np.argmax(density.density))
    spread = float(v.std())
    return {
        "year": year,
        "n": v.size,
        "mean": float(v.mean()),
        "median": float(np.median(v)),
        "deviation": spread,
        "skewness": float((centred**3).mean() / spread**3) if spread > 0 else float("nan"),
        "peak": float(density.at[at]),
        "height": float(density.density[at]),
        "modes": int((np.interp(density.modes, density.at, density.density) >= MINOR * density.density[at]).sum()),
        "bandwidth": density.bandwidth,
    }


_COLUMNS = (
    YEAR,
    Column("n", Text("地区数", "regions"), style="count"),
    Column("median", Text("中位数", "median"), style="number", digits=3),
    Column("deviation", Text("标准差", "standard deviation"), style="number", digits=3),
    Column("skewness", Text("偏度", "skewness"), style="number"),
    Column("peak", Text("主峰位置", "main peak"), style="number", digits=3),
    Column("height", Text("峰高", "height"), style="number", digits=3),
    Column("modes", Text("峰数", "peaks"), style="count"),
    Column("bandwidth", Text("带宽", "bandwidth"), style="number", digits=4),
)
