"""Every builder: drawn in both languages, with gaps in the data, no text cut off or on another, nothing unsaid."""

import json
import re
from xml.etree import ElementTree

import numpy as np
import pytest

from chart_texts import texts
from xinzhi import chart
from xinzhi.base.errors import DataError, UsageError
from xinzhi.base.text import Text
from xinzhi.chart import change, engine, placing, plot, scale, theme
from xinzhi.chart.scatter import least_squares

ZH = """
北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 重庆 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆
"""
EN = """
Beijing Tianjin Hebei Shanxi Inner_Mongolia Liaoning Jilin Heilongjiang Shanghai Jiangsu Zhejiang Anhui Fujian Jiangxi Shandong Henan Hubei Hunan Guangdong Guangxi Hainan Chongqing Sichuan Guizhou Yunnan Tibet Shaanxi Gansu Qinghai Ningxia Xinjiang
"""
PLACES = [Text(zh, en.replace("_", " ")) for zh, en in zip(ZH.split(), EN.split(), strict=True)]
FACTORS = [Text("研发强度", "R&D intensity"), Text("人力资本", "Human capital"), Text("数字基础设施", "Digital infrastructure"),
           Text("对外开放", "Openness"), Text("财政支出", "Fiscal spending")]  # fmt: skip
YEARS = list(range(2012, 2024))
AXIS = Text("指数（0–1）", "index (0–1)")
MONEY = Text("亿元", "billion yuan")
RNG = np.random.default_rng(5)
SCORE = RNG.beta(3, 4, 31)
GAPPY = np.where(np.arange(31) == 25, np.nan, SCORE)
PATHS = SCORE[:, None] + RNG.normal(0.01, 0.02, (31, 12)).cumsum(axis=1)
PATHS[25, :4] = np.nan
PARTS = RNG.normal(2, 1.5, (4, 12))
LONG = [
    Text(
        "很长的指标名称" * 4 + f"{k}：直接",
        "a very long name of a figure, current prices, year end, " * 2 + f"{k}: direct",
    )
    for k in range(3)
]
DENSITIES = np.random.default_rng(6).random((12, 50)) + 0.1
CORRELATION = np.corrcoef(RNG.normal(size=(5, 20)))
CELLS = chart.province_cells()
CODES = sorted(CELLS)[:31]

BUILDERS = {
    "ranking": lambda **p: chart.ranking(PLACES, GAPPY, low=GAPPY - 0.03, high=GAPPY + 0.05, axis=AXIS, numbers=True, **p),
    "strip": lambda **p: chart.strip(FACTORS[:3], PLACES, np.stack([GAPPY, SCORE, SCORE[::-1]]), axis=AXIS, **p),
    "intervals": lambda **p: chart.intervals(FACTORS, [1.2, 0.3, np.nan, -0.2, 0], [1, 0, np.nan, -0.4, -0.3], [1.5, 0.6, np.nan, 0.1, 0.3], axis=AXIS, reference=0, **p),
    "lines": lambda **p: chart.lines(YEARS, [
        chart.Line(PLACES[11], PATHS[11], PATHS[11] - 0.05, PATHS[11] + 0.05, role="chosen"),
        chart.Line(Text("均值", "mean"), np.nanmean(PATHS, axis=0), role="mean"),
        *(chart.Line(PLACES[n], PATHS[n]) for n in (9, 10, 25)),
    ], axis=AXIS, mark=2020, **p),
    "small_multiples": lambda **p: chart.small_multiples(PLACES, YEARS, PATHS, low=PATHS - 0.1, high=PATHS + 0.1, reference=np.nanmean(PATHS, axis=0), axis=AXIS, **p),
    "slope": lambda **p: chart.slope(PLACES, PATHS[:, 0], PATHS[:, -1], (2012, 2023), **p),
    "bump": lambda **p: chart.bump(PLACES, YEARS, PATHS, **p),
    "stacked": lambda **p: chart.stacked(YEARS, FACTORS[:4], PARTS, total=PARTS.sum(axis=0), axis=MONEY, **p),
    "area": lambda **p: chart.stacked(YEARS, FACTORS[:4], np.abs(PARTS), kind="area", axis=MONEY, **p),
    "waterfall": lambda **p: chart.waterfall(FACTORS, [2.0, -1.1, 0.4, -3.6, 0.2], start=1.0, start_label=Text("期初", "start"), axis=MONEY, **p),
    "heatmap": lambda **p: chart.heatmap(FACTORS, FACTORS, np.where(CORRELATION < -0.2, np.nan, CORRELATION), diverging=True, span=(-1, 1), scale_title=Text("相关系数", "correlation"), **p),
    "scatter": lambda **p: chart.scatter(PLACES, SCORE * 1e4, GAPPY, x_axis=MONEY, y_axis=AXIS, quadrants=(4e3, 0.4), fit=True, **p),
    "sobol": lambda **p: chart.sobol(FACTORS, [0.4, 0.1, -0.01, 0.2, 0], [0.6, 0.2, 0.02, 0.3, 0.01], total_interval=([0.5, 0.1, 0, 0.2, 0], [0.7, 0.3, 0.05, 0.4, 0.03]), **p),
    "ridgeline": lambda **p: chart.ridgeline([str(y) for y in YEARS], np.linspace(0, 1, 50), DENSITIES, axis=AXIS, **p),
    "rose": lambda **p: chart.rose([f"{a}°–{a + 45}°" for a in range(0, 360, 45)], [12, 3, 4, 1, 7, 2, 0, 2], expected=[5, 4, 4, 3, 5, 4, 3, 3], highlight=[0], axes=FACTORS[:4], **p),
    "long_heatmap": lambda **p: chart.heatmap(LONG, LONG, np.eye(3), scale_title=Text("转移概率", "transition probability"), **p),
    "long_intervals": lambda **p: chart.intervals(LONG, [1, 2, 3], [0, 1, 2], [2, 3, 4], axis=AXIS, reference=0, order=False, **p),
    "path": lambda **p: chart.scatter([str(y) for y in YEARS], np.linspace(114, 115, 12), np.sin(np.arange(12)), x_axis=AXIS, y_axis=AXIS, highlight=["2012", "2023"], path=True, **p),
    "contour": lambda **p: chart.contour(YEARS, np.linspace(0, 1, 50), DENSITIES, axis=AXIS, scale_title=Text("密度", "density"), reference=0.5, **p),
    "tilegrid": lambda **p: chart.tilegrid(dict(zip(CODES, GAPPY, strict=True)), dict(zip(CODES, PLACES, strict=True)), chart.classes([], breaks=[0.3, 0.5]), legend_title=AXIS, **p),
    "network": lambda **p: chart.network(PLACES, [(i, (i * 7 + 3) % 31, float(i + 1)) for i in range(31)], **p),
    "network_at": lambda **p: chart.network(PLACES, [(0, 1, 1.0)], at=np.column_stack([SCORE, SCORE[::-1]]), directed=True, **p),
}  # fmt: skip
LARGE = {
    "lines": lambda **p: chart.lines(YEARS, [chart.Line("a", np.linspace(2e5, 3.4e6, 12))], axis=MONEY, **p),
    "stacked": lambda **p: chart.stacked(YEARS, ["a", "b"], np.full((2, 12), 1.5e7), axis=MONEY, **p),
    "scatter": lambda **p: chart.scatter(PLACES, SCORE * 1e7, SCORE * 1e8, x_axis=MONEY, y_axis=MONEY, **p),
    "waterfall": lambda **p: chart.waterfall(["a", "b"], [1e6, -2e6], start=5e6, start_label="0", axis=MONEY, **p),
    "multiples": lambda **p: chart.small_multiples(PLACES, YEARS, PATHS * 1e6, axis=MONEY, **p),
    "ranking": lambda **p: chart.ranking(PLACES, SCORE * 1e7, axis=MONEY, numbers=True, digits=0, **p),
    "rose": lambda **p: chart.rose([f"{a}°–{a + 45}°" for a in range(0, 360, 45)], [12, 3, 4, 1, 7, 2, 0, 2], expected=[5, 4, 4, 3, 5, 4, 3, 3], highlight=[0], axes=FACTORS[:4], **p),
    "long_heatmap": lambda **p: chart.heatmap(LONG, LONG, np.eye(3), scale_title=Text("转移概率", "transition probability"), **p),
    "long_intervals": lambda **p: chart.intervals(LONG, [1, 2, 3], [0, 1, 2], [2, 3, 4], axis=AXIS, reference=0, order=False, **p),
    "path": lambda **p: chart.scatter([str(y) for y in YEARS], np.linspace(114, 115, 12), np.sin(np.arange(12)), x_axis=AXIS, y_axis=AXIS, highlight=["2012", "2023"], path=True, **p),
    "contour": lambda **p: chart.contour(YEARS, np.linspace(0, 1, 50), DENSITIES, axis=AXIS, scale_title=Text("密度", "density"), reference=0.5, **p),
    "tilegrid": lambda **p: chart.tilegrid({}, {}, chart.classes([], breaks=[1e6, 1.2e6, 123456789.0]), legend_title=Text("一个很长的图例标题，" * 4, "a long title " * 8), **p),
}  # fmt: skip
BUILDERS |= {f"large_{name}": build for name, build in LARGE.items()}
PAGE = {
    "title": Text("新质生产力的分布与变化", "Distribution and change of new quality productive forces"),
    "subtitle": Text("2012–2023 年", "2012–2023"),
    "source": Text("国家统计局", "National Bureau of Statistics"),
    "note": Text("西藏资料暂缺。", "No figures for Tibet."),
}


@pytest.fixture(scope="module", params=[(name, lang) for name in BUILDERS for lang in ("zh", "en")], ids="-".join)
def drawn(request):
    name, lang = request.param
    option = BUILDERS[name](**PAGE, lang=lang)
    return name, lang, option, chart.svg(option, lang=lang)


def test_it_is_json_and_says_everything_in_its_language(drawn):
    name, lang, option, svg = drawn
    json.dumps(engine.plain(option), allow_nan=False)
    root = ElementTree.fromstring(svg)
    assert root.get("aria-label")
    said = " ".join(t.text for t in texts(svg))
    assert PAGE["subtitle"].say(lang).replace("-", "") in said.replace("-", "")
    assert ("资料来源" in said) if lang == "zh" else ("Source" in said), name
    if lang == "en":
        assert not re.search(r"[\u4e00-\u9fff]", said + root.get("aria-label")), name


def test_nothing_is_cut_off(drawn):
    name, _, option, svg = drawn
    width, height = engine.size(option)
    for each in texts(svg):
        assert each.left >= 0 and each.right <= width, (name, each)
        assert each.top >= 0 and each.bottom <= height, (name, each)


def test_no_text_lies_on_another(drawn):
    name, _, _, svg = drawn
    found = texts(svg)
    for i, one in enumerate(found):
        for other in found[:i]:
            assert not one.meets(other), (name, one, other)


def test_it_refers_to_nothing_outside(drawn):
    _, _, _, svg = drawn
    assert not re.search(r"https?://(?!www\.w3\.org/(2000/svg|1999/xlink))", svg)
    assert "NaN" not in svg and "undefined" not in svg


@pytest.mark.parametrize("name", BUILDERS)
def test_without_its_heading_everything_moves_up_together(name):
    whole = BUILDERS[name](title=PAGE["title"], width=700, height=560, lang="zh")
    raised = chart.headless(whole)
    plain = BUILDERS[name](width=700, height=engine.size(raised)[1], lang="zh")
    assert chart.heading(whole) == PAGE["title"].zh and chart.heading(raised) == ""
    assert whole["xinzhi"]["size"] == [700, 560], "the option given is left as it was"

    def drawn(option):
        lettered = [(t.text, *np.round([t.left, t.top])) for t in texts(chart.svg(option))]
        bodies = []
        for part in (p for p in option.get("graphic", []) if "shape" in p):
            shape = part["shape"]
            tall = [y for _, y in shape.get("points", [])] or [shape[k] for k in ("y", "cy", "y1", "y2") if k in shape]
            bodies.append((min(tall) + part.get("y", 0), max(tall) + part.get("y", 0)))
        return sorted(lettered), bodies

    (words, shapes), (same_words, same_shapes) = drawn(raised), drawn(plain)
    assert words == same_words
    assert np.allclose(shapes, same_shapes, atol=0.11)


def test_long_names_leave_room_for_what_they_name():
    for lang in ("zh", "en"):
        cells = BUILDERS["long_heatmap"](lang=lang)
        grid, width = cells["grid"], cells["xinzhi"]["size"][0]
        assert (width - grid["left"] - grid["right"]) / 3 >= 50
        rows = BUILDERS["long_intervals"](lang=lang)
        assert rows["xinzhi"]["size"][0] - rows["grid"]["left"] - rows["grid"]["right"] >= 200
        said = list(rows["yAxis"]["data"])
        assert all("…" in name and name.endswith(("直接", "direct")) for name in said), "both ends can be read"


def test_thousands_of_points_are_dots_without_names():
    rng = np.random.default_rng(3)
    labels = [f"县{k}" for k in range(2700)]
    option = chart.scatter(labels, rng.normal(size=2700), rng.normal(size=2700), highlight=labels[:900])
    said = [t.text for t in texts(chart.svg(option))]
    assert not [t for t in said if t.startswith("县")]
    few = chart.scatter(labels, rng.normal(size=2700), rng.normal(size=2700), highlight=labels[:3])
    assert {t.text for t in texts(chart.svg(few)) if t.text.startswith("县")} == set(labels[:3])


def test_a_rose_counts_counterclockwise_from_the_right():
    option = chart.rose(["a", "b", "c", "d"], [4, 3, 2, 1])
    sectors = [part["shape"] for part in option["graphic"] if part["type"] == "sector"]
    radii = [s["r"] for s in sectors]
    assert np.allclose(np.array(radii) / radii[0], [1, 0.75, 0.5, 0.25])
    assert np.isclose(sectors[0]["startAngle"], -np.pi / 2) and sectors[0]["endAngle"] == 0


@pytest.mark.parametrize("name", ["ranking", "bump", "slope", "intervals"])
def test_the_highlighted_key_is_the_only_one_in_the_accent(name):
    plain = chart.svg(BUILDERS[name](lang="zh"))
    key = "数字基础设施" if name == "intervals" else "安徽"
    marked = chart.svg(BUILDERS[name](lang="zh", highlight="研发强度" if name == "intervals" else key))
    assert theme.ACCENT not in plain and theme.ACCENT in marked


def test_places_are_ranked_without_those_that_are_missing():
    got = change.ranks(np.array([[0.2, np.nan], [0.9, 1.0], [0.2, 3.0]]))
    np.testing.assert_array_equal(got, [[2, np.nan], [1, 2], [3, 1]])
    np.testing.assert_array_equal(change.ranks(np.array([[3.0], [1.0]]), ascending=True), [[2], [1]])


def test_ranking_puts_a_missing_value_last_without_a_place():
    option = chart.ranking(["a", "b", "c"], [1.0, np.nan, 2.0])
    assert option["yAxis"][0]["data"] == ["c", "a", "b"]
    assert option["yAxis"][1]["data"] == ["1", "2", "—"]


def test_least_squares_is_the_textbook_line():
    x, y = np.array([1.0, 2, 3, 4]), np.array([2.0, 3, 5, 4])
    slope, level, share = least_squares(x, y)
    assert (slope, level, share) == pytest.approx((0.8, 1.5, 0.64))


def test_a_scatter_counts_whom_it_leaves_out():
    assert "1 个单位缺少数值" in chart.svg(BUILDERS["scatter"](lang="zh"))


@pytest.mark.parametrize(
    ("values", "zero", "expected"),
    [
        ([0.21, 0.68], False, [0.2, 0.3, 0.4, 0.5, 0.6, 0.7]),
        ([3, 97], True, [0, 20, 40, 60, 80, 100]),
        ([-1.2, 5], False, [-2, 0, 2, 4, 6]),
        ([np.nan], False, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        ([5, 5], True, [0, 1, 2, 3, 4, 5]),
    ],
)
def test_axes_have_round_steps(values, zero, expected):
    assert scale.ticks(values, zero=zero) == pytest.approx(expected)


def test_labels_are_spread_as_little_as_needed():
    placed = plot.spread([10, 12, 50, 11], 10, 0, 100)
    assert placed[2] == pytest.approx(50)
    assert sorted(placed)[:3] == pytest.approx([1, 11, 21])
    assert np.diff(sorted(plot.spread([5.0] * 30, 10, 0, 100))).min() == pytest.approx(100 / 29)


def test_a_name_beside_a_point_keeps_off_the_others():
    sides = placing.beside(["aa", "bb", "cc"], [(50, 50), (60, 50), (70, 50)], [False, True, False], (0, 0, 200, 100))
    assert sides[1] is not None and len({s for s in sides if s}) > 1


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: chart.ranking(["a", "b"], [1.0]),
        lambda: chart.ranking(["a"], [1.0], keys=["x", "y"]),
        lambda: chart.strip(["a"], ["b", "c"], [[1.0]]),
        lambda: chart.lines([2012, 2011], [chart.Line("a", [1.0, 2.0])]),
        lambda: chart.heatmap(["a"], ["b"], [[1.0, 2.0]]),
        lambda: chart.tilegrid({"999999": 1.0}, {}, chart.classes([], breaks=[1])),
    ],
)
def test_arrays_that_do_not_fit_are_refused(wrong):
    with pytest.raises(DataError):
        wrong()


@pytest.mark.parametrize(
    "empty",
    [
        lambda: chart.ranking([], []),
        lambda: chart.lines([2010, 2011], []),
        lambda: chart.small_multiples([], [2010], np.zeros((0, 1))),
        lambda: chart.waterfall([], []),
        lambda: chart.heatmap([], [], np.zeros((0, 0))),
        lambda: chart.network([], []),
        lambda: chart.network(["a"], [(0, 5, 1.0)]),
        lambda: chart.network(["a", "b"], [(0, 1, -1.0)]),
        lambda: chart.ridgeline(["a"], [], [[]]),
    ],
)
def test_nothing_to_draw_is_said(empty):
    with pytest.raises(DataError):
        empty()


NAN = float("nan")


@pytest.mark.parametrize(
    "option",
    [
        lambda: chart.ranking(["a"], [NAN]),
        lambda: chart.strip(["a"], ["b"], [[NAN]]),
        lambda: chart.intervals(["a"], [NAN], [NAN], [NAN]),
        lambda: chart.lines([2010, 2011], [chart.Line("a", [NAN, NAN])]),
        lambda: chart.lines([2010], [chart.Line("a", [1.0])]),
        lambda: chart.slope(["a"], [NAN], [1.0], (2010, 2011)),
        lambda: chart.stacked([2010, 2011], ["a"], [[NAN, NAN]], kind="area"),
        lambda: chart.heatmap(["a"], ["b"], [[NAN]]),
        lambda: chart.heatmap(["a"], ["b"], [[0.0]], diverging=True),
        lambda: chart.scatter(["a"], [NAN], [1.0], fit=True),
        lambda: chart.scatter(["a"], [1.0], [1.0], fit=True),
        lambda: chart.sobol(["a"], [NAN], [NAN]),
        lambda: chart.tilegrid({}, {}, chart.classes([])),
        lambda: chart.network(["a", "b"], [(0, 1, 0.0)], at=[[0, 0], [0, 0]]),
    ],
)
def test_missing_and_single_values_are_drawn(option):
    assert "NaN" not in chart.svg(option())


def test_a_missing_cell_of_a_matrix_is_grey():
    assert theme.NO_DATA in chart.svg(chart.heatmap(["a"], ["b", "c"], [[NAN, 1.0]]))


def test_areas_and_too_many_parts_are_refused():
    with pytest.raises(UsageError):
        chart.stacked(YEARS, FACTORS[:1], -PARTS[:1] + np.linspace(-5, 5, 12), kind="area")
    with pytest.raises(UsageError):
        chart.stacked([2020], list("abcdefgh"), np.ones((8, 1)))


def test_letters_read_well_on_every_colour_of_the_ramps():
    for fill in (*theme.SEQUENTIAL, *theme.DIVERGING, theme.NO_DATA):
        assert theme.contrast(theme.ink_on(fill), fill) > 3.4
    for colour in (theme.INK, theme.SOFT, theme.ACCENT):
        assert theme.contrast(colour, "#ffffff") >= 4.5
