"""Files as they come when something went wrong: each is refused with the cell, or read and the repair said."""

from __future__ import annotations

import numpy as np
import openpyxl
import pandas as pd
import pytest

import xinzhi as xz
from xinzhi.base.errors import DataError
from xinzhi.measure import entropy_weights

PROVINCES = ("北京市", "天津市", "河北省", "山西省")
ROWS = [[p, y, 100.5 * (i + 1) + y - 2019, 7 + i * 3] for i, p in enumerate(PROVINCES) for y in (2020, 2021, 2022)]
HEAD = ["地区", "年份", "地区生产总值（亿元）", "专利授权量（件）"]


def written(path, rows, mark=",", encoding="utf-8"):
    path.write_bytes("".join(mark.join(map(str, row)) + "\n" for row in rows).encode(encoding))
    return path


def changed(row, column, value):
    rows = [list(r) for r in ROWS]
    rows[row][column] = value
    return [HEAD, *rows]


@pytest.mark.parametrize(
    ("row", "column", "value", "cell", "hint"),
    [
        (3, 1, "20222", "B5", "不是年份"),
        (3, 1, "2020.5", "B5", "不是年份"),
        (3, 1, "2020-13", "B5", "不是年份"),
        (3, 1, "二〇二二", "B5", "不是年份"),
        (4, 2, "#DIV/0!", "C6", "Excel 的错误值"),
        (4, 2, "(12.5)", "C6", "负号"),
        (4, 2, "12.5亿元", "C6", "单位写在表头"),
        (4, 2, "=C2/D2", "C6", "没有保存计算结果"),
        (4, 0, "亚特兰蒂斯", "A6", "places="),
        (3, 0, "", "C5", "没有写地区"),
        (4, 1, "", "C6", "行 6 没有写地区或年份"),
    ],
)
def test_refused_with_its_cell_and_a_way_out(tmp_path, row, column, value, cell, hint):
    with pytest.raises(DataError) as fault:
        xz.read(written(tmp_path / "p.csv", changed(row, column, value)))
    said = str(fault.value)
    assert cell in said and hint in said and "p.csv" in said and said.count("\n") == 0


def test_year_column_without_any_year_names_its_first_cell(tmp_path):
    rows = [HEAD, *([a, f"{b}.5", c, d] for a, b, c, d in ROWS)]
    with pytest.raises(DataError, match=r"B2"):
        xz.read(written(tmp_path / "p.csv", rows))


def test_dates_months_and_whole_floats_are_years(tmp_path):
    for form in ("{}.0", "{}-12-31", "{}/1/1", "{}.12.31", "{}.12", "{}年"):
        rows = [HEAD, *([a, form.format(b), c, d] for a, b, c, d in ROWS)]
        assert xz.read(written(tmp_path / "p.csv", rows)).years == [2020, 2021, 2022]


def test_unclosed_quote_swallows_nothing(tmp_path):
    rows = changed(5, 0, '"河北省')
    with pytest.raises(DataError, match=r"行 7.*引号"):
        xz.read(written(tmp_path / "p.csv", rows))


def test_a_note_of_several_lines_is_no_unclosed_quote(tmp_path):
    rows = [["地区", "年份", "地区生产总值（亿元）", "备注"], *([a, b, c, '"甲\n乙, 丙"'] for a, b, c, _ in ROWS)]
    assert xz.read(written(tmp_path / "p.csv", rows)).frame["gdp"].notna().all()


def test_column_of_amounts_with_their_unit_is_not_left_out(tmp_path):
    rows = [HEAD, *([a, b, f"{c}亿元", d] for a, b, c, d in ROWS)]
    with pytest.raises(DataError, match="C2"):
        xz.read(written(tmp_path / "p.csv", rows))


def test_two_columns_of_one_indicator_are_named_as_columns(tmp_path):
    rows = [["地区", "年份", "GDP", "GDP"], *ROWS]
    with pytest.raises(DataError, match=r"C2、D2.*改名"):
        xz.read(written(tmp_path / "p.csv", rows))


def test_decimal_commas_of_a_semicolon_file_are_read_and_said(tmp_path):
    rows = [HEAD, *([a, b, f"{c}".replace(".", ","), d] for a, b, c, d in ROWS)]
    panel = xz.read(written(tmp_path / "p.csv", rows, mark=";"))
    assert panel.frame["gdp"].tolist() == xz.read(written(tmp_path / "q.csv", [HEAD, *ROWS])).frame["gdp"].tolist()
    assert len(panel.check().of("decimal-comma")) == 1


def test_thousands_commas_of_a_semicolon_file_stay_thousands(tmp_path):
    rows = [HEAD, *([a, b, f"{c * 100:,.1f}", d] for a, b, c, d in ROWS)]
    panel = xz.read(written(tmp_path / "p.csv", rows, mark=";"))
    assert panel.frame["gdp"].iloc[0] == pytest.approx(10150.0)


def test_formula_without_result_is_refused_and_one_with_result_is_read(tmp_path):
    book = openpyxl.Workbook()
    for i, row in enumerate([HEAD, *ROWS], start=1):
        book.active.append([*row, "人均产出" if i == 1 else f"=C{i}/D{i}"])
    book.save(tmp_path / "p.xlsx")
    with pytest.raises(DataError, match=r"E2.*没有保存计算结果"):
        xz.read(tmp_path / "p.xlsx")


def test_rows_under_a_merged_region_are_counted(tmp_path):
    rows = [HEAD, *([a if b == 2020 else "", b, c, d] for a, b, c, d in ROWS)]
    panel = xz.read(written(tmp_path / "p.csv", rows))
    assert len(panel.regions) == 4
    assert "8 行" in panel.check().of("filled-down")["message"].iloc[0]


def test_two_encodings_in_one_file_name_the_row(tmp_path):
    lines = [",".join(map(str, row)) + "\n" for row in [HEAD, *ROWS]]
    path = tmp_path / "p.csv"
    path.write_bytes("".join(lines[:6]).encode() + "".join(lines[6:]).encode("gb18030"))
    with pytest.raises(DataError, match="行 7 不是"):
        xz.read(path)


def test_workbook_called_csv_and_folder_called_csv(tmp_path):
    pd.DataFrame(ROWS, columns=HEAD).to_excel(tmp_path / "p.xlsx", index=False)
    (tmp_path / "p.xlsx").rename(tmp_path / "p.csv")
    assert xz.read(tmp_path / "p.csv").frame.shape == (12, 2)
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(DataError, match="文件夹"):
        xz.read(tmp_path / "folder.csv")


def test_damaged_stata_file_is_one_sentence(tmp_path):
    (tmp_path / "p.dta").write_bytes(bytes(range(256)) * 20)
    with pytest.raises(DataError, match="Stata"):
        xz.read(tmp_path / "p.dta")


def test_a_masked_cell_is_a_missing_cell():
    z = np.ma.masked_greater(np.random.default_rng(0).random((5, 3)), 0.9)
    with pytest.raises(DataError, match="缺失"):
        entropy_weights(z)


def test_a_country_of_its_own_gets_no_word_of_the_chinese_dictionary(tmp_path):
    (tmp_path / "places.csv").write_text("code,name\nN1,Nordmark\nS2,Süderland\n", encoding="utf-8")
    rows = [["Region", 2012, 2013, 2014], ["Nordmark", "1,5", "2,5", "3,5"], ["Süderland", "2,5", "3,5", "4,75"]]
    places = xz.atlas.read_places(tmp_path / "places.csv")
    panel = xz.read(written(tmp_path / "income.csv", rows, mark=";"), places=places)
    assert panel.indicators["income"].name.en == "income" and panel.indicators["income"].breaks == ()
    assert set(panel.check().frame["kind"]) == {"decimal-comma"}
