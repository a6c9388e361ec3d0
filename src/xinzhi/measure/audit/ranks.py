"""Intervals of ranks and scores, and who is ahead of whom, from the draws of an audit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from xinzhi.base.arrays import Array
from xinzhi.measure.audit.subject import Subject
from xinzhi.measure.interval import bounds
from xinzhi.measure.simulate.draws import Simulation

TOPS = (3, 5, 10)
_EQUAL = 1e-12


def rank_frame(subject: Subject, simulation: Simulation, level: float) -> pd.DataFrame:
    """One row a region and year: rank, median, low, high, mean, and the share of draws in the top 3, 5, 10."""
    _, _, low, high = bounds(simulation, level)
    frame = pd.DataFrame(
        {
            "region": subject.region,
            "year": subject.year,
            "rank": simulation.nominal_ranks,
            "median": np.median(simulation.ranks, axis=0),
            "low": low.astype(int),
            "high": high.astype(int),
            "mean": simulation.ranks.mean(axis=0),
        }
    )
    for top in TOPS:
        frame[f"top_{top}"] = (simulation.ranks <= top).mean(axis=0)
    return frame.sort_values(["year", "rank", "region"], ignore_index=True)


def score_frame(subject: Subject, simulation: Simulation, level: float) -> pd.DataFrame:
    """One row a region and year: score, low and high as the index publishes them."""
    low, high, _, _ = bounds(simulation, level)
    frame = pd.DataFrame(
        {
            "region": subject.region,
            "year": subject.year,
            "score": simulation.nominal_scores,
            "low": low,
            "high": high,
        }
    )
    return frame.sort_values(["year", "score", "region"], ascending=[True, False, True], ignore_index=True)


def share_ahead(a: Array, b: Array) -> Array:
    """Share of draws, along the first axis, in which score a is above score b; equal scores count half."""
    gap = a - b
    width = _EQUAL * np.maximum(np.abs(a), np.abs(b))
    return np.asarray((gap > width).mean(axis=0) + 0.5 * (np.abs(gap) <= width).mean(axis=0))


def ahead_frame(subject: Subject, simulation: Simulation, year: int) -> pd.DataFrame:
    """Regions × regions: the probability that the row's region is ahead of the column's; ½ on the diagonal."""
    rows = subject.rows_of(year)
    scores = simulation.scores[:, rows]
    matrix = np.stack([share_ahead(scores[:, [i]], scores) for i in range(len(rows))])
    codes = pd.Index(subject.region[rows], name="region")
    order = np.argsort(simulation.nominal_ranks[rows], kind="stable")
    return pd.DataFrame(matrix[np.ix_(order, order)], index=codes[order], columns=codes[order].rename("other"))
