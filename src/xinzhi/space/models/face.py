"""Spatial panel models side by side, with the tests that choose between them: the face of the spatial regressions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd

from xinzhi.base.calls import command_line, python_line, unusual
from xinzhi.base.errors import UsageError, unknown
from xinzhi.base.numbers import write_interval
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text, language
from xinzhi.panel import Panel
from xinzhi.panel.balanced import Balanced, balanced
from xinzhi.panel.bundled import bundled_name
from xinzhi.panel.labels import listed, measure_name, spanned
from xinzhi.space.models.baselines import KINDS, Baseline, Kind, baseline
from xinzhi.space.models.baselines import NAMES as BASELINES
from xinzhi.space.models.choice import NAMES as SPATIAL
from xinzhi.space.models.fits import (
    EFFECTS,
    TESTS,
    chosen_of,
    fitted,
    hausman_of,
    long_form,
    refuse_one_year,
    spillover_rows,
    term_rows,
    test_rows,
)
from xinzhi.space.models.regression_table import coefficient_table, regression_table
from xinzhi.space.panels.model import Model, SpatialPanel
from xinzhi.space.panels.shape import PanelEffects
from xinzhi.space.printing import EFFECT_COLUMNS, stata_text
from xinzhi.space.weights.matrix import Weights
from xinzhi.space.weights.neighbours import placed, stated, weights_for, written

NAMES: dict[str, Text] = {**BASELINES, **SPATIAL}
_READ = Text(
    "***、**、* 分别表示在 1%、5%、10% 水平显著，括号内为标准误。空间滞后模型的系数不是边际效应，请读直接效应与间接（溢出）效应。",
    "***, **, * mark 1, 5 and 10 %; standard errors in brackets. Coefficients of models with a spatial lag are no marginal effects: read the direct and indirect (spillover) effects.",
)


_READ_FIGURE = Text(
    "点为效应，线为 95% 模拟区间；线不碰 0 即显著。直接效应为本地影响，间接效应为对邻居的溢出，总效应为两者之和。",
    "Dots are effects, lines their simulated 95 % intervals, significant where they stay clear of zero: direct at home, indirect as the spillover to others, total as the sum.",
)
_SPILLS = {
    True: Text("区间不含 0，存在溢出", "its interval leaves out zero, there is a spillover"),
    False: Text("区间含 0，溢出不显著", "its interval holds zero, no clear spillover"),
}
_SIGNS = {
    1: Text("显著为正", "significantly positive"),
    -1: Text("显著为负", "significantly negative"),
    0: Text("不显著", "insignificant"),
}


@dataclass(frozen=True)
class ModelsResult(Result):
    """Spatial panel models of one variable.

    frame     a row a model and term: model, weights ("" for models without neighbours), term, estimate, se, p
    effects   a row a model and regressor: model, weights, term, direct, indirect, total with *_low, *_high
    tests     a row a test: name, statistic, dof, p
    fits      (model, weights) → the kernel's own result
    baselines kind → regression without neighbours, as papers set it beside the others
    rules     weights → how neighbours were found
    chosen    the model that the tests point to, and why
    of, names, years, recipe
    """

    frame: pd.DataFrame
    effects: pd.DataFrame
    tests: pd.DataFrame
    fits: dict[tuple[str, str], SpatialPanel]
    baselines: dict[str, Baseline]
    rules: dict[str, Text]
    chosen: tuple[str, Text]
    effect: str
    of: Text
    names: dict[str, Text]
    years: tuple[int, int]
    recipe: Recipe

    def tables(self) -> dict[str, Table]:
        """`models` like a paper's table, `effects`, `tests`, `weights` where several matrices are compared, `coefficients` in full."""
        span = spanned(*self.years)
        main = next(iter(self.fits))[1]
        first = [key for key in self.fits if key[1] == main]
        made = {
            "models": regression_table(
                [
                    *((NAMES[kind], fit) for kind, fit in self.baselines.items()),
                    *((NAMES[key[0]], self.fits[key]) for key in first),
                ],
                self._term,
                Text(
                    f"{span} 年{self.of.zh}的空间面板回归（{EFFECTS[self.effect].zh}；{self.rules[main].zh}）",
                    f"Spatial panel regressions of {self.of.en}, {span} ({EFFECTS[self.effect].en}; {self.rules[main].en})",
                ),
                _READ,
            )
        }
        shown = self.effects[self.effects["weights"] == main].copy()
        if len(shown):
            shown.insert(0, "name", [self._term(t) for t in shown["term"]])
            shown.insert(0, "which", [NAMES[m] for m in shown["model"]])
            made["effects"] = Table(
                shown,
                _EFFECTS,
                Text("直接、间接与总效应", "Direct, indirect and total effects"),
                note=Text(
                    "括号内为模拟区间；间接效应即对邻居的溢出。",
                    "Simulated intervals in brackets; the indirect effect is the spillover to others.",
                ),
            )
        tests = self.tests.copy()
        if len(tests):
            tests.insert(0, "label", [TESTS[n] for n in tests["name"]])
            made["tests"] = Table(
                tests, _TESTS, Text("模型选择检验", "Tests that choose the model"), note=self.chosen[1]
            )
        if len({w for _, w in self.fits}) > 1:
            model = self.chosen[0]
            made["weights"] = regression_table(
                [(self.rules[w], fit) for (m, w), fit in self.fits.items() if m == model],
                self._term,
                Text(f"不同空间权重下的{NAMES[model].zh}", f"{NAMES[model].en} under other weights"),
                _READ,
            )
        lead = (
            Column("which", Text("模型", "model"), style="text"),
            Column("matrix", Text("空间权重", "weights"), style="text"),
        )
        every = self.frame.copy()
        every.insert(0, "matrix", [self.rules.get(str(w), Text("", "")) for w in every["weights"]])
        every.insert(0, "which", [NAMES[str(m)] for m in every["model"]])
        made["coefficients"] = coefficient_table(
            every,
            lead,
            [self._term(str(t)) for t in every["term"]],
            Text(f"{self.of.zh}：各模型的系数", f"{self.of.en}: coefficients of every model"),
        )
        return made

    def to_stata_text(self, lang: Lang | None = None) -> str:
        """Every model in plain text, one below the other, laid out as Stata prints a regression."""
        of, kind = str(self.recipe.parameters["of"]), EFFECTS[self.effect]
        titles = {
            (m, w): Text(
                f"{NAMES[m].zh}，{kind.zh}，{self.rules[w].zh}", f"{NAMES[m].en}, {kind.en}, {self.rules[w].en}"
            )
            for m, w in self.fits
        }
        return "\n".join(stata_text(fit, titles[key], of, lang) for key, fit in self.fits.items())

    def _term(self, term: str) -> Text:
        if term.startswith("W*"):
            inner = self._term(term[2:])
            return Text(f"W×{inner.zh}", f"W×{inner.en}")
        special = {
            "rho": Text("ρ（空间滞后）", "ρ (spatial lag)"),
            "lambda": Text("λ（空间误差）", "λ (spatial error)"),
            "(intercept)": Text("常数", "constant"),
        }
        return special.get(term, self.names.get(term, Text(term, term)))

    def summary(self, lang: Lang | None = None) -> str:
        """Which model the tests point to and why, what spills over, and whether other weights say the same."""
        spoken = lang or language()
        main = next(iter(self.fits))[1]
        told = Text(
            "{span} 年{of}的空间面板回归，{kind}，权重为{rule}。",
            "Spatial panel regressions of {of}, {span}, with {kind}; weights: {rule}.",
        ).fill(span=spanned(*self.years), of=self.of, kind=EFFECTS[self.effect], rule=self.rules[main])
        parts = [told, self.chosen[1]]
        rows = self.effects[self.effects["model"] == self.chosen[0]]
        for row in rows[rows["weights"] == main].to_dict("records"):
            value, low, high = (row[f"indirect{end}"] for end in ("", "_low", "_high"))
            parts.append(
                Text(
                    "{x}的直接效应为 {d}，间接效应为 {i}，{sure}。", "{x}: direct effect {d}, indirect {i}: {sure}."
                ).fill(
                    x=self._term(row["term"]),
                    d=write_interval(row["direct"], row["direct_low"], row["direct_high"], "signed", lang=spoken),
                    i=write_interval(value, low, high, "signed", lang=spoken),
                    sure=_SPILLS[_sign(low, high) != 0],
                )
            )  # fmt: skip
        if rows["weights"].nunique() > 1:
            parts += [self._compared(str(term), here) for term, here in rows.groupby("term", sort=False)]
        return ("" if spoken == "zh" else " ").join(p.say(spoken) for p in parts)

    def _compared(self, term: str, rows: pd.DataFrame) -> Text:
        """Whether a spillover is there under every weights matrix."""
        signs = [_sign(low, high) for low, high in zip(rows["indirect_low"], rows["indirect_high"], strict=True)]
        if len(set(signs)) == 1:
            return Text("{n} 种空间权重下，{x}的间接效应都{v}。", "Under all {n} weights the indirect effect of {x} is {v}.").fill(
                n=len(signs), x=self._term(term), v=_SIGNS[signs[0]]
            )  # fmt: skip
        each = [
            Text(f"{self.rules[str(w)].zh}为{_SIGNS[s].zh}", f"{_SIGNS[s].en} under {self.rules[str(w)].en}")
            for w, s in zip(rows["weights"], signs, strict=True)
        ]
        return Text(
            "{x}的间接效应随空间权重而变：{each}，结论不稳。", "The indirect effect of {x} depends on the weights ({each}): no firm conclusion."
        ).fill(x=self._term(term), each=listed(each))  # fmt: skip

    def reads(self) -> dict[str, Text]:
        """How to read the effects."""
        return {"figure": _READ_FIGURE}

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """Total effects with their intervals, for the chosen model where it has effects."""
        from xinzhi.chart import intervals

        rows = self.effects[self.effects["model"] == self.chosen[0]]
        rows = rows if len(rows) else self.effects
        rows = rows[rows["weights"] == rows["weights"].iloc[0]]
        rows = rows[rows["model"] == rows["model"].iloc[0]]
        kinds = (
            ("direct", Text("直接", "direct")),
            ("indirect", Text("间接", "indirect")),
            ("total", Text("总", "total")),
        )
        labels, value, low, high = [], [], [], []
        for row in rows.to_dict("records"):
            for kind, word in kinds:
                term = self._term(row["term"])
                labels.append(Text(f"{term.zh}：{word.zh}", f"{term.en}, {word.en}"))
                value.append(row[kind])
                low.append(row[f"{kind}_low"])
                high.append(row[f"{kind}_high"])
        return intervals(
            labels, np.array(value), np.array(low), np.array(high), axis=Text("效应（95% 模拟区间）", "effect (95 % simulated interval)"), order=False, reference=0.0,
            title=Text(f"{NAMES[str(rows['model'].iloc[0])].zh}：直接、间接与总效应", f"{NAMES[str(rows['model'].iloc[0])].en}: direct, indirect and total effects"), lang=lang,
        )  # fmt: skip


def models(
    panel: Panel,
    of: str,
    factors: Sequence[str],
    *,
    kinds: Sequence[Model | Kind] = ("ols", "re", "pooled", "sar", "sem", "sdm"),
    effects: PanelEffects = "two-way",
    weights: str | Weights | Sequence[str | Weights] = "contiguity",
    level: str | None = None,
    years: Iterable[int] | None = None,
    regions: Iterable[str] | None = None,
    bias_correction: bool = True,
    draws: int = 1000,
    seed: int = 0,
) -> ModelsResult:
    """Spatial panel models of `of` on `factors`.

    of, factors  indicators or formulas, such as `log(gdp / population)`
    kinds        pooled, slx, sar, sem, sac, sdm under `effects`; beside them ols, unit-fe, time-fe, two-way-fe, re, the
                 regressions without neighbours that papers set beside (`xinzhi.space.models.baselines`)
    effects      none, unit, time, two-way, random
    weights      one rule or several to compare (`xinzhi.space.RULES`, files, Weights); row-standardised
    level        the level behind economic distance
    bias_correction  Lee and Yu's transformation under fixed effects

    The model is chosen as the literature does, and the sentence says how (`xinzhi.space.models.choice`): LM tests on the non-spatial
    model; where a Durbin model is among `kinds`, LR and Wald tests of whether it reduces to a lag or an error model; Hausman's
    test of random against unit effects. Raises UsageError without any factor or spatial model, DataError for a single year
    under effects that need several.
    """
    if not factors:
        raise UsageError("至少需要一个解释变量", "at least one factor is needed", code="866")
    beside = [k for k in dict.fromkeys(kinds) if k in KINDS]
    spatial = [cast(Model, k) for k in dict.fromkeys(kinds) if k not in KINDS]
    for kind in spatial:
        if kind not in SPATIAL:
            raise unknown(Text("面板模型", "panel model"), str(kind), NAMES)
    if not spatial:
        raise UsageError(
            "至少需要一个空间模型（如 sar、sdm），或以 pooled 为非空间模型",
            "at least one spatial model such as sar or sdm is needed, or pooled as the non-spatial one",
            code="879",
        )
    data = placed(panel, balanced(panel, [of, *factors, *([level] if level else [])], years, regions))
    rules = [weights] if isinstance(weights, str | Weights) else list(weights)
    refuse_one_year(data, effects)
    target, x, units, periods = long_form(data, of, factors)
    baselines = {str(k): baseline(k, target, x, units, periods, list(factors)) for k in beside}
    fits: dict[tuple[str, str], SpatialPanel] = {}
    used: dict[str, Weights] = {}
    for rule in rules:
        w = weights_for(panel, data.regions, rule, data[level] if level else None)
        label = rule if isinstance(rule, str) else w.rule.en
        used[label] = w
        for kind in spatial:
            fits[kind, label] = fitted(data, of, factors, w, kind, effects, bias_correction, draws, seed)
    main = next(iter(used))
    notes = list(dict.fromkeys(note for fit in fits.values() for note in fit.notes))
    tests, chosen = test_rows(fits, main), chosen_of(fits, main)
    if effects in ("unit", "two-way"):
        random = hausman_of(data, of, factors, used[main], cast(Model, chosen[0]), notes)
        if random is not None:
            tests, chosen = test_rows(fits, main, random), chosen_of(fits, main, random)
    names = {f: measure_name(panel, f) for f in [of, *factors]}
    said = written(rules[0]) if len(rules) == 1 else [written(r, f"w{k}") for k, r in enumerate(rules, 1)]
    given = {
        "kinds": list(dict.fromkeys(kinds)), "effects": effects, "weights": said, "level": level,
        "bias_correction": bias_correction, "draws": draws, "seed": seed,
    }  # fmt: skip
    return ModelsResult(
        term_rows(fits, baselines),
        spillover_rows(fits),
        tests,
        fits,
        baselines,
        {label: w.rule for label, w in used.items()},
        chosen,
        effects,
        names[of],
        names,
        (data.years[0], data.years[-1]),
        _recipe(panel, data, of, list(factors), given, used, notes),
    )


def _sign(low: float, high: float) -> int:
    """The sign of an effect whose interval leaves out zero, else 0."""
    return 1 if low > 0 else -1 if high < 0 else 0


def _recipe(
    panel: Panel,
    data: Balanced,
    of: str,
    factors: list[str],
    given: dict[str, Any],
    used: dict[str, Weights],
    notes: Sequence[Text],
) -> Recipe:
    chosen = unusual(models, {**given, **data.asked})
    flags = ("factors", "effects", "weights", "level", "years", "seed")
    return Recipe(
        method="xinzhi.space.models",
        title=Text("空间面板模型", "spatial panel models"),
        parameters={
            "of": of,
            "factors": factors,
            **{name: given[name] for name in ("kinds", "effects", "bias_correction", "draws")},
            "weights": list(used),
            "years": list(data.years),
        },
        formula="(I − ρW)y_t = X_t β + WX_t θ + μ + α_t ι + u_t, (I − λW)u_t = ε_t; effects (I − ρW)⁻¹(βI + θW)",
        sources=(
            "Elhorst (2014), Spatial Econometrics",
            "Lee & Yu (2010), J. Econometrics 154",
            "LeSage & Pace (2009)",
        ),
        data={panel.name: panel.hash},
        seed=given["seed"],
        assumptions=(
            *data.assumptions,
            *(stated(w) for w in used.values()),
            *notes,
        ),
        python=python_line("space.models", (of, factors), chosen),
        cli=command_line(
            "space --what models",
            (of,),
            {"factors": factors, **chosen},
            flags,
            bundled_name(panel),
            {"kinds": "models"},
        ),
    )


_EFFECTS = (
    Column("which", Text("模型", "model"), style="text"),
    Column("name", Text("变量", "variable"), style="text"),
    *EFFECT_COLUMNS,
)
_TESTS = (
    Column("label", Text("检验", "test"), style="text"),
    Column("statistic", Text("统计量", "statistic"), style="number", digits=3),
    Column("dof", Text("自由度", "df"), style="count"),
    Column("p", Text("p 值", "p"), style="p"),
)
