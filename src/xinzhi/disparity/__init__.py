"""How far apart regions are and whether the gap closes: decompositions, convergence, clubs, mobility, distribution."""

from xinzhi.disparity.closing.face import ClosingResult, closing
from xinzhi.disparity.clubs import Club, Clubs, convergence_clubs, merge_clubs
from xinzhi.disparity.convergence import Beta, Sigma, beta_convergence, hausman, sigma_convergence
from xinzhi.disparity.dagum import Dagum, dagum
from xinzhi.disparity.density import Density, bandwidth_of, kernel_density
from xinzhi.disparity.gap.face import GapResult, gap
from xinzhi.disparity.inequality import (
    atkinson,
    generalised_entropy,
    gini,
    hoover,
    log_deviation,
    quantile_ratio,
    variation,
)
from xinzhi.disparity.inference import Interval, bootstrap
from xinzhi.disparity.logt import LogT, log_t, transition
from xinzhi.disparity.markov import (
    SpatialMarkov,
    classify,
    homogeneity,
    markov,
    quantile_classes,
    spatial_markov,
)
from xinzhi.disparity.markov_chain import Markov, chain
from xinzhi.disparity.mobility import (
    MOBILITY,
    RankMobility,
    mobility_intervals,
    rank_mobility,
)
from xinzhi.disparity.moves.face import MovesResult, moves
from xinzhi.disparity.nested import NestedResult, nested
from xinzhi.disparity.origins import SourcesResult, sources
from xinzhi.disparity.shape import ShapeResult, shape
from xinzhi.disparity.sources import GiniSources, gini_sources, shapley_sources
from xinzhi.disparity.standard_errors import asymptotic, atkinson_se, entropy_se, gini_se, variation_se
from xinzhi.disparity.theil import NestedTheil, Theil, TheilGroup, nested_theil, theil
from xinzhi.disparity.trend import hp_trend
from xinzhi.disparity.unit_root import UnitRoot, stochastic_convergence

__all__ = [
    "MOBILITY",
    "Beta",
    "ClosingResult",
    "Club",
    "Clubs",
    "Dagum",
    "Density",
    "GapResult",
    "GiniSources",
    "Interval",
    "LogT",
    "Markov",
    "MovesResult",
    "NestedResult",
    "NestedTheil",
    "RankMobility",
    "ShapeResult",
    "Sigma",
    "SourcesResult",
    "SpatialMarkov",
    "Theil",
    "TheilGroup",
    "UnitRoot",
    "asymptotic",
    "atkinson",
    "atkinson_se",
    "bandwidth_of",
    "beta_convergence",
    "bootstrap",
    "chain",
    "classify",
    "closing",
    "convergence_clubs",
    "dagum",
    "entropy_se",
    "gap",
    "generalised_entropy",
    "gini",
    "gini_se",
    "gini_sources",
    "hausman",
    "homogeneity",
    "hoover",
    "hp_trend",
    "kernel_density",
    "log_deviation",
    "log_t",
    "markov",
    "merge_clubs",
    "mobility_intervals",
    "moves",
    "nested",
    "nested_theil",
    "quantile_classes",
    "quantile_ratio",
    "rank_mobility",
    "shape",
    "shapley_sources",
    "sigma_convergence",
    "sources",
    "spatial_markov",
    "stochastic_convergence",
    "theil",
    "transition",
    "variation",
    "variation_se",
]
