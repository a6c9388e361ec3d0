"""Tables in Word as papers and official reports set them: three lines, title above, note below."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xinzhi.base.export.about import about
from xinzhi.base.export.cells import clean, is_text, one_line, width
from xinzhi.base.export.docx_page import document, paragraph, style_font, text_width
from xinzhi.base.export.text import under
from xinzhi.base.files import written_aside
from xinzhi.base.recipe import Recipe
from xinzhi.base.table import Table
from xinzhi.base.text import Lang, Text, language

_SIZES = (10.5, 9.0, 7.5, 6.5)  # 五号，小五，六号，小六: the largest that fits is taken
_PADDING = 6.0  # points a cell takes beside its text
_NARROW, _BROAD = 10, 44  # display columns: what a text column gets at least, and what it may want
_LINES = 3  # lines that a long text should not exceed, where smaller letters allow it
_TOGETHER = 3  # rows that stay on one page with the headings
_THICK, _THIN = "12", "6"  # eighths of a point
_ABOUT = Text("计算说明", "How the figures were made")


def write(path: str | Path, tables: Mapping[str, Table], recipe: Recipe, lang: Lang | None = None) -> Path:
    """Write every table, numbered, then the recipe; the file appears only when it is whole."""
    doc = document(lang)
    doc.add_paragraph(one_line(recipe.title.say(lang)), style="Title")
    for number, table in enumerate(tables.values(), start=1):
        add_table(doc, table, lang, number)
    doc.add_paragraph(_ABOUT.say(lang), style="Heading 1")
    colon = "：" if (lang or language()) == "zh" else ": "
    for label, content in about(recipe, lang):
        paragraph(doc, f"{label}{colon}{content}")
    save(doc, path)
    return Path(path)


def save(doc: Any, path: str | Path) -> None:
    """Save a document aside and put it in place in one step."""
    with written_aside(path) as aside:
        doc.save(str(aside))


def add_table(doc: Any, table: Table, lang: Lang | None = None, number: int | None = None) -> Any:
    """A three-line table with its title above and its note below; headings repeat on every page it runs over."""
    title = one_line(table.title.say(lang))
    if number is not None:
        title = f"表{number}　{title}" if (lang or language()) == "zh" else f"Table {number}. {title}"
    caption = doc.add_paragraph(title, style="Caption")
    caption.paragraph_format.keep_with_next = True
    headings = [one_line(h) for h in table.headings(lang)]
    rows = [[one_line(cell) for cell in row] for row in table.rows(lang)]
    left = [is_text(c) for c in table.printed]
    points, shares = _fit(_widths(headings, rows, left), text_width(doc))
    grid = doc.add_table(rows=1 + len(rows), cols=len(headings))
    _three_lines(grid)
    _set_widths(grid, shares)
    for k, (line, cells) in enumerate(zip(grid.rows, [headings, *rows], strict=True)):
        _fill(line, cells, left, points, shares, together=k < _TOGETHER and k < len(rows))
    _head(grid.rows[0])
    for line in under(table, lang):
        note(doc, line, min(9.0, points))
    note(doc, "", points)
    return grid


def _widths(headings: list[str], rows: list[list[str]], left: list[bool]) -> list[tuple[int, int]]:
    """(least, wanted) display columns of each table column: figures never wrap, texts and headings may."""
    out = []
    for j, heading in enumerate(headings):
        longest = max((width(row[j]) for row in rows), default=0)
        head = max(min(width(heading), 8), max(map(width, heading.split()), default=0) if heading.isascii() else 0)
        least = min(longest, max(_NARROW, min(-(-longest // _LINES), _BROAD // 2))) if left[j] else longest
        out.append((max(head, least, 3) + 1, max(head, min(longest, _BROAD), (width(heading) + 1) // 2) + 1))
    return out


def _fit(sizes: list[tuple[int, int]], room: float) -> tuple[float, list[float]]:
    """The largest letters with which nothing is cut, and the widths of the columns in points.

    What the least widths leave of the page goes to the columns that want more, in proportion to what they lack.
    """
    points = next((p for p in _SIZES if sum(least * p / 2 + _PADDING for least, _ in sizes) <= room), _SIZES[-1])
    least = [a * points / 2 + _PADDING for a, _ in sizes]
    lacking = [max(0, b - a) * points / 2 for a, b in sizes]
    rest = room - sum(least)
    if rest <= 0:
        return points, [w * room / sum(least) for w in least]
    share = min(1.0, rest / sum(lacking)) if sum(lacking) else 0.0
    given = [a + b * share for a, b in zip(least, lacking, strict=True)]
    return points, [w * room / sum(given) for w in given]


def _set_widths(grid: Any, shares: list[float]) -> None:
    """Fix the widths of the columns and keep texts close to the borders of their cells."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    grid.autofit = False
    for column, share in zip(grid.columns, shares, strict=True):
        column.width = Pt(share)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(round(_PADDING * 10)))  # half the padding, in twentieths of a point
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    look = grid._tbl.tblPr.find(qn("w:tblLook"))
    grid._tbl.tblPr.insert(list(grid._tbl.tblPr).index(look), margins)


def _three_lines(grid: Any) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    borders = OxmlElement("w:tblBorders")
    for edge, size in (
        ("top", _THICK),
        ("left", ""),
        ("bottom", _THICK),
        ("right", ""),
        ("insideH", ""),
        ("insideV", ""),
    ):
        borders.append(_line(OxmlElement(f"w:{edge}"), size, qn))
    properties = grid._tbl.tblPr
    later = [e for e in properties if e.tag in {qn(f"w:{n}") for n in ("shd", "tblLayout", "tblCellMar", "tblLook")}]
    properties.insert(list(properties).index(later[0]) if later else len(properties), borders)


def _line(edge: Any, size: str, qn: Any) -> Any:
    edge.set(qn("w:val"), "single" if size else "nil")
    if size:
        for name, value in (("w:sz", size), ("w:space", "0"), ("w:color", "000000")):
            edge.set(qn(name), value)
    return edge


def _head(row: Any) -> None:
    """The heading row: a thick line above, a thin one below, repeated when the table runs over a page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    repeat = OxmlElement("w:tblHeader")
    row._tr.get_or_add_trPr().append(repeat)
    for cell in row.cells:
        borders = OxmlElement("w:tcBorders")
        borders.append(_line(OxmlElement("w:top"), _THICK, qn))
        borders.append(_line(OxmlElement("w:bottom"), _THIN, qn))
        cell._tc.get_or_add_tcPr().append(borders)


def _fill(
    row: Any, cells: list[str], left: list[bool], points: float, shares: list[float], together: bool = False
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.oxml import OxmlElement
    from docx.shared import Pt

    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, text, from_left, share in zip(row.cells, cells, left, shares, strict=True):
        cell.width = Pt(share)
        line = cell.paragraphs[0]
        line.alignment = WD_ALIGN_PARAGRAPH.LEFT if from_left else WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.keep_with_next = together or None
        line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(1.5)
        style_run(line.add_run(text), "宋体", points)


def note(doc: Any, text: str, points: float) -> Any:
    """A small line under a table or a figure."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.shared import Pt

    line = doc.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.LEFT
    line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    line.paragraph_format.space_after = Pt(2)
    style_run(line.add_run(clean(text)), "宋体", points)
    return line


def style_run(run: Any, east: str, points: float) -> None:
    """Name the fonts of one run for both scripts."""
    style_font(run, east, points)
