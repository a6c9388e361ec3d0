"""Reading panels from what people have: `read` and the record of what was detected."""

from xinzhi.panel.reading.face import read
from xinzhi.panel.reading.record import Reading, Remark

__all__ = ["Reading", "Remark", "read"]
