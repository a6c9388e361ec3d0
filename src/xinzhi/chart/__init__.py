"""Charts as ECharts options, and the engine that draws them without a browser."""
