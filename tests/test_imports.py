"""Nothing heavy loads for `import xinzhi`, for a help page or for a mistake on the command line."""

import subprocess
import sys

import pytest

HEAVY = (
    "numpy",
    "scipy",
    "pandas",
    "duckdb",
    "yaml",
    "joblib",
    "rich.table",
    "rich.console",
    "docx",
    "xlsxwriter",
    "fontTools",
    "quickjs",
    "highspy",
    "statsmodels",
    "libpysal",
    "esda",
)


def loaded(code: str) -> list[str]:
    """The heavy modules that are loaded after `code` ran in a fresh interpreter."""
    tail = f"\nimport sys\nprint('LOADED', *(m for m in {HEAVY!r} if m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code + tail], capture_output=True, text=True, encoding="utf-8", check=True
    )
    return next(line for line in done.stdout.splitlines() if line.startswith("LOADED")).split()[1:]


def test_importing_the_package_loads_nothing_heavy():
    assert loaded("import xinzhi") == []


@pytest.mark.parametrize(
    "line",
    ["--help", "run --help", "data --help", "data check --help", "explain --help", "--version", "rn", "run --jbos 2"],
)
def test_a_page_of_the_command_line_loads_nothing_heavy(line):
    assert loaded(f"from xinzhi.cli import main\nmain({line.split()!r})") == []


def test_the_check_sees_what_is_loaded():
    assert loaded("import pandas")[:2] == ["numpy", "pandas"]
