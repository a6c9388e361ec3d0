"""Territory, projection, neighbours and distances, against the given boundaries, a textbook example and known geography."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from xinzhi import atlas
from xinzhi.base.errors import DataError, UsageError


def test_albers_agrees_with_snyders_worked_example():
    """Snyder (1987) p. 292: Clarke 1866, parallels 29.5°N and 45.5°N, origin 23°N 96°W, the point 35°N 75°W."""
    clarke = atlas.Albers(29.5, 45.5, -96.0, 23.0, 6378206.4, np.sqrt(0.00676866))
    assert_allclose(clarke.forward([[-75.0, 35.0]]), [[1885472.7, 1535925.0]], atol=0.06)
    assert_allclose(clarke.inverse([[1885472.7, 1535925.0]]), [[-75.0, 35.0]], atol=1e-6)
    sphere = atlas.Albers(29.5, 45.5, -96.0, 23.0, 1.0, 0.0)
    assert_allclose(sphere.forward([[-75.0, 35.0]]), [[0.2952720, 0.2416774]], atol=1e-7)


def test_projection_keeps_areas():
    """A cell of one degree keeps its area on the authalic sphere, up to the ellipsoid's small local difference."""
    edge = np.linspace(0, 1, 200)
    for west, south in ((100.0, 25.0), (120.0, 45.0), (80.0, 35.0), (112.0, 10.0)):
        cell = np.concatenate([
            np.column_stack([west + edge, np.full(200, south)]), np.column_stack([np.full(200, west + 1), south + edge]),
            np.column_stack([west + 1 - edge, np.full(200, south + 1)]), np.column_stack([np.full(200, west), south + 1 - edge]),
        ])  # fmt: skip
        x, y = atlas.CHINA.forward(cell).T
        area = abs(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2e6
        sphere = 6371.0072**2 * np.radians(1) * (np.sin(np.radians(south + 1)) - np.sin(np.radians(south)))
        assert_allclose(area, sphere, rtol=0.006)


def polygons(path: Path) -> dict[str, int]:
    """Polygons of each shape of a given GeoJSON or TopoJSON."""
    content = json.loads(path.read_text(encoding="utf-8"))
    if content["type"] == "Topology":
        (layer,) = content["objects"].values()
        rows = [(g["properties"]["adcode"], g["type"], g["arcs"]) for g in layer["geometries"]]
    else:
        rows = [
            (f["properties"]["adcode"], f["geometry"]["type"], f["geometry"]["coordinates"])
            for f in content["features"]
        ]
    return {code: 1 if kind == "Polygon" else len(parts) for code, kind, parts in rows}


@pytest.mark.parametrize(
    ("level", "name"),
    [
        ("province", "provinces_lonlat.geojson"),
        ("prefecture", "prefectures_lonlat.topojson"),
        ("county", "counties_lonlat.topojson"),
    ],
)
def test_every_polygon_of_the_source_is_kept(level: str, name: str, shared: Callable[..., Path]):
    given = polygons(shared("data", "geo", name))
    kept = {code: len(shape) for code, shape in atlas.boundaries(level).shapes.items()}
    assert len(given) == len(kept) and len(given.keys() & kept.keys()) >= len(given) - 14  # the others have new codes
    completed = () if level == "province" else ("710000", "460300", "460301", "460302")
    mainland = sorted(n for c, n in given.items() if c not in completed)
    assert mainland == sorted(n for c, n in kept.items() if c not in completed)
    assert all(kept[c] == given[c] for c in given.keys() & kept.keys() if c not in completed)
    assert all(kept[c] >= given[c] for c in completed if c in given)


def test_counts_of_polygons_in_a_fresh_clone():
    provinces = atlas.boundaries("province")
    counts = {code: len(shape) for code, shape in provinces.shapes.items()}
    assert len(counts) == 34 and sum(counts.values()) == 352
    assert counts["460000"] == 232 and counts["710000"] == 82
    assert (len(atlas.boundaries("prefecture").codes), len(atlas.boundaries("county").codes)) == (370, 2875)
    for feature in provinces.geojson()["features"]:
        assert all(len(ring) >= 4 and ring[0] == ring[-1] for p in feature["geometry"]["coordinates"] for ring in p)


def test_coordinates_are_metres():
    extent = atlas.boundaries("province").extent
    assert -3e6 < extent.left < -2e6 and 2e6 < extent.right < 2.6e6
    assert 0 < extent.bottom < 1e6 and 5.5e6 < extent.top < 6.5e6
    degrees = atlas.boundaries("province").lonlat().extent
    assert_allclose([degrees.left, degrees.right, degrees.top], [73.5, 135.1, 53.56], atol=0.1)


def test_projected_and_given_coordinates_agree(shared: Callable[..., Path]):
    given = json.loads(shared("data", "geo", "provinces_lonlat.geojson").read_text(encoding="utf-8"))
    sichuan = next(f for f in given["features"] if f["properties"]["adcode"] == "510000")
    back = atlas.boundaries("province").lonlat().shapes["510000"][0][0]
    source = np.array(sichuan["geometry"]["coordinates"][0])
    gap = np.abs(source[:, None, :] - back[None, :, :]).max(axis=2).min(axis=1)
    assert gap.max() < 1e-4


ISLANDS = {
    "Taiwan": ("710000", 121.0, 23.8), "Diaoyu Islands": ("710000", 123.475, 25.745), "Hainan": ("460000", 109.8, 19.2),
    "Hong Kong": ("810000", 114.15, 22.42), "Macao": ("820000", 113.575, 22.16),
}  # fmt: skip


def finest(code: str, level: str) -> str:
    """The code that holds Hainan's main island or a special region at a level."""
    return {"460000": {"province": "460000", "prefecture": "469030", "county": "469030"}[level]}.get(code, code)


@pytest.mark.parametrize("level", ["province", "prefecture"])
@pytest.mark.parametrize("name", ISLANDS)
def test_territory_is_there_by_coordinates(name: str, level: str):
    code, lon, lat = ISLANDS[name]
    shapes = atlas.boundaries(level)
    place = finest(code, level)
    away = min(
        np.abs(ring - [lon, lat]).max(axis=1).min() for polygon in shapes.lonlat().shapes[place] for ring in polygon
    )
    assert shapes.contains(place, (lon, lat)) or away < 0.05


@pytest.mark.parametrize("level", ["province", "prefecture", "county"])
def test_south_china_sea_and_diaoyu_islands_are_there_at_every_level(level: str):
    """The south reaches through Xisha, Zhongsha with Huangyan Dao, and Nansha to about 4°N."""
    shapes = atlas.boundaries(level).lonlat().shapes
    south = [p[0].mean(axis=0) for code, shape in shapes.items() if code.startswith("46") for p in shape]
    lon, lat = np.array(south).T
    assert ((lat > 15.5) & (lat < 17.5) & (lon > 111) & (lon < 113)).sum() >= 10  # Xisha
    assert ((lat > 7) & (lat < 12) & (lon > 111) & (lon < 117)).sum() >= 50  # Nansha
    assert (np.hypot(lon - 117.75, lat - 15.15) < 0.3).any()  # Huangyan Dao
    assert lat.min() < 5  # Zengmu Ansha lies near 4°N
    diaoyu = [p[0].mean(axis=0) for p in shapes["710000"]]
    assert sum(123 < x < 124.7 and 25.6 < y < 26 for x, y in diaoyu) >= 5


def test_maritime_line_has_ten_dashes_one_of_them_east_of_taiwan():
    shapes = atlas.boundaries("province")
    assert len(shapes.dashes) == len(shapes.maritime["geometry"]["coordinates"]) == 10
    lon, lat = np.array([d.mean(axis=0) for d in shapes.lonlat().dashes]).T
    assert ((lon > 121.8) & (lat > 22) & (lat < 26)).sum() == 1
    inset = shapes.inset
    inside = [((d >= [inset.left, inset.bottom]) & (d <= [inset.right, inset.top])).all() for d in shapes.dashes]
    assert sum(inside) == 10
    assert shapes.note.zh.startswith("底图仅供分析示意")


def neighbours(code: str, **options: object) -> set[str]:
    frame = atlas.china().frame
    codes = sorted(frame.index[frame["level"] == "province"])
    matrix = atlas.contiguity(codes, **options)  # type: ignore[arg-type]
    return {codes[j] for j in matrix[[codes.index(code)], :].indices}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("610000", "140000 150000 410000 420000 500000 510000 620000 640000"), ("110000", "120000 130000"), ("310000", "320000 330000"),
        ("360000", "330000 340000 350000 420000 430000 440000"), ("540000", "510000 530000 630000 650000"),
        ("440000", "350000 360000 430000 450000 810000 820000"), ("230000", "150000 220000"), ("460000", ""), ("710000", ""),
        ("150000", "130000 140000 210000 220000 230000 610000 620000 640000"), ("500000", "420000 430000 510000 520000 610000"),
    ],
)  # fmt: skip
def test_neighbours_of_provinces_are_the_known_ones(code: str, expected: str):
    assert neighbours(code) == set(expected.split())


def test_contiguity_is_symmetric_and_names_islands():
    for level, islands in (("province", {"460000", "710000"}), ("prefecture", {"460300", "710000"})):
        codes = atlas.boundaries(level).codes
        for rule in ("queen", "rook"):
            matrix = atlas.contiguity(codes, rule)
            assert (matrix != matrix.T).nnz == 0 and matrix.diagonal().sum() == 0
        assert set(atlas.islands(atlas.contiguity(codes), codes)) == islands
        queen, rook = atlas.contiguity(codes, "queen"), atlas.contiguity(codes, "rook")
        assert (rook > queen).nnz == 0 and queen.nnz >= rook.nnz


def test_hainan_touches_guangdong_where_asked():
    assert neighbours("460000", hainan_touches_guangdong=True) == {"440000"}
    matrix = atlas.contiguity(["440800", "460100"], hainan_touches_guangdong=True)
    assert matrix.sum() == 2


def test_contiguity_takes_earlier_codes_and_refuses_mixed_levels():
    assert atlas.contiguity(["652100", "650100"]).sum() == atlas.contiguity(["650400", "650100"]).sum() == 2
    with pytest.raises(UsageError):
        atlas.contiguity(["110000", "110101", "130000"])
    with pytest.raises(DataError):
        atlas.contiguity(["999999", "110000"])
    for codes in ([], ["110000", "110000"], ["652100", "650400"]):
        with pytest.raises(DataError):
            atlas.contiguity(codes)
    with pytest.raises(DataError):
        atlas.distances([])
    with pytest.raises(DataError, match="341400"):
        atlas.contiguity(["340100", "341400"])


def test_distances_are_great_circles():
    apart = atlas.distances(["110000", "310000", "440100", "650100"])
    assert_allclose(apart[0, 1], 1068, rtol=0.002)  # Beijing–Shanghai
    assert_allclose(apart[0, 2], 1890, rtol=0.01)  # Beijing–Guangzhou
    assert_allclose(apart[0, 3], 2410, rtol=0.015)  # Beijing–Urumqi
    assert_allclose(apart, apart.T, atol=1e-9)
    assert (np.diag(apart) == 0).all()
    pole = atlas.great_circle(np.array([[0.0, 90.0], [0.0, 0.0], [180.0, 0.0]]))
    assert_allclose(pole, np.pi * atlas.EARTH_RADIUS * np.array([[0, 0.5, 0.5], [0.5, 0, 1], [0.5, 1, 0]]), rtol=1e-12)


def test_points_say_what_they_are_and_lie_inside():
    codes = atlas.boundaries("prefecture").codes
    table = atlas.points(codes)
    assert set(table["kind"]) == {"seat", "inside"} and (table["kind"] == "seat").mean() > 0.9
    shapes = atlas.boundaries("prefecture")
    wrong = [c for c, lon, lat, kind in table.itertuples() if kind == "seat" and not shapes.contains(c, (lon, lat))]
    assert wrong == []
    known = {
        "340100": (117.3, 31.8),
        "510100": (104.07, 30.6),
        "650100": (87.6, 43.8),
        "230100": (126.55, 45.8),
        "540100": (91.1, 29.65),
    }
    for code, (lon, lat) in known.items():
        assert abs(table.at[code, "lon"] - lon) < 0.15 and abs(table.at[code, "lat"] - lat) < 0.15
    inner = shapes.centroids
    assert all(shapes.contains(c, (lon, lat)) for c, lon, lat in inner.itertuples())
    between = atlas.distances(codes[:5], between="centroids")
    assert_allclose(between, atlas.great_circle(inner.loc[codes[:5]].to_numpy()), rtol=1e-12)
