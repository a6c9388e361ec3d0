"""Finding and reading indicator systems: the bundled ones, a file, or a mapping."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError

from xinzhi.base.errors import UsageError, unknown
from xinzhi.base.text import Text
from xinzhi.measure.preset import Preset


def _folder() -> Path:
    return Path(str(files("xinzhi") / "data" / "presets"))


@lru_cache(maxsize=1)
def _bundled() -> Mapping[str, Preset]:
    found: dict[str, Preset] = {}
    for path in sorted(_folder().glob("*.yaml")):
        found |= read_presets(path)
    return found


def presets() -> pd.DataFrame:
    """The bundled indicator systems, a row each: id, zh, en, panel, layers, indicators, basis_zh, basis_en, note_zh, note_en."""
    rows = [
        {
            "id": p.id, "zh": p.title.zh, "en": p.title.en, "panel": p.panel, "layers": len(p.layers),
            "indicators": len(p.indicators), "basis_zh": p.basis.text.zh, "basis_en": p.basis.text.en,
            "note_zh": p.note.text.zh, "note_en": p.note.text.en,
        }
        for p in _bundled().values()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def preset(source: str | Path | Mapping[str, Any] | Preset) -> Preset:
    """An indicator system by the name of a bundled one, from a YAML file, or from a mapping.

    A file or mapping holds one system under its id, `{my-index: {layers: …}}`, or the system itself, `{layers: …}`;
    of a file with several, one is chosen as `path#id`. Raises UsageError with the place and what is allowed there.
    """
    if isinstance(source, Preset):
        return source
    if isinstance(source, Mapping):
        return _only(_systems(source, "preset", Text("给出的映射", "the mapping given")), "")
    text = str(source)
    if isinstance(source, str) and text in _bundled():
        return _bundled()[text]
    path, _, wanted = text.partition("#")
    if Path(path).suffix.lower() in (".yaml", ".yml") or Path(path).is_file():
        return _only(read_presets(Path(path)), wanted)
    raise unknown(Text("指标体系", "preset"), text, _bundled(), code="727")


def read_presets(path: Path) -> dict[str, Preset]:
    """All indicator systems in a YAML file."""
    import yaml

    where = Text(f"文件 {path.name}", f"file {path.name}")
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise UsageError(f"找不到文件 {path}", f"there is no file {path}", code="728") from None
    except UnicodeDecodeError:
        raise UsageError(
            f"{where.zh}不是 UTF-8 编码；请另存为 UTF-8", f"{where.en} is not UTF-8; save it as UTF-8", code="729"
        ) from None
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        row = mark.line + 1 if mark is not None else 1
        raise UsageError(
            f"{where.zh}第 {row} 行不是有效的 YAML；请检查缩进、冒号和引号",
            f"{where.en} is not valid YAML at line {row}; check indentation, colons and quotes",
            code="730",
        ) from None
    if not isinstance(content, Mapping):
        raise UsageError(f"{where.zh}为空或不是映射", f"{where.en} is empty or not a mapping", code="731")
    return _systems(content, path.stem, where)


def _only(found: Mapping[str, Preset], wanted: str) -> Preset:
    if wanted:
        if wanted not in found:
            raise unknown(Text("指标体系", "preset"), wanted, found, code="727")
        return found[wanted]
    if len(found) > 1:
        names = ", ".join(found)
        raise UsageError(
            f"其中有 {len(found)} 个指标体系（{names}）；请用 路径#名称 指定一个",
            f"there are {len(found)} presets in it ({names}); choose one as path#id",
            code="732",
        )
    return next(iter(found.values()))


def _systems(content: Mapping[str, Any], name: str, where: Text) -> dict[str, Preset]:
    if "layers" in content:
        content = {str(content.get("id", name)): content}
    found = {}
    for key, body in content.items():
        if not isinstance(body, Mapping):
            raise UsageError(
                f"{where.zh}的 {key} 应为含 layers 的映射",
                f"{key} in {where.en} must be a mapping with layers",
                code="733",
            )
        try:
            found[str(key)] = Preset.model_validate({**body, "id": str(key)})
        except ValidationError as problem:
            raise _said(problem, str(key), where) from None
    return found


_MESSAGES = {
    "extra_forbidden": Text("没有这个键", "is not a known key"),
    "missing": Text("缺少此项", "is missing"),
    "literal_error": Text("取值不在允许范围", "is not one of the allowed values"),
    "string_pattern_mismatch": Text("须以小写字母开头，只含小写字母、数字和下划线", "must start with a small letter and hold small letters, digits and underscores only"),
}  # fmt: skip


def _said(problem: ValidationError, key: str, where: Text) -> UsageError:
    """The first thing wrong, as a sentence with its place."""
    first = problem.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or key
    message = _MESSAGES.get(first["type"])
    if message is None:
        raw = first["msg"].removeprefix("Value error, ")
        zh, _, en = raw.partition(" / ")
        message = Text(zh, en or zh)
    given = first.get("input")
    shown = f"（{given!r}）" if isinstance(given, str | int | float) and first["type"] != "missing" else ""
    allowed = first.get("ctx", {}).get("expected", "")
    more = Text(f": {allowed}", f": {allowed}") if allowed else Text("", "")
    return UsageError(
        f"{where.zh}中指标体系「{key}」的 {place}{shown} {message.zh}{more.zh}",
        f"in {where.en}, preset “{key}”：{place}{shown.replace('（', ' (').replace('）', ')')} {message.en}{more.en}",
        code="734",
    )
