"""The data of a study: read, checked, repaired, and cut to the regions and years asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from xinzhi.base.errors import DataError, UsageError, unknown
from xinzhi.base.recipe import plain
from xinzhi.base.text import Text
from xinzhi.study.schema import OWN, OwnIndicator, PanelFile, beside, text_of, years_of
from xinzhi.study.study import Study

if TYPE_CHECKING:
    from xinzhi.panel import Panel
    from xinzhi.panel.check import Findings


@dataclass(frozen=True)
class Prepared:
    """What the steps of a study work with.

    panel        repaired and cut
    whole        the same regions in all years that the data have, for what needs a history, such as a stock of capital
    findings     what the check said before the repair, about the figures, regions and years that are used
    presets      the study's own index systems, by name
    hashes       data name → SHA-256 of its content, before and after repair
    digest       changes whenever a number that a step can see does
    assumptions  limits of the data, repairs, proxies
    said         what was read, for the log
    """

    panel: Panel
    whole: Panel
    findings: Findings
    presets: Mapping[str, Any]
    hashes: Mapping[str, str]
    digest: str
    assumptions: tuple[Text, ...]
    said: Text


def prepare(study: Study) -> Prepared:
    """Read, describe, check, repair, derive, cut: in this order, so that a repair sees all years that the data have.

    Raises DataError for the first error that is left after the repair in the figures, regions and years that are used.
    """
    read = _entries(_read(study), study)
    keep, years = _regions(study, read), years_of(study.spec.years)
    presets = _presets(study)
    used = _used(study, presets)
    _refuse_unknown(study, read, presets)
    findings = _for(read.check(), keep, years or read.years, used)
    repaired = read.repair(study.spec.repair) if study.spec.repair else read
    left = _for(_part(repaired, used).check(), keep, years or read.years, used) if study.spec.repair else findings
    _refuse_errors(left, study)
    whole = _cut(_derive(repaired, study), keep, None)
    panel = whole if years is None else _cut(whole, keep, years)
    hashes = {read.name: read.hash, f"{read.name} (as used)": panel.hash}
    return Prepared(
        panel=panel,
        whole=whole,
        findings=findings,
        presets=presets,
        hashes=hashes,
        digest=_digest(panel, whole, presets),
        assumptions=_assumptions(panel),
        said=Text("读入{title}：{n} 个地区、{m} 个指标", "read {title}: {n} regions, {m} indicators").fill(
            title=panel.title, n=len(panel.regions), m=len(panel.columns)
        ),
    )


def _read(study: Study) -> Panel:
    import xinzhi
    from xinzhi.atlas import read_places

    source = study.spec.panel
    if not isinstance(source, PanelFile):
        panel: Panel = xinzhi.load(source)
    else:
        options = source.read.model_dump(exclude_defaults=True)
        if source.places and source.places != "china":
            shapes = beside(study.folder, source.boundaries) if source.boundaries else None
            options["places"] = read_places(beside(study.folder, source.places), boundaries=shapes)
        paths = [source.file] if isinstance(source.file, str) else list(source.file)
        panel = xinzhi.read([beside(study.folder, path) for path in paths], **options)
        title = text_of(source.title) if source.title else panel.title
        places = options.get("places", panel.places)  # a stored panel knows its regions but not their boundaries
        panel = replace(panel, name=source.name or Path(paths[0]).stem, title=title, places=places)
    if study.spec.groupings:
        from xinzhi.atlas import read_groupings

        own = read_groupings(beside(study.folder, study.spec.groupings), places=panel.places)
        panel = replace(panel, places=replace(panel.places, own={**panel.places.own, **own}))
    return panel


def _entries(panel: Panel, study: Study) -> Panel:
    """The panel with the study's own words about its columns."""
    told = {n: e for n, e in study.spec.indicators.items() if not e.formula}
    for name in told:
        panel.indicator(name)
    entries = {name: _entry(name, e, panel) for name, e in told.items()}
    return replace(panel, indicators={**panel.indicators, **entries})


def _entry(name: str, said: OwnIndicator, panel: Panel) -> Any:
    from xinzhi.panel import Indicator

    known = panel.indicators.get(name, Indicator(name))
    words = {k: v for k in ("zh", "en", "unit", "source", "note") if (v := getattr(said, k))}
    if said.direction:
        words["direction"] = 1 if said.direction == "+" else -1
    return replace(known, **words)


def _derive(panel: Panel, study: Study) -> Panel:
    """The panel with the study's own formulas as further columns; one may use those written before it."""
    for name, entry in study.spec.indicators.items():
        if entry.formula:
            panel = panel.with_column(name, panel.evaluate(entry.formula), _entry(name, entry, panel))
    return panel


def _regions(study: Study, panel: Panel) -> list[str]:
    """Codes of the regions to keep, in the panel's order."""
    wanted = None if study.spec.regions is None else {_code(r, panel) for r in study.spec.regions}
    dropped = {_code(r, panel) for r in study.spec.without}
    kept = [r for r in panel.regions if (wanted is None or r in wanted) and r not in dropped]
    if not kept:
        raise UsageError(
            f"{study.name}：去掉 without 之后没有剩下任何地区",
            f"{study.name}: no region is left after `without`",
            code="416",
        )
    return kept


def _code(text: str, panel: Panel) -> str:
    from xinzhi.study.scored import region_code

    return region_code(panel, text)


def _cut(panel: Panel, regions: list[str], years: list[int] | None) -> Panel:
    cut = panel.select(years=years, regions=regions)
    touched = cut.touched
    seen = touched["region"].isin(cut.regions) & touched["year"].isin(cut.years)
    return replace(cut, touched=touched[seen].reset_index(drop=True))


def _for(findings: Findings, regions: list[str], years: list[int], used: set[str]) -> Findings:
    """The findings about the figures that are used (all where no step says), and those about none in particular."""
    frame = findings.frame
    place = frame["region"].isna() | frame["region"].isin(["", *regions])
    year = pd.to_numeric(frame["year"], errors="coerce")
    what = (frame["indicator"] == "") | frame["indicator"].isin(used) if used else True
    kept = place & (year.isna() | year.isin(years)) & what
    found = tuple(f for f, keep in zip(findings.found, kept, strict=True) if keep)
    return replace(findings, frame=frame[kept].reset_index(drop=True), found=found)


def _part(panel: Panel, used: set[str]) -> Panel:
    """The columns that are used, so that a second look costs little; all where no step says which."""
    return panel.select([c for c in panel.columns if c in used]) if used else panel


def _used(study: Study, presets: Mapping[str, Any]) -> set[str]:
    """Columns of the panel that some step reads, own formulas followed to what they are made of."""
    from xinzhi.panel import formula as formulas

    own = {name: e.formula for name, e in study.spec.indicators.items() if e.formula}
    waiting = [name for step in study.steps.values() for name in step.uses(presets)]
    used: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in own and name not in used:
            waiting += formulas.names(own[name])
        used.add(name)
    return used


def _refuse_unknown(study: Study, panel: Panel, presets: Mapping[str, Any]) -> None:
    """Name the first figure of a step that neither the data nor the study have, before anything is computed."""
    from xinzhi.study.steps.figure import OfFigure

    known = [*panel.columns, *study.spec.indicators]
    for name, step in study.steps.items():
        strange = next((n for n in step.uses(presets) if n not in known), None) if isinstance(step, OfFigure) else None
        if strange is not None:
            raise unknown(Text(f"指标（步骤 {name}）", f"indicator (step {name})"), strange, known, code="423")


def _refuse_errors(findings: Findings, study: Study) -> None:
    frame = findings.frame
    errors = frame[(frame["severity"] == "error") & ~frame["kind"].isin(study.spec.accept)]
    if errors.empty:
        return
    first = errors.iloc[0]
    cell = f"（{first['cell']}）" if first["cell"] else ""
    more = len(errors) - 1
    zh = f"；另有 {more} 处，用 xinzhi data check 查看" if more else ""
    en = f"; {more} more, see xinzhi data check" if more else ""
    raise DataError(
        f"{first['message']}{cell}。请改正或在 repair 中处理；已核实无误的写 accept: [{first['kind']}]{zh}",
        f"{first['message']}{cell.replace('（', ' (').replace('）', ')')}. Correct or repair it; where it is right, write accept: [{first['kind']}]{en}",
        code="420",
    )


def _presets(study: Study) -> Mapping[str, Any]:
    from xinzhi.measure.preset import Preset
    from xinzhi.measure.presets import read_presets

    written = study.spec.presets
    if isinstance(written, str):
        found: dict[str, Any] = dict(read_presets(beside(study.folder, written)))
    else:
        found = {
            name: Preset.model_validate({**body.model_dump(exclude_defaults=True), "id": name})
            for name, body in (written or {}).items()
        }
    return {**_of_indicators(study), **found}


def _of_indicators(study: Study) -> dict[str, Any]:
    """The index system that the study's own indicators with a direction make up; none where none has one."""
    from xinzhi.measure.presets import preset

    layers: dict[str, dict[str, Any]] = {}
    for name, entry in study.spec.indicators.items():
        if entry.direction:
            words = {"zh": entry.layer or "指标", "en": entry.layer or "Indicators"}
            layer = layers.setdefault(entry.layer or OWN, {**words, "indicators": []})
            kept = entry.model_dump(include={"zh", "en", "unit", "direction", "weight"}, exclude_defaults=True)
            layer["indicators"].append({"id": name, "formula": entry.formula or name, **kept})
    system = {"zh": study.title.zh, "en": study.title.en, "layers": layers}
    return {OWN: preset({study.id: system})} if layers else {}


def _digest(panel: Panel, whole: Panel, presets: Mapping[str, Any]) -> str:
    """A hash over values, dictionary, names and own index systems."""
    digest = hashlib.sha256(panel.hash.encode())
    digest.update(whole.hash.encode())
    digest.update(repr(sorted((k, plain(v)) for k, v in panel.indicators.items())).encode())
    digest.update(repr(sorted((k, v.model_dump(mode="json")) for k, v in presets.items())).encode())
    places = panel.places.frame.reindex(panel.regions)
    digest.update(pd.util.hash_pandas_object(places.astype("str"), index=True).to_numpy().tobytes())
    digest.update(repr(sorted(plain(panel.places.own).items())).encode())
    return digest.hexdigest()


def _assumptions(panel: Panel) -> tuple[Text, ...]:
    from xinzhi.panel.panel import MARKS

    said = list(panel.limits)
    for (mark, name), cells in panel.touched.groupby(["mark", "indicator"], sort=True):
        how = MARKS.get(str(mark), Text(str(mark), str(mark)))
        what = panel.indicators[str(name)].name if str(name) in panel.indicators else Text(str(name), str(name))
        said.append(
            Text("{what}：{n} 个数据经{how}得到", "{what}: {n} cells were {how}").fill(what=what, n=len(cells), how=how)
        )
    return tuple(said)
