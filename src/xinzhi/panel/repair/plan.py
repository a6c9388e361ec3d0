"""The steps that a repair can take, as they stand in a study file; an unknown key is refused with the nearest one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from xinzhi.base.errors import UsageError, nearest, unknown
from xinzhi.base.text import Text


class Step(BaseModel):
    """What every step has.

    indicators  ids it applies to; all where empty
    regions     codes or certain names it applies to; all where empty
    years       years it applies to; all where empty
    reason      why, in the user's words; kept with every touched cell
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    indicators: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    reason: str = ""


class Interpolate(Step):
    """Fill gaps between two known years of a region; `extrapolate` also continues the line beyond the ends."""

    step: Literal["interpolate"] = "interpolate"
    method: Literal["linear", "log-linear", "spline"] = "linear"
    limit: int = Field(3, ge=1)
    extrapolate: bool = False


class Carry(Step):
    """Take the value of the year before (forward) or after (back), at most `limit` years away."""

    step: Literal["carry"] = "carry"
    direction: Literal["forward", "back"] = "forward"
    limit: int = Field(1, ge=1)


class Impute(Step):
    """Fill what is missing from a model.

    method       group-mean   mean of the regions of the same group and year (`group`: a grouping of the atlas; all regions when empty)
                 group-median the median instead
                 regression   least squares on `predictors` with an effect for each region that has figures
                 neighbours   mean of the `neighbours` regions nearest in the standardised `predictors` of the same year
                 em           multivariate normal by expectation–maximisation over the indicators together
                 pca          iterative principal components over the indicators together, `components` of them
    predictors   ids; the other indicators of the step where empty
    log          model the logarithm, for positive figures that grow
    """

    step: Literal["impute"] = "impute"
    method: Literal["group-mean", "group-median", "regression", "neighbours", "em", "pca"]
    group: str = ""
    predictors: tuple[str, ...] = ()
    neighbours: int = Field(5, ge=1)
    components: int = Field(2, ge=1)
    log: bool = False


class Winsorise(Step):
    """Pull values beyond a limit to it.

    rule  quantiles      to the quantiles `low` and `high`
          mad            to the median ± `deviations` × 1.4826 × the median absolute deviation
          skew-kurtosis  the most extreme values to the next one, one point at a time and at most `most`, until
                         |skew| ≤ `skew` or excess kurtosis ≤ `kurtosis` (COINr's rule, without its logarithm)
    by    pooled over years, or each year by itself
    """

    step: Literal["winsorise"] = "winsorise"
    rule: Literal["quantiles", "mad", "skew-kurtosis"] = "quantiles"
    by: Literal["pooled", "year"] = "pooled"
    low: float = Field(0.01, ge=0, lt=0.5)
    high: float = Field(0.99, gt=0.5, le=1)
    deviations: float = Field(3.0, gt=0)
    skew: float = Field(2.0, gt=0)
    kurtosis: float = Field(3.5, gt=0)
    most: int = Field(5, ge=1)


class Deflate(Step):
    """Bring figures at current prices to the prices of `base`.

    index  id of the price index
    form   previous: previous year = 100, chained; fixed: one fixed base, whatever it is
    base   year whose prices are used
    into   indicator → id of a new indicator; the indicator itself is replaced where it is not named
    """

    step: Literal["deflate"] = "deflate"
    index: str
    form: Literal["previous", "fixed"]
    base: int
    into: Mapping[str, str] = Field(default_factory=dict)


class Link(Step):
    """Extend the revised `indicator` by the old series `old`.

    method  ratio   the old series times the mean ratio of both over the years in common
            growth  the growth of the old series, from the nearest year that the revised one has
    into    id of the linked indicator; `indicator` is filled in place where empty
    """

    step: Literal["link"] = "link"
    indicator: str
    old: str
    method: Literal["ratio", "growth"] = "ratio"
    into: str = ""


class Drop(Step):
    """Take out indicators, regions, years, or their crossing: what is named together is dropped together."""

    step: Literal["drop"] = "drop"


class Screen(Step):
    """Drop regions (or indicators) that have figures in less than `availability` of their cells."""

    step: Literal["screen"] = "screen"
    availability: float = Field(0.9, gt=0, le=1)
    of: Literal["regions", "indicators"] = "regions"


class Denominate(Step):
    """Divide by a formula over ids, such as `population`, times `scale`; `into` names new indicators as for `deflate`."""

    step: Literal["denominate"] = "denominate"
    by: str
    scale: float = 1.0
    unit: str = ""
    into: Mapping[str, str] = Field(default_factory=dict)


class Rescale(Step):
    """Multiply by `factor` the cells named, where some figures stand in another unit."""

    step: Literal["rescale"] = "rescale"
    factor: float = Field(gt=0)


class Replace(Step):
    """Put `value` (missing when null) into the cells named, where a figure is known to be wrong."""

    step: Literal["replace"] = "replace"
    value: float | None


AnyStep = Annotated[
    Interpolate | Carry | Impute | Winsorise | Deflate | Link | Drop | Screen | Denominate | Rescale | Replace,
    Field(discriminator="step"),
]
STEPS: dict[str, type[Step]] = {
    "interpolate": Interpolate,
    "carry": Carry,
    "impute": Impute,
    "winsorise": Winsorise,
    "deflate": Deflate,
    "link": Link,
    "drop": Drop,
    "screen": Screen,
    "denominate": Denominate,
    "rescale": Rescale,
    "replace": Replace,
}


def name_of(step: Step) -> str:
    """`interpolate`, `carry` …: the name of a step's kind."""
    return str(type(step).model_fields["step"].default)


_ADAPTER: TypeAdapter[Any] = TypeAdapter(AnyStep)


class Plan(BaseModel):
    """The steps of a repair, carried out in their order."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    steps: tuple[AnyStep, ...] = ()


def plan_of(given: Plan | Mapping[str, object] | Sequence[Mapping[str, object]]) -> Plan:
    """A plan from a list of steps, `{steps: […]}`, or a plan; what cannot be meant is refused in one sentence."""
    if isinstance(given, Plan):
        return given
    listed = given.get("steps", [given] if "step" in given else []) if isinstance(given, Mapping) else given
    return Plan(steps=tuple(_step(i + 1, each) for i, each in enumerate(cast(Iterable[object], listed))))


def _step(position: int, given: object) -> AnyStep:
    if isinstance(given, Step):
        return cast(AnyStep, given)
    if not isinstance(given, Mapping) or "step" not in given:
        raise UsageError(
            f"修补方案第 {position} 步须写明 step，可用的有 {'、'.join(STEPS)}",
            f"step {position} of the repair must say `step`, one of {', '.join(STEPS)}",
            code="065",
        )
    name = str(given["step"])
    if name not in STEPS:
        raise unknown(Text("修补步骤", "repair step"), name, STEPS, code="065")
    try:
        made: AnyStep = _ADAPTER.validate_python(dict(given))
    except ValidationError as fault:
        first = fault.errors()[0]
        key = str(first["loc"][-1]) if first["loc"] else name
        known = list(STEPS[name].model_fields)
        near = nearest(key, known) if first["type"] == "extra_forbidden" else []
        zh = f"没有名为 {key} 的项" if first["type"] == "extra_forbidden" else f"{key} 不对（{first['msg']}）"
        en = f"there is no key {key}" if first["type"] == "extra_forbidden" else f"{key} is wrong ({first['msg']})"
        raise UsageError(
            f"修补方案第 {position} 步 {name}：{zh}"
            + (f"；您是否指 {'、'.join(near)}？" if near else f"；可用的有 {'、'.join(known)}"),
            f"step {position} of the repair, {name}: {en}"
            + (f"; did you mean {', '.join(near)}?" if near else f"; known are {', '.join(known)}"),
            code="066",
        ) from None
    return made
