"""Normalisation and spans: the one definition of a feature.

A *span* is a short stretch of normalised text. Training collects a vocabulary of spans; from then on a span counts
wherever its characters stand in a text, so that prediction needs no tokenizer. This module is the plain-Python
definition, used as it is for a handful of statements; :mod:`wenti.spans` holds the same thing over NumPy arrays, and a
property test keeps the two equal.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing costs 5 ms at start
    from collections.abc import Sequence
    from typing import TypeVar

    _Symbol = TypeVar("_Symbol", str, int)

MAX_SPAN = 8
"""Longest span in characters of normalised text; also the number of steps of a walk."""

DIGIT = "0"
"""What a whole number – digits with the points and commas between them – becomes."""

EDGE = "\ue000"
"""Stands before and after a text, so that a span can say where it stands: an imperative begins a recommendation."""

ALPHABET_SIZE = 1 << 16
"""A model has a code for each character of the basic plane; those beyond are in no span."""

ROOT = 1
"""State from which every walk through a model's trie begins."""

POINT, COMMA, SEMICOLON = ".", ",", ";"

# Codes of characters in a model: 0 vanishes, 1 is in no span, then these, then all others.
UNKNOWN_CODE = 1
FIXED = (DIGIT, POINT, COMMA, SEMICOLON, EDGE)
DIGIT_CODE, POINT_CODES, STOP_CODES, EDGE_CODE = 2, (3, 4), (3, 4, 5), 6

_FOLDED = {
    "“": '"', "”": '"', "„": '"', "「": '"', "」": '"', "『": '"', "』": '"', "＂": '"',
    "‘": "'", "’": "'", "＇": "'",
    "，": ",", "、": ",", "﹐": ",", "；": ";", "：": ":", "。": ".", "．": ".", "｡": ".", "！": "!", "？": "?",
    "（": "(", "）": ")", "﹙": "(", "﹚": ")", "【": "[", "】": "]", "〔": "[", "〕": "]", "［": "[", "］": "]",
    "％": "%", "﹪": "%", "—": "-", "–": "-", "―": "-", "－": "-", "～": "~", "〜": "~", "·": "·", "•": "·",
}  # fmt: skip

_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")


def fold(character: str) -> str:
    """Return what one character counts as: itself, its plain form, a digit, or nothing.

    Widths, case, quotation marks, brackets and dashes are folded, since real texts mix them; every digit becomes
    :data:`DIGIT`; white space and invisible characters vanish (``2022 年度`` and ``2022年度`` are the same text).
    Characters beyond the basic plane stay as they are.

    Parameters
    ----------
    character : str
        One character.

    Returns
    -------
    str
        One character, or the empty string if it does not count.

    Examples
    --------
    >>> [fold(c) for c in "Ａ，７ 项"]
    ['a', ',', '0', '', '项']
    """
    known = _FOLDED.get(character)
    if known is not None:
        return known
    if "\uff01" <= character <= "\uff5e":  # full-width ASCII
        return fold(chr(ord(character) - 0xFEE0))
    if character > "\uffff":  # in no span, so a model's table does not hold it
        return character
    if character.isdecimal():
        return DIGIT
    if character.isspace() or character in _INVISIBLE or character == EDGE:
        return ""
    lowered = character.lower()
    return lowered if len(lowered) == 1 else character


def normalise(text: str) -> str:
    """Return the text as features see it.

    Characters are folded, stops at the end vanish, each number is one :data:`DIGIT`, and an :data:`EDGE` stands at
    either end.

    Examples
    --------
    >>> normalise("执行率 43.26％。").strip(EDGE)
    '执行率0%'
    """
    characters = [folded for folded in map(fold, text) if folded]
    kept = kept_indices(characters, DIGIT, (POINT, COMMA), (POINT, COMMA, SEMICOLON))
    return EDGE + "".join(characters[i] for i in kept) + EDGE


def kept_indices(
    symbols: Sequence[_Symbol], digit: _Symbol, points: tuple[_Symbol, ...], stops: tuple[_Symbol, ...]
) -> list[int]:
    """Return the indices that stay when stops at the end vanish and each number becomes its first digit.

    A number is a run of digits with single points or commas between them. The symbols are characters in training and
    codes in prediction.

    Examples
    --------
    >>> kept_indices("率00.00%.", "0", (".", ","), (".", ",", ";"))
    [0, 1, 6]
    """
    length = len(symbols)
    while length and symbols[length - 1] in stops:
        length -= 1
    kept: list[int] = []
    in_number = False
    for index in range(length):
        symbol = symbols[index]
        numeric = symbol == digit or (
            symbol in points and 0 < index < length - 1 and symbols[index - 1] == digit == symbols[index + 1]
        )
        if not (numeric and in_number):
            kept.append(index)
        in_number = numeric
    return kept
