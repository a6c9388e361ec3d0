"""Numbers of sections, figures and tables, the same on the page and in Word."""

from __future__ import annotations

from dataclasses import dataclass

from xinzhi.base.text import Lang, Text
from xinzhi.report.section import Cards, Exhibit, Figure, Report, Section, figures_of

_DIGITS = "〇一二三四五六七八九十"


def chinese(number: int) -> str:
    """1–99 in Chinese: 一，十，十二，二十三."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones or not tens else "")


@dataclass(frozen=True)
class Numbers:
    """Labels by the identity of what they name: `图 3`, `Table 2`, `（一）`."""

    labels: dict[int, Text]

    def of(self, item: Section | Figure | Exhibit) -> Text:
        """The label of one section, figure or table."""
        return self.labels.get(id(item), Text("", ""))


def number(report: Report) -> Numbers:
    """Number everything in order of reading; tables behind figures carry the number of their figure."""
    labels: dict[int, Text] = {}
    figures = tables = 0
    for place, section in enumerate(report.sections, start=1):
        labels[id(section)] = Text(f"{chinese(place)}、", f"{place}")
        for inner, part in enumerate(section.parts, start=1):
            labels[id(part)] = Text(f"（{chinese(inner)}）", f"{place}.{inner}")
            for leaf, small in enumerate(part.parts, start=1):
                labels[id(small)] = Text(f"{leaf}.", f"{place}.{inner}.{leaf}")
    for block in report.blocks():
        for figure in figures_of(block):
            figures += 1
            labels[id(figure)] = Text(f"图 {figures}", f"Figure {figures}")
        exhibit = block.exhibit if isinstance(block, Cards) else block
        if isinstance(exhibit, Exhibit):
            tables += 1
            labels[id(exhibit)] = Text(f"表 {tables}", f"Table {tables}")
    return Numbers(labels)


def heading(numbers: Numbers, section: Section, lang: Lang) -> str:
    """Number and title of a section."""
    label = numbers.of(section).say(lang)
    gap = "" if lang == "zh" and not label.endswith(".") else " "
    return f"{label}{gap}{section.title.say(lang)}" if label else section.title.say(lang)
