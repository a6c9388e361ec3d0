"""Bytes and texts as people's files hold them: encodings, mojibake, full-width characters."""

from __future__ import annotations

import codecs
import re
import unicodedata

from xinzhi.base.errors import DataError

_FOOTNOTE = re.compile(r"[\u2460-\u2473*†‡]+(?=\s*$|[(（])")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(content: bytes, file: str, stated: str | None = None) -> tuple[str, str]:
    """The text of a file and its encoding: the stated one, else byte-order mark → UTF-8 → GB18030."""
    if stated is not None:
        return _decode_as(content, file, stated), stated
    for mark, name in _BOMS:
        if content.startswith(mark):
            return _decode_as(content, file, name), name
    broken = []
    for name in ("utf-8", "gb18030"):
        try:
            return content.decode(name), name
        except UnicodeDecodeError as fault:
            broken.append(content.count(b"\n", 0, fault.start) + 1)
    raise DataError(
        f"{file} 既不是 UTF-8（行 {broken[0]} 不是）也不是 GB18030（行 {broken[1]} 不是）；可能混用了两种编码，请用 encoding= 写明，或另存为 UTF-8",
        f"{file} is neither UTF-8 (row {broken[0]} is not) nor GB18030 (row {broken[1]} is not), perhaps it mixes two encodings; state it with encoding=, or save the file as UTF-8",
        code="012",
    )


def _decode_as(content: bytes, file: str, name: str) -> str:
    try:
        return content.decode(name)
    except LookupError:
        raise DataError(
            f"没有名为 {name} 的编码；中文文件一般是 utf-8 或 gb18030",
            f"there is no encoding called {name}; Chinese files are mostly utf-8 or gb18030",
            code="012",
        ) from None
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        try:
            content.decode("gb18030")
            zh, en = (
                '它像是 GB18030，请写 encoding="gb18030" 或不写',
                'it looks like GB18030: write encoding="gb18030" or leave it out',
            )
        except UnicodeDecodeError:
            zh, en = "请不写 encoding 让程序判断，或另存为 UTF-8", "leave encoding out, or save the file as UTF-8"
        raise DataError(
            f"{file} 行 {line} 不是 {name} 编码；{zh}", f"{file} row {line} is not {name}; {en}", code="012"
        ) from None


_PAIRS = re.compile(rb"(?:[\x00-\x7f]|[\x81-\xfe][\x80-\xfe])*")


def untangled(text: str, *, chinese: bool = False) -> str:
    """Text that was decoded as Latin-1 or Windows-1252 by mistake, put right; other text unchanged.

    Only done where every character fits one byte and the bytes are valid UTF-8, or wholly Chinese in GB18030. A Chinese
    character whose second byte is a letter looks like Côte or Türkiye, so it counts only where `chinese` says that the
    file holds such text.
    """
    if text.isascii():
        return text
    for wrong in ("latin-1", "cp1252"):
        try:
            content = text.encode(wrong)
        except UnicodeEncodeError:
            continue
        for right in ("utf-8", "gb18030"):
            try:
                found = content.decode(right)
            except UnicodeDecodeError:
                continue
            if right == "utf-8" or (_chinese(found) and (chinese or _PAIRS.fullmatch(content))):
                return found
    return text


def _chinese(text: str) -> bool:
    beyond = [c for c in text if ord(c) > 127]
    return bool(beyond) and all("\u4e00" <= c <= "\u9fff" or unicodedata.east_asian_width(c) in "WF" for c in beyond)


def plain(cell: object) -> str:
    """A header or name as compared: mojibake put right, full-width folded, footnote signs, outer spaces and tabs gone."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    bare = _FOOTNOTE.sub("", untangled(str(cell)))  # before folding, which would make 北京① of it 北京1
    folded = unicodedata.normalize("NFKC", bare)
    return re.sub(r"[\s\u200b\ufeff]+", " ", folded).strip()


def squeezed(cell: object) -> str:
    """As `plain`, and without the spaces that typesetting puts between Chinese characters."""
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", plain(cell))
