"""The workbook: numbers are numbers, texts are nothing but texts, links lead to sentences, and all can be counted again."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

import wenti
from tests.contents import HOSTILE, sample
from tests.strategies import texts
from wenti.errors import OutputError
from wenti.records import Statement
from wenti.rendering.blocks import Cell, Chart, Column, Content, Heading, Row, Run, Table
from wenti.rendering.content import content_of
from wenti.rendering.workbook import book as making
from wenti.rendering.workbook import render_xlsx
from wenti.rendering.workbook.annex import REPORT_COLUMNS, STATEMENT_COLUMNS
from wenti.rendering.workbook.cells import number_format, pieces, written
from wenti.summary import Summary
from wenti.tables.workbook import MOST_ROWS
from wenti.workbook_archive import MOST_CHARACTERS

NS = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}
SOFFICE = shutil.which("soffice")
needs_libreoffice = pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice")


@pytest.fixture(scope="module")
def summary(root: Path) -> Summary:
    return wenti.report(root / "corpus" / "reports")


@pytest.fixture(scope="module")
def small(summary: Summary) -> Any:
    return opened(render_xlsx(summary, sample()))


@pytest.fixture(scope="module")
def whole(summary: Summary) -> Any:
    return opened(render_xlsx(summary, content_of(summary)))


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


@cache
def first_statements() -> Summary:
    report = Path(__file__).parents[1] / "corpus" / "reports" / "jiyuan_evaluations.txt"
    summary = wenti.report(report)
    return replace(summary, statements=summary.statements[:12], findings=(), coverage=())


def summary_of(text: str) -> Summary:
    """Return a summary whose every statement says a text."""
    few = first_statements()
    return replace(few, statements=tuple(replace(s, statement=Statement(text, 0, 9)) for s in few.statements))


def with_tables(*tables: Table, title: str = "报告") -> Content:
    return replace(sample(), title=title, blocks=(Heading("摘要", 1, "summary"), Heading("表", 1), *tables))


def table(rows: list[list[Cell]], sheet: str = "一", **more: Any) -> Table:
    columns = tuple(Column(f"列{i}") for i in range(max(map(len, rows))))
    return Table("表", columns, tuple(Row(tuple(row)) for row in rows), sheet=sheet, **more)


def cells_of(book: Any) -> Iterator[Any]:
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            yield from row


def said_in(book: Any) -> set[str]:
    return {str(cell.value) for cell in cells_of(book) if cell.value is not None}


def target_of(book: Any, cell: Any) -> Any:
    """Return the cell that a link leads to."""
    sheet, _, place = cell.hyperlink.location.rpartition("!")
    return book[sheet.strip("'").replace("''", "'")][place]


def cell_saying(sheet: Any, value: object) -> Any:
    return next(cell for row in sheet.iter_rows() for cell in row if cell.value == value)


def annex(book: Any, name: str) -> list[dict[str, Any]]:
    header, *rows = book[name].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


# What is where


def test_the_summary_comes_first_then_the_tables_then_the_annex(small: Any) -> None:
    assert small.sheetnames == [
        "摘要",
        "问题类型",
        "单位矩阵",
        "年度变化",
        "屡查屡犯",
        "数字索引",
        "全部语句",
        "报告清单",
    ]
    said = said_in(small)
    assert {"预算绩效评价共性问题分析报告", "云岭市财政局　2026年11月30日", "评价报告", "占比的区间较宽。"} <= said
    assert "最普遍的是“预算执行率低”，有6家单位存在。" in said
    assert "• 屡查屡犯：1家单位。" in said


def test_every_sheet_is_listed_on_the_first_and_leads_back_to_it(small: Any) -> None:
    first, *others = small.worksheets
    for sheet in others:
        assert target_of(small, cell_saying(first, sheet.title)) == sheet["A1"]
    for sheet in others[:-2]:
        assert target_of(small, sheet["A1"]) == first["A1"]


def test_captions_have_the_numbers_of_the_report(small: Any) -> None:
    assert {
        "表1　共性问题排序（按类型）",
        "图1　最普遍的问题类型",
        "图2　各年度单位占比",
        "表4　数字与语句对照",
    } <= said_in(small)


def test_a_workbook_can_be_english(summary: Summary) -> None:
    book = opened(render_xlsx(summary, content_of(summary, "en"), "en"))
    assert book.sheetnames[0] == "Summary"
    assert book.sheetnames[-2:] == ["All statements", "All reports"]
    row = annex(book, "All statements")[0]
    assert row["Kind"] in {name.english for name in summary.names.values()}
    assert row["Needs review"] in {"yes", "no"}
    labels = {cell.value for cell in book["All statements"][1]} | {cell.value for cell in book["All reports"][1]}
    assert not [label for label in labels if re.search("[一-鿿]", label)]


def test_tables_of_one_sheet_stand_below_each_other(summary: Summary) -> None:
    first, second = table([[Cell("甲"), Cell("1", 1)]], note="注一"), table([[Cell("乙")]])
    sheet = opened(render_xlsx(summary, with_tables(first, second)))["一"]
    column = [row[0].value for row in sheet.iter_rows()]
    assert column == ["返回摘要", "表1　表", "列0", "甲", "注一", None, "表2　表", "列0", "乙", None][: len(column)]
    assert sheet.auto_filter.ref == "A3:B4"
    assert sheet.freeze_panes == "B2", "the header of one table must not stand above another's columns"


@pytest.mark.parametrize("name", ["a/b[c]:*?\\d", "'引号'", "长" * 60, "History", "  ", "全部语句", "摘要"])
def test_any_name_of_a_sheet_becomes_one_that_excel_takes(summary: Summary, name: str) -> None:
    tables = [table([[Cell(str(i), i)]], sheet=sheet) for i, sheet in enumerate((name, name.upper() + " "))]
    book = opened(render_xlsx(summary, with_tables(*tables)))
    assert len(book.sheetnames) == 5
    assert len({title.casefold() for title in book.sheetnames}) == 5
    for title in book.sheetnames:
        assert 0 < len(title) <= 31
        assert title == title.strip()
        assert not set(title) & set("[]:*?/\\")
        assert not title.startswith("'") and not title.endswith("'")
        assert title.casefold() != "history"


def test_group_rows_are_headings_in_the_table(small: Any) -> None:
    cell = cell_saying(small["问题类型"], "资金执行")
    assert cell.column == 1
    assert cell.font.b


# Numbers and texts


def test_numbers_are_numbers_that_read_as_in_the_report(small: Any) -> None:
    rows = {row[0].value: row for row in small["问题类型"].iter_rows(min_row=5)}
    assert [(cell.value, cell.number_format) for cell in (rows[1][2], rows[1][3])] == [(6, '0"/8"'), (0.75, "0%")]
    assert (rows[2][3].value, rows[2][3].number_format) == (0.125, "0.0%")
    assert rows[1][4].value == "41%–93%"
    assert cell_saying(small["摘要"], 61).number_format == "0"


@pytest.mark.parametrize(
    ("cell", "form"),
    [
        (Cell("12", 12), "0"),
        (Cell("1,234", 1234), "#,##0"),
        (Cell("62.5%", 0.625, percent=True, decimals=1), "0.0%"),
        (Cell("63%", 0.625, percent=True), "0%"),
        (Cell("+2.5", 2.5, decimals=1), "+0.0"),
        (Cell("-2.5", -2.5, decimals=1), "0.0"),
        (Cell("−2.5", -2.5, decimals=1), '0.0;"−"0.0'),
        (Cell("18个月", 18), '0"个月"'),
        (Cell("约3家", 3), '"约"0"家"'),
        (Cell("50%（1/2）", 0.5, percent=True), '0%"（1/2）"'),
        (Cell("62%", 0.625, percent=True), None),
        (Cell("<0.001", 0.0004, decimals=3), None),
        (Cell("13/8", 3), None),
        (Cell("3.5", 3), None),
        (Cell("一", 1), None),
        (Cell('3"', 3), None),
        (Cell("1", float("nan")), None),
        (Cell("1e99", 1e99), None),
        (Cell("—"), None),
    ],
    ids=lambda value: value.text if isinstance(value, Cell) else str(value),
)
def test_a_number_format_shows_exactly_what_the_report_says(cell: Cell, form: str | None) -> None:
    assert number_format(cell) == form


@given(st.floats(-1e9, 1e9), st.integers(0, 3), st.booleans(), texts)
def test_a_number_format_never_shows_another_number(value: float, decimals: int, percent: bool, text: str) -> None:
    form = number_format(Cell(text, value, percent, decimals))
    if form is not None and text:
        digits = re.sub("[^0-9]", "", re.sub(r" ?[（(]?\d+/\d+[）)]?$|/\d+$", "", text))
        scale = 100 if percent else 1
        assert abs(abs(value) * scale - int(digits) / 10**decimals) <= 0.51 / 10**decimals


def test_columns_of_more_formats_than_excel_holds_stay_texts(summary: Summary) -> None:
    many = table([[Cell(f"1/{n}", 1), Cell(f"{n}家", n)] for n in range(1, 300)])
    sheet = opened(render_xlsx(summary, with_tables(many)))["一"]
    assert [cell.value for cell in sheet["A"][3:6]] == ["1/1", "1/2", "1/3"]
    assert [cell.value for cell in sheet["B"][3:6]] == [1, 2, 3]


def test_nothing_is_a_formula_and_hostile_text_shows_as_it_is(summary: Summary) -> None:
    statements = tuple(replace(s, statement=Statement(HOSTILE, 0, 9), title=HOSTILE) for s in summary.statements)
    reports = tuple(
        replace(r, project=HOSTILE, units=(HOSTILE,), source=replace(r.source, path=HOSTILE)) for r in summary.reports
    )
    hostile = replace(summary, statements=statements, reports=reports, report_units=(HOSTILE,) * len(reports))
    content = replace(sample(HOSTILE), title=HOSTILE, organisation=HOSTILE)
    book = opened(render_xlsx(hostile, content))
    shown = HOSTILE.replace("\x07", "")
    cells = [cell for cell in cells_of(book) if cell.value == shown]
    assert {cell.parent.title for cell in cells} >= {"摘要", "问题类型", "单位矩阵", "全部语句", "报告清单"}
    assert all(cell.quotePrefix for cell in cells)
    assert all(cell.data_type in ("s", "n") for cell in cells_of(book))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "#N/A", "1.0", "TRUE", "2026-11-30", "\t=1+1"])
def test_what_programs_take_for_something_else_stays_text(summary: Summary, text: str) -> None:
    statements = tuple(replace(s, statement=Statement(text, 0, 9)) for s in summary.statements)
    book = opened(render_xlsx(replace(summary, statements=statements), sample(text)))
    for name in ("单位矩阵", "全部语句"):
        cell = cell_saying(book[name], text)
        assert cell.data_type == "s"


@given(text=texts)
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_can_be_read_back(text: str) -> None:
    book = opened(render_xlsx(summary_of(text), replace(sample(text), title=text)))
    shown = written(text)
    assert (book["全部语句"]["B2"].value or "") == shown
    assert (book["单位矩阵"]["A6"].value or "") == shown


def test_carriage_returns_and_what_looks_like_an_escape_keep_their_meaning() -> None:
    assert written("甲\r\n乙\r丙_x000D_丁\x00") == "甲\n乙\n丙_x005F_x000D_丁"


@given(st.text(st.sampled_from("率𠀀a_x000D_"), max_size=50).map(lambda text: text * 1500))
@settings(max_examples=20)
def test_pieces_fit_into_cells_and_lose_nothing(text: str) -> None:
    found = pieces(text)
    assert "".join(found) == text
    assert all(len(written(piece).encode("utf-16-le")) // 2 <= MOST_CHARACTERS for piece in found)


def test_what_no_cell_can_hold_goes_on_below(summary: Summary) -> None:
    long = "预算执行率低" * 10_000
    book = opened(render_xlsx(summary, with_tables(table([[Cell("1", 1), Cell(long)], [Cell("2", 2), Cell("短")]]))))
    column = [cell.value for cell in book["一"]["B"][3:]]
    end = column.index("短")
    assert "".join(column[:end]) == long
    assert end > 1
    assert book["一"].auto_filter.ref == f"A3:B{3 + end + 1}"


def test_a_statement_that_no_cell_can_hold_goes_on_at_the_end_of_its_row(summary: Summary) -> None:
    long = "预算执行率低" * 10_000
    first = replace(summary.statements[0], statement=Statement(long, 0, len(long)))
    sheet = opened(render_xlsx(replace(summary, statements=(first, *summary.statements[1:])), sample()))["全部语句"]
    n = len(STATEMENT_COLUMNS)
    assert sheet["B2"].value + "".join(cell.value or "" for cell in sheet[2][n:]) == long
    assert sheet.cell(1, n + 1).value == "语句（续）"
    assert sheet["A3"].value == 2


def test_more_statements_than_rows_are_refused(summary: Summary) -> None:
    many = replace(summary, statements=summary.statements[:1] * MOST_ROWS, findings=())
    with pytest.raises(OutputError) as caught:
        render_xlsx(many, sample())
    assert caught.value.key == "rows_too_many"
    assert str(MOST_ROWS + 1) in caught.value.describe()


# Links


@pytest.mark.parametrize("book", ["small", "whole"])
def test_every_link_leads_to_a_cell_that_says_something(book: str, request: pytest.FixtureRequest) -> None:
    made = request.getfixturevalue(book)
    linked = [cell for cell in cells_of(made) if cell.hyperlink]
    assert linked
    for cell in linked:
        assert cell.hyperlink.target is None, "nothing leads out of the workbook"
        assert target_of(made, cell).value is not None
        assert cell.value is not None


def test_numbers_lead_by_the_index_to_their_statements(small: Any, summary: Summary) -> None:
    count = next(cell for cell in small["问题类型"]["C"] if cell.value == 6)
    entry = target_of(small, count)
    assert (entry.parent.title, entry.value) == ("数字索引", "预算执行率低：6家单位")
    jumps = [cell for cell in entry.parent[entry.row] if cell.hyperlink]
    assert [cell.value for cell in jumps] == [3, 12]
    for jump in jumps:
        row = target_of(small, jump).row
        assert small["全部语句"].cell(row, 1).value == jump.value
        assert small["全部语句"].cell(row, 2).value == summary.statements[jump.value - 1].statement.text


def test_every_number_of_the_real_tables_leads_to_its_statements(whole: Any, summary: Summary) -> None:
    for row in summary.types:
        name = summary.names[row.id].name
        line = cell_saying(whole["问题类型"], name).row
        count = next(c for c in whole["问题类型"][line] if c.number_format == f'0"/{row.by_unit.total}"')
        target = target_of(whole, count)
        listed = target.parent.cell(target.row, 2).value if target.parent.title == "数字索引" else target.value
        assert count.value == row.by_unit.count
        assert [int(n) for n in re.findall(r"\d+", str(listed))] == [i + 1 for i in row.statements]


def test_mentioned_sentences_have_links_beside_the_row_even_if_the_report_does_not_quote_them(summary: Summary) -> None:
    mention = Cell(lines=((Run("2021年"),), (Run("[5] 预算执行率低"),)))
    entry = replace(table([[Cell("问题点"), Cell(lines=((Run("2–4、9"),),))]], sheet="索引"))
    entry = replace(entry, rows=(replace(entry.rows[0], anchor="n-1"),))
    book = opened(render_xlsx(summary, with_tables(table([[Cell("甲局"), mention]]), entry)))
    (jump,) = [cell for cell in book["一"][4] if cell.hyperlink]
    assert (jump.value, target_of(book, jump).row) == (5, 6)
    jumps = [cell for cell in book["索引"][4] if cell.hyperlink]
    assert [(cell.value, target_of(book, cell).row) for cell in jumps] == [("2–4", 3), (9, 10)]
    assert book["一"].print_area == "'一'!$A$1:$B$6", "links beside the table are not printed"


def test_a_link_without_target_is_no_link(summary: Summary) -> None:
    rows = table([[Cell("1", 1, link="nowhere"), Cell("2", 2, link="s-99999"), Cell("3", 3, link="s-1")]])
    sheet = opened(render_xlsx(summary, with_tables(rows)))["一"]
    assert [bool(cell.hyperlink) for cell in sheet[4]] == [False, False, True]


def test_a_link_to_an_article_leads_to_its_sentences(small: Any) -> None:
    name = cell_saying(small["问题类型"], "预算执行率低、支出进度慢")
    target = target_of(small, name)
    assert (target.parent.title, target.row) == ("全部语句", 4)


def test_no_sheet_has_more_links_than_excel_takes(summary: Summary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "MOST_LINKS", 3)
    rows = table([[Cell(str(n), n, link=f"s-{n}")] for n in range(1, 9)])
    sheet = opened(render_xlsx(summary, with_tables(rows)))["一"]
    assert sum(cell.hyperlink is not None for cell in sheet["A"]) == 3
    assert [cell.value for cell in sheet["A"][3:11]] == list(range(1, 9))


# Sheets as people use them


@pytest.mark.parametrize("book", ["small", "whole"])
def test_sheets_are_frozen_filtered_and_set_up_for_printing(book: str, request: pytest.FixtureRequest) -> None:
    made = request.getfixturevalue(book)
    for sheet in made.worksheets:
        assert sheet.freeze_panes
        assert sheet.page_setup.orientation == "landscape"
        assert int(sheet.page_setup.paperSize) == 9
        assert sheet.page_setup.fitToHeight in (0, 1)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "&P" in sheet.oddFooter.center.text


def test_a_table_keeps_header_and_heads_in_sight_and_can_be_filtered(small: Any) -> None:
    ranking, matrix = small["问题类型"], small["单位矩阵"]
    assert (ranking.freeze_panes, ranking.auto_filter.ref) == ("C5", "A4:E7")
    assert (matrix.freeze_panes, matrix.auto_filter.ref, matrix.print_title_rows) == ("B4", "A3:D6", "$3:$3")
    assert matrix["A3"].font.b
    assert matrix["A4"].alignment.wrap_text
    assert matrix.column_dimensions["A"].width > 2 * matrix.column_dimensions["B"].width


def test_a_heat_map_has_a_scale_and_shares_have_bars(small: Any) -> None:
    (scale,) = small["单位矩阵"].conditional_formatting
    assert str(scale.sqref) == "B4:B6 C4:C6 D4:D6"
    assert scale.rules[0].type == "colorScale"
    (bars,) = small["问题类型"].conditional_formatting
    assert (str(bars.sqref), bars.rules[0].type) == ("D5:D7", "dataBar")
    assert [limit.val for limit in bars.rules[0].dataBar.cfvo] == [0, 1]


def test_a_heat_map_whose_shades_are_not_those_of_its_numbers_is_filled(summary: Summary) -> None:
    rows = table([[Cell("9/90", 9, shade=1), Cell("1/1", 1, shade=5)]])
    sheet = opened(render_xlsx(summary, with_tables(rows)))["一"]
    assert not list(sheet.conditional_formatting)
    light, dark = (cell.fill.fgColor.rgb for cell in sheet[4])
    assert light != dark


def test_charts_are_native_and_fed_from_their_sheet(summary: Summary) -> None:
    with zipfile.ZipFile(io.BytesIO(render_xlsx(summary, sample()))) as archive:
        charts = [etree.fromstring(archive.read(name)) for name in archive.namelist() if "/charts/chart" in name]
    book = opened(render_xlsx(summary, sample()))

    def values(formula: str) -> list[Any]:
        name, _, area = formula.rpartition("!")
        return [
            cell.value for row in book[name.strip("'")][area] for cell in (row if isinstance(row, tuple) else (row,))
        ]

    bars, lines = charts
    assert bars.xpath("string(//c:barDir/@val)", namespaces=NS) == "bar"
    assert values(bars.xpath("string(//c:ser/c:val//c:f)", namespaces=NS)) == [0.75, 0.5]
    assert values(bars.xpath("string(//c:ser/c:cat//c:f)", namespaces=NS)) == [
        "预算执行率低、支出进度慢",
        "绩效目标不明确",
    ]
    assert values(bars.xpath("string(//c:errBars/c:minus//c:f)", namespaces=NS)) == pytest.approx([0.34, 0.28])
    assert values(bars.xpath("string(//c:errBars/c:plus//c:f)", namespaces=NS)) == pytest.approx([0.18, 0.28])
    assert bars.xpath("string(//c:catAx/c:scaling/c:orientation/@val)", namespaces=NS) == "maxMin"
    drawn = lines.xpath("//c:lineChart/c:ser/c:val//c:f/text()", namespaces=NS)
    assert [values(formula) for formula in drawn] == [[0.2, None, 0.6], [0.5, 0.4, 0.3]]
    for chart in charts:
        assert chart.xpath("string(//c:valAx/c:numFmt/@formatCode)", namespaces=NS) == "0%"
        assert chart.xpath("string(//c:plotVisOnly/@val)", namespaces=NS) == "0", "a filter must not empty a chart"
        assert set(chart.xpath("//c:catAx/c:delete/@val | //c:valAx/c:delete/@val", namespaces=NS)) == {"0"}


def test_what_a_chart_shows_stands_below_it_in_words_and_numbers(small: Any) -> None:
    column = [row[0].value for row in small["年度变化"].iter_rows()]
    assert "预算执行率低由20%升至60%。" in column
    assert "图2　各年度单位占比" in column


def test_a_chart_of_nothing_is_left_out(summary: Summary) -> None:
    chart = Chart("空图", "bars", (), (), "没有数据。", sheet="一")
    content = replace(sample(), blocks=(Heading("摘要", 1), Heading("图", 1), chart))
    book = opened(render_xlsx(summary, content))
    assert not book["一"]._charts
    assert "没有数据。" in said_in(book)


# The annex


def test_statement_n_is_in_row_n_plus_1(whole: Any, summary: Summary) -> None:
    sheet = whole["全部语句"]
    assert sheet.max_row == len(summary.statements) + 1
    assert [(row[0], row[1]) for row in sheet.iter_rows(min_row=2, max_col=2, values_only=True)] == [
        (i + 1, tagged.statement.text) for i, tagged in enumerate(summary.statements)
    ]
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == sheet.dimensions


def test_the_annex_says_what_the_summary_has_of_each_statement(whole: Any, summary: Summary) -> None:
    of = {column.name: column.title[0] for column in STATEMENT_COLUMNS}
    for i, (row, tagged) in enumerate(zip(annex(whole, "全部语句"), summary.statements, strict=True)):
        report = summary.reports[tagged.report]
        assert row[of["type_ids"]] == (";".join(tagged.types) or None)
        assert row[of["types"]] == ("、".join(summary.names[t].name for t in tagged.types) or None)
        assert row[of["kind"]] == summary.names[tagged.kind].name
        assert row[of["kind_probability"]] == pytest.approx(tagged.kind_probability, abs=1e-4)
        assert (row[of["start"]], row[of["end"]]) == (tagged.statement.start, tagged.statement.end)
        assert (row[of["point"]], row[of["title"]]) == (tagged.point, tagged.title)
        assert row[of["needs_review"]] == ("是" if tagged.needs_review else "否")
        assert row[of["reviewed"]] == "否"
        assert row[of["file"]] == report.source.path
        number = row[of["finding"]]
        assert (number is None) == all(i not in finding.statements for finding in summary.findings)
        assert number is None or i in summary.findings[number - 1].statements


def test_all_raw_figures_can_be_counted_again_from_the_annex(whole: Any, summary: Summary) -> None:
    reports, statements = annex(whole, "报告清单"), annex(whole, "全部语句")
    assert len({unit for row in reports for unit in row["计入单位"].split(";")}) == len(summary.units)
    assert len({row["项目"] for row in reports}) == len(summary.projects)
    found = [row for row in statements if row["问题点序号"] is not None]
    assert len({row["问题点序号"] for row in found}) == len(summary.findings)
    for weakness in summary.types:
        rows = [row for row in found if weakness.id in (row["类型编号"] or "").split(";")]
        assert len({row["问题责任单位"] for row in rows}) == weakness.by_unit.count
        assert len({row["项目"] for row in rows}) == weakness.by_project.count
        assert len({row["问题点序号"] for row in rows}) == weakness.findings
        assert tuple(row["序号"] - 1 for row in rows) == weakness.statements
    covered = {row["问题点序号"] for row in found if row["整改对应"] is not None}
    assert covered == {row.finding + 1 for row in summary.coverage}
    unanswered = {row["问题点序号"] for row in found if row["整改对应"] == "未见对应"}
    assert unanswered == {row.finding + 1 for row in summary.coverage if row.match == "none"}


def test_reports_lead_to_their_first_statement(whole: Any, summary: Summary) -> None:
    of = [column.name for column in REPORT_COLUMNS]
    for number, row in enumerate(whole["报告清单"].iter_rows(min_row=2)):
        first = target_of(whole, row[of.index("first")])
        assert summary.statements[first.value - 1].report == number
        assert row[of.index("sha256")].value == summary.reports[number].source.sha256
        assert row[of.index("score")].value == summary.reports[number].evaluation_score


def test_what_a_person_must_judge_is_marked(whole: Any) -> None:
    rules = {str(each.sqref): each.rules[0] for each in whole["全部语句"].conditional_formatting}
    last = whole["全部语句"].max_row
    assert rules[f"E2:E{last}"].formula == ['"是"']
    assert whole["全部语句"]["E1"].value == "待人工判定"


def test_an_empty_summary_makes_a_workbook(summary: Summary) -> None:
    nothing = replace(
        summary, reports=(), report_units=(), statements=(), findings=(), coverage=(), trained_on=(), review=None
    )
    book = opened(render_xlsx(nothing, replace(sample(), blocks=())))
    assert book.sheetnames == ["摘要", "全部语句", "报告清单"]
    assert book["全部语句"].max_row == 1


# The file


def test_the_same_report_makes_the_same_bytes(summary: Summary, monkeypatch: pytest.MonkeyPatch) -> None:
    first = render_xlsx(summary, sample())
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    assert render_xlsx(summary, sample()) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None


@pytest.mark.parametrize(("date", "year"), [("2026-11-30", 2026), ("某日", 1980), ("", 1980)])
def test_the_file_says_what_made_it_and_for_which_day(summary: Summary, date: str, year: int) -> None:
    content = render_xlsx(summary, replace(sample(), date=date))
    properties = opened(content).properties
    assert (properties.keywords, properties.category, properties.created.year) == ("wenti", "wenti", year)
    assert properties.modified == properties.created
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<Application>wenti</Application>" in archive.read("docProps/app.xml")


@needs_libreoffice
def test_libreoffice_shows_texts_and_numbers_as_the_report_has_them(summary: Summary, tmp_path: Path) -> None:
    file = tmp_path / "report.xlsx"
    file.write_bytes(render_xlsx(summary, sample(HOSTILE)))
    assert SOFFICE is not None
    subprocess.run(
        [
            SOFFICE,
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--headless",
            *("--convert-to", "csv:Text - txt - csv (StarCalc):9,34,76,1,,0,false,true,true,false,false,-1"),
            *("--outdir", str(tmp_path), str(file)),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    ranking = (tmp_path / "report-问题类型.csv").read_text(encoding="utf-8")
    assert "预算执行率低、支出进度慢\t6/8\t75%\t41%–93%" in ranking
    assert "12.5%" in ranking
    assert HOSTILE.replace("\x07", "").replace('"', '""') in ranking
    rows = (tmp_path / "report-全部语句.csv").read_text(encoding="utf-8")
    assert all(tagged.statement.text.replace('"', '""') in rows for tagged in summary.statements)
