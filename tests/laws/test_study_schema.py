"""Study files: what is accepted, and the sentence for what is not."""

import json

import pytest

from xinzhi.base.errors import UsageError
from xinzhi.study import json_schema, load, source_of
from xinzhi.study.plan import plan

SMALL = """
study: small
title: 小研究
panel: china-provinces
years: 2015-2020
steps:
  - kind: index
    preset: three-layers
  - kind: change
"""
PRESET = """presets:
  mine:
    zh: 我的
    layers:
      one:
        indicators: [{id: output, formula: gdp / population, direction: "+"}]
steps:"""


def said(tmp_path, text, lang="en"):
    """The sentence for a faulty study."""
    path = tmp_path / "study.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError) as caught:
        load(path)
    return caught.value.text.say(lang)


def test_a_small_study_is_read(tmp_path):
    path = tmp_path / "study.yaml"
    path.write_text(SMALL, "utf-8")
    study = load(path)
    assert study.id == "small"
    assert study.title.say("en") == "小研究"
    assert list(study.steps) == ["index", "change"]
    assert study.folder == tmp_path


def test_the_built_in_study_is_what_an_empty_load_gives():
    assert load().id == load("nqpf-provinces").id == "nqpf-provinces"
    told = ["index", "audit", "change", "scorecards", "profiles", "tfp", "gap", "association"]
    assert [s.kind for s in load().steps.values()] == told


@pytest.mark.parametrize(
    ("was", "now", "parts"),
    [
        ("panel:", "pannel:", ["line 4", "pannel", "Did you mean panel"]),
        ("    preset:", "    presset:", ["line 8", "steps[1].presset", "Did you mean preset"]),
        ("kind: change", "kind: chnge", ["line 9", "“chnge”", "Did you mean change"]),
        ("study: small\n", "", ["study is missing"]),
        ("study: small", "study: Small Study", ["line 2", "must match"]),
        ("study: small", "study: small\nseed: -1", ["line 3", "seed must be at least 0"]),
        ("study: small", "study: small\nseed: many", ["line 3", "seed must be a whole number", "many"]),
        ("study: small", "study: small\nlanguages: [zh, fr]", ["line 3", "languages[2]", "fr"]),
        ("study: small", "study: small\nstudy: twice", ["line 3", "written twice"]),
        ("study: small", "study: small\noutputs: [htm]", ["“htm”", "Did you mean html"]),
        ("title: 小研究", "title: {zh: 小研究, eng: Small}", ["line 3", "eng"]),
        ("panel: china-provinces", "panel: {file: a.csv, sheet: 1}", ["line 4", "sheet"]),
        ("  - kind: change", "  - kind: change\n    of: nothing", ["nothing"]),
        ("  - kind: index\n    preset: three-layers\n", "", ["step change needs a step of kind index"]),
        ("  - kind: change", "  - kind: change\n  - kind: change", ["two steps are called change"]),
        ("steps:", "steps: [", ["not valid YAML"]),
        ("steps:", "repair: [{step: interpolat}]\nsteps:", ["line 6", "“interpolat”", "Did you mean interpolate"]),
        ("steps:", "repair:\n  - {step: carry, limt: 2}\nsteps:", ["line 7", "repair[1].limt", "Did you mean limit"]),
        ("steps:", "repair: [{years: [2017]}]\nsteps:", ["line 6", "repair[1] has no step"]),
        ("    preset: three-layers", "    floor: 2", ["line 8", "steps[1].floor must be less than 1"]),
        ("    preset: three-layers", "    missing: renormalize", ["line 8", "Did you mean renormalise"]),
        ("  - kind: change", "  - kind: audit\n    vary: {wieghts: [equal]}", ["wieghts", "Did you mean weights"]),
        ("  - kind: change", "  - kind: change\n  - kind: audit\n    of: change", ["no use for change"]),
        ("steps:", PRESET.replace("formula", "formul"), ["line 11", "mine.layers.one.indicators[1].formul", "formula"]),
        ("steps:", PRESET.replace("direction", "way"), ["line 11", "indicators[1].way", "Available", "direction"]),
        ("steps:", PRESET.replace(', direction: "+"', ""), ["line 11", "indicators[1]", "direction"]),
        ("steps:", PRESET.replace('"+"', '"up"'), ["line 11", "direction cannot be “up”"]),
        ("steps:\n  - kind: index\n    preset: three-layers\n  - kind: change\n", "steps: []\n", ["line 6", "steps"]),
        ("steps:\n  - kind: index\n    preset: three-layers\n  - kind: change\n", "steps: index\n", ["line 6", "list"]),
        (
            "steps:\n  - kind: index\n    preset: three-layers\n  - kind: change\n",
            "steps: [index]\n",
            ["line 6", "key: value"],
        ),
        ("panel: china-provinces", "panel: 5", ["line 4", "panel"]),
        (
            "panel: china-provinces",
            "panel:\n  file: a.csv\n  read: {shet: x}",
            ["line 6", "panel.read.shet", "mean sheet"],
        ),
        ("panel: china-provinces", "panel: {file: a.csv, read: {layout: wide}}", ["line 4", "layout", "wide-by-year"]),
        ("panel: china-provinces", "panel:", ["line 4", "panel"]),
        ("title: 小研究", "title: 2022", ["line 3", "title"]),
        ("years: 2015-2020", "years: 2020-2015", ["line 5", "years"]),
        ("years: 2015-2020", "years: recently", ["line 5", "years", "recently"]),
    ],
)
def test_a_fault_is_one_sentence_with_its_place(tmp_path, was, now, parts):
    text = SMALL.replace(was, now)
    assert text != SMALL
    for lang in ("zh", "en"):
        sentence = said(tmp_path, text, lang)
        assert "\n" not in sentence
        assert "pydantic" not in sentence
    for part in parts:
        assert part in said(tmp_path, text)


def test_a_study_can_state_all_that_read_takes():
    import inspect

    import xinzhi
    from xinzhi.study.schema import Reading

    known = {
        n: p.default for n, p in inspect.signature(xinzhi.read).parameters.items() if n not in ("source", "places")
    }
    assert {n: f.default for n, f in Reading.model_fields.items()} == known


@pytest.mark.parametrize("content", ["", "- a\n- b\n", "just words"])
def test_a_file_that_is_no_study_is_refused(tmp_path, content):
    assert "xinzhi init" in said(tmp_path, content)


def test_steps_run_after_what_they_need(tmp_path):
    text = SMALL.replace(
        "  - kind: index\n    preset: three-layers\n  - kind: change\n", "  - kind: change\n  - kind: index\n"
    )
    path = tmp_path / "study.yaml"
    path.write_text(text, "utf-8")
    assert [t.name for t in plan(load(path))] == ["index", "change"]


def test_of_chooses_between_two_indices(tmp_path):
    text = SMALL + "    of: other\n  - kind: index\n    id: other\n    preset: livelihood\n"
    path = tmp_path / "study.yaml"
    path.write_text(text, "utf-8")
    tasks = {t.name: t for t in plan(load(path))}
    assert tasks["change"].given == {"index": "other"}


def test_the_schema_names_every_key_and_kind():
    schema = json_schema()
    text = json.dumps(schema)
    assert schema["additionalProperties"] is False
    for kind in ("index", "audit", "change", "scorecards", "profiles"):
        assert f'"const": "{kind}"' in text
    assert all("description" in entry for entry in schema["properties"].values())


def test_the_source_of_the_built_in_study_is_what_init_writes():
    assert source_of("nqpf-provinces").startswith("#")
    with pytest.raises(UsageError, match="nqpf-provinces"):
        source_of("nqpf-province")
