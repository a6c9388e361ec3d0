"""Efficiency of one year against a frontier, by any of the models that the face offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.errors import UsageError, unknown
from xinzhi.base.text import Text
from xinzhi.panel.labels import listed
from xinzhi.productivity.distance import directional, nonradial_directional
from xinzhi.productivity.farrell import radial
from xinzhi.productivity.inputs import InputsResult
from xinzhi.productivity.periods import Name, span
from xinzhi.productivity.slacks import sbm
from xinzhi.productivity.tfp_models import DISPOSABILITY, RTS, TECHNOLOGIES, refuse_zero, unused, without


@dataclass(frozen=True)
class Model:
    """A model of efficiency: its name, orientations (the usual one first), whether it takes bads, what its score is, sources."""

    title: Text
    orientations: tuple[str, ...]
    bads: bool
    positive: bool
    formula: str
    sources: tuple[str, ...]


MODELS: dict[str, Model] = {
    "sbm": Model(
        Text("SBM 模型", "slacks-based measure"), ("both", "input", "output"), True, True,
        "ρ = (1 − mean s⁻/x) / (1 + mean (s⁺/y, s_b/b))",
        ("Tone (2001), EJOR 130", "Tone (2003), GRIPS Research Report (bad outputs)"),
    ),
    "radial": Model(
        Text("径向模型", "radial model"), ("input", "output", "hyperbolic"), False, False,
        "θ = min θ: (θx, y) feasible; 1/φ: φ = max φ: (x, φy) feasible",
        ("Farrell (1957)", "Charnes, Cooper & Rhodes (1978)", "Banker, Charnes & Cooper (1984)"),
    ),
    "directional": Model(
        Text("方向距离函数", "directional distance function"), ("output", "input", "hybrid"), True, False,
        "β = max β: (x − βg_x, y + βg_y, b − βg_b) feasible; efficiency = 1/(1 + β), 1 − β (input) or (1 − β)/(1 + β) (hybrid)",
        ("Chambers, Chung & Färe (1998)", "Chung, Färe & Grosskopf (1997)"),
    ),
    "nonradial": Model(
        Text("非径向方向距离函数", "non-radial directional distance function"), ("output", "input", "hybrid"), True, False,
        "D = max Σ w·β; efficiency = (1 − mean β_x,b) / (1 + mean β_y)",
        ("Zhou, Ang & Wang (2012), EJOR 221", "Zhang, Zhou & Choi (2013), Energy Policy 56"),
    ),
}  # fmt: skip
_SIDES = {
    "both": Text("无导向", "no orientation"),
    "input": Text("投入导向", "input orientation"),
    "output": Text("产出导向", "output orientation"),
    "hyperbolic": Text("双曲线", "hyperbolic"),
    "hybrid": Text("投入与产出同时（方向 (−x, y, −b)）", "inputs and outputs together (direction (−x, y, −b))"),
}


@dataclass(frozen=True)
class How:
    """Every choice behind a score."""

    model: str = "sbm"
    technology: str = "global"
    rts: str = "crs"
    orientation: str = "both"
    disposability: str = "weak"
    direction: str = "own"
    super_efficiency: bool = False

    def told(self) -> Text:
        """Frontier, orientation, disposability and direction in one sentence."""
        parts = [
            MODELS[self.model].title,
            Text(f"{TECHNOLOGIES[self.technology].zh}前沿", f"{TECHNOLOGIES[self.technology].en} frontier"),
            RTS[self.rts],
            _SIDES[self.orientation],
        ]
        if self.model in ("directional", "nonradial"):
            size = Text("步长按自身数值", "steps in own values") if self.direction == "own" else Text("步长按均值", "steps in means")  # fmt: skip
            parts += [size, DISPOSABILITY[self.disposability]]
        if self.model == "sbm":
            parts.append(DISPOSABILITY["strong"])
        if self.super_efficiency:
            parts.append(Text("超效率", "super-efficiency"))
        return listed(parts)


Figures = tuple[Array, ...]
Where = tuple[tuple[int, int], ...]
WINDOW = 3


@dataclass(frozen=True)
class Scored:
    """Scores of the n regions of one year.

    efficiency  (n,)  NaN where the program has no solution
    distance    (n,)  β or Σ w β of directional models, NaN of the others
    status      (n,)  of the program
    targets_x, targets_y, targets_b   (n, p), (n, q), (n, r) the points on the frontier
    lambdas     (n, N) weights of the reference
    reference   (N,)  position of the year and of the region of each reference unit
    notes       what the kernel says
    """

    efficiency: Array
    distance: Array
    status: NDArray[np.str_]
    targets_x: Array
    targets_y: Array
    targets_b: Array
    lambdas: Array
    reference: tuple[tuple[int, int], ...]
    notes: tuple[Text, ...]

    def rows(self, part: slice) -> Scored:
        """The scores of some of the units."""
        names = ("efficiency", "distance", "status", "targets_x", "targets_y", "targets_b", "lambdas")
        return replace(self, **{name: getattr(self, name)[part] for name in names})


def checked(data: InputsResult, how: How) -> tuple[Text, ...]:
    """Refuse what the model cannot take, and say what it leaves aside."""
    if how.model not in MODELS:
        raise unknown(Text("效率模型", "model of efficiency"), how.model, MODELS)
    model = MODELS[how.model]
    levels = [t for t in TECHNOLOGIES if t != "biennial"]
    if how.technology == "biennial":
        raise UsageError(
            "两期前沿只用于相邻两年的变化；看水平请用 global、contemporaneous、sequential 或 window",
            "a biennial frontier serves the change between two years; for levels use global, contemporaneous, sequential or window",
            code="938",
        )
    for known, value, what in (
        (levels, how.technology, Text("技术参照", "technology")),
        (RTS, how.rts, Text("规模报酬", "returns to scale")),
        (DISPOSABILITY, how.disposability, Text("可处置性", "disposability")),
        (model.orientations, how.orientation, Text("导向", "orientation")),
        (("own", "mean"), how.direction, Text("方向", "direction")),
    ):
        if value not in known:
            raise unknown(what, value, known)
    if how.super_efficiency and how.model not in ("sbm", "radial"):
        raise UsageError(
            f"{model.title.zh}没有超效率；请用 sbm 或 radial",
            f"the {model.title.en} has no super-efficiency; use sbm or radial",
            code="939",
        )
    if how.super_efficiency and how.technology not in ("global", "contemporaneous"):
        raise UsageError(
            "超效率要把被评价者移出前沿，只用于 global 或 contemporaneous 前沿",
            "super-efficiency takes the evaluated unit out of the frontier, which is offered for global and contemporaneous ones",
            code="940",
        )
    if model.positive:
        refuse_zero(data, model.title)
    bads = [] if model.bads else data.of("bad")
    return (*unused(model.title, how, how.model in ("directional", "nonradial")), *without(model.title, bads))


def scores(data: InputsResult, how: How, only: int | None = None) -> list[Scored]:
    """The scores of every year, or of the year at position `only`; a global frontier is solved in one batch."""
    T, n = len(data.years), len(data.regions)
    x, y, b = data.array("input"), data.array("good"), data.array("bad")
    wanted = range(T) if only is None else [only]
    if how.technology == "global":
        pool = tuple(v.reshape(T * n, -1) for v in (x, y, b))
        where = tuple((t, u) for t in range(T) for u in range(n))
        if only is None or how.super_efficiency:
            found = _solve(how, pool, None, where)
            return [found.rows(slice(t * n, (t + 1) * n)) for t in wanted]
        return [_solve(how, tuple(v[t] for v in (x, y, b)), pool, where) for t in wanted]
    out = []
    for t in wanted:
        first, last = span(_name(how.technology), t, T, WINDOW)
        pool = tuple(np.concatenate(v[first:last]) for v in (x, y, b))
        where = tuple((year, u) for year in range(first, last) for u in range(n))
        of = tuple(v[t] for v in (x, y, b))
        out.append(_solve(how, of, None if last - first == 1 else pool, where))
    return out


def _name(technology: str) -> Name:
    return "sequential" if technology == "sequential" else "window" if technology == "window" else "contemporaneous"


def _solve(how: How, of: Figures, reference: Figures | None, where: Where) -> Scored:
    solve: dict[str, Callable[[How, Figures, Figures | None, Where], Scored]] = {
        "sbm": _sbm, "radial": _radial, "directional": _directional, "nonradial": _nonradial,
    }  # fmt: skip
    return solve[how.model](how, of, reference, where)


def _given(b: Array) -> Array | None:
    return b if b.shape[1] else None


def _parts(reference: Figures | None) -> Figures | None:
    return reference if reference is None or reference[2].shape[1] else reference[:2]


def _sbm(how: How, of: Figures, reference: Figures | None, where: Where) -> Scored:
    x, y, b = of
    side = None if how.orientation == "both" else how.orientation
    found = sbm(x, y, _given(b), how.rts, side, how.super_efficiency, _parts(reference))
    to, none = found.targets, np.full(x.shape[0], np.nan)
    return Scored(found.efficiency, none, found.status, to.x, to.y, to.b, found.lambdas, where, found.notes)


def _radial(how: How, of: Figures, reference: Figures | None, where: Where) -> Scored:
    x, y, b = of
    among = None if reference is None else reference[:2]
    found = radial(x, y, how.rts, how.orientation, among, how.super_efficiency)
    none = np.full(x.shape[0], np.nan)
    return Scored(
        found.efficiency, none, found.status, found.targets_x, found.targets_y, b * np.nan, found.lambdas, where, found.notes
    )  # fmt: skip


Step = Array | str | None


def _steps(how: How, of: Figures, reference: Figures | None) -> tuple[Step, Step, Step]:
    """Directions: own figures, or the means of the reference."""
    inputs, outputs = how.orientation in ("input", "hybrid"), how.orientation in ("output", "hybrid")
    sizes: list[Step] = ["own"] * 3 if how.direction == "own" else [r.mean(axis=0) for r in reference or of]
    wanted = (inputs, outputs, outputs and of[2].shape[1] > 0)
    gx, gy, gb = (size if there else None for size, there in zip(sizes, wanted, strict=True))
    return gx, gy, gb


def _directional(how: How, of: Figures, reference: Figures | None, where: Where) -> Scored:
    x, y, b = of
    gx, gy, gb = _steps(how, of, reference)
    found = directional(x, y, _given(b), gx, gy, gb, how.rts, how.disposability, _parts(reference))
    beta, p, q = found.beta, x.shape[1], y.shape[1]
    step = beta[:, None] * found.question.g
    value = {"input": 1 - beta, "output": 1 / (1 + beta), "hybrid": (1 - beta) / (1 + beta)}[how.orientation]
    return Scored(
        value,
        beta,
        found.status,
        x - step[:, :p] - found.slacks_x,
        y + step[:, p : p + q] + found.slacks_y,
        b - step[:, p + q :] - found.slacks_b,
        found.lambdas,
        where,
        found.notes,
    )


def _nonradial(how: How, of: Figures, reference: Figures | None, where: Where) -> Scored:
    x, y, b = of
    gx, gy, gb = _steps(how, of, reference)
    found = nonradial_directional(x, y, _given(b), gx, gy, gb, None, how.rts, how.disposability, _parts(reference))
    p, q, g = x.shape[1], y.shape[1], found.question.g
    moved = np.hstack([found.beta_x, found.beta_y, found.beta_b]) * g
    counted = g > 0
    share = moved / np.where(counted, np.hstack([x, y, b]), 1.0)
    goods = np.arange(g.shape[1])
    is_good = (goods >= p) & (goods < p + q)
    less, more = _mean_of(share, counted & ~is_good), _mean_of(share, counted & is_good)
    return Scored(
        (1 - less) / (1 + more),
        found.distance,
        found.status,
        x - moved[:, :p],
        y + moved[:, p : p + q],
        b - moved[:, p + q :],
        found.lambdas,
        where,
        found.notes,
    )


def _mean_of(share: Array, counted: NDArray[np.bool_]) -> Array:
    """(n,) mean over the variables that count; zero where none does."""
    return np.asarray(np.where(counted, share, 0.0).sum(axis=1) / np.maximum(counted.sum(axis=1), 1))
