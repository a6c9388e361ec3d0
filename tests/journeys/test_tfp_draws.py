"""Draws behind intervals: kept, counted, on a cluster, the same in every way of computing them; targets with intervals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import xinzhi as xz
from xinzhi.base.errors import XinzhiError
from xinzhi.panel import Panel
from xinzhi.productivity import drivers, efficiency, improve
from xinzhi.productivity.inference.cluster import cluster

RADIAL = {"technology": "contemporaneous", "rts": "vrs", "preset": "kleg", "years": [2021, 2022], "draws": 60}
FACTOR = ["log(gdp / population)"]


@pytest.fixture(scope="module")
def panel() -> Panel:
    return xz.load("china-provinces")


def test_threads_and_kept_draws_give_the_same(panel: Panel, tmp_path: Path) -> None:
    alone = efficiency(panel, "radial", **RADIAL)
    seen: list[tuple[int, int]] = []
    kept = {"resume": tmp_path, "progress": lambda done, total: seen.append((done, total))}
    spread = efficiency(panel, "radial", backend="threads", workers=2, **kept, **RADIAL)
    pd.testing.assert_frame_equal(spread.frame, alone.frame)
    assert spread.recipe.digest() == alone.recipe.digest()
    assert seen[-1][0] == seen[-1][1] == 60 * (2 + 2 * 2)  # intervals, and two tests of returns, for two years
    assert [d for d, _ in seen] == sorted(d for d, _ in seen)
    files = {p: p.stat().st_mtime_ns for p in tmp_path.iterdir()}
    again = efficiency(panel, "radial", **kept, **RADIAL)
    pd.testing.assert_frame_equal(again.frame, alone.frame)
    assert files and {p: p.stat().st_mtime_ns for p in tmp_path.iterdir()} == files


def test_drivers_count_both_bootstraps_and_keep_them(panel: Panel, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    given = {"draws": 60, "bias_draws": 50, "years": [2021, 2022]}
    one = drivers(panel, FACTOR, resume=tmp_path, progress=lambda d, n: seen.append((d, n)), **given)
    assert seen[-1] == (110, 110) and any(tmp_path.iterdir())
    pd.testing.assert_frame_equal(one.frame, drivers(panel, FACTOR, **given).frame)


def test_a_cluster_that_dask_is_told_of_serves(panel: Panel) -> None:
    distributed = pytest.importorskip("distributed", reason="the Dask backend is in the optional part xinzhi[scale]")
    import dask

    alone = drivers(panel, FACTOR, draws=60, algorithm=1, years=[2021, 2022])
    local = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
    )
    with local, dask.config.set({"scheduler-address": local.scheduler_address}), cluster("dask"):
        far = drivers(panel, FACTOR, draws=60, algorithm=1, years=[2021, 2022], backend="dask")
    pd.testing.assert_frame_equal(far.frame, alone.frame)
    with pytest.raises(ValueError):
        distributed.get_client()  # the client ended with the computation


@pytest.mark.parametrize("model", ["sbm", "directional", "nonradial"])
def test_targets_have_intervals_beyond_the_estimated_frontier(panel: Panel, model: str) -> None:
    """The true frontier lies beyond the estimated one, so inputs and bads may fall further and goods rise further."""
    result = improve(panel, model, orientation=None if model == "sbm" else "hybrid", draws=200, years=[2022])
    rows = result.frame[result.frame["low"].notna()]
    assert len(rows) == len(result.frame)
    goods = rows["role"] == "good"
    slack = 1e-6 * rows["actual"]
    assert (rows["low"] <= rows["high"]).all() and (rows["low"] >= 0).all()
    assert (rows["low"] <= rows["target"] + slack)[~goods].all()
    assert (rows["high"] >= rows["target"] - slack)[goods].all()
    behind = rows["region"].isin(result.scores.loc[result.scores["efficiency"] < 0.9, "region"])
    assert (rows["high"] > rows["low"])[behind & ~goods].mean() > 0.8
    assert any("子抽样" in said.zh for said in result.recipe.assumptions)
    assert "目标及其区间" in [c.label.zh for c in result.region("安徽").columns]
    repeated = improve(panel, model, orientation=None if model == "sbm" else "hybrid", draws=200, years=[2022], backend="threads", workers=2)  # fmt: skip
    np.testing.assert_array_equal(repeated.frame["low"], result.frame["low"])


def test_intervals_of_targets_need_the_frontier_of_one_year(panel: Panel) -> None:
    with pytest.raises(XinzhiError, match="contemporaneous"):
        improve(panel, technology="global", draws=50, years=[2021, 2022])


def test_command_line_keeps_draws_and_shows_how_far_it_is(cli, tmp_path: Path) -> None:
    words = ("tfp", "--what", "improve", "--model", "directional", "--draws", "60", "--years", "2022", "--format", "json", "--lang", "en")  # fmt: skip
    status, out, err = cli(*words, "--resume", str(tmp_path), "--backend", "threads", "--jobs", "2")
    assert status == 0, err
    assert "draws 60/60" in err and any(tmp_path.iterdir())
    assert json.loads(cli(*words)[1]) == json.loads(out)


def test_a_study_goes_on_with_the_draws_that_are_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = {
        "study": "draws", "title": "Draws", "panel": "china-provinces", "years": "2021-2022", "outputs": ["results"],
        "steps": [{"kind": "drivers", "factors": FACTOR, "draws": 120, "bias_draws": 50}],
    }  # fmt: skip
    told: list[float] = []

    class StoppedError(Exception):
        pass

    def until_half(progress: object) -> None:
        told.append(progress.done)  # type: ignore[attr-defined]
        if progress.done > 0.6:  # type: ignore[attr-defined]
            raise StoppedError

    with pytest.raises(StoppedError):
        xz.study.run(spec, cache=tmp_path, progress=until_half)
    parts = list(tmp_path.glob("*.parts/*.npy"))
    assert parts and 0.1 < sorted(told)[len(told) // 2] < 1
    whole = xz.study.run(spec, cache=tmp_path).results["drivers"]
    assert not list(tmp_path.glob("*.parts"))
    pd.testing.assert_frame_equal(whole.frame, xz.study.run(spec).results["drivers"].frame)
