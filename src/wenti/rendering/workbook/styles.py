"""Looks of cells, each made once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, Literal

from wenti.rendering.blocks import Tone

FONTS = {"zh": "微软雅黑", "en": "Calibri"}
SIZE = 10
INK, QUIET, LINK, ACCENT = "FF1F2328", "FF6B7280", "FF0B57A4", "FF1F4E79"
GOOD, BAD = "FF1E6B3A", "FFB3261E"
HEADER, GROUP, KEY, TILE = "FFDDE7F3", "FFF1F4F8", "FFFFF6E0", "FFF1F4F8"
RULE = "FFC9CFD6"
HOTTEST, COOLEST, BAR = "FFE8834F", "FFFFFFFF", "FF8FB4DA"
"""Ends of the scale of a heat map, and of the bars of shares."""
SHADES = ("FFFFFFFF", "FFFBE6DC", "FFF6CDB9", "FFF2B596", "FFED9C72", "FFE8834F")
"""Where the shades of a heat map are not those of its numbers."""

_INKS: dict[Tone, str] = {"": INK, "strong": INK, "quiet": QUIET, "good": GOOD, "bad": BAD}


@dataclass(frozen=True, slots=True)
class Look:
    """What a cell looks like."""

    size: float = SIZE
    bold: bool = False
    ink: str = INK
    fill: str = ""
    align: Literal["left", "right", "center"] = "left"
    vertical: Literal["top", "center", "bottom"] = "center"
    wrap: bool = True
    ruled: bool = False
    underlined: bool = False
    number_format: str = "General"
    quoted: bool = False

    def toned(self, tone: Tone) -> Look:
        """Return the look with the ink of a tone."""
        return self.but(ink=_INKS[tone], bold=self.bold or tone == "strong") if tone else self

    @cache  # noqa: B019 - there are few looks, and a workbook asks for them a hundred thousand times
    def but(self, **changes: Any) -> Look:
        """Return the look with some changes."""
        return replace(self, **changes)


HEAD = Look(bold=True, fill=HEADER, align="center", ruled=True)
BODY = Look(ruled=True)
CAPTION = Look(size=12, bold=True, ink=ACCENT, wrap=False)
NOTE = Look(size=9, ink=QUIET, vertical="top")
NAVIGATION = Look(size=9, ink=LINK, wrap=False, underlined=True)


class Styles:
    """Styles of a workbook.

    Parameters
    ----------
    sheet : openpyxl.worksheet.worksheet.Worksheet
        Any of its sheets.
    lang : {"zh", "en"}
    """

    def __init__(self, sheet: Any, lang: str) -> None:
        from openpyxl.cell import Cell

        self._cell: Callable[[], Any] = partial(Cell, sheet, 1, 1)
        self.font = FONTS[lang]
        self._made: dict[Look, Any] = {}

    def of(self, look: Look) -> Any:
        """Return the style of a look."""
        if look not in self._made:
            self._made[look] = self._new(look)._style
        return self._made[look]

    def number(self, look: Look) -> int:
        """Return the number of a look's style in the file."""
        cell = self._cell()
        cell._style = self.of(look)
        return int(cell.style_id)

    def _new(self, look: Look) -> Any:
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        cell = self._cell()
        underline = "single" if look.underlined else None
        cell.font = Font(name=self.font, size=look.size, bold=look.bold, color=look.ink, underline=underline)
        cell.alignment = Alignment(
            horizontal=look.align,
            vertical=look.vertical,
            wrap_text=look.wrap,
            indent=int(look.ruled and look.align == "right"),
        )
        if look.fill:
            cell.fill = PatternFill("solid", fgColor=look.fill)
        if look.ruled:
            side = Side("thin", RULE)
            cell.border = Border(left=side, right=side, top=side, bottom=side)
        cell.number_format = look.number_format
        cell.quotePrefix = look.quoted
        return cell
