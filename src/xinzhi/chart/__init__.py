"""Charts as ECharts options, and the engine that draws them without a browser."""

from xinzhi.chart.choropleth import choropleth
from xinzhi.chart.classes import Classes, classes
from xinzhi.chart.engine import parts, png, svg
from xinzhi.chart.lettering import font_css, web_font
from xinzhi.chart.ranking import ranking

__all__ = ["Classes", "choropleth", "classes", "font_css", "parts", "png", "ranking", "svg", "web_font"]
