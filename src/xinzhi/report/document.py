"""The report as a Word document: the same sections, numbered as officials number them, figures as pictures."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from xinzhi.base.export.cells import one_line
from xinzhi.base.export.docx_page import document, paragraph, text_width
from xinzhi.base.export.word import add_table, note, save
from xinzhi.base.text import Lang, Text
from xinzhi.report.numbering import Numbers, heading, number
from xinzhi.report.pictures import Pictures
from xinzhi.report.section import Block, Cards, Exhibit, Facts, Figure, Front, Paragraph, Points, Report, Row, Section

_READ, _SOURCE = Text("注：怎么读——", "How to read: "), Text("资料来源：", "Source: ")
_ELSEWHERE = Text(
    "{label}　{title}：共 {n} 行，见 tables.xlsx「{id}」。",
    "{label}. {title}: {n} rows, see tables.xlsx, sheet “{id}”.",
)
_TALLEST = 470.0  # points of a page that a figure may take
_COLON = Text("：", ": ")


def write(path: Path, report: Report, pictures: Pictures, lang: Lang) -> Path:
    """Write the document; the file appears only when it is whole."""
    doc = document(lang)
    doc.core_properties.title = one_line(report.title.say(lang))[:255]
    doc.add_paragraph(one_line(report.title.say(lang)), style="Title")
    writer = _Document(doc, number(report), pictures, lang)
    for text in (report.facts, report.about):
        if text.say(lang):
            paragraph(doc, text.say(lang))
    for section in report.sections:
        writer.section(section, 1)
    save(doc, path)
    return path


class _Document:
    """Writes blocks into a Word document in one language."""

    def __init__(self, doc: Any, numbers: Numbers, pictures: Pictures, lang: Lang) -> None:
        self.doc, self.numbers, self.pictures, self.lang = doc, numbers, pictures, lang

    def section(self, section: Section, level: int) -> None:
        self.doc.add_paragraph(one_line(heading(self.numbers, section, self.lang)), style=f"Heading {min(level, 3)}")
        for block in section.blocks:
            self.block(block)
        for part in section.parts:
            self.section(part, level + 1)

    def block(self, block: Block) -> None:
        if isinstance(block, Paragraph):
            gap = "" if self.lang == "zh" else " "
            made = paragraph(self.doc, gap.join(s.say(self.lang) for s in block.sentences))
            for run in made.runs if block.strong else ():
                run.font.bold = True
        elif isinstance(block, Points):
            for item in block.items:
                note(self.doc, f"• {item.say(self.lang)}", 10.5)
            note(self.doc, "", 9.0)
        elif isinstance(block, Figure):
            self.figure(block)
        elif isinstance(block, Row):
            for figure in block.figures:
                self.figure(figure)
        elif isinstance(block, Exhibit):
            self.exhibit(block)
        elif isinstance(block, Front):
            for answer in block.answers:
                said = _COLON.say(self.lang).join((answer.question.say(self.lang), answer.headline.say(self.lang)))
                stop = "。" if self.lang == "zh" else ". "
                paragraph(self.doc, f"{said}{stop}{answer.sentence.say(self.lang)}")
            for figure in block.figures:
                self.figure(figure)
        elif isinstance(block, Cards):
            self.exhibit(block.exhibit)
        else:
            self.facts(block)

    def figure(self, figure: Figure) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
        from docx.shared import Pt

        wide, high = self.pictures.size(figure)
        room, tall = text_width(self.doc), _TALLEST
        scale = min(room / wide, tall / high)
        holder = self.doc.add_paragraph()
        holder.alignment = WD_ALIGN_PARAGRAPH.CENTER
        holder.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        holder.paragraph_format.keep_with_next = True
        shape = holder.add_run().add_picture(BytesIO(self.pictures.png(figure)), width=Pt(wide * scale))
        described = figure.title.say(self.lang)
        shape._inline.docPr.set("descr", one_line(described))
        label = self.numbers.of(figure).say(self.lang)
        gap = "　" if self.lang == "zh" else ". "
        caption = self.doc.add_paragraph(one_line(f"{label}{gap}{described}"), style="Caption")
        caption.paragraph_format.keep_with_next = True
        source = f" {_SOURCE.say(self.lang)}{figure.source.say(self.lang)}" if figure.source.say(self.lang) else ""
        note(self.doc, f"{_READ.say(self.lang)}{figure.read.say(self.lang)}{source}", 9.0)
        note(self.doc, "", 9.0)

    def exhibit(self, exhibit: Exhibit) -> None:
        if not exhibit.shown:
            said = _ELSEWHERE.fill(
                label=self.numbers.of(exhibit), title=exhibit.table.title, n=len(exhibit.table.frame), id=exhibit.id
            )
            note(self.doc, said.say(self.lang), 9.0)
            return
        table = exhibit.cut(exhibit.shown)
        label = self.numbers.of(exhibit).say(self.lang)
        gap = "　" if self.lang == "zh" else ". "
        title = f"{label}{gap}{table.title.say(self.lang)}"
        add_table(self.doc, replace(table, title=Text(title, title)), self.lang)

    def facts(self, facts: Facts) -> None:
        for label, content in facts.rows:
            made = note(self.doc, f"{label.say(self.lang)}{_COLON.say(self.lang)}{content.say(self.lang)}", 10.5)
            made.paragraph_format.space_after = 25400
        note(self.doc, "", 9.0)
