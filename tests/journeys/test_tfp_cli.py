"""`xinzhi tfp` and a study with every step on productivity, as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import xinzhi as xz
from xinzhi.productivity import tfp

SPAN = ("--years", "2019-2022")
STUDY = """\
study: productivity
title: {zh: 生产率, en: Productivity}
panel: china-provinces
years: 2019-2022
steps:
  - {kind: tfp}
  - {kind: efficiency, model: directional}
  - {kind: improve, year: 2021}
  - {kind: specification, dimensions: [depreciation]}
  - {kind: growth, shares: {capital: 0.4, labour: 0.6}}
  - {kind: carbon}
  - {kind: frontier, form: cobb-douglas}
  - {kind: technology-gap, model: directional}
  - {kind: chain, technology: contemporaneous}
  - {kind: drivers, factors: [log(gdp / population)], draws: 30}
outputs: [html, xlsx, results]
"""


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ((), "technical_change"),
        (("--model", "malmquist", "--technology", "sequential", "--rts", "vrs"), "pure_efficiency_change"),
        (("--inputs", "capital,labour", "--good", "real(retail_sales, investment_price)", "--bad", "co2"), "change"),
        (("--what", "efficiency", "--model", "nonradial", "--orientation", "hybrid"), "distance"),
        (("--what", "improve"), "target"),
        (("--what", "growth", "--shares", "estimated"), "tfp"),
        (("--what", "carbon", "--by", "strategies"), "affluence"),
        (("--what", "inputs", "--depreciation", "0.05"), "capital"),
    ],
)
def test_every_question_gives_a_clean_table(cli, words: tuple[str, ...], key: str) -> None:
    status, out, err = cli("tfp", *words, *SPAN, "--format", "json", "--lang", "en")
    assert status == 0, err
    assert key in json.loads(out)[0]
    assert err.strip()


def test_one_region_to_a_file(cli, tmp_path: Path) -> None:
    out = tmp_path / "anhui.csv"
    status, _, err = cli("tfp", "--what", "improve", "--region", "安徽", "--years", "2022", "--out", str(out), "--lang", "zh")  # fmt: skip
    assert status == 0, err
    assert "以常住人口代替就业人员" in out.read_text(encoding="utf-8-sig")


def test_excel_holds_the_linear_programs(cli, tmp_path: Path) -> None:
    from python_calamine import CalamineWorkbook

    out = tmp_path / "tfp.xlsx"
    assert cli("tfp", *SPAN, "--out", str(out), "--lang", "zh")[0] == 0
    book = CalamineWorkbook.from_path(out)
    assert {"decomposition", "regions", "changes", "programs", "sources"} <= set(book.sheet_names)
    rows = book.get_sheet_by_name("programs").to_python()
    assert sum(row[0] == "安徽" for row in rows) == len([r for r in rows if r[0] == "北京"]) > 8


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (("--model", "malmquis"), ("malmquist",)),
        (("--what", "growth", "--rts", "vrs"), ("--rts", "growth")),
        (("--what", "growth", "--shares", "capital=x"), ("capital=0.5",)),
        (("--what", "efficiency", "--technology", "biennial"), ("global",)),
        (("--inputs", "capital,labor"), ("labour",)),
        (("--bad", "none"), ("malmquist",)),
        (("--what", "carbon", "--bad", "co2,energy"), ("--bad",)),
    ],
)
def test_a_mistake_is_one_sentence(cli, words: tuple[str, ...], parts: tuple[str, ...]) -> None:
    status, out, err = cli("tfp", *words, *SPAN, "--lang", "zh")
    assert (status, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert all(part in err for part in parts)


SERIES = ["capital_formation", "investment_price", "population", "energy", "gdp", "gdp_index", "co2"]


def test_a_study_that_is_cut_to_its_years_keeps_the_history_of_capital(cli, tmp_path: Path) -> None:
    """A panel of one's own and the bundled one, cut by `years`: the capital of every earlier year counts in both."""
    panel = xz.load("china-provinces")
    wanted = tfp(panel, years=range(2019, 2023)).by_region
    panel.select(SERIES).to_parquet(tmp_path / "own.parquet")
    for source in ({"file": "own.parquet"}, "china-provinces"):
        file = tmp_path / "cut.yaml"
        spec = {
            "study": "cut",
            "title": "Cut",
            "panel": source,
            "years": "2019-2022",
            "steps": [{"kind": "tfp"}],
            "outputs": ["results"],
        }
        file.write_text(json.dumps(spec), encoding="utf-8")
        pd.testing.assert_frame_equal(xz.study.run(file).results["tfp"].by_region, wanted)
    status, out, err = cli("tfp", "--panel", str(tmp_path / "cut.yaml"), "--format", "json", "--lang", "en")
    assert status == 0, err
    assert {row["year"] for row in json.loads(out)} == {2020, 2021, 2022}


def test_a_study_with_every_step_writes_its_report(cli, tmp_path: Path) -> None:
    study = tmp_path / "study.yaml"
    study.write_text(STUDY, encoding="utf-8")
    status, _, err = cli("run", str(study), "--out", str(tmp_path / "out"), "--lang", "zh")
    assert status == 0, err
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for said in ("几何平均", "纯效率变化", "永续盘存", "以常住人口代替就业人员", "西藏", "标杆", "位次相关", "资本份额", "能源强度", "二维前沿", "单边似然比", "技术落差比", "短板在第二阶段", "效率更高相伴"):  # fmt: skip
        assert said in page
    for name in ("tfp", "efficiency", "improve", "specification", "growth", "carbon", "frontier", "chain", "drivers"):
        assert (tmp_path / "out" / "results" / f"{name}.parquet").exists()
