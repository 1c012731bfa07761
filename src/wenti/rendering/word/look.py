"""What a report looks like: its styles as data, after the layout of official documents (GB/T 9704).

Sizes are in half-points, distances in twentieths of a point, as Word has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LATIN = "Times New Roman"
TITLE_FONT, BODY_FONT, HEADING_FONT, SECOND_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
# Word takes what stands here as one name (31 characters at most), so that each font has one to fall back on.
FALLBACKS = {TITLE_FONT: "宋体", BODY_FONT: "仿宋", HEADING_FONT: "SimHei", SECOND_FONT: "楷体"}

ACCENT, QUIET, GOOD, BAD = "1F3864", "595959", "2E6B34", "A61C1C"
HEAD_FILL, PALE_FILL, LINE = "E4EAF3", "F4F6FA", "8A94A6"
SHADES = ("", "FDECE2", "F9CFB7", "F0A482", "C4523F", "8E1B1F")
"""Fills of a heat map, from nothing to most; also a printer without colours tells them apart."""

PORTRAIT, LONG_SIDE = 11906, 16838
TOP, RIGHT, BOTTOM, LEFT = 1701, 1474, 1588, 1588
TEXT_WIDTH = PORTRAIT - LEFT - RIGHT
COVER_TOP, COVER_LINE, COVER_SIZE = 4200, 800, 48


@dataclass(frozen=True, slots=True)
class Style:
    """A style.

    Attributes
    ----------
    role : str
        What it is to the renderer; also its id in files of our own.
    names : tuple of str
        In Chinese and English; one where Word has a name of its own.
    based_on : str
        A role.
    paragraph, run, table : str
        XML of its properties, in the order that Word's schema has; ``{numbering}`` is where a list's number goes.
    following : str
        The role of the paragraph that a person types below it.
    """

    role: str
    names: tuple[str, ...]
    based_on: str = ""
    paragraph: str = ""
    run: str = ""
    kind: Literal["paragraph", "character", "table"] = "paragraph"
    following: str = ""
    table: str = ""

    def name(self, is_chinese: bool) -> str:
        """Return the name to give it."""
        return self.names[0 if is_chinese else -1]


def _font(east: str = "", size: int = 0, *, is_bold: bool = False, color: str = "", spaced: int = 0) -> str:
    parts = [f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{east}" w:cs="{LATIN}"/>' if east else ""]
    parts.append("<w:b/>" if is_bold else "")
    parts.append(f'<w:color w:val="{color}"/>' if color else "")
    parts.append(f'<w:spacing w:val="{spaced}"/>' if spaced else "")
    parts.append(f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>' if size else "")
    return "".join(parts)


def _spacing(before: int, after: int, line: int = 240, rule: str = "auto") -> str:
    """Return spacing that says all, so that nothing of a template's Normal style shines through."""
    return (
        f'<w:spacing w:before="{before}" w:beforeAutospacing="0" w:after="{after}" w:afterAutospacing="0" '
        f'w:line="{line}" w:lineRule="{rule}"/>'
    )


def _indent(left: int = 0, first: int = 0, chars: int = 0) -> str:
    hanging = f'w:hanging="{-first}"' if first < 0 else f'w:firstLineChars="{chars}" w:firstLine="{first}"'
    return f'<w:ind w:leftChars="0" w:left="{left}" w:rightChars="0" w:right="0" {hanging}/>'


def _align(name: str) -> str:
    return f'<w:jc w:val="{name}"/>'


_FLUSH = _indent()
_TOGETHER = "<w:keepNext/><w:keepLines/>"


def styles_of(is_chinese: bool, width: int, *, is_guest: bool = False) -> tuple[Style, ...]:
    """Return the styles of a report, those that others are based on first.

    Parameters
    ----------
    is_chinese : bool
        Official documents in Chinese indent paragraphs by two characters; English reports are set smaller, with space
        between paragraphs.
    width : int
        Of the text, for the page numbers of the table of contents.
    is_guest : bool, default=False
        In a file of the user's own, running text has the lines of its Normal style.
    """
    return (
        *_texts(is_chinese, is_guest),
        *_headings(is_chinese),
        *_contents(is_chinese, width),
        *_cover(),
        *_tables(is_chinese),
        *_characters(),
    )


def _texts(is_chinese: bool, is_guest: bool) -> tuple[Style, ...]:
    size, line = (28, 520) if is_chinese else (22, 300)
    lines = _spacing(0, 0, line, "exact") if is_chinese else _spacing(0, 120, line, "exact")
    body = "" if is_guest else lines
    small = 21 if is_chinese else 18
    quote = 24 if is_chinese else 20
    source = _spacing(0, 140, 320 if is_chinese else 240, "exact")
    edge = '<w:pBdr><w:left w:val="single" w:sz="{0}" w:space="8" w:color="{1}"/></w:pBdr>'
    return (
        Style("Normal", ("Normal",), "", lines + _FLUSH + _align("both"), _font(BODY_FONT, size)),
        Style(
            "BodyText",
            ("Body Text",),
            "Normal",
            body + (_indent(0, size * 20, 200) if is_chinese else _FLUSH),
        ),
        Style(
            "KeyMessage",
            ("要点", "Key Message"),
            "Normal",
            f'<w:keepLines/>{edge.format(24, ACCENT)}<w:shd w:val="clear" w:color="auto" w:fill="{PALE_FILL}"/>'
            + _spacing(120, 160, line, "exact")
            + _indent(170),
        ),
        Style(
            "Note",
            ("注释", "Note"),
            "Normal",
            _spacing(60, 120, 320 if is_chinese else 250, "exact") + _FLUSH,
            _font("", small, color=QUIET),
        ),
        Style(
            "ListBullet",
            ("List Bullet",),
            "Normal",
            "{numbering}" + body + (_indent(840, -280) if is_chinese else _indent(360, -240)),
        ),
        Style(
            "Quote",
            ("引用语句", "Quoted Sentence"),
            "Normal",
            f"{_TOGETHER}{edge.format(12, 'B8C2D3')}{_spacing(140, 0, 400 if is_chinese else 270, 'exact')}{_indent(440)}",
            _font(SECOND_FONT, quote),
        ),
        Style(
            "QuoteSource",
            ("引用出处", "Quote Source"),
            "Normal",
            f"<w:keepLines/>{edge.format(12, 'B8C2D3')}{source}{_indent(440)}",
            _font("", small, color=QUIET),
        ),
    )


def _headings(is_chinese: bool) -> tuple[Style, ...]:
    fonts: tuple[str, ...]
    if is_chinese:
        fonts = (_font(HEADING_FONT, 32), _font(SECOND_FONT, 30), _font(BODY_FONT, 28, is_bold=True))
        indents = (_indent(0, 640, 200), _indent(0, 600, 200), _indent(0, 560, 200))
        lines = (_spacing(280, 140, 560, "exact"), _spacing(200, 80, 540, "exact"), _spacing(140, 40, 520, "exact"))
        appendix = (_FLUSH, *indents[1:])
    else:
        fonts = tuple(_font(HEADING_FONT, size, is_bold=True, color=ACCENT) for size in (32, 26, 23))
        indents = (_indent(567, -567), _indent(709, -709), _indent(851, -851))
        lines = (_spacing(360, 160), _spacing(280, 120), _spacing(220, 80))
        appendix = (_FLUSH, *indents[1:])
    made = []
    for level in range(3):
        rest = f'{_align("left")}<w:outlineLvl w:val="{level}"/>'
        made.append(
            Style(
                f"Heading{level + 1}",
                (f"heading {level + 1}",),
                "Normal",
                f"{_TOGETHER}{{numbering}}{lines[level]}{indents[level]}{rest}",
                fonts[level],
                following="BodyText",
            )
        )
    for level in range(3):
        breaks = "<w:pageBreakBefore/>" if level == 0 else ""
        made.append(
            Style(
                f"Appendix{level + 1}",
                (f"附录标题 {level + 1}", f"Annex Heading {level + 1}"),
                f"Heading{level + 1}",
                f'{_TOGETHER}{breaks}{{numbering}}{appendix[level]}<w:outlineLvl w:val="{level}"/>',
                following="BodyText",
            )
        )
    return tuple(made)


def _contents(is_chinese: bool, width: int) -> tuple[Style, ...]:
    size, line = (24, 410) if is_chinese else (21, 310)
    step = 480 if is_chinese else 300
    numbers = (480, 620, 760)
    made = [
        Style(
            "TOCHeading",
            ("TOC Heading",),
            "Normal",
            f"<w:keepNext/>{_spacing(240, 320, 560, 'exact')}{_FLUSH}{_align('center')}",
            _font(HEADING_FONT, 36, is_bold=not is_chinese, spaced=120 if is_chinese else 0),
        )
    ]
    for level in range(3):
        after_number = step * level + numbers[level]
        first = "" if is_chinese else f'<w:tab w:val="left" w:pos="{after_number}"/>'
        made.append(
            Style(
                f"TOC{level + 1}",
                (f"toc {level + 1}",),
                "Normal",
                f'<w:tabs>{first}<w:tab w:val="right" w:leader="dot" w:pos="{width}"/></w:tabs>'
                + _spacing(60 if level == 0 else 0, 0, line, "exact")
                + _indent(step * level)
                + _align("left"),
                _font(HEADING_FONT if level == 0 else BODY_FONT, size),
            )
        )
    return tuple(made)


def _cover() -> tuple[Style, ...]:
    below = f'<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="4" w:color="{LINE}"/></w:pBdr>'
    return (
        Style(
            "Title",
            ("Title",),
            "Normal",
            f"{_spacing(COVER_TOP, 600, COVER_LINE, 'exact')}{_FLUSH}{_align('center')}",
            _font(TITLE_FONT, COVER_SIZE),
        ),
        Style(
            "Subtitle",
            ("Subtitle",),
            "Normal",
            f"{_spacing(120, 120, 600, 'exact')}{_FLUSH}{_align('center')}",
            _font(SECOND_FONT, 36),
        ),
        Style(
            "Header", ("header",), "Normal", f"{below}{_spacing(0, 0)}{_FLUSH}{_align('center')}", _font(BODY_FONT, 18)
        ),
        Style("Footer", ("footer",), "Normal", f"{_spacing(0, 0)}{_FLUSH}{_align('center')}", _font("宋体", 28)),
    )


def letter_width(is_chinese: bool) -> int:
    """Return the width of a Chinese character in a table."""
    return _table_size(is_chinese) * 10 + 5


def _table_size(is_chinese: bool) -> int:
    return 21 if is_chinese else 19


def _tables(is_chinese: bool) -> tuple[Style, ...]:
    size = _table_size(is_chinese)
    border = f'<w:{{0}} w:val="single" w:sz="{{1}}" w:space="0" w:color="{LINE}"/>'
    edges = "".join(
        border.format(name, weight)
        for name, weight in (("top", 12), ("left", 4), ("bottom", 12), ("right", 4), ("insideH", 4), ("insideV", 4))
    )
    cell = _spacing(20, 20) + _FLUSH
    return (
        Style(
            "Caption",
            ("caption",),
            "Normal",
            f"<w:keepLines/>{_spacing(160, 80)}{_FLUSH}{_align('center')}",
            _font(HEADING_FONT, size, is_bold=not is_chinese),
        ),
        Style("Figure", ("图", "Figure"), "Normal", f"<w:keepNext/>{_spacing(120, 0)}{_FLUSH}{_align('center')}"),
        Style("TableText", ("表格文字", "Table Text"), "Normal", cell + _align("left"), _font(BODY_FONT, size)),
        Style(
            "TableSmall", ("表格小字", "Table Small"), "TableText", _spacing(0, 0, 190, "exact"), _font(BODY_FONT, 15)
        ),
        Style(
            "TableHead",
            ("表格标题行", "Table Head"),
            "TableText",
            f"<w:keepNext/>{cell}{_align('center')}",
            _font(HEADING_FONT, size, is_bold=not is_chinese),
        ),
        Style("TableGap", ("表后空隙", "Table Gap"), "Normal", f"{_spacing(0, 0, 160, 'exact')}{_FLUSH}", _font("", 8)),
        Style(
            "TileValue",
            ("指标数值", "Tile Value"),
            "Normal",
            f"<w:keepNext/>{_spacing(80, 0)}{_FLUSH}{_align('center')}",
            _font(HEADING_FONT, 44, is_bold=True, color=ACCENT),
        ),
        Style(
            "TileLabel",
            ("指标名称", "Tile Label"),
            "Normal",
            f"{_spacing(0, 80)}{_FLUSH}{_align('center')}",
            _font(BODY_FONT, size, color=QUIET),
        ),
        Style(
            "SignatureLine",
            ("签署行", "Signature Line"),
            "Normal",
            f"{_TOGETHER}{_spacing(200, 20)}{_FLUSH}{_align('left')}",
        ),
        Style("TableNormal", ("Normal Table",), kind="table", table=_margins(0, 108)),
        Style(
            "ReportTable",
            ("报告表格", "Report Table"),
            "TableNormal",
            kind="table",
            table=f"<w:tblPr><w:tblBorders>{edges}</w:tblBorders>{_margins(28, 85, is_inner=True)}</w:tblPr>"
            '<w:tblStylePr w:type="firstRow"><w:tcPr>'
            f'<w:shd w:val="clear" w:color="auto" w:fill="{HEAD_FILL}"/></w:tcPr></w:tblStylePr>',
        ),
    )


def _margins(upright: int, across: int, *, is_inner: bool = False) -> str:
    sides = (("top", upright), ("left", across), ("bottom", upright), ("right", across))
    cells = "".join(f'<w:{name} w:w="{width}" w:type="dxa"/>' for name, width in sides)
    margins = f"<w:tblCellMar>{cells}</w:tblCellMar>"
    return margins if is_inner else f'<w:tblPr><w:tblInd w:w="0" w:type="dxa"/>{margins}</w:tblPr>'


def _characters() -> tuple[Style, ...]:
    def made(role: str, names: tuple[str, ...], run: str) -> Style:
        return Style(role, names, run=run, kind="character")

    return (
        made("Strong", ("Strong",), "<w:b/>"),
        made("Quiet", ("次要文字", "Quiet"), _font(color=QUIET)),
        made("Good", ("向好", "Good"), _font(color=GOOD)),
        made("Bad", ("警示", "Bad"), _font(color=BAD)),
        # Nearly every number leads somewhere. Blue and underlined, they would be all that a reader of the paper sees.
        made("InternalLink", ("文内链接", "Internal Link"), _font(color=ACCENT)),
        made(
            "Tag",
            ("语句标记", "Tag"),
            f'{_font(color="7A4B00")}<w:shd w:val="clear" w:color="auto" w:fill="FFF1CC"/>',
        ),
    )
