"""Arithmetic over indicator ids: `rd_expenditure / gdp * 100`.

Only numbers, ids, + − * / **, parentheses and a few named functions are understood; anything else is refused. The
names used are reported, so that a derived figure can always be traced to the published ones.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, cast

import numpy as np

from xinzhi.base.errors import UsageError, unknown
from xinzhi.base.text import Text

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {"log": np.log, "exp": np.exp, "sqrt": np.sqrt, "abs": np.abs}


@lru_cache(maxsize=1024)
def _tree(formula: str) -> ast.expr:
    try:
        return ast.parse(formula.strip(), mode="eval").body
    except SyntaxError:
        raise UsageError(
            f"公式「{formula}」无法解析；可用 + − * / ** 和括号",
            f"the formula “{formula}” cannot be parsed; use + − * / ** and parentheses",
            code="030",
        ) from None


@lru_cache(maxsize=1024)
def names(formula: str) -> tuple[str, ...]:
    """The indicator ids that `formula` uses, in order of appearance."""
    called = {id(node.func) for node in ast.walk(_tree(formula)) if isinstance(node, ast.Call)}
    found = (n for n in ast.walk(_tree(formula)) if isinstance(n, ast.Name) and id(n) not in called)
    ordered = sorted(found, key=lambda n: (n.lineno, n.col_offset))
    return tuple(dict.fromkeys(n.id for n in ordered))


def evaluate(formula: str, columns: Mapping[str, Any]) -> Any:
    """The value of `formula` with each id replaced by its column (any array-like that does arithmetic)."""

    def value(node: ast.expr) -> Any:
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            return node.value
        if isinstance(node, ast.Name):
            if node.id not in columns:
                raise unknown(Text("指标", "indicator"), node.id, columns, code="031")
            return columns[node.id]
        if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
            return _BINARY[type(node.op)](value(node.left), value(node.right))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            inner = value(node.operand)
            return -inner if isinstance(node.op, ast.USub) else inner
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in _FUNCTIONS
            and not node.keywords
        ):
            return _FUNCTIONS[node.func.id](*(value(a) for a in node.args))
        shown = ast.unparse(cast(ast.AST, node))
        raise UsageError(
            f"公式「{formula}」中的 {shown} 不被支持；可用指标名、数字、+ − * / **、括号和 {', '.join(_FUNCTIONS)}",
            f"{shown} in the formula “{formula}” is not supported; use indicator ids, numbers, + − * / **, parentheses and {', '.join(_FUNCTIONS)}",
            code="032",
        )

    return value(_tree(formula))
