"""The command line as such: help, mistakes, languages, exit statuses, clean streams."""

import json
import re

import pytest

VERBS = [
    "run",
    "report",
    "index",
    "explain",
    "map",
    "init",
    "examples",
    "doctor",
    "data add",
    "data check",
    "data describe",
]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_verb_explains_itself_in_both_languages(cli, verb, lang):
    status, out, err = cli(*verb.split(), "--help", "--lang", lang)
    assert (status, err) == (0, "")
    chinese = any("\u4e00" <= c <= "\u9fff" for c in out)
    assert chinese == (lang == "zh")
    assert "--lang" in out
    assert "Usage" not in out or lang == "en"


def test_without_a_verb_the_help_is_shown(cli):
    status, out, _ = cli("--lang", "en")
    assert status == 0
    assert all(verb in out for verb in ("run", "explain", "doctor"))


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (["rn"], ["rn", "run"]),
        (["data", "chekc"], ["chekc", "check"]),
        (["run", "--dryrun"], ["--dryrun", "--dry-run"]),
        (["run", "--jobs", "x"], ["--jobs"]),
        (["run", "--jobs", "0"], ["--jobs", "1"]),
        (["run", "one", "two"], ["two"]),
        (["index", "--draws"], ["--draws"]),
        (["data"], ["add", "check", "describe"]),
        (["explain"], ["REGION"]),
        (["explain", "340000"], ["INDICATOR"]),
        (["run", "nqpf-provnces"], ["nqpf-provinces"]),
        (["run", "missing.yaml"], ["missing.yaml"]),
        (["index", "--format", "exel"], ["--format", "xlsx"]),
        (["index", "--format", "jsn"], ["--format", "json"]),
        (["index", "--panel", "china-provincs"], ["china-provinces"]),
        (["index", "three-layer"], ["three-layers"]),
        (["examples", "own-region"], ["own-regions"]),
        (["--lang", "fr", "run"], ["--lang"]),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_mistake_is_one_sentence_and_status_2(cli, words, parts, lang, monkeypatch):
    monkeypatch.setenv("XINZHI_LANG", lang)
    status, out, err = cli(*words)
    assert (status, out) == (2, "")
    assert err.startswith("XZ-U")
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err
    for part in parts:
        assert part in err
    english = re.sub(r"[A-Za-z-]*[-_./][A-Za-z-]*|\b[A-Z]+\b", "", err.split(":", 1)[1])
    assert lang == "en" or not re.search(r"[a-z]+ [a-z]+ [a-z]+", english), "an English phrase in a Chinese sentence"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "zh"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "XINZHI_LANG": "en"}, "en"),
        ({"LANG": "C.UTF-8"}, "zh"),
    ],
)
def test_the_language_comes_from_the_environment_when_it_is_not_stated(cli, monkeypatch, environment, expected):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    _, out, _ = cli("--help")
    assert ("Usage" in out) == (expected == "en")


def test_an_unexpected_fault_is_one_sentence_with_a_log(cli, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("xinzhi.study.json_schema", lambda: 1 / 0)
    status, out, err = cli("init", "--schema", "--lang", "en")
    assert (status, out) == (1, "")
    assert len(err.strip().splitlines()) == 1
    log = next(tmp_path.glob("xinzhi-*.log"))
    assert str(log) in err
    assert "ZeroDivisionError" in log.read_text("utf-8")
    assert "Traceback" in cli("init", "--schema", "--verbose")[2]


def test_an_interrupt_is_status_130(cli, monkeypatch):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr("xinzhi.study.json_schema", interrupted)
    status, out, err = cli("init", "--schema")
    assert (status, out) == (130, "")
    assert len(err.strip().splitlines()) == 1


def test_init_writes_a_study_that_is_read_again_and_never_overwrites(cli, tmp_path):
    status, out, _ = cli("init", tmp_path / "mine", "--lang", "en")
    assert status == 0
    study = tmp_path / "mine" / "study.yaml"
    assert str(study) in out
    assert cli("run", study, "--dry-run")[0] == 0
    study.write_text("# mine", "utf-8")
    status, _, err = cli("init", tmp_path / "mine")
    assert status == 2
    assert "--force" in err
    assert study.read_text("utf-8") == "# mine"


def test_init_schema_is_pure_json(cli):
    status, out, err = cli("init", "--schema")
    assert (status, err) == (0, "")
    assert json.loads(out)["properties"]["steps"]


def test_a_dry_run_is_json_where_json_is_asked_for(cli):
    status, out, _ = cli("run", "--dry-run", "--format", "json", "--lang", "en")
    plan = json.loads(out)
    assert status == 0 and plan["steps"][0] == {"id": "index", "title": "composite index", "uses": []}


def test_a_data_file_is_no_study(cli, tmp_path):
    (tmp_path / "mine.csv").write_text("region,year,gdp\n", encoding="utf-8")
    status, out, err = cli("run", tmp_path / "mine.csv", "--lang", "en")
    assert status == 2 and not out and "xinzhi init" in err


def test_dry_run_writes_nothing(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, _ = cli("run", "--dry-run", "--lang", "en")
    assert status == 0
    assert "composite index" in out
    assert cli("init", "here", "--dry-run")[0] == 0
    assert cli("examples", "cities", "--dry-run")[0] == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["provinces", "productivity", "cities", "own-regions"])
def test_every_example_is_a_study_that_reads(cli, tmp_path, name):
    assert name in cli("examples")[1]
    status, out, _ = cli("examples", name, "--out", tmp_path / name)
    assert status == 0
    assert cli("run", tmp_path / name / "study.yaml", "--dry-run")[0] == 0
    assert "study.yaml" in out


def test_the_version_is_that_of_the_package(cli):
    import xinzhi

    assert cli("--version")[1].strip() == xinzhi.__version__


def test_doctor_names_every_part_and_says_what_to_do(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, _ = cli("doctor", "--format", "json")
    rows = {row["item"]: row for row in json.loads(out)}
    assert {"Python", "numpy", "duckdb", "typst"} <= rows.keys()
    assert rows["numpy"]["state"] == "ok"
    assert all(row["advice"] for row in rows.values() if row["state"] != "ok")
    assert status in (0, 4)
    assert (status == 4) == any(row["state"] == "wrong" for row in rows.values())
    assert list(tmp_path.iterdir()) == []


def test_a_study_may_come_from_standard_input(cli, monkeypatch):
    import io
    import sys

    from xinzhi.study import source_of

    monkeypatch.setattr(sys, "stdin", io.StringIO(source_of("nqpf-provinces")))
    status, out, err = cli("run", "-", "--dry-run", "--lang", "en")
    assert (status, err) == (0, "")
    assert "composite index" in out
    monkeypatch.setattr(sys, "stdin", io.StringIO("study: x\ntitel: y\n"))
    status, _, err = cli("run", "-", "--lang", "en")
    assert status == 2
    assert "stdin line 2" in err


@pytest.mark.parametrize(
    ("error", "part"),
    [(OSError(28, "No space left", "/there/report.html"), "/there/report.html"), (MemoryError(), "draws")],
)
def test_a_full_disk_or_memory_is_one_sentence(cli, monkeypatch, error, part):
    def fails():
        raise error

    monkeypatch.setattr("xinzhi.study.json_schema", fails)
    status, out, err = cli("init", "--schema", "--lang", "en")
    assert (status, out) == (1, "")
    assert part in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize("verb", ["map", "index", "explain"])
def test_chinese_help_has_no_english_heading(cli, verb):
    out = cli(verb, "--help", "--lang", "zh")[1]
    assert "默认:" in out and "default:" not in out and "Options" not in out


def test_a_failed_gate_says_why_even_when_quiet(cli, tmp_path):
    """2017 lacks high-tech figures, which is a warning for a study that uses them."""
    study = tmp_path / "study.yaml"
    study.write_text(
        "study: s\ntitle: s\npanel: china-provinces\nyears: 2016-2018\n"
        "steps: [{kind: index, preset: three-layers, draws: 1}]\noutputs: [results]\n",
        "utf-8",
    )
    status, _, err = cli("run", study, "--out", tmp_path / "out", "--quiet", "--strict", "--lang", "en")
    assert status == 5
    assert "warnings" in err
