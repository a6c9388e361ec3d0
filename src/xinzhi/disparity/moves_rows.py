"""The figures of mobility: transitions, classes, indices and tests of equal chains, as rows of tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from xinzhi.disparity.markov import SpatialMarkov, homogeneity, markov
from xinzhi.disparity.markov_chain import Markov
from xinzhi.disparity.mobility import MOBILITY


def transition_rows(chain: Markov, level: float) -> pd.DataFrame:
    """A row a transition, with Wilson intervals."""
    from scipy.special import ndtri

    z = float(ndtri((1 + level) / 2))
    k = chain.counts.shape[0]
    rows = []
    for i in range(k):
        n = int(chain.counts[i].sum())
        for j in range(k):
            p = chain.probabilities[i, j]
            centre = (p + z**2 / (2 * n)) / (1 + z**2 / n) if n else np.nan
            half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n) if n else np.nan
            rows.append(
                {
                    "start": i,
                    "end": j,
                    "count": int(chain.counts[i, j]),
                    "probability": p,
                    "low": max(0.0, centre - half),
                    "high": min(1.0, centre + half),
                }
            )
    return pd.DataFrame(rows)


def steady_rows(chain: Markov, path: Any, k: int) -> pd.DataFrame:
    """A row a class: shares at both ends and in the steady state, and the chances to leave."""
    down, stay, up = chain.upward()
    return pd.DataFrame(
        {
            "class_no": range(k),
            "first": np.bincount(path[:, 0], minlength=k) / path.shape[0],
            "last": np.bincount(path[:, -1], minlength=k) / path.shape[0],
            "steady": np.full(k, np.nan) if chain.empty or len(chain.closed) > 1 else chain.steady_state,
            "stay": stay,
            "up": up,
            "down": down,
        }
    )


def index_rows(chain: Markov, path: Any, k: int, drawn: Any) -> pd.DataFrame:
    """A row an index of mobility, with its interval where there are draws."""
    if chain.empty:
        return pd.DataFrame({"name": MOBILITY, "value": np.nan, "low": np.nan, "high": np.nan})
    leave, steps = chain.bartholomew(np.bincount(path[:, 0], minlength=k))
    values = [chain.shorrocks, chain.determinant, chain.second_eigenvalue, leave, steps]
    low, high = (drawn.low, drawn.high) if drawn is not None else (np.full(5, np.nan), np.full(5, np.nan))
    return pd.DataFrame({"name": MOBILITY, "value": values, "low": low, "high": high})


def test_rows(path: Any, k: int, found: SpatialMarkov | None) -> pd.DataFrame:
    """Whether chains are alike over the neighbours' classes, and before and after the middle of the period."""
    from scipy.special import chdtrc

    columns = ["name", "q", "lr", "dof", "q_p", "lr_p"]
    rows: list[tuple[str, float, float, int, float, float]] = []
    if found is not None and found.dof:
        rows.append(("neighbours", found.q, found.lr, found.dof, found.q_p, found.lr_p))
    middle = path.shape[1] // 2
    if middle >= 1 and path.shape[1] - middle >= 2:
        halves = np.stack([markov(part, k).counts for part in (path[:, : middle + 1], path[:, middle:])])
        q, lr, dof = homogeneity(halves)
        if dof:
            rows.append(("halves", q, lr, dof, float(chdtrc(dof, q)), float(chdtrc(dof, lr))))
    return pd.DataFrame(rows, columns=columns)


def spatial_rows(found: SpatialMarkov | None) -> pd.DataFrame:
    """A row a neighbour class and transition; none without neighbours."""
    rows = [
        {"near": near, "start": i, "end": j, "count": int(chain.counts[i, j]), "probability": chain.probabilities[i, j]}
        for near, chain in enumerate(found.conditional if found is not None else ())
        for i in range(chain.counts.shape[0])
        for j in range(chain.counts.shape[0])
    ]
    return pd.DataFrame(rows, columns=["near", "start", "end", "count", "probability"])
