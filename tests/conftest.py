"""Where tests find things that are not in the repository."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Callable[..., Path]:
    """`shared("oracles", "index", "x.csv")` gives a path beside the checkout, or skips the test where it is absent."""

    def find(*parts: str) -> Path:
        path = SHARED.joinpath(*parts)
        if not path.exists():
            pytest.skip(f"needs {'/'.join(parts)} beside the checkout; it may not be redistributed")
        return path

    return find
