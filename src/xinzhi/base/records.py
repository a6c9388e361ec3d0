"""Records of one kind, in order, whose fields can be read as columns."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")


class Records(tuple[T, ...]):
    """A tuple of dataclasses; `records["q"]` and `records.q` are the field `q` of all of them, `records.frame` is a table."""

    __slots__ = ()

    def __getitem__(self, key: Any) -> Any:
        """A record by position, a slice, or a field of all records by its name."""
        return self._column(key) if isinstance(key, str) else super().__getitem__(key)

    def __getattr__(self, name: str) -> Any:
        try:
            return self._column(name)
        except KeyError:
            raise AttributeError(f"records have no field {name!r}") from None

    def _column(self, name: str) -> Any:
        if name.startswith("__") or not self or not hasattr(self[0], name):
            raise KeyError(name)
        return np.array([getattr(record, name) for record in self])

    @property
    def frame(self) -> pd.DataFrame:
        """A row a record."""
        import pandas as pd

        return pd.DataFrame([asdict(record) for record in self])  # type: ignore[call-overload]
