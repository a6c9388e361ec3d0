"""Productivity: how much comes from more input, how much from doing better."""

from xinzhi.productivity.accounting import growth_accounting, level_accounting
from xinzhi.productivity.bootstrap import dea_bootstrap
from xinzhi.productivity.byproduction import by_production
from xinzhi.productivity.capital import capital_stock
from xinzhi.productivity.carbon import carbon
from xinzhi.productivity.chain import chain
from xinzhi.productivity.closest import closest_targets
from xinzhi.productivity.cross import cross_efficiency
from xinzhi.productivity.decompose import kaya, lmdi
from xinzhi.productivity.distance import directional, nonradial_directional
from xinzhi.productivity.double_bootstrap import double_bootstrap
from xinzhi.productivity.drivers import drivers
from xinzhi.productivity.efficiency import efficiency
from xinzhi.productivity.farrell import radial
from xinzhi.productivity.frontier import frontier
from xinzhi.productivity.gap import technology_gap
from xinzhi.productivity.groups import metafrontier, metafrontier_malmquist
from xinzhi.productivity.growth import growth
from xinzhi.productivity.hicks import hicks_moorsteen
from xinzhi.productivity.improve import improve
from xinzhi.productivity.indicators import luenberger, malmquist_luenberger
from xinzhi.productivity.indices import malmquist, sbm_malmquist
from xinzhi.productivity.inputs import inputs
from xinzhi.productivity.inputs_catalogue import input_presets
from xinzhi.productivity.negative import range_directional
from xinzhi.productivity.network import two_stage
from xinzhi.productivity.outliers import data_cloud, outliers
from xinzhi.productivity.partial import order_alpha, order_m
from xinzhi.productivity.prices import deflate, price_level
from xinzhi.productivity.primont import fare_primont
from xinzhi.productivity.returns_test import returns_test
from xinzhi.productivity.slacks import sbm
from xinzhi.productivity.specification import specification
from xinzhi.productivity.stochastic import stochastic_frontier
from xinzhi.productivity.stochastic_tfp import tfp_decomposition
from xinzhi.productivity.stochastic_translog import translog
from xinzhi.productivity.tfp import tfp
from xinzhi.productivity.truncated import truncated_regression
from xinzhi.productivity.weighted import additive, affinity, ebm
from xinzhi.productivity.windows import window_analysis

__all__ = [
    "additive",
    "affinity",
    "by_production",
    "capital_stock",
    "carbon",
    "chain",
    "closest_targets",
    "cross_efficiency",
    "data_cloud",
    "dea_bootstrap",
    "deflate",
    "directional",
    "double_bootstrap",
    "drivers",
    "ebm",
    "efficiency",
    "fare_primont",
    "frontier",
    "growth",
    "growth_accounting",
    "hicks_moorsteen",
    "improve",
    "input_presets",
    "inputs",
    "kaya",
    "level_accounting",
    "lmdi",
    "luenberger",
    "malmquist",
    "malmquist_luenberger",
    "metafrontier",
    "metafrontier_malmquist",
    "nonradial_directional",
    "order_alpha",
    "order_m",
    "outliers",
    "price_level",
    "radial",
    "range_directional",
    "returns_test",
    "sbm",
    "sbm_malmquist",
    "specification",
    "stochastic_frontier",
    "technology_gap",
    "tfp",
    "tfp_decomposition",
    "translog",
    "truncated_regression",
    "two_stage",
    "window_analysis",
]
