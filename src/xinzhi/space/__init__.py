"""What the neighbours do: weights, association, centres, determinants and spatial panel models."""

from xinzhi.space.association import (
    Association,
    bivariate_moran,
    false_discovery,
    geary,
    getis_ord_global,
    lee,
    moran,
)
from xinzhi.space.beta import SpatialBeta, spatial_beta
from xinzhi.space.bivariate import BivariateResult, bivariate
from xinzhi.space.catching_up import CatchingUpResult, catching_up
from xinzhi.space.centres import CentrePath, Ellipse, centre_path, ellipse, travel
from xinzhi.space.cluster_moves import ClusterMovesResult, cluster_moves
from xinzhi.space.clustering import ClusteringResult, clustering
from xinzhi.space.determinants import DeterminantsResult, determinants
from xinzhi.space.discretise import Discretisation, breaks, cut, optimal_discretisation
from xinzhi.space.dynamics import DynamicsResult, dynamic_models
from xinzhi.space.geodetector import Ecological, Factor, Geodetector, Interaction, Risk, determinant, geodetector
from xinzhi.space.lisa_paths import LisaPaths, Rose, lisa_paths, rose
from xinzhi.space.lisa_transitions import LisaTransitions, lisa_transitions
from xinzhi.space.local import (
    GetisOrd,
    LocalMoran,
    getis_ord,
    local_bivariate_moran,
    local_geary,
    local_moran,
    total_moments,
)
from xinzhi.space.local_effects import LocalEffectsResult, local_effects
from xinzhi.space.local_regression import LocalRegression, gwr, mgwr
from xinzhi.space.models.face import ModelsResult, models
from xinzhi.space.panels.dynamic import DynamicPanel, dynamic_spatial_panel
from xinzhi.space.panels.effects import Effects
from xinzhi.space.panels.model import SpatialPanel, spatial_panel
from xinzhi.space.path import PathResult, path
from xinzhi.space.quantile import QuantileFit, quantile_regression
from xinzhi.space.quantiles import QuantilesResult, quantile_effects
from xinzhi.space.threshold import Threshold, ThresholdTest, threshold_regression
from xinzhi.space.thresholds import ThresholdsResult, threshold_effects
from xinzhi.space.weights.files import read_weights
from xinzhi.space.weights.matrix import (
    Weights,
    economic_distance,
    economic_geographic,
    from_pairs,
    higher_order,
    inverse_distance,
    k_nearest,
    matrix,
)
from xinzhi.space.weights.neighbours import RULES, weights_for
from xinzhi.space.weights.preview import WeightsResult, weights_map

__all__ = [
    "RULES",
    "Association",
    "BivariateResult",
    "CatchingUpResult",
    "CentrePath",
    "ClusterMovesResult",
    "ClusteringResult",
    "DeterminantsResult",
    "Discretisation",
    "DynamicPanel",
    "DynamicsResult",
    "Ecological",
    "Effects",
    "Ellipse",
    "Factor",
    "Geodetector",
    "GetisOrd",
    "Interaction",
    "LisaPaths",
    "LisaTransitions",
    "LocalEffectsResult",
    "LocalMoran",
    "LocalRegression",
    "ModelsResult",
    "PathResult",
    "QuantileFit",
    "QuantilesResult",
    "Risk",
    "Rose",
    "SpatialBeta",
    "SpatialPanel",
    "Threshold",
    "ThresholdTest",
    "ThresholdsResult",
    "Weights",
    "WeightsResult",
    "bivariate",
    "bivariate_moran",
    "breaks",
    "catching_up",
    "centre_path",
    "cluster_moves",
    "clustering",
    "cut",
    "determinant",
    "determinants",
    "dynamic_models",
    "dynamic_spatial_panel",
    "economic_distance",
    "economic_geographic",
    "ellipse",
    "false_discovery",
    "from_pairs",
    "geary",
    "geodetector",
    "getis_ord",
    "getis_ord_global",
    "gwr",
    "higher_order",
    "inverse_distance",
    "k_nearest",
    "lee",
    "lisa_paths",
    "lisa_transitions",
    "local_bivariate_moran",
    "local_effects",
    "local_geary",
    "local_moran",
    "matrix",
    "mgwr",
    "models",
    "moran",
    "optimal_discretisation",
    "path",
    "quantile_effects",
    "quantile_regression",
    "read_weights",
    "rose",
    "spatial_beta",
    "spatial_panel",
    "threshold_effects",
    "threshold_regression",
    "total_moments",
    "travel",
    "weights_for",
    "weights_map",
]
