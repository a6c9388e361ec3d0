"""`xinzhi doctor`: what this machine has and lacks."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from xinzhi.base.errors import XinzhiError
from xinzhi.base.text import Text
from xinzhi.cli import deliver
from xinzhi.cli.options import Format, FormatOption, OutFile

_NEEDED = (
    "numpy",
    "scipy",
    "pandas",
    "duckdb",
    "pydantic",
    "typer",
    "xlsxwriter",
    "python-docx",
    "quickjs-ng",
    "resvg-py",
)
_OPTIONAL = {
    "statsmodels": "econ",
    "linearmodels": "econ",
    "esda": "econ",
    "spreg": "econ",
    "typst": "pdf",
    "polars": "scale",
}
_MEMORY_WANTED = 2.0  # GiB that the built-in study is comfortable with


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `state` is ok, low, missing (an optional part) or wrong; `advice` says what to do."""

    what: Text
    state: str
    found: str
    advice: Text = Text("", "")


def doctor(form: FormatOption = "table", out: OutFile = None) -> int:
    """Look at everything; 4 where something that is needed is wrong."""
    findings = [*_python(), *_packages(), *(_tried(what, test) for what, test in _TESTS)]
    _deliver(findings, form, out)
    return 4 if any(f.state == "wrong" for f in findings) else 0


def _python() -> list[Finding]:
    found = sys.version.split()[0]
    advice = Text("请安装 Python 3.11 或更新版本", "install Python 3.11 or newer")
    return [Finding(Text("Python", "Python"), "ok" if sys.version_info >= (3, 11) else "wrong", found, advice)]


def _packages() -> list[Finding]:
    from importlib.metadata import PackageNotFoundError, version

    found = []
    for name in (*_NEEDED, *_OPTIONAL):
        extra = _OPTIONAL.get(name)
        command = f'pip install "xinzhi[{extra}]"' if extra else f"pip install {name}"
        try:
            found.append(Finding(Text(name, name), "ok", version(name)))
        except PackageNotFoundError:
            state = "missing" if extra else "wrong"
            found.append(Finding(Text(name, name), state, "—", Text(f"需要时：{command}", f"when needed: {command}")))
    return found


def _tried(what: Text, test: Callable[[], tuple[str, Text | None]]) -> Finding:
    """`test` gives what it found and, where that is too little, the advice; what it raises is wrong."""
    try:
        found, advice = test()
    except (OSError, XinzhiError, ImportError) as error:
        return Finding(what, "wrong", "—", Text(str(error), str(error)))
    return Finding(what, "low" if advice else "ok", found, advice or Text("", ""))


def _data() -> tuple[str, Text | None]:
    from xinzhi import load

    panel = load("china-provinces")
    return f"{len(panel.regions)} × {len(panel.columns)}, {panel.years[0]}–{panel.years[-1]}", None


def _engine() -> tuple[str, Text | None]:
    from xinzhi import chart

    option = {"xAxis": {"type": "category", "data": ["新质"]}, "yAxis": {}, "series": [{"type": "bar", "data": [1]}]}
    svg = chart.svg(option, width=240, height=160)
    png = chart.png(option, width=240, height=160)
    return f"SVG {len(svg)} B, PNG {len(png)} B", None


def _writing() -> tuple[str, Text | None]:
    from xinzhi.base.files import written_aside

    probe = Path.cwd() / ".xinzhi-doctor"
    with written_aside(probe) as aside:
        aside.write_bytes(b"1")
    probe.unlink()
    return str(Path.cwd()), None


def _memory() -> tuple[str, Text | None]:
    free = _available_gib()
    if free is None:
        return "?", None
    little = Text(
        f"可用内存不足 {_MEMORY_WANTED} GiB；请关闭其他程序",
        f"less than {_MEMORY_WANTED} GiB free; close other programs",
    )
    return f"{free:.1f} GiB", little if free < _MEMORY_WANTED else None


def _available_gib() -> float | None:
    """Memory that can be used now, None where the system does not say."""
    meminfo = Path("/proc/meminfo")
    if not meminfo.exists():
        return None
    lines = dict(line.split(":", 1) for line in meminfo.read_text().splitlines() if ":" in line)
    return int(lines["MemAvailable"].split()[0]) / 2**20 if "MemAvailable" in lines else None


_TESTS: tuple[tuple[Text, Callable[[], tuple[str, Text | None]]], ...] = (
    (Text("内置数据", "bundled data"), _data),
    (Text("绘图引擎与字体", "chart engine and font"), _engine),
    (Text("写权限", "write permission"), _writing),
    (Text("可用内存", "free memory"), _memory),
)
_STATES = {
    "ok": Text("正常", "ok"),
    "missing": Text("未安装（可选）", "not installed (optional)"),
    "low": Text("偏少", "low"),
    "wrong": Text("有问题", "wrong"),
}


def _deliver(findings: list[Finding], form: Format, out: Path | None) -> None:
    import pandas as pd

    from xinzhi.base.recipe import Recipe
    from xinzhi.base.table import Column, Table

    rows = [
        {
            "item": f.what.say(),
            "state": _STATES[f.state].say() if form == "table" else f.state,
            "found": f.found,
            "advice": "" if f.state == "ok" else f.advice.say(),
        }
        for f in findings
    ]
    columns = (
        Column("item", Text("项目", "item"), style="text"),
        Column("state", Text("状态", "state"), style="text"),
        Column("found", Text("结果", "found"), style="text"),
        Column("advice", Text("建议", "advice"), style="text"),
    )
    title = Text("本机检查", "This machine")
    deliver.table(Table(pd.DataFrame(rows), columns, title), form, out, Recipe("xinzhi doctor", title))
