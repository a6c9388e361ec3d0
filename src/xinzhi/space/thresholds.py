"""Whether an effect changes where another figure passes a value: the face of Hansen's panel threshold regression."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from xinzhi.base.calls import command_line, python_line, unusual
from xinzhi.base.errors import UsageError
from xinzhi.base.numbers import write_interval, write_number, write_p
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text, language
from xinzhi.panel import Panel
from xinzhi.panel.balanced import balanced
from xinzhi.panel.bundled import bundled_name
from xinzhi.panel.labels import digits_of, measure_name, spanned, unit_of, with_unit
from xinzhi.space.models.fits import refuse_one_year
from xinzhi.space.printing import starred
from xinzhi.space.threshold import Threshold, threshold_regression

_COUNTS = {1: Text("单一门槛", "single"), 2: Text("双重门槛", "double"), 3: Text("三重门槛", "triple")}
_TEST_NOTE = Text(
    "F 检验的原假设为少一个门槛；p 与临界值来自按地区重抽的自助法。区间为似然比不超过临界值的门槛取值。",
    "F tests one threshold fewer; p and critical values are from a bootstrap of whole regions. The interval holds the values whose likelihood ratio stays below its critical value.",
)
_FIT_NOTE = Text(
    "***、**、* 分别表示在 1%、5%、10% 水平显著，括号内为标准误；模型含个体固定效应。",
    "***, **, * mark 1, 5 and 10 %; standard errors in brackets; unit effects are included.",
)


_READ_FIGURE = Text(
    "曲线触底处为门槛估计值，低于虚线的取值构成其区间；多个门槛时，每条曲线为给定其他门槛后的似然比。",
    "A curve touches zero at the estimate, and the values below the dashed line are its interval; with several thresholds each curve takes the others as given.",
)


@dataclass(frozen=True)
class ThresholdsResult(Result):
    """A panel threshold model.

    frame    a row a regime and factor, then the controls: regime (0 for controls), low, high (borders of the threshold variable),
             term, estimate, se, p, observations
    tests    a row a number of thresholds: thresholds, f, p, critical at 10, 5 and 1 % (c10, c5, c1)
    borders  a row a threshold kept: threshold, low, high
    fit      the kernel's result for the number of thresholds kept
    kept     how many thresholds, by the tests or as asked
    of, by   what is explained, and the threshold variable, with its `unit`
    names, years, recipe
    """

    frame: pd.DataFrame
    tests: pd.DataFrame
    borders: pd.DataFrame
    fit: Threshold
    kept: int
    of: Text
    by: Text
    unit: Text
    names: dict[str, Text]
    years: tuple[int, int]
    recipe: Recipe

    def tables(self) -> dict[str, Table]:
        """`regression` like a paper's table, `tests` of the number of thresholds, `thresholds` with their intervals."""
        span = spanned(*self.years)
        rows: list[dict[str, Any]] = []
        for row in self.frame.to_dict("records"):
            term = self.names[row["term"]]
            label = (
                term
                if row["regime"] == 0
                else Text(f"{term.zh}（{self._regime(row).zh}）", f"{term.en} ({self._regime(row).en})")
            )
            rows += [
                {"name": label, "value": starred(row["estimate"], row["p"])},
                {"name": Text("", ""), "value": f"({row['se']:.4f})"},
            ]
        rows.append({"name": Text("观测数", "observations"), "value": str(int(self.fit.counts.sum()))})
        borders = self.borders.copy()
        borders.insert(0, "label", [Text(f"门槛 {k + 1}", f"threshold {k + 1}") for k in range(len(borders))])
        tests = self.tests.copy()
        tests.insert(0, "label", [_COUNTS[int(k)] for k in tests["thresholds"]])
        return {
            "regression": Table(
                pd.DataFrame(rows),
                (Column("name", Text("变量", "variable"), style="text"), Column("value", self.of, style="text")),
                Text(f"{span} 年{self.of.zh}的门槛回归（门槛变量：{self.by.zh}）", f"Threshold regression of {self.of.en} by {self.by.en}, {span}"),
                note=_FIT_NOTE,
            ),
            "tests": Table(tests, _TESTS, Text("门槛个数的检验", "Tests of the number of thresholds"), note=_TEST_NOTE),
            "thresholds": Table(borders, tuple(replace(c, digits=self._digits, unit=self.unit) for c in _BORDERS), Text(f"{self.by.zh}的门槛值", f"Thresholds of {self.by.en}"), note=_TEST_NOTE),
        }  # fmt: skip

    @property
    def _digits(self) -> int:
        return max(1, digits_of(self.borders["threshold"]))

    def reads(self) -> dict[str, Text]:
        """How to read the likelihood ratios."""
        return {"figure": _READ_FIGURE}

    def _regime(self, row: Mapping[Any, Any]) -> Text:
        low, high = (write_number(row[side], "number", self._digits) for side in ("low", "high"))
        q = self.by
        if not np.isfinite(row["low"]):
            return Text(f"{q.zh} ≤ {high}", f"{q.en} ≤ {high}")
        if not np.isfinite(row["high"]):
            return Text(f"{q.zh} > {low}", f"{q.en} > {low}")
        return Text(f"{low} < {q.zh} ≤ {high}", f"{low} < {q.en} ≤ {high}")

    def summary(self, lang: Lang | None = None) -> str:
        """Whether there is a threshold, where, and how the first factor's effect differs on its two sides."""
        spoken = lang or language()
        first = self.tests.iloc[0]
        bare = Text(
            "以{by}为门槛，单一门槛的 F 为 {f}（{p}）。", "With {by} as the threshold variable, F of one threshold is {f} ({p})."
        ) if np.isfinite(first["p"]) else Text(
            "以{by}为门槛，单一门槛的 F 为 {f}（未作自助检验）。", "With {by} as the threshold variable, F of one threshold is {f} (no bootstrap)."
        )  # fmt: skip
        parts = [bare.fill(by=self.by, f=write_number(first["f"], "number"), p=write_p(float(first["p"])))]
        clear = np.isfinite(first["p"]) and first["p"] < 0.05
        if np.isfinite(first["p"]) and not clear:
            parts.append(
                Text(
                    "不能认定存在门槛，以下按单一门槛估计，只作参考。",
                    "No threshold can be claimed; what follows assumes one and is a hint only.",
                )
                if self.kept == 1
                else Text(
                    "不能认定存在门槛，以下只作参考。", "No threshold can be claimed; take what follows as a hint."
                )
            )
        values = [
            write_interval(b["threshold"], b["low"], b["high"], "number", self._digits, spoken)
            for b in self.borders.to_dict("records")
        ]
        parts.append(
            Text("采用 {n} 个门槛：{values}。", "Thresholds taken ({n}): {values}.").fill(
                n=self.kept, values=("、" if spoken == "zh" else ", ").join(values)
            )
        )
        term = str(self.frame["term"].iloc[0])
        rows = self.frame[(self.frame["term"] == term) & (self.frame["regime"] > 0)]
        said = [f"{write_number(r['estimate'], 'signed', 4)}（{write_p(r['p'])}）" for r in rows.to_dict("records")]
        spaced = [s.replace("（", " (").replace("）", ")") for s in said]
        parts.append(
            Text("{x}的系数由低区制到高区制为 {zh}。", "From the lowest regime to the highest, {x} has the coefficients {en}.").fill(
                x=self.names[term], zh="、".join(said), en=", ".join(spaced)
            )
        )  # fmt: skip
        return ("" if spoken == "zh" else " ").join(p.say(spoken) for p in parts)

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """The likelihood ratio over the candidates of each threshold, with the critical value that bounds its interval."""
        from xinzhi.chart import Line, curves

        grid = np.unique(np.concatenate([values for values, _ in self.fit.profile]))
        series = []
        for k, (values, ratio) in enumerate(self.fit.profile):
            on = np.full(grid.size, np.nan)
            on[np.searchsorted(grid, values)] = ratio
            label = Text("似然比", "LR") if self.kept == 1 else Text(f"门槛 {k + 1}", f"threshold {k + 1}")
            series.append(Line(label, on))
        cut = float(-2 * np.log(1 - np.sqrt(self.fit.level)))
        mark = f"{self.fit.level:.0%}"
        return curves(
            grid,
            series,
            x_axis=with_unit(self.by, self.unit),
            axis=Text("似然比 LR", "likelihood ratio LR"),
            level=cut,
            level_label=Text(f"{mark} 临界值 {cut:.2f}", f"{mark} critical {cut:.2f}"),
            title=Text(f"{self.by.zh}门槛的似然比", f"Likelihood ratio of the threshold in {self.by.en}"),
            lang=lang,
        )


def threshold_effects(
    panel: Panel,
    of: str,
    factors: Sequence[str],
    by: str | None = None,
    *,
    controls: Sequence[str] = (),
    thresholds: int | None = None,
    trim: float = 0.05,
    grid: int | None = 300,
    years: Iterable[int] | None = None,
    regions: Iterable[str] | None = None,
    draws: int = 300,
    seed: int = 0,
    robust: bool = False,
) -> ThresholdsResult:
    """At which values of `by` the effect of `factors` on `of` changes, with unit effects.

    factors     indicators or formulas whose effect may change
    by          the threshold variable; the first factor itself where None
    controls    those whose effect is the same throughout
    thresholds  how many, 1 to 3; where None as many as the tests accept at 5 % one after another, at least one
    trim        every regime keeps at least this share of observations
    grid        quantiles of `by` that are searched; every observed value where None
    draws       bootstrap draws behind p
    robust      White instead of homoskedastic standard errors

    Raises UsageError without any factor.
    """
    if not factors:
        raise UsageError("至少需要一个解释变量", "at least one factor is needed", code="866")
    q = by or factors[0]
    data = balanced(panel, [of, *factors, q, *controls], years, regions)
    refuse_one_year(data, "unit", free=False)
    periods, n = len(data.years), len(data.regions)
    x = np.column_stack([data[f].ravel() for f in factors])
    z = np.column_stack([data[c].ravel() for c in controls]) if controls else None
    units = np.tile(np.array(data.regions), periods)

    def fitted(count: int) -> Threshold:
        return threshold_regression(
            data[of].ravel(), x, data[q].ravel(), units, z, count, trim, grid, draws, seed, robust=robust
        )

    fit, kept = _accepted(fitted, thresholds, draws)
    tests = pd.DataFrame(
        [
            {"thresholds": k + 1, "f": t.f, "p": t.p, "c10": t.critical[0], "c5": t.critical[1], "c1": t.critical[2]}
            for k, t in enumerate(fit[0].tests)
        ]
    )
    best = fit[1]
    borders = pd.DataFrame({"threshold": best.thresholds, "low": best.intervals[:, 0], "high": best.intervals[:, 1]})
    names = {f: measure_name(panel, f) for f in (of, q, *factors, *controls)}
    given = {
        "by": by,
        "controls": list(controls),
        "thresholds": thresholds,
        "trim": trim,
        "grid": grid,
        "draws": draws,
        "seed": seed,
        "robust": robust,
    }
    chosen = unusual(threshold_effects, {**given, **data.asked})
    return ThresholdsResult(
        _terms(best, factors, controls, n * periods - n),
        tests,
        borders,
        best,
        kept,
        names[of],
        names[q],
        unit_of(panel, q),
        names,
        (data.years[0], data.years[-1]),
        Recipe(
            method="xinzhi.space.threshold_effects",
            title=Text("门槛回归", "threshold regression"),
            parameters={"of": of, "factors": list(factors), "by": q, "controls": list(controls), "thresholds": kept, "trim": trim, "grid": grid, "draws": draws, "years": list(data.years)},
            formula="y_it = μ_i + Σ_r β_r'x_it·1(γ_{r−1} < q_it ≤ γ_r) + δ'z_it + e_it; LR(γ) = (S(γ) − S(γ̂))/σ̂²",
            sources=("Hansen (1999), J. Econometrics 93",),
            data={panel.name: panel.hash},
            seed=seed,
            assumptions=data.assumptions,
            python=python_line("space.threshold_effects", (of, list(factors)), chosen),
            cli=command_line("space --what threshold", (of,), {"factors": list(factors), **chosen}, ("factors", "by", "controls", "years", "seed"), bundled_name(panel)),
        ),
    )  # fmt: skip


def _accepted(fitted: Any, asked: int | None, draws: int) -> tuple[tuple[Threshold, Threshold], int]:
    """The fit whose tests are shown and the one that is kept, with its number of thresholds."""
    if asked is not None or draws <= 0:
        found = fitted(asked or 1)
        return (found, found), asked or 1
    kept, count = fitted(1), 1
    shown = kept
    while count < 3 and shown.tests[-1].p < 0.05:
        shown = fitted(count + 1)
        if shown.tests[-1].p >= 0.05:
            break
        kept, count = shown, count + 1
    return (shown, kept), count


def _terms(fit: Threshold, factors: Sequence[str], controls: Sequence[str], freedom: int) -> pd.DataFrame:
    from scipy.special import stdtr

    ends = [-np.inf, *fit.thresholds.tolist(), np.inf]
    rows = [
        {"regime": r + 1, "low": ends[r], "high": ends[r + 1], "term": name, "estimate": fit.coefficients[r, k], "se": fit.coefficients_se[r, k], "observations": int(fit.counts[r])}
        for k, name in enumerate(factors)
        for r in range(len(fit.thresholds) + 1)
    ] + [
        {"regime": 0, "low": np.nan, "high": np.nan, "term": name, "estimate": b, "se": s, "observations": int(fit.counts.sum())}
        for name, b, s in zip(controls, fit.controls, fit.controls_se, strict=True)
    ]  # fmt: skip
    frame = pd.DataFrame(rows)
    dof = freedom - fit.coefficients.size - fit.controls.size
    ratio = (frame["estimate"] / frame["se"]).to_numpy(dtype=float)
    frame["p"] = 2 * stdtr(dof, -np.abs(ratio))
    return frame


_TESTS = (
    Column("label", Text("门槛", "thresholds"), style="text"),
    Column("f", Text("F", "F"), style="number"),
    Column("p", Text("p 值", "p"), style="p"),
    Column("c10", Text("10% 临界值", "10 % critical"), style="number"),
    Column("c5", Text("5% 临界值", "5 % critical"), style="number"),
    Column("c1", Text("1% 临界值", "1 % critical"), style="number"),
)
_BORDERS = (
    Column("label", Text("门槛", "threshold"), style="text"),
    Column("threshold", Text("门槛值", "value"), style="number", digits=4, low="low", high="high"),
)
