"""What the verbs give: the same figures in every format, the same region by every name, maps in every form."""

import io
import json
import re

import pandas as pd
import pytest
from python_calamine import load_workbook as open_workbook

import xinzhi
from xinzhi.panel.store import read_parquet

QUICK = ("--draws", 20)


@pytest.fixture(scope="module")
def index():
    return xinzhi.index(xinzhi.load("china-provinces"), draws=20)


def test_csv_and_json_carry_the_tidy_frame_in_full_precision(cli, index):
    status, out, err = cli("index", *QUICK, "--format", "csv")
    assert (status, err) == (0, "")
    table = pd.read_csv(io.StringIO(out), dtype={"region": str})
    assert list(table.columns) == list(index.frame.columns)
    pd.testing.assert_series_equal(table["score"], index.frame["score"], check_exact=True)
    status, out, _ = cli("index", *QUICK, "--format", "json")
    rows = json.loads(out)
    assert [r["score"] for r in rows] == index.frame["score"].tolist()


def test_a_file_takes_its_format_from_its_name(cli, index, tmp_path):
    for ending in ("csv", "json", "xlsx", "parquet"):
        path = tmp_path / f"index.{ending}"
        status, out, err = cli("index", *QUICK, "--out", path)
        assert (status, out) == (0, "")
        assert str(path) in err
    frame, meta = read_parquet(tmp_path / "index.parquet")
    assert frame["score"].tolist() == index.frame["score"].tolist()
    assert meta["recipe"]["method"] == "xinzhi.index"
    with open_workbook(str(tmp_path / "index.xlsx")) as book:
        assert book.sheet_names[0] == "ranking"
    assert cli("index", *QUICK, "--out", "-", "--format", "csv")[1].startswith('"region"')


def test_tables_are_for_people_in_their_language(cli):
    status, out, _ = cli("index", *QUICK, "--years", "2020", "--lang", "zh")
    assert "北京" in out and "位次" in out
    status, out, _ = cli("index", *QUICK, "--years", "2020", "--lang", "en")
    assert status == 0
    assert "Beijing" in out and "rank" in out
    assert not any("\u4e00" <= c <= "\u9fff" for c in out)


@pytest.mark.parametrize("years", ["20", "2030", "2022-2020", "last year"])
def test_years_that_are_not_there_are_refused(cli, years):
    status, out, err = cli("index", "--years", years, "--lang", "en")
    assert (status, out) == (2, "")
    assert len(err.strip().splitlines()) == 1


def test_explain_gives_one_chain_whatever_the_region_is_called(cli):
    chains = {
        name: cli("explain", name, "invention_density", "--year", 2020)
        for name in ("340000", "安徽", "安徽省", "Anhui")
    }
    assert {status for status, _, _ in chains.values()} == {0}
    assert len({out for _, out, _ in chains.values()}) == 1
    out = chains["安徽"][1]
    for part in ("patent_in_force_invention / population", "2020", "件", "权重", "得分"):
        assert part in out


def test_the_chain_multiplies_out(cli):
    status, out, _ = cli("explain", "340000", "invention_density", "--format", "json")
    rows = json.loads(out)
    value = {row["what_en"]: row["value"] for row in rows}
    published = [row["value"] for row in rows if row["step"].startswith("published")]
    formula = value["Inventions in force per 10 000 persons"]
    assert status == 0
    assert formula == pytest.approx(published[0] / published[1])
    low, high = value["low end of the yardstick"], value["high end of the yardstick"]
    assert value["normalised value"] == pytest.approx((formula - low) / (high - low))
    assert value["contribution to the score"] == pytest.approx(
        value["normalised value"] * value["weight of the indicator"]
    )


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("安灰", "invention_density"), "安徽"),
        (("安徽", "invention_densty"), "invention_density"),
        (("台湾", "invention_density"), "台湾"),
        (("安徽", "invention_density", "--preset", "three-layer"), "three-layers"),
        (("安徽", "invention_density", "--year", "1990"), "1990"),
    ],
)
def test_explain_refuses_what_it_does_not_know_with_a_hint(cli, words, part):
    status, out, err = cli("explain", *words)
    assert (status, out) == (2, "")
    assert part in err
    assert len(err.strip().splitlines()) == 1


def test_maps_are_written_in_every_form(cli, tmp_path):
    starts = {"svg": b"<svg", "png": b"\x89PNG", "html": b"<!doctype html>"}
    for ending, start in starts.items():
        path = tmp_path / f"map.{ending}"
        status, out, err = cli("map", "gdp", "--year", 2020, "--out", path)
        assert (status, out) == (0, ""), err
        assert path.read_bytes().startswith(start)
    page = (tmp_path / "map.html").read_text("utf-8")
    assert "2020" in page
    assert "台湾" in page
    assert "审图号" in page
    assert not re.search(r"(src|href)=[\"']?https?:", page)
    status, out, _ = cli("map", "gdp", "--out", "-")
    assert out.startswith("<svg")


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("gpd",), "gdp"),
        (("gdp", "--year", "1949"), "1949"),
        (("gdp", "--out", "map.jpg"), ".png"),
        (("hitech_revenue", "--year", "2017"), "2017"),
    ],
)
def test_a_map_that_cannot_be_drawn_is_refused(cli, words, part, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = cli("map", *words)
    assert (status, out) == (2, "")
    assert part in err
    assert list(tmp_path.iterdir()) == []


def test_describe_names_units_and_limits(cli):
    status, out, err = cli("data", "describe", "--format", "json", "--lang", "en")
    rows = {row["id"]: row for row in json.loads(out)}
    assert status == 0
    assert rows["gdp"]["first"] == 2011
    assert rows["gdp"]["missing"] == 0
    assert rows["gdp"]["unit"]
    assert "hitech" in err
    assert cli("data", "describe", "--quiet")[2] == ""


def test_check_of_a_bundled_panel_follows_its_findings(cli):
    status, out, _ = cli("data", "check", "china-provinces", "--format", "json")
    severities = {row["severity"] for row in json.loads(out)}
    assert status == (3 if "error" in severities else 0)
    assert cli("data", "check", "china-provinces", "--strict", "--format", "json")[0] == (
        3 if "error" in severities else 5
    )
