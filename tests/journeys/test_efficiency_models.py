"""Every model of efficiency through the face: the kernel's figures on the same arrays, words, refusals, flags and studies."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import xinzhi as xz
from xinzhi.base.arrays import Array
from xinzhi.base.errors import XinzhiError
from xinzhi.chart import svg
from xinzhi.panel import Panel
from xinzhi.productivity import (
    additive,
    by_production,
    cross_efficiency,
    directional,
    ebm,
    efficiency,
    improve,
    inputs,
    nonradial_directional,
    order_alpha,
    order_m,
    radial,
    range_directional,
    sbm,
    window_analysis,
)
from xinzhi.productivity.efficiency.models import MODELS
from xinzhi.productivity.efficiency.options import OPTIONS
from xinzhi.productivity.efficiency.solve import _SOLVE, _WHOLE
from xinzhi.productivity.inputs.face import InputsResult

YEARS = range(2020, 2023)
NEEDED: dict[str, dict[str, Any]] = {"order-m": {"m": 25}, "order-alpha": {"alpha": 0.9}}
Kernel = Callable[[Array, Array, Array], Array]


@pytest.fixture(scope="module")
def panel() -> Panel:
    return xz.load("china-provinces")


@pytest.fixture(scope="module")
def data(panel: Panel) -> InputsResult:
    return inputs(panel, years=YEARS)


def energy_only(x: Array) -> Array:
    """The inputs with all but the third, energy, set to zero."""
    return x * np.array([0.0, 0.0, 1.0])


def nonradial_score(x: Array, y: Array, b: Array, **options: Any) -> Array:
    """(1 − mean of inputs and bads) / (1 + mean of goods), over what moves."""
    found = nonradial_directional(x, y, b, **options)
    used = [k for k in range(x.shape[1]) if (found.question.g[:, k] > 0).any()]
    less = np.hstack([found.beta_x[:, used], found.beta_b]).mean(axis=1)
    return (1 - less) / (1 + found.beta_y.mean(axis=1))


def hybrid(beta: Array) -> Array:
    return (1 - beta) / (1 + beta)


RESTRICTED = {"energy": {"labour": [0.05, 0.5]}, "capital": {"energy": [0.01, None]}}
ROWS = np.array([[0, 0.05, -1.0], [0, -0.5, 1.0], [-1.0, 0, 0.01]])  # a bound times the lower input, less the upper one
CASES: list[tuple[str, dict[str, Any], Kernel]] = [
    *((m, {"orientation": o}, lambda x, y, b, o=o: radial(x, y, "crs", o).efficiency) for m in ("radial",) for o in ("input", "output", "hyperbolic")),
    *(("radial", {"rts": r}, lambda x, y, b, r=r: radial(x, y, r).efficiency) for r in ("vrs", "drs", "irs", "fdh")),
    ("radial", {"orientation": "hyperbolic", "rts": "vrs"}, lambda x, y, b: radial(x, y, "vrs", "hyperbolic").efficiency),
    ("radial", {"super_efficiency": True}, lambda x, y, b: radial(x, y, super_efficiency=True).efficiency),
    ("radial", {"restrictions": RESTRICTED}, lambda x, y, b: radial(x, y, restrictions=(-ROWS, np.zeros((3, 1)))).efficiency),
    ("sbm", {"super_efficiency": True, "rts": "vrs"}, lambda x, y, b: sbm(x, y, b, "vrs", None, True).efficiency),
    ("sbm", {"orientation": "output"}, lambda x, y, b: sbm(x, y, b, "crs", "output").efficiency),
    ("ebm", {}, lambda x, y, b: ebm(x, y).efficiency),
    ("ebm", {"orientation": "input", "rts": "vrs"}, lambda x, y, b: ebm(x, y, "vrs", "input").efficiency),
    ("additive", {}, lambda x, y, b: additive(x, y, b, "vrs", "level").efficiency),
    ("ram", {}, lambda x, y, b: additive(x, y, b, "vrs", "range").efficiency),
    *(("cross-efficiency", {"goal": g}, lambda x, y, b, g=g: cross_efficiency(x, y, g).score) for g in ("benevolent", "aggressive", "arbitrary")),
    ("directional", {}, lambda x, y, b: 1 / (1 + directional(x, y, b, None).beta)),
    ("directional", {"rts": "vrs", "disposability": "kuosmanen"}, lambda x, y, b: 1 / (1 + directional(x, y, b, None, rts="vrs", disposability="kuosmanen").beta)),
    ("directional", {"orientation": "hybrid", "moves": "energy"}, lambda x, y, b: hybrid(directional(x, y, b, energy_only(x)).beta)),
    ("nonradial", {"orientation": "hybrid"}, lambda x, y, b: nonradial_score(x, y, b)),
    ("nonradial", {"orientation": "hybrid", "moves": ["energy"]}, lambda x, y, b: nonradial_score(x, y, b, gx=energy_only(x))),
    ("nonradial", {"rts": "vrs", "disposability": "kuosmanen"}, lambda x, y, b: nonradial_score(x, y, b, gx=None, rts="vrs", disposability="kuosmanen")),
    ("by-production", {}, lambda x, y, b: by_production(x, y, b, [2]).efficiency),
    ("by-production", {"rts": "fdh", "polluting": ["capital", "energy"]}, lambda x, y, b: by_production(x, y, b, [0, 2], "fdh").efficiency),
    ("range-directional", {}, lambda x, y, b: 1 - range_directional(x, y, b).beta),
    ("order-m", {"m": 10, "orientation": "output"}, lambda x, y, b: order_m(x, y, 10, "output").efficiency),
    ("order-alpha", {"alpha": 0.9}, lambda x, y, b: order_alpha(x, y, 0.9).efficiency),
]  # fmt: skip


@pytest.mark.parametrize(("model", "options", "kernel"), CASES, ids=[f"{m}-{'-'.join(map(str, o.values()))}"[:60] for m, o, _ in CASES])  # fmt: skip
def test_the_face_gives_what_the_kernel_gives(
    data: InputsResult, model: str, options: dict[str, Any], kernel: Kernel
) -> None:
    x, y, b = (data.array(role) for role in ("input", "good", "bad"))
    own = efficiency(data, model, technology="contemporaneous", **options)
    wide = own.frame.pivot(index="year", columns="region", values="efficiency")[data.regions].to_numpy()
    assert_allclose(wide[-1], kernel(x[-1], y[-1], b[-1]), rtol=0, atol=1e-10)
    pooled = efficiency(data, model, technology="global", **options)
    wide = pooled.frame.pivot(index="year", columns="region", values="efficiency")[data.regions].to_numpy()
    assert_allclose(wide.ravel(), kernel(*(v.reshape(-1, v.shape[2]) for v in (x, y, b))), rtol=0, atol=1e-10)


@pytest.mark.parametrize("model", ["ebm", "additive", "ram", "order-m", "order-alpha"])
def test_a_frontier_of_earlier_years_is_the_reference_of_the_kernel(data: InputsResult, model: str) -> None:
    x, y, b = (data.array(role) for role in ("input", "good", "bad"))
    among = tuple(v.reshape(-1, v.shape[2]) for v in (x, y, b))
    kernels: dict[str, Callable[[], Array | None]] = {
        "ebm": lambda: ebm(x[-1], y[-1], reference=among[:2]).efficiency,
        "additive": lambda: additive(x[-1], y[-1], b[-1], weights="level", reference=among).efficiency,
        "ram": lambda: additive(x[-1], y[-1], b[-1], reference=among).efficiency,
        "order-m": lambda: order_m(x[-1], y[-1], 25, reference=among[:2]).efficiency,
        "order-alpha": lambda: order_alpha(x[-1], y[-1], 0.9, reference=among[:2]).efficiency,
    }
    got = efficiency(data, model, technology="sequential", **NEEDED.get(model, {})).frame
    assert_allclose(got[got["year"] == 2022]["efficiency"], kernels[model](), rtol=0, atol=1e-10)


def test_windows_are_those_of_the_kernel(data: InputsResult) -> None:
    got = efficiency(data, "window", width=2, rts="vrs", orientation="output")
    kernel = window_analysis(data.array("input"), data.array("good"), 2, "vrs", "output")
    wide = got.frame.pivot(index="year", columns="region", values="efficiency")[data.regions].to_numpy()
    assert_allclose(wide, kernel.mean, rtol=0, atol=1e-10)
    assert_allclose(got.frame[got.frame["year"] == 2022]["spread"], kernel.spread)


def test_a_restriction_holds_for_the_multipliers(data: InputsResult) -> None:
    """A ratio of multipliers outside its bounds costs efficiency; bounds that hold anyway cost nothing."""
    free = efficiency(data, "radial").frame["efficiency"]
    bound = efficiency(data, "radial", restrictions=RESTRICTED).frame["efficiency"]
    loose = efficiency(data, "radial", restrictions={"energy": {"labour": [0, 1e9]}}).frame["efficiency"]
    assert (bound <= free + 1e-9).all() and (bound < free - 1e-3).any()
    assert_allclose(loose, free, atol=1e-6)
    linked = efficiency(data, "radial", restrictions={"gdp": {"energy": [None, 1e9]}}).frame["efficiency"]
    assert_allclose(linked, free, atol=1e-6)


def test_tables_of_models_options_and_kernels_agree() -> None:
    assert set(MODELS) == set(_SOLVE) | set(_WHOLE)
    assert {name for model in MODELS.values() for name in model.options} == set(OPTIONS)


@pytest.mark.parametrize("model", MODELS)
def test_every_model_tells_its_story(data: InputsResult, model: str) -> None:
    got = efficiency(data, model, **NEEDED.get(model, {}))
    for lang in ("zh", "en"):
        assert len(got.summary(lang)) > 60 and MODELS[model].title.say(lang) in got.summary(lang)
        for table in got.tables().values():
            assert all(len(row) == len(table.printed) for row in table.rows(lang))
    assert svg(got.figure("zh")).startswith("<svg") and got.map("en") is not None
    assert f"--model {model}" in got.recipe.cli and got.recipe.sources and got.recipe.formula


def test_scores_beyond_a_partial_frontier_are_read_as_such(data: InputsResult) -> None:
    got = efficiency(data, "order-m", m=10)
    assert got.beyond and "前沿或其外" in got.summary("zh") and "beyond" in got.table.note.say("en")
    assert got.summary("zh").count("、") < 20 and "and others" in got.summary("en")
    assert "m = 10" in got.summary("en") and "--m 10" in got.recipe.cli


def test_each_score_is_read_in_its_own_way(data: InputsResult) -> None:
    assert "可小于 0" in efficiency(data, "additive").table.note.say("zh")
    peers = efficiency(data, "cross-efficiency")
    assert "own efficiency" in peers.table.note.say("en")
    assert (peers.frame["efficiency"] <= peers.frame["own"] + 1e-9).all()


def test_negative_figures_serve_the_one_model_that_takes_them(panel: Panel) -> None:
    options: dict[str, Any] = {"inputs": ["capital", "population"], "good": ["gdp", "population - 5000"], "bad": []}
    got = efficiency(panel, "range-directional", technology="contemporaneous", years=[2021, 2022], **options)
    x, y = got.data.array("input")[-1], got.data.array("good")[-1]
    assert (y < 0).any()
    last = got.frame[got.frame["year"] == 2022]
    assert_allclose(last["efficiency"], 1 - range_directional(x, y).beta, rtol=0, atol=1e-10)
    assert any("含负值" in a.zh for a in got.recipe.assumptions)
    with pytest.raises(XinzhiError, match="range-directional"):
        efficiency(panel, "radial", years=[2022], **options)
    with pytest.raises(XinzhiError, match="range-directional"):
        efficiency(got.data, "radial")


def test_weak_disposability_without_constant_returns_is_said(data: InputsResult) -> None:
    for disposability, said in (("weak", True), ("kuosmanen", False)):
        got = efficiency(data, "directional", rts="vrs", disposability=disposability)
        assert any("Kuosmanen 2005" in a.zh for a in got.recipe.assumptions) is said


@pytest.mark.parametrize(
    ("model", "options", "code", "words"),
    [
        ("radal", {}, "U001", ("radial", "radial")),
        ("cross-efficiency", {"rts": "vrs"}, "U952", ("可用 crs", "takes crs")),
        ("order-m", {"m": 25, "rts": "vrs"}, "U952", ("可用 fdh", "takes fdh")),
        ("by-production", {"technology": "sequential"}, "U952", ("global", "global")),
        ("range-directional", {"orientation": "output"}, "U952", ("both", "both")),
        ("window", {"technology": "global"}, "U952", ("window", "window")),
        ("ram", {"rts": "vrss"}, "U001", ("vrs", "vrs")),
        ("sbm", {"m": 25}, "U953", ("没有 m", "no option m")),
        ("radial", {"moves": ["energy"]}, "U953", ("restrictions", "restrictions")),
        ("order-m", {}, "U954", ("m=25", "m=25")),
        ("order-alpha", {}, "U954", ("alpha=0.95", "alpha=0.95")),
        ("order-m", {"m": 0}, "U", ("m", "m")),
        ("order-alpha", {"alpha": 1.5}, "U664", ("1.5", "1.5")),
        ("directional", {"moves": ["energy"]}, "U955", ("hybrid", "hybrid")),
        ("nonradial", {"moves": ["enrgy"], "orientation": "hybrid"}, "U001", ("energy", "energy")),
        ("by-production", {"polluting": ["gdp"]}, "U001", ("capital", "capital")),
        ("cross-efficiency", {"goal": "kind"}, "U", ("benevolent", "benevolent")),
        ("window", {"width": 9}, "U605", ("9", "9")),
        ("ebm", {"super_efficiency": True}, "U939", ("radial", "radial")),
        ("radial", {"restrictions": {"energy": [0.1, 2]}}, "U957", ("labour: [0.1, 2]", "labour: [0.1, 2]")),
        ("radial", {"restrictions": {"energy": {"labour": [2, 0.1]}}}, "U957", ("下限", "least")),
        ("radial", {"restrictions": {"energy": {"labour": [None, None]}}}, "U957", ("下限", "least")),
        ("radial", {"restrictions": {"energy": {"labor": [0, 1]}}}, "U001", ("labour", "labour")),
        ("radial", {"restrictions": RESTRICTED, "rts": "fdh"}, "U606", ("vrs", "vrs")),
        ("radial", {"restrictions": RESTRICTED, "technology": "contemporaneous", "draws": 40}, "U916", ("权重约束", "restrictions")),
    ],
)  # fmt: skip
def test_what_a_model_cannot_take_is_one_sentence(
    data: InputsResult, model: str, options: dict[str, Any], code: str, words: tuple[str, str]
) -> None:
    with pytest.raises(XinzhiError) as error:
        efficiency(data, model, **options)
    assert code in error.value.code
    for lang, word in zip(("zh", "en"), words, strict=True):
        said = error.value.say(lang)
        assert len(said.splitlines()) == 1 and word in said


def test_unsuitable_data_are_one_sentence(panel: Panel, data: InputsResult) -> None:
    plain = inputs(panel, "klg", years=YEARS)
    with pytest.raises(XinzhiError, match="951"):
        efficiency(plain, "by-production")
    polluted = inputs(panel, inputs=["capital", "labour"], bad=["co2"], years=YEARS)
    with pytest.raises(XinzhiError, match="956"):
        efficiency(polluted, "by-production")
    frame = panel.frame.copy()
    frame.loc[("340000", 2020), "energy"] = 0.0
    for model in ("ebm", "additive"):
        with pytest.raises(XinzhiError, match=r"安徽 2020"):
            efficiency(replace(panel, frame=frame), model, years=YEARS)
    assert len(efficiency(replace(panel, frame=frame), "ram", years=YEARS).frame)
    with pytest.raises(XinzhiError, match="958"):
        improve(data, "ebm")
    with pytest.raises(XinzhiError, match="612"):
        efficiency(panel, "window", years=[2022])


@pytest.mark.parametrize(
    ("model", "words", "options"),
    [
        ("order-m", ("--m", "25"), {"m": 25}),
        ("order-alpha", ("--alpha", "0.9"), {"alpha": 0.9}),
        ("cross-efficiency", ("--goal", "aggressive"), {"goal": "aggressive"}),
        ("by-production", ("--polluting", "capital,energy"), {"polluting": ["capital", "energy"]}),
        ("nonradial", ("--orientation", "hybrid", "--moves", "energy"), {"orientation": "hybrid", "moves": ["energy"]}),
        ("window", ("--width", "2"), {"width": 2}),
        ("sbm", ("--super-efficiency",), {"super_efficiency": True}),
    ],
)
def test_flags_reach_the_models(cli, panel: Panel, model: str, words: tuple[str, ...], options: dict[str, Any]) -> None:
    given = ("tfp", "--what", "efficiency", "--model", model, *words, "--years", "2021-2022")
    status, out, err = cli(*given, "--format", "json", "--lang", "en")
    assert status == 0, err
    got = efficiency(panel, model, years=[2021, 2022], **options)
    told = {(row["region"], row["year"]): row["efficiency"] for row in json.loads(out)}
    for region, year, value in got.frame[["region", "year", "efficiency"]].itertuples(index=False):
        assert told[region, year] == pytest.approx(value)
    for k in range(0, len(words), 2):
        assert words[k] in got.recipe.cli


def test_a_flag_without_use_is_refused(cli) -> None:
    status, out, err = cli("tfp", "--what", "improve", "--m", "25", "--lang", "zh")
    assert (status, out) == (2, "") and "--m" in err


def test_a_study_reaches_the_models(tmp_path: Path, data: InputsResult) -> None:
    file = tmp_path / "study.yaml"
    file.write_text(
        """\
study: restricted
title: Restricted
panel: china-provinces
years: 2020-2022
steps:
  - kind: efficiency
    model: radial
    rts: vrs
    restrictions: {energy: {labour: [0.05, 0.5]}, capital: {energy: [0.01, null]}}
outputs: [results]
""",
        encoding="utf-8",
    )
    got = xz.study.run(file).results["efficiency"]
    wanted = efficiency(data, "radial", rts="vrs", restrictions=RESTRICTED)
    assert_allclose(got.frame["efficiency"], wanted.frame["efficiency"], rtol=0, atol=1e-10)
    assert "乘子之比受约束" in got.summary("zh")
