"""Whether the gap closes: σ, β, log t and convergence clubs of one figure, in one result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from xinzhi.atlas import Places, map_option, shapes_for
from xinzhi.base.arrays import Array
from xinzhi.base.calls import command_line, python_line, unusual
from xinzhi.base.errors import DataError, XinzhiError, unknown
from xinzhi.base.numbers import write_number, write_p
from xinzhi.base.recipe import Recipe
from xinzhi.base.regression import Covariance
from xinzhi.base.result import Result
from xinzhi.base.table import Table
from xinzhi.base.text import Lang, Text, language
from xinzhi.disparity.closing.tables import (
    BETA,
    CLUB,
    CLUBS,
    MEMBER,
    READ,
    READ_SPREAD,
    ROOT,
    ROOTS,
    SIGMA,
    SPREAD,
    STOCHASTIC,
)
from xinzhi.disparity.clubs import Clubs, convergence_clubs
from xinzhi.disparity.convergence import Beta, Sigma, beta_convergence, sigma_convergence
from xinzhi.disparity.refusals import POSITIVE, refuse
from xinzhi.disparity.trend import hp_trend
from xinzhi.disparity.unit_root import UnitRoot, stochastic_convergence
from xinzhi.panel import Panel
from xinzhi.panel.balanced import MOST_NAMED, Balanced, balanced
from xinzhi.panel.bundled import bundled_name
from xinzhi.panel.labels import listed, measure_name, name_of, named, spanned

MODELS: dict[str, tuple[str, bool, Text]] = {
    "cross-section": ("cross-section", False, Text("截面绝对 β", "cross-section, absolute")),
    "cross-section conditional": ("cross-section", True, Text("截面条件 β", "cross-section, conditional")),
    "time effects": ("time", False, Text("面板绝对 β（时间效应）", "panel, absolute (time effects)")),
    "two-way": ("two-way", False, Text("面板条件 β（双向固定效应）", "panel, conditional (two-way effects)")),
    "two-way conditional": (
        "two-way",
        True,
        Text("面板条件 β（双向固定效应与控制变量）", "panel, conditional (two-way effects and controls)"),
    ),
}


@dataclass(frozen=True)
class ClosingResult(Result):
    """Convergence of one figure.

    frame       a row a β-model: model, label, beta, se, p, speed, half_life, r2, observations
    spread      a row a year: year, deviation (of logs), variation
    membership  a row a region: region, club (0: none)
    sigma, clubs, unit_root   the kernels' own results; clubs and unit_root are None where the panel is too short
    of, places, recipe
    step        years from one period to the next; β, speed and half-life are per year all the same
    """

    frame: pd.DataFrame
    spread: pd.DataFrame
    membership: pd.DataFrame
    sigma: Sigma
    clubs: Clubs | None
    unit_root: UnitRoot | None
    of: Text
    places: Places
    step: int
    recipe: Recipe

    def tables(self) -> dict[str, Table]:
        """`beta` and `sigma`; `clubs` with `membership`, and `stochastic`, where the panel is long enough."""
        span = spanned(int(self.spread["year"].iloc[0]), int(self.spread["year"].iloc[-1]))
        made = {
            "beta": Table(
                self.frame,
                BETA,
                Text(f"{span} 年{self.of.zh}的 β 收敛", f"β-convergence of {self.of.en}, {span}"),
                note=READ,
            ),
            "sigma": Table(
                self.spread,
                SIGMA,
                Text(f"{span} 年{self.of.zh}的 σ 收敛", f"σ-convergence of {self.of.en}, {span}"),
                note=Text("数值下降表示地区差距缩小。", "Falling figures mean a narrowing gap."),
            ),
        }
        if self.clubs is not None:
            made["clubs"] = Table(
                self._clubs(),
                CLUB,
                Text(f"{self.of.zh}的收敛俱乐部", f"Convergence clubs of {self.of.en}"),
                note=CLUBS,
            )
            made["membership"] = Table(
                named(self.membership, self.places),
                MEMBER,
                Text("各地区所属俱乐部", "Club of each region"),
                note=CLUBS,
            )
        if self.unit_root is not None:
            made["stochastic"] = Table(
                self._stochastic(),
                ROOT,
                Text(f"{span} 年{self.of.zh}的随机收敛", f"Stochastic convergence of {self.of.en}, {span}"),
                note=STOCHASTIC,
            )
        return made

    def _clubs(self) -> pd.DataFrame:
        assert self.clubs is not None
        codes = list(self.membership["region"])
        rows = [
            {
                "club": Text("全部地区", "all regions"),
                "n": len(codes),
                "beta": self.clubs.whole.beta,
                "tvalue": self.clubs.whole.tvalue,
                "members": Text("—", "—"),
            }
        ]
        for number, club in enumerate(self.clubs.clubs, start=1):
            members = listed([name_of(self.places, codes[u]) for u in club.units], MOST_NAMED)
            rows.append(
                {
                    "club": Text(f"俱乐部 {number}", f"club {number}"),
                    "n": len(club.units),
                    "beta": club.test.beta,
                    "tvalue": club.test.tvalue,
                    "members": members,
                }
            )
        if self.clubs.divergent:
            members = listed([name_of(self.places, codes[u]) for u in self.clubs.divergent], MOST_NAMED)
            rows.append(
                {
                    "club": Text("发散", "divergent"),
                    "n": len(self.clubs.divergent),
                    "beta": np.nan,
                    "tvalue": np.nan,
                    "members": members,
                }
            )
        return pd.DataFrame(rows)

    @property
    def trend_p(self) -> float:
        """Two-sided p of the trend of the deviation of logs, Student's t; NaN without a trend."""
        from scipy.special import stdtr

        t = np.log1p(self.sigma.trend / 100) / (self.sigma.trend_se / 100)
        return float(2 * stdtr(len(self.spread) - 2, -abs(t)))

    def _stochastic(self) -> pd.DataFrame:
        assert self.unit_root is not None
        root = self.unit_root
        return pd.DataFrame([{"n": root.statistics.size, "t_bar": root.t_bar, "z": root.z, "p": root.p}])

    def summary(self, lang: Lang | None = None) -> str:
        """Whether the spread narrowed, whether those who lag grow faster, whether all move to one path."""
        begin, end = self.spread.iloc[0], self.spread.iloc[-1]
        narrowed, blurred = end["deviation"] < begin["deviation"], not self.trend_p < 0.05
        first = self.frame.iloc[0]
        parts = [
            Text(
                "{of}的对数标准差由 {a}（{first} 年）变为 {b}（{last} 年），年均 {trend}%（{sure}），{verdict}。",
                "The standard deviation of logs of {of} went from {a} ({first}) to {b} ({last}), {trend}% a year ({sure}): {verdict}.",
            ).fill(
                of=self.of, a=write_number(begin["deviation"], "index"), b=write_number(end["deviation"], "index"), first=int(begin["year"]), last=int(end["year"]),
                trend=write_number(self.sigma.trend, "signed", 2), sure=Text("趋势不显著" if blurred else "趋势显著", "no clear trend" if blurred else "a clear trend"),
                verdict=SPREAD["widened" if not narrowed else "blurred" if blurred else "narrowed"],
            ),
            Text(
                "截面绝对 β 为 {beta}（{p}），{verdict}。",
                "Absolute β in the cross-section is {beta} ({p}): {verdict}.",
            ).fill(
                beta=write_number(first["beta"], "signed", 4), p=write_p(first["p"]),
                verdict=_verdict(float(first["beta"]), float(first["p"]), float(first["half_life"])),
            ),
        ]  # fmt: skip
        if self.clubs is not None:
            whole = self.clubs.whole
            parts.append(
                Text("log t 检验 t = {t}，{verdict}。", "The log t test gives t = {t}: {verdict}.").fill(
                    t=write_number(whole.tvalue, "number"),
                    verdict=Text(
                        "不拒绝全部地区收敛于同一路径", "convergence of all regions to one path is not rejected"
                    )
                    if whole.converges
                    else _parted(self.clubs),
                )
            )
        else:
            parts.append(
                Text("log t 检验未能进行，原因见说明。", "The log t test could not be made; the notes say why.")
            )
        if self.unit_root is not None:
            root = self.unit_root
            parts.append(
                Text(
                    "随机收敛检验（IPS）W = {z}（{p}），{verdict}。", "The test of stochastic convergence (IPS) gives W = {z} ({p}): {verdict}."
                ).fill(z=write_number(root.z, "number"), p=write_p(root.p), verdict=ROOTS[bool(root.p < 0.05)])
            )  # fmt: skip
        return ("" if (lang or language()) == "zh" else " ").join(p.say(lang) for p in parts)

    def reads(self) -> dict[str, Text]:
        """How to read the spread and the map of the clubs."""
        return {"figure": READ_SPREAD, "map": CLUBS}

    def map(self, lang: Lang | None = None) -> dict[str, Any] | None:
        """The clubs on the map; None without clubs or boundaries."""
        from xinzhi.chart import categories
        from xinzhi.chart.theme import QUALITATIVE

        codes = [str(c) for c in self.membership["region"]]
        shapes = shapes_for(self.places, codes)
        if self.clubs is None or shapes is None or len(self.clubs.clubs) > len(QUALITATIVE):
            return None
        count = len(self.clubs.clubs)
        names = [Text(f"俱乐部 {n}", f"club {n}") for n in range(1, count + 1)]
        colours = list(QUALITATIVE[:count])
        if self.clubs.divergent:
            names, colours = [*names, Text("发散", "divergent")], [*colours, "#f4f2f0"]
        number = [float(c - 1 if c else count) for c in self.membership["club"]]
        title = Text(f"{self.of.zh}的收敛俱乐部", f"Convergence clubs of {self.of.en}")
        return map_option(
            shapes, dict(zip(codes, number, strict=True)), categories(names, colours), lang=lang, title=title
        )

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """The spread over the years."""
        from xinzhi.chart import Line, lines

        return lines(
            [int(y) for y in self.spread["year"]],
            [
                Line(Text("对数标准差", "standard deviation of logs"), self.spread["deviation"].to_numpy(dtype=float)),
                Line(Text("变异系数", "coefficient of variation"), self.spread["variation"].to_numpy(dtype=float)),
            ],
            axis=Text("离散程度", "spread"),
            title=Text(f"{self.of.zh}的 σ 收敛", f"σ-convergence of {self.of.en}"),
            lang=lang,
        )


def _parted(clubs: Clubs) -> Text:
    """What is left where not all regions move to one path."""
    number, alone = len(clubs.clubs), len(clubs.divergent)
    found = Text(f"识别出 {number} 个俱乐部", f"there {'is 1 club' if number == 1 else f'are {number} clubs'}")
    if number == 0:
        return Text("拒绝整体收敛，也没有形成俱乐部", "convergence of all is rejected, and no club forms")
    left = (
        Text(f"，{alone} 个地区发散", f" and {alone} that diverge{'s' if alone == 1 else ''}")
        if alone
        else Text("", "")
    )
    return Text(f"拒绝整体收敛，{found.zh}{left.zh}", f"convergence of all is rejected, {found.en}{left.en}")


def _verdict(beta: float, p: float, half_life: float) -> Text:
    if p >= 0.05:
        return Text("不能认定存在 β 收敛", "β-convergence cannot be claimed")
    if beta < 0:
        years = write_number(half_life, "number", 0)
        return Text(
            f"存在 β 收敛，半程约 {years} 年", f"there is β-convergence, half of the gap closes in some {years} years"
        )
    return Text("差距在扩大", "those ahead pull away")


def closing(
    panel: Panel,
    of: str,
    *,
    controls: Sequence[str] = (),
    years: Iterable[int] | None = None,
    regions: Iterable[str] | None = None,
    merge: str | None = "phillips-sul",
    trim: float = 1 / 3,
    clubs_of: str = "log",
    smooth: float | None = None,
) -> ClosingResult:
    """Whether the gap in `of` closes: σ, β in five specifications, the log t test and convergence clubs.

    of        an indicator or formula with values > 0, such as `gdp / population`
    controls  indicators or formulas for conditional β; their value at the start of each growth period
    merge     how neighbouring clubs are merged, None for not
    trim      share of early years that log t discards
    clubs_of  `log` runs log t on log levels, as for income; `level` on levels, as for an index between 0 and 1, whose logs
              are negative
    smooth    λ of the Hodrick–Prescott filter that takes the business cycle out before log t, 400 in Phillips & Sul; None for
              figures as they are

    Raises DataError for values that are not positive, fewer than three years, or years that are not equally far apart.
    """
    data = balanced(panel, [of, *controls], years, regions)
    v = data[of]
    if len(data.years) < 3:
        raise DataError(
            f"收敛分析至少需要 3 年，实有 {len(data.years)} 年",
            f"convergence needs at least 3 years, there are {len(data.years)}",
            code="362",
        )
    if clubs_of not in ("log", "level"):
        raise unknown(Text("clubs_of 的取值", "value of clubs_of"), clubs_of, ("log", "level"))
    refuse(panel, of, v, v <= 0, data.regions, data.years, POSITIVE)
    step = data.step
    others = np.stack([data[c] for c in controls], axis=-1) if controls else None
    rows = [
        _row(name, beta_of(v, others, name, controls), v, step)
        for name in MODELS
        if others is not None or not MODELS[name][1]
    ]
    notes: list[Text] = list(data.assumptions)
    if smooth is not None:
        notes.append(_smoothed(smooth))
    clubs = _attempt(lambda: convergence_clubs(_paths(v, clubs_of, smooth), trim, merge=merge), notes)
    root = _attempt(lambda: stochastic_convergence(v), notes)
    sigma = _yearly(sigma_convergence(v), step)
    membership = clubs.membership(len(data.regions)) if clubs is not None else np.zeros(len(data.regions), dtype=int)
    return ClosingResult(
        pd.DataFrame(rows),
        pd.DataFrame({"year": list(data.years), "deviation": sigma.deviation, "variation": sigma.variation}),
        pd.DataFrame({"region": list(data.regions), "club": membership}),
        sigma,
        clubs,
        root,
        measure_name(panel, of),
        panel.places,
        step,
        _recipe(
            panel,
            data,
            {
                "of": of,
                "controls": list(controls),
                "merge": merge,
                "trim": trim,
                "clubs_of": clubs_of,
                "smooth": smooth,
            },
            notes,
        ),
    )


def _yearly(found: Sigma, step: int) -> Sigma:
    """The trend a year, where periods are `step` years apart."""
    factor = 100 * np.log1p(found.trend / 100) / step
    return replace(found, trend=float(100 * np.expm1(factor / 100)), trend_se=found.trend_se / step)


def beta_of(v: Array, controls: Array | None, model: str, names: Sequence[str] | None = None) -> Beta:
    """One of the five β-models of `MODELS` with the covariance it is usually reported with."""
    effects, conditional, _ = MODELS[model]
    covariance: Covariance = "HC1" if effects == "cross-section" else "cluster-small"
    return beta_convergence(
        v,
        controls if conditional else None,
        effects,
        covariance,
        controls_at="start",
        names=names if conditional else None,
    )


def _row(name: str, found: Beta, v: Array, step: int) -> dict[str, Any]:
    """One model, with everything a year even where periods are `step` years apart."""
    from scipy.special import stdtr

    units = v.shape[1]
    freedom = found.fit.dof if MODELS[name][0] == "cross-section" else units - 1
    p = float(2 * stdtr(freedom, -abs(found.beta / found.se)))
    return {
        "model": name,
        "label": MODELS[name][2],
        "beta": found.beta / step,
        "se": found.se / step,
        "p": p,
        "speed": found.speed / step,
        "half_life": found.half_life * step if np.isfinite(found.half_life) else np.nan,
        "r2": found.fit.r2,
        "observations": found.fit.residuals.size,
    }


def _paths(v: Array, clubs_of: str, smooth: float | None) -> Array:
    x = np.log(v) if clubs_of == "log" else v
    return x if smooth is None else hp_trend(x, smooth)


def _smoothed(smooth: float) -> Text:
    return Text(
        f"log t 检验前以 Hodrick–Prescott 滤波（λ = {smooth:g}）去除周期",
        f"the cycle is taken out by the Hodrick–Prescott filter (λ = {smooth:g}) before log t",
    )


def _attempt(compute: Any, notes: list[Text]) -> Any:
    """What `compute` gives, or None with its sentence added to `notes`: a short panel should not lose the rest."""
    try:
        return compute()
    except XinzhiError as problem:
        notes.append(problem.text)
        return None


def _recipe(panel: Panel, data: Balanced, given: dict[str, Any], notes: list[Text]) -> Recipe:
    of = str(given["of"])
    chosen = unusual(closing, {**{k: v for k, v in given.items() if k != "of"}, **data.asked})
    return Recipe(
        method="xinzhi.disparity.closing",
        title=Text("收敛分析", "convergence"),
        parameters={**given, "years": list(data.years)},
        formula="σ: sd(ln v); β: (ln v_end − ln v_start)/span = a + β·ln v_start + γ'z; log t: log(H1/Ht) − 2·log(log t) = a + b·log t",
        sources=(
            "Barro & Sala-i-Martin (1992), JPE 100",
            "Phillips & Sul (2007), Econometrica 75",
            "Im, Pesaran & Shin (2003), J. Econometrics 115",
        ),
        data={panel.name: panel.hash},
        assumptions=tuple(notes),
        python=python_line("disparity.closing", (of,), chosen),
        cli=command_line("gap --what convergence", (of,), chosen, ("controls", "years"), bundled_name(panel)),
    )
