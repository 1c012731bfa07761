"""The workbook that a reviewer gets: statements with drop-downs for kind and types, and the metadata of reports."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wenti.errors import OutputError
from wenti.messages import said
from wenti.output import check_file
from wenti.records import Report, TaggedStatement
from wenti.review.book import Value, cell_xml, saved
from wenti.review.layout import (
    REPORTS,
    SECTIONS,
    SEPARATOR,
    SHEETS,
    STATEMENTS,
    TEXTS,
    Choices,
    header_of,
)
from wenti.taxonomy import Taxonomy

MOST_STATEMENTS = 100_000
"""Of a workbook; people and their programs cope with no more."""
_LEAST_TYPES = 3
_BLOCK = 200  # rows that are written at a time
_LINE, _ROOM, _HIGHEST = 16, 4, 409  # points: of a line, around it, and of Excel's rows
_A4 = 9  # of Excel's paper sizes
_GREY, _EDIT = ("FFE7E6E6", "FFF5F5F5"), ("FFFFD966", "FFFFF9E5")  # of the header, and of the cells below it
_DONE, _OPEN = "FFD5E8C8", "FFF8CBAD"
_GRADES = "优,良,中,差"
_CENTRED = frozenset(["number", "kind", "reviewed", "needs_review", "year", "score", "grade", "section", "point"])


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: its width in narrow characters, whether it is to be corrected, whether it is out of sight."""

    name: str
    width: int
    is_edited: bool = False
    is_hidden: bool = False


def _statement_columns(n_types: int) -> list[_Column]:
    return [
        *(_Column("number", 7), _Column("text", 54), _Column("kind", 15, is_edited=True)),
        *(_Column(f"type{number}", 34, is_edited=True) for number in range(1, n_types + 1)),
        *(_Column("reviewed", 10, is_edited=True), _Column("note", 18, is_edited=True)),
        *(_Column("needs_review", 14), _Column("probability", 12), _Column("project", 28), _Column("units", 24)),
        *(_Column("year", 8), _Column("section", 12), _Column("point", 10)),
        *(_Column(name, 16, is_hidden=True) for name in ("kind_before", "types_before", "report")),
        *(_Column(name, 8, is_hidden=True) for name in ("part", "start", "end")),
    ]


_FIELDS = (("project", 40), ("units", 40), ("year", 9), ("score", 9), ("grade", 9))
_REPORT_COLUMNS = [
    *(_Column("number", 7), _Column("path", 40)),
    *(_Column(name, width, is_edited=True) for name, width in (*_FIELDS, ("note", 24))),
    *(_Column(f"{name}_before", 12, is_hidden=True) for name, _ in _FIELDS),
    *(_Column("report", 16, is_hidden=True), _Column("part", 8, is_hidden=True)),
]


def check_new(path: str | Path) -> None:
    """Check that a workbook can be written there and that nothing is lost by it, before the work is done.

    Raises
    ------
    OutputError
        If there is something already, or the folder is missing.
    """
    if Path(path).exists():
        raise OutputError("file_exists", file=str(path))
    check_file(path)


def write_review(
    path: str | Path,
    reports: Sequence[Report],
    statements: Sequence[TaggedStatement],
    taxonomy: Taxonomy,
    lang: str = "zh",
) -> None:
    """Write the workbook in which a person corrects kinds, types and metadata.

    Parameters
    ----------
    path : str or Path
        A new file.
    reports, statements
        As :func:`wenti.tagging.tag_reports` takes and returns them.
    taxonomy : Taxonomy
        What kinds and types are chosen from.
    lang : {"zh", "en"}, default="zh"

    Raises
    ------
    OutputError
        If there is a file already, it cannot be written, or there are more statements than a person could review.
    """
    from openpyxl import Workbook

    check_new(path)
    if len(statements) > MOST_STATEMENTS:
        raise OutputError("review_rows_many", file=str(path), rows=len(statements), most=MOST_STATEMENTS)
    choices = Choices(taxonomy)
    n_types = max([_LEAST_TYPES, *(len(tagged.types) for tagged in statements)])
    book = Workbook()
    _add_guide(book.active, lang)
    statement_rows = _Sheet(book, STATEMENTS, _statement_columns(n_types), len(statements), lang)
    report_rows = _Sheet(book, REPORTS, _REPORT_COLUMNS, len(reports), lang)
    _add_choices(book.create_sheet(said(SHEETS["choices"], lang)), choices, lang)
    _let_choose(statement_rows, choices, n_types, lang)
    _let_choose_grade(report_rows)
    book.active = 1
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet.title == statement_rows.title
    rows = {
        statement_rows.title: statement_rows.rows(_statement_values(reports, statements, n_types, choices, lang)),
        report_rows.title: report_rows.rows(_report_values(reports)),
    }
    try:
        content = saved(book, rows)
    except OutputError as error:
        error.file = str(path)
        raise
    _write_new(Path(path), content)


def _write_new(path: Path, content: bytes) -> None:
    """Write a file unless there is one by now; half a file is worse than none."""
    try:
        file = path.open("xb")
    except FileExistsError:
        raise OutputError("file_exists", file=str(path)) from None
    except OSError as error:
        raise OutputError("file_unwritable", file=str(path), detail=error.strerror or str(error)) from None
    try:
        with file:
            file.write(content)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise OutputError("file_unwritable", file=str(path), detail=error.strerror or str(error)) from None


class _Sheet:
    """A sheet of many rows: its header and looks are made at once, its rows as they are asked for."""

    def __init__(self, book: Any, name: str, columns: Sequence[_Column], n_rows: int, lang: str) -> None:
        from openpyxl.styles import Font
        from openpyxl.utils import get_column_letter

        self.title = said(SHEETS[name], lang)
        self.sheet = book.create_sheet(self.title)
        self.last = n_rows + 1
        self._columns = columns
        self._letters = {column.name: get_column_letter(index) for index, column in enumerate(columns, 1)}
        whole = f"A1:{get_column_letter(len(columns))}{self.last}"
        self.sheet.calculate_dimension = lambda: whole  # as openpyxl knows the header only
        self.sheet.auto_filter.ref = whole
        self.sheet.freeze_panes = "C2"
        _set_page(self.sheet)
        self.sheet.print_title_rows = "1:1"
        for index, column in enumerate(columns, 1):
            cell = self.sheet.cell(1, index, header_of(column.name, lang))
            _paint(cell, (_EDIT if column.is_edited else _GREY)[0], is_centred=True)
            cell.font = cell.font + Font(bold=True)
            dimension = self.sheet.column_dimensions[self._letters[column.name]]
            dimension.width = column.width
            if column.is_hidden:
                dimension.hidden, dimension.outlineLevel = True, 1
        self.sheet.row_dimensions[1].height = 2 * _LINE
        self._styles = {column.name: (self._style(column, False), self._style(column, True)) for column in columns}

    def _style(self, column: _Column, is_quoted: bool) -> int:
        """Return the number of the style of a column's cells."""
        from openpyxl.cell import Cell
        from openpyxl.styles import Alignment

        cell = Cell(self.sheet, row=2, column=1)  # that is in no sheet: only its style is kept
        fill = None if column.name == "text" else (_EDIT if column.is_edited else _GREY)[1]
        _paint(cell, fill, is_centred=column.name in _CENTRED)
        cell.quotePrefix = is_quoted  # stays text when it is edited
        if column.name == "text":
            cell.alignment = Alignment(vertical="top", wrap_text=True)  # of a long one the beginning is to be seen
        if column.name == "probability":
            cell.number_format = "0.00"
        number: int = cell.style_id
        return number

    def cells(self, *names: str) -> str:
        """Return the range of neighbouring columns, from the first to the last of these."""
        return f"{self._letters[names[0]]}2:{self._letters[names[-1]]}{max(self.last, 2)}"

    def first(self, name: str) -> str:
        """Return the first cell of a column as rules for all rows name it."""
        return f"${self._letters[name]}2"

    def rows(self, values: Iterable[Sequence[Value]]) -> Iterator[bytes]:
        """Yield rows as XML, some at a time."""
        columns = [(self._letters[c.name], self._styles[c.name], c.width) for c in self._columns]
        block: list[str] = []
        for number, row in enumerate(values, start=2):
            cells = "".join(
                cell_xml(f"{letter}{number}", value, styles)
                for value, (letter, styles, _) in zip(row, columns, strict=True)
            )
            lines = max(
                _lines(value, width)
                for value, (_, _, width), column in zip(row, columns, self._columns, strict=True)
                if not column.is_hidden
            )
            # Programs that do not measure what they open would show the first line only.
            height = min(lines * _LINE + _ROOM, _HIGHEST)
            block.append(f'<row r="{number}" ht="{height}" customHeight="1">{cells}</row>')
            if len(block) == _BLOCK:
                yield "".join(block).encode()
                block.clear()
        yield "".join(block).encode()


def _lines(value: Value, width: int) -> int:
    """Return how many lines a cell takes; a Chinese character is as wide as two others."""
    if not isinstance(value, str) or (2 * len(value) < width and "\n" not in value):
        return 1
    lines = value[: _HIGHEST * width].split("\n")
    return sum(max(1, math.ceil(len(line.encode("gbk", "replace")) / (width - 1))) for line in lines)


def _paint(cell: Any, fill: str | None, *, is_centred: bool) -> None:
    from openpyxl.styles import Alignment, Border, PatternFill, Side

    side = Side("thin", "FFBFBFBF")
    cell.border = Border(left=side, right=side, top=side, bottom=side)
    cell.alignment = Alignment(vertical="center", wrap_text=True, horizontal="center" if is_centred else None)
    if fill is not None:
        cell.fill = PatternFill("solid", fgColor=fill)


def _set_page(sheet: Any) -> None:
    """Let the sheet be printed as wide as a page."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    sheet.page_setup.fitToHeight = 0  # as many pages as it takes
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _add_guide(sheet: Any, lang: str) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.title = said(SHEETS["guide"], lang)
    sheet.column_dimensions["A"].width = 100
    _set_page(sheet)
    for number, key in enumerate((key for key in TEXTS if key.startswith("guide_")), start=1):
        text = said(TEXTS[key], lang)
        cell = sheet.cell(number, 1, text)
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        if number == 1:
            cell.font = cell.font + Font(bold=True, size=14)
        sheet.row_dimensions[number].height = (_lines(text, 96) + 0.5) * _LINE


def _add_choices(sheet: Any, choices: Choices, lang: str) -> None:
    """Add the lists of the drop-downs, which are too long to stand in a rule."""
    sheet.sheet_state = "hidden"
    for column, names in enumerate((choices.kinds(lang), choices.types(lang)), start=1):
        for row, name in enumerate([header_of(("kind", "type1")[column - 1], lang), *names], start=1):
            cell = sheet.cell(row, column, name)
            cell.data_type = "s"  # also what begins with "="


def _let_choose(sheet: _Sheet, choices: Choices, n_types: int, lang: str) -> None:
    """Give the columns of a reviewer drop-downs, and rows the colours of their state."""
    from openpyxl.formatting.rule import FormulaRule
    from openpyxl.styles import PatternFill

    where = said(SHEETS["choices"], lang)
    yes = said(TEXTS["yes"], lang)
    kinds = f"'{where}'!$A$2:$A${len(choices.kinds(lang)) + 1}"
    types = f"'{where}'!$B$2:$B${len(choices.types(lang)) + 1}"
    _add_list(sheet, kinds, sheet.cells("kind"), lang)
    _add_list(sheet, types, sheet.cells("type1", f"type{n_types}"), lang)
    _add_list(sheet, f'"{yes}"', sheet.cells("reviewed"), lang)
    done = FormulaRule(formula=[f'{sheet.first("reviewed")}="{yes}"'], fill=PatternFill(bgColor=_DONE), stopIfTrue=True)
    pending = FormulaRule(formula=[f'{sheet.first("needs_review")}="{yes}"'], fill=PatternFill(bgColor=_OPEN))
    sheet.sheet.conditional_formatting.add(sheet.cells("number", "needs_review"), done)
    sheet.sheet.conditional_formatting.add(sheet.cells("number"), pending)
    sheet.sheet.conditional_formatting.add(sheet.cells("needs_review"), pending)


def _add_list(sheet: _Sheet, values: str, cells: str, lang: str) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(type="list", formula1=values, allow_blank=True, showErrorMessage=True)
    rule.error, rule.errorTitle = said(TEXTS["pick"], lang), said(TEXTS["pick_title"], lang)
    rule.add(cells)
    sheet.sheet.add_data_validation(rule)


def _let_choose_grade(sheet: _Sheet) -> None:
    """Offer the usual grades; another may be written."""
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(type="list", formula1=f'"{_GRADES}"', allow_blank=True, showErrorMessage=False)
    rule.add(sheet.cells("grade"))
    sheet.sheet.add_data_validation(rule)


def _statement_values(
    reports: Sequence[Report], statements: Sequence[TaggedStatement], n_types: int, choices: Choices, lang: str
) -> Iterator[list[Value]]:
    yes = said(TEXTS["yes"], lang)
    for number, tagged in enumerate(statements, start=1):
        report = reports[tagged.report]
        types: list[Value] = [choices.type_name(label, lang) for label in tagged.types]
        yield [
            *(number, tagged.statement.text, choices.kind_name(tagged.kind, lang)),
            *(types + [None] * (n_types - len(types))),
            *(yes if tagged.reviewed else None, None),
            *(yes if tagged.needs_review else None, round(tagged.kind_probability, 4)),
            *(report.project, SEPARATOR.join(report.units), report.year),
            *(said(SECTIONS[tagged.section], lang), tagged.point),
            *(tagged.kind, ";".join(tagged.types), report.source.sha256, report.source.part),
            *(tagged.statement.start, tagged.statement.end),
        ]


def _report_values(reports: Sequence[Report]) -> Iterator[list[Value]]:
    for number, report in enumerate(reports, start=1):
        fields: list[Value] = [
            *(report.project, SEPARATOR.join(report.units), report.year, report.evaluation_score, report.grade),
        ]
        yield [number, report.source.path, *fields, None, *fields, report.source.sha256, report.source.part]
