"""`panel.repair(plan)`: the steps in their order, every touched cell recorded, nothing else changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from xinzhi.base.text import Text
from xinzhi.panel.panel import TOUCHED_COLUMNS, Panel
from xinzhi.panel.repair.carry_out import carry_out
from xinzhi.panel.repair.plan import Plan, Step, name_of, plan_of


def repair(panel: Panel, plan: Plan | Mapping[str, object] | Sequence[Mapping[str, object]]) -> Panel:
    """The panel after the steps of `plan`; `touched` has one more row for each cell that a step changed."""
    for position, step in enumerate(plan_of(plan).steps, start=1):
        after = carry_out(panel, step)
        rows = changes(panel, after, position, step)
        earlier = [panel.touched] if len(panel.touched) else []
        touched = pd.concat([*earlier, rows], ignore_index=True) if len(rows) else panel.touched
        panel = replace(after, touched=touched)
    return panel


MARK = {
    "interpolate": "interpolated",
    "carry": "carried",
    "impute": "imputed",
    "winsorise": "winsorised",
    "deflate": "deflated",
    "link": "linked",
    "drop": "dropped",
    "screen": "dropped",
    "denominate": "denominated",
    "rescale": "rescaled",
    "replace": "replaced",
}


def changes(before: Panel, after: Panel, position: int, step: Step) -> pd.DataFrame:
    """A row for each cell that differs between two panels: mark, before, after, step, reason."""
    name = name_of(step)
    reason = step.reason or say(step).say()
    rows = []
    index = before.frame.index.union(after.frame.index)
    for column in dict.fromkeys([*before.columns, *after.columns]):
        source = _source(column, before, step)
        old = before.frame[source].reindex(index).to_numpy(dtype=float) if source else np.full(len(index), np.nan)
        new = (
            after.frame[column].reindex(index).to_numpy(dtype=float)
            if column in after.columns
            else np.full(len(index), np.nan)
        )
        differs = ~((old == new) | (np.isnan(old) & np.isnan(new)))
        for k in np.flatnonzero(differs):
            region, year = index[int(k)]
            rows.append((str(region), int(year), column, MARK[name], old[k], new[k], f"{position} {name}", reason))
    return pd.DataFrame(rows, columns=list(TOUCHED_COLUMNS))


def _source(column: str, before: Panel, step: Step) -> str:
    """The column whose values stood before: the indicator itself, or the one that a new indicator was made from."""
    if column in before.columns:
        return column
    into = getattr(step, "into", "")
    if isinstance(into, str):
        return str(getattr(step, "indicator", ""))
    return next((k for k, v in into.items() if v == column), "")


def say(step: Step) -> Text:
    """What a step does, in a few words."""
    stated = step.model_dump(exclude_defaults=True, exclude={"step", "indicators", "regions", "years", "reason"})
    listed = ", ".join(f"{k}={v}" for k, v in {**_telling(step), **stated}.items())
    return Text(
        f"{name_of(step)}（{listed}）" if listed else name_of(step),
        f"{name_of(step)} ({listed})" if listed else name_of(step),
    )


def _telling(step: Step) -> dict[str, object]:
    """The choice that a reader needs even where it is the default."""
    return {k: getattr(step, k) for k in ("method", "direction", "rule", "limit") if hasattr(step, k)}
