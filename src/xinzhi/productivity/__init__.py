"""Productivity: how much comes from more input, how much from doing better."""

from xinzhi.productivity.directional import directional, nonradial_directional
from xinzhi.productivity.luenberger import luenberger, malmquist_luenberger
from xinzhi.productivity.malmquist import malmquist
from xinzhi.productivity.radial import radial

__all__ = ["directional", "luenberger", "malmquist", "malmquist_luenberger", "nonradial_directional", "radial"]
