"""Readers and layouts of tables: what comes in comes out, however the file is written and wherever it is cut."""

from __future__ import annotations

import csv
import datetime
import decimal
import io
import json
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell

from tests.strategies import characters, texts
from tests.tables import STATEMENTS, csv_bytes, csv_rows, json_rows, sheet_rows, write_sheet
from wenti.errors import WentiError
from wenti.tables import (
    NAME_COLUMNS,
    SUFFIXES,
    TAG_COLUMNS,
    Chunk,
    Fault,
    Tags,
    delimited,
    json_lines,
    layout_of,
    open_table,
    parquet,
    workbook,
)
from wenti.tables.delimited import guarded
from wenti.tables.rows import added_columns, text_column

TAGS = ("weakness", 0.9876, "a.b;c.d", "0.9;0.8", True)
TAG_CELLS = ["weakness", "0.9876", "a.b;c.d", "0.9;0.8", "true"]
TAG_VALUES: dict[str, Any] = dict(zip(TAG_COLUMNS, TAGS, strict=True))


@dataclass(frozen=True)
class Passed:
    """What was found in a table that was written with the same tags for every statement."""

    texts: list[str]
    faults: list[tuple[int, str]]
    chunks: list[Chunk]


def columns_of(tags: Sequence[Sequence[Any] | None], n_columns: int = len(TAG_COLUMNS)) -> Tags:
    """Turn the tags of each row, or none, into columns."""
    return [[tag[index] if tag is not None else None for tag in tags] for index in range(n_columns)]


def passed(source: Path, target: Path, column: str | None = None, sheet: str | None = None) -> Passed:
    """Read a table and write it with tags, as ``wenti tag`` does, but without a model."""
    table = open_table(source, column, TAG_COLUMNS, sheet)
    layout = table.layout
    spool, part = target.with_name("spool"), target.with_name("part")
    result = Passed([], [], [])
    with spool.open("wb") as file:
        file.write(layout.begin())
        for chunk in table.chunks():
            found = layout.texts(chunk.rows)
            assert len(found) == len(chunk.lines)
            file.write(
                layout.encode(chunk.rows, columns_of([TAGS if isinstance(text, str) else None for text in found]))
            )
            result.chunks.append(chunk)
            result.texts.extend(text for text in found if isinstance(text, str))
            faults = zip(chunk.lines, found, strict=True)
            result.faults.extend((line, fault.key) for line, fault in faults if isinstance(fault, Fault))
    layout.whole(spool, part).replace(target)
    assert [chunk.done for chunk in result.chunks] == sorted(chunk.done for chunk in result.chunks)
    return result


def cut(module: Any, name: str, size: int, work: Callable[[], Passed]) -> Passed:
    """Do something with chunks of another size."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, name, size)
        return work()


# Which column, and what the new ones are called


def test_the_column_is_the_one_named_the_usual_one_or_the_only_one() -> None:
    assert text_column(["a", "b"], "b", "f") == 1
    assert text_column(["a", "问题描述", "text"], None, "f") == 2
    assert text_column(["a", "问题描述"], None, "f") == 1
    assert text_column(["a"], None, "f") == 0


@pytest.mark.parametrize(
    ("columns", "column", "key"),
    [(["a", "b"], None, "column_unclear"), (["a"], "b", "column_missing"), ([], None, "column_unclear")],
)
def test_a_column_that_is_not_there_is_told_with_those_that_are(columns: list[str], column: str, key: str) -> None:
    with pytest.raises(WentiError) as caught:
        text_column(columns, column, "表.csv")
    assert (caught.value.key, caught.value.file) == (key, "表.csv")
    assert ", ".join(columns) in caught.value.describe()


def test_new_columns_get_a_prefix_if_one_of_their_names_is_taken() -> None:
    assert added_columns(["text"], TAG_COLUMNS, "f") == TAG_COLUMNS
    assert added_columns(["text", "types"], TAG_COLUMNS, "f") == tuple(f"wenti_{name}" for name in TAG_COLUMNS)
    with pytest.raises(WentiError) as caught:
        added_columns(["types", "wenti_kind"], TAG_COLUMNS, "f")
    assert (caught.value.key, caught.value.facts) == ("columns_taken", {"columns": "wenti_kind"})


# CSV

cells = st.one_of(
    texts, st.text(characters, max_size=6), st.sampled_from(["", '"', '""', ",", "\n", "\r\n", "=1", "-"])
)
statements = texts.filter(lambda text: text.strip())


@st.composite
def csv_tables(draw: st.DrawFn) -> tuple[list[list[str]], dict[str, Any], str]:
    """Rows below a header of id, text, note; how to write them; and the encoding."""
    rows = draw(st.lists(st.tuples(cells, statements, cells).map(list), max_size=12))
    how = {
        "delimiter": draw(st.sampled_from(",\t;")),
        "lineterminator": draw(st.sampled_from(["\r\n", "\n"])),
        "quoting": draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
    }
    if how["lineterminator"] == "\n" and any("\r" in cell for row in rows for cell in row):
        how["quoting"] = csv.QUOTE_ALL  # or Python writes a line end that is not quoted
    return rows, how, draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))


@settings(max_examples=150)
@given(csv_tables(), st.sampled_from([1, 40, 300_000]))
def test_csv_cells_come_out_as_they_came_in_and_none_is_a_formula(
    table: tuple[list[list[str]], dict[str, Any], str], characters: int
) -> None:
    rows, how, encoding = table
    with TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.csv", Path(folder) / "out.csv"
        # Chinese in the header tells GB18030 from what could be UTF-8 by chance.
        source.write_bytes(csv_bytes([["序号", "text", "评价单位备注"], *rows], encoding, **how))
        found = cut(delimited, "_CHARACTERS", characters, lambda: passed(source, target))
        header, *out = csv_rows(target, how["delimiter"])
        content = target.read_bytes().decode("utf-8-sig")
    assert header == ["序号", "text", "评价单位备注", *TAG_COLUMNS]
    assert out == [[guarded(cell) for cell in row] + TAG_CELLS for row in rows]
    assert found.texts == [row[1] for row in rows]
    assert found.faults == []
    assert content.endswith(how["lineterminator"])
    if all(guarded(cell) == cell for row in rows for cell in row):  # then to the letter
        end = how["lineterminator"]
        tags = how["delimiter"] + csv_bytes([TAG_CELLS], **how | {"quoting": csv.QUOTE_MINIMAL}).decode()
        body = "".join(csv_bytes([row], **how).decode().removesuffix(end) + tags for row in rows)
        assert content.endswith(body)


def test_rows_stay_as_they_are_written_however_oddly(tmp_path: Path) -> None:
    lines = ['1,"项目",x', '2, 资金闲置 ,"a ""b"" c"', "3,'资产',\"\"", '4,ab"c"d,é', '5,"两\n行","逗,号"', "6,末行,"]
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(("id,text,note\n" + "\n".join(lines)).encode())
    passed(source, target)
    end = "," + ",".join(TAG_CELLS)
    expected = "id,text,note," + ",".join(TAG_COLUMNS) + "\n" + "".join(f"{line}{end}\n" for line in lines)
    assert target.read_bytes() == b"\xef\xbb\xbf" + expected.encode()


@given(st.lists(st.sampled_from(["good", "quoted lines", "empty", "few", "many", "blank"]), max_size=30), st.data())
def test_faults_are_listed_with_the_line_they_begin_in_wherever_the_file_is_cut(
    kinds: list[str], data: st.DataObject
) -> None:
    shapes = {
        "good": "1,预算执行率低",
        "quoted lines": '2,"一\n\n三"',
        "empty": "3,",
        "few": "4",
        "many": "5,a,b",
        "blank": "",
    }
    reasons = {"empty": "row_empty", "few": "row_columns", "many": "row_columns"}
    faults, line = [], 2
    for kind in kinds:
        if kind in reasons:
            faults.append((line, reasons[kind]))
        line += shapes[kind].count("\n") + 1
    with TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.csv", Path(folder) / "out.csv"
        source.write_text("id,text\n" + "".join(shapes[kind] + "\n" for kind in kinds), encoding="utf-8")
        size = data.draw(st.sampled_from([1, 7, 20, 10_000]), label="characters of a chunk")
        assert cut(delimited, "_CHARACTERS", size, lambda: passed(source, target)).faults == faults
        out = csv_rows(target)[1:]
    widths = {"empty": 7, "few": 1, "many": 3, "blank": 0}
    assert [len(row) for row in out] == [widths.get(kind, 7) for kind in kinds]


FORMULAS = [
    "=1+1",
    "+A1",
    "-A1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＠x",
    '=HYPERLINK("http://x";"y")',
    "--1+2",
]


@pytest.mark.parametrize("cell", FORMULAS, ids=repr)
def test_what_begins_a_formula_gets_an_apostrophe(cell: str) -> None:
    assert guarded(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["-1", "+86", "-12.5%", "1,234", "-1e-5", "-", "--", "", "预算=支出", "'=1", " -"])
def test_numbers_and_dashes_and_all_else_stay(cell: str) -> None:
    assert guarded(cell) == cell


@pytest.mark.parametrize("written", ['""=1+1', '"=1+1"', '"""=1"', "=1+1"])
@pytest.mark.parametrize("place", ["first", "last"])
def test_no_quoting_hides_a_formula(tmp_path: Path, written: str, place: str) -> None:
    row = f"{written},资金" if place == "first" else f"资金,{written}"
    (tmp_path / "in.csv").write_text(f"{'a,text' if place == 'first' else 'text,a'}\n{row}\n", encoding="utf-8")
    passed(tmp_path / "in.csv", tmp_path / "out.csv")
    for cell in csv_rows(tmp_path / "out.csv")[1]:
        assert guarded(cell) == cell


def test_a_formula_in_the_header_is_none_either(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("=cmd,text\n1,资金\n", encoding="utf-8")
    passed(tmp_path / "in.csv", tmp_path / "out.csv")
    assert csv_rows(tmp_path / "out.csv")[0][:2] == ["'=cmd", "text"]


@pytest.mark.parametrize("suffix", [".csv", ".tsv"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_delimiter_is_told_from_the_header(tmp_path: Path, suffix: str, delimiter: str) -> None:
    source, target = tmp_path / f"in{suffix}", tmp_path / f"out{suffix}"
    source.write_bytes(csv_bytes([["a", "b", "text"], ["1", "2", "资金"]], delimiter=delimiter))
    assert passed(source, target).texts == ["资金"]
    assert csv_rows(target, delimiter)[1] == ["1", "2", "资金", *TAG_CELLS]


def test_a_column_of_its_own_needs_no_delimiter_and_no_name(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_bytes(csv_bytes([["问题"], ["资金,闲置"], ["资产"]]))
    assert passed(tmp_path / "in.csv", tmp_path / "out.csv").texts == ["资金,闲置", "资产"]


@pytest.mark.parametrize("written", ["utf-8", "gb18030"])
def test_a_stray_byte_is_a_fault_of_its_row(tmp_path: Path, written: str) -> None:
    lines = [f"{number},项目预算执行率低".encode(written) for number in range(100)]
    lines[50] = "50,资金".encode(written) + b"\xff" + "闲置".encode(written)
    (tmp_path / "in.csv").write_bytes(b"id,text\n" + b"\n".join(lines) + b"\n")
    found = passed(tmp_path / "in.csv", tmp_path / "out.csv")
    assert found.faults == [(52, "row_bytes")]
    assert csv_rows(tmp_path / "out.csv")[51] == ["50", "资金\ufffd闲置", *[""] * 5]


def test_a_stray_byte_in_the_header_is_replaced(tmp_path: Path) -> None:
    rows = b"".join(f"{number},项目预算执行率低\n".encode() for number in range(100))
    (tmp_path / "in.csv").write_bytes(b"id\xff,text\n" + rows)
    assert passed(tmp_path / "in.csv", tmp_path / "out.csv").faults == []
    assert csv_rows(tmp_path / "out.csv")[0][:2] == ["id\ufffd", "text"]


def cell_of_lines(n: int) -> str:
    """Return a cell of `n` characters, half of them line ends."""
    return '"' + "好\n" * (n // 2) + '"'


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (f"id,text\n1,好\n2,{cell_of_lines(1_200_000)}\n", 3),
        (f"id,text,{cell_of_lines(1_200_000)}\n", 1),
        (f'id,text\n1,"a"\n2,{"好" * 1_200_000}\n', 3),
        (f'id,text\n1,"a\n{"好" * 1_200_000}"\n', 2),
        ('id,text\n1,"a' + "\n" * 1_200_000, 2),
    ],
    ids=["of line ends", "header of line ends", "plain below quoted", "second line", "open before blank lines"],
)
def test_a_field_that_is_too_long_is_told_with_the_line_in_which_it_begins(
    tmp_path: Path, content: str, line: int
) -> None:
    (tmp_path / "in.csv").write_text(content, encoding="utf-8")
    with pytest.raises(WentiError) as caught:
        passed(tmp_path / "in.csv", tmp_path / "out.csv", "text")
    assert (caught.value.line, caught.value.key) == (line, "csv_field")


@pytest.mark.parametrize("first", ["1", '"1"'])
def test_a_long_line_of_short_fields_is_read(tmp_path: Path, first: str) -> None:
    long = "好" * 600_000
    (tmp_path / "in.csv").write_text(f"id,text,a,b\n{first},资金闲置,{long},{long}\n", encoding="utf-8")
    assert passed(tmp_path / "in.csv", tmp_path / "out.csv").texts == ["资金闲置"]


@pytest.mark.parametrize(
    ("head", "line"), [('id,text\n1,好\n2,"开\n', 3), ('id,"text\n', 1)], ids=["in a row", "in the header"]
)
@pytest.mark.parametrize("length", [10, 600_000], ids=["short", "longer than a field may be"])
def test_a_quotation_mark_that_is_not_closed_is_told_with_its_line(
    tmp_path: Path, head: str, line: int, length: int
) -> None:
    (tmp_path / "in.csv").write_text(head + "3,好\n" * length, encoding="utf-8")
    with pytest.raises(WentiError) as caught:
        passed(tmp_path / "in.csv", tmp_path / "out.csv")
    assert (caught.value.line, caught.value.key) == (line, "csv_quote" if length == 10 else "csv_field")


# JSON Lines

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(characters, max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(characters, max_size=4), inner, max_size=2),
    max_leaves=4,
)
json_objects = st.builds(
    lambda before, text, after: {**before, "text": text, **after},
    st.dictionaries(st.sampled_from(["a", "", "评价", '"', "}"]), json_values, max_size=3),
    statements,
    st.dictionaries(st.sampled_from(["z", "备注", "{"]), json_values, max_size=2),
)


@settings(max_examples=150)
@given(st.lists(json_objects, min_size=1, max_size=10), st.booleans(), st.integers(0, 2), st.sampled_from([1, 1 << 20]))
def test_json_lines_stay_as_written_with_the_tags_behind(
    objects: list[dict[str, Any]], escaped: bool, blanks: int, size: int
) -> None:
    lines = [json.dumps(each, ensure_ascii=escaped, indent=None) for each in objects]
    lines = [line[:-1] + " " * blanks + "}" + " " * blanks for line in lines]
    with TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.jsonl", Path(folder) / "out.jsonl"
        source.write_bytes("".join(f"{line}\n" for line in lines).encode())
        found = cut(json_lines, "_BYTES", size, lambda: passed(source, target))
        out = target.read_bytes().decode().split("\n")
    assert found.texts == [each["text"] for each in objects]
    assert [json.loads(line) for line in out[:-1]] == [each | TAG_VALUES for each in objects]
    for line, written in zip(lines, out, strict=False):
        assert written.startswith(line.rstrip()[:-1].rstrip() + ", ")


BAD_LINES = {
    '{"text": 1}': "row_no_text",
    '{"text": ""}': "row_empty",
    '{"text": null}': "row_empty",
    '{"other": "资金"}': "row_empty",
    '["text"]': "row_no_object",
    '"text"': "row_no_object",
    "{": "row_json",
    '{"text": "资金"} x': "row_json",
    "[" * 100_000: "row_json",
    '{"text": "资金", "kind": "x"}': "row_taken",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_bad_json_lines_stay_untagged_and_are_listed(tmp_path: Path, encoding: str) -> None:
    lines = ['{"text": "预算执行率低"}', "", *BAD_LINES, '{"text": "资产闲置"}']
    (tmp_path / "in.jsonl").write_bytes("\n".join(lines).encode(encoding))
    found = passed(tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    assert found.faults == [(number, key) for number, key in enumerate(BAD_LINES.values(), start=3)]
    out = (tmp_path / "out.jsonl").read_text(encoding="utf-8").split("\n")
    assert out[1:-2] == lines[1:-1]
    assert json.loads(out[0]) == {"text": "预算执行率低"} | TAG_VALUES


def test_a_stray_byte_in_json_lines_stays(tmp_path: Path) -> None:
    lines = [b'{"text": "%s"}' % "预算执行率低".encode()] * 50
    lines[20] = b'{"text": "\xff"}'
    (tmp_path / "in.jsonl").write_bytes(b"\n".join(lines))
    assert passed(tmp_path / "in.jsonl", tmp_path / "out.jsonl").faults == [(21, "row_bytes")]
    assert (tmp_path / "out.jsonl").read_bytes().split(b"\n")[20] == lines[20]


# Parquet

SCHEMA = pa.schema(
    [
        pa.field("id", pa.int32(), nullable=False, metadata={"note": "编号"}),
        pa.field("text", pa.string()),
        pa.field("amount", pa.decimal128(12, 2)),
        pa.field("share", pa.float32()),
        pa.field("date", pa.date32()),
        pa.field("at", pa.timestamp("us", tz="Asia/Shanghai")),
        pa.field("units", pa.list_(pa.string())),
        pa.field("place", pa.struct([("page", pa.int16()), ("flag", pa.bool_())])),
        pa.field("unit", pa.dictionary(pa.int32(), pa.string())),
        pa.field("raw", pa.binary()),
    ],
    metadata={"source": "某市", "pandas": "{}"},
)
parquet_rows = st.fixed_dictionaries(
    {
        "id": st.integers(-(2**31), 2**31 - 1),
        "text": st.none() | st.text(characters, max_size=12),
        "amount": st.none() | st.decimals(-(10**9), 10**9, places=2),
        "share": st.none() | st.floats(width=32, allow_nan=False),
        "date": st.none() | st.dates(),
        "at": st.none() | st.datetimes(datetime.datetime(1970, 1, 2), datetime.datetime(2100, 1, 1)),
        "units": st.none() | st.lists(st.text(characters, max_size=3), max_size=3),
        "place": st.none() | st.fixed_dictionaries({"page": st.integers(0, 99), "flag": st.none() | st.booleans()}),
        "unit": st.none() | st.sampled_from(["财政局", "教育局"]),
        "raw": st.none() | st.binary(max_size=4),
    }
)


@settings(max_examples=40)
@given(st.lists(parquet_rows, max_size=12), st.sampled_from([1, 5, 10_000]))
def test_parquet_keeps_values_types_and_metadata(rows: list[dict[str, Any]], size: int) -> None:
    table = pa.Table.from_pylist(rows, schema=SCHEMA)
    with TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.parquet", Path(folder) / "out.parquet"
        pq.write_table(table, source, row_group_size=4)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(parquet, "_GROUP", 3)
            found = cut(parquet, "_ROWS", size, lambda: passed(source, target))
        out, written = pq.read_table(target), pq.read_schema(source)
    assert out.schema.names == [*SCHEMA.names, *TAG_COLUMNS]
    before = out.select(SCHEMA.names)
    assert before.schema.equals(written, check_metadata=True)
    assert before.to_pylist() == table.to_pylist()
    empty = [not (row["text"] or "").strip() for row in rows]
    tags: list[dict[str, Any]] = out.select(list(TAG_COLUMNS)).to_pylist()
    assert tags == [dict.fromkeys(TAG_COLUMNS) if is_empty else TAG_VALUES for is_empty in empty]
    assert found.faults == [(number, "row_empty") for number, is_empty in enumerate(empty, start=1) if is_empty]


def test_rows_of_parquet_that_are_long_are_read_few_at_a_time(tmp_path: Path) -> None:
    long = [f"{number}{chr(0x4E00 + number % 20000) * 40_000}" for number in range(400)]
    pq.write_table(pa.table({"text": long}), tmp_path / "in.parquet", compression="none", use_dictionary=False)
    chunks = passed(tmp_path / "in.parquet", tmp_path / "out.parquet").chunks
    assert max(len(chunk.rows) for chunk in chunks) < 40 << 20
    assert len(chunks) > 1
    assert pq.read_table(tmp_path / "out.parquet", columns=["text"]).to_pydict() == {"text": long}


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int8(), pa.string())], ids=str)
def test_a_column_of_text_may_be_of_any_type_of_text(tmp_path: Path, kind: Any) -> None:
    pq.write_table(pa.table({"text": pa.array(["资金", None, "资产"], type=kind)}), tmp_path / "in.parquet")
    assert passed(tmp_path / "in.parquet", tmp_path / "out.parquet").texts == ["资金", "资产"]
    assert pq.read_schema(tmp_path / "out.parquet").field("text").type == kind


# Workbooks

DAY = datetime.datetime(2023, 5, 6, 7, 8, 9)
sheet_values = st.one_of(
    st.none(),
    st.integers(-(2**53), 2**53),
    st.floats(-1e15, 1e15).map(lambda number: float(f"{number:.15g}")),
    st.booleans(),
    st.sampled_from(["=1+1", "+1", "-x", "@y", "'", "-", "项目", " 空格 ", "换\n行", "#N/A", "true", "2023-01-01"]),
    st.datetimes(datetime.datetime(1900, 3, 1), datetime.datetime(2200, 1, 1)).map(
        lambda at: at.replace(microsecond=0)
    ),
    st.times().map(lambda at: at.replace(microsecond=0)),
)
sheet_texts = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=9
).filter(lambda text: text.strip() and not re.search("_x[0-9A-Fa-f]{4}_", text))


def write_literal(path: Path, rows: Sequence[Sequence[Any]], formats: Sequence[str] = ()) -> None:
    """Write a sheet in which what begins with = is text, with a number format for each column."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("问题清单")
    for row in rows:
        cells = []
        for index, value in enumerate(row):
            cell = WriteOnlyCell(sheet, value)
            if isinstance(value, str):
                cell.data_type = "s"
            elif (
                value is not None
                and index < len(formats)
                and not isinstance(value, bool | datetime.time | DAY.__class__)
            ):
                cell.number_format = formats[index]
            cells.append(cell)
        sheet.append(cells)
    book.save(path)


@settings(max_examples=60)
@given(st.lists(st.tuples(sheet_values, sheet_texts, sheet_values), max_size=8), st.sampled_from([1, 3, 2000]))
def test_workbooks_keep_values_and_number_formats_and_have_no_formula(rows: list[tuple[Any, ...]], size: int) -> None:
    formats = ["0.00%", "General", "#,##0.00"]
    with TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.xlsx", Path(folder) / "out.xlsx"
        write_literal(source, [["序号", "text", "备注"], *rows], formats)
        found = cut(workbook, "_ROWS", size, lambda: passed(source, target))
        before, after = (load_workbook(path).worksheets[0] for path in (source, target))
        assert b"<f" not in zipfile.ZipFile(target).read("xl/worksheets/sheet1.xml").replace(b"<formatPr", b"")
    assert found.texts == [row[1] for row in rows]
    assert after.title == "问题清单"
    for row in before.iter_rows():
        for cell in row:
            out = after.cell(cell.row, cell.column)
            assert (out.value, type(out.value)) == (cell.value, type(cell.value))
            if cell.value is not None and not isinstance(cell.value, str):
                assert out.number_format == cell.number_format
            assert out.data_type != "f"
    tags = [[cell.value for cell in row[3:]] for row in after.iter_rows(min_row=2)]
    assert tags == [list(TAGS)] * len(rows)


def test_what_stands_above_the_header_stays_there(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["2023 年度问题清单"],
        [],
        [None, "单位：万元"],
        [2023, DAY, "问题描述", None, "备注"],
        [1, 2, "资金闲置", 3],
    ]
    write_sheet(tmp_path / "in.xlsx", rows)
    found = passed(tmp_path / "in.xlsx", tmp_path / "out.xlsx")
    assert found.texts == ["资金闲置"]
    out = sheet_rows(tmp_path / "out.xlsx")
    assert out[:3] == rows[:3]
    assert out[3] == [*rows[3], *TAG_COLUMNS]
    assert out[4] == [1, 2, "资金闲置", 3, None, *TAGS]


def test_faults_of_a_sheet_are_listed_with_their_row(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["标题"],
        ["id", "text"],
        [1, "资金"],
        [],
        [2, None],
        [3, 4],
        [5, "  "],
        [6, True],
        [7, "资产", "多", "余"],
        [8],
    ]
    write_sheet(tmp_path / "in.xlsx", rows)
    found = passed(tmp_path / "in.xlsx", tmp_path / "out.xlsx")
    assert found.faults == [
        (5, "row_empty"),
        (6, "row_no_text"),
        (7, "row_empty"),
        (8, "row_no_text"),
        (10, "row_empty"),
    ]
    out = sheet_rows(tmp_path / "out.xlsx")
    assert out[2:6] == [[1, "资金", *TAGS], [], [2], [3, 4]]
    assert out[8] == [7, "资产", *TAGS, "多", "余"]


def test_what_stands_behind_the_last_column_is_never_among_the_tags(tmp_path: Path) -> None:
    write_sheet(tmp_path / "in.xlsx", [["id", "text"], [1, None, "余"], [2, "资金", "余"]])
    passed(tmp_path / "in.xlsx", tmp_path / "out.xlsx")
    assert sheet_rows(tmp_path / "out.xlsx")[1:] == [[1, *[None] * 6, "余"], [2, "资金", *TAGS, "余"]]


def test_a_carriage_return_as_excel_writes_it_is_one_to_the_model_and_stays_in_the_cell(tmp_path: Path) -> None:
    write_sheet(tmp_path / "in.xlsx", [["text"], ["预算_x000D_\n执行率低"], ["a_x_"]])
    assert passed(tmp_path / "in.xlsx", tmp_path / "out.xlsx").texts == ["预算\r\n执行率低", "a_x_"]
    assert sheet_rows(tmp_path / "out.xlsx")[1][0] == "预算_x000D_\n执行率低"


def test_results_of_formulas_are_kept_without_the_formulas(tmp_path: Path) -> None:
    write_sheet(tmp_path / "plain.xlsx", [["a", "text"], [42, "资金"]])
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as plain, zipfile.ZipFile(tmp_path / "in.xlsx", "w") as archive:
        for name in plain.namelist():
            content = plain.read(name)
            archive.writestr(name, content.replace(b"<v>42</v>", b"<f>40+2</f><v>42</v>"))
    passed(tmp_path / "in.xlsx", tmp_path / "out.xlsx")
    assert sheet_rows(tmp_path / "out.xlsx")[1][:2] == [42, "资金"]


def test_cells_that_xml_cannot_hold_are_written_with_replacements(tmp_path: Path) -> None:
    layout = layout_of(".xlsx", ["id", "text"], [], TAG_COLUMNS, "语句")
    rows = layout.of_values([[1, "a\x00b\x1fc\ufffed\uffffe"], [2, "x" * 40_000], [3, "\ud800"]])
    (tmp_path / "spool").write_bytes(layout.begin() + layout.encode(rows, columns_of([TAGS] * 3)))
    layout.whole(tmp_path / "spool", tmp_path / "out.xlsx")
    out = [row[1] for row in sheet_rows(tmp_path / "out.xlsx")[1:]]
    assert out == ["a\ufffdb\ufffdc\ufffdd\ufffde", "x" * 32_766 + "…", "?"]


def test_a_title_above_the_header_is_not_taken_for_it(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["2023年度问题清单"],
        ["序号", "单位", "存在问题"],
        [1, "甲局", "设备闲置"],
        [2, "乙局", "资金闲置"],
    ]
    write_sheet(tmp_path / "in.xlsx", rows)
    for column in (None, "没有"):
        with pytest.raises(WentiError) as caught:
            open_table(tmp_path / "in.xlsx", column, TAG_COLUMNS)
        assert "序号, 单位, 存在问题" in caught.value.describe()
    assert passed(tmp_path / "in.xlsx", tmp_path / "out.xlsx", "存在问题").texts == ["设备闲置", "资金闲置"]


def test_a_cover_before_other_sheets_is_refused(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].title = "封面"
    book.worksheets[0].append(["某市审计局"])
    book.create_sheet("问题清单").append(["text"])
    book["问题清单"].append(["资金闲置"])
    book.save(tmp_path / "in.xlsx")
    with pytest.raises(WentiError) as caught:
        open_table(tmp_path / "in.xlsx", None, TAG_COLUMNS)
    assert "封面" in caught.value.describe()
    assert "问题清单" in caught.value.describe()
    assert passed(tmp_path / "in.xlsx", tmp_path / "out.xlsx", sheet="问题清单").texts == ["资金闲置"]


def test_a_sheet_is_read_with_ease(tmp_path: Path) -> None:
    long = "预算执行率低，" * 30
    write_sheet(tmp_path / "in.xlsx", [["清单"], ["序号", "单位名称", "text"], [1, "某市财政局", long], [2, "x", "短"]])
    passed(tmp_path / "in.xlsx", tmp_path / "out.xlsx")
    sheet = load_workbook(tmp_path / "out.xlsx").worksheets[0]
    assert sheet.freeze_panes == "A3"
    assert sheet.auto_filter.ref == "A2:H4"
    assert sheet.print_title_rows == "$2:$2"
    widths = {name: sheet.column_dimensions[name].width for name in "ABC"}
    assert widths["A"] < widths["B"] < widths["C"] <= 60
    assert sheet["C3"].alignment.wrap_text
    assert not sheet["A1"].alignment.wrap_text
    assert sheet["A2"].font.bold
    assert sheet["A2"].fill.fgColor.rgb != sheet["A3"].fill.fgColor.rgb
    assert sheet.row_dimensions[3].height == 16 * 8
    assert sheet.row_dimensions[4].height is None


# New tables


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_new_table_of_any_format_holds_values_and_tags(tmp_path: Path, suffix: str) -> None:
    columns, wanted = ["report", "year", "text"], TAG_COLUMNS + NAME_COLUMNS
    layout = layout_of(suffix, columns, ["year"], wanted, "语句")
    values: list[list[Any]] = [["=a.txt", 2022, "资金\n闲置"], ["b.txt", None, '"'], ["c.txt", 2023, "-未完成"]]
    tags = [(*TAGS, "问题", "甲;乙"), ("fact", 0.5, "", "", False, "事实", ""), (*TAGS, "问题", "甲;乙")]
    target, part = tmp_path / f"out{suffix}", tmp_path / "part"
    parts = [layout.encode(layout.of_values(values[:n]), columns_of(tags[:n], len(wanted))) for n in (3, 0)]
    (tmp_path / "spool").write_bytes(b"".join([layout.begin(), *parts]))
    layout.whole(tmp_path / "spool", part).replace(target)
    expected = [
        dict(zip([*columns, *wanted], [*row, *tag], strict=True)) for row, tag in zip(values, tags, strict=True)
    ]
    if suffix == ".jsonl":
        assert json_rows(target) == expected
    elif suffix == ".parquet":
        assert pq.read_table(target).to_pylist() == expected
        assert pq.read_schema(target).field("year").type == pa.int64()
    elif suffix == ".xlsx":
        header, *rows = sheet_rows(target)
        assert header == [*columns, *wanted]
        assert [[value or "" for value in row] for row in rows] == [
            [value or "" for value in list(row.values())[: len(found)]]
            for row, found in zip(expected, rows, strict=True)
        ]
    else:
        header, *cells = csv_rows(target, "\t" if suffix == ".tsv" else ",")
        assert header == [*columns, *wanted]
        assert cells[0] == ["'=a.txt", "2022", "资金\n闲置", *TAG_CELLS, "问题", "甲;乙"]
        assert cells[1] == ["b.txt", "", '"', "fact", "0.5", "", "", "false", "事实", ""]
        assert cells[2][2] == "'-未完成"


# Hostile files


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("sound")
    rows = [["id", "text"], *[[str(number), text] for number, text in enumerate(STATEMENTS)]]
    write_sheet(folder / "a.xlsx", rows)
    pq.write_table(pa.table({"text": list(STATEMENTS)}), folder / "a.parquet")
    lines = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in STATEMENTS)
    return {
        ".csv": csv_bytes(rows),
        ".jsonl": lines.encode(),
        ".xlsx": (folder / "a.xlsx").read_bytes(),
        ".parquet": (folder / "a.parquet").read_bytes(),
    }


@settings(max_examples=60)
@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet", ".xlsx"])
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_but_nothing_else_happens(
    sound: dict[str, bytes], suffix: str, data: st.DataObject
) -> None:
    content = bytearray(sound[suffix])
    if data.draw(st.booleans(), label="cut off"):
        del content[data.draw(st.integers(0, len(content)), label="at") :]
    for _ in range(data.draw(st.integers(0, 4), label="bytes changed")):
        if content:
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with TemporaryDirectory() as folder:
        source = Path(folder) / f"in{suffix}"
        source.write_bytes(content)
        try:
            passed(source, Path(folder) / f"out{suffix}")
        except WentiError as error:
            assert error.file == str(source)
            assert "\n" not in error.describe()


@settings(max_examples=40)
@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"]
)
@given(data=st.data())
def test_a_workbook_with_a_damaged_part_is_read_or_refused(
    sound: dict[str, bytes], part: str, data: st.DataObject
) -> None:
    with TemporaryDirectory() as folder:
        source = Path(folder) / "in.xlsx"
        with zipfile.ZipFile(io.BytesIO(sound[".xlsx"])) as before, zipfile.ZipFile(source, "w") as after:
            for name in before.namelist():
                content = before.read(name)
                if name == part:
                    at = data.draw(st.integers(0, len(content)), label="at")
                    length = data.draw(st.integers(0, 30), label="length")
                    more = data.draw(st.sampled_from([b"", b"9", b"<", b">", b'"', b"<c/>", b"<row/>", b"\xff"]))
                    content = content[:at] + more + content[at + length :]
                after.writestr(name, content)
        try:
            passed(source, Path(folder) / "out.xlsx")
        except WentiError as error:
            assert error.file == str(source)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_empty_file_and_a_missing_one_are_told_apart(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"a{suffix}"
    for key in ("file_missing", "file_empty"):
        with pytest.raises(WentiError) as caught:
            open_table(file, None, TAG_COLUMNS)
        assert (caught.value.key, caught.value.file) == (key, str(file))
        file.touch()


def test_decimals_are_not_rounded(tmp_path: Path) -> None:
    amount = decimal.Decimal("1234567890.12")
    pq.write_table(pa.table({"text": ["资金"], "amount": [amount]}), tmp_path / "in.parquet")
    passed(tmp_path / "in.parquet", tmp_path / "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet").to_pylist()[0]["amount"] == amount
