"""Opening what people hand over: files of every usual kind, and frames of every usual library."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from xinzhi.base.errors import DataError, nearest
from xinzhi.panel.reading.formulas import shown, uncalculated
from xinzhi.panel.reading.grid import Grid, squared
from xinzhi.panel.reading.separated import separated
from xinzhi.panel.reading.text import decode, untangled

LIMIT_MB = 100  # beyond this a file is read only when the caller says `large=True`
UNPACKED_LIMIT = 1 << 30  # bytes an xlsx may unpack to
RATIO_LIMIT = 100  # how much larger than packed an xlsx may unpack
RATIO_FREE = 16 << 20  # bytes below which the ratio does not matter


def open_grids(source: Any, sheet: str | int | None, encoding: str | None, large: bool) -> list[Grid]:
    """The sheets of a file, or the one grid of a frame."""
    if not isinstance(source, str | Path):
        return [from_frame(source)]
    path = Path(source)
    if path.is_dir():
        raise DataError(
            f"{path} 是文件夹，不是数据文件；请写其中一个文件",
            f"{path} is a folder, not a data file; name one of the files in it",
            code="010",
        )
    if not path.is_file():
        near = nearest(path.name, (p.name for p in path.parent.iterdir())) if path.parent.is_dir() else []
        zh, en = (f"；您是否指 {'、'.join(near)}？", f"; did you mean {', '.join(near)}?") if near else ("", "")
        raise DataError(f"找不到文件 {path.name}{zh}", f"there is no file {path.name}{en}", code="010")
    _weigh(path, large)
    kind = path.suffix.lower()
    opener = _OPENERS.get(kind)
    if opener is None:
        raise DataError(
            f"{path.name} 的格式 {kind or '（无扩展名）'} 不能读取；可读 {'、'.join(_OPENERS)}",
            f"{path.name}: the format {kind or '(no suffix)'} cannot be read; known are {', '.join(_OPENERS)}",
            code="021",
        )
    if sheet is not None and opener is not _excel:
        raise DataError(
            f"{path.name} 没有工作表之分，请去掉 sheet=",
            f"{path.name} has no sheets; leave sheet= out",
            code="013",
        )
    return opener(path, sheet, encoding)


def _weigh(path: Path, large: bool) -> None:
    size = path.stat().st_size
    if size == 0:
        raise DataError(
            f"{path.name} 是空文件；请重新导出", f"{path.name} is an empty file; export it again", code="011"
        )
    if size > LIMIT_MB * 1_000_000 and not large:
        raise DataError(
            f"{path.name} 有 {size / 1e6:.0f} MB，超过 {LIMIT_MB} MB；确要读取请写 large=True，或先筛选所需的地区与年份",
            f"{path.name} has {size / 1e6:.0f} MB, more than {LIMIT_MB} MB; to read it all the same write large=True, or keep only the regions and years needed",
            code="019",
        )


def _csv(path: Path, _: str | int | None, encoding: str | None) -> list[Grid]:
    content = path.read_bytes()
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):  # a workbook that carries the suffix of a text
        return _excel(path, None, encoding)
    text, used = decode(content, path.name, encoding)
    return [separated(text, path.name, used)]


def _excel(path: Path, sheet: str | int | None, encoding: str | None) -> list[Grid]:
    """A workbook; pages and plain text that carry a workbook's suffix, as many sites give them, are read as what they are."""
    import python_calamine

    head = path.read_bytes()[:4096].lstrip(b"\xef\xbb\xbf \r\n\t")
    if head.startswith(b"<") and b"<t" in path.read_bytes().lower():
        from xinzhi.panel.reading.page import tables

        text, used = decode(path.read_bytes(), path.name, encoding)
        return [Grid(squared(rows), path.name, encoding=used) for rows in tables(text)]
    if not head.startswith((b"PK", b"\xd0\xcf")) and b"\x00" not in head and (b"\t" in head or b"," in head):
        return _csv(path, None, encoding)
    _check_zip(path)
    try:
        content = path.read_bytes()
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = list(book.sheet_names)
        wanted = names if sheet is None else [_sheet_named(path, names, sheet)]
        bare = uncalculated(content)
        cells = {n: shown(book.get_sheet_by_name(n).to_python(skip_empty_area=False), bare.get(n, [])) for n in wanted}
        return [Grid(squared(rows), path.name, sheet=n) for n, rows in cells.items()]
    except (python_calamine.CalamineError, OSError):
        raise DataError(
            f"{path.name} 不是可读的 Excel 文件（可能加密或不完整）；请用 Excel 另存为 .xlsx",
            f"{path.name} is not a readable Excel file (perhaps encrypted or cut short); save it again as .xlsx",
            code="021",
        ) from None


def _sheet_named(path: Path, names: list[str], sheet: str | int) -> str:
    if isinstance(sheet, int) and str(sheet) not in names and 0 <= sheet < len(names):
        return names[sheet]
    if str(sheet) in names:
        return str(sheet)
    near = nearest(str(sheet), names) or names[:8]
    raise DataError(
        f"{path.name} 没有名为「{sheet}」的工作表；您是否指 {'、'.join(near)}？",
        f"{path.name} has no sheet called “{sheet}”; did you mean {', '.join(near)}?",
        code="013",
    )


def _check_zip(path: Path) -> None:
    """Refuse a workbook that unpacks to far more than it weighs."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(item.file_size for item in archive.infolist())
    ratio = unpacked / max(path.stat().st_size, 1)
    if unpacked > UNPACKED_LIMIT or (ratio > RATIO_LIMIT and unpacked > RATIO_FREE):
        raise DataError(
            f"{path.name} 解压后有 {unpacked / 1e6:.0f} MB（{ratio:.0f} 倍），超过 {UNPACKED_LIMIT >> 20} MB 或 {RATIO_LIMIT} 倍，拒绝读取",
            f"{path.name} unpacks to {unpacked / 1e6:.0f} MB ({ratio:.0f} times its size), beyond {UNPACKED_LIMIT >> 20} MB or {RATIO_LIMIT} times; it is not read",
            code="020",
        )


def _stata(path: Path, _: str | int | None, encoding: str | None) -> list[Grid]:
    """A Stata file; before version 118 text is undeclared bytes, which come as Latin-1 and are put right here."""
    import pandas as pd

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what pandas mutters over a damaged file before it gives up
            opened: Any = pd.read_stata(path, iterator=True)
            with opened as reader:
                frame, labels = reader.read(), reader.variable_labels()
    except Exception:  # pandas raises many kinds for a damaged file
        raise DataError(
            f"{path.name} 不是可读的 Stata 文件（可能不完整）；请在 Stata 中重新保存，或另存为 CSV",
            f"{path.name} is not a readable Stata file (perhaps cut short); save it again in Stata, or as CSV",
            code="021",
        ) from None
    grid = from_frame(frame)
    right = _rightly(encoding, [c for row in grid.rows for c in row if isinstance(c, str)] + list(labels.values()))
    rows = [[right(c) if isinstance(c, str) else c for c in row] for row in grid.rows]
    return [Grid(rows, path.name, named=True, labels={str(k): right(v) for k, v in labels.items()})]


def _rightly(encoding: str | None, texts: list[str]) -> Callable[[str], str]:
    """What puts the texts of an old Stata file right: the stated encoding, or GB18030 where some text can be nothing else."""
    if encoding is None:
        chinese = any(untangled(t) != t for t in texts)
        return lambda text: untangled(text, chinese=chinese)

    def decoded(text: str) -> str:
        try:
            return text.encode("latin-1").decode(encoding)
        except (UnicodeEncodeError, UnicodeDecodeError):
            return text

    return decoded


def _parquet(path: Path, _: str | int | None, __: str | None) -> list[Grid]:
    from xinzhi.panel.store import read_parquet

    frame, _meta = read_parquet(path)
    grid = from_frame(frame)
    return [Grid(grid.rows, path.name, named=True)]


def from_frame(source: Any) -> Grid:
    """A frame of pandas, polars, Arrow or anything narwhals takes; a meaningful pandas index becomes columns."""
    import narwhals as nw
    import pandas as pd

    if isinstance(source, pd.DataFrame):
        unnamed = source.index.nlevels == 1 and source.index.name is None
        plain_index = unnamed and pd.api.types.is_numeric_dtype(source.index.dtype)
        source = source if plain_index else source.reset_index()
        if source.columns.nlevels > 1:
            source = source.set_axis([" ".join(str(p) for p in c if str(p)) for c in source.columns], axis=1)
        columns = [source.iloc[:, i].tolist() for i in range(source.shape[1])]
        return Grid(squared([list(source.columns), *map(list, zip(*columns, strict=True))]), named=True)
    try:
        frame = nw.from_native(source)
    except TypeError:
        kind = type(source).__name__
        raise DataError(
            f"不能从 {kind} 读取面板；请给文件路径或 pandas、polars、Arrow 表",
            f"a panel cannot be read from {kind}; give a path or a pandas, polars or Arrow table",
            code="021",
        ) from None
    table = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
    return Grid(squared([list(table.columns), *(list(row) for row in table.rows())]), named=True)


_OPENERS: dict[str, Callable[[Path, str | int | None, str | None], list[Grid]]] = {
    ".csv": _csv,
    ".tsv": _csv,
    ".txt": _csv,
    ".xls": _excel,
    ".xlsx": _excel,
    ".xlsm": _excel,
    ".xlsb": _excel,
    ".ods": _excel,
    ".dta": _stata,
    ".parquet": _parquet,
}
