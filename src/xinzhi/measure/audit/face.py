"""The audit of an index: how sure its ranks are, and which choices they hang on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Table
from xinzhi.base.text import Lang
from xinzhi.measure.audit.choices import Design, choice_frame, design, influence_frame, sobol_frame
from xinzhi.measure.audit.coherence import (
    alpha_frames,
    component_frames,
    correlation_frame,
    drift_frame,
    redundancy_frame,
    skew_frame,
)
from xinzhi.measure.audit.ranks import ahead_frame, rank_frame, score_frame, share_ahead
from xinzhi.measure.audit.recipe import recipe
from xinzhi.measure.audit.subject import Subject, taken_apart
from xinzhi.measure.interval import usual_variation
from xinzhi.measure.method import Variation
from xinzhi.measure.score import score
from xinzhi.measure.simulate.draws import Simulation, prepare, replicate

if TYPE_CHECKING:
    from xinzhi.measure.index.result import IndexResult

REBUILT = 1e-9


@dataclass(frozen=True)
class AuditResult(Result):
    """What an audit found; every frame is tidy.

    frame             = ranks: region, year, rank, median, low, high, mean, top_3, top_5, top_10 (shares of draws)
    scores            region, year, score, low, high
    sobol             factor, target, first, first_low, first_high, total, total_low, total_high
    choices           each alternative alone: factor, choice, spearman, kendall, mean_shift, largest_shift, mover …
    influence         each indicator left out: indicator, layer, spearman, kendall, mean_shift, largest_shift, mover …
    correlation       pairs of indicators: a, b, layer_a, layer_b, within, r
    redundancy        those with |r| > 0.9 ("redundant") and those below 0 ("opposed")
    alpha             scope (layer or "all"), indicators, rows, alpha, standardised
    alpha_if_dropped  scope, indicator, alpha, item_rest
    pca               scope, component, eigenvalue, explained, cumulative, above_one
    loadings          scope, indicator, component, loading
    weight_drift      indicator, year, weight, pooled, difference
    outliers          indicator, skew, kurtosis, extreme, and the shift of ranks if it were treated
    gap               largest difference between the published scores and the scores rebuilt here
    level             confidence level of every interval
    """

    frame: pd.DataFrame
    recipe: Recipe
    scores: pd.DataFrame
    sobol: pd.DataFrame
    choices: pd.DataFrame
    influence: pd.DataFrame
    correlation: pd.DataFrame
    redundancy: pd.DataFrame
    alpha: pd.DataFrame
    alpha_if_dropped: pd.DataFrame
    pca: pd.DataFrame
    loadings: pd.DataFrame
    weight_drift: pd.DataFrame
    outliers: pd.DataFrame
    gap: float
    level: float
    subject: Subject = field(repr=False)
    simulation: Simulation = field(repr=False)
    design: Design | None = field(repr=False)

    @property
    def ranks(self) -> pd.DataFrame:
        """The main frame: ranks and their intervals."""
        return self.frame

    @property
    def rebuilt(self) -> bool:
        """Whether the published scores could be rebuilt from the data and the method."""
        return self.gap <= REBUILT

    def ahead(self, a: str, b: str, year: int | None = None) -> float:
        """The probability that region `a` is ahead of `b` in `year` (the latest by default); equal scores count half.

        Regions by code or name. Raises UsageError for an unknown region or year.
        """
        one, other = (self._row(each, year) for each in (a, b))
        return float(share_ahead(self.simulation.scores[:, one], self.simulation.scores[:, other]))

    def ahead_matrix(self, year: int | None = None) -> pd.DataFrame:
        """Regions × regions: the probability that the row's region is ahead of the column's, in order of rank."""
        return ahead_frame(self.subject, self.simulation, year or self.subject.last)

    def sobol_of(self, region: str, year: int | None = None, of: str = "rank") -> pd.DataFrame:
        """Sobol indices of one region's rank or score, in the columns of `sobol`."""
        if self.design is None:
            return self.sobol
        row = self._row(region, year)
        values = self.design.ranks if of == "rank" else self.design.scores
        return self.design.frame(
            f"{of} {self.subject.region[row]} {self.subject.year[row]}", values[:, :, row].astype(float)
        )

    def _row(self, region: str, year: int | None) -> int:
        rows = self.subject.rows_of(year or self.subject.last)
        return self.subject.row(self.subject.code(region), rows)

    def summary(self, lang: Lang | None = None) -> str:
        """What was found, in plain sentences."""
        from xinzhi.measure.audit.words import summary

        return summary(self, lang)

    def tables(self) -> dict[str, Table]:
        """Ranks of the latest year first; then what the ranks hang on, and how the indicators hang together."""
        from xinzhi.measure.audit.tables import tables

        return tables(self)

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """Intervals of the ranks in the latest year."""
        from xinzhi.measure.audit.figure import rank_chart

        return rank_chart(self, lang=lang)


def audit(
    index: IndexResult,
    draws: int = 1000,
    seed: int = 0,
    vary: Variation | None = None,
    level: float = 0.9,
    *,
    workers: int | None = None,
) -> AuditResult:
    """How sure the ranks of an index are, and which of its choices they hang on.

    draws    Monte Carlo replications
    vary     what varies and how far; by default `Variation()` less what makes no sense beside the index's own method
    level    confidence level of every interval
    workers  threads; the results do not depend on their number

    First the index is rebuilt from its data and method; where that fails, the result says so. Then every choice varies
    at once (`simulate`), in a design for Sobol indices, one at a time, and each indicator is left out in turn.
    Source: Saisana, Saltelli & Tarantola (2005), J. R. Statist. Soc. A 168, 307–323; OECD & JRC (2008), step 10.
    """
    subject = taken_apart(index)
    chosen = usual_variation(subject.method, len(subject.indicators)) if vary is None else vary
    return audit_subject(subject, draws, seed, chosen, level, workers, strict=vary is not None)


def audit_subject(
    subject: Subject,
    draws: int,
    seed: int,
    vary: Variation,
    level: float,
    workers: int | None = None,
    *,
    strict: bool = True,
) -> AuditResult:
    """As `audit`, on an index taken apart; with `strict` alternatives that cannot be combined are refused, else left out."""
    table = prepare(
        subject.x, subject.direction, subject.year, subject.layer, subject.method, vary, subject.cell_error, strict
    )
    simulation = replicate(table, draws, seed, workers)
    z = score(subject.x, subject.direction, subject.year, subject.layer, subject.method, list(subject.indicators)).z
    laid = design(table, _base_for(draws), seed, level)
    pairs = correlation_frame(subject, z)
    alpha, alpha_if_dropped = alpha_frames(subject, z)
    pca, loadings = component_frames(subject, z)
    gap = float(np.abs(simulation.nominal_scores - subject.score).max())
    return AuditResult(
        frame=rank_frame(subject, simulation, level),
        recipe=recipe(subject, table.names, vary, draws, seed, level, gap, strict),
        scores=score_frame(subject, simulation, level),
        sobol=sobol_frame(laid, simulation),
        choices=choice_frame(subject, table, simulation),
        influence=influence_frame(subject, table, simulation),
        correlation=pairs,
        redundancy=redundancy_frame(pairs),
        alpha=alpha,
        alpha_if_dropped=alpha_if_dropped,
        pca=pca,
        loadings=loadings,
        weight_drift=drift_frame(subject),
        outliers=skew_frame(subject, simulation.nominal_scores, simulation.nominal_ranks),
        gap=gap,
        level=level,
        subject=subject,
        simulation=simulation,
        design=laid,
    )


def _base_for(draws: int) -> int:
    """Rows of the Sobol design: the power of two at or below half of the draws, within 64–1024."""
    return 1 << min(10, max(6, (draws // 2).bit_length() - 1))
