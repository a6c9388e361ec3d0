"""How the indicators of an index hang together: correlations, redundancy, alpha, components, drift of weights, skew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.errors import ComputationError, XinzhiError
from xinzhi.measure.audit.subject import Subject
from xinzhi.measure.coherence import cronbach_alpha, principal_components
from xinzhi.measure.critic import correlation
from xinzhi.measure.influence import agreement
from xinzhi.measure.method import Method
from xinzhi.measure.normalise import normalise
from xinzhi.measure.score import score, weigh
from xinzhi.measure.simulate.scores import ranks_by_year
from xinzhi.measure.treatment import treat

WHOLE = "all"
STRONG = 0.9
_ON_UNIT = ("minmax", "log-minmax", "percentile", "sigmoid", "distance")
_FROM_DATA = ("entropy", "critic", "cv", "std", "pca", "game", "multiplicative")


def correlation_frame(subject: Subject, z: Array) -> pd.DataFrame:
    """Each pair of indicators: a, b, their layers, whether it is the same layer, r over the rows that both have.

    r is NaN for a pair that shares fewer than three rows.
    """
    first, second = np.triu_indices(z.shape[1], 1)
    r = [_together(z[:, [a, b]]) for a, b in zip(first, second, strict=True)]
    ids, layers = np.asarray(list(subject.indicators)), np.asarray(list(subject.layers))[subject.layer]
    return pd.DataFrame(
        {
            "a": ids[first],
            "b": ids[second],
            "layer_a": layers[first],
            "layer_b": layers[second],
            "within": subject.layer[first] == subject.layer[second],
            "r": r,
        }
    )


def _together(pair: Array) -> float:
    """Correlation of two columns over the rows that both have; NaN where fewer than three do, or one does not vary."""
    both = pair[~np.isnan(pair).any(axis=1)]
    return float(correlation(both)[0, 1]) if len(both) > 2 and (np.ptp(both, axis=0) > 0).all() else float("nan")


def redundancy_frame(pairs: pd.DataFrame, threshold: float = STRONG) -> pd.DataFrame:
    """Pairs that say the same (|r| above `threshold`: "redundant") or pull apart within a layer (r < 0: "opposed")."""
    same = pairs[pairs["r"].abs() > threshold].assign(kind="redundant")
    apart = pairs[(pairs["r"] < 0) & (pairs["r"] >= -threshold)].assign(kind="opposed")
    both = pd.concat([same, apart]).assign(size=lambda f: f["r"].abs())
    ordered = both.sort_values(["kind", "size"], ascending=False, kind="stable").drop(columns="size")
    return ordered.reset_index(drop=True)


def _scopes(subject: Subject, z: Array) -> list[tuple[str, NDArray[np.int64], Array]]:
    """Each layer and the whole: its id, the positions of its indicators, and its complete rows."""
    scopes = []
    for number, name in enumerate([*subject.layers, WHOLE]):
        inside = np.flatnonzero(subject.layer == number) if number < len(subject.layers) else np.arange(z.shape[1])
        part = z[:, inside]
        scopes.append((name, inside.astype(np.int64), part[~np.isnan(part).any(axis=1)]))
    return scopes


def _enough(rows: Array) -> Array:
    """`rows` unless there are too few of them for a covariance, or a single indicator."""
    if len(rows) < 3 or rows.shape[1] < 2:
        raise ComputationError(
            f"完整的行只有 {len(rows)} 行、指标 {rows.shape[1]} 个，至少需要 3 行、2 个指标",
            f"there are {len(rows)} complete rows and {rows.shape[1]} indicator(s); at least 3 and 2 are needed",
            code="256",
        )
    return rows


def alpha_frames(subject: Subject, z: Array) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cronbach's alpha of each layer and the whole, and what it would be without each indicator.

    Rows without a gap in the scope are used. Where there is no alpha the notes say why.
    """
    ids, whole, dropped = list(subject.indicators), [], []
    for name, inside, rows in _scopes(subject, z):
        row: dict[str, object] = {
            "scope": name, "indicators": len(inside), "rows": len(rows), "alpha": np.nan, "standardised": np.nan,
            "note_zh": "", "note_en": "",
        }  # fmt: skip
        try:
            found = cronbach_alpha(_enough(rows), [ids[j] for j in inside])
        except XinzhiError as error:
            whole.append(row | {"note_zh": error.text.zh, "note_en": error.text.en})
            continue
        whole.append(row | {"alpha": found.alpha, "standardised": found.standardised})
        dropped += [
            {"scope": name, "indicator": ids[j], "alpha": found.if_dropped[i], "item_rest": found.item_rest[i]}
            for i, j in enumerate(inside)
        ]
    return pd.DataFrame(whole), pd.DataFrame(dropped, columns=["scope", "indicator", "alpha", "item_rest"])


def component_frames(subject: Subject, z: Array) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Eigenvalues and loadings of the principal components of each layer and the whole, from rows without a gap."""
    ids, values, loadings = list(subject.indicators), [], []
    for name, inside, rows in _scopes(subject, z):
        try:
            found = principal_components(_enough(rows), [ids[j] for j in inside])
        except XinzhiError:  # why is told in the notes of `alpha`, which needs the same of the rows
            continue
        values.append(
            pd.DataFrame(
                {
                    "scope": name,
                    "component": np.arange(1, len(inside) + 1),
                    "eigenvalue": found.eigenvalues,
                    "explained": found.explained,
                    "cumulative": np.cumsum(found.explained),
                    "above_one": np.arange(len(inside)) < found.above_one,
                }
            )
        )
        table = pd.DataFrame(found.loadings, columns=np.arange(1, len(inside) + 1)).assign(
            scope=name, indicator=[ids[j] for j in inside]
        )
        loadings.append(table.melt(["scope", "indicator"], var_name="component", value_name="loading"))
    if not values:
        return _none("scope", "component", "eigenvalue"), _none("scope", "indicator", "component", "loading")
    return pd.concat(values, ignore_index=True), pd.concat(loadings, ignore_index=True)


def _none(*columns: str) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=object) for name in columns})


def drift_frame(subject: Subject) -> pd.DataFrame:
    """Weights from each year alone against those from all years: indicator, year, weight, pooled, difference.

    The index's own weighting where it comes from the data, entropy otherwise, on values normalised within the year.
    An indicator that has no value or does not vary in a year has no weight there (NaN); the others share its part. A
    year whose data give no weights at all has none.
    """
    method = subject.method
    if method.weights not in _FROM_DATA:
        unit = method.normalise if method.normalise in _ON_UNIT else "minmax"
        method = replace(method, weights="entropy", normalise=unit)
    everywhere = _weights(subject, method, np.arange(len(subject.year)))
    rows = []
    for year in np.unique(subject.year):
        alone = _weights(subject, method, subject.rows_of(int(year)))
        rows += [
            {"indicator": indicator, "year": int(year), "weight": w, "pooled": p, "difference": w - p}
            for indicator, w, p in zip(subject.indicators, alone, everywhere, strict=True)
        ]
    return pd.DataFrame(rows)


def _varied(x: Array) -> NDArray[np.bool_]:
    """(m,) whether a column has two different values."""
    gone = np.isnan(x)
    return np.asarray(np.where(gone, np.inf, x).min(axis=0) < np.where(gone, -np.inf, x).max(axis=0))


def _weights(subject: Subject, method: Method, rows: NDArray[np.int64]) -> Array:
    """(m,) weights from these rows, NaN for an indicator without spread in them."""
    x, out = subject.x[rows], np.full(subject.x.shape[1], np.nan)
    inside = np.flatnonzero(_varied(x))
    posts = method.goalposts if method.normalise in ("minmax", "log-minmax") else None
    try:
        kept = None if posts is None else [posts[j] for j in inside]
        z = normalise(x[:, inside], subject.direction[inside], method.normalise, goalposts=kept, missing="keep")
        varied = _varied(z)  # goalposts may have cut the differences off
        inside, z = inside[varied], z[:, varied]
        # layers without any such indicator drop out; the rest are numbered anew
        layers, layer = np.unique(subject.layer[inside], return_inverse=True)
        if method.layer_weights is not None:
            method = replace(method, layer_weights=tuple(method.layer_weights[k] for k in layers))
        out[inside] = weigh(z, layer.astype(np.int64), method)
    except XinzhiError:
        return np.full(subject.x.shape[1], np.nan)
    return out


def skew_frame(subject: Subject, nominal: Array, ranks: NDArray[np.int32]) -> pd.DataFrame:
    """Skewness and excess kurtosis of each indicator, and what treating its outliers would do to the ranks.

    `extreme`: |skew| > 2 with kurtosis > 3.5, a range that a few cells decide. Such an indicator alone is winsorised, or
    put in logarithms where that is not enough (`treatment.treat`), and the index computed anew; nominal (n,) and ranks
    (n,) are those of the index as it is.
    """
    rows = []
    for j, indicator in enumerate(subject.indicators):
        found = treat(subject.x[:, j])
        row: dict[str, object] = {
            "indicator": indicator, "skew": found.skew, "kurtosis": found.kurtosis, "extreme": found.step != "none",
            "treatment": found.step, "points": found.points, "spearman": 1.0, "mean_shift": 0.0, "largest_shift": 0,
        }  # fmt: skip
        if found.step != "none":
            x = subject.x.copy()
            x[:, j] = found.values
            scores = score(x, subject.direction, subject.year, subject.layer, _without_posts(subject.method, j)).scores
            now = agreement(scores, ranks_by_year(scores, subject.year), nominal, ranks, subject.year)
            row |= {"spearman": now.spearman, "mean_shift": now.mean_shift, "largest_shift": now.largest_shift}
        rows.append(row)
    return pd.DataFrame(rows)


def _without_posts(method: Method, position: int) -> Method:
    """The method with no goalposts for one indicator, whose unit has changed."""
    if method.goalposts is None or method.goalposts[position] is None:
        return method
    return replace(method, goalposts=tuple(None if j == position else p for j, p in enumerate(method.goalposts)))
