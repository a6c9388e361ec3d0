"""Traditional characters of place names, as a one-way table to the simplified ones."""

from __future__ import annotations

import opencc
import pandas as pd


def traditional(*frames: pd.DataFrame) -> str:
    """Lines `simplified traditional…` for the characters of all names.

    A traditional form that is itself a character of some present name (乾 in 乾县) is left out: turning it would not
    be reversible.
    """
    used = sorted({c for frame in frames for name in frame["zh"] for c in name})
    turn = [opencc.OpenCC(name) for name in ("s2t", "s2tw", "s2hk")]
    lines = []
    for character in used:
        forms = {t.convert(character) for t in turn} - {character} - set(used)
        forms |= {f for f in EXTRA.get(character, "") if f not in used}
        if forms:
            lines.append(f"{character} {''.join(sorted(forms))}")
    return "\n".join(lines) + "\n"


# Variants that a character-by-character table of the first choice leaves out.
EXTRA = {"台": "臺", "云": "雲", "里": "裡裏", "沈": "瀋", "岳": "嶽", "后": "後", "丰": "豐", "余": "餘", "涂": "塗", "才": "纔",
         "谷": "穀", "岩": "巖", "峰": "峯", "泽": "澤", "群": "羣", "卤": "鹵", "梁": "樑", "游": "遊", "党": "黨", "胡": "鬍"}  # fmt: skip
