"""Build the two font files that charts and pages share: subsets of Noto Sans SC, as woff2.

Run on Debian with `fonts-noto-cjk` installed; `python tools/build_fonts.py DATA` reads the names of places in DATA.
The subset covers GB2312, every character in those names, characters of new or restored place names, and Latin.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

SOURCE = Path("/usr/share/fonts/opentype/noto")
HERE = Path(__file__).resolve().parents[1] / "src" / "xinzhi" / "chart" / "fonts"
FAMILY = "Noto Sans SC"
WEIGHTS = ("Regular", "Bold")
PLACES = "埇鄠浉瀍猇硚"
SIGNS = "①②③④⑤⑥⑦⑧⑨⑩−–—·•≥≤≠≈±×÷√∞∑∏∂Δαβγδεθλμπρστφχψω°′″‰…“”‘’«»‹›€£¥©®™†‡§¶←↑→↓↗↘■□▲△▼▽◆◇○●◎★☆㎡²³⁰¹⁴⁵⁶⁷⁸⁹₀₁₂₃₄"
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl"]


def gb2312() -> set[str]:
    """Every character of GB2312."""
    found = set()
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                found.add(bytes((high, low)).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return found


def place_names(data: Path) -> set[str]:
    """Every character in the names of prefectures and counties."""
    found: set[str] = set()
    with (data / "city_names.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            found.update(*row.values())
    for name in ("prefectures_lonlat.topojson", "counties_lonlat.topojson"):
        topology = json.loads((data / "geo" / name).read_text(encoding="utf-8"))
        for layer in topology["objects"].values():
            for geometry in layer["geometries"]:
                found.update(*(str(value) for value in geometry["properties"].values()))
    return found


def renamed(font: TTFont, style: str) -> TTFont:
    """Name the font as pages and pictures call it."""
    names = {1: FAMILY, 2: style, 4: f"{FAMILY} {style}", 6: f"NotoSansSC-{style}", 16: FAMILY, 17: style}
    for record in list(font["name"].names):
        if record.nameID in names:
            if record.langID == 0x409:
                record.string = names[record.nameID]
            else:
                font["name"].names.remove(record)
    top = font["CFF "].cff
    top.fontNames = [names[6]]
    top.topDictIndex[0].FullName, top.topDictIndex[0].FamilyName = names[4], FAMILY
    return font


def build(style: str, characters: set[str]) -> None:
    """Write one weight."""
    fonts = TTCollection(SOURCE / f"NotoSansCJK-{style}.ttc", lazy=True).fonts
    font = next(font for font in fonts if font["name"].getDebugName(1).startswith("Noto Sans CJK SC"))
    options = subset.Options()
    options.layout_features = FEATURES
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 8, 9, 11, 13, 14, 16, 17]
    options.hinting = False
    options.desubroutinize = True  # smaller once compressed, and quick to take characters from
    options.drop_tables += ["VORG", "vhea", "vmtx", "BASE"]
    options.recalc_timestamp = False
    task = subset.Subsetter(options)
    task.populate(unicodes=[ord(character) for character in characters])
    task.subset(font)
    font = renamed(font, style)
    font.flavor = "woff2"
    font.save(HERE / f"NotoSansSC-{style}.woff2")


def measure() -> None:
    """Write the advance widths that are not one em, in thousandths, for measuring text without the fonts."""
    widths = {}
    for style in WEIGHTS:
        font = TTFont(HERE / f"NotoSansSC-{style}.woff2")
        advance = {chr(code): font["hmtx"][glyph][0] for code, glyph in font.getBestCmap().items()}
        widths[style.lower()] = {character: width for character, width in sorted(advance.items()) if width != 1000}
    (HERE / "widths.json").write_text(json.dumps(widths, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


if __name__ == "__main__":
    latin = {
        chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x3000, 0x3030), *range(0xFF01, 0xFF5F))
    }
    wanted = gb2312() | place_names(Path(sys.argv[1])) | latin | set(PLACES) | set(SIGNS)
    HERE.mkdir(exist_ok=True)
    for each in WEIGHTS:
        build(each, {character for character in wanted if character.isprintable()})
    measure()
