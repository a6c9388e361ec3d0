"""Weights, aggregation and ratings against the worked examples that their authors published, and figures worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import linprog
from scipy.stats import rankdata, spearmanr

from xinzhi.measure import (
    aggregate,
    ahp_weights,
    benefit_of_doubt,
    best_weights,
    combine_weights,
    critic_weights,
    cv_weights,
    entropy_weights,
    grey_coefficients,
    grey_relational,
    merge_judgements,
    normalise,
    outranking,
    pca_weights,
    rank_sum_ratio,
    topsis,
    vikor,
)
from xinzhi.measure.ahp import RANDOM_INDEX
from xinzhi.measure.combine import game_coefficients
from xinzhi.measure.pca import components, varimax

# Diakoulaki, Mavrotas & Papayannakis (1995): eight Greek pharmaceutical firms; profitability, market share, productivity
FIRMS = np.array(
    [[61, 1.08, 4.33], [20.7, 0.26, 4.34], [16.3, 1.98, 2.53], [9, 3.29, 1.65],
     [5.4, 2.77, 2.33], [4, 4.12, 1.21], [-6.1, 3.52, 2.10], [-34.6, 3.31, 0.98]]
)  # fmt: skip
# Hwang & Yoon (1981): choice of a fighter aircraft; speed, range, payload, cost (smaller is better), reliability, manoeuvre
AIRCRAFT = np.array(
    [[2.0, 1500, 20000, 5.5, 5, 9], [2.5, 2700, 18000, 6.5, 3, 5], [1.8, 2000, 21000, 4.5, 7, 7], [2.2, 1800, 20000, 5.0, 5, 5]]
)  # fmt: skip
AIRCRAFT_SIGN = [1, 1, 1, -1, 1, 1]


# Weights ---------------------------------------------------------------------------------------------------------------


def test_critic_of_the_founding_paper() -> None:
    z = normalise(FIRMS, [1, 1, 1])
    assert_allclose(z[1], [0.57845188, 0.0, 1.0], atol=5e-9)
    assert_allclose(critic_weights(z), [0.20222554, 0.48090173, 0.31687273], atol=5e-9)


def test_critic_conflict_can_be_absolute_or_by_ranks() -> None:
    z = normalise(FIRMS, [1, 1, 1])
    r = np.abs(np.corrcoef(z.T))
    by_hand = z.std(axis=0) * (1 - r).sum(axis=0)
    assert_allclose(critic_weights(z, conflict="absolute"), by_hand / by_hand.sum(), atol=1e-12)
    rho = spearmanr(z).statistic
    by_hand = z.std(axis=0) * (1 - rho).sum(axis=0)
    assert_allclose(critic_weights(z, correlation_kind="spearman"), by_hand / by_hand.sum(), atol=1e-12)


def test_entropy_of_xu() -> None:
    """Xu (2004), European Journal of Operational Research 156, 530–532."""
    x = np.array([[30, 30, 38, 29], [19, 54, 86, 29], [19, 15, 85, 28.9], [68, 70, 60, 29]])
    assert_allclose(entropy_weights(x), [0.4630, 0.3992, 0.1378, 0.0], atol=5e-5)


def test_entropy_by_hand_counts_zero_as_zero() -> None:
    """Columns (0, 1, 1) and (1, 1, 2): entropies ln 2 / ln 3 and 1.5 ln 2 / ln 3."""
    e = np.array([np.log(2), 1.5 * np.log(2)]) / np.log(3)
    expected = (1 - e) / (1 - e).sum()
    assert_allclose(entropy_weights([[0, 1], [1, 1], [1, 2]]), expected, atol=1e-14)


def test_cv_by_hand() -> None:
    """Deviations 1 and 2 (n − 1) over means 2 and 4 weigh the same."""
    assert_allclose(cv_weights([[1, 2], [2, 4], [3, 6]]), [0.5, 0.5])
    assert_allclose(cv_weights([[1, 3], [2, 4], [3, 5]]), [2 / 3, 1 / 3])


def test_pca_of_two_correlated_and_one_lone_indicator() -> None:
    """Correlations r, 0, 0: one component (1 + r) over the pair and, by its eigenvalue of one, the lone indicator."""
    z = np.array([[1, 1, 1], [1, 1, -1], [-1, -1, 1], [-1, -1, -1], [1, -1, 1], [1, -1, -1], [-1, 1, 1], [-1, 1, -1], [1, 1, 1], [1, 1, -1], [-1, -1, 1], [-1, -1, -1]], dtype=float)  # fmt: skip
    r = np.corrcoef(z.T)[0, 1]
    assert r == pytest.approx(1 / 3)
    values, _ = components(z)
    assert_allclose(values, [1 + r, 1, 1 - r], atol=1e-12)
    communality = np.array([(1 + r) / 2, (1 + r) / 2, 1.0])
    assert_allclose(pca_weights(z), communality / communality.sum(), atol=1e-9)
    assert_allclose(pca_weights(z, rule="first-component"), [0.5, 0.5, 0.0], atol=1e-9)
    assert_allclose(pca_weights(z, keep=3), [1 / 3] * 3, atol=1e-12)
    assert_allclose(pca_weights(z, keep=1.0), [1 / 3] * 3, atol=1e-12)
    assert_allclose(pca_weights(z, rule="highest-loading"), communality / communality.sum(), atol=1e-9)


def test_varimax_keeps_communalities_and_finds_simple_structure() -> None:
    simple = np.array([[0.9, 0], [0.8, 0], [0, 0.7], [0, 0.6]])
    angle = 0.6
    turned = simple @ np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    back = varimax(turned)
    assert_allclose((back**2).sum(axis=1), (simple**2).sum(axis=1), atol=1e-12)
    assert_allclose(np.sort(np.abs(back), axis=1), np.sort(simple, axis=1), atol=1e-7)


SCHOOLS = [
    [1, 4, 3, 1, 3, 4], [1 / 4, 1, 7, 3, 1 / 5, 1], [1 / 3, 1 / 7, 1, 1 / 5, 1 / 5, 1 / 6],
    [1, 1 / 3, 5, 1, 1, 1 / 3], [1 / 3, 5, 5, 1, 1, 3], [1 / 4, 1, 6, 3, 1 / 3, 1],
]  # fmt: skip
DRINKS = [
    [1, 9, 5, 2, 1, 1, 1 / 2], [1 / 9, 1, 1 / 3, 1 / 9, 1 / 9, 1 / 9, 1 / 9], [1 / 5, 3, 1, 1 / 3, 1 / 4, 1 / 3, 1 / 9],
    [1 / 2, 9, 3, 1, 1 / 2, 1, 1 / 3], [1, 9, 4, 2, 1, 2, 1 / 2], [1, 9, 3, 1, 1 / 2, 1, 1 / 3], [2, 9, 9, 3, 2, 3, 1],
]  # fmt: skip
NATIONS = [
    [1, 4, 9, 6, 6, 5, 5], [1 / 4, 1, 7, 5, 5, 3, 4], [1 / 9, 1 / 7, 1, 1 / 5, 1 / 5, 1 / 7, 1 / 5],
    [1 / 6, 1 / 5, 5, 1, 1, 1 / 3, 1 / 3], [1 / 6, 1 / 5, 5, 1, 1, 1 / 3, 1 / 3], [1 / 5, 1 / 3, 7, 3, 3, 1, 2],
    [1 / 5, 1 / 4, 5, 3, 3, 1 / 2, 1],
]  # fmt: skip


def test_ahp_wealth_of_nations() -> None:
    """Saaty (1980), The Analytic Hierarchy Process, section 2.6: λ_max 7.61, C.I. 0.10, C.R. 0.08."""
    got = ahp_weights(NATIONS)
    assert_allclose(got.weights, [0.427, 0.230, 0.021, 0.052, 0.052, 0.123, 0.094], atol=5e-4)
    assert got.lambda_max == pytest.approx(7.61, abs=5e-3)
    assert got.consistency_index == pytest.approx(0.10, abs=5e-3)
    assert got.consistency_ratio == pytest.approx(0.08, abs=5e-3)
    assert got.consistent


def test_ahp_drinks() -> None:
    """Saaty (2008), International Journal of Services Sciences 1(1), table 2: C.R. 0.022."""
    got = ahp_weights(DRINKS)
    assert_allclose(got.weights, [0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327], atol=5e-4)
    assert got.consistency_ratio == pytest.approx(0.022, abs=5e-4)


def test_ahp_schools_are_not_consistent() -> None:
    """Saaty (1980), section 2.7: choice of a school, weights .32 .14 .03 .13 .24 .14."""
    got = ahp_weights(SCHOOLS)
    assert_allclose(got.weights, [0.32, 0.14, 0.03, 0.13, 0.24, 0.14], atol=6e-3)
    assert not got.consistent


@pytest.mark.parametrize("method", ["eigenvector", "geometric", "sum"])
def test_ahp_recovers_weights_that_judgements_agree_on(method: str) -> None:
    w = np.array([0.5, 0.3, 0.15, 0.05])
    got = ahp_weights(w[:, None] / w, method=method)  # type: ignore[arg-type]
    assert_allclose(got.weights, w, atol=1e-12)
    assert got.lambda_max == pytest.approx(4, abs=1e-10)
    assert got.consistency_ratio == pytest.approx(0, abs=1e-10)


def test_ahp_geometric_and_sum_by_hand() -> None:
    a = np.array([[1, 2, 4], [1 / 2, 1, 3], [1 / 4, 1 / 3, 1]])
    g = np.array([8.0, 1.5, 1 / 12]) ** (1 / 3)
    assert_allclose(ahp_weights(a, method="geometric").weights, g / g.sum(), atol=1e-14)
    columns = np.array(
        [[1 / 1.75, 2 / (10 / 3), 0.5], [0.5 / 1.75, 1 / (10 / 3), 3 / 8], [0.25 / 1.75, (1 / 3) / (10 / 3), 1 / 8]]
    )
    assert_allclose(ahp_weights(a, method="sum").weights, columns.mean(axis=1), atol=1e-14)
    index = ahp_weights(a).consistency_index
    assert ahp_weights(a).consistency_ratio == pytest.approx(index / 0.58)
    assert ahp_weights(a, random_index="alonso-lamata").consistency_ratio == pytest.approx(index / 0.5247)


def test_random_index_grows_beyond_the_table_only_where_a_source_says_so() -> None:
    big = np.ones((16, 16))
    assert ahp_weights(big, random_index="alonso-lamata").consistency_ratio == 0
    assert RANDOM_INDEX["saaty1980"][2:5] == (0.58, 0.90, 1.12)


def test_judges_are_merged_by_geometric_mean() -> None:
    got = merge_judgements([[[1, 2], [1 / 2, 1]], [[1, 8], [1 / 8, 1]]])
    assert_allclose(got, [[1, 4], [1 / 4, 1]])
    assert_allclose(merge_judgements([[[1, 2], [1 / 2, 1]], [[1, 8], [1 / 8, 1]]], [1, 0]), [[1, 2], [1 / 2, 1]])


def test_game_combination_by_hand() -> None:
    """w₁ = (.5, .3, .2), w₂ = (.2, .3, .5): both lengths .38, product .29, so α is one half each by symmetry."""
    w = np.array([[0.5, 0.3, 0.2], [0.2, 0.3, 0.5]])
    assert_allclose(combine_weights(w), [0.35, 0.3, 0.35], atol=1e-14)
    u = np.array([[0.6, 0.4], [0.3, 0.7]])
    # .52 a + .46 b = .52, .46 a + .58 b = .58  →  determinant .0900, a = .0348 / .09, b = .0624 / .09
    assert_allclose(game_coefficients(u), [0.0348 / 0.0972, 0.0624 / 0.0972], atol=1e-12)


def test_other_combinations_by_hand() -> None:
    w = [[0.6, 0.4], [0.3, 0.7]]
    assert_allclose(combine_weights(w, "additive"), [0.45, 0.55])
    assert_allclose(combine_weights(w, "additive", importance=[2, 1]), [0.5, 0.5])
    assert_allclose(combine_weights(w, "multiplicative"), [0.18 / 0.46, 0.28 / 0.46])
    root = np.sqrt([0.18, 0.28])
    assert_allclose(combine_weights(w, "geometric"), root / root.sum())
    a = (0.6 / 0.9 + 0.4 / 1.1) / 2  # mean share of the subjective set
    moment = np.array([a * 0.6 + (1 - a) * 0.3, a * 0.4 + (1 - a) * 0.7])
    assert_allclose(combine_weights(w, "moment"), moment / moment.sum())


# Ratings ---------------------------------------------------------------------------------------------------------------


def test_topsis_of_hwang_and_yoon() -> None:
    """Closeness .643, .268, .613, .312 in the book."""
    w = [0.2, 0.1, 0.1, 0.1, 0.2, 0.3]
    z = normalise(AIRCRAFT, AIRCRAFT_SIGN, "vector")
    assert_allclose(topsis(z, w), [0.643, 0.268, 0.613, 0.312], atol=6e-4)
    upward = AIRCRAFT.copy()
    upward[:, 3] = 1 / upward[:, 3]
    assert_allclose(topsis(upward, w, normalisation="vector"), topsis(normalise(upward, 1, "vector"), w))


def test_topsis_options_by_hand() -> None:
    z = np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 0.6]])
    w = [0.5, 0.5]
    best, worst = np.array([1.0, 0.6]), np.array([0.0, 0.0])
    to_best, to_worst = np.linalg.norm(z - best, axis=1), np.linalg.norm(z - worst, axis=1)
    assert_allclose(topsis(z, w), to_worst / (to_best + to_worst))
    to_best = np.linalg.norm(z - 1, axis=1)
    assert_allclose(topsis(z, w, ideal="unit"), to_worst / (to_best + to_worst))
    u = np.array([0.8, 0.2])
    far, near = (np.sqrt((u * (z - end) ** 2).sum(axis=1)) for end in (best, worst))
    assert_allclose(topsis(z, u, weighting="distances"), near / (far + near))


def test_vikor_mountain_climbing() -> None:
    """Opricovic & Tzeng (2004), section 4: risk (smaller is better) and altitude of three routes; Q is 1, 0, 1."""
    z = normalise([[1, 3000], [2, 3750], [5, 4500]], [-1, 1])
    got = vikor(z, [0.5, 0.5])
    assert_allclose(got.S, [0.5, 0.375, 0.5])
    assert_allclose(got.R, [0.5, 0.25, 0.5])
    assert_allclose(got.Q, [1, 0, 1])
    assert got.compromise == (1,)
    assert got.advantage
    assert got.stable


def test_vikor_without_advantage_proposes_all_that_are_close() -> None:
    """The first two rows mirror each other: S and R are .25 for both, so Q is 0 for both and neither leads."""
    z = np.array([[1.0, 0.5], [0.5, 1.0], [0.0, 0.0]])
    got = vikor(z, [0.5, 0.5])
    assert_allclose(got.S, [0.25, 0.25, 1])
    assert_allclose(got.R, [0.25, 0.25, 0.5])
    assert_allclose(got.Q, [0, 0, 1])
    assert not got.advantage
    assert set(got.compromise) == {0, 1}


@pytest.mark.parametrize("seed", range(20))
def test_vikor_conditions_follow_the_paper(seed: int) -> None:
    z = np.random.default_rng(seed).uniform(size=(5, 3))
    got = vikor(z, [0.5, 0.3, 0.2])
    order = np.argsort(got.Q)
    first, second = order[0], order[1]
    assert got.advantage == (got.Q[second] - got.Q[first] >= 1 / 4)
    assert got.stable == (first in (got.S.argmin(), got.R.argmin()))
    if got.advantage:
        assert got.compromise == ((first,) if got.stable else (first, second))
    else:
        assert got.compromise == tuple(i for i in order if got.Q[i] - got.Q[first] < 1 / 4)
    assert_allclose(vikor(z, [0.5, 0.3, 0.2], v=1).Q, (got.S - got.S.min()) / np.ptp(got.S))
    assert_allclose(vikor(z, [0.5, 0.3, 0.2], v=0).Q, (got.R - got.R.min()) / np.ptp(got.R))


def test_grey_relational_by_hand() -> None:
    """Distances from (1, 1): 0, .5, 1 and .5, 0, 1; Δmin 0, Δmax 1, ρ = .5: ξ = .5 / (Δ + .5)."""
    z = [[1, 0.5], [0.5, 1], [0, 0]]
    assert_allclose(grey_coefficients(z), [[1, 0.5], [0.5, 1], [1 / 3, 1 / 3]])
    assert_allclose(grey_relational(z, [0.8, 0.2]), [0.9, 0.6, 1 / 3])
    assert_allclose(grey_relational(z), [0.75, 0.75, 1 / 3])
    assert_allclose(grey_relational(z, rho=1.0, reference=[0, 0])[2], 1.0)


def test_rank_sum_ratio_by_hand() -> None:
    """Four rows, two indicators: ranks (1, 2, 3, 4) and (2, 1, 4, 3), so RSR 3/8, 3/8, 7/8, 7/8 with ties; then a third."""
    z = np.array([[1, 2, 1], [2, 1, 2], [3, 4, 4], [4, 3, 3]], dtype=float)
    got = rank_sum_ratio(z)
    assert_allclose(got.ratio, [4 / 12, 5 / 12, 11 / 12, 10 / 12])
    cumulative = np.array([1 / 4, 2 / 4, 1 - 1 / 16, 3 / 4])
    from scipy.stats import norm

    assert_allclose(got.probit, norm.ppf(cumulative) + 5)
    slope, intercept = np.polyfit(got.probit, got.ratio, 1)
    assert_allclose(got.fitted, intercept + slope * got.probit)
    assert_allclose([got.intercept, got.slope], [intercept, slope])
    assert_allclose(got.cuts, [4, 6])
    assert_array_equal(got.grade, [2, 2, 1, 2])


@pytest.mark.parametrize(
    ("grades", "cuts"),
    [(3, [4, 6]), (4, [3.5, 5, 6.5]), (5, [3.2, 4.4, 5.6, 6.8]), (6, [3, 4, 5, 6, 7])],
)
def test_rank_sum_ratio_cuts_of_tian(grades: int, cuts: list[float]) -> None:
    z = np.random.default_rng(0).normal(size=(9, 4))
    assert_allclose(rank_sum_ratio(z, grades=grades).cuts, cuts)


def test_rank_sum_ratio_weighted_and_interpolated() -> None:
    z = np.array([[0.0, 1.0], [0.25, 0.0], [1.0, 0.5]])
    w = np.array([0.25, 0.75])
    placed = np.column_stack([rankdata(z[:, 0]), rankdata(z[:, 1])])
    assert_allclose(rank_sum_ratio(z, w).ratio, placed @ w / 3)
    assert_allclose(rank_sum_ratio(z, w, whole_ranks=False).ratio, (1 + 2 * z) @ w / 3)


# Aggregation -----------------------------------------------------------------------------------------------------------


def test_means_by_hand() -> None:
    z, w = [[1.0, 4.0], [2.0, 2.0]], [0.5, 0.5]
    assert_allclose(aggregate(z, w), [2.5, 2])
    assert_allclose(aggregate(z, w, "geometric"), [2, 2])
    assert_allclose(aggregate(z, w, "harmonic"), [1.6, 2])
    assert_allclose(aggregate(z, w, "power", power=2), [np.sqrt(8.5), 2])
    assert_allclose(aggregate(z, w, "power", power=0), [2, 2])
    assert_allclose(aggregate(z, w, "mpi"), [2.5 - 1.5**2 / 2.5, 2])
    assert_allclose(aggregate(z, w, "mpi", penalty="+"), [2.5 + 1.5**2 / 2.5, 2])
    assert_allclose(aggregate([[1, 2], [2, 3], [3, 1]], w, "borda"), [0.5, 1.5, 1.0])


def test_copeland_by_hand() -> None:
    """Row 0 beats 1 and loses to 2; row 1 loses to both; weights .5 and .5 of two indicators make a draw."""
    z = [[3, 1, 2], [1, 2, 1], [2, 3, 3]]
    w = [0.4, 0.3, 0.3]
    assert_allclose(outranking(z, w)[0], [0.5, 0.7, 0.4])
    assert_allclose(aggregate(z, w, "copeland"), [0, -2, 2])
    assert_allclose(aggregate([[1, 0], [0, 1]], [0.5, 0.5], "copeland"), [0, 0])
    grouped = aggregate([[1, 1], [0, 0], [9, 9], [8, 8]], [0.5, 0.5], "copeland", groups=["a", "a", "b", "b"])
    assert_allclose(grouped, [1, -1, 1, -1])


def test_missing_weight_is_shared_out() -> None:
    z = [[1.0, np.nan, 3.0], [1.0, 2.0, 3.0]]
    assert_allclose(aggregate(z, [0.5, 0.25, 0.25], missing="renormalise"), [(0.5 + 0.75) / 0.75, 1.75])
    assert_allclose(aggregate(z, [0.5, 0.25, 0.25], "geometric", missing="renormalise")[0], 3 ** (1 / 3))


def test_benefit_of_doubt_by_hand() -> None:
    """(1, .2) and (.5, .9) span the frontier .875 a + .625 b = 1; (.4, .4) reaches .6 of it, (.2, .1) .2375."""
    z = np.array([[1, 0.2], [0.5, 0.9], [0.4, 0.4], [0.2, 0.1]])
    assert_allclose(benefit_of_doubt(z), [1, 1, 0.6, 0.2375], atol=1e-12)
    assert_allclose(best_weights(z).weights[2], [0.875, 0.625], atol=1e-12)
    assert_allclose(best_weights(z).shares[2], [0.35 / 0.6, 0.25 / 0.6], atol=1e-12)
    half = best_weights(
        z, share_limits=(0.5, 0.5)
    )  # equal shares: w = (s / 2a, s / 2b), s as large as the others allow
    for row, score in zip(z, half.scores, strict=True):
        w = 1 / (2 * row)
        assert score == pytest.approx(1 / (z @ w).max(), abs=1e-12)


def _reference_score(z: np.ndarray, i: int, low: float, high: float) -> float:
    m = z.shape[1]
    rows, right = [*z], [1.0] * len(z)
    for j in range(m):
        rows += [low * z[i] - np.eye(m)[j] * z[i], np.eye(m)[j] * z[i] - high * z[i]]
        right += [0.0, 0.0]
    return -float(linprog(-z[i], A_ub=np.array(rows), b_ub=right, method="highs").fun)


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (0.05, 0.4), (0.1, 1.0)])
def test_benefit_of_doubt_against_highs(low: float, high: float) -> None:
    rng = np.random.default_rng(5)
    z = normalise(rng.lognormal(size=(24, 6)) + rng.lognormal(size=(24, 1)), 1)
    got = benefit_of_doubt(z, share_limits=(low, high))
    assert_allclose(got, [_reference_score(z, i, low, high) for i in range(24)], atol=1e-9)


def test_benefit_of_doubt_limits_hold() -> None:
    z = np.random.default_rng(2).uniform(0.1, 1, size=(15, 4))
    free = best_weights(z)
    own = best_weights(z, share_limits=[(0.1, 0.5), None, (0.0, 0.3), None])
    assert (own.shares[:, 0] > 0.1 - 1e-9).all()
    assert (own.shares[:, 2] < 0.3 + 1e-9).all()
    ratio = best_weights(z, ratio_limits=[(0, 1, 0.5, 2.0)])
    one, other = ratio.weights[:, 0], ratio.weights[:, 1]
    assert (one > 0.5 * other - 1e-9).all()
    assert (one < 2 * other + 1e-9).all()
    mean = best_weights(z, share_limits=(0.1, 0.5), limits_on="mean")
    parts = mean.weights * z.mean(axis=0)
    parts /= parts.sum(axis=1, keepdims=True)
    assert ((parts > 0.1 - 1e-9) & (parts < 0.5 + 1e-9)).all()
    bounded = best_weights(z, weight_limits=(0.0, 0.5))
    assert (bounded.weights < 0.5 + 1e-9).all()
    for limited in (own, ratio, mean, bounded):
        assert (limited.scores <= free.scores + 1e-9).all()


def test_directional_benefit_of_doubt_by_hand() -> None:
    """From (.4, .4) along (1, 1) the frontier .875 a + .625 b = 1 is 4/15 away, from itself 0."""
    z = np.array([[1, 0.2], [0.5, 0.9], [0.4, 0.4]])
    assert_allclose(benefit_of_doubt(z, toward=[1, 1]), [1, 1, 1 / (1 + 4 / 15)], atol=1e-9)
