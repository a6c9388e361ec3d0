"""Reading a YAML file with the line of every entry, so that a mistake can be pointed at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from xinzhi.base.errors import UsageError

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Written:
    """A YAML file as read.

    name   how the file is called in messages
    data   its content as plain Python
    lines  path of keys and positions → line, counted from 1
    """

    name: str
    data: Any
    lines: dict[Place, int] = field(default_factory=dict)

    def line(self, place: Sequence[str | int]) -> int | None:
        """The line of `place`, or of the nearest thing that holds it."""
        for length in range(len(place), -1, -1):
            if tuple(place[:length]) in self.lines:
                return self.lines[tuple(place[:length])]
        return None


def read_yaml(text: str, name: str) -> Written:
    """Parse YAML; a syntax error or a key written twice is refused with its line."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or "unreadable"
        raise UsageError(
            f"{name} 第 {line} 行不是合法的 YAML（{problem}）；请检查缩进、冒号和引号",
            f"{name} line {line} is not valid YAML ({problem}); check indentation, colons and quotes",
            code="401",
        ) from None
    lines: dict[Place, int] = {}
    if root is not None:
        _walk(root, (), lines, name)
    return Written(name, data, lines)


def read_yaml_file(path: Path) -> Written:
    """As `read_yaml`, from a file in UTF-8 (a byte-order mark is allowed)."""
    try:
        return read_yaml(path.read_text("utf-8-sig"), path.name)
    except FileNotFoundError:
        raise UsageError(
            f"找不到文件 {path}；请检查路径，或用 xinzhi init 新建一份研究",
            f"there is no file {path}; check the path, or make a study with xinzhi init",
            code="402",
        ) from None
    except IsADirectoryError:
        raise UsageError(
            f"{path} 是文件夹，不是研究文件", f"{path} is a folder, not a study file", code="402"
        ) from None
    except UnicodeDecodeError:
        raise UsageError(
            f"{path.name} 不是 UTF-8 编码；请另存为 UTF-8",
            f"{path.name} is not UTF-8; save it as UTF-8",
            code="403",
        ) from None


def _walk(node: yaml.Node, place: Place, lines: dict[Place, int], name: str) -> None:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*place, str(key.value))
            line = key.start_mark.line + 1
            if inner in lines:
                raise UsageError(
                    f"{name} 第 {line} 行：{key.value} 写了两次（前一次在第 {lines[inner]} 行）；请只保留一个",
                    f"{name} line {line}: {key.value} is written twice (first on line {lines[inner]}); keep one",
                    code="404",
                )
            lines[inner] = line
            _walk(value, inner, lines, name)
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            _walk(value, (*place, position), lines, name)
