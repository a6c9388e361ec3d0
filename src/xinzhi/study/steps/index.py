"""The step that measures: a composite index."""

from __future__ import annotations

from typing import ClassVar, Literal

from xinzhi.base.result import Result
from xinzhi.base.text import Text
from xinzhi.study.steps.step import Runnable, Work


class Index(Runnable):
    """A composite index over the study's panel."""

    kind: Literal["index"] = "index"
    title: ClassVar[Text] = Text("综合指数", "composite index")
    preset: str = "three-layers"
    """Index system: a built-in preset, or one of the study's own."""

    def run(self, work: Work) -> Result:
        """Measure."""
        from xinzhi.measure import index

        return index(work.panel, work.presets.get(self.preset, self.preset))  # type: ignore[no-any-return]
