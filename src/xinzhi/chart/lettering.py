"""The shipped typeface: its files, how wide a text is, and where it may break."""

from __future__ import annotations

import atexit
import json
import tempfile
from functools import cache
from pathlib import Path

FAMILY = "Noto Sans SC"
STACK = f"'{FAMILY}', 'Microsoft YaHei', 'PingFang SC', sans-serif"
FONTS = Path(__file__).parent / "fonts"
WEIGHTS = {"regular": 400, "bold": 700}
_NOT_FIRST = set("，。；：、！？）】》”’％%,.;:!?)]}·—–…")  # punctuation that may not begin a line
_NOT_LAST = set("（【《“‘([{")


@cache
def widths() -> dict[str, dict[str, int]]:
    """Advance widths in thousandths of an em by weight, for the characters that are not one em wide."""
    table: dict[str, dict[str, int]] = json.loads((FONTS / "widths.json").read_text(encoding="utf-8"))
    return table


def measure(text: str, size: float, bold: bool = False) -> float:
    """Width of one line of `text` in pixels at font size `size`."""
    table = widths()["bold" if bold else "regular"]
    return sum(table.get(character, 1000) for character in text) * size / 1000


def wrap(text: str, width: float, size: float, bold: bool = False) -> list[str]:
    """`text` in lines not wider than `width` pixels: Latin words stay whole, Chinese breaks between characters."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph):
            if line and measure((line + piece).rstrip(), size, bold) > width:
                lines.append(line.rstrip())
                line = piece.lstrip()
            else:
                line += piece
        lines.append(line.rstrip())
    return lines


def shorten(text: str, width: float, size: float, bold: bool = False) -> str:
    """`text` cut with “…” so that it is not wider than `width` pixels."""
    if measure(text, size, bold) <= width:
        return text
    kept = text
    while kept and measure(kept + "…", size, bold) > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def shorten_middle(text: str, width: float, size: float) -> str:
    """`text` cut in its middle with “…”, so that its beginning and its end can both be read within `width` pixels."""
    if measure(text, size) <= width:
        return text
    kept = len(text) - 1
    while kept > 2 and measure(f"{text[: kept - kept // 3]}…{text[-(kept // 3) :]}", size) > width:
        kept -= 1
    return f"{text[: kept - kept // 3].rstrip()}…{text[-(kept // 3) :].lstrip()}"


def _pieces(text: str) -> list[str]:
    """The parts of a line between which it may break."""
    pieces: list[str] = []
    for character in text:
        wide = ord(character) >= 0x2E80
        last = pieces[-1][-1] if pieces else ""
        glued = character in _NOT_FIRST or last in _NOT_LAST or character == " "
        within_word = not wide and last != " " and (ord(last) < 0x2E80 if last else False)
        if pieces and (glued or within_word):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


@cache
def font_files() -> tuple[str, ...]:
    """Paths of the two weights as OpenType files, unpacked once a process into a folder that goes when it ends."""
    from fontTools.ttLib import TTFont

    folder = tempfile.TemporaryDirectory(prefix="xinzhi-fonts-", ignore_cleanup_errors=True)
    atexit.register(folder.cleanup)
    paths = []
    for weight in WEIGHTS:
        with TTFont(web_font(weight), lazy=True) as font:
            font.flavor = None
            path = Path(folder.name) / f"{weight}.otf"
            font.save(path, reorderTables=False)
        paths.append(str(path))
    return tuple(paths)


def web_font(weight: str = "regular") -> Path:
    """Path of one weight (`regular` or `bold`) as woff2, for a page that serves its own files."""
    return FONTS / f"NotoSansSC-{weight.title()}.woff2"


@cache
def covered() -> frozenset[str]:
    """The characters that the shipped typeface can draw."""
    from fontTools.ttLib import TTFont

    with TTFont(web_font(), lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))
