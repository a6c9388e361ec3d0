"""A study from file to folder: the same whatever the workers, resumable, and never at the cost of an earlier run."""

import json
import os
import signal
import subprocess
import sys
from hashlib import sha256
from importlib import import_module

import pandas as pd
import pytest

import xinzhi
from xinzhi.base.errors import ComputationError
from xinzhi.study import load, run

STUDY = {
    "study": "journey",
    "title": {"zh": "旅程", "en": "Journey"},
    "panel": "china-provinces",
    "years": "2014-2017",
    "regions": ["北京", "Tianjin", "310000", "江苏省", "安徽", "四川", "吉林", "陕西"],
    "repair": [],
    "steps": [
        {"kind": "index", "preset": "three-layers", "draws": 60},
        {"kind": "audit", "draws": 60},
        {"kind": "change"},
        {"kind": "scorecards", "by": ["plates"]},
        {"kind": "profiles"},
    ],
    "outputs": ["results"],
    "languages": ["zh"],
    "seed": 5,
}


def content(**more):
    return json.dumps({**STUDY, **more}, ensure_ascii=False)


@pytest.fixture(scope="module")
def result():
    return run(STUDY, jobs=2)


def test_the_result_does_not_depend_on_the_workers(result):
    other = run(STUDY, jobs=1)
    assert list(other.results) == list(result.results) == ["index", "audit", "change", "scorecards", "profiles"]
    for name, one in result.results.items():
        pd.testing.assert_frame_equal(one.frame, other.results[name].frame, check_exact=True)


def test_regions_are_taken_by_any_certain_name(result):
    assert result.panel.regions == ["110000", "120000", "220000", "310000", "320000", "340000", "510000", "610000"]
    assert result.panel.years == [2014, 2015, 2016, 2017]


def test_another_seed_gives_other_intervals_and_the_same_scores(result):
    other = run({**STUDY, "seed": 6}, jobs=2)
    one, two = result.results["index"].frame, other.results["index"].frame
    pd.testing.assert_series_equal(one["score"], two["score"], check_exact=True)
    assert not one["low"].equals(two["low"])


def test_every_result_can_be_told_in_both_languages(result):
    for one in result.results.values():
        for lang in ("zh", "en"):
            assert one.summary(lang)
            assert one.to_text(lang)
            assert xinzhi.chart.svg(one.figure(lang)).startswith("<svg")
        assert one.recipe.method.startswith("xinzhi.")


def test_a_changed_index_of_the_scorecards_carries_its_interval(result):
    last = result.results["scorecards"].last
    assert (last["low"] <= last["mean"] + 1e-12).all()
    assert (last["mean"] <= last["high"] + 1e-12).all()
    moved = result.results["change"].frame
    assert ((moved["change_low"] <= moved["change"]) & (moved["change"] <= moved["change_high"])).all()


def test_the_recipe_says_what_was_done(result):
    recipe = json.loads(json.dumps(result.provenance(), allow_nan=False))
    assert recipe["seed"] == 5
    assert recipe["data"]["china-provinces"] == xinzhi.load("china-provinces").hash
    assert recipe["study"]["steps"][1]["draws"] == 60
    assert set(recipe["steps"]) == set(result.results)
    assert {"numpy", "pandas", "xinzhi"} <= recipe["versions"].keys()
    assert recipe["touched"]["cells"] == len(result.panel.touched)


def test_a_second_run_takes_what_is_kept_and_a_changed_step_is_computed_again(tmp_path):
    first = run(STUDY, cache=tmp_path)
    again = run(STUDY, cache=tmp_path)
    assert all("已计算" in line.zh for line in first.log[1:])
    assert all("沿用" in line.zh for line in again.log[1:])
    for name, one in first.results.items():
        pd.testing.assert_frame_equal(one.frame, again.results[name].frame, check_exact=True)
    steps = [*STUDY["steps"][:3], {"kind": "scorecards", "by": ["strategies"]}, STUDY["steps"][4]]
    third = run({**STUDY, "steps": steps}, cache=tmp_path)
    assert ["沿用" in line.zh for line in third.log[1:]] == [True, True, True, False, True]


def test_what_finished_before_a_failure_is_kept(tmp_path, monkeypatch):
    def fails(*_, **__):
        raise ComputationError("坏了", "broken", code="999")

    with monkeypatch.context() as patch:
        patch.setattr(import_module("xinzhi.study.profiles"), "profiles", fails)
        with pytest.raises(ComputationError, match="坏了"):
            run(STUDY, cache=tmp_path, jobs=1)
    log = {line.zh.split("（")[1].split("）")[0]: line.zh for line in run(STUDY, cache=tmp_path).log[1:]}
    assert "沿用" in log["index"]
    assert "已计算" in log["profiles"]


def test_progress_goes_forward_to_the_end():
    seen = []
    run(STUDY, progress=lambda p: seen.append(p.done), jobs=2)
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0.0, 1.0)


def xz(folder, *words, **more):
    """The real program in a process of its own."""
    environment = {**os.environ, "XINZHI_LANG": "zh", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "xinzhi", *map(str, words)]
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        **more,
    )


def kept(folder):
    return {str(p.relative_to(folder)): sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()}


def finish(process):
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


QUICK = {"steps": [{"kind": "index", "preset": "three-layers", "draws": 20}, {"kind": "change"}]}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no kill -9")
def test_a_run_that_is_killed_leaves_the_earlier_one_and_the_next_goes_on(tmp_path):
    file, out = tmp_path / "study.yaml", tmp_path / "out"
    file.write_text(content(**QUICK), "utf-8")
    status, _, err = finish(xz(tmp_path, "run", "study.yaml", "--out", "out"))
    assert status == 0, err
    before = kept(out)
    assert {"recipe.json", "results/index.parquet"} <= before.keys()
    file.write_text(content(seed=9, **QUICK), "utf-8")
    for moment in ("10%", "正在写出"):
        process = xz(tmp_path, "run", "study.yaml", "--out", "out")
        for line in process.stderr:
            if moment in line:
                break
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        assert {k: v for k, v in kept(out).items() if not k.startswith(".xinzhi-aside")} == before
    status, _, err = finish(xz(tmp_path, "run", "study.yaml", "--out", "out", "--verbose"))
    assert status == 0, err
    assert "沿用" in err
    assert json.loads((out / "recipe.json").read_text("utf-8"))["seed"] == 9
    assert kept(out)["results/index.parquet"] != before["results/index.parquet"]


def test_streams_stay_apart_and_two_runs_write_the_same_bytes(tmp_path):
    (tmp_path / "study.yaml").write_text(content(**QUICK), "utf-8")
    status, out, err = finish(xz(tmp_path, "run", "study.yaml", "--out", "a/out", "--format", "json"))
    assert status == 0, err
    assert "results/index.parquet" in json.loads(out)["files"]
    assert "100%" in err
    assert "\r" not in err
    status, out, err = finish(xz(tmp_path, "run", "study.yaml", "--out", "b/out", "--jobs", "1", "--quiet"))
    assert (status, err) == (0, "")
    assert "b/out" in out.replace(os.sep, "/")
    assert kept(tmp_path / "a" / "out") == kept(tmp_path / "b" / "out")


def test_load_refuses_a_name_that_is_no_study():
    from xinzhi.base.errors import UsageError

    with pytest.raises(UsageError, match="nqpf-provinces"):
        load("nqpf-provnces")
