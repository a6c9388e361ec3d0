"""What `xinzhi space --what …` calls: each kind of question with the options it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from xinzhi.base.errors import UsageError

if TYPE_CHECKING:
    from xinzhi.base.result import Result
    from xinzhi.panel import Panel


@dataclass(frozen=True)
class Asked:
    """What was asked on the command line, lists already taken apart."""

    panel: Panel
    of: str
    years: list[int] | None
    weights: list[str]
    level: str | None
    factors: list[str]
    models: list[str]
    effects: str
    permutations: int
    seed: int
    region: str | None
    by: str | None
    controls: list[str]
    quantiles: list[float]

    @property
    def rule(self) -> str:
        """The one rule of weights of a question that takes one."""
        return self.weights[0]


def answer(what: str, asked: Asked) -> Result:
    """The result of one kind of question. Raises UsageError where it needs factors and none are given."""
    if what in NEED_FACTORS and not asked.factors:
        raise UsageError(f"--what {what} 需要 --factors", f"--what {what} needs --factors", code="511")
    return KINDS[what](asked)


def _association(a: Asked) -> Result:
    from xinzhi.space import clustering

    return clustering(
        a.panel, a.of, weights=a.rule, level=a.level, years=a.years, permutations=a.permutations, seed=a.seed
    )


def _bivariate(a: Asked) -> Result:
    from xinzhi.space import bivariate

    return bivariate(
        a.panel,
        a.of,
        a.factors[0],
        weights=a.rule,
        level=a.level,
        years=a.years,
        permutations=a.permutations,
        seed=a.seed,
    )


def _centre(a: Asked) -> Result:
    from xinzhi.space import path

    return path(a.panel, a.of, years=a.years)


def _determinants(a: Asked) -> Result:
    from xinzhi.space import determinants

    return determinants(a.panel, a.of, a.factors, years=a.years)


def _models(a: Asked) -> Result:
    from xinzhi.space import models

    return models(
        a.panel, a.of, a.factors, kinds=cast(Any, a.models or PANEL_KINDS), effects=cast(Any, a.effects), weights=a.weights,
        level=a.level, years=a.years, seed=a.seed,
    )  # fmt: skip


def _weights(a: Asked) -> Result:
    from xinzhi.space import weights_map

    return weights_map(a.panel, a.rule, a.region, of=a.of or None, level=a.level, years=a.years)


def _convergence(a: Asked) -> Result:
    from xinzhi.space import catching_up

    return catching_up(
        a.panel, a.of, controls=a.controls or a.factors, kinds=cast(Any, a.models or GROWTH_KINDS), effects=cast(Any, a.effects),
        weights=a.rule, level=a.level, years=a.years, seed=a.seed,
    )  # fmt: skip


def _threshold(a: Asked) -> Result:
    from xinzhi.space import threshold_effects

    return threshold_effects(a.panel, a.of, a.factors, a.by, controls=a.controls, years=a.years, seed=a.seed)


def _quantile(a: Asked) -> Result:
    from xinzhi.space import quantile_effects

    if a.effects not in ("none", "unit"):
        raise UsageError(
            f"分位数回归的 --effects 为 none 或 unit，实为 {a.effects}",
            f"quantile regression takes --effects none or unit, not {a.effects}",
            code="516",
        )
    return quantile_effects(a.panel, a.of, a.factors, quantiles=a.quantiles, effects=a.effects, years=a.years)


def _dynamics(a: Asked) -> Result:
    from xinzhi.space import dynamic_models

    return dynamic_models(
        a.panel,
        a.of,
        a.factors,
        kinds=a.models or ["dsar", "dsdm"],
        effects=cast(Any, a.effects),
        weights=a.rule,
        level=a.level,
        years=a.years,
        seed=a.seed,
    )


def _moves(a: Asked) -> Result:
    from xinzhi.space import cluster_moves

    return cluster_moves(
        a.panel, a.of, weights=a.rule, level=a.level, years=a.years, permutations=a.permutations, seed=a.seed
    )


def _local(a: Asked) -> Result:
    from xinzhi.space import local_effects

    year = None if a.years is None else a.years[-1]
    return local_effects(a.panel, a.of, a.factors, model=cast(Any, a.models[0] if a.models else "gwr"), year=year)


KINDS: dict[str, Callable[[Asked], Result]] = {
    "association": _association,
    "bivariate": _bivariate,
    "weights": _weights,
    "centre": _centre,
    "determinants": _determinants,
    "models": _models,
    "convergence": _convergence,
    "threshold": _threshold,
    "quantile": _quantile,
    "dynamics": _dynamics,
    "moves": _moves,
    "local": _local,
}
PANEL_KINDS = ("ols", "re", "pooled", "sar", "sem", "sdm")
GROWTH_KINDS = ("pooled", "sar", "sem", "sdm")
NEED_FACTORS = ("bivariate", "determinants", "models", "threshold", "quantile", "dynamics", "local")
