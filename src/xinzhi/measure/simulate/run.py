"""Carrying out a plan: batches of draws that share data errors, on a pool of threads.

Data errors are drawn in batches whose size depends on the table alone, each from its own child of the seed, so that
the number of workers changes nothing. NumPy lets go of the interpreter lock in every costly step.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array, shares
from xinzhi.measure.method import Method
from xinzhi.measure.simulate.one import normalised, scored, weighed
from xinzhi.measure.simulate.plan import NOISE, Ints, Plan, generator
from xinzhi.measure.simulate.scales import NORMALISE, Cells
from xinzhi.measure.simulate.scores import MEANS, mean_scores, ranks_within
from xinzhi.measure.simulate.weights import WEIGHTS

_BATCH_CELLS = (
    2**19
)  # 4 MB of float64: long enough that threads rarely wait for each other, short enough to stay cached


@dataclass(frozen=True)
class Problem:
    """A table ready for replication; rows sorted by year.

    up       (m, n) values times direction, 0 where missing
    there    (m, n) whether a value exists
    sign     (m,) direction
    error    (m, n) standard deviation of the error of each cell, in the units of `up`; None without errors
    layers   (m,) layer numbers 0 … k − 1
    blocks   rows of each year
    nominal  the method that a plan departs from
    """

    up: Array
    there: NDArray[np.bool_]
    sign: Array
    error: Array | None
    layers: Ints
    blocks: tuple[slice, ...]
    nominal: Method

    @property
    def yardsticks(self) -> tuple[slice, ...]:
        """Rows that are normalised and weighted together: all, or those of each year."""
        return (slice(0, self.up.shape[1]),) if self.nominal.pooled else self.blocks

    def held(self, up: Array) -> Array:
        """Values (u, m, n) held at the least value observed of each indicator, so that an error never undoes a logarithm."""
        observed = np.where(self.there, self.up * self.sign[:, None], np.inf).min(axis=1)
        return np.asarray(np.maximum(up * self.sign[:, None], observed[:, None]) * self.sign[:, None])

    @property
    def year(self) -> Ints:
        """(n,) number of the year of each row."""
        return np.repeat(np.arange(len(self.blocks)), [b.stop - b.start for b in self.blocks])

    @property
    def posts(self) -> Array:
        """(m, 2) goalposts in the units of `up`, NaN where none is stated."""
        out = np.full((len(self.sign), 2), np.nan)
        for j, pair in enumerate(self.nominal.goalposts or ()):
            if pair is not None:
                out[j] = np.sort(np.asarray(pair) * self.sign[j])
        return out


def run(problem: Problem, plan: Plan, seed: int, workers: int | None = None) -> tuple[Array, NDArray[np.int32]]:
    """Scores and ranks, each (draws, n), of every draw of `plan`."""
    scores = np.empty((plan.draws, problem.up.shape[1]))
    ranks = np.empty(scores.shape, dtype=np.int32)

    def work(batch: tuple[int, Ints]) -> None:
        number, draws = batch
        for some, use, up in _replications(problem, plan, number, draws, seed):
            scores[some] = _scores(problem, plan, some, use, up)
        ranks[draws] = ranks_within(scores[draws], problem.blocks)

    batches = list(_batches(problem, plan))
    pool_size = min(workers or min(os.cpu_count() or 1, 8), len(batches))
    if pool_size <= 1:
        for batch in batches:
            work(batch)
    else:
        with ThreadPoolExecutor(pool_size) as pool:
            list(pool.map(work, batches))
    return scores, ranks


def scale(problem: Problem, name: str) -> Array:
    """(m, n) the table as it is on the scale `name`, 0 where missing."""
    z = np.empty_like(problem.up)
    for rows in problem.yardsticks:
        cells = Cells.of(problem.there[:, rows])
        z[:, rows] = _normalise(problem, name, np.ascontiguousarray(problem.up[None, :, rows]), cells)[0]
    return z


def _batch_size(problem: Problem) -> int:
    return max(1, _BATCH_CELLS // problem.up.size)


def _batches(problem: Problem, plan: Plan) -> Iterator[tuple[int, Ints]]:
    """Numbers of batches with the draws whose errors come from them, draws in the order of their errors."""
    order = np.argsort(plan.noise, kind="stable")
    number = plan.noise[order] // _batch_size(problem)
    edges = np.flatnonzero(np.diff(number)) + 1
    for draws in np.split(order, edges):
        yield int(plan.noise[draws[0]]) // _batch_size(problem), draws


def _replications(
    problem: Problem, plan: Plan, number: int, draws: Ints, seed: int
) -> Iterator[tuple[Ints, Ints, Array]]:
    """Draws of one normalisation, which replication each uses, and the replications (u, m, n) with their errors."""
    errors = None
    if problem.error is not None:
        errors = _with_errors(problem, problem.error, seed, plan.stream, number)
    for choice in np.unique(plan.normalise[draws]):
        some = draws[plan.normalise[draws] == choice]
        if errors is None:
            yield some, np.zeros(len(some), dtype=np.int64), problem.up[None]
        else:
            seen, use = np.unique(plan.noise[some] - number * _batch_size(problem), return_inverse=True)
            yield some, use.astype(np.int64), errors if len(seen) == len(errors) else errors[seen]


def _with_errors(problem: Problem, error: Array, seed: int, stream: int, number: int) -> Array:
    """(batch, m, n) the table with the errors of batch `number` added."""
    out: Array = generator(seed, stream, NOISE, number).standard_normal((_batch_size(problem), *problem.up.shape))
    out *= error
    out += problem.up
    return out


def replication(problem: Problem, noise: int, seed: int, stream: int) -> Array:
    """(m, n) the table with error realisation number `noise`, as a plan of that seed and stream uses it."""
    if problem.error is None:
        return problem.up
    number, place = divmod(int(noise), _batch_size(problem))
    return np.asarray(_with_errors(problem, problem.error, seed, stream, number)[place])


def _scores(problem: Problem, plan: Plan, draws: Ints, use: Ints, up: Array) -> Array:
    """(d, n) scores of draws that share a normalisation."""
    out = np.empty((len(draws), up.shape[2]))
    name = plan.names.normalise[plan.normalise[draws[0]]]
    for rows in problem.yardsticks:
        cells = Cells.of(problem.there[:, rows])
        z = _normalise(problem, name, np.ascontiguousarray(up[:, :, rows]), cells)
        w = np.empty((len(draws), len(problem.sign)))
        for mine, choice in _groups(plan.weights[draws]):
            w[mine] = _weights(problem, plan.names.weights[choice], z, cells, use[mine], plan.kept[draws[mine]])
        w *= plan.shake[draws]
        w /= w.sum(axis=1, keepdims=True)
        for mine, choice in _groups(plan.aggregate[draws]):
            kept = plan.kept[draws[mine]]
            out[mine, rows] = _aggregate(
                problem, plan.names.aggregate[choice], rows, z, cells, use[mine], w[mine], kept
            )
    return out


def _groups(choices: Ints) -> Iterator[tuple[Ints, int]]:
    for choice in np.unique(choices):
        yield np.flatnonzero(choices == choice), int(choice)


def _normalise(problem: Problem, name: str, up: Array, cells: Cells) -> Array:
    if name in NORMALISE:
        return NORMALISE[name](up, cells, problem.posts)
    if name == "log-minmax":
        up = problem.held(up)
    return np.stack([normalised(each, cells.there, problem.sign, problem.posts, name) for each in up])


def _weights(problem: Problem, name: str, z: Array, cells: Cells, use: Ints, kept: NDArray[np.bool_]) -> Array:
    """(d, m) weights that sum to one, layers weighing what the layering says."""
    nominal, layers = problem.nominal, problem.layers
    if nominal.layering == "pooled":
        return _weights_of(problem, name, z, cells, use, kept, np.arange(len(layers)))
    names = np.unique(layers)
    share = np.full(len(names), 1 / len(names))
    if nominal.layering == "given":
        share = shares(nominal.layer_weights or (), "layer_weights", len(names))
    w = np.zeros((len(use), len(layers)))
    for size, layer in zip(share, names, strict=True):
        columns = np.flatnonzero(layers == layer)
        w[:, columns] = size * _weights_of(problem, name, z, cells, use, kept, columns)
    return w


def _weights_of(
    problem: Problem, name: str, z: Array, cells: Cells, use: Ints, kept: NDArray[np.bool_], columns: Ints
) -> Array:
    """(d, columns) weights among these indicators; an indicator alone has weight 1, a layer left out altogether 0."""
    inside = kept[:, columns]
    w = np.where(inside, 1.0, 0.0)
    several = inside.sum(axis=1) > 1
    if not several.any():
        return w
    if len(columns) == len(cells.there):
        part, present = z, cells
    else:
        part, present = np.ascontiguousarray(z[:, columns]), Cells.of(cells.there[columns])
    use, inside = use[several], inside[several]
    if name == "given":
        stated = np.where(inside, np.asarray(problem.nominal.given)[columns], 0.0)
        w[several] = stated / stated.sum(axis=1, keepdims=True)
    elif name in WEIGHTS:
        w[several] = WEIGHTS[name](part, present, use, inside)
    else:
        w[several] = _one_by_one(name, part, present, use, inside)
    return w


def _one_by_one(name: str, z: Array, cells: Cells, use: Ints, inside: NDArray[np.bool_]) -> Array:
    """(d, m) weights by the public kernel, once for each replication and set of indicators."""
    w = np.zeros(inside.shape)
    once: dict[tuple[int, bytes], Array] = {}
    for d, (seen, kept) in enumerate(zip(use, inside, strict=True)):
        key = (int(seen), kept.tobytes())
        if key not in once:
            once[key] = weighed(z[seen][kept], cells.there[kept], name)
        w[d, kept] = once[key]
    return w


def _aggregate(
    problem: Problem, name: str, rows: slice, z: Array, cells: Cells, use: Ints, w: Array, kept: NDArray[np.bool_]
) -> Array:
    """(d, n) scores of these rows."""
    if name in MEANS:
        return mean_scores(name, z, cells, use, w, problem.layers, problem.nominal.floor)
    groups = problem.year[rows]
    return np.stack([scored(z[use[d]][k], cells.there[k], w[d, k], name, groups) for d, k in enumerate(kept)])
