"""The span vocabulary as a double-array trie, and the walk over many texts at once, in NumPy.

The plain-Python twin is in :mod:`wenti.features` and :mod:`wenti.single`; the structure is the one of J. Aoe, "An
efficient digital search algorithm by using a double-array structure", IEEE TSE 15(9), 1989: from state ``s`` a
character with code ``c`` leads to ``t = base[s] + c`` if ``check[t] == s``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from wenti.features import (
    ALPHABET_SIZE,
    DIGIT_CODE,
    EDGE_CODE,
    FIXED,
    MAX_SPAN,
    POINT_CODES,
    ROOT,
    STOP_CODES,
    UNKNOWN_CODE,
    fold,
)

_HALF = 32  # bits
_CHECK = (1 << _HALF) - 1
_PIECE = 40_000  # codes whose walk stays in the processor's cache

BEYOND = "\uffff"
"""The last character of the basic plane is none (Unicode, section 23.7): its code is that of all that lies beyond."""
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
        if not 1 <= len(span) <= MAX_SPAN or max(span) >= BEYOND:
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
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes = trie.alphabet.take(points, mode="clip")  # what lies beyond the table has the code of BEYOND
    bounds = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)), out=bounds[1:])
    codes, bounds = _select(codes, bounds, codes != SEPARATOR)
    codes, bounds = _select(codes, bounds, _before_stops(codes, bounds))
    codes, bounds = _select(codes, bounds, _begins_number_or_is_none(codes, bounds))
    # Each text's characters move by the edges and separators of those before it, and its own first edge.
    starts = bounds + 3 * np.arange(len(bounds))
    result = np.zeros(int(starts[-1]), dtype=np.uint16)
    is_character = np.ones(len(result), dtype=bool)
    for frame in (starts[:-1], starts[1:] - 2, starts[1:] - 1):
        is_character[frame] = False
    result[is_character] = codes
    result[starts[:-1]] = EDGE_CODE
    result[starts[1:] - 2] = EDGE_CODE
    return result, starts


def _select(
    codes: NDArray[np.uint16], bounds: NDArray[np.int64], kept: NDArray[np.bool_]
) -> tuple[NDArray[np.uint16], NDArray[np.int64]]:
    """Return the codes that are kept, and where the texts then begin and end."""
    if kept.all():
        return codes, bounds
    before = np.zeros(len(codes) + 1, dtype=np.int64)
    np.cumsum(kept, out=before[1:])
    return codes[kept], before[bounds]


def _before_stops(codes: NDArray[np.uint16], bounds: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which codes stand before the stops at the end of their text."""
    kept = np.ones(len(codes), dtype=bool)
    begins, ends = bounds[:-1], bounds[1:]
    held = np.flatnonzero(begins < ends)
    firsts, lasts = begins[held], ends[held] - 1
    while len(lasts):
        last_codes = codes[lasts]
        stopped = np.flatnonzero((last_codes >= STOP_CODES[0]) & (last_codes <= STOP_CODES[-1]))
        firsts, lasts = firsts[stopped], lasts[stopped]
        kept[lasts] = False
        lasts -= 1
        inside = np.flatnonzero(lasts >= firsts)
        firsts, lasts = firsts[inside], lasts[inside]
    return kept


def _begins_number_or_is_none(codes: NDArray[np.uint16], bounds: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which codes are no part of a number but its first; see :func:`features.kept_indices`."""
    kept = np.ones(len(codes), dtype=bool)
    digit = codes == DIGIT_CODE
    if not digit.any():
        return kept
    follows = np.ones(len(codes), dtype=bool)  # the code before belongs to the same text
    follows[bounds[:-1][bounds[:-1] < len(codes)]] = False
    numeric = digit.copy()
    is_point = (codes[1:-1] >= POINT_CODES[0]) & (codes[1:-1] <= POINT_CODES[-1])
    numeric[1:-1] |= is_point & digit[:-2] & digit[2:] & follows[1:-1] & follows[2:]
    kept[1:] = ~(numeric[1:] & numeric[:-1] & follows[1:])
    return kept


class Walker:
    """Walks from every position of many texts at once, one step a turn.

    Parameters
    ----------
    trie : Trie

    Attributes
    ----------
    is_long : ndarray of bool, shape (n_spans + 1,)
        Whether the span of a row has two characters or more.

    Raises
    ------
    IndexError
        If a step could leave the arrays.
    """

    def __init__(self, trie: Trie) -> None:
        largest_code = max(int(trie.alphabet.max()), EDGE_CODE)
        if int(trie.base.min()) < 0 or int(trie.base.max()) + largest_code >= len(trie.check):
            raise IndexError("base")
        if int(trie.span[0]):  # no walk ends there: it stands for none
            raise IndexError("span")
        self._span = trie.span
        # Base and check of a state in one integer: a step looks up what is far apart in memory once, not twice.
        self._steps = (trie.base.astype(np.int64) << _HALF) | trie.check.view(np.uint32)
        # The first step is a table: state of each code, 0 if no span begins with it.
        first = np.arange(ALPHABET_SIZE, dtype=np.int64) + trie.base[ROOT]
        self._first = np.where(trie.check.take(first, mode="clip") == ROOT, first, 0)
        self._first[first >= len(trie.check)] = 0
        self.is_long = np.ones(trie.n_spans + 1, dtype=bool)
        self.is_long[0] = False
        self.is_long[trie.span[self._first]] = False

    def walk(self, codes: NDArray[np.uint16]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Walk on from all positions until none goes on.

        Parameters
        ----------
        codes : ndarray of uint16, shape (n_codes,)
            As :func:`encode` returns them; a separator at the end stops every walk.

        Yields
        ------
        positions : ndarray of int64, shape (n_alive,)
            Positions whose walk goes on.
        states : ndarray of int64, shape (n_alive,)
            Their states after the step.
        """
        states = self._first.take(codes)
        positions = np.flatnonzero(states)
        states = states.take(positions)
        found = self._steps.take(states)
        for step in range(1, MAX_SPAN + 1):
            if not len(positions):
                return
            yield positions, states
            targets = codes.take(positions + step, mode="clip") + (found >> _HALF)
            found = self._steps.take(targets, mode="clip")  # none lies outside, and looking takes time
            alive = np.flatnonzero((found & _CHECK) == states)
            positions, states, found = positions.take(alive), targets.take(alive), found.take(alive)

    def deepest_rows(self, codes: NDArray[np.uint16]) -> Ints:
        """Return for each position the row of the longest span that starts there, 0 if there is none.

        Parameters
        ----------
        codes : ndarray of uint16, shape (n_codes,)
            As :func:`encode` returns them.

        Returns
        -------
        ndarray of int32, shape (n_codes,)
        """
        rows = np.empty(len(codes), dtype=np.int32)
        for start in range(0, len(codes), _PIECE):
            piece = codes[start : start + _PIECE + MAX_SPAN]
            deepest = self._first.take(piece)
            for positions, states in islice(self.walk(piece), 1, None):
                deepest[positions] = states
            self._span.take(deepest[:_PIECE], out=rows[start : start + _PIECE], mode="clip")
        return rows


def span_occurrences(trie: Trie, codes: NDArray[np.uint16]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return position and index (in the vocabulary) of every occurrence of every span.

    Used in training only; prediction adds up whole paths at once.
    """
    found_positions, found_spans = [], []
    for positions, states in Walker(trie).walk(codes):
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
