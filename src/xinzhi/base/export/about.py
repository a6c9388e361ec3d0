"""A recipe as labelled lines, for the sheet, the caption and the page that tell how a number was made."""

from __future__ import annotations

import json

from xinzhi.base.recipe import Recipe, plain
from xinzhi.base.text import Lang, Text, bilingual, language

_LABELS = {
    "title": Text("内容", "what it is"),
    "method": Text("方法", "method"),
    "formula": Text("公式", "formula"),
    "parameter": Text("参数", "parameter"),
    "source": Text("来源", "source"),
    "data": Text("数据指纹", "data fingerprint"),
    "seed": Text("随机种子", "random seed"),
    "assumption": Text("假定", "assumed"),
    "python": Text("Python", "Python"),
    "cli": Text("命令行", "command line"),
    "versions": Text("版本", "versions"),
}


def about(recipe: Recipe, lang: Lang | None = None) -> list[tuple[str, str]]:
    """(label, content) of everything the recipe states, in order of reading; what it leaves empty is left out."""
    rows: list[tuple[str, str]] = [("title", recipe.title.say(lang)), ("method", recipe.method)]
    rows.append(("formula", recipe.formula))
    rows += [("parameter", f"{name} = {_written(value)}") for name, value in recipe.parameters.items()]
    rows += [("source", bilingual(source).say(lang)) for source in recipe.sources]
    rows += [("data", f"{name}  SHA-256 {digest}") for name, digest in recipe.data.items()]
    rows.append(("seed", "" if recipe.seed is None else str(recipe.seed)))
    rows += [("assumption", sentence.say(lang)) for sentence in recipe.assumptions]
    rows += [("python", recipe.python), ("cli", recipe.cli)]
    rows.append(("versions", ", ".join(f"{k} {v}" for k, v in recipe.versions.items())))
    return [(_LABELS[key].say(lang), content) for key, content in rows if content]


def caption(recipe: Recipe, lang: Lang | None = None) -> str:
    """Method and seed in one line, to stand under a table."""
    zh = (lang or language()) == "zh"
    parts = [f"方法：{recipe.method}" if zh else f"Method: {recipe.method}"]
    if recipe.seed is not None:
        parts.append(f"随机种子：{recipe.seed}" if zh else f"random seed: {recipe.seed}")
    return ("；" if zh else "; ").join(parts)


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(plain(value), ensure_ascii=False)
