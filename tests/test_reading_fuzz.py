"""Damaged files of every format, thousands of them: whatever is in a file, reading it does no harm.

By default some 300 files are read, always the same ones. ``WENTI_FUZZ=10000`` in the environment reads so many, and
``WENTI_FUZZ_SEED`` others. A file that does harm is kept, and its name, such as ``pdf-17``, makes it again.
"""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from pathlib import Path

import docx
import pytest

from tests.commands import listing, page
from tests.fuzz.harm import Read, harm
from tests.fuzz.mutants import Mutant
from wenti.errors import InputError
from wenti.records import Report
from wenti.report_files import FileRead, read_files
from wenti.workers import Limits, Processes, in_order

SHARES = {
    **{"txt": 10, "md": 6, "html": 8, "mht": 4, "csv": 6, "docx": 16, "doc": 6, "odt": 2, "rtf": 1},
    **{"xlsx": 8, "xls": 6, "ods": 6, "pdf": 14, "ofd": 8, "zip": 6, "png": 1},
}
"""Of the formats; of scans hardly any, as one takes seconds."""
TOTAL = int(os.environ.get("WENTI_FUZZ", "300"))
SEED = os.environ.get("WENTI_FUZZ_SEED", "0")
LIMITS = Limits(seconds=60, megabytes=2000)
MOST_TOLD = 20


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of folders: for the files, for temporary ones, a home and a current folder that stay empty."""
    folder = tmp_path_factory.mktemp("fuzz")
    for name in ("files", "tmp", "home", "here"):
        (folder / name).mkdir()
    return folder


@pytest.fixture(scope="module")
def executor(box: Path) -> Iterator[Executor]:
    """Processes at home in the box."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(box / "here")
        for name in ("HOME", "USERPROFILE"):
            patch.setenv(name, str(box / "home"))
        for name in ("TMPDIR", "TEMP", "TMP"):
            patch.setenv(name, str(box / "tmp"))
        patch.setenv("PYTHONDONTWRITEBYTECODE", "1")
        with Processes(2, LIMITS) as processes:
            yield processes


@pytest.mark.parametrize("form", SHARES)
def test_a_damaged_file_does_no_harm(form: str, box: Path, executor: Executor) -> None:
    number = max(2, round(TOTAL * SHARES[form] / sum(SHARES.values())))
    mutants = (Mutant(SEED, form, index) for index in range(number))
    results = in_order(executor, partial(harm, box=box), mutants, 8, ended)
    harms = [found for _, found in results if found]
    told = "\n".join(harms[:MOST_TOLD])
    assert not harms, (
        f"{len(harms)} of {number} files did harm; they are kept in {box / 'files'}, the seed is {SEED}\n{told}"
    )
    assert listing(box / "home") | listing(box / "here") == set()


def ended(mutant: Mutant, error: InputError) -> str:
    return f"{mutant} ({', '.join(mutant.made()[2])}): {error.key}"


MANY = 100_000
BLANKS = " " * MANY
LEDGER = "序号\t责任单位\t存在的问题\t整改措施\t完成情况\t备注\n1\t某县财政局\t{}执行率低。\t加快支出。\t正在整改\t{}\n"
SECTIONS = "一、评价结论\n{}\n二、存在问题\n执行率低。\n"


@pytest.mark.parametrize(
    "text",
    [
        page(findings=f"<p>{'（' * MANY}{'”' * MANY}</p>"),
        page(findings=f"<p>{'，但' * MANY}</p>"),
        page(findings=f"<p>一是{'甲。' * 3 * MANY}</p>"),
        page(findings=f"<p>绩效等级{BLANKS}</p>"),
        page().replace("\n", f"\n审计情况{'.' * MANY}\n", 1),
        SECTIONS.format(f"评价结果{BLANKS}甲"),
        SECTIONS.format(f"得分{BLANKS}甲"),
        SECTIONS.format(f"某县财政局（以下简称{BLANKS}甲"),
        LEDGER.format("<p>甲</p>" * MANY, ""),
        LEDGER.format("", "已" + "&amp;。" * MANY),
    ],
    ids=[
        *("brackets that are never closed", "contrasts", "sentences of a sub-point", "blanks behind a label"),
        *("leaders of a table of contents", "blanks before a grade", "blanks before a score", "blanks in an alias"),
        *("paragraphs in a cell", "entities in a cell"),
    ],
)
def test_time_grows_with_a_text_and_no_faster(text: str, box: Path, executor: Executor) -> None:
    """The square of so many characters, or a higher power, is beyond the time limit."""
    file = box / "files" / "long.txt"
    file.write_text(text, encoding="utf-8")
    (read,) = executor.submit(read_files, file).result()
    assert read.reports


def test_a_title_may_be_long(box: Path, executor: Executor) -> None:
    document = docx.Document()
    document.add_heading(f"关于{'资金' * MANY}的报告", 0)
    document.add_heading("一、存在问题", 1)
    document.add_paragraph("执行率低。")
    document.save(str(box / "files" / "long.docx"))
    (read,) = executor.submit(read_files, box / "files" / "long.docx").result()
    assert read.reports


def test_a_mutant_is_the_same_wherever_it_is_made(executor: Executor) -> None:
    for form in SHARES:
        mutant = Mutant(SEED, form, 1)
        assert executor.submit(mutant.made).result() == mutant.made(), form


# What would be found


def crash(file: Path) -> list[FileRead]:
    raise ValueError("no crash")


def die(file: Path) -> list[FileRead]:
    os._exit(1)


def write_outside(file: Path) -> list[FileRead]:
    (file.parent / "../outside.txt").write_text("x", encoding="utf-8")
    return []


def write_here(file: Path) -> list[FileRead]:
    Path("here.txt").touch()
    return []


def remove(file: Path) -> list[FileRead]:
    file.unlink()
    return []


def leave_something(file: Path) -> list[FileRead]:
    tempfile.mkdtemp(prefix="left")
    return []


def look_up_a_name(file: Path) -> list[FileRead]:
    try:
        socket.getaddrinfo("example.invalid", 80)
    except OSError:
        return []
    return []


def connect(file: Path) -> list[FileRead]:
    with socket.socket() as one:
        one.connect(("127.0.0.1", 9))
    return []


def start_a_program(file: Path) -> list[FileRead]:
    subprocess.run([sys.executable, "-c", ""], check=True)
    return []


def warn(file: Path) -> list[FileRead]:
    warnings.warn("look out", UserWarning, stacklevel=1)
    return []


def log(file: Path) -> list[FileRead]:
    logging.getLogger("some.library").warning("odd")
    return []


def blame_itself(file: Path) -> list[FileRead]:
    return [FileRead("x", fault=InputError("file_damaged", format="x", detail="a\ud800"))]


TEXT = (
    "一、评价结论\n项目完成较好，得分80分。\n二、存在问题\n预算执行率低，仅37.5%。\n三、整改要求\n加快预算支出进度。\n"
)


def text_read(**changes: object) -> list[FileRead]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "a.txt")
        file.write_text(TEXT, encoding="utf-8")
        (read,) = read_files(file)
    (report,) = read.reports
    return [replace(read, reports=(changed(report, **changes),))]


def changed(report: Report, **changes: object) -> Report:
    return replace(report, source=replace(report.source, format="docx"), **changes)  # type: ignore[arg-type]


def tell_half_a_character(file: Path) -> list[FileRead]:
    return text_read(title="\ud800")


def tell_no_number(file: Path) -> list[FileRead]:
    return text_read(evaluation_score=float("nan"))


def break_the_schema(file: Path) -> list[FileRead]:
    return text_read(project_year="2022")


def point_elsewhere(file: Path) -> list[FileRead]:
    return text_read(text=" " + TEXT[:-1])


def lose_a_section(file: Path) -> list[FileRead]:
    (read,) = text_read()
    return text_read(sections=read.reports[0].sections[:-1])


def point_beyond(file: Path) -> list[FileRead]:
    return text_read(text="")


@pytest.mark.parametrize(
    ("read", "told"),
    [
        (crash, "no crash"),
        (die, "reading_crashed"),
        (write_outside, "not allowed: open"),
        (write_here, "not allowed: open 'here.txt'"),
        (remove, "not allowed: os.remove"),
        (leave_something, "left behind: left"),
        (look_up_a_name, "not allowed: socket.getaddrinfo"),
        (connect, "not allowed: socket.connect"),
        (start_a_program, "not allowed: subprocess.Popen"),
        (warn, "printed: look out"),
        (log, "printed: odd"),
        (blame_itself, "surrogates not allowed"),
        (tell_half_a_character, "surrogates not allowed"),
        (tell_no_number, "Out of range float values"),
        (break_the_schema, "schema: $.project_year"),
        (point_elsewhere, "AssertionError"),
        (lose_a_section, "lost: '加快预算支出进度。'"),
        (point_beyond, "no place"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_harm_is_told(read: Read, told: str, box: Path, executor: Executor) -> None:
    ((_, found),) = in_order(executor, partial(harm, box=box, read=read), [Mutant(SEED, "txt", 0)], 1, ended)
    assert told in found
    for left in (box / "tmp").glob("*/left*"):
        left.rmdir()


def test_reading_a_whole_file_is_told_as_no_harm(box: Path, executor: Executor) -> None:
    assert executor.submit(harm, Mutant(SEED, "txt", 0), box, read_a_text).result() == ""


def read_a_text(file: Path) -> list[FileRead]:
    return text_read()
