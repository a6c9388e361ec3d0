"""A report speaks one language: no Chinese in the English one, no ids in the Chinese one."""

from __future__ import annotations

import re

import pytest

from xinzhi.base.text import Text, bilingual
from xinzhi.cli import main


@pytest.mark.parametrize(
    ("written", "zh", "en"),
    [
        ("来源缺 2017 年 / the source lacks 2017", "来源缺 2017 年", "the source lacks 2017"),
        ("Ang (2005) / Ang (2015)", "Ang (2005) / Ang (2015)", "Ang (2005) / Ang (2015)"),
        ("收入 / 支出", "收入 / 支出", "收入 / 支出"),
        ("来源缺", "来源缺", "来源缺"),
    ],
)
def test_what_is_written_in_both_languages_is_taken_apart(written, zh, en):
    assert bilingual(written) == Text(zh, en)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The words of the built-in study's report in each language."""
    folder = tmp_path_factory.mktemp("languages")
    assert main(["--quiet", "--lang", "zh", "run", "--out", str(folder / "zh")]) == 0
    assert main(["--quiet", "--lang", "en", "report", str(folder / "zh"), "--out", str(folder / "en")]) == 0
    return {lang: (folder / lang / "report.html").read_text(encoding="utf-8") for lang in ("zh", "en")}


def test_english_report_has_no_chinese_but_the_name_of_the_program(pages):
    bare = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", pages["en"], flags=re.DOTALL)
    words = re.sub(r"<[^>]+>", " ", bare)
    assert set(re.findall(r"[\u3400-\u9fff]+", words)) <= {"新质"}


def test_chinese_report_names_groupings(pages):
    cells = set(re.findall(r"<td[^>]*>([^<]*)</td>", pages["zh"]))
    assert "四大板块" in cells and not cells & {"plates", "strategies"}
