"""The leakage guard: whatever the texts, the near duplicates are those that plain Python sets find."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from numpy.typing import NDArray

from tests import strategies
from tests.test_artifact import forge_file, signed_copy
from wenti.artifact import SIGNATURES, npy_header
from wenti.errors import ModelError
from wenti.features import DIGIT_CODE, EDGE, EDGE_CODE, FIXED, UNKNOWN_CODE, normalise
from wenti.leakage import Pairs, Signatures, load_signatures, near_duplicates, without_twins

_MASK = (1 << 64) - 1


def code(character: str) -> int:
    if character in FIXED:
        return DIGIT_CODE + FIXED.index(character)
    return ord(character) if EDGE_CODE < ord(character) < 1 << 16 else UNKNOWN_CODE


def hashed(first: int, second: int) -> int:
    z = first << 16 | second
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return (z ^ (z >> 31)) >> 48


def signature(text: str) -> set[int]:
    """The definition, in plain Python: hashes of the bigrams of a normalised text, or of its only character."""
    codes = [code(character) for character in normalise(text).strip(EDGE)]
    if len(codes) == 1:
        return {hashed(EDGE_CODE, codes[0])}
    return {hashed(first, second) for first, second in pairwise(codes)}


def sets(signatures: Signatures) -> list[set[int]]:
    starts = signatures.starts.tolist()
    parts = [signatures.hashes[start:end].tolist() for start, end in pairwise(starts)]
    assert all(part == sorted(set(part)) for part in parts)
    return [set(part) for part in parts]


def jaccard(one: set[int], other: set[int]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0


def triples(pairs: Pairs) -> list[tuple[int, int, float]]:
    return list(zip(pairs.a.tolist(), pairs.b.tolist(), pairs.similarity.tolist(), strict=True))


@st.composite
def alike(draw: st.DrawFn) -> list[str]:
    """Texts of which many are others with a little changed, so that similarities of every size occur."""
    found = draw(st.lists(strategies.texts | strategies.statements, max_size=8))
    for index in draw(st.lists(st.integers(0, 7), max_size=8 if found else 0)):
        text = found[index % len(found)]
        at = draw(st.integers(0, len(text)))
        found.append(text[:at] + draw(strategies.words | strategies.numbers | st.just("")) + text[at + 1 :])
    return found


two_lists: SearchStrategy[tuple[list[str], list[str]]] = alike().flatmap(
    lambda found: st.tuples(alike(), st.permutations(found)).map(lambda both: (both[0] + both[1][::2], both[1]))
)
leasts = st.sampled_from([0.8, 0.8, 0.5, 0.07, 0.6, 0.9, 1.0])


# Signatures


@given(st.lists(strategies.texts | st.text(max_size=3), max_size=8))
def test_signatures_of_a_list_are_those_of_its_texts_one_by_one(texts: list[str]) -> None:
    signatures = Signatures.of(texts)
    assert sets(signatures) == [signature(text) for text in texts]
    assert len(signatures) == len(texts)
    assert [signatures.hashes.dtype, signatures.starts.dtype] == [np.dtype(np.uint16), np.dtype(np.int64)]


def test_signatures_stay_what_they_are_in_models_already_written() -> None:
    assert Signatures.of(["项目预算执行率43.26%", "低"]).hashes.tolist() == [
        1828,
        3523,
        26896,
        41556,
        45492,
        49741,
        53274,
        59612,
        41749,
    ]


@pytest.mark.parametrize(
    ("text", "variant"),
    [
        ("预算执行率偏低，支出进度滞后", "预算执行率偏低,支出进度滞后。"),
        ("预算执行率仅为 43.26%", "预算执行率仅为7％"),
        ("结余资金1,200.5万元未上缴", "结余资金３万元未上缴"),
        ("“三公”经费（含ABC）超支", '"三公"经费(含ａｂｃ)超支'),
        ("绩效目标\u3000不明\u200b确", "绩效目标不明确"),
        ("资产 闲置；", "资产闲置"),
        ("低", "低。"),
    ],
    ids=["punctuation", "a number", "thousands and points", "widths and case", "blanks", "a stop", "one character"],
)
def test_variants_of_writing_are_duplicates(text: str, variant: str) -> None:
    assert triples(near_duplicates(Signatures.of([text]), Signatures.of([variant]))) == [(0, 0, 1.0)]


def test_one_character_more_at_the_end_is_a_near_duplicate_from_four_bigrams_on() -> None:
    pairs = near_duplicates(Signatures.of(["预算执行", "预算执行率"]), Signatures.of(["预算执行低", "预算执行率低"]))
    assert triples(pairs) == [(1, 1, 0.8)]


# Near duplicates


@given(two_lists, leasts)
def test_near_duplicates_are_those_that_comparing_all_with_all_finds(
    lists: tuple[list[str], list[str]], least: float
) -> None:
    first, second = ([signature(text) for text in texts] for texts in lists)
    expected = [
        (i, j, jaccard(one, other))
        for i, one in enumerate(first)
        for j, other in enumerate(second)
        if jaccard(one, other) >= least
    ]
    a, b = map(Signatures.of, lists)
    assert triples(near_duplicates(a, b, least)) == expected


@given(st.lists(st.sets(st.integers(0, 40), max_size=30), max_size=12), leasts)
def test_sets_that_share_much_are_compared_right_too(hashes: list[set[int]], least: float) -> None:
    flat = [value for one in hashes for value in sorted(one)]
    starts = np.cumsum([0, *map(len, hashes)])
    signatures = Signatures.from_arrays({"signatures": np.array(flat, np.uint16), "signature_starts": starts})
    expected = [
        (i, j) for i, one in enumerate(hashes) for j, other in enumerate(hashes) if jaccard(one, other) >= least
    ]
    assert [(i, j) for i, j, _ in triples(near_duplicates(signatures, signatures, least))] == expected


def test_no_pair_is_lost_to_rounding() -> None:
    assert 0.07 * 100 > 7
    hashes, starts = np.array([*range(100), *range(93, 100)], np.uint16), np.array([0, 100, 107])
    signatures = Signatures.from_arrays({"signatures": hashes, "signature_starts": starts})
    assert (0, 1, 0.07) in triples(near_duplicates(signatures, signatures, 0.07))


@given(two_lists)
def test_near_duplicates_are_the_same_both_ways(lists: tuple[list[str], list[str]]) -> None:
    a, b = map(Signatures.of, lists)
    assert triples(near_duplicates(a, b)) == sorted((i, j, x) for j, i, x in triples(near_duplicates(b, a)))


@given(two_lists, st.integers(1, 40))
def test_blocks_of_any_size_find_what_one_block_finds(lists: tuple[list[str], list[str]], size: int) -> None:
    a, b = map(Signatures.of, lists)
    assert triples(near_duplicates(a, b, n_candidates=size)) == triples(near_duplicates(a, b, n_candidates=10**9))


@given(alike())
def test_a_text_of_which_something_is_left_is_its_own_duplicate_and_an_empty_one_nobodys(texts: list[str]) -> None:
    signatures = Signatures.of(texts)
    found = {i for i, j, similarity in triples(near_duplicates(signatures, signatures)) if i == j and similarity == 1}
    assert found == {index for index, text in enumerate(texts) if normalise(text).strip(EDGE)}


def test_empty_texts_and_empty_lists_leak_nothing() -> None:
    empty, none = Signatures.of(["", "。", " "]), Signatures.of([])
    something = Signatures.of(["预算执行率低"])
    for a in (empty, none):
        for b in (empty, none, something):
            assert len(near_duplicates(a, b)) == len(near_duplicates(b, a)) == 0


@pytest.mark.parametrize("least", [0, -0.1, 1.1, nan])
def test_a_similarity_that_is_none_is_refused(least: float) -> None:
    signatures = Signatures.of(["预算执行率低"])
    with pytest.raises(ValueError, match="least"):
        near_duplicates(signatures, signatures, least)


# Folds


@given(alike(), st.data())
def test_training_rows_stay_exactly_if_no_test_row_is_their_twin(texts: list[str], data: st.DataObject) -> None:
    in_test = data.draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts)))
    signatures = Signatures.of(texts)
    rows = np.arange(len(texts))
    test, train = rows[np.array(in_test, dtype=bool)], rows[~np.array(in_test, dtype=bool)][::-1]
    kept = without_twins(train, test, near_duplicates(signatures, signatures))
    own = [signature(text) for text in texts]
    expected = [row for row in train.tolist() if all(jaccard(own[row], own[other]) < 0.8 for other in test.tolist())]
    assert kept.tolist() == expected


# In a model's folder

TEXTS = ["项目预算执行率低", "", "结余资金 120 万元未上缴财政", "低"]


@pytest.fixture
def model(tiny_model: Path, tmp_path: Path) -> Path:
    """A copy of the tiny model that was, so it says, trained on four texts."""
    return signed_copy(tiny_model, tmp_path / "模型", Signatures.of(TEXTS).arrays())


def test_signatures_are_loaded_as_they_were_written(model: Path) -> None:
    loaded, written = load_signatures(model), Signatures.of(TEXTS)
    assert sets(loaded) == sets(written)
    assert [loaded.hashes.dtype, loaded.starts.dtype] == [np.dtype(np.uint16), np.dtype(np.int64)]
    found = near_duplicates(Signatures.of(["绩效目标不明确", "项目预算执行率低。", ""]), loaded)
    assert triples(found) == [(1, 0, 1.0)]


def test_a_model_that_cannot_say_what_it_was_trained_on_is_refused(tiny_model: Path, tmp_path: Path) -> None:
    unsigned = signed_copy(tiny_model, tmp_path / "模型", {})
    with pytest.raises(ModelError) as caught:
        load_signatures(unsigned)
    assert caught.value.key == "model_unsigned"
    for lang in ("zh", "en"):
        assert caught.value.describe(lang).startswith(str(unsigned))
        assert "wenti train" in caught.value.describe(lang)


def _swap(array: NDArray[Any]) -> None:
    array[[0, 1]] = array[[1, 0]]


HOSTILE: dict[str, tuple[str, Callable[[NDArray[Any]], object]]] = {
    "a start before the first": ("signature_starts", lambda starts: starts.__setitem__(0, -1)),
    "a start after the last": ("signature_starts", lambda starts: starts.__setitem__(-1, starts[-1] + 1)),
    "starts that end early": ("signature_starts", lambda starts: starts.__setitem__(-1, starts[-1] - 1)),
    "a start that goes back": ("signature_starts", lambda starts: starts.__setitem__(2, starts[1] - 1)),
    "a start far away": ("signature_starts", lambda starts: starts.__setitem__(1, 2**31 - 1)),
    "a set out of order": ("signatures", _swap),
    "a set that repeats itself": ("signatures", lambda hashes: hashes.__setitem__(1, hashes[0])),
    "hashes that are all alike": ("signatures", lambda hashes: hashes.fill(7)),
}


@pytest.mark.parametrize(("name", "change"), HOSTILE.values(), ids=HOSTILE)
def test_signatures_that_contradict_themselves_are_refused(
    model: Path, name: str, change: Callable[[NDArray[Any]], object]
) -> None:
    array = np.load(model / f"{name}.npy")
    change(array)
    forge_file(model, name, npy_header(SIGNATURES[name], array.shape) + array.tobytes())
    with pytest.raises(ModelError) as caught:
        load_signatures(model)
    assert caught.value.key == "model_damaged"
    assert caught.value.describe().startswith(str(model))
    assert f"{name}.npy" in caught.value.describe()


@given(st.lists(st.integers(0, 9), max_size=8), st.lists(st.integers(-1, 9), max_size=5))
def test_arrays_are_taken_exactly_if_they_are_signatures(hashes: list[int], starts: list[int]) -> None:
    arrays: dict[str, NDArray[Any]] = {
        "signatures": np.array(hashes, np.uint16),
        "signature_starts": np.array(starts, np.int32),
    }
    bounds = list(pairwise(starts))
    sound = (
        bool(starts)
        and (starts[0], starts[-1]) == (0, len(hashes))
        and all(first <= last for first, last in bounds)
        and all(hashes[first:last] == sorted(set(hashes[first:last])) for first, last in bounds)
    )
    if sound:
        assert sets(Signatures.from_arrays(arrays)) == [set(hashes[first:last]) for first, last in bounds]
    else:
        with pytest.raises(ValueError, match="signature"):
            Signatures.from_arrays(arrays)
