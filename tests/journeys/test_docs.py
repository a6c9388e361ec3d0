"""What README and guides say is so: commands exist, examples run, links lead somewhere, nothing names a machine."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
GUIDES = [*sorted((ROOT / "docs" / "zh").glob("*.md")), *sorted((ROOT / "docs" / "en").glob("*.md"))]
PAGES = [
    README,
    ROOT / "CHANGELOG.md",
    *GUIDES,
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "api").glob("*.md")),
]
BLOCK = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def named(path: Path) -> str:
    """The path as a test's name."""
    return path.relative_to(ROOT).as_posix()


def blocks(path: Path, language: str) -> list[str]:
    """The blocks of code in one language."""
    return [code for found, code in BLOCK.findall(path.read_text("utf-8")) if found == language]


def run(codes: list[str]) -> list[str]:
    """What each block prints; the blocks of a page share their names, as a reader would have it."""
    names: dict[str, object] = {}
    printed = []
    for code in codes:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(code, "block", "exec"), names)
        printed.append(out.getvalue())
    return printed


def test_make_targets_of_the_readme_exist():
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"^(?:\$ )?make (\w+)$|`make (\w+)`", README.read_text("utf-8"), re.MULTILINE))
    wanted = {one or other for one, other in named}
    assert {"demo", "test"} <= wanted <= targets


def test_readme_prints_what_it_shows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("XINZHI_LANG", raising=False)
    (tmp_path / "out").mkdir()
    assert run(blocks(README, "python")) == blocks(README, "text")
    assert (tmp_path / "out" / "index.xlsx").stat().st_size > 10_000


@pytest.mark.parametrize("page", [p for p in GUIDES if blocks(p, "python")], ids=named)
def test_examples_of_the_guides_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    printed = run(blocks(page, "python"))
    assert any(printed)


def test_studies_of_the_guides_are_studies():
    from xinzhi import study

    for page in (p for p in GUIDES if p.name == "study.md"):
        whole, own = blocks(page, "yaml")
        assert len(study.parse(whole, named(page)).steps) == 8
        least = "study: own\ntitle: own\npanel: china-provinces\nsteps: [{kind: index}]\n"
        assert study.parse(least + own, named(page)).spec.indicators.keys() == {"output_per_head", "carbon_intensity"}


def test_verbs_named_in_readme_and_guides_exist():
    from xinzhi.cli.verbs import DATA_VERBS, VERBS

    for page in PAGES:
        for first, second in re.findall(r"(?:\$ |`)xinzhi ([a-z]+)(?: ([a-z]+))?", page.read_text("utf-8")):
            assert first in {*VERBS, "data"}, f"{named(page)}: xinzhi {first}"
            assert first != "data" or not second or second in DATA_VERBS, f"{named(page)}: xinzhi data {second}"
    table = README.read_text("utf-8").partition("## 命令行")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `xinzhi (\w+)", table, re.MULTILINE)) >= {
        "run",
        "index",
        "gap",
        "space",
        "explain",
        "data",
    }


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_and_pictures_lead_somewhere(page):
    text = BLOCK.sub("", page.read_text("utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        if "://" in target:
            continue
        assert not path or (page.parent / path).exists(), target
        assert path or not anchor or re.search(rf"^#+ {anchor}$", text, re.MULTILINE | re.IGNORECASE), target


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_page_in_a_table_of_contents_exists(page):
    for name in re.findall(r"^```\{toctree\}\n(.*?)^```$", page.read_text("utf-8"), re.DOTALL | re.MULTILINE):
        for entry in (line for line in name.splitlines() if line and not line.startswith(":")):
            assert (page.parent / f"{entry}.md").exists(), entry


def test_both_languages_have_the_same_pages():
    assert {p.name for p in GUIDES if p.parent.name == "zh"} == {p.name for p in GUIDES if p.parent.name == "en"}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_nothing_names_a_machine(page):
    assert not re.search(r"(?<![\w.])/(?:work|home|tmp|root|Users)/|[A-Z]:\\|localhost", page.read_text("utf-8"))


@pytest.mark.parametrize(
    "room", ["atlas", "chart", "disparity", "measure", "panel", "productivity", "report", "space", "study"]
)
def test_docstrings_become_clean_pages(room, monkeypatch):
    """The site is built with warnings as errors; what could make it fail is found here, in the docstring."""
    from docutils.core import publish_doctree

    monkeypatch.syspath_prepend(ROOT / "docs")
    process = importlib.import_module("docstrings").process
    module = importlib.import_module(f"xinzhi.{room}")
    for name in module.__all__:
        thing = getattr(module, name)
        for each in [thing, *(vars(thing).values() if inspect.isclass(thing) else ())]:
            if not (written := inspect.getdoc(each) if callable(each) or isinstance(each, property) else None):
                continue
            lines = written.splitlines()
            process(None, "object", name, each, None, lines)
            said = io.StringIO()
            publish_doctree("\n".join(lines), settings_overrides={"warning_stream": said, "report_level": 1})
            assert not said.getvalue(), f"{name}: {said.getvalue()}"


def test_pictures_are_small_and_belong_to_both_languages():
    pictures = sorted((ROOT / "docs" / "_static").glob("*.png"))
    assert {p.stem[:-3] for p in pictures if p.stem.endswith("-zh")} == {
        p.stem[:-3] for p in pictures if p.stem.endswith("-en")
    }
    for picture in pictures:
        assert picture.stat().st_size <= 300_000, picture.name
        assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
