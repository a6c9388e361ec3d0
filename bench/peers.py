"""Other packages in environments of their own, so that none of them becomes a dependency of ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOM = Path(__file__).resolve().parents[1] / "out" / "peers"


class PeerMissingError(Exception):
    """A peer that cannot be installed here; the text says why."""


def python_with(name: str, *requirements: str) -> Path:
    """The interpreter of the environment `name`, made with `requirements` when it is first asked for."""
    home = ROOM / name
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = home / "installed.txt"
    wanted = "\n".join(requirements)
    if not (stamp.exists() and stamp.read_text(encoding="utf-8") == wanted):
        _run([sys.executable, "-m", "venv", "--clear", str(home)], name)
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements], name)
        stamp.write_text(wanted, encoding="utf-8")
    return python


def _run(command: list[str], name: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
        raise PeerMissingError(f"{name} could not be installed: {last}")


def ask(python: Path, script: str, **given: Any) -> Any:
    """Run `script` with `given` as JSON on its standard input; the last line it prints is its answer as JSON."""
    done = subprocess.run(
        [str(python), "-c", script], input=json.dumps(given), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise PeerMissingError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "the peer failed")
    return json.loads(done.stdout.strip().splitlines()[-1])
