"""A whole report on a small study of places that are not in China, with names that try to break out."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from xinzhi import report
from xinzhi.atlas.places import Places
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Text
from xinzhi.measure.audit.face import audit
from xinzhi.measure.index.face import index
from xinzhi.panel import Indicator, Panel
from xinzhi.study import StudyResult, change, load, profiles

NAMES = {
    "a1": "=1+1",
    "a2": "<script>alert(1)</script>",
    "a3": "@x",
    "a4": "-y",
    "a5": '"><b onload=z>',
    "a6": "Plain & co",
}
YEARS = (2019, 2020, 2021)
PRESET = {
    "small": {
        "zh": "试验指数",
        "en": "Trial <index>",
        "layers": {
            "one": {"zh": "甲层", "en": "Layer one", "indicators": [
                {"id": "x1", "zh": "甲一", "en": "=First", "formula": "u", "direction": "+"},
                {"id": "x2", "zh": "甲二", "en": "Second", "formula": "v / w", "direction": "-"}]},
            "two": {"zh": "乙层", "en": "Layer two", "indicators": [
                {"id": "x3", "zh": "乙一", "en": "Third", "formula": "w", "direction": "+"},
                {"id": "x4", "zh": "乙二", "en": "Fourth", "formula": "v", "direction": "+"}]},
        },
    }
}  # fmt: skip


@dataclass(frozen=True)
class Odd(Result):
    """A result of a step that the report does not know, without summary or figure."""

    frame: pd.DataFrame
    recipe: Recipe

    def tables(self) -> dict[str, Table]:
        """Its only table."""
        columns = (Column("name", Text("名称", "name"), style="text"), Column("x", Text("数值", "value")))
        return {"main": Table(self.frame, columns, Text("另一张表", "Another table"), Text("读法。", "Read it so."))}


def panel(years: tuple[int, ...] = YEARS) -> Panel:
    draw = np.random.default_rng(7)
    keys = pd.MultiIndex.from_product([list(NAMES), years], names=["region", "year"])
    frame = pd.DataFrame(draw.uniform(1, 9, (len(keys), 3)), index=keys, columns=["u", "v", "w"])
    frame.loc[("a4", years[-1]), "u"] = np.nan
    places = pd.DataFrame(
        {"zh": NAMES, "en": NAMES, "short_zh": NAMES, "short_en": NAMES, "level": "district", "parent": ""}
    ).rename_axis("code")
    entries = {
        "u": Indicator("u", "甲<数>", "U figures", "t", source="Somebody", proxy_for="<i>output</i>"),
        "v": Indicator("v", "乙数", "V figures", "t"),
        "w": Indicator("w", "丙数", "W figures", "t"),
    }
    title = Text("试验面板", "Trial panel")
    return Panel(frame, entries, Places("own", Text("自有地区", "own places"), places), "trial", title)


def study(
    years: tuple[int, ...] = YEARS, aggregate: str = "arithmetic", outputs: list[str] | None = None
) -> StudyResult:
    data = panel(years)
    measured = index(data, PRESET, years=years, draws=60, aggregate=aggregate)
    audited = audit(measured, draws=60)
    results: dict[str, Result] = {"index": measured, "audit": audited}
    if len(years) > 1:
        results["change"] = change(measured, data.places)
    results["profiles"] = profiles(measured, data)
    steps = [{"kind": name} for name in results]
    spec: dict[str, Any] = {
        "study": "trial",
        "title": {"zh": "试验<研究>", "en": "Trial <study>"},
        "panel": "china-provinces",
        "steps": steps,
        "languages": ["zh", "en"],
    }
    results["odd"] = Odd(
        pd.DataFrame({"name": ["=2", "b"], "x": [0.1, None]}), Recipe("x.odd", Text("另一步", "Odd step"))
    )
    read = load(spec | ({"outputs": outputs} if outputs else {}))
    recipe = Recipe(
        "xinzhi.study.run", read.title, python='xinzhi.study.run("trial.yaml")', cli="xinzhi run trial.yaml"
    )
    return StudyResult(read, data, results, data.check(), recipe)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[StudyResult, dict[str, Path]]:
    done = study()
    return done, report.write(done, tmp_path_factory.mktemp("report"))


class Outline(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.lang = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(str(value))
            if name in ("href", "src", "xlink:href", "aria-labelledby"):
                self.links.append(str(value) if name != "aria-labelledby" else f"#{value}")
            if tag == "html" and name == "lang":
                self.lang = str(value)


@pytest.fixture(params=["html", "html.en"])
def page(request: pytest.FixtureRequest, written: tuple[StudyResult, dict[str, Path]]) -> str:
    return written[1][request.param].read_text("utf-8")


def test_everything_is_written_and_listed(written: tuple[StudyResult, dict[str, Path]]) -> None:
    _, paths = written
    folder = paths["recipe"].parent
    assert {p.name for p in folder.iterdir()} == {
        "report.html", "report.en.html", "report.docx", "report.en.docx", "tables.xlsx", "tables.en.xlsx", "figures", "results", "recipe.json",
    }  # fmt: skip
    listed = set(json.loads(paths["recipe"].read_text("utf-8"))["files"])
    assert listed == {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} - {"recipe.json"}
    assert {p.suffix for p in paths["figures"].iterdir()} == {".svg", ".png"}


def test_the_page_needs_nothing_and_runs_nothing(page: str) -> None:
    seen = Outline(page)
    assert not seen.tags & {"script", "link", "img", "iframe", "object", "embed", "form", "b"}
    assert not [name for name in seen.attributes if name.startswith("on")]
    assert all(link.startswith("#") for link in seen.links)
    assert not re.findall(r"url\((?!#|data:|\"?#)[^)]*\)", page)
    assert "default-src 'none'" in page


def test_links_and_labels_of_the_page_lead_somewhere(page: str) -> None:
    seen = Outline(page)
    repeated = {i for i in seen.ids if seen.ids.count(i) > 1}
    assert not repeated
    assert {link[1:] for link in seen.links} <= set(seen.ids)
    assert seen.lang in ("zh-CN", "en")
    assert "@media print" in page


def test_the_first_screen_answers_from_the_numbers(written: tuple[StudyResult, dict[str, Path]]) -> None:
    done, paths = written
    text = _text(paths["html.en"].read_text("utf-8"))
    now = done.results["index"].at()  # type: ignore[attr-defined]
    top, second = now.iloc[0], now.iloc[1]
    first = text[text.index("At a glance", text.index("Contents") + 80) :][:2500]
    assert f"{top.score:.3f} ({top.low:.3f}–{top.high:.3f})" in first
    assert f"{top.score - second.score:.3f} above {NAMES[second.region]}" in first
    chance = done.results["audit"].ahead(top.region, second.region)  # type: ignore[attr-defined]
    assert ("in every recomputation" if chance == 1 else f"{chance * 100:.0f}% sure") in first
    assert all(question in first for question in ("Who leads", "By how much", "How sure", "What changed"))


def test_the_english_page_speaks_english_only(written: tuple[StudyResult, dict[str, Path]]) -> None:
    text = _text(written[1]["html.en"].read_text("utf-8"))
    assert re.findall(r"[\u4e00-\u9fff]+", text) == ["新质"]


def test_gaps_and_proxies_are_flagged_where_figures_stand(written: tuple[StudyResult, dict[str, Path]]) -> None:
    text = _text(written[1]["html.en"].read_text("utf-8"))
    assert "1 missing" in text
    assert "is a proxy for <i>output</i>" in text
    assert text.count("How to read: ") >= 4


def test_every_figure_can_be_read_as_a_table(written: tuple[StudyResult, dict[str, Path]]) -> None:
    page = written[1]["html"].read_text("utf-8")
    figures = re.findall(r"<figure .*?</figure>", page, re.DOTALL)
    assert len(figures) == len(list(report.compose(written[0]).figures()))
    assert all(re.search(r"<details><summary>看数据表</summary>.*<tbody.*<td", f, re.DOTALL) for f in figures)
    assert all('role="img"' in f and 'aria-label="' in f for f in figures)


def test_every_table_and_figure_says_how_to_read_it(written: tuple[StudyResult, dict[str, Path]]) -> None:
    done = report.compose(written[0])
    assert all(f.read.zh and f.read.en for f in done.figures())
    unread = [e.id for e in done.exhibits() if not (e.table.note.zh and e.table.note.en)]
    assert not unread


def _text(page: str) -> str:
    kept: list[str] = []

    class Words(HTMLParser):
        silent = False

        def handle_starttag(self, tag: str, attrs: object) -> None:
            self.silent = tag == "style"

        def handle_data(self, data: str) -> None:
            if not self.silent:
                kept.append(data)

    Words().feed(page)
    return " ".join(kept)


def test_word_has_the_sections_tables_and_pictures(written: tuple[StudyResult, dict[str, Path]]) -> None:
    from docx import Document

    done, paths = written
    composed = report.compose(done)
    for name, first in (("docx", "一、总体判断"), ("docx.en", "1 At a glance")):
        doc = Document(str(paths[name]))
        heads = [p.text for p in doc.paragraphs if p.style.name == "Heading 1"]
        assert heads[0] == first
        assert len(heads) == len(composed.sections)
        assert len(doc.inline_shapes) == len(list(composed.figures()))
        words = "\n".join(c.text for t in doc.tables for row in t.rows for c in row.cells)
        assert all(label in words for label in NAMES.values())


def test_only_the_live_sheet_has_formulas(written: tuple[StudyResult, dict[str, Path]]) -> None:
    book = openpyxl.load_workbook(written[1]["xlsx.en"])
    formulas = {page.title for page in book for row in page for cell in row if cell.data_type == "f"}
    assert formulas == {"live-index"}
    assert {cell.value for row in book["index-ranking"] for cell in row} >= set(NAMES.values())


class Sheet:
    """Just enough of a spreadsheet to recalculate the live sheet without one."""

    def __init__(self, page: Any) -> None:
        self.page, self.known = page, {}  # type: ignore[var-annotated]

    def cell(self, name: str) -> Any:
        name = name.replace("$", "")
        if name not in self.known:
            value = self.page[name].value
            self.known[name] = self.value(value[1:]) if isinstance(value, str) and value.startswith("=") else value
        return self.known[name]

    def span(self, name: str) -> np.ndarray[Any, Any]:
        cells = self.page[name.replace("$", "")]
        return np.array([self.cell(c.coordinate) for row in cells for c in row], dtype=object)

    def value(self, formula: str) -> Any:
        python = re.sub(r"\$?[A-Z]+\$?\d+:\$?[A-Z]+\$?\d+", lambda m: f"S({m[0]!r})", formula)
        python = re.sub(r"(?<!['$A-Z:\d])\$?[A-Z]{1,2}\$?\d+(?![\d'(:])", lambda m: f"C({m[0]!r})", python)
        python = re.sub(r"(?<![<>=])=(?!=)", "==", python)
        names = {
            "S": lambda s: Span(self.span(s)), "C": self.cell, "SUM": lambda s: sum(v for v in s.cells if v is not None),
            "SUMPRODUCT": lambda *a: float(np.prod([p.numbers for p in a], axis=0).sum()), "LN": lambda v: v.apply(np.log) if isinstance(v, Span) else np.log(v),
            "EXP": np.exp, "ISNUMBER": lambda v: Span(np.array([_number(c) for c in v.cells])) if isinstance(v, Span) else _number(v), "IF": lambda c, a, b: a if c else b,
        }  # fmt: skip
        return eval(python, {"__builtins__": {}}, names)


def _number(value: Any) -> bool:
    return isinstance(value, int | float | np.floating) and not isinstance(value, bool)


class Span:
    """A range; a blank or a text counts as zero in products."""

    def __init__(self, cells: np.ndarray[Any, Any]) -> None:
        self.cells = cells

    @property
    def numbers(self) -> np.ndarray[Any, Any]:
        return np.array([float(c) if c is not None and not isinstance(c, str) else 0.0 for c in self.cells])

    def apply(self, change: Callable[[Any], Any]) -> Span:
        return Span(change(self.numbers))

    def _with(self, other: Any, change: Callable[[Any, Any], Any]) -> Span:
        return Span(change(self.numbers, other.numbers if isinstance(other, Span) else other))

    def __mul__(self, other: Any) -> Span:
        return self._with(other, np.multiply)

    __rmul__ = __mul__

    def __add__(self, other: Any) -> Span:
        return self._with(other, np.add)

    __radd__ = __add__

    def __truediv__(self, other: Any) -> Span:
        return self._with(other, np.divide)

    def __eq__(self, other: object) -> Span:  # type: ignore[override]
        return self._with(other, np.equal)

    def __gt__(self, other: object) -> Span:
        return self._with(other, np.greater)


def _live(folder: Path, done: StudyResult) -> Any:
    from xinzhi.report import workbook
    from xinzhi.report.context import Context

    path = workbook.write(folder / "t.xlsx", report.compose(done), Context(done), "en")
    return openpyxl.load_workbook(path)["live-index"]


@pytest.mark.parametrize("aggregate", ["arithmetic", "geometric", "harmonic"])
def test_live_formulas_give_the_scores_and_follow_the_weights(tmp_path: Path, aggregate: str) -> None:
    from xinzhi.measure.method import Method
    from xinzhi.measure.score import score

    done = study(aggregate=aggregate)
    measured: Any = done.results["index"]
    page = _live(tmp_path, done)
    rows = range(7, 7 + len(measured.frame))
    sheet = Sheet(page)
    np.testing.assert_allclose([sheet.cell(f"D{r}") for r in rows], measured.frame["score"], rtol=1e-12)
    assert [sheet.cell(f"E{r}") for r in rows] == measured.frame["rank"].tolist()
    changed = [5.0, 1.0, 0.0, 2.0]
    for column, weight in zip("IJKL", changed, strict=True):
        page[f"{column}4"] = weight
    given = tuple(w / sum(changed) for w in changed)
    inputs = measured.inputs
    method = replace(Method(aggregate=aggregate), weights="given", given=given)
    expected = score(inputs.x, inputs.direction, inputs.years, inputs.layers, method).scores
    moved = Sheet(page)
    np.testing.assert_allclose([moved.cell(f"D{r}") for r in rows], expected, rtol=1e-12)
    order = pd.Series(-expected).groupby(inputs.years).rank(method="min")
    assert [moved.cell(f"E{r}") for r in rows] == order.tolist()


def test_libreoffice_recalculates_the_same(tmp_path: Path) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("needs LibreOffice")
    done = study()
    page = _live(tmp_path, done)
    page.parent.save(tmp_path / "plain.xlsx")
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(tmp_path / "out"),
    ]
    subprocess.run([*command, str(tmp_path / "plain.xlsx")], check=True, capture_output=True)
    again = openpyxl.load_workbook(tmp_path / "out" / "plain.xlsx", data_only=True)["live-index"]
    scores = [again[f"D{7 + i}"].value for i in range(len(done.results["index"].frame))]
    np.testing.assert_allclose(scores, done.results["index"].frame["score"], rtol=1e-12)


def test_results_come_back_through_duckdb(written: tuple[StudyResult, dict[str, Path]]) -> None:
    import duckdb

    done, paths = written
    back = duckdb.sql(f"select * from '{paths['results'] / 'index.parquet'}'").df()
    pd.testing.assert_frame_equal(back, done.results["index"].frame, check_dtype=False)
    names = {p.stem for p in paths["results"].iterdir()}
    assert {"panel", "index", "index-layers", "audit", "audit-sobol", "change", "odd"} <= names


def test_a_panel_of_one_year_without_boundaries_still_reports(tmp_path: Path) -> None:
    done = study((2020,), outputs=["html"])
    paths = report.write(done, tmp_path, "en")
    text = _text(paths["html"].read_text("utf-8"))
    assert set(paths) == {"html", "recipe"}
    assert "What changed" not in text
    assert "Odd step" in text


def test_two_indices_and_no_index_are_both_told(tmp_path: Path) -> None:
    done = study((2019, 2020), outputs=["html", "xlsx"])
    measured = done.results["index"]
    spec = done.study.spec.model_dump(exclude_none=True)
    spec["steps"] = [{"kind": "index", "id": "one"}, {"kind": "index", "id": "two"}]
    twice = replace(done, study=load(spec), results={"one": measured, "two": measured})
    seen = Outline(report.write(twice, tmp_path / "two", "zh")["html"].read_text("utf-8"))
    assert {"overview", "two", "figure-one-bars", "figure-two-bars"} <= set(seen.ids)
    assert len(seen.ids) == len(set(seen.ids))
    book = openpyxl.load_workbook(tmp_path / "two" / "tables.xlsx")
    assert {"可调指数-one", "可调指数-two"} <= set(book.sheetnames)
    alone = replace(
        done, results={"odd": Odd(pd.DataFrame({"name": ["x"], "x": [1.0]}), Recipe("x", Text("步", "step")))}
    )
    page = report.write(alone, tmp_path / "none", "zh")["html"].read_text("utf-8")
    assert {"overview", "odd", "methods", "data", "recipe"} <= set(Outline(page).ids)


def test_a_report_that_fails_leaves_the_earlier_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = study((2020,), outputs=["html", "docx"])
    report.write(done, tmp_path, "en")
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}

    def broken(*_: object) -> Iterator[None]:
        raise OSError("disk full")

    monkeypatch.setattr("xinzhi.base.export.word.written_aside", broken)
    with pytest.raises(OSError, match="disk full"):
        report.write(done, tmp_path, "en")
    after = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    assert after == before
