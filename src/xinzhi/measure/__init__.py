"""Composite indices: normalise, weigh, aggregate, rate, and say how much each choice matters."""

from xinzhi.measure.aggregate import aggregate, outranking
from xinzhi.measure.ahp import Ahp, ahp_weights, merge_judgements
from xinzhi.measure.audit.face import AuditResult, audit
from xinzhi.measure.benefit import BenefitOfDoubt, benefit_of_doubt, best_weights
from xinzhi.measure.coherence import cronbach_alpha, principal_components
from xinzhi.measure.combine import combine_weights
from xinzhi.measure.critic import critic_weights
from xinzhi.measure.effective import effective_weights, main_effects
from xinzhi.measure.ideal import Vikor, grey_coefficients, grey_relational, topsis, vikor
from xinzhi.measure.index.explain import Explanation
from xinzhi.measure.index.face import index
from xinzhi.measure.index.result import IndexResult
from xinzhi.measure.method import Method, Variation
from xinzhi.measure.normalise import normalise
from xinzhi.measure.pca import pca_weights
from xinzhi.measure.preset import Preset
from xinzhi.measure.presets import preset, presets
from xinzhi.measure.rank_sum import RankSumRatio, rank_sum_ratio
from xinzhi.measure.score import Scored, score
from xinzhi.measure.screen import available, denominate, impute_by_group
from xinzhi.measure.simulate.draws import Simulation, simulate
from xinzhi.measure.sobol import SobolIndices, saltelli_design, sobol_indices
from xinzhi.measure.treatment import Treated, treat, treat_columns
from xinzhi.measure.weights import (
    cv_weights,
    entropy_weights,
    equal_weights,
    given_weights,
    hierarchical_weights,
    std_weights,
)

__all__ = [
    "Ahp",
    "AuditResult",
    "BenefitOfDoubt",
    "Explanation",
    "IndexResult",
    "Method",
    "Preset",
    "RankSumRatio",
    "Scored",
    "Simulation",
    "SobolIndices",
    "Treated",
    "Variation",
    "Vikor",
    "aggregate",
    "ahp_weights",
    "audit",
    "available",
    "benefit_of_doubt",
    "best_weights",
    "combine_weights",
    "critic_weights",
    "cronbach_alpha",
    "cv_weights",
    "denominate",
    "effective_weights",
    "entropy_weights",
    "equal_weights",
    "given_weights",
    "grey_coefficients",
    "grey_relational",
    "hierarchical_weights",
    "impute_by_group",
    "index",
    "main_effects",
    "merge_judgements",
    "normalise",
    "outranking",
    "pca_weights",
    "preset",
    "presets",
    "principal_components",
    "rank_sum_ratio",
    "saltelli_design",
    "score",
    "simulate",
    "sobol_indices",
    "std_weights",
    "topsis",
    "treat",
    "treat_columns",
    "vikor",
]
