"""Many small linear programs at once."""

from xinzhi.productivity.programs.batch import Programs, Solutions, solve
from xinzhi.productivity.programs.simplex import INFEASIBLE, OPTIMAL, UNBOUNDED, UNFINISHED

__all__ = ["INFEASIBLE", "OPTIMAL", "UNBOUNDED", "UNFINISHED", "Programs", "Solutions", "solve"]
