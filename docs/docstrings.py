"""Docstrings as the house writes them, turned into reStructuredText.

A paragraph is prose, or a list of aligned lines `name  meaning`, whose meaning may itself list `choice  meaning`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sphinx.application import Sphinx

_ENTRY = re.compile(r"(\S(?:.{0,58}?\S)?)\s{2,}(\S.*)")


def process(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """The event `autodoc-process-docstring`: rewrite `lines` in place."""
    paragraphs = [list(block) for full, block in groupby(lines, lambda line: bool(line.strip())) if full]
    lines[:] = [line for block in paragraphs for line in (*_paragraph(block), "")]


def _paragraph(block: list[str]) -> Iterator[str]:
    if any(line.lstrip().startswith(("├", "└")) for line in block):
        yield from ("::", "", *(f"    {line}" for line in block))
    elif any(_ENTRY.fullmatch(line) for line in block):
        yield from _entries(block)
    else:
        yield from (_escaped(line.strip()) for line in block)


def _entries(block: list[str]) -> Iterator[str]:
    """Aligned lines as a list of definitions; a line without a meaning stands by itself."""
    entries: list[list[str]] = []
    for line in block:
        if line[:1].isspace() and entries:
            entries[-1].append(line.strip())
        else:
            entries.append([line.strip()])
    for first, *more in entries:
        found = _ENTRY.fullmatch(first)
        if found is None:
            yield from (_escaped(" ".join([first, *more])), "")
            continue
        yield f"``{found[1].replace('`', '')}``"
        yield from (f"    {line}" for line in _meaning([found[2], *more]))


def _meaning(said: list[str]) -> Iterator[str]:
    """The meaning of one name: prose, and choices each on a line of its own."""
    prose, choices = [], list[list[str]]()
    for line in said:
        found = _ENTRY.fullmatch(line)
        if found:
            choices.append([found[1], found[2]])
        elif choices:
            choices[-1].append(line)
        else:
            prose.append(line)
    if prose:
        yield from (_escaped(" ".join(prose)), "")
    for choice, *words in choices:
        yield from (f"``{choice.replace('`', '')}``", f"    {_escaped(' '.join(words))}", "")


def _escaped(text: str) -> str:
    """Prose with its code as literals and nothing that reStructuredText would take for markup."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return re.sub(r"([\\*|_`])", r"\\\1", text)
    plain = [re.sub(r"([\\*|_])", r"\\\1", part) for part in parts]
    return "".join(f"\\ ``{parts[i]}``\\ " if i % 2 and parts[i].strip() else part for i, part in enumerate(plain))


def setup(app: Sphinx) -> dict[str, bool]:
    """Listen to autodoc."""
    app.connect("autodoc-process-docstring", process)
    return {"parallel_read_safe": True}
