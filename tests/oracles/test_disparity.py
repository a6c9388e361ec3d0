"""The disparity kernels against R ineq, dineq, plm, density and ConvergenceClubs and Python giddy.

Data in data/disparity and data/space are synthetic, made for this project; the README beside the oracles names versions.
Tolerances are those to which two programs can agree: 1e-9 for sums, 1e-8 where the file was printed with fewer digits.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from numpy.testing import assert_allclose

from xinzhi.base.regression import Covariance, Effects
from xinzhi.disparity import (
    atkinson,
    bandwidth_of,
    beta_convergence,
    classify,
    convergence_clubs,
    dagum,
    generalised_entropy,
    gini,
    gini_sources,
    hausman,
    hoover,
    hp_trend,
    kernel_density,
    log_deviation,
    log_t,
    markov,
    quantile_classes,
    quantile_ratio,
    rank_mobility,
    sigma_convergence,
    spatial_markov,
    stochastic_convergence,
    theil,
    variation,
)

DATA = Path(__file__).parent / "data"


def csv(*parts: str) -> pd.DataFrame:
    return pd.read_csv(DATA.joinpath(*parts))


SET_A, SET_B = csv("disparity", "panel.csv"), csv("disparity", "set_b", "income_panel.csv")


def year_of(frame: pd.DataFrame, year: int, column: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    part = frame[frame["year"] == year]
    return part[column].to_numpy(float), part["pop"].to_numpy(float), part["group"].to_numpy(str)


INDICES_A: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "gini": lambda v, w: gini(v),
    "theil_T": lambda v, w: generalised_entropy(v, 1),
    "theil_L": lambda v, w: generalised_entropy(v, 0),
    "atkinson_0.5": lambda v, w: atkinson(v, 0.5),
    "atkinson_1": lambda v, w: atkinson(v, 1),
    "atkinson_2": lambda v, w: atkinson(v, 2),
    "cv_n": lambda v, w: variation(v),
    "cv_n1": lambda v, w: variation(v, sample=True),
    "sigma_log_n1": lambda v, w: log_deviation(v, sample=True),
    "sigma_log_n": lambda v, w: log_deviation(v),
    "gini_corrected": lambda v, w: gini(v, sample=True),
    "w_gini": gini,
    "w_theil_T_def": lambda v, w: generalised_entropy(v, 1, w),
    "w_theil_L_def": lambda v, w: generalised_entropy(v, 0, w),
    "w_atkinson_0.5": lambda v, w: atkinson(v, 0.5, w),
    "w_atkinson_1": lambda v, w: atkinson(v, 1, w),
    "w_atkinson_2": lambda v, w: atkinson(v, 2, w),
    "w_cv_williamson": variation,
}


@pytest.mark.parametrize("name", INDICES_A)
def test_inequality_indices(name: str) -> None:
    for row in csv("disparity", "expected_indices.csv").to_dict("records"):
        v, w, _ = year_of(SET_A, row["year"], row["variable"])
        assert_allclose(INDICES_A[name](v, w), row[name], rtol=1e-9)


INDICES_B: dict[str, Callable[[np.ndarray, np.ndarray | None], float]] = {
    "gini": gini,
    "theil_T": lambda v, w: generalised_entropy(v, 1, w),
    "theil_L": lambda v, w: generalised_entropy(v, 0, w),
    "ge2": lambda v, w: generalised_entropy(v, 2, w),
    "cv_pop": variation,
    "log_variance_pop": lambda v, w: log_deviation(v, w) ** 2,
    "hoover": hoover,
    "atkinson_0.5": lambda v, w: atkinson(v, 0.5, w),
    "atkinson_2": lambda v, w: atkinson(v, 2, w),
}


@pytest.mark.parametrize("name", INDICES_B)
def test_inequality_indices_of_the_second_set(name: str) -> None:
    for row in csv("disparity", "set_b", "inequality_expected.csv").to_dict("records"):
        v, w, _ = year_of(SET_B, row["year"], "income")
        assert_allclose(INDICES_B[name](v, None if row["weights"] == "none" else w), row[name], rtol=1e-9)


@pytest.mark.parametrize("index", ["T", "L"])
def test_theil_decomposition(index: str) -> None:
    expected = csv("disparity", "expected_theil.csv")
    for (variable, year, weight), rows in expected.groupby(["variable", "year", "weight"]):
        v, w, g = year_of(SET_A, year, variable)
        got = theil(v, None if weight == "none" else w, g, index)
        whole = rows[rows["group"] == "ALL"].iloc[0]
        assert_allclose(
            [got.total, got.within, got.between],
            whole[[index, f"{index}_within", f"{index}_between"]].to_numpy(float),
            rtol=1e-9,
        )
        for part in got.groups:
            row = rows[rows["group"] == part.label].iloc[0]
            assert_allclose([part.population, part.income], [row["pop_share"], row["income_share"]], rtol=1e-9)
            assert_allclose(
                [part.index, part.within, part.between],
                row[[index, f"{index}_within", f"{index}_between"]].to_numpy(float),
                rtol=1e-9,
            )


def test_dagum_decomposition_and_every_pair() -> None:
    expected, pairs = csv("disparity", "expected_dagum.csv"), csv("disparity", "expected_dagum_pairs.csv")
    for row in expected.to_dict("records"):
        v, _, g = year_of(SET_A, row["year"], row["variable"])
        got = dagum(v, g)
        assert_allclose(
            [got.total, got.within, got.between_net, got.transvariation],
            [row["G"], row["Gw"], row["Gnb"], row["Gt"]],
            rtol=1e-9,
        )
        assert_allclose(got.group_gini, [row[f"Gjj_{name}"] for name in got.labels], rtol=1e-9)
        for pair in pairs[(pairs["variable"] == row["variable"]) & (pairs["year"] == row["year"])].to_dict("records"):
            j, h = got.labels.index(pair["group_j"]), got.labels.index(pair["group_h"])
            assert_allclose(got.pair_gini.iloc[j, h], pair["Gjh"], rtol=1e-9)
            assert_allclose(got.pair_distance.loc[pair["group_j"], pair["group_h"]], pair["Djh"], rtol=1e-9)
            assert_allclose(
                sorted([got.pair_gross[j, h], got.pair_gross[h, j]]),
                sorted([pair["djh"], pair["pjh"]]),
                rtol=1e-9,
                atol=1e-9,
            )


def test_dagum_with_population_weights() -> None:
    expected = csv("disparity", "set_b", "dagum_decomposition.csv")
    for (year, weights), rows in expected.groupby(["year", "weights"]):
        v, w, g = year_of(SET_B, year, "income")
        got = dagum(v, g, None if weights == "none" else w)
        for row in rows[rows["j"].isin(got.labels) & rows["h"].isin(got.labels)].to_dict("records"):
            j, h = got.labels.index(row["j"]), got.labels.index(row["h"])
            assert_allclose(got.pair_gini.loc[row["j"], row["h"]], row["G"], rtol=1e-9)
            if j == h:
                assert_allclose(
                    [got.population[j], got.income[j], got.within_by_group[j]],
                    [row["p_j"], row["s_j"], row["contribution_w"]],
                    rtol=1e-9,
                )
            else:
                a, b = min(j, h), max(j, h)
                assert_allclose(got.pair_between_net[a, b], row["contribution_nb"], rtol=1e-8)
                assert_allclose(got.pair_transvariation[a, b], row["contribution_t"], rtol=1e-8, atol=1e-15)


def test_gini_by_source() -> None:
    sources = ["wage", "business", "property", "transfer"]
    for year, rows in csv("disparity", "expected_gini_sources.csv").groupby("year"):
        got = gini_sources(SET_A.loc[SET_A["year"] == year, sources].to_numpy(float))
        rows = rows.set_index("source").loc[sources]
        assert_allclose(got.total, rows["total_G"], rtol=1e-9)
        for name, column in (
            ("share", "S"),
            ("gini", "G"),
            ("correlation", "R"),
            ("contribution", "contribution"),
            ("elasticity", "elasticity"),
        ):
            assert_allclose(getattr(got, name), rows[column], rtol=1e-8)


def test_sigma_convergence() -> None:
    expected = csv("disparity", "set_b", "sigma.csv")
    levels = SET_B.pivot(index="year", columns="id", values="income").to_numpy()
    assert_allclose(sigma_convergence(levels, sample=True).deviation, expected["sd_log_sample"], rtol=1e-9)
    assert_allclose(sigma_convergence(levels).deviation, expected["sd_log_pop"], rtol=1e-9)
    assert_allclose(sigma_convergence(levels, sample=True).variation, expected["cv_sample"], rtol=1e-9)


CONVERGENCE = csv("disparity", "set_b", "convergence_panel.csv")


def growth_panel(*columns: str) -> list[np.ndarray]:
    return [CONVERGENCE.pivot(index="year", columns="id", values=c).to_numpy() for c in columns]


MODELS: dict[str, tuple[Effects | str, bool]] = {
    "absolute cross-section": ("cross-section", False),
    "conditional cross-section": ("cross-section", True),
    "pooled panel absolute": ("none", False),
    "pooled panel conditional": ("none", True),
    "FE individual absolute": ("unit", False),
    "FE individual conditional": ("unit", True),
    "FE time absolute": ("time", False),
    "FE time conditional": ("time", True),
    "FE twoways absolute": ("two-way", False),
    "FE twoways conditional": ("two-way", True),
    "RE swar absolute": ("random", False),
    "RE swar conditional": ("random", True),
}
COVARIANCES: dict[str, Covariance] = {
    "classical": "classical",
    "HC1": "HC1",
    "cluster group sss (Stata-like)": "cluster-small",
    "cluster group HC0 (Arellano)": "cluster",
    "Driscoll-Kraay vcovSCC HC0": "driscoll-kraay",
}
EXPECTED_BETA = csv("disparity", "set_b", "beta_convergence.csv")


@pytest.mark.parametrize(
    ("model", "vcov"), EXPECTED_BETA[["model", "vcov"]].drop_duplicates().itertuples(index=False, name=None)
)
def test_beta_convergence(model: str, vcov: str) -> None:
    rows = EXPECTED_BETA[(EXPECTED_BETA["model"] == model) & (EXPECTED_BETA["vcov"] == vcov)]
    effects, conditional = next(spec for name, spec in MODELS.items() if model.startswith(name))
    (levels,) = growth_panel("gdppc")
    controls = np.stack(growth_panel("invest", "school", "popgrowth"), axis=-1) if conditional else None
    got = beta_convergence(levels, controls, effects, COVARIANCES[vcov])
    assert_allclose(got.fit.params, rows["estimate"], rtol=1e-9)
    assert_allclose(got.fit.se, rows["se"], rtol=1e-9)
    assert_allclose(got.fit.r2, rows["r2"].iloc[0], rtol=1e-8)


@pytest.mark.parametrize(
    ("effects", "covariance", "se"),
    [
        ("cross-section", "HC2", [0.02316258513875, 0.00261939009183]),
        ("cross-section", "HC3", [0.02442717961885, 0.00276102408971]),
        ("unit", "HC2", [0.00440477777044]),
        ("unit", "HC3", [0.00441760399317]),
    ],
)
def test_errors_for_small_samples(effects: str, covariance: Covariance, se: list[float]) -> None:
    """R 4.2.2: vcovHC of lm (sandwich 3.0-2) and of plm with method = "white1" (plm 2.6-2)."""
    (levels,) = growth_panel("gdppc")
    assert_allclose(beta_convergence(levels, None, effects, covariance).fit.se, se, rtol=1e-9)


@pytest.mark.parametrize(
    ("kind", "deciles", "quartiles"),
    [
        (1, 4.421053, 3.5),
        (2, 4.421053, 3.5),
        (3, 7, 2.772727),
        (4, 6.559055, 3.058824),
        (5, 6.197531, 3.073684),
        (6, 8.716418, 3.5),
        (7, 4.421053, 2.705882),
        (8, 6.934498, 3.208633),
        (9, 6.741935, 3.174263),
    ],
)
def test_quantile_ratios_of_every_kind(kind: int, deciles: float, quartiles: float) -> None:
    """R 4.2.2: quantile(x, type = kind)."""
    x = [3.1, 1.2, 8.4, 4.4, 2.9, 7.7, 1.9, 12.5, 6.1, 5.2, 2.2]
    got = [quantile_ratio(x, kind=kind), quantile_ratio(x, 0.75, 0.25, kind=kind)]
    assert_allclose(got, [deciles, quartiles], atol=1e-6)


@pytest.mark.parametrize(
    ("model", "effects", "covariance", "at"),
    [
        ("cross_conditional", "cross-section", "classical", "start"),
        ("cross_absolute_HC1", "cross-section", "HC1", None),
        ("fe_individual_cluster_Arellano_HC0", "unit", "cluster", None),
        ("fe_twoways_conditional", "two-way", "classical", "end"),
        ("fe_twoways_conditional_cluster_HC0", "two-way", "cluster", "end"),
        ("re_conditional_swar", "random", "classical", "end"),
    ],
)
def test_beta_convergence_of_the_first_set(model: str, effects: str, covariance: Covariance, at: str | None) -> None:
    expected = csv("disparity", "expected_beta.csv")
    rows = expected[(expected["model"] == model) & (expected["term"] != "(Intercept)")]

    def wide(column: str) -> np.ndarray:
        return SET_A.pivot(index="year", columns="id", values=column).to_numpy()

    controls = np.stack([wide("invest"), wide("school")], axis=-1) if len(rows) > 1 else None
    got = beta_convergence(wide("gdppc"), controls, effects, covariance, controls_at=at)
    first = 1 if got.fit.intercept else 0
    assert_allclose(got.fit.params[first:], rows["estimate"], rtol=1e-8)
    assert_allclose(got.fit.se[first:], rows["se"], rtol=1e-8)
    assert_allclose([got.speed, got.half_life], rows[["speed_log", "half_life"]].iloc[0].to_numpy(float), rtol=1e-8)


def test_speed_and_hausman() -> None:
    expected = csv("disparity", "set_b", "beta_speed.csv").set_index("quantity")["value"]
    (levels,) = growth_panel("gdppc")
    controls = np.stack(growth_panel("invest", "school", "popgrowth"), axis=-1)
    assert_allclose(beta_convergence(levels).speed, expected["lambda=-ln(1+beta*T)/T"], rtol=1e-9)
    statistic, dof, p = hausman(
        beta_convergence(levels, controls, "unit").fit, beta_convergence(levels, controls, "random").fit
    )
    assert_allclose([statistic, dof, p], expected[["Hausman chisq", "Hausman df", "Hausman p"]], rtol=1e-8)


RULES = {"nrd0": "silverman", "nrd": "scott", "SJ": "sheather-jones", "ucv": "ucv", "bcv": "bcv"}


def test_bandwidth_rules() -> None:
    for row in csv("disparity", "set_b", "kernel_bandwidths.csv").to_dict("records"):
        v, _, _ = year_of(SET_B, row["year"], "income")
        # R bins the data and stops its search at a tenth of the lower bound for SJ and ucv; ours are exact sums and roots
        exact = row["rule"] in ("nrd0", "nrd")
        assert_allclose(bandwidth_of(v / v.mean(), RULES[row["rule"]]), row["bandwidth"], rtol=1e-9 if exact else 1e-2)


def test_kernel_density_with_reflection() -> None:
    for (year, _), rows in csv("disparity", "set_b", "kernel_density.csv").groupby(["year", "rule"]):
        v, _, _ = year_of(SET_B, year, "income")
        v, at, h = v / v.mean(), rows["x"].to_numpy(), float(rows["bandwidth"].iloc[0])
        assert_allclose(kernel_density(v, at, h).density, rows["density_exact_gaussian"], rtol=1e-7, atol=1e-12)
        assert_allclose(
            kernel_density(v, at, h, lower=0).density, rows["density_reflected_at_0"], rtol=1e-7, atol=1e-12
        )
        assert_allclose(
            kernel_density(v, at, h, kernel="epanechnikov").density,
            rows["density_epanechnikov_sd_scaled"],
            rtol=1e-7,
            atol=1e-12,
        )


def relative(frame: pd.DataFrame, column: str) -> tuple[list[object], np.ndarray]:
    wide = frame.pivot(index=frame.columns[0], columns="year", values=column)
    return list(wide.index), (wide / wide.mean()).to_numpy()


def row_standardised(pairs: pd.DataFrame, ids: list[object]) -> sp.csr_array:
    i, j = pairs["i"].map(ids.index), pairs["j"].map(ids.index)
    w = sp.csr_array((np.ones(len(pairs)), (i, j)), shape=(len(ids), len(ids)))
    return sp.csr_array(sp.diags_array(1 / w.sum(axis=1)) @ w)


def test_markov_chain_matches_giddy() -> None:
    expected = csv("space", "expected_markov_giddy.csv")
    _, y = relative(csv("space", "markov_panel.csv"), "income")
    classes, borders = quantile_classes(y, 4)
    got = markov(classes)

    def value(quantity: str) -> np.ndarray:
        return expected.loc[expected["quantity"] == quantity, "value"].to_numpy(float)

    assert_allclose(borders, value("cutoff"), rtol=1e-10)
    assert_allclose(got.counts.ravel(), value("count"))
    assert_allclose(got.probabilities.ravel(), value("P"), rtol=1e-10)
    assert_allclose(got.steady_state, value("steady"), rtol=1e-10)
    assert_allclose(got.first_passage.ravel(), value("mfpt"), rtol=1e-9)
    assert_allclose(got.shorrocks, value("mobility_Prais_Shorrocks"), rtol=1e-10)
    assert_allclose(got.determinant, value("mobility_one_minus_abs_det"), rtol=1e-10)
    assert_allclose(got.second_eigenvalue, value("mobility_one_minus_abs_second_eigenvalue"), rtol=1e-9)
    for number, name in enumerate(("mobility_B1", "mobility_B2")):
        both = [got.bartholomew()[number], got.bartholomew(got.steady_state)[number]]
        assert_allclose(both, value(name), rtol=1e-9)


def test_spatial_markov_with_the_borders_of_the_values() -> None:
    ids, y = relative(csv("space", "markov_panel.csv"), "income")
    w = row_standardised(csv("space", "markov_gabriel_pairs.csv"), ids)
    got = spatial_markov(y, w, 4, borders=quantile_classes(y, 4)[1])
    expected = csv("space", "expected_spatial_markov_giddy.csv")
    for number, chain in enumerate(got.conditional):
        assert_allclose(chain.counts.ravel(), expected.loc[expected["lag_class"] == number, "count"])
    tests = csv("space", "expected_spatial_markov_tests.csv").set_index("test")
    assert_allclose([got.q, got.q_p, got.dof], tests.loc["Q"], rtol=1e-9)
    assert_allclose([got.lr, got.lr_p, got.dof], tests.loc["LR"], rtol=1e-9)


@pytest.mark.parametrize(
    ("key", "borders"), [("spatial_markov_pooled_quantiles", None), ("spatial_markov_fixed_cuts", [0.75, 1.0, 1.25])]
)
def test_spatial_markov_of_the_second_set(key: str, borders: list[float] | None) -> None:
    expected = json.loads((DATA / "space" / "set_b" / "markov_expected.json").read_text())[key]
    ids, y = relative(csv("space", "set_b", "markov_data.csv"), "pc")
    got = spatial_markov(y, row_standardised(csv("space", "set_b", "markov_nb.csv"), ids), 4, borders=borders)
    for chain, counts in zip(got.conditional, expected["T"], strict=True):
        assert_allclose(chain.counts, counts)
    assert_allclose([got.q, got.lr, got.dof], [expected["Q"], expected["LR"], expected["dof"]], rtol=1e-9)


@pytest.mark.parametrize("key", ["quantiles_pooled", "quantiles_each_year", "fixed_cuts"])
def test_markov_of_the_second_set(key: str) -> None:
    expected = json.loads((DATA / "space" / "set_b" / "markov_expected.json").read_text())[key]
    _, y = relative(csv("space", "set_b", "markov_data.csv"), "pc")
    classes = (
        classify(y, [0.75, 1.0, 1.25])
        if key == "fixed_cuts"
        else quantile_classes(y, 4, pooled=key == "quantiles_pooled")[0]
    )
    got = markov(classes, 4)
    assert_allclose(got.counts, expected["transitions"])
    assert_allclose(got.steady_state, expected["steady_state"], rtol=1e-9)
    start = np.bincount(classes[:, 0], minlength=4)
    mobility = [got.shorrocks, got.determinant, got.second_eigenvalue, *got.bartholomew(start)]
    assert_allclose(mobility, [expected["mobility"][k] for k in ("P", "D", "L2", "B1", "B2")], rtol=1e-9)


def test_log_t_and_clubs_match_convergence_clubs(shared: Callable[..., Path]) -> None:
    """152 countries, 1970-2003, HP-filtered log GDP a head (Penn World Table), R ConvergenceClubs with FQSB."""
    frame = pd.read_csv(shared("oracles", "convergence", "pwt_gdp_filtered.csv"))
    x = frame.iloc[:, 1:].to_numpy(float).T
    expected = pd.read_csv(shared("oracles", "convergence", "pwt_logt_FQSB.csv")).iloc[0]
    got = log_t(x)
    assert_allclose([got.beta, got.se, got.tvalue], expected[["beta", "std.err", "tvalue"]], rtol=1e-9)
    assert_allclose(got.dispersion, pd.read_csv(shared("oracles", "convergence", "pwt_H.csv"))["H"], rtol=1e-12)
    members = pd.read_csv(shared("oracles", "convergence", "pwt_clubs.csv"))
    clubs = convergence_clubs(x).clubs
    assert len(clubs) == members["club"].nunique()
    names = frame["Countries"].str.replace(" ", ".")
    for number, club in enumerate(clubs, start=1):
        assert set(names.iloc[list(club.units)]) == set(
            members.loc[members["club"] == f"club{number}", "unit"].str.replace(" ", ".")
        )


def clubs_panel() -> np.ndarray:
    """24 units × 20 periods (T, n): synthetic, with paths that part."""
    return csv("disparity", "clubs_panel.csv").pivot(index="period", columns="unit", values="x").to_numpy()


def test_log_t_with_adaptive_errors_matches_sandwich() -> None:
    """lm and vcovHAC with its defaults (R 4.2.2, sandwich 3.0-2) on log t regressions of parts of a panel."""
    x = clubs_panel()
    for row in csv("disparity", "log_t_adaptive.csv").to_dict("records"):
        got = log_t(x[:, int(row["first"]) - 1 : int(row["last"])], row["trim"], hac="adaptive")
        assert_allclose([got.beta, got.se, got.tvalue], [row["beta"], row["se"], row["t"]], rtol=1e-9)


@pytest.mark.parametrize(
    ("lags", "trend", "z", "t_bar"),
    [
        (0, False, -9.877090, -3.124256),
        (0, True, -6.716815, -3.192974),
        (1, False, -6.795937, -2.661502),
        (1, True, -3.636350, -2.755938),
        (2, False, -5.415438, -2.378715),
        (2, True, -2.574865, -2.483564),
    ],
)
def test_panel_unit_roots_match_purtest(lags: int, trend: bool, z: float, t_bar: float) -> None:
    """31 units × 25 periods, relative to the mean: R plm 2.6-2, purtest(test = "ips", ips.stat = "Wtbar", dfcor = TRUE)."""
    levels = csv("disparity", "unit_root_panel.csv").pivot(index="period", columns="unit", values="x").to_numpy()
    got = stochastic_convergence(np.exp(levels), lags, trend)
    assert_allclose([got.z, got.t_bar], [z, t_bar], atol=1e-6)


CLUBS: dict[str, dict[str, object]] = {
    "max_t 0": {"core": "largest"},
    "max_t -1.65": {"core": "largest", "cstar": -1.65},
    "max_abs_t 0": {},
    "max_abs_t -1.65": {"cstar": -1.65},
    "PS": {"core": "largest", "merge": "phillips-sul"},
    "vLT": {"core": "largest", "merge": "lyncker-thoennessen"},
    "PS absorb": {"core": "largest", "merge": "phillips-sul", "absorb": True},
    "raised": {"core": "largest", "cstar": -1.65, "raise_cstar": True, "step": 0.1, "cap": 3.0},
}


@pytest.mark.parametrize("run", CLUBS)
@pytest.mark.parametrize(("letters", "hac"), [("FQSB", "fixed"), ("AQSB", "adaptive")])
def test_clubs_with_every_option(letters: str, hac: str, run: str) -> None:
    """Memberships by Python convergence-clubs 0.1.2, a port of R ConvergenceClubs 2.2.5, whose core is `max_abs_t`."""
    expected = csv("disparity", "clubs_expected.csv").query("run == @letters + ' ' + @run")
    got = convergence_clubs(clubs_panel(), hac=hac, **CLUBS[run])  # type: ignore[arg-type]
    for number, club in enumerate(got.clubs, start=1):
        assert {u + 1 for u in club} == set(expected.loc[expected["club"] == number, "unit"])
    assert len(got.clubs) == expected["club"].max()
    assert {u + 1 for u in got.divergent} == set(expected.loc[expected["club"] == 0, "unit"])


def test_trends_of_countries_match_those_of_phillips_and_sul(shared: Callable[..., Path]) -> None:
    """Log GDP a head of 152 countries without its cycle, λ = 400, as in the data of R ConvergenceClubs."""
    raw, smooth = (
        pd.read_csv(shared("oracles", "convergence", f"pwt_gdp_{n}.csv")).iloc[:, 1:] for n in ("raw", "filtered")
    )
    assert_allclose(hp_trend(np.log(raw.to_numpy(float).T)).T, smooth, rtol=1e-10)


def test_german_counties_match_reat(shared: Callable[..., Path]) -> None:
    """GDP of German counties in 1992 with R REAT, whose `theil` is the mean log deviation and whose cv divides by n − 1."""
    expected = pd.read_csv(shared("oracles", "inequality", "reat_expected_gdp1992.csv")).iloc[0]
    v = pd.read_csv(shared("oracles", "inequality", "reat_counties_gdp.csv"))["gdp1992"].dropna().to_numpy(float)
    got = [
        gini(v),
        gini(v) * v.size / (v.size - 1),
        generalised_entropy(v, 0),
        atkinson(v, 0.5),
        variation(v, sample=True),
        hoover(v),
    ]
    assert_allclose(
        got, expected[["gini", "gini_norm", "theil", "atkinson05", "cv", "hoover"]].to_numpy(float), rtol=1e-9
    )


def test_rank_mobility_matches_giddy() -> None:
    ids, y = relative(csv("space", "markov_panel.csv"), "income")
    pairs = csv("space", "markov_gabriel_pairs.csv")
    got = rank_mobility(y[:, 0], y[:, -1], row_standardised(pairs, ids), np.arange(len(ids)) % 4)
    expected = csv("space", "expected_rank_mobility.csv").set_index("quantity")["value"]
    assert_allclose(got.tau, expected["tau_b"], rtol=1e-10)
    assert (got.concordant, got.discordant) == (expected["concordant"], expected["discordant"])
    assert_allclose([got.tau_spatial, got.theta], expected[["spatial_tau", "theta_regimes_id_mod_4"]], rtol=1e-10)
