"""`xinzhi gap`, `xinzhi space`, and a study with every step on disparity and space, as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

STUDY = """\
study: gap-and-space
title: {zh: 差异与空间, en: Gap and space}
panel: china-provinces
years: 2018-2022
steps:
  - {kind: gap, figure: gdp / population, weight: population, draws: 20}
  - {kind: nested, figure: gdp / population, by: [plates, province], draws: 5}
  - {kind: convergence, figure: gdp / population}
  - {kind: mobility, figure: gdp / population, draws: 20}
  - {kind: distribution, figure: gdp / population}
  - {kind: association, figure: gdp / population, permutations: 99}
  - {kind: centre, figure: gdp}
  - {kind: determinants, figure: gdp / population, factors: [rd_intensity, urban_population / population]}
  - {kind: models, figure: log(gdp / population), factors: [rd_intensity], kinds: [pooled, sar]}
  - {kind: sources, figure: rd_basic + rd_applied, parts: [rd_basic, rd_applied], draws: 5}
  - {kind: weights, region: 浙江}
  - {kind: spatial-convergence, figure: gdp / population, kinds: [pooled, sem]}
  - {kind: threshold, figure: log(gdp / population), factors: [rd_intensity], draws: 10}
  - {kind: quantile, figure: log(gdp / population), factors: [rd_intensity], quantiles: [0.25, 0.75]}
  - {kind: dynamics, figure: log(gdp / population), factors: [rd_intensity], kinds: [dsar]}
  - {kind: moves, figure: gdp / population, permutations: 49}
outputs: [html, xlsx, results]
"""


def test_gap_gives_a_clean_table_and_says_what_it_found(cli) -> None:
    status, out, err = cli(
        "gap", "gdp / population", "--draws", "10", "--format", "json", "--years", "2022", "--lang", "en"
    )
    assert status == 0
    assert json.loads(out)[0]["year"] == 2022
    assert "the Gini" in err


def test_space_models_need_factors(cli) -> None:
    status, out, err = cli("space", "gdp", "--what", "models", "--lang", "zh")
    assert (status, out) == (2, "")
    assert "--factors" in err


def test_an_unknown_name_in_a_formula_suggests_the_nearest(cli) -> None:
    status, _, err = cli("gap", "gdp / poplation", "--lang", "zh")
    assert status == 2
    assert "population" in err


def test_a_study_with_every_step_writes_its_report(cli, tmp_path: Path) -> None:
    study = tmp_path / "study.yaml"
    study.write_text(STUDY, encoding="utf-8")
    status, _, err = cli("run", str(study), "--out", str(tmp_path / "out"), "--lang", "zh")
    assert status == 0, err
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for said in (
        "组间净差异",
        "β 收敛",
        "等级转移",
        "分布形态",
        "莫兰",
        "重心",
        "因子探测",
        "空间滞后 SAR",
        "差异来自",
        "平均邻居数",
        "空间 β 收敛",
        "似然比",
        "分位点",
        "动态 SAR",
        "时间路径",
    ):
        assert said in page
    assert (tmp_path / "out" / "results" / "gap.parquet").exists()
