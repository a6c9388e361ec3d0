"""What a resolver answers, and the reasons it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from xinzhi.base.text import Text

Certainty = Literal["certain", "suggested", "none"]
EXACT = Text("名称或代码完全一致", "its exact name or code")
EMPTY = Text("空白", "blank")
UNKNOWN = Text("没有这样的地名", "no place has this name")
LOOKS = Text("字形相近", "looks alike")
SLIP = Text("相差一个字符", "one character apart")
SHARED = Text("几个地区同名", "several places share this name")
HIGHER = Text("几个地区同名，取层级最高者", "several places share this name; this one is of the highest level")
PROVINCE = Text("未指明层级，取省级", "no level was asked for, so the province")
RANKED = Text("未指明层级，取级别最高者", "no level was asked for, so the place of the highest rank")
FORMER = Text("旧名或旧代码", "an earlier name or code")
SAME_NAME = Text("同名", "the same name")
PART = Text("指其全部或一部分，不能确定", "means the whole or a part of it")
GROUP = Text("这是地区分组，不是地区", "this is a group of regions, not a place")
SUCCESSOR = Text("后继地区", "what it became")
BRACKET = Text("括注的内容未计入，不能确定", "what stands in brackets was left out, so this is not certain")
ELSEWHERE = Text("不在所问的层级或上级地区之内", "not of the level, or not in the place, that was asked for")
INSIDE = Text("代码属于其下级", "the code of a place inside it")


class Alternative(NamedTuple):
    """Another place that may be meant."""

    code: str
    name: str
    why: Text


@dataclass(frozen=True)
class Match:
    """What a text means.

    text          as given
    code, name    the place, "" where there is none; the full name in the language in force
    certainty     `certain`, `suggested` or `none`
    alternatives  other places that may be meant, likeliest first
    why           what the match rests on
    """

    text: str
    code: str
    name: str
    certainty: Certainty
    alternatives: tuple[Alternative, ...] = ()
    why: Text = UNKNOWN
