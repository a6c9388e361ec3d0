"""The tidy frames of an index."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.measure.effective import correlations_with, effective_weights
from xinzhi.measure.inputs import MISSING_MARK, Inputs
from xinzhi.measure.method import Method
from xinzhi.measure.preset import Preset
from xinzhi.measure.score import Scored


def rank_within(scores: Array, years: NDArray[np.int64]) -> Array:
    """(n,) rank within the year, 1 the highest; equal scores share the better rank; NaN has none."""
    return np.asarray(pd.Series(-scores).groupby(years).rank(method="min"), dtype=float)


def score_frame(inputs: Inputs, scored: Scored, interval: tuple[Array, Array, Array, Array]) -> pd.DataFrame:
    """region, year, score, low, high, rank, rank_low, rank_high; then `observed` and `estimated`, shares of the weight.

    observed   of indicators that have a value; below 1 the row was scored over what it has
    estimated  of indicators whose value somebody estimated, such as an interpolated one
    """
    low, high, best, worst = interval
    there = ~np.isnan(inputs.x)
    rough = np.isin(inputs.marks, ["", MISSING_MARK], invert=True)
    return pd.DataFrame(
        {
            "region": list(inputs.regions),
            "year": inputs.years,
            "score": scored.scores,
            "low": low,
            "high": high,
            "rank": rank_within(scored.scores, inputs.years).astype(int),
            "rank_low": best.astype(int),
            "rank_high": worst.astype(int),
            "observed": (scored.weights * there).sum(axis=1),
            "estimated": (scored.weights * rough).sum(axis=1),
        }
    )


def layer_frame(inputs: Inputs, scored: Scored, preset: Preset) -> pd.DataFrame:
    """region, year, layer, score, rank within the year, observed (share of the layer's weight that has a value)."""
    blocks = []
    for k, name in enumerate(preset.layers):
        members = inputs.layers == k
        weight = scored.weights[:, members]
        total = weight.sum(axis=1)
        seen = (weight * ~np.isnan(inputs.x[:, members])).sum(axis=1)
        blocks.append(
            pd.DataFrame(
                {
                    "region": list(inputs.regions),
                    "year": inputs.years,
                    "layer": name,
                    "score": scored.layers[:, k],
                    "rank": rank_within(scored.layers[:, k], inputs.years),
                    "observed": np.divide(seen, total, out=np.ones_like(seen), where=total > 0),
                }
            )
        )
    whole = pd.concat(blocks, ignore_index=True)
    return whole.sort_values(["region", "year"], kind="stable", ignore_index=True)


def weight_frame(inputs: Inputs, scored: Scored, preset: Preset, method: Method) -> pd.DataFrame:
    """layer, indicator, weight (in the index), within (in its layer), effective, correlation, direction; a year where each has its own.

    effective    what the indicator really moves: its squared correlation with the score, scaled to sum to one
    correlation  of the normalised indicator with the score
    direction    +1, −1, or 0 for best at a middle value
    """
    blocks = []
    for year in [None] if method.pooled else np.unique(inputs.years).tolist():
        rows = np.ones(len(inputs.years), dtype=bool) if year is None else inputs.years == year
        w = scored.weights[rows][0]
        layer_total = np.array([w[inputs.layers == k].sum() for k in inputs.layers])
        block = pd.DataFrame(
            {
                "layer": [preset.layer_of[name] for name in inputs.names],
                "indicator": list(inputs.names),
                "weight": w,
                "within": np.divide(w, layer_total, out=np.zeros_like(w), where=layer_total > 0),
                "effective": _effective(scored, rows),
                "correlation": correlations_with(scored.z[rows], scored.scores[rows]),
                "direction": [0 if i.target is not None else i.sign for i in preset.indicators],
            }
        )
        if year is not None:
            block.insert(0, "year", year)
        blocks.append(block)
    return pd.concat(blocks, ignore_index=True)


def _effective(scored: Scored, rows: NDArray[np.bool_]) -> Array:
    if rows.sum() < 3 or np.ptp(scored.scores[rows]) == 0:
        return np.full(scored.z.shape[1], np.nan)  # two rows cannot show what moves a score
    return effective_weights(scored.z[rows], scored.scores[rows], missing=True)


def value_frame(inputs: Inputs, scored: Scored, preset: Preset) -> pd.DataFrame:
    """region, year, layer, indicator, raw, treated, normalised, weight, contribution, mark; one row a cell.

    raw           value of the formula in its own unit
    treated       after treatment of outliers; for an indicator with a target, minus its distance from it
    weight        in the index, after sharing out what the row lacks
    contribution  to the score; the contributions of a row sum to its score
    mark          what was done to the cell: "" as published, missing, interpolated, winsorised …
    """
    n, m = inputs.x.shape
    return pd.DataFrame(
        {
            "region": np.repeat(np.array(inputs.regions, dtype=object), m),
            "year": np.repeat(inputs.years, m),
            "layer": np.tile(np.array([preset.layer_of[name] for name in inputs.names], dtype=object), n),
            "indicator": np.tile(np.array(inputs.names, dtype=object), n),
            "raw": inputs.raw.ravel(),
            "treated": inputs.x.ravel(),
            "normalised": scored.z.ravel(),
            "weight": scored.used.ravel(),
            "contribution": scored.parts.ravel(),
            "mark": inputs.marks.ravel(),
        }
    ).astype({"region": str, "layer": str, "indicator": str, "mark": str})
