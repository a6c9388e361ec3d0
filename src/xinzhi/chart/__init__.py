"""Charts as ECharts options, and the engine that draws them without a browser."""

from xinzhi.chart.change import bump, slope
from xinzhi.chart.choropleth import choropleth
from xinzhi.chart.classes import Classes, categories, classes
from xinzhi.chart.contour import contour
from xinzhi.chart.curves import curves
from xinzhi.chart.engine import parts, png, svg
from xinzhi.chart.heatmap import heatmap
from xinzhi.chart.lettering import web_font
from xinzhi.chart.lines import Line, lines, small_multiples
from xinzhi.chart.map_parts import Stroke
from xinzhi.chart.network import network
from xinzhi.chart.ranking import ranking
from xinzhi.chart.ridgeline import ridgeline
from xinzhi.chart.rose import rose
from xinzhi.chart.scatter import scatter
from xinzhi.chart.sheet import heading, headless
from xinzhi.chart.sobol import sobol
from xinzhi.chart.stacked import stacked, waterfall
from xinzhi.chart.strip import intervals, strip
from xinzhi.chart.tilegrid import province_cells, tilegrid
from xinzhi.chart.webfont import font_css

__all__ = [
    "Classes",
    "Line",
    "Stroke",
    "bump",
    "categories",
    "choropleth",
    "classes",
    "contour",
    "curves",
    "font_css",
    "heading",
    "headless",
    "heatmap",
    "intervals",
    "lines",
    "network",
    "parts",
    "png",
    "province_cells",
    "ranking",
    "ridgeline",
    "rose",
    "scatter",
    "slope",
    "small_multiples",
    "sobol",
    "stacked",
    "strip",
    "svg",
    "tilegrid",
    "waterfall",
    "web_font",
]
