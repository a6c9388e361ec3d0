"""`xinzhi.read`: a panel from what people have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from xinzhi import atlas
from xinzhi.base.errors import UsageError, unknown
from xinzhi.base.text import Text
from xinzhi.panel.panel import Panel
from xinzhi.panel.reading.assemble import assemble
from xinzhi.panel.reading.keep import rows_where, without
from xinzhi.panel.reading.open import open_grids
from xinzhi.panel.reading.record import LAYOUTS, LayoutName
from xinzhi.panel.reading.sheet import Options, pick

if TYPE_CHECKING:
    from xinzhi.atlas.places import Places


def read(
    source: Any,
    *,
    layout: str | None = None,
    sheet: str | int | None = None,
    region: str | None = None,
    year: int | str | None = None,
    indicator: str | Mapping[str, str] | None = None,
    missing: Iterable[str] = (),
    unit: str | Mapping[str, str] | None = None,
    places: Places | str | Path | None = None,
    encoding: str | None = None,
    level: str | None = None,
    accept_suggestions: bool = False,
    where: Mapping[str, object] | None = None,
    leave_out: Iterable[str] = (),
    large: bool = False,
) -> Panel:
    """Read a panel from a file or a frame; what was detected is in `panel.reading`, and can be stated here.

    source     path of a CSV, TXT, XLS(X), ODS, Stata or Parquet file, or a frame of pandas, polars, Arrow …; a list of
               them is read one by one and joined
    layout     `long`, `wide-by-year`, `wide-by-indicator`, `years-by-region` or `one-region`; detected when None
    sheet      name or position of a sheet; needed only where several sheets hold different tables
    region     header of the column of places, or the one place that a file without such a column is about
    year       header of the column of years, or the one year that a file without such a column is about
    indicator  id of the one indicator of the file, or header → id
    missing    texts that mean missing; empty cells, NA and a lone hyphen always do, and are counted in the reading
    unit       unit of the one indicator, or id → unit; wins over what the file says. Nothing is converted
    places     the list of places the file speaks of, or the CSV file that holds it; China's divisions when None
    encoding   encoding of a text file; byte-order mark → UTF-8 → GB18030 when None
    level      level of the places, such as `province`; the level that fits most of them when None
    accept_suggestions  take places that are suggested, not certain (scanning errors); each is recorded
    where      header → text: only rows with this text in that column are read, such as `{"口径": "全市"}` where a table
               holds a place at several levels or by several definitions
    leave_out  places whose rows are not read, as the file writes them, such as a code that is not in the list of places
    large      read files beyond 100 MB

    Raises DataError (XZ-D010 … D024) with one sentence that names file, sheet, row and column, and what to do.
    """
    wanted = None if layout is None else layout.replace("_", "-")
    if wanted is not None and wanted not in LAYOUTS:
        raise unknown(Text("布局", "layout"), wanted, LAYOUTS, code="063")
    if isinstance(missing, str):
        raise UsageError('missing 应为列表，如 ["—"]', 'missing must be a list, such as ["—"]', code="064")
    if isinstance(leave_out, str):
        raise UsageError(
            'leave_out 应为列表，如 ["460300"]', 'leave_out must be a list, such as ["460300"]', code="064"
        )
    if isinstance(source, Panel):
        return source
    if isinstance(source, list | tuple):
        return _several(
            source,
            {
                "layout": layout,
                "sheet": sheet,
                "region": region,
                "year": year,
                "indicator": indicator,
                "missing": missing,
                "unit": unit,
                "places": places,
                "encoding": encoding,
                "level": level,
                "accept_suggestions": accept_suggestions,
                "where": where,
                "leave_out": leave_out,
                "large": large,
            },
        )
    places = atlas.read_places(places) if isinstance(places, str | Path) else places
    known = atlas.china() if places is None else places
    options = Options(
        cast(LayoutName | None, wanted),
        region,
        year,
        indicator,
        tuple(missing),
        unit,
        known,
        level,
        accept_suggestions,
        where or {},
        tuple(leave_out),
    )
    stem = Path(source).stem if isinstance(source, str | Path) else "panel"
    stored = _stored(source)
    if stored is not None:
        return stored if places is None else replace(stored, places=places)
    grids = [rows_where(grid, options.where) for grid in open_grids(source, sheet, encoding, large)]
    return assemble(without(pick(grids, options), options.leave_out), options, stem)


def _several(sources: Sequence[Any], options: Mapping[str, Any]) -> Panel:
    if not sources:
        raise UsageError("没有给出文件", "no file was given", code="064")
    first, *others = [read(each, **options) for each in sources]
    return first.join(*others) if others else first


def _stored(source: Any) -> Panel | None:
    """The panel in a Parquet file that this program wrote, which needs no detection."""
    if not isinstance(source, str | Path) or Path(source).suffix.lower() != ".parquet" or not Path(source).is_file():
        return None
    from xinzhi.panel.store import read_meta
    from xinzhi.panel.write import from_parquet

    return from_parquet(source) if "indicators" in read_meta(source) else None
