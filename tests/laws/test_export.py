"""Whatever a name says, no writer turns it into markup, a formula or a terminal command; figures come back exactly."""

from __future__ import annotations

import csv as reader
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from xinzhi.base.export import cells, csv, excel, html, latex, text, word
from xinzhi.base.recipe import Recipe
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Text

NASTY = (
    "=1+1",
    "+86",
    "-北京",
    "@SUM(A1)",
    "'=1",
    "＝1+1",
    "\t=1",
    " =1",
    "<script>alert(1)</script>",
    '"><b onload=x>',
    "a&b <c>",
    r"\input{/etc/passwd}",
    "50% of $x_1^2 & #~",
    "https://example.org",
    "\x1b[31mred",
    "二\n行",
    "a,b;c",
    "新疆维吾尔自治区",
    "",
)
RECIPE = Recipe("xinzhi.test", Text("试验 <1>", "trial <1>"), parameters={"a": "=1"}, formula="s = w·z", seed=3)
words = st.one_of(st.sampled_from(NASTY), st.text(max_size=12))
numbers = st.one_of(st.none(), st.floats(-1e300, 1e300))
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def build(names: list[str], figures: list[float | None]) -> Table:
    rows = min(len(names), len(figures))
    frame = pd.DataFrame(
        {"name": pd.Series(names[:rows], dtype="object"), "score": pd.Series(figures[:rows], dtype="float64")}
    )
    columns = (Column("name", Text("地区", "region")), Column("score", Text("得分", "score"), style="index"))
    columns = (Column("name", Text("地区", "region"), style="text"), columns[1])
    return Table(frame, columns, Text(names[0], names[0]), Text(names[-1], names[-1]), Text("来源 <x>", "source <x>"))


tables = st.builds(build, st.lists(words, min_size=3, max_size=6), st.lists(numbers, min_size=3, max_size=6))


class Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.cells: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


@FEW
@given(tables)
def test_html_holds_only_the_writers_own_tags(table: Table) -> None:
    seen = Seen()
    seen.feed(html.render(table, "zh", RECIPE))
    assert seen.tags <= {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "div"}
    assert seen.attributes <= {"class", "lang", "style", "scope", "colspan"}
    assert [c.replace("\r", "\n") for c in seen.cells[2:4]] == [
        re.sub("\r\n?", "\n", cells.clean(str(table.frame["name"].iloc[0]))).replace("\r", "\n"),
        next(table.rows("zh"))[1],
    ]


@FEW
@given(tables)
def test_csv_reads_back_and_runs_nothing(table: Table) -> None:
    raw = csv.render(table, "zh")
    back = list(reader.reader(io.StringIO(raw, newline="")))
    assert back[0] == ["地区", "得分"]
    for (name, figure), (got, number) in zip(table.frame.to_numpy().tolist(), back[1:], strict=True):
        assert got.lstrip()[:1] not in tuple("=+-@＝＋－＠")
        assert got[:1] not in tuple("\t\r\n")
        assert csv.unguard(got) == name.replace("\x00", "\ufffd")
        assert (number == "" and figure != figure) or float(number) == figure


@FEW
@given(words)
def test_the_guard_comes_off_exactly(name: str) -> None:
    assert csv.unguard(csv.guard(name)) == name


@FEW
@given(table=tables)
@example(table=build(list(NASTY), [1.0] * len(NASTY)))
def test_excel_cells_are_texts_and_numbers_never_formulas(tmp_path: Path, table: Table) -> None:
    path = excel.write(tmp_path / "t.xlsx", {"main": table, "Main": table, "a/b:c": table}, RECIPE, "zh")
    book = openpyxl.load_workbook(path)
    assert len(book.sheetnames) == 4
    assert {cell.data_type for page in book for row in page for cell in row} <= {"s", "n"}
    assert not any(page.merged_cells.ranges or page._hyperlinks for page in book)
    page = book["main"]
    for i, figure in enumerate(table.frame["score"].tolist()):
        got = page.cell(3 + i, 2).value
        assert (got is None and figure != figure) or got == pytest.approx(figure, rel=1e-15, abs=0)
    assert page.freeze_panes == "B3"


@FEW
@given(tables)
def test_text_is_aligned_by_display_width_and_free_of_control_characters(table: Table) -> None:
    shown = text.render(table, "zh")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown)
    lines = shown.split("\n")
    rule = cells.width(lines[1])
    body = lines[4 : 4 + len(table.frame)]
    assert all(cells.width(line) == rule for line in body)


@FEW
@given(tables)
def test_latex_has_only_its_own_commands(table: Table) -> None:
    shown = latex.render(table, "zh")
    commands = set(re.findall(r"\\([A-Za-z]+)", shown))
    own = {
        "begin",
        "end",
        "centering",
        "caption",
        "toprule",
        "midrule",
        "bottomrule",
        "par",
        "smallskip",
        "footnotesize",
    }
    assert commands <= own | {v[1:-2] for v in latex._SPECIAL.values() if v[1:2].isalpha()}
    rows = [line for line in shown.split("\n") if line.endswith(r"\\")]
    assert len(rows) == 1 + len(table.frame)
    bare = [re.sub(r"\\[a-zA-Z]+\{\}|\\[{}$&#%_]", "", row[:-2]) for row in rows]
    assert all(row.count("&") == 1 and not re.search(r"[$#%_^~\\]", row) for row in bare)


@settings(FEW, max_examples=8)
@given(table=tables)
@example(table=build(list(NASTY), [1.0] * len(NASTY)))
def test_word_keeps_every_text_as_text(tmp_path: Path, table: Table) -> None:
    from docx import Document

    doc = Document(str(word.write(tmp_path / "t.docx", {"main": table}, RECIPE, "zh")))
    grid = doc.tables[0]
    assert [c.text for c in grid.rows[0].cells] == ["地区", "得分"]
    expected = [[cells.one_line(cell) for cell in row] for row in table.rows("zh")]
    assert [[c.text for c in row.cells] for row in grid.rows[1:]] == expected


def test_duckdb_reads_the_csv_as_numbers(tmp_path: Path) -> None:
    import duckdb

    table = build(["=1+1", "安徽", "-x"], [0.1 + 0.2, None, -1e-300])
    path = csv.write(tmp_path / "t.csv", table, "en")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = duckdb.connect().execute("select * from read_csv(?)", [str(path)]).fetchall()
    assert rows == [("'=1+1", 0.1 + 0.2), ("安徽", None), ("'-x", -1e-300)]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_intervals_become_bars_in_html_and_columns_in_files(tmp_path: Path, lang: str) -> None:
    frame = pd.DataFrame({"r": ["a", "b"], "s": [0.5, 0.7], "lo": [0.4, None], "hi": [0.6, None]})
    score = Column("s", Text("得分", "score"), style="index", low="lo", high="hi")
    table = Table(frame, (Column("r", Text("地区", "region"), style="text"), score), Text("表", "table"))
    page = html.render(table, lang)  # type: ignore[arg-type]
    assert page.count("<circle") == 1
    assert ("0.500（0.400–0.600）" if lang == "zh" else "0.500 (0.400–0.600)") in page
    csv.write(tmp_path / "t.csv", table, lang)  # type: ignore[arg-type]
    assert (
        list(pd.read_csv(tmp_path / "t.csv").columns)
        == {
            "zh": ["地区", "得分", "得分下限", "得分上限"],
            "en": ["region", "score", "score, lower bound", "score, upper bound"],
        }[lang]
    )


@pytest.mark.parametrize(
    ("style", "digits", "expected"),
    [
        ("index", None, "0.000"),
        ("share", None, "0.0%"),
        ("money", 0, "#,##0"),
        ("percent", 2, '0.00"%"'),
        ("text", None, "General"),
    ],
)
def test_number_formats_follow_the_printed_style(style: str, digits: int | None, expected: str) -> None:
    assert excel.number_format(style, digits) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("writer", ["csv", "excel", "word"])
def test_a_failed_write_leaves_the_earlier_file(tmp_path: Path, writer: str) -> None:
    good = build(["a", "b", "c"], [1.0, 2.0, 3.0])
    bad = Table(good.frame.assign(score="not a number"), good.columns, good.title)
    object.__setattr__(bad, "frame", None)
    path = tmp_path / f"t.{writer}"
    write = {
        "csv": lambda t: csv.write(path, t),
        "excel": lambda t: excel.write(path, {"m": t}, RECIPE),
        "word": lambda t: word.write(path, {"m": t}, RECIPE),
    }[writer]
    write(good)
    before = path.read_bytes()
    with pytest.raises(AttributeError):
        write(bad)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_word_names_its_fonts_for_both_scripts_and_uses_no_theme(tmp_path: Path) -> None:
    import zipfile

    path = word.write(tmp_path / "t.docx", {"m": build(["a", "b", "c"], [1.0, 2.0, 3.0])}, RECIPE, "zh")
    with zipfile.ZipFile(path) as parts:
        styles, body = parts.read("word/styles.xml").decode(), parts.read("word/document.xml").decode()
    assert 'w:eastAsia="zh-CN"' in styles
    assert "heme=" not in "".join(re.findall(r"<w:rFonts[^>]*>", styles + body))
    assert 'w:eastAsia="仿宋_GB2312"' in styles
    assert 'w:eastAsia="黑体"' in styles
    title = styles[styles.index('w:styleId="Title"') :]
    assert "w:pBdr" not in title[: title.index("</w:style>")]
    borders = re.findall(r'<w:(top|bottom|left|right|insideH|insideV) w:val="(\w+)"', body)
    assert {edge for edge, kind in borders if kind == "single"} == {"top", "bottom"}
    assert 'w:firstLineChars="200"' in body
