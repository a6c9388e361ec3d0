"""How an index was made, in enough detail to make it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from xinzhi.base.calls import Named, command_line, python_line
from xinzhi.base.recipe import Recipe, plain
from xinzhi.base.text import Text
from xinzhi.measure.assumptions import assumptions
from xinzhi.measure.inputs import Inputs
from xinzhi.measure.method import Method
from xinzhi.measure.preset import Preset
from xinzhi.measure.simulate.draws import Simulation
from xinzhi.panel import Panel
from xinzhi.panel.bundled import bundled_name

FORMULAS = {
    "minmax": "z = (x − min) / (max − min)",
    "log-minmax": "z = (ln x − min ln x) / (max ln x − min ln x)",
    "zscore": "z = (x − mean) / sd",
    "robust": "z = (x − median) / (1.4826 · MAD)",
    "sigmoid": "z = 1 / (1 + exp(−(x − mean) / sd))",
    "rank": "z = rank",
    "percentile": "z = (rank − 1) / (n − 1)",
    "borda": "z = rank − 1",
    "max": "z = x / max|x|",
    "sum": "z = x / Σx",
    "vector": "z = x / √Σx²",
    "distance": "z = (x − worst) / (best − worst)",
    "entropy": "p = z / Σz, e = −Σ p ln p / ln n, w = (1 − e) / Σ(1 − e)",
    "critic": "c = sd(z) · Σ(1 − r), w = c / Σc",
    "cv": "w ∝ sd(z) / mean(z)",
    "std": "w ∝ sd(z)",
    "pca": "w ∝ Σ λ v², λ ≥ 1",
    "equal": "w = 1 / m",
    "given": "w: given",
    "game": "w = Σ α·w(entropy, critic), game combination",
    "multiplicative": "w ∝ w(entropy) · w(critic)",
    "arithmetic": "S = Σ w z",
    "geometric": "S = Π z^w",
    "harmonic": "S = 1 / Σ(w / z)",
    "mpi": "S = M − s² / M",
    "copeland": "S = wins − losses",
    "borda-votes": "S = Σ w (rank − 1)",
    "topsis": "S = d⁻ / (d⁺ + d⁻)",
    "vikor": "S = 1 − Q, v = 0.5",
    "grey": "S = Σ w (Δmin + 0.5 Δmax) / (Δ + 0.5 Δmax)",
    "rank-sum-ratio": "S = Σ w rank / n",
    "benefit-of-doubt": "S = max Σ w z, Σ w z_k ≤ 1",
}
_SOURCES = {
    "entropy": "Zeleny, M. (1982). Multiple Criteria Decision Making. McGraw-Hill, ch. 7.",
    "critic": "Diakoulaki, D., Mavrotas, G. & Papayannakis, L. (1995). Computers & Operations Research 22(7), 763–770.",
    "pca": "Nicoletti, G., Scarpetta, S. & Boylaud, O. (2000). OECD Economics Department Working Papers 226.",
    "topsis": "Hwang, C. L. & Yoon, K. (1981). Multiple Attribute Decision Making. Springer.",
    "vikor": "Opricovic, S. & Tzeng, G. H. (2004). European Journal of Operational Research 156, 445–455.",
    "grey": "Deng, J. (1989). Journal of Grey System 1, 1–24.",
    "copeland": "Munda, G. & Nardo, M. (2009). Applied Economics 41, 1513–1523.",
    "mpi": "Mazziotta, M. & Pareto, A. (2016). Social Indicators Research 127, 983–1003.",
    "benefit-of-doubt": "Cherchye, L. et al. (2007). Social Indicators Research 82, 111–145.",
    "rank-sum-ratio": "田凤调（1993）秩和比法及其应用. 中国统计出版社.",
}
_ALWAYS = (
    "OECD & JRC (2008). Handbook on Constructing Composite Indicators. OECD Publishing.",
    "Saisana, M., Saltelli, A. & Tarantola, S. (2005). J. R. Statist. Soc. A 168, 307–323.",
    "Paruolo, P., Saisana, M. & Saltelli, A. (2013). J. R. Statist. Soc. A 176, 609–634.",
)


def index_recipe(
    panel: Panel, preset: Preset, method: Method, inputs: Inputs, simulation: Simulation, **call: Any
) -> Recipe:
    """The recipe of `xinzhi.index`; `call` holds the arguments as given."""
    used = [k for k in (method.weights, method.aggregate) if k in _SOURCES]
    data = [panel.indicators[s].source for s in preset.sources if panel.indicators[s].source]
    years = sorted(set(inputs.years.tolist()))
    chosen = _chosen(preset, method, inputs, call)
    return Recipe(
        method="xinzhi.index",
        title=Text(f"{preset.title.zh}指数", f"Index: {preset.title.en}"),
        parameters={
            "preset": preset.id,
            "indicators": {i.id: {"formula": i.formula, "direction": i.direction or "target"} for i in preset.indicators},
            "years": years,
            "regions": len(set(inputs.regions)),
            "method": asdict(method),
            "coverage": call["coverage"],
            "treat": plain(call["treat"]),
            "draws": call["draws"],
            "level": call["level"],
            "varied": {name: list(simulation.plan.names.of(name)) for name in ("normalise", "weights", "aggregate")},
        },
        formula="; ".join(
            (FORMULAS[method.normalise], FORMULAS[method.weights], FORMULAS["borda-votes" if method.aggregate == "borda" else method.aggregate])
        ),
        sources=tuple(dict.fromkeys(_basis(preset.basis.text) + [_SOURCES[k] for k in used] + list(_ALWAYS) + data)),
        data={panel.name: panel.hash},
        seed=call["seed"],
        assumptions=assumptions(panel, preset, method, inputs, call["years"] is not None),
        python=_python(panel, call["preset_given"], chosen),
        cli=_cli(panel, call["preset_given"], chosen),
    )  # fmt: skip


def _basis(said: Text) -> list[str]:
    """What the index system rests on, in both languages; nothing where it does not say."""
    return [said.zh if said.zh == said.en else f"{said.zh} / {said.en}"] if said.zh else []


_DEFAULTS = {"coverage": 0.5, "draws": 1000, "seed": 0, "level": 0.9}


def _chosen(preset: Preset, method: Method, inputs: Inputs, call: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that differ from the defaults."""
    usual = Method()
    years = {} if call["years"] is None else {"years": sorted(set(inputs.years.tolist()))}
    simple = ("normalise", "aggregate", "pooled", "floor", "missing")
    chosen = {k: getattr(method, k) for k in simple if getattr(method, k) != getattr(usual, k)}
    if method.weights == "given":
        chosen["weights"] = dict(zip(inputs.names, method.given or (), strict=True))
    elif method.weights != usual.weights:
        chosen["weights"] = method.weights
    if method.layering == "given":
        chosen["layer_weights"] = dict(zip(preset.layers, method.layer_weights or (), strict=True))
    elif method.layering != usual.layering:
        chosen["layering"] = method.layering
    chosen |= {k: call[k] for k, default in _DEFAULTS.items() if call[k] != default}
    chosen |= {k: call[k] for k in ("treat", "goalposts", "regions") if call[k] is not None}
    vary = {} if call["vary"] is None else {"vary": Named(f"xinzhi.measure.{call['vary']!r}")}
    return {**years, **chosen, **vary}


def _python(panel: Panel, given: Any, chosen: Mapping[str, Any]) -> str:
    """The call that gives the same result; a panel or system of one's own stands as a name."""
    data = f"xinzhi.load({panel.name!r})" if bundled_name(panel) else "panel"
    return python_line("index", (given if isinstance(given, str) else Named("preset"),), chosen, data)


def _cli(panel: Panel, given: Any, chosen: Mapping[str, Any]) -> str:
    """The command that gives the same result; "" where it has no option for a choice that was made."""
    flags = (
        "years",
        "normalise",
        "aggregate",
        "draws",
        "seed",
        *(("weights",) if isinstance(chosen.get("weights"), str) else ()),
    )
    return command_line("index", (given,), chosen, flags, bundled_name(panel)) if isinstance(given, str) else ""
