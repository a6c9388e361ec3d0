"""The figures of mobility: transitions, classes, indices and tests of equal chains, as rows of tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from xinzhi.base.table import Column
from xinzhi.base.text import Text
from xinzhi.disparity.markov import SpatialMarkov, homogeneity, markov
from xinzhi.disparity.markov_chain import Markov
from xinzhi.disparity.mobility import MOBILITY

LEVELS: dict[int, tuple[Text, ...]] = {
    2: (Text("低", "low"), Text("高", "high")),
    3: (Text("低", "low"), Text("中", "middle"), Text("高", "high")),
    4: (Text("低", "low"), Text("中低", "lower middle"), Text("中高", "upper middle"), Text("高", "high")),
    5: (
        Text("低", "low"),
        Text("中低", "lower middle"),
        Text("中", "middle"),
        Text("中高", "upper middle"),
        Text("高", "high"),
    ),
}


def class_names(k: int) -> tuple[Text, ...]:
    """What k classes are called, lowest first."""
    return LEVELS.get(k, tuple(Text(f"{i + 1} 级", f"class {i + 1}") for i in range(k)))


INDICES: dict[str, Text] = {
    "shorrocks": Text("Shorrocks 流动性", "Shorrocks"),
    "determinant": Text("1 − |det P|", "1 − |det P|"),
    "second_eigenvalue": Text("1 − |λ₂|", "1 − |λ₂|"),
    "bartholomew_leave": Text("Bartholomew 离开概率", "Bartholomew, leaving"),
    "bartholomew_steps": Text("Bartholomew 跨级数", "Bartholomew, steps"),
}
TESTS = {
    "neighbours": Text("邻居各等级下转移概率相同", "the same chain whatever the neighbours' class"),
    "halves": Text("前后两段时期转移概率相同", "the same chain in both halves of the period"),
}


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


STEADY = (
    Column("name", Text("等级", "class"), style="text"),
    Column("first", Text("首年占比", "share, first year"), style="share"),
    Column("last", Text("末年占比", "share, last year"), style="share"),
    Column("steady", Text("稳态占比", "steady state"), style="share"),
    Column("down", Text("下降概率", "down"), style="share"),
    Column("stay", Text("停留概率", "stay"), style="share"),
    Column("up", Text("上升概率", "up"), style="share"),
)
HOMOGENEITY = (
    Column("label", Text("原假设", "hypothesis"), style="text"),
    Column("q", Text("Q", "Q"), style="number"),
    Column("q_p", Text("p（Q）", "p (Q)"), style="p"),
    Column("lr", Text("LR", "LR"), style="number"),
    Column("lr_p", Text("p（LR）", "p (LR)"), style="p"),
    Column("dof", Text("自由度", "df"), style="count"),
)
INDEX = (
    Column("label", Text("指数", "index"), style="text"),
    Column("value", Text("数值", "value"), style="index", low="low", high="high"),
)
