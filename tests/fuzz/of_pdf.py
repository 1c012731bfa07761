"""Ways to damage a PDF: what refers to what, counts, filters, and what packed streams draw."""

from __future__ import annotations

import re
import zlib
from random import Random

from tests.fuzz.of_bytes import BYTES, NUMBERS, Mutator

_REFERENCE = re.compile(rb"(?<![\d.])(\d+) 0 R\b")
_COUNTED = re.compile(
    rb"/(?:Length|Count|Size|W|Index|N|First|Predictor|Columns|Colors|BitsPerComponent|Width|Height|Rotate|FirstChar|"
    rb"LastChar|DW|Prev|Flags|Length1|ToUnicode|MediaBox|Widths|Matrix|BBox|FontBBox)\s*\[?\s*(-?[\d.]+)"
)
_STREAM = re.compile(rb"<<(?:[^<>]|<<[^<>]*>>|<[^<>]*>)*>>\s*stream\r?\n")
_FILTERS = (
    b"LZWDecode",
    b"ASCIIHexDecode",
    b"ASCII85Decode",
    b"RunLengthDecode",
    b"DCTDecode",
    b"JBIG2Decode",
    b"JPXDecode",
    b"Crypt",
    b"CCITTFaxDecode",
)
_OPERANDS = (
    b"0",
    b"-1",
    b"1e38",
    b"99999999999",
    b"-32768",
    b"0.00001",
    b"2147483648",
    b"nan",
    b"",
    b"()",
    b"[]",
    b"<<>>",
)
_OPERATORS = (
    *(
        b" q " * 5000,
        b" Q " * 5000,
        b" BT " * 50,
        b" 0 0 0 0 0 0 Tm ",
        b" 1e9 0 0 1e9 0 0 cm ",
        b" 0 Tz ",
        b" 0 1 -1 0 0 0 cm ",
    ),
    *(
        b" 0 0 1 1 re f " * 20_000,
        b" 0 0 m 100 0 l S " * 5000,
        b" /Fm0 Do ",
        b" 3 Tr ",
        b" BI /W 9999 /H 9999 ID EI ",
        b" 1000 TL T* " * 200,
    ),
)


def _any(rng: Random, pattern: re.Pattern[bytes], content: bytes) -> re.Match[bytes] | None:
    found = list(pattern.finditer(content))
    return rng.choice(found) if found else None


def refer_elsewhere(rng: Random, content: bytes, other: bytes) -> bytes:
    """Let references point at other objects, among them the one that they stand in."""
    for _ in range(rng.choice((1, 1, 5))):
        reference = _any(rng, _REFERENCE, content)
        if reference is None:
            return content
        own = content.rfind(b" 0 obj", 0, reference.start())
        around = re.search(rb"\d+$", content[max(own - 9, 0) : max(own, 0)])
        others = [around[0] if around else b"1", b"0", b"99999999", rng.choice(_REFERENCE.findall(content))]
        content = content[: reference.start(1)] + rng.choice(others) + content[reference.end(1) :]
    return content


def miscount(rng: Random, content: bytes, other: bytes) -> bytes:
    for _ in range(rng.choice((1, 1, 5))):
        count = _any(rng, _COUNTED, content)
        if count is None:
            return content
        number = str(rng.choice((*NUMBERS, 3, 7, 0.5, -1e30, 1e30))).encode()
        content = content[: count.start(1)] + number + content[count.end(1) :]
    return content


def filter_otherwise(rng: Random, content: bytes, other: bytes) -> bytes:
    named = _any(rng, re.compile(rb"/FlateDecode"), content)
    if named is None:
        return content
    other = rng.choice(
        (b"/" + rng.choice(_FILTERS), b"[" + b"/FlateDecode " * rng.choice((2, 100)) + b"]", b"null", b"/Filter")
    )
    return content[: named.start()] + other + content[named.end() :]


def rewrite_stream(rng: Random, content: bytes, other: bytes) -> bytes:
    """Change what a packed stream draws or tells, and pack it anew."""
    head = _any(rng, _STREAM, content)
    if head is None or b"/FlateDecode" not in head[0]:
        return content
    end = content.find(b"endstream", head.end())
    try:
        body = zlib.decompress(content[head.end() : end].rstrip(b"\r\n"))
    except zlib.error:
        return content
    at = rng.randrange(len(body) + 1)
    operand = _any(rng, re.compile(rb"-?\d*\.?\d+"), body)
    kind = rng.randrange(4)
    if kind == 0 and operand is not None:
        body = body[: operand.start()] + rng.choice(_OPERANDS) + body[operand.end() :]
    elif kind == 1:
        body = body[:at] + rng.choice(_OPERATORS) + body[at:]
    elif kind == 2:
        body = body * rng.choice((2, 20))
    elif body:
        body = rng.choice(BYTES)(rng, body, body)
    packed = zlib.compress(body)
    told = re.sub(rb"/Length \d+(?: 0 R)?", b"/Length %d" % len(packed), head[0])
    return content[: head.start()] + told + packed + b"\n" + content[end:]


def nest_objects(rng: Random, content: bytes, other: bytes) -> bytes:
    start = _any(rng, re.compile(rb"\d+ 0 obj\s*"), content)
    if start is None:
        return content
    nested = rng.choice((b"[", b"<</A ", b"(", b"<</Kids[")) * rng.choice((100, 5000, 200_000))
    return content[: start.end()] + nested + content[start.end() :]


def exchange_names(rng: Random, content: bytes, other: bytes) -> bytes:
    pattern = re.compile(rb"/[A-Za-z]\w*")
    one, instead = _any(rng, pattern, content), _any(rng, pattern, content)
    if one is None or instead is None:
        return content
    return content[: one.start()] + instead[0] + content[one.end() :]


PDF: tuple[Mutator, ...] = (
    *(refer_elsewhere, refer_elsewhere, miscount, miscount, filter_otherwise, nest_objects, exchange_names),
    *(rewrite_stream, rewrite_stream, rewrite_stream, rewrite_stream),
)
