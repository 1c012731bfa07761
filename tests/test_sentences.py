"""Where sentences end: at stops, but not inside brackets and quotation marks that are closed."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import strategies
from wenti.sentences import STOPS, stretches

PAIRS = {"“": "”", "‘": "’", "（": "）", "(": ")", "《": "》", "【": "】", "「": "」", "『": "』", "[": "]"}
marks = st.text("预算，" + STOPS + "".join(PAIRS) + "".join(PAIRS.values()), max_size=16)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in stretches(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [""]),
        ("制度缺失", ["制度缺失"]),
        ("制度缺失。", ["制度缺失", ""]),
        (
            "制度缺失。人员不足；设备闲置;资金结余！有无？有",
            ["制度缺失", "人员不足", "设备闲置", "资金结余", "有无", "有"],
        ),
        ("。。", ["", "", ""]),
        ("金额3.5万元，占比1:2", ["金额3.5万元，占比1:2"]),
        ("制度（含办法；细则）缺失；人员不足", ["制度（含办法；细则）缺失", "人员不足"]),
        ("提出“重合同；守信用”的要求；未落实", ["提出“重合同；守信用”的要求", "未落实"]),
        ("按《办法（试行；修订）》。执行", ["按《办法（试行；修订）》", "执行"]),
        ("外（内（更内。）内。）外。后", ["外（内（更内。）内。）外", "后"]),
        ("制度（含办法缺失。人员不足", ["制度（含办法缺失", "人员不足"]),
        ("制度缺失）。人员不足", ["制度缺失）", "人员不足"]),
        ("（甲“乙）丙。丁”。戊", ["（甲“乙）丙", "丁”", "戊"]),
        ("（甲。[乙。丙）。丁", ["（甲。[乙。丙）", "丁"]),
        ("“甲。”“乙。”丙。丁", ["“甲。”“乙。”丙", "丁"]),
    ],
)
def test_a_text_is_parted_into(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize("opening", PAIRS)
def test_inside_each_pair_nothing_stops(opening: str) -> None:
    text = f"制度{opening}办法。细则；{PAIRS[opening]}缺失"
    assert sentences(f"{text}。人员不足") == [text, "人员不足"]


@given(st.one_of(strategies.texts, marks))
def test_the_stretches_and_the_stops_between_them_are_the_text(text: str) -> None:
    found = list(stretches(text))
    assert found[0][0] == 0
    assert found[-1][1] == len(text)
    for (_, end), (start, _) in pairwise(found):
        assert start == end + 1
        assert text[end] in STOPS


def enclosed(text: str) -> set[int]:
    """Return the indices inside closed pairs, told slowly: each closing mark looks for the last opening one of its kind.

    What was opened in between and is still open encloses nothing.
    """
    inside: set[int] = set()
    opened: list[int] = []
    for index, character in enumerate(text):
        if character in PAIRS:
            opened.append(index)
        elif character in PAIRS.values():
            partners = [at for at in opened if PAIRS[text[at]] == character]
            if partners:
                inside.update(range(partners[-1], index))
                opened = [at for at in opened if at < partners[-1]]
    return inside


@given(marks)
def test_stops_are_those_that_a_simple_peer_finds(text: str) -> None:
    inside = enclosed(text)
    stops = [index for index, character in enumerate(text) if character in STOPS and index not in inside]
    assert [end for _, end in stretches(text)] == [*stops, len(text)]


bare = st.text("预算执行率低，1.5% ", max_size=6)
closed = st.recursive(
    bare,
    lambda inner: st.builds(
        lambda before, opening, within, after: before + opening + "。".join(within) + PAIRS[opening] + after,
        bare,
        st.sampled_from(sorted(PAIRS)),
        st.lists(inner, min_size=1, max_size=2),
        inner,
    ),
    max_leaves=5,
)


@given(st.lists(closed, min_size=1, max_size=5), st.sampled_from(STOPS))
def test_sentences_whose_marks_are_closed_are_given_back(texts: list[str], stop: str) -> None:
    assert sentences(stop.join(texts)) == texts
