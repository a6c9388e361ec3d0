"""How sure targets are: the bootstrap of a radial target, and subsampling for the targets of the other models.

Source: Simar & Wilson (1998) for the radial target; Kneip, Simar & Wilson (2008) and Simar & Wilson (2011) for subsampling
of radial and directional distances. For slacks-based targets no theory is known; the same intervals are given and said so.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from xinzhi.base.arrays import Array
from xinzhi.base.errors import UsageError
from xinzhi.base.text import Text
from xinzhi.productivity.arguments import whole
from xinzhi.productivity.efficiency.models import How
from xinzhi.productivity.efficiency.solve import Figures, Solve, solver
from xinzhi.productivity.envelopment.technology import returns_to_scale
from xinzhi.productivity.inference.blocks import Run, draw_all, identity
from xinzhi.productivity.inference.bootstrap import dea_bootstrap
from xinzhi.productivity.inference.solve import rate
from xinzhi.productivity.inputs.face import InputsResult

LEAST = 20  # draws that a region must have been in
SHARE = 0.7  # a subsample holds n^SHARE regions, rounded up


def with_interval(
    frame: pd.DataFrame, data: InputsResult, how: How, t: int, draws: int, seed: int, level: float, run: Run
) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """The frame with `corrected` (radial targets only), `low` and `high` of each target, all missing where no draws are asked for.

    Raises UsageError for a frontier of several years, whose regions are no sample of one year.
    """
    if not draws:
        return frame.assign(corrected=np.nan, low=np.nan, high=np.nan), ()
    if how.technology != "contemporaneous":
        raise UsageError(
            '目标的区间（draws）用于当期前沿；请用 technology="contemporaneous"，或 draws=0',
            'intervals of targets (draws) are for the frontier of one year; use technology="contemporaneous", or draws=0',
            code="977",
        )
    if how.model == "radial" and how.orientation in ("input", "output") and how.rts != "fdh":
        return _radial(frame, data, how, t, draws, seed, level, run)
    return _subsampled(frame, data, how, t, whole(draws, "draws", LEAST), seed, level, run)


def _radial(
    frame: pd.DataFrame, data: InputsResult, how: How, t: int, draws: int, seed: int, level: float, run: Run
) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """The interval of the proportional target on the oriented side."""
    found = dea_bootstrap(
        data.array("input")[t], data.array("good")[t], how.rts, how.orientation, draws, seed, level,
        backend=run.backend, workers=run.workers, resume=run.resume, progress=run.progress,
    )  # fmt: skip
    side = "input" if how.orientation == "input" else "good"
    scores = pd.DataFrame({"region": data.regions, "corrected": found.corrected, "low": found.low, "high": found.high})
    out = frame.merge(scores, on="region", how="left")
    inside = out["role"] == side
    for name in ("corrected", "low", "high"):
        factor = out[name] if side == "input" else 1.0 / out[name]
        out[name] = (out["actual"] * factor).where(inside)
    if side == "good":
        out[["low", "high"]] = out[["high", "low"]].to_numpy()
    told = Text(
        f"按比例目标的区间为 {draws} 次平滑自助法（Simar 与 Wilson 1998），置信水平 {level:.0%}；假定无效率的分布不随规模与结构而变",
        f"intervals of the proportional target from {draws} smoothed bootstrap draws (Simar & Wilson 1998) at {level:.0%}; inefficiency is taken to be distributed alike at every size and mix",
    )
    return out, (told,)


def _subsampled(
    frame: pd.DataFrame, data: InputsResult, how: How, t: int, draws: int, seed: int, level: float, run: Run
) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """The interval of every target from targets among m regions, differences rescaled by (m / n)^κ."""
    of: Figures = tuple(data.array(role)[t] for role in ("input", "good", "bad"))
    n, sizes = len(data.regions), [v.shape[1] for v in of]
    m = min(n, int(np.ceil(n**SHARE)))
    draw = partial(_draw, how, solver(how, data), of, m)
    key = identity("targets", *of, how.model, how.rts, how.orientation, how.disposability, how.direction, repr(dict(how.options)), m, seed)  # fmt: skip
    found = draw_all(draw, draws, whole(seed, "seed", 0), key, run).reshape(draws, n, -1)
    target = np.stack([frame[frame["variable"] == v.id].set_index("region").loc[data.regions, "target"] for v in data.variables], axis=1)  # fmt: skip
    kappa = rate(returns_to_scale(how.rts), sizes[0] + sizes[2], sizes[1])
    gap = (m / n) ** kappa * (found - target)
    known = np.isfinite(found).all(axis=2).sum(axis=0) >= LEAST
    tail = (1.0 - level) / 2.0
    gap = np.where(known[None, :, None], gap, 0.0)
    low, high = (target - np.nanquantile(gap, q, axis=0) for q in (1.0 - tail, tail))
    parts = {"corrected": np.full_like(target, np.nan), "low": low, "high": high}
    blocks = [
        pd.DataFrame({"region": data.regions, "variable": v.id, **{k: _kept(part[:, j], known) for k, part in parts.items()}})
        for j, v in enumerate(data.variables)
    ]  # fmt: skip
    return frame.merge(pd.concat(blocks), on=["region", "variable"], how="left"), _said(m, draws, level, known)


def _kept(values: Array, known: Array) -> Array:
    """Targets are never below nothing; regions in too few draws have no interval."""
    return np.where(known, np.maximum(values, 0.0), np.nan)


def _draw(how: How, solve: Solve, of: Figures, m: int, stream: np.random.Generator, size: int) -> Array:
    """(size, n · v) targets of m regions among themselves, missing for the others."""
    n, v = of[0].shape[0], sum(part.shape[1] for part in of)
    out = np.full((size, n, v), np.nan)
    for row in out:
        which = np.sort(stream.permutation(n)[:m])
        found = solve(how, tuple(part[which] for part in of), None, ())
        row[which] = np.hstack([found.targets_x, found.targets_y, found.targets_b])
    return out.reshape(size, n * v)


def _said(m: int, draws: int, level: float, known: Array) -> tuple[Text, ...]:
    said = Text(
        f"目标的区间为 {draws} 次子抽样（每次 {m} 个地区），差异按收敛速度折算（Kneip、Simar 与 Wilson 2008），置信水平 {level:.0%}；理论只覆盖径向与方向距离，松弛部分的区间只作参考",
        f"intervals of targets from {draws} subsamples of {m} regions, differences rescaled by the rate of convergence (Kneip, Simar & Wilson 2008), at {level:.0%}; theory covers radial and directional distances, so read those of slacks as a guide",
    )
    lost = int((~known.astype(bool)).sum())
    few = Text(f"{lost} 个地区可用的抽样不足 {LEAST} 次，不给区间", f"{lost} regions were in fewer than {LEAST} usable draws and have no interval")  # fmt: skip
    return (said, few) if lost else (said,)
