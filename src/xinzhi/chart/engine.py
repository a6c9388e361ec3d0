"""Drawing an ECharts option without a browser: SVG by a JavaScript engine, PNG from that SVG."""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from xinzhi.base.errors import ComputationError, UsageError
from xinzhi.base.text import Lang, Text, language
from xinzhi.chart import lettering
from xinzhi.chart.webfont import font_css

Option = dict[str, Any]
CARRIED = "xinzhi"  # the key under which an option carries its maps and its size
_HERE = Path(__file__).parent
_LIMIT = 20_000  # pixels a side; beyond it a picture is a mistake


def parts(option: Mapping[str, Any]) -> tuple[Option, dict[str, Any]]:
    """`(option, maps)`: the option as ECharts takes it, and the GeoJSON to register under each map name it uses."""
    bare = {key: value for key, value in option.items() if key != CARRIED}
    return bare, dict(option.get(CARRIED, {}).get("maps", {}))


def size(option: Mapping[str, Any]) -> tuple[int, int]:
    """Width and height in pixels for which the option was laid out."""
    width, height = option.get(CARRIED, {}).get("size", (760, 480))
    return int(width), int(height)


def svg(
    option: Mapping[str, Any],
    *,
    width: int | None = None,
    height: int | None = None,
    maps: Mapping[str, Any] | None = None,
    lang: Lang | None = None,
    fonts: bool = False,
) -> str:
    """The picture of an ECharts option as SVG; the same option gives the same bytes.

    width, height  pixels; without them the size for which the option was laid out
    maps           GeoJSON to register, by map name, beside the maps that the option carries
    fonts          whether the picture carries its letters, for a file that stands by itself in a browser

    Raises UsageError where a size or map name cannot be meant, ComputationError where ECharts refuses the option.
    """
    bare, carried = parts(option)
    wide, high = size(option)
    wide, high = _pixels(wide if width is None else width), _pixels(high if height is None else height)
    known = {**carried, **(maps or {})}
    _check_maps(bare, known)
    order = {
        "option": {
            **bare,
            "animation": False,
            "textStyle": {"fontFamily": lettering.STACK, **bare.get("textStyle", {})},
        },
        "maps": known,
        "width": wide,
        "height": high,
        "locale": "EN" if (lang or language()) == "en" else "ZH",
        "widths": lettering.widths(),
    }
    drawing = _finished(_draw(json.dumps(plain(order, lang), ensure_ascii=False)), bare, lang)
    return _lettered(drawing) if fonts else drawing


def png(
    option: Mapping[str, Any],
    *,
    width: int | None = None,
    height: int | None = None,
    maps: Mapping[str, Any] | None = None,
    lang: Lang | None = None,
    scale: float = 2,
) -> bytes:
    """The same picture as PNG on white, `scale` pixels for each pixel of the layout."""
    return rasterise(svg(option, width=width, height=height, maps=maps, lang=lang), scale)


def rasterise(drawing: str, scale: float = 2) -> bytes:
    """SVG text to PNG with the shipped fonts only, so that every machine gives the same picture."""
    import resvg_py

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=drawing,
            zoom=scale,
            background="#ffffff",
            skip_system_fonts=True,
            font_files=list(lettering.font_files()),
            font_family=lettering.FAMILY,
            sans_serif_family=lettering.FAMILY,
        )
    )


def plain(value: Any, lang: Lang | None = None) -> Any:
    """`value` as JSON can write it: NumPy to lists, missing numbers to null, texts said in `lang`."""
    if isinstance(value, Mapping):
        return {str(key): plain(item, lang) for key, item in value.items()}
    if isinstance(value, str) or value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Text):
        return value.say(lang)
    if isinstance(value, list | tuple):
        return [plain(item, lang) for item in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist(), lang)
    raise UsageError(
        f"图形选项中有不能写成 JSON 的值（{type(value).__name__}）；请改为数字、文字、列表或字典",
        f"the chart option holds a value that JSON cannot write ({type(value).__name__}); use numbers, texts, lists or dicts",
        code="040",
    )


@cache
def _scripts() -> tuple[str, str]:
    """The source of ECharts and of our drawing function."""
    return (
        (_HERE / "vendor" / "echarts.min.js").read_text(encoding="utf-8"),
        (_HERE / "draw.js").read_text(encoding="utf-8"),
    )


def _draw(order: str) -> str:
    """Run one order in an engine of its own: ECharts numbers its elements, so only a fresh engine repeats itself."""
    import quickjs

    context = quickjs.Context()
    try:
        for script in _scripts():
            context.eval(script)
        return str(context.get("draw")(order))
    except (quickjs.JSException, quickjs.StackOverflow) as error:
        said = str(error).strip().splitlines()[0]
        raise ComputationError(
            f"ECharts 画不出这个图形选项：{said}；请检查 series 与坐标轴的写法",
            f"ECharts cannot draw this option: {said}; check its series and axes",
            code="041",
        ) from error


def _finished(drawing: str, option: Mapping[str, Any], lang: Lang | None) -> str:
    """Make the drawing fit to stand anywhere: spoken, with true minus signs, and with names of its own.

    ECharts numbers clip paths from zero and styles its elements by class; both would clash where several pictures
    stand in one page, so clip paths get a name made from the picture, and classes, which only serve hovering, go.
    """
    drawing = re.sub(r' (?:ecmeta_\w+|class)="[^"]*"', "", drawing)
    drawing = re.sub(r"<style\b.*?</style>\s*", "", drawing, flags=re.DOTALL)
    drawing = re.sub(r"(?<=>)-(?=\d[\d.,]*%?</text>)", "−", drawing)
    if "zr0-" in drawing:
        drawing = drawing.replace("zr0-", f"x{blake2b(drawing.encode(), digest_size=4).hexdigest()}-")
    spoken = html.escape(str(plain(_description(option), lang)), quote=True)
    tongue = "en" if (lang or language()) == "en" else "zh-CN"
    head = f'<svg role="img" xml:lang="{tongue}" aria-label="{spoken}"' if spoken else f'<svg xml:lang="{tongue}"'
    return drawing.replace("<svg", head, 1)


def _lettered(drawing: str) -> str:
    """The drawing with the characters it uses."""
    texts = html.unescape("".join(re.findall(r">([^<]+)</text>", drawing)))
    weights = ("regular", "bold") if "font-weight:bold" in drawing else ("regular",)
    head, sign, rest = drawing.partition(">")
    return f"{head}{sign}<style>{font_css(texts, weights)}</style>{rest}"


def _description(option: Mapping[str, Any]) -> Any:
    label = option.get("aria", {}).get("label", {})
    return label.get("description", "") if isinstance(label, Mapping) else ""


def _pixels(length: int) -> int:
    if not 1 <= length <= _LIMIT:
        raise UsageError(
            f"图形的宽高须在 1 到 {_LIMIT} 像素之间，得到 {length}",
            f"a picture is 1 to {_LIMIT} pixels wide and high, got {length}",
            code="042",
        )
    return int(length)


def _check_maps(option: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    """Refuse a map that nobody registered, and the name that makes ECharts add islands of its own."""
    used = [part.get("map") for kind in ("geo", "series") for part in _listed(option.get(kind))]
    for name in filter(None, [*used, *known]):
        if name == "china":
            raise UsageError(
                "地图不能注册为「china」：ECharts 会在该名下自行添加南海诸岛；请换一个名字",
                "a map cannot be registered as “china”: ECharts adds islands of its own to it; use another name",
                code="043",
            )
        if name not in known:
            raise UsageError(
                f"图形用到的地图「{name}」没有边界数据；请用 maps= 给出它的 GeoJSON",
                f"the map “{name}” has no boundaries; pass its GeoJSON in maps=",
                code="044",
            )


def _listed(part: Any) -> list[Any]:
    return list(part) if isinstance(part, list | tuple) else [part] if part else []
