"""Reading what people have: every habit of bureau exports, and one clear sentence for every spoiled file."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import xinzhi as xz
from xinzhi.base.errors import DataError, UsageError
from xinzhi.base.text import speaking

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import lookalikes as look


def same(panel: xz.Panel, name: str, expected: pd.Series) -> None:
    got = panel.frame[name].dropna()
    wanted = expected.reindex(got.index)
    assert len(got) > 0
    np.testing.assert_allclose(got.to_numpy(), wanted.to_numpy(), rtol=1e-12)


@pytest.mark.parametrize("tabs", [True, False])
def test_bureau_csv(tmp_path: Path, tabs: bool) -> None:
    panel = xz.read(look.bureau_csv(tmp_path, tabs=tabs))
    assert panel.columns == ["gdp"] and len(panel.frame) == 31 * len(look.YEARS)
    same(panel, "gdp", look.expected())
    reading = panel.reading
    assert reading is not None
    assert (reading.layout, reading.encoding, reading.header_row) == ("wide-by-year", "utf-8-sig", 3)
    assert reading.titles[0] == "数据库:分省年度数据" and reading.notes[0].startswith("注:")
    assert reading.cell("120000", 2021, "gdp") == "C5"
    assert not reading.contradictions


def test_nation_is_kept_apart_and_adds_up(tmp_path: Path) -> None:
    panel = xz.read(look.bureau_csv(tmp_path, nation=True))
    assert "100000" not in panel.regions and len(panel.regions) == 31
    assert panel.totals.loc[("nation", 2020), "gdp"] == pytest.approx(look.expected([2020]).sum())
    assert panel.check().of("sum").empty


def test_english_workbook_with_mojibake(tmp_path: Path) -> None:
    panel = xz.read(look.english_workbook(tmp_path))
    assert panel.indicator("gdp").unit == "1e8 CNY"
    assert panel.reading is not None and panel.reading.titles[0] == "Database:Annual by Province"
    assert panel.regions == ["110000", "140000", "150000", "540000", "610000"]
    same(panel, "gdp", look.expected())


def test_indicator_and_unit_in_the_corner(tmp_path: Path) -> None:
    panel = xz.read(look.corner_workbook(tmp_path))
    assert panel.indicator("mobile_phones").unit == "per 100 persons"
    assert panel.frame.loc["540000"].isna().all().all() and len(panel.regions) == 31


def test_contradiction_is_shown_never_settled(tmp_path: Path) -> None:
    panel = xz.read(look.emission_workbook(tmp_path, contradictory=True))
    assert panel.years == [2021]
    assert panel.columns[0] == "工业废水排放量" and panel.indicator("工业废水排放量").unit == "1e4 t"
    said = panel.check().of("contradiction")
    assert list(said["cell"]) == ["Sheet1!B1"] and "工业颗粒物" in said["message"].iloc[0]
    stated = xz.read(
        tmp_path / "2021年工业颗粒物排放量和二氧化硫和氮氧化物.xlsx",
        indicator={"工业废水排放量": "dust"},
        unit={"dust": "吨"},
    )
    assert stated.indicator("dust").unit == "t"


def test_agreeing_headers_are_no_contradiction(tmp_path: Path) -> None:
    panel = xz.read(look.emission_workbook(tmp_path, contradictory=False))
    assert panel.reading is not None and not panel.reading.contradictions
    assert np.isnan(panel.frame.loc[("540000", 2021), "工业氮氧化物排放量"])
    assert [r.kind for r in panel.reading.remarks] == ["missing-mark"]


def test_scanned_yearbook_suggests_and_records(tmp_path: Path) -> None:
    path = look.scanned_yearbook(tmp_path)
    with pytest.raises(DataError, match=r"XZ-D017.*江两.*accept_suggestions=True"):
        xz.read(path)
    panel = xz.read(path, accept_suggestions=True)
    assert panel.columns == ["v_zlsq_hj", "v_zlsq_fm"] and panel.indicator("v_zlsq_fm").zh == "发明"
    same(panel, "v_zlsq_fm", look.expected())
    assert set(panel.touched["region"]) == {"360000", "330000", "540000"} and set(panel.touched["mark"]) == {
        "suggested"
    }
    assert panel.marks("v_zlsq_fm").loc[("360000", 2022)] == "suggested"
    assert {"nation", "东部地区"} == set(panel.totals.index.get_level_values(0))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    same(xz.read(look.tidy_csv(tmp_path, encoding=encoding)), "R&D经费", look.expected())


def test_known_number_forms(tmp_path: Path) -> None:
    forms = {
        ("110000", 2015): "1,234.5",
        ("110000", 2016): "１２３",
        ("110000", 2017): "−3.5",
        ("110000", 2018): " 12 345 ",
    }
    panel = xz.read(look.tidy_csv(tmp_path, changes=forms))
    assert panel.frame.loc["110000", "R&D经费"].loc[2015:2018].tolist() == [1234.5, 123.0, -3.5, 12345.0]


def test_sheets_named_after_years(tmp_path: Path) -> None:
    panel = xz.read(look.year_sheets(tmp_path))
    assert panel.years == [2020, 2021, 2022] and panel.columns == ["gdp", "R&D经费"]
    same(panel, "gdp", look.expected())


def test_text_in_a_number_cell_names_it_and_the_way_out(tmp_path: Path) -> None:
    path = look.year_sheets(tmp_path, bad="—")
    with pytest.raises(DataError) as fault:
        xz.read(path)
    assert fault.value.say("zh") == (
        'XZ-D014 数据: panel.xlsx「2021」行 20: “R&D经费(亿元)” 是文本 “—”（单元格 2021!C20）。若为缺失, 写 missing: ["—"]'
    )
    assert "row 20" in fault.value.say("en")
    assert np.isnan(xz.read(path, missing=["—"]).frame.loc[("440000", 2021), "R&D经费"])


@pytest.mark.parametrize("mark", ["...", "/", "暂无", "12a", "(1,234)", "1.2.3", "12①"])
def test_other_texts_are_refused(tmp_path: Path, mark: str) -> None:
    with pytest.raises(DataError, match=r"XZ-D014 .*rd\.csv.*行 10"):
        xz.read(look.tidy_csv(tmp_path, changes={("120000", 2015): mark}))


def lines(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


SPOILED = {
    "duplicated province": ("a.csv", "地区,2020年,2021年\n北京,1,2\n天津,3,4\n北京市,5,6\n", {}, r"XZ-D015.*行 2、4.*B2、B4"),
    "unknown region": ("b.csv", "地区,2020年,2021年\n北京,1,2\nAtlantis,3,4\n", {}, r"XZ-D016.*行 3.*Atlantis"),
    "no year": ("c.csv", "地区,产值\n北京,1\n天津,2\n", {}, r"XZ-D018.*year="),
    "empty file": ("d.csv", "", {}, r"XZ-D011.*空文件"),
    "blank file": ("e.csv", "\n,,\n\n", {}, r"XZ-D011.*没有内容"),
    "header alone": ("f.csv", "地区,2020年,2021年\n", {}, r"XZ-D011.*没有数据行"),
    "no header": ("g.csv", "这是一段说明文字\n没有表格\n", {}, r"XZ-D022.*表头"),
    "no regions": ("h.csv", "指标,2020年,2021年\n产值,1,2\n利润,3,4\n", {}, r"XZ-D016.*region="),
    "bad year": ("i.csv", "地区,年份,产值\n北京,2020,1\n天津,明年,2\n", {"year": "年份"}, r"XZ-D018.*行 3.*明年"),
    "wrong column": ("j.csv", "地区,年份,产值\n北京,2020,1\n天津,2020,2\n", {"region": "地域"}, r"XZ-D023.*地区"),
    "wrong layout": ("k.csv", "地区,年份,产值\n北京,2020,1\n天津,2020,2\n", {"layout": "long"}, r"XZ-D022.*wide-by-indicator"),
    "figures without a region": ("l.csv", "地区,2020年,2021年\n北京,1,2\n,3,4\n", {}, r"XZ-D016.*行 3"),
    "no sheets": ("m.csv", "地区,2020年,2021年\n北京,1,2\n", {"sheet": "2021"}, r"XZ-D013"),
    "unknown format": ("n.docx", "x", {}, r"XZ-D021.*\.csv"),
    "broken workbook": ("o.xlsx", "not a workbook", {}, r"XZ-D021"),
    "broken parquet": ("p.parquet", "not parquet", {}, r"XZ-D140"),
    "broken stata": ("q.dta", "not stata", {}, r"XZ-D021"),
}  # fmt: skip


@pytest.mark.parametrize("case", SPOILED)
def test_spoiled_files_get_one_sentence(tmp_path: Path, case: str) -> None:
    name, text, options, pattern = SPOILED[case]
    with pytest.raises(DataError, match=pattern) as fault:
        xz.read(lines(tmp_path, name, text), **options)
    for lang in ("zh", "en"):
        assert "\n" not in fault.value.say(lang) and name in fault.value.say(lang)


def test_gb18030_called_utf8(tmp_path: Path) -> None:
    path = look.tidy_csv(tmp_path, encoding="gb18030")
    with pytest.raises(DataError, match=r'XZ-D012.*encoding="gb18030"'):
        xz.read(path, encoding="utf-8")


def test_missing_file_and_wrong_sheet_suggest_the_nearest(tmp_path: Path) -> None:
    path = look.year_sheets(tmp_path)
    with pytest.raises(DataError, match=r"XZ-D010.*panel\.xlsx"):
        xz.read(tmp_path / "panl.xlsx")
    with pytest.raises(DataError, match=r"XZ-D013.*2021"):
        xz.read(path, sheet="201")


def test_several_tables_must_be_chosen(tmp_path: Path) -> None:
    table = [["地区", "2020年", "2021年"], ["北京", 1.0, 2.0], ["天津", 3.0, 4.0]]
    path = look.workbook(tmp_path / "two.xlsx", {"产值": table, "利润": table, "说明": [["只有文字"]]})
    with pytest.raises(DataError, match=r"XZ-D013.*产值、利润.*sheet="):
        xz.read(path)
    assert xz.read(path, sheet="利润").columns == ["利润"]


def test_a_file_too_large_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(DataError, match=r"XZ-D019.*200 MB.*large=True"):
        xz.read(path)


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (64 << 20))
    with pytest.raises(DataError, match="XZ-D020"):
        xz.read(path)


LAYOUTS = {
    "long": "省份,年份,指标,数值,单位\n北京,2020,地区生产总值,1,亿元\n北京,2020,人口,2,万人\n天津,2020,地区生产总值,3,亿元\n天津,2020,人口,4,万人\n",
    "two header rows": "地区,地区生产总值(亿元),,人口(万人),\n,2020,2021,2020,2021\n北京,1,0,2,0\n天津,3,0,4,0\n",
    "years above": "地区,2020年,,2021年,\n,地区生产总值(亿元),人口(万人),地区生产总值(亿元),人口(万人)\n北京,1,2,0,0\n天津,3,4,0,0\n",
    "year inside headers": "province,gdp_2020,gdp_2021,人口_2020,人口_2021\n北京,1,0,2,0\n天津,3,0,4,0\n",
    "indicator rows": "地区,指标,2020,2021\n北京,地区生产总值(亿元),1,0\n,人口(万人),2,0\n天津,地区生产总值(亿元),3,0\n,人口(万人),4,0\n",
    "codes and names": "行政区划代码,地区,年份,gdp,人口\n110000,北京,2020,1,2\n120000,天津,2020,3,4\n",
    "merged regions": "地区,年份,gdp,人口\n北京,2020,1,2\n,2021,0,0\n天津,2020,3,4\n,2021,0,0\n",
    "unit row": "地区,年份,gdp,人口\n,,(亿元),(万人)\n北京,2020,1,2\n天津,2020,3,4\n",
    "semicolons": "地区;年份;gdp;人口\n北京;2020;1;2\n天津;2020;3;4\n",
}


@pytest.mark.parametrize("case", LAYOUTS)
def test_layouts(tmp_path: Path, case: str) -> None:
    panel = xz.read(lines(tmp_path, "panel.csv", LAYOUTS[case]))
    assert panel.columns == ["gdp", "人口"]
    assert panel.frame.xs(2020, level="year").to_numpy().tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_one_region_and_regions_across(tmp_path: Path) -> None:
    text = "数据库：分省年度数据\n地区：北京市\n指标,2021年,2020年\n地区生产总值(亿元),2,1\n年末常住人口(万人),4,3\n"
    one = xz.read(lines(tmp_path, "one.csv", text))
    assert one.regions == ["110000"] and one.frame.loc[("110000", 2020)].tolist() == [1.0, 3.0]
    across = xz.read(lines(tmp_path, "地区生产总值.csv", "年份,北京,天津,全国\n2020,1,2,3\n2021,4,5,9\n"))
    assert across.columns == ["gdp"] and across.frame["gdp"].tolist() == [1.0, 4.0, 2.0, 5.0]


def test_units_that_disagree_in_one_column_are_an_error(tmp_path: Path) -> None:
    text = "省份,年份,指标,数值,单位\n北京,2020,产值,1,亿元\n天津,2020,产值,30000,万元\n"
    found = xz.read(lines(tmp_path, "u.csv", text)).check()
    assert list(found.errors["kind"]) == ["contradiction"] and found.errors["cell"].iloc[0] == "E3"


def test_frames_of_every_library() -> None:
    import polars as pl
    import pyarrow as pa

    data = {"region": ["北京", "天津"], "year": [2020, 2020], "gdp": [1.0, None]}
    frame = pd.DataFrame(data)
    given = [frame, frame.set_index(["region", "year"]), pl.DataFrame(data), pl.DataFrame(data).lazy(), pa.table(data)]
    for each in given:
        panel = xz.read(each)
        assert panel.regions == ["110000", "120000"] and panel.frame["gdp"].iloc[0] == 1.0
    with pytest.raises(DataError, match=r"XZ-D014 .*“/”"):
        xz.read(frame.assign(gdp=[1.0, "/"]))
    with pytest.raises(DataError, match="XZ-D021"):
        xz.read(42)


def test_stata_before_unicode(tmp_path: Path) -> None:
    frame = pd.DataFrame({"prov": ["北京", "天津"], "year": [2020, 2020], "v": [1.0, 2.0]})
    frame["prov"] = [t.encode("gb18030").decode("latin-1") for t in frame["prov"]]
    label = {"v": "产值(亿元)".encode("gb18030").decode("latin-1")}
    frame.to_stata(tmp_path / "old.dta", version=114, write_index=False, variable_labels=label)
    panel = xz.read(tmp_path / "old.dta")
    assert panel.regions == ["110000", "120000"]
    assert (panel.indicator("v").zh, panel.indicator("v").unit) == ("产值", "1e8 CNY")


def test_stated_names_units_and_options(tmp_path: Path) -> None:
    path = look.bureau_csv(tmp_path)
    panel = xz.read(path, indicator="output", unit="亿元", layout="wide_by_year")
    assert panel.columns == ["output"] and panel.indicator("output").unit_name.zh == "亿元"
    with pytest.raises(UsageError, match=r"wide-by-year"):
        xz.read(path, layout="wide-by-yaer")
    with pytest.raises(UsageError, match="missing"):
        xz.read(path, missing="—")


def test_sentences_follow_the_language(tmp_path: Path) -> None:
    panel = xz.read(look.emission_workbook(tmp_path, contradictory=True))
    assert panel.reading is not None
    with speaking("en"):
        assert "contradict" in panel.check().summary() and "header in row 1" in panel.reading.summary()
    assert "表头在第 1 行" in panel.reading.summary("zh")


def test_a_web_page_called_a_workbook(tmp_path: Path) -> None:
    cells = "".join(f"<tr><td>{n}</td><td>{i}</td><td>{i + 1}</td></tr>" for i, n in enumerate(["北京市", "天津市"]))
    page = f"<html><meta charset=gb2312><table><tr><th colspan=3>地区生产总值(亿元)</th></tr><tr><th>地区</th><th>2020年</th><th>2021年</th></tr>{cells}</table></html>"
    panel = xz.read(lines(tmp_path, "export.xls", page, "gb18030"))
    assert panel.columns == ["gdp"] and panel.indicator("gdp").unit == "1e8 CNY"
    assert panel.frame["gdp"].tolist() == [0.0, 1.0, 1.0, 2.0]


def test_text_called_a_workbook(tmp_path: Path) -> None:
    panel = xz.read(lines(tmp_path, "产值.xls", "地区\t2020年\t2021年\n北京\t1\t2\n天津\t3\t4\n", "gb18030"))
    assert panel.columns == ["产值"] and panel.frame["产值"].tolist() == [1.0, 2.0, 3.0, 4.0]


def test_several_files_are_joined(tmp_path: Path) -> None:
    first = lines(tmp_path, "地区生产总值.csv", "地区,2020年,2021年\n北京,1,2\n天津,3,4\n")
    second = lines(tmp_path, "年末常住人口.csv", "地区,2021年,2022年\n北京,5,6\n天津,7,8\n")
    panel = xz.read([first, second])
    assert panel.columns == ["gdp", "population"] and panel.years == [2020, 2021, 2022]
    assert panel.frame.loc["110000"].to_numpy().tolist()[1] == [2.0, 5.0] and len(panel.readings) == 2


def test_columns_that_tell_the_row_and_columns_that_count(tmp_path: Path) -> None:
    text = "序号,省份,代码,年份,所属区域,area,index,备注\n1,北京,110000,2020,东部,16410,3.5,首都\n2,天津,120000,2020,东部,11966,4.1,\n3,河北,130000,2020,东部,188800,2.2,\n"
    panel = xz.read(lines(tmp_path, "t.csv", text))
    assert panel.columns == ["area", "index"] and panel.regions == ["110000", "120000", "130000"]
    assert panel.reading is not None
    left = {r.text.zh: r.severity for r in panel.reading.remarks if r.kind == "left-out-column"}
    assert left["列“备注”未作为指标读取"] == "warning" and left["列“序号”未作为指标读取"] == "note" and len(left) == 4


@pytest.mark.parametrize(
    ("options", "pattern"),
    [
        ({"year": 2020}, "XZ-U068.*select"),
        ({"region": "北京"}, "XZ-U068.*select"),
        ({"indicator": {"产直": "x"}}, "XZ-U069.*产值"),
        ({"indicator": "x"}, "XZ-U069.*产值、利润"),
        ({"unit": {"产直": "亿元"}}, "XZ-U069.*产值"),
    ],
)
def test_what_is_stated_in_vain_is_refused(tmp_path: Path, options: dict[str, object], pattern: str) -> None:
    path = lines(tmp_path, "v.csv", "地区,年份,产值,利润\n北京,2020,1,2\n天津,2020,3,4\n")
    with pytest.raises(UsageError, match=pattern):
        xz.read(path, **options)  # type: ignore[arg-type]


def test_codes_as_spreadsheets_and_the_census_write_them() -> None:
    for code in (110000, 110000.0, "110000.0", "110000000000", "11"):
        assert xz.read(pd.DataFrame({"代码": [code], "年份": [2020], "产值": [1.0]})).regions == ["110000"]


def test_prefectures_with_municipalities_and_namesakes() -> None:
    names = ["北京市", "吉林市", "朝阳市", "海南藏族自治州", "石家庄市"]
    panel = xz.read(pd.DataFrame({"城市": names, "年份": 2020, "产值": range(5)}))
    assert panel.regions == ["110000", "130100", "211300", "220200", "632500"]


def test_a_list_of_places_of_ones_own() -> None:
    frame = pd.DataFrame(
        {
            "zh": ["北区", "南区"],
            "en": ["North", "South"],
            "short_zh": ["北", "南"],
            "short_en": ["N", "S"],
            "level": "zone",
            "parent": "",
        },
        index=pd.Index(["z1", "z2"], name="code"),
    )
    places = xz.atlas.Places("zones", xz.base.text.Text("分区", "zones"), frame)
    panel = xz.read(
        pd.DataFrame({"area": ["North", "z2"], "year": 2020, "x": [1.0, 2.0]}), places=places, region="area"
    )
    assert panel.regions == ["z1", "z2"]
    with pytest.raises(DataError, match="XZ-D016"):
        xz.read(pd.DataFrame({"region": ["East"], "year": 2020, "x": [1.0]}), places=places)


def test_negative_population_is_told_with_its_cell(tmp_path: Path) -> None:
    text = "地区,2020年,2021年,2022年\n" + "".join(
        f"{n},{100 + i},{101 + i},{102 + i}\n" for i, n in enumerate(look.SHORT.values())
    )
    found = xz.read(lines(tmp_path, "年末常住人口.csv", text.replace("102,103,104", "102,-103,104"))).check().errors
    assert found[["kind", "region", "cell"]].to_numpy().tolist() == [["negative", "130000", "C4"]]


def test_units_other_than_the_dictionary_are_told(tmp_path: Path) -> None:
    text = "地区,年份,地区生产总值({}),人口数\n北京,2020,1,2\n天津,2020,3,4\n"
    told = {}
    for unit in ("亿元", "万元", "万人", ""):
        found = xz.read(lines(tmp_path, f"u{unit}.csv", text.format(unit))).check().of("unit")
        told[unit] = list(zip(found["severity"], found["indicator"], strict=True))
    assert told == {"亿元": [], "万元": [("warning", "gdp")], "万人": [("warning", "gdp")], "": [("note", "gdp")]}


def test_footnote_signs_and_units_behind_years(tmp_path: Path) -> None:
    text = "地区①,2020年(亿元),2021年（亿元）,2022年\n北京②,1,2,3\n内 蒙 古*,4,5,6\n"
    panel = xz.read(lines(tmp_path, "产值.csv", text))
    assert panel.regions == ["110000", "150000"] and panel.years == [2020, 2021, 2022]
    assert panel.indicator("产值").unit == "1e8 CNY"
    mixed = xz.read(lines(tmp_path, "产值.csv", text.replace("2021年（亿元）", "2021年（万元）"))).check().errors
    assert mixed[["kind", "cell"]].to_numpy().tolist() == [["contradiction", "C1"]]
    early = xz.read(lines(tmp_path, "利润.csv", "地区,2021年(初步),2022r\n北京,1,2\n天津,3,4\n"))
    assert early.years == [2021, 2022] and early.indicator("利润").unit == ""
    assert xz.read(panel) is panel


def test_figures_that_look_like_years_are_figures(tmp_path: Path) -> None:
    text = "地区,年末人口(万人),population\n北京,2010,1990\n天津,2015,2001\n"
    panel = xz.read(lines(tmp_path, "2020年人口.csv", text))
    assert panel.years == [2020] and panel.frame.to_numpy().tolist() == [[2010.0, 1990.0], [2015.0, 2001.0]]


@pytest.mark.parametrize("name", ["Côte d'Ivoire", "Türkiye", "Curaçao", "São Tomé", "Québec", "Ångström"])
def test_latin_names_are_not_taken_for_mojibake(name: str) -> None:
    from xinzhi.panel.reading.text import untangled

    assert untangled(name) == name
    for encoding in ("utf-8", "gb18030"):
        assert untangled("地区生产总值".encode(encoding).decode("latin-1")) == "地区生产总值"
    assert untangled("埇桥区".encode("gb18030").decode("latin-1"), chinese=True) == "埇桥区"


def test_yearbook_tables_with_numbered_titles(tmp_path: Path) -> None:
    text = "3-1 各地区生产总值\n,,单位：亿元\n地 区,2020,2021\n全 国,1000,1100\n东部地区,500,550\n北 京,100,110\n天 津,50,51\n注：本表按当年价格计算。\n"
    panel = xz.read(lines(tmp_path, "3-1.csv", text))
    assert panel.columns == ["gdp"] and panel.indicator("gdp").unit == "1e8 CNY"
    assert panel.frame["gdp"].tolist() == [100.0, 110.0, 50.0, 51.0]
    text = "2-5 各地区人口数（2020年底）\n单位：万人,,\n地区,总人口,城镇人口\n北京,2189,1916\n天津,1387,1175\n"
    panel = xz.read(lines(tmp_path, "2-5.csv", text))
    assert panel.years == [2020] and panel.columns == ["总人口", "urban_population"]
    assert {e.unit for e in panel.indicators.values()} == {"1e4 persons"}


def test_percent_signs_give_the_unit_and_mixtures_are_told(tmp_path: Path) -> None:
    panel = xz.read(lines(tmp_path, "城镇化率.csv", "地区,2020年,2021年\n北京,12.5%,13%\n天津,11％,10%\n"))
    assert panel.indicator("城镇化率").unit == "%" and panel.check().of("percent")["severity"].tolist() == ["note"]
    mixed = xz.read(lines(tmp_path, "城镇化率.csv", "地区,2020年,2021年\n北京,12.5%,13%\n天津,11%,0.10\n"))
    assert mixed.check().of("percent")["severity"].tolist() == ["warning"]
