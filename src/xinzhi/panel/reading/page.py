"""Tables of a web page: statistics sites give them the suffix of a workbook."""

from __future__ import annotations

from html.parser import HTMLParser


class _Tables(HTMLParser):
    """Collects the cells of each table; a cell that spans columns is followed by empty ones."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[list[list[str | None]]] = []
        self.cell: list[str] | None = None
        self.width = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.found.append([])
        elif tag == "tr" and self.found:
            self.found[-1].append([])
        elif tag in ("td", "th") and self.found and self.found[-1]:
            self.close_cell()
            self.cell = []
            span = dict(attrs).get("colspan") or "1"
            self.width = int(span) if span.isdigit() else 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self.close_cell()

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)

    def close_cell(self) -> None:
        if self.cell is not None:
            self.found[-1][-1] += ["".join(self.cell).strip(), *[None] * (self.width - 1)]
            self.cell = None


def tables(text: str) -> list[list[list[str | None]]]:
    """Every table of a page as rows of cells."""
    parser = _Tables()
    parser.feed(text)
    parser.close()
    return [t for t in parser.found if t]
