"""Many small linear programs at once."""

from xinzhi.productivity.programs.batch import solve
from xinzhi.productivity.programs.simplex import INFEASIBLE, OPTIMAL, UNBOUNDED, UNFINISHED
from xinzhi.productivity.programs.statement import Programs, Solutions

__all__ = ["INFEASIBLE", "OPTIMAL", "UNBOUNDED", "UNFINISHED", "Programs", "Solutions", "solve"]
