"""A declarative study: schema, planner, runner, provenance; and the faces that compare what was measured."""

from xinzhi.study.change import ChangeResult, change
from xinzhi.study.profiles import ProfileResult, profiles
from xinzhi.study.progress import Progress
from xinzhi.study.result import StudyResult
from xinzhi.study.runner import run
from xinzhi.study.schema import json_schema
from xinzhi.study.scorecards import ScorecardResult, scorecards
from xinzhi.study.scored import region_code
from xinzhi.study.study import Study, builtin, load, parse, source_of

__all__ = [
    "ChangeResult",
    "ProfileResult",
    "Progress",
    "ScorecardResult",
    "Study",
    "StudyResult",
    "builtin",
    "change",
    "json_schema",
    "load",
    "parse",
    "profiles",
    "region_code",
    "run",
    "scorecards",
    "source_of",
]
