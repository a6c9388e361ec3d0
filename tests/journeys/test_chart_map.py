"""The rules for maps (complete territory, nothing hidden) as tests on geometry and on the drawn SVG."""

import re

import numpy as np
import pytest

from xinzhi import atlas, chart
from xinzhi.base.errors import DataError
from xinzhi.base.text import Text
from xinzhi.chart import geometry, map_parts, theme

BREAKS = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7]
TAIWAN, HONG_KONG, MACAO = "710000", "810000", "820000"


class Drawn:
    """The paths of a drawn map, in the order of its features."""

    def __init__(self, option):
        self.option, self.svg = option, chart.svg(option)
        paths = [
            dict(re.findall(r'([\w-]+)="([^"]*)"', path))
            for path in re.findall(r"<(?:path|polyline|polygon) ([^>]*)>", self.svg)
        ]
        names = [[f["properties"]["name"] for f in m["features"]] for m in chart.parts(option)[1].values()]
        fields = [p for p in paths if p.get("stroke") == "#ffffff" and p.get("stroke-width") in ("0.8", "0.3")]
        self.main = dict(zip(names[0], fields, strict=False))
        self.inset = dict(zip(names[1], fields[len(names[0]) :], strict=True)) if len(names) > 1 else {}
        self.counted = len(fields) == sum(map(len, names))
        self.strokes = [p for p in paths if p.get("stroke") == map_parts.LINE]
        self.chosen = [p for p in paths if p.get("stroke") == theme.ACCENT]
        self.texts = re.findall(r">([^<>]+)</text>", self.svg)

    @property
    def polygons(self):
        """How many rings the main map and the inset draw."""
        return sum(path["d"].count("M") for path in (*self.main.values(), *self.inset.values()))


def figures(geojson):
    codes = sorted(f["properties"]["adcode"] for f in geojson["features"])
    known = [code for code in codes if code < "7"]
    return dict(zip(known, np.linspace(0.1, 0.8, len(known)).tolist(), strict=True))


@pytest.fixture(scope="module")
def provinces():
    return atlas.boundaries("province")


@pytest.fixture(scope="module")
def national(provinces):
    geojson = provinces.geojson()
    option = chart.choropleth(
        figures(geojson),
        geojson,
        chart.classes([], breaks=BREAKS),
        legend_title="指数",
        maritime=provinces.maritime,
        inset=provinces.inset,
        selected="340000",
        title="分布",
    )
    return geojson, Drawn(option)


def test_every_province_is_drawn_once_on_the_main_map(national):
    _, drawn = national
    assert drawn.counted and len(drawn.main) == 34
    assert all(path["d"].startswith("M") for path in drawn.main.values())


def test_every_fill_is_the_colour_of_its_class_in_the_legend(national):
    geojson, drawn = national
    values = figures(geojson)
    legend = re.findall(r'<path d="M24 [^"]*|fill="(#\w+)"', drawn.svg)
    for code, path in (*drawn.main.items(), *drawn.inset.items()):
        colour = theme.NO_DATA
        if code in values:
            colour = theme.SEQUENTIAL[sum(values[code] >= each for each in BREAKS)]
        assert path["fill"] == colour, code
        assert colour in legend
    assert {"0.2", "0.3", "0.4", "0.5", "0.6", "0.7"} <= set(drawn.texts)


def test_taiwan_is_a_province_in_the_same_style_with_its_own_line_in_the_legend(national):
    _, drawn = national
    style = ("stroke", "stroke-width", "stroke-opacity", "opacity")
    assert {k: drawn.main[TAIWAN].get(k) for k in style} == {k: drawn.main["350000"].get(k) for k in style}
    assert "台湾省资料暂缺" in drawn.texts and "香港、澳门资料暂缺" in drawn.texts
    assert any(text.startswith("台湾") and "资料" not in text for text in drawn.texts)


def test_no_island_is_lost_between_map_and_inset(national):
    geojson, drawn = national
    assert drawn.polygons >= sum(len(f["geometry"]["coordinates"]) for f in geojson["features"])
    regions, _ = geometry.regions(geojson)
    hainan = next(r for r in regions if r.key == "460000")
    shown = drawn.main["460000"]["d"].count("M") + drawn.inset["460000"]["d"].count("M")
    assert shown >= len(hainan.polygons) > 200
    assert drawn.main["460000"]["d"].count("M") == 1, "the inset, not the main map, shows the South China Sea"


def test_islands_and_maritime_line_stand_in_the_darker_stroke(national, provinces):
    geojson, drawn = national
    islands = len(geometry.islands(geometry.regions(geojson)[0]))
    dashes = len(provinces.maritime["geometry"]["coordinates"])
    wide = [p for p in drawn.strokes if float(p["stroke-width"]) > 1]
    assert len(wide) >= dashes
    assert len(drawn.strokes) - len(wide) >= islands > 300
    assert theme.contrast(map_parts.LINE, "#ffffff") > 4.5
    assert drawn.svg.rindex('stroke="#ffffff" stroke-width="0.3"') < drawn.svg.index(f'stroke="{map_parts.LINE}"')


def test_an_island_has_water_all_around(provinces):
    regions, _ = geometry.regions(provinces.geojson())
    found = geometry.islands(regions)
    largest = [r.polygons[0][0] for r in regions]
    assert not any(ring is island for ring in largest for island in found)
    heilongjiang = next(r for r in regions if r.key == "230000")
    assert len(heilongjiang.polygons) == 2, "Jiagedaqi lies within Inner Mongolia and is no island"
    assert not any(polygon[0] is island for polygon in heilongjiang.polygons for island in found)


@pytest.mark.parametrize("level", ["prefecture"])
def test_hainan_stands_on_the_main_map_of_prefectures_too(level):
    shapes = atlas.boundaries(level)
    geojson = shapes.geojson()
    option = chart.choropleth({}, geojson, chart.classes([], breaks=[1]), maritime=shapes.maritime, inset=shapes.inset)
    drawn = Drawn(option)
    assert drawn.counted and len(drawn.main) == len(geojson["features"])
    island = [code for code in drawn.main if code.startswith("46") and code != "460300"]
    assert all("M" in drawn.main[code]["d"] for code in island) and len(island) > 10
    assert drawn.inset["460300"]["d"].count("M") > 30
    assert option["geo"][0]["height"] < option["geo"][0]["width"]


def test_the_inset_covers_nothing(national):
    _, drawn = national
    box = next(g for g in drawn.option["graphic"] if g["z"] == 3)["shape"]
    geo = drawn.option["geo"][0]
    scale = geo["width"] / (geo["boundingCoords"][1][0] - geo["boundingCoords"][0][0])
    main = chart.parts(drawn.option)[1][geo["map"]]
    for feature in main["features"]:
        for ring in (np.array(r) for p in feature["geometry"]["coordinates"] for r in p):
            x = geo["left"] + (ring[:, 0] - geo["boundingCoords"][0][0]) * scale
            y = geo["top"] + (geo["boundingCoords"][0][1] - ring[:, 1]) * scale
            inside = (x > box["x"]) & (x < box["x"] + box["width"]) & (y > box["y"]) & (y < box["y"] + box["height"])
            assert not inside.any(), feature["properties"]["name"]


def test_the_inset_holds_the_southernmost_islands_and_has_its_own_map_name(national):
    _, drawn = national
    one, other = (geo["map"] for geo in drawn.option["geo"])
    assert one != other and "460000" in drawn.inset and "南海诸岛" in drawn.texts
    assert "china" not in str([one, other]) and "china" not in drawn.svg.lower()


def test_the_sketch_notice_stands_below_and_nothing_is_fetched(national):
    _, drawn = national
    assert any("公开出版须送审并标注审图号" in text for text in drawn.texts)
    assert not re.search(r"https?://(?!www\.w3\.org/(2000/svg|1999/xlink))", drawn.svg)


def test_the_selected_region_is_outlined_and_keeps_its_class(national):
    geojson, drawn = national
    assert len(drawn.chosen) == len(geometry.regions(geojson)[0][11].polygons) == 1
    assert drawn.main["340000"]["fill"] in theme.SEQUENTIAL


def boxes(svg):
    """Left, top, right, bottom of each name on the map by the widths of the font."""
    pattern = r'<text[^>]*font-size:(9|11)px[^>]*translate\(([\d.]+) ([\d.]+)\)"[^>]*>([^<]+)</text>'
    for size, x, y, text in re.findall(pattern, svg):
        half = chart.lettering.measure(text, float(size)) / 2
        yield text, float(x) - half, float(y) - float(size) / 2, float(x) + half, float(y) + float(size) / 2


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [480, 620, 900])
def test_names_do_not_collide(provinces, lang, width):
    geojson = provinces.geojson("zh")
    labels = {c: atlas.china().label(c, lang) for c in provinces.codes}
    option = chart.choropleth(
        figures(geojson), geojson, chart.classes([], breaks=BREAKS), labels=labels,
        maritime=provinces.maritime, inset=provinces.inset, width=width, lang=lang,
    )  # fmt: skip
    found = [b for b in boxes(chart.svg(option, lang=lang)) if b[0] in labels.values()]
    assert len(found) >= 34 if width >= 620 else len(found) >= 30
    for i, (a, left, top, right, bottom) in enumerate(found):
        assert left >= 0 and right <= width
        for b, left_b, top_b, right_b, bottom_b in found[:i]:
            assert right <= left_b or right_b <= left or bottom <= top_b or bottom_b <= top, (a, b)


def test_a_map_of_your_own_needs_no_inset_and_may_be_in_degrees():
    square = [[[10.0, 50.0], [11.0, 50.0], [11.0, 51.0], [10.0, 51.0], [10.0, 50.0]]]
    shift = [[[x + 1.0, y] for x, y in square[0]]]
    features = [
        {"type": "Feature", "properties": {"id": k, "name": n}, "geometry": {"type": "Polygon", "coordinates": c}}
        for k, n, c in (("a", "Aaa", square), ("b", "Bbb", shift))
    ]
    geojson = {"type": "FeatureCollection", "features": features}
    option = chart.choropleth({"a": 1.0}, geojson, chart.classes([1.0, 2.0], 2), key="id", notice="", lang="en")
    drawn = Drawn(option)
    assert drawn.counted and set(drawn.main) == {"a", "b"} and not drawn.inset
    assert "No data: Bbb" in drawn.texts
    geo = option["geo"][0]
    assert geo["width"] / geo["height"] == pytest.approx(2 * np.cos(np.radians(50.5)), rel=1e-3)


def test_values_of_unknown_regions_are_refused(provinces):
    with pytest.raises(DataError, match="999999"):
        chart.choropleth({"999999": 1.0}, provinces.geojson(), chart.classes([1.0, 2.0], 2))
    with pytest.raises(DataError, match="code"):
        chart.choropleth({}, provinces.geojson(), chart.classes([1.0, 2.0], 2), key="code")
    with pytest.raises(DataError):
        chart.choropleth({}, {"type": "Topology"}, chart.classes([1.0, 2.0], 2))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_name_is_on_its_region_or_beside_it(provinces, lang):
    geojson = provinces.geojson("zh")
    labels = {c: atlas.china().label(c, lang) for c in provinces.codes}
    option = chart.choropleth(
        figures(geojson), geojson, chart.classes([], breaks=BREAKS), labels=labels,
        maritime=provinces.maritime, inset=provinces.inset, lang=lang,
    )  # fmt: skip
    geo, main = option["geo"][0], next(iter(chart.parts(option)[1].values()))
    scale = geo["width"] / (geo["boundingCoords"][1][0] - geo["boundingCoords"][0][0])
    points = {f["properties"]["name"]: f["properties"]["cp"] for f in main["features"]}
    regions, _ = geometry.regions(geojson)
    for region in regions:
        x, y = points[region.key]
        half = chart.lettering.measure(labels[region.key], 11) / 2 / scale
        box = geometry.Extent(x - half, y - 6 / scale, x + half, y + 6 / scale)
        if any(geometry.cut(polygon, box) for polygon in region.polygons):
            continue
        corners = np.concatenate([polygon[0] for polygon in region.polygons])
        away = np.abs(corners - [x, y]) - [half, 6 / scale]
        assert np.maximum(away, 0).max(axis=1).min() * scale < 20, labels[region.key]
    assert points["810000"][0] > points["820000"][0], "Hong Kong is named east of Macao"


def test_a_pale_region_has_an_edge_against_the_page(provinces):
    regions, _ = geometry.regions(provinces.geojson())
    runs = geometry.outline(regions)
    inland = next(r for r in regions if r.key == "340000")
    own = {tuple(point) for point in np.round(inland.polygons[0][0])}
    assert not any(len(run) > 1 and {tuple(p) for p in run} <= own for run in runs), "Anhui has no coast"
    taiwan = next(r for r in regions if r.key == TAIWAN)
    assert any(len(run) == len(taiwan.polygons[0][0]) for run in runs)


def test_codes_may_be_numbers_and_values_none(provinces):
    option = chart.choropleth({110000: 1, 120000: None}, provinces.geojson(), chart.classes([0.0, 1.0, 2.0], 2))
    drawn = Drawn(option)
    assert drawn.main["120000"]["fill"] == theme.NO_DATA != drawn.main["110000"]["fill"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_map_of_categories_names_each_in_its_colour(provinces, lang):
    names = [Text("东部", "East"), Text("西部", "West")]
    colours = ["#0072b2", "#e69f00"]
    geojson = provinces.geojson()
    kind = {code: float(code >= "500000") for code in provinces.codes if code < "7"}
    option = chart.choropleth(
        kind, geojson, chart.categories(names, colours), maritime=provinces.maritime, inset=provinces.inset, lang=lang
    )
    drawn = Drawn(option)
    assert {name.say(lang) for name in names} <= set(drawn.texts)
    assert all(drawn.main[code]["fill"] == colours[int(number)] for code, number in kind.items())
    taken = re.findall(r'fill="(#\w+)" stroke="#8b98a8"', drawn.svg)
    assert taken[:2] == colours and set(taken[2:]) <= {theme.NO_DATA}
