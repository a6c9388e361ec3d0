"""Energy by sector: the bundled table gathered into groups, or a table of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError
from xinzhi.base.text import Text
from xinzhi.panel import Panel
from xinzhi.panel.labels import name_of

BUNDLED = "china-provinces"


@lru_cache(maxsize=1)
def groups() -> Mapping[str, tuple[Text, tuple[str, ...]]]:
    """Id of a group of sectors → its name and its sectors in the bundled table."""
    import yaml

    text = (files("xinzhi") / "data" / "productivity" / "sectors.yaml").read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    return {name: (Text(e["zh"], e["en"]), tuple(e["sectors"])) for name, e in content.items()}


def bundled() -> pd.DataFrame:
    """Final energy by province, year and group of sectors: region, year, sector, energy (1e4 tce)."""
    from xinzhi.panel.bundled import table

    raw = table("province_energy_by_sector")
    of = {sector: name for name, (_, sectors) in groups().items() for sector in sectors}
    rows = raw[raw["sector"].isin(of)].assign(group=lambda t: t["sector"].map(of))
    summed = rows.groupby(["code", "year", "group"])["tce"].sum()
    return summed.rename_axis(["region", "year", "sector"]).rename("energy").reset_index()


def cube(
    table: pd.DataFrame, panel: Panel, regions: Sequence[str], years: Sequence[int]
) -> tuple[Array, list[str], list[Text]]:
    """Energy (T, n, s) of a table with region, year, sector, energy; a missing cell of a sector is refused by name."""
    absent = [c for c in ("region", "year", "sector", "energy") if c not in table.columns]
    if absent:
        raise DataError(
            f"分行业能源表缺少列 {'、'.join(absent)}；需要 region、year、sector、energy",
            f"the table of energy by sector lacks {', '.join(absent)}; it needs region, year, sector, energy",
            code="914",
        )
    wide = table.assign(region=table["region"].astype(str)).pivot_table(
        index=["year", "region"], columns="sector", values="energy", aggfunc="sum", min_count=1
    )
    order = [s for s in groups() if s in wide.columns] + [s for s in wide.columns if s not in groups()]
    full = wide.reindex(pd.MultiIndex.from_product([years, regions]))[order]
    holes = np.argwhere(full.isna().to_numpy())
    if len(holes):
        row, column = holes[0]
        year, code = full.index[row]
        who = name_of(panel.places, str(code))
        raise DataError(
            f"{who.zh} {year} 年缺 {order[column]} 的能源数据；请补齐，没有消费的行业请填 0",
            f"{who.en} lacks energy of {order[column]} in {year}; fill it in, with 0 for a sector that uses none",
            code="960",
        )
    names = [groups()[s][0] if s in groups() else Text(str(s), str(s)) for s in order]
    return full.to_numpy(dtype=float).reshape(len(years), len(regions), len(order)), [str(s) for s in order], names
