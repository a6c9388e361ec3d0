"""Spoiled input through the command line: one sentence with the place, the right status, nothing earlier lost."""

import numpy as np
import pandas as pd
import pytest

import xinzhi

NAMES = ["北京", "天津", "上海", "江苏", "浙江", "安徽"]
YEARS = range(2018, 2023)
STUDY = """
study: small
title: {zh: 小研究, en: A small study}
panel: {file: data.csv}
presets:
  small:
    zh: 小体系
    en: small
    layers:
      one:
        zh: 一
        en: one
        indicators:
          - {id: output, zh: 人均产出, en: output per head, formula: gdp / population, direction: "+"}
          - {id: effort, zh: 研发强度, en: effort, formula: rd / gdp, direction: "+"}
          - {id: service, zh: 服务业, en: services, formula: services, direction: "+"}
steps:
  - {kind: index, preset: small, draws: 50}
outputs: [results]
"""


def frame():
    """A small clean panel, wide by indicator, as a person would type it."""
    rng = np.random.default_rng(3)
    rows = []
    for i, name in enumerate(NAMES):
        for t, year in enumerate(YEARS):
            wobble = rng.uniform(0.99, 1.01, 4)
            gdp = (20 + 7 * i) * 1000 * 1.06**t * wobble[0]
            people, rd = (2000 + 900 * i) * (1 + 0.01 * wobble[1] * t), gdp * (0.02 + 0.002 * i) * wobble[2]
            rows.append(
                [name, year, round(gdp, 1), round(people, 1), round(rd, 2), round(45 + 3 * i + t + wobble[3], 1)]
            )
    return pd.DataFrame(rows, columns=["地区", "年份", "gdp", "population", "rd", "services"])


@pytest.fixture
def project(tmp_path):
    """A folder with a study that runs, and what its first run wrote."""
    (tmp_path / "study.yaml").write_text(STUDY, "utf-8")
    frame().to_csv(tmp_path / "data.csv", index=False)
    return tmp_path


def kept(folder):
    return {p.relative_to(folder): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def one_sentence(err):
    lines = [line for line in err.strip().splitlines() if line.startswith("XZ-")]
    assert len(lines) == 1, err
    assert "Traceback" not in err
    return lines[0]


def text_in_a_number(table):
    table["gdp"] = table["gdp"].astype(object)
    table.loc[7, "gdp"] = "约三万"


def repeated_province(table):
    table.loc[len(table)] = table.loc[6]


def unknown_region(table):
    table.loc[table["地区"] == "安徽", "地区"] = "安什么省"


def negative_population(table):
    table.loc[12, "population"] = -table.loc[12, "population"]


def constant_indicator(table):
    table["services"] = 50.0


def whole_indicator_missing(table):
    table["services"] = np.nan


SPOILS = [
    (text_in_a_number, ["gdp", "约三万", "9"], 3),
    (repeated_province, ["天津", "2019"], 3),
    (unknown_region, ["安什么省"], 3),
    (negative_population, ["上海", "2020"], 3),
    (constant_indicator, ["服务业"], 3),
    (whole_indicator_missing, ["services"], 3),
]


@pytest.mark.parametrize(("spoil", "parts", "expected"), SPOILS, ids=[s[0].__name__ for s in SPOILS])
def test_a_spoiled_panel_stops_the_run_and_leaves_the_earlier_one(cli, project, spoil, parts, expected):
    out = project / "out"
    assert cli("run", project / "study.yaml", "--out", out)[0] == 0
    before = kept(out)
    table = frame()
    spoil(table)
    table.to_csv(project / "data.csv", index=False)
    status, stdout, err = cli("run", project / "study.yaml", "--out", out)
    assert (status, stdout) == (expected, "")
    sentence = one_sentence(err)
    for part in parts:
        assert part in sentence
    assert kept(out) == before


def test_an_indicator_missing_for_a_whole_year_is_found_said_and_scored_over_the_rest(cli, project):
    table = frame()
    table.loc[table["年份"] == 2020, "services"] = np.nan
    table.to_csv(project / "data.csv", index=False)
    status, out, _ = cli("data", "check", project / "data.csv", "--format", "json", "--quiet")
    assert status in (0, 3)
    assert "missing-year" in out
    assert "2020" in out
    status, _, err = cli("run", project / "study.yaml", "--out", project / "out", "--strict")
    assert status == 5, err
    result = xinzhi.study.run(project / "study.yaml").results["index"].frame
    assert (result.loc[result["year"] == 2020, "observed"] < 1).all()


def test_a_whole_year_missing_can_be_refused(cli, project):
    table = frame()
    table.loc[table["年份"] == 2020, "services"] = np.nan
    table.to_csv(project / "data.csv", index=False)
    (project / "study.yaml").write_text(STUDY.replace("draws: 50", "draws: 50, missing: fail"), "utf-8")
    status, _, err = cli("run", project / "study.yaml", "--out", project / "out")
    assert status == 3
    assert "2020" in one_sentence(err)


def test_gb18030_called_utf8(cli, project):
    path = project / "data.csv"
    path.write_bytes(frame().to_csv(index=False).encode("gb18030"))
    assert cli("data", "describe", path)[0] == 0
    status, _, err = cli("data", "describe", path, "--encoding", "utf-8")
    assert status == 3
    assert "data.csv" in one_sentence(err)
    assert "gb18030" in err.lower()


def test_an_empty_file(cli, project):
    path = project / "data.csv"
    path.write_bytes(b"")
    for words in (
        ("data", "add", path),
        ("data", "check", path),
        ("run", project / "study.yaml", "--out", project / "o"),
    ):
        status, out, err = cli(*words)
        assert (status, out) == (3, "")
        assert "data.csv" in one_sentence(err)


def test_a_file_that_is_not_there_suggests_the_one_that_is(cli, project):
    status, _, err = cli("data", "check", project / "dat.csv")
    assert status == 3
    assert "data.csv" in one_sentence(err)


def test_a_wrong_sheet_suggests_the_right_one(cli, project):
    path = project / "book.xlsx"
    frame().to_excel(path, sheet_name="省级数据", index=False)
    assert cli("data", "describe", path, "--sheet", "省级数据")[0] == 0
    status, _, err = cli("data", "describe", path, "--sheet", "省级数椐")
    assert status == 3
    assert "省级数据" in one_sentence(err)


def test_the_cell_of_a_text_in_a_workbook_is_named(cli, project):
    path = project / "book.xlsx"
    table = frame()
    text_in_a_number(table)
    table.to_excel(path, sheet_name="数据", index=False)
    status, _, err = cli("data", "add", path, "--project", project)
    assert status == 3
    sentence = one_sentence(err)
    for part in ("book.xlsx", "数据", "9", "gdp", "约三万", "missing"):
        assert part in sentence
    assert not (project / "data" / "book.parquet").exists()


def test_a_huge_file_is_refused_before_it_is_read(cli, project, monkeypatch):
    monkeypatch.setattr("xinzhi.panel.reading.open.LIMIT_MB", 0.0001)
    status, _, err = cli("data", "describe", project / "data.csv")
    assert status == 3
    assert "MB" in one_sentence(err)


def test_names_that_can_only_be_guessed_are_taken_when_told(cli, project):
    table = frame().replace({"地区": {"江苏": "江苏省", "浙江": "浙汀"}})
    table.to_csv(project / "data.csv", index=False)
    status, _, err = cli("data", "describe", project / "data.csv")
    assert status == 3
    assert "浙汀" in one_sentence(err)
    status, out, _ = cli("data", "check", project / "data.csv", "--accept-suggestions", "--format", "json")
    assert status == 0
    assert "suggested-region" in out


def test_data_add_keeps_what_passes_and_never_overwrites(cli, project):
    status, out, err = cli("data", "add", project / "data.csv", "--project", project, "--name", "mine", "--lang", "en")
    assert status == 0, err
    assert "6 regions" in out
    stored = project / "data" / "mine.parquet"
    first = stored.read_bytes()
    assert xinzhi.read(stored).regions == xinzhi.read(project / "data.csv").regions
    status, _, err = cli("data", "add", project / "data.csv", "--project", project, "--name", "mine")
    assert status == 2
    assert "--force" in one_sentence(err)
    assert stored.read_bytes() == first


def test_data_add_shows_errors_and_keeps_nothing(cli, project):
    table = frame()
    negative_population(table)
    table.to_csv(project / "data.csv", index=False)
    status, out, err = cli("data", "add", project / "data.csv", "--project", project)
    assert status == 3
    assert "上海" in err
    assert not (project / "data").exists()
    assert "Traceback" not in out + err


def test_check_of_a_bad_file_exits_with_3_and_clean_json(cli, project):
    import json

    table = frame()
    negative_population(table)
    table.to_csv(project / "data.csv", index=False)
    status, out, _ = cli("data", "check", project / "data.csv", "--format", "json")
    assert status == 3
    errors = [row for row in json.loads(out) if row["severity"] == "error"]
    assert errors[0]["indicator"] == "population"
    assert (errors[0]["region"], errors[0]["year"]) == ("310000", 2020)
    assert errors[0]["cell"]


def test_standard_input_is_read_as_csv(cli, project, monkeypatch):
    import io
    import sys
    from types import SimpleNamespace

    content = (project / "data.csv").read_bytes()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
    status, out, _ = cli("data", "describe", "-", "--format", "csv")
    assert status == 0
    assert "population" in out


def test_indicators_with_a_direction_are_an_index_of_their_own(cli, project):
    text = """
study: own
title: {zh: 自选指标, en: Own indicators}
panel: {file: data.csv}
indicators:
  output: {zh: 人均产出, en: Output, formula: gdp / population, direction: "+", layer: 水平}
  services: {zh: 服务业, en: Services, direction: "+", layer: 结构}
  effort: {zh: 强度, en: Effort, formula: rd / gdp, direction: "+", layer: 结构}
  twice: {formula: effort * 2}
steps: [{kind: index, draws: 20, layering: equal}]
outputs: [results]
"""
    (project / "study.yaml").write_text(text, "utf-8")
    assert cli("run", project / "study.yaml", "--out", project / "out")[0] == 0
    result = xinzhi.study.run(project / "study.yaml")
    index = result.results["index"]
    assert index.weights.groupby("layer")["weight"].sum().round(12).to_dict() == {"水平": 0.5, "结构": 0.5}
    assert result.panel.indicators["services"].zh == "服务业"
    np.testing.assert_allclose(result.panel["twice"], 2 * result.panel["effort"])
    status, out, _ = cli("explain", "安徽", "effort", "--panel", project / "study.yaml")
    assert status == 0
    assert "rd / gdp" in out
