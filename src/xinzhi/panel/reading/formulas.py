"""Formulas in a workbook that were saved without their results: such cells look empty to a reader of values."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

_CELL = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*>\s*<f\b([^>]*?)(?:/>|>([^<]*)</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>')
_SHEET = re.compile(r"<sheet\b[^>]*>")
_RELATION = re.compile(r"<Relationship\b[^>]*>")


def uncalculated(content: bytes) -> dict[str, list[tuple[int, int, str]]]:
    """Sheet → (row, column, formula) of every cell that holds a formula and no value; positions from 0."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return {}
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        there = set(book.namelist())
        return {
            sheet: cells
            for sheet, part in _parts(book, there)
            if part in there and b"<f" in (text := book.read(part)) and (cells := list(_cells(text)))
        }


def shown(rows: list[list[Any]], cells: list[tuple[int, int, str]]) -> list[list[Any]]:
    """`rows` with the formula itself in the cells that have no result, so that it is refused and not read as missing."""
    for row, column, formula in cells:
        if row < len(rows) and column < len(rows[row]) and rows[row][column] in (None, ""):
            rows[row][column] = f"={formula}"
    return rows


def _parts(book: zipfile.ZipFile, there: set[str]) -> Iterator[tuple[str, str]]:
    """(name of the sheet, its part in the archive)."""
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= there:
        return
    relations = book.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {_attribute(r, "Id"): _attribute(r, "Target") for r in _RELATION.findall(relations)}
    for tag in _SHEET.findall(book.read("xl/workbook.xml").decode("utf-8", "replace")):
        target = targets.get(_attribute(tag, "r:id"), "")
        yield html.unescape(_attribute(tag, "name")), target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return found[1] if found else ""


def _cells(text: bytes) -> Iterator[tuple[int, int, str]]:
    for letters, row, _, formula in _CELL.findall(text):
        column = 0
        for letter in letters:
            column = column * 26 + letter - 64
        yield int(row) - 1, column - 1, html.unescape(formula.decode("utf-8", "replace"))
