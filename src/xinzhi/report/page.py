"""The report as one page: no script, no network, everything inside, everything escaped."""

from __future__ import annotations

from importlib.resources import files

from xinzhi.base.export.html import escape
from xinzhi.base.text import Lang, Text
from xinzhi.report.numbering import Numbers, heading, number
from xinzhi.report.page_table import table as table_html
from xinzhi.report.pictures import Pictures
from xinzhi.report.section import (
    Answer,
    Block,
    Card,
    Cards,
    Exhibit,
    Facts,
    Figure,
    Front,
    Paragraph,
    Points,
    Report,
    Row,
    Section,
)

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:"
_CONTENTS, _TABLE = Text("目录", "Contents"), Text("看数据表", "View as a table")
_ALL_ROWS = Text("展开（{n} 行）", "open ({n} rows)")
_READ, _SOURCE = Text("怎么读：", "How to read: "), Text("资料来源：", "Source: ")
_MADE = Text(
    "由 Xinzhi 新质生成；全部结论由数据计算得出。", "Made by Xinzhi 新质; every sentence is computed from the figures."
)
_MOST_ROWS = 400  # what a page can carry of one table; the workbook has them all
_SKIP = Text("跳到正文", "Skip to the report")


def page(report: Report, pictures: Pictures, lang: Lang) -> str:
    """The whole HTML document."""
    numbers = number(report)
    body = _Page(numbers, pictures, lang).document(report)
    from xinzhi.chart import font_css

    title = escape(report.title.say(lang))
    style = files("xinzhi.report").joinpath("page.css").read_text("utf-8")
    return (
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
        f"<style>{font_css(body + title)}\n{style}</style></head><body>{body}</body></html>\n"
    )


class _Page:
    """Writes blocks as HTML in one language."""

    def __init__(self, numbers: Numbers, pictures: Pictures, lang: Lang) -> None:
        self.numbers, self.pictures, self.lang = numbers, pictures, lang

    def say(self, text: Text) -> str:
        return escape(text.say(self.lang))

    def document(self, report: Report) -> str:
        contents = "".join(self.entry(s) for s in report.sections)
        sections = "".join(self.section(s, 2) for s in report.sections)
        about = f"<p>{self.say(report.about)}</p>" if report.about.say(self.lang) else ""
        return (
            f'<a class="skip" href="#report">{self.say(_SKIP)}</a><header><h1>{self.say(report.title)}</h1>'
            f'<p class="facts">{self.say(report.facts)}</p>{about}</header>'
            f'<nav aria-label="{self.say(_CONTENTS)}"><strong>{self.say(_CONTENTS)}</strong><ol>{contents}</ol></nav>'
            f'<main id="report">{sections}</main><footer>{self.say(_MADE)}</footer>'
        )

    def entry(self, section: Section) -> str:
        return f'<li><a href="#{section.id}">{escape(heading(self.numbers, section, self.lang))}</a></li>'

    def section(self, section: Section, level: int) -> str:
        blocks = "".join(self.block(b) for b in section.blocks)
        parts = "".join(self.section(p, level + 1) for p in section.parts)
        title = escape(heading(self.numbers, section, self.lang))
        return (
            f'<section id="{section.id}" aria-labelledby="{section.id}-h"><h{level} id="{section.id}-h">{title}</h{level}>'
            f"{blocks}{parts}</section>"
        )

    def block(self, block: Block) -> str:
        if isinstance(block, Paragraph):
            gap = "" if self.lang == "zh" else " "
            kind = ' class="strong"' if block.strong else ""
            return f"<p{kind}>{gap.join(self.say(s) for s in block.sentences)}</p>"
        if isinstance(block, Points):
            return f"<ul>{''.join(f'<li>{self.say(item)}</li>' for item in block.items)}</ul>"
        if isinstance(block, Figure):
            return self.figure(block)
        if isinstance(block, Row):
            return self.row(block.figures)
        if isinstance(block, Exhibit):
            return self.exhibit(block)
        if isinstance(block, Front):
            answers = "".join(self.answer(a) for a in block.answers)
            return f'<div class="answers">{answers}</div>{self.row(block.figures)}'
        if isinstance(block, Cards):
            cards = "".join(self.card(c) for c in block.cards)
            return (
                f'<p class="read">{self.say(_READ)}{self.say(block.read)}</p><div class="cards">{cards}</div>'
                + self.exhibit(block.exhibit)
            )
        return self.facts(block)

    def answer(self, answer: Answer) -> str:
        return (
            f'<div class="answer"><h3>{self.say(answer.question)}</h3><p class="headline">{self.say(answer.headline)}</p>'
            f"<p>{self.say(answer.sentence)}</p></div>"
        )

    def row(self, figures: tuple[Figure, ...]) -> str:
        return f'<div class="pair">{"".join(self.figure(f) for f in figures)}</div>'

    def figure(self, figure: Figure) -> str:
        label, title = self.say(self.numbers.of(figure)), self.say(figure.title)
        source = f" {self.say(_SOURCE)}{self.say(figure.source)}" if figure.source.say(self.lang) else ""
        rows = Exhibit(figure.id, figure.table).cut(_MOST_ROWS)
        behind = f"<details><summary>{self.say(_TABLE)}</summary>{table_html(rows, self.lang)}</details>"
        return (
            f'<figure id="figure-{figure.id}"><figcaption>{label}　{title}</figcaption>'
            f'<div class="picture">{self.pictures.inline(figure)}</div>'
            f'<p class="read">{self.say(_READ)}{self.say(figure.read)}{source}</p>{behind}</figure>'
        )

    def exhibit(self, exhibit: Exhibit) -> str:
        shown = table_html(exhibit.cut(_MOST_ROWS), self.lang, self.numbers.of(exhibit).say(self.lang))
        if not exhibit.long:
            return f'<div class="table" id="table-{exhibit.id}">{shown}</div>'
        count = len(exhibit.table.frame)
        label = f"{self.numbers.of(exhibit).say(self.lang)}　{exhibit.table.title.say(self.lang)}"
        more = _ALL_ROWS.fill(n=count).say(self.lang)
        return f'<details class="table" id="table-{exhibit.id}"><summary>{escape(label)} · {escape(more)}</summary>{shown}</details>'

    def card(self, card: Card) -> str:
        tag = f'<span class="tag">{self.say(card.tag)}</span>' if card.tag.say(self.lang) else ""
        facts = "".join(
            f"<div><dt>{self.say(f.label)}</dt><dd>{self.say(f.value)}<small>{self.say(f.under)}</small></dd></div>"
            for f in card.facts
        )
        pictures = "".join(
            f'<div class="spark-label">{self.say(t)}</div>{draw(self.lang)}' for t, draw in card.pictures
        )
        lines = "".join(f"<p>{self.say(line)}</p>" for line in card.lines)
        return f'<article class="card"><h4>{self.say(card.title)}{tag}</h4><dl>{facts}</dl>{pictures}{lines}</article>'

    def facts(self, facts: Facts) -> str:
        around = ("<pre><code>", "</code></pre>") if facts.code else ("", "")
        rows = "".join(f"<dt>{self.say(k)}</dt><dd>{around[0]}{self.say(v)}{around[1]}</dd>" for k, v in facts.rows)
        return f'<dl class="lines">{rows}</dl>'
