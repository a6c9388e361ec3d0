"""The models of efficiency that the face offers: what each takes, and every choice behind a score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from xinzhi.base.errors import UsageError, unknown
from xinzhi.base.text import Text
from xinzhi.panel.labels import listed
from xinzhi.productivity.inputs.checks import refuse_negative
from xinzhi.productivity.inputs.face import InputsResult
from xinzhi.productivity.tfp.models import DISPOSABILITY, RTS, TECHNOLOGIES, refuse_zero, unused, without

LEVELS = ("global", "contemporaneous", "sequential", "window")
NEEDED = "needed"  # an option without which the model has no answer


@dataclass(frozen=True)
class Model:
    """A model of efficiency.

    title         what it is called
    orientations, rts, technologies   what it offers, the usual one first
    bads          whether it takes bad outputs, or cannot do without (`needs_bads`)
    positive      whether it divides by every figure; signed: whether it takes negative ones
    formula, sources   for the recipe
    options       name → value where none is given; `NEEDED` where there is no usual one
    steps         whether it moves along a direction, with the disposability of bads to choose
    beyond        whether it can score regions on the frontier against the others
    apart         whether units are compared with one another only, not with a reference of their own
    peers         whether it gives peers and targets
    reading       how its score is read
    """

    title: Text
    orientations: tuple[str, ...]
    bads: bool
    positive: bool
    formula: str
    sources: tuple[str, ...]
    rts: tuple[str, ...] = ("crs", "vrs", "drs", "irs", "fdh")
    technologies: tuple[str, ...] = LEVELS
    options: Mapping[str, Any] = field(default_factory=dict)
    steps: bool = False
    beyond: bool = False
    apart: bool = False
    peers: bool = False
    signed: bool = False
    needs_bads: bool = False
    reading: Text = Text("1 为位于前沿，越小离前沿越远", "One is on the frontier; the smaller, the farther from it")


_PARTIAL = "Daouia & Simar (2007), Journal of Econometrics 140"
_APART = ("global", "contemporaneous")
_PROGRAMS = ("crs", "vrs", "drs", "irs")
MODELS: dict[str, Model] = {
    "sbm": Model(
        Text("SBM 模型", "slacks-based measure"), ("both", "input", "output"), True, True,
        "ρ = (1 − mean s⁻/x) / (1 + mean (s⁺/y, s_b/b))",
        ("Tone (2001), EJOR 130", "Tone (2003), GRIPS Research Report (bad outputs)"),
        beyond=True, peers=True,
    ),
    "radial": Model(
        Text("径向模型", "radial model"), ("input", "output", "hyperbolic"), False, False,
        "θ = min θ: (θx, y) feasible; 1/φ: φ = max φ: (x, φy) feasible",
        ("Farrell (1957)", "Charnes, Cooper & Rhodes (1978)", "Banker, Charnes & Cooper (1984)"),
        options={"restrictions": None}, beyond=True, peers=True,
    ),
    "directional": Model(
        Text("方向距离函数", "directional distance function"), ("output", "input", "hybrid"), True, False,
        "β = max β: (x − βg_x, y + βg_y, b − βg_b) feasible; efficiency = 1/(1 + β), 1 − β (input) or (1 − β)/(1 + β) (hybrid)",
        ("Chambers, Chung & Färe (1998)", "Chung, Färe & Grosskopf (1997)"),
        options={"moves": None}, steps=True, peers=True,
    ),
    "nonradial": Model(
        Text("非径向方向距离函数", "non-radial directional distance function"), ("output", "input", "hybrid"), True, False,
        "D = max Σ w·β; efficiency = (1 − mean β_x,b) / (1 + mean β_y)",
        ("Zhou, Ang & Wang (2012), EJOR 221", "Zhang, Zhou & Choi (2013), Energy Policy 56"),
        options={"moves": None, "weights": None}, steps=True, peers=True,
    ),
    "ebm": Model(
        Text("EBM 模型", "epsilon-based measure"), ("both", "input", "output"), False, True,
        "min (θ − ε_x Σ w s⁻/x) / (η + ε_y Σ w s⁺/y), ε and w from the affinity of the variables",
        ("Tone & Tsutsui (2010), EJOR 207",),
        rts=_PROGRAMS, options={"epsilon": None, "weights": None},
    ),
    "additive": Model(
        Text("加性模型", "additive model"), ("both",), True, True,
        "1 − mean s/(x, y, b), Σ s/(x, y, b) at its largest",
        ("Charnes, Cooper, Golany, Seiford & Stutz (1985), Journal of Econometrics 30",),
        rts=("vrs", "crs", "drs", "irs"),
        reading=Text("1 为位于前沿，越小松弛越多，可小于 0", "One is on the frontier; the smaller, the more slack, also below zero"),
    ),
    "ram": Model(
        Text("极差调整模型（RAM）", "range-adjusted measure"), ("both",), True, False,
        "Γ = 1 − mean s/R, R the range of each variable in the reference, Σ s/R at its largest",
        ("Cooper, Park & Pastor (1999), Journal of Productivity Analysis 11",),
        rts=("vrs", "crs", "drs", "irs"),
    ),
    "cross-efficiency": Model(
        Text("交叉效率", "cross-efficiency"), ("input",), False, False,
        "E_j = mean over k of u_k·y_j / v_k·x_j, (u_k, v_k) optimal for k and by the secondary goal",
        ("Sexton, Silkman & Hogan (1986)", "Doyle & Green (1994), JORS 45"),
        rts=("crs",), technologies=("contemporaneous", "global"), options={"goal": "benevolent"}, apart=True,
        reading=Text("各地区按所有地区的权重得分的均值，越大越好，不超过自评效率", "The mean score by the weights of all regions, no higher than the own efficiency; the larger, the better"),
    ),
    "by-production": Model(
        Text("副产出模型", "by-production model"), ("output",), True, False,
        "mean of 1/φ (goods from all inputs) and of mean γ (bads from polluting inputs)",
        ("Murty, Russell & Levkoff (2012), Journal of Environmental Economics and Management 64",),
        technologies=_APART, options={"polluting": None}, apart=True, needs_bads=True,
    ),
    "range-directional": Model(
        Text("极差方向模型", "range directional model"), ("both",), True, False,
        "1 − β, β = max β: x − β(x − min x), y + β(max y − y), b − β(b − min b) feasible",
        ("Portela, Thanassoulis & Simpson (2004), JORS 55",),
        rts=("vrs",), technologies=_APART, apart=True, signed=True,
    ),
    "order-m": Model(
        Text("order-m 部分前沿", "order-m partial frontier"), ("input", "output"), False, False,
        "θ_m = E[min over m dominating units drawn of max x_i/x]; above one beyond the partial frontier",
        ("Cazals, Florens & Simar (2002), Journal of Econometrics 106", _PARTIAL),
        rts=("fdh",), options={"m": NEEDED},
    ),
    "order-alpha": Model(
        Text("order-α 部分前沿", "order-α partial frontier"), ("input", "output"), False, False,
        "θ_α = quantile of order 1 − α of max x_i/x over dominating units; above one beyond the partial frontier",
        ("Aragon, Daouia & Thomas-Agnan (2005), Econometric Theory 21", _PARTIAL),
        rts=("fdh",), options={"alpha": NEEDED},
    ),
    "window": Model(
        Text("窗口分析", "window analysis"), ("input", "output", "hyperbolic"), False, False,
        "mean of θ over the windows that hold the year",
        ("Charnes, Clark, Cooper & Golany (1985), Annals of Operations Research 2",),
        technologies=("window",), options={"width": 3},
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
    """Every choice behind a score; `options` are those of the model, `said` what they say."""

    model: str = "sbm"
    technology: str = "global"
    rts: str = "crs"
    orientation: str = "both"
    disposability: str = "weak"
    direction: str = "own"
    super_efficiency: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    said: tuple[Text, ...] = ()

    def told(self) -> Text:
        """Frontier, orientation, disposability, direction and the model's own options in one sentence."""
        model, size = MODELS[self.model], Text("步长按均值", "steps in means")
        parts = [
            model.title,
            Text(f"{TECHNOLOGIES[self.technology].zh}前沿", f"{TECHNOLOGIES[self.technology].en} frontier"),
            RTS[self.rts],
            _SIDES[self.orientation],
        ]
        if model.steps:
            parts += [Text("步长按自身数值", "steps in own values") if self.direction == "own" else size]
            parts += [DISPOSABILITY[self.disposability]]
        if model.bads and not model.steps and not model.needs_bads:
            parts.append(DISPOSABILITY["strong"])
        if self.super_efficiency:
            parts.append(Text("超效率", "super-efficiency"))
        return listed([*parts, *self.said])


def usual(model: str) -> tuple[str, str, str]:
    """The usual technology, returns to scale and orientation of a model; empty for one that is not known."""
    if model not in MODELS:
        return "", "", ""
    found = MODELS[model]
    return found.technologies[0], found.rts[0], found.orientations[0]


def known_model(name: str) -> Model:
    """The model of this name, or the nearest name in an error."""
    if name not in MODELS:
        raise unknown(Text("效率模型", "model of efficiency"), name, MODELS)
    return MODELS[name]


def checked(data: InputsResult, how: How) -> tuple[Text, ...]:
    """Refuse what the model cannot take, and say what it leaves aside."""
    model = known_model(how.model)
    if how.technology == "biennial":
        raise UsageError(
            "两期前沿只用于相邻两年的变化；看水平请用 global、contemporaneous、sequential 或 window",
            "a biennial frontier serves the change between two years; for levels use global, contemporaneous, sequential or window",
            code="938",
        )
    _offered(model, model.technologies, LEVELS, how.technology, Text("技术参照", "technology"))
    _offered(model, model.rts, RTS, how.rts, Text("规模报酬", "returns to scale"))
    _offered(model, model.orientations, _SIDES, how.orientation, Text("导向", "orientation"))
    for known, value, what in (
        (DISPOSABILITY, how.disposability, Text("可处置性", "disposability")),
        (("own", "mean"), how.direction, Text("方向", "direction")),
    ):
        if value not in known:
            raise unknown(what, value, known)
    if how.super_efficiency and not model.beyond:
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
    if model.needs_bads and not data.of("bad"):
        raise UsageError(
            f"{model.title.zh}需要非期望产出（bad）；没有时请用 sbm 或 radial",
            f"the {model.title.en} needs a bad output (bad); without one use sbm or radial",
            code="951",
        )
    if not model.signed:
        refuse_negative(data.frame, data.variables, data.panel)
    if model.positive:
        refuse_zero(data, model.title)
    bads = [] if model.bads else data.of("bad")
    return (*unused(model.title, how, model.steps), *without(model.title, bads), *_convex(data, how))


def _offered(model: Model, offered: tuple[str, ...], known: Iterable[str], value: str, what: Text) -> None:
    """Refuse a choice that exists but not for this model, and one that does not exist."""
    if value in offered:
        return
    if value not in known:
        raise unknown(what, value, offered)
    raise UsageError(
        f"{model.title.zh}的{what.zh}不能是 {value}；可用 {'、'.join(offered)}",
        f"the {model.title.en} takes {', '.join(offered)} for {what.en}, not {value}",
        code="952",
    )


def _convex(data: InputsResult, how: How) -> tuple[Text, ...]:
    """Weak disposability under variable returns: one abatement factor and convexity do not go together."""
    plain = how.disposability == "weak" and how.rts in ("vrs", "drs", "irs")
    if not MODELS[how.model].steps or not plain or not data.of("bad"):
        return ()
    return (
        Text("规模报酬不是不变时，同一减排系数的弱可处置前沿并非凸的弱可处置技术；各单元减排系数不同的 kuosmanen 才是（Kuosmanen 2005）", "unless returns are constant, weak disposability by one abatement factor is no convex weakly disposable technology; kuosmanen, with own factors, is (Kuosmanen 2005)"),
    )  # fmt: skip
