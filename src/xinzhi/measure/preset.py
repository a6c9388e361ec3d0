"""An indicator system as data: layers of indicators with formula, direction and yardstick."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from xinzhi.base.errors import UsageError, unknown
from xinzhi.base.text import Text
from xinzhi.panel import Panel
from xinzhi.panel import formula as formulas

Treatment = Literal["none", "skew-kurtosis", "winsorise", "log", "quantile"]


class _Entry(BaseModel):
    """What every part of a preset is: unknown keys are refused, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Entry):
    """A text in both languages; a plain string stands for both."""

    zh: str = ""
    en: str = ""

    @model_validator(mode="before")
    @classmethod
    def _both(cls, given: Any) -> Any:
        return {"zh": given, "en": given} if isinstance(given, str) else given

    @property
    def text(self) -> Text:
        """As a Text; a language without wording takes the other's."""
        return Text(self.zh or self.en, self.en or self.zh)


class PresetIndicator(_Entry):
    """One indicator of a preset.

    formula    expression over indicator ids of the panel
    direction  "+" larger is better, "-" smaller is better; not needed where there is a target
    weight     its importance in its layer, for weights "given"
    goalposts  (low, high) in its own unit: the values that count as 0 and 1 (the other way round for "-")
    target     the best value, or the best interval (low, high)
    tolerance  distance from the target that counts as 0
    treat      how outliers are treated; the choice of `index` where not given
    object     labourer, means or object, where the framework of three objects is of interest
    proxy_for  what it stands in for
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    zh: str = ""
    en: str = ""
    unit: Words = Words()
    formula: str
    direction: Literal["+", "-"] | None = None
    weight: float | None = Field(default=None, ge=0)
    goalposts: tuple[float, float] | None = None
    target: float | tuple[float, float] | None = None
    tolerance: float | None = Field(default=None, gt=0)
    treat: Treatment | None = None
    object: Literal["labourer", "means", "object"] | None = None
    proxy_for: Words = Words()
    note: Words = Words()

    @field_validator("direction", mode="before")
    @classmethod
    def _sign(cls, given: Any) -> Any:
        return {1: "+", -1: "-", "+1": "+", "-1": "-", "−": "-"}.get(given, given)

    @model_validator(mode="after")
    def _one_yardstick(self) -> PresetIndicator:
        if self.target is None and self.direction is None:
            raise ValueError("写明 direction（+ 或 -）或 target / state a direction (+ or -) or a target")
        if self.target is not None and self.goalposts is not None:
            raise ValueError("target 与 goalposts 只能写一个 / state a target or goalposts, not both")
        if self.tolerance is not None and self.target is None:
            raise ValueError("tolerance 须与 target 同用 / a tolerance needs a target")
        if self.goalposts is not None and not self.goalposts[0] < self.goalposts[1]:
            raise ValueError("goalposts 下限须小于上限 / goalposts run from low to high")
        return self

    @property
    def name(self) -> Text:
        """Its name in both languages, the id where none is given."""
        return Text(self.zh or self.en or self.id, self.en or self.zh or self.id)

    @property
    def sources(self) -> tuple[str, ...]:
        """The ids of the panel that the formula uses."""
        return formulas.names(self.formula)

    @property
    def sign(self) -> int:
        """+1 or −1; +1 for an indicator with a target, which is folded first."""
        return -1 if self.direction == "-" and self.target is None else 1


class PresetLayer(_Entry):
    """A layer of indicators; `weight` is its importance among the layers, for layering "given"."""

    zh: str = ""
    en: str = ""
    weight: float | None = Field(default=None, ge=0)
    note: Words = Words()
    indicators: tuple[PresetIndicator, ...] = Field(min_length=1)

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return Text(self.zh or self.en, self.en or self.zh)


class Preset(_Entry):
    """An indicator system; `panel` names the bundled panel it was made for, "" for any."""

    id: str
    zh: str = ""
    en: str = ""
    basis: Words = Words()
    note: Words = Words()
    panel: str = ""
    layers: dict[str, PresetLayer] = Field(min_length=1)

    @model_validator(mode="after")
    def _distinct(self) -> Preset:
        ids = [i.id for i in self.indicators]
        for name in ids:
            if ids.count(name) > 1:
                raise ValueError(f"指标 {name} 出现不止一次 / indicator {name} appears more than once")
        return self

    @property
    def title(self) -> Text:
        """Its name in both languages, the id where none is given."""
        return Text(self.zh or self.en or self.id, self.en or self.zh or self.id)

    @property
    def indicators(self) -> tuple[PresetIndicator, ...]:
        """All indicators in order of layers."""
        return tuple(i for layer in self.layers.values() for i in layer.indicators)

    @property
    def layer_of(self) -> Mapping[str, str]:
        """Indicator id → layer id."""
        return {i.id: name for name, layer in self.layers.items() for i in layer.indicators}

    @property
    def sources(self) -> tuple[str, ...]:
        """Every panel id that some formula uses, in order of appearance."""
        return tuple(dict.fromkeys(s for i in self.indicators for s in i.sources))

    def indicator(self, name: str) -> PresetIndicator:
        """The indicator called `name`; an unknown one is refused with the nearest suggested."""
        for each in self.indicators:
            if each.id == name:
                return each
        raise unknown(Text("指标", "indicator"), name, [i.id for i in self.indicators], code="031")

    def without(self, *names: str) -> Preset:
        """The same system without these indicators; a layer that loses all of them goes too."""
        for name in names:
            self.indicator(name)
        kept = {
            key: layer.model_copy(update={"indicators": tuple(i for i in layer.indicators if i.id not in names)})
            for key, layer in self.layers.items()
        }
        kept = {key: layer for key, layer in kept.items() if layer.indicators}
        if not kept:
            raise UsageError("不能剔除全部指标", "not all indicators can be left out", code="725")
        return self.model_copy(update={"layers": kept})

    def check(self, panel: Panel) -> None:
        """Refuse a formula that uses an id which `panel` lacks, naming layer, indicator and the nearest id."""
        for each in self.indicators:
            for source in each.sources:
                if source not in panel.indicators:
                    problem = unknown(Text("面板指标", "panel indicator"), source, panel.columns)
                    raise UsageError(
                        f"指标体系「{self.id}」的 {each.id}（{self.layer_of[each.id]} 层）公式「{each.formula}」：{problem.text.zh}",
                        f"preset “{self.id}”, indicator {each.id} (layer {self.layer_of[each.id]}), formula “{each.formula}”: {problem.text.en}",
                        code="726",
                    )
