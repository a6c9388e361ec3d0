"""What productivity results say: the main source of a fall, who did not change, what figures rest on, lines that do it again."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from inspect import signature

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import xinzhi as xz
from xinzhi.base.errors import XinzhiError
from xinzhi.cli.verbs.tfp import _TAKES
from xinzhi.panel import Panel
from xinzhi.productivity import (
    carbon,
    chain,
    drivers,
    efficiency,
    frontier,
    growth,
    improve,
    specification,
    technology_gap,
    tfp,
)
from xinzhi.productivity import inputs as made
from xinzhi.productivity.calls import tfp_line
from xinzhi.productivity.tfp.figures import crosses

YEARS = [2020, 2021, 2022]


@pytest.fixture(scope="module")
def panel() -> Panel:
    return xz.load("china-provinces")


def test_the_main_source_pulls_in_the_direction_of_the_change(panel: Panel) -> None:
    table = tfp(panel, technology="sequential", years=range(2015, 2023)).by_region
    gap = table["efficiency_change"] - table["technical_change"]
    told = table["driver"] != ""
    for sign in (1, -1):  # of a rise the larger part, of a fall the smaller
        rows = table[told & (sign * (table["change"] - 1) > 0)]
        assert len(rows)
        assert ((rows["driver"] == "efficiency") == (sign * gap[rows.index] > 0)).all()


def test_regions_that_rose_fell_and_stood_still_make_all(panel: Panel) -> None:
    result = tfp(panel)
    still = result.by_region[np.abs(result.by_region["change"] - 1) < 1e-9]
    assert len(still) == 1 and (still["driver"] == "").all()
    assert "9 个地区提高、20 个下降、1 个不变" in result.summary("zh")
    assert "以效率下降为主" in result.summary("zh") and "falling behind" in result.summary("en")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_table_and_summary_says_what_figures_rest_on(panel: Panel, lang: str) -> None:
    wanted = {
        "zh": ("永续盘存，δ = 9.6%", "2020 年价", "西藏在 2020–2022 年缺", "以常住人口代替就业人员"),
        "en": ("perpetual inventory, δ = 9.6 %", "prices of 2020", "Xizang left out", "proxy for employment"),
    }[lang]
    data = made(panel, years=YEARS)
    results = [tfp(data), efficiency(data), improve(data), technology_gap(data), specification(panel, dimensions=["rts"], years=YEARS)]  # fmt: skip
    for result in results:
        for said in (result.summary(lang), result.table.note.say(lang)):
            assert all(part in said for part in wanted), (result.title.zh, said)


def test_one_year_is_one_year(panel: Panel) -> None:
    results = [efficiency(panel, years=[2022]), chain(panel, years=[2022]), technology_gap(panel, years=[2022]), improve(panel, years=[2022])]  # fmt: skip
    for result in results:
        for said in (result.title.zh, result.title.en, result.summary("zh"), result.summary("en")):
            assert "2022–2022" not in said and "2022 年为" not in said and "与 2022 年相比" not in said


def test_bias_of_technical_change_multiplies_to_it(panel: Panel) -> None:
    frame = tfp(panel, "malmquist", technology="contemporaneous", preset="kleg", bias=True, years=YEARS).frame
    assert_allclose(
        frame["output_bias"] * frame["input_bias"] * frame["magnitude"], frame["technical_change"], rtol=1e-9
    )
    assert tfp(panel, "malmquist", preset="kleg", years=YEARS).frame["magnitude"].isna().all()
    with pytest.raises(XinzhiError, match="bias"):
        tfp(panel, bias=True, years=YEARS)


def again(python: str, panel: Panel) -> object:
    """The result of a recipe's line."""
    return eval(python.replace("xinzhi.productivity.", "room."), {"room": xz.productivity, "panel": panel})


def test_the_lines_of_a_recipe_give_the_same(panel: Panel, cli) -> None:
    asked = [
        tfp(panel, "malmquist", technology="window", window=5, preset="kleg", by="strategies", depreciation=0.06, years=YEARS),
        efficiency(panel, "radial", technology="contemporaneous", rts="vrs", preset="kleg", draws=20, seed=3, years=[2022]),
        efficiency(panel, "radial", restrictions={"energy": {"labour": [0.05, None]}}, years=[2022]),
        efficiency(panel, "ebm", epsilon=[0.2, 0.4], weights={"energy": 2, "capital": 1}, years=[2022]),
        efficiency(panel, "nonradial", orientation="hybrid", weights={"energy": 1, "gdp": 1, "co2": 1}, years=[2022]),
        improve(panel, "radial", year=2021, years=YEARS, orientation="output"),
        growth(panel, shares={"capital": 0.4, "labour": 0.6}, by="strategies", initial="growth", years=YEARS),
        carbon(panel, by="strategies", years=YEARS),
        carbon(panel, sectors=None, years=YEARS),
        carbon(panel, good="real(retail_sales, gdp_index)", years=YEARS),
        tfp(panel, "luenberger", weights={"energy": 1, "gdp": 1}, years=YEARS),
        technology_gap(panel, model="directional", years=YEARS),
        chain(panel, lags=(1, 1), years=[2022]),
        drivers(panel, ["log(gdp / population)"], draws=30, algorithm=1, trend=False, years=YEARS),
        frontier(panel, form="cobb-douglas", years=range(2015, 2023)),
    ]  # fmt: skip
    for result in asked:
        line = result.recipe
        repeated = again(line.python, panel)
        assert repeated.recipe.python == line.python
        assert repeated.table.frame.to_json() == result.table.frame.to_json(), line.python
        if line.cli:
            status, out, err = cli(*shlex.split(line.cli)[1:], "--format", "json", "--lang", "en")
            assert status == 0, (line.cli, err)
            told = pd.DataFrame(json.loads(out))
            for name in result.frame.select_dtypes("number"):
                assert_allclose(told[name].astype(float), result.frame[name], rtol=1e-9, err_msg=f"{line.cli} {name}")


@pytest.mark.parametrize("what", _TAKES)
def test_a_command_is_written_with_flags_that_it_takes_alone(what: str, panel: Panel) -> None:
    """What a recipe can hold: the options of the face, and those of `inputs` that it passes on."""
    faces = {"change": tfp, "efficiency": efficiency, "improve": improve, "specification": specification, "growth": growth, "carbon": carbon, "frontier": frontier, "gap": technology_gap, "chain": chain, "drivers": drivers, "inputs": made}  # fmt: skip
    own = signature(faces[what]).parameters
    options = {*own, *(signature(made).parameters if "options" in own else ())}
    handed = {"panel", "source", "options", "year", "of", "progress", "workers"}  # not said as options
    handed |= {"good", "bad"} if what == "chain" else set()  # set by the face
    written = {o for o in options - handed if tfp_line(what, {o: [2020] if o == "years" else "x"}, panel)}
    assert "years" in written and written <= {*_TAKES[what], "years"}


def test_a_region_of_its_own(cli) -> None:
    status, out, err = cli("tfp", "--region", "Anhui", "--years", "2020-2022", "--lang", "en")
    assert status == 0, err
    assert "Anhui: Green productivity change" in out and "2021–2022" in out and "geometric mean" in out


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (("--what", "efficiency", "--model", "radial", "--restrictions", "energy/labour=1"), ("energy/labour=0.05:0.5",)),
        (("--what", "efficiency", "--model", "radial", "--restrictions", "energi/labour=1:2"), ("energy",)),
        (("--what", "efficiency", "--model", "ebm", "--epsilon", "2"), ("epsilon",)),
        (("--what", "efficiency", "--model", "nonradial", "--weights", "energy"), ("--weights",)),
        (("--what", "efficiency", "--model", "sbm", "--weights", "energy=1"), ("weights",)),
        (("--what", "chain", "--lags", "1"), ("lags",)),
        (("--what", "chain", "--rts", "vrs"), ("decomposition",)),
        (("--lags", "capitel=1"), ("capital",)),
        (("--bias",), ("sequential",)),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence(cli, words: tuple[str, ...], parts: tuple[str, ...]) -> None:
    status, out, err = cli("tfp", *words, "--years", "2021-2022", "--lang", "zh")
    assert (status, out) == (2, ""), err
    assert len(err.strip().splitlines()) == 1
    assert all(part in err for part in parts)


def test_several_groupings_stand_beside_one_another(panel: Panel, cli) -> None:
    """Plates and strategies in one table; the Greater Bay Area, only a part of Guangdong, is said not to be listed."""
    both = growth(panel, by=["plates", "strategies"], years=YEARS)
    alone = {
        by: growth(panel, by=by, years=YEARS).by_group.set_index("group")["tfp_share"]
        for by in ("plates", "strategies")
    }
    joint = both.by_group.set_index("group")["tfp_share"]
    for table in alone.values():
        assert_allclose(joint[table.index], table)
    assert "四大板块与区域重大战略" in both.summary("zh")
    assert any("粤港澳大湾区只含广东的一部分" in said.zh for said in both.recipe.assumptions)
    change = tfp(panel, by=["plates", "strategies"], years=YEARS)
    assert "--by plates,strategies" in change.recipe.cli
    assert len(change.levels("zh")["series"]) == len(tfp(panel, years=YEARS).levels("zh")["series"])
    status, out, err = cli(
        "tfp", "--what", "growth", "--by", "plates,strategies", "--years", "2020-2022", "--lang", "zh"
    )
    assert status == 0 and "东北地区" in out and "黄河流域" in out, err


def test_intensities_are_told_per_ten_thousand_yuan(panel: Panel) -> None:
    table = carbon(panel, years=[2021, 2022]).tables()["intensity"]
    units = {c.id: (c.unit.zh, c.unit.en) for c in table.columns}
    assert units["intensity"] == ("吨/万元", "t per 10 000 yuan")
    assert units["carbon_intensity"] == ("吨/吨标准煤", "t per tce")
    row, raw = table.frame.iloc[-1], panel.frame.xs(2022, level="year").dropna(subset=["co2"])
    assert_allclose(row["carbon_intensity"], 100 * raw["co2"].sum() / raw["energy"].sum(), rtol=1e-3)


def test_nobody_is_named_where_nobody_fell(panel: Panel) -> None:
    said = growth(panel, shares={"capital": 0.05, "labour": 0.05}, years=range(2011, 2020)).summary("zh")
    assert "下降的有 0 个。" in said and "—" not in said


@pytest.mark.parametrize(
    ("model", "own"),
    [
        ("ebm", {"epsilon": 0.3}),
        ("cross-efficiency", {"goal": "aggressive"}),
        ("by-production", {}),
        ("range-directional", {}),
        ("order-m", {"m": 20}),
        ("order-alpha", {"alpha": 0.9}),
        ("window", {"width": 2}),
        ("nonradial", {"weights": {"energy": 1, "gdp": 1}, "orientation": "hybrid"}),
    ],
)
def test_specifications_of_every_model_of_efficiency(panel: Panel, model: str, own: dict[str, object]) -> None:
    """The baseline is what `efficiency` gives with the same options; choices that the model lacks are not tried."""
    dimensions = ["model", "technology", "rts", "bad"]
    result = specification(panel, "efficiency", model, dimensions=dimensions, years=[2021, 2022], **own)
    base = efficiency(panel, model, years=[2021, 2022], **own).frame.groupby("region")["efficiency"].mean()
    assert_allclose(result.regions.set_index("region").loc[base.index, "value"], base)
    tried = result.frame[result.frame["number"] > 0]
    assert len(tried) >= 3
    assert not any("不能是" in said.zh for said in tried["failed"])
    assert efficiency(panel, model, years=[2021, 2022], **own).how.told().zh in result.table.note.zh


def test_a_source_that_one_side_cannot_tell_does_not_flip(panel: Panel) -> None:
    frame = specification(panel, "tfp", "hicks-moorsteen", preset="kleg", dimensions=["model"], years=YEARS).frame
    assert (frame["driver_flips"] == 0).all()


def test_findings_and_what_they_rest_on_are_two_paragraphs(panel: Panel) -> None:
    data = made(panel, years=YEARS)
    results = [tfp(data), efficiency(data), improve(data), technology_gap(data), carbon(panel, years=YEARS), growth(panel, years=YEARS), chain(panel, years=[2022])]  # fmt: skip
    for result in results:
        for lang, word in (("zh", "口径："), ("en", "Basis: ")):
            found, basis = result.summary(lang).split("\n")
            assert basis.startswith(word) and word not in found


def test_the_example_on_productivity_runs(cli, tmp_path) -> None:
    """The example as written, with fewer years and draws: every kind of step on productivity, in one report."""
    import yaml

    folder = tmp_path / "productivity"
    assert cli("examples", "productivity", "--out", folder)[0] == 0
    study = folder / "study.yaml"
    assert cli("run", study, "--dry-run")[0] == 0
    spec = yaml.safe_load(study.read_text(encoding="utf-8"))
    kinds = [step["kind"] for step in spec["steps"]]
    assert set(kinds) == {
        "tfp",
        "specification",
        "efficiency",
        "improve",
        "growth",
        "carbon",
        "frontier",
        "technology-gap",
        "chain",
        "drivers",
    }
    for step in spec["steps"]:
        step |= {"draws": 20} if step.get("draws") else {}
        step |= {"form": "cobb-douglas"} if step["kind"] == "frontier" else {}
        step |= {"dimensions": ["rts"]} if step["kind"] == "specification" else {}
        step |= {"years": "2020-2022"} if step["kind"] == "chain" else {}
    spec |= {"years": "2019-2022", "outputs": ["html"]}
    study.write_text(yaml.safe_dump(spec, allow_unicode=True), encoding="utf-8")
    status, _, err = cli("run", study, "--out", tmp_path / "out", "--lang", "zh")
    assert status == 0, err
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for said in (
        "安徽 2019–2022 年生产率变化的来源",
        "2022 年二维前沿",
        "规模报酬的检验",
        "效率（SBM 模型）",
        "效率（径向模型）",
        "京津冀协同发展",
        "以常住人口代替就业人员",
        "各项的口径见各节与表注",
    ):
        assert said in page, said
    assert "缺能源消费、二氧化碳排放，未纳入" in page


def read_of(steps: list[dict[str, object]], name: str) -> str:
    """How the report says to read a figure of the study's first step."""
    from xinzhi.report.compose import compose
    from xinzhi.report.section import figures_of

    spec = {"study": "told", "title": "Told", "panel": "china-provinces", "years": "2019-2022", "steps": steps}
    report = compose(xz.study.run(spec))
    found = [f for s in report.sections for b in s.blocks for f in figures_of(b) if f.id == name]
    return found[0].read.zh


def test_pictures_are_read_as_they_are_drawn() -> None:
    """Colours apart only where some rose and others fell; the range of specifications only beside its own baseline."""
    both = {"kind": "tfp"}
    assert "橙色为下降" in read_of([both], "tfp-map")
    rose = {"kind": "tfp", "model": "malmquist", "preset": "klg", "technology": "sequential"}
    compared = {"kind": "specification", "dimensions": ["rts"]}
    assert "换用其他通行口径" in read_of([both, compared], "tfp-ranking")
    assert "由高到低" in read_of([rose, compared], "tfp-ranking")
    changes = tfp(xz.load("china-provinces"), years=[2020, 2021, 2022])
    risen = replace(changes, by_region=changes.by_region.assign(growth=changes.by_region["growth"].abs()))
    assert crosses(changes) and not crosses(risen)


def test_capital_that_is_largely_assumed_is_said_under_every_table(panel: Panel) -> None:
    """With investment since 2020 only, the stock of 2020 is the assumed one."""
    late = panel.select(years=YEARS)
    result = tfp(late)
    for said in (result.summary("zh"), result.table.note.zh):
        assert "对初始存量的推定敏感" in said
    assert "对初始存量的推定敏感" not in tfp(panel, years=YEARS).summary("zh")


def test_a_list_of_places_is_read_from_its_file(tmp_path) -> None:
    (tmp_path / "places.csv").write_text(
        "code,zh,en,level,parent\nA,甲,Jia,county,\nB,乙,Yi,county,\n", encoding="utf-8"
    )
    (tmp_path / "own.csv").write_text("地区,年份,能源消费总量（万吨标准煤）\n甲,2020,1\n乙,2020,2\n", encoding="utf-8")
    own = xz.read(tmp_path / "own.csv", places=str(tmp_path / "places.csv"))
    assert own.regions == ["A", "B"]


def test_depreciation_may_differ_by_region(panel: Panel, cli) -> None:
    """Anhui by hand with δ = 12 %, the others as usual."""
    usual, own = made(panel, years=YEARS), made(panel, years=YEARS, depreciation={"安徽": 0.12})
    rows = panel.frame.loc["340000"]
    investment = (rows["capital_formation"] / (rows["investment_price"] / rows["investment_price"][2020])).dropna()
    stock = investment.iloc[0] / 0.1
    for value in investment.loc[: YEARS[-1]].iloc[1:]:
        stock = 0.88 * stock + value
    at = own.regions.index("340000")
    assert_allclose(own.values("capital")[-1, at], stock, rtol=1e-9)
    others = [k for k in range(len(own.regions)) if k != at]
    assert_allclose(own.values("capital")[:, others], usual.values("capital")[:, others])
    assert "δ = 9.6%–12%" in own.basis.zh
    again = tfp(panel, depreciation={"安徽": 0.12}, years=YEARS)
    status, out, err = cli(*shlex.split(again.recipe.cli)[1:], "--format", "json", "--lang", "zh")
    assert status == 0, err
    assert_allclose(pd.DataFrame(json.loads(out))["change"], again.frame["change"], rtol=1e-9)
    with pytest.raises(XinzhiError, match="安徽"):
        made(panel, depreciation={"安微": 0.12})
