"""The step that doubts: how far an index depends on how it was made."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from xinzhi.base.result import Result
from xinzhi.base.text import Text
from xinzhi.study.steps.step import Runnable, Work


class Audit(Runnable):
    """Monte Carlo over the choices behind an index."""

    kind: Literal["audit"] = "audit"
    title: ClassVar[Text] = Text("稳健性审查", "audit")
    needs: ClassVar[tuple[str, ...]] = ("index",)
    cost: ClassVar[float] = 4.0
    draws: int = Field(default=1000, ge=1)
    """How many times the index is made again with other choices."""

    def run(self, work: Work) -> Result:
        """Audit."""
        from xinzhi.measure import audit

        return audit(work.given("index"), draws=self.draws, seed=work.seed)  # type: ignore[no-any-return]
