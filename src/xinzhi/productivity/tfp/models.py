"""The models of productivity change that the face offers, and what each is to be called in a recipe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from xinzhi.base.errors import DataError, UsageError, unknown
from xinzhi.base.text import Text
from xinzhi.panel.labels import listed, name_of
from xinzhi.productivity.change.adjacent import Change
from xinzhi.productivity.change.indicators import luenberger, malmquist_luenberger
from xinzhi.productivity.change.indices import malmquist, sbm_malmquist
from xinzhi.productivity.inputs.face import InputsResult
from xinzhi.productivity.inputs.series import Drawn
from xinzhi.productivity.tfp.quantities import Quantities, quantities

Bads = Literal["none", "needed", "allowed"]


@dataclass(frozen=True)
class Model:
    """A model of productivity change.

    title         what it is called
    bads          whether it takes bad outputs
    index         ratios that multiply, or differences that add
    positive      whether it divides by every figure
    formula, sources   for the recipe
    """

    title: Text
    bads: Bads
    index: bool
    positive: bool
    formula: str
    sources: tuple[str, ...]


_GLOBAL = "Oh (2010), Journal of Productivity Analysis 34"
MODELS: dict[str, Model] = {
    "malmquist": Model(
        Text("Malmquist 指数", "Malmquist index"), "none", True, False,
        "M = [D_t(t+1)/D_t(t) · D_{t+1}(t+1)/D_{t+1}(t)]^½ = EC·TC, EC = PEC·SEC",
        ("Caves, Christensen & Diewert (1982), Econometrica 50", "Färe, Grosskopf, Norris & Zhang (1994), AER 84"),
    ),
    "malmquist-luenberger": Model(
        Text("Malmquist–Luenberger 指数", "Malmquist–Luenberger index"), "needed", True, False,
        "ML = (1 + β_t)/(1 + β_{t+1}) = EC·TC, β along (y, −b)",
        ("Chung, Färe & Grosskopf (1997), Journal of Environmental Management 51", _GLOBAL),
    ),
    "luenberger": Model(
        Text("Luenberger 指标", "Luenberger indicator"), "allowed", False, False,
        "L = β_t − β_{t+1} = EC + TC",
        ("Chambers, Färe & Grosskopf (1996), Pacific Economic Review 1",),
    ),
    "nonradial-luenberger": Model(
        Text("非径向 Luenberger 指标", "non-radial Luenberger indicator"), "allowed", False, False,
        "L = D_t − D_{t+1} = EC + TC, D = Σ w·β",
        ("Fujii, Cao & Managi (2014), Energy Economics 44", "Zhang & Choi (2013), Energy Policy 57"),
    ),
    "sbm-malmquist": Model(
        Text("SBM–Malmquist 指数", "slacks-based Malmquist index"), "allowed", True, True,
        "M = ρ_{t+1}/ρ_t = EC·TC, ρ slacks-based with bad outputs",
        ("Tone (2001, 2003)", "Tone (2004), GRIPS Research Report"),
    ),
    "hicks-moorsteen": Model(
        Text("Hicks–Moorsteen 指数", "Hicks–Moorsteen index"), "none", True, True,
        "HM = Y/X, Y = [D_O(x_t, y_{t+1})/D_O(x_t, y_t) · D_O(x_{t+1}, y_{t+1})/D_O(x_{t+1}, y_t)]^½, X likewise by D_I",
        ("Bjurek (1996), Scandinavian Journal of Economics 98", "O'Donnell (2012), Journal of Productivity Analysis 37"),
    ),
    "fare-primont": Model(
        Text("Färe–Primont 指数", "Färe–Primont index"), "none", True, True,
        "TFP = D_O(x₀, y) / D_I(x, y₀), one technology of all years",
        ("Färe & Primont (1995), Multi-Output Production and Duality", "O'Donnell (2014), Journal of Productivity Analysis 41"),
    ),
}  # fmt: skip

TECHNOLOGIES = {
    "contemporaneous": Text("当期", "contemporaneous"),
    "sequential": Text("序列", "sequential"),
    "biennial": Text("两期", "biennial"),
    "window": Text("窗口", "window"),
    "global": Text("全局", "global"),
}
RTS = {
    "crs": Text("规模报酬不变", "constant returns to scale"),
    "vrs": Text("规模报酬可变", "variable returns to scale"),
    "drs": Text("规模报酬非增", "non-increasing returns to scale"),
    "irs": Text("规模报酬非减", "non-decreasing returns to scale"),
    "fdh": Text("自由处置包", "free disposal hull"),
}
DISPOSABILITY = {
    "weak": Text("非期望产出弱可处置", "bad outputs weakly disposable"),
    "strong": Text("非期望产出强可处置", "bad outputs strongly disposable"),
    "kuosmanen": Text("非期望产出弱可处置（各单元减排系数不同）", "bad outputs weakly disposable with own abatement factors"),
}  # fmt: skip
_DIRECTIONS = {
    "output": Text("方向 (y, −b)", "direction (y, −b)"),
    "input": Text("方向 −x", "direction −x"),
    "hybrid": Text("方向 (−x, y, −b)", "direction (−x, y, −b)"),
}
_RADIAL = {
    "output": Text("产出导向", "output orientation"),
    "input": Text("投入导向", "input orientation"),
    "both": Text("无导向", "no orientation"),
}


QUANTITIES = ("hicks-moorsteen", "fare-primont")
DIRECTIONAL = ("malmquist-luenberger", "luenberger", "nonradial-luenberger")


@dataclass(frozen=True)
class How:
    """Every choice behind an index, as the face takes them."""

    model: str = "malmquist-luenberger"
    technology: str = "global"
    rts: str = "crs"
    orientation: str = "output"
    disposability: str = "weak"
    direction: str = "own"
    decomposition: str | None = None
    infeasible: str = "missing"
    window: int = 3
    weights: tuple[float, ...] | None = field(default=None)
    bias: bool = False

    def told(self) -> Text:
        """Frontier, disposability and direction in one sentence."""
        directional = self.model in DIRECTIONAL
        parts = [
            MODELS[self.model].title,
            Text(f"{TECHNOLOGIES[self.technology].zh}前沿", f"{TECHNOLOGIES[self.technology].en} frontier"),
            RTS[self.rts],
        ]
        if directional:
            size = (
                Text("步长按自身数值", "in own values") if self.direction == "own" else Text("步长按均值", "in means")
            )
            parts += [Text(f"{_DIRECTIONS[self.orientation].zh}（{size.zh}）", f"{_DIRECTIONS[self.orientation].en} {size.en}"), DISPOSABILITY[self.disposability]]  # fmt: skip
        elif self.model not in QUANTITIES:
            parts.append(_RADIAL[self.orientation])
            if self.model == "sbm-malmquist":
                parts.append(DISPOSABILITY["strong"])
        return listed(parts)


def checked(data: InputsResult, how: How) -> tuple[Text, ...]:
    """Refuse what the model cannot take, and say what it leaves aside."""
    if how.model not in MODELS:
        raise unknown(Text("生产率模型", "model of productivity change"), how.model, MODELS)
    for known, value, what in (
        (TECHNOLOGIES, how.technology, Text("技术参照", "technology")),
        (RTS, how.rts, Text("规模报酬", "returns to scale")),
        (DISPOSABILITY, how.disposability, Text("可处置性", "disposability")),
        (_sides(how.model), how.orientation, Text("导向", "orientation")),
        (("own", "mean"), how.direction, Text("方向", "direction")),
    ):
        if value not in known:
            raise unknown(what, value, known)
    model, bads = MODELS[how.model], data.of("bad")
    if len(data.years) < 2:
        raise DataError(
            f"只有 {data.years[0]} 一年，无法计算变化；请至少给出两年，或用 --what efficiency 看水平",
            f"there is {data.years[0]} only, so nothing can change; give two years or more, or use --what efficiency for the level",
            code="935",
        )
    if model.bads == "needed" and not bads:
        raise UsageError(
            f"{model.title.zh}需要非期望产出（bad）；没有时请用 malmquist 或 luenberger",
            f"the {model.title.en} needs a bad output (bad); without one use malmquist or luenberger",
            code="936",
        )
    if model.positive:
        refuse_zero(data, model.title)
    if how.model == "fare-primont" and how.technology != "global":
        raise UsageError(
            'Färe–Primont 指数只有一个全局前沿；请用 technology="global"',
            'the Färe–Primont index rests on one global frontier; use technology="global"',
            code="947",
        )
    if how.bias and (
        how.technology in ("global", "biennial") or how.model in QUANTITIES or how.decomposition == "ray-desli"
    ):
        raise UsageError(
            "技术变化的偏向（bias）只在两期各有前沿时有定义；请用 contemporaneous、sequential 或 window 前沿，并且不用 ray-desli 分解",
            "the bias of technical change is defined where each of two years has a frontier; use a contemporaneous, sequential or window one, "
            "and no ray-desli decomposition",
            code="976",
        )
    return (
        *unused(model.title, how, how.model in DIRECTIONAL),
        *_of_quantities(how),
        *without(model.title, bads if model.bads == "none" else []),
    )


def unused(title: Text, how: Any, directional: bool) -> tuple[Text, ...]:
    """Choices that were made but have no part in the model."""
    if directional or (how.disposability == "weak" and how.direction == "own"):
        return ()
    return (
        Text(f"{title.zh}没有方向与可处置性之选，所给的未用", f"the {title.en} has no direction or disposability to choose, those given are not used"),
    )  # fmt: skip


def _of_quantities(how: How) -> tuple[Text, ...]:
    """Choices of a decomposition, which an index of quantities does not have."""
    plain = how.orientation == "output" and how.decomposition is None and how.infeasible == "missing"
    if how.model not in QUANTITIES or plain:
        return ()
    title = MODELS[how.model].title
    return (
        Text(f"{title.zh}没有导向、分解与单侧替代之选，所给的未用", f"the {title.en} has no orientation, decomposition or one-sided choice, those given are not used"),
    )  # fmt: skip


def without(title: Text, bads: Sequence[Drawn]) -> tuple[Text, ...]:
    """Bad outputs that the model leaves aside."""
    if not bads:
        return ()
    left = listed([v.name for v in bads])
    return (
        Text(f"{title.zh}不含非期望产出，{left.zh}未用", f"the {title.en} has no bad outputs, {left.en} are not used"),
    )


def _sides(model: str) -> tuple[str, ...]:
    if model in ("luenberger", "nonradial-luenberger"):
        return ("output", "input", "hybrid")
    return ("output", "input", "both") if model == "sbm-malmquist" else ("output", "input")


def refuse_zero(data: InputsResult, model: Text) -> None:
    """Refuse zeros for a model that divides by every figure, naming the cell and a model that would do."""
    for v in data.variables:
        none = data.frame[data.frame[v.id] == 0]
        if len(none):
            cell = none.iloc[0]
            who, year = name_of(data.panel.places, str(cell["region"])), int(cell["year"])
            raise DataError(
                f"{model.zh}要除以每个数值，而{who.zh} {year} 年的{v.name.zh}为 0；请改用方向距离函数类模型，或剔除该地区",
                f"the {model.en} divides by every figure, and {v.name.en} of {who.en} in {year} is zero; use a directional model, or leave the region out",
                code="937",
            )


def compute(data: InputsResult, how: How) -> Change | Quantities:
    """The change of every region between adjacent years, by the kernel of the model."""
    if how.model in QUANTITIES:
        return quantities(data, how.model, how.technology, how.rts, how.window)
    x, y, b = data.array("input"), data.array("good"), data.array("bad")
    bads = b if b.shape[2] else None
    common: dict[str, Any] = {
        "technology": how.technology, "rts": how.rts, "decomposition": how.decomposition, "infeasible": how.infeasible, "window": how.window,
    }  # fmt: skip
    calls: dict[str, Callable[[], Change]] = {
        "malmquist": lambda: malmquist(x, y, orientation=how.orientation, **common),
        "malmquist-luenberger": lambda: malmquist_luenberger(
            x, y, b, orientation=how.orientation, disposability=how.disposability, **_steps(how, bads is not None), **common
        ),
        "luenberger": lambda: luenberger(
            x, y, bads, orientation=how.orientation, disposability=how.disposability, **_steps(how, bads is not None), **common
        ),
        "nonradial-luenberger": lambda: luenberger(
            x, y, bads, orientation=how.orientation, disposability=how.disposability, nonradial=True,
            weights=None if how.weights is None else np.array(how.weights), **_steps(how, bads is not None), **common
        ),
        "sbm-malmquist": lambda: sbm_malmquist(
            x, y, bads, orientation=None if how.orientation == "both" else how.orientation, **common
        ),
    }  # fmt: skip
    return calls[how.model]()


def _steps(how: How, bads: bool) -> dict[str, Any]:
    """Directions in the size of means; the kernels' own otherwise."""
    if how.direction == "own":
        return {}
    inputs = how.orientation in ("input", "hybrid")
    outputs = how.orientation in ("output", "hybrid")
    return {k: "mean" for k, there in (("gx", inputs), ("gy", outputs), ("gb", outputs and bads)) if there}
