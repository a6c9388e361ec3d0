"""The data: a panel of regions × years × indicators, its dictionary, readers, checks and repairs."""

from xinzhi.panel.bundled import catalogue, load, table
from xinzhi.panel.indicator import Indicator
from xinzhi.panel.panel import Panel
from xinzhi.panel.reading import Reading, read

__all__ = ["Indicator", "Panel", "Reading", "catalogue", "load", "read", "table"]
