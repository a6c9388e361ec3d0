"""How far a run is: what the runner tells whoever waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from xinzhi.base.text import Text


@dataclass(frozen=True, slots=True)
class Progress:
    """A sign of life.

    done    share of the work that is finished, 0–1
    doing   what is being done now
    """

    done: float
    doing: Text


Listener = Callable[[Progress], None]


def nobody(_: Progress) -> None:
    """The listener that does not listen."""
