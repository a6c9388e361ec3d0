"""What a report is made of: sections of blocks, the same for the page, the Word document and the workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from xinzhi.base.table import Table
from xinzhi.base.text import Lang, Text

_FIRST = Text(
    "共 {n} 行，此处列前 {k} 行，全表见 tables.xlsx「{id}」。",
    "The first {k} of {n} rows; all are in tables.xlsx, sheet “{id}”.",
)
NOTHING = Text("", "")
FRONT, CHANGE, LAYERS, GROUPS, PROFILES, OTHER, ROBUST, METHODS, DATA, RECIPE = range(0, 100, 10)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph: sentences in order, made from the numbers alone."""

    sentences: tuple[Text, ...]
    strong: bool = False


@dataclass(frozen=True)
class Points:
    """A list of sentences that stand by themselves."""

    items: tuple[Text, ...]


@dataclass(frozen=True)
class Figure:
    """A figure.

    id      file name without ending, ASCII
    title   what it shows, with years
    draw    gives the ECharts option in a language, laid out by `xinzhi.chart`
    read    how to read it, in one sentence
    table   the figures behind it, for those who cannot see it or want the numbers
    source  where the figures come from
    twin    whether the same table stands in the text as well, so that the workbook need not repeat it
    """

    id: str
    title: Text
    draw: Callable[[Lang], dict[str, Any]]
    read: Text
    table: Table
    source: Text = NOTHING
    twin: bool = False


@dataclass(frozen=True)
class Row:
    """Figures that stand side by side where the page is wide enough."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Exhibit:
    """A table in the text.

    id     sheet name in the workbook, ASCII
    table  its note says how to read it
    shown  rows that Word prints, 0 for a table that is left to page and workbook; the page holds them all, folded
           away when there are more than these
    """

    id: str
    table: Table
    shown: int = 40

    @property
    def long(self) -> bool:
        """Whether there are more rows than print."""
        return len(self.table.frame) > self.shown

    def cut(self, rows: int) -> Table:
        """The first `rows` rows, with a note that says where the others are; the whole table where it is not longer."""
        count = len(self.table.frame)
        if count <= rows:
            return self.table
        said, note = _FIRST.fill(n=count, k=rows, id=self.id), self.table.note
        return replace(self.table.head(rows), note=Text(f"{note.zh}{said.zh}", f"{note.en} {said.en}".strip()))


@dataclass(frozen=True)
class Answer:
    """One of the questions that the first screen answers: the question, a few words, one sentence."""

    question: Text
    headline: Text
    sentence: Text


@dataclass(frozen=True)
class Front:
    """The first screen: answers, and the figures that stand side by side under them."""

    answers: tuple[Answer, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Fact:
    """A label, its value, and what stands small under it."""

    label: Text
    value: Text
    under: Text


@dataclass(frozen=True)
class Card:
    """A compact profile of one region.

    title, tag  its name and the group it belongs to
    facts       two or three
    pictures    (what it shows, the function of the language that draws it with `xinzhi.report.spark`)
    lines       sentences
    """

    title: Text
    tag: Text
    facts: tuple[Fact, ...]
    pictures: tuple[tuple[Text, Callable[[Lang], str]], ...]
    lines: tuple[Text, ...]


@dataclass(frozen=True)
class Cards:
    """Compact profiles side by side; `table` says the same for Word and the workbook."""

    cards: tuple[Card, ...]
    read: Text
    exhibit: Exhibit


@dataclass(frozen=True)
class Facts:
    """Labelled lines: a recipe, a list of choices. `code` marks lines to be typed."""

    rows: tuple[tuple[Text, Text], ...]
    code: bool = False


Block = Paragraph | Points | Figure | Row | Exhibit | Front | Cards | Facts


def figures_of(block: Block) -> tuple[Figure, ...]:
    """The figures that a block holds."""
    if isinstance(block, Front | Row):
        return block.figures
    return (block,) if isinstance(block, Figure) else ()


@dataclass(frozen=True)
class Section:
    """A section: title, blocks in order, sections inside it.

    order  its place in the report, one of FRONT … RECIPE; equal ones stay in the order of the steps
    """

    id: str
    title: Text
    blocks: tuple[Block, ...] = ()
    parts: tuple[Section, ...] = ()
    order: int = OTHER

    def walk(self) -> Iterator[Section]:
        """This section and all inside it, in order of reading."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True)
class Report:
    """A composed report.

    title, about  what is asked
    facts         regions, years, data, in one line
    sections      in order of reading
    """

    title: Text
    about: Text
    facts: Text
    sections: tuple[Section, ...] = field(default=())

    def blocks(self) -> Iterator[Block]:
        """Every block in order of reading."""
        for section in self.sections:
            for each in section.walk():
                yield from each.blocks

    def figures(self) -> Iterator[Figure]:
        """Every figure in order of reading."""
        for block in self.blocks():
            yield from figures_of(block)

    def exhibits(self) -> Iterator[Exhibit]:
        """Every table in order of reading, those behind figures included."""
        for block in self.blocks():
            if isinstance(block, Exhibit):
                yield block
            elif isinstance(block, Cards):
                yield block.exhibit
            for figure in figures_of(block):
                if not figure.twin:
                    yield Exhibit(figure.id, figure.table)
