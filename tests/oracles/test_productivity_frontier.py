"""Frontier models against R Benchmarking, productivity and deaR, Stata gtfpch and teddf, DEAP, Tone (2001), HiGHS."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from xinzhi.productivity import (
    directional,
    luenberger,
    malmquist,
    malmquist_luenberger,
    nonradial_directional,
    radial,
    sbm,
)

HERE = Path(__file__).parent / "data"
Shared = Callable[..., Path]


@pytest.fixture(scope="module")
def synthetic() -> pd.DataFrame:
    return pd.read_csv(HERE / "synth_panel_30x12.csv")


def test_pooled_models_match_benchmarking(synthetic: pd.DataFrame) -> None:
    """R Benchmarking on 360 units: CCR, BCC, super-efficiency (one unit infeasible) and a distance along mean output."""
    expected = pd.read_csv(HERE / "synth_30x12_global_expected_Benchmarking.csv")
    x, y = synthetic[["K", "L", "E"]].to_numpy(), synthetic[["Y"]].to_numpy()
    assert_allclose(radial(x, y, "crs").efficiency, expected.ccr_io, rtol=1e-9)
    assert_allclose(radial(x, y, "vrs").efficiency, expected.bcc_io, rtol=1e-9)
    beyond = radial(x, y, "vrs", super_efficiency=True)
    solved = np.isfinite(expected.super_bcc_io)
    assert_allclose(beyond.efficiency[solved], expected.super_bcc_io[solved], rtol=1e-9)
    assert list(beyond.status[~solved]) == ["infeasible"] * int((~solved).sum())
    assert any("203" in note.en for note in beyond.notes)
    assert_allclose(directional(x, y, None, None, "mean", None).beta, expected.ddf_out_crs_dirmeanY, atol=1e-9)


@pytest.mark.parametrize("rts", ["crs", "vrs"])
def test_malmquist_matches_r_productivity(synthetic: pd.DataFrame, rts: str) -> None:
    table = synthetic.sort_values(["year", "region"])
    x = table[["K", "L", "E"]].to_numpy().reshape(12, 30, 3)
    y = table[["Y"]].to_numpy().reshape(12, 30, 1)
    expected = pd.read_csv(HERE / f"synth_30x12_malm_out_{rts}_expected_productivity.csv")
    expected = expected.sort_values(["Year.1", "region"])
    got = malmquist(x, y, rts=rts)
    pairs = {
        "malmquist": got.change,
        "effch": got.efficiency_change,
        "tech": got.technical_change,
        "obtech": got.output_bias,
        "ibtech": got.input_bias,
        "matech": got.magnitude,
    }
    if rts == "vrs":
        pairs |= {"pure.out.effch": got.pure_efficiency_change, "out.scalech": got.scale_change}
    for column, values in pairs.items():
        assert values is not None
        assert_allclose(values.ravel(), expected[column], rtol=1e-9, err_msg=column)


@pytest.mark.parametrize(("file", "technology"), [("cont", "contemporaneous"), ("seq", "sequential")])
def test_malmquist_matches_dear(shared: Shared, file: str, technology: str) -> None:
    """Chinese provinces 2005-2009 (Wang & Lan 2011), deaR's FGNZ under variable returns."""
    data = pd.read_csv(shared("oracles", "frontier", "deaR_EconomyLong.csv"))
    expected = pd.read_csv(shared("oracles", "frontier", f"deaR_Economy_malmquist_oo_{file}_fgnz_vrs.csv"))
    wide = data.pivot(index="Period", columns="DMUs")
    x = np.stack([wide[c].to_numpy() for c in ("Capital", "Labor")], axis=2)
    got = malmquist(x, wide[["GIOV"]].to_numpy()[:, :, None], technology=technology, rts="vrs")
    for name, values in (
        ("mi", got.change),
        ("tc", got.technical_change),
        ("pech", got.pure_efficiency_change),
        ("sech", got.scale_change),
    ):
        table = expected[expected.comp == name].pivot(index="period", columns="dmu", values="val")
        assert_allclose(values, table[wide["GIOV"].columns].to_numpy(), rtol=1e-8, err_msg=name)


def test_directional_distance_matches_stata_teddf(shared: Shared) -> None:
    """Inputs K and L, direction (−K, −L, Y, −CO2), each year on its own; Stata solves to about 1e-7."""
    data = pd.read_csv(shared("oracles", "frontier", "gtfpch_example_30prov_2013_2015.csv"))
    expected = pd.read_csv(shared("oracles", "frontier", "gtfpch_teddf_radial.csv"))
    merged = data.merge(expected, on=["Province", "year"])
    assert len(merged) == 90
    for _, year in merged.groupby("year"):
        got = directional(year[["K", "L"]], year[["Y"]], year[["CO2"]])
        assert_allclose(got.beta, year.Dv, atol=1e-7)


def test_global_malmquist_luenberger_matches_stata_gtfpch(shared: Shared) -> None:
    """TFPCH, TECH (efficiency change) and TECCH (best-practice gap), printed by Stata with seven digits."""
    data = pd.read_csv(shared("oracles", "frontier", "gtfpch_example_30prov_2013_2015.csv"))
    expected = pd.read_csv(shared("oracles", "frontier", "gtfpch_global_ML.csv")).sort_values(["Pdwise", "Province"])
    data = data.sort_values(["year", "Province"])
    x, y, b = (data[c].to_numpy().reshape(3, 30, -1) for c in (["K", "L"], ["Y"], ["CO2"]))
    got = malmquist_luenberger(x, y, b, technology="global")
    assert_allclose(got.change.ravel(), expected.TFPCH, rtol=1e-6)
    assert_allclose(got.efficiency_change.ravel(), expected.TECH, rtol=1e-6)
    assert_allclose(got.technical_change.ravel(), expected.TECCH, rtol=1e-6)


def test_slacks_based_measure_matches_tone_2001(shared: Shared) -> None:
    data = pd.read_csv(shared("oracles", "frontier", "tone2001_data.csv"))
    expected = pd.read_csv(shared("oracles", "frontier", "tone2001_expected_deaR.csv"))
    x, y = data[["Input1", "Input2"]].to_numpy(float), data[["Output1", "Output2"]].to_numpy(float)
    assert_allclose(sbm(x, y).efficiency, expected.sbm_crs, rtol=1e-9)
    assert_allclose(radial(x, y).efficiency, expected.ccr_io, rtol=1e-9)


def test_slacks_based_measure_of_tone_2001_by_hand() -> None:
    """The five units printed in Tone (2001), table 1: ρ = 0.798, 0.568, 1, 0.667, 1."""
    x = [[4, 3], [6, 3], [8, 1], [8, 1], [2, 4]]
    y = [[2, 3], [2, 3], [6, 2], [6, 1], [1, 4]]
    assert_allclose(sbm(x, y).efficiency, [0.798, 0.568, 1, 2 / 3, 1], atol=5e-4)


def test_deap_examples(shared: Shared) -> None:
    """Coelli (1996), examples 1, 2 and 4: scores, peers, slacks and targets, then a Malmquist index."""
    deap = json.loads(shared("oracles", "frontier", "deap_examples.json").read_text())
    first = deap["EG1"]
    got = radial(first["x"], np.array(first["y"])[:, None])
    assert_allclose(got.efficiency, first["crs_te_input"], atol=6e-4)
    assert_allclose(got.slacks_x, first["input_slacks"], atol=6e-4)
    assert_allclose(got.targets_x, first["input_targets"], atol=6e-4)
    for unit, peers in first["peers_weights"].items():
        assert {str(k + 1) for k in got.peers[int(unit) - 1]} == set(peers)
    second = deap["EG2"]
    x, y = second["x"], np.array(second["y"])[:, None]
    assert_allclose(radial(x, y).efficiency, second["crs_te"], atol=6e-4)
    assert_allclose(radial(x, y, "vrs").efficiency, second["vrs_te_input"], atol=6e-4)
    fourth = deap["EG4"]
    got4 = malmquist(np.array(fourth["x"])[:, :, None], np.array(fourth["y"])[:, :, None], rts="vrs")
    year = fourth["year2"]
    for name, values in (
        ("effch", got4.efficiency_change),
        ("techch", got4.technical_change),
        ("pech", got4.pure_efficiency_change),
        ("sech", got4.scale_change),
        ("tfpch", got4.change),
    ):
        assert values is not None
        assert_allclose(values[0], year[name], atol=1.1e-3, err_msg=name)
        assert_allclose(values[1], 1.0, atol=1e-9)


def test_nonradial_distance_and_indicator_match_printed_stata_results(shared: Shared) -> None:
    """Figures printed in the manual of teddf and gtfpch (Du, Zhang & Wu, Stata Journal 22(1), 2022, section 5)."""
    data = pd.read_csv(shared("oracles", "frontier", "gtfpch_example_30prov_2013_2015.csv"))
    data = data.sort_values(["year", "Province"])
    x, y, b = (data[c].to_numpy().reshape(3, 30, -1) for c in (["K", "L"], ["Y"], ["CO2"]))
    place = {name: k for k, name in enumerate(sorted(data.Province.unique()))}
    printed = {
        ("Anhui", 0, 1.0): (1.6710, 0.4594, 0.7225, 0.0000, 0.4890),
        ("Yunnan", 1, 1.0): (1.8300, 0.5165, 0.7834, 0.0000, 0.5301),
        ("Zhejiang", 2, 1.0): (1.0589, 0.3912, 0.4368, 0.0000, 0.2309),
        ("Anhui", 0, 0.5): (1.1480, 0.0000, 0.4867, 0.8499, 0.0548),
        ("Yunnan", 2, 0.5): (1.2843, 0.0000, 0.4933, 1.0377, 0.0000),
    }
    for (name, t, weight), expected in printed.items():
        got = nonradial_directional(x[t], y[t], b[t], weights=[weight, weight, 1, 1])
        k = place[name]
        assert_allclose([got.distance[k], *got.beta_x[k], *got.beta_y[k], *got.beta_b[k]], expected, atol=6e-5)
    change = luenberger(x, y, b, "global", nonradial=True, weights=[0, 0, 1, 1])
    for name, t, expected in (
        ("Anhui", 0, (-0.0676, -0.2281, 0.1605)),
        ("Chongqing", 1, (0.0178, -0.1079, 0.1257)),
        ("Xinjiang", 0, (-0.2221, -0.3371, 0.1150)),
        ("Yunnan", 1, (0.1378, 0.0586, 0.0792)),
    ):
        k = place[name]
        found = (change.change[t, k], change.efficiency_change[t, k], change.technical_change[t, k])
        assert_allclose(found, expected, atol=6e-5)
