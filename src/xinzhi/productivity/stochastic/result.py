"""What a stochastic frontier gives back, and the test of inefficiency against none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xinzhi.base.arrays import Array
from xinzhi.base.errors import unknown
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Text


@dataclass(frozen=True)
class MixedTest:
    """A likelihood-ratio test of no inefficiency, γ = 0 being on the edge of what is possible.

    statistic    2 (ln L of the frontier − ln L without inefficiency)
    restrictions q; the null distribution is ½ χ²(q − 1) + ½ χ²(q) (Kodde & Palm 1986)
    p            of the mixture
    critical     critical values at 10, 5 and 1 %
    """

    statistic: float
    restrictions: int
    p: float
    critical: dict[str, float]


def mixed_test(statistic: float, restrictions: int) -> MixedTest:
    """Test of `restrictions` of which one is an inequality: Kodde & Palm (1986) table 1, computed."""
    from scipy.optimize import brentq

    critical = {
        f"{share:.0%}": float(brentq(lambda c, s=share: _tail(c, restrictions) - s, 1e-9, 200.0))
        for share in (0.1, 0.05, 0.01)
    }
    return MixedTest(statistic, restrictions, _tail(max(statistic, 0.0), restrictions), critical)


def _tail(value: float, restrictions: int) -> float:
    from scipy.stats import chi2

    if value <= 0:
        return 1.0
    point = 0.0 if restrictions == 1 else float(chi2.sf(value, restrictions - 1))
    return 0.5 * point + 0.5 * float(chi2.sf(value, restrictions))


@dataclass(frozen=True)
class StochasticFrontier:
    """A frontier with noise: estimates and efficiencies, in the parametrisation and order of FRONTIER 4.1.

    names            of the parameters: coefficients, z_… (1995 model), sigma2, gamma, then mu, eta, sigma_w where the
                     model has them; R frontier calls them sigmaSq, gamma, mu, time and Z_…, sfpanel calls sigma_w theta
    params           (K,) estimates in that order; `result["gamma"]` is one of them by its name
    covariance       (K, K) inverse of the negative Hessian, as Stata's OIM; NaN where a parameter is on the edge of its range.
                     FRONTIER and R print what their search has gathered of the Hessian, which may differ by a tenth
    loglik           log-likelihood
    efficiency       E[exp(−u) | ε], shape of y and aligned with its rows, in (0, 1] for cost frontiers too
    efficiency_low, efficiency_high  bounds of exp(−u) at `level`, given the estimates
    inefficiency     E[u | ε] (Jondrow et al. 1982), shape of y
    sigma2, gamma    σ_v² + σ_u² and σ_u² / σ²; σ_u² is the variance of u before truncation (of u itself if exponential)
    lr               test of no inefficiency
    ols_params, ols_loglik, skewness, skewness_p   least squares, and skewness of its residuals with its p
    unit_effects     (units,) intercepts of the true-effects models in order of `unit_labels`, else empty
    status           converged; no inefficiency; no noise; exponential limit, normal limit, no spread or separation, where the
                     likelihood has no maximum inside; not converged
    notes            what a reader must know, one sentence each
    model, distribution, cost, level
    """

    names: tuple[str, ...]
    params: Array
    covariance: Array
    loglik: float
    efficiency: Array
    efficiency_low: Array
    efficiency_high: Array
    inefficiency: Array
    sigma2: float
    gamma: float
    lr: MixedTest
    ols_params: Array
    ols_loglik: float
    skewness: float
    skewness_p: float
    unit_effects: Array
    unit_labels: tuple[str, ...]
    status: str
    notes: tuple[Text, ...]
    model: str
    distribution: str
    cost: bool
    level: float

    @property
    def se(self) -> Array:
        """(K,) standard errors."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def sigma_u(self) -> float:
        """√(γ σ²), as Stata reports it: the deviation of u before truncation (of u itself if exponential)."""
        return float(np.sqrt(self.gamma * self.sigma2))

    @property
    def sigma_v(self) -> float:
        """√((1 − γ) σ²), the deviation of noise."""
        return float(np.sqrt((1 - self.gamma) * self.sigma2))

    @property
    def tvalues(self) -> Array:
        """(K,) estimates over their standard errors."""
        return np.asarray(self.params / self.se)

    @property
    def jlms(self) -> Array:
        """exp(−E[u | ε]), shape of y: the efficiency of Jondrow et al. (1982)."""
        return np.exp(-self.inefficiency)

    @property
    def mean_efficiency(self) -> float:
        """Mean of `efficiency` over the observations."""
        return float(self.efficiency.mean())

    def table(self) -> Table:
        """The estimates as papers print them: parameter, estimate, standard error, two-sided p."""
        import pandas as pd
        from scipy.stats import norm

        frame = pd.DataFrame(
            {
                "term": self.names,
                "estimate": self.params,
                "se": self.se,
                "p": 2 * norm.sf(np.abs(self.tvalues)),
            }
        )
        columns = (
            Column("term", Text("参数", "parameter"), style="text"),
            Column("estimate", Text("估计值", "estimate"), digits=4),
            Column("se", Text("标准误", "standard error"), digits=4),
            Column("p", Text("p 值", "p"), style="p"),
        )
        return Table(frame, columns, Text("随机前沿估计", "Stochastic frontier estimates"), self._note())

    def _note(self) -> Text:
        note = Text(
            "对数似然 {ll:.4f}，平均效率 {te:.3f}；无效率的单边似然比 {lr:.3f}（混合 χ²，约束 {q} 个，5% 临界值 {c:.3f}）。",
            "Log-likelihood {ll:.4f}, mean efficiency {te:.3f}; one-sided likelihood ratio of inefficiency {lr:.3f} (mixed χ², "
            "{q} restrictions, 5 % critical value {c:.3f}).",
        ).fill(
            ll=self.loglik,
            te=self.mean_efficiency,
            lr=self.lr.statistic,
            q=self.lr.restrictions,
            c=self.lr.critical["5%"],
        )
        said = [Text(n.zh + "。", n.en[:1].upper() + n.en[1:] + ".") for n in self.notes]
        return Text("".join([note.zh, *(n.zh for n in said)]), " ".join([note.en, *(n.en for n in said)]))

    def __getitem__(self, name: str) -> float:
        """The estimate called `name`."""
        if name not in self.names:
            raise unknown(Text("参数", "parameter"), name, self.names)
        return float(self.params[self.names.index(name)])
