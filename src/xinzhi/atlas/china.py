"""China's divisions by GB/T 2260."""

from __future__ import annotations

from functools import lru_cache

from xinzhi.atlas import store
from xinzhi.atlas.places import Places
from xinzhi.base.text import Text

SOURCE = "GB/T 2260 and the statistical codes of 2023; see data/atlas/README.md"


@lru_cache(maxsize=1)
def china() -> Places:
    """The nation, 34 provinces, their prefectures and counties, with earlier codes and names as `former`.

    Beside the columns every list has: `pinyin`, `aliases` (separated by |), `also` (further levels at which a division
    counts: Beijing is a province and counts as a prefecture; 济源 is a county and counts as a prefecture), `lon`, `lat`
    of the seat where a list of coordinates has it inside the division.
    """
    frame = store.table("divisions").set_index("code")
    former = store.table("former").set_index("code")
    return Places("china", Text("中国行政区划", "Divisions of China"), frame, SOURCE, former=former)
