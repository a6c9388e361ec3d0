"""Names, codes and history of China's divisions, against GB/T 2260, the statistics bureau's forms and known events."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from xinzhi import atlas

NBS = {
    "110000": ("北京市", "北京", "Beijing"), "120000": ("天津市", "天津", "Tianjin"), "130000": ("河北省", "河北", "Hebei"),
    "140000": ("山西省", "山西", "Shanxi"), "150000": ("内蒙古自治区", "内蒙古", "Inner Mongolia"),
    "210000": ("辽宁省", "辽宁", "Liaoning"), "220000": ("吉林省", "吉林", "Jilin"), "230000": ("黑龙江省", "黑龙江", "Heilongjiang"),
    "310000": ("上海市", "上海", "Shanghai"), "320000": ("江苏省", "江苏", "Jiangsu"), "330000": ("浙江省", "浙江", "Zhejiang"),
    "340000": ("安徽省", "安徽", "Anhui"), "350000": ("福建省", "福建", "Fujian"), "360000": ("江西省", "江西", "Jiangxi"),
    "370000": ("山东省", "山东", "Shandong"), "410000": ("河南省", "河南", "Henan"), "420000": ("湖北省", "湖北", "Hubei"),
    "430000": ("湖南省", "湖南", "Hunan"), "440000": ("广东省", "广东", "Guangdong"),
    "450000": ("广西壮族自治区", "广西", "Guangxi"), "460000": ("海南省", "海南", "Hainan"), "500000": ("重庆市", "重庆", "Chongqing"),
    "510000": ("四川省", "四川", "Sichuan"), "520000": ("贵州省", "贵州", "Guizhou"), "530000": ("云南省", "云南", "Yunnan"),
    "540000": ("西藏自治区", "西藏", "Tibet"), "610000": ("陕西省", "陕西", "Shaanxi"), "620000": ("甘肃省", "甘肃", "Gansu"),
    "630000": ("青海省", "青海", "Qinghai"), "640000": ("宁夏回族自治区", "宁夏", "Ningxia"),
    "650000": ("新疆维吾尔自治区", "新疆", "Xinjiang"),
}  # fmt: skip


def certain(text: object, level: str | None = None, **context: str) -> str:
    """The code of a text that must be certain."""
    match = atlas.resolve(text, level, **context)
    assert match.certainty == "certain", match
    return match.code


def test_provinces_are_the_34():
    frame = atlas.china().frame
    assert set(frame.index[frame["level"] == "province"]) == {*NBS, "710000", "810000", "820000"}
    assert list(frame.index[frame["level"] == "nation"]) == ["100000"]
    assert set(frame["parent"]) - set(frame.index) == {""}


def test_counties_are_those_of_the_map_with_the_codes_in_force():
    counties = atlas.boundaries("county").codes
    assert len(counties) == len(set(counties)) == 2875
    assert all("county" in atlas.china().index.levels[c] for c in counties)


@pytest.mark.parametrize(("code", "names"), NBS.items())
def test_every_form_of_a_province_is_certain(code: str, names: tuple[str, str, str]):
    full, short, english = names
    forms = [
        full,
        short,
        english,
        english.upper(),
        english.lower(),
        english.replace(" ", ""),
        f"　{short[0]}  {short[1:]} ",
    ]
    forms += [
        f"{short}①",
        f"{short}*",
        f"{short}(1)",
        f"{short}[2]",
        f"{english} Province" if full.endswith("省") else english,
    ]
    digits = [code, code[:2], int(code), float(code), int(code[:2]), f"{code}000000", f"{code}.0"]
    assert {certain(form) for form in [*forms, *digits]} == {code}
    assert {certain(form, "province") for form in [*forms, *digits]} == {code}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("内蒙", "150000"), ("粤", "440000"), ("沪", "310000"), ("黔", "520000"), ("廣東省", "440000"), ("陝西", "610000"),
        ("臺灣", "710000"), ("Taiwan, China", "710000"), ("香港特区", "810000"), ("Hong Kong SAR", "810000"), ("Macau", "820000"),
        ("Xizang", "540000"), ("Nei Mongol", "150000"), ("CN-BJ", "110000"), ("Guangxi Zhuang Autonomous Region", "450000"),
        ("全国", "100000"), ("合计", "100000"), ("总  计", "100000"), ("China", "100000"), ("National Total", "100000"),
        ("江苏省南京市", "320100"), ("江苏南京", "320100"), ("江苏省 南京市 鼓楼区", "320106"), ("Nanjing, Jiangsu", "320100"),
        ("青海省海南", "632500"), ("青海海南州", "632500"), ("上海市上海市", "310000"), ("吉林省吉林市", "220200"),
        ("Ürümqi", "650100"), ("URUMQI", "650100"), ("Lüliang", "141100"), ("Lvliang", "141100"), ("Lu'an", "341500"),
        ("luan city", "341500"), ("Xi’an", "610100"), ("Kashgar", "653100"), ("恩施州", "422800"), ("延边", "222400"),
        ("Hohhot", "150100"), ("Chongqing", "500000"), ("Xiamen", "350200"), ("Bengbu", "340300"), ("Bozhou", "341600"),
        ("Changzhi", "140400"), ("浚县", "410621"), ("Shanxian", "371722"), ("Xunxian", "410621"), ("110100", "110000"),
        ("1. 北京", "110000"), ("（3）山西", "140000"), ("二、天津市", "120000"), ("#安徽", "340000"), ("其中：大连", "210200"), ("110000北京市", "110000"),
        ("北京市(110000)", "110000"), ("340000 Anhui", "340000"), ("安徽 Anhui", "340000"), ("Anhui安徽", "340000"), ("中国江苏省", "320000"),
        ("廣西壯族自治區", "450000"), ("內蒙古", "150000"), ("黑龍江", "230000"), ("遼寧", "210000"), ("雲南", "530000"), ("甘肅", "620000"),
        ("寧夏", "640000"), ("貴州", "520000"), ("蘇州市", "320500"), ("瀋陽", "210100"), ("廈門", "350200"), ("濟南", "370100"),
        ("烏魯木齊", "650100"), ("錫林郭勒盟", "152500"), ("齊齊哈爾", "230200"), ("葫蘆島", "211400"), ("臨滄", "530900"), ("乾縣", "610424"),
        ("Xinjiang Uygur", "650000"), ("Ningxia Hui", "640000"), ("Pudong New Area", "310115"), ("浦东", "310115"), ("Datong, Shanxi", "140200"), ("Anhui Sheng, Hefei Shi", "340100"), ("Tibet AR", "540000"), ("Changsha County", "430121"),
    ],
)  # fmt: skip
def test_what_people_type_is_certain(text: str, code: str):
    assert certain(text) == code


def test_a_name_of_several_places_is_certain_only_with_level_or_parent():
    province = atlas.resolve("吉林")
    assert (province.code, province.certainty) == ("220000", "certain")
    assert [a.code for a in province.alternatives] == ["220200"]
    assert certain("吉林", "prefecture") == "220200"
    assert certain("海南") == "460000"
    assert certain("海南", "prefecture") == "632500"
    assert atlas.resolve("朝阳").certainty == "suggested"
    assert [a.code for a in atlas.resolve("西安").alternatives] == ["220403", "231005"]
    assert certain("西安") == certain("Xi'an") == "610100"
    assert certain("长沙") == "430100"
    assert certain("朝阳", "prefecture") == "211300"
    assert certain("朝阳区", parent="北京") == "110105"
    shared = atlas.resolve("鼓楼区")
    assert (shared.certainty, shared.code, len(shared.alternatives)) == ("none", "", 4)
    assert certain("鼓楼区", parent="南京市") == "320106"
    for suzhou in ("Suzhou", "Taizhou", "Fuzhou", "Yichun"):
        assert atlas.resolve(suzhou, "prefecture").certainty == "none"
    assert certain("Suzhou, Anhui") == "341300"


def test_rows_that_are_no_places_are_told_apart():
    for text in ("东部地区", "东部", "尔部地区", "Eastern", "中部地区", "东北地区"):
        match = atlas.resolve(text)
        assert (match.certainty, match.code) == ("none", "")
        assert match.alternatives[0].code.startswith("plates:")
    for text, path in (
        ("长三角", "strategies:yangtze-delta"),
        ("京津冀", "strategies:jing-jin-ji"),
        ("成渝", "clusters:c04"),
        ("中部地区合计", "plates:central"),
    ):
        assert [a.code for a in atlas.resolve(text).alternatives] == [path]
    for text in ("", None, "150,000", "-150000", 0.15, float("nan"), "—", "2020", "99", "指标", "research", "市"):
        assert atlas.resolve(text).certainty == "none", text


def test_a_name_and_a_code_that_disagree_are_never_certain():
    assert atlas.resolve("110000上海市").certainty != "certain"
    assert atlas.resolve("340000 Jiangsu").certainty != "certain"


def test_a_name_of_another_level_is_named_not_replaced():
    match = atlas.resolve("江苏省", "county")
    assert (match.certainty, [a.code for a in match.alternatives]) == ("none", ["320000"])
    assert atlas.resolve("南京市", parent="安徽").certainty == "none"
    assert atlas.resolve("南京", "地市").code == atlas.resolve("Nanjing", "city").code == "320100"


def test_a_part_of_a_place_is_only_suggested():
    for text, code in (
        ("南京市市辖区", "320100"),
        ("130101", "130100"),
        ("500200", "500000"),
        ("河北省合计", "130000"),
    ):
        match = atlas.resolve(text)
        assert (match.code, match.certainty) == (code, "suggested")


@pytest.mark.parametrize(
    ("scanned", "code"),
    [("江两", "360000"), ("江四", "360000"), ("两藏", "540000"), ("四藏", "540000"), ("山两", "140000"), ("浙汀", "330000"),
     ("内蒙占", "150000"), ("黑龙汀", "230000"), ("Guangdog", "440000"), ("Heilongjaing", "230000"), ("峡西", "610000")],
)  # fmt: skip
def test_scanning_errors_are_suggested_never_certain(scanned: str, code: str):
    match = atlas.resolve(scanned)
    assert (match.code, match.certainty) == (code, "suggested")


def test_every_name_of_the_scanned_yearbook_resolves(shared: Callable[..., Path]):
    found = {}
    for path in shared("data", "raw", "ocr").glob("*.csv"):
        with path.open(encoding="utf-8-sig") as handle:
            found |= {row["province"]: atlas.resolve(row["province"]) for row in csv.DictReader(handle)}
    found.pop("province", None)
    codes = {m.code for text, m in found.items() if "部地区" not in text}
    assert codes == {*NBS, "100000"}
    doubtful = {text: m.certainty for text, m in found.items() if m.certainty != "certain"}
    assert doubtful == {"两藏": "suggested", "四藏": "suggested", "江四": "suggested", "山两": "suggested", "浙汀": "suggested",
                        "内蒙占": "suggested", "尔部地区": "none"}  # fmt: skip


def test_every_prefecture_of_the_bundled_panel_is_certain(shared: Callable[..., Path]):
    with shared("data", "city_names.csv").open(encoding="utf-8-sig") as handle:
        rows = list(csv.DictReader(handle))
    matches = atlas.resolve_many([r["city"] for r in rows], "prefecture")
    assert {m.certainty for m in matches} == {"certain"}
    assert {m.certainty for m in atlas.resolve_many([r["code"] for r in rows])} == {"certain"}
    moved = {r["code"]: m.code for r, m in zip(rows, matches, strict=True) if r["code"] != m.code}
    assert moved == {"469003": "460400", "542400": "540600", "652100": "650400", "652200": "650500"}


def test_old_names_and_codes_resolve_and_say_so():
    for text, code in (("襄樊市", "420600"), ("思茅市", "530800"), ("那曲地区", "540600"), ("海东地区", "630200"), ("542400", "540600"),
                       ("伊克昭盟", "150600"), ("郫县", "510117"), ("通县", "110112")):  # fmt: skip
        match = atlas.resolve(text)
        assert (match.code, match.certainty) == (code, "certain"), match
        assert "旧名" in match.why.zh
    laiwu = atlas.resolve("莱芜市")
    assert (laiwu.code, laiwu.certainty, [a.code for a in laiwu.alternatives]) == ("371200", "certain", ["370100"])
    assert "2019" in laiwu.why.zh
    chaohu = atlas.resolve("巢湖市", "prefecture")
    assert chaohu.code == "341400" and {a.code for a in chaohu.alternatives} == {"340100", "340200", "340500"}
    assert atlas.china().label("341400", "zh") == "巢湖"


@pytest.mark.parametrize(
    ("code", "year", "to", "expected"),
    [
        ("341400", 2010, 2020, ["340100", "340200", "340500"]), ("371200", 2018, 2019, ["370100"]), ("371200", 2010, 2018, ["371200"]),
        ("420600", 2005, 2020, ["420600"]), ("522400", 2010, 2012, ["520500"]), ("522200", 2010, 2012, ["520600"]),
        ("652100", 2014, 2016, ["650400"]), ("652200", 2015, 2017, ["650500"]), ("542300", 2013, 2015, ["540200"]),
        ("542100", 2013, 2023, ["540300"]), ("542600", 2014, 2016, ["540400"]), ("542200", 2015, 2017, ["540500"]),
        ("542400", 2016, 2018, ["540600"]), ("469003", 2014, 2016, ["460400"]), ("632100", 2012, 2014, ["630200"]),
        ("510200", 1996, 1998, ["500000"]), ("310119", 2008, 2010, ["310115"]), ("510124", 2015, 2017, ["510117"]),
        ("110000", 1990, 2023, ["110000"]), ("469028", 2006, 2008, ["469024"]),
    ],
)  # fmt: skip
def test_successors_through_time(code: str, year: int, to: int, expected: list[str]):
    assert atlas.succeed(code, year, to) == expected


def test_crosswalk_of_prefectures_lists_every_change_since_2010():
    table = atlas.crosswalk(2010, 2023, "prefecture")
    pairs = set(zip(table["code_from"], table["code_to"], strict=True))
    assert {("341400", "340100"), ("341400", "340200"), ("341400", "340500"), ("371200", "370100"), ("522200", "520600"),
            ("522400", "520500"), ("632100", "630200"), ("542100", "540300"), ("542300", "540200"), ("469003", "460400"),
            ("542600", "540400"), ("652100", "650400"), ("542200", "540500"), ("652200", "650500"), ("542400", "540600")} == pairs  # fmt: skip
    assert set(table["kind"]) <= set(atlas.KIND_NAMES)
    renamed = atlas.crosswalk(2009, 2011, "prefecture").set_index("code_from")
    assert renamed.at["420600", "name_to"] == "襄阳市" and renamed.at["420600", "kind"] == "renamed"
    assert atlas.crosswalk(2006, 2008, "prefecture").set_index("code_from").at["530800", "name_to"] == "普洱市"


def test_changes_serve_the_checks_of_a_panel():
    touched = atlas.changes(["370100", "340100"], 2005, 2020)
    assert {(int(r["year"]), r["code_from"]) for r in touched.to_dict("records")} == {
        (2019, "371200"),
        (2011, "341400"),
    }
    assert atlas.changes(["110000"], 2000, 2020).empty
    with pytest.raises(Exception, match="1988"):
        atlas.changes(None, 1970, 1980)


def test_every_county_code_of_a_vintage_has_a_present_or_a_stated_end():
    """Of the codes of 2000 all but few lead to a division in force; those that do not are listed with their year."""
    from xinzhi.atlas.history import earlier_names

    spans = earlier_names()
    then = set(spans.loc[(spans["first"] <= 2000) & (spans["last"] >= 2000) & (spans["level"] == "county"), "code"])
    known = set(atlas.china().index.levels)
    lost = {c for c in then if not atlas.succeed(c, 2000, 2023)}
    stray = {c for c in then for s in atlas.succeed(c, 2000, 2023) if s not in known}
    assert lost <= set(atlas.changes(None, 2000, 2023)["code_from"])
    assert not stray
    assert len(lost) < 0.02 * len(then)
