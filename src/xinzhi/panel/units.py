"""Units as tables write them (亿元，万人, 100 million yuan, 1e8 CNY), understood and converted.

A unit has one canonical spelling, a power of ten and a base: `1e8 CNY`, `1e4 persons`, `%`, `per 100 persons`. What
is not understood is kept as it is written and can be converted to nothing.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from xinzhi.base.errors import UsageError
from xinzhi.base.text import Text

_ZH_SCALES = {
    "万亿": 12, "千亿": 11, "百亿": 10, "十亿": 9, "亿": 8, "千万": 7, "百万": 6, "十万": 5, "万": 4, "千": 3, "百": 2, "十": 1,
}  # fmt: skip
_EN_SCALES = {
    "trillion": 12, "billion": 9, "hundred million": 8, "million": 6, "thousand": 3, "hundred": 2, "ten thousand": 4,
    "bn": 9, "mn": 6, "mio": 6,
}  # fmt: skip


@dataclass(frozen=True)
class Base:
    """A base of `data/panels/units.yaml`: what it measures, how many of the quantity's first unit it is, its Chinese name."""

    measures: str
    size: float
    zh: str


@lru_cache(maxsize=1)
def _bases() -> tuple[dict[str, Base], dict[str, str]]:
    """Base by name, and name by every way of writing it."""
    import yaml

    text = (files("xinzhi") / "data" / "panels" / "units.yaml").read_text(encoding="utf-8")
    entries = yaml.safe_load(text)
    bases = {name: Base(e["measures"], float(e["size"]), e["zh"]) for name, e in entries.items()}
    return bases, {w: name for name, e in entries.items() for w in (*e["written"], name.lower())}


@dataclass(frozen=True)
class Unit:
    """A unit: 10**power of `base`, over `per` of another (such as 100 persons), with what is fixed in `suffix`.

    text    canonical spelling
    known   whether it was understood
    """

    text: str
    power: int = 0
    base: str = ""
    per: tuple[int, str] | None = None
    suffix: str = ""

    @property
    def known(self) -> bool:
        """Whether the unit was understood."""
        return bool(self.base)

    @property
    def quantity(self) -> tuple[str, str, str]:
        """What must agree for a conversion: the quantity, what it is per, and the fixed part."""
        return _bases()[0][self.base].measures, _bases()[0][self.per[1]].measures if self.per else "", self.suffix

    @property
    def quantity_or_text(self) -> tuple[str, str, str]:
        """The quantity, or the text itself where the unit is not understood."""
        return self.quantity if self.known else (self.text, "", "")

    @property
    def size(self) -> float:
        """How many of the quantity's first base one of this unit is."""
        size = 10.0**self.power * _bases()[0][self.base].size
        return size / (10.0 ** self.per[0] * _bases()[0][self.per[1]].size) if self.per else size

    @property
    def name(self) -> Text:
        """The unit as each language writes it: 亿元, 100 million yuan."""
        if not self.known:
            return Text(_FIXED.get(self.text, self.text), self.text)
        return Text(_zh(self), _en(self))


_FIXED = {
    "previous year = 100": "上年=100",
    "1952 = 1": "1952年=1",
    "": "",
}


def _zh_power(power: int) -> str:
    names = {v: k for k, v in _ZH_SCALES.items()}
    return names.get(power, "" if power == 0 else f"10^{power} ")


def _zh(unit: Unit) -> str:
    word = _zh_power(unit.power) + _bases()[0][unit.base].zh
    if unit.per:
        word += "/" + _zh_power(unit.per[0]) + _bases()[0][unit.per[1]].zh
    return word + (f"（{unit.suffix} 年价）" if unit.suffix else "")


def _en(unit: Unit) -> str:
    named = {2: "100 ", 3: "1000 ", 4: "10 000 ", 6: "million ", 8: "100 million ", 9: "billion ", 12: "trillion "}
    base = {"CNY": "yuan"}.get(unit.base, unit.base)
    word = named.get(unit.power, "" if unit.power == 0 else f"10^{unit.power} ") + base
    if unit.per:
        below = unit.per[1] if unit.per[0] else unit.per[1].removesuffix("s")
        word += " per " + named.get(unit.per[0], "" if unit.per[0] == 0 else f"10^{unit.per[0]} ") + below
    return word + (f" ({unit.suffix} prices)" if unit.suffix else "")


_PRICES = (
    r"(?:按|以|(?:at|in)\s+)?(?:constant\s+)?(\d{4})\s*年?\s*(?:不变|可比|固定|constant)?\s*(?:价格?|prices?)(?:计算?)?"
)
_DATED = re.compile(rf"(.+?)\s*(?:\((\d{{4}})\)|\({_PRICES}\)|[,;、\s]\s*{_PRICES})", re.IGNORECASE)
_CURRENT = re.compile(
    r"(.+?)\s*(?:[,;、\s]\s*|\()(?:按|at\s+|in\s+)?(?:当年价格?|现价|current prices)(?:计算)?\)?$", re.IGNORECASE
)
_PRICES_ALONE = re.compile(_PRICES, re.IGNORECASE)


def parse(text: str) -> Unit:
    """The unit that `text` writes; `known` is False where it is not understood."""
    raw = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip(" :,。")
    raw = raw[1:-1].strip() if raw.startswith("(") and raw.endswith(")") else raw
    if not raw:
        return Unit("")
    raw = _CURRENT.sub(r"\1", raw)
    suffix = ""
    dated = _DATED.fullmatch(raw)
    if dated:
        raw, suffix = dated[1], dated[2] or dated[3] or dated[4]
    over = re.fullmatch(r"(.+?)\s*(?:/| per )\s*(.+)", raw)
    alone = re.fullmatch(r"per (.+)", raw, re.IGNORECASE)
    top = _scaled(raw)
    if top is None and over:
        numerator, below = _scaled(over[1]), _scaled(over[2])
        if numerator and below:
            return _made(numerator, below, suffix)
    if top is None and alone:
        below = _scaled(alone[1])
        if below:
            return _made((0, "units"), below, suffix)
    if top is None:
        return Unit(unicodedata.normalize("NFKC", text).strip())
    return _made(top, None, suffix)


def _made(top: tuple[int, str], below: tuple[int, str] | None, suffix: str) -> Unit:
    power, base = top
    text = (f"1e{power} " if power else "") + base
    if below:
        amount = {0: "", 2: "100 ", 3: "1000 ", 4: "10 000 "}.get(below[0], f"1e{below[0]} ")
        under = below[1].removesuffix("s") if below[0] == 0 else below[1]
        text = f"per {amount}{under}" if base in ("units", "sets") and power == 0 else f"{text} per {amount}{under}"
    return Unit(text + (f" ({suffix})" if suffix else ""), power, base, below, suffix)


def _scaled(text: str) -> tuple[int, str] | None:
    """(power, base) of a text without a slash, None where it is not one."""
    low = text.strip().lower()
    spelled = _bases()[1]
    if low in spelled:
        return 0, spelled[low]
    for word, power in _ZH_SCALES.items():
        rest = low.removeprefix(word)
        if rest != low and rest in spelled:
            return power, spelled[rest]
    number = re.fullmatch(r"(1e\d+|10\^\d+|1[0 ,]*0|1)?\s*([a-z ]*?)\s*([a-z0-9.\-$% ]+)", low)
    if not number:
        return None
    for split in re.finditer(r"(?=\b)", low):
        head, rest = low[: split.start()].strip(), low[split.start() :].strip()
        scale = _power(head)
        if rest in spelled and scale is not None:
            return scale, spelled[rest]
    return None


def _power(head: str) -> int | None:
    """The power of ten that `1e8`, `10 000`, `100 million` stand for."""
    if not head:
        return 0
    match = re.fullmatch(r"(1e\d+|10\^\d+|1[0 ,]*)?\s*([a-z ]*)", head)
    if not match:
        return None
    power = 0
    figure, word = (match[1] or "").strip(), match[2].strip()
    if figure.startswith("1e"):
        power = int(figure[2:])
    elif figure.startswith("10^"):
        power = int(figure[3:])
    elif figure:
        power = figure.count("0")
    if word:
        if word not in _EN_SCALES:
            return None
        power += _EN_SCALES[word]
    return power


def factor(have: str, want: str) -> float:
    """What values in unit `have` are multiplied by to be in unit `want`; units that do not agree are refused."""
    a, b = parse(have), parse(want)
    if not a.known or not b.known or a.quantity != b.quantity:
        raise UsageError(
            f"单位「{have or '（未写明）'}」不能换算为「{want}」；两者须是同一种量",
            f"the unit “{have or '(not stated)'}” cannot be converted to “{want}”; both must measure the same quantity",
            code="062",
        )
    ratio = a.size / b.size
    exact = round(ratio)
    return float(exact) if exact and abs(ratio - exact) < 1e-9 * exact else ratio


_OPEN, _CLOSE = "([", ")]"


def _brackets(text: str) -> list[tuple[int, int]]:
    """Start and end of every bracket, the last first and an outer one before those inside it."""
    waiting: list[int] = []
    found = []
    for position, letter in enumerate(text):
        if letter in _OPEN:
            waiting.append(position)
        elif letter in _CLOSE and waiting:
            found.append((waiting.pop(), position + 1))
    return sorted(found, key=lambda span: (-span[1], span[0]))


def split_name(text: str) -> tuple[str, str]:
    """An indicator's name and unit from a header such as `地区生产总值(亿元)`; the unit is "" where none is written.

    Only a bracket that holds a unit is taken off; `R&D(研发)` keeps its bracket. Also `GDP, 亿元` and `GDP/亿元`. The year of
    prices counts as part of the unit: `资本存量(亿元, 2018年价)`, `资本存量(亿元(2018年价))`, `资本存量(2018年价)(亿元)`.
    """
    folded = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()
    for start, end in _brackets(folded):
        inside = folded[start + 1 : end - 1].strip()
        unit = parse(inside.removeprefix("单位").lstrip(":： "))
        if unit.known or inside in _FIXED.values():
            return _priced((folded[:start] + folded[end:]).strip(" ,:_"), unit)
    for mark in (", ", ",", " ", "_", "/"):
        head, _, tail = folded.rpartition(mark)
        unit = parse(tail)
        if head and unit.known and not tail.isascii():
            return head.strip(), unit.text
    return folded, ""


def _priced(name: str, unit: Unit) -> tuple[str, str]:
    """The name and the unit, with the year of prices from another bracket of the name where the unit has none."""
    if unit.base != "CNY" or unit.suffix:
        return name, unit.text
    for start, end in _brackets(name):
        prices = _PRICES_ALONE.fullmatch(name[start + 1 : end - 1].strip())
        if prices:
            return (name[:start] + name[end:]).strip(" ,:_"), f"{unit.text} ({prices[1]})"
    return name, unit.text
