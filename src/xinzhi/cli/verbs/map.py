"""`xinzhi map`: the figures of one year on a map."""

from __future__ import annotations

import html
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xinzhi.base.errors import UsageError, unknown
from xinzhi.base.files import write_bytes
from xinzhi.base.text import Text, language
from xinzhi.cli import deliver
from xinzhi.cli.options import PanelName, PresetName, Year
from xinzhi.cli.source import Source, source_of, year_of
from xinzhi.cli.stderr import note
from xinzhi.cli.usage import both

if TYPE_CHECKING:
    import pandas as pd

    from xinzhi.panel import Panel

SCORE = "score"
_FORMS = (".svg", ".png", ".html")


def map_(
    what: Annotated[
        str,
        typer.Argument(
            help=both(
                "面板或指标体系中的指标；score 为指数得分。",
                "An indicator of panel or index system; score is the index.",
            )
        ),
    ] = SCORE,
    preset: PresetName = None,
    panel: PanelName = "china-provinces",
    year: Year = None,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            help=both(
                "写入的文件：.svg、.png、.html; - 为标准输出（SVG）。",
                "File to write: .svg, .png, .html; - is standard output (SVG).",
            ),
        ),
    ] = Path("map.svg"),
) -> int:
    """Draw it."""
    if out.suffix not in _FORMS and str(out) != "-":
        raise UsageError(
            f"{out} 的扩展名不能识别；请用 .svg、.png 或 .html", f"{out}: use .svg, .png or .html", code="509"
        )
    source = source_of(panel)
    values, name, unit = _values(source, what, preset)
    shown = _year(values, source.panel, year)
    option = _option(source.panel, values, shown, name, unit)
    _write(option, out, name)
    return 0


def _values(source: Source, what: str, preset: str | None) -> tuple[pd.Series, Text, str]:
    """The figures by (region, year), what they are, and their unit."""
    panel = source.panel
    if what in panel.indicators:
        entry = panel.indicators[what]
        return panel.frame[what], entry.name, entry.unit_name.say()
    from xinzhi.measure.presets import preset as read_preset

    system = read_preset(source.system(preset))
    if what == SCORE:
        import xinzhi

        frame = xinzhi.index(panel, system).frame
        return frame.set_index(["region", "year"])["score"], system.title, ""
    known = {each.id: each for each in system.indicators}
    if what not in known:
        raise unknown(Text("指标", "indicator"), what, [SCORE, *known, *panel.columns], code="031")
    found = known[what]
    return panel.evaluate(found.formula), found.name, found.unit.text.say()


def _year(values: pd.Series, panel: Panel, year: int | None) -> int:
    """The year asked for, else the latest with figures."""
    known = sorted({int(y) for y in values.dropna().index.get_level_values("year")})
    if not known:
        raise UsageError("这个指标没有任何数值，画不出地图", "there are no figures to draw", code="510")
    if year is None:
        return known[-1]
    if year not in known:
        year_of(panel, year)
        raise UsageError(
            f"{year} 年没有数值；有数值的年份为 {known[0]}–{known[-1]}",
            f"no figures for {year}; they cover {known[0]}–{known[-1]}",
            code="510",
        )
    return year


def _option(panel: Panel, values: pd.Series, year: int, name: Text, unit: str) -> dict[str, Any]:
    from xinzhi.atlas import map_option, shapes_for
    from xinzhi.chart import classes

    at = values.xs(year, level="year").dropna()
    codes = [str(code) for code in at.index]
    shapes = shapes_for(panel.places, codes)
    if shapes is None:
        shapes = panel.places.boundaries()  # says what is missing
    return map_option(
        shapes,
        {code: float(value) for code, value in zip(codes, at, strict=True) if code in shapes.shapes or shapes.dashes},
        classes(values.dropna().tolist()),
        legend_title=unit or name,
        title=Text("{name}，{year} 年", "{name}, {year}").fill(name=name, year=year),
        source=panel.title,
        lang=language(),
    )


def _write(option: dict[str, Any], out: Path, name: Text) -> None:
    from xinzhi import chart

    if out.suffix == ".png":
        write_bytes(out, chart.png(option))
    else:
        drawing = chart.svg(option)
        deliver.send(_page(drawing, name.say()) if out.suffix == ".html" else drawing, out)
        return
    note(str(out))


def _page(drawing: str, title: str) -> str:
    lang = "zh-CN" if language() == "zh" else "en"
    head = f'<meta charset="utf-8"><title>{html.escape(title)}</title><style>body{{margin:0}}svg{{max-width:100%;height:auto}}</style>'
    return f'<!doctype html><html lang="{lang}"><head>{head}</head><body>{drawing}</body></html>'
