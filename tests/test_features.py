"""The definition of a feature: folding, normalising, numbers."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import ascii_text, characters, dense_texts, invisible, numbers, statements, texts, widened
from wenti.features import COMMA, DIGIT, EDGE, POINT, SEMICOLON, fold, kept_indices, normalise

STOPS = (POINT, COMMA, SEMICOLON)


def inner(text: str) -> str:
    """Return a normalised text without its edges."""
    normalised = normalise(text)
    assert normalised[0] == normalised[-1] == EDGE
    return normalised[1:-1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＡＢｃ", "abc"),
        ("（％＋－）", "(%+-)"),
        ("“甲”「乙」『丙』＂丁＂", '"甲""乙""丙""丁"'),
        ("‘甲’＇乙＇", "'甲''乙'"),
        ("【甲】〔乙〕［丙］", "[甲][乙][丙]"),
        ("甲、乙，丙", "甲,乙,丙"),
        ("2022—2023", "0-0"),
        ("甲——乙", "甲--乙"),
        ("2022 年 度", "0年度"),
        ("甲\u200b\ufeff\u3000\xa0\t\r\n乙", "甲乙"),
        ("43.26%", "0%"),
        ("４３．２６％", "0%"),
        ("1,234,567.89万元", "0万元"),
        ("１，２３４元", "0元"),
        ("4 3", "0"),
        ("1..2", "0..0"),
        ("第1、2项", "第0项"),
        ("第1；2项", "第0;0项"),
        (".5", ".0"),
        ("٣٤", "0"),
        ("预算执行率低。", "预算执行率低"),
        ("预算执行率低；。，、", "预算执行率低"),
        ("5。", "0"),
        ("。低", ".低"),
        ("低！", "低!"),
        ("", ""),
        ("。。。", ""),
        (" \n\u3000", ""),
        (f"甲{EDGE}乙", "甲乙"),
        ("𠮷", "𠮷"),
        ("😀", "😀"),
    ],
    ids=[
        "full-width letters become small ASCII ones",
        "full-width signs become ASCII",
        "double quotation marks are one",
        "single quotation marks are one",
        "brackets are one",
        "both Chinese commas are a comma",
        "a range has two numbers",
        "dashes become hyphens",
        "spaces vanish",
        "invisible characters vanish",
        "a percentage is one number",
        "a full-width percentage is the same",
        "thousands separators belong to the number",
        "full-width separators too",
        "a number may be parted by a space",
        "two points are no part of a number",
        "the comma of an enumeration is taken for a separator",
        "a semicolon is no separator",
        "a leading point is kept",
        "other scripts' digits are digits",
        "a full stop at the end vanishes",
        "all stops at the end vanish",
        "a stop after a number vanishes",
        "a stop at the beginning stays",
        "an exclamation mark stays",
        "nothing stays nothing",
        "stops alone are nothing",
        "white space alone is nothing",
        "an edge in the text vanishes",
        "a rare ideograph stays",
        "an emoji stays",
    ],
)
def test_normalise(text: str, expected: str) -> None:
    assert inner(text) == expected


def test_every_character_folds_to_at_most_one_that_folds_to_itself() -> None:
    for point in range(sys.maxunicode + 1):
        folded = fold(chr(point))
        assert len(folded) <= 1, hex(point)
        assert not folded or fold(folded) == folded, hex(point)


def test_characters_beyond_the_basic_plane_are_never_digits() -> None:
    # No span has such a character, so the table of a model does not hold them: they must not count as anything else.
    assert {fold(chr(point)) for point in range(0x10000, sys.maxunicode + 1)}.isdisjoint(map(chr, range(0x10000)))


@given(texts)
def test_a_normalised_text_is_normalised(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(texts)
def test_a_normalised_text_has_edges_at_the_ends_only_no_space_no_stop_at_the_end_and_no_two_digits(text: str) -> None:
    found = inner(text)
    assert EDGE not in found
    assert not any(character.isspace() for character in found)
    assert not found.endswith(STOPS)
    assert DIGIT * 2 not in found
    assert f"{DIGIT}{POINT}{DIGIT}" not in found
    assert not any(character.isdecimal() and character != DIGIT for character in found if character <= "\uffff")


@given(texts, st.lists(st.tuples(st.integers(0, 50), invisible), max_size=5))
def test_what_is_invisible_changes_nothing(text: str, insertions: list[tuple[int, str]]) -> None:
    changed = text
    for place, character in insertions:
        changed = changed[:place] + character + changed[place:]
    assert normalise(changed) == normalise(text)


@given(st.lists(st.one_of(ascii_text, statements, numbers), max_size=5).map("".join))
def test_width_changes_nothing(text: str) -> None:
    assert normalise(widened(text)) == normalise(text)


@given(ascii_text)
def test_case_changes_nothing(text: str) -> None:
    assert normalise(text.upper()) == normalise(text.lower())


@given(numbers, numbers)
def test_which_number_stands_in_a_text_changes_nothing(first: str, second: str) -> None:
    first, second = first.rstrip("%"), second.rstrip("%")
    assert normalise(f"预算安排{first}万元") == normalise(f"预算安排{second}万元") == f"{EDGE}预算安排{DIGIT}万元{EDGE}"


@given(texts, st.text("。，、；.,;", max_size=5))
def test_stops_at_the_end_change_nothing(text: str, stops: str) -> None:
    assert normalise(text + stops) == normalise(text)


@given(dense_texts.map("".join))
def test_normalising_only_leaves_out_and_folds(text: str) -> None:
    folded = [fold(character) for character in text]
    kept = kept_indices([f for f in folded if f], DIGIT, (POINT, COMMA), STOPS)
    assert kept == sorted(set(kept))
    assert "".join([f for f in folded if f][i] for i in kept) == inner(text)


@given(st.lists(characters.filter(lambda c: fold(c) not in {"", DIGIT, *STOPS}), max_size=20).map("".join))
def test_without_digits_and_stops_every_visible_character_stays(text: str) -> None:
    assert len(inner(text)) == len(text)
