"""The shape of a study file: what may be written in `study.yaml`, and nothing else."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model, field_validator
from pydantic_core import PydanticCustomError

from xinzhi.base.text import Text

Output = Literal["html", "docx", "xlsx", "figures", "results"]
OWN = "indicators"  # the index system made up of the study's own indicators
OUTPUTS: tuple[Output, ...] = ("html", "docx", "xlsx", "figures", "results")


class Part(BaseModel):
    """A part of a study file: unknown keys are refused, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, use_attribute_docstrings=True)


class Words(Part):
    """One wording for each language."""

    zh: str
    """The Chinese wording."""
    en: str
    """The English wording."""


def text_of(words: str | Words) -> Text:
    """The words as a text; a plain string serves both languages."""
    return Text(words, words) if isinstance(words, str) else Text(words.zh, words.en)


class Reading(Part):
    """What is stated about a data file; the rest is detected. The options of `xinzhi.read`."""

    layout: Literal["long", "wide-by-year", "wide-by-indicator", "years-by-region", "one-region"] | None = None
    """How the table is laid out."""
    sheet: str | int | None = None
    """Name or position of the sheet."""
    region: str | None = None
    """Header of the column of places, or the one place that the file is about."""
    year: int | str | None = None
    """Header of the column of years, or the one year that the file is about."""
    indicator: str | dict[str, str] | None = None
    """Id of the one indicator of the file, or header: id."""
    missing: tuple[str, ...] = ()
    """Texts that mean missing."""
    unit: str | dict[str, str] | None = None
    """Unit of the one indicator, or id: unit."""
    encoding: str | None = None
    """Encoding of a text file."""
    level: str | None = None
    """Level of the places, such as province."""
    accept_suggestions: bool = False
    """Take places that are suggested, not certain; each is recorded."""
    where: dict[str, str | int] | None = None
    """Header: text; only rows with this text in that column are read, such as 口径: 全市."""
    leave_out: tuple[str, ...] = ()
    """Places whose rows are not read, as the file writes them."""
    large: bool = False
    """Read a file beyond 100 MB."""


class PanelFile(Part):
    """A panel of the user's own: a file, or several, and how to read them."""

    file: str | Annotated[tuple[str, ...], Field(min_length=1)]
    """Path of the data file, relative to the study file; several are read one by one and joined."""
    read: Reading = Reading()
    """How to read it, where it is not to be detected."""
    places: str | None = None
    """CSV file with the user's own regions (code, zh, en, level, parent), or `china`."""
    boundaries: str | None = None
    """GeoJSON file with the boundaries of these regions."""
    name: str | None = None
    """Id of the panel; the file's name where it is not given."""
    title: str | Words | None = None
    """What the panel is."""


class OwnIndicator(Part):
    """An indicator of the user's own: a formula over ids of the panel, or an entry for one of its columns."""

    zh: str = ""
    """Chinese name."""
    en: str = ""
    """English name."""
    unit: str = ""
    """Unit of the values."""
    formula: str = ""
    """Arithmetic over indicator ids; empty where the column is in the panel already."""
    direction: Literal["+", "-"] | None = None
    """Whether larger (+) or smaller (-) is better; with it the indicator enters an index that names no preset."""
    layer: str = ""
    """The layer of such an index that it belongs to."""
    weight: float | None = Field(default=None, ge=0)
    """Its importance in that layer, for weights: given."""
    source: str = ""
    """Where the values come from."""
    note: str = ""
    """What a reader must know: proxies, breaks."""


class Step(Part):
    """One step of a study. A kind of step is a class of its own in `xinzhi.study.steps`."""

    id: str = Field(default="", pattern=r"^[a-z][a-z0-9_-]*$|^$")
    """Name of the step in files and in `of`; its kind where it is not given."""
    of: tuple[str, ...] = ()
    """Ids of the steps whose results it takes, where a study has several of a kind."""
    seed: int | None = Field(default=None, ge=0)
    """Seed of this step; the study's where it is not given."""

    @field_validator("of", mode="before")
    @classmethod
    def _one_or_more(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value


class StudyBase(Part):
    """Everything in a study file except the steps, whose kinds are listed in `xinzhi.study.steps`."""

    study: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    """Id of the study: lower-case letters, digits, hyphens."""
    title: str | Words
    """Title of the study and of its report."""
    about: str | Words = ""
    """What is asked, in a sentence or two."""
    panel: str | PanelFile
    """Name of a bundled panel, or a file of the user's own."""
    years: str | tuple[int, ...] | None = None
    """`2011-2022`, or a list of years; all years of the panel where it is not given."""
    regions: tuple[str, ...] | None = None
    """Codes or names of the regions to keep; all where it is not given."""
    without: tuple[str, ...] = ()
    """Codes or names of regions to leave out."""
    indicators: dict[str, OwnIndicator] = Field(default_factory=dict)
    """Indicators of the user's own, by id."""
    presets: Any = None
    groupings: str | None = None
    """YAML file with groupings of the user's own."""
    repair: tuple[Any, ...] = ()
    accept: tuple[str, ...] = ()
    """Kinds of errors in the data that were looked into and accepted, such as unit-jump."""
    outputs: tuple[Output, ...] = OUTPUTS
    """What to write."""
    languages: tuple[Literal["zh", "en"], ...] = ("zh",)
    """Languages of the report, the main one first."""
    seed: int = Field(default=0, ge=0)
    """Seed of everything random."""

    @field_validator("years")
    @classmethod
    def _ascending(cls, value: str | tuple[int, ...] | None) -> str | tuple[int, ...] | None:
        return ascending(value)

    @field_validator("regions", "without", mode="before")
    @classmethod
    def _codes_are_text(cls, value: Any) -> Any:
        return [str(v) for v in value] if isinstance(value, list) else value


@lru_cache(maxsize=1)
def study_model() -> type[StudyBase]:
    """The model of a whole study file, with every kind of step and of repair that is known."""
    from xinzhi.measure.preset import Preset
    from xinzhi.panel.repair.plan import AnyStep
    from xinzhi.study.steps import KINDS

    known: Any = Annotated[_union(tuple(KINDS.values())), Field(discriminator="kind")]
    several: Any = tuple.__class_getitem__((known, ...))
    steps: Any = Annotated[several, Field(min_length=1, description="What to do, in order of reading.")]
    mending: Any = tuple.__class_getitem__((AnyStep, ...))
    words = "Repair steps in order; each touched cell is recorded."
    repair: Any = Annotated[mending, Field(default=(), description=words)]
    here: Any = create_model("PresetHere", __base__=Preset, id=(str, ""))  # its key in the file is its id
    words = "Index systems of the study's own: a YAML file, or the same written here."
    systems: Any = Annotated[str | dict[str, here] | None, Field(default=None, description=words)]
    return create_model(
        "StudyFile", __base__=StudyBase, steps=(steps, ...), repair=(repair, ()), presets=(systems, None)
    )


def _union(types: tuple[Any, ...]) -> Any:
    out = types[0]
    for each in types[1:]:
        out = out | each
    return out


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a study file, for editors that complete and check while typing."""
    schema = study_model().model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Xinzhi study"}


def ascending(value: str | tuple[int, ...] | None) -> str | tuple[int, ...] | None:
    """The years as written, for a field of a study file; what cannot be read is refused."""
    try:
        years_of(value)
    except ValueError:
        said = Text("应写作 2011-2022 或由早到晚的年份列表", "must be 2011-2022 or a list of years in ascending order")
        raise PydanticCustomError("said", "years", {"zh": said.zh, "en": said.en}) from None
    return value


def years_of(written: str | tuple[int, ...] | None) -> list[int] | None:
    """The years that `2011-2022` or a list means; None means all. ValueError where they do not ascend or are no years."""
    if written is None:
        return None
    if isinstance(written, str):
        first, _, last = written.replace("–", "-").partition("-")
        years = list(range(int(first), int(last or first) + 1))
    else:
        years = [int(y) for y in written]
    if not years or years != sorted(set(years)) or not 1000 <= years[0] <= years[-1] <= 9999:
        raise ValueError(written)
    return years


def beside(folder: Path, written: str) -> Path:
    """A path as written in a study file, relative to the folder of that file."""
    path = Path(written).expanduser()
    return path if path.is_absolute() else folder / path
