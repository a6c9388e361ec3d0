"""Where the letters of a drawn chart lie, by the widths of the shipped font."""

import re
from typing import NamedTuple

from xinzhi.chart import lettering


class Lettered(NamedTuple):
    """One text and its box in pixels."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Lettered", slack: float = 1.0) -> bool:
        return (
            self.left + slack < other.right
            and other.left + slack < self.right
            and self.top + slack < other.bottom
            and other.top + slack < self.bottom
        )


def unescaped(text: str) -> str:
    for written, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&amp;", "&")):
        text = text.replace(written, sign)
    return text


def texts(svg: str) -> list[Lettered]:
    """Every text that lies level; turned ones are left out."""
    found = []
    for attributes, body in re.findall(r"<text ([^>]*)>([^<]*)</text>", svg):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', attributes))
        moved = re.match(r"translate\(([-\d.]+) ([-\d.]+)\)$", given.get("transform", "translate(0 0)"))
        if not moved or not body.strip():
            continue
        size = float(re.search(r"([\d.]+)px", given["style"])[1])
        width = lettering.measure(unescaped(body), size, "bold" in given["style"])
        x = float(moved[1]) + float(given.get("x", 0))
        y = float(moved[2]) + float(given.get("y", 0))
        left = x - width * {"middle": 0.5, "end": 1.0}.get(given.get("text-anchor", "start"), 0.0)
        high = size * 0.84  # the height of a Chinese character's ink
        found.append(Lettered(unescaped(body), left, y - high / 2, left + width, y + high / 2))
    return found
