"""A finished study: everything a report needs, and everything needed to make it again."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xinzhi.base.recipe import Recipe, plain
from xinzhi.base.result import Result
from xinzhi.base.text import Text
from xinzhi.study.study import Study

if TYPE_CHECKING:
    from xinzhi.panel import Panel
    from xinzhi.panel.check import Findings


@dataclass(frozen=True)
class StudyResult:
    """What a run gives back.

    study     the study that ran
    panel     the panel it ran on, selected and repaired; `panel.touched` lists every changed cell
    results   id of the step → its result, in the order of the file
    findings  what the check said, before any repair, about the figures that are used
    recipe    how all of this came to be
    log       what happened, one sentence a step
    """

    study: Study
    panel: Panel
    results: Mapping[str, Result]
    findings: Findings
    recipe: Recipe
    log: tuple[Text, ...] = ()

    def of_kind(self, kind: str) -> dict[str, Result]:
        """The results of the steps of one kind, by id."""
        return {name: r for name, r in self.results.items() if self.study.steps[name].kind == kind}

    def provenance(self) -> dict[str, Any]:
        """Everything that is needed to make the study again and to defend it, as plain JSON values."""
        touched = self.panel.touched
        return {
            **self.recipe.to_dict(),
            "study": self.study.spec.model_dump(mode="json", exclude_none=True),
            "machine": {"python": platform.python_version(), "system": platform.system()},
            "findings": [plain(found) for found in self.findings.found],
            "touched": {
                "cells": len(touched),
                "by_mark": {str(k): int(v) for k, v in touched.groupby("mark").size().items()},
            },
            "steps": {name: r.recipe.to_dict() for name, r in self.results.items()},
        }
