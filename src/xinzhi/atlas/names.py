"""Names as people write them, brought to one key by steps that lose nothing of the name.

Width, spaces, case, accents, apostrophes, footnote marks and traditional characters are taken away; characters that
only look alike are another matter (`lookalike.py`).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from xinzhi.atlas import store

_MARKS = re.compile(r"[\s①-⓿❶-➓㈠-㊿*＊†‡#＃※△▲★☆●○◎§¶¹²³⁰-⁹]+$")
_BRACKETED = re.compile(r"[\[(（【〔]\s*(注?\s*\d{0,2}|注)\s*[\])）】〕]$|(?<=[\u4e00-\u9fffA-Za-z])\s*\d{1,2}[)）]?$")
_NUMBERED = re.compile(
    r"^[\s*＊#＃※△▲★☆●○◎]+(?=\S)|^(?:[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]|\d{1,2}[.．、]|[一二三四五六七八九十]{1,3}、)\s*(?=[^\d\s])|^其中\s*[:：]\s*"
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_SEAMS = re.compile(
    r"(?<=\d)(?=[^\W\d])|(?<=[^\W\d])(?=\d)|(?<=[\u3400-\u9fff])(?=[A-Za-z])|(?<=[A-Za-z])(?=[\u3400-\u9fff])"
)
_STRONG = re.compile(r"[,，、;；/|()（）]+|\s[-－—→>]\s")
_IN_BRACKETS = re.compile(r"[(（\[【〔][^)）\]】〕]*[)）\]】〕]")
_SEPARATORS = re.compile(r"[\s,，、;；/|·・\-－—_>→()（）]+")


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    lines = (line.split(" ") for line in store.text("traditional.txt").splitlines())
    return {ord(form): simple for simple, forms in lines for form in forms}


def unmarked(text: str) -> str:
    """Without footnote marks at the end and numbering at the start: 北京①, 天津*, 河北(1), 3. 山西，其中：大连."""
    stripped = text.strip()
    while (shorter := _NUMBERED.sub("", _BRACKETED.sub("", _MARKS.sub("", stripped))).strip()) != stripped:
        stripped = shorter
    return stripped or text.strip()


def is_han(text: str) -> bool:
    """Whether the text holds a Chinese character."""
    return bool(_HAN.search(text))


def key(text: str) -> str:
    """The key under which a name is found; "" for a text without letters."""
    if text.isascii():
        return "".join(filter(str.isalnum, text)).casefold()
    wide = unicodedata.normalize("NFKC", text).translate(_simplified())
    if is_han(wide):
        return "".join(c for c in wide if c.isalnum()).casefold()
    plain = unicodedata.normalize("NFKD", wide.casefold().replace("ü", "v"))  # ü is a letter of pinyin, not an accent
    return "".join(c for c in plain if c.isalnum())


def parts(text: str) -> list[list[str]]:
    """The keys between commas and the like, and those between any separators and between digits and letters:
    `Hefei Shi, Anhui Sheng` → [[hefeishi, anhuisheng], [hefei, shi, anhui, sheng]]."""
    spaced = _SEAMS.sub(" ", unicodedata.normalize("NFKC", text))
    tries = [[k for k in map(key, pattern.split(spaced)) if k] for pattern in (_STRONG, _SEPARATORS)]
    return tries if tries[0] != tries[1] else tries[:1]


def unbracketed(text: str) -> str:
    """Without what stands in brackets: 广东（不含深圳） → 广东."""
    return _IN_BRACKETS.sub("", text).strip()


def spellings(name: str) -> set[str]:
    """Keys of an English or pinyin name: ü as v, u and yu."""
    lower = name.casefold()
    return {key(lower), key(lower.replace("ü", "u")), key(lower.replace("ü", "yu"))} if "ü" in lower else {key(lower)}
