"""English and pinyin names of divisions: established names where there are any, else pinyin."""

from __future__ import annotations

import re
from functools import cache

from pypinyin import Style, lazy_pinyin

PEOPLES = {
    "维吾尔": "Uygur", "柯尔克孜": "Kirgiz", "哈萨克": "Kazak", "塔吉克": "Tajik", "锡伯": "Xibe", "蒙古": "Mongol",
    "达斡尔": "Daur", "鄂温克": "Ewenki", "鄂伦春": "Oroqen", "朝鲜": "Korean", "壮": "Zhuang", "回": "Hui",
    "藏": "Tibetan", "彝": "Yi", "苗": "Miao", "侗": "Dong", "布依": "Bouyei", "土家": "Tujia", "白": "Bai",
    "哈尼": "Hani", "傣": "Dai", "景颇": "Jingpo", "傈僳": "Lisu", "羌": "Qiang", "黎": "Li", "瑶": "Yao",
    "满": "Manchu", "畲": "She", "水": "Sui", "仡佬": "Gelao", "土": "Tu", "撒拉": "Salar", "东乡": "Dongxiang",
    "保安": "Bonan", "裕固": "Yugur", "毛南": "Maonan", "仫佬": "Mulao", "纳西": "Naxi", "普米": "Pumi", "怒": "Nu",
    "独龙": "Derung", "佤": "Va", "拉祜": "Lahu", "布朗": "Blang", "各": "All Nationalities",
}  # fmt: skip
_PEOPLE = "|".join(sorted(PEOPLES, key=len, reverse=True))
_KIND = {
    "特别行政区": "Special Administrative Region", "自治区": "Autonomous Region", "自治州": "Autonomous Prefecture",
    "自治县": "Autonomous County", "自治旗": "Autonomous Banner", "地区": "Prefecture", "盟": "League", "省": "Province",
    "林区": "Forestry District", "行政委员会": "Administrative Committee", "特区": "Special District", "矿区": "Mining District", "新区": "New Area",
    "填海区": "Reclamation Zone", "堂区": "Parish", "区": "District", "县": "County", "市": "City", "旗": "Banner",
}  # fmt: skip
_WITHOUT_ZU = "维吾尔|柯尔克孜|哈萨克|塔吉克|锡伯|(?<!内)蒙古"
_SHAPE = re.compile(rf"^(?P<stem>.*?)(?P<people>(?:(?:{_PEOPLE})族|{_WITHOUT_ZU})*)(?P<kind>自治[区州县旗])$")
_PEOPLE_DISTRICT = re.compile(rf"^(?P<stem>.+?)(?P<people>(?:{_PEOPLE})族)区$")

ESTABLISHED = {
    "内蒙古": "Inner Mongolia", "陕西": "Shaanxi", "西藏": "Xizang", "香港": "Hong Kong", "澳门": "Macao",
    "呼和浩特": "Hohhot", "鄂尔多斯": "Ordos", "呼伦贝尔": "Hulunbuir", "巴彦淖尔": "Bayannur", "乌兰察布": "Ulanqab",
    "兴安盟": "Hinggan", "锡林郭勒": "Xilingol", "阿拉善": "Alxa", "锡林浩特": "Xilinhot", "乌兰浩特": "Ulanhot",
    "二连浩特": "Erenhot", "满洲里": "Manzhouli", "海拉尔": "Hailar", "哈尔滨": "Harbin", "齐齐哈尔": "Qiqihar",
    "大兴安岭": "Da Hinggan Ling", "佳木斯": "Jiamusi", "拉萨": "Lhasa", "日喀则": "Xigaze", "昌都": "Qamdo",
    "林芝": "Nyingchi", "山南": "Shannan", "那曲": "Nagqu", "阿里": "Ngari", "阿坝": "Aba", "甘孜": "Garze",
    "香格里拉": "Shangri-La", "果洛": "Golog", "格尔木": "Golmud", "德令哈": "Delingha",
    "乌鲁木齐": "Urumqi", "克拉玛依": "Karamay", "吐鲁番": "Turpan", "哈密": "Hami", "博尔塔拉": "Bortala",
    "巴音郭楞": "Bayingolin", "阿克苏": "Aksu", "克孜勒苏": "Kizilsu", "喀什": "Kashgar", "和田": "Hotan",
    "伊犁": "Ili", "塔城": "Tacheng", "阿勒泰": "Altay", "库尔勒": "Korla", "阿拉尔": "Aral", "图木舒克": "Tumxuk",
    "可克达拉": "Kokdala", "伊宁": "Yining", "奎屯": "Kuytun", "霍尔果斯": "Horgos", "阿图什": "Artux",
    "额尔古纳": "Ergun", "准格尔": "Jungar", "乌审": "Uxin", "鄂托克": "Otog", "达拉特": "Dalad", "杭锦": "Hanggin",
    "中西": "Central and Western", "湾仔": "Wan Chai", "油尖旺": "Yau Tsim Mong", "深水埗": "Sham Shui Po",
    "九龙城": "Kowloon City", "黄大仙": "Wong Tai Sin", "观塘": "Kwun Tong", "荃湾": "Tsuen Wan", "屯门": "Tuen Mun",
    "元朗": "Yuen Long", "西贡": "Sai Kung", "沙田": "Sha Tin", "葵青": "Kwai Tsing", "阿尔山": "Arxan", "库车": "Kuqa", "神农架": "Shennongjia",
}  # fmt: skip
# Mongolian names whose banners are told apart by side: 科尔沁左翼中旗 is Horqin Left Wing Middle Banner.
ESTABLISHED |= {
    "科尔沁": "Horqin", "巴林": "Bairin", "土默特": "Tumed", "苏尼特": "Sonid", "乌拉特": "Urad", "察哈尔": "Qahar", "喀喇沁": "Harqin",
    "克什克腾": "Hexigten", "翁牛特": "Ongniud", "阿鲁科尔沁": "Ar Horqin", "达尔罕茂明安": "Darhan Muminggan", "伊金霍洛": "Ejin Horo",
    "额济纳": "Ejin", "阿巴嘎": "Abag", "扎赉特": "Jalaid", "扎鲁特": "Jarud", "库伦": "Hure", "奈曼": "Naiman", "莫力达瓦": "Morin Dawa",
    "新巴尔虎": "New Barag", "陈巴尔虎": "Old Barag", "前郭尔罗斯": "Qian Gorlos", "鄂伦春": "Oroqen", "鄂温克": "Ewenki",
    "东乌珠穆沁": "East Ujimqin", "西乌珠穆沁": "West Ujimqin",
}  # fmt: skip
_SIDES = {
    "左翼": "Left Wing",
    "右翼": "Right Wing",
    "联合": "United",
    "左": "Left",
    "右": "Right",
    "前": "Front",
    "后": "Rear",
    "中": "Middle",
}
_SIDED = re.compile(r"^(?P<base>.+?)(?P<sides>(?:左翼|右翼)?(?:[左右前后中]|联合)?)$")
BY_CODE = {
    "810003": "Eastern District", "810004": "Southern District", "810013": "North District", "810018": "Islands District", "810014": "Tai Po",
    "820001": "Nossa Senhora de Fátima", "820002": "Santo António", "820003": "São Lázaro", "820004": "Sé",
    "820005": "São Lourenço", "820006": "Nossa Senhora do Carmo", "820007": "Cotai", "820008": "São Francisco Xavier",
}  # fmt: skip
# Readings of single characters that are the usual ones in place names.
USUAL = {
    "长": "chang",
    "都": "du",
    "什": "shi",
    "尾": "wei",
    "漯": "luo",
    "佛": "fo",
    "泊": "bo",
    "乐": "le",
    "兴": "xing",
    "勒": "le",
}
# Readings that a general dictionary gets wrong for these place names.
READINGS = {
    "重庆": "chong qing", "厦门": "xia men", "蚌埠": "beng bu", "蚌山": "beng shan", "六安": "lu an", "六合": "lu he",
    "亳州": "bo zhou", "台州": "tai zhou", "乐清": "yue qing", "乐亭": "lao ting", "乐陵": "lao ling", "长子": "zhang zi",
    "单": "shan", "浚": "xun", "荥阳": "xing yang", "荥经": "ying jing", "郫都": "pi du", "蔚": "yu", "任": "ren",
    "任泽": "ren ze", "任丘": "ren qiu", "任城": "ren cheng", "洪洞": "hong tong", "繁峙": "fan shi", "隰": "xi",
    "泌阳": "bi yang", "尉氏": "wei shi", "尉犁": "yu li", "歙": "she", "黟": "yi", "枞阳": "zong yang",
    "涡阳": "guo yang", "铅山": "yan shan", "莘": "shen", "东阿": "dong e", "茌平": "chi ping", "临朐": "lin qu",
    "盱眙": "xu yi", "大城": "dai cheng", "大埔": "da bu", "监利": "jian li", "犍为": "qian wei", "番禺": "pan yu",
    "东莞": "dong guan", "什邡": "shi fang", "宕昌": "tan chang", "柘荣": "zhe rong", "柘城": "zhe cheng",
    "井陉": "jing xing", "井陉矿": "jing xing", "行唐": "xing tang", "蠡": "li", "盂": "yu", "鄄城": "juan cheng",
    "牟平": "mu ping", "中牟": "zhong mu", "武陟": "wu zhi", "滑": "hua", "渑池": "mian chi", "淅川": "xi chuan",
    "叶": "ye", "郏": "jia", "柞水": "zha shui", "吴堡": "wu bu", "红寺堡": "hong si bu", "会理": "hui li",
    "会同": "hui tong", "鄱阳": "po yang", "丽水": "li shui", "百色": "bai se", "闵行": "min hang", "珲春": "hun chun", "穆棱": "mu ling", "绥棱": "sui ling", "覃塘": "qin tang", "龙圩": "long xu", "筠连": "jun lian", "珙": "gong",
    "绛": "jiang", "新绛": "xin jiang", "解放": "jie fang", "调兵山": "diao bing shan", "鲅鱼圈": "ba yu quan",
    "讷河": "ne he", "宿州": "su zhou", "宿迁": "su qian", "宿松": "su song", "宿豫": "su yu", "宿城": "su cheng",
    "栾川": "luan chuan", "确山": "que shan", "扶余": "fu yu", "相城": "xiang cheng", "梁溪": "liang xi",
    "称多": "chen duo", "瓯海": "ou hai", "西充": "xi chong", "乾": "qian", "乾安": "qian an", "莎车": "sha che",
    "且末": "qie mo", "于都": "yu du", "闽侯": "min hou", "侯马": "hou ma", "巴楚": "ba chu", "曾都": "zeng du",
    "澄江": "cheng jiang", "澄迈": "cheng mai", "澄海": "cheng hai", "阿城": "a cheng", "东阳": "dong yang",
    "华": "hua", "华阴": "hua yin", "万年": "wan nian", "卜": "bu", "获嘉": "huo jia", "睢": "sui", "睢宁": "sui ning",
    "邛崃": "qiong lai", "郧阳": "yun yang", "猇亭": "xiao ting", "硚口": "qiao kou", "黄陂": "huang pi",
    "綦江": "qi jiang", "北碚": "bei bei", "埇桥": "yong qiao", "鄠邑": "hu yi", "瀍河": "chan he", "浉河": "shi he",
    "尖草坪": "jian cao ping", "长治": "chang zhi", "朝阳": "chao yang", "朝天": "chao tian", "率": "shuai",
    "沁": "qin", "筠": "jun", "阜": "fu", "大厂": "da chang", "和": "he", "茄子河": "qie zi he", "石柱": "shi zhu",
    "都安": "du an", "都昌": "du chang", "都匀": "du yun", "成都": "cheng du", "景": "jing", "砀山": "dang shan",
    "阆中": "lang zhong", "秭归": "zi gui", "汨罗": "mi luo", "耒阳": "lei yang", "溆浦": "xu pu", "郴州": "chen zhou",
    "郾城": "yan cheng", "莒": "ju", "莒南": "ju nan", "郯城": "tan cheng", "屯留": "tun liu", "峄城": "yi cheng",
    "薛城": "xue cheng", "乐平": "le ping", "乐安": "le an", "乐昌": "le chang", "乐业": "le ye", "乐至": "le zhi",
    "乐东": "le dong", "乐都": "le du", "昌乐": "chang le", "长乐": "chang le", "乐山": "le shan", "康乐": "kang le",
    "民乐": "min le", "平乐": "ping le", "新乐": "xin le", "长泰": "chang tai", "若尔盖": "ruo er gai",
    "花都": "hua du", "丰都": "feng du", "武都": "wu du", "商都": "shang du", "望都": "wang du", "甘南": "gan nan",
    "藏": "zang", "子长": "zi chang", "天长": "tian chang", "延长": "yan chang", "安塞": "an sai", "五大连池": "wu da lian chi",
}  # fmt: skip


def split(zh: str, level: str) -> tuple[str, str, str]:
    """A full name as (stem, peoples, kind): 延边朝鲜族自治州 → (延边, 朝鲜族, 自治州); the stem is never empty."""
    if match := _SHAPE.match(zh):
        stem, people, kind = match["stem"], match["people"], match["kind"]
        return (stem, people, kind) if stem else (people.removesuffix("族"), "", kind)
    if match := _PEOPLE_DISTRICT.match(zh):
        return match["stem"], match["people"], "区"
    if zh.endswith("神农架林区"):
        return "神农架", "", "林区"
    for kind in _KIND:
        if (
            kind != "林区"
            and zh.endswith(kind)
            and len(zh) > len(kind)
            and (level != "province" or kind in ("特别行政区", "省", "市"))
        ):
            return zh.removesuffix(kind), "", kind
    return zh, "", ""


@cache
def pinyin(stem: str) -> str:
    """Pinyin as one word with an apostrophe where a later syllable begins with a vowel: Lu'an, Lüliang."""
    syllables = READINGS[stem].split() if stem in READINGS else lazy_pinyin(stem, style=Style.NORMAL, v_to_u=True)
    if stem not in READINGS and len(syllables) == len(stem):
        syllables = [USUAL.get(character, s) for character, s in zip(stem, syllables, strict=True)]
    joined = syllables[0]
    for syllable in syllables[1:]:
        joined += ("'" if syllable[0] in "aoe" else "") + syllable
    return joined[:1].upper() + joined[1:]


def names(code: str, zh: str, level: str) -> dict[str, str]:
    """short_zh, en, short_en and pinyin of one division."""
    stem, people, kind = split(zh, level)
    short_zh = zh if len(stem) == 1 or kind == "矿区" else stem
    spelled = pinyin(stem)
    sided = _SIDED.match(stem)
    if kind in ("旗", "自治县") and sided and sided["sides"] and sided["base"] in ESTABLISHED:
        words = [_SIDES[w] for w in re.findall("|".join(_SIDES), sided["sides"])]
        ESTABLISHED.setdefault(stem, " ".join([ESTABLISHED[sided["base"]], *words]))
    short_en = BY_CODE.get(code) or ESTABLISHED.get(zh) or ESTABLISHED.get(stem) or spelled
    if short_en.startswith("Hinggan") and level == "county":
        short_en = spelled
    peoples = " ".join(PEOPLES[p] for p in re.findall(_PEOPLE, people))
    plain = kind in ("市", "省", "") and level in ("province", "prefecture")
    en = short_en if plain else " ".join(filter(None, (short_en, peoples, _KIND.get(kind, ""))))
    if code in BY_CODE:
        en = short_en
    elif len(stem) == 1 and level == "county":
        short_en = pinyin(stem) + pinyin(kind).lower()
    return {"short_zh": short_zh, "en": en, "short_en": short_en, "pinyin": spelled}
