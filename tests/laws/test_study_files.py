"""A study whose panel comes in several files."""

from __future__ import annotations

import pytest

from xinzhi.base.errors import XinzhiError
from xinzhi.study import load
from xinzhi.study.data import prepare

STUDY = """
study: two-files
title: Two files
panel: {file: FILES, places: places.csv}
indicators: {income: {direction: "+"}, waste: {direction: "-"}}
steps: [{kind: index}]
"""


def folder(tmp_path, files):
    (tmp_path / "places.csv").write_text("code,name\nN1,Nordmark\nS2,Süderland\nO3,Ostfold\n", encoding="utf-8")
    for name, start in (("income", 1), ("waste", 5)):
        lines = ["Region,2020,2021", f"Nordmark,{start},2", f"Süderland,3,{start + 3}", "Ostfold,2,7"]
        (tmp_path / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "study.yaml").write_text(STUDY.replace("FILES", files), encoding="utf-8")
    return tmp_path / "study.yaml"


def test_several_files_are_joined(tmp_path):
    panel = prepare(load(folder(tmp_path, "[income.csv, waste.csv]"))).panel
    assert panel.columns == ["income", "waste"] and panel.frame.shape == (6, 2) and panel.name == "income"


@pytest.mark.parametrize("files", ["[]", "[income.csv, 7]", "[income.csv, nowhere.csv]"])
def test_what_is_no_list_of_files_is_refused(tmp_path, files):
    with pytest.raises(XinzhiError):
        prepare(load(folder(tmp_path, files)))
