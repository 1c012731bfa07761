"""Numbers as a reader sees them: in sentences and in tables by the same functions, so that they agree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

SIGNIFICANT = Decimal("0.05")

_LEAST, _MOST = (
    Decimal("0.1"),
    Decimal("99.9"),
)  # per cent: what is above 0 is not shown as 0, what is below 100 not as 100
_LARGE = 10_000  # 万元 in one 亿元
_MILLION = 1_000_000


def rounded(value: float, decimals: int, shift: int = 0) -> Decimal:
    """Return a number times 10 to the power of `shift`, rounded half up, as people do: 0.125 is 0.13.

    Examples
    --------
    >>> rounded(0.125, 2), rounded(0.125, 0, shift=2), rounded(-0.04, 1)
    (Decimal('0.13'), Decimal('13'), Decimal('0.0'))
    """
    number = Decimal(repr(float(value))).scaleb(shift).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return abs(number) if number == 0 else number


def plain(value: float, decimals: int, shift: int = 0) -> str:
    """Return a number with at most so many decimals, and no zeros after the last that says something.

    Examples
    --------
    >>> plain(75.0, 2), plain(80.06, 2), plain(76.4, 2)
    ('75', '80.06', '76.4')
    """
    text = f"{rounded(value, decimals, shift):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def decimals_of(text: str) -> int:
    """Return how many decimals a number is shown with."""
    return len(text.rstrip("%").partition(".")[2])


def percent(share: float) -> str:
    """Return a share in per cent, with a decimal only where it says something.

    Examples
    --------
    >>> percent(0.75), percent(0.125), percent(2 / 3), percent(0.0001), percent(0.9999)
    ('75%', '12.5%', '66.7%', '<0.1%', '>99.9%')
    """
    number = rounded(share, 1, shift=2)
    if share > 0 and number < _LEAST:
        return f"<{_LEAST}%"
    if share < 1 and number > _MOST:
        return f">{_MOST}%"
    return f"{plain(share, 1, shift=2)}%"


def interval(lower: float, upper: float) -> str:
    """Return the interval of a share in whole per cent; a decimal would feign precision.

    Examples
    --------
    >>> interval(0.4093, 0.9285)
    '41%–93%'
    """
    return f"{rounded(lower, 0, shift=2)}%–{rounded(upper, 0, shift=2)}%"


def points(difference: float) -> str:
    """Return a difference of shares in percentage points.

    Examples
    --------
    >>> points(0.125), points(-0.5), points(0.0001)
    ('12.5', '-50', '0')
    """
    return plain(difference, 1, shift=2)


def rate(value: float) -> str:
    """Return a rate that a sentence names, as exactly as reports do.

    Examples
    --------
    >>> rate(0.8625), rate(0.1)
    ('86.25%', '10%')
    """
    return f"{plain(value, 2, shift=2)}%"


def fixed(value: float, decimals: int) -> str:
    """Return a number with so many decimals, for columns whose numbers line up.

    Examples
    --------
    >>> fixed(79, 1), fixed(-0.04, 1)
    ('79.0', '0.0')
    """
    return f"{rounded(value, decimals):f}"


def score(value: float) -> str:
    """Return a score of an evaluation, as reports write it."""
    return plain(value, 2)


def probability(value: float) -> str:
    """Return a p-value.

    Examples
    --------
    >>> probability(0.0321), probability(0.0001)
    ('0.032', '<0.001')
    """
    number = rounded(value, 3)
    return f"{number:f}" if number else "<0.001"


def significant(p_value: float) -> bool:
    """Tell whether a p-value, as it is shown, is below 0.05."""
    return rounded(p_value, 3) < SIGNIFICANT


def money(value: float, lang: str) -> str:
    """Return an amount given in 万元; from 10,000 of them on in 亿元.

    Examples
    --------
    >>> money(356.8, "zh"), money(9999.999, "zh"), money(12345.6, "zh")
    ('356.8万元', '1亿元', '1.23亿元')
    >>> money(43.26, "en"), money(356.8, "en"), money(12345.6, "en")
    ('CNY 432,600', 'CNY 3.57 million', 'CNY 123.46 million')
    """
    if lang == "zh":
        large = rounded(value, 2) >= _LARGE
        return f"{plain(value, 2, shift=-4)}亿元" if large else f"{plain(value, 2)}万元"
    yuan = rounded(value, 0, shift=4)
    return f"CNY {yuan:,}" if yuan < _MILLION else f"CNY {plain(value, 2, shift=-2)} million"


def months(value: float, lang: str) -> str:
    """Return a length of time.

    Examples
    --------
    >>> months(8, "zh"), months(1.5, "zh"), months(1, "en"), months(8, "en")
    ('8个月', '1.5个月', '1 month', '8 months')
    """
    number = plain(value, 1)
    if lang == "zh":
        return f"{number}个月"
    return f"{number} month" if number == "1" else f"{number} months"


def ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return ascending numbers as ranges.

    Examples
    --------
    >>> ranges([1, 2, 3, 7])
    [(1, 3), (7, 7)]
    """
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def range_text(first: int, last: int) -> str:
    """Return a range of numbers."""
    return str(first) if first == last else f"{first}–{last}"


def ranks(counts: Sequence[int]) -> list[int]:
    """Return the rank of each of falling counts; equal counts have the same rank.

    Examples
    --------
    >>> ranks([6, 5, 5, 2])
    [1, 2, 2, 4]
    """
    return [counts.index(count) + 1 for count in counts]
