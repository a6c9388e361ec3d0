"""The step that compares groups of regions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from xinzhi.base.result import Result
from xinzhi.base.text import Text
from xinzhi.study.steps.step import Runnable, Work


class Scorecards(Runnable):
    """Scorecards of groups of regions, in any groupings."""

    kind: Literal["scorecards"] = "scorecards"
    title: ClassVar[Text] = Text("分组记分卡", "scorecards")
    needs: ClassVar[tuple[str, ...]] = ("index",)
    likes: ClassVar[tuple[str, ...]] = ("audit",)
    by: tuple[str, ...] = Field(default=("plates", "strategies"), min_length=1)
    """Ids of groupings: bundled ones, or the study's own."""
    weight: str | None = "population"
    """Indicator for the weighted mean; null for none."""

    def uses(self, presets: Mapping[str, Any]) -> tuple[str, ...]:
        """The weight."""
        return (self.weight,) if self.weight else ()

    def run(self, work: Work) -> Result:
        """Compare."""
        from xinzhi.study.scorecards import scorecards

        index, audit = work.given("index"), work.perhaps("audit")
        return scorecards(index, work.panel, audit=audit, by=self.by, weight=self.weight)
