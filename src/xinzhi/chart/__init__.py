"""Charts as ECharts options, and the engine that draws them without a browser."""

from xinzhi.chart.change import bump, slope
from xinzhi.chart.choropleth import choropleth
from xinzhi.chart.classes import Classes, classes
from xinzhi.chart.engine import parts, png, svg
from xinzhi.chart.heatmap import heatmap
from xinzhi.chart.lettering import font_css, web_font
from xinzhi.chart.lines import Line, lines, small_multiples
from xinzhi.chart.ranking import ranking
from xinzhi.chart.scatter import scatter
from xinzhi.chart.stacked import stacked, waterfall
from xinzhi.chart.strip import intervals, strip

__all__ = [
    "Classes",
    "Line",
    "bump",
    "choropleth",
    "classes",
    "font_css",
    "heatmap",
    "intervals",
    "lines",
    "parts",
    "png",
    "ranking",
    "scatter",
    "slope",
    "small_multiples",
    "stacked",
    "strip",
    "svg",
    "waterfall",
    "web_font",
]
