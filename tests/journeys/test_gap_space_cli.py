"""`xinzhi gap`, `xinzhi space`, and a study with every step on disparity and space, as a user runs them."""

from __future__ import annotations

import json
import re
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


def test_the_example_tells_every_step_on_disparity_and_space(cli, tmp_path) -> None:
    assert cli("examples", "gaps", "--out", tmp_path)[0] == 0
    written = tmp_path / "study.yaml"
    text = re.sub(r"draws: \d+", "draws: 5", written.read_text("utf-8")).replace(
        "permutations: 499", "permutations: 19"
    )
    written.write_text(text, encoding="utf-8")
    used = set(re.findall(r"kind: ([a-z-]+)", text))
    assert used >= {
        "gap", "nested", "sources", "convergence", "mobility", "distribution", "weights", "association", "moves", "centre",
        "determinants", "models", "spatial-convergence", "dynamics", "threshold", "quantile",
    }  # fmt: skip
    assert cli("run", written, "--out", tmp_path / "out")[0] == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for said in (
        "组间净差异的占比由", "省份之间", "各部分之和", "收敛俱乐部", "邻居在各等级时的转移", "核密度等值图", "对安徽的权重",
        "莫兰散点图", "玫瑰图", "标准差椭圆", "单因子与交互的解释力", "混合 OLS", "不同空间权重下的", "模型选择按 Elhorst", "空间 β 收敛",
        "长期", "门槛的似然比", "在各分位的系数",
    ):  # fmt: skip
        assert said in page, said
    told = re.sub(r"<style.*?</style>|<svg.*?</svg>|<[^>]+>", " ", page, flags=re.DOTALL)
    assert not re.search(r"(?<![A-Za-z])(nan|NaN|None|inf)(?![A-Za-z])", told)
