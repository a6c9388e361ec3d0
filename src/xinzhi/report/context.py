"""What a composer may look at: the study, its panel, and the results of the other steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xinzhi.base.result import Result
from xinzhi.base.text import Text
from xinzhi.report.words import headed

if TYPE_CHECKING:
    from xinzhi.panel import Panel
    from xinzhi.study.result import StudyResult


@dataclass(frozen=True)
class Context:
    """The study being told."""

    study: StudyResult

    @property
    def panel(self) -> Panel:
        """The panel that the study ran on."""
        return self.study.panel

    def name(self, code: str) -> Text:
        """Short name of a region in both languages."""
        places = self.panel.places
        return Text(places.label(str(code), "zh"), places.label(str(code), "en"))

    def names(self, codes: Iterable[str]) -> list[Text]:
        """Short names of several regions."""
        return [self.name(code) for code in codes]

    def indicator(self, name: str) -> Text:
        """Name of a figure of the panel in both languages; the id where the panel does not have it."""
        known = self.panel.indicators.get(name)
        return known.name if known else Text(name, name)

    def kind(self, step: str) -> str:
        """The kind of a step; its id where the study does not say."""
        known = getattr(self.study.study, "steps", {})
        return str(getattr(known.get(step), "kind", step))

    def first_step(self, kind: str) -> str | None:
        """The first step of `kind`, None where there is none."""
        return next((name for name in self.study.results if self.kind(name) == kind), None)

    def first(self, kind: str) -> Any | None:
        """The result of the first step of `kind`, None where there is none."""
        step = self.first_step(kind)
        return None if step is None else self.study.results[step]

    def title(self, step: str, result: Result) -> Text:
        """What a step is called: the title of its recipe, with what sets it apart where another step has the same title."""
        mine = self._plain(step, result)
        others = [name for name, r in self.study.results.items() if name != step and self._plain(name, r) == mine]
        if not others:
            return headed(mine)
        apart = [getattr(self.study.results[name], "apart", Text("", "")) for name in (step, *others)]
        said = apart[0] if apart[0].zh and apart[0] not in apart[1:] else Text(step, step)
        return headed(Text(f"{mine.zh}（{said.zh}）", f"{mine.en} ({said.en})"))

    def _plain(self, step: str, result: Result) -> Text:
        known = getattr(self.study.study, "steps", {}).get(step)
        return result.recipe.title if result.recipe.title.zh else getattr(known, "title", Text(step, step))

    @property
    def source(self) -> Text:
        """Where the figures of the panel come from, in a few words."""
        return self.panel.title
