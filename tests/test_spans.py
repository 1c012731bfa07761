"""The vocabulary as a trie, and the walk over many texts at once, against plain definitions."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import dense_texts, texts, vocabularies
from wenti import spans
from wenti.features import EDGE, EDGE_CODE, MAX_SPAN, ROOT, UNKNOWN_CODE, normalise
from wenti.spans import SEPARATOR, Trie, Walker, build_alphabet, build_trie, encode, span_occurrences


def plain_codes(text: str, codes: dict[str, int]) -> list[int]:
    """Encode one text by the definition: normalise, then look each character up."""
    return [codes.get(character, UNKNOWN_CODE) for character in normalise(text)]


def check_encoding(vocabulary: list[str], batch: Sequence[str]) -> None:
    _, codes_of = build_alphabet(vocabulary)
    codes, starts = encode(build_trie(vocabulary), batch)
    assert len(starts) == len(batch) + 1
    assert (starts[0], starts[-1]) == (0, len(codes))
    for index, text in enumerate(batch):
        first, last = starts[index], starts[index + 1]
        assert codes[first : last - 1].tolist() == plain_codes(text, codes_of)
        assert codes[last - 1] == SEPARATOR


def occurrences(trie: Trie, vocabulary: list[str], batch: Sequence[str]) -> list[tuple[int, int, str]]:
    codes, starts = encode(trie, batch)
    positions, spans = span_occurrences(trie, codes)
    owners = np.searchsorted(starts, positions, side="right") - 1
    return sorted(
        (int(owner), int(position - starts[owner]), vocabulary[span])
        for owner, position, span in zip(owners, positions, spans, strict=True)
    )


def naive_occurrences(vocabulary: list[str], batch: Sequence[str]) -> list[tuple[int, int, str]]:
    normalised = [normalise(text) for text in batch]
    return sorted(
        (owner, place, span)
        for owner, text in enumerate(normalised)
        for place in range(len(text))
        for span in vocabulary
        if text.startswith(span, place)
    )


@given(vocabularies, st.lists(texts, max_size=6))
def test_encoding_a_batch_is_normalising_one_by_one(vocabulary: list[str], batch: list[str]) -> None:
    check_encoding(vocabulary, batch)


@given(vocabularies, dense_texts)
def test_encoding_numbers_and_stops_in_a_batch_is_normalising_one_by_one(
    vocabulary: list[str], batch: list[str]
) -> None:
    check_encoding(vocabulary, batch)


@pytest.mark.parametrize(
    "batch",
    [
        [],
        [""],
        ["", "", ""],
        ["。", "5", ".", "5"],
        ["12", "34"],
        ["12.", "34"],
        ["12", ".34"],
        ["𝟏𝟐", "4𝟑", "\U0001f600"],
        ["\ud800", "低\udfff"],
        [f"{EDGE}低{EDGE}"],
        ["低" * 100_000, "", "7" * 100_000, "." * 100_000],
    ],
    ids=[
        "no text",
        "an empty text",
        "several empty texts",
        "stops and digits in turn",
        "numbers of neighbouring texts stay apart",
        "a stop at the end joins nothing",
        "a point at the beginning joins nothing",
        "astral digits and emoji",
        "lone surrogates",
        "edges in the text",
        "very long lines",
    ],
)
def test_encoding_awkward_texts_is_normalising_one_by_one(batch: list[str]) -> None:
    check_encoding(["0", "低", "低0", "低率"], batch)


@given(vocabularies, dense_texts)
def test_the_trie_finds_exactly_the_spans_that_stand_in_a_text(vocabulary: list[str], batch: list[str]) -> None:
    assert occurrences(build_trie(vocabulary), vocabulary, batch) == naive_occurrences(vocabulary, batch)


@given(vocabularies, st.lists(texts, max_size=4))
def test_the_trie_finds_exactly_the_spans_of_any_text(vocabulary: list[str], batch: list[str]) -> None:
    assert occurrences(build_trie(vocabulary), vocabulary, batch) == naive_occurrences(vocabulary, batch)


@given(st.lists(texts, min_size=1, max_size=4), st.data())
def test_spans_cut_from_the_texts_themselves_are_found(batch: list[str], data: st.DataObject) -> None:
    stretches = {
        text[start : start + length]
        for text in map(normalise, batch)
        for start in range(len(text))
        for length in range(1, MAX_SPAN + 1)
        if max(text[start : start + length]) <= "\uffff"
    }
    vocabulary = sorted(data.draw(st.lists(st.sampled_from(sorted(stretches)), unique=True, max_size=30)))
    found = occurrences(build_trie(vocabulary), vocabulary, batch)
    assert found == naive_occurrences(vocabulary, batch)
    assert {span for _, _, span in found} == set(vocabulary)


def test_the_spans_of_a_large_vocabulary_are_found() -> None:
    chance = random.Random(1)
    alphabet = [chr(0x4E00 + i) for i in range(300)]
    spans = {
        "".join(chance.choices(alphabet[: 3 * n * n], k=chance.randint(1, MAX_SPAN))) for n in [*range(1, 11)] * 400
    }
    vocabulary = sorted(spans)
    trie = build_trie(vocabulary)
    batch = [*chance.sample(vocabulary, 40), "".join(chance.choices(alphabet, k=200))]
    assert len(vocabulary) > 3000
    assert occurrences(trie, vocabulary, batch) == naive_occurrences(vocabulary, batch)
    assert trie.n_spans == len(vocabulary)


@given(vocabularies, dense_texts)
def test_a_walk_finds_the_longest_span_at_each_position(vocabulary: list[str], batch: list[str]) -> None:
    walker = Walker(build_trie(vocabulary))
    codes, _ = encode(build_trie(vocabulary), batch)
    expected = []
    for text in map(normalise, batch):
        for place in range(len(text)):
            longest = max((s for s in vocabulary if text.startswith(s, place)), key=len, default="")
            expected.append(vocabulary.index(longest) + 1 if longest else 0)
        expected.append(0)
    assert walker.deepest_rows(codes).tolist() == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spans, "_PIECE", 5)  # of codes: cuts most walks
        assert walker.deepest_rows(codes).tolist() == expected
    assert walker.is_long.tolist() == [False, *(len(span) > 1 for span in vocabulary)]


@given(vocabularies)
def test_the_parent_of_a_span_is_the_longest_shorter_one_that_begins_it(vocabulary: list[str]) -> None:
    rows = {span: row for row, span in enumerate(vocabulary, start=1)}
    shorter = [max((rows[s[:n]] for n in range(1, len(s)) if s[:n] in rows), default=0) for s in vocabulary]
    assert build_trie(vocabulary).parent.tolist() == [0, *shorter]


@given(vocabularies)
def test_no_step_leaves_the_arrays(vocabulary: list[str]) -> None:
    trie = build_trie(vocabulary)
    largest_code = max(int(trie.alphabet.max()), EDGE_CODE)
    assert trie.base.min() >= 0
    assert int(trie.base.max()) + largest_code < len(trie.base)
    assert len(trie.base) == len(trie.check) == len(trie.span)
    assert int(trie.check[ROOT]) == 0


@pytest.mark.parametrize(
    ("vocabulary", "reason"),
    [
        (["乙", "甲", "一"], "not sorted"),
        (["甲", "甲"], "not sorted and unique"),
        ([""], "not sorted"),
        (["甲" * (MAX_SPAN + 1)], "not a span"),
        (["甲", "𠮷"], "basic plane"),
        (["甲", "\uffff"], "basic plane"),
    ],
    ids=["not sorted", "repeated", "empty", "too long", "beyond the basic plane", "no character"],
)
def test_what_is_no_vocabulary_is_refused(vocabulary: list[str], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        build_trie(vocabulary)


def test_more_characters_than_codes_are_refused() -> None:
    with pytest.raises(ValueError, match="16 bits"):
        build_alphabet([chr(point) for point in range(1 << 16)])


def test_frequent_characters_have_small_codes_and_vanishing_ones_none() -> None:
    table, codes = build_alphabet(["低", "低率", "低率高"])
    assert codes["低"] < codes["率"] < codes["高"]
    assert [int(table[ord(c)]) for c in "低率高"] == [codes[c] for c in "低率高"]
    assert {int(table[ord(c)]) for c in (" ", "\u3000", "\ufeff", EDGE)} == {SEPARATOR}
    assert {int(table[ord(c)]) for c in "甲乙"} == {UNKNOWN_CODE}
