"""Numbers as Word writes them: 一、壹、甲、子、①、iv and so on, by the names of its formats."""

from __future__ import annotations

from collections.abc import Callable

_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_IDEOGRAPHIC = str.maketrans("0123456789", "〇一二三四五六七八九")
_COUNTING = str.maketrans("0123456789", "○一二三四五六七八九")
_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC")),
    *((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"


def format_number(value: int, name: str) -> str:
    """Return a number in one of Word's formats; in decimal digits if the format is unknown or does not go so far.

    Parameters
    ----------
    value : int
    name : str
        As in ``w:numFmt``.

    Examples
    --------
    >>> [format_number(12, name) for name in ("chineseCounting", "decimalEnclosedCircle", "ideographTraditional")]
    ['十二', '⑫', '12']
    """
    write = _FORMATS.get(name)
    return (write(value) if write is not None else "") or str(value)


def _series(first: str, count: int) -> Callable[[int], str]:
    """Return the format of characters that follow each other in Unicode."""
    return _listed([chr(ord(first) + index) for index in range(count)])


def _listed(symbols: str | list[str]) -> Callable[[int], str]:
    return lambda value: symbols[value - 1] if 1 <= value <= len(symbols) else ""


def _letters(first: str) -> Callable[[int], str]:
    """Return a, b, ... z, aa, bb, ... as far as Word goes."""
    return lambda value: chr(ord(first) + (value - 1) % 26) * ((value + 25) // 26) if 1 <= value <= 780 else ""


def _roman(value: int) -> str:
    if not 1 <= value < 4000:
        return ""
    written = ""
    for worth, letters in _ROMAN:
        count, value = divmod(value, worth)
        written += letters * count
    return written


def _chinese(digits: str, units: str, *, one_ten: bool) -> Callable[[int], str]:
    """Return the format that names tens, hundreds and so on; 10 is 一十 or, shorter, 十."""

    def group(value: int) -> str:
        written = ""
        for unit, digit in zip((units[2], units[1], units[0], ""), map(int, f"{value:04}"), strict=True):
            if digit:
                written += digits[digit] + unit
            elif written and not written.endswith(digits[0]):
                written += digits[0]
        return written.rstrip(digits[0])

    def write(value: int) -> str:
        if not 1 <= value < 100_000_000:
            return ""
        high, low = divmod(value, 10_000)
        written = group(low)
        if high:
            gap = digits[0] if 0 < low < 1000 else ""
            written = group(high) + units[3] + gap + written
        short = not one_ten and written.startswith(digits[1] + units[0])
        return written[1:] if short else written

    return write


def _japanese(value: int) -> str:
    """Return tens, hundreds and thousands without 一 before them and without zeros."""
    written = _CHINESE(value).replace("零", "")
    for unit in "十百千":
        written = written.replace(f"一{unit}", unit)
    return written


def _up_to_hundred(value: int) -> str:
    return _CHINESE(value) if value < 100 else str(value).translate(_COUNTING)


_CHINESE = _chinese("零一二三四五六七八九", "十百千万", one_ten=False)
_FORMATS: dict[str, Callable[[int], str]] = {
    "bullet": lambda _: "",
    "chineseCounting": _up_to_hundred,
    "chineseCountingThousand": _CHINESE,
    "chineseLegalSimplified": _chinese("零壹贰叁肆伍陆柒捌玖", "拾佰仟万", one_ten=True),
    "decimalEnclosedCircle": _series("①", 20),
    "decimalEnclosedCircleChinese": _series("①", 20),
    "decimalEnclosedFullstop": _series("⒈", 20),
    "decimalEnclosedParen": _series("⑴", 20),
    "decimalFullWidth": lambda value: str(value).translate(_FULL_WIDTH),
    "decimalFullWidth2": lambda value: str(value).translate(_FULL_WIDTH),
    "decimalZero": lambda value: f"{value:02}",
    "hex": lambda value: f"{value:X}",
    "ideographDigital": lambda value: str(value).translate(_IDEOGRAPHIC),
    "ideographEnclosedCircle": _series("㊀", 10),
    "ideographLegalTraditional": _chinese("零壹貳參肆伍陸柒捌玖", "拾佰仟萬", one_ten=True),
    "ideographTraditional": _listed(_STEMS),
    "ideographZodiac": _listed(_BRANCHES),
    "ideographZodiacTraditional": _listed([_STEMS[i % 10] + _BRANCHES[i % 12] for i in range(60)]),
    "japaneseCounting": _japanese,
    "japaneseDigitalTenThousand": lambda value: str(value).translate(_IDEOGRAPHIC),
    "lowerLetter": _letters("a"),
    "lowerRoman": lambda value: _roman(value).lower(),
    "numberInDash": lambda value: f"- {value} -",
    "taiwaneseCounting": _up_to_hundred,
    "taiwaneseCountingThousand": _chinese("零一二三四五六七八九", "十百千萬", one_ten=False),
    "taiwaneseDigital": lambda value: str(value).translate(_COUNTING),
    "upperLetter": _letters("A"),
    "upperRoman": _roman,
}
