"""What the sheets of a review are called and hold, and what of their cells survives the programs that save them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from wenti.messages import said
from wenti.records import Kind, Role
from wenti.taxonomy import Taxonomy
from wenti.workbook_archive import MOST_CHARACTERS

MARK: Final = "…"
"""What a text ends in that is too long for a cell."""
SEPARATOR: Final = "；"
"""Between the units of a cell."""
STATEMENTS: Final = "statements"
REPORTS: Final = "reports"

SHEETS: dict[str, tuple[str, str]] = {
    STATEMENTS: ("语句", "Statements"),
    REPORTS: ("报告", "Reports"),
    "choices": ("选项", "Choices"),
    "guide": ("说明", "Read me"),
}
HEADERS: dict[str, tuple[str, str]] = {
    "number": ("序号", "No."),
    "text": ("语句", "Statement"),
    "kind": ("性质", "Kind"),
    "type": ("类型{number}", "Type {number}"),
    "reviewed": ("已复核", "Reviewed"),
    "note": ("备注", "Note"),
    "needs_review": ("待人工判定", "Needs review"),
    "probability": ("概率", "Probability"),
    "project": ("项目", "Project"),
    "units": ("单位", "Units"),
    "year": ("年度", "Year"),
    "score": ("得分", "Score"),
    "grade": ("等级", "Grade"),
    "section": ("章节", "Section"),
    "point": ("问题点", "Point"),
    "path": ("文件", "File"),
    "kind_before": ("原性质", "Kind before"),
    "types_before": ("原类型", "Types before"),
    "project_before": ("原项目", "Project before"),
    "units_before": ("原单位", "Units before"),
    "year_before": ("原年度", "Year before"),
    "score_before": ("原得分", "Score before"),
    "grade_before": ("原等级", "Grade before"),
    "report": ("报告标识", "Report id"),
    "part": ("部分", "Part"),
    "start": ("起", "Start"),
    "end": ("止", "End"),
}
SECTIONS: dict[Role, tuple[str, str]] = {
    "overview": ("项目概况", "overview"),
    "conclusion": ("评价结论", "conclusion"),
    "achievements": ("主要成效", "achievements"),
    "findings": ("主要问题", "findings"),
    "requirements": ("整改要求", "requirements"),
    "rectified": ("已整改", "put right"),
    "other": ("其他", "other"),
}
TEXTS: dict[str, tuple[str, str]] = {
    "yes": ("是", "yes"),
    "pick": ("请从下拉列表中选择。", "Please pick from the list."),
    "pick_title": ("无法识别", "Not known"),
    "guide_0": ("复核说明", "How to review"),
    "guide_1": (
        "一、在“语句”表中核对每条语句的性质和类型，在黄色各列改正。核对无误的，在“已复核”一列选“是”；改动过的行无论选否都算已复核。",
        "1. On sheet Statements, check kind and types of each row; correct them in the yellow columns. Where "
        "all is right, set Reviewed to yes; a row that was changed counts as reviewed in any case.",
    ),
    "guide_2": (
        "二、主要类型填在“类型1”。清空全部类型，表示没有可归的类型。筛选“待人工判定”一列，可以先看程序没有把握的语句。",
        "2. The main type stands first. A row without types has none. Filter by Needs review to see first "
        "what the program is not sure of.",
    ),
    "guide_3": (
        "三、“报告”表中的项目、单位、年度、得分、等级如有错误，直接改正；多家单位之间用“；”或“、”隔开。",
        "3. On sheet Reports, correct project, units, year, score and grade; put a semicolon between units.",
    ),
    "guide_4": (
        "四、灰色各列和右侧隐藏的各列用于对回原文，请勿改动或删除。整表可以筛选、排序，列的先后和宽窄可以调整。",
        "4. Grey columns, and hidden ones to the right, lead back to the source; leave them as they are. "
        "Filter and sort whole sheets as you like, move and widen columns.",
    ),
    "guide_5": (
        "五、改完后保存为 .xlsx，重新生成报告时交回程序：人工改正优先于程序判别，并在报告中注明；对不上原文的行会逐一列出。",
        "5. Save as .xlsx and hand it back when the report is made again: corrections win over the program "
        "and are marked; rows that fit nothing any more are listed.",
    ),
    "guide_6": (
        "六、复核过的语句可以收入语料：wenti corpus add 本文件 --to 语料.tsv",
        "6. Reviewed statements can go into a corpus: wenti corpus add THIS_FILE --to corpus.tsv",
    ),
}
_LONGEST_NAME = 1000
_TYPE = re.compile(r"(?:类型|type)([1-9][0-9]?)")
_UNSHOWN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_UNSTABLE = re.compile("[\\s\x00-\x1f\x7f-\x9f\u200b\ufeff\ufffd-\uffff\ud800-\udfff]")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


def header_of(column: str, lang: str) -> str:
    """Return the header of a column; those of types are called ``type1``, ``type2`` and so on."""
    if column in HEADERS:
        return said(HEADERS[column], lang)
    return said(HEADERS["type"], lang).format(number=column.removeprefix("type"))


def columns_in(header: Iterable[object]) -> dict[str, int]:
    """Return which column stands where, by headers in either language."""
    known = {folded(name): column for column, names in HEADERS.items() for name in names if column != "type"}
    found: dict[str, int] = {}
    for index, cell in enumerate(header):
        name = folded(cell) if isinstance(cell, str) else ""
        numbered = _TYPE.fullmatch(name)
        column = f"type{numbered[1]}" if numbered else known.get(name)
        if column is not None:
            found.setdefault(column, index)
    return found


def type_columns(columns: Iterable[str]) -> list[str]:
    """Return the columns of types among columns, the main one first."""
    return sorted(filter(_TYPE.fullmatch, columns), key=lambda column: int(column.removeprefix("type")))


def folded(text: str) -> str:
    """Return a name without what people write one way or the other: width, case, space."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text[:_LONGEST_NAME])).casefold()


def shown(text: str) -> str:
    """Return a text as a cell can hold it: without what XML forbids, and cut where it is too long."""
    text = _UNSHOWN.sub("\ufffd", text)
    if 2 * len(text) <= MOST_CHARACTERS:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * MOST_CHARACTERS:
        return text
    return units[: 2 * (MOST_CHARACTERS - 1)].decode("utf-16-le", "ignore") + MARK


def is_cut(text: str) -> bool:
    """Tell whether a cell's text is the beginning of a longer one."""
    return text.endswith(MARK) and len(text.encode("utf-16-le", "replace")) >= 2 * (MOST_CHARACTERS - 1)


def unescaped(text: str) -> str:
    """Return a text in which escaped characters are written out."""
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    return _UNSHOWN.sub("\ufffd", chr(int(found[1], 16)))


def canonical(text: str) -> str:
    """Return what of a text no program changes that saves a workbook: neither space nor control characters."""
    while (plain := unescaped(text)) != text:
        text = plain
    return _UNSTABLE.sub("", text)


class Choices:
    """Kinds and types as a reviewer picks them: by name, in either language, or by id.

    Parameters
    ----------
    taxonomy : Taxonomy
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        kinds = [(kind.id, (kind.name, kind.english)) for kind in taxonomy.kinds]
        types = [
            (problem.id, (f"{category.name} / {problem.name}", f"{category.english} / {problem.english}"))
            for category in taxonomy.categories
            for problem in category.types
        ]
        self._kinds, self._types = _distinct(kinds), _distinct(types)
        short = [(problem.id, (problem.name, problem.english)) for problem in taxonomy.types()]
        self._kind_of = _lookup([*self._kinds.items()])
        self._type_of = _lookup([*short, *self._types.items()])

    def kinds(self, lang: str) -> list[str]:
        """Return the names of all kinds."""
        return [said(names, lang) for names in self._kinds.values()]

    def types(self, lang: str) -> list[str]:
        """Return the names of all types, each after its category's."""
        return [said(names, lang) for names in self._types.values()]

    def kind_name(self, kind: Kind, lang: str) -> str:
        """Return what a kind is called."""
        return said(self._kinds[kind], lang)

    def type_name(self, label: str, lang: str) -> str:
        """Return what a type is called, after its category."""
        return said(self._types[label], lang)

    def kind_of(self, name: str) -> str | None:
        """Return the id of a kind."""
        return self._kind_of.get(folded(name))

    def type_of(self, name: str) -> str | None:
        """Return the id of a type."""
        return self._type_of.get(folded(name))


def _distinct(entries: Sequence[tuple[str, tuple[str, str]]]) -> dict[str, tuple[str, str]]:
    """Return names by id; where two are called the same, the id tells them apart."""
    counts = Counter(folded(name) for _, names in entries for name in set(names))
    named: dict[str, Any] = {
        label: tuple(name if counts[folded(name)] == 1 else f"{name} ({label})" for name in names)
        for label, names in entries
    }
    return named


def _lookup(entries: Sequence[tuple[str, tuple[str, str]]]) -> dict[str, str]:
    """Return ids by name; a name of several is none of theirs."""
    owners: dict[str, set[str]] = {}
    for label, names in entries:
        for name in (*names, label):
            owners.setdefault(folded(name), set()).add(label)
    return {name: next(iter(labels)) for name, labels in owners.items() if len(labels) == 1}
