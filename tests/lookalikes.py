"""Files as users have them, made here: the habits of bureau exports and scanned yearbooks with figures of our own.

Each function writes one file into `folder` and gives its path. Figures come from `figure(code, year)`, so every test
can say what it expects; nothing is copied from a published file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

PROVINCES: dict[str, str] = {
    "110000": "北京市", "120000": "天津市", "130000": "河北省", "140000": "山西省", "150000": "内蒙古自治区", "210000": "辽宁省",
    "220000": "吉林省", "230000": "黑龙江省", "310000": "上海市", "320000": "江苏省", "330000": "浙江省", "340000": "安徽省",
    "350000": "福建省", "360000": "江西省", "370000": "山东省", "410000": "河南省", "420000": "湖北省", "430000": "湖南省",
    "440000": "广东省", "450000": "广西壮族自治区", "460000": "海南省", "500000": "重庆市", "510000": "四川省", "520000": "贵州省",
    "530000": "云南省", "540000": "西藏自治区", "610000": "陕西省", "620000": "甘肃省", "630000": "青海省", "640000": "宁夏回族自治区",
    "650000": "新疆维吾尔自治区",
}  # fmt: skip
SHORT = {
    code: name.removesuffix("市").removesuffix("省").removesuffix("维吾尔自治区").removesuffix("回族自治区").removesuffix("壮族自治区").removesuffix("自治区")
    for code, name in PROVINCES.items()
}  # fmt: skip
YEARS = tuple(range(2015, 2023))


def figure(code: str, year: int) -> float:
    """A figure that differs in every cell and grows unevenly: 1 decimal."""
    base = int(code[:2]) * 100
    return round(base * 1.04 ** (year - 2015) + ((int(code[:2]) * 7 + year * 13) % 19), 1)


def expected(years: Iterable[int] = YEARS) -> pd.Series:
    """The figures on (region, year)."""
    cells = {(code, year): figure(code, year) for code in PROVINCES for year in years}
    return pd.Series(cells).rename_axis(["region", "year"]).sort_index()


def _csv(path: Path, rows: Sequence[Sequence[Any]], encoding: str, tab: str = "") -> Path:
    out = io.StringIO()
    for row in rows:
        out.write(",".join(f"{cell}{tab}" for cell in row) + ("," if tab else "") + "\r\n")
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def bureau_csv(folder: Path, *, tabs: bool = True, nation: bool = False) -> Path:
    """A bureau export: byte-order mark, two title rows, `2022年\\t` headers newest first, footers; the indicator only in the file name."""
    years = sorted(YEARS, reverse=True)
    rows: list[list[Any]] = [["地区", *(f"{y}年" for y in years)]]
    rows += [[name, *(figure(code, y) for y in years)] for code, name in PROVINCES.items()]
    if nation:
        rows.insert(1, ["全国", *(round(sum(figure(c, y) for c in PROVINCES), 1) for y in years)])
    path = _csv(folder / "NBS_地区生产总值_GDP_省级_2015-2022.csv", rows, "utf-8", "\t" if tabs else "")
    titles = f"数据库：分省年度数据\r\n时间：{YEARS[0]}年-{YEARS[-1]}年\r\n"
    footers = "注：本文件为测试而作，数值为虚构。\r\n数据来源：测试\r\n数" + "," * len(years) + "\r\n"
    path.write_bytes(b"\xef\xbb\xbf" + titles.encode() + path.read_bytes() + footers.encode())
    return path


def english_workbook(folder: Path) -> Path:
    """An English export whose first title was decoded wrongly; figures stand as text."""
    names = {
        "110000": "Beijing",
        "150000": "Inner Mongolia",
        "540000": "Tibet",
        "610000": "Shaanxi",
        "140000": "Shanxi",
    }
    rows: list[list[Any]] = [
        ["Database：Annual by Province".encode().decode("latin-1")],
        ["Indicators：Gross Regional Product(100 million yuan)"],
        ["Year：LATEST8"],
        ["Region", *(str(y) for y in YEARS)],
        *([name, *(str(figure(code, y)) for y in YEARS)] for code, name in names.items()),
        ["Data Sources：made for tests"],
    ]
    return workbook(folder / "AnnualByProvince.xlsx", {"Annual by Province": rows})


def corner_workbook(folder: Path) -> Path:
    """Years across, the indicator and its unit in the corner cell, empty cells where there is nothing to report."""
    rows: list[list[Any]] = [["移动电话普及率(部/百人)地区", *(f"{y}年" for y in YEARS)]]
    rows += [[n, *(figure(c, y) if c != "540000" else None for y in YEARS)] for c, n in PROVINCES.items()]
    return workbook(folder / "移动电话普及率.xlsx", {"分省年度数据": rows})


def emission_workbook(folder: Path, *, contradictory: bool) -> Path:
    """One year named in the file name alone; `contradictory` heads the dust column as waste water, in another unit."""
    first = "工业废水排放量（万吨）" if contradictory else "工业颗粒物排放量（吨）"
    rows: list[list[Any]] = [["省份", first, "工业二氧化硫排放量（吨）", "工业氮氧化物排放量（吨）"]]
    rows += [
        [n, figure(c, 2021), figure(c, 2020), "-" if c == "540000" else figure(c, 2019)] for c, n in PROVINCES.items()
    ]
    return workbook(folder / "2021年工业颗粒物排放量和二氧化硫和氮氧化物.xlsx", {"Sheet1": rows})


def scanned_yearbook(folder: Path) -> Path:
    """A long table from a scanned yearbook: spaces inside names, misread characters, nation and an area among the regions."""
    wrong = {("360000", 2022): "江两", ("330000", 2021): "浙汀", ("540000", 2022): "两藏", ("310000", 2020): "上   海"}
    years = (2020, 2021, 2022)
    rows: list[list[Any]] = [["province", "year", "chn_block4", "value", "units", "variables"]]
    for label, variable, times in (("合计", "v_zlsq_hj", 3), ("发明", "v_zlsq_fm", 1)):
        for year in years:
            rows.append(
                ["全国", year, label, round(times * sum(figure(c, year) for c in PROVINCES), 1), "件", variable]
            )
            rows += [
                [wrong.get((c, year), SHORT[c]), year, label, round(times * figure(c, year), 1), "件", variable]
                for c in PROVINCES
            ]
        rows.append(["尔部地区", 2022, label, 1.0, "件", variable])
    return _csv(folder / "PatentGrants.csv", rows, "utf-8")


def tidy_csv(folder: Path, *, encoding: str = "utf-8", changes: dict[tuple[str, int], Any] | None = None) -> Path:
    """Region, year and one indicator, a row each; `changes` puts other things into the cells of the indicator."""
    changes = changes or {}
    rows: list[list[Any]] = [["地区", "年份", "R&D经费"]]
    rows += [[n, y, changes.get((c, y), figure(c, y))] for c, n in PROVINCES.items() for y in YEARS]
    path = folder / "rd.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def year_sheets(folder: Path, *, bad: Any = None) -> Path:
    """A sheet for each year; `bad` replaces the R&D figure of row 20 on the sheet 2021."""
    sheets = {}
    for year in (2020, 2021, 2022):
        rows: list[list[Any]] = [["地区", "地区生产总值(亿元)", "R&D经费(亿元)"]]
        rows += [[n, figure(c, year), figure(c, year) / 50] for c, n in PROVINCES.items()]
        if bad is not None and year == 2021:
            rows[19][2] = bad
        sheets[str(year)] = rows
    return workbook(folder / "panel.xlsx", sheets)


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    """A plain workbook of these sheets."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_numbers": False}) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, cell in enumerate(row):
                    page.write(r, c, cell)
    return path
