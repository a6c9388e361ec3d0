"""Every line that a recipe of disparity and space prints gives the same result again: in Python and at the command line."""

import shlex

import numpy as np
import pandas as pd
import pytest

import xinzhi as xz
from xinzhi.base.text import speaking
from xinzhi.cli import deliver
from xinzhi.disparity import closing, gap, moves, nested, shape, sources
from xinzhi.panel.store import read_parquet
from xinzhi.space import (
    bivariate,
    catching_up,
    cluster_moves,
    clustering,
    determinants,
    dynamic_models,
    local_effects,
    models,
    path,
    quantile_effects,
    threshold_effects,
    weights_map,
)

P, CITIES = xz.load("china-provinces"), xz.load("china-cities")
HEAD, LEVEL, CO2 = "gdp / population", "log(gdp / population)", "log(co2 / population)"
PARTS = ["patent_applications_invention", "patent_applications_utility", "patent_applications_design"]
YEARS, SHORT = range(2015, 2023), [2020, 2021, 2022]
SOME = [c for c in P.regions if c not in ("540000", "650000")]

BOTH = {  # what either line can say
    "gap": lambda: gap(P, HEAD, weight="population", years=[2015, 2020], draws=9, seed=3),
    "gap of cities": lambda: gap(CITIES, HEAD, by="province", years=[2020]),
    "nested": lambda: nested(CITIES, "gdp", weight="population", years=[2020], draws=9, seed=2),
    "nested as it comes": lambda: nested(CITIES, "gdp", by=("plates", "province"), years=[2020]),
    "sources": lambda: sources(P, PARTS, whole="patent_applications", weight="population", years=SHORT, draws=9, seed=4),
    "sources as it comes": lambda: sources(P, PARTS, years=[2022]),
    "closing": lambda: closing(P, HEAD, controls=["co2 / gdp", "urban_population / population"], years=range(2012, 2021)),
    "moves": lambda: moves(P, HEAD, classes=3, years=YEARS, draws=9, seed=5),
    "shape": lambda: shape(P, HEAD, weight="population", years=[2013, 2022]),
    "clustering": lambda: clustering(P, HEAD, weights="economic", level=HEAD, years=[2015, 2022], permutations=19, seed=1),
    "bivariate": lambda: bivariate(P, HEAD, "co2 / gdp", weights="knn4", years=[2020], permutations=19, seed=2),
    "cluster_moves": lambda: cluster_moves(P, HEAD, weights="inverse-distance:900", years=SHORT, permutations=19, seed=3),
    "path": lambda: path(P, "gdp", years=SHORT),
    "weights_map": lambda: weights_map(P, "economic", "Shanghai", of="gdp", level=HEAD, years=SHORT),
    "weights of all": lambda: weights_map(P, "contiguity@spectral"),
    "determinants": lambda: determinants(P, HEAD, ["co2 / gdp", "urban_population / population"], years=[2020, 2021]),
    "models": lambda: models(P, LEVEL, [CO2], kinds=["ols", "pooled", "sar"], effects="unit", weights=["rook", "knn4"], years=SHORT, seed=1),
    "catching_up": lambda: catching_up(P, HEAD, controls=["co2 / gdp"], kinds=["pooled", "sem"], effects="unit", weights="knn4", years=YEARS, seed=1),
    "dynamic_models": lambda: dynamic_models(P, LEVEL, [CO2], kinds=["dsar"], effects="unit", weights="knn4", years=YEARS, seed=2),
    "threshold_effects": lambda: threshold_effects(P, LEVEL, [CO2], LEVEL, controls=["co2 / gdp"], years=SHORT, seed=2),
    "quantile_effects": lambda: quantile_effects(P, LEVEL, [CO2], quantiles=[0.2, 0.5, 0.7654321], effects="none", years=YEARS),
    "local_effects": lambda: local_effects(P, LEVEL, [CO2], year=2020),
}  # fmt: skip
ONE = {  # where the command line has no flag for a choice
    "gap": lambda: gap(P, HEAD, regions=iter(SOME), years=iter([2020]), level=0.9, draws=9),
    "nested": lambda: nested(CITIES, "gdp", index="L", years=[2020], draws=9),
    "sources": lambda: sources(P, PARTS, regions=SOME, years=[2022], level=0.5, draws=9),
    "closing": lambda: closing(P, HEAD, merge=None, trim=0.25, clubs_of="level", smooth=400.0),
    "moves": lambda: moves(P, HEAD, classes=(0.7, 1.3), relative=True, pooled=False, neighbours=None, draws=9),
    "moves within borders": lambda: moves(P, HEAD, classes=np.array([0.7, 1.3]), draws=9),
    "shape": lambda: shape(P, HEAD, relative=False, bandwidth="scott", lower=None, points=64, years=SHORT),
    "clustering": lambda: clustering(P, HEAD, regions=SOME, years=SHORT, local_years=iter([2021]), permutations=19, alpha=0.1),
    "bivariate": lambda: bivariate(P, HEAD, "co2", years=[2022], permutations=19, alpha=0.2),
    "cluster_moves": lambda: cluster_moves(P, HEAD, standardise="z", sectors=4, years=SHORT, permutations=19),
    "path": lambda: path(P, "gdp", scale="population", regions=SOME),
    "weights_map": lambda: weights_map(P, "knn4", regions=SOME),
    "determinants": lambda: determinants(P, HEAD, ["co2"], strata={"plate": "plates"}, method="equal", classes=4, years=[2021]),
    "determinants of several classes": lambda: determinants(P, HEAD, ["co2"], classes=range(3, 5)),
    "models": lambda: models(P, LEVEL, [CO2], kinds=["sar"], bias_correction=False, draws=50, regions=SOME, years=SHORT),
    "catching_up": lambda: catching_up(P, HEAD, kinds=["pooled"], effects="cross-section", span=2, draws=50, years=YEARS),
    "dynamic_models": lambda: dynamic_models(P, LEVEL, [CO2], lagged_neighbours=False, bias_correction=False, draws=50, years=YEARS),
    "threshold_effects": lambda: threshold_effects(P, LEVEL, [CO2], thresholds=1, trim=0.1, grid=None, draws=20, robust=True, years=SHORT),
    "quantile_effects": lambda: quantile_effects(P, LEVEL, [CO2], quantiles=[0.5], errors="iid", years=YEARS),
    "local_effects": lambda: local_effects(P, LEVEL, [CO2], bandwidth=20, kernel="gaussian", criterion="AIC", regions=SOME),
}  # fmt: skip
W = weights_map(P, "knn3").weights
OBJECTS = {
    "clustering": lambda: clustering(P, HEAD, weights=W, years=[2022], permutations=19),
    "bivariate": lambda: bivariate(P, HEAD, "co2", weights=W, years=[2022], permutations=19),
    "cluster_moves": lambda: cluster_moves(P, HEAD, weights=W, years=SHORT, permutations=19),
    "weights_map": lambda: weights_map(P, W, "310000"),
    "moves": lambda: moves(P, HEAD, neighbours=W.sparse, draws=9),
    "models": lambda: models(P, LEVEL, [CO2], kinds=["sar"], weights=W, years=SHORT),
    "catching_up": lambda: catching_up(P, HEAD, kinds=["sem"], weights=W, years=YEARS),
    "dynamic_models": lambda: dynamic_models(P, LEVEL, [CO2], kinds=["dsar"], weights=W, years=YEARS),
}


def again(result, **names):
    """The result of a recipe's line of Python, which prints the same line."""
    found = eval(result.recipe.python, {"xinzhi": xz, **names})
    pd.testing.assert_frame_equal(found.frame, result.frame)
    assert found.recipe.python == result.recipe.python
    assert found.recipe.digest() == result.recipe.digest()
    assert found.summary("en") == result.summary("en")


def panel_of(result):
    return CITIES if "china-cities" in result.recipe.data else P


@pytest.mark.parametrize("face", BOTH)
def test_both_lines_give_the_same(face: str, cli, tmp_path) -> None:
    result = BOTH[face]()
    again(result, panel=panel_of(result))
    with speaking("en"):
        deliver.result(result, "parquet", tmp_path / "here.parquet")
    status, _, err = cli(*shlex.split(result.recipe.cli)[1:], "-o", tmp_path / "there.parquet", "--lang", "en")
    assert status == 0, (result.recipe.cli, err)
    (here, told), (there, heard) = (read_parquet(tmp_path / f"{name}.parquet") for name in ("here", "there"))
    pd.testing.assert_frame_equal(there, here)
    assert heard == told


@pytest.mark.parametrize("face", ONE)
def test_a_choice_without_a_flag_is_said_in_python_alone(face: str) -> None:
    result = ONE[face]()
    again(result, panel=panel_of(result))
    assert result.recipe.cli == ""


@pytest.mark.parametrize("face", OBJECTS)
def test_weights_that_are_an_object_are_called_w(face: str) -> None:
    result = OBJECTS[face]()
    again(result, panel=P, w=W.sparse if face == "moves" else W)
    assert result.recipe.cli == ""


def test_several_weights_of_ones_own_are_told_apart() -> None:
    result = models(P, LEVEL, [CO2], kinds=["sar"], weights=["rook", W, weights_map(P, "knn5").weights], years=SHORT)
    assert "weights=['rook', w2, w3]" in result.recipe.python
    again(result, panel=P, w2=W, w3=weights_map(P, "knn5").weights)


def test_an_index_stands_as_a_name() -> None:
    index = xz.index(P, "livelihood", [2022], draws=1)
    result = sources(index, draws=9, seed=1)
    again(result, index=index)
    assert result.recipe.cli == ""


def test_a_panel_that_is_not_the_bundled_one_has_no_command() -> None:
    cut = P.select(regions=SOME)
    result = gap(cut, HEAD, years=[2022], draws=0)
    again(result, panel=cut)
    assert result.recipe.cli == "" and gap(P, HEAD, years=[2022], draws=0).recipe.cli


def test_a_file_of_weights_is_quoted_for_the_shell(cli, tmp_path) -> None:
    for name, sayable in (("my weights.csv", True), ("mine, yours.csv", False)):  # commas part the rules of --weights
        path_of = tmp_path / name
        pd.DataFrame(W.sparse.toarray(), index=W.ids, columns=W.ids).to_csv(path_of)
        result = clustering(P, HEAD, weights=str(path_of), years=[2022], permutations=19)
        again(result, panel=P)
        assert bool(result.recipe.cli) is sayable
        if sayable:
            status, out, err = cli(*shlex.split(result.recipe.cli)[1:], "--format", "csv")
            assert status == 0 and f"{result.frame['moran'].iloc[0]:.6f}"[:8] in out, err


def test_a_figure_that_reads_like_a_flag_is_said_in_python_alone() -> None:
    result = path(P, "-(0 - gdp)", years=SHORT)
    again(result, panel=P)
    assert result.recipe.cli == ""
