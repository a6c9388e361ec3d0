"""What a verb works on: a bundled panel by name, a data file, or the panel and index systems of a study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xinzhi.base.errors import UsageError

if TYPE_CHECKING:
    from xinzhi.panel import Panel
    from xinzhi.study import Study

DEFAULT_PRESET = "three-layers"


@dataclass(frozen=True)
class Source:
    """A panel, the index systems that come with it, and the study it is from, None where it is from none.

    whole  the panel in all years that its data have, where a study cut it; None where nothing was cut
    """

    panel: Panel
    presets: Mapping[str, Any] = field(default_factory=dict)
    study: Study | None = None
    whole: Panel | None = None

    def system(self, name: str | None) -> Any:
        """The index system called `name`; without a name that of the study's first index, else the three layers."""
        from xinzhi.study.steps.index import Index

        if name is None and self.study is not None:
            for step in self.study.steps.values():
                if isinstance(step, Index):
                    return step.system(self.presets)
        chosen = name or DEFAULT_PRESET
        return self.presets.get(chosen, chosen)


def source_of(name: str, **read: Any) -> Source:
    """The source called `name`: a study file brings its panel (repaired) and its own index systems."""
    if Path(name).suffix in (".yaml", ".yml"):
        from xinzhi.study import load
        from xinzhi.study.data import prepare

        study = load(name)
        data = prepare(study)
        return Source(data.panel, data.presets, study, data.whole if study.spec.years else None)
    return Source(panel_of(name, **read))


def panel_of(name: str, **read: Any) -> Panel:
    """The bundled panel called `name`, or the panel in the file `name`; `-` reads CSV from standard input."""
    import xinzhi

    options = {key: value for key, value in read.items() if value is not None}
    if name == "-":
        return _from_stdin(options)
    if Path(name).suffix or Path(name).exists():
        return xinzhi.read(name, **options)  # type: ignore[no-any-return]
    if options:
        raise UsageError(
            f"{next(iter(options))} 只用于数据文件，{name} 是内置面板",
            f"{next(iter(options))} is for data files; {name} is a bundled panel",
            code="507",
        )
    return xinzhi.load(name)  # type: ignore[no-any-return]


def _from_stdin(options: dict[str, Any]) -> Panel:
    import sys
    from tempfile import TemporaryDirectory

    import xinzhi

    with TemporaryDirectory() as folder:
        path = Path(folder) / "stdin.csv"
        path.write_bytes(sys.stdin.buffer.read())
        return xinzhi.read(path, **options)  # type: ignore[no-any-return]


def years_option(written: str | None) -> list[int] | None:
    """`2022`, `2011-2022` or `2011,2015` as years."""
    from xinzhi.study.schema import years_of

    try:
        if written and "," in written:
            return years_of(tuple(int(part) for part in written.split(",")))
        return years_of(written)
    except ValueError:
        raise UsageError(
            f"--years 无法理解「{written}」；请写 2022、2011-2022 或 2011,2015",
            f"--years cannot read “{written}”; write 2022, 2011-2022 or 2011,2015",
            code="508",
        ) from None


def year_of(panel: Panel, year: int | None) -> int:
    """The year asked for, the latest of the panel where none was."""
    if year is not None and year not in panel.years:
        raise UsageError(
            f"没有 {year} 年的数据；现有 {panel.years[0]}–{panel.years[-1]} 年",
            f"there is no data for {year}; it covers {panel.years[0]}–{panel.years[-1]}",
            code="033",
        )
    return panel.years[-1] if year is None else year
