"""Which choice each draw of an audit makes: drawn at random, or laid out as a design for Sobol indices."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.errors import UsageError, unknown
from xinzhi.base.text import Text
from xinzhi.measure.method import AGGREGATIONS, WEIGHTINGS, Method, Variation
from xinzhi.measure.sobol import saltelli_design

Ints = NDArray[np.int64]
FACTORS: dict[str, Text] = {
    "normalise": Text("标准化方法", "normalisation"),
    "weights": Text("赋权方法", "weighting"),
    "aggregate": Text("合成方法", "aggregation"),
    "weight_noise": Text("权重扰动", "weight perturbation"),
    "remove": Text("剔除指标", "indicator removal"),
    "data_noise": Text("数据误差", "data error"),
}
RANDOM, DESIGN = 0, 1  # streams of the seed, one for each kind of plan
_CHOICES, _SHAKES, _REMOVALS, NOISE = range(4)  # within a stream, one for each thing drawn


@dataclass(frozen=True)
class Alternatives:
    """The named alternatives of the three method choices, the nominal one first."""

    normalise: tuple[str, ...]
    weights: tuple[str, ...]
    aggregate: tuple[str, ...]

    def of(self, factor: str) -> tuple[str, ...]:
        """The alternatives of `factor`; one of normalise, weights, aggregate."""
        return {"normalise": self.normalise, "weights": self.weights, "aggregate": self.aggregate}[factor]


@dataclass(frozen=True)
class Plan:
    """What each of d draws does with m indicators.

    names                          the alternatives that the three numbers index
    normalise, weights, aggregate  (d,) positions in the alternatives
    kept                           (d, m) whether an indicator takes part
    shake                          (d, m) factors that multiply the weights, all 1 where weights are not perturbed
    noise                          (d,) number of the realisation of data error; draws may share one
    stream                         which stream of the seed the errors come from: RANDOM or DESIGN
    """

    names: Alternatives
    normalise: Ints
    weights: Ints
    aggregate: Ints
    kept: NDArray[np.bool_]
    shake: Array
    noise: Ints
    stream: int = RANDOM

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return len(self.noise)

    def method(self, draw: int, nominal: Method) -> Method:
        """The method of one draw; what does not vary is as in `nominal`."""
        return replace(
            nominal,
            normalise=self.names.normalise[self.normalise[draw]],
            weights=self.names.weights[self.weights[draw]],
            aggregate=self.names.aggregate[self.aggregate[draw]],
        )


def alternatives(nominal: Method, vary: Variation) -> Alternatives:
    """The nominal choice followed by those of `vary`, each once."""
    return Alternatives(
        *(tuple(dict.fromkeys((getattr(nominal, f), *getattr(vary, f)))) for f in ("normalise", "weights", "aggregate"))
    )


def varying(names: Alternatives, vary: Variation) -> tuple[str, ...]:
    """The factors of `FACTORS` that do vary."""
    moving = {f: len(names.of(f)) > 1 for f in ("normalise", "weights", "aggregate")}
    moving |= {f: getattr(vary, f) > 0 for f in ("weight_noise", "remove", "data_noise")}
    return tuple(f for f in FACTORS if moving[f])


def check(vary: Variation, indicators: int) -> None:
    """Refuse a variation that cannot be meant; names of normalisations are checked by `normalise` itself."""
    for name in vary.weights:
        if name not in WEIGHTINGS:
            raise unknown(Text("赋权方法", "weighting"), name, WEIGHTINGS, code="248")
    for name in vary.aggregate:
        if name not in AGGREGATIONS:
            raise unknown(Text("合成方法", "aggregation"), name, AGGREGATIONS, code="257")
    if not 0 <= vary.weight_noise <= 1:
        raise _outside("weight_noise", vary.weight_noise, "0–1")
    if not 0 <= vary.data_noise < np.inf:
        raise _outside("data_noise", vary.data_noise, "0–∞")
    if not 0 <= vary.remove < indicators:
        raise _outside("remove", vary.remove, f"0–{indicators - 1}")


def random_plan(names: Alternatives, vary: Variation, layers: Ints, draws: int, seed: int) -> Plan:
    """Independent draws of every factor, each alternative equally likely.

    The number of indicators left out is uniform on 0 … `vary.remove`; a layer always keeps one.
    """
    rng = generator(seed, RANDOM, _CHOICES)
    chosen = [rng.integers(len(names.of(f)), size=draws) for f in ("normalise", "weights", "aggregate")]
    # draws of like method lie together, so that they can be computed together; the error realisations are exchangeable
    noise = np.empty(draws, dtype=np.int64)
    noise[np.lexsort(chosen[::-1])] = np.arange(draws)
    kept = _kept(vary, layers, draws, generator(seed, RANDOM, _REMOVALS))
    shake = _shake(vary, len(layers), draws, generator(seed, RANDOM, _SHAKES))
    return Plan(names, chosen[0], chosen[1], chosen[2], kept, shake, noise)


def sobol_plan(
    names: Alternatives, vary: Variation, layers: Ints, base: int, seed: int
) -> tuple[tuple[str, ...], Plan]:
    """The varying factors, and a Saltelli design over them: (k + 2) · base draws in the order A, B, AB_1 … AB_k.

    Method choices come from a quasi-random sequence; sets of removed indicators, weight perturbations and data errors
    are realisations numbered 0 … base − 1 in A and base … 2·base − 1 in B.
    """
    factors = varying(names, vary)
    points = saltelli_design(len(factors), base, seed)
    number = np.broadcast_to(np.arange(base), points.shape[:2]).copy()
    number[1] += base
    which = {f: np.broadcast_to(number[0], number.shape).copy() for f in FACTORS}
    for i, factor in enumerate(factors):
        which[factor][1] = which[factor][2 + i] = number[1]
    chosen = [
        (points[:, :, factors.index(f)] * len(names.of(f))).astype(np.int64).ravel()
        if f in factors
        else np.zeros(points.shape[0] * base, dtype=np.int64)
        for f in ("normalise", "weights", "aggregate")
    ]
    kept = _kept(vary, layers, 2 * base, generator(seed, DESIGN, _REMOVALS))[which["remove"].ravel()]
    shake = _shake(vary, len(layers), 2 * base, generator(seed, DESIGN, _SHAKES))[which["weight_noise"].ravel()]
    noise = which["data_noise"].ravel()
    return factors, Plan(names, chosen[0], chosen[1], chosen[2], kept, shake, noise, DESIGN)


def generator(seed: int, *key: int) -> np.random.Generator:
    """A generator of its own for one purpose, the same whatever else is drawn."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def _shake(vary: Variation, indicators: int, draws: int, rng: np.random.Generator) -> Array:
    reach = vary.weight_noise
    return rng.uniform(1 - reach, 1 + reach, size=(draws, indicators))


def _kept(vary: Variation, layers: Ints, draws: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Which indicators stay: the last of each layer in a random order is never left out."""
    kept = np.ones((draws, len(layers)), dtype=np.bool_)
    if vary.remove == 0:
        return kept
    count = rng.integers(vary.remove + 1, size=draws)
    order = rng.random((draws, len(layers)))
    for layer in np.unique(layers):
        inside = np.flatnonzero(layers == layer)
        order[np.arange(draws), inside[order[:, inside].argmax(axis=1)]] = np.inf
    place = order.argsort(axis=1).argsort(axis=1)
    return (place >= count[:, None]) | np.isinf(order)


def _outside(name: str, value: float, span: str) -> UsageError:
    return UsageError(
        f"{name} 须在 {span} 之间，不能是 {value:g}", f"{name} must lie in {span}, not {value:g}", code="243"
    )
