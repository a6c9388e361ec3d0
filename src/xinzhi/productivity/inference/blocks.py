"""Draws in blocks: the same numbers for any number of workers, and a killed run picked up where it stopped.

A block of BLOCK draws has a random stream of its own, the child of the seed with the block's number, and is always computed
whole. So a draw depends on the seed and its place alone, not on who computes it, when, or how many others are asked for.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from xinzhi.base.arrays import Array
from xinzhi.base.errors import MissingPartError, UsageError
from xinzhi.base.files import write_bytes
from xinzhi.base.recipe import versions
from xinzhi.base.text import Text
from xinzhi.productivity.arguments import choice, whole

BLOCK = 50
Backend = Literal["serial", "threads", "processes", "dask"]
Draw = Callable[[np.random.Generator, int], Array]  # a picklable function: (stream, how many) → (how many, ·)
Progress = Callable[[int, int], None]  # draws done, draws in all


@dataclass(frozen=True)
class Run:
    """How draws are computed; none of it changes a number.

    backend   serial, threads, processes, or dask (the cluster of the Dask client that is running)
    workers   threads or processes, −1 for one on each core
    resume    a folder in which finished blocks are kept and looked for, or None
    progress  called with the number of draws done and of all draws
    """

    backend: str = "serial"
    workers: int = 1
    resume: str | Path | None = None
    progress: Progress | None = None

    def part(self, number: int, of: int) -> Run:
        """The run of one of several bootstraps with as many draws each; progress counts over all of them."""
        told = self.progress
        if told is None or of == 1:
            return self
        return replace(self, progress=lambda done, total: told(number * total + done, of * total))


def identity(*parts: Any) -> str:
    """A key of data, options and versions: arrays by their bytes, all else by its wording."""
    digest = hashlib.sha256(repr(sorted(versions().items())).encode())
    for part in parts:
        if isinstance(part, np.ndarray):
            digest.update(f"{part.dtype}{part.shape}".encode())
            digest.update(np.ascontiguousarray(part).tobytes())
        else:
            digest.update(repr(part).encode())
        digest.update(b"\0")
    return digest.hexdigest()[:24]


def draw_all(draw: Draw, draws: int, seed: int, key: str, run: Run) -> Array:
    """(draws, ·) every draw in its order.

    key   names data and options in the folder of finished blocks

    Raises UsageError for an unknown backend, MissingPartError where Dask or its client is absent.
    """
    backend = choice(Text("计算后端", "backend"), run.backend, Backend)
    blocks = range(-(-draws // BLOCK))
    parts = {number: kept for number in blocks if (kept := _kept(run.resume, key, number)) is not None}
    _report(run, len(parts), draws)
    todo = [number for number in blocks if number not in parts]
    for number, block in _computed(backend, run.workers, draw, seed, todo):
        parts[number] = block
        if run.resume is not None:
            _keep(run.resume, key, number, block)
        _report(run, len(parts), draws)
    return np.concatenate([parts[k] for k in blocks])[:draws]


def _report(run: Run, blocks: int, draws: int) -> None:
    if run.progress is not None and blocks:
        run.progress(min(blocks * BLOCK, draws), draws)


def _block(draw: Draw, seed: int, number: int) -> tuple[int, Array]:
    """One block from its own stream."""
    stream = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number,)))
    return number, draw(stream, BLOCK)


def _computed(backend: str, workers: int, draw: Draw, seed: int, todo: list[int]) -> Iterator[tuple[int, Array]]:
    """The blocks of `todo` as they are finished."""
    if workers != -1:
        whole(workers, "workers", 1)
    if backend == "dask":
        yield from _on_dask(draw, seed, todo)
    elif backend == "serial" or workers == 1 or len(todo) < 2:
        for number in todo:
            yield _block(draw, seed, number)
    else:
        from joblib import Parallel, delayed

        name = "threading" if backend == "threads" else "loky"
        pool = Parallel(n_jobs=workers, backend=name, return_as="generator_unordered")
        yield from pool(delayed(_block)(draw, seed, number) for number in todo)


def _on_dask(draw: Draw, seed: int, todo: list[int]) -> Iterator[tuple[int, Array]]:
    """The same on the cluster of the running Dask client."""
    try:
        from distributed import as_completed, get_client
    except ImportError:
        raise MissingPartError(
            "后端 dask 需要可选组件：pip install 'xinzhi[scale]'",
            "the dask backend needs an optional part: pip install 'xinzhi[scale]'",
            code="650",
        ) from None
    try:
        client = get_client()
    except ValueError:
        raise UsageError(
            '没有正在运行的 Dask 客户端；请先执行 client = distributed.Client("调度器地址")',
            'no Dask client is running; start one first: client = distributed.Client("address of the scheduler")',
            code="651",
        ) from None
    everywhere = client.scatter(draw, broadcast=True)
    futures = [client.submit(_block, everywhere, seed, number, pure=False) for number in todo]
    for finished in as_completed(futures):
        yield finished.result()


def _file(folder: str | Path, key: str, number: int) -> Path:
    return Path(folder) / f"{key}-{number:05d}.npy"


def _kept(folder: str | Path | None, key: str, number: int) -> Array | None:
    """A finished block, or None; what cannot be read is computed again."""
    if folder is None or not _file(folder, key, number).exists():
        return None
    try:
        block = np.load(_file(folder, key, number), allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return np.asarray(block, dtype=np.float64) if block.ndim >= 1 and block.shape[0] == BLOCK else None


def _keep(folder: str | Path, key: str, number: int, block: Array) -> None:
    held = io.BytesIO()
    np.save(held, block, allow_pickle=False)
    write_bytes(_file(folder, key, number), held.getvalue())
