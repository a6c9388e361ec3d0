"""The space kernels against R spdep, GD and own definitions; synthetic data made for this project, in data/space."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from xinzhi.base.errors import DataError
from xinzhi.space import (
    Geodetector,
    Weights,
    bivariate_moran,
    breaks,
    cut,
    determinant,
    ellipse,
    from_pairs,
    geary,
    geodetector,
    getis_ord,
    getis_ord_global,
    lee,
    local_geary,
    local_moran,
    moran,
    optimal_discretisation,
    total_moments,
)

DATA = Path(__file__).parent / "data" / "space"
UNITS = {
    "lattice_queen": "lattice",
    "irregular_gabriel": "irregular",
    "irregular_knn6inv": "irregular",
    "island_rook": "island",
}
STYLES = {"W": "row", "B": "raw", "C": "double", "S": "variance"}


def case(name: str, style: str) -> tuple[pd.DataFrame, Weights]:
    units, pairs = pd.read_csv(DATA / f"{UNITS[name]}_units.csv"), pd.read_csv(DATA / f"{name}_pairs.csv")
    return units, from_pairs(list(pairs["i"]), list(pairs["j"]), list(units["id"]), pairs["w"].to_numpy()).to(
        STYLES[style]
    )


GLOBAL = pd.read_csv(DATA / "expected_global_spdep.csv", keep_default_na=False, na_values={"p": ""})
TESTS = {"moran": moran, "geary": geary}


@pytest.mark.parametrize("name", UNITS)
@pytest.mark.parametrize("statistic", TESTS)
def test_moran_and_geary(name: str, statistic: str) -> None:
    rows = GLOBAL[(GLOBAL["weights"] == name) & (GLOBAL["statistic"] == statistic)]
    assert len(rows) > 0
    for row in rows.to_dict("records"):
        units, w = case(name, row["style"])
        keep = row["note"] == "adjust.n=FALSE"
        alternative = row["alternative"].replace(".", "-")
        got = TESTS[statistic](units[row["variable"]], w, row["assumption"], alternative, adjust_islands=not keep)
        expected = [float(row[k]) for k in ("value", "expectation", "variance", "z", "p")]
        assert_allclose([got.statistic, got.expected, got.variance, got.z, got.p], expected, rtol=1e-9)


@pytest.mark.parametrize("name", UNITS)
def test_global_g_bivariate_and_lee(name: str) -> None:
    for row in GLOBAL[GLOBAL["weights"] == name].to_dict("records"):
        units, w = case(name, row["style"])
        if row["statistic"] == "general_G":
            got = getis_ord_global(units["v"], w, "two-sided")
            expected = [float(row[k]) for k in ("value", "expectation", "variance", "z", "p")]
            assert_allclose([got.statistic, got.expected, got.variance, got.z, got.p], expected, rtol=1e-8)
        elif row["statistic"] == "bivariate_moran":
            here, there = row["variable"].split(":W")
            got = bivariate_moran(units[here], units[there], w, permutations=0)
            assert_allclose(got.statistic, float(row["value"]), rtol=1e-9)
        elif row["statistic"] == "lee_L":
            assert_allclose(lee(units["x"], units["y"], w), float(row["value"]), rtol=1e-9)


@pytest.mark.parametrize("name", UNITS)
@pytest.mark.parametrize("style", ["W", "B"])
def test_local_statistics(name: str, style: str) -> None:
    expected = pd.read_csv(DATA / f"expected_local_{name}_spdep.csv")
    expected = expected[expected["style"] == style]
    units, w = case(name, style)

    there = np.diff(w.raw.indptr) > 0  # spdep gives an island Iᵢ = 0, ours is missing
    i = local_moran(units["y"], w, 0, alternative="two-sided")
    for field, column in (
        ("statistic", "Ii"),
        ("expected", "E_cond"),
        ("variance", "Var_cond"),
        ("z", "Z_cond"),
        ("p", "p_cond"),
    ):
        assert_allclose(getattr(i, field)[there], expected[column][there], rtol=2e-8, atol=1e-12)
    n1 = local_moran(units["y"], w, 0, divisor="n-1").statistic
    assert_allclose(n1[there], expected["Ii_s2n1"][there], rtol=2e-8, atol=1e-12)
    mean, variance = total_moments(units["y"], w)
    assert_allclose(mean[there], expected["E_total"][there], rtol=2e-8)
    assert_allclose(variance[there], expected["Var_total"][there], rtol=2e-8)
    g = getis_ord(units["v"], w, star=False)
    assert_allclose(g.z[there], expected["G_z"][there], rtol=2e-8)
    assert_allclose(g.statistic[there], expected["G_i"][there], rtol=2e-8)
    star = getis_ord(units["v"], w, star=True)
    known = expected["Gstar_z"].notna().to_numpy()
    assert_allclose(star.z[known], expected["Gstar_z"][known], rtol=2e-8)
    assert_allclose(local_geary(units["y"], w)[there], expected["C_i"][there], rtol=2e-8)


SET_B = {
    "lattice": ("lattice_data", "lattice_nb"),
    "irregular_island": ("irregular_data", "irregular_nb"),
    "irregular_knn4": ("irregular_data", "irregular_knn4_nb"),
    "irregular_invdist": ("irregular_data", "irregular_invdist_nb"),
}


def second(name: str, style: str) -> tuple[pd.DataFrame, Weights]:
    data, pairs = (pd.read_csv(DATA / "set_b" / f"{part}.csv") for part in SET_B[name])
    w = from_pairs(list(pairs["i"]), list(pairs["j"]), list(data["id"]), pairs["w"].to_numpy())
    return data, w.to(STYLES[style])


GLOBAL_B = pd.read_csv(DATA / "set_b" / "assoc_global_spdep.csv")


@pytest.mark.parametrize("name", SET_B)
def test_global_statistics_of_the_second_set(name: str) -> None:
    for row in GLOBAL_B[GLOBAL_B["case"] == name].to_dict("records"):
        data, w = second(name, row["style"])
        if row["test"] in ("moran_bivariate", "lee_L"):
            here, there = (data[each.strip()] for each in re.split(r"\|W? ?", row["variable"]))
            value = lee(here, there, w) if row["test"] == "lee_L" else bivariate_moran(here, there, w, 0).statistic
            assert_allclose(value, row["statistic"], rtol=1e-9)
            continue
        keep = not row["adjust_n"]
        if row["test"] == "getis_ord_G" and keep:
            continue  # spdep leaves islands out of the sums but not out of n; ours leaves them in or out of both
        if row["test"] == "getis_ord_G":
            got = getis_ord_global(data[row["variable"]], w, "two-sided")
        else:
            got = TESTS[row["test"]](data[row["variable"]], w, row["variance"], adjust_islands=not keep)
        expected = [float(row[k]) for k in ("statistic", "expectation", "var", "z", "p")]
        assert_allclose([got.statistic, got.expected, got.variance, got.z, got.p], expected, rtol=1e-8)


@pytest.mark.parametrize("name", SET_B)
def test_local_statistics_of_the_second_set(name: str) -> None:
    expected = pd.read_csv(DATA / "set_b" / f"assoc_local_{name}_spdep.csv")
    data, pairs = (pd.read_csv(DATA / "set_b" / f"{part}.csv") for part in SET_B[name])
    ids = list(data["id"])
    for (style, variable), rows in expected.groupby(["style", "variable"]):
        if style not in STYLES:
            continue
        w = from_pairs(list(pairs["i"]), list(pairs["j"]), ids, pairs["w"].to_numpy()).to(STYLES[style])
        got = local_moran(data[variable], w, 0, alternative="two-sided")
        there = rows["Ii"].notna().to_numpy() & (np.diff(w.raw.indptr) > 0)
        for field, column in (
            ("statistic", "Ii"),
            ("expected", "E_cond"),
            ("variance", "Var_cond"),
            ("z", "Z_cond"),
            ("p", "p_cond"),
        ):
            assert_allclose(getattr(got, field)[there], rows[column][there], rtol=1e-7, atol=1e-12)
        if (data[variable] >= 0).all():
            known = rows["localGstar_z"].notna().to_numpy() & there
            assert_allclose(getis_ord(data[variable], w, star=False).z[there], rows["localG_z"][there], rtol=1e-7)
            for given in (w, w.sparse) if style == "B" or "knn" in name else (w,):  # a bare matrix shows no raw weights
                star = getis_ord(data[variable], given, star=True)
                assert_allclose(star.z[known], rows["localGstar_z"][known], rtol=1e-7)


def test_ellipse() -> None:
    units = pd.read_csv(DATA / "panel_units.csv")
    panel = pd.read_csv(DATA / "panel.csv")
    for row in pd.read_csv(DATA / "expected_ellipse.csv").to_dict("records"):
        plain = row["weight"] != "gdp"
        w = (
            None
            if plain
            else panel[panel["year"] == int(row["year"])].set_index("id")["gdp"].loc[units["id"]].to_numpy()
        )
        got, wide = ellipse(units[["lon", "lat"]], w), ellipse(units[["lon", "lat"]], w, "sqrt2")
        assert_allclose(got.centre, [row["cx"], row["cy"]], rtol=1e-9)
        assert_allclose(got.axes, [row["semi_major_population"], row["semi_minor_population"]], rtol=1e-9)
        assert_allclose(got.angle, row["azimuth_major_from_north"], rtol=1e-9)
        assert_allclose([wide.area, got.distance], [row["area_sqrt2"], row["standard_distance"]], rtol=1e-9)
        if plain:
            yuill = ellipse(units[["lon", "lat"]], scale="yuill").axes
            assert_allclose(yuill, [row["semi_major_yuill_n_minus_2"], row["semi_minor_yuill_n_minus_2"]], rtol=1e-9)


SCALES = {"population_n": "population", "sqrt2_arcgis": "sqrt2", "crimestat_sqrt2_nminus2": "yuill"}


def test_ellipse_of_the_second_set() -> None:
    points, rows = (pd.read_csv(DATA / "set_b" / f"ellipse_{part}.csv") for part in ("points", "expected"))
    checked = 0
    for row in rows[rows["formula"].isin(SCALES)].to_dict("records"):
        year = points["year"].min() if np.isnan(row["year"]) else row["year"]
        here = points[points["year"] == year]
        got = ellipse(here[["x", "y"]], here["weight"] if row["weighted"] else None, SCALES[row["formula"]])
        assert_allclose(got.centre, [row["centre_x"], row["centre_y"]], rtol=1e-9)
        assert_allclose(got.axes, [row["major"], row["minor"]], rtol=1e-9)
        measures = (got.angle, got.area, got.distance, got.eccentricity, got.oblateness)
        keys = ("azimuth_major_deg", "area", "standard_distance", "eccentricity", "oblateness")
        assert_allclose(measures, [row[key] for key in keys], rtol=1e-9)
        checked += 1
    assert checked >= 9


FACTORS = ["f1", "f2", "f3", "f4", "c1", "c2", "c3"]


def test_geodetector_four_detectors() -> None:
    y = pd.read_csv(DATA / "geodetector.csv")["y"]
    got = geodetector(y, pd.read_csv(DATA / "geodetector_classes.csv")[FACTORS])
    tables = (pd.read_csv(DATA / f"expected_gd_{part}.csv") for part in ("factor", "interaction", "ecological"))
    factor, interaction, ecological = tables
    risk = pd.read_csv(DATA / "expected_gd_risk.csv", dtype={"itv1": str, "itv2": str})
    agrees(
        got,
        factor.rename(columns={"q": "q_GD"}).set_index("factor"),
        interaction.rename(columns={"q12_definition": "q12_all_strata"}),
        ecological.rename(columns={"F_definition": "F_wang2010"}),
        risk.rename(columns={"factor": "variable"}),
    )


def test_geodetector_four_detectors_of_the_second_set() -> None:
    data = pd.read_csv(DATA / "set_b" / "gd_classified.csv")
    got = geodetector(data["y"], data[["zone", "soil", "elev", "rain", "slope", "temp"]])
    tables = (pd.read_csv(DATA / "set_b" / f"gd_{part}.csv", dtype={"itv1": str, "itv2": str}) for part in ("factor", "interaction", "ecological", "risk"))  # fmt: skip
    factor, *rest = tables
    agrees(got, factor.set_index("variable"), *rest)


KINDS = {"Enhance, nonlinear": "enhance, nonlinear", "Enhance, bi-": "enhance, bivariate", "Weaken, uni-": "weaken, univariate", "Weaken, nonlinear": "weaken, nonlinear", "Independent": "independent"}  # fmt: skip


def agrees(
    got: Geodetector, factor: pd.DataFrame, interaction: pd.DataFrame, ecological: pd.DataFrame, risk: pd.DataFrame
) -> None:
    for f in got.factor:
        assert_allclose(f.q, factor.at[f.name, "q_GD"], rtol=1e-9)
        assert_allclose(f.p, factor.at[f.name, "p_GD"], rtol=1e-3, atol=1e-8)  # R's own tail is noise below 1e-9
    both = {frozenset((i.first, i.second)): i for i in got.interaction}
    assert len(both) == len(interaction)
    for row in interaction.to_dict("records"):
        found = both[frozenset((row["var1"], row["var2"]))]
        assert_allclose(found.q, row["q12_all_strata"], rtol=1e-9)
        assert found.singletons == row["singleton_strata"]
        if not found.singletons:
            assert found.kind == KINDS[row["interaction"]]  # GD drops singletons before it names the kind
    differ = {frozenset((e.first, e.second)): e for e in got.ecological}
    for row in ecological.to_dict("records"):
        found = differ[frozenset((row["var1"], row["var2"]))]
        f = found.f if found.first == row["var1"] else 1 / found.f
        assert_allclose([f, found.p], [row["F_wang2010"], row["p_two_sided"]], rtol=2e-7)
    tested = {(r.factor, r.first, r.second): r for r in got.risk}
    assert len(tested) == len(risk)
    for row in risk.to_dict("records"):
        found = tested[row["variable"], row["itv1"], row["itv2"]]
        assert_allclose([found.t, found.dof, found.p], [row["t"], row["df"], row["sig"]], rtol=1e-7)


@pytest.mark.parametrize("method", ["equal", "quantile", "natural"])
def test_discretisation_of_the_second_set(method: str) -> None:
    """All cuts that GD tried; a cut that leaves a class with fewer than two units is not eligible in either program."""
    data = pd.read_csv(DATA / "set_b" / "gd_data.csv")
    chosen = json.loads((DATA / "set_b" / "gd_optidisc.json").read_text(encoding="utf-8"))["optidisc"]
    for name, expected in chosen.items():
        if all(q is None for q in expected["q_table"][method].values()):
            with pytest.raises(DataError):
                optimal_discretisation(data["y"], data[name], [method], range(3, 9))
            continue
        got = optimal_discretisation(data["y"], data[name], [method], range(3, 9))
        for (_, k, q), theirs in zip(got.table, expected["q_table"][method].values(), strict=True):
            assert_allclose(q, np.nan if theirs is None else theirs, rtol=1e-9, err_msg=f"{name} {k}")
        if expected["chosen_method"] == method:
            assert got.k == expected["chosen_n"]
            assert_allclose(got.borders, expected["breaks"], rtol=1e-9)
            assert np.bincount(got.classes).tolist() == expected["counts"]


@pytest.mark.parametrize("method", ["equal", "quantile", "natural"])
def test_discretisation_explains_as_much_as_gd(method: str) -> None:
    raw = pd.read_csv(DATA / "geodetector.csv")
    rows = pd.read_csv(DATA / "expected_gd_optidisc_grid.csv").dropna()
    for row in rows[rows["method"] == method].to_dict("records"):
        classes = cut(raw[row["variable"]], breaks(raw[row["variable"]], row["k"], method))
        assert_allclose(determinant(raw["y"].to_numpy(), classes), row["q"], rtol=1e-9)
