"""Bytes to text: UTF-8, UTF-16 with its mark, GB18030, and the refusal of everything else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wenti.decoding import decode
from wenti.errors import InputError

TEXT = "项目名称：预算执行率低\r\n　镕 㐂 𠮷 “引号”\t100%\n"

# Of what GB18030 can hold; Python's table lacks nothing but surrogates.
texts = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(TEXT.encode("utf-8"), id="UTF-8"),
        pytest.param(TEXT.encode("utf-8-sig"), id="UTF-8 with its mark"),
        pytest.param(b"\xff\xfe" + TEXT.encode("utf-16-le"), id="UTF-16, low byte first"),
        pytest.param(b"\xfe\xff" + TEXT.encode("utf-16-be"), id="UTF-16, high byte first"),
        pytest.param(TEXT.encode("gb18030"), id="GB18030"),
        pytest.param(("\ufeff" + TEXT).encode("gb18030"), id="GB18030 with its mark"),
    ],
)
def test_the_same_text_comes_out_of_every_encoding(content: bytes) -> None:
    assert decode(content) == TEXT


@pytest.mark.parametrize("encoding", ["gb2312", "gbk"])
def test_the_older_chinese_encodings_are_read_as_gb18030(encoding: str) -> None:
    assert decode("预算执行率低".encode(encoding)) == "预算执行率低"


@settings(deadline=None)
@given(texts)
def test_any_text_survives_utf_8_and_utf_16(text: str) -> None:
    assert decode(text.encode("utf-8-sig")) == text
    assert decode(b"\xff\xfe" + text.encode("utf-16-le")) == text
    assert decode(b"\xfe\xff" + text.encode("utf-16-be")) == text


@settings(deadline=None)
@given(st.text("项目预算执行率低，。“”0123456789%ABC\t\n", min_size=1))
def test_any_chinese_text_survives_gb18030(text: str) -> None:
    # Two-byte characters all begin with a byte that UTF-8 knows only as the beginning of longer characters or not at all.
    assert decode(f"评价结果{text}".encode("gb18030")) == f"评价结果{text}"


@pytest.mark.parametrize(
    ("content", "offset"),
    [
        pytest.param(b"\xff\xff\xff", 0, id="no encoding at all"),
        pytest.param("预算".encode("gbk") + b"\xff\xff", 4, id="GBK and then rubbish"),
        pytest.param("预算".encode("gbk")[:-1], 2, id="GBK cut in a character"),
        pytest.param(b"\xef\xbb\xbf" + b"ab\xff", 5, id="the mark of UTF-8 but not UTF-8"),
        pytest.param(b"\xff\xfe" + b"\x00\xd8", 2, id="the mark of UTF-16 and half a pair"),
        pytest.param(b"\xff\xfe" + "预".encode("utf-16-le") + b"\x00", 4, id="UTF-16 of odd length"),
    ],
)
def test_undecodable_bytes_are_refused_with_the_place_of_the_first(content: bytes, offset: int) -> None:
    with pytest.raises(InputError) as caught:
        decode(content, "报告.txt")
    error = caught.value
    assert (error.key, error.file, error.facts["offset"]) == ("encoding_unknown", "报告.txt", offset)
    assert "报告.txt" in error.describe("zh")
    assert str(offset) in error.describe("en")
    assert "\n" not in error.describe("zh") + error.describe("en")


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_decoded_or_refused_but_never_crash(content: bytes) -> None:
    try:
        decode(content)
    except InputError as error:
        offset = error.facts["offset"]
        assert isinstance(offset, int)
        assert 0 <= offset < len(content)
