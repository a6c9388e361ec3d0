"""A Word document as its readers expect it: official habits in Chinese, a plain page in English.

Chinese: A4 with margins of 37, 35, 28 and 26 mm, title 方正小标宋 22 pt, body 仿宋 16 pt on an exact pitch, headings
一、黑体 （一）楷体 1. 仿宋, Times New Roman for digits (the habits of GB/T 9704-2012, without its red head). Fonts are
named through `w:eastAsia`; the template's theme fonts and the border under its title are removed.
"""

from __future__ import annotations

from typing import Any

from xinzhi.base.export.cells import clean
from xinzhi.base.text import Lang, language

LATIN = "Times New Roman"
_MARGINS = {"zh": (37, 35, 28, 26), "en": (25, 25, 27, 27)}  # top, bottom, left, right in mm
_FONTS = {  # style → (East-Asian font, points in Chinese, points in English, bold in English)
    "Normal": ("仿宋_GB2312", 16, 11, False),
    "Title": ("方正小标宋简体", 22, 20, True),
    "Heading 1": ("黑体", 16, 15, True),
    "Heading 2": ("楷体_GB2312", 16, 13, True),
    "Heading 3": ("仿宋_GB2312", 16, 11, True),
    "Caption": ("黑体", 12, 10, True),
}
_PITCH = 28.95  # points: 22 lines fit the page, which 29 does not


def document(lang: Lang | None = None) -> Any:
    """An empty document with page, styles and page numbers set for `lang`."""
    from docx import Document
    from docx.shared import Mm

    spoken = lang or language()
    doc = Document()
    page = doc.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    top, bottom, left, right = _MARGINS[spoken]
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = map(Mm, (top, bottom, left, right))
    for name, (east, zh, en, bold) in _FONTS.items():
        style_font(doc.styles[name], east, zh if spoken == "zh" else en, bold and spoken == "en")
    _spacing(doc, spoken)
    _language(doc, spoken)
    _plain_title(doc.styles["Title"])
    _page_numbers(doc, spoken)
    return doc


def style_font(style: Any, east: str, points: float, bold: bool = False) -> None:
    """Name the fonts of a style for both scripts, in black, with the theme's choices taken away."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size, style.font.bold, style.font.italic = LATIN, Pt(points), bold, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        if "Theme" in name or "theme" in name:
            del fonts.attrib[name]
    for slot, font in (("w:ascii", LATIN), ("w:hAnsi", LATIN), ("w:cs", LATIN), ("w:eastAsia", east)):
        fonts.set(qn(slot), font)


def paragraph(doc: Any, text: str, style: str = "Normal", indent: bool = True) -> Any:
    """A paragraph of body text; in Chinese its first line is indented by two characters."""
    made = doc.add_paragraph(clean(text), style=style)
    if indent and style == "Normal" and doc.styles["Normal"].font.size.pt == _FONTS["Normal"][1]:
        indent_first(made, doc.styles["Normal"].font.size.pt)
    return made


def indent_first(made: Any, points: float) -> None:
    """Indent the first line by two characters, in characters for Word and in points for the rest."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    made.paragraph_format.first_line_indent = Pt(2 * points)
    made.paragraph_format.element.get_or_add_pPr().find(qn("w:ind")).set(qn("w:firstLineChars"), "200")


def text_width(doc: Any) -> float:
    """Width between the margins, in points."""
    page = doc.sections[0]
    return float((page.page_width - page.left_margin - page.right_margin) / 12700)


def _spacing(doc: Any, lang: Lang) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.shared import Pt

    for name in _FONTS:
        style = doc.styles[name].paragraph_format
        style.space_before = style.space_after = Pt(0)
        if lang == "zh" and name not in ("Title", "Caption"):
            style.line_spacing_rule, style.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(_PITCH)
        if lang == "en":
            style.line_spacing, style.space_after = 1.15, Pt(6)
        if name.startswith("Heading"):
            style.keep_with_next = True
            style.space_before = Pt(0 if lang == "zh" else 10)
            if lang == "zh":
                style.first_line_indent = Pt(32)
        if name in ("Title", "Caption"):
            style.alignment = WD_ALIGN_PARAGRAPH.CENTER
    doc.styles["Title"].paragraph_format.space_after = Pt(20)
    if lang == "zh":
        _tighten(doc.styles["Normal"])
    doc.styles["Normal"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY if lang == "zh" else None


def _tighten(style: Any) -> None:
    """Take a quarter of a point off every character, so that 28 of them fill the 156 mm between the margins."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), "-5")
    properties = style.element.get_or_add_rPr()
    size = properties.find(qn("w:sz"))
    properties.insert(list(properties).index(size), spacing)


def _language(doc: Any, lang: Lang) -> None:
    """Proofing language of the document, and no theme fonts in its defaults."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    styles = doc.styles.element
    for fonts in styles.iter(qn("w:rFonts")):
        for name in [n for n in fonts.attrib if "heme" in n]:
            del fonts.attrib[name]
    defaults = styles.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in defaults.findall(qn("w:lang")):
        defaults.remove(old)
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), "en-US")
    spoken.set(qn("w:eastAsia"), "zh-CN")
    defaults.append(spoken)
    doc.core_properties.language = "zh-CN" if lang == "zh" else "en-US"
    doc.core_properties.author = doc.core_properties.comments = ""


def _plain_title(style: Any) -> None:
    from docx.oxml.ns import qn

    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)
    for odd in ("w:spacing", "w:kern"):
        for found in style.element.get_or_add_rPr().findall(qn(odd)):
            style.element.get_or_add_rPr().remove(found)


def _page_numbers(doc: Any, lang: Lang) -> None:
    """— 1 — at the outer edge in Chinese, odd pages right and even pages left; centred in English."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    page = doc.sections[0]
    if lang == "en":
        _number(page.footer, WD_ALIGN_PARAGRAPH.CENTER, "", "", 9)
        return
    doc.settings.odd_and_even_pages_header_footer = True
    _number(page.footer, WD_ALIGN_PARAGRAPH.RIGHT, "— ", " —", 14)
    _number(page.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT, "— ", " —", 14)


def _number(footer: Any, side: Any, before: str, after: str, points: float) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    line = footer.paragraphs[0]
    line.alignment = side
    for content in (before, None, after):
        run = line.add_run(content or "")
        run.font.size, run.font.name = Pt(points), LATIN
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
        if content is None:
            field = OxmlElement("w:fldSimple")
            field.set(qn("w:instr"), "PAGE")
            line._element.remove(run._element)
            field.append(run._element)
            run.text = "1"
            line._element.append(field)
