"""Composite indices: normalise, weigh, aggregate, rate, and say how much each choice matters."""

from xinzhi.measure.aggregate import aggregate, outranking
from xinzhi.measure.ahp import Ahp, ahp_weights, merge_judgements
from xinzhi.measure.benefit import BenefitOfDoubt, benefit_of_doubt, best_weights
from xinzhi.measure.combine import combine_weights
from xinzhi.measure.critic import critic_weights
from xinzhi.measure.ideal import Vikor, grey_coefficients, grey_relational, topsis, vikor
from xinzhi.measure.method import Method, Variation
from xinzhi.measure.normalise import normalise
from xinzhi.measure.pca import pca_weights
from xinzhi.measure.rank_sum import RankSumRatio, rank_sum_ratio
from xinzhi.measure.score import Scored, score
from xinzhi.measure.weights import (
    cv_weights,
    entropy_weights,
    equal_weights,
    given_weights,
    hierarchical_weights,
    std_weights,
)

__all__ = [
    "Ahp", "BenefitOfDoubt", "Method", "RankSumRatio", "Scored", "Variation", "Vikor",
    "aggregate", "ahp_weights", "benefit_of_doubt", "best_weights", "combine_weights", "critic_weights", "cv_weights",
    "entropy_weights", "equal_weights", "given_weights", "grey_coefficients", "grey_relational",
    "hierarchical_weights", "merge_judgements", "normalise", "outranking", "pca_weights", "rank_sum_ratio", "score",
    "std_weights", "topsis", "vikor",
]  # fmt: skip
