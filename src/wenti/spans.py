"""The span vocabulary as a double-array trie, and the walk over many texts at once, in NumPy.

The plain-Python twin is in :mod:`wenti.features` and :mod:`wenti.classifier`; the structure is the one of J. Aoe, "An
efficient digital search algorithm by using a double-array structure", IEEE TSE 15(9), 1989: from state ``s`` a
character with code ``c`` leads to ``t = base[s] + c`` if ``check[t] == s``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from wenti.features import DIGIT_CODE, EDGE_CODE, FIXED, MAX_SPAN, POINT_CODES, STOP_CODES, UNKNOWN_CODE, fold

ALPHABET_SIZE = 1 << 16
ROOT = 1
SEPARATOR = 0
_WINDOW = 64
_REFRESH = 256

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Trie:
    """A vocabulary of spans.

    Attributes
    ----------
    alphabet : ndarray of uint16, shape (65536,)
        Code of each character of the basic plane after folding: 0 if it vanishes, 1 if no span has it.
    base, check, span : ndarray of int32, shape (n_states,)
        The double array, and for each state the row of its longest span: 1 + the index in the sorted vocabulary of the
        deepest span on the way from the root, 0 if there is none yet. Padded so that no step leaves the arrays.
    parent : ndarray of int32, shape (n_spans + 1,)
        Row of the next shorter span that begins a span's characters; 0 if there is none.
    """

    alphabet: NDArray[np.uint16]
    base: Ints
    check: Ints
    span: Ints
    parent: Ints

    @property
    def n_spans(self) -> int:
        """Number of spans."""
        return len(self.parent) - 1


def build_alphabet(spans: Sequence[str]) -> tuple[NDArray[np.uint16], dict[str, int]]:
    """Return the table from a text's characters to codes, and the codes of the spans' characters.

    Frequent characters get small codes. An edge has a code, but no character of a text leads to it.

    Raises
    ------
    ValueError
        If there are more different characters than codes.
    """
    counts: dict[str, int] = {}
    for span in spans:
        for character in span:
            counts[character] = counts.get(character, 0) + 1
    order = [*FIXED, *sorted(counts.keys() - set(FIXED), key=lambda c: (-counts[c], c))]
    first = DIGIT_CODE
    if first + len(order) >= ALPHABET_SIZE:
        raise ValueError(f"{len(order)} characters do not fit into 16 bits")
    codes = {character: first + index for index, character in enumerate(order)}
    table = np.full(ALPHABET_SIZE, UNKNOWN_CODE, dtype=np.uint16)
    sources = _sources()
    table[sources[""]] = SEPARATOR
    for character, code in codes.items():
        table[sources.get(character, [])] = code
    return table, codes


@cache
def _sources() -> dict[str, list[int]]:
    """Return which characters of the basic plane fold to each."""
    sources: dict[str, list[int]] = {}
    for point in range(ALPHABET_SIZE):
        sources.setdefault(fold(chr(point)), []).append(point)
    return sources


def build_trie(vocabulary: Sequence[str]) -> Trie:
    """Pack a sorted vocabulary of normalised spans into a double array.

    Parameters
    ----------
    vocabulary : sequence of str
        Sorted, without repetition; each 1 to ``MAX_SPAN`` characters of the basic plane.

    Returns
    -------
    Trie

    Raises
    ------
    ValueError
        If the vocabulary is not sorted and unique, or a span has a wrong length or an astral character.
    """
    previous = ""
    for span in vocabulary:
        if not previous < span:
            raise ValueError(f"the vocabulary is not sorted and unique at {span!r}")
        if not 1 <= len(span) <= MAX_SPAN or max(span) > "\uffff":
            raise ValueError(f"{span!r} is not a span of 1 to {MAX_SPAN} characters of the basic plane")
        previous = span
    alphabet, codes = build_alphabet(vocabulary)
    parents = np.zeros(len(vocabulary) + 1, dtype=np.int32)
    children: list[list[tuple[int, int]]] = [[]]  # node -> (code, child)
    rows = [0]
    nodes: dict[str, int] = {"": 0}
    for row, span in enumerate(vocabulary, start=1):
        node = 0
        for length in range(1, len(span) + 1):
            prefix = span[:length]
            child = nodes.get(prefix)
            if child is None:
                child = len(rows)
                nodes[prefix] = child
                children[node].append((codes[prefix[-1]], child))
                children.append([])
                rows.append(rows[node])
            node = child
        # The vocabulary is sorted, so a span comes before the longer ones that begin with it.
        parents[row] = rows[node]
        rows[node] = row
    base, check, state_of = _pack(children)
    span_rows = np.zeros(len(base), dtype=np.int32)
    span_rows[state_of] = rows
    return Trie(alphabet, base, check, span_rows, parents)


def _first_fit(codes: NDArray[np.int64], used: NDArray[np.bool_], free: NDArray[np.int64]) -> int | None:
    """Return the first base at which all codes fall on places of `free` that are still unused, if there is one."""
    start = int(np.searchsorted(free, codes[0], side="right"))
    window = _WINDOW
    while start < len(free):
        places = free[start : start + window]
        bases = places[~used[places]] - codes[0]
        for code in codes[1:]:
            bases = bases[~used[bases + code]]
        if len(bases):
            return int(bases[0])
        start += window
        window *= 4
    return None


def _pack(children: list[list[tuple[int, int]]]) -> tuple[Ints, Ints, NDArray[np.int64]]:
    """Place every node's children by first fit, wide nodes first; the narrow ones fill the gaps."""
    widest = max([code for edges in children for code, _ in edges] + [EDGE_CODE])
    used = np.zeros(2 * len(children) + 4 * widest, dtype=bool)
    used[: ROOT + 1] = True
    base_of = np.zeros(len(children), dtype=np.int64)
    state_of = np.full(len(children), -1, dtype=np.int64)
    state_of[0] = top = ROOT
    free = np.zeros(0, dtype=np.int64)
    inner = [node for node, edges in enumerate(children) if edges]
    for turn, node in enumerate(sorted(inner, key=lambda n: (-len(children[n]), n))):
        if turn % _REFRESH == 0:
            free = np.flatnonzero(~used[: top + 2 * widest])
        codes = np.sort(np.array([code for code, _ in children[node]], dtype=np.int64))
        spot = _first_fit(codes, used, free)
        if spot is None:
            free = np.flatnonzero(~used[: top + 2 * widest])
            spot = _first_fit(codes, used, free)
            assert spot is not None, "above `top` nothing is used"
        top = max(top, spot + int(codes[-1]))
        if top + 3 * widest >= len(used):
            used = np.concatenate([used, np.zeros(len(used), dtype=bool)])
        base_of[node] = spot
        used[spot + codes] = True
        for code, child in children[node]:
            state_of[child] = spot + code
    n_states = int(state_of.max()) + 1 + widest + 1
    base = np.zeros(n_states, dtype=np.int32)
    check = np.zeros(n_states, dtype=np.int32)
    base[state_of] = base_of
    for node, edges in enumerate(children):
        for _, child in edges:
            check[state_of[child]] = state_of[node]
    # A leaf's base is 0, and check is never a leaf's state, so a walk ends there.
    return base, check, state_of


def encode(trie: Trie, texts: Sequence[str]) -> tuple[NDArray[np.uint16], NDArray[np.int64]]:
    """Return the codes of all texts in one array, a separator after each, and where each text starts.

    Parameters
    ----------
    trie : Trie
        Whose alphabet to use.
    texts : sequence of str
        Texts, not normalised.

    Returns
    -------
    codes : ndarray of uint16, shape (n_codes,)
        For each text an edge, the codes of its normalised characters, an edge and a 0.
    starts : ndarray of int64, shape (n_texts + 1,)
        Text ``i`` has the codes ``starts[i]:starts[i + 1] - 1``.
    """
    joined = "".join(texts)
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes = trie.alphabet[np.minimum(points, ALPHABET_SIZE - 1)]
    codes = np.where(points < ALPHABET_SIZE, codes, np.uint16(UNKNOWN_CODE))
    owner = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    visible = np.flatnonzero(codes)
    codes, owner = codes[visible], owner[visible]
    kept = _kept_indices(codes, owner, len(texts))
    codes, owner = codes[kept], owner[kept]
    lengths = np.bincount(owner, minlength=len(texts))
    starts = np.concatenate([[0], np.cumsum(lengths + 3)])
    result = np.zeros(int(starts[-1]), dtype=np.uint16)
    result[np.arange(len(codes)) + 3 * owner + 1] = codes
    result[starts[:-1]] = EDGE_CODE
    result[starts[1:] - 2] = EDGE_CODE
    return result, starts


def _kept_indices(codes: NDArray[np.uint16], owner: NDArray[np.int64], n_texts: int) -> NDArray[np.int64]:
    """Do what :func:`features.kept_indices` does for all texts at once."""
    inside = np.flatnonzero(~np.isin(codes, STOP_CODES))
    last = np.full(n_texts, -1, dtype=np.int64)
    np.maximum.at(last, owner[inside], inside)
    kept = np.flatnonzero(np.arange(len(codes)) <= last[owner])
    codes, owner = codes[kept], owner[kept]
    if not len(codes):
        return kept
    digit = codes == DIGIT_CODE
    same = owner[1:] == owner[:-1]
    inner = np.zeros(len(codes), dtype=bool)
    inner[1:-1] = np.isin(codes[1:-1], POINT_CODES) & digit[:-2] & digit[2:] & same[:-1] & same[1:]
    numeric = digit | inner
    dropped = np.zeros(len(codes), dtype=bool)
    dropped[1:] = numeric[1:] & numeric[:-1] & same
    return kept[~dropped]


def walk(trie: Trie, codes: NDArray[np.uint16], first: int, last: int) -> Iterator[tuple[NDArray[np.int64], Ints]]:
    """Walk from every position ``first:last`` at once, one step a turn.

    Yields
    ------
    positions : ndarray of int64, shape (n_alive,)
        Positions (relative to `first`) whose walk goes on.
    states : ndarray of int32, shape (n_alive,)
        Their states after the step.
    """
    positions = np.arange(last - first, dtype=np.int64)
    states = np.full(last - first, ROOT, dtype=np.int32)
    for step in range(MAX_SPAN):
        ahead = positions + (first + step)
        inside = ahead < len(codes)
        if not inside.all():
            positions, states, ahead = positions[inside], states[inside], ahead[inside]
        targets = trie.base[states] + codes[ahead]
        alive = np.flatnonzero(trie.check[targets] == states)
        if not len(alive):
            return
        positions, states = positions[alive], targets[alive]
        yield positions, states


def deepest_rows(trie: Trie, codes: NDArray[np.uint16], first: int, last: int) -> tuple[Ints, NDArray[np.bool_]]:
    """Return for each position ``first:last`` the longest span that starts there.

    Returns
    -------
    rows : ndarray of int32, shape (last - first,)
        Row of the span, 0 if there is none.
    long : ndarray of bool, shape (last - first,)
        Whether the span has two characters or more.
    """
    rows = np.zeros(last - first, dtype=np.int32)
    long = np.zeros(last - first, dtype=bool)
    for step, (positions, states) in enumerate(walk(trie, codes, first, last)):
        found = trie.span[states]
        if step:
            long[positions] |= found != rows[positions]
        rows[positions] = found
    return rows, long


def span_occurrences(trie: Trie, codes: NDArray[np.uint16]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return position and index (in the vocabulary) of every occurrence of every span.

    Used in training only; prediction adds up whole paths at once.
    """
    found_positions, found_spans = [], []
    for positions, states in walk(trie, codes, 0, len(codes)):
        rows = trie.span[states]
        found_positions.append(positions)
        found_spans.append(rows)
    if not found_positions:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    # A row that repeats the row of the step before belongs to a state that is no span itself.
    before = np.zeros(len(codes), dtype=np.int64)
    kept_positions, kept_spans = [], []
    for positions, rows in zip(found_positions, found_spans, strict=True):
        new = rows != before[positions]
        kept_positions.append(positions[new])
        kept_spans.append(rows[new].astype(np.int64) - 1)
        before[positions] = rows
    return np.concatenate(kept_positions), np.concatenate(kept_spans)
