"""The data: a panel of regions × years × indicators, its dictionary, readers, checks and repairs."""

from xinzhi.panel.bundled import catalogue, load, table
from xinzhi.panel.indicator import Indicator
from xinzhi.panel.panel import Panel

__all__ = ["Indicator", "Panel", "catalogue", "load", "table"]
