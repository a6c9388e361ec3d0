"""A declarative study: schema, planner, runner, provenance."""

from xinzhi.study.progress import Progress
from xinzhi.study.result import StudyResult
from xinzhi.study.runner import run
from xinzhi.study.schema import json_schema
from xinzhi.study.study import Study, builtin, load, source_of

__all__ = ["Progress", "Study", "StudyResult", "builtin", "json_schema", "load", "run", "source_of"]
