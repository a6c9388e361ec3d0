"""Spatial panel models of a panel's figures one by one: what is estimated, as rows of tables, and which tests there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from xinzhi.base.arrays import Array
from xinzhi.base.errors import ComputationError, DataError
from xinzhi.base.text import Text
from xinzhi.panel.balanced import Balanced
from xinzhi.space.models.baselines import Baseline
from xinzhi.space.models.choice import choose
from xinzhi.space.panels.model import Model, SpatialPanel, spatial_panel
from xinzhi.space.panels.shape import PanelEffects
from xinzhi.space.panels.tests import ChiSquare
from xinzhi.space.printing import PARTS, effect_rows
from xinzhi.space.weights.matrix import Weights

Fits = dict[tuple[str, str], SpatialPanel]
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
    "lm_random": Text("LM：无随机个体效应", "LM: no random unit effects"),
    "lr_unit": Text("LR：各个体效应相同", "LR: all unit effects are equal"),
    "lr_time": Text("LR：各时间效应相同", "LR: all time effects are equal"),
    "lr_sar": Text("LR：SDM 可退化为 SAR", "LR: SDM reduces to SAR"),
    "lr_sem": Text("LR：SDM 可退化为 SEM", "LR: SDM reduces to SEM"),
    "wald_sar": Text("Wald：SDM 可退化为 SAR", "Wald: SDM reduces to SAR"),
    "wald_sem": Text("Wald：SDM 可退化为 SEM", "Wald: SDM reduces to SEM"),
    "hausman": Text("Hausman（个体效应）：随机效应一致", "Hausman (unit effects): random effects are consistent"),
}


def fitted(
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
    """One model."""
    target, x, units, periods = long_form(data, of, factors)
    return spatial_panel(
        target, x, w, units, periods, kind, effects, corrected, draws=draws, seed=seed, names=list(factors)
    )


def long_form(data: Balanced, of: str, factors: Sequence[str]) -> tuple[Array, Array, Any, Any]:
    """What is explained, the regressors, and the units and periods of the observations."""
    count, n = len(data.years), len(data.regions)
    x = np.column_stack([data[f].ravel() for f in factors])
    return data[of].ravel(), x, np.tile(np.array(data.regions), count), np.repeat(np.array(data.years), n)


def refuse_one_year(data: Balanced, effects: str, free: bool = True) -> None:
    """Raise DataError where effects need more than the one year there is; `free` where a model without effects exists."""
    if effects != "none" and effects != "time" and len(data.years) < 2:
        way = Text("，或不用效应（effects=none）", ", or no effects (effects=none)") if free else Text("", "")
        raise DataError(
            f"{EFFECTS[effects].zh}至少需要 2 年，实有 {data.years[0]} 一年；请放宽年份{way.zh}",
            f"{EFFECTS[effects].en} need at least 2 years, there is {data.years[0]} alone; take more years{way.en}",
            code="880",
        )


def term_rows(fits: Fits, beside: dict[str, Baseline]) -> pd.DataFrame:
    """A row a model and coefficient; models without neighbours have no weights."""
    every: list[tuple[str, str, SpatialPanel | Baseline]] = [
        *((kind, "", fit) for kind, fit in beside.items()),
        *((model, w, fit) for (model, w), fit in fits.items()),
    ]
    return pd.DataFrame(
        [
            {"model": model, "weights": w, "term": term, "estimate": b, "se": s, "p": p}
            for model, w, fit in every
            for term, b, s, p in zip(fit.names, fit.params, fit.se, fit.pvalues, strict=True)
        ]
    )


def spillover_rows(fits: Fits) -> pd.DataFrame:
    """A row a model and regressor: direct, indirect and total effects, where they differ from coefficients."""
    rows = [
        {"model": model, "weights": w} | row
        for (model, w), fit in fits.items()
        if model not in ("pooled", "sem")
        for row in effect_rows(fit.effects)
    ]
    spread = (f"{part}{end}" for part in PARTS for end in ("", "_low", "_high"))
    return pd.DataFrame(rows, columns=["model", "weights", "term", *spread])


def _found(fits: Fits, main: str, random: ChiSquare | None) -> dict[str, ChiSquare]:
    found: dict[str, ChiSquare] = {}
    for (_, w), fit in fits.items():
        if w == main:
            found |= fit.tests
    return found if random is None else found | {"hausman": random}


def chosen_of(fits: Fits, main: str, random: ChiSquare | None = None) -> tuple[str, Text]:
    """The model that the tests under the first weights point to, and why."""
    there = [model for model, w in fits if w == main]
    return choose({name: test.p for name, test in _found(fits, main, random).items()}, there, there[-1])


def test_rows(fits: Fits, main: str, random: ChiSquare | None = None) -> pd.DataFrame:
    """A row a test, in the order in which they are read."""
    found = _found(fits, main, random)
    rows = [
        {"name": name, "statistic": found[name].statistic, "dof": found[name].dof, "p": found[name].p}
        for name in TESTS
        if name in found
    ]
    return pd.DataFrame(rows, columns=["name", "statistic", "dof", "p"])


def hausman_of(
    data: Balanced, of: str, factors: Sequence[str], w: Weights, kind: Model, notes: list[Text]
) -> ChiSquare | None:
    """Random against unit effects in the model that is read; None, with the reason in `notes`, where it has no meaning."""
    try:
        found = fitted(data, of, factors, w, kind, "random", True, 2, 0).tests
    except (ComputationError, DataError) as problem:
        notes.append(problem.text)
        return None
    return found.get("hausman")
