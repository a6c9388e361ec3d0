"""An audit of the built-in index, from the panel to tables, sentences and a picture."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import xinzhi as xz
from xinzhi.base.errors import UsageError
from xinzhi.measure.audit.face import audit
from xinzhi.measure.method import Variation

BEIJING, GUANGDONG = "110000", "440000"


@pytest.fixture(scope="module")
def index():
    return xz.index(xz.load("china-provinces"), "three-layers", draws=200)


@pytest.fixture(scope="module")
def audited(index):
    return audit(index, draws=200)


def test_the_index_is_rebuilt_and_its_intervals_are_the_audits(index, audited):
    assert audited.rebuilt
    both = audited.ranks.merge(index.frame, on=["region", "year"], suffixes=("", "_index"), validate="one_to_one")
    assert len(both) == len(index.frame) == len(audited.ranks)
    for mine, theirs in (("rank", "rank_index"), ("low", "rank_low"), ("high", "rank_high")):
        assert (both[mine] == both[theirs]).all()
    scores = audited.scores.merge(index.frame, on=["region", "year"], suffixes=("", "_index"), validate="one_to_one")
    for column in ("score", "low", "high"):
        assert_allclose(scores[column], scores[f"{column}_index"], atol=1e-9)


def test_ranks_are_intervals_around_the_rank(audited):
    ranks = audited.ranks
    assert ((ranks["low"] <= ranks["rank"]) & (ranks["rank"] <= ranks["high"])).all()
    assert ((ranks["low"] <= ranks["median"]) & (ranks["median"] <= ranks["high"])).all()
    assert (ranks["top_3"] <= ranks["top_5"]).all() and (ranks["top_5"] <= ranks["top_10"]).all()
    assert_allclose(ranks.groupby("year")["top_3"].sum(), 3.0)


def test_ahead_takes_names_and_codes(audited):
    assert audited.ahead("广东", "北京") == audited.ahead(GUANGDONG, "Beijing")
    assert audited.ahead("广东", "北京") + audited.ahead("北京", "广东") == pytest.approx(1)
    matrix = audited.ahead_matrix()
    assert matrix.loc[GUANGDONG, BEIJING] == audited.ahead(GUANGDONG, BEIJING)
    assert_allclose(matrix + matrix.T.to_numpy(), 1.0)
    with pytest.raises(UsageError, match="广东"):
        audited.ahead("广冬", "北京")
    with pytest.raises(UsageError, match="1999"):
        audited.ahead("广东", "北京", 1999)


def test_every_factor_has_its_sobol_indices(audited):
    assert set(audited.sobol["factor"]) == {"normalise", "weights", "aggregate", "weight_noise", "remove", "data_noise"}
    assert (audited.sobol["total_low"] <= audited.sobol["total_high"]).all()
    assert list(audited.sobol_of("北京").columns) == list(audited.sobol.columns)


def test_the_specification_table_names_each_alternative_once(audited):
    pairs = set(zip(audited.choices["factor"], audited.choices["choice"], strict=True))
    assert {("normalise", "percentile"), ("weights", "equal"), ("aggregate", "geometric")} < pairs
    assert ("normalise", audited.subject.method.normalise) not in pairs
    assert len(pairs) == len(audited.choices)


def test_coherence_covers_every_indicator_and_layer(index, audited):
    names = set(index.inputs.names)
    assert set(audited.influence["indicator"]) == set(audited.outliers["indicator"]) == names
    assert set(audited.alpha["scope"]) == {*index.preset.layers, "all"}
    assert len(audited.correlation) == len(names) * (len(names) - 1) // 2
    assert_allclose(audited.pca.groupby("scope")["explained"].sum(), 1.0)
    sums = audited.weight_drift.groupby("year")["weight"].sum()
    assert_allclose(sums, 1.0)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sentences_tables_and_picture(audited, lang, tmp_path):
    from xinzhi.chart import svg

    said = audited.summary(lang)
    assert ("北京" in said) if lang == "zh" else ("Beijing" in said)
    assert "nan" not in said.lower()
    for table in audited.tables().values():
        assert list(table.rows(lang))
    assert ("北京" if lang == "zh" else "Beijing") in svg(audited.figure(lang))
    assert audited.to_excel(tmp_path / "audit.xlsx", lang).stat().st_size > 0


def test_the_recipe_states_the_ranges(audited):
    vary = audited.recipe.parameters["vary"]
    assert vary["normalise"][0] == "minmax" and vary["data_noise"] == 0.05
    assert audited.recipe.seed == 0 and audited.recipe.data


def test_a_seed_reproduces_the_audit_and_nothing_varied_has_no_width(index):
    again = [audit(index, draws=50, seed=3) for _ in range(2)]
    assert again[0].ranks.equals(again[1].ranks) and again[0].sobol.equals(again[1].sobol)
    still = audit(index, draws=10, vary=Variation((), (), (), 0.0, 0, 0.0))
    assert (still.ranks["low"] == still.ranks["rank"]).all() and (still.ranks["high"] == still.ranks["rank"]).all()
    assert_allclose(still.scores["low"], still.scores["score"], atol=1e-12)
    assert still.sobol.empty and "Sobol" not in still.summary("en")
    assert "sobol" not in still.tables()


def test_the_line_of_a_recipe_gives_the_same_audit(index):
    for vary in (None, Variation(weights=("equal",), remove=0)):
        made = xz.audit(index, draws=64, seed=2, vary=vary, level=0.8)
        again = eval(made.recipe.python, {"xinzhi": xz, "index": index})
        pd.testing.assert_frame_equal(again.frame, made.frame)
        assert again.recipe == made.recipe


def test_an_index_that_cannot_be_rebuilt_says_so(index):
    from dataclasses import replace

    moved = replace(
        index, frame=index.frame.assign(score=index.frame["score"] + np.where(index.frame["year"] == 2015, 0.01, 0))
    )
    got = audit(moved, draws=20)
    assert not got.rebuilt and got.gap == pytest.approx(0.01)
    assert got.summary("en").startswith("Note: scores recomputed") and got.summary("zh").startswith("注意")


def _system(**formulas: str) -> dict:
    """One layer an indicator."""
    return {
        "id": "small",
        "layers": {
            name: {"zh": name, "en": name, "indicators": [{"id": f"{name}_one", "formula": formula, "direction": "+"}]}
            for name, formula in formulas.items()
        },
    }


@pytest.mark.parametrize(
    ("system", "options"),
    [
        (_system(output="gdp / population"), {"years": [2021, 2022]}),
        (_system(output="gdp / population", research="rd_expenditure / gdp"), {"layering": "equal"}),
        ("three-layers", {"regions": [BEIJING], "years": [2020, 2021, 2022]}),
        ("three-layers", {"regions": [BEIJING, GUANGDONG, "310000"], "years": [2022]}),
        ("livelihood", {"aggregate": "geometric", "weights": "equal"}),
    ],
    ids=["one indicator", "two layers of one", "one region", "three regions, one year", "geometric"],
)
def test_small_and_odd_indices_are_audited_all_the_same(system, options):
    index = xz.index(xz.load("china-provinces"), system, draws=30, **options)
    got = audit(index, draws=30)
    assert got.rebuilt
    for lang in ("zh", "en"):
        assert "nan" not in got.summary(lang).lower()
        assert all(list(table.rows(lang)) for table in got.tables().values())
    assert got.figure()["series"]
    assert ((got.scores["low"] <= got.scores["score"]) & (got.scores["score"] <= got.scores["high"])).all()
