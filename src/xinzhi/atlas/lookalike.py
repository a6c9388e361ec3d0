"""Characters that scanners and tired eyes take for one another, and names one slip apart.

A match found here is only ever a suggestion.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

_CLASSES = (
    "西两四酉囬", "江汀讧红", "古占吉告舌石", "东尔车乐束柬", "北比兆此", "京亰原", "上土士工止", "海诲悔侮每", "河何诃", "湖潮胡翊糊",
    "广厂庆床", "川州卅洲训儿", "云去芸", "甘廿甚日曰目", "肃萧粛", "青责清贵贾", "新薪", "疆彊僵噩缰韁", "蒙豪朦", "内肉丙", "苏办芬",
    "浙淅渐晰析", "福褔辐副", "建健律津", "山出屮", "重童董里量", "港巷", "澳奥粤", "门们", "台合治", "湾弯", "天夭夫无大太犬",
    "宁宇字守", "徽微徵薇", "陕陜峡狭夹", "晋普", "冀翼", "辽迂迈", "龙尤", "黑里墨", "林材休", "南甫", "安女", "夏复", "藏臧蔵",
    "市巿币", "省肖", "区巨", "县具", "区囗", "自白", "治冶", "人入八", "己已巳", "末未木本", "千干于", "王玉主", "丹舟", "阳阴",
    "哈啥", "尔东", "滨宾", "沈沉", "鞍鞅", "丽而", "杭抗", "温湿", "徐除", "洛路", "郑邓", "桂挂", "贡页", "拉位", "荷菏",
)  # fmt: skip


def _canonical() -> dict[int, str]:
    leader: dict[str, str] = {}
    for group in _CLASSES:
        head = next((leader[c] for c in group if c in leader), group[0])
        for character in group:
            leader.setdefault(character, head)
    return {ord(c): head for c, head in leader.items()}


_TABLE = _canonical()


def outline(key: str) -> str:
    """The key with each character replaced by the one that stands for its look."""
    return key.translate(_TABLE)


def one_slip(a: str, b: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours turns `a` into `b`."""
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    shorter = min(len(a), len(b))
    head = next((i for i in range(shorter) if a[i] != b[i]), shorter)
    tail = next((i for i in range(shorter - head) if a[-1 - i] != b[-1 - i]), shorter - head)
    left, right = a[head : len(a) - tail], b[head : len(b) - tail]
    return (len(left) <= 1 and len(right) <= 1) or (len(left) == 2 and left == right[::-1])


def shortened(key: str) -> set[str]:
    """The key without each one of its characters: keys one slip apart have one of these, or themselves, in common."""
    return {key[:i] + key[i + 1 :] for i in range(len(key))}


class Slips:
    """Keys to be found by a key that is one slip away, without looking at each of them."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._known: dict[str, list[str]] = defaultdict(list)
        for key in keys:
            for form in (key, *shortened(key)):
                self._known[form].append(key)

    def near(self, key: str) -> list[str]:
        """The keys one slip away from `key`."""
        found = {k for form in (key, *shortened(key)) for k in self._known.get(form, ())}
        return sorted(k for k in found if one_slip(key, k))
