"""From a panel to an index, its layers, weights, intervals, words and the chain behind a score."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import xinzhi as xz
from xinzhi.base.errors import DataError, UsageError
from xinzhi.base.text import speaking
from xinzhi.measure import IndexResult, Variation, aggregate, entropy_weights, normalise
from xinzhi.measure import preset as find_preset
from xinzhi.panel import Panel

COLUMNS = ["region", "year", "score", "low", "high", "rank", "rank_low", "rank_high"]
DRAWS = 60


@pytest.fixture(scope="module")
def panel() -> Panel:
    return xz.load("china-provinces")


@pytest.fixture(scope="module")
def result(panel: Panel) -> IndexResult:
    return xz.index(panel, "three-layers", draws=DRAWS, seed=1)


def small(**values: list[float]) -> Panel:
    """Three regions of the province list in two years, with the given indicators."""
    places = xz.load("china-provinces").places
    keys = pd.MultiIndex.from_product([["110000", "310000", "340000"], [2020, 2021]], names=["region", "year"])
    return Panel(pd.DataFrame(values, index=keys, dtype=float), {}, places, name="small")


def system(*indicators: dict[str, Any], **layer: Any) -> dict[str, Any]:
    return {"mine": {"layers": {"one": {"zh": "一", "en": "One", **layer, "indicators": list(indicators)}}}}


def one(name: str, direction: str = "+", **more: Any) -> dict[str, Any]:
    return {"id": name, "formula": name, "direction": direction, **more}


# The bundled study -----------------------------------------------------------------------------------------------------


def test_frame_has_every_region_in_every_year(result: IndexResult) -> None:
    frame = result.frame
    assert list(frame.columns[:8]) == COLUMNS
    assert len(frame) == 31 * 12
    assert result.years == list(range(2011, 2023))
    assert frame[COLUMNS].notna().all(axis=None)
    assert (frame["low"] <= frame["score"]).all()
    assert (frame["score"] <= frame["high"]).all()
    assert (frame["rank_low"] <= frame["rank"]).all()
    assert (frame["rank"] <= frame["rank_high"]).all()
    assert frame["score"].between(0, 1).all()
    assert ((frame["low"] >= 0) & (frame["high"] <= 1)).all()
    assert (frame.groupby("year")["rank"].min() == 1).all()
    assert (frame.groupby("year")["rank"].max() <= 31).all()


def test_scores_are_what_the_kernels_give(panel: Panel) -> None:
    """Years without a gap and regions without a gap: the chain by hand on the raw table."""
    years = [2018, 2019, 2020]
    got = xz.index(panel, "three-layers", years, missing="drop", draws=DRAWS)
    preset = find_preset("three-layers")
    table = pd.DataFrame({i.id: panel.evaluate(i.formula) for i in preset.indicators})
    table = table[table.index.get_level_values("year").isin(years)].dropna()
    z = normalise(table, [i.sign for i in preset.indicators])
    w = entropy_weights(z)
    assert_allclose(got.weights["weight"], w, atol=1e-14)
    assert_allclose(got.frame["score"], aggregate(z, w), atol=1e-14)
    assert "540000" not in set(got.frame["region"])
    assert set(got.left_out["region"]) == {"540000"}


def test_layers_and_contributions_add_up_to_the_score(result: IndexResult) -> None:
    total = result.values.groupby(["region", "year"])["contribution"].sum()
    score = result.frame.set_index(["region", "year"])["score"]
    assert_allclose(total.reindex(score.index), score, atol=1e-12)
    weights = result.weights
    assert weights["weight"].sum() == pytest.approx(1)
    assert_allclose(weights.groupby("layer")["within"].sum(), 1)
    assert weights["effective"].sum() == pytest.approx(1)
    whole = weights.groupby("layer")["weight"].sum()
    layers = result.layers.pivot(index=["region", "year"], columns="layer", values="score")
    complete = layers.notna().all(axis=1)
    assert_allclose((layers * whole).sum(axis=1)[complete], score[complete], atol=1e-12)


def test_what_is_missing_is_flagged_and_told(result: IndexResult) -> None:
    tibet = result.frame[result.frame["region"] == "540000"]
    assert (tibet["observed"] < 1).all()
    beijing = result.frame[(result.frame["region"] == "110000") & (result.frame["year"] == 2022)]
    assert beijing["observed"].item() == pytest.approx(1)
    marks = result.values.set_index(["region", "year", "indicator"])["mark"]
    assert marks[("540000", 2020, "energy_intensity")] == "missing"
    assert marks[("110000", 2017, "hitech_share")] == "missing"
    assert marks[("110000", 2022, "hitech_share")] == ""
    told = " ".join(a.zh for a in result.recipe.assumptions)
    for word in ("西藏", "2017 年全部", "常住人口", "2011–2022"):
        assert word in told


def test_repaired_cells_are_marked_and_count_as_rougher(panel: Panel) -> None:
    keys = [("110000", 2017, "hitech_revenue")]
    touched = pd.DataFrame(
        [{"region": r, "year": y, "indicator": i, "mark": "interpolated", "before": np.nan, "after": 1.0, "step": "s", "reason": "why"} for r, y, i in keys]
    )  # fmt: skip
    frame = panel.frame.copy()
    frame.loc[("110000", 2017), ["hitech_revenue", "hitech_firms", "hitech_profit"]] = [5500.0, 800.0, 300.0]
    repaired = Panel(frame, panel.indicators, panel.places, panel.name, panel.title, touched, panel.limits)
    got = xz.index(repaired, "three-layers", [2016, 2017, 2018], draws=DRAWS)
    row = got.frame[(got.frame["region"] == "110000") & (got.frame["year"] == 2017)]
    assert row["estimated"].item() > 0
    cell = got.values[(got.values["mark"] == "interpolated")]
    assert set(cell["indicator"]) == {"hitech_share", "hitech_margin"}
    position = got.inputs.names.index("hitech_share")
    rough = got.inputs.cell_error[:, position]
    assert sorted(set(rough)) == [1.0, 2.0]
    assert any("插值" in a.zh for a in got.recipe.assumptions)
    assert "why" in got.explain("110000", "hitech_share", 2017).summary("en")


def test_same_call_same_result_and_another_seed_other_intervals(panel: Panel, result: IndexResult) -> None:
    again = xz.index(panel, "three-layers", draws=DRAWS, seed=1)
    pd.testing.assert_frame_equal(again.frame, result.frame)
    other = xz.index(panel, "three-layers", draws=DRAWS, seed=2)
    assert_allclose(other.frame["score"], result.frame["score"])
    assert not np.allclose(other.frame["low"], result.frame["low"])
    assert again.recipe.digest() == result.recipe.digest() != other.recipe.digest()


def test_order_and_unit_of_the_data_do_not_matter(panel: Panel, result: IndexResult) -> None:
    shuffled = panel.frame.sample(frac=1, random_state=0)
    for column in ("gdp", "population", "rd_expenditure"):
        shuffled[column] = shuffled[column] * 10.0
    moved = Panel(shuffled, panel.indicators, panel.places)
    system = find_preset("three-layers").without(*[i.id for i in find_preset("three-layers").indicators if not {"gdp", "population"} & set(i.sources)])  # fmt: skip
    a = xz.index(panel, system, [2020, 2021], draws=DRAWS)
    b = xz.index(moved, system, [2020, 2021], draws=DRAWS)
    assert_allclose(a.frame["score"], b.frame["score"], atol=1e-10)


@pytest.mark.parametrize("name", ["livelihood", "three-objects", "three-features", "five-concepts"])
def test_every_province_preset_scores_all_provinces(panel: Panel, name: str) -> None:
    got = xz.index(panel, name, draws=5)
    assert len(got.at()) == 31
    assert list(got.layers["layer"].unique()) == list(got.preset.layers)


def test_city_preset_scores_cities_and_lists_the_rest() -> None:
    got = xz.index(xz.load("china-cities"), "city-quality", range(2019, 2022), draws=5)
    assert len(got.at()) > 250
    assert not got.left_out.empty
    assert got.frame["observed"].min() > 0
    assert "430100" in got.regions


# Words, tables, figure -------------------------------------------------------------------------------------------------


def test_tables_read_in_both_languages_and_export(result: IndexResult, tmp_path: Path) -> None:
    tables = result.tables()
    assert next(iter(tables)) == "ranking"
    assert {"scores", "layers", "weights", "values"} <= set(tables)
    for table in tables.values():
        for lang in ("zh", "en"):
            assert len(next(iter(table.rows(lang)))) == len(table.headings(lang))  # type: ignore[arg-type]
            assert table.title.say(lang)  # type: ignore[arg-type]
    first = next(iter(tables["ranking"].rows("zh")))
    assert first[1] == "北京"
    assert "（" in first[2]
    assert result.to_csv(tmp_path / "index.csv").read_text(encoding="utf-8-sig").count("\n") >= 31
    assert "北京" in result.to_html("zh")
    assert result.to_word(tmp_path / "index.docx").stat().st_size > 0


def test_summary_is_made_from_the_numbers(result: IndexResult) -> None:
    top = result.at().iloc[0]
    assert f"{top['score']:.3f}" in result.summary("zh")
    assert "Beijing" in result.summary("en")
    assert "西藏" in result.summary("zh")
    assert "北京" not in result.summary("en")


def test_figure_draws_every_region_once(result: IndexResult) -> None:
    option = result.figure("zh")
    assert option["series"]
    assert result.figure("en") != option


def test_recipe_holds_what_it_takes_to_do_it_again(result: IndexResult, panel: Panel, cli) -> None:
    recipe = result.recipe
    assert recipe.method == "xinzhi.index"
    assert recipe.data == {"china-provinces": panel.hash}
    assert recipe.seed == 1
    assert recipe.parameters["draws"] == DRAWS
    assert recipe.python == "xinzhi.index(xinzhi.load('china-provinces'), 'three-layers', draws=60, seed=1)"
    assert recipe.cli == "xinzhi index three-layers --draws 60 --seed 1"
    again = eval(recipe.python, {"xinzhi": xz})
    assert_allclose(again.frame["low"], result.frame["low"])
    plain = xz.index(panel, "livelihood")
    assert plain.recipe.cli == "xinzhi index livelihood"
    chain = plain.explain("340000", "beds", 2020)
    pd.testing.assert_frame_equal(eval(chain.recipe.python, {"xinzhi": xz}).frame, chain.frame)
    status, out, err = cli(*shlex.split(chain.recipe.cli)[1:], "--format", "json")
    assert status == 0, err
    assert_allclose([row["value"] for row in json.loads(out)], chain.frame["value"])
    cut = panel.select(regions=panel.regions[:9])
    assert xz.index(cut, "livelihood", draws=5).recipe.python.startswith("xinzhi.index(panel, ")


def test_explain_follows_a_figure_to_the_score(result: IndexResult, panel: Panel) -> None:
    chain = result.explain("340000", "invention_density", 2022)
    step = {s.id: s.value for s in chain.steps}
    published = panel.frame.loc[("340000", 2022)]
    assert step["published:patent_in_force_invention"] == published["patent_in_force_invention"]
    assert step["raw"] == pytest.approx(published["patent_in_force_invention"] / published["population"])
    z = (step["raw"] - step["yardstick:low"]) / (step["yardstick:high"] - step["yardstick:low"])
    assert step["normalised"] == pytest.approx(z)
    assert step["contribution"] == pytest.approx(z * step["weight"])
    row = result.frame[(result.frame["region"] == "340000") & (result.frame["year"] == 2022)].iloc[0]
    assert step["score"] == pytest.approx(row["score"])
    assert result.explain("安徽", "invention_density").frame.equals(chain.frame)
    assert "每万人有效发明专利拥有量" in chain.summary("zh")
    assert "Anhui" in chain.summary("en")
    assert chain.recipe.cli == ""  # the command line draws 1000 times
    assert chain.recipe.python.endswith(".explain('340000', 'invention_density', 2022)")
    assert len(list(chain.table.rows("en"))) == len(chain.steps)


def test_explain_a_gap_and_a_reversed_indicator(result: IndexResult) -> None:
    gap = result.explain("西藏", "energy_intensity", 2020)
    assert "缺失" in gap.summary("zh")
    assert "contribution" not in {s.id for s in gap.steps}
    reverse = {s.id: s for s in result.explain("北京", "coal_share", 2022).steps}
    low, high = reverse["yardstick:low"].value, reverse["yardstick:high"].value
    assert reverse["normalised"].value == pytest.approx((high - reverse["raw"].value) / (high - low))


def test_explain_refuses_what_is_not_there(result: IndexResult, panel: Panel) -> None:
    with pytest.raises(UsageError, match="invention_density"):
        result.explain("340000", "invention_densty")
    with pytest.raises(UsageError, match="2011"):
        result.explain("340000", "invention_density", 1999)
    with pytest.raises(UsageError):
        result.explain("亚特兰蒂斯", "invention_density")
    dropped = xz.index(panel, "three-layers", [2020], missing="drop", draws=5)
    with pytest.raises(UsageError, match="未计分"), speaking("zh"):
        dropped.explain("540000", "invention_density", 2020)


# Choices ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "choice",
    [
        {"normalise": "percentile"}, {"normalise": "sigmoid"}, {"normalise": "rank"}, {"normalise": "distance"},
        {"normalise": "zscore", "weights": "critic"}, {"normalise": "robust", "weights": "equal"},
        {"weights": "critic"}, {"weights": "cv"}, {"weights": "std"}, {"weights": "pca"}, {"weights": "game"},
        {"weights": "multiplicative"}, {"aggregate": "geometric"}, {"aggregate": "harmonic"}, {"aggregate": "mpi"},
        {"layering": "equal"}, {"layer_weights": {"technology": 2, "factors": 1, "industry": 1}},
        {"treat": "skew-kurtosis"}, {"treat": {"paper_density": "log"}}, {"goalposts": {"rd_intensity_gdp": (0, 5)}},
    ],
    ids=str,
)  # fmt: skip
def test_choices_give_complete_results(panel: Panel, choice: dict[str, Any], cli) -> None:
    got = xz.index(panel, "three-layers", [2020, 2022], draws=5, **choice)
    frame = got.frame
    assert frame[COLUMNS].notna().all(axis=None)
    assert ((frame["low"] <= frame["score"]) & (frame["score"] <= frame["high"])).all()
    assert got.weights["weight"].sum() == pytest.approx(1)
    assert got.summary("zh")
    assert got.recipe.python.startswith("xinzhi.index(")
    again = eval(got.recipe.python, {"xinzhi": xz})
    pd.testing.assert_frame_equal(again.frame, frame)
    said = set(choice) <= {"normalise", "weights", "aggregate"}
    assert bool(got.recipe.cli) is said
    if said:
        status, out, err = cli(*shlex.split(got.recipe.cli)[1:], "--format", "json")
        assert status == 0, err
        assert_allclose([row["low"] for row in json.loads(out)], frame["low"])


@pytest.mark.parametrize("way", ["copeland", "borda", "topsis", "vikor", "grey", "rank-sum-ratio", "benefit-of-doubt"])
def test_votes_and_ratings_need_complete_rows(panel: Panel, way: str) -> None:
    with pytest.raises(UsageError, match="西藏") as caught:
        xz.index(panel, "three-layers", [2022], aggregate=way, draws=5)
    assert "Xizang" in caught.value.text.en
    got = xz.index(panel, "three-layers", [2022], aggregate=way, missing="drop", draws=5)
    assert len(got.frame) == 30
    assert ((got.frame["low"] <= got.frame["score"]) & (got.frame["score"] <= got.frame["high"])).all()
    assert got.summary("en")
    assert got.tables()


def test_year_by_year_has_its_own_weights_and_says_so(panel: Panel) -> None:
    got = xz.index(panel, "three-layers", [2018, 2019], pooled=False, draws=5)
    assert set(got.weights["year"]) == {2018, 2019}
    assert_allclose(got.weights.groupby("year")["weight"].sum(), 1)
    alone = xz.index(panel, "three-layers", [2019], draws=5)
    assert_allclose(got.frame[got.frame["year"] == 2019]["score"], alone.frame["score"], atol=1e-12)
    assert "跨年只能比较名次" in " ".join(a.zh for a in got.recipe.assumptions)


def test_regions_by_name_and_variation_of_ones_own(panel: Panel) -> None:
    got = xz.index(panel, "livelihood", [2020, 2021], regions=["北京", "310000", "Anhui"], draws=5)
    assert got.regions == ["110000", "310000", "340000"]
    still = Variation(normalise=(), weights=(), aggregate=(), weight_noise=0, remove=0, data_noise=0)
    sure = xz.index(panel, "livelihood", [2020, 2021], draws=5, vary=still)
    assert_allclose(sure.frame["low"], sure.frame["high"])
    assert (sure.frame["rank_low"] == sure.frame["rank_high"]).all()


def test_own_system_with_given_weights_target_and_goalposts() -> None:
    panel = small(a=[1, 2, 3, 4, 5, 6], b=[9, 1, 4, 5, 6, 7], c=[10, 20, 30, 40, 50, 60])
    mine = {
        "mine": {
            "layers": {
                "one": {"weight": 3, "indicators": [one("a", weight=1, goalposts=[0, 10]), {"id": "b", "formula": "b", "target": [4, 6], "tolerance": 5, "weight": 3}]},
                "two": {"weight": 1, "indicators": [one("c", "-", weight=1)]},
            }
        }
    }  # fmt: skip
    got = xz.index(panel, mine, weights="given", draws=5)
    assert_allclose(got.weights["weight"], [3 / 16, 9 / 16, 1 / 4])
    assert list(got.weights["direction"]) == [1, 0, -1]
    z = got.normalised.to_numpy()
    assert_allclose(z[:, 0], np.arange(1, 7) / 10)
    assert_allclose(z[:, 1], [0.4, 0.4, 1, 1, 1, 0.8])
    assert_allclose(z[:, 2], [1, 0.8, 0.6, 0.4, 0.2, 0])
    assert_allclose(got.frame["score"], z @ [3 / 16, 9 / 16, 1 / 4])
    told = got.explain("北京", "b", 2020).summary("en")
    assert "best value 4–6" in told
    assert "stated beforehand" in got.explain("北京", "a", 2020).summary("en")


def test_one_region_one_year_on_stated_yardsticks() -> None:
    panel = small(a=[1, 2, 3, 4, 5, 6], b=[2, 4, 3, 5, 6, 7])
    mine = system(one("a", goalposts=[0, 10]), one("b", goalposts=[0, 10]))
    got = xz.index(panel, mine, [2021], regions=["110000"], weights="equal", draws=5, vary=Variation(normalise=(), weights=(), aggregate=(), remove=0, data_noise=0))  # fmt: skip
    assert got.frame["score"].item() == pytest.approx(0.3)
    assert got.frame["rank"].item() == 1
    assert got.summary("zh")


# What is refused -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"a": [1, 2, 3, 4, 5, 6], "b": [5, 5, 5, 5, 5, 5]}, "「b」全部取值相同"),
        ({"a": [1, 2, 3, 4, 5, 6], "b": [np.nan] * 6}, "全部缺失"),
        ({"a": [np.nan] * 6, "b": [np.nan] * 6}, "没有一年"),
    ],
)
def test_data_that_cannot_be_scored(values: dict[str, list[float]], words: str) -> None:
    with speaking("zh"), pytest.raises(DataError, match=words):
        xz.index(small(**values), system(one("a"), one("b")), None if "没有" in words else [2020, 2021], draws=5)


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"preset": "three-layer"}, "three-layers"), ({"weights": "entropi"}, "entropy"), ({"normalise": "minmix"}, "minmax"),
        ({"aggregate": "arithmetics"}, "arithmetic"), ({"layering": "flat"}, "pooled"), ({"layer_weights": {"tech": 1}}, "technology"),
        ({"weights": {"rd_intensity_gdp": 1}}, "basic_research_share"), ({"weights": {"rd": 1}}, "rd"),
        ({"weights": "given"}, "weight"), ({"goalposts": {"rd_intensity": (0, 5)}}, "rd_intensity_gdp"),
        ({"goalposts": {"rd_intensity_gdp": (0, 5)}, "normalise": "zscore", "weights": "critic"}, "minmax"),
        ({"treat": "cut"}, "quantile"), ({"missing": "skip"}, "drop"), ({"coverage": 2}, "coverage"), ({"draws": 0}, "draws=0"),
        ({"level": 1.5}, "level"), ({"years": "2020-2022"}, "range(2011, 2023)"), ({"years": []}, "range(2011, 2023)"), ({"regions": ["999999"]}, "999999"), ({"years": [1900]}, "1900"), ({"layering": "given"}, "layer_weights"),
        ({"treat": {"rd_intensity_gdp": "log"}, "goalposts": {"rd_intensity_gdp": (0, 5)}}, "goalposts"),
        ({"aggregate": "geometric", "floor": 0}, "floor"), ({"aggregate": "geometric", "normalise": "zscore", "weights": "critic"}, "minmax"),
    ],
    ids=str,
)  # fmt: skip
def test_names_and_options_that_cannot_be_meant(panel: Panel, choice: dict[str, Any], words: str) -> None:
    options: dict[str, Any] = {"preset": "three-layers", "years": [2020, 2022], "draws": 5, **choice}
    with pytest.raises(UsageError) as caught:
        xz.index(panel, **options)
    assert words in caught.value.text.en
    assert words in caught.value.text.zh


def test_one_year_as_a_number_and_a_frame_instead_of_a_panel(panel: Panel) -> None:
    assert xz.index(panel, "livelihood", 2021, draws=5).years == [2021]
    with pytest.raises(UsageError, match=r"xinzhi\.read"):
        xz.index(panel.frame, "livelihood", draws=5)  # type: ignore[arg-type]


def test_gaps_named_with_region_and_year(panel: Panel) -> None:
    with pytest.raises(DataError) as caught:
        xz.index(panel, "three-layers", [2022], missing="fail", draws=5)
    assert "Xizang" in caught.value.text.en
    assert "西藏" in caught.value.text.zh
    with pytest.raises(DataError, match="2017"):
        xz.index(panel, "three-layers", [2016, 2017], pooled=False, draws=5)
    with pytest.raises(DataError) as caught:
        xz.index(panel, "three-layers", [2013, 2022], normalise="log-minmax", draws=5)
    assert "宁夏" in caught.value.text.zh or "Ningxia" in caught.value.text.zh


def test_formula_over_an_unknown_id_names_the_nearest(panel: Panel) -> None:
    with pytest.raises(UsageError) as caught:
        xz.index(panel, system({"id": "x", "formula": "gdpp / population", "direction": "+"}), draws=5)
    assert "gdp" in caught.value.text.en
    assert "layer one" in caught.value.text.en
