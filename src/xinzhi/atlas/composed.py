"""Places named together with the place they lie in: 江苏省南京市; `Nanjing, Jiangsu`; 110000 北京."""

from __future__ import annotations

from collections.abc import Iterable

from xinzhi.atlas.index import Index, Way
from xinzhi.atlas.names import is_han, key, parts

_LONGEST = 4  # nation, province, prefecture, county


def strongest(ways: Iterable[Way]) -> list[Way]:
    """Present names before earlier ones, and of those the strongest."""
    pool = list(ways)
    pool = [w for w in pool if not w.former] or pool
    top = max((w.strength for w in pool), default=0)
    return [w for w in pool if w.strength == top]


def readings(index: Index, text: str) -> list[Way]:
    """Every place that the text can mean when it is read as a place and the places it lies in, in either order."""
    name = key(text)
    found = _joined(index, name, "") if is_han(name) else set()
    if not found:
        for pieces in parts(text):
            if 2 <= len(pieces) <= _LONGEST:
                found = _listed(index, pieces) | _listed(index, pieces[::-1])
            if found:
                break
    return strongest(found)


def _joined(index: Index, name: str, within: str) -> set[Way]:
    """Readings of Chinese text without separators; `within` is the place that was read before."""
    found: set[Way] = set()
    for cut in range(2, len(name) - 1):
        for head in index.ways.get(name[:cut], ()):
            smallest = set(index.levels[head.code]) == {"county"}
            if smallest or (within and not index.within(head.code, within)):
                continue
            inner = [w for w in index.ways.get(name[cut:], ()) if index.within(w.code, head.code)]
            deeper = [w for w in inner if w.code != head.code]
            found |= set(strongest(deeper or inner)) or _joined(index, name[cut:], head.code)
    return found


def _listed(index: Index, pieces: list[str]) -> set[Way]:
    """Readings of pieces from the outer place to the inner; the same place named twice is that place."""
    ways = set(strongest(index.ways.get(pieces[0], ())))
    for piece in pieces[1:]:
        ways = {w for w in index.ways.get(piece, ()) for outer in ways if index.within(w.code, outer.code)}
    return ways
