"""`python -m bench [names]`: run the benches, print their tables; a run of all of them is also written to results.md, with growth.svg beside it."""

from __future__ import annotations

import pkgutil
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType

from rich.console import Console
from rich.table import Table

from bench import growth
from bench.harness import HEADINGS, Row, cells, load, machine, markdown

HERE = Path(__file__).resolve().parent
GROWTH = "![Seconds of radial efficiency against the number of units](growth.svg)\n"
_FRAMEWORK = ("__main__", "growth", "harness", "peers")


def benches() -> dict[str, ModuleType]:
    """The modules here that have `rows()`, by name."""
    names = sorted(m.name for m in pkgutil.iter_modules([str(HERE)]) if m.name not in _FRAMEWORK)
    modules = {name: import_module(f"bench.{name}") for name in names}
    return {name: module for name, module in modules.items() if hasattr(module, "rows")}


def show(console: Console, name: str, what: str, rows: list[Row]) -> None:
    """One bench as a table, its notes below."""
    table = Table(*HEADINGS[:-1], title=f"{name} — {what}", title_justify="left")
    for row in rows:
        table.add_row(*cells(row)[:-1])
    console.print(table)
    for row in rows:
        if row.note:
            console.print(f"{row.what}: {row.note}", style="dim", highlight=False)


def main(wanted: list[str]) -> int:
    """Run the named benches, or all."""
    console, known = Console(), benches()
    absent = [name for name in wanted if name not in known]
    if absent:
        console.print(f"There is no bench called {', '.join(absent)}. Available: {', '.join(known)}")
        return 2
    about = f"{machine()}; {load()}; {datetime.now(UTC):%Y-%m-%d}"
    console.print(about)
    sections = []
    for name in wanted or known:
        what = (known[name].__doc__ or "").strip().splitlines()[0]
        rows = list(known[name].rows())
        show(console, name, what, rows)
        sections.append((name, what, rows))
    if not wanted:
        (HERE / "results.md").write_text(markdown(sections, about) + GROWTH, encoding="utf-8")
        growth.draw([row for *_, rows in sections for row in rows], HERE / "growth.svg")
        console.print(f"written to {HERE.name}/results.md")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
