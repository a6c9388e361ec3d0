"""Regressions side by side as papers print them: coefficients with stars, standard errors below, facts at the foot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from xinzhi.base.numbers import write_number
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Text
from xinzhi.space.models.baselines import Baseline
from xinzhi.space.panels.model import SpatialPanel
from xinzhi.space.printing import starred

Regression = SpatialPanel | Baseline
NOTE = Text(
    "***、**、* 分别表示在 1%、5%、10% 水平显著，括号内为标准误。",
    "***, **, * mark 1, 5 and 10 %; standard errors in brackets.",
)
_COEFFICIENT = (
    Column("estimate", Text("系数", "coefficient"), style="number", digits=4),
    Column("se", Text("标准误", "standard error"), style="number", digits=4),
    Column("p", Text("p 值", "p"), style="p"),
)
_FULL = Text(
    "回归表中各系数的全精度数值，供核对与再用；工作簿中为完整位数。",
    "The coefficients of the regression table in full, to be checked and used again; the workbook keeps every digit.",
)
_YES, _NO, _RANDOM = Text("是", "yes"), Text("否", "no"), Text("随机", "random")
_LAST = ("rho", "lambda")


def regression_table(
    columns: Sequence[tuple[Text, Regression]], term: Callable[[str], Text], title: Text, note: Text = NOTE
) -> Table:
    """Two lines a term and a column a regression, then effects, σ², log-likelihood, AIC and observations.

    columns  heading and regression, in order
    term     what a coefficient is called; own regressors come first, then the neighbours', then ρ and λ
    """
    rows: list[dict[str, Any]] = []
    for name in ordered([each for _, fit in columns for each in fit.names]):
        top: dict[str, Any] = {"name": term(name)}
        below: dict[str, Any] = {"name": Text("", "")}
        for c, (_, fit) in enumerate(columns):
            there = name in fit.names
            at = fit.names.index(name) if there else 0
            top[f"m{c}"] = starred(float(fit.params[at]), float(fit.pvalues[at])) if there else ""
            below[f"m{c}"] = f"({fit.se[at]:.4f})" if there else ""
        rows += [top, below]
    for label, value in _FOOT:
        written = {f"m{c}": value(fit) for c, (_, fit) in enumerate(columns)}
        rows += [{"name": label} | written] if any(written.values()) else []
    heads = (Column(f"m{c}", head, style="text") for c, (head, _) in enumerate(columns))
    return Table(pd.DataFrame(rows), (Column("name", Text("变量", "variable"), style="text"), *heads), title, note=note)


def coefficient_table(frame: pd.DataFrame, lead: Sequence[Column], names: Sequence[Text], title: Text) -> Table:
    """Every coefficient in a row with its full precision, for a workbook: what `lead` says, term, estimate, error, p.

    frame  holds the columns of `lead`, estimate, se and p; names  what each row's term is called
    """
    rows = frame.copy()
    rows.insert(0, "name", list(names))
    return Table(
        rows, (*lead, Column("name", Text("变量", "variable"), style="text"), *_COEFFICIENT), title, note=_FULL
    )


def ordered(names: Sequence[str]) -> list[str]:
    """Each name once: the constant, own regressors, neighbours' regressors, ρ, λ."""

    def place(name: str) -> int:
        if name in _LAST:
            return 3 + _LAST.index(name)
        return 0 if name == "(intercept)" else 2 if name.startswith("W*") else 1

    return sorted(dict.fromkeys(names), key=place)


def _units(fit: Regression) -> Text:
    return _RANDOM if fit.effect == "random" else _YES if fit.effect in ("unit", "two-way") else _NO


def _times(fit: Regression) -> Text:
    return _YES if fit.effect in ("time", "two-way") else _NO


def _likelihood(fit: Regression) -> str:
    return "" if isinstance(fit, Baseline) else write_number(fit.loglik, "number")


def _aic(fit: Regression) -> str:
    return "" if isinstance(fit, Baseline) else write_number(2 * (len(fit.names) + 1) - 2 * fit.loglik, "number", 1)


def _r2(fit: Regression) -> str:
    return write_number(fit.r2, "index") if isinstance(fit, Baseline) else ""


_FOOT: tuple[tuple[Text, Callable[[Regression], Any]], ...] = (
    (Text("个体效应", "unit effects"), _units),
    (Text("时间效应", "time effects"), _times),
    (Text("R²", "R²"), _r2),
    (Text("σ²", "σ²"), lambda fit: f"{fit.sigma2:.4g}"),
    (Text("对数似然", "log-likelihood"), _likelihood),
    (Text("AIC", "AIC"), _aic),
    (Text("观测数", "observations"), lambda fit: str(fit.observations)),
)
