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

_SIZES = (10.5, 9.0, 7.5, 6.5)  # 五号, 小五, 六号, 小六: the largest that fits is taken
_PADDING = 11.0  # points a cell takes beside its text
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
    sizes = _widths(headings, rows)
    points = _size(sizes, text_width(doc))
    grid = doc.add_table(rows=1 + len(rows), cols=len(headings))
    _three_lines(grid)
    shares = _share_page(grid, sizes, points, text_width(doc))
    left = [is_text(c) for c in table.printed]
    for line, cells in zip(grid.rows, [headings, *rows], strict=True):
        _fill(line, cells, left, points, shares)
    _head(grid.rows[0])
    for line in under(table, lang):
        note(doc, line, min(9.0, points))
    note(doc, "", points)
    return grid


def _widths(headings: list[str], rows: list[list[str]]) -> list[int]:
    """Display columns each table column wants: its longest cell, and half its heading, which may wrap once."""
    return [
        max([4, (width(h) + 1) // 2, *(min(width(r[j]), 44) for r in rows), min(width(h), 8)])
        for j, h in enumerate(headings)
    ]


def _size(sizes: list[int], room: float) -> float:
    return next((p for p in _SIZES if sum(s * p / 2 + _PADDING for s in sizes) <= room), _SIZES[-1])


def _share_page(grid: Any, sizes: list[int], points: float, room: float) -> list[float]:
    """Share the page among the columns in proportion to what they hold; their widths in points."""
    from docx.shared import Pt

    wanted = [s * points / 2 + _PADDING for s in sizes]
    shares = [want * room / sum(wanted) for want in wanted]
    grid.autofit = False
    for column, share in zip(grid.columns, shares, strict=True):
        column.width = Pt(share)
    return shares


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


def _fill(row: Any, cells: list[str], left: list[bool], points: float, shares: list[float]) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.oxml import OxmlElement
    from docx.shared import Pt

    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, text, from_left, share in zip(row.cells, cells, left, shares, strict=True):
        cell.width = Pt(share)
        line = cell.paragraphs[0]
        line.alignment = WD_ALIGN_PARAGRAPH.LEFT if from_left else WD_ALIGN_PARAGRAPH.CENTER
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
