"""`xinzhi data`: read, check and describe what a study stands on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xinzhi.base.text import Text
from xinzhi.cli import deliver
from xinzhi.cli.options import DryRun, Force, FormatOption, OutFile, Sheet, Strict
from xinzhi.cli.source import panel_of
from xinzhi.cli.stderr import note
from xinzhi.cli.usage import both

if TYPE_CHECKING:
    import pandas as pd

    from xinzhi.base.table import Table
    from xinzhi.panel import Panel

HAS_ERRORS, GATE_FAILED = 3, 5

Source = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help=both(
            "内置面板的名称，或数据文件；- 为标准输入（CSV）。",
            "Name of a bundled panel, or a data file; - is standard input (CSV).",
        ),
    ),
]
Encoding = Annotated[
    str | None,
    typer.Option("--encoding", help=both("文本编码；默认自动判断。", "Text encoding; found by itself when not given.")),
]
Layout = Annotated[
    str | None,
    typer.Option(
        "--layout", help=both("表格布局；默认自动判断。", "Layout of the table; found by itself when not given.")
    ),
]
Level = Annotated[
    str | None,
    typer.Option("--level", help=both("地区的层级，如 province。", "Level of the places, such as province.")),
]
Where = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        metavar="COLUMN=TEXT",
        help=both(
            "只读某列为某值的行，如 --where 口径=全市；可写多次。",
            "Read only rows with this text in that column, such as --where level=county; may be given several times.",
        ),
    ),
]
LeaveOut = Annotated[
    list[str] | None,
    typer.Option(
        "--leave-out",
        help=both("不读的地区，可写多次。", "A place whose rows are not read; may be given several times."),
    ),
]
Missing = Annotated[
    list[str] | None,
    typer.Option(
        "--missing", help=both("表示缺失的记号，可写多次。", "A mark that means missing; may be given several times.")
    ),
]
PlacesFile = Annotated[
    Path | None, typer.Option("--places", help=both("自己的地区清单（CSV）。", "Your own list of regions (CSV)."))
]
Shapes = Annotated[
    Path | None,
    typer.Option("--boundaries", help=both("这些地区的边界（GeoJSON）。", "Boundaries of these regions (GeoJSON).")),
]
Accept = Annotated[
    bool,
    typer.Option(
        "--accept-suggestions",
        help=both(
            "采用建议的地区（扫描错字），并逐一记录。", "Take suggested places (scanning errors); each is recorded."
        ),
    ),
]
Large = Annotated[bool, typer.Option("--large", help=both("读取超过 100 MB 的文件。", "Read files beyond 100 MB."))]


def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=both("数据文件。", "The data file."))],
    name: Annotated[
        str | None,
        typer.Option(
            "--name", help=both("存入 data/ 的名称；默认为文件名。", "Name to keep it under; the file's by default.")
        ),
    ] = None,
    sheet: Sheet = None,
    layout: Layout = None,
    encoding: Encoding = None,
    level: Level = None,
    missing: Missing = None,
    where: Where = None,
    leave_out: LeaveOut = None,
    places: PlacesFile = None,
    boundaries: Shapes = None,
    accept: Accept = False,
    large: Large = False,
    project: Annotated[Path, typer.Option("--project", help=both("研究文件夹。", "Folder of the study."))] = Path(),
    force: Force = False,
    dry_run: DryRun = False,
) -> int:
    """Read a file, show what was recognised, check it, keep it as Parquet."""
    from xinzhi.base.errors import UsageError

    target = project / "data" / f"{name or file.stem}.parquet"
    if target.exists() and not force and not dry_run:
        raise UsageError(
            f"{target} 已存在；要覆盖请加 --force", f"{target} exists; add --force to overwrite it", code="504"
        )
    panel = _open(
        str(file),
        places,
        boundaries,
        sheet=sheet,
        layout=layout,
        encoding=encoding,
        level=level,
        missing=missing,
        where=_pairs(where),
        leave_out=leave_out,
        accept_suggestions=accept,
        large=large,
    )
    deliver.send("\n".join([*(r.summary() for r in panel.readings), _recognised(panel)]), None)
    status = _report_findings(panel)
    if status == 0 and not dry_run:
        target.parent.mkdir(parents=True, exist_ok=True)
        panel.to_parquet(target)
        note(Text(f"已存入 {target}", f"kept in {target}"))
    return status


def check(
    source: Source = "china-provinces",
    sheet: Sheet = None,
    layout: Layout = None,
    encoding: Encoding = None,
    level: Level = None,
    missing: Missing = None,
    where: Where = None,
    leave_out: LeaveOut = None,
    places: PlacesFile = None,
    boundaries: Shapes = None,
    accept: Accept = False,
    large: Large = False,
    form: FormatOption = "table",
    out: OutFile = None,
    strict: Strict = False,
) -> int:
    """Every finding; 3 where one is an error, 5 with --strict where one is a warning."""
    findings = _open(
        source,
        places,
        boundaries,
        sheet=sheet,
        layout=layout,
        encoding=encoding,
        level=level,
        missing=missing,
        where=_pairs(where),
        leave_out=leave_out,
        accept_suggestions=accept,
        large=large,
    ).check()
    deliver.result(findings, form, out)
    severities = set(findings.frame["severity"])
    if "error" in severities:
        return HAS_ERRORS
    return GATE_FAILED if strict and "warning" in severities else 0


def describe(
    source: Source = "china-provinces",
    sheet: Sheet = None,
    layout: Layout = None,
    encoding: Encoding = None,
    level: Level = None,
    missing: Missing = None,
    where: Where = None,
    leave_out: LeaveOut = None,
    places: PlacesFile = None,
    boundaries: Shapes = None,
    accept: Accept = False,
    large: Large = False,
    form: FormatOption = "table",
    out: OutFile = None,
) -> int:
    """What a panel holds, an indicator a row."""
    from xinzhi.base.recipe import Recipe

    panel = _open(
        source,
        places,
        boundaries,
        sheet=sheet,
        layout=layout,
        encoding=encoding,
        level=level,
        missing=missing,
        where=_pairs(where),
        leave_out=leave_out,
        accept_suggestions=accept,
        large=large,
    )
    for limit in panel.limits:
        note(limit)
    shown = _dictionary(panel)
    deliver.table(shown, form, out, Recipe("xinzhi data describe", shown.title, data={panel.name: panel.hash}))
    return 0


def _pairs(stated: list[str] | None) -> dict[str, str]:
    """Header → text, from `header=text`."""
    from xinzhi.base.errors import UsageError

    pairs = [each.partition("=") for each in stated or ()]
    for header, equals, _ in pairs:
        if not header or not equals:
            raise UsageError(
                f"--where 应写作 列=值，实为「{header}」", f"--where is written column=text, not “{header}”", code="064"
            )
    return {header: text for header, _, text in pairs}


def _open(source: str, places: Path | None, boundaries: Path | None, **read: object) -> Panel:
    """The panel, read with what the command line states about it; what it does not state is left to `xinzhi.read`."""
    stated = {name: value for name, value in read.items() if value}
    if places is not None:
        from xinzhi.atlas import read_places

        stated["places"] = read_places(places, boundaries=boundaries)
    return panel_of(source, **stated)


def _report_findings(panel: Panel) -> int:
    """Findings in brief, worst first; 3 where one is an error."""
    frame = panel.check().frame
    for severity in ("error", "warning"):
        for message in frame.loc[frame["severity"] == severity, "message"].head(20):
            note(str(message))
    errors = int((frame["severity"] == "error").sum())
    if errors:
        note(
            Text(
                f"有 {errors} 处错误，没有存入；请改正后重来",
                f"{errors} errors; nothing was kept. Correct them and try again",
            )
        )
    return HAS_ERRORS if errors else 0


def _recognised(panel: Panel) -> str:
    names = "、".join(panel.indicator(c).name.say() for c in panel.columns[:8])
    more = "…" if len(panel.columns) > 8 else ""
    return Text(
        f"识别到 {len(panel.regions)} 个地区、{panel.years[0]}–{panel.years[-1]} 年、{len(panel.columns)} 个指标：{names}{more}",
        f"recognised {len(panel.regions)} regions, {panel.years[0]}–{panel.years[-1]}, {len(panel.columns)} indicators: {names}{more}",
    ).say()


def _missing(years: pd.Index, regions: int) -> float:
    """Share of missing cells between the first and the last year that have a figure."""
    return 1 - len(years) / (regions * (int(years.max()) - int(years.min()) + 1)) if len(years) else 1.0


def _dictionary(panel: Panel) -> Table:
    import pandas as pd

    from xinzhi.base.table import Column, Table

    rows = []
    for name in panel.columns:
        entry, values = panel.indicators[name], panel.frame[name].dropna()
        years = values.index.get_level_values("year")
        rows.append(
            {
                "id": name,
                "name": entry.name.say(),
                "unit": entry.unit_name,
                "first": int(years.min()) if len(years) else None,
                "last": int(years.max()) if len(years) else None,
                "regions": values.index.get_level_values("region").nunique(),
                "missing": _missing(years, len(panel.regions)),
                "source": entry.source,
            }
        )
    columns = (
        Column("id", Text("指标", "id"), style="text"),
        Column("name", Text("名称", "name"), style="text"),
        Column("unit", Text("单位", "unit"), style="text"),
        Column("first", Text("起始年", "first"), style="year"),
        Column("last", Text("末年", "last"), style="year"),
        Column("regions", Text("地区数", "regions"), style="count"),
        Column("missing", Text("缺失", "missing"), style="share"),
        Column("source", Text("来源", "source"), style="text"),
    )
    return Table(pd.DataFrame(rows), columns, panel.title)
