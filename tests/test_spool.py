"""The spool: whatever is cut off or garbled, what goes on is what would have been without."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.commands import listing
from tests.tables import without_privileges
from wenti.errors import OutputError
from wenti.spool import Progress, Spool, errors_path

JOB = {"files": "预算", "options": "1"}
BEGIN, BEGIN_ERRORS = b"text,kind\r\n", b"line,reason\r\n"
PARTS = {".out.csv.journal.part", ".out.csv.rows.part", ".out.csv.errors.part"}

chunks = st.lists(
    st.tuples(st.binary(max_size=40), st.integers(0, 9), st.binary(max_size=12), st.integers(0, 2)), max_size=8
)


@contextmanager
def spooling(target: Path, job: dict[str, Any] = JOB, begin: bytes = BEGIN) -> Iterator[Spool]:
    spool = Spool(target, job, begin, BEGIN_ERRORS)
    try:
        yield spool
    finally:
        spool.close()


def whole(rows: Path, part: Path) -> Path:
    """Make the file as CSV does: it is the spool."""
    assert not part.exists()
    return rows


def copied(rows: Path, part: Path) -> Path:
    """Make the file as workbooks do: another is written."""
    part.write_bytes(rows.read_bytes()[::-1])
    return part


def part(target: Path, name: str) -> Path:
    return target.with_name(f".{target.name}.{name}.part")


@given(chunks, st.sampled_from(["journal", "rows", "errors"]), st.data())
def test_whatever_is_lost_the_rest_is_kept_and_the_end_is_the_same(
    given_chunks: list[tuple[bytes, int, bytes, int]], name: str, data: st.DataObject
) -> None:
    with TemporaryDirectory() as folder:
        target = Path(folder) / "out.csv"
        with spooling(target) as spool:
            for chunk in given_chunks:
                spool.append(*chunk)
        file = part(target, name)
        content = bytearray(file.read_bytes())
        place = data.draw(st.integers(0, len(content)), label="place")
        how = data.draw(st.sampled_from(["cut off", "garbled", "written on"]), label="how")
        if how == "cut off":
            del content[place:]
        elif how == "garbled":
            content[place:] = bytes(byte ^ 0xFF for byte in content[place:])
        else:
            content += data.draw(st.binary(max_size=90), label="more")
        file.write_bytes(content)
        with spooling(target) as spool:
            done = spool.progress
            assert done.rows == sum(chunk[1] for chunk in given_chunks[: done.chunks])
            assert done.faults == sum(chunk[3] for chunk in given_chunks[: done.chunks])
            assert part(target, "rows").read_bytes() == BEGIN + b"".join(c[0] for c in given_chunks[: done.chunks])
            if how == "written on":
                assert done.chunks == len(given_chunks)
            for chunk in given_chunks[done.chunks :]:
                spool.append(*chunk)
            spool.finish(whole)
        assert target.read_bytes() == BEGIN + b"".join(chunk[0] for chunk in given_chunks)
        faults = sum(chunk[3] for chunk in given_chunks)
        assert listing(Path(folder)) == ({"out.csv", "out.csv.errors.csv"} if faults else {"out.csv"})
        if faults:
            assert errors_path(target).read_bytes() == BEGIN_ERRORS + b"".join(chunk[2] for chunk in given_chunks)


def test_one_bit_in_what_was_written_last_costs_the_last_chunk_only(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    with spooling(target) as spool:
        for number in range(5):
            spool.append(b"row %d\n" % number, 1, b"", 0)
    rows = part(target, "rows")
    rows.write_bytes(rows.read_bytes()[:-2] + b"5\n")
    with spooling(target) as spool:
        assert spool.progress == Progress(4, 4, 0, len(BEGIN) + 4 * 6, len(BEGIN_ERRORS))


def test_work_goes_on_as_often_as_it_is_ended(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    for number in range(6):
        with spooling(target) as spool:
            assert spool.progress.rows == number
            spool.append(b"%d\n" % number, 1, b"fault\n", 1)
        assert listing(tmp_path) == PARTS
    with spooling(target) as spool:
        spool.finish(whole)
    assert target.read_bytes() == BEGIN + b"0\n1\n2\n3\n4\n5\n"
    assert errors_path(target).read_bytes() == BEGIN_ERRORS + b"fault\n" * 6


@pytest.mark.parametrize(
    "other", [{**JOB, "files": "绩效"}, {**JOB, "more": 1}, {}], ids=["input", "option", "nothing"]
)
def test_another_job_starts_anew(tmp_path: Path, other: dict[str, Any]) -> None:
    target = tmp_path / "out.csv"
    with spooling(target) as spool:
        spool.append(b"old\n", 1, b"old\n", 1)
    with spooling(target, other, begin=b"new head\n") as spool:
        assert spool.progress == Progress(spool=9, errors=len(BEGIN_ERRORS))
        spool.append(b"new\n", 1, b"", 0)
        spool.finish(whole)
    assert target.read_bytes() == b"new head\nnew\n"
    assert listing(tmp_path) == {"out.csv"}


def test_a_file_that_is_written_apart_replaces_the_old_one_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_bytes(b"old")
    with spooling(target) as spool:
        spool.append(b"row", 1, b"", 0)
        assert target.read_bytes() == b"old"
        spool.finish(copied)
    assert target.read_bytes() == (BEGIN + b"row")[::-1]
    assert listing(tmp_path) == {"out.csv"}


def test_a_failure_while_the_file_is_made_keeps_the_old_one_and_the_work(tmp_path: Path) -> None:
    def fails(rows: Path, part: Path) -> Path:
        part.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    target = tmp_path / "out.csv"
    target.write_bytes(b"old")
    with spooling(target) as spool:
        spool.append(b"row", 1, b"", 0)
        with pytest.raises(OutputError) as caught:
            spool.finish(fails)
    assert (caught.value.key, caught.value.file) == ("file_unwritable", str(target))
    assert target.read_bytes() == b"old"
    with spooling(target) as spool:
        assert spool.progress.rows == 1
        spool.finish(copied)
    assert target.read_bytes() == (BEGIN + b"row")[::-1]
    assert listing(tmp_path) == {"out.csv"}


def test_a_list_of_faults_of_an_earlier_run_is_removed(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    errors_path(target).write_bytes(b"stale")
    with spooling(target) as spool:
        assert errors_path(target).exists(), "removed before there is anything better"
        spool.finish(whole)
    assert listing(tmp_path) == {"out.csv"}


def test_what_is_discarded_leaves_nothing_behind(tmp_path: Path) -> None:
    with spooling(tmp_path / "out.csv") as spool:
        spool.append(b"row", 1, b"fault", 1)
        spool.discard()
    assert listing(tmp_path) == set()


HOLD = """
import sys
from pathlib import Path
from wenti.spool import Spool
spool = Spool(Path(sys.argv[1]), {}, b"begin", b"")
spool.append(b"row", 1, b"", 0)
print("held", flush=True)
if sys.argv[2] == "finish":
    spool.finish(lambda rows, part: (print("making", flush=True), sys.stdin.readline(), rows)[-1])
sys.stdin.readline()
"""


@contextmanager
def holder(target: Path, stage: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that is at the same work."""
    command = [sys.executable, "-c", HOLD, str(target), stage]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        if stage == "finish":
            assert process.stdout.readline() == "making\n"
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("stage", ["work", "finish"])
def test_what_another_process_is_writing_is_left_to_it(tmp_path: Path, stage: str) -> None:
    target = tmp_path / "out.csv"
    with holder(target, stage):
        before = {name: (tmp_path / name).read_bytes() for name in listing(tmp_path)}
        with pytest.raises(OutputError) as caught, spooling(target, {}):
            pass
        assert (caught.value.key, caught.value.file) == ("output_in_use", str(target))
        assert {name: (tmp_path / name).read_bytes() for name in listing(tmp_path)} == before


def test_what_a_killed_process_was_writing_can_be_taken_up(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    with holder(target, "work") as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        with spooling(target, {}, begin=b"begin") as spool:
            assert spool.progress.rows == 1


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o555)
    script = (
        "import sys; from pathlib import Path; from wenti.spool import Spool; Spool(Path(sys.argv[1]), {}, b'', b'')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder / "out.csv")],
        preexec_fn=without_privileges,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert done.returncode == 1
    assert "OutputError" in done.stderr
    assert str(folder / "out.csv") in done.stderr
    assert listing(folder) == set()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught, spooling(tmp_path / "没有" / "out.csv"):
        pass
    assert caught.value.file == str(tmp_path / "没有" / "out.csv")
