"""A planner's own regions: five invented places with their own shapes and groupings work as China's divisions do."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from xinzhi import atlas
from xinzhi.base.errors import DataError, UsageError, XinzhiError
from xinzhi.base.text import speaking

LIST = "code,zh,en,level,parent\nA,甲区,Alpha,zone,\nB,乙区,Beta,zone,\nC,丙区,Gamma,zone,\nD,丁区,Delta,zone,\nE,戊岛,Epsilon,zone,\n"
# Four unit squares in a block and an island apart.
CORNERS = {"A": (0, 0), "B": (1, 0), "C": (0, 1), "D": (1, 1), "E": (5, 5)}


def square(x: float, y: float, size: float = 1.0) -> list[list[float]]:
    return [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]


def geojson(scale: float = 1.0, shift: tuple[float, float] = (0.0, 0.0)) -> dict[str, object]:
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": code},
            "geometry": {"type": "Polygon", "coordinates": [square(x * scale + shift[0], y * scale + shift[1], scale)]},
        }
        for code, (x, y) in CORNERS.items()
    ]
    return {"type": "FeatureCollection", "features": features}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8-sig")
    (tmp_path / "shapes.geojson").write_text(json.dumps(geojson(shift=(100.0, 30.0))), encoding="utf-8")
    (tmp_path / "groups.csv").write_text(
        "group,region,group_zh\nsouth,甲区,南片\nsouth,Beta,南片\nnorth,C,北片\nnorth,丁区,北片\n", encoding="utf-8"
    )
    return tmp_path


@pytest.fixture
def places(folder: Path) -> atlas.Places:
    return atlas.read_places(
        folder / "list.csv", boundaries=folder / "shapes.geojson", groupings=folder / "groups.csv", name="mine"
    )


def test_names_codes_and_slips_resolve(places: atlas.Places):
    for text, code in (("甲区", "A"), ("alpha", "A"), ("A", "A"), (" b ", "B"), ("戊  岛", "E"), ("GAMMA*", "C")):
        match = places.resolve(text)
        assert (match.code, match.certainty) == (code, "certain"), match
    assert places.resolve("Epsilom").certainty == "suggested"
    assert places.resolve("北京").certainty == "none"
    assert places.resolve("东部地区").alternatives == ()
    assert places.label("A", "en") == "Alpha"
    with pytest.raises(UsageError, match="zone"):
        places.resolve("甲区", "zon")


def test_groupings_work_by_id_group_and_file(places: atlas.Places, folder: Path):
    grouped = places.grouping("groups")
    assert grouped.labels(list("ABCDE")) == ["south", "south", "north", "north", ""]
    assert grouped.groups["north"].name.zh == "北片"
    assert places.grouping("south").membership(list("AC")).tolist() == [[True], [False]]
    assert atlas.grouping(str(folder / "groups.csv"), places=places).ids == ["south", "north"]
    assert set(atlas.groupings(places)) == {"groups"}
    with pytest.raises(UsageError):
        places.grouping("plates")


def test_boundaries_contiguity_and_distances(places: atlas.Places):
    shapes = places.boundaries()
    assert shapes.crs == "lonlat" and shapes.codes == list("ABCDE")
    assert shapes.geojson()["features"][0]["properties"] == {"adcode": "A", "name": "甲区"}
    queen = atlas.contiguity(list("ABCDE"), places=places).toarray()
    rook = atlas.contiguity(list("ABCDE"), "rook", places=places).toarray()
    assert queen.sum(axis=1).tolist() == [3, 3, 3, 3, 0]
    assert rook.sum(axis=1).tolist() == [2, 2, 2, 2, 0]
    assert atlas.islands(atlas.contiguity(list("ABCDE"), places=places), list("ABCDE")) == ["E"]
    apart = atlas.distances(list("AB"), places)
    assert np.isclose(apart[0, 1], np.radians(1) * atlas.EARTH_RADIUS * np.cos(np.radians(30.5)), rtol=1e-4)
    assert shapes.centroids.loc["A"].tolist() == [100.5, 30.5]
    with pytest.raises(DataError):
        atlas.contiguity(list("ABX"), places=places)


def test_topojson_and_a_system_of_its_own(folder: Path):
    arcs = [[[0, 0], [10, 0]], [[10, 0], [10, 10], [0, 10], [0, 0]], [[10, 0], [10, -10], [0, -10], [0, 0]]]
    topology = {
        "type": "Topology", "transform": {"scale": [1000, 1000], "translate": [500000, 4000000]},
        "objects": {"x": {"type": "GeometryCollection", "geometries": [
            {"type": "Polygon", "id": "A", "arcs": [[0, 1]]}, {"type": "MultiPolygon", "properties": {"name": "乙区"}, "arcs": [[[0, 2]]]}]}},
        "arcs": [[list(map(int, p)) for p in np.diff(np.array(a), axis=0, prepend=0)] for a in arcs],
    }  # fmt: skip
    (folder / "t.topojson").write_text(json.dumps(topology), encoding="utf-8")
    places = atlas.read_places(folder / "list.csv", boundaries=folder / "t.topojson", crs="EPSG:4547")
    shapes = places.boundaries()
    assert shapes.crs == "EPSG:4547" and shapes.extent == (500000, 3990000, 510000, 4010000)
    assert atlas.contiguity(["A", "B"], "rook", places=places).sum() == 2
    assert list(shapes.centroids.columns) == ["x", "y"]
    with pytest.raises(UsageError, match="EPSG:4547"):
        atlas.distances(["A", "B"], places)


def test_a_geojson_alone_is_a_list(folder: Path):
    places = atlas.read_places(folder / "shapes.geojson")
    assert list(places.frame.index) == list("ABCDE") and places.boundaries().codes == list("ABCDE")


def test_a_list_of_chinas_codes_has_the_bundled_shapes(tmp_path: Path):
    (tmp_path / "bay.csv").write_text("code,zh\n440100,穗\n440300,深\n441900,莞\n", encoding="utf-8")
    places = atlas.read_places(tmp_path / "bay.csv")
    assert places.boundaries().codes == ["440100", "440300", "441900"]
    assert places.boundaries().geojson()["features"][0]["properties"]["name"] == "穗"
    assert atlas.contiguity(["440300", "441900"], places=places).sum() == 2
    assert 50 < atlas.distances(["440100", "440300"], places)[0, 1] < 150


def test_groupings_of_chinas_divisions_from_yaml(tmp_path: Path):
    (tmp_path / "own.yaml").write_text(
        "basins:\n- {id: huai, zh: 淮河流域, en: Huai basin, source: 本单位, members: [河南, 安徽, 江苏省, {code: '370000', part: true}]}\n"
        "- {id: other, members: [北京]}\n",
        encoding="utf-8",
    )
    found = atlas.read_groupings(tmp_path / "own.yaml")["basins"]
    assert found.groups["huai"].members == ("410000", "340000", "320000", "370000")
    assert found.groups["huai"].partial == ("370000",)
    nested = atlas.grouping("basins/province", ["410000", "341200"], atlas.china().with_groupings({"basins": found}))
    assert nested.labels() == ["huai/410000", "huai/340000"]


def test_groupings_from_excel_and_from_gb18030(tmp_path: Path):
    import xlsxwriter

    rows = [
        ("grouping", "group", "group_zh", "code", "part"),
        ("rings", "inner", "内圈", 320100, ""),
        ("rings", "outer", "外圈", 321100, 1),
    ]
    with xlsxwriter.Workbook(str(tmp_path / "g.xlsx")) as book:
        sheet = book.add_worksheet()
        for i, row in enumerate(rows):
            sheet.write_row(i, 0, row)
    text = "\n".join(",".join(map(str, row)) for row in rows)
    (tmp_path / "g.csv").write_bytes(text.encode("gb18030"))
    for name in ("g.xlsx", "g.csv"):
        rings = atlas.read_groupings(tmp_path / name)["rings"]
        assert rings.labels(["320100", "321100", "320106"]) == ["inner", "outer", "inner"]
        assert rings.groups["outer"].partial == ("321100",) and rings.groups["inner"].name.zh == "内圈"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "group,region\nx,河楠省\n", "河南省"),
        ("b.csv", "group,region\nx,\n", "第 1 行"),
        ("c.yaml", "x: [1, 2\n", "YAML"),
        ("d.yaml", "- 1\n", "members"),
        ("e.csv", "group,region\nx,鼓楼区\n", "鼓楼区"),
    ],
)
def test_unusable_groupings_are_refused_in_a_sentence(tmp_path: Path, name: str, content: str, said: str):
    (tmp_path / name).write_text(content, encoding="utf-8")
    with speaking("zh"), pytest.raises(XinzhiError, match=said):
        atlas.read_groupings(tmp_path / name)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("code,zh\nA,甲\nA,乙\n", "不止一次"),
        ("code,zh,parent\nA,甲,Z\n", "上级"),
        ("x,y\n1,2\n", "code"),
        ("", "没有"),
    ],
)
def test_unusable_lists_are_refused_in_a_sentence(tmp_path: Path, content: str, said: str):
    (tmp_path / "list.csv").write_text(content, encoding="utf-8")
    with speaking("zh"), pytest.raises(XinzhiError, match=said):
        atlas.read_places(tmp_path / "list.csv")


def test_unusable_boundaries_are_refused_in_a_sentence(folder: Path):
    (folder / "bad.geojson").write_text("{", encoding="utf-8")
    (folder / "points.geojson").write_text(
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [{"properties": {"code": "A"}, "geometry": {"type": "Point", "coordinates": [0, 0]}}],
            }
        ),
        encoding="utf-8",
    )
    strange = geojson()
    strange["features"][0]["properties"] = {"name": "甲曲"}  # type: ignore[index]
    (folder / "strange.geojson").write_text(json.dumps(strange), encoding="utf-8")
    for name, said in (("bad", "GeoJSON"), ("points", "Point"), ("strange", "甲区"), ("absent", "找不到")):
        with speaking("zh"), pytest.raises(XinzhiError, match=said):
            atlas.read_places(folder / "list.csv", boundaries=folder / f"{name}.geojson")
    with pytest.raises(DataError, match="read_places"):
        atlas.read_places(folder / "list.csv").boundaries()


def test_a_panel_of_cities_has_a_map_that_names_what_it_cannot_draw():
    """Municipalities among prefectures, a replaced code, and two that ended: one map, complete, and it says so."""
    from xinzhi import chart

    values = {"110000": 1.0, "320100": 2.0, "652200": 3.0, "341400": 4.0, "371200": 5.0}
    shapes = atlas.shapes_for(atlas.china(), list(values))
    assert shapes is not None and shapes.level == "prefecture"
    option = atlas.map_option(shapes, values, chart.classes([1.0, 2.0, 3.0, 4.0, 5.0]), lang="zh")
    drawn = chart.svg(option)
    assert "巢湖、莱芜" in drawn and "审图号" in drawn
    with pytest.raises(DataError, match="999999"):
        atlas.map_option(shapes, {"999999": 1.0}, chart.classes([1.0, 2.0]))
    assert atlas.shapes_for(atlas.china(), ["110000", "310000"]).level == "province"  # type: ignore[union-attr]
