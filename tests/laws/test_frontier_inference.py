"""Laws of frontier inference: what must hold whatever the data."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinzhi.base.errors import ComputationError, DataError, MissingPartError, UsageError
from xinzhi.productivity import (
    closest_targets,
    data_cloud,
    dea_bootstrap,
    double_bootstrap,
    order_alpha,
    order_m,
    outliers,
    radial,
    returns_test,
    truncated_regression,
)
from xinzhi.productivity.inference.blocks import BLOCK
from xinzhi.productivity.inference.smooth import bandwidth
from xinzhi.productivity.inference.truncated import likelihood

SIDES = ("input", "output")


def sample(seed: int, n: int = 25, p: int = 2, q: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Units below a frontier with decreasing returns."""
    rng = np.random.default_rng(seed)
    x = rng.lognormal(sigma=0.6, size=(n, p))
    y = (x ** (0.8 / p)).prod(axis=1, keepdims=True) * np.exp(-0.4 * np.abs(rng.normal(size=(n, q))))
    return x, y


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), rts=st.sampled_from(["crs", "vrs", "drs", "irs"]), side=st.sampled_from(SIDES))
def test_interval_holds_the_corrected_value_and_lies_below_the_estimate(seed, rts, side):
    x, y = sample(seed)
    got = dea_bootstrap(x, y, rts, side, draws=100, seed=seed)
    assert (got.low <= got.corrected + 1e-12).all()
    assert (got.corrected <= got.high + 1e-12).all()
    assert (got.high <= got.efficiency + 1e-12).all()
    assert (got.bias >= -1e-12).all() and (got.low > 0).all()
    np.testing.assert_allclose(got.efficiency, radial(x, y, rts, side).efficiency, rtol=1e-12)
    np.testing.assert_array_equal(got.reported, np.where(got.advised, got.corrected, got.efficiency))


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000), method=st.sampled_from(["smoothed", "subsample"]), side=st.sampled_from(SIDES))
def test_units_of_measurement_do_not_matter(seed, method, side):
    x, y = sample(seed)
    one = dea_bootstrap(x, y, "vrs", side, draws=60, method=method)
    other = dea_bootstrap(x * [1e4, 1e-3], y * 7.3, "vrs", side, draws=60, method=method)
    np.testing.assert_allclose(other.draws, one.draws, rtol=1e-8)


@pytest.mark.parametrize("backend", ["threads", "processes"])
def test_workers_change_no_bit(backend):
    x, y = sample(1)
    alone = dea_bootstrap(x, y, draws=170)
    many = dea_bootstrap(x, y, draws=170, backend=backend, workers=2)
    np.testing.assert_array_equal(many.draws, alone.draws)
    np.testing.assert_array_equal(many.low, alone.low)


def test_fewer_draws_are_the_first_of_more():
    x, y = sample(2)
    np.testing.assert_array_equal(dea_bootstrap(x, y, draws=70).draws, dea_bootstrap(x, y, draws=130).draws[:70])
    assert not np.array_equal(dea_bootstrap(x, y, draws=70, seed=1).draws, dea_bootstrap(x, y, draws=70).draws)


def test_interrupted_run_is_picked_up_with_the_same_bits(tmp_path):
    x, y = sample(3)
    whole = dea_bootstrap(x, y, draws=4 * BLOCK)
    seen: list[int] = []

    def stop(done: int, total: int) -> None:
        seen.append(done)
        if done >= 2 * BLOCK:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dea_bootstrap(x, y, draws=4 * BLOCK, resume=tmp_path, progress=stop)
    assert seen == [BLOCK, 2 * BLOCK] and len(list(tmp_path.iterdir())) == 2
    told: list[tuple[int, int]] = []
    again = dea_bootstrap(x, y, draws=4 * BLOCK, resume=tmp_path, progress=lambda *at: told.append(at))
    np.testing.assert_array_equal(again.draws, whole.draws)
    assert told == [(k * BLOCK, 4 * BLOCK) for k in (2, 3, 4)]
    next(iter(tmp_path.iterdir())).write_bytes(b"cut off")
    np.testing.assert_array_equal(dea_bootstrap(x, y, draws=4 * BLOCK, resume=tmp_path).draws, whole.draws)


def test_blocks_of_other_data_or_options_are_not_taken(tmp_path):
    x, y = sample(4)
    dea_bootstrap(x, y, draws=50, resume=tmp_path)
    for change in ({"rts": "vrs"}, {"orientation": "output"}, {"seed": 9}, {"bandwidth": 0.1}, {"centre": "mean"}):
        fresh, kept = dea_bootstrap(x, y, draws=50, **change), dea_bootstrap(x, y, draws=50, resume=tmp_path, **change)
        np.testing.assert_array_equal(kept.draws, fresh.draws)
    other = dea_bootstrap(x, y * [[1.5]] * np.r_[2.0, np.ones(24)][:, None], draws=50, resume=tmp_path)
    assert not np.array_equal(other.draws, dea_bootstrap(x, y, draws=50).draws)


def test_dask_cluster_gives_the_same_bits():
    distributed = pytest.importorskip("distributed", reason="the Dask backend is in the optional part xinzhi[scale]")
    x, y = sample(5)
    alone = dea_bootstrap(x, y, draws=170)
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    )
    with cluster, distributed.Client(cluster):
        spread = dea_bootstrap(x, y, draws=170, backend="dask")
        drivers = double_bootstrap(x, y, x[:, :1], draws=100, bias_draws=60, backend="dask")
    np.testing.assert_array_equal(spread.draws, alone.draws)
    np.testing.assert_array_equal(drivers.draws, double_bootstrap(x, y, x[:, :1], draws=100, bias_draws=60).draws)


def test_dask_without_its_part_or_client_says_so():
    x, y = sample(6)
    try:
        import distributed  # noqa: F401
    except ImportError:
        with pytest.raises(MissingPartError, match="scale"):
            dea_bootstrap(x, y, draws=50, backend="dask")
    else:
        with pytest.raises(UsageError, match="Dask"):
            dea_bootstrap(x, y, draws=50, backend="dask")


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), side=st.sampled_from(SIDES))
def test_partial_frontiers_run_to_the_free_disposal_hull(seed, side):
    x, y = sample(seed, q=2)
    hull = radial(x, y, "fdh", side).efficiency
    np.testing.assert_allclose(order_alpha(x, y, 1.0, side).efficiency, hull, rtol=1e-12)
    np.testing.assert_allclose(order_m(x, y, 10**6, side).efficiency, hull, rtol=1e-9)
    levels = [order_m(x, y, m, side).efficiency for m in (1, 5, 25, 125)]
    quantiles = [order_alpha(x, y, a, side).efficiency for a in (0.5, 0.8, 0.95, 1.0)]
    for ladder in (levels, quantiles):  # a frontier farther out leaves less efficiency
        assert (np.diff(ladder, axis=0) <= 1e-12).all()
    scaled = order_m(x * 1e3, y / 7.0, 5, side).efficiency
    np.testing.assert_allclose(scaled, levels[1], rtol=1e-10)


@pytest.mark.parametrize("side", SIDES)
def test_monte_carlo_order_m_is_near_the_exact_one(side):
    x, y = sample(7, n=40)
    exact, drawn = order_m(x, y, 10, side), order_m(x, y, 10, side, draws=4000, seed=3)
    value = (exact.efficiency, drawn.efficiency) if side == "input" else (exact.expansion, drawn.expansion)
    spread = np.where(drawn.error > 0, drawn.error, 1e-12)
    assert (np.abs(value[1] - value[0]) <= 4.5 * spread).all()
    assert (exact.error == 0).all() and drawn.error.max() > 0


@pytest.mark.parametrize(("rts", "side"), [("crs", "input"), ("vrs", "output"), ("drs", "input"), ("fdh", "output")])
def test_leverage_is_what_leaving_each_unit_out_does(rts, side):
    x, y = sample(8)
    base, n = radial(x, y, rts, side).efficiency, len(x)
    expected = np.empty(n)
    for j in range(n):
        rest = np.arange(n) != j
        expected[j] = np.sqrt(((radial(x[rest], y[rest], rts, side).efficiency - base[rest]) ** 2).sum() / (n - 1))
    np.testing.assert_allclose(outliers(x, y, rts, side).leverage, expected, atol=1e-10)


def test_a_misplaced_decimal_is_flagged():
    x, y = sample(9, n=60)
    y[17] *= 10
    found = outliers(x, y, "crs")
    assert found.flags[17] and found.leverage.argmax() == 17
    assert 17 in data_cloud(x, y, most=1).sets[0]


def test_cloud_ratio_is_a_ratio_of_determinants():
    x, y = sample(10, n=15)
    found = data_cloud(x, y, most=3)
    full = np.column_stack([np.ones(15), x, y])
    for members, ratio in zip(found.sets, found.ratio, strict=True):
        rest = np.delete(full, members, axis=0)
        np.testing.assert_allclose(ratio, np.linalg.det(rest.T @ rest) / np.linalg.det(full.T @ full), rtol=1e-8)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), rts=st.sampled_from(["crs", "vrs"]), q=st.integers(1, 2))
def test_closest_target_is_efficient_and_no_farther_than_the_usual_one(seed, rts, q):
    x, y = sample(seed, q=q)
    got = closest_targets(x, y, rts)
    assert got.proved.all()
    assert (got.slacks_x >= 0).all() and (got.slacks_y >= 0).all()
    on = radial(got.targets_x, got.targets_y, rts, reference=(x, y))
    np.testing.assert_allclose(on.efficiency, 1.0, atol=1e-7)
    np.testing.assert_allclose(on.slacks_x / x.mean(axis=0), 0.0, atol=1e-6)
    np.testing.assert_allclose(on.slacks_y / y.mean(axis=0), 0.0, atol=1e-6)
    usual = radial(x, y, rts)
    step = np.hstack([x - usual.targets_x, usual.targets_y - y])
    assert (got.distance <= (step * got.weights).sum(axis=1) + 1e-8).all()
    np.testing.assert_allclose(closest_targets(x * [10.0, 1e-3], y * 5.0, rts).distance, got.distance, atol=1e-8)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_likelihood_has_the_slopes_it_claims(seed):
    rng = np.random.default_rng(seed)
    Z = np.column_stack([np.ones(30), rng.normal(size=(30, 2))])
    y, theta = rng.exponential(size=(1, 30)), np.r_[rng.normal(size=3), rng.uniform(0.5, 2.0)]
    _, slope, curve = likelihood(theta[None], y, Z)
    for j in range(4):
        step = np.zeros(4)
        step[j] = 1e-5
        up, down = (likelihood((theta + s * step)[None], y, Z) for s in (1, -1))
        np.testing.assert_allclose((up[0] - down[0])[0] / 2e-5, slope[0, j], rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose((up[1] - down[1])[0] / 2e-5, curve[0, j], rtol=1e-5, atol=1e-4)


def test_regression_follows_its_units():
    rng = np.random.default_rng(11)
    z = rng.normal(size=(120, 2))
    y = 1.0 + np.abs(z @ [0.3, -0.2] + rng.normal(size=120))
    one, other = truncated_regression(y, z, 1.0), truncated_regression(100 * y, z * [10.0, 0.1], 100.0)
    np.testing.assert_allclose(other.params, one.params * [100.0, 10.0, 1000.0], rtol=1e-6)
    np.testing.assert_allclose([other.sigma], [100 * one.sigma], rtol=1e-6)
    np.testing.assert_allclose(other.se, one.se * [100.0, 10.0, 1000.0, 100.0], rtol=1e-6)


@pytest.mark.parametrize("rule", ["silverman", "normal", "cross-validation"])
def test_bandwidth_follows_its_distances(rule):
    off = np.random.default_rng(12).exponential(0.3, size=40)
    np.testing.assert_allclose(bandwidth(1 + 3 * off, rule), 3 * bandwidth(1 + off, rule), rtol=1e-4)


def test_returns_test_keeps_a_true_null_and_rejects_a_false_one():
    rng = np.random.default_rng(13)
    x, d = rng.uniform(1, 9, size=(40, 1)), 1 + rng.exponential(0.3, size=(40, 1))
    constant, falling = returns_test(x, x / d, draws=100), returns_test(x, np.sqrt(x) / d, draws=100)
    assert not constant.rejected and falling.rejected
    assert not returns_test(x, np.sqrt(x) / d, "drs", draws=100).rejected
    assert 0 < falling.p_value < constant.p_value <= 1 and falling.statistic < falling.critical


def test_what_cannot_be_done_is_said():
    x, y = sample(14)
    for error, options in [
        (UsageError, {"rts": "fdh"}),
        (UsageError, {"orientation": "hyperbolic"}),
        (UsageError, {"draws": 3}),
        (UsageError, {"draws": 50.5}),
        (UsageError, {"level": 95}),
        (UsageError, {"bandwidth": "best"}),
        (UsageError, {"bandwidth": -1.0}),
        (UsageError, {"method": "naive"}),
        (UsageError, {"method": "subsample", "size": 25}),
        (UsageError, {"backend": "spark"}),
        (UsageError, {"workers": 0}),
    ]:
        with pytest.raises(error):
            dea_bootstrap(x, y, **options)
    with pytest.raises(UsageError, match="前沿"):
        dea_bootstrap([[1.0], [2.0]], [[1.0], [2.0]])
    with pytest.raises(UsageError):
        order_alpha(x, y, 0.0)
    with pytest.raises(UsageError):
        order_m(x, y, 0)
    with pytest.raises(DataError, match="第 1 列"):
        double_bootstrap(x, y, np.column_stack([x[:, 0], 2 * x[:, 0]]), draws=20)
    with pytest.raises(DataError, match="前沿之外"):
        double_bootstrap(x[:4], y[:4], x[:4], draws=20)
    with pytest.raises(DataError, match="线性相关"):
        data_cloud(np.column_stack([x, x[:, 0] * 2]), y)
    with pytest.raises(DataError, match="截断点"):
        truncated_regression([0.5, 2.0, 3.0, 4.0], [[1.0], [2.0], [3.0], [5.0]], 1.0)
    with pytest.raises(ComputationError, match="最大值"):
        truncated_regression(np.r_[np.full(30, 0.01), 5.0], np.sin(np.arange(31.0))[:, None])
    with pytest.raises(DataError, match="权重"):
        closest_targets(x, y, weights=[1.0, -1.0, 1.0])


def test_few_units_and_missing_solutions_are_noted():
    x, y = sample(15, n=8, p=2, q=2)
    assert any("Cooper" in note.en for note in dea_bootstrap(x, y, draws=50).notes)
    cut = dea_bootstrap(x, y, "vrs", draws=100, method="subsample", size=3)
    assert any("no solution" in note.en for note in cut.notes)
    none = np.isnan(cut.low)
    assert (np.isnan(cut.draws).mean(axis=0) > 0.5).tolist() == none.tolist()
