"""The step that compares years."""

from __future__ import annotations

from typing import ClassVar, Literal

from xinzhi.base.result import Result
from xinzhi.base.text import Text
from xinzhi.study.steps.step import Runnable, Work


class Change(Runnable):
    """Change of scores and ranks, between two years and from year to year."""

    kind: Literal["change"] = "change"
    title: ClassVar[Text] = Text("变化", "change")
    needs: ClassVar[tuple[str, ...]] = ("index",)
    likes: ClassVar[tuple[str, ...]] = ("audit",)
    first: int | None = None
    """First year; the earliest scored where it is not given."""
    last: int | None = None
    """Last year; the latest scored where it is not given."""

    def run(self, work: Work) -> Result:
        """Compare."""
        from xinzhi.study.change import change

        index, audit = work.given("index"), work.perhaps("audit")
        return change(index, work.panel.places, audit=audit, first=self.first, last=self.last)
