"""What the steps that look at one figure share: which figure, and from where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from xinzhi.base.errors import UsageError
from xinzhi.base.text import Text
from xinzhi.study.steps.step import Runnable, Work

if TYPE_CHECKING:
    from xinzhi.panel import Panel

SCORE = "score"


class OfFigure(Runnable):
    """A step about one figure of the panel, or about the scores of the index."""

    likes: ClassVar[tuple[str, ...]] = ("index",)
    figure: str | None = None
    """Indicator id, or a formula such as `gdp / population`; the score of the index where it is not given."""

    def uses(self, presets: Mapping[str, Any]) -> tuple[str, ...]:
        """The ids in the figure."""
        return self.read_by(self.figure)

    @staticmethod
    def read_by(*formulas: str | None) -> tuple[str, ...]:
        """The ids that formulas read."""
        from xinzhi.panel.formula import names

        return tuple(dict.fromkeys(n for f in formulas if f for n in names(f) if n != SCORE))

    def data(self, work: Work) -> tuple[Panel, str]:
        """The panel, with the scores as a column where the study has an index, and the figure to look at."""
        index = work.perhaps("index")
        if index is None and self.figure is None:
            raise UsageError(
                f"步骤 {self.kind} 需要 figure（指标或公式），或研究中有 index 步骤",
                f"the step {self.kind} needs figure (an indicator or formula), or an index step in the study",
                code="415",
            )
        return (work.panel if index is None else scored(work.panel, index)), self.figure or SCORE


def scored(panel: Panel, index: Any) -> Panel:
    """The panel with the scores of an index as the indicator `score`."""
    from xinzhi.panel import Indicator

    values = index.frame.set_index(["region", "year"])["score"]
    title: Text = getattr(index, "title", Text("综合指数", "composite index"))
    entry = Indicator(SCORE, title.zh, title.en, "0–1", "index", 1, "xinzhi.index")
    return panel.with_column(SCORE, values, entry)
