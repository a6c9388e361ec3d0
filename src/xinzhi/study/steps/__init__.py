"""The kinds of step a study can have: kind → the class that states its options and runs it.

A room adds a kind by a file here, with a subclass of `Runnable`, and by its name in `KINDS`; schema, planner, cache,
progress and recipe follow from the class.
"""

from xinzhi.study.steps.audit import Audit
from xinzhi.study.steps.change import Change
from xinzhi.study.steps.disparity import Convergence, Distribution, Gap, Mobility, Nested, Sources
from xinzhi.study.steps.frontiers import Chain, Drivers, Frontier, TechnologyGap
from xinzhi.study.steps.index import Index
from xinzhi.study.steps.productivity import Carbon, Efficiency, Growth, Improve, Specification, Tfp
from xinzhi.study.steps.profiles import Profiles
from xinzhi.study.steps.regressions import Dynamics, Local, Moves, Quantiles, Thresholds
from xinzhi.study.steps.scorecards import Scorecards
from xinzhi.study.steps.space import Association, Bivariate, CatchingUp, Centre, Determinants, Models, Preview
from xinzhi.study.steps.step import Runnable

_ALL: tuple[type[Runnable], ...] = (
    Index,
    Audit,
    Change,
    Scorecards,
    Profiles,
    Gap,
    Nested,
    Sources,
    Convergence,
    Mobility,
    Distribution,
    Association,
    Bivariate,
    Preview,
    Centre,
    Determinants,
    Models,
    CatchingUp,
    Thresholds,
    Quantiles,
    Dynamics,
    Moves,
    Local,
    Tfp,
    Efficiency,
    Improve,
    Specification,
    Growth,
    Carbon,
    Frontier,
    TechnologyGap,
    Chain,
    Drivers,
)
KINDS: dict[str, type[Runnable]] = {str(kind.model_fields["kind"].default): kind for kind in _ALL}

__all__ = ["KINDS"]
