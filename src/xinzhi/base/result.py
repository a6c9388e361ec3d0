"""What every method gives back: a tidy frame, a summary, a figure, a recipe, and ways to take them away."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xinzhi.base.errors import UsageError
from xinzhi.base.recipe import Recipe
from xinzhi.base.table import Table
from xinzhi.base.text import Lang, Text

if TYPE_CHECKING:
    import pandas as pd


class Result:
    """The mixin of all results; each result is a frozen dataclass with at least `frame` and `recipe`.

    A result describes itself by `tables()` (the first one is the main one) and `summary()`; the mixin does the rest.
    """

    frame: pd.DataFrame
    recipe: Recipe

    def tables(self) -> dict[str, Table]:
        """Named tables of this result, the main one first; names are short ASCII words that become sheet names."""
        raise UsageError(f"{type(self).__name__} 没有表格", f"{type(self).__name__} has no table", code="020")

    def summary(self, lang: Lang | None = None) -> str:
        """What was found, in a few sentences made from the numbers alone."""
        raise UsageError(f"{type(self).__name__} 没有摘要", f"{type(self).__name__} has no summary", code="021")

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """The main figure as an ECharts option; `xinzhi.chart.svg` and `.png` draw it."""
        raise UsageError(f"{type(self).__name__} 没有图形", f"{type(self).__name__} has no figure", code="022")

    def map(self, lang: Lang | None = None) -> dict[str, Any] | None:
        """The main map as an ECharts option; None for a result without one, or where the places have no boundaries."""
        return None

    def reads(self) -> Mapping[str, Text]:
        """How to read the `figure` and the `map`, a sentence each, where their table does not say it."""
        return {}

    @property
    def table(self) -> Table:
        """The main table."""
        return next(iter(self.tables().values()))

    def to_csv(self, path: str | Path, lang: Lang | None = None) -> Path:
        """The main table in full precision, UTF-8 with a byte-order mark so that Excel reads Chinese."""
        from xinzhi.base.export import csv

        return csv.write(path, self.table, lang)

    def to_excel(self, path: str | Path, lang: Lang | None = None) -> Path:
        """Every table on a sheet of its own, full precision, with a sheet that tells how it was made."""
        from xinzhi.base.export import excel

        return excel.write(path, self.tables(), self.recipe, lang)

    def to_word(self, path: str | Path, lang: Lang | None = None) -> Path:
        """Every table as a three-line table, title above and note below."""
        from xinzhi.base.export import word

        return word.write(path, self.tables(), self.recipe, lang)

    def to_latex(self, lang: Lang | None = None) -> str:
        """The main table as a booktabs table."""
        from xinzhi.base.export import latex

        return latex.render(self.table, lang)

    def to_html(self, lang: Lang | None = None) -> str:
        """The main table as an HTML fragment, every text escaped."""
        from xinzhi.base.export import html

        return html.render(self.table, lang, self.recipe)

    def to_text(self, lang: Lang | None = None) -> str:
        """The main table in plain text, columns aligned by display width."""
        from xinzhi.base.export import text

        return text.render(self.table, lang)

    def _repr_html_(self) -> str:
        return self.to_html()
