"""The step that describes each region."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from xinzhi.base.result import Result
from xinzhi.base.text import Text
from xinzhi.study.steps.step import Runnable, Work


class Profiles(Runnable):
    """A profile of each region: score, rank, layers, strengths, weaknesses, peers."""

    kind: Literal["profiles"] = "profiles"
    title: ClassVar[Text] = Text("地区画像", "profiles")
    needs: ClassVar[tuple[str, ...]] = ("index",)
    year: int | None = None
    """The year described; the latest scored where it is not given."""
    by: str | None = None
    """Grouping whose median each region is also compared with; `plates` for China's provinces where it is not given."""
    strongest: int = Field(default=3, ge=1)
    """How many strengths and how many weaknesses to name."""
    peers: int = Field(default=3, ge=0)
    """How many regions nearest in structure to name."""

    def run(self, work: Work) -> Result:
        """Describe."""
        from xinzhi.study.profiles import profiles

        return profiles(
            work.given("index"), work.panel, year=self.year, by=self.by, strongest=self.strongest, peers=self.peers
        )
