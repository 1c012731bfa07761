"""Characters that Word takes from fonts of symbols by their code."""

from __future__ import annotations

import re

_PRIVATE = 0xF000  # fonts of symbols have their characters from here

_SYMBOLS: dict[str, dict[int, str]] = {
    "wingdings": dict(
        zip(
            (0x6C, 0x6E, 0x6F, 0x71, 0x75, 0xA1, 0xA8, 0xD8, 0xDC, 0xE0, 0xE8, 0xF0, 0xFB, 0xFC, 0xFD, 0xFE),
            "●■□❑◆○◻➢✧→➔⇨✗✓☒☑",
            strict=True,
        )
    )
    | {0x81 + index: chr(ord("①") + index) for index in range(10)}
    | {0x8C + index: chr(ord("❶") + index) for index in range(10)},
    "wingdings 2": dict(zip((0x4F, 0x50, 0x51, 0x52, 0x53, 0x54, 0xA2, 0xA3), "✗✓☒☑☒☒■□", strict=True))
    | {0x6A + index: chr(ord("①") + index) for index in range(10)}
    | {0x75 + index: chr(ord("❶") + index) for index in range(10)},
    "symbol": {
        **dict(zip(range(0x41, 0x5B), "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", strict=True)),
        **dict(zip(range(0x61, 0x7B), "αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True)),
        **dict(zip((0xA3, 0xA5, 0xB0, 0xB1, 0xB2, 0xB3, 0xB4, 0xB7, 0xB8, 0xB9, 0xBB), "≤∞°±″≥×•÷≠≈", strict=True)),
        **dict(zip((0xAC, 0xAD, 0xAE, 0xAF, 0xC5, 0xD5, 0xD6, 0xE5), "←↑→↓⊕∏√∑", strict=True)),
    },
}


def symbol(font: str, code: str) -> str:
    """Return the character of a code in a font, as far as it is known; nothing else has any meaning.

    Examples
    --------
    >>> symbol("Wingdings", "F0FE"), symbol("宋体", "2103"), symbol("Wingdings 3", "F021")
    ('☑', '℃', '')
    """
    if re.fullmatch("[0-9A-Fa-f]{1,6}", code) is None:
        return ""
    place = int(code, 16)
    known = _SYMBOLS.get(font.strip().lower(), {})
    place -= _PRIVATE if _PRIVATE <= place < _PRIVATE + 256 else 0
    if place in known:
        return known[place]
    if place != int(code, 16):  # a font of symbols: digits, Latin letters and signs are where they always are
        return chr(place) if font.strip().lower() == "symbol" and 0x20 <= place < 0x40 else ""
    character = chr(place) if place < 0x110000 else ""
    return character if character.isprintable() else ""


def circled(text: str) -> str:
    """Return a number in a circle as one character, other text as it is."""
    return chr(ord("①") + int(text) - 1) if re.fullmatch("[1-9]|1[0-9]|20", text) else text
