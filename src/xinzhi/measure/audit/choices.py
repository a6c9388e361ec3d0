"""What each choice does to an index: one by one, all together (Sobol), and each indicator left out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.errors import XinzhiError
from xinzhi.measure.audit.subject import Subject
from xinzhi.measure.influence import Agreement, agreement, leave_one_out, one_choice_changed
from xinzhi.measure.score import score
from xinzhi.measure.simulate.draws import Simulation, Table, simulate_design
from xinzhi.measure.simulate.plan import varying
from xinzhi.measure.simulate.scores import ranks_by_year
from xinzhi.measure.sobol import sobol_indices

RANK_SHIFT = "rank_shift"
YARDSTICK = "pooled"
_CHOICES = [
    "factor", "choice", "spearman", "kendall", "mean_shift", "largest_shift", "mover", "mover_year", "leader",
    "same_leader", "note_zh", "note_en",
]  # fmt: skip
_INFLUENCE = [
    "indicator", "layer", "spearman", "kendall", "mean_shift", "largest_shift", "mover", "mover_year",
]  # fmt: skip
_INDICES = ("first", "first_low", "first_high", "total", "total_low", "total_high")


@dataclass(frozen=True)
class Design:
    """The Saltelli design of an audit, carried out.

    factors  the k factors that vary
    scores   (k + 2, base, n)
    ranks    (k + 2, base, n)
    seed     seed of the bootstrap
    level    confidence level of the bounds
    """

    factors: tuple[str, ...]
    scores: Array
    ranks: NDArray[np.int32]
    seed: int
    level: float

    def frame(self, target: str, values: Array) -> pd.DataFrame:
        """Indices of `values` (k + 2, base), one row a factor."""
        found = sobol_indices(values, level=self.level, seed=self.seed)
        return pd.DataFrame(
            {"factor": self.factors, "target": target} | {name: getattr(found, name)[:, 0] for name in _INDICES}
        )


def design(table: Table, base: int, seed: int, level: float) -> Design | None:
    """Carry out a Saltelli design over what varies; None where nothing does."""
    if not varying(table.names, table.vary):
        return None
    factors, scores, ranks = simulate_design(table, base, seed)
    return Design(factors, scores, ranks, seed, level)


def sobol_frame(laid: Design | None, simulation: Simulation) -> pd.DataFrame:
    """Sobol indices of the mean absolute shift of rank from the nominal index, over all rows."""
    if laid is None:
        return pd.DataFrame({"factor": [], "target": []} | {name: np.empty(0) for name in _INDICES})
    shift = np.abs(laid.ranks - simulation.nominal_ranks).mean(axis=2)
    return laid.frame(RANK_SHIFT, shift)


def choice_frame(subject: Subject, table: Table, simulation: Simulation) -> pd.DataFrame:
    """A specification table: each alternative alone against the index as it is."""
    rows = [
        _row(subject, simulation, factor, name, scores, ranks)
        for factor, name, scores, ranks in one_choice_changed(table)
    ]
    rows.append(_other_yardstick(subject, simulation))
    return pd.DataFrame(rows, columns=_CHOICES)


def _other_yardstick(subject: Subject, simulation: Simulation) -> dict[str, object]:
    """All years by one yardstick where the index uses yearly ones, and the other way round."""
    method = replace(subject.method, pooled=not subject.method.pooled)
    name = "all years" if method.pooled else "year by year"
    try:
        scores = score(subject.x, subject.direction, subject.year, subject.layer, method).scores
    except XinzhiError as error:
        return {"factor": YARDSTICK, "choice": name, "note_zh": error.text.zh, "note_en": error.text.en}
    return _row(subject, simulation, YARDSTICK, name, scores, ranks_by_year(scores, subject.year))


def _row(
    subject: Subject, simulation: Simulation, factor: str, name: str, scores: Array, ranks: NDArray[np.int32]
) -> dict[str, object]:
    found = agreement(scores, ranks, simulation.nominal_scores, simulation.nominal_ranks, subject.year)
    latest = subject.rows_of(subject.last)
    first, now = (latest[r[latest].argmin()] for r in (simulation.nominal_ranks, ranks))
    return {
        "factor": factor,
        "choice": name,
        **_moved(subject, found),
        "leader": subject.region[now],
        "same_leader": bool(first == now),
        "note_zh": "",
        "note_en": "",
    }


def _moved(subject: Subject, found: Agreement) -> dict[str, object]:
    return {
        "spearman": found.spearman,
        "kendall": found.kendall,
        "mean_shift": found.mean_shift,
        "largest_shift": found.largest_shift,
        "mover": subject.region[found.mover],
        "mover_year": int(subject.year[found.mover]),
    }


def influence_frame(subject: Subject, table: Table, simulation: Simulation) -> pd.DataFrame:
    """Each indicator left out in turn: agreement with the index as it is, and who moves most.

    Without rows for an index of a single indicator, which cannot do without it.
    """
    if len(subject.indicators) == 1:
        return pd.DataFrame(columns=_INFLUENCE)
    scores, ranks = leave_one_out(table)
    rows = []
    for j, indicator in enumerate(subject.indicators):
        found = agreement(scores[j], ranks[j], simulation.nominal_scores, simulation.nominal_ranks, subject.year)
        layer = list(subject.layers)[subject.layer[j]]
        rows.append({"indicator": indicator, "layer": layer, **_moved(subject, found)})
    return pd.DataFrame(rows).sort_values("mean_shift", ascending=False, ignore_index=True, kind="stable")
