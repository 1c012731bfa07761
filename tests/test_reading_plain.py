"""Tests of Markdown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenti.errors import InputError
from wenti.reading.document import Block, Covered, Table
from wenti.reading.plain import read_markdown


def shown(text: str) -> list[object]:
    return [
        [row.cells for row in element.rows] if isinstance(element, Table) else element.text
        for element in read_markdown(text.encode()).elements
    ]


def headings(text: str) -> list[tuple[str, int | None]]:
    elements = read_markdown(text.encode()).elements
    return [(element.text, element.level) for element in elements if isinstance(element, Block)]


def test_headings_have_their_level() -> None:
    assert headings("# 某县绩效评价报告 #\n##一、项目概况\n\n正文\n\n二、结论\n---\n") == [
        *(("某县绩效评价报告", 1), ("一、项目概况", 2), ("正文", None), ("二、结论", 2)),
    ]


def test_a_paragraph_above_a_rule_is_no_heading() -> None:
    paragraph = "项目由某县水务局实施，" * 9
    assert headings(f"{paragraph}\n---\n结论") == [(paragraph, None), ("结论", None)]


def test_a_number_sign_inside_a_word_is_no_heading() -> None:
    assert headings("#hashtag") == [("#hashtag", None)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. 甲\n1. 乙\n5) 丙", ["1. 甲", "1. 乙", "5) 丙"]),
        ("10. 甲\n    - 子\n      1. 孙\n\n    续段\n11. 乙", ["10. 甲", "子", "1. 孙", "续段", "11. 乙"]),
        ("1. \n2. 乙", ["2. 乙"]),
        ("- 甲\n* 乙\n+ 丙", ["甲", "乙", "丙"]),
        ("一、甲\n（二）乙\n3、丙", ["一、甲", "（二）乙", "3、丙"]),
        ("- [x] 已完成", ["[x] 已完成"]),
    ],
)
def test_numbers_of_lists_are_kept_as_written(text: str, expected: list[object]) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**重点***提示*__三__ ~~旧~~ `代码`", "重点提示三 旧 代码"),
        ("开展**“十四五”**规划", "开展“十四五”规划"),
        ("见[办法](http://example.org/a 'b')、<http://example.org>", "见办法、http://example.org"),
        ("前![图](a.png)后", "前后"),
        (r"5 \* 3、snake\_case、a*b", "5 * 3、snake_case、a*b"),
        ("A&amp;T &lt;60% 执行率<60%", "A&T <60% 执行率<60%"),
        ("<b>粗</b><!-- 注 -->体", "粗体"),
        ("    四空格**缩进**", "四空格缩进"),
        ("> 引用", "引用"),
    ],
)
def test_marks_do_not_arrive(text: str, expected: str) -> None:
    assert shown(text) == [expected]


def test_lines_that_their_writer_ended_are_paragraphs() -> None:
    wrapped = "这是编辑器自动折行的很长很长的一段正文文字需要和下一行接在一起"
    assert shown(f"项目名称：饮水\n项目单位：水务局  \n{wrapped}\n才完整。\n末行<br>尾") == [
        *("项目名称：饮水", "项目单位：水务局", f"{wrapped}才完整。", "末行", "尾"),
    ]


def test_tables() -> None:
    text = "| 指标 | 得分 |\n|:--|--:|\n| **产出** | 30<br>分 |\n| a\\|b |\n\n后"
    assert shown(text) == [[("指标", "得分"), ("产出", "30\n分"), ("a|b", "")], "后"]


def test_html_inside_is_read_as_html() -> None:
    table = "<table><tr><td rowspan=2>甲</td><td>乙</td></tr><tr><td>丙</td></tr></table>"
    assert shown(f"前\n\n{table}\n\n<div>后<script>x</script></div>") == [
        "前",
        [("甲", "乙"), (Covered.ABOVE, "丙")],
        "后",
    ]


def test_code_is_text() -> None:
    assert shown("```python\n# 不是标题\n\n  **a**\n```\n后") == ["# 不是标题", "**a**", "后"]


def test_front_matter_is_no_text() -> None:
    assert shown("---\ntitle: 报告\ntags:\n  - a\n---\n# 正文\n") == ["正文"]
    assert shown("---\n正文。\n---\n") == ["正文。"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings(encoding: str) -> None:
    (block,) = read_markdown("# 预算执行率低\r\n".encode(encoding)).elements
    assert block == Block("预算执行率低", level=1)


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b" \n", "file_empty"),
        (b"<!-- x -->", "file_without_text"),
        (b"\xff\xff", "encoding_unknown"),
        (b">" * 2000 + b"a", "file_damaged"),
    ],
)
def test_other_files_are_refused(content: bytes, key: str) -> None:
    with pytest.raises(InputError) as caught:
        read_markdown(content)
    assert caught.value.key == key
    assert caught.value.describe()


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        assert read_markdown(content).elements
    except InputError as error:
        assert error.key in ("file_empty", "file_damaged", "file_without_text", "encoding_unknown")


@given(
    st.lists(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=60), min_size=1)
)
def test_plain_paragraphs_arrive_as_they_are(paragraphs: list[str]) -> None:
    assert shown("\n\n".join(paragraphs)) == paragraphs


MARKS = st.sampled_from(
    ["# ", "- ", "1. ", "> ", "**", "*", "```\n", "| ", "|-|-|\n", "\n", "\n\n", "    ", "[", "](a)"]
)


@given(st.lists(st.one_of(MARKS, st.none()), max_size=40))
def test_every_character_arrives_once_whatever_the_marks(pieces: list[str | None]) -> None:
    letters = [chr(0x4E00 + index) for index in range(len(pieces))]
    text = "".join(letters[index] if piece is None else piece for index, piece in enumerate(pieces))
    written = [letters[index] for index, piece in enumerate(pieces) if piece is None]
    try:
        found = str(shown(text))
    except InputError:
        found = ""
    assert [letter for letter in found if letter in letters] == written
