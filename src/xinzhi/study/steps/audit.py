"""The step that doubts: how far an index depends on how it was made."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from xinzhi.base.result import Result
from xinzhi.base.text import Text
from xinzhi.study.schema import Part
from xinzhi.study.steps.step import Runnable, Work


class Vary(Part):
    """What an audit varies, and how far; what is not written stays as the audit has it."""

    normalise: tuple[str, ...] | None = None
    """Other normalisations."""
    weights: tuple[str, ...] | None = None
    """Other weightings."""
    aggregate: tuple[str, ...] | None = None
    """Other aggregations."""
    weight_noise: float | None = Field(default=None, ge=0, lt=1)
    """Each weight is multiplied by a draw from 1 ± this."""
    remove: int | None = Field(default=None, ge=0)
    """At most so many indicators are left out of a draw."""
    data_noise: float | None = Field(default=None, ge=0)
    """Error of each cell, as a share of the indicator's standard deviation."""


class Audit(Runnable):
    """Monte Carlo over the choices behind an index."""

    kind: Literal["audit"] = "audit"
    title: ClassVar[Text] = Text("稳健性审查", "audit")
    needs: ClassVar[tuple[str, ...]] = ("index",)
    cost: ClassVar[float] = 4.0
    draws: int = Field(default=1000, ge=1)
    """How many times the index is made again with other choices."""
    level: float = Field(default=0.9, gt=0, lt=1)
    """Share that the intervals cover."""
    vary: Vary | None = None
    """What is varied, where it should not be the usual."""

    def run(self, work: Work) -> Result:
        """Audit."""
        from xinzhi.measure.audit.face import audit
        from xinzhi.measure.method import Variation

        vary = Variation(**self.vary.model_dump(exclude_none=True)) if self.vary else None
        return audit(
            work.given("index"), draws=self.draws, seed=work.seed, vary=vary, level=self.level, workers=work.jobs
        )
