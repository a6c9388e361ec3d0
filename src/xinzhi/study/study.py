"""A study: the question, the data, the steps, as one file that can be read, checked and run again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from xinzhi.base.errors import UsageError, unknown
from xinzhi.base.text import Text
from xinzhi.study.faults import refuse
from xinzhi.study.schema import StudyBase, study_model, text_of
from xinzhi.study.written import Written, read_yaml, read_yaml_file

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from xinzhi.study.steps.step import Runnable

BUILT_IN = "nqpf-provinces"


@dataclass(frozen=True)
class Study:
    """A study that has been read and checked.

    spec    what the file says
    folder  what paths in it are relative to
    name    how the file is called in messages
    handle  what `load` takes to find it: its file, or the name of a built-in study
    """

    spec: StudyBase
    folder: Path
    name: str
    handle: str

    @property
    def id(self) -> str:
        """Id of the study."""
        return self.spec.study

    @property
    def title(self) -> Text:
        """Title of the study and of its report."""
        return text_of(self.spec.title)

    @property
    def about(self) -> Text:
        """What is asked."""
        return text_of(self.spec.about)

    @cached_property
    def steps(self) -> dict[str, Runnable]:
        """The steps by id, in the order of the file."""
        found: dict[str, Runnable] = {}
        for step in self.spec.steps:  # type: ignore[attr-defined]  # the field is made from the known kinds
            name = step.id or step.kind
            if name in found:
                raise UsageError(
                    f"{self.name}：有两个步骤都叫 {name}；请给其中一个写上 id",
                    f"{self.name}: two steps are called {name}; give one of them an id",
                    code="411",
                )
            found[name] = step
        return found


def builtin() -> list[str]:
    """Names of the studies that come with the program."""
    return sorted(p.name.removesuffix(".yaml") for p in _folder().iterdir() if p.name.endswith(".yaml"))


def source_of(name: str) -> str:
    """The text of a built-in study; an unknown name is refused with the nearest suggested."""
    if name not in builtin():
        raise unknown(Text("内置研究", "built-in study"), name, builtin(), code="405")
    return (_folder() / f"{name}.yaml").read_text("utf-8")


def _folder() -> Traversable:
    return files("xinzhi") / "data" / "studies"


def load(source: str | Path | Mapping[str, Any] | None = None, folder: str | Path | None = None) -> Study:
    """Read a study: a path, the name of a built-in study, its content as a mapping, or nothing for the built-in one.

    The path may also be the `recipe.json` of a finished run, which is the same study again.

    `folder` is what relative paths inside it refer to; the file's own folder where it is not given.
    Raises UsageError with file, line and key for anything that is not in the schema.
    """
    if isinstance(source, Mapping):
        return _checked(Written("study", dict(source)), Path(folder or "."))
    name = str(source or BUILT_IN)
    if name in builtin():
        return replace(parse(source_of(name), f"{name}.yaml", folder), handle=name)
    path = Path(name)
    if not path.suffix and not path.exists():
        raise unknown(Text("内置研究或研究文件", "built-in study or study file"), name, builtin(), code="405")
    if path.suffix.lower() in (".csv", ".tsv", ".xls", ".xlsx", ".dta", ".parquet"):
        raise UsageError(
            f"{path.name} 是数据文件，不是研究；先用 xinzhi init 新建研究，再写 panel: {{file: {path.name}}}",
            f"{path.name} is a data file, not a study; make one with xinzhi init and write panel: {{file: {path.name}}}",
            code="406",
        )
    written = read_yaml_file(path)
    if isinstance(written.data, dict) and isinstance(written.data.get("study"), dict):
        return _from_recipe(written, path, folder)
    return _checked(written, Path(folder or path.parent))


def _from_recipe(written: Written, path: Path, folder: str | Path | None) -> Study:
    """The study that a recipe holds; its folder is written relative to the recipe."""
    lines = {place[1:]: line for place, line in written.lines.items() if place[:1] == ("study",)}
    home = Path(folder or path.parent / str(written.data.get("folder", ".")))
    return _checked(Written(written.name, written.data["study"], lines), home)


def parse(text: str, name: str, folder: str | Path | None = None) -> Study:
    """A study from YAML text, called `name` in messages; relative paths in it refer to `folder`, here by default."""
    return _checked(read_yaml(text, name), Path(folder or "."))


def _checked(written: Written, folder: Path) -> Study:
    if not isinstance(written.data, dict):
        raise UsageError(
            f"{written.name} 是空的，或不是若干“键：值”；可用 xinzhi init 得到一份可运行的研究",
            f"{written.name} is empty or not a set of `key: value`; xinzhi init writes a study that runs",
            code="406",
        )
    try:
        spec = study_model().model_validate(written.data)
    except ValidationError as error:
        raise refuse(written, error) from None
    study = Study(spec, folder, written.name, written.name)
    from xinzhi.study.plan import plan

    plan(study)
    return study
