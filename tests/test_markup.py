"""Visible paragraphs of text with HTML fragments, broken or not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wenti.reading.markup import visible_paragraphs
from wenti.records import Paragraph, Piece


def seen(text: str) -> list[str]:
    return [paragraph.text for paragraph in visible_paragraphs(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("<p>甲</p><p>乙</p>", ["甲", "乙"], id="paragraphs are apart"),
        pytest.param("<p>甲<p>乙", ["甲", "乙"], id="unclosed paragraphs are apart"),
        pytest.param("<ol><li>甲<li>乙</ol>丙", ["甲", "乙", "丙"], id="list items are apart"),
        pytest.param("甲<br>乙<BR/>丙<hr />丁", ["甲", "乙", "丙", "丁"], id="line breaks part"),
        pytest.param("<table><tr><td>甲</td><td>乙</td></tr></table>", ["甲", "乙"], id="table cells are apart"),
        pytest.param("甲\n乙\r\n丙\r丁", ["甲", "乙", "丙", "丁"], id="line ends of every kind part"),
        pytest.param("甲<b>乙</b><span style='a'>丙</span>丁", ["甲乙丙丁"], id="inline tags vanish"),
        pytest.param('甲<o:p></o:p>乙<st1:date Year="2022">丙', ["甲乙丙"], id="tags of Word vanish"),
        pytest.param("甲</b></p></div>乙", ["甲", "乙"], id="stray end tags do no harm"),
        pytest.param('<ol style="list-style-type: none">甲', ["甲"], id="an unclosed list is harmless"),
        pytest.param("<p title='>'>甲</p\n>乙", ["甲", "乙"], id="a bracket in an attribute closes nothing"),
        pytest.param("甲<!-- 注\n释 -->乙", ["甲乙"], id="comments are hidden"),
        pytest.param("<!DOCTYPE html>甲<?xml:namespace prefix = o />乙", ["甲乙"], id="declarations are hidden"),
        pytest.param("甲<![if !vml]>乙<![endif]>丙", ["甲乙丙"], id="conditions of Word are hidden"),
        pytest.param("<script>if (a<b) x('</p>')</script>甲", ["甲"], id="scripts are hidden"),
        pytest.param("<SCRIPT src=x>y</SCRIPT >甲<style>p{}</style>乙", ["甲乙"], id="style sheets are hidden"),
        pytest.param("&lt;p&gt;&nbsp;&amp;&#12290;&#x4e2d;&ldquo;", ["<p>\xa0&。中“"], id="references are decoded"),
        pytest.param("甲&nbsp乙&amp丙", ["甲\xa0乙&丙"], id="references need no semicolon"),
        pytest.param("甲&#10;乙", ["甲 乙"], id="a line end by reference is a blank"),
        pytest.param("<p> </p>\n\t\n<p>&nbsp;</p>", [], id="blank paragraphs are none"),
        pytest.param("", [], id="nothing has no paragraphs"),
    ],
)
def test_a_reader_sees(text: str, expected: list[str]) -> None:
    assert seen(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "</中文>甲",
        "甲</中文",
        "PM<2.5且O3>160",
        "甲<!foo",
        "甲<!foo>乙",
        "甲<!>乙</>丙",
        "<![甲",
        "<![CDATA[甲]]>乙",
        "<?甲?>",
        "a<b，则c>d",
        "联系人<zhang@example.cn>",
        "<",
        "甲<p",
        "甲<a href=x 乙",
        '<p class="甲>乙',
        "甲<!--乙",
        "研究&开发&bogus;&#&#x;&",
        "甲&#1;乙",
    ],
)
def test_what_merely_looks_like_markup_is_kept(text: str) -> None:
    assert seen(text) == [text]


def test_a_reference_with_a_number_beyond_all_characters_is_no_error() -> None:
    # Python refuses to make a number of so many digits.
    assert seen("甲&#" + "9" * 5000 + ";乙")[0].endswith("9;乙")


def test_an_unclosed_script_loses_no_text() -> None:
    assert seen("甲<script>乙<style>丙") == ["甲乙丙"]


def test_places_count_from_the_beginning_of_the_whole_text() -> None:
    text = "前言<p>甲&nbsp;<b>乙丙</b>丁</p>后记"
    (paragraph,) = visible_paragraphs(text, 2, len(text) - 2)
    assert paragraph.text == "甲\xa0乙丙丁"
    for start, end, source in [
        (0, 1, "甲"),
        (1, 2, "&nbsp;"),
        (0, 2, "甲&nbsp;"),
        (2, 4, "乙丙"),
        (3, 5, "丙</b>丁"),
        (0, 5, "甲&nbsp;<b>乙丙</b>丁"),
    ]:
        place = paragraph.locate(start, end)
        assert text[place.start : place.end] == source


@pytest.mark.parametrize(("start", "end"), [(0, 0), (2, 1), (-1, 1), (0, 3), (2, 3), (5, 6)])
def test_a_range_that_is_empty_or_outside_has_no_place(start: int, end: int) -> None:
    paragraph = Paragraph((Piece("甲", 4, 5), Piece("乙", 9, 10)))
    with pytest.raises(ValueError, match=f"{start}:{end}"):
        paragraph.locate(start, end)


fragments = st.lists(
    st.one_of(
        st.text("甲乙丙 <>&!?/-[]#;\"'=\t\r\n", max_size=6),
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<br/>",
                "<b>",
                "</b>",
                "<ol x='1'>",
                "&nbsp;",
                "&amp;",
                "&#12290;",
                "&bogus;",
                "<!--",
                "-->",
            ]
        ),
        st.sampled_from(["<script>", "</script>", "<style>", "</style>", "<![", "]]>", "<!doctype html>", "</", "<?"]),
    ),
    max_size=20,
).map("".join)


@settings(deadline=None, max_examples=300)
@given(fragments, st.integers(0, 5), st.integers(0, 5))
def test_pieces_stand_where_they_say_whatever_the_text(text: str, cut_front: int, cut_back: int) -> None:
    start, end = min(cut_front, len(text)), max(min(cut_front, len(text)), len(text) - cut_back)
    last = start
    for paragraph in visible_paragraphs(text, start, end):
        assert paragraph.text.strip()
        for piece in paragraph.pieces:
            assert last <= piece.start < piece.end <= end
            last = piece.end
            source = text[piece.start : piece.end]
            assert piece.text == source or (len(piece.text) == 1 and source.startswith("&"))


@settings(deadline=None, max_examples=200)
@given(st.text(st.characters(exclude_characters="<&\r\n", exclude_categories=["Cs"])))
def test_text_without_markup_is_seen_as_it_is(text: str) -> None:
    assert seen(text) == ([text] if text.strip() else [])


@settings(deadline=None, max_examples=200)
@given(fragments.filter(lambda text: "--" not in text), st.sampled_from(["甲", "PM<2.5", "<!foo "]))
def test_no_broken_fragment_swallows_the_paragraph_before_it(text: str, before: str) -> None:
    assert seen(f"<p>{before}</p>\n{text}")[0] == before


@pytest.mark.parametrize("fragment", ["<!--", '<p "', "<script>", "<a b='", "</", "&#9", "<!doctype "])
def test_a_hundred_thousand_broken_tags_are_read_in_one_pass(fragment: str) -> None:
    # Quadratic reading would take hours here, so the test ends only because it is linear.
    text = fragment * 100_000 + "末"
    assert "".join(seen(text)).endswith("末")
