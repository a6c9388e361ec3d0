"""What faces of space say and draw: one year alone, tests of many regions, ellipses on the map, years with a gap."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

import xinzhi as xz
from xinzhi.base.errors import DataError
from xinzhi.chart import svg
from xinzhi.space import (
    catching_up,
    cluster_moves,
    clustering,
    determinants,
    models,
    path,
    quantile_effects,
    threshold_effects,
    weights_map,
)

PER_HEAD = "gdp / population"


@pytest.fixture(scope="module")
def panel() -> xz.Panel:
    return xz.load("china-provinces")


def test_local_clusters_say_what_false_discovery_leaves(panel: xz.Panel) -> None:
    found = clustering(panel, PER_HEAD, permutations=199)
    here = found.local[found.local["year"] == found.year]
    assert "FDR" in found.summary("zh") and "false-discovery" in found.summary("en")
    assert ("都不显著" in found.summary("zh")) == (here["fdr"].sum() == 0)
    kept = next(i for i, c in enumerate(found.tables()["lisa"].columns) if c.id == "kept")
    assert {row[kept] for row in found.tables()["lisa"].rows("zh")} <= {"是", "否"}
    assert "，p" in found.summary("zh") and ", p" not in found.summary("zh")


def test_one_year_is_told_as_one(panel: xz.Panel) -> None:
    for found in (clustering(panel, PER_HEAD, years=[2022], permutations=99), path(panel, "gdp", years=[2022])):
        for lang in ("zh", "en"):
            said = " ".join([found.summary(lang), *(t.title.say(lang) for t in found.tables().values())])
            assert "2022–2022" not in said and "2022 至 2022" not in said and "(nan" not in said, said
    for face, words in (
        (lambda: cluster_moves(panel, PER_HEAD, years=[2022]), "至少需要 2 年"),
        (lambda: catching_up(panel, PER_HEAD, years=[2022]), "至少需要 2 年"),
        (lambda: models(panel, PER_HEAD, ["rd_intensity"], years=[2022]), "effects=none"),
        (lambda: threshold_effects(panel, PER_HEAD, ["rd_intensity"], years=[2022]), "放宽年份$"),
        (lambda: quantile_effects(panel, PER_HEAD, ["rd_intensity"], years=[2022]), "effects=none"),
    ):
        with pytest.raises(DataError, match=words):
            face()


def test_gaps_in_the_years_are_refused_or_left_out(panel: xz.Panel) -> None:
    gappy = "hitech_revenue / gdp"  # the source lacks 2017
    for face in (cluster_moves, catching_up):
        with pytest.raises(DataError, match="2016 与 2018 之间有缺口"):
            face(panel, gappy)
    found = clustering(panel, gappy, permutations=0)
    assert found.transitions.sum() == len(found.weights.ids) * (len(found.frame) - 2), "no move across the gap"


def test_growth_over_periods_of_years_is_a_year(panel: xz.Panel) -> None:
    some = catching_up(panel, PER_HEAD, kinds=["pooled"], effects="cross-section", years=[2012, 2017, 2022], draws=5)
    every = catching_up(panel, PER_HEAD, kinds=["pooled"], effects="cross-section", years=range(2012, 2023), draws=5)
    for name in ("beta", "se", "speed", "half_life"):
        assert_allclose(some.frame[name], every.frame[name], rtol=1e-9)


def test_ellipses_lie_on_the_map_around_their_centre(panel: xz.Panel) -> None:
    found = path(panel, "gdp")
    ring = found._outline(2022)
    each = found.ellipses[2022]
    assert_allclose(ring[:-1].mean(axis=0), each.centre, atol=1)
    away = np.hypot(*(ring - each.centre).T)
    assert_allclose([away.max(), away.min()], each.axes, rtol=1e-3)
    farthest = ring[int(away.argmax())] - each.centre
    assert_allclose(np.rad2deg(np.arctan2(*farthest)) % 180, each.angle % 180, atol=1.1)
    option = found.map("zh")
    assert option is not None
    drawn = svg(option, lang="zh")
    assert "2011 年标准差椭圆" in drawn and "2022 年标准差椭圆" in drawn and "（亿元）" in drawn
    assert "方位" in found.summary("zh") and "bearing" in found.summary("en")


def test_own_regions_have_their_ellipse_in_degrees(tmp_path) -> None:
    from xinzhi.study import load

    study = load(_example(tmp_path))
    found = path(study_panel(study), "gdp")
    ring = found._outline(max(found.ellipses))
    assert np.isfinite(ring).all() and (abs(ring[:, 0]) <= 180).all() and (abs(ring[:, 1]) <= 90).all()
    assert "°W" in found.summary("en") and "−" not in found.summary("en").split("bearing")[0]
    option = found.map("en")
    assert option is not None and "ellipse of" in svg(option, lang="en")


def _example(folder):
    from importlib.resources import files

    for part in (files("xinzhi") / "data" / "examples" / "own-regions").iterdir():
        (folder / part.name).write_bytes(part.read_bytes())
    return folder / "study.yaml"


def study_panel(study):
    from xinzhi.study.data import prepare

    return prepare(study).panel


def test_the_geodetector_names_strata_and_warns_of_few_regions(panel: xz.Panel) -> None:
    found = determinants(panel, PER_HEAD, ["rd_intensity"], strata={"plate": "plates"})
    risk = [row[:3] for row in found.tables()["risk"].rows("zh")]
    assert any(row[1] == "中部地区" for row in risk) and any("≤" in row[1] for row in risk)
    assert "偏于乐观" in found.summary("zh") and "optimistic" in found.summary("en")
    assert "给定分组" in found.to_text("zh") and "geometric" not in found.to_text("zh")
    alone = determinants(panel, PER_HEAD, ["rd_intensity"])
    assert set(alone.tables()) == {"factors", "risk"}, "one factor has no pair"
    pooled = determinants(panel, PER_HEAD, ["rd_intensity"], years=range(2012, 2023))
    assert "偏于乐观" not in pooled.summary("zh")


def test_paths_have_a_rose_and_weights_of_one_region_are_its_neighbours(panel: xz.Panel) -> None:
    found = cluster_moves(panel, PER_HEAD, permutations=99)
    assert svg(found.rose_figure("zh"), lang="zh").count("自身上升") == 1
    table = weights_map(panel, region="安徽").tables()["neighbours"].frame
    assert len(table) == 6 and (table["towards"] > 0).all()
