"""The door for others: an invented country, from a wide CSV and a GeoJSON to index, report and map; and the examples."""

import json
import math
import re

import numpy as np
import pytest

import xinzhi
from xinzhi.panel.store import read_parquet

NAMES = {
    "A1": "Aldra",
    "B2": "Bréval",
    "C3": "Corrin & Sons",
    "D4": "Dunmoor",
    "E5": "Elster",
    "F6": "Fjordby",
    "G7": "=Gulf",
}
STUDY = """
study: elsewhere
title: {zh: 别国研究, en: A study elsewhere}
panel: {file: data.csv, places: places.csv, boundaries: shapes.geojson, title: {zh: 别国面板, en: Elsewhere panel}}
groupings: groups.yaml
presets:
  wellbeing:
    zh: 福祉
    en: Wellbeing
    layers:
      one:
        zh: 其一
        en: One
        indicators:
          - {id: income, zh: 收入, en: Income, unit: coins, formula: income, direction: "+"}
          - {id: schools, zh: 学校, en: Schools, formula: schools / people, direction: "+"}
      two:
        zh: 其二
        en: Two
        indicators:
          - {id: smoke, zh: 烟尘, en: Smoke, formula: smoke / income, direction: "-"}
          - {id: roads, zh: 道路, en: Roads, formula: roads, direction: "+"}
steps:
  - {kind: index, preset: wellbeing, draws: 80}
  - {kind: audit, draws: 80}
  - {kind: change}
  - {kind: scorecards, by: [wind], weight: people}
  - {kind: profiles}
languages: [en]
"""
GROUPS = """
wind:
  - {id: windward, zh: 迎风, en: Windward, members: [A1, B2, C3, D4]}
  - {id: lee, zh: 背风, en: Lee, members: [D4, E5, F6, G7]}
"""


def hexagon(x, y):
    ring = [[x + math.cos(k * math.pi / 3) * 0.58, y + math.sin(k * math.pi / 3) * 0.5] for k in range(6)]
    return [*ring, ring[0]]


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    """A folder with everything about a country that nobody has heard of."""
    folder = tmp_path_factory.mktemp("country")
    rng = np.random.default_rng(11)
    lines = ["region,year,income,people,schools,smoke,roads"]
    for i, code in enumerate(NAMES):
        for t, year in enumerate(range(2001, 2006)):
            noise = rng.uniform(0.95, 1.05, 5)
            figures = [
                300 + 90 * i + 25 * t,
                40 + 11 * i,
                5 + i * 1.7 + t * 0.4,
                60 - 4 * i - t,
                12 + 3 * ((i * 3) % 7) + t,
            ]
            lines.append(",".join([code, str(year), *(f"{f * n:.2f}" for f, n in zip(figures, noise, strict=True))]))
    (folder / "data.csv").write_text("\n".join(lines), "utf-8")
    rows = [f'{code},,"{name}",province,' for code, name in NAMES.items()]
    (folder / "places.csv").write_text("code,zh,en,level,parent\n" + "\n".join(rows), "utf-8")
    shapes = [
        {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": {"type": "Polygon", "coordinates": [hexagon(30 + i, -5 + (i % 2))]},
        }
        for i, code in enumerate(NAMES)
    ]
    (folder / "shapes.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": shapes}), "utf-8")
    (folder / "groups.yaml").write_text(GROUPS, "utf-8")
    (folder / "study.yaml").write_text(STUDY, "utf-8")
    return folder


@pytest.fixture
def finished(cli, country):
    """The folder after its study has run, whichever test comes first."""
    if not (country / "out" / "recipe.json").exists():
        status, _, err = cli("run", country / "study.yaml", "--out", country / "out", "--lang", "en")
        assert status == 0, err
    return country


def test_the_whole_journey(cli, country):
    status, out, err = cli("run", country / "study.yaml", "--out", country / "out", "--lang", "en")
    assert status == 0, err
    assert "A study elsewhere" in out
    for name in ("report.html", "report.docx", "tables.xlsx", "recipe.json", "results/index.parquet"):
        assert (country / "out" / name).stat().st_size > 0
    page = (country / "out" / "report.html").read_text("utf-8")
    for name in ("Bréval", "Corrin &amp; Sons", "Windward", "=Gulf"):
        assert name in page
    assert "Corrin & Sons" not in page
    for foreign in ("Beijing", "北京", "South China Sea", "南海诸岛", "Taiwan", "Four plates"):
        assert foreign not in page


def test_the_map_shows_this_country_and_no_other(cli, country):
    out = country / "map.svg"
    status, _, err = cli(
        "map", "score", "--panel", country / "study.yaml", "--out", out, "--lang", "en", "--year", 2003
    )
    assert status == 0, err
    drawn = out.read_text("utf-8")
    assert "Aldra" in drawn
    assert "2003" in drawn
    assert "Taiwan" not in drawn
    assert "South China Sea" not in drawn
    assert len(set(re.findall(r'fill="(#[0-9a-f]{6})"', drawn))) >= 5


def test_a_figure_is_explained_by_name(cli, country):
    status, out, err = cli("explain", "Dunmoor", "smoke", "--panel", country / "study.yaml", "--lang", "en")
    assert status == 0, err
    assert "smoke / income" in out
    assert "Dunmoor" in out
    status, _, err = cli("explain", "Dunmor", "smoke", "--panel", country / "study.yaml", "--lang", "en")
    assert status == 2
    assert "Dunmoor" in err


def test_names_that_look_like_formulas_stay_names(finished):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(finished / "out" / "tables.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == "=Gulf"]
    assert cells
    assert all(cell.data_type == "s" for cell in cells)


def test_the_groups_overlap_and_are_weighted_by_its_own_people(country):
    result = xinzhi.study.run(country / "study.yaml")
    cards = result.results["scorecards"]
    assert cards.weight == "people"
    members = cards.members.groupby("group")["region"].apply(list).to_dict()
    assert "D4" in members["windward"] and "D4" in members["lee"]
    assert list(result.panel.places.labels(["C3"], "en")) == ["Corrin & Sons"]


def test_a_recipe_is_the_same_study_again(finished):
    first, again = xinzhi.study.run(finished / "study.yaml"), xinzhi.study.run(finished / "out" / "recipe.json")
    assert again.results["index"].frame.equals(first.results["index"].frame)
    assert again.panel.hash == first.panel.hash


def test_the_report_is_made_again_in_another_language(cli, finished):
    status, _, err = cli("report", finished / "out", "--lang", "zh", "--out", finished / "zh")
    assert status == 0, err
    assert "别国研究" in (finished / "zh" / "report.html").read_text("utf-8")
    assert "A study elsewhere" in (finished / "out" / "report.html").read_text("utf-8")
    status, _, err = cli("report", country)
    assert status == 2
    assert "recipe.json" in err


def test_the_example_with_own_regions_runs(cli, tmp_path):
    assert cli("examples", "own-regions", "--out", tmp_path / "own")[0] == 0
    status, _, err = cli("run", tmp_path / "own" / "study.yaml", "--out", tmp_path / "out")
    assert status == 0, err
    assert "Highmoor" in (tmp_path / "out" / "report.html").read_text("utf-8")


@pytest.mark.parametrize(("name", "expected"), [("cities", 250), ("provinces", 31)])
def test_the_examples_on_bundled_data_run(cli, tmp_path, name, expected):
    assert cli("examples", name, "--out", tmp_path)[0] == 0
    text = (tmp_path / "study.yaml").read_text("utf-8").replace("draws: 500", "draws: 20")
    text = text.replace("{kind: index, ", "{kind: index, draws: 20, ")
    (tmp_path / "study.yaml").write_text(text + "outputs: [results]\n", "utf-8")
    status, _, err = cli("run", tmp_path / "study.yaml", "--out", tmp_path / "out")
    assert status == 0, err
    index = "index" if name == "cities" else "nqpf"
    frame, _ = read_parquet(tmp_path / "out" / "results" / f"{index}.parquet")
    assert frame["region"].nunique() >= expected


def test_its_data_can_be_kept_first_and_studied_then(cli, country, tmp_path):
    words = ("data", "add", country / "data.csv", "--places", country / "places.csv", "--project", tmp_path)
    status, out, err = cli(*words, "--lang", "en")
    assert status == 0, err
    assert "7 regions" in out
    for name in ("places.csv", "shapes.geojson", "groups.yaml"):
        (tmp_path / name).write_bytes((country / name).read_bytes())
    study = STUDY.replace("file: data.csv", "file: data/data.parquet")
    (tmp_path / "study.yaml").write_text(study, "utf-8")
    direct, kept = xinzhi.study.run(country / "study.yaml"), xinzhi.study.run(tmp_path / "study.yaml")
    assert kept.panel.hash == direct.panel.hash
    assert kept.results["index"].frame.equals(direct.results["index"].frame)
    assert cli("map", "income", "--panel", tmp_path / "study.yaml", "--out", tmp_path / "map.svg")[0] == 0


def test_marks_of_missing_values_can_be_stated(cli, country, tmp_path):
    text = (country / "data.csv").read_text("utf-8").splitlines()
    text[3] = text[3].rsplit(",", 1)[0] + ",n/k"
    (tmp_path / "data.csv").write_text("\n".join(text), "utf-8")
    words = ("data", "describe", tmp_path / "data.csv", "--places", country / "places.csv", "--format", "json")
    status, _, err = cli(*words)
    assert status == 3
    assert "n/k" in err and "roads" in err
    status, out, _ = cli(*words, "--missing", "n/k")
    assert status == 0
    assert json.loads(out)[-1]["missing"] == pytest.approx(1 / 35)
