"""The catalogue of inputs and outputs: variables, where they may come from, and the sets that the literature uses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal, cast

import pandas as pd

from xinzhi.base.errors import UsageError, unknown
from xinzhi.base.text import Text

Rule = Literal["given", "stock", "real", "volume"]
NEED_PRICE = ("stock", "real", "volume")
_CALL = re.compile(r"(stock|real|volume)\((.+),\s*([^,()]+)\)")


@dataclass(frozen=True)
class Source:
    """One way to a variable.

    rule   given, stock, real or volume
    names  ids or names of the indicator that may serve, best first
    price  those of its price or volume index
    proxy  what the indicator stands in for, empty where it is the thing itself
    """

    rule: Rule
    names: tuple[str, ...]
    price: tuple[str, ...] = ()
    proxy: Text = Text("", "")


@dataclass(frozen=True)
class Variable:
    """A variable and the ways to it, best first; `name` is None for one that a caller wrote out."""

    id: str
    name: Text | None
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Preset:
    """A set of inputs, goods and bads, and whose usage it follows."""

    id: str
    title: Text
    basis: Text
    inputs: tuple[str, ...]
    good: tuple[str, ...]
    bad: tuple[str, ...]


@dataclass(frozen=True)
class ChainPreset:
    """Inputs, links and outputs of a chain of two stages, and whose usage it follows."""

    title: Text
    basis: Text
    inputs: tuple[str, ...]
    links: tuple[str, ...]
    outputs: tuple[str, ...]


def chain_preset(name: str) -> ChainPreset:
    """The chain called `name`; an unknown one is refused with the nearest suggested."""
    chains = _content()["chains"]
    if name not in chains:
        raise unknown(Text("两阶段预设", "preset of a chain"), name, chains)
    e = chains[name]
    parts = (tuple(e[part]) for part in ("inputs", "links", "outputs"))
    return ChainPreset(Text(e["zh"], e["en"]), Text(e["basis"]["zh"], e["basis"]["en"]), *parts)


@lru_cache(maxsize=1)
def _content() -> dict[str, Any]:
    import yaml

    text = (files("xinzhi") / "data" / "productivity" / "inputs.yaml").read_text(encoding="utf-8")
    return cast(dict[str, Any], yaml.safe_load(text))


@lru_cache(maxsize=1)
def _catalogue() -> tuple[Mapping[str, Variable], Mapping[str, Preset]]:
    content = _content()
    variables = {
        name: Variable(name, Text(e["zh"], e["en"]), tuple(_source(s) for s in e["from"]))
        for name, e in content["variables"].items()
    }
    sets = {
        name: Preset(
            name,
            Text(e["zh"], e["en"]),
            Text(e["basis"]["zh"], e["basis"]["en"]),
            tuple(e["inputs"]),
            tuple(e["good"]),
            tuple(e["bad"]),
        )
        for name, e in content["presets"].items()
    }
    return variables, sets


def _source(entry: Mapping[str, Any]) -> Source:
    proxy = entry.get("proxy", {"zh": "", "en": ""})
    return Source(
        cast(Rule, entry["rule"]),
        tuple(entry["names"]),
        tuple(entry.get("price", ())),
        Text(proxy["zh"], proxy["en"]),
    )


def input_presets() -> pd.DataFrame:
    """The sets of inputs and outputs that come with the program, a row each: id, zh, en, inputs, good, bad, basis_zh, basis_en."""
    rows = [
        {
            "id": p.id, "zh": p.title.zh, "en": p.title.en, "inputs": ", ".join(p.inputs), "good": ", ".join(p.good),
            "bad": ", ".join(p.bad), "basis_zh": p.basis.zh, "basis_en": p.basis.en,
        }
        for p in _catalogue()[1].values()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def preset(name: str) -> Preset:
    """The set called `name`; an unknown one is refused with the nearest suggested."""
    sets = _catalogue()[1]
    if name not in sets:
        raise unknown(Text("投入产出预设", "preset of inputs and outputs"), name, sets)
    return sets[name]


def variable(written: str) -> Variable:
    """A variable of the catalogue by id, `stock(investment, price)`, `real(value, price)`, `volume(value, index)`, or a formula."""
    known = _catalogue()[0].get(written)
    if known is not None:
        return known
    call = _CALL.fullmatch(written.strip())
    if call:
        return Variable(written, None, (Source(cast(Rule, call[1]), (call[2].strip(),), (call[3].strip(),)),))
    return Variable(written, None, (Source("given", (written,)),))


def variables() -> list[str]:
    """Ids of the variables of the catalogue."""
    return list(_catalogue()[0])


def replaced(known: Variable, series: str) -> Variable:
    """`known` drawn from the indicator `series` instead of the catalogue's own; rules and prices stay."""
    if any(series in s.names for s in known.sources):
        kept = tuple(s for s in known.sources if series in s.names)
        return Variable(known.id, known.name, kept)
    return Variable(known.id, known.name, (Source("given", (series,)),))


def with_price(known: Variable, price: str) -> Variable:
    """`known` with its nominal series over another price index, or carried by another volume index."""
    sources = [s for s in known.sources if s.rule in NEED_PRICE]
    if not sources:
        raise UsageError(
            f"变量 {known.id} 不需要价格指数，不能指定 {price}",
            f"the variable {known.id} needs no price index, so {price} has no use",
            code="926",
        )
    same = next((s for s in sources if price in s.price), None)
    rule: Rule = same.rule if same else ("stock" if sources[0].rule == "stock" else "real")
    return Variable(known.id, known.name, (Source(rule, sources[0].names, (price,)),))
