"""Productivity: how much comes from more input, how much from doing better."""

from xinzhi.productivity.accounts.accounting import growth_accounting, level_accounting
from xinzhi.productivity.accounts.capital import capital_stock
from xinzhi.productivity.accounts.decompose import kaya, lmdi
from xinzhi.productivity.accounts.prices import deflate, price_level
from xinzhi.productivity.carbon.face import carbon
from xinzhi.productivity.chain import chain
from xinzhi.productivity.change.hicks import hicks_moorsteen
from xinzhi.productivity.change.indicators import luenberger, malmquist_luenberger
from xinzhi.productivity.change.indices import malmquist, sbm_malmquist
from xinzhi.productivity.change.primont import fare_primont
from xinzhi.productivity.drivers import drivers
from xinzhi.productivity.efficiency.face import efficiency
from xinzhi.productivity.envelopment.byproduction import by_production
from xinzhi.productivity.envelopment.closest import closest_targets
from xinzhi.productivity.envelopment.cross import cross_efficiency
from xinzhi.productivity.envelopment.distance import directional, nonradial_directional
from xinzhi.productivity.envelopment.farrell import radial
from xinzhi.productivity.envelopment.groups import metafrontier, metafrontier_malmquist
from xinzhi.productivity.envelopment.negative import range_directional
from xinzhi.productivity.envelopment.network import two_stage
from xinzhi.productivity.envelopment.slacks import sbm
from xinzhi.productivity.envelopment.weighted import additive, affinity, ebm
from xinzhi.productivity.envelopment.windows import window_analysis
from xinzhi.productivity.frontier.face import frontier
from xinzhi.productivity.gap import technology_gap
from xinzhi.productivity.growth import growth
from xinzhi.productivity.improve.face import improve
from xinzhi.productivity.inference.bootstrap import dea_bootstrap
from xinzhi.productivity.inference.double_bootstrap import double_bootstrap
from xinzhi.productivity.inference.outliers import data_cloud, outliers
from xinzhi.productivity.inference.partial import order_alpha, order_m
from xinzhi.productivity.inference.returns_test import returns_test
from xinzhi.productivity.inference.truncated import truncated_regression
from xinzhi.productivity.inputs.catalogue import input_presets
from xinzhi.productivity.inputs.face import inputs
from xinzhi.productivity.specification.face import specification
from xinzhi.productivity.stochastic.frontier import stochastic_frontier
from xinzhi.productivity.stochastic.tfp import tfp_decomposition
from xinzhi.productivity.stochastic.translog import translog
from xinzhi.productivity.tfp.face import tfp

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
