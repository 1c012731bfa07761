"""The labelled corpus: read, check, count, import.

A labelled file is tab-separated UTF-8 with a header that names at least ``kind``, ``types`` and ``text``; ``unit``,
``project``, ``year``, ``equally_right`` and ``source`` are read where they stand, further columns are left alone. No
quoting: a statement has no tabs.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from wenti.decoding import decode, encoding_of
from wenti.errors import CorpusError, InputError, OutputError
from wenti.output import write_whole
from wenti.records import KINDS
from wenti.taxonomy import Taxonomy

REQUIRED = ("kind", "types", "text")
COLUMNS = (*REQUIRED, "unit", "project", "year")
SOURCE_COLUMNS = ("equally_right", "source")
FOLDS_NAME = "folds.tsv"
LEAST_FOLDS = 2
_YEAR = re.compile(r"(?:[0-9]{4})?")


@dataclass(frozen=True, slots=True)
class LabelledStatement:
    """A statement with its gold labels and where it stands.

    ``author`` is the file's name without suffix; it groups statements for folds, as does ``report`` where given.
    ``equally_right`` are types that a second annotator could as well have given in place of the main one; ``source`` is
    the document that the statement was found in.
    """

    kind: str
    types: tuple[str, ...]
    text: str
    file: str
    line: int
    unit: str = ""
    project: str = ""
    year: int | None = None
    report: str = ""
    equally_right: tuple[str, ...] = ()
    source: str = ""

    @property
    def author(self) -> str:
        """Name of the file without its suffix."""
        return Path(self.file).stem


@dataclass(frozen=True, slots=True)
class Checked:
    """Valid statements, and every fault of the others."""

    statements: tuple[LabelledStatement, ...]
    faults: tuple[CorpusError, ...]
    files: int


def labelled_files(path: str | Path) -> list[Path]:
    """Return the labelled files below a folder, sorted by name; a file is itself.

    Raises
    ------
    InputError
        If there are none.
    """
    root = Path(path)
    if root.is_file():
        return [root]
    if not root.exists():
        raise InputError("file_missing", file=str(path))
    files = sorted(file for file in root.rglob("*.tsv") if file.name != FOLDS_NAME)
    if not files:
        raise InputError("corpus_empty", file=str(path))
    return files


def read_corpus(path: str | Path, taxonomy: Taxonomy) -> tuple[LabelledStatement, ...]:
    """Read a labelled file or a folder of them.

    Raises
    ------
    InputError
        If a file is missing, unreadable or not UTF-8.
    CorpusError
        At the first fault, with file and line.
    """
    return read_labelled_files(labelled_files(path), taxonomy)


def read_labelled_files(files: Sequence[Path], taxonomy: Taxonomy) -> tuple[LabelledStatement, ...]:
    """Read several labelled files as one corpus: what stands twice among them is a fault.

    Raises
    ------
    InputError
        If a file is missing, unreadable or not UTF-8.
    CorpusError
        At the first fault, with file and line.
    """
    checked = _check(files, taxonomy)
    if checked.faults:
        raise checked.faults[0]
    return checked.statements


def check_corpus(path: str | Path, taxonomy: Taxonomy) -> Checked:
    """Read a labelled file or folder and collect all faults instead of stopping at the first.

    Besides each row for itself, the files are checked against each other: the same text may not stand twice, with the
    same labels (a duplicate) or with others (a contradiction).
    """
    return _check(labelled_files(path), taxonomy)


def _check(files: Sequence[Path], taxonomy: Taxonomy) -> Checked:
    faults: list[CorpusError] = []
    statements: list[LabelledStatement] = []
    seen: dict[str, LabelledStatement] = {}
    for file in files:
        for row in _rows(file, faults):
            found = [*_row_faults(row, taxonomy), *_repetition(row, seen)]
            faults.extend(found)
            if not found:
                statements.append(row)
    return Checked(tuple(statements), tuple(faults), len(files))


def _read_lines(file: Path) -> list[str]:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise InputError("file_missing", file=str(file)) from None
    except OSError as error:
        raise InputError("file_unreadable", file=str(file), detail=error.strerror or "") from None
    # Not splitlines: it also parts lines at characters that may stand inside a statement, such as U+2028.
    text = decode(content, str(file)).replace("\r\n", "\n").replace("\r", "\n")
    return text.removesuffix("\n").split("\n") if text else []


def _rows(file: Path, faults: list[CorpusError]) -> Iterable[LabelledStatement]:
    lines = _read_lines(file)
    header = lines[0].split("\t") if lines else []
    if not set(REQUIRED) <= set(header):
        found = "\t".join(header)[:60]
        faults.append(CorpusError("corpus_header", file=str(file), line=1, found=found))
        return
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if len(cells) != len(header):
            faults.append(
                CorpusError("corpus_columns", file=str(file), line=number, expected=len(header), found=len(cells))
            )
            continue
        row = dict(zip(header, cells, strict=True))
        year = row.get("year", "").strip()
        if not _YEAR.fullmatch(year):
            faults.append(CorpusError("corpus_year", file=str(file), line=number, year=year))
            continue
        yield LabelledStatement(
            kind=row["kind"].strip(),
            types=_labels(row["types"]),
            text=row["text"].strip(),
            file=str(file),
            line=number,
            unit=row.get("unit", "").strip(),
            project=row.get("project", "").strip(),
            year=int(year) if year else None,
            report=row.get("report", "").strip(),
            equally_right=_labels(row.get("equally_right", "")),
            source=row.get("source", "").strip(),
        )


def _labels(cell: str) -> tuple[str, ...]:
    return tuple(label.strip() for label in cell.split(",") if label.strip())


def _row_faults(row: LabelledStatement, taxonomy: Taxonomy) -> Iterable[CorpusError]:
    if not row.text:
        yield CorpusError("corpus_text", file=row.file, line=row.line)
    if row.kind not in KINDS:
        yield CorpusError("corpus_kind", file=row.file, line=row.line, kind=row.kind, kinds=", ".join(KINDS))
    if row.kind == "recommendation" and not row.types:
        yield CorpusError("corpus_types_missing", file=row.file, line=row.line)
    for labels in (row.types, row.equally_right):
        for label, count in Counter(labels).items():
            if label not in taxonomy:
                yield CorpusError("corpus_type", file=row.file, line=row.line, label=label)
            if count > 1:
                yield CorpusError("corpus_type_repeated", file=row.file, line=row.line, label=label)


def _repetition(row: LabelledStatement, seen: dict[str, LabelledStatement]) -> Iterable[CorpusError]:
    """Yield the fault of a text that was seen before, and remember it."""
    first = seen.setdefault(row.text, row)
    # Published documents repeat themselves and each other; only what was written for the corpus must be unique.
    if first is not row and not (row.report or row.source):
        same = (first.kind, set(first.types)) == (row.kind, set(row.types))
        key = "corpus_duplicate" if same else "corpus_contradiction"
        yield CorpusError(key, file=row.file, line=row.line, first=f"{first.file}:{first.line}")


def corpus_hash(statements: Sequence[LabelledStatement]) -> str:
    """Return a hash of what training sees: kinds, types and texts, whatever their order and files' names."""
    rows = sorted(f"{row.kind}\t{','.join(row.types)}\t{row.text}" for row in statements)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def read_folds(path: str | Path) -> dict[str, str]:
    """Return the fold of each author from a ``folds.tsv``; authors without one only ever train.

    Raises
    ------
    InputError
        If the file is missing or unreadable.
    CorpusError
        If a line has not two columns.
    """
    folds: dict[str, str] = {}
    for number, line in enumerate(_read_lines(Path(path))[1:], start=2):
        cells = line.split("\t")
        if len(cells) != 2:
            raise CorpusError("corpus_columns", file=str(path), line=number, expected=2, found=len(cells))
        if cells[1]:
            folds[cells[0]] = cells[1]
    return folds


def check_folds(names: Iterable[str]) -> None:
    """Check that there is something to train on when a fold is held out.

    Raises
    ------
    CorpusError
        If there are fewer than two different folds.
    """
    if len(set(names)) < LEAST_FOLDS:
        raise CorpusError("folds_few", file=FOLDS_NAME, least=LEAST_FOLDS)


def write_labelled(path: str | Path, rows: Sequence[LabelledStatement]) -> None:
    """Write a labelled file; the optional columns only where a row has them.

    Raises
    ------
    OutputError
        If the file exists already or cannot be written.
    """
    cells = [_cells(row) for row in rows]
    with_place = any(row[name] for row in cells for name in COLUMNS[len(REQUIRED) :])
    with_source = any(row[name] for row in cells for name in SOURCE_COLUMNS)
    columns = (*(COLUMNS if with_place else REQUIRED), *(SOURCE_COLUMNS if with_source else ()))
    lines = ["\t".join(columns), *("\t".join(row[name] for name in columns) for row in cells)]
    try:
        file = open(path, "x", encoding="utf-8", newline="\n")  # noqa: SIM115 - closed below, before it may be removed
    except FileExistsError:
        raise OutputError("file_exists", file=str(path)) from None
    except OSError as error:
        raise OutputError("file_unwritable", file=str(path), detail=error.strerror or "") from None
    try:
        with file:
            file.write("\n".join(lines) + "\n")
    except OSError as error:
        Path(path).unlink(missing_ok=True)  # it did not exist before; half a file is worse than none
        raise OutputError("file_unwritable", file=str(path), detail=error.strerror or "") from None


def _cells(row: LabelledStatement) -> dict[str, str]:
    return {
        "kind": row.kind,
        "types": ",".join(row.types),
        "text": row.text,
        "unit": row.unit,
        "project": row.project,
        "year": f"{row.year:04d}" if row.year is not None else "",
        "equally_right": ",".join(row.equally_right),
        "source": row.source,
    }


def import_labelled(source: str | Path, target: str | Path, taxonomy: Taxonomy) -> int:
    """Give a file of labelled rows without header the corpus's form.

    The rows have kind, types and text, or these and unit, project and year. Types may be given by their short id.

    Returns
    -------
    int
        Number of rows written.

    Raises
    ------
    WentiError
        If a row is not valid or the target exists; nothing is written then.
    """
    short = {problem.id.split(".", 1)[1]: problem.id for problem in taxonomy.types()}
    lines = _read_lines(Path(source))
    rows: list[LabelledStatement] = []
    seen: dict[str, LabelledStatement] = {}
    for number, line in enumerate(lines, start=1):
        cells = [cell.strip() for cell in line.split("\t")]
        if tuple(cells[: len(REQUIRED)]) == REQUIRED and number == 1:
            continue
        if len(cells) not in (len(REQUIRED), len(COLUMNS)):
            raise CorpusError("corpus_columns", file=str(source), line=number, expected=len(REQUIRED), found=len(cells))
        kind, types, text = cells[:3]
        given = (label.strip() for label in types.split(","))
        labels = tuple(short.get(label, label) for label in given if label not in ("", "-", "none"))
        unit, project, year = cells[3:] if len(cells) > len(REQUIRED) else ("", "", "")
        if not _YEAR.fullmatch(year):
            raise CorpusError("corpus_year", file=str(source), line=number, year=year)
        row = LabelledStatement(kind, labels, text, str(source), number, unit, project, int(year) if year else None)
        for fault in (*_row_faults(row, taxonomy), *_repetition(row, seen)):
            raise fault
        rows.append(row)
    if not rows:
        raise InputError("file_empty", file=str(source))
    write_labelled(target, rows)
    return len(rows)


@dataclass(frozen=True, slots=True)
class Added:
    """How many rows a file got, how many it had already, and why it got none at all."""

    added: int
    same: int
    faults: tuple[CorpusError, ...] = ()


def add_labelled(
    path: str | Path,
    rows: Sequence[LabelledStatement],
    taxonomy: Taxonomy,
    faults: Sequence[CorpusError] = (),
) -> Added:
    """Append rows to a labelled file, as far as its header has columns for them, or begin a new one.

    What stands in it with the same labels is passed over. If a row contradicts another or
    is at fault, or ``faults`` are known of others, none is added.

    Raises
    ------
    WentiError
        If the file is not valid as it is, or cannot be written.
    """
    target = Path(path)
    seen = {row.text: row for row in read_labelled_files([target], taxonomy)} if target.exists() else {}
    found = [(row, [*_row_faults(row, taxonomy), *_repetition(row, seen)]) for row in rows]
    faults = (*faults, *(fault for _, each in found for fault in each if fault.key != "corpus_duplicate"))
    new = [row for row, each in found if not each]
    if new and not faults and target.exists():
        content = target.read_bytes()
        text, header = decode(content), _read_lines(target)[0].split("\t")
        cells = ["\t".join(_cells(row).get(name, "") for name in header) for row in new]
        end = "\r\n" if "\r\n" in text else "\n"
        lines = ["", *cells, ""] if not text.endswith(("\n", "\r")) else [*cells, ""]
        write_whole(target, content + end.join(lines).encode(encoding_of(target).name))
    elif new and not faults:
        write_labelled(target, new)
    return Added(0, 0, faults) if faults else Added(len(new), len(rows) - len(new))


@dataclass(frozen=True, slots=True)
class Counts:
    """What a corpus holds: statements by kind, type, author; types a weakness carries; lengths."""

    statements: int
    files: int
    kinds: dict[str, int]
    types: dict[str, int]
    authors: dict[str, int]
    types_per_weakness: dict[int, int]
    lengths: tuple[int, int, int]


def count_corpus(statements: Sequence[LabelledStatement]) -> Counts:
    """Count a corpus; ``lengths`` are the quartiles of the texts' lengths in characters."""
    lengths = sorted(len(row.text) for row in statements)
    quartiles = tuple(lengths[(len(lengths) - 1) * quarter // 4] for quarter in (1, 2, 3)) if lengths else (0, 0, 0)
    weaknesses = [row for row in statements if row.kind == "weakness"]
    return Counts(
        statements=len(statements),
        files=len({row.file for row in statements}),
        kinds=dict(Counter(row.kind for row in statements)),
        types=dict(Counter(label for row in statements for label in row.types)),
        authors=dict(Counter(row.author for row in statements)),
        types_per_weakness=dict(sorted(Counter(len(row.types) for row in weaknesses).items())),
        lengths=(quartiles[0], quartiles[1], quartiles[2]),
    )
