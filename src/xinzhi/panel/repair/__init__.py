"""Repairing a panel by a stated plan."""

from xinzhi.panel.repair.face import repair
from xinzhi.panel.repair.plan import Plan, Step, plan_of

__all__ = ["Plan", "Step", "plan_of", "repair"]
