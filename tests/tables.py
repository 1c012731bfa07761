"""Tables in and out of ``wenti tag``, and processes that are at it."""

from __future__ import annotations

import csv
import io
import json
import os
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from wenti.classifier import Classifier
from wenti.tables import TAG_COLUMNS

Row = dict[str, Any]

STATEMENTS = (
    "项目预算执行率低",
    "资产闲置，且未及时办理竣工验收",
    "建立了内部控制制度，群众满意度达到 95%",
    "2022 年预算安排 43.26 万元",
    "建议加快预算执行进度，盘活存量资金",
    "绩效目标不明确，指标未量化",
    "今天天气很好",
)


def expected(classifier: Classifier, text: str) -> Row:
    """Return the tags of a statement as the contract has them, from what the model says of it alone."""
    (prediction,) = classifier.predict([text])
    return {
        "kind": prediction.kind,
        "kind_probability": round(prediction.kind_probability, 4),
        "types": ";".join(tag.id for tag in prediction.types),
        "type_probabilities": ";".join(str(round(tag.probability, 4)) for tag in prediction.types),
        "needs_review": prediction.needs_review,
    }


def assert_tagged(classifier: Classifier, text: str, row: Row, prefix: str = "") -> None:
    """Assert that a row has the tags of a text; the last digit may differ where a probability lies between two."""
    tags = expected(classifier, text)
    found = {name: row[prefix + name] for name in TAG_COLUMNS}
    for name in ("kind", "types"):
        assert (found[name] or "") == tags[name], text
    assert str(found["needs_review"]).lower() == str(tags["needs_review"]).lower(), text
    for name in ("kind_probability", "type_probabilities"):
        numbers = [[float(part) for part in str(each).split(";") if part] for each in (found[name] or "", tags[name])]
        assert len(numbers[0]) == len(numbers[1]), text
        assert all(abs(one - other) < 1.1e-4 for one, other in zip(*numbers, strict=True)), text


def csv_bytes(rows: Iterable[Sequence[str]], encoding: str = "utf-8", **how: Any) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, **how).writerows(rows)
    return stream.getvalue().encode(encoding)


def csv_rows(path: Path, delimiter: str = ",") -> list[list[str]]:
    """Return the cells of a CSV file that must begin as Excel wants it."""
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf"), "no byte-order mark"
    with io.StringIO(content.decode("utf-8-sig"), newline="") as stream:
        return list(csv.reader(stream, delimiter=delimiter))


def csv_dicts(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    header, *rows = csv_rows(path, delimiter)
    return [dict(zip(header, row, strict=True)) for row in rows]


def json_rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_bytes().split(b"\n") if line]


def sheet_rows(path: Path, sheet: str | None = None) -> list[list[Any]]:
    """Return the values of a sheet, without empty cells at the ends of rows."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True)
    rows = [list(row) for row in (book[sheet] if sheet else book.worksheets[0]).iter_rows(values_only=True)]
    book.close()
    for row in rows:
        while row and row[-1] is None:
            row.pop()
    return rows


def write_sheet(path: Path, rows: Iterable[Sequence[Any]], title: str = "Sheet1") -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.save(path)


def without_privileges() -> None:
    """Let permissions count for root, too, in what the child runs next."""
    if os.geteuid() == 0:
        import ctypes

        for capability in (1, 2):  # to write and to read whatever the permissions say
            if ctypes.CDLL(None, use_errno=True).prctl(24, capability, 0, 0, 0):  # PR_CAPBSET_DROP
                raise OSError(ctypes.get_errno(), "prctl")


def in_front(*calls: Callable[[], None]) -> Callable[[], None]:
    """Return what does several things in a child before its command starts."""

    def before() -> None:
        for call in calls:
            call()

    return before


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that has ended and waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def await_that(holds: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something holds; fail if it does not come about."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
