from __future__ import annotations

import builtins
import subprocess
import sys
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wenti.errors import InputError
from wenti.reading import pdf
from wenti.reading.document import Block, Covered, Document, Table
from wenti.reading.pdf import read_pdf

pytest.importorskip("pypdfium2")

DATA = Path(__file__).parent / "data" / "reading"
SENTENCE = (
    "项目单位未按规定开展前期调研，预算编制依据不足，年中追加预算二百六十万元，追加比例偏高，且未履行集体决策程序。"
)


def _shown(text: str, x: float, y: float, size: float = 16, more: str = "") -> str:
    """Return the operators that show a text at a place, from the lower left corner."""
    codes = text.encode("utf-16-be").hex().upper()
    return f"BT /F1 {size} Tf {more} 1 0 0 1 {x} {y} Tm <{codes}> Tj ET\n"


def _ruled(*lines: tuple[float, float, float, float]) -> str:
    return "".join(f"{x0} {y0} m {x1} {y1} l S\n" for x0, y0, x1, y1 in lines)


def _file(pages: Sequence[str], attributes: str = "", outline: str = "", codes: str = "UniGB-UCS2-H") -> bytes:
    """Write a PDF; its font is one of those that readers bring along, so that each character has its place and no more."""
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {'/Outlines 6 0 R' if outline else ''} >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{8 + 2 * i} 0 R' for i in range(len(pages)))}] >>",
        f"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /{codes} /DescendantFonts [4 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /FontDescriptor 5 0 R /W [1 95 500]"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> >>",
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0"
        " /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
        "<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 1 >>",
        f"<< /Title <FEFF{outline.encode('utf-16-be').hex()}> /Parent 6 0 R /Dest [8 0 R /Fit] >>",
    ]
    for i, page in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {9 + 2 * i} 0 R {attributes}"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(page)} >>\nstream\n{page}\nendstream")
    return _bound([text.encode("latin-1") for text in objects])


def _bound(objects: Sequence[bytes]) -> bytes:
    content, places = b"%PDF-1.5\n", []
    for number, text in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return (
        content
        + head
        + table
        + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF"
        % (
            len(objects) + 1,
            len(content),
        )
    )


def _set(text: str, top: float = 740, left: float = 90, width: int = 26, indent: int = 2) -> str:
    """Set a paragraph of full-width characters in 16 points, its first line indented."""
    lines = [text[: width - indent]]
    lines += [text[start : start + width] for start in range(width - indent, len(text), width)]
    return "".join(_shown(line, left + (32 if indent and not i else 0), top - 28 * i) for i, line in enumerate(lines))


def texts_of(document: Document) -> list[str]:
    return [element.text for element in document.elements if isinstance(element, Block)]


def _tables(document: Document) -> list[Table]:
    return [element for element in document.elements if isinstance(element, Table)]


def _key(content: bytes) -> str:
    with pytest.raises(InputError) as caught:
        read_pdf(content)
    assert caught.value.describe()
    return caught.value.key


# Real files


@pytest.fixture(scope="module")
def written() -> Document:
    return read_pdf((DATA / "pdf_writer.pdf").read_bytes())


def test_file_of_a_word_processor_gives_its_paragraphs(written: Document) -> None:
    assert texts_of(written) == (DATA / "pdf_writer.txt").read_text(encoding="utf-8").splitlines()


def test_title_has_level_0_and_other_headings_none(written: Document) -> None:
    levels = [block.level for block in written.elements if isinstance(block, Block)]
    assert levels[:3] == [0, 0, None]
    assert set(levels[2:]) == {None}


def test_paragraphs_know_the_page_where_they_begin(written: Document) -> None:
    pages = [block.page for block in written.elements if isinstance(block, Block)]
    assert pages == sorted(pages, key=lambda page: page or 0)
    assert {1, 2, 3} <= set(pages)


def test_ruled_table_has_its_grid_with_merged_cells(written: Document) -> None:
    table = _tables(written)[0]
    assert [row.cells for row in table.rows[:4]] == [
        ("一级指标", "二级指标", "得分情况", Covered.LEFT),
        (Covered.ABOVE, Covered.ABOVE, "分值", "得分"),
        ("决策", "项目立项是否按照规定程序申请设立，所提交的文件、材料是否符合相关要求", "5", "4.5"),
        (Covered.ABOVE, "绩效目标", "10", "6"),
    ]


def test_table_over_pages_is_one_and_its_header_stands_once() -> None:
    document = read_pdf((DATA / "pdf_browser.pdf").read_bytes())
    (table,) = _tables(document)
    assert [row.cells[0] for row in table.rows] == ["序号", *map(str, range(1, 31))]
    assert {row.page for row in table.rows} == {1, 2}


def test_file_of_a_browser_gives_columns_in_order_and_no_watermark() -> None:
    texts = texts_of(read_pdf((DATA / "pdf_browser.pdf").read_bytes()))
    assert texts == (DATA / "pdf_browser.txt").read_text(encoding="utf-8").splitlines()


def test_footnote_stands_after_the_paragraph_with_its_mark_and_breaks_no_paragraph() -> None:
    texts = texts_of(read_pdf((DATA / "pdf_footnotes.pdf").read_bytes()))
    assert texts == (DATA / "pdf_footnotes.txt").read_text(encoding="utf-8").splitlines()


def test_footnote_that_begins_with_a_figure_loses_its_mark_and_keeps_the_figure() -> None:
    body = _set(SENTENCE) + _shown("县局共抽查8家单位。", 122, 600) + _shown("1", 282, 608, 9) + _set("短。", 560)
    texts = texts_of(read_pdf(_file([body + _shown("17家单位未自评。", 90, 100)])))
    assert texts == [SENTENCE, "县局共抽查8家单位。", "7家单位未自评。", "短。"]


def test_password_is_asked_for() -> None:
    assert _key((DATA / "pdf_locked.pdf").read_bytes()) == "file_locked"


# Lines to paragraphs


def test_paragraph_over_a_page_break_is_one() -> None:
    first, rest = SENTENCE[:24], SENTENCE[24:]
    document = read_pdf(_file([_set(SENTENCE * 2) + _shown(first, 122, 400), _set(rest, indent=0) + _set("短。", 600)]))
    assert texts_of(document) == [SENTENCE * 2, SENTENCE, "短。"]
    assert [block.page for block in document.elements if isinstance(block, Block)] == [1, 1, 2]


@pytest.mark.parametrize(
    "number", ["— {} —", "- {} -", "第{}页", "第{}页 共4页", "{}/4", "{}", "·{}·"], ids=lambda number: number
)
def test_page_numbers_are_left_out(number: str) -> None:
    pages = [_set(SENTENCE) + _shown(number.format(i), 280, 40, 9) for i in range(1, 5)]
    assert texts_of(read_pdf(_file(pages))) == [SENTENCE] * 4


def test_running_headers_are_left_out_but_not_what_stands_there_once() -> None:
    chapters = ["第一章 概况", "第二章 问题", "第二章 问题", "第二章 问题", "第三章 建议"]
    pages = [_shown(chapter, 400, 800, 9) + _set(SENTENCE) for chapter in chapters]
    assert texts_of(read_pdf(_file(pages))) == [SENTENCE] * 5
    assert texts_of(read_pdf(_file([_shown("内部资料", 400, 800, 9) + _set(SENTENCE)]))) == ["内部资料", SENTENCE]


def test_figures_at_the_end_of_a_page_stay() -> None:
    pages = [_set(SENTENCE) + _shown(f"合计{i}万元", 122, 600) for i in (12, 7, 30)]
    assert texts_of(read_pdf(_file(pages)))[1::2] == ["合计12万元", "合计7万元", "合计30万元"]


def test_characters_drawn_twice_for_bold_arrive_once() -> None:
    page = "".join(_shown("整改情况情况", 90 + shift, 740) for shift in (0, 0.4, 0.8))
    assert texts_of(read_pdf(_file([page]))) == ["整改情况情况"]


def test_look_alikes_of_fonts_become_the_characters_meant_and_punctuation_stays() -> None:
    assert texts_of(read_pdf(_file([_shown("⼀般公共预算（⻚次），：；", 90, 740)]))) == ["一般公共预算（页次），：；"]


@pytest.mark.parametrize(("quarters", "matrix"), [(1, "0 -1 1 0"), (2, "-1 0 0 -1"), (3, "0 1 -1 0")])
def test_page_that_lies_on_its_side_is_read_upright(quarters: int, matrix: str) -> None:
    shift = {1: "0 842", 2: "595 842", 3: "595 0"}[quarters]
    upright = _set(SENTENCE, top=500)
    turned = f"q {matrix} {shift} cm\n{upright}Q\n"
    for attributes in ("", f"/Rotate {90 * (4 - quarters) % 360}"):
        assert texts_of(read_pdf(_file([turned], attributes))) == [SENTENCE]


def test_watermark_that_stands_askew_is_left_out() -> None:
    mark = f"q 0.7 0.7 -0.7 0.7 200 300 cm\n{_shown('仅供内部使用', 0, 0, 40)}Q\n"
    assert texts_of(read_pdf(_file([mark + _set(SENTENCE)]))) == [SENTENCE]


def test_outline_gives_levels() -> None:
    page = _shown("一、项目概况", 122, 760) + _set(SENTENCE)
    blocks = read_pdf(_file([page], outline="一、项目概况")).elements
    assert [block.level for block in blocks if isinstance(block, Block)] == [1, None]


def test_outline_that_goes_round_is_read_in_silence() -> None:
    content = _file([_set(SENTENCE)], outline="一、项目概况").replace(b"/Title", b"/First 7 0 R /Last 7 0 R /Title")
    script = "import sys; from wenti.reading.pdf import read_pdf; read_pdf(sys.stdin.buffer.read())"
    done = subprocess.run([sys.executable, "-c", script], input=content, capture_output=True, check=True)
    assert done.stderr == b""


# Tables


def _grid(*rows: Sequence[str], top: float = 700, heights: float = 40) -> str:
    xs = [90, 190, 390, 490]
    bottom = top - heights * len(rows)
    lines = [(x, top, x, bottom) for x in xs]
    lines += [(xs[0], top - heights * i, xs[-1], top - heights * i) for i in range(len(rows) + 1)]
    shown = [
        _shown(text, xs[j] + 4, top - heights * i - 16 - 14 * k, 12)
        for i, row in enumerate(rows)
        for j, cell in enumerate(row)
        for k, text in enumerate(cell.split("|"))
    ]
    return _ruled(*lines) + "".join(shown)


def test_text_of_a_table_is_not_repeated_outside() -> None:
    document = read_pdf(
        _file([_set(SENTENCE) + _grid(["序号", "问题", "单位"], ["1", "执行率低。", "县水利局"], top=600)])
    )
    assert texts_of(document) == [SENTENCE]
    assert [row.cells for row in _tables(document)[0].rows] == [
        ("序号", "问题", "单位"),
        ("1", "执行率低。", "县水利局"),
    ]


def test_lines_of_a_cell_are_joined_unless_a_number_begins_one() -> None:
    row = ["1", "1.未按规定开展前期调研工作，|预算依据不足。|2.执行率低。", "县水利局"]
    (table,) = read_pdf(_file([_grid(row, ["2", "无", "无"], heights=60)])).elements
    assert isinstance(table, Table)
    assert table.rows[0].cells[1] == "1.未按规定开展前期调研工作，预算依据不足。\n2.执行率低。"


def test_row_cut_by_the_end_of_a_page_is_one() -> None:
    first = _grid(["序号", "问题", "单位"], ["1", "未按规定开展前期调研，预算编制", "县水利局"], top=200)
    second = _grid(["", "依据不足，执行率低。", ""], ["2", "无", "县交通局"], top=760)
    (table,) = read_pdf(_file([first, second])).elements
    assert isinstance(table, Table)
    assert [row.cells[1] for row in table.rows] == ["问题", "未按规定开展前期调研，预算编制依据不足，执行率低。", "无"]


def test_cell_longer_than_a_page_stays_in_its_table() -> None:
    first = _grid(["序号", "问题", "单位"], ["1", "执行率低。", "县水利局"], top=200)
    second = _grid(["", "未按规定开展前期调研，", ""], top=760)
    (table,) = read_pdf(_file([first, second])).elements
    assert isinstance(table, Table)
    assert table.rows[-1].cells == (Covered.ABOVE, "未按规定开展前期调研，", "")


def test_frame_around_text_is_no_table() -> None:
    frame = _ruled((60, 780, 540, 780), (60, 600, 540, 600), (60, 780, 60, 600), (540, 780, 540, 600))
    assert texts_of(read_pdf(_file([frame + _set(SENTENCE)]))) == [SENTENCE]


# Files that cannot be read


def test_empty_file_is_named() -> None:
    assert _key(b"") == "file_empty"


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"PK\x03\x04", "预算".encode("gb18030")], ids=repr)
def test_what_is_no_pdf_is_damaged(content: bytes) -> None:
    assert _key(content) == "file_damaged"


def test_blank_page_is_without_text() -> None:
    assert _key(_file([""])) == "file_without_text"


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_MAX_PAGES", 2)
    assert _key(_file([_set("一。")] * 3)) == "pages_too_many"


@pytest.mark.parametrize("layers", [1, 2])
def test_bomb_is_refused(layers: int) -> None:
    packed = b" " * (201 << 20)
    for _ in range(layers):
        packed = zlib.compress(packed)
    filters = b"/FlateDecode " * layers
    stream = b"<< /Length %d /Filter [%s] >>\nstream\n%s\nendstream" % (len(packed), filters, packed)
    assert _key(_bound([b"<< /Type /Catalog >>", stream])) == "unpacked_too_large"


def block_recognition(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the extra seem not to be installed."""
    from wenti.reading import scan

    imported: Callable[..., Any] = builtins.__import__

    def refuse(name: str, *rest: Any, **named: Any) -> Any:
        if name in ("rapidocr", "onnxruntime"):
            raise ModuleNotFoundError(name)
        return imported(name, *rest, **named)

    scan._engine.cache_clear()
    monkeypatch.setattr(builtins, "__import__", refuse)


def test_scan_without_the_extra_is_without_text(monkeypatch: pytest.MonkeyPatch) -> None:
    block_recognition(monkeypatch)
    assert _key((DATA / "scan_file.pdf").read_bytes()) == "file_without_text"


def test_pages_with_text_are_read_where_others_are_scans(monkeypatch: pytest.MonkeyPatch) -> None:
    block_recognition(monkeypatch)
    unmapped = _shown("\ue000\ue001\ue002", 90, 740)
    assert texts_of(read_pdf(_file([_set(SENTENCE), unmapped]))) == [SENTENCE]


@given(st.binary(max_size=200))
def test_any_bytes_end_in_an_input_error(content: bytes) -> None:
    assert _key(b"%PDF-1.4\n" + content) in ("file_damaged", "file_without_text", "file_locked")


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(_file([_set(SENTENCE) + _grid(["甲", "乙", "丙"], ["1", "2", "3"], top=600)]))
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    try:
        document = read_pdf(bytes(content))
    except InputError as error:
        assert error.describe()
    else:
        assert document.elements
