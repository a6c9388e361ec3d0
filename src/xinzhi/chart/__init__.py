"""Charts as ECharts options, and the engine that draws them without a browser."""

from xinzhi.chart.change import bump, slope
from xinzhi.chart.choropleth import choropleth
from xinzhi.chart.classes import Classes, classes
from xinzhi.chart.engine import parts, png, svg
from xinzhi.chart.lettering import font_css, web_font
from xinzhi.chart.lines import Line, lines, small_multiples
from xinzhi.chart.ranking import ranking
from xinzhi.chart.strip import intervals, strip

__all__ = [
    "Classes",
    "Line",
    "bump",
    "choropleth",
    "classes",
    "font_css",
    "intervals",
    "lines",
    "parts",
    "png",
    "ranking",
    "slope",
    "small_multiples",
    "strip",
    "svg",
    "web_font",
]
