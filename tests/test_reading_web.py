"""Tests of web pages and .mht."""

from __future__ import annotations

from collections import Counter
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenti.errors import InputError
from wenti.reading.document import Block, Covered, Document, Table
from wenti.reading.web import read_mht, read_web

DATA = Path(__file__).parent / "data" / "reading"
LEFT, ABOVE = Covered.LEFT, Covered.ABOVE
ARTICLE = "".join(f"<p>第{number}项资金支出进度缓慢，年末集中支付。</p>" for number in range(1, 11))


def shown(document: Document) -> list[object]:
    """Return texts of paragraphs, and tables as lists of rows."""
    return [
        [row.cells for row in element.rows] if isinstance(element, Table) else element.text
        for element in document.elements
    ]


def page(html: str) -> list[object]:
    return shown(read_web(html.encode()))


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>甲<p>乙", ["甲", "乙"]),
        ("甲<br>乙<br/>丙", ["甲", "乙", "丙"]),
        ("<div>甲<div>乙</div>丙</div>丁", ["甲", "乙", "丙", "丁"]),
        ("<p>甲<div>乙</div>丙</p>丁", ["甲", "乙", "丙", "丁"]),
        ("<body>文</body></html>尾<p>后", ["文", "尾", "后"]),
        ("<p>" + "".join(f"<span>{letter}</span>" for letter in "预算执行率低") + "</p>", ["预算执行率低"]),
        ("<p>第一步\n  申报，仅 43.26%\tof it</p>", ["第一步 申报，仅 43.26% of it"]),
        ("<p>&nbsp;&nbsp;\u3000\u3000缩进\u200b&nbsp;内</p>", ["缩进\xa0内"]),
        ("<p>执行率<60%，a < b，&lt;p&gt;，A&T</p>", ["执行率<60%，a < b，<p>，A&T"]),
        ("<pre>  行一\n行 二</pre>三", ["行一", "行\xa0二", "三"]),
        ("<span style='display:block'>甲</span><span>乙</span>", ["甲", "乙"]),
        ("<title>题</title><h1>甲</h1><o:p>乙</o:p><st1:place>丙</st1:place>", ["甲", "乙丙"]),
        ("<table><p>表里段落</p><tr><td>格</td><td>乙</td></tr>游离</table>", ["表里段落", "游离", [("格", "乙")]]),
        ("<td>甲</td><td>乙", ["甲", "乙"]),
        ("文<!-- 注 --><![if !supportLists]>甲<![endif]><!--[if gte mso 9]><xml>隐</xml><![endif]-->", ["文甲"]),
    ],
)
def test_paragraphs_are_those_that_a_browser_shows(html: str, expected: list[object]) -> None:
    assert page(html) == expected


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>var a = '<p>隐</p>';</script>",
        "<style>p { content: '隐' }</style>",
        "<template><p>隐</p></template>",
        "<select><option>隐</option></select>",
        "<button>隐</button>",
        "<p style='color: red; DISPLAY : NONE'>隐<b>隐</b></p>",
        "<div hidden><table><tr><td>隐</td><td>隐</td></tr></table></div>",
        "<span style='mso-hide:all'>隐</span>",
        "<ol style='display:none'><li>隐</ol>",
        "<del>隐</del>",
    ],
)
def test_what_is_hidden_does_not_arrive(hidden: str) -> None:
    assert page(f"<div>前{hidden}后<p>三</p></div>")[-1] == "三"
    assert "隐" not in str(page(f"<div>前{hidden}后<p>三</p></div>"))
    assert "".join(map(str, page(f"<div>前{hidden}后<p>三</p></div>"))) == "前后三"


def test_what_scripts_reveal_is_kept() -> None:
    assert page("<div id=js_content style='visibility: hidden'><p>文</p></div>") == ["文"]


def test_headings_have_their_level() -> None:
    document = read_web("<h1>报告<p>甲</h1><h2>一、概况</h2><p>乙</p>".encode())
    assert [(block.text, block.level) for block in document.elements if isinstance(block, Block)] == [
        *(("报告", 1), ("甲", None), ("一、概况", 2), ("乙", None)),
    ]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<ol><li>甲<li>乙</ol>", ["1. 甲", "2. 乙"]),
        ("<ol>直接文字<li>甲</ol>尾", ["直接文字", "1. 甲", "尾"]),
        (
            "<ol type=A start=3><li>甲<ol type=i><li>子<li>丑</ol>续<li value=9>乙<li>丙</ol>",
            ["C. 甲", "i. 子", "ii. 丑", "续", "I. 乙", "J. 丙"],
        ),
        (
            "<ol style='list-style-type: cjk-ideographic'><li><p>甲</p><p>续段</p><li>乙</ol>",
            ["一、甲", "续段", "二、乙"],
        ),
        ("<ol style='list-style: simp-chinese-informal inside' start=11><li>甲</ol>", ["十一、甲"]),
        ("<ol style='list-style:none'><li>甲</ol><ul><li>乙</ul>", ["甲", "乙"]),
        ("<ol><li style='list-style-type:none'>甲<li>乙</ol>", ["甲", "2. 乙"]),
        ("<ol><li><li>乙</ol>", ["2. 乙"]),
        ("<ol><li><ol><li>甲</ol>续</ol>", ["1. 1. 甲", "续"]),
        ("<ul><li>甲<ul><li>子</ul><li>乙</ul><li>孤", ["甲", "子", "乙", "孤"]),
        ("<ol start='x'><li value=''>甲</ol>", ["1. 甲"]),
    ],
)
def test_numbers_of_lists_are_rebuilt(html: str, expected: list[object]) -> None:
    assert page(html) == expected


def test_numbers_that_word_wrote_are_kept_and_its_bullets_are_not() -> None:
    space = "<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp; </span>"
    number = (
        f"<![if !supportLists]><span lang=EN-US><span style='mso-list:Ignore'>（一）{space}</span></span><![endif]>"
    )
    bullet = f"<span style='font-family:Wingdings'><span style='mso-list:Ignore'>l{space}</span></span>"
    assert page(f"<p class=MsoListParagraph style='mso-list:l0 level1'>{number}甲<o:p></o:p></p>") == ["（一） 甲"]
    assert page(f"<p>{bullet}乙</p>") == ["乙"]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            "<table border=1><caption>表1</caption><tr><th rowspan=2>项目<th colspan=2>金额<tr><td>预算<td>决算"
            "<tr><td>甲<p>乙</p><td><td>2</table>",
            ["表1", [("项目", "金额", LEFT), (ABOVE, "预算", "决算"), ("甲\n乙", "", "2")]],
        ),
        (
            "<table><tr><td rowspan=0>甲<td>乙<tr><td>丙<tr><td>丁</table>",
            [[("甲", "乙"), (ABOVE, "丙"), (ABOVE, "丁")]],
        ),
        ("<table><tr><td colspan=900 rowspan=900>甲<td>乙<tr><td>丙</table>", [[("甲", "乙"), (ABOVE, "丙")]]),
        ("<table><tr><td>甲<tr><td>乙<td>丙</table>", [[("甲", ""), ("乙", "丙")]]),
        ("<table><tr><td>甲</td></tr><td>乙</td><td>丙</td></table>", [[("甲", ""), ("乙", "丙")]]),
        ("<table><tr><td>甲<div><td>乙</table>", [[("甲", "乙")]]),
        ("<table><tr><td>甲<td>乙<tr style='display:none'><td>隐<td>隐</table>", [[("甲", "乙")]]),
        ("<table><tr><td> </td><td>&nbsp;</td></table>文", ["文"]),
    ],
)
def test_tables_of_data(html: str, expected: list[object]) -> None:
    assert page(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<table><tr><td>甲<tr><td>乙</table>", ["甲", "乙"]),
        ("<table><tr><td>左<td><table border=1><tr><td>a<td>b</table></table>", ["左", [("a", "b")]]),
        ("<table><tr><td>左<td><h2>题</h2><p>甲</table>", ["左", "题", "甲"]),
        ("<table role=presentation><tr><td>甲<td>乙</table>", ["甲", "乙"]),
        (f"<table><tr><td>左<td><p>首</p>{ARTICLE}</table>",
         ["左", "首", *(f"第{number}项资金支出进度缓慢，年末集中支付。" for number in range(1, 11))]),
    ],
)  # fmt: skip
def test_tables_that_set_the_page_are_paragraphs(html: str, expected: list[object]) -> None:
    assert page(html) == expected


def test_a_table_too_large_for_a_grid_keeps_its_text() -> None:
    html = "<table>" + "<tr><td colspan=1000>甲<td>乙" * 2000 + "</table>"
    assert Counter(page(html)) == {"甲": 2000, "乙": 2000}


def test_what_frames_the_article_is_left_out() -> None:
    html = f"""
        <div class="header"><ul><li>首页</li><li>政务公开</li></ul></div>
        <div class="dqwz">您现在的位置：首页 &gt; 绩效评价</div><nav>导航</nav>
        <h1>某县农村饮水项目绩效评价报告</h1>
        <p>【字体：<a>大</a> <a>中</a> <a>小</a>】</p>
        <div id="zoom" class="TRS_Editor">{ARTICLE}<header>抄送单位</header></div>
        <p>[打印本页] [关闭窗口]</p><p>上一篇：某县其他报告</p><p>某县财政局友情链接</p>
        <footer>版权所有：某县财政局　备案号 ICP备12345678号</footer>"""
    texts = page(html)
    assert texts == ["某县农村饮水项目绩效评价报告", *page(ARTICLE), "抄送单位"]


def test_an_article_with_less_than_half_of_the_text_is_not_taken_for_all() -> None:
    html = f"<div class=content><p>摘要。</p></div><div class=other>{ARTICLE}</div>"
    assert page(html) == ["摘要。", *page(ARTICLE)]


def test_a_name_of_furniture_hides_no_article() -> None:
    assert page(f"<div class=header>{ARTICLE}</div>") == page(ARTICLE)
    assert page("<div class=nav><p>甲</p></div><div class=nav><p>乙</p></div>") == ["甲", "乙"]


def test_two_parts_of_an_article_are_both_kept() -> None:
    html = f"<div class=TRS_Editor>{ARTICLE}</div><p>旁</p><div class=TRS_Editor><p>附件一</p></div>"
    assert page(html) == [*page(ARTICLE), "附件一"]


@pytest.mark.parametrize(
    "line", ["当前位置不利于防汛。", "上一条渠道已修复。", "关闭三座矿山", "大中小企业", "版权所有。另需整改。"]
)
def test_sentences_that_begin_like_furniture_are_kept(line: str) -> None:
    assert page(f"<p>{line}</p>") == [line]


@pytest.mark.parametrize(
    "named", ["", '<meta charset="{}">', '<meta http-equiv=Content-Type content="text/html; charset={}">']
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb2312", "gb18030", "utf-8-sig", "utf-16"])
def test_the_encoding_is_found(named: str, encoding: str) -> None:
    html = f"{named.format(encoding)}<p>预算执行率低，“结余”长期闲置</p>"
    assert shown(read_web(html.encode(encoding))) == ["预算执行率低，“结余”长期闲置"]


def test_utf_8_is_read_as_such_whatever_the_page_names() -> None:
    assert page("<meta charset=gb2312><p>预算执行率低</p>") == ["预算执行率低"]


def test_big5_is_read_if_it_is_named() -> None:
    assert shown(read_web("<meta charset=big5><p>預算執行率低</p>".encode("big5"))) == ["預算執行率低"]


def test_a_stray_byte_costs_one_character() -> None:
    content = b"<meta charset=gbk>" + "资金支出进度缓慢。".encode("gbk") * 30 + b"\xff<p>" + "结余".encode("gbk")
    assert shown(read_web(content))[1] == "结余"


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "file_empty"),
        (b" \r\n", "file_empty"),
        (b"<html><script>x</script></html>", "file_without_text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(128, 256)) * 9, "file_damaged"),
        (b"<div>" * 3000 + "文".encode(), "file_damaged"),
    ],
)
def test_other_files_are_refused(content: bytes, key: str) -> None:
    with pytest.raises(InputError) as caught:
        read_web(content)
    assert caught.value.key == key
    assert caught.value.describe()


def test_a_page_of_libreoffice() -> None:
    document = read_web((DATA / "web_libreoffice.html").read_bytes())
    assert shown(document) == [
        "某县农村饮水安全项目绩效评价报告",
        "一、项目概况",
        "项目由某县水务局实施，预算资金 1,200 万元——“十四五”重点。",
        *("1. 第一步 申报", "2. 第二步 审核", "1. 子项甲", "要点一"),
        [("格00\n格01", LEFT, "格02"), ("格10", "格11", "格12\n格22"), ("格20", "格21", ABOVE)],
        "预算执行率低，仅为 43.26%。",
    ]


def mail(*pages: str, charset: str = "utf-8", start: str | None = None) -> bytes:
    """Return a saved page with its frames and a picture."""
    message = EmailMessage()
    message["Subject"] = "报告"
    message.make_related()
    for index, html in enumerate(pages):
        message.add_related(
            html.encode(charset),
            "text",
            "html",
            params={"charset": charset},
            cid=f"<{index}@x>",
            cte="quoted-printable",
        )
    message.add_related(b"\x89PNG", "image", "png", cid="<picture@x>")
    if start:
        message.set_param("start", start)
    return message.as_bytes()


@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_the_page_of_a_mail_is_read(charset: str) -> None:
    assert shown(read_mht(mail("<p>预算执行率低</p>", "<p>框架</p>", charset=charset))) == ["预算执行率低"]


def test_the_page_is_the_one_that_the_mail_names_or_the_first_with_text() -> None:
    assert shown(read_mht(mail("<p>框架</p>", "<p>正文</p>", start="<1@x>"))) == ["正文"]
    assert shown(read_mht(mail("<script>x</script>", "<p>正文</p>"))) == ["正文"]


@pytest.mark.parametrize(
    ("content", "key"),
    [(b"", "file_empty"), (b"From: x\n\ntext", "file_damaged"), (mail("<script></script>"), "file_without_text")],
)
def test_other_mails_are_refused(content: bytes, key: str) -> None:
    with pytest.raises(InputError) as caught:
        read_mht(content)
    assert caught.value.key == key


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for read in (read_web, read_mht):
        try:
            assert read(content).elements
        except InputError as error:
            assert error.key in ("file_empty", "file_damaged", "file_without_text")


TAGS = ("p", "div", "span", "b", "font", "table", "tr", "td", "th", "ul", "ol", "li", "h1", "h2", "a", "center", "form")
SOUP = st.lists(
    st.one_of(
        st.sampled_from(TAGS).map(lambda tag: f"<{tag}>"),
        st.sampled_from(TAGS).map(lambda tag: f"</{tag}>"),
        st.sampled_from(
            ["<br>", "<hr/>", "<!-- 注 -->", "<![endif]>", "<td colspan=3 rowspan=2>", "\n", "&nbsp;", "<o:p/>"]
        ),
        st.none(),
    ),
    max_size=60,
)


@given(SOUP)
def test_every_character_of_a_broken_page_arrives_once(soup: list[str | None]) -> None:
    letters = [chr(0x4E00 + index) for index in range(len(soup))]
    html = "".join(piece if piece is not None else letters[index] for index, piece in enumerate(soup))
    written = [letters[index] for index, piece in enumerate(soup) if piece is None]
    try:
        found = str(page(html))
    except InputError:
        found = ""
    assert sorted(letter for letter in found if letter in letters) == sorted(written)
