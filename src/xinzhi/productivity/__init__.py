"""Productivity: how much comes from more input, how much from doing better."""

from xinzhi.productivity.accounting import growth_accounting, level_accounting
from xinzhi.productivity.capital import capital_stock, deflate, price_level
from xinzhi.productivity.decompose import kaya, lmdi
from xinzhi.productivity.distance import directional, nonradial_directional
from xinzhi.productivity.farrell import radial
from xinzhi.productivity.indicators import luenberger, malmquist_luenberger
from xinzhi.productivity.indices import malmquist
from xinzhi.productivity.slacks import sbm

__all__ = [
    "capital_stock",
    "deflate",
    "directional",
    "growth_accounting",
    "kaya",
    "level_accounting",
    "lmdi",
    "luenberger",
    "malmquist",
    "malmquist_luenberger",
    "nonradial_directional",
    "price_level",
    "radial",
    "sbm",
]
