"""The other usual choices behind a productivity figure: one changed at a time, each named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from xinzhi.base.errors import unknown
from xinzhi.base.text import Text
from xinzhi.productivity.efficiency.models import MODELS as LEVEL
from xinzhi.productivity.inputs.face import InputsResult
from xinzhi.productivity.tfp.models import DISPOSABILITY, RTS, TECHNOLOGIES
from xinzhi.productivity.tfp.models import MODELS as CHANGE

DIMENSIONS = {
    "model": Text("模型", "model"),
    "technology": Text("前沿", "frontier"),
    "rts": Text("规模报酬", "returns to scale"),
    "disposability": Text("可处置性", "disposability"),
    "depreciation": Text("折旧率", "depreciation"),
    "initial": Text("初始资本", "initial capital"),
    "deflator": Text("平减", "deflator"),
    "bad": Text("非期望产出", "bad outputs"),
}
RATES = (0.05, 0.096, 0.1096)  # common; Zhang, Wu & Zhang (2004); Shan (2008)
_DIRECTIONAL = ("malmquist-luenberger", "luenberger", "nonradial-luenberger", "directional", "nonradial")
_GREEN = {"tfp": ("malmquist-luenberger", "sbm-malmquist"), "efficiency": ("sbm", "directional", "nonradial")}
_PLAIN = {"tfp": ("malmquist", "sbm-malmquist"), "efficiency": ("radial", "sbm")}


@dataclass(frozen=True)
class Variant:
    """One way to compute the same figure.

    dimension, choice  what differs from the baseline and how; empty for the baseline
    model    the model where it differs, else ""
    options  keyword arguments of the face that differ
    inputs   keyword arguments of `inputs` that differ; the baseline's inputs serve where there are none
    """

    dimension: str
    choice: Text
    model: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, Any] = field(default_factory=dict)


def variants(
    of: str,
    model: str,
    base: Mapping[str, Any],
    given: Mapping[str, Any],
    data: InputsResult,
    dimensions: tuple[str, ...],
) -> list[Variant]:
    """The usual alternatives to a baseline of `of` (tfp or efficiency), in the order of the dimensions."""
    for name in dimensions:
        if name not in DIMENSIONS:
            raise unknown(Text("口径维度", "dimension of specification"), name, DIMENSIONS)
    made = {
        "model": _models(of, model, data),
        "technology": [
            Variant("technology", TECHNOLOGIES[t], options={"technology": t})
            for t in _technologies(of, model)
            if t != base["technology"]
        ],
        "rts": [Variant("rts", RTS[r], options=_returns(of, r)) for r in _kinds(of, model) if r != base["rts"]],
        "disposability": _disposabilities(model, base, data),
        "depreciation": _rates(given, data),
        "initial": _starts(given, data),
        "deflator": _deflators(given, data),
        "bad": _bads(of, model, data),
    }
    return [v for name in dimensions for v in made[name]]


def _models(of: str, model: str, data: InputsResult) -> list[Variant]:
    pool = (_GREEN if data.of("bad") else _PLAIN)[of]
    titles = {name: one.title for name, one in (CHANGE if of == "tfp" else LEVEL).items()}
    return [Variant("model", titles[m], model=m) for m in pool if m != model]


def _technologies(of: str, model: str) -> tuple[str, ...]:
    """The frontiers that the model offers."""
    if of == "tfp":
        return ("global",) if model == "fare-primont" else ("global", "contemporaneous", "sequential", "biennial")
    offered = LEVEL[model].technologies if model in LEVEL else ()
    return tuple(t for t in ("global", "contemporaneous", "sequential") if t in offered)


def _kinds(of: str, model: str) -> tuple[str, ...]:
    offered = LEVEL[model].rts if of == "efficiency" and model in LEVEL else ("crs", "vrs")
    return tuple(r for r in ("crs", "vrs") if r in offered)


def _returns(of: str, rts: str) -> dict[str, str]:
    """The total itself is to rest on the returns named, not only its parts."""
    return {"rts": rts, "decomposition": "plain"} if of == "tfp" and rts != "crs" else {"rts": rts}


def _disposabilities(model: str, base: Mapping[str, Any], data: InputsResult) -> list[Variant]:
    if model not in _DIRECTIONAL or not data.of("bad"):
        return []
    return [
        Variant("disposability", DISPOSABILITY[d], options={"disposability": d})
        for d in ("weak", "strong")
        if d != base["disposability"]
    ]


def _stocks(data: InputsResult) -> bool:
    return any("永续盘存" in v.how.zh for v in data.variables)


def _rates(given: Mapping[str, Any], data: InputsResult) -> list[Variant]:
    if not _stocks(data):
        return []
    stated = given.get("depreciation", 0.096)
    now = -1.0 if isinstance(stated, Mapping) else float(stated)  # rates by region are none of the usual ones
    return [
        Variant("depreciation", Text(f"δ = {100 * r:g}%", f"δ = {100 * r:g} %"), inputs={"depreciation": r})
        for r in RATES
        if abs(r - now) > 1e-9
    ]


def _starts(given: Mapping[str, Any], data: InputsResult) -> list[Variant]:
    if not _stocks(data):
        return []
    names = {"ratio": Text("固定比率法", "fixed ratio"), "growth": Text("增长率法", "growth rule")}
    now = given.get("initial", "ratio")
    return [Variant("initial", text, inputs={"initial": name}) for name, text in names.items() if name != now]


def _deflators(given: Mapping[str, Any], data: InputsResult) -> list[Variant]:
    """Output in prices of the last year, and output over the price index of investment."""
    out = []
    if any("推算" in v.how.zh or "除以" in v.how.zh for v in data.variables) and "base_year" not in given:
        last = data.years[-1]
        out.append(Variant("deflator", Text(f"{last} 年价", f"prices of {last}"), inputs={"base_year": last}))
    prices = [i for v in data.variables if "永续盘存" in v.how.zh for i in v.uses[1:]]
    if prices and any(v.id == "gdp" for v in data.of("good")) and given.get("deflator") != prices[0]:
        out.append(
            Variant("deflator", Text("产出用投资价格指数平减", "output over the investment price index"), inputs={"deflator": prices[0]})
        )  # fmt: skip
    return out


def _bads(of: str, model: str, data: InputsResult) -> list[Variant]:
    """Without bad outputs, by the model that does without; nothing for a model that leaves them aside anyway."""
    known = (CHANGE if of == "tfp" else LEVEL).get(model)
    if not data.of("bad") or known is None or known.bads in (False, "none"):
        return []
    without = {"malmquist-luenberger": "malmquist", "by-production": "radial"}.get(model, model)
    return [Variant("bad", Text("不计非期望产出", "without bad outputs"), model=without, inputs={"bad": []})]
