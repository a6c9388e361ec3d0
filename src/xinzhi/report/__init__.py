"""The report on a finished study: one page, a Word document, a workbook, figures, results and the recipe."""

from xinzhi.report.compose import compose
from xinzhi.report.write import write

__all__ = ["compose", "write"]
