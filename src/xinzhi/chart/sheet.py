"""The sheet a chart is drawn on: title and subtitle above, source and note below, and the room left between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict, cast

from xinzhi.base.text import Lang, Text
from xinzhi.chart import lettering, theme

Words = str | Text
MARGIN = 16
_NOTE_LINE = 16
_ABOVE, _UNDER = 12.0, 8.0  # pixels above a heading, and below it


class Page(TypedDict, total=False):
    """What every builder also takes. Texts may be `Text`s; `lang` says which wording is drawn.

    title, subtitle  above the chart; the subtitle stands beside the title where there is room, else below
    source, note     below it, in small letters, wrapped to the width
    description      what a person who cannot see the chart is told; by default made from the data
    width, height    pixels; by default fitted to the data
    """

    title: Words
    subtitle: Words
    source: Words
    note: Words
    description: Words
    width: int
    height: int
    lang: Lang | None


@dataclass(frozen=True)
class Sheet:
    """A laid-out sheet: pixels of the free room, and the option that draws what stands around it."""

    width: int
    height: int
    top: float
    bottom: float
    option: dict[str, Any]
    lang: Lang | None
    title: str = ""

    @property
    def floor(self) -> float:
        """The y pixel at which the notes begin."""
        return self.height - self.bottom

    def say(self, words: Words | None) -> str:
        """`words` in the language of this sheet."""
        return say(words, self.lang)

    def draw(self, maps: Mapping[str, Any] | None = None, **option: Any) -> dict[str, Any]:
        """The complete option: this sheet with the given components on it."""
        above = [part for part in self.option["title"] if "top" in part]
        carried: dict[str, Any] = {"size": [self.width, self.height], **({"maps": dict(maps)} if maps else {})}
        carried["heading"] = {"text": self.title, "parts": len(above), "height": self.top - _ABOVE - _UNDER}
        titles = [*self.option["title"], *option.pop("title", [])]
        return {**self.option, **option, "title": titles, "xinzhi": carried}


def say(words: Words | None, lang: Lang | None) -> str:
    """`words` in `lang`; nothing for None."""
    return words.say(lang) if isinstance(words, Text) else words or ""


def size(page: Page, width: int, height: int) -> tuple[int, int]:
    """The size asked for, else the one given."""
    return page.get("width") or width, page.get("height") or height


def sheet(page: Page, *, width: int, height: int, description: Words) -> Sheet:
    """Lay out the texts of `page`; `width`, `height` and `description` are used where it names none."""
    lang = page.get("lang")
    wide, high = size(page, width, height)
    title = say(page.get("title"), lang)
    above, top = _heading(title, say(page.get("subtitle"), lang), wide)
    below, bottom = _notes(page, wide, lang)
    option = {
        "backgroundColor": "transparent",
        "animation": False,
        "textStyle": {"fontFamily": lettering.STACK, "color": theme.INK, "fontSize": theme.BODY},
        "aria": {"enabled": True, "label": {"description": say(page.get("description") or description, lang)}},
        "title": [*above, *below],
    }
    return Sheet(wide, high, top, bottom, option, lang, title)


def _heading(title: str, subtitle: str, width: int) -> tuple[list[dict[str, Any]], float]:
    """Title components and the height they take."""
    room = width - 2 * MARGIN
    lines = lettering.wrap(title, room, theme.TITLE, bold=True) if title else []
    used = lettering.measure(lines[-1], theme.TITLE, bold=True) if lines else 0.0
    beside = bool(lines and subtitle) and used + 12 + lettering.measure(subtitle, theme.BODY) <= room
    parts, top = [], _ABOVE
    if lines:
        parts.append(_line("\n".join(lines), MARGIN, top, theme.TITLE, theme.INK, 22, bold=True))
        top += 22 * len(lines)
    if subtitle:
        under = [subtitle] if beside else lettering.wrap(subtitle, room, theme.BODY)
        x, y = (MARGIN + used + 10, top - 21) if beside else (MARGIN, top)
        parts.append(_line("\n".join(under), x, y, theme.BODY, theme.SOFT, 20))
        top += 0 if beside else 20 * len(under)
    return parts, top + _UNDER


def headless(option: Mapping[str, Any]) -> dict[str, Any]:
    """The chart without its title and subtitle, everything below them moved up: for where a caption says the same."""
    head = option["xinzhi"]["heading"]
    gone, (wide, high) = float(head["height"]), option["xinzhi"]["size"]
    raised = {**option, "title": option["title"][head["parts"] :]}
    for name in ("title", "grid", "geo", "polar", "series"):
        if name in raised:
            raised[name] = _raised(raised[name], gone)
    if "graphic" in option:
        raised["graphic"] = [{**part, "y": part.get("y", 0) - gone} for part in option["graphic"]]
    kept = {**option["xinzhi"], "size": [wide, high - gone], "heading": {"text": "", "parts": 0, "height": 0.0}}
    return {**raised, "xinzhi": kept}


def heading(option: Mapping[str, Any]) -> str:
    """The title of a chart; empty where it has none."""
    return str(option["xinzhi"]["heading"]["text"])


def _raised(component: Any, gone: float) -> Any:
    """A component, or each of several, that states its top or its centre in pixels, moved up."""
    if isinstance(component, list):
        return [_raised(each, gone) for each in component]
    top, centre = component.get("top"), component.get("center")
    if isinstance(centre, list):
        return {**component, "center": [centre[0], centre[1] - gone]}
    return {**component, "top": top - gone} if isinstance(top, int | float) else component


def _notes(page: Page, width: int, lang: Lang | None) -> tuple[list[dict[str, Any]], float]:
    """Source and note below the chart, and the height they take."""
    source, note = say(page.get("source"), lang), say(page.get("note"), lang)
    head = Text("资料来源：{source}", "Source: {source}").fill(source=source).say(lang) if source else ""
    lines = [line for text in (note, head) if text for line in lettering.wrap(text, width - 2 * MARGIN, theme.SMALL)]
    if not lines:
        return [], 12.0
    high = _NOTE_LINE * len(lines)
    part = _line("\n".join(lines), MARGIN, None, theme.SMALL, theme.SOFT, _NOTE_LINE)
    return [{**part, "bottom": 10}], high + 20.0


def _line(
    text: str, x: float, y: float | None, points: int, colour: str, line: int, bold: bool = False
) -> dict[str, Any]:
    style = theme.lettering(points, colour, lineHeight=line, fontWeight="bold" if bold else "normal")
    placed = {"left": x} if y is None else {"left": x, "top": y}
    return {"text": text, "textStyle": style, "padding": 0, "itemGap": 0, **cast(dict[str, Any], placed)}
