"""The labelled corpus: what ships, every fault of a file, import and round trip."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wenti.corpus import (
    LabelledStatement,
    check_corpus,
    corpus_hash,
    count_corpus,
    import_labelled,
    labelled_files,
    read_corpus,
    read_folds,
    write_labelled,
)
from wenti.errors import CorpusError, InputError, OutputError, WentiError
from wenti.records import KINDS
from wenti.taxonomy import Taxonomy, load_taxonomy

SLOW, MISUSE, IDLE = "fund_execution.slow_spending", "fund_execution.misuse", "asset_management.idle_assets"
HEADER = "kind\ttypes\ttext\n"


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# The shipped corpus


@pytest.fixture(scope="module")
def authors(root: Path, taxonomy: Taxonomy) -> tuple[LabelledStatement, ...]:
    return read_corpus(root / "corpus" / "statements", taxonomy)


def test_the_shipped_corpus_is_valid(root: Path, taxonomy: Taxonomy) -> None:
    checked = check_corpus(root / "corpus", taxonomy)
    assert checked.faults == ()
    assert len(checked.statements) == 31_226 + 133


def test_the_statements_are_those_of_authors_and_133_of_the_reports(
    root: Path, taxonomy: Taxonomy, authors: tuple[LabelledStatement, ...]
) -> None:
    assert len(authors) == 31_226
    gold = read_corpus(root / "corpus" / "reports", taxonomy)
    assert len(gold) == 133
    assert {row.report for row in gold} == set("12345678")
    assert {row.report for row in authors} == {""}


def test_every_shipped_type_has_statements(taxonomy: Taxonomy, authors: tuple[LabelledStatement, ...]) -> None:
    counts = count_corpus(authors)
    assert set(counts.types) == {problem.id for problem in taxonomy.types()}
    assert min(counts.types.values()) >= 100
    assert set(counts.kinds) == set(KINDS)


def test_shipped_statements_have_up_to_three_types(authors: tuple[LabelledStatement, ...]) -> None:
    assert {len(row.types) for row in authors} == {0, 1, 2, 3}


def test_the_folds_name_exactly_the_authors_there_are(root: Path, authors: tuple[LabelledStatement, ...]) -> None:
    lines = (root / "corpus" / "folds.tsv").read_text(encoding="utf-8").splitlines()
    named = [line.split("\t")[0] for line in lines[1:]]
    assert sorted(named) == sorted({row.author for row in authors})
    assert len(set(named)) == len(named)


def test_the_shipped_folds_are_several_and_leave_authors_to_train_on(root: Path) -> None:
    folds = read_folds(root / "corpus" / "folds.tsv")
    assert len(set(folds.values())) >= 3
    assert set(folds) < {file.stem for file in labelled_files(root / "corpus" / "statements")}


# Faults of a file: its rows, the error's key, the line, and what the message names.


def faults_of(path: Path, taxonomy: Taxonomy) -> list[tuple[str, int | None]]:
    return [(fault.key, fault.line) for fault in check_corpus(path, taxonomy).faults]


FAULTS = [
    ("no header", f"weakness\t{SLOW}\t支出慢\n", "corpus_header", 1, "支出慢"),
    ("nothing at all", "", "corpus_header", 1, "kind"),
    ("a header without text", "kind\ttypes\nfact\t\n", "corpus_header", 1, "kind\ttypes"),
    ("a header parted by commas", f"kind,types,text\nweakness,{SLOW},支出慢\n", "corpus_header", 1, "kind,types,text"),
    ("a column too few", f"{HEADER}fact\t预算43万元\n", "corpus_columns", 2, "2"),
    ("a column too many", f"{HEADER}fact\t\t预算43万元\t\n", "corpus_columns", 2, "4"),
    ("a blank line", f"{HEADER}fact\t\t预算43万元\n\nfact\t\t预算44万元\n", "corpus_columns", 3, "1"),
    ("an unknown kind", f"{HEADER}problem\t{SLOW}\t支出慢\n", "corpus_kind", 2, "problem"),
    ("no kind", f"{HEADER}\t{SLOW}\t支出慢\n", "corpus_kind", 2, "weakness"),
    ("an unknown type", f"{HEADER}weakness\tfund_execution.speed\t支出慢\n", "corpus_type", 2, "fund_execution.speed"),
    ("a short type id", f"{HEADER}weakness\tslow_spending\t支出慢\n", "corpus_type", 2, "slow_spending"),
    ("a category for a type", f"{HEADER}weakness\tfund_execution\t支出慢\n", "corpus_type", 2, "fund_execution"),
    ("a type twice", f"{HEADER}weakness\t{SLOW}, {SLOW}\t支出慢\n", "corpus_type_repeated", 2, SLOW),
    (
        "an unknown type said to be as good",
        f"kind\ttypes\ttext\tequally_right\nweakness\t{SLOW}\t支出慢\tslow\n",
        "corpus_type",
        2,
        "slow",
    ),
    (
        "a type as good given twice",
        f"kind\ttypes\ttext\tequally_right\nweakness\t{SLOW}\t支出慢\t{IDLE},{IDLE}\n",
        "corpus_type_repeated",
        2,
        IDLE,
    ),
    ("an empty text", f"{HEADER}fact\t\t \n", "corpus_text", 2, "空"),
    ("a recommendation without type", f"{HEADER}recommendation\t\t加快支出\n", "corpus_types_missing", 2, "建议"),
    ("a text twice", f"{HEADER}fact\t\t甲\nfact\t\t甲 \n", "corpus_duplicate", 3, ":2"),
    ("a text of two kinds", f"{HEADER}fact\t\t甲\nstrength\t\t甲\n", "corpus_contradiction", 3, ":2"),
    (
        "a text of two types",
        f"{HEADER}weakness\t{SLOW}\t甲\nweakness\t{MISUSE}\t甲\n",
        "corpus_contradiction",
        3,
        ":2",
    ),
    (
        "types that only stand in another order",
        f"{HEADER}weakness\t{SLOW},{MISUSE}\t甲\nweakness\t{MISUSE},{SLOW}\t甲\n",
        "corpus_duplicate",
        3,
        ":2",
    ),
    *(
        (f"the year {year!r}", f"kind\ttypes\ttext\tyear\nfact\t\t甲\t{year}\n", "corpus_year", 2, year)
        for year in ("22", "20222", "2022年", "二〇二二", "２０２２", "202²", "-202")
    ),
]


@pytest.mark.parametrize(
    ("content", "key", "line", "named"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS]
)
def test_a_file_is_refused_with(
    tmp_path: Path, taxonomy: Taxonomy, content: str, key: str, line: int, named: str
) -> None:
    file = write(tmp_path / "a.tsv", content)
    assert faults_of(file, taxonomy) == [(key, line)]
    with pytest.raises(CorpusError) as caught:
        read_corpus(file, taxonomy)
    error = caught.value
    assert (error.key, error.file, error.line, error.exit_code) == (key, str(file), line, 1)
    for told in (error.describe("zh"), error.describe("en")):
        assert told.startswith(str(file))
        assert str(line) in told
        assert len(told.splitlines()) == 1
    assert named in error.describe("zh")


def test_all_faults_are_collected_and_the_sound_rows_kept(tmp_path: Path, taxonomy: Taxonomy) -> None:
    write(tmp_path / "a.tsv", f"{HEADER}problem\tx.y\t\nfact\t\t甲\n")
    write(tmp_path / "b.tsv", f"{HEADER}fact\t\t甲\nweakness\t{SLOW}\t乙\nfact\n")
    checked = check_corpus(tmp_path, taxonomy)
    assert [(Path(fault.file or "").name, fault.line, fault.key) for fault in checked.faults] == [
        ("a.tsv", 2, "corpus_text"),
        ("a.tsv", 2, "corpus_kind"),
        ("a.tsv", 2, "corpus_type"),
        ("b.tsv", 2, "corpus_duplicate"),
        ("b.tsv", 4, "corpus_columns"),
    ]
    assert [row.text for row in checked.statements] == ["甲", "乙"]
    assert checked.files == 2


def test_a_duplicate_names_the_file_and_line_of_the_first(tmp_path: Path, taxonomy: Taxonomy) -> None:
    write(tmp_path / "甲" / "a.tsv", f"{HEADER}fact\t\t乙\nfact\t\t甲\n")
    write(tmp_path / "b.tsv", f"{HEADER}fact\t\t丙\n")
    write(tmp_path / "甲" / "c.tsv", f"{HEADER}fact\t\t甲\n")
    (fault,) = check_corpus(tmp_path, taxonomy).faults
    assert f"{tmp_path / '甲' / 'a.tsv'}:3" in fault.describe("zh")


def test_published_reports_may_repeat_themselves(tmp_path: Path, taxonomy: Taxonomy) -> None:
    rows = "report\tkind\ttypes\ttext\n1\tfact\t\t甲\n2\tfact\t\t甲\n"
    assert len(read_corpus(write(tmp_path / "a.tsv", rows), taxonomy)) == 2


def test_statements_of_published_documents_may_repeat_each_other(tmp_path: Path, taxonomy: Taxonomy) -> None:
    rows = "source\tkind\ttypes\ttext\n甲\tfact\t\t甲\n乙\tstrength\t\t甲\n"
    assert [row.source for row in read_corpus(write(tmp_path / "a.tsv", rows), taxonomy)] == ["甲", "乙"]


def test_types_as_good_and_the_source_are_read(tmp_path: Path, taxonomy: Taxonomy) -> None:
    head = "kind\ttypes\ttext\tequally_right\tsource\n"
    rows = f"{head}weakness\t{SLOW}\t支出慢\t {IDLE}, {MISUSE}\t 某报告 \nfact\t\t甲\t\t\n"
    first, second = read_corpus(write(tmp_path / "a.tsv", rows), taxonomy)
    assert (first.types, first.equally_right, first.source) == ((SLOW,), (IDLE, MISUSE), "某报告")
    assert (second.equally_right, second.source) == ((), "")


def test_columns_are_read_by_name_and_others_left_alone(tmp_path: Path, taxonomy: Taxonomy) -> None:
    file = write(
        tmp_path / "张三.tsv",
        f"remark\ttext\tyear\tkind\tunit\ttypes\tproject\n注\t 支出慢 \t2022\t weakness\t甲局\t{SLOW} , {IDLE},\t乙项目\n",
    )
    (row,) = read_corpus(file, taxonomy)
    assert row == LabelledStatement("weakness", (SLOW, IDLE), "支出慢", str(file), 2, "甲局", "乙项目", 2022)
    assert row.author == "张三"


@pytest.mark.parametrize(
    "encode",
    [
        pytest.param(lambda text: text.encode("utf-8-sig"), id="with a byte-order mark"),
        pytest.param(lambda text: text.replace("\n", "\r\n").encode(), id="with line ends of Windows"),
        pytest.param(lambda text: text.rstrip("\n").encode(), id="without a last line end"),
        pytest.param(lambda text: text.encode("gb18030"), id="in GB18030"),
    ],
)
def test_the_same_rows_are_read(tmp_path: Path, taxonomy: Taxonomy, encode: object) -> None:
    content = f"{HEADER}weakness\t{SLOW}\t支出慢\nfact\t\t预算 43 万元\n"
    assert callable(encode)
    rows = read_corpus(write(tmp_path / "a.tsv", encode(content)), taxonomy)
    assert [(row.kind, row.types, row.text, row.line) for row in rows] == [
        ("weakness", (SLOW,), "支出慢", 2),
        ("fact", (), "预算 43 万元", 3),
    ]


def test_only_line_ends_part_rows(tmp_path: Path, taxonomy: Taxonomy) -> None:
    text = "甲\u2028乙\x0b丙\x85丁"
    (row,) = read_corpus(write(tmp_path / "a.tsv", f"{HEADER}fact\t\t{text}\n"), taxonomy)
    assert row.text == text


@pytest.mark.parametrize(
    ("make", "key"),
    [
        pytest.param(lambda path: None, "file_missing", id="that is missing"),
        pytest.param(lambda path: path.mkdir(), "corpus_empty", id="without labelled files"),
        pytest.param(lambda path: write(path / "folds.tsv", "author\tfold\n"), "corpus_empty", id="with folds only"),
        pytest.param(
            lambda path: (path / "a.tsv").mkdir(parents=True), "file_unreadable", id="with a folder called a.tsv"
        ),
        pytest.param(
            lambda path: write(path / "a.tsv", HEADER.encode() + b"\xff\xff"), "encoding_unknown", id="of no encoding"
        ),
    ],
)
def test_a_corpus_is_refused(tmp_path: Path, taxonomy: Taxonomy, make: object, key: str) -> None:
    path = tmp_path / "语料"
    assert callable(make)
    make(path)
    with pytest.raises(InputError) as caught:
        read_corpus(path, taxonomy)
    assert caught.value.key == key
    assert str(path) in (caught.value.file or "")


def test_files_come_sorted_and_folds_are_none_of_them(tmp_path: Path) -> None:
    for name in ("b.tsv", "folds.tsv", "下级/a.tsv", "读我.md"):
        write(tmp_path / name, HEADER)
    assert labelled_files(tmp_path) == [tmp_path / "b.tsv", tmp_path / "下级" / "a.tsv"]
    assert labelled_files(tmp_path / "b.tsv") == [tmp_path / "b.tsv"]


# Folds


def test_an_author_without_fold_is_in_none(tmp_path: Path) -> None:
    assert read_folds(write(tmp_path / "folds.tsv", "author\tfold\na\t1\nb\t\nc\t1\n")) == {"a": "1", "c": "1"}


@pytest.mark.parametrize("line", ["a", "a\tb\tc", ""])
def test_folds_of_another_shape_are_refused(tmp_path: Path, line: str) -> None:
    file = write(tmp_path / "folds.tsv", f"author\tfold\na\t1\n{line}\nb\t1\n")
    with pytest.raises(CorpusError) as caught:
        read_folds(file)
    assert (caught.value.key, caught.value.file, caught.value.line) == ("corpus_columns", str(file), 3)


def test_missing_folds_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_folds(tmp_path / "folds.tsv")
    assert caught.value.file == str(tmp_path / "folds.tsv")


# Import


def test_rows_without_header_are_imported_with_full_type_ids(tmp_path: Path, taxonomy: Taxonomy) -> None:
    source = write(
        tmp_path / "草稿.txt",
        f"weakness\tslow_spending,idle_assets\t支出慢、设备闲置\nweakness\t{MISUSE}\t挪用资金\n"
        "fact\t-\t预算43万元\nfact\tnone\t预算44万元\nstrength\t\t成效显著\n",
    )
    target = tmp_path / "新.tsv"
    assert import_labelled(source, target, taxonomy) == 5
    assert target.read_bytes().decode("utf-8") == (
        f"{HEADER}weakness\t{SLOW},{IDLE}\t支出慢、设备闲置\nweakness\t{MISUSE}\t挪用资金\n"
        "fact\t\t预算43万元\nfact\t\t预算44万元\nstrength\t\t成效显著\n"
    )
    assert len(read_corpus(target, taxonomy)) == 5


def test_rows_of_six_columns_keep_unit_project_and_year(tmp_path: Path, taxonomy: Taxonomy) -> None:
    source = write(tmp_path / "草稿.tsv", "weakness\tslow_spending\t支出慢\t甲局\t乙项目\t2022\nfact\t-\t预算43万元\n")
    assert import_labelled(source, tmp_path / "新.tsv", taxonomy) == 2
    rows = read_corpus(tmp_path / "新.tsv", taxonomy)
    assert [(row.unit, row.project, row.year) for row in rows] == [("甲局", "乙项目", 2022), ("", "", None)]


def test_a_header_in_the_rows_is_skipped(tmp_path: Path, taxonomy: Taxonomy) -> None:
    source = write(tmp_path / "草稿.tsv", f"\ufeff{HEADER}fact\t\t甲\n")
    assert import_labelled(source, tmp_path / "新.tsv", taxonomy) == 1


@pytest.mark.parametrize(
    ("rows", "key", "line"),
    [
        ("fact\t-\t甲\nproblem\t-\t乙\n", "corpus_kind", 2),
        ("fact\t-\t甲\nweakness\tspeed\t乙\n", "corpus_type", 2),
        ("fact\t-\t甲\nweakness\tmisuse,misuse\t乙\n", "corpus_type_repeated", 2),
        ("fact\t-\t甲\nfact\t-\t \n", "corpus_text", 2),
        ("fact\t-\t甲\nrecommendation\t-\t乙\n", "corpus_types_missing", 2),
        ("fact\t-\t甲\nfact\t乙\n", "corpus_columns", 2),
        ("fact\t-\t甲\nfact\t-\t乙\t丙局\n", "corpus_columns", 2),
        ("fact\t-\t甲\n\nfact\t-\t乙\n", "corpus_columns", 2),
        ("fact\t-\t甲\nfact\t-\t乙\t\t\t22\n", "corpus_year", 2),
        ("fact\t-\t甲\nfact\t-\t乙\t\t\t202²\n", "corpus_year", 2),
        ("fact\t-\t甲\nfact\t-\t甲\n", "corpus_duplicate", 2),
        ("fact\t-\t甲\nstrength\t-\t甲\n", "corpus_contradiction", 2),
        ("", "file_empty", None),
        (HEADER, "file_empty", None),
    ],
    ids=[
        "an unknown kind",
        "an unknown type",
        "a type twice",
        "an empty text",
        "a recommendation without type",
        "two columns",
        "four columns",
        "a blank line",
        "a year of two digits",
        "a year with a raised digit",
        "a text twice",
        "a text of two kinds",
        "nothing",
        "only a header",
    ],
)
def test_an_import_writes_nothing_at(tmp_path: Path, taxonomy: Taxonomy, rows: str, key: str, line: int | None) -> None:
    source, target = write(tmp_path / "草稿.tsv", rows), tmp_path / "新.tsv"
    with pytest.raises(WentiError) as caught:
        import_labelled(source, target, taxonomy)
    assert (caught.value.key, caught.value.file, caught.value.line) == (key, str(source), line)
    assert sorted(tmp_path.iterdir()) == [source]


def test_an_existing_target_is_refused_and_untouched(tmp_path: Path, taxonomy: Taxonomy) -> None:
    source, target = write(tmp_path / "草稿.tsv", "fact\t-\t甲\n"), write(tmp_path / "旧.tsv", "旧内容")
    with pytest.raises(OutputError) as caught:
        import_labelled(source, target, taxonomy)
    assert (caught.value.key, caught.value.file) == ("file_exists", str(target))
    assert target.read_text(encoding="utf-8") == "旧内容"


def test_a_target_in_a_missing_folder_is_refused(tmp_path: Path, taxonomy: Taxonomy) -> None:
    source, target = write(tmp_path / "草稿.tsv", "fact\t-\t甲\n"), tmp_path / "没有" / "新.tsv"
    with pytest.raises(OutputError) as caught:
        import_labelled(source, target, taxonomy)
    assert caught.value.file == str(target)
    assert sorted(tmp_path.iterdir()) == [source]


def test_a_missing_source_is_refused(tmp_path: Path, taxonomy: Taxonomy) -> None:
    with pytest.raises(InputError) as caught:
        import_labelled(tmp_path / "没有.tsv", tmp_path / "新.tsv", taxonomy)
    assert caught.value.file == str(tmp_path / "没有.tsv")


# Round trip, hash, counts

TREE = load_taxonomy()
LABELS = [problem.id for problem in TREE.types()]
cells = st.text(st.characters(exclude_characters="\t\n\r\ufeff", exclude_categories=["Cs"]), max_size=20).map(str.strip)


@st.composite
def labelled(draw: st.DrawFn) -> LabelledStatement:
    kind = draw(st.sampled_from(KINDS))
    types = draw(st.lists(st.sampled_from(LABELS), unique=True, min_size=int(kind == "recommendation"), max_size=3))
    year = draw(st.none() | st.integers(0, 9999))
    text = draw(cells.filter(bool))
    equally_right = tuple(draw(st.lists(st.sampled_from(LABELS), unique=True, max_size=2)))
    place = (draw(cells), draw(cells), year)
    source = draw(cells)
    return LabelledStatement(kind, tuple(types), text, "", 0, *place, equally_right=equally_right, source=source)


def content_of(row: LabelledStatement) -> tuple[object, ...]:
    return row.kind, row.types, row.text, row.unit, row.project, row.year, row.equally_right, row.source


@settings(deadline=None)
@given(st.lists(labelled(), max_size=6, unique_by=lambda row: row.text))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, rows: list[LabelledStatement]) -> None:
    file = tmp_path_factory.mktemp("corpus") / "甲.tsv"
    write_labelled(file, rows)
    read = read_corpus(file, TREE)
    assert [content_of(row) for row in read] == [content_of(row) for row in rows]
    assert [row.line for row in read] == list(range(2, len(rows) + 2))
    assert corpus_hash(read) == corpus_hash(rows)


@settings(deadline=None)
@given(st.lists(labelled(), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_hash_ignores_order_and_files_and_sees_every_label(
    rows: list[LabelledStatement], chance: random.Random
) -> None:
    shuffled = [LabelledStatement(row.kind, row.types, row.text, "b.tsv", 7, "另一单位") for row in rows]
    chance.shuffle(shuffled)
    assert corpus_hash(shuffled) == corpus_hash(rows)
    first = rows[0]
    for changed in (
        LabelledStatement("fact" if first.kind != "fact" else "strength", first.types, first.text, "", 0),
        LabelledStatement(first.kind, (*first.types, "x.y"), first.text, "", 0),
        LabelledStatement(first.kind, first.types, first.text + "。", "", 0),
    ):
        assert corpus_hash([changed, *rows[1:]]) != corpus_hash(rows)
    assert corpus_hash(rows[1:]) != corpus_hash(rows)


@settings(deadline=None)
@given(st.lists(labelled(), max_size=12))
def test_counts_add_up(rows: list[LabelledStatement]) -> None:
    counts = count_corpus(rows)
    assert counts.statements == sum(counts.kinds.values()) == sum(counts.authors.values()) == len(rows)
    assert counts.types == dict(Counter(label for row in rows for label in row.types))
    assert sum(counts.types_per_weakness.values()) == counts.kinds.get("weakness", 0)
    lower, median, upper = counts.lengths
    assert 0 <= lower <= median <= upper <= max((len(row.text) for row in rows), default=0)
    assert sum(len(row.text) <= median for row in rows) * 2 >= len(rows)
