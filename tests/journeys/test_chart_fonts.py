"""The shipped typeface covers every place, and its licence lies beside it."""

import json

import pytest

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
