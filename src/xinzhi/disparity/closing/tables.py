"""Columns and notes of the tables on convergence."""

from __future__ import annotations

from xinzhi.base.table import Column
from xinzhi.base.text import Text
from xinzhi.panel.labels import REGION, YEAR

READ = Text(
    "β 为负且显著表示落后地区增长更快；速度 λ = −ln(1+β·跨度)/跨度，半程为走完一半差距所需年数。固定效应下的 β 是各地区向各自稳态的收敛，通常快得多。标准误按地区聚类（截面用 HC1）。",
    "A negative and significant β means that those who lag grow faster; speed λ = −ln(1 + β·span)/span, half-life is the years to close half of the gap. With unit effects β is convergence to each region's own steady state, usually much faster. Standard errors are clustered by region (HC1 in cross-sections).",
)
CLUBS = Text(
    "log t 检验：t 值大于 −1.65 时不拒绝收敛。同一俱乐部的地区趋向同一路径；短面板（少于约 20 年）的结果只作提示。用对数水平时结果与计量单位有关（元与万元不同）。",
    "log t test: convergence is not rejected where t > −1.65. Regions of one club move to one path; on short panels (fewer than some 20 years) take it as a hint. On log levels the result depends on the unit (yuan or 10⁴ yuan).",
)


READ_SPREAD = Text(
    "两条线为各年离散程度，下降即差距缩小；对数标准差对低值更敏感，变异系数对高值更敏感。",
    "Two measures of the spread, falling where the gap narrows; the deviation of logs looks more at the low end, the coefficient of variation at the high end.",
)
STOCHASTIC = Text(
    "各地区对数水平与当年均值之差的单位根检验（Im–Pesaran–Shin，含常数，无滞后差分）；p 小表示至少部分地区会回到均值附近。短面板的检验力很低。",
    "Unit-root test of each region's log distance from the mean of the year (Im, Pesaran & Shin, constant, no lags); a small p means that some regions at least come back. Short panels give it little power.",
)
SPREAD = {
    "narrowed": Text("存在 σ 收敛", "there is σ-convergence"),
    "blurred": Text("差距有所缩小，但不能认定 σ 收敛", "the gap is smaller, but σ-convergence cannot be claimed"),
    "widened": Text("不存在 σ 收敛", "there is no σ-convergence"),
}
ROOTS = {
    True: Text("至少部分地区向均值回归", "some regions at least come back to the mean"),
    False: Text("不能认定随机收敛", "stochastic convergence cannot be claimed"),
}
BETA = (
    Column("label", Text("模型", "model"), style="text"),
    Column("beta", Text("β", "β"), style="signed", digits=4),
    Column("se", Text("标准误", "standard error"), style="number", digits=4),
    Column("p", Text("p 值", "p"), style="p"),
    Column("speed", Text("速度 λ", "speed λ"), Text("每年", "a year"), style="number", digits=4),
    Column("half_life", Text("半程", "half-life"), Text("年", "years"), style="number", digits=1),
    Column("r2", Text("R²", "R²"), style="number", digits=3),
    Column("observations", Text("观测数", "observations"), style="count"),
)
SIGMA = (
    YEAR,
    Column("deviation", Text("对数标准差", "standard deviation of logs"), style="index"),
    Column("variation", Text("变异系数", "coefficient of variation"), style="index"),
)
CLUB = (
    Column("club", Text("俱乐部", "club"), style="text"),
    Column("n", Text("地区数", "regions"), style="count"),
    Column("beta", Text("log t 系数", "log t slope"), style="signed"),
    Column("tvalue", Text("t 值", "t"), style="number"),
    Column("members", Text("成员", "members"), style="text"),
)
ROOT = (
    Column("n", Text("地区数", "regions"), style="count"),
    Column("t_bar", Text("平均 t", "mean t"), style="number"),
    Column("z", Text("W 统计量", "W statistic"), style="number"),
    Column("p", Text("p 值", "p"), style="p"),
)
MEMBER = (REGION, Column("club", Text("俱乐部（0 为发散）", "club (0: none)"), style="rank"))
