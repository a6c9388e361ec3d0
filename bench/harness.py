"""Timing in pairs, and the table that is printed and written."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

Work = Callable[[], object]
_RECORDED = ("numpy", "scipy", "pandas", "duckdb", "statsmodels", "esda", "spreg", "libpysal", "highspy")


@dataclass(frozen=True)
class Row:
    """One comparison.

    what   what is computed, with its size
    ours   median seconds of wall time
    cpu    median seconds of processor time, all threads together: what a busy machine does not stretch; NaN for work in
           other processes
    peer   who is compared with, with version
    other  median seconds, NaN where the peer could not run
    ratio  median of other / ours over the pairs, NaN where the peer could not run
    note   what is covered, what is extrapolated, what else was measured
    """

    what: str
    ours: float
    cpu: float = float("nan")
    peer: str = "—"
    other: float = float("nan")
    ratio: float = float("nan")
    note: str = ""


def seconds(work: Work) -> float:
    """Wall time of one call; a callable that gives a float back has timed itself, such as one in another process."""
    start = time.perf_counter()
    told = work()
    return told if isinstance(told, float) else time.perf_counter() - start


def compare(
    what: str, ours: Work, peer: str, other: Work, *, pairs: int = 5, scale: float = 1.0, note: str = ""
) -> Row:
    """Time ours and the other in turn, `pairs` times after one warm-up each.

    scale  the other's time is multiplied by this, where it does only a part of the work; say so in the note
    """
    seconds(ours)
    seconds(other)
    times = [(*_both(ours), scale * seconds(other)) for _ in range(pairs)]
    mine, busy, theirs = (statistics.median(column) for column in zip(*times, strict=True))
    ratio = statistics.median(b / a for a, _, b in times)
    return Row(what, mine, busy, peer, theirs, ratio, note)


def _both(work: Work) -> tuple[float, float]:
    """Wall and processor seconds of one call; work that times itself runs elsewhere and has no processor time here."""
    start = time.process_time()
    wall = seconds(work)
    busy = time.process_time() - start
    return wall, busy if busy > 0.2 * wall else float("nan")


def alone(what: str, ours: Work, *, repeat: int = 5, note: str = "") -> Row:
    """Time ours without a peer."""
    seconds(ours)
    wall, busy = (statistics.median(column) for column in zip(*(_both(ours) for _ in range(repeat)), strict=True))
    return Row(what, wall, busy, note=note)


def machine() -> str:
    """Processor, cores that this process may use, system, Python and package versions."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    packages = []
    for name in _RECORDED:
        try:
            packages.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    system = f"{_processor()}, {cores} cores, {platform.system()} {platform.machine()}"
    return f"{system}; Python {platform.python_version()}, {', '.join(packages)}"


def _processor() -> str:
    if sys.platform.startswith("linux"):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown processor"


def load() -> str:
    """How busy the machine is, where it can tell."""
    return f"load average {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else "load unknown"


# a child's ru_maxrss starts at its parent's size on Linux, VmHWM does not
_PEAK = """
import resource, sys
from pathlib import Path
if sys.platform.startswith("linux"):
    print(next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")).split()[1])
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak_megabytes(code: str) -> float:
    """Largest resident memory, in MB, of a fresh Python that runs `code`; NaN where the system does not tell."""
    done = subprocess.run([sys.executable, "-c", f"{code}\n{_PEAK}"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return float("nan")
    size = float(done.stdout.split()[-1])
    return size / 1024**2 if sys.platform == "darwin" else size / 1024


def duration(value: float) -> str:
    """Seconds as a person reads them."""
    if value != value:
        return "—"
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if value * factor >= 1 or unit == "µs":
            return f"{value * factor:.3g} {unit}"
    raise AssertionError("unreachable")


def cells(row: Row) -> list[str]:
    """A row as strings."""
    ratio = "—" if row.ratio != row.ratio else f"{row.ratio:.3g}×"
    return [row.what, duration(row.ours), duration(row.cpu), row.peer, duration(row.other), ratio, row.note]


HEADINGS = ["what", "ours", "processor", "compared with", "its time", "ratio", "note"]


def markdown(sections: Iterable[tuple[str, str, list[Row]]], about: str) -> str:
    """All benches as one page: (name, what it is, rows)."""
    how = "Medians of paired runs within one run; ratio = its wall time / ours; processor = our time over all threads."
    lines = ["# Bench", "", about, "", how, ""]
    for name, what, rows in sections:
        lines += [f"## {name}", "", what, "", f"| {' | '.join(HEADINGS)} |", "|" + "---|" * len(HEADINGS)]
        lines += [f"| {' | '.join(text.replace('|', '/') for text in cells(row))} |" for row in rows]
        lines.append("")
    return "\n".join(lines)
