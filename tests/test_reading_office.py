"""Tests of .doc, .wps, .rtf and .odt. Most need no LibreOffice: a program of that name stands in for it."""

from __future__ import annotations

import io
import os
import shutil
import sys
import time
import zipfile
from pathlib import Path
from unittest import mock

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wenti.errors import InputError
from wenti.reading import office
from wenti.reading.document import Block, Covered, Document, Table
from wenti.reading.office import read_office

DATA = Path(__file__).parent / "data" / "reading"
LEFT, ABOVE = Covered.LEFT, Covered.ABOVE
TEXT = [
    "某县农村饮水安全项目绩效评价报告",
    "一、项目概况",
    "项目由某县水务局实施，预算资金 1,200 万元——“十四五”重点。",
    *("1. 第一步 申报", "2. 第二步 审核", "1. 子项甲", "要点一"),
    [("格00\n格01", LEFT, "格02"), ("格10", "格11", "格12\n格22"), ("格20", "格21", ABOVE)],
    "预算执行率低，仅为 43.26%。",
]
WORD_97 = (DATA / "office.doc").read_bytes()
INFORMATION = WORD_97.index(b"\xec\xa5")  # where the stream WordDocument begins
needs_libreoffice = pytest.mark.skipif(office._libreoffice() is None, reason="needs LibreOffice")
needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")


def shown(document: Document) -> list[object]:
    return [
        [row.cells for row in element.rows] if isinstance(element, Table) else element.text
        for element in document.elements
    ]


def error_of(content: bytes, suffix: str) -> InputError:
    with pytest.raises(InputError) as caught:
        read_office(content, suffix)
    assert caught.value.describe()
    return caught.value


def changed(offset: int, new: bytes) -> bytes:
    """Return the .doc with other bytes at an offset of its file information block."""
    at = INFORMATION + offset
    return WORD_97[:at] + new + WORD_97[at + len(new) :]


@pytest.fixture
def no_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "_libreoffice", lambda: None)


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file of a program that is found as LibreOffice."""
    program = tmp_path / "bin" / "soffice"
    program.parent.mkdir()
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return program


def write_program(program: Path, lines: str) -> None:
    program.write_text(f"#!/bin/sh\n{lines}\n", encoding="utf-8")
    program.chmod(0o755)


def word_file(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def open_document(manifest: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", bytes(3 << 20))
    return buffer.getvalue()


@pytest.mark.parametrize("suffix", ["doc", "wps"])
@pytest.mark.usefixtures("no_libreoffice")
def test_word_97_is_read_without_libreoffice(suffix: str) -> None:
    document = read_office(WORD_97, suffix)
    assert shown(document) == TEXT
    assert [block.level for block in document.elements[:3] if isinstance(block, Block)] == [0, 1, None]


@needs_libreoffice
@pytest.mark.parametrize("suffix", ["rtf", "odt"])
def test_other_files_are_read_by_libreoffice(suffix: str) -> None:
    assert shown(read_office((DATA / f"office.{suffix}").read_bytes(), suffix)) == TEXT


@pytest.mark.parametrize("flags", [b"\x00\x01", b"\x00\x81"], ids=["RC4", "XOR"])
@pytest.mark.parametrize("version", [b"\xec\xa5", b"\xdc\xa5"], ids=["Word 97", "Word 95"])
def test_a_password_is_seen_before_anything_is_started(flags: bytes, version: bytes, stand_in: Path) -> None:
    write_program(stand_in, f"touch {stand_in}.started")
    content = bytearray(changed(0, version))
    content[INFORMATION + 10] |= flags[0]
    content[INFORMATION + 11] |= flags[1]
    assert error_of(bytes(content), "doc").key == "file_locked"
    assert not Path(f"{stand_in}.started").exists()


@pytest.mark.usefixtures("no_libreoffice")
@pytest.mark.parametrize(
    ("content", "suffix", "name"),
    [
        (changed(0, b"\xdc\xa5"), "doc", "Word 6.0/95（.doc）"),
        (b"{\\rtf1 x}", "rtf", "RTF（.rtf）"),
        (open_document("<x/>"), "odt", "OpenDocument（.odt）"),
    ],
)
def test_without_libreoffice_its_install_is_asked_for(content: bytes, suffix: str, name: str) -> None:
    error = error_of(content, suffix)
    assert (error.key, error.facts) == ("office_missing", {"format": name})


@pytest.mark.usefixtures("no_libreoffice")
@pytest.mark.parametrize(
    ("content", "suffix", "key"),
    [
        (b"", "doc", "file_empty"),
        (b"text", "doc", "file_damaged"),
        (WORD_97[:3000], "doc", "file_damaged"),
        (
            WORD_97.replace("WordDocument".encode("utf-16-le"), "Workbook\0\0\0\0".encode("utf-16-le")),
            "doc",
            "file_damaged",
        ),
        (b"PK\x03\x04", "odt", "file_damaged"),
        (open_document("<manifest:encryption-data/>"), "odt", "file_locked"),
        (b"text", "rtf", "file_damaged"),
    ],
)
def test_other_files_are_refused(content: bytes, suffix: str, key: str) -> None:
    assert error_of(content, suffix).key == key


def test_an_open_document_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "_MOST_BYTES_OF_PART", 2 << 20)
    error = error_of(open_document("<x/>"), "odt")
    assert (error.key, error.facts) == ("unpacked_too_large", {"limit": 2})


@needs_posix
def test_a_file_that_the_library_cannot_read_goes_to_libreoffice(stand_in: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.docx"
    made.write_bytes(word_file("第一段", "图\ufffc", "\ufffc"))
    # The last arguments are the folder and the file.
    write_program(stand_in, f'echo "$@" > {tmp_path}/arguments; mkdir -p made; cp {made} made/a.docx')
    assert shown(read_office(changed(0, b"\xdc\xa5"), "doc")) == ["第一段", "图"]
    arguments = (tmp_path / "arguments").read_text()
    assert "--headless" in arguments
    profile = arguments.split("-env:UserInstallation=file://")[1].split()[0]
    assert not Path(profile).exists()


@needs_posix
def test_a_file_of_drawings_only_has_no_text(stand_in: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.docx"
    made.write_bytes(word_file("\ufffc"))
    write_program(stand_in, f"mkdir -p made; cp {made} made/a.docx")
    assert error_of(b"{\\rtf1 x}", "rtf").key == "file_without_text"


@needs_posix
def test_what_libreoffice_cannot_read_is_damaged(stand_in: Path) -> None:
    write_program(stand_in, "exit 1")
    error = error_of(b"{\\rtf1 x}", "rtf")
    assert (error.key, error.facts["format"]) == ("file_damaged", "RTF（.rtf）")


@needs_posix
def test_a_program_that_does_not_end_is_killed_with_its_children(
    stand_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "_SECONDS", 0.5)
    write_program(stand_in, f"sleep 600 & echo $! > {tmp_path}/child; wait")
    assert error_of(b"{\\rtf1 x}", "rtf").key == "file_damaged"
    child = int((tmp_path / "child").read_text())
    assert _ends(child)


def _ends(process: int) -> bool:
    for _ in range(200):
        try:
            os.kill(process, 0)
            if Path(f"/proc/{process}/stat").read_text().split(")")[1].split()[0] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.05)
    return False


def test_places_beside_the_path_are_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "LibreOffice" / "soffice.exe"
    program.parent.mkdir()
    program.touch()
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setenv("WENTI_TEST_PLACE", str(tmp_path))
    monkeypatch.setattr(office, "_PLACES", ("/none/soffice", "$WENTI_TEST_PLACE/LibreOffice/soffice.exe"))
    assert office._libreoffice() == str(program)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40)
@given(st.lists(st.tuples(st.integers(0, len(WORD_97) - 1), st.integers(0, 255)), max_size=8))
def test_any_damage_is_told_by_a_key(changes: list[tuple[int, int]]) -> None:
    content = bytearray(WORD_97)
    for place, value in changes:
        content[place] = value
    with mock.patch.object(office, "_libreoffice", lambda: None):
        try:
            assert read_office(bytes(content), "doc").elements
        except InputError as error:
            keys = ("file_damaged", "file_locked", "file_without_text", "office_missing")
            assert error.key in keys
