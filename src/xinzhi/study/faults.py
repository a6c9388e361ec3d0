"""What is wrong with a study file, said in one sentence with the place in the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from xinzhi.base.errors import UsageError, nearest
from xinzhi.base.text import Text
from xinzhi.study.schema import study_model
from xinzhi.study.written import Place, Written

_WANTED: dict[str, Text] = {
    "string_type": Text("应为文字", "must be text"),
    "int_type": Text("应为整数", "must be a whole number"),
    "int_parsing": Text("应为整数", "must be a whole number"),
    "int_from_float": Text("应为整数", "must be a whole number"),
    "float_type": Text("应为数字", "must be a number"),
    "float_parsing": Text("应为数字", "must be a number"),
    "bool_type": Text("应为 true 或 false", "must be true or false"),
    "bool_parsing": Text("应为 true 或 false", "must be true or false"),
    "dict_type": Text("应为若干“键：值”", "must be a set of `key: value`"),
    "model_attributes_type": Text("应为若干“键：值”", "must be a set of `key: value`"),
    "model_type": Text("应为若干“键：值”", "must be a set of `key: value`"),
    "tuple_type": Text("应为列表", "must be a list"),
    "list_type": Text("应为列表", "must be a list"),
    "too_short": Text("不能为空", "must not be empty"),
    "greater_than_equal": Text("应不小于 {ge}", "must be at least {ge}"),
    "greater_than": Text("应大于 {gt}", "must be greater than {gt}"),
    "less_than_equal": Text("应不大于 {le}", "must be at most {le}"),
    "less_than": Text("应小于 {lt}", "must be less than {lt}"),
    "string_pattern_mismatch": Text("应符合 {pattern}", "must match {pattern}"),
    "literal_error": Text("应为 {expected} 之一", "must be one of {expected}"),
}


def refuse(written: Written, error: ValidationError) -> UsageError:
    """The sentence for the first fault pydantic found: file, line, key, what is wrong, what was perhaps meant."""
    first = _most_telling(error.errors())
    place = _place(first["loc"], written.data)
    at, line = _dotted(place), written.line(place)
    where_zh = f"{written.name} 第 {line} 行" if line else written.name
    where_en = f"{written.name} line {line}" if line else written.name
    what = _sentence(first, at)
    return UsageError(f"{where_zh}: {what.zh}", f"{where_en}: {what.en}", code="410")


def _most_telling(errors: list[Any]) -> Any:
    """A union reports a fault for each of its branches: an unknown key tells more than a wrong type."""
    order = {"extra_forbidden": 0, "union_tag_invalid": 1, "literal_error": 2, "missing": 3}
    return min(errors, key=lambda e: (order.get(e["type"], 4), -len(e["loc"])))


def _place(loc: tuple[Any, ...], data: Any) -> Place:
    """The path in the file: pydantic also names the branches of unions, which are nowhere in the file."""
    place: list[str | int] = []
    here = data
    for number, part in enumerate(loc):
        if isinstance(here, dict) and str(part) in {str(k) for k in here}:
            place.append(str(part))
            here = next(v for k, v in here.items() if str(k) == str(part))
        elif isinstance(here, list) and isinstance(part, int):
            place.append(part)
            here = here[part] if part < len(here) else None
        elif number == len(loc) - 1 and isinstance(here, dict):
            place.append(str(part))
    return tuple(place)


def _dotted(place: Place) -> str:
    out = ""
    for part in place:
        out += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if out else part
    return out


def _sentence(error: Any, at: str) -> Text:
    kind, context = error["type"], error.get("ctx", {})
    last = str(error["loc"][-1]) if error["loc"] else ""
    if kind == "extra_forbidden":
        return _suggest(Text(f"没有名为 {at} 的项", f"there is no key {at}"), last, _keys(error["loc"]))
    if kind == "missing":
        return Text(f"缺少 {at}", f"{at} is missing")
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _kind_of_step(at, str(error["loc"][0]), context)
    if kind == "literal_error" and isinstance(error["input"], str):
        known = [w.strip(" '") for w in str(context["expected"]).replace(" or ", ",").split(",")]
        return _suggest(
            Text(f"{at} 不能是「{error['input']}」", f"{at} cannot be “{error['input']}”"), error["input"], known
        )
    if kind == "value_error":
        zh, _, en = str(error["msg"]).removeprefix("Value error, ").partition(" / ")
        return Text(f"{at}: {zh}", f"{at}: {en or zh}")
    wanted = Text(context["zh"], context["en"]) if kind == "said" else _WANTED.get(kind)
    said = wanted.fill(**context) if wanted else Text(str(error["msg"]), str(error["msg"]))
    shown = str(error["input"])
    shown = shown if len(shown) <= 40 else shown[:39] + "…"
    return Text(f"{at} {said.zh}，现为「{shown}」", f"{at} {said.en}, it is “{shown}”")


def _kind_of_step(at: str, key: str, context: dict[str, Any]) -> Text:
    tag, says = str(context.get("tag", "")), "kind" if key == "steps" else "step"
    if not tag:
        return Text(f"{at} 缺少 {says}", f"{at} has no {says}")
    said = Text(f"{at} 没有名为「{tag}」的步骤", f"{at}: there is no step of kind “{tag}”")
    return _suggest(said, tag, _kinds(key))


def _kinds(key: str) -> Mapping[str, type[BaseModel]]:
    """The models that the entries of a list in a study file can be of, by the word that tells them apart."""
    from xinzhi.panel.repair.plan import STEPS
    from xinzhi.study.steps import KINDS

    found: dict[str, Mapping[str, type[BaseModel]]] = {"steps": KINDS, "repair": STEPS}
    return found.get(key, {})


def _suggest(said: Text, word: str, known: Iterable[str]) -> Text:
    pool = list(known)
    close = nearest(word, pool, 2)
    if close:
        return Text(f"{said.zh}。您是否指 {'、'.join(close)}？", f"{said.en}. Did you mean {' or '.join(close)}?")
    return Text(f"{said.zh}。可用的有：{'、'.join(pool)}", f"{said.en}. Available: {', '.join(pool)}")


def _keys(loc: tuple[Any, ...]) -> list[str]:
    """The keys that are allowed beside the one at `loc`."""
    kinds = _kinds(str(loc[0]))
    if kinds and len(loc) > 2:
        return _nested(kinds[str(loc[2])], loc[3:-1])
    return _nested(study_model(), loc[:-1])


def _nested(model: type[BaseModel], path: tuple[Any, ...]) -> list[str]:
    """Keys of the model found by walking `path` from `model`."""
    for part in path:
        field = model.model_fields.get(str(part))
        if field is None:
            continue
        inner = [t for t in _types(field.annotation) if isinstance(t, type) and issubclass(t, BaseModel)]
        if inner:
            model = inner[0]
    return list(model.model_fields)


def _types(annotation: Any) -> list[Any]:
    found = [annotation]
    for each in get_args(annotation):
        found += _types(each)
    return found
