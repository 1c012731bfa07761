"""Files of word processors before .docx: Word 97-2003 (.doc), WPS (.wps), RTF and OpenDocument (.odt).

Each becomes a .docx first, which :mod:`wenti.reading.word` reads. For .doc and .wps msdoc2docx does that, in Python; what
it does not know, LibreOffice does if it is installed.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from wenti.errors import InputError
from wenti.reading.document import Block, Document, Table

_NAMES = {
    "doc": "Word 97-2003（.doc）",
    "wps": "WPS 文字（.wps）",
    "rtf": "RTF（.rtf）",
    "odt": "OpenDocument（.odt）",
}
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_WORD_97 = 0xA5EC
_ENCRYPTED = 0x0100  # of the flags in the file information block

_OBJECT = "\ufffc"

_SECONDS = 180
_MOST_BYTES = 400 << 20
_MOST_BYTES_OF_PART = 200 << 20
_CHUNK = 1 << 20
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"%ProgramFiles%\LibreOffice\program\soffice.exe",
    r"%ProgramFiles(x86)%\LibreOffice\program\soffice.exe",
    "/opt/libreoffice/program/soffice",
)
# No macros, and no links followed.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
</item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>0</value></prop>
</item>
</oor:items>
"""


def read_office(content: bytes, suffix: str) -> Document:
    """Return the body of a file of Word 97-2003, WPS, RTF or OpenDocument text.

    Parameters
    ----------
    content : bytes
        The file.
    suffix : {"doc", "wps", "rtf", "odt"}
        What the file is.

    Raises
    ------
    InputError
        If the file is empty, damaged or something else, has a password, holds no text, or needs LibreOffice, which is
        not there.
    """
    from wenti.reading.word import read_word

    if not content:
        raise InputError("file_empty")
    try:
        document = read_word(_docx_of(content, suffix))
    except InputError as error:
        if error.key == "file_damaged":  # the .docx that was made on the way
            raise InputError("file_damaged", format=_NAMES[suffix], detail=error.facts["detail"]) from error
        raise
    except MemoryError:
        raise
    except Exception as error:
        detail = " ".join(f"{type(error).__name__}: {error}"[:200].split())
        raise InputError("file_damaged", format=_NAMES[suffix], detail=detail) from error
    elements = tuple(shown for element in document.elements if (shown := _without_objects(element)) is not None)
    if not elements:
        raise InputError("file_without_text")
    return Document(elements)


def _without_objects(element: Block | Table) -> Block | Table | None:
    """Take out the character that stands for a drawing; nothing is left of a paragraph that is only one."""
    if isinstance(element, Block):
        text = element.text.replace(_OBJECT, "").strip()
        return replace(element, text=text) if text else None
    rows = (
        replace(row, cells=tuple(cell.replace(_OBJECT, "") if isinstance(cell, str) else cell for cell in row.cells))
        for row in element.rows
    )
    return replace(element, rows=tuple(rows))


def _docx_of(content: bytes, suffix: str) -> bytes:
    if suffix in ("doc", "wps"):
        return _docx_of_word_97(content, suffix)
    if suffix == "rtf":
        if not content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{\\rtf"):
            raise ValueError("no RTF header")
    else:
        _check_open_document(content)
    return _docx_by_libreoffice(content, suffix)


def _docx_of_word_97(content: bytes, suffix: str) -> bytes:
    if not content.startswith(_OLE):
        raise ValueError("no compound file")
    try:
        from doc2docx.errors import StreamNotFound
    except ModuleNotFoundError:
        if _libreoffice() is None:
            raise InputError("extra_missing", format=f".{suffix}", extra="office") from None
        return _docx_by_libreoffice(content, suffix)
    try:
        return _docx_by_msdoc2docx(content)
    except (InputError, MemoryError, StreamNotFound):
        raise
    except Exception:
        if _word_version(content) != _WORD_97:
            return _docx_by_libreoffice(content, suffix, "Word 6.0/95（.doc）")
        if _libreoffice() is None:
            raise
    return _docx_by_libreoffice(content, suffix)


def _docx_by_msdoc2docx(content: bytes) -> bytes:
    from doc2docx import convert
    from doc2docx.errors import EncryptedDocumentError

    with tempfile.TemporaryDirectory(prefix="wenti-", ignore_cleanup_errors=True) as folder:
        source, made = Path(folder, "a.doc"), Path(folder, "a.docx")
        source.write_bytes(content)
        try:
            convert(source, made)
        except EncryptedDocumentError:
            raise InputError("file_locked") from None
        return made.read_bytes()


def _word_version(content: bytes) -> int | None:
    """Return the number with which the file says what wrote it, if it can be found.

    Raises
    ------
    InputError
        If the file has a password.
    """
    from doc2docx.cfb import CompoundFile
    from doc2docx.errors import Doc2DocxError

    try:
        header = CompoundFile(content).open_stream("WordDocument")[:12]
    except Doc2DocxError:
        return _WORD_97  # damaged
    if int.from_bytes(header[10:12], "little") & _ENCRYPTED:
        raise InputError("file_locked")
    return int.from_bytes(header[:2], "little")


def _check_open_document(content: bytes) -> None:
    """See that the archive stays within bounds when unpacked, and is not encrypted."""
    left = _MOST_BYTES
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for entry in archive.infolist():
            if entry.flag_bits & 1:
                raise InputError("file_locked")
            limit = min(left, _MOST_BYTES_OF_PART)
            length = 0
            with archive.open(entry) as part:
                while chunk := part.read(_CHUNK):
                    length += len(chunk)
                    if length > limit:
                        raise InputError("unpacked_too_large", limit=limit >> 20)
            left -= length
        if b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise InputError("file_locked")


def _docx_by_libreoffice(content: bytes, suffix: str, name: str | None = None) -> bytes:
    program = _libreoffice()
    if program is None:
        raise InputError("office_missing", format=name or _NAMES[suffix])
    with tempfile.TemporaryDirectory(prefix="wenti-", ignore_cleanup_errors=True) as folder:
        profile, source, made = Path(folder, "profile"), Path(folder, f"a.{suffix}"), Path(folder, "made", "a.docx")
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        source.write_bytes(content)
        _run(
            [
                *(program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nolockcheck"),
                *("--convert-to", "docx:MS Word 2007 XML", "--outdir", str(made.parent), str(source)),
            ],
            folder,
        )
        if not made.is_file():
            raise ValueError("LibreOffice cannot read it")
        if made.stat().st_size > _MOST_BYTES:
            raise InputError("unpacked_too_large", limit=_MOST_BYTES >> 20)
        return made.read_bytes()


def _libreoffice() -> str | None:
    """Return where LibreOffice is, if it is installed."""
    for name in ("soffice", "libreoffice"):
        if (found := shutil.which(name)) is not None:
            return found
    return next((place for place in map(os.path.expandvars, _PLACES) if os.path.isfile(place)), None)


def _run(command: list[str], folder: str) -> None:
    """Run a program to its end, or for as long as it may take, and end it with all that it started."""
    with subprocess.Popen(  # noqa: S603 - the program is LibreOffice, the names are ours
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            raise ValueError(f"LibreOffice did not end within {_SECONDS} s") from None
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        if process.poll() is None:
            command = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
            subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - a program of Windows
    else:
        with suppress(ProcessLookupError, PermissionError):  # of a group in which none is left
            os.killpg(process.pid, signal.SIGKILL)
