"""A composite index over a panel: layers, weights, scores and ranks, each with its interval."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from xinzhi.base.errors import ComputationError, UsageError, unknown
from xinzhi.base.text import Text
from xinzhi.measure.index.frames import layer_frame, score_frame, value_frame, weight_frame
from xinzhi.measure.index.recipe import index_recipe
from xinzhi.measure.index.result import IndexResult
from xinzhi.measure.inputs import Goalposts, Inputs, build
from xinzhi.measure.interval import bounds, replicate
from xinzhi.measure.method import LAYERINGS, Layering, Method, Missing, Variation
from xinzhi.measure.normalise import method_name
from xinzhi.measure.preset import Preset
from xinzhi.measure.presets import preset as find_preset
from xinzhi.measure.score import EXPONENT, Scored, score
from xinzhi.measure.simulate.draws import Simulation
from xinzhi.measure.treatment import Rule
from xinzhi.panel import Panel


def index(
    panel: Panel,
    preset: str | Path | Mapping[str, Any] | Preset = "three-layers",
    years: Iterable[int] | int | None = None,
    *,
    normalise: str = "minmax",
    weights: str | Mapping[str, float] = "entropy",
    aggregate: str = "arithmetic",
    layering: Layering | None = None,
    layer_weights: Mapping[str, float] | None = None,
    pooled: bool = True,
    missing: Missing = "renormalise",
    coverage: float = 0.5,
    treat: Rule | Mapping[str, Rule] | None = None,
    goalposts: Goalposts | None = None,
    floor: float = 0.01,
    regions: Sequence[str] | None = None,
    draws: int = 1000,
    seed: int = 0,
    level: float = 0.9,
    vary: Variation | None = None,
) -> IndexResult:
    """The index of an indicator system over a panel, with layer scores, weights, ranks within the year, and intervals.

    panel          the data; codes of regions and years are its own
    preset         a bundled system (`xinzhi.measure.presets()`), a YAML file, a mapping, or a Preset
    years          those to score; where not given, from the first to the last year in which more than half of the
                   indicators of every layer have some value
    normalise      a method of `xinzhi.measure.normalise`; goalposts and targets come from the preset
    weights        entropy, critic, cv, std, pca, equal, game or multiplicative (entropy with critic), given (the
                   preset's own), or a mapping indicator → importance
    aggregate      arithmetic, geometric, harmonic, mpi, copeland, borda, topsis, vikor, grey, rank-sum-ratio or
                   benefit-of-doubt; means are taken within layers, then across
    layering       pooled: all indicators are weighted together; equal: within layers, which then weigh the same;
                   given: layers weigh what `layer_weights` or the preset says. Pooled unless layer weights are given
    layer_weights  layer → importance
    pooled         one yardstick and one set of weights for all years, so that years compare; False measures each year
                   by itself: then only ranks compare over time
    missing        renormalise: a row is scored over the indicators it has, in the proportions of their weights within
                   the layer, and flagged; drop: rows with a gap are left out and listed; fail: a gap is an error
    coverage       renormalise: rows with a smaller share of the indicators are left out and listed
    treat          outliers: none, skew-kurtosis, winsorise, log, quantile; for all indicators or by indicator
    goalposts      indicator → (low, high) in its unit, before those of the preset
    floor          geometric, harmonic: what the lowest normalised value counts as
    regions        those to compare with each other, by code or by a name that is certain; all where not given
    draws, seed, level, vary  replications behind the intervals, their seed, the share they cover, what they vary

    Raises UsageError for names that cannot be meant and DataError for data that cannot be scored, by name and place.
    """
    if not isinstance(panel, Panel):
        raise UsageError(
            f"panel 是 {type(panel).__name__}，应为 Panel；请先用 xinzhi.read 读入",
            f"panel is a {type(panel).__name__}, not a Panel; read it with xinzhi.read first",
            code="756",
        )
    system = find_preset(preset)
    method = _method(system, normalise, weights, aggregate, layering, layer_weights, pooled, floor, missing)
    inputs = build(
        panel,
        system,
        years=years,
        regions=regions,
        goalposts=goalposts,
        treatment=treat,
        missing=missing,
        coverage=coverage,
        pooled=pooled,
    )
    call = {
        "preset_given": preset, "years": years, "treat": treat, "goalposts": goalposts, "coverage": coverage,
        "regions": regions, "draws": draws, "seed": seed, "level": level, "vary": vary,
    }  # fmt: skip
    return _carried_out(panel, system, _with_goalposts(method, inputs), inputs, call)


def _carried_out(panel: Panel, system: Preset, method: Method, inputs: Inputs, call: Mapping[str, Any]) -> IndexResult:
    """Score the inputs, replicate, and put the result together; `call` holds the arguments as given."""
    _refuse_gaps(panel, method, inputs, system)
    names = [each.name.say() for each in system.indicators]
    label = {r: panel.places.label(r) for r in set(inputs.regions)}
    rows = [f"{label[r]} {y}" for r, y in zip(inputs.regions, inputs.years, strict=True)]
    scored = score(inputs.x, inputs.direction, inputs.years, inputs.layers, method, names, rows)
    simulation = replicate(inputs, method, call["draws"], call["seed"], call["vary"])
    _refuse_other_nominal(simulation, scored)
    used = panel.select(list(system.sources), years=sorted(set(inputs.years.tolist())), regions=sorted(label))
    return IndexResult(
        frame=score_frame(inputs, scored, bounds(simulation, call["level"], scored.scores)),
        layers=layer_frame(inputs, scored, system),
        weights=weight_frame(inputs, scored, system, method),
        values=value_frame(inputs, scored, system),
        preset=system,
        method=method,
        panel=used,
        inputs=inputs,
        level=call["level"],
        recipe=index_recipe(panel, system, method, inputs, simulation, **call),
    )


def _refuse_other_nominal(simulation: Simulation, scored: Scored) -> None:
    """The replications must start from the very scores that they put intervals around."""
    apart = float(np.abs(simulation.nominal_scores - scored.scores).max())
    if apart > 1e-9 * max(1.0, float(np.abs(scored.scores).max())):
        raise ComputationError(
            f"重复计算未能还原原得分（最大相差 {apart:g}）；请报告此问题",
            f"the replications do not rebuild the scores (largest difference {apart:g}); please report this",
            code="742",
        )


def _method(
    system: Preset,
    normalise: str,
    weights: str | Mapping[str, float],
    aggregate: str,
    layering: Layering | None,
    layer_weights: Mapping[str, float] | None,
    pooled: bool,
    floor: float,
    missing: Missing,
) -> Method:
    """The method that the arguments mean for this system, goalposts still to come."""
    given = None
    if isinstance(weights, Mapping):
        for name in weights:
            system.indicator(name)
        absent = [i.id for i in system.indicators if i.id not in weights]
        if absent:
            raise UsageError(
                f"weights 缺少指标 {', '.join(absent)} 的权重；不用的指标写 0",
                f"weights lack the indicators {', '.join(absent)}; write 0 for those not to be used",
                code="743",
            )
        given, weights = tuple(float(weights[i.id]) for i in system.indicators), "given"
    elif weights == "given":
        if any(i.weight is None for i in system.indicators):
            bare = next(i.id for i in system.indicators if i.weight is None)
            raise UsageError(
                f"指标体系「{system.id}」的 {bare} 没有 weight；请在其中写明，或用 weights= 映射",
                f"indicator {bare} of preset “{system.id}” has no weight; state it there, or give weights= as a mapping",
                code="744",
            )
        given = tuple(float(i.weight or 0.0) for i in system.indicators)
    for name in layer_weights or {}:
        if name not in system.layers:
            raise unknown(Text("层", "layer"), name, system.layers, code="745")
    stated = [(layer_weights or {}).get(k, layer.weight) for k, layer in system.layers.items()]
    if layering is None:
        layering = "given" if layer_weights or (given is not None and None not in stated) else "pooled"
    if layering not in LAYERINGS:
        raise unknown(Text("层权重方式", "layering"), str(layering), LAYERINGS, code="746")
    if layering == "given" and None in stated:
        bare = list(system.layers)[stated.index(None)]
        raise UsageError(
            f"层 {bare} 没有权重；请在 layer_weights 或指标体系中写明",
            f"layer {bare} has no weight; state it in layer_weights or in the preset",
            code="747",
        )
    across = tuple(float(s or 0.0) for s in stated) if layering == "given" else None
    return Method(
        normalise=method_name(normalise), weights=weights, aggregate=aggregate, pooled=pooled, layering=layering,
        layer_weights=across, given=given, floor=floor, missing=missing,
    )  # fmt: skip


def _with_goalposts(method: Method, inputs: Inputs) -> Method:
    stated = any(pair is not None for pair in inputs.goalposts)
    if stated and method.normalise not in ("minmax", "log-minmax"):
        inside = [name for name, pair in zip(inputs.names, inputs.goalposts, strict=True) if pair is not None]
        raise UsageError(
            f"指标 {', '.join(inside)} 有 goalposts 或 target，只能用 minmax，不能用 {method.normalise}",
            f"indicators {', '.join(inside)} have goalposts or a target, which need minmax, not {method.normalise}",
            code="748",
        )
    return replace(method, goalposts=inputs.goalposts if stated else None)


def _refuse_gaps(panel: Panel, method: Method, inputs: Inputs, system: Preset) -> None:
    """Votes and ratings compare rows cell by cell, so a gap is refused with the way out."""
    gaps = np.argwhere(np.isnan(inputs.x))
    if method.aggregate in EXPONENT or method.aggregate == "mpi" or gaps.size == 0:
        return
    i, j = (int(v) for v in gaps[0])
    name, where = system.indicators[j].name, inputs.regions[i]
    place = Text(panel.places.label(where, "zh"), panel.places.label(where, "en"))
    raise UsageError(
        f'合成方法 {method.aggregate} 不能有缺失：{place.zh} {inputs.years[i]} 年的「{name.zh}」缺失；请用 panel.repair 补齐，或 missing="drop"',
        f'aggregation {method.aggregate} takes no gaps, and “{name.en}” of {place.en} is missing in {inputs.years[i]}; fill it with panel.repair, or use missing="drop"',
        code="749",
    )
