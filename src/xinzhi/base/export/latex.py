"""Tables in LaTeX: booktabs, title above, note below; every character that means something to TeX is escaped.

Needs `\\usepackage{booktabs}`, and for Chinese XeLaTeX or LuaLaTeX with `ctex`.
"""

from __future__ import annotations

from xinzhi.base.export.cells import is_text, one_line
from xinzhi.base.export.text import under
from xinzhi.base.table import Table
from xinzhi.base.text import Lang

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    '"': r"\textquotedbl{}",
    "|": r"\textbar{}",
    "`": r"\textasciigrave{}",
    "'": r"\textquotesingle{}",
    "[": "{[}",
    "]": "{]}",
    "−": "--",
    "-": "-{}",
}


def escape(text: str) -> str:
    """`text` as TeX shows it literally; brackets are wrapped so that none is read as an option of `\\\\`."""
    return "".join(_SPECIAL.get(c, c) for c in one_line(text))


def render(table: Table, lang: Lang | None = None) -> str:
    """A `table` environment."""
    shape = "".join("l" if is_text(c) else "r" for c in table.printed)
    lines = [
        r"\begin{table}[htbp]",
        r"\centering",
        rf"\caption{{{escape(table.title.say(lang))}}}",
        rf"\begin{{tabular}}{{{shape}}}",
        r"\toprule",
        _row(table.headings(lang)),
        r"\midrule",
        *(_row(row) for row in table.rows(lang)),
        r"\bottomrule",
        r"\end{tabular}",
    ]
    lines += [rf"\par\smallskip{{\footnotesize {escape(line)}}}" for line in under(table, lang)]
    return "\n".join([*lines, r"\end{table}", ""])


def _row(cells: list[str]) -> str:
    return " & ".join(escape(c) for c in cells) + r" \\"
