"""What the methods of an index are called in a table."""

from __future__ import annotations

from collections.abc import Mapping

from xinzhi.base.text import Text

CHOICES: Mapping[str, Text] = {
    "minmax": Text("极差标准化", "min–max"),
    "log-minmax": Text("对数极差标准化", "min–max of logarithms"),
    "zscore": Text("Z 分数", "z-scores"),
    "robust": Text("中位数标准化", "median and MAD"),
    "sigmoid": Text("S 形函数", "logistic of z-scores"),
    "rank": Text("排序", "ranks"),
    "percentile": Text("百分位排序", "percentile ranks"),
    "max": Text("比最大值", "share of the maximum"),
    "sum": Text("占合计比重", "share of the sum"),
    "vector": Text("向量归一", "vector length"),
    "distance": Text("与最差值的距离", "distance from the worst"),
    "entropy": Text("熵权", "entropy"),
    "critic": Text("CRITIC 权", "CRITIC"),
    "cv": Text("变异系数权", "coefficient of variation"),
    "std": Text("标准差权", "standard deviation"),
    "pca": Text("主成分权", "principal components"),
    "equal": Text("等权", "equal weights"),
    "given": Text("给定权重", "given weights"),
    "game": Text("博弈组合权", "game combination"),
    "multiplicative": Text("乘法组合权", "product combination"),
    "arithmetic": Text("算术平均", "arithmetic mean"),
    "geometric": Text("几何平均", "geometric mean"),
    "harmonic": Text("调和平均", "harmonic mean"),
    "mpi": Text("MPI 惩罚均值", "Mazziotta–Pareto"),
    "copeland": Text("Copeland 投票", "Copeland"),
    "borda": Text("Borda 计分", "Borda"),
    "benefit-of-doubt": Text("最优自评权重", "benefit of the doubt"),
    "topsis": Text("TOPSIS", "TOPSIS"),
    "vikor": Text("VIKOR", "VIKOR"),
    "grey": Text("灰色关联", "grey relational"),
    "rank-sum-ratio": Text("秩和比", "rank-sum ratio"),
    "year by year": Text("逐年标准化与赋权", "year by year"),
    "all years": Text("各年合并标准化与赋权", "all years together"),
}


def named(choice: str) -> Text:
    """The name of a choice; its id where it has no other."""
    return CHOICES.get(choice, Text(choice, choice))


def listed(choices: tuple[str, ...]) -> Text:
    """Several choices in a row."""
    return Text("、".join(named(c).zh for c in choices), ", ".join(named(c).en for c in choices))
