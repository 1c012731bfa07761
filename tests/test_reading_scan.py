from __future__ import annotations

import io
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

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
def test_tall_picture_is_read_in_pieces() -> None:
    from PIL import Image

    with Image.open(DATA / "scan_page.png") as page:
        tall = Image.new("L", (page.width, 4 * page.width), 255)
        for top in (0, 2 * page.width):
            tall.paste(page.crop((0, 0, page.width, page.width)), (0, top))
    written = io.BytesIO()
    tall.save(written, "PNG")
    texts = texts_of(read_image(written.getvalue()))
    assert texts.count(EXPECTED[0]) == 2


@pytest.mark.parametrize("turns", range(4))
def test_engine_is_given_nothing_much_higher_than_wide(turns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    np = pytest.importorskip("numpy")
    given: list[tuple[int, int]] = []

    def engine(picture: Any) -> Any:
        given.append(picture.shape[:2])
        box = [[0, 0], [9, 0], [9, 90], [0, 90]]  # of lines that stand upright: the page may lie on its side
        return SimpleNamespace(boxes=[box], txts=["预算"], scores=[0.9])

    monkeypatch.setattr(scan, "_engine", lambda: engine)
    scan.recognise(np.rot90(np.zeros((2000, 100, 3), np.uint8), turns), 1, 1.0)
    assert all(height <= 3 * width for height, width in given)
    assert {sum(height for height, width in given if width == 100), max(width for _, width in given)} == {4000, 2000}


def test_rows_are_cut_where_nothing_stands() -> None:
    np = pytest.importorskip("numpy")
    picture = np.full((1000, 100, 3), 255, np.uint8)
    lines = np.arange(1000) % 20 < 15
    picture[lines, 10:90] = 0
    cuts = scan._cuts(picture)
    assert cuts[0] == 0
    assert cuts[-1] == 1000
    assert not lines[cuts[1:-1]].any()
    assert all(0 < bottom - top <= 300 for top, bottom in pairwise(cuts))


@recognises
def test_damage_beside_the_picture_is_passed_over_in_silence() -> None:
    content = _picture("JPEG")
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x02\0\xff\0\0\0\xff\xff\0\0\0\0\0\0"
    marked = b"\xff\xd8\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + content[2:]
    assert _key(marked) == "file_without_text"


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
