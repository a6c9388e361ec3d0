"""Spatial panel models side by side, with the tests that choose between them: the face of the spatial regressions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from xinzhi.base.errors import UsageError
from xinzhi.base.numbers import write_number
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text, language
from xinzhi.panel import Panel
from xinzhi.panel.balanced import Balanced, balanced
from xinzhi.panel.labels import listed, measure_name
from xinzhi.space.neighbours import placed, weights_for
from xinzhi.space.panel_model import Model, SpatialPanel, spatial_panel
from xinzhi.space.panel_shape import PanelEffects
from xinzhi.space.panel_tests import ChiSquare
from xinzhi.space.printing import EFFECT_COLUMNS, PARTS, effect_rows, starred, stata_text
from xinzhi.space.weights import Weights

NAMES: dict[str, Text] = {
    "pooled": Text("非空间", "non-spatial"),
    "slx": Text("SLX", "SLX"),
    "sar": Text("空间滞后 SAR", "SAR"),
    "sem": Text("空间误差 SEM", "SEM"),
    "sac": Text("SAC", "SAC"),
    "sdm": Text("空间杜宾 SDM", "SDM"),
}
EFFECTS: dict[str, Text] = {
    "none": Text("无固定效应", "no effects"),
    "unit": Text("个体固定效应", "unit effects"),
    "time": Text("时间固定效应", "time effects"),
    "two-way": Text("双向固定效应", "two-way effects"),
    "random": Text("随机效应", "random effects"),
}
TESTS: dict[str, Text] = {
    "lm_lag": Text("LM 滞后", "LM lag"),
    "robust_lm_lag": Text("稳健 LM 滞后", "robust LM lag"),
    "lm_error": Text("LM 误差", "LM error"),
    "robust_lm_error": Text("稳健 LM 误差", "robust LM error"),
    "lr_sar": Text("LR: SDM 可退化为 SAR", "LR: SDM reduces to SAR"),
    "lr_sem": Text("LR: SDM 可退化为 SEM", "LR: SDM reduces to SEM"),
    "wald_sar": Text("Wald: SDM 可退化为 SAR", "Wald: SDM reduces to SAR"),
    "wald_sem": Text("Wald: SDM 可退化为 SEM", "Wald: SDM reduces to SEM"),
    "hausman": Text("Hausman：随机效应一致", "Hausman: random effects are consistent"),
}
_READ = Text(
    "***、**、* 分别表示在 1%、5%、10% 水平显著，括号内为标准误。空间滞后模型的系数不是边际效应，请读直接效应与间接（溢出）效应。",
    "***, **, * mark 1, 5 and 10 %; standard errors in brackets. Coefficients of models with a spatial lag are no marginal effects: read the direct and indirect (spillover) effects.",
)


@dataclass(frozen=True)
class ModelsResult(Result):
    """Spatial panel models of one variable.

    frame     a row a model and term: model, weights, term, estimate, se, p
    effects   a row a model and regressor: model, weights, term, direct, indirect, total with *_low, *_high
    tests     a row a test: name, statistic, dof, p
    fits      (model, weights) → the kernel's own result
    rules     weights → how neighbours were found
    chosen    the model that the tests point to, and why
    of, names, years, recipe
    """

    frame: pd.DataFrame
    effects: pd.DataFrame
    tests: pd.DataFrame
    fits: dict[tuple[str, str], SpatialPanel]
    rules: dict[str, Text]
    chosen: tuple[str, Text]
    effect: str
    of: Text
    names: dict[str, Text]
    years: tuple[int, int]
    recipe: Recipe

    def tables(self) -> dict[str, Table]:
        """`models` like a paper's table, `effects`, `tests`, and `weights` where several matrices are compared."""
        span = f"{self.years[0]}–{self.years[1]}"
        main = next(iter(self.fits))[1]
        first = [key for key in self.fits if key[1] == main]
        made = {
            "models": self._regression(
                first,
                Text(
                    f"{span} 年{self.of.zh}的空间面板回归（{EFFECTS[self.effect].zh}）",
                    f"Spatial panel regressions of {self.of.en}, {span} ({EFFECTS[self.effect].en})",
                ),
                by_weights=False,
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
            model = self.chosen[0] if any(m == self.chosen[0] for m, _ in self.fits) else first[-1][0]
            made["weights"] = self._regression(
                [key for key in self.fits if key[0] == model],
                Text(f"不同空间权重下的{NAMES[model].zh}", f"{NAMES[model].en} under other weights"),
                by_weights=True,
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

    def _regression(self, keys: list[tuple[str, str]], title: Text, by_weights: bool) -> Table:
        """Two lines a term, coefficient with stars and standard error, then ρ, λ, N, log-likelihood and σ²."""
        terms = list(dict.fromkeys(t for key in keys for t in self.fits[key].names))
        rows: list[dict[str, Any]] = []
        for term in terms:
            top: dict[str, Any] = {"name": self._term(term)}
            below: dict[str, Any] = {"name": Text("", "")}
            for c, key in enumerate(keys):
                fit = self.fits[key]
                there = term in fit.names
                at = fit.names.index(term) if there else 0
                top[f"m{c}"] = starred(float(fit.params[at]), float(fit.pvalues[at])) if there else ""
                below[f"m{c}"] = f"({fit.se[at]:.4f})" if there else ""
            rows += [top, below]
        for label, value in _FOOT:
            rows.append({"name": label} | {f"m{c}": value(self.fits[key]) for c, key in enumerate(keys)})
        heads = [self.rules[key[1]] if by_weights else NAMES[key[0]] for key in keys]
        columns = (
            Column("name", Text("变量", "variable"), style="text"),
            *(Column(f"m{c}", head, style="text") for c, head in enumerate(heads)),
        )
        return Table(pd.DataFrame(rows), columns, title, note=_READ)

    def summary(self, lang: Lang | None = None) -> str:
        """Which model the tests point to, and what spills over."""
        spoken = lang or language()
        parts = [self.chosen[1]]
        rows = self.effects[(self.effects["model"] == self.chosen[0])]
        if len(rows):
            rows = rows[rows["weights"] == rows["weights"].iloc[0]]
            for row in rows.to_dict("records"):
                clear = row["indirect_low"] > 0 or row["indirect_high"] < 0
                parts.append(
                    Text(
                        "{x}的直接效应为 {d}，间接效应为 {i}（{sure}）。",
                        "{x}: direct effect {d}, indirect {i} ({sure}).",
                    ).fill(
                        x=self._term(row["term"]),
                        d=write_number(row["direct"], "signed"),
                        i=write_number(row["indirect"], "signed"),
                        sure=Text("区间不含 0，存在溢出", "its interval leaves out zero: there is a spillover")
                        if clear
                        else Text("区间含 0，溢出不显著", "its interval holds zero: no clear spillover"),
                    )
                )
        return ("" if spoken == "zh" else " ").join(p.say(spoken) for p in parts)

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
                labels.append(Text(f"{term.zh} {word.zh}", f"{term.en}, {word.en}"))
                value.append(row[kind])
                low.append(row[f"{kind}_low"])
                high.append(row[f"{kind}_high"])
        return intervals(
            labels, np.array(value), np.array(low), np.array(high), axis=Text("效应", "effect"),
            title=Text(f"{NAMES[str(rows['model'].iloc[0])].zh}：直接、间接与总效应", f"{NAMES[str(rows['model'].iloc[0])].en}: direct, indirect and total effects"), lang=lang,
        )  # fmt: skip


def models(
    panel: Panel,
    of: str,
    factors: Sequence[str],
    *,
    kinds: Sequence[Model] = ("pooled", "sar", "sem", "sdm"),
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
    kinds        pooled, slx, sar, sem, sac, sdm
    effects      none, unit, time, two-way, random
    weights      one rule or several to compare (`xinzhi.space.RULES`, files, Weights); row-standardised
    level        the level behind economic distance
    bias_correction  Lee and Yu's transformation under fixed effects

    The model is chosen as the literature does: LM tests on the non-spatial model; where a Durbin model is among `kinds`, LR and
    Wald tests of whether it reduces to a lag or an error model. Raises UsageError without any factor.
    """
    if not factors:
        raise UsageError("至少需要一个解释变量", "at least one factor is needed", code="866")
    data = placed(panel, balanced(panel, [of, *factors, *([level] if level else [])], years, regions))
    rules = [weights] if isinstance(weights, str | Weights) else list(weights)
    fits: dict[tuple[str, str], SpatialPanel] = {}
    used: dict[str, Weights] = {}
    for rule in rules:
        w = weights_for(panel, data.regions, rule, data[level] if level else None)
        label = rule if isinstance(rule, str) else w.rule.en
        used[label] = w
        for kind in kinds:
            fits[kind, label] = _fit(data, of, factors, w, kind, effects, bias_correction, draws, seed)
    main = next(iter(used))
    tests = _tests(fits, main)
    names = {f: measure_name(panel, f) for f in [of, *factors]}
    return ModelsResult(
        _terms(fits),
        _effects(fits),
        tests,
        fits,
        {label: w.rule for label, w in used.items()},
        _choose(fits, main, tests),
        effects,
        names[of],
        names,
        (data.years[0], data.years[-1]),
        _recipe(panel, of, factors, kinds, effects, used, data, bias_correction, draws, seed),
    )


def _fit(
    data: Balanced,
    of: str,
    factors: Sequence[str],
    w: Weights,
    kind: Model,
    effects: PanelEffects,
    corrected: bool,
    draws: int,
    seed: int,
) -> SpatialPanel:
    periods, n = len(data.years), len(data.regions)
    x = np.column_stack([data[f].ravel() for f in factors])
    units = np.tile(np.array(data.regions), periods)
    return spatial_panel(
        data[of].ravel(),
        x,
        w,
        units,
        np.repeat(np.array(data.years), n),
        kind,
        effects,
        corrected,
        draws=draws,
        seed=seed,
        names=list(factors),
    )


def _terms(fits: dict[tuple[str, str], SpatialPanel]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"model": model, "weights": w, "term": term, "estimate": b, "se": s, "p": p}
            for (model, w), fit in fits.items()
            for term, b, s, p in zip(fit.names, fit.params, fit.se, fit.pvalues, strict=True)
        ]
    )


def _effects(fits: dict[tuple[str, str], SpatialPanel]) -> pd.DataFrame:
    rows = [
        {"model": model, "weights": w} | row
        for (model, w), fit in fits.items()
        if model not in ("pooled", "sem")
        for row in effect_rows(fit.effects)
    ]
    spread = (f"{part}{end}" for part in PARTS for end in ("", "_low", "_high"))
    return pd.DataFrame(rows, columns=["model", "weights", "term", *spread])


def _tests(fits: dict[tuple[str, str], SpatialPanel], main: str) -> pd.DataFrame:
    found: dict[str, ChiSquare] = {}
    for (_, w), fit in fits.items():
        if w == main:
            found |= fit.tests
    rows = [
        {"name": name, "statistic": found[name].statistic, "dof": found[name].dof, "p": found[name].p}
        for name in TESTS
        if name in found
    ]
    return pd.DataFrame(rows, columns=["name", "statistic", "dof", "p"])


def _choose(fits: dict[tuple[str, str], SpatialPanel], main: str, tests: pd.DataFrame) -> tuple[str, Text]:
    """The model that the tests point to, with the sentence that says why. Elhorst (2014) section 2.9."""
    p = dict(zip(tests["name"], tests["p"], strict=True))
    there = {model for model, w in fits if w == main}
    if "sdm" in there and {"lr_sar", "lr_sem"} <= set(p):
        keeps_sar, keeps_sem = p["lr_sar"] >= 0.05, p["lr_sem"] >= 0.05
        if not keeps_sar and not keeps_sem:
            return "sdm", Text(
                "LR 检验同时拒绝退化为 SAR 与 SEM，采用空间杜宾模型。",
                "LR tests reject both the lag and the error model: the Durbin model is kept.",
            )
        if keeps_sar and (not keeps_sem or p.get("robust_lm_lag", 1) <= p.get("robust_lm_error", 1)):
            return "sar", Text(
                "LR 检验不拒绝退化为 SAR，采用空间滞后模型。",
                "The LR test does not reject the lag model, which is kept.",
            )
        return "sem", Text(
            "LR 检验不拒绝退化为 SEM，采用空间误差模型。", "The LR test does not reject the error model, which is kept."
        )
    if {"lm_lag", "lm_error"} <= set(p) and min(p["lm_lag"], p["lm_error"]) >= 0.05:
        return "pooled", Text(
            "LM 检验不拒绝无空间依赖，采用非空间模型。",
            "LM tests do not reject the absence of spatial dependence: the non-spatial model is kept.",
        )
    if {"robust_lm_lag", "robust_lm_error"} <= set(p):
        lag = p["robust_lm_lag"] <= p["robust_lm_error"]
        model = "sar" if lag else "sem"
        if model in there:
            return model, Text(f"稳健 LM 检验更支持{NAMES[model].zh}。", f"Robust LM tests point to {NAMES[model].en}.")
    last = [model for model, w in fits if w == main][-1]
    return last, Text(f"未作检验选择，以{NAMES[last].zh}为主。", f"No test chooses; {NAMES[last].en} is taken.")


def _recipe(
    panel: Panel,
    of: str,
    factors: Sequence[str],
    kinds: Sequence[str],
    effects: str,
    used: dict[str, Weights],
    data: Balanced,
    corrected: bool,
    draws: int,
    seed: int,
) -> Recipe:
    rules = listed([w.rule for w in used.values()])
    return Recipe(
        method="xinzhi.space.models",
        title=Text("空间面板模型", "spatial panel models"),
        parameters={
            "of": of,
            "factors": list(factors),
            "kinds": list(kinds),
            "effects": effects,
            "weights": list(used),
            "years": list(data.years),
            "bias_correction": corrected,
            "draws": draws,
        },
        formula="(I − ρW)y_t = X_t β + WX_t θ + μ + α_t ι + u_t, (I − λW)u_t = ε_t; effects (I − ρW)⁻¹(βI + θW)",
        sources=(
            "Elhorst (2014), Spatial Econometrics",
            "Lee & Yu (2010), J. Econometrics 154",
            "LeSage & Pace (2009)",
        ),
        data={panel.name: panel.hash},
        seed=seed,
        assumptions=(
            *data.assumptions,
            Text(f"空间权重：{rules.zh}，行标准化", f"weights: {rules.en}, rows standardised"),
        ),
        python=f"xinzhi.space.models(panel, {of!r}, {list(factors)!r}, effects={effects!r})",
        cli=f"xinzhi space {of!r} --what models --factors {','.join(factors)!r} --effects {effects}",
    )


_FOOT: tuple[tuple[Text, Any], ...] = (
    (Text("σ²", "σ²"), lambda fit: f"{fit.sigma2:.4g}"),
    (Text("对数似然", "log-likelihood"), lambda fit: f"{fit.loglik:.2f}".replace("-", "−")),
    (Text("观测数", "observations"), lambda fit: str(fit.observations)),
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
