"""The engine: the same option gives the same bytes, in every thread, with letters of the right width."""

import re
import struct
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import numpy as np
import pytest

from xinzhi import chart
from xinzhi.base.errors import ComputationError, UsageError
from xinzhi.base.text import Text
from xinzhi.chart import lettering

NAMES = ["北京", "内蒙古", "黑龙江"]
OPTION = {
    "title": {"text": Text("负数与中文", "Negative numbers")},
    "aria": {"enabled": True, "label": {"description": "三个<省>的“数”"}},
    "xAxis": {"min": -4, "max": 4},
    "yAxis": {"type": "category", "data": NAMES},
    "series": [{"type": "bar", "data": np.array([3, -2.5, np.nan])}],
}


def png_size(picture: bytes) -> tuple[int, int]:
    return struct.unpack(">II", picture[16:24])


def test_two_runs_give_the_same_bytes():
    assert chart.svg(OPTION) == chart.svg(OPTION)
    assert chart.png(OPTION) == chart.png(OPTION)


def test_two_threads_draw_at_once():
    alone = chart.svg(OPTION)
    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(chart.svg, [OPTION] * 4)) == {alone}


def test_the_svg_is_well_formed_speaks_and_refers_to_nothing():
    drawing = chart.svg(OPTION, width=500, height=300)
    root = ElementTree.fromstring(drawing)
    assert (root.get("width"), root.get("height"), root.get("role")) == ("500", "300", "img")
    assert root.get("aria-label") == "三个<省>的“数”"
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {*NAMES, "负数与中文", "−4"} <= set(texts)
    assert not any(text.startswith("-") for text in texts)
    assert not re.search(r"https?://(?!www\.w3\.org/(2000/svg|1999/xlink))|href=|@import|url\((?!#)", drawing)


def test_pictures_on_one_page_do_not_share_names():
    line = {"xAxis": {}, "yAxis": {}, "series": [{"type": "line", "data": [[0, 1], [1, 2]]}]}
    one, other = chart.svg(line), chart.svg({**line, "title": {"text": "2"}})
    names = [set(re.findall(r'id="([^"]+)"', drawing)) for drawing in (one, other)]
    assert names[0] and not names[0] & names[1]
    assert "<style" not in one and "class=" not in one


def test_texts_are_said_in_the_language_asked_for():
    assert "Negative numbers" in chart.svg(OPTION, lang="en")


def test_the_png_has_the_size_asked_for_and_something_on_it():
    picture = chart.png(OPTION, width=300, height=200, scale=1.5)
    assert picture.startswith(b"\x89PNG") and png_size(picture) == (450, 300)
    blank = chart.png({"xAxis": {"show": False}, "yAxis": {"show": False}}, width=300, height=200, scale=1.5)
    assert len(picture) > 2 * len(blank)


def test_a_character_is_drawn_by_the_shipped_font_on_a_machine_without_fonts():
    pictures = {c: chart.png({"title": {"text": c}}, width=80, height=60) for c in "埇鄠浉瀍猇硚"}
    assert len(set(pictures.values())) == 6


def test_javascript_errors_are_one_sentence():
    with pytest.raises(ComputationError, match="ECharts") as caught:
        chart.svg({"xAxis": {}, "series": [{"type": "bar", "data": [1]}]})
    assert "\n" not in str(caught.value) and caught.value.code == "XZ-C041"


@pytest.mark.parametrize(
    ("option", "more"),
    [
        (OPTION, {"width": 0}),
        (OPTION, {"height": 10**6}),
        ({"series": [{"type": "map", "map": "nowhere"}]}, {}),
        ({"series": [{"type": "map", "map": "china"}]}, {"maps": {"china": {}}}),
        ({"series": [{"type": "bar", "data": [object()]}]}, {}),
    ],
)
def test_what_cannot_be_meant_is_refused(option, more):
    with pytest.raises(UsageError):
        chart.svg(option, **more)


def test_labels_are_measured_by_the_advance_widths_of_the_font():
    from fontTools.ttLib import TTFont

    for weight, path in zip(("regular", "bold"), lettering.font_files(), strict=True):
        font = TTFont(path)
        advance = {chr(code): font["hmtx"][glyph][0] for code, glyph in font.getBestCmap().items()}
        told = {c: lettering.widths()[weight].get(c, 1000) for c in advance}
        assert told == advance
    assert lettering.measure("北京 GDP", 10) == pytest.approx(sum(advance_of("北京 GDP")) / 100)


def advance_of(text):
    return [lettering.widths()["regular"].get(c, 1000) for c in text]


def test_lines_wrap_without_breaking_words_or_starting_with_punctuation():
    text = "新质生产力指数，以 three-layers 预设计算。底图仅供分析示意；公开出版须送审并标注审图号。"
    for width in (90, 140, 260):
        lines = lettering.wrap(text, width, 11)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert not any(line[0] in "，。；、" for line in lines)
        assert all(lettering.measure(line.rstrip("，。；"), 11) <= width for line in lines)
    assert lettering.wrap("one two three", 45, 11) == ["one two", "three"]
    assert lettering.measure(lettering.shorten("新质生产力", 40, 11), 11) <= 40


def test_a_picture_may_carry_its_letters():
    drawing = chart.svg(OPTION, fonts=True)
    ElementTree.fromstring(drawing)
    assert drawing.count("@font-face") == 2 and "http" not in drawing.replace("http://www.w3.org", "")
    assert "@font-face" not in chart.svg(OPTION)
