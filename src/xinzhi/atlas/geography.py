"""The bundled groupings: `geography.yaml` as groupings and as directed pairs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from xinzhi.atlas import store
from xinzhi.atlas.groupings import Group, Grouping
from xinzhi.base.errors import unknown
from xinzhi.base.text import Text

if TYPE_CHECKING:
    import pandas as pd

TITLES: Mapping[str, Text] = {
    "plates": Text("四大板块", "Four plates"),
    "strategies": Text("区域重大战略", "Major regional strategies"),
    "clusters": Text("城市群", "City clusters"),
    "metropolitan_circles": Text("都市圈", "Metropolitan circles"),
    "large_cities": Text("超大特大城市", "Super-large and very large cities"),
    "innovation_centres": Text("科技创新中心", "Innovation centres"),
    "function_zones": Text("主体功能区", "Function zones"),
    "axes": Text("两横三纵", "Two horizontal and three vertical axes"),
}
PAIRING_TITLE = Text("结对关系", "Pairings")
_CIRCLES = {
    "nanjing": "Nanjing", "fuzhou": "Fuzhou", "chengdu": "Chengdu", "changzhutan": "Changsha-Zhuzhou-Xiangtan", "xian": "Xi'an",
    "chongqing": "Chongqing", "wuhan": "Wuhan", "shenyang": "Shenyang", "hangzhou": "Hangzhou", "zhengzhou": "Zhengzhou",
    "guangzhou": "Guangzhou", "shenzhen": "Shenzhen", "qingdao": "Qingdao", "jinan": "Jinan",
}  # fmt: skip
_CENTRES = {
    "北京国际科技创新中心": ("beijing", "Beijing international centre"),
    "上海国际科技创新中心": ("shanghai", "Shanghai international centre"),
    "粤港澳大湾区国际科技创新中心": ("bay-area", "Greater Bay Area international centre"),
    "怀柔": ("huairou", "Huairou science centre"),
    "张江": ("zhangjiang", "Zhangjiang science centre"),
    "合肥": ("hefei", "Hefei science centre"),
    "大湾区": ("bay-area-science", "Greater Bay Area science centre"),
    "成渝": ("chengyu", "Chengdu-Chongqing regional centre"),
    "武汉": ("wuhan-centre", "Wuhan regional centre"),
    "西安": ("xian-centre", "Xi'an regional centre"),
}
_PAIRINGS = {
    "east_west": Text("东西部协作", "East-west cooperation (2021)"),
    "northeast": Text("东北与东部对口合作", "Northeast-east cooperation (2017)"),
    "xinjiang": Text("对口援疆", "Pairing assistance for Xinjiang"),
    "tibet": Text("对口援藏", "Pairing assistance for Tibet"),
}
_AXES = {
    "陆桥通道": "Land-bridge corridor", "长江通道": "Yangtze corridor", "沿海": "Coast",
    "京哈京广": "Beijing-Harbin and Beijing-Guangzhou", "包昆": "Baotou-Kunming",
}  # fmt: skip


@lru_cache(maxsize=1)
def raw() -> dict[str, Any]:
    """The file as written."""
    import yaml

    content: dict[str, Any] = yaml.safe_load(store.text("geography.yaml"))
    return content


def _codes(rows: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(str(r["code"]) for r in rows)


def _group(row: dict[str, Any], members: str = "members", **known: str) -> Group:
    rows = row.get(members, [])
    return Group(
        id=str(known.get("id", row.get("id", ""))),
        name=Text(str(row["zh"]), str(known.get("en", row.get("en", row["zh"])))),
        members=_codes(rows),
        source=str(known.get("source", row.get("source", ""))),
        confidence=str(row.get("confidence", "")),
        partial=tuple(str(r["code"]) for r in rows if r.get("part")),
        extended=_codes(row.get("extended", [])),
    )


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Grouping]:
    """Id → grouping, every one that the file defines with members, and the axes and zones that it only names."""
    file = raw()
    groups: dict[str, list[Group]] = {
        name: [_group(r) for r in file[name]] for name in ("plates", "strategies", "clusters")
    }
    groups["metropolitan_circles"] = [
        _group(r, "core", en=f"{_CIRCLES[r['id']]} circle", source=f"plan approved {r['approved']}; core only")
        for r in file["metropolitan_circles"]
    ]
    groups["large_cities"] = _large(file["large_cities"])
    groups["innovation_centres"] = _centres(file["innovation_centres"])
    groups["function_zones"] = [_group(r) for r in file["function_zones"]]
    groups["axes"] = [
        Group(f"{direction[0]}{i}", Text(zh, _AXES[zh]), (), "14th Five-Year Plan")
        for direction in ("horizontal", "vertical")
        for i, zh in enumerate(file["axes"][direction], 1)
    ]
    return {name: Grouping(name, TITLES[name], {g.id: g for g in members}) for name, members in groups.items()}


def _large(file: dict[str, Any]) -> list[Group]:
    names = {"super": Text("超大城市", "Super-large cities"), "mega": Text("特大城市", "Very large cities")}
    return [Group(name, title, _codes(file[name]), str(file["source"]), "high") for name, title in names.items()]


def _centres(file: dict[str, Any]) -> list[Group]:
    kinds = {"international": "international innovation centre", "comprehensive_science": "comprehensive national science centre",
             "regional": "regional innovation centre"}  # fmt: skip
    out = []
    for kind, said in kinds.items():
        for row in file[kind]:
            name, en = _CENTRES[row["zh"]]
            out.append(_group(row, id=name, en=en, source=said))
    return out


def pairs(name: str | None = None) -> pd.DataFrame:
    """Directed edges of a pairing, or of all: `pairing, giver, receiver, level, title, confidence, note`."""
    import pandas as pd

    file = raw()["pairings"]
    if name is not None and name not in file:
        raise unknown(PAIRING_TITLE, name, file, code="223")
    rows = []
    for pairing, body in file.items():
        if name is not None and pairing != name:
            continue
        for edges, level in (("edges", "province"), ("city_edges", "prefecture")):
            rows += [
                {"pairing": pairing, "giver": a, "receiver": b, "level": level, "title": body["zh"],
                 "confidence": body.get("confidence", ""), "note": body.get("note", "")}
                for a, b in body.get(edges, [])
            ]  # fmt: skip
    return pd.DataFrame(rows, columns=["pairing", "giver", "receiver", "level", "title", "confidence", "note"])


def pairings() -> dict[str, Text]:
    """Id → title of every pairing."""
    return dict(_PAIRINGS)


def innovation_kinds() -> dict[str, str]:
    """Group id of `innovation_centres` → kind of centre."""
    return {group.id: group.source for group in catalogue()["innovation_centres"].groups.values()}
