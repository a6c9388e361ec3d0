"""The Dask cluster that bootstraps run on where that backend is chosen and the caller has not started a client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from xinzhi.base.errors import MissingPartError


@contextmanager
def cluster(backend: str, workers: int = 1) -> Iterator[None]:
    """A Dask client for the time of a computation; nothing for the other backends.

    The client that is running serves; else one for the scheduler that Dask's own configuration names
    (`DASK_SCHEDULER_ADDRESS`), else for a local cluster of `workers` processes, which ends with the computation.

    Raises MissingPartError where Dask is not installed.
    """
    if backend != "dask":
        yield
        return
    try:
        import dask
        from distributed import Client, get_client
    except ImportError:
        raise MissingPartError(
            "后端 dask 需要可选组件：pip install 'xinzhi[scale]'",
            "the dask backend needs an optional part: pip install 'xinzhi[scale]'",
            code="651",
        ) from None
    try:
        get_client()
    except ValueError:
        named = dask.config.get("scheduler-address", None)
        options = {} if named else {"n_workers": max(1, workers), "threads_per_worker": 1, "dashboard_address": ":0"}
        with Client(named, **options):
            yield
    else:
        yield
