"""OFD: files made by hand to GB/T 33190-2016, as there is no free program that writes them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenti.errors import InputError
from wenti.reading.document import Block, Covered, Row, Table
from wenti.reading.ofd import read_ofd
from wenti.reading.ofd_page import Limits

NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
SIZE = 4.2  # millimetres, 12 points
FIRST = "一是项目前期论证不充分，建设内容在实施过程中多次调整，影响了资金支付的进度，年末仍有结余。"


def text(content: str, x: float, y: float, *, size: float = SIZE, more: str = "", code: str = "") -> str:
    """Return a text object; its baseline is at y."""
    deltas = code or f'DeltaX="g {len(content) - 1} {size}"'
    return (
        f'<ofd:TextObject ID="9" Boundary="{x} {y - size} 150 {size + 1}" Font="3" Size="{size}" {more}>'
        f'<ofd:CGTransform CodePosition="0" CodeCount="1" GlyphCount="1"><ofd:Glyphs>77</ofd:Glyphs></ofd:CGTransform>'
        f'<ofd:TextCode X="0" Y="{size}" {deltas}>{escape(content)}</ofd:TextCode></ofd:TextObject>'
    )


def path(*data: str, more: str = "") -> str:
    return "".join(
        f'<ofd:PathObject ID="8" Boundary="0 0 210 297" LineWidth="0.25" {more}>'
        f"<ofd:AbbreviatedData>{one}</ofd:AbbreviatedData></ofd:PathObject>"
        for one in data
    )


def page(inner: str, *, head: str = "") -> str:
    layer = f'<ofd:Layer ID="2" Type="Body">{inner}</ofd:Layer>'
    return f"<ofd:Page {NAMESPACE}>{head}<ofd:Content>{layer}</ofd:Content></ofd:Page>"


def ofd(
    pages: Sequence[str | bytes],
    *,
    common: str = "",
    more: str = "",
    parts: Mapping[str, str | bytes] | None = None,
    listed: str | None = None,
    compression: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """Return an OFD file of page contents."""
    written: dict[str, str | bytes] = {
        "OFD.xml": f'<?xml version="1.0" encoding="UTF-8"?><ofd:OFD {NAMESPACE} Version="1.0" DocType="OFD"><ofd:DocBody>'
        "<ofd:DocInfo><ofd:DocID>0</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {NAMESPACE}><ofd:CommonData><ofd:MaxUnitID>9</ofd:MaxUnitID><ofd:PageArea>"
        f"<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>{common}</ofd:CommonData><ofd:Pages>"
        + (listed or "".join(f'<ofd:Page ID="{i}" BaseLoc="Pages/Page_{i}/Content.xml"/>' for i in range(len(pages))))
        + f"</ofd:Pages>{more}</ofd:Document>",
    }
    written |= {f"Doc_0/Pages/Page_{i}/Content.xml": content for i, content in enumerate(pages)}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in (written | dict(parts or {})).items():
            archive.writestr(name, content)
    return stream.getvalue()


def texts(content: bytes) -> list[str]:
    return [element.text for element in read_ofd(content).elements if isinstance(element, Block)]


def refused(content: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        read_ofd(content)
    caught.value.describe()  # has all facts that the message names
    return caught.value


def lines(content: str, y: float, *, width: int = 36, indent: int = 2) -> str:
    """Return a paragraph set in lines of so many characters, from y downwards."""
    laid = [content[: width - indent]]
    rest = content[width - indent :]
    laid += [rest[i : i + width] for i in range(0, len(rest), width)]
    return "".join(text(line, 25 + (indent * SIZE if i == 0 else 0), y + 7 * i) for i, line in enumerate(laid))


def test_lines_become_paragraphs() -> None:
    second = "二是绩效目标设置不够细化，部分指标没有量化，难以考核，也没有说明数据从哪里来，由谁提供。"
    content = ofd([page(text("河湾县水渠项目绩效评价报告", 60, 40, size=7) + lines(FIRST, 60) + lines(second, 80))])
    assert read_ofd(content).elements == (
        Block("河湾县水渠项目绩效评价报告", level=0, page=1),
        Block(FIRST, page=1),
        Block(second, page=1),
    )


def test_a_paragraph_goes_on_over_the_page_and_running_lines_are_left_out() -> None:
    long = FIRST * 2
    first, second = long[:70], long[70:]
    pages = [
        page(text("绩效评价报告", 90, 15, size=3) + lines(first, 250) + text(f"- {n} -", 100, 285, size=3))
        if n == 1
        else page(
            text("绩效评价报告", 90, 15, size=3) + lines(second, 30, indent=0) + text(f"- {n} -", 100, 285, size=3)
        )
        for n in (1, 2)
    ]
    assert texts(ofd(pages)) == [long]


def test_characters_stand_where_deltas_say() -> None:
    spread = text("预算", 25, 40, code=f'DeltaX="{SIZE}"') + text(
        "执行率低", 25 + 2 * SIZE, 40, code=f'DeltaX="{SIZE} g 2 {SIZE}"'
    )
    apart = text("单位名称", 25, 60, code='DeltaX="4.2 30 4.2"')
    assert texts(ofd([page(spread + apart)])) == ["预算执行率低", "单位 名称"]


def test_characters_without_deltas_stand_side_by_side() -> None:
    assert texts(ofd([page(text("共12.5万元", 25, 40, code='Y="4.2"').replace('Y="4.2" Y="4.2"', 'Y="4.2"'))])) == [
        "共12.5万元"
    ]


def test_each_character_may_be_an_object() -> None:
    objects = [text(character, 25 + SIZE * i, 40) for i, character in enumerate("资金闲置")]
    assert texts(ofd([page("".join(reversed(objects)))])) == ["资金闲置"]


def test_objects_are_placed_by_matrix_and_boundary() -> None:
    doubled = text("甲乙", 20, 42, size=2.1, more='CTM="2 0 0 2 0 0"')
    following = text("丙", 20 + 4 * 2.1, 42 + 2.1)
    assert texts(ofd([page(doubled + following)])) == ["甲乙丙"]


def test_a_ruled_table_with_merged_cells_is_one() -> None:
    rules = path(
        "M 20 50 L 120 50",
        "M 60 60 L 120 60",
        "M 20 70 L 120 70",
        "M 20 50 L 20 70",
        "M 60 50 L 60 70",
        "M 120 50 L 120 70",
    )
    cells = text("产出指标", 22, 62) + text("数量", 62, 57) + text("质量", 62, 67)
    (table,) = read_ofd(ofd([page(rules + cells)])).elements
    assert table == Table((Row(("产出指标", "数量"), page=1), Row((Covered.ABOVE, "质量"), page=1)))


def test_rules_may_be_thin_filled_shapes() -> None:
    def shape(x0: float, y0: float, x1: float, y1: float) -> str:
        return f"S {x0} {y0} L {x1} {y0} L {x1} {y1} L {x0} {y1} C"

    shapes = [shape(20, y, 120, y + 0.3) for y in (50, 60)] + [shape(x, 50, x + 0.3, 60) for x in (20, 60, 120)]
    content = path(*shapes, more='Stroke="false" Fill="true"') + text("项目", 22, 57) + text("得分", 62, 57)
    assert read_ofd(ofd([page(content)])).elements == (Table((Row(("项目", "得分"), page=1),)),)


def test_templates_and_composite_objects_are_read() -> None:
    content = ofd(
        [
            page(
                '<ofd:CompositeObject ID="5" ResourceID="7" Boundary="20 60 50 10"/>',
                head='<ofd:Template TemplateID="1"/>',
            )
        ],
        common='<ofd:TemplatePage ID="1" BaseLoc="Tpls/T.xml"/><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>',
        parts={
            "Doc_0/Tpls/T.xml": page(text("表头", 25, 100)),
            "Doc_0/PublicRes.xml": f"<ofd:Res {NAMESPACE}><ofd:CompositeGraphicUnits>"
            f'<ofd:CompositeGraphicUnit ID="7"><ofd:Content>{text("组合", 5, 5)}</ofd:Content></ofd:CompositeGraphicUnit>'
            "</ofd:CompositeGraphicUnits></ofd:Res>",
        },
    )
    assert "".join(texts(content)) == "组合表头"


def test_outlines_tell_headings() -> None:
    below = '<ofd:OutlineElem Title="（一）背景"/>'
    more = f'<ofd:Outlines><ofd:OutlineElem Title="一、项目概况">{below}</ofd:OutlineElem></ofd:Outlines>'
    content = ofd([page(text("一、项目概况", 25, 40) + text("（一）背景", 25, 50) + lines(FIRST, 60))], more=more)
    assert read_ofd(content).elements[:2] == (
        Block("一、项目概况", level=1, page=1),
        Block("（一）背景", level=2, page=1),
    )


def test_what_is_not_seen_is_left_out() -> None:
    hidden = text("看不见", 25, 60, more='Visible="false"')
    askew = text("水印", 90, 150, size=20, more='CTM="0.7 -0.7 0.7 0.7 0 0"')
    outside = text("页外", 25, 400)
    assert texts(ofd([page(text("看得见", 25, 40) + hidden + askew + outside)])) == ["看得见"]


def test_what_is_drawn_twice_for_want_of_a_bold_font_arrives_once() -> None:
    assert texts(ofd([page(text("加粗", 25, 40) + text("加粗", 25.1, 40))])) == ["加粗"]


@pytest.mark.parametrize(("turn", "matrix"), [(1, "0 1 -1 0"), (2, "-1 0 0 -1"), (3, "0 -1 1 0")])
def test_a_page_that_lies_on_its_side_is_turned(turn: int, matrix: str) -> None:
    places = {1: [(150, 50), (100, 50)], 2: [(150, 200), (150, 100)], 3: [(50, 200), (90, 200)]}[turn]
    first, second = [
        f'<ofd:TextObject Boundary="{x} {y} 9 9" Size="4" CTM="{matrix} 0 0">'
        f'<ofd:TextCode X="0" Y="0" DeltaX="4 4 4">{words}</ofd:TextCode></ofd:TextObject>'
        for words, (x, y) in zip(("第一行字", "第二行字"), places, strict=True)
    ]
    assert "".join(texts(ofd([page(second + first)]))) == "第一行字第二行字"


def test_several_documents_are_read_one_after_the_other() -> None:
    one = ofd([page(text("甲", 25, 40))])
    root = (
        f"<ofd:OFD {NAMESPACE}><ofd:DocBody><ofd:DocRoot>/Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
        "<ofd:DocBody><ofd:DocRoot>Doc_1\\Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    )
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        parts: dict[str, str | bytes] = {
            name.replace("Doc_0", "Doc_1"): archive.read(name).replace("甲".encode(), "乙".encode())
            for name in archive.namelist()
            if name.startswith("Doc_0")
        }
    elements = read_ofd(ofd([page(text("甲", 25, 40))], parts={"OFD.xml": root, **parts})).elements
    assert elements == (Block("甲", page=1), Block("乙", page=2))


def test_chinese_encodings_and_missing_prefixes_are_read() -> None:
    content = f'<?xml version="1.0" encoding="GBK"?>{page(text("国标编码", 25, 40))}'.replace(
        "xmlns:ofd", "xmlns:other"
    )
    assert texts(ofd([content.encode("gbk")])) == ["国标编码"]


def test_encryption_is_told() -> None:
    assert refused(ofd([page("")], parts={"Encryptions.xml": "<a/>"})).key == "file_locked"
    body = f"<ofd:OFD {NAMESPACE}><ofd:DocBody><ofd:Encryptions>E.xml</ofd:Encryptions></ofd:DocBody></ofd:OFD>"
    assert refused(ofd([page("")], parts={"OFD.xml": body})).key == "file_locked"


def test_files_without_text_are_told() -> None:
    assert refused(b"").key == "file_empty"
    picture = '<ofd:ImageObject ID="4" ResourceID="5" Boundary="0 0 210 297" CTM="210 0 0 297 0 0"/>'
    assert refused(ofd([page(picture)])).key == "file_without_text"
    assert refused(ofd([page(text("\ue11e\ue236\ue28a1.2", 25, 40))])).key == "file_without_text"
    assert texts(ofd([page(text("\ue11e项目", 25, 40))])) == ["\ue11e项目"]


def test_what_is_missing_or_no_ofd_is_damage() -> None:
    assert refused(ofd([], listed='<ofd:Page ID="1" BaseLoc="Pages/none.xml"/>')).key == "file_damaged"
    assert refused(b"%PDF-1.7").key == "file_damaged"
    entity = '<!DOCTYPE a [<!ENTITY b "bbbb">]>' + page(text("&b;", 25, 40))
    error = refused(ofd([entity]))
    assert error.key == "file_damaged"
    assert error.facts["detail"] == "ValueError: a document type is not allowed"


def test_too_many_pages_are_refused() -> None:
    listed = '<ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/>' * 1001
    assert refused(ofd([page("")], listed=listed)).key == "pages_too_many"


def test_drawings_that_repeat_themselves_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    twice = '<ofd:CompositeObject ID="5" ResourceID="7" Boundary="0 0 9 9"/>' * 30
    content = ofd(
        [page(twice)],
        common="<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>",
        parts={
            "Doc_0/PublicRes.xml": f'<Res><CompositeGraphicUnits><CompositeGraphicUnit ID="7"><Content>{twice}</Content>'
            "</CompositeGraphicUnit></CompositeGraphicUnits></Res>".replace("ofd:", "")
        },
    )
    monkeypatch.setattr("wenti.reading.ofd.Limits", lambda: Limits(objects=10_000))
    assert refused(content).key == "unpacked_too_large"


@pytest.mark.parametrize(
    "bound", ["ofd_page._MOST_GLYPHS_OF_PAGE", "xml_package._MOST_ELEMENTS_OF_TREE", "xml_package._MOST_OF_PART"]
)
def test_every_bound_holds(monkeypatch: pytest.MonkeyPatch, bound: str) -> None:
    content = ofd([page(text("字" * 30, 25, 40))])
    assert texts(content)
    monkeypatch.setattr(f"wenti.reading.{bound}", 3)
    assert refused(content).key == "unpacked_too_large"


def test_a_delta_repeated_without_end_takes_no_memory() -> None:
    assert texts(ofd([page(text("甲乙", 25, 40, code='DeltaX="g 999999999999 4.2"'))])) == ["甲乙"]


@given(st.binary())
def test_any_bytes_are_refused(content: bytes) -> None:
    refused(content)


@given(st.data())
def test_damaged_pages_are_read_or_refused(data: st.DataObject) -> None:
    whole = bytearray(ofd([page(lines(FIRST, 60) + path("M 20 50 L 120 50 C"))], compression=zipfile.ZIP_STORED))
    inner = bytearray(page(lines(FIRST, 60) + path("M 20 50 L 120 50 B 1 2 3 4 5 6 C")).encode())
    for content in (whole, inner):
        for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=4)):
            content[place] = data.draw(st.sampled_from([*b'0129-.eg" <>/&ML', 0, 255]))
    for damaged in (bytes(whole), ofd([bytes(inner)])):
        try:
            read_ofd(damaged)
        except InputError as error:
            error.describe()
