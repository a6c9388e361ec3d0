"""Fonts for pages: `@font-face` rules that carry only the characters a page uses."""

from __future__ import annotations

import struct
from base64 import b64encode
from functools import lru_cache
from io import BytesIO

from xinzhi.chart.lettering import FAMILY, WEIGHTS, covered, web_font

_ASCII = frozenset(map(chr, range(0x20, 0x7F)))
_QUALITY = 9  # of Brotli: a twentieth of the time of the highest for a few per cent in size
_LOSSLESS = 1 << 11  # flag of the head table that WOFF2 asks for


def font_css(text: str, weights: tuple[str, ...] = ("regular", "bold")) -> str:
    """`@font-face` rules that carry, as data, only the characters of `text`, so that a page needs no other file."""
    characters = "".join(sorted((frozenset(text) | _ASCII) & covered()))
    return "\n".join(_face(weight, characters) for weight in weights)


def _face(weight: str, characters: str) -> str:
    data = b64encode(_subset(weight, characters)).decode("ascii")
    return (
        f"@font-face{{font-family:'{FAMILY}';font-weight:{WEIGHTS[weight]};font-style:normal;"
        f"src:url(data:font/woff2;base64,{data}) format('woff2')}}"
    )


@lru_cache(maxsize=16)
def _subset(weight: str, characters: str) -> bytes:
    """One weight with only `characters`, as WOFF2."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options()
    options.layout_features = ["kern"]
    options.recalc_timestamp = False
    task = subset.Subsetter(options)
    task.populate(text=characters)
    with TTFont(web_font(weight), lazy=True, recalcBBoxes=False, recalcTimestamp=False) as font:
        task.subset(font)
        font.flavor = None
        font["head"].flags |= _LOSSLESS
        plain = BytesIO()
        font.save(plain, reorderTables=False)
    return pack(plain.getvalue())


def pack(font: bytes) -> bytes:
    """An OpenType font with CFF outlines as WOFF2, its tables untransformed.

    Source: W3C (2022) WOFF File Format 2.0, sections 4 and 5.
    """
    import brotli
    from fontTools.ttLib.sfnt import SFNTReader
    from fontTools.ttLib.woff2 import packBase128, woff2KnownTags

    reader = SFNTReader(BytesIO(font))
    tables = {tag: reader[tag] for tag in sorted(reader.keys())}
    entries = b"".join(
        (bytes([woff2KnownTags.index(tag)]) if tag in woff2KnownTags else b"\x3f" + tag.encode("ascii"))
        + packBase128(len(data))
        for tag, data in tables.items()
    )
    stream = brotli.compress(b"".join(tables.values()), mode=brotli.MODE_FONT, quality=_QUALITY)
    whole = 12 + sum(16 + len(data) + -len(data) % 4 for data in tables.values())
    length = 48 + len(entries) + len(stream)
    header = struct.pack(
        ">4s4sIHHIIHHIIIII",
        b"wOF2", font[:4], length + -length % 4, len(tables), 0, whole, len(stream), 1, 0, 0, 0, 0, 0, 0,
    )  # fmt: skip
    packed: bytes = header + entries + stream + b"\0" * (-length % 4)
    return packed
