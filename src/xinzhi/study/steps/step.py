"""What a step is, and what it is given to work with."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from xinzhi.base.errors import ComputationError
from xinzhi.base.result import Result
from xinzhi.base.text import Text
from xinzhi.study.schema import Step

if TYPE_CHECKING:
    from xinzhi.panel import Panel


@dataclass(frozen=True)
class Work:
    """What a step works with.

    panel    the study's panel, selected and repaired
    whole    the same regions in all years that the data have, for what needs a history
    years_stated  whether the study says which years; without, a step finds those that have enough data
    results  kind → result of the step that the plan chose for it
    presets  the study's own index systems, by name
    seed     seed of everything random in this step
    jobs     workers it may use
    kept     a folder for what is finished of a step that takes long, or None
    told     called with how much of the step is done and of how much in all
    """

    panel: Panel
    whole: Panel
    years_stated: bool
    results: Mapping[str, Result]
    presets: Mapping[str, Any]
    seed: int
    jobs: int
    kept: Path | None = None
    told: Callable[[int, int], None] | None = None

    def given(self, kind: str) -> Any:
        """The result of the step of `kind` that this one needs."""
        if kind not in self.results:
            raise ComputationError(f"缺少 {kind} 步骤的结果", f"the result of step {kind} is missing", code="410")
        return self.results[kind]

    def perhaps(self, kind: str) -> Any | None:
        """The result of `kind`, or None where the study has no such step."""
        return self.results.get(kind)


class Runnable(Step):
    """A step that can run. A subclass states its kind and options, what it needs, and how it runs.

    needs  kinds of step it cannot do without
    likes  kinds of step whose results it uses where the study has them
    cost   rough share of the waiting, for the progress line
    """

    title: ClassVar[Text]
    needs: ClassVar[tuple[str, ...]] = ()
    likes: ClassVar[tuple[str, ...]] = ()
    cost: ClassVar[float] = 1.0
    kind: str

    def uses(self, presets: Mapping[str, Any]) -> tuple[str, ...]:
        """Ids of the panel that the step reads itself; `presets` are the study's own index systems."""
        return ()

    @abstractmethod
    def run(self, work: Work) -> Result:
        """Do it."""
