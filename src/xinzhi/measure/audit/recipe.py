"""The recipe of an audit: what varied, how far, and what was assumed."""

from __future__ import annotations

from xinzhi.base.calls import Named, python_line
from xinzhi.base.recipe import Recipe, plain
from xinzhi.base.text import Text
from xinzhi.measure.audit.names import listed
from xinzhi.measure.audit.subject import Subject
from xinzhi.measure.method import Variation
from xinzhi.measure.simulate.plan import Alternatives

SOURCES = (
    "Saisana, M., Saltelli, A. & Tarantola, S. (2005). Uncertainty and sensitivity analysis techniques as tools for the "
    "quality assessment of composite indicators. Journal of the Royal Statistical Society A 168, 307–323.",
    "Saltelli, A. et al. (2010). Variance based sensitivity analysis of model output. Computer Physics Communications 181, 259–270.",
    "OECD & JRC (2008). Handbook on Constructing Composite Indicators, steps 4 and 10.",
)
FORMULA = (
    "x* = x + data_noise · sd(x) · ε;  z = normalise(x*);  w ∝ weights(z) · U(1 ± weight_noise);  score = aggregate(z, w);  "
    "P(a ahead of b) = share of draws with score_a > score_b, ties ½"
)


def recipe(
    subject: Subject,
    names: Alternatives,
    vary: Variation,
    draws: int,
    seed: int,
    level: float,
    gap: float,
    stated: bool,
) -> Recipe:
    """The recipe of an audit with these settings; `stated` where what varies was asked for."""
    ranges = {
        "normalise": list(names.normalise),
        "weights": list(names.weights),
        "aggregate": list(names.aggregate),
        "weight_noise": vary.weight_noise,
        "remove": vary.remove,
        "data_noise": vary.data_noise,
    }
    asked = {"vary": Named(f"xinzhi.measure.{vary!r}")} if stated else {}
    return Recipe(
        method="xinzhi.audit",
        title=Text(f"{subject.title.zh}的稳健性检验", f"Audit of {subject.title.en}"),
        parameters={"draws": draws, "level": level, "vary": ranges, "nominal": plain(subject.method), "gap": gap},
        formula=FORMULA,
        sources=SOURCES,
        data=subject.data,
        seed=seed,
        assumptions=_assumptions(names, vary, level),
        python=python_line("audit", (), {"draws": draws, "seed": seed, "level": level, **asked}, "index"),
    )


def _assumptions(names: Alternatives, vary: Variation, level: float) -> tuple[Text, ...]:
    """One sentence for each range, and for how the intervals are made."""
    dropped = tuple(c for f in ("normalise", "weights", "aggregate") for c in getattr(vary, f) if c not in names.of(f))
    scales, weights, means = listed(names.normalise), listed(names.weights), listed(names.aggregate)
    return (
        Text(
            f"每次重复以相同概率取一种标准化方法（{scales.zh}）、一种赋权方法（{weights.zh}）和一种合成方法（{means.zh}）",
            f"each draw takes one normalisation ({scales.en}), one weighting ({weights.en}) and one aggregation ({means.en}), "
            "all alternatives equally likely",
        ),
        *_perturbed(vary),
        Text(
            f"区间为 {level:.0%}；位次区间取自全部重复，得分区间取自标准化与本指数相同的重复，各次先平移伸缩到名义得分的均值与离散程度",
            f"intervals are at {level:.0%}; those of ranks come from all draws, those of scores from the draws with the index's own "
            "normalisation, each moved and stretched to the nominal mean and spread",
        ),
        *_dropped(dropped),
    )


def _perturbed(vary: Variation) -> list[Text]:
    """One sentence for each perturbation that is not zero."""
    said = []
    if vary.weight_noise:
        low, high = f"{1 - vary.weight_noise:g}", f"{1 + vary.weight_noise:g}"
        said.append(
            Text(
                f"权重各乘以 {low}–{high} 之间的随机数后归一",
                f"each weight is multiplied by a uniform number from {low} to {high}, then all are rescaled",
            )
        )
    if vary.remove:
        said.append(
            Text(
                f"每次最多剔除 {vary.remove} 个指标，每层至少保留一个",
                f"at most {vary.remove} indicator(s) are left out of a draw, each layer keeping one",
            )
        )
    if vary.data_noise:
        said.append(
            Text(
                f"数据误差为正态，标准差为指标标准差的 {vary.data_noise:.1%}，各单元格独立；插补、插值等单元格的误差加倍",
                f"data errors are normal and independent, with {vary.data_noise:.1%} of the indicator's standard deviation; "
                "cells that were imputed, interpolated or otherwise estimated have twice that",
            )
        )
    return said


def _dropped(choices: tuple[str, ...]) -> tuple[Text, ...]:
    if not choices:
        return ()
    what = listed(choices)
    return (
        Text(
            f"{what.zh}与本指数的方法或数据不相容，未作为备选",
            f"left out, as they do not go with the method or the data of this index: {what.en}",
        ),
    )
