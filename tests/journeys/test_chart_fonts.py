"""The shipped typeface covers every place, and its licence lies beside it."""

import json
import re
from base64 import b64decode
from io import BytesIO

import pytest

from xinzhi import chart
from xinzhi.chart import lettering

RARE = "埇鄠浉瀍猇硚"
SIGNS = "①②③⑩−–—·≥≤≠±×%‰°℃㎡“”‘’…、。《》（）【】"


def gb2312() -> str:
    pairs = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    return "".join(pair.decode("gb2312", errors="ignore") for pair in pairs)


def test_gb2312_rare_places_and_signs_are_covered_in_both_weights():
    from fontTools.ttLib import TTFont

    for path in lettering.font_files():
        covered = set(map(chr, TTFont(path).getBestCmap()))
        assert len(gb2312()) == 6763
        assert not set(gb2312() + RARE + SIGNS) - covered


@pytest.mark.parametrize("level", ["prefectures", "counties"])
def test_every_place_name_is_covered(shared, level):
    topology = json.loads(shared("data", "geo", f"{level}_lonlat.topojson").read_text(encoding="utf-8"))
    names = {str(g["properties"]["name"]) for layer in topology["objects"].values() for g in layer["geometries"]}
    assert len(names) > 300
    assert not {c for name in names for c in name} - lettering.covered()


def test_fonts_are_small_and_carry_their_licence():
    assert "SIL OPEN FONT LICENSE Version 1.1" in (lettering.FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert sum(path.stat().st_size for path in lettering.FONTS.iterdir()) < 6_000_000


def test_the_font_of_a_page_holds_its_characters_only():
    css = chart.font_css("新质生产力 埇桥")
    assert css.count("@font-face") == 2 and "http" not in css
    assert len(css) < 60_000
    assert chart.font_css("新质") == chart.font_css("质新")


@pytest.mark.parametrize("weight", [400, 700])
def test_the_font_of_a_page_is_the_shipped_one(weight):
    from fontTools.pens.recordingPen import RecordingPen
    from fontTools.ttLib import TTFont

    rule = next(line for line in chart.font_css("新质 GDP−埇").splitlines() if f"font-weight:{weight}" in line)
    page = TTFont(BytesIO(b64decode(re.search(r"base64,([^)]+)\)", rule)[1])))
    whole = TTFont(lettering.font_files()[weight == 700])
    assert set("新质 GDP−埇") <= set(map(chr, page.getBestCmap()))
    assert "国" not in map(chr, page.getBestCmap())
    for character in "新质 GDP−埇":
        drawn = []
        for font in (page, whole):
            pen, glyphs = RecordingPen(), font.getGlyphSet()
            glyph = glyphs[font.getBestCmap()[ord(character)]]
            glyph.draw(pen)
            drawn.append((pen.value, glyph.width))
        assert drawn[0] == drawn[1]
