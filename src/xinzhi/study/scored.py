"""What the faces of a study take: any result that scores regions by year, and how they name regions in tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from xinzhi.base.errors import UsageError, nearest
from xinzhi.base.recipe import Recipe
from xinzhi.base.text import Text
from xinzhi.panel.labels import listed, name_of

if TYPE_CHECKING:
    import pandas as pd

    from xinzhi.panel import Panel


class Scored(Protocol):
    """A result whose `frame` has region, year, score, low, high, rank, rank_low, rank_high."""

    @property
    def frame(self) -> pd.DataFrame:
        """A row a region and year."""

    @property
    def recipe(self) -> Recipe:
        """How it was made."""


def comparable(index: Scored) -> bool:
    """Whether scores of different years can be subtracted: not where each year was measured by its own yardstick."""
    return bool(getattr(getattr(index, "method", None), "pooled", True))


OWN_YARDSTICK = Text(
    "各年分别测度，得分不可跨年相减，只比较位次",
    "each year was measured by its own yardstick: ranks compare over time, scores do not",
)


def region_code(panel: Panel, text: str) -> str:
    """The code of the region of the panel that `text` means: a code, or a name in any usual writing.

    A name that is not certain is refused with suggestions, never guessed.
    """
    if text in panel.regions:
        return text
    match = panel.places.resolve(text)
    code = str(match.code or "")
    if match.certainty == "certain" and code in panel.regions:
        return code
    if match.certainty == "certain":
        raise UsageError(
            f"面板中没有{panel.places.label(code, 'zh')}（{code}）的数据；用 xinzhi data describe 查看有哪些地区",
            f"the panel has no data for {panel.places.label(code, 'en')} ({code}); xinzhi data describe lists its regions",
            code="034",
        )
    names = [n for c in panel.regions for n in (panel.places.label(c, "zh"), panel.places.label(c, "en"), c)]
    suggested = [name_of(panel.places, code)] if code in panel.regions else []
    close = suggested or [Text(n, n) for n in nearest(text, dict.fromkeys(names))]
    hint = Text("用 xinzhi data describe 查看有哪些地区", "xinzhi data describe lists the regions")
    if close:
        hint = Text("您是否指 {names}？", "Did you mean {names}?").fill(names=listed(close))
    raise UsageError(
        f"没有名为「{text}」的地区。{hint.zh}", f"there is no region called “{text}”. {hint.en}", code="034"
    )


def signed(value: float, digits: int = 3) -> str:
    """A number with its sign, a true minus."""
    return f"{value:+.{digits}f}".replace("-", "−")
