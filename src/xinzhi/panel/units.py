"""Units as tables write them (亿元, 万人, 100 million yuan, 1e8 CNY), understood and converted.

A unit has one canonical spelling, a power of ten and a base: `1e8 CNY`, `1e4 persons`, `%`, `per 100 persons`. What
is not understood is kept as it is written and can be converted to nothing.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from xinzhi.base.errors import UsageError
from xinzhi.base.text import Text

# base → (quantity, how many of the quantity's first base it is, zh, spellings)
_BASES: dict[str, tuple[str, float, str, tuple[str, ...]]] = {
    "CNY": ("CNY", 1.0, "元", ("元", "人民币元", "元人民币", "yuan", "cny", "rmb", "yuan rmb", "rmb yuan")),
    "USD": ("USD", 1.0, "美元", ("美元", "usd", "us$", "us dollars", "us dollar", "dollars")),
    "persons": ("persons", 1.0, "人", ("人", "人口", "名", "person", "persons", "people", "inhabitants")),
    "person-times": ("person-times", 1.0, "人次", ("人次", "person-times", "person-time")),
    "person-years": (
        "person-years",
        1.0,
        "人年",
        ("人年", "人·年", "人/年", "person-years", "person-year", "man-years", "man-year"),
    ),
    "t": ("mass", 1.0, "吨", ("吨", "t", "ton", "tons", "tonne", "tonnes", "metric tons")),
    "kg": ("mass", 1e-3, "千克", ("千克", "公斤", "kg")),
    "tce": (
        "tce",
        1.0,
        "吨标准煤",
        ("吨标准煤", "吨标煤", "tce", "tons of sce", "tons of standard coal", "ton of sce"),
    ),
    "kWh": ("energy", 1.0, "千瓦时", ("千瓦时", "千瓦小时", "度", "kwh", "kw.h", "kilowatt-hours")),
    "kW": ("power", 1.0, "千瓦", ("千瓦", "kw", "kilowatts")),
    "km": ("length", 1e3, "公里", ("公里", "千米", "km", "kilometers", "kilometres")),
    "m": ("length", 1.0, "米", ("米", "m", "meters", "metres")),
    "m2": ("area", 1.0, "平方米", ("平方米", "m2", "sq.m", "sq m", "square meters", "square metres")),
    "ha": ("area", 1e4, "公顷", ("公顷", "ha", "hectares")),
    "mu": ("area", 1e4 / 15, "亩", ("亩", "mu")),
    "km2": ("area", 1e6, "平方公里", ("平方公里", "平方千米", "km2", "sq.km", "sq km", "square kilometers")),
    "m3": ("volume", 1.0, "立方米", ("立方米", "m3", "cu.m", "cubic meters", "cubic metres")),
    "pieces": ("pieces", 1.0, "件", ("件", "项", "piece", "pieces", "item", "items")),
    "papers": ("papers", 1.0, "篇", ("篇", "paper", "papers")),
    "contracts": ("contracts", 1.0, "份", ("份", "contract", "contracts")),
    "units": ("units", 1.0, "个", ("个", "家", "户", "所", "座", "处", "unit", "units")),
    "enterprises": ("units", 1.0, "个", ("enterprise", "enterprises", "firms")),
    "households": ("households", 1.0, "户", ("household", "households")),
    "beds": ("beds", 1.0, "张", ("张", "bed", "beds")),
    "vehicles": ("vehicles", 1.0, "辆", ("辆", "vehicle", "vehicles")),
    "sets": ("sets", 1.0, "台", ("台", "部", "套", "set", "sets")),
    "volumes": ("volumes", 1.0, "册", ("册", "copies", "volumes")),
    "pupils": ("pupils", 1.0, "学生", ("学生", "pupil", "pupils", "students")),
    "teacher": ("teacher", 1.0, "教师", ("教师", "teacher", "teachers")),
    "years": ("years", 1.0, "年", ("年", "岁", "year", "years")),
    "%": ("fraction", 1e-2, "%", ("%", "percent", "per cent", "百分比", "百分数")),
    "permille": ("fraction", 1e-3, "‰", ("‰", "permille", "per mille", "per thousand")),
    "fraction": ("fraction", 1.0, "小数", ("小数", "fraction", "share")),
    "index": ("index", 1.0, "指数", ("指数", "index")),
}
_SPELLED = {word: base for base, (_, _, _, words) in _BASES.items() for word in (*words, base.lower())}
_ZH_SCALES = {
    "万亿": 12, "千亿": 11, "百亿": 10, "十亿": 9, "亿": 8, "千万": 7, "百万": 6, "十万": 5, "万": 4, "千": 3, "百": 2, "十": 1,
}  # fmt: skip
_EN_SCALES = {
    "trillion": 12, "billion": 9, "hundred million": 8, "million": 6, "thousand": 3, "hundred": 2, "ten thousand": 4,
    "bn": 9, "mn": 6, "mio": 6,
}  # fmt: skip


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
        return _BASES[self.base][0], _BASES[self.per[1]][0] if self.per else "", self.suffix

    @property
    def size(self) -> float:
        """How many of the quantity's first base one of this unit is."""
        size = 10.0**self.power * _BASES[self.base][1]
        return size / (10.0 ** self.per[0] * _BASES[self.per[1]][1]) if self.per else size

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
    word = _zh_power(unit.power) + _BASES[unit.base][2]
    if unit.per:
        word += "/" + _zh_power(unit.per[0]) + _BASES[unit.per[1]][2]
    return word + (f"（{unit.suffix} 年价）" if unit.suffix else "")


def _en(unit: Unit) -> str:
    named = {2: "100 ", 3: "1000 ", 4: "10 000 ", 6: "million ", 8: "100 million ", 9: "billion ", 12: "trillion "}
    base = {"CNY": "yuan"}.get(unit.base, unit.base)
    word = named.get(unit.power, "" if unit.power == 0 else f"10^{unit.power} ") + base
    if unit.per:
        word += " per " + named.get(unit.per[0], "" if unit.per[0] == 0 else f"10^{unit.per[0]} ") + unit.per[1]
    return word + (f" ({unit.suffix} prices)" if unit.suffix else "")


def parse(text: str) -> Unit:
    """The unit that `text` writes; `known` is False where it is not understood."""
    raw = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip(" ()（）:：,，。")
    if not raw:
        return Unit("")
    suffix = ""
    dated = re.fullmatch(r"(.+?)\s*\((?:constant )?(\d{4})(?: prices|年价)?\)", raw)
    if dated:
        raw, suffix = dated[1], dated[2]
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
    if low in _SPELLED:
        return 0, _SPELLED[low]
    for word, power in _ZH_SCALES.items():
        rest = low.removeprefix(word)
        if rest != low and rest in _SPELLED:
            return power, _SPELLED[rest]
    number = re.fullmatch(r"(1e\d+|10\^\d+|1[0 ,]*0|1)?\s*([a-z ]*?)\s*([a-z0-9.\-$% ]+)", low)
    if not number:
        return None
    for split in re.finditer(r"(?=\b)", low):
        head, rest = low[: split.start()].strip(), low[split.start() :].strip()
        scale = _power(head)
        if rest in _SPELLED and scale is not None:
            return scale, _SPELLED[rest]
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
            f"单位「{have or '（未写明）'}」不能换算为「{want}」; 两者须是同一种量",
            f"the unit “{have or '(not stated)'}” cannot be converted to “{want}”; both must measure the same quantity",
            code="042",
        )
    ratio = a.size / b.size
    exact = round(ratio)
    return float(exact) if exact and abs(ratio - exact) < 1e-9 * exact else ratio


_IN_NAME = re.compile(r"[(（\[]([^()（）\[\]]*)[)）\]]")


def split_name(text: str) -> tuple[str, str]:
    """An indicator's name and unit from a header such as `地区生产总值(亿元)`; the unit is "" where none is written.

    Only a bracket that holds a unit is taken off; `R&D(研发)` keeps its bracket. Also `GDP, 亿元` and `GDP/亿元`.
    """
    folded = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()
    for found in reversed(list(_IN_NAME.finditer(folded))):
        unit = parse(found[1].removeprefix("单位").lstrip(":： "))
        if unit.known or found[1] in _FIXED.values():
            return (folded[: found.start()] + folded[found.end() :]).strip(" ,:_"), unit.text
    for mark in (", ", ",", " ", "_", "/"):
        head, _, tail = folded.rpartition(mark)
        unit = parse(tail)
        if head and unit.known and not tail.isascii():
            return head.strip(), unit.text
    return folded, ""
