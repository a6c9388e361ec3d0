"""The pictures of the README and the guides, drawn by the program itself: `python tools/make_pictures.py`.

They show the built-in study with a look at the gap and at the neighbours, in both languages, as docs/_static/*.png.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from xinzhi import study
from xinzhi.base.text import Lang, speaking
from xinzhi.chart import svg
from xinzhi.chart.engine import rasterise, size
from xinzhi.report import compose

OUT = Path(__file__).parents[1] / "docs" / "_static"
LANGUAGES: tuple[Lang, Lang] = ("zh", "en")
LARGEST = 300_000  # bytes of one picture
LEAD = ("index-map", "index-bars")  # side by side
GUIDES = {"audit-ranks": "audit", "audit-sobol": "sobol", "gap-figure": "gap", "association-map": "neighbours"}
STEPS = (
    {"kind": "gap", "figure": "gdp / population", "weight": "population"},
    {"kind": "association", "figure": "gdp / population"},
)


def main() -> None:
    """Draw every picture in both languages."""
    OUT.mkdir(parents=True, exist_ok=True)
    asked = yaml.safe_load(study.source_of("nqpf-provinces"))
    asked["steps"] += STEPS
    told = study.run(asked)
    for lang in LANGUAGES:
        with speaking(lang):
            figures = {figure.id: figure for figure in compose(told).figures()}
            _write(f"lead-{lang}", _beside([figures[name].draw(lang) for name in LEAD], lang))
            for name, short in GUIDES.items():
                _write(f"{short}-{lang}", svg(figures[name].draw(lang), lang=lang))


def _beside(options: list[dict[str, Any]], lang: Lang) -> str:
    """Several drawings side by side on one sheet, of one height."""
    tall = min(high for _, high in map(size, options))
    across, parts = 0, []
    for option in options:
        wide, high = size(option)
        drawn = re.sub(r"<\?xml[^>]*\?>", "", svg(option, lang=lang))
        drawn = re.sub(r'(<svg[^>]*?) width="[^"]*" height="[^"]*"', r"\1", drawn, count=1)
        if "viewBox" not in drawn.partition(">")[0]:
            drawn = drawn.replace("<svg", f'<svg viewBox="0 0 {wide} {high}"', 1)
        wide = wide * tall // high
        parts.append(drawn.replace("<svg", f'<svg x="{across}" y="0" width="{wide}" height="{tall}"', 1))
        across += wide
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{across}" height="{tall}">{"".join(parts)}</svg>'


def _write(name: str, drawing: str) -> None:
    """As large as fits into the limit, so that screens with fine pixels are served too."""
    for scale in (1.6, 1.3, 1.0):
        painted = rasterise(drawing, scale)
        if len(painted) <= LARGEST:
            (OUT / f"{name}.png").write_bytes(painted)
            print(f"{name}.png {len(painted) // 1000} kB")
            return
    raise SystemExit(f"{name}.png has {len(painted)} bytes; draw it smaller")


if __name__ == "__main__":
    main()
