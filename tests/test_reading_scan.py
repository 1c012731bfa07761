from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_reading_pdf import block_recognition, texts_of
from wenti.errors import InputError
from wenti.reading import scan
from wenti.reading.document import Block
from wenti.reading.pdf import read_pdf
from wenti.reading.scan import read_image

DATA = Path(__file__).parent / "data" / "reading"
EXPECTED = (DATA / "scan.txt").read_text(encoding="utf-8").splitlines()

recognises = pytest.mark.skipif(
    subprocess.run([sys.executable, "-c", "import rapidocr, onnxruntime"], capture_output=True, check=False).returncode
    != 0,
    reason='the extra "ocr" is not installed',
)


def _key(content: bytes) -> str:
    with pytest.raises(InputError) as caught:
        read_image(content)
    assert caught.value.describe()
    return caught.value.key


def _picture(suffix: str, size: tuple[int, int] = (300, 200)) -> bytes:
    from PIL import Image

    written = io.BytesIO()
    Image.new("1", size, 1).save(written, suffix)
    return written.getvalue()


@recognises
def test_pages_of_a_tiff_give_paragraphs_over_the_page_break() -> None:
    document = read_image((DATA / "scan_pages.tif").read_bytes())
    assert texts_of(document) == EXPECTED
    blocks = [block for block in document.elements if isinstance(block, Block)]
    assert {block.page for block in blocks} == {1, 2}
    assert all(block.confidence is not None and 0.8 < block.confidence <= 1 for block in blocks)


@recognises
def test_pages_of_a_scanned_pdf_are_recognised() -> None:
    assert texts_of(read_pdf((DATA / "scan_file.pdf").read_bytes())) == EXPECTED


@recognises
def test_page_that_lies_on_its_side_and_askew_is_read() -> None:
    texts = texts_of(read_image((DATA / "scan_turned.jpg").read_bytes()))
    assert EXPECTED[1] in texts


@recognises
def test_single_page_is_read_from_every_format() -> None:
    from PIL import Image

    document = read_image((DATA / "scan_page.png").read_bytes())
    assert EXPECTED[1] in texts_of(document)
    written = io.BytesIO()
    Image.open(DATA / "scan_page.png").convert("RGB").save(written, "BMP")
    assert read_image(written.getvalue()) == document


@recognises
@pytest.mark.parametrize("suffix", ["PNG", "TIFF", "BMP"])
def test_picture_without_text_is_named(suffix: str) -> None:
    assert _key(_picture(suffix)) == "file_without_text"


@recognises
def test_picture_too_large_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "_MAX_PIXELS", 300 * 200 - 1)
    assert _key(_picture("PNG")) == "unpacked_too_large"


@recognises
def test_frame_that_claims_more_than_it_holds_is_damaged() -> None:
    content = (DATA / "scan_page.png").read_bytes()
    assert _key(content[: len(content) // 2]) == "file_damaged"


@recognises
def test_damage_beside_the_picture_is_passed_over_in_silence() -> None:
    content = (DATA / "scan_turned.jpg").read_bytes()
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x02\0\xff\0\0\0\xff\xff\0\0\0\0\0\0"
    assert read_image(b"\xff\xd8\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + content[2:]).elements


@recognises
@settings(deadline=None)
@given(st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"BM", b"\xff\xd8\xff\xe0"]), st.binary(max_size=100))
def test_any_bytes_end_in_an_input_error(head: bytes, content: bytes) -> None:
    assert _key(head + content) in ("file_damaged", "file_empty")


@recognises
def test_nothing_is_reported_over_a_network_nor_written_to_the_console() -> None:
    script = (
        "import socket, sys\n"
        "def refuse(*rest): raise OSError('network')\n"
        "socket.socket.connect = refuse\n"
        "from wenti.reading.scan import read_image\n"
        "import os\n"
        "read_image(open(sys.argv[1], 'rb').read())\n"
        "assert os.environ['ORT_DISABLE_TELEMETRY'] == '1'\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    done = subprocess.run(
        [sys.executable, "-c", script, str(DATA / "scan_page.png")],
        capture_output=True,
        check=False,
        env=environment,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    block_recognition(monkeypatch)
    assert _key((DATA / "scan_page.png").read_bytes()) == "extra_missing"


def test_empty_file_is_named() -> None:
    assert _key(b"") == "file_empty"
