"""The figures of a report drawn once: for the page, for Word, and as files."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xinzhi.base.files import write_bytes, write_text
from xinzhi.base.text import Lang
from xinzhi.report.section import Figure


@dataclass
class Pictures:
    """Drawings by figure id, in one language; each is drawn when it is first asked for and then kept."""

    lang: Lang
    options: dict[str, dict[str, Any]] = field(default_factory=dict)
    drawn: dict[str, str] = field(default_factory=dict)
    painted: dict[str, bytes] = field(default_factory=dict)

    def option(self, figure: Figure) -> dict[str, Any]:
        """The figure as an ECharts option."""
        if figure.id not in self.options:
            self.options[figure.id] = figure.draw(self.lang)
        return self.options[figure.id]

    def size(self, figure: Figure) -> tuple[int, int]:
        """Width and height for which the figure was laid out, in pixels."""
        from xinzhi.chart.engine import size

        return size(self.option(figure))

    def svg(self, figure: Figure) -> str:
        """The figure as SVG text."""
        if figure.id not in self.drawn:
            from xinzhi.chart import svg

            self.drawn[figure.id] = svg(self.option(figure), lang=self.lang)
        return self.drawn[figure.id]

    def png(self, figure: Figure) -> bytes:
        """The figure as PNG, twice the pixels of its layout."""
        if figure.id not in self.painted:
            from xinzhi.chart.engine import rasterise

            self.painted[figure.id] = rasterise(self.svg(figure))
        return self.painted[figure.id]

    def inline(self, figure: Figure) -> str:
        """The SVG with identifiers of its own, so that even two equal charts can stand on one page."""
        drawn = re.sub(r"<\?xml[^>]*\?>", "", self.svg(figure))
        prefix = re.search(r'\bid="(\w+-)', drawn)
        return drawn.replace(prefix[1], f"{figure.id}-svg-") if prefix else drawn

    def save(self, figure: Figure, folder: Path, suffix: str = "") -> list[Path]:
        """Write `figures/<id>.svg` and `.png`."""
        name = f"{figure.id}{suffix}"
        return [
            write_text(folder / f"{name}.svg", self.svg(figure)),
            write_bytes(folder / f"{name}.png", self.png(figure)),
        ]
