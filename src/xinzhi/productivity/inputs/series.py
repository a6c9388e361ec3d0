"""From published series to inputs and outputs: perpetual inventory, deflation, and what to say about each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError, UsageError, unknown
from xinzhi.base.numbers import write_number
from xinzhi.base.text import Text
from xinzhi.panel import Panel
from xinzhi.panel.formula import names
from xinzhi.panel.labels import listed, measure_name, name_of
from xinzhi.panel.units import parse
from xinzhi.productivity.accounts.capital import capital_stock
from xinzhi.productivity.accounts.prices import price_level
from xinzhi.productivity.inputs.catalogue import NEED_PRICE, Source, Variable, variables

DEFLATOR = "gdp_deflator"
USUAL_RATE = 0.096  # Zhang, Wu & Zhang (2004)
HEAVY = 0.2  # part of the assumed initial stock in capital from which it is said to matter
_VALUE = ("gdp", "地区生产总值")
_REAL = re.compile("实际|不变价|可比价|\\breal\\b|_real|real_|constant", re.IGNORECASE)  # names that say so themselves
_INDEX = ("gdp_index", "地区生产总值指数(上年=100)", "地区生产总值指数")


@dataclass(frozen=True)
class Rules:
    """How stocks and real values are made.

    base          year whose prices are used
    depreciation  δ of every year, or region → δ, those not named taking the usual one
    initial       ratio (first real investment over `ratio`) or growth (over growth plus δ)
    bridge        gaps inside an investment series: refuse, linear or geometric
    nominal       money without a year of prices where real values are needed: refuse or accept
    """

    base: int
    depreciation: float | Mapping[str, float] = USUAL_RATE
    initial: str = "ratio"
    ratio: float = 0.1
    bridge: str = "refuse"
    nominal: str = "refuse"

    def rates(self, regions: Sequence[str]) -> Array:
        """(n,) δ of each region."""
        given = self.depreciation
        if not isinstance(given, Mapping):
            return np.full(len(regions), float(given))
        return np.array([float(given.get(str(code), USUAL_RATE)) for code in regions])

    @property
    def delta(self) -> str:
        """δ as it is told: `9.6%`, or from the least to the largest by region."""
        if not isinstance(self.depreciation, Mapping):
            return f"{self.depreciation * 100:g}%"
        rates = [*self.depreciation.values(), USUAL_RATE]
        return f"{min(rates) * 100:g}%–{max(rates) * 100:g}%"

    @property
    def delta_en(self) -> str:
        """The same as English sets it: `9.6 %`."""
        return self.delta.replace("%", " %")


@dataclass(frozen=True)
class Drawn:
    """A variable drawn from a panel.

    id, name  what it is; the name tells a proxy
    unit      its unit, with the year of prices for money
    values    on the index of the panel
    how       how it was made, in a sentence
    rule      the same in a few words, for what stands under a table; empty for a series as published
    uses      ids of the panel that it rests on
    proxy     what the indicator stands in for, empty where it is the thing itself
    notes     what else must be said
    """

    id: str
    name: Text
    unit: str
    values: pd.Series
    how: Text
    uses: tuple[str, ...]
    proxy: Text = Text("", "")
    notes: tuple[Text, ...] = ()
    rule: Text = Text("", "")


def draw(panel: Panel, wanted: Variable, rules: Rules, first: int | None = None) -> Drawn:
    """`wanted` from the first of its sources that the panel has; `first` is the first year that will be used."""
    for source in wanted.sources:
        series = found(panel, source.names)
        price = found(panel, source.price) if source.rule in NEED_PRICE else ""
        if series is not None and price is not None:
            return _drawn(panel, wanted, source, series, price, rules, first)
    if wanted.name is None:
        source = wanted.sources[0]
        missing = next(n for n in (*source.names, *source.price) if found(panel, (n,)) is None)
        raise unknown(
            Text("指标或变量", "indicator or variable"),
            missing,
            dict.fromkeys([*panel.columns, *variables()]),
            code="031",
        )
    ways = [_way(s) for s in wanted.sources]
    known = {n: i for i, e in panel.indicators.items() for n in (i, e.zh, e.en) if n}
    close = list(dict.fromkeys(i for s in wanted.sources for c in s.names for n, i in known.items() if c in n))[:3]
    if wanted.id == "labour":
        ways.append(
            Text(
                "用 labour（命令行 --labour）指明的就业指标", "an indicator of employment named with labour (--labour)"
            )
        )
    zh, en = (
        (f"；面板中相近的有 {'、'.join(close)}", f"; close to it the panel has {', '.join(close)}")
        if close
        else ("", "")
    )
    raise DataError(
        f"面板没有{wanted.name.zh}所需的数据：需要{' 或 '.join(w.zh for w in ways)}，也可以公式给出{zh}",
        f"the panel has nothing for {wanted.name.en}: it needs {' or '.join(w.en for w in ways)}, or a formula of yours{en}",
        code="927",
    )


def lagged(drawn: Drawn, years: int) -> Drawn:
    """The same variable `years` earlier: the figure that stands at a year is that of `years` before."""
    if not years:
        return drawn
    at = drawn.values.index
    before = pd.MultiIndex.from_arrays([at.get_level_values("region"), at.get_level_values("year") - years], names=at.names)  # fmt: skip
    earlier = drawn.values.reindex(before)
    ago = Text(f"取 {years} 年前的数值", f"of {years} year{'s' if years > 1 else ''} before")
    return replace(
        drawn, values=pd.Series(earlier.to_numpy(), index=at), how=Text(f"{drawn.how.zh}，{ago.zh}", f"{drawn.how.en}, {ago.en}")
    )  # fmt: skip


def _way(source: Source) -> Text:
    """What a source needs, by id and by the Chinese name a reader would look for."""
    sides = [source.names] if source.rule == "given" else [source.names, source.price]
    told = [next((n for n in side if not n.isascii()), side[0]) for side in sides]
    words = [f"{n}（{side[0]}）" if n != side[0] else n for n, side in zip(told, sides, strict=True)]
    return Text("与".join(words), " with ".join(side[0] for side in sides))


def found(panel: Panel, candidates: Sequence[str]) -> str | None:
    """The first candidate that the panel has, by id or name; a formula whose ids it has counts."""
    by_name = {n: i for i, e in panel.indicators.items() for n in (e.zh, e.en) if n}
    for candidate in candidates:
        if candidate in panel.columns:
            return candidate
        if candidate == DEFLATOR and found(panel, _VALUE) and found(panel, _INDEX):
            return candidate
        if candidate in by_name:
            return by_name[candidate]
        try:
            ids = names(candidate)
        except UsageError:
            continue
        if ids and set(ids) <= set(panel.columns):
            return candidate
    return None


def _drawn(
    panel: Panel, wanted: Variable, source: Source, series: str, price: str, rules: Rules, first: int | None
) -> Drawn:
    if source.rule == "given":
        return _given(panel, wanted, source, series, rules)
    if source.rule == "stock":
        return _stock(panel, wanted, series, price, rules, first)
    real = _volume(panel, series, price, rules.base) if source.rule == "volume" else _real(panel, series, price, rules)
    told = (
        measure_name(panel, price)
        if price != DEFLATOR
        else Text("地区生产总值隐含平减指数", "the implicit GRP deflator")
    )
    how = (
        Text(
            f"以 {rules.base} 年名义值为基，用{told.zh}逐年推算（{rules.base} 年价）",
            f"the nominal value of {rules.base} carried by {told.en} (prices of {rules.base})",
        )
        if source.rule == "volume"
        else Text(
            f"{measure_name(panel, series).zh}除以{told.zh}（{rules.base} 年价）",
            f"{measure_name(panel, series).en} over {told.en} (prices of {rules.base})",
        )
    )
    fallback = Text(f"实际{measure_name(panel, series).zh}", f"{measure_name(panel, series).en}, real")
    rule = (
        Text(f"以{told.zh}由 {rules.base} 年名义值推算", f"carried from {rules.base} by {told.en}")
        if source.rule == "volume"
        else Text(f"以{told.zh}平减", f"over {told.en}")
    )
    return Drawn(
        wanted.id, wanted.name or fallback, _priced(panel, series, rules.base), real, how, _uses(panel, series, price), rule=rule
    )  # fmt: skip


def _given(panel: Panel, wanted: Variable, source: Source, series: str, rules: Rules) -> Drawn:
    entry = panel.indicators.get(series)
    unit = entry.unit if entry else ""
    name = wanted.name or measure_name(panel, series)
    proxy = source.proxy
    if entry is not None and entry.proxy_for and not proxy.zh:
        proxy = Text(f"以{entry.name.zh}代替{entry.proxy_for}", f"{entry.name.en} stands in for {entry.proxy_for}")
    notes: tuple[Text, ...] = ()
    if _nominal(unit, entry.kind if entry else "level"):
        if rules.nominal != "accept" and not _REAL.search(
            f"{series} {entry.zh if entry else ''} {entry.en if entry else ''}"
        ):
            _refuse_nominal(name, series, unit)
        notes = (
            Text(
                f"{name.zh}（{series}）的单位为{parse(unit).name.zh}，未写明价格年份，按不变价看待",
                f"{name.en} ({series}) is in {parse(unit).name.en} without a year of prices and taken as real",
            ),
        )
    told = f"{measure_name(panel, series).zh}", f"{measure_name(panel, series).en}"
    how = Text(f"{told[0]}，原值", f"{told[1]}, as published")
    if proxy.zh:
        name = Text(f"{name.zh}（{proxy.zh}）", f"{name.en} ({proxy.en})")
    return Drawn(wanted.id, name, unit, panel.evaluate(series), how, _uses(panel, series), proxy, notes)


def _nominal(unit: str, kind: str) -> bool:
    read = parse(unit)
    return read.base == "CNY" and not read.suffix and read.per is None and kind not in ("ratio", "index", "price")


def _refuse_nominal(name: Text, series: str, unit: str) -> None:
    told = parse(unit).name
    raise DataError(
        f"{name.zh}需要不变价数据，而 {series} 的单位为{told.zh}，没有写明哪一年的价格；当年价的流量请写成 real({series}, 价格指数)，当年价的投资请写成 "
        f'stock({series}, 价格指数)；若已是不变价，请在单位中写明年份，如“亿元（2000 年价）”，或用 nominal="accept"（命令行 --nominal accept）',
        f"{name.en} must be in constant prices, but {series} is in {told.en} without a year of prices; write a nominal flow as "
        f"real({series}, price index) and nominal investment as stock({series}, price index); if it is real already, put the "
        'year into the unit, such as “1e8 CNY (2000)”, or use nominal="accept" (--nominal accept)',
        code="928",
    )


def _priced(panel: Panel, series: str, base: int) -> str:
    entry = panel.indicators.get(series)
    unit = entry.unit if entry else ""
    return f"{unit} ({base})" if unit else f"({base})"


def _uses(panel: Panel, *written: str) -> tuple[str, ...]:
    parts = [n for w in written for n in ((*_VALUE, *_INDEX) if w == DEFLATOR else names(w))]
    return tuple(dict.fromkeys(n for n in parts if n in panel.columns))


def _form(panel: Panel, price: str) -> str:
    """Whether an index is chained (previous year = 100) or has a fixed base, read from its unit and name."""
    entry = panel.indicators.get(price)
    said = f"{entry.unit} {entry.zh} {entry.en}" if entry else ""
    return "previous" if "previous year" in said or "上年" in said else "fixed"


def wide(panel: Panel, formula: str) -> pd.DataFrame:
    """A formula as years × regions, cut to the years that any region has."""
    table = panel.evaluate(formula).unstack("region")
    kept = table.index[table.notna().any(axis=1)]
    return table.loc[(table.index >= kept.min()) & (table.index <= kept.max())] if len(kept) else table.iloc[:0]


def _level(panel: Panel, price: str, base: int) -> pd.DataFrame:
    """The price or volume level, years × regions, one in the base year."""
    if price == DEFLATOR:
        value, index = found(panel, _VALUE) or "", found(panel, _INDEX) or ""
        nominal = wide(panel, value)
        real = _volume(panel, value, index, base).unstack("region").reindex(nominal.index)
        return nominal / real
    table, form = wide(panel, price), _form(panel, price)
    have = [int(y) for y in table.index]
    if base not in have:
        there = Text(f"只有 {have[0]}–{have[-1]} 年的数据", f"covers {have[0]}–{have[-1]}") if have else Text("没有任何数据", "has no figures")  # fmt: skip
        raise UsageError(
            f"{price} {there.zh}，不能以 {base} 年为价格基年；请用 base_year（命令行 --base-year）另选，或补上价格指数",
            f"{price} {there.en}, so {base} cannot be the year of prices; choose another with base_year (--base-year), or give the price index",
            code="929",
        )
    return pd.DataFrame(
        price_level(table.to_numpy(dtype=float), have.index(base), form), index=table.index, columns=table.columns
    )


def _volume(panel: Panel, series: str, index: str, base: int) -> pd.Series:
    level = _level(panel, index, base)
    start = wide(panel, series)
    if base not in start.index:
        raise UsageError(
            f"{series} 没有 {base} 年的数据，不能以该年为价格基年；现有 {start.index.min()}–{start.index.max()} 年",
            f"{series} has no figures for {base}, so that cannot be the year of prices; it covers {start.index.min()}–{start.index.max()}",
            code="930",
        )
    return _long(panel, level * start.loc[base])


def _real(panel: Panel, series: str, price: str, rules: Rules) -> pd.Series:
    level = _level(panel, price, rules.base)
    return _long(panel, wide(panel, series) / level)


def _long(panel: Panel, table: pd.DataFrame) -> pd.Series:
    table = table.rename_axis(index="year", columns="region")
    return pd.Series(table.unstack()).reindex(panel.frame.index).astype(float)


def _stock(panel: Panel, wanted: Variable, series: str, price: str, rules: Rules, first: int | None) -> Drawn:
    investment, level = wide(panel, series), _level(panel, price, rules.base)
    investment = investment.dropna(axis=1, how="all")
    level = level.reindex(index=investment.index, columns=investment.columns)
    real = investment / level
    stock, notes = _stocks(panel, real, rules)
    name = wanted.name or Text(f"{measure_name(panel, series).zh}存量", f"stock of {measure_name(panel, series).en}")
    if first is not None:
        notes = (*notes, *_inherited(panel, real, stock, rules, first))
    rule = (
        Text(
            f"初始存量 = 首年实际投资 / {rules.ratio:.0%}", f"initial stock = first real investment / {rules.ratio:.0%}"
        )
        if rules.initial == "ratio"
        else Text(
            "初始存量 = 首年实际投资 /（投资增长率 + δ）", "initial stock = first real investment / (its growth + δ)"
        )
    )
    begin = int(investment.index[0])
    how = Text(
        f"永续盘存：{measure_name(panel, series).zh}（{begin} 年起）按{measure_name(panel, price).zh}折为 {rules.base} 年价，δ = {rules.delta}，{rule.zh}",
        f"perpetual inventory: {measure_name(panel, series).en} (since {begin}) over {measure_name(panel, price).en} in prices of {rules.base}, δ = {rules.delta_en}, {rule.en}",
    )
    short = Text(f"永续盘存，δ = {rules.delta}，{rule.zh}", f"perpetual inventory, δ = {rules.delta_en}, {rule.en}")  # fmt: skip
    return Drawn(
        wanted.id, name, _priced(panel, series, rules.base), _long(panel, stock), how, _uses(panel, series, price), notes=notes, rule=short
    )  # fmt: skip


def _stocks(panel: Panel, real: pd.DataFrame, rules: Rules) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """Stocks by year and region; regions with a gap that may not be bridged, or without a usable start, have none and are named."""
    gaps, starts, kept = [], [], []
    refused: list[str] = []
    for code in real.columns:
        column = real[code]
        have = column.index[column.notna()]
        if not len(have):
            continue
        inside = column.loc[have[0] : have[-1]]
        if inside.isna().any() and rules.bridge == "refuse":
            gaps.append(_cell(panel, str(code), int(inside.index[inside.isna()][0])))
        elif inside.iloc[0] <= 0:
            starts.append(_cell(panel, str(code), int(have[0])))
        else:
            kept.append(code)
    stock = pd.DataFrame(np.nan, index=real.index, columns=real.columns)
    if kept:
        part = real[kept]
        after = part.notna().iloc[::-1].cummax().iloc[::-1].eq(False)  # years past the last figure of a region
        levels, refused = _levels(part.mask(after, 0.0), rules)
        stock[kept] = np.where(after.to_numpy(), np.nan, levels)
    notes = []
    if gaps:
        notes.append(Text("投资序列中断（{who}），无法推算其资本存量；可用 bridge=\"linear\" 或 \"geometric\" 插补", "the investment series is broken ({who}), so there is no capital stock; bridge=\"linear\" or \"geometric\" fills it").fill(who=listed(gaps)))  # fmt: skip
    growing = [_cell(panel, code, int(real.index[real[code].notna()][0])) for code in refused]
    if growing:
        notes.append(Text("投资增长率与折旧率之和不为正（{who}），增长率法给不出初始存量", "growth of investment plus depreciation is not positive ({who}), so the growth rule gives no initial stock").fill(who=listed(growing)))  # fmt: skip
    if starts:
        notes.append(Text("首年投资不为正（{who}），无法推算其初始存量", "the first investment is not positive ({who}), so there is no initial stock").fill(who=listed(starts)))  # fmt: skip
    return stock, tuple(notes)


def _levels(real: pd.DataFrame, rules: Rules) -> tuple[Array, list[str]]:
    """The stocks, and the regions that the growth rule refuses, whose stock is missing."""

    def stock(part: pd.DataFrame) -> Array:
        return capital_stock(
            part.to_numpy(dtype=float),
            None,
            rules.rates(list(part.columns)),
            rules.initial,
            ratio=rules.ratio,
            missing=rules.bridge,
        )

    if rules.initial == "ratio":
        return stock(real), []
    columns, refused = [], []
    for code in real.columns:
        try:
            columns.append(stock(real[[code]])[:, 0])
        except DataError:
            refused.append(str(code))
            columns.append(np.full(len(real), np.nan))
    return np.stack(columns, axis=1), refused


def _cell(panel: Panel, code: str, year: int) -> Text:
    name = name_of(panel.places, code)
    return Text(f"{name.zh} {year} 年", f"{name.en} {year}")


def _inherited(panel: Panel, real: pd.DataFrame, stock: pd.DataFrame, rules: Rules, first: int) -> tuple[Text, ...]:
    """How much of the stock in the first year used is still the assumed initial one, and for whom it is most."""
    if first not in stock.index:
        return ()
    begin = real.notna().idxmax()
    start = pd.Series({c: stock.at[begin[c], c] for c in stock.columns}, dtype=float)
    left: Array = (
        start
        * (1 - pd.Series(rules.rates(list(stock.columns)), stock.columns)) ** (first - begin.astype(int))
        / stock.loc[first]
    ).to_numpy(dtype=float)
    if not np.isfinite(left).any():
        return ()
    most = int(np.nanargmax(left))
    said = Text(
        "{year} 年资本存量中，推定的初始存量所余占比中位数为 {middle}，最高为{who}（{most}，序列自 {begin} 年起）",
        "in {year} the assumed initial stock still makes {middle} of capital at the median and {most} at most ({who}, whose series starts in {begin})",
    )
    if left[most] > HEAVY:
        said = Text(
            f"{said.zh}；占比偏高，结果对初始存量的推定敏感",
            f"{said.en}; that is much, and results hang on the assumed stock",
        )
    return (
        said.fill(
            year=first,
            middle=write_number(float(np.nanmedian(left)), "share"),
            who=name_of(panel.places, str(stock.columns[most])),
            most=write_number(float(left[most]), "share"),
            begin=int(begin.iloc[most]),
        ),
    )
