"""How everything was computed: formula, choices, sources and assumptions of each step, and the lines that do it again."""

from __future__ import annotations

from collections.abc import Iterable

from xinzhi.base.export.about import about
from xinzhi.base.recipe import Recipe
from xinzhi.base.text import Text
from xinzhi.report.context import Context
from xinzhi.report.section import METHODS, RECIPE, Block, Facts, Paragraph, Points, Section

_ELSEWHERE = ("版本", "内容", "数据指纹", "假定")
_LONGEST = 300  # characters
_METHODS = Text("方法", "Methods")
_ASSUMED = Text("假定与处理", "What was assumed")
_NOTHING_ASSUMED = Text("未作任何假定或处理。", "Nothing was assumed, filled in or dropped.")
_AGAIN = Text("配方：怎样重做", "Recipe: how to do it again")
_STEPS = Text("本次运行：", "This run:")
_AGAIN_WORDS = Text(
    "完整配方（参数、数据指纹、版本、随机种子、每一步）见同一文件夹的 recipe.json；同一台机器上重做逐位一致，其他机器一致到 1e-9。",
    "The whole recipe (parameters, fingerprints of the data, versions, seed, every step) is recipe.json in this folder; on the same machine "
    "a second run agrees to the bit, elsewhere to 1e-9.",
)


def compose(context: Context, details: Iterable[Section] = ()) -> list[Section]:
    """The sections on methods, with the `details` that composers add, on assumptions and on how to repeat the study."""
    study = context.study
    parts = tuple(
        Section(f"method-{step}", context.title(step, r), (_lines(r.recipe),)) for step, r in study.results.items()
    )
    return [
        Section("methods", _METHODS, (), (*details, *parts), METHODS),
        Section("assumed", _ASSUMED, _assumed(context), (), RECIPE),
        Section("recipe", _AGAIN, (Paragraph((_AGAIN_WORDS,)), _again(study.recipe), *_log(study.log)), (), RECIPE),
    ]


def _lines(recipe: Recipe) -> Facts:
    """What a recipe states, without what is told elsewhere: title, assumptions, data, versions."""
    pairs = zip(about(recipe, "zh"), about(recipe, "en"), strict=True)
    kept = [(Text(a[0], b[0]), Text(_fits(a[1]), _fits(b[1]))) for a, b in pairs]
    return Facts(tuple(row for row in kept if row[0].zh not in _ELSEWHERE))


def _fits(content: str) -> str:
    """A line as it prints; a parameter too long to read is left to the recipe."""
    name, equals, _ = content.partition(" = ")
    return f"{name} = … (recipe.json)" if equals and len(content) > _LONGEST else content


def _assumed(context: Context) -> tuple[Block, ...]:
    recipes = [context.study.recipe, *(r.recipe for r in context.study.results.values())]
    sentences = _once(s for recipe in recipes for s in recipe.assumptions)
    if not sentences:
        return (Paragraph((_NOTHING_ASSUMED,)),)
    return (Points(tuple(sentences)),)


def _again(recipe: Recipe) -> Facts:
    rows = [("Python", f"import xinzhi\n{recipe.python}"), ("CLI", recipe.cli)]
    return Facts(tuple((Text(k, k), Text(v, v)) for k, v in rows if v), code=True)


def _log(said: tuple[Text, ...]) -> tuple[Block, ...]:
    return (Paragraph((_STEPS,)), Points(said)) if said else ()


def _once(sentences: Iterable[Text]) -> list[Text]:
    return list(dict.fromkeys(sentences))
