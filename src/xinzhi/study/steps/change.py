"""The step change."""

from __future__ import annotations

from typing import ClassVar, Literal

from xinzhi.base.result import Result
from xinzhi.base.text import Text
from xinzhi.study.steps.step import Runnable, Work


class Change(Runnable):
    """Change."""

    kind: Literal["change"] = "change"
    title: ClassVar[Text] = Text("change", "change")
    needs: ClassVar[tuple[str, ...]] = ("index",)
    likes: ClassVar[tuple[str, ...]] = ("audit",)

    def run(self, work: Work) -> Result:
        """Run."""
        raise NotImplementedError
