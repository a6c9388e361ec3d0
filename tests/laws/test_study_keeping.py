"""What a run keeps and publishes: nothing earlier is lost, nothing foreign is trusted."""

import json
import os
import time

import pytest

from xinzhi.base.errors import UsageError
from xinzhi.study.cache import Cache, key_of
from xinzhi.study.publish import RECIPE, listed, published, seal


def test_a_key_depends_on_every_part():
    keys = {key_of(a=1, b="x"), key_of(a=2, b="x"), key_of(a=1, b="y"), key_of(a=1)}
    assert len(keys) == 4
    assert key_of(a=1, b="x") == key_of(b="x", a=1)


def test_a_result_comes_back_as_it_was(tmp_path):
    cache = Cache(tmp_path)
    assert cache.get("k") is None
    assert cache.put("k", {"score": [0.1, 0.2]})
    assert Cache(tmp_path).get("k") == {"score": [0.1, 0.2]}


def test_without_a_folder_nothing_is_kept():
    assert not Cache(None).put("k", 1)
    assert Cache(None).get("k") is None


class Trap:
    """Unpickling this leaves a trace."""

    def __reduce__(self):
        return (os.mkdir, (os.environ["TRAP"],))


@pytest.mark.parametrize("spoil", ["unsigned", "moved", "cut", "flipped"])
def test_a_file_that_this_user_did_not_sign_is_not_opened(tmp_path, monkeypatch, spoil):
    import pickle

    monkeypatch.setenv("TRAP", str(tmp_path / "sprung"))
    cache = Cache(tmp_path)
    cache.put("k", Trap())
    path = tmp_path / "k.result"
    content = path.read_bytes()
    if spoil == "moved":
        path.replace(tmp_path / "other.result")
        assert cache.get("other") is None
    else:
        path.write_bytes({"unsigned": pickle.dumps(Trap()), "cut": content[:-3], "flipped": content[:-1] + b"!"}[spoil])
        assert cache.get("k") is None
    assert not (tmp_path / "sprung").exists()


def put(out, files, recipe=None):
    with published(out) as aside:
        for name, text in files.items():
            (aside / name).parent.mkdir(parents=True, exist_ok=True)
            (aside / name).write_text(text, "utf-8")
        seal(aside, recipe or {})


def test_a_run_replaces_the_earlier_one_and_takes_away_what_it_no_longer_writes(tmp_path):
    out = tmp_path / "out"
    put(out, {"report.html": "one", "figures/old.svg": "x"})
    (out / "notes.txt").write_text("mine", "utf-8")
    put(out, {"report.html": "two", "figures/new.svg": "y"})
    assert (out / "report.html").read_text("utf-8") == "two"
    assert not (out / "figures" / "old.svg").exists()
    assert (out / "notes.txt").read_text("utf-8") == "mine"
    assert listed(out) == ["figures/new.svg", "report.html"]
    assert sorted(p.name for p in out.iterdir()) == ["figures", "notes.txt", "recipe.json", "report.html"]


def test_a_run_that_fails_leaves_the_earlier_one(tmp_path):
    put(tmp_path, {"report.html": "one"}, {"run": 1})
    with pytest.raises(RuntimeError), published(tmp_path) as aside:
        (aside / "report.html").write_text("half", "utf-8")
        raise RuntimeError
    assert (tmp_path / "report.html").read_text("utf-8") == "one"
    assert json.loads((tmp_path / RECIPE).read_text("utf-8"))["run"] == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == [RECIPE, "report.html"]


def test_what_a_killed_run_left_aside_is_swept_when_it_is_old(tmp_path):
    old, young = tmp_path / ".xinzhi-aside-old", tmp_path / ".xinzhi-aside-young"
    old.mkdir()
    young.mkdir()
    os.utime(old, (time.time() - 3600,) * 2)
    put(tmp_path, {"a": "b"})
    assert not old.exists()
    assert young.exists()


def test_a_list_of_files_never_reaches_outside(tmp_path):
    outside = tmp_path / "outside.txt"
    outside.write_text("keep", "utf-8")
    out = tmp_path / "out"
    out.mkdir()
    (out / RECIPE).write_text(json.dumps({"files": {"../outside.txt": "", str(outside): ""}}), "utf-8")
    put(out, {"a": "b"})
    assert outside.read_text("utf-8") == "keep"


def test_a_file_where_the_folder_should_be_is_refused(tmp_path):
    (tmp_path / "f").write_text("x", "utf-8")
    with pytest.raises(UsageError, match="--out"), published(tmp_path / "f"):
        pass


def test_what_nobody_asked_for_in_a_month_is_forgotten(tmp_path):
    cache = Cache(tmp_path)
    for name in ("old", "used"):
        cache.put(name, name)
        os.utime(tmp_path / f"{name}.result", (time.time() - 40 * 24 * 3600,) * 2)
    assert cache.get("used") == "used"
    assert Cache(tmp_path).get("old") is None
    assert Cache(tmp_path).get("used") == "used"
