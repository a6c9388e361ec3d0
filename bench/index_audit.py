"""Monte Carlo audit of a composite index: 31 regions × 12 years × 19 indicators, all data replicated in every draw."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from bench.harness import Row, alone, compare, peak_megabytes
from bench.peers import PeerMissingError, ask, python_with
from xinzhi.measure.method import Method, Variation
from xinzhi.measure.simulate.draws import prepare, simulate
from xinzhi.measure.simulate.plan import Plan, random_plan

REGIONS, YEARS, INDICATORS, DRAWS = 31, 12, 19, 10_000
LOOPED = 100  # draws that a loop carries out; its time is multiplied up
EVERYTHING = Variation()
WHAT_PYMCDM_HAS = Variation(
    ("minmax",), ("entropy", "critic", "std", "equal"), ("arithmetic", "geometric"), 0.0, 0, 0.05
)
NOMINAL = Method()


def table() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """x (372, 19), direction, years, layers: skewed, correlated, growing, as indicators are."""
    rng = np.random.default_rng(2024)
    rows = REGIONS * YEARS
    common = np.repeat(rng.normal(size=REGIONS), YEARS)
    x = np.exp(0.6 * common[:, None] + 0.4 * rng.normal(size=(rows, INDICATORS)))
    direction = np.where(np.arange(INDICATORS) >= 16, -1, 1)
    return x, direction, np.tile(np.arange(YEARS), REGIONS), np.repeat([0, 1, 2], [6, 7, 6])


def loop(x: pd.DataFrame, direction: np.ndarray, years: np.ndarray, plan: Plan) -> pd.DataFrame:
    """The same draws as a script in pandas does them: one at a time, column methods of DataFrames throughout."""
    rng, ranks = np.random.default_rng(0), []
    for draw in range(LOOPED):
        kept = np.flatnonzero(plan.kept[draw])
        noisy = x + EVERYTHING.data_noise * x.std().to_numpy() * rng.standard_normal(x.shape)
        up = noisy.iloc[:, kept] * direction[kept]
        z = _normalised(up, plan.names.normalise[plan.normalise[draw]])
        w = _weighed(z, plan.names.weights[plan.weights[draw]]) * plan.shake[draw][kept]
        w = w / w.sum()
        if plan.names.aggregate[plan.aggregate[draw]] == "geometric":
            score = np.exp((np.log(0.01 + 0.99 * z) * w).sum(axis=1))
        else:
            score = (z * w).sum(axis=1)
        ranks.append(score.groupby(years).rank(ascending=False, method="min"))
    return pd.DataFrame(ranks)


def _normalised(up: pd.DataFrame, name: str) -> pd.DataFrame:
    if name == "minmax":
        return (up - up.min()) / (up.max() - up.min())
    if name == "percentile":
        return (up.rank() - 1) / (len(up) - 1)
    return 1 / (1 + np.exp(-(up - up.mean()) / up.std()))


def _weighed(z: pd.DataFrame, name: str) -> pd.Series:
    if name == "equal":
        return pd.Series(1.0, index=z.columns)
    if name == "cv":
        return z.std() / z.mean()
    if name == "critic":
        return z.std() * (1 - z.corr()).sum()
    p = z / z.sum()
    return 1 + (p * np.log(p.where(p > 0, 1.0))).sum() / np.log(len(z))


PYMCDM = """
import json, sys, time
import numpy as np
from scipy.stats import rankdata
from pymcdm.helpers import normalize_matrix
from pymcdm.methods import WSM, WPM
from pymcdm.normalizations import minmax_normalization
from pymcdm import weights as wt
given = json.loads(sys.stdin.read())
x, types, years = np.array(given["x"]), np.array(given["types"]), np.array(given["years"])
rng, rows = np.random.default_rng(0), [np.flatnonzero(years == y) for y in np.unique(years)]
weigh = [wt.entropy_weights, wt.critic_weights, wt.standard_deviation_weights, wt.equal_weights]
start = time.perf_counter()
for draw in range(given["draws"]):
    noisy = x + given["noise"] * x.std(axis=0, ddof=1) * rng.standard_normal(x.shape)
    z = 0.01 + 0.99 * normalize_matrix(noisy, minmax_normalization, types)
    w = weigh[draw % 4](z)
    method = WSM() if draw // 4 % 2 == 0 else WPM()
    score = method(z, w, np.ones(len(types)), validation=False)
    for r in rows:
        rankdata(-score[r], method="min")
print(json.dumps(time.perf_counter() - start))
"""


def rows() -> Iterator[Row]:
    """All factors against a pandas loop; what pymcdm covers against pymcdm; the whole audit of 1000 draws alone."""
    x, direction, years, layers = table()
    prepared = prepare(x, direction, years, layers, NOMINAL, EVERYTHING)
    plan = random_plan(prepared.names, EVERYTHING, layers, LOOPED, 0)

    def ours(vary: Variation) -> None:
        simulate(x, direction, years, layers, NOMINAL, DRAWS, vary=vary)

    memory = peak_megabytes(
        "from bench.index_audit import *\n"
        "x, direction, years, layers = table()\n"
        "simulate(x, direction, years, layers, NOMINAL, DRAWS, vary=EVERYTHING)"
    )
    yield compare(
        f"{DRAWS} draws, every factor",
        partial(ours, EVERYTHING),
        f"pandas {pd.__version__} loop",
        partial(loop, pd.DataFrame(x), direction, years, plan),
        scale=DRAWS / LOOPED,
        note=f"loop: {LOOPED} draws timed on one thread, multiplied by {DRAWS // LOOPED}; ours peaks at {memory:.0f} MB resident, all of Python included",
    )
    yield _against_pymcdm(partial(ours, WHAT_PYMCDM_HAS), x, direction, years)
    yield _whole_audit()


def _against_pymcdm(ours: partial[None], x: np.ndarray, direction: np.ndarray, years: np.ndarray) -> Row:
    what = f"{DRAWS} draws, min–max, 4 weightings, 2 means, data error"
    try:
        python = python_with("pymcdm", "pymcdm==1.4.0")
        given = {
            "x": x.tolist(), "types": direction.tolist(), "years": years.tolist(), "draws": LOOPED,
            "noise": WHAT_PYMCDM_HAS.data_noise,
        }  # fmt: skip
        return compare(
            what,
            ours,
            "pymcdm 1.4.0",
            lambda: float(ask(python, PYMCDM, **given)),
            scale=DRAWS / LOOPED,
            note=f"its kernels in a loop, {LOOPED} draws timed in its own process, multiplied by {DRAWS // LOOPED}; "
            "it has no percentile or sigmoid scale, no removal and no simulation of its own. "
            "ProMCDA 1.0.8, the one package that simulates, lacks modules in its wheel and cannot be imported",
        )
    except PeerMissingError as missing:
        return alone(what, ours, note=str(missing))


def _whole_audit() -> Row:
    """Everything that `xinzhi.audit` computes, on the built-in index."""
    import xinzhi as xz
    from xinzhi.measure.audit.face import audit

    index = xz.index(xz.load("china-provinces"), "three-layers")
    return alone(
        "xinzhi.audit, 1000 draws, 31 provinces, three-layers",
        partial(audit, index),
        note="ranks, 4096 evaluations for Sobol indices, leave-one-out, specification table, coherence, drift, outliers",
    )
