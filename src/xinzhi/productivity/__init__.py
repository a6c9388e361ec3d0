"""Productivity: how much comes from more input, how much from doing better."""

from xinzhi.productivity.distance import directional, nonradial_directional
from xinzhi.productivity.farrell import radial
from xinzhi.productivity.indicators import luenberger, malmquist_luenberger
from xinzhi.productivity.indices import malmquist
from xinzhi.productivity.slacks import sbm

__all__ = ["directional", "luenberger", "malmquist", "malmquist_luenberger", "nonradial_directional", "radial", "sbm"]
