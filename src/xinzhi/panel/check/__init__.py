"""What is wrong, suspicious or worth knowing about a panel."""

from xinzhi.panel.check.face import Findings, check

__all__ = ["Findings", "check"]
