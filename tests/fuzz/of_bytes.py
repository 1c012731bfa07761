"""Ways to damage bytes, drawn by a generator of numbers.

A mutator takes the generator, a content and another content of the same format, and returns a content; what it cannot
damage it returns as it is.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable
from random import Random

Mutator = Callable[[Random, bytes, bytes], bytes]

NUMBERS = (0, 1, -1, 2, 255, 65_535, 65_536, 2**31 - 1, -(2**31), 0xFFFFFFFF, 10**30)


def _run(rng: Random, content: bytes) -> tuple[int, int]:
    start = rng.randrange(len(content) + 1)
    return start, start + rng.choice((1, 2, 8, 64, 1024, len(content) // 4))


def flip_bits(rng: Random, content: bytes, other: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice((1, 1, 4, 64))):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def delete_run(rng: Random, content: bytes, other: bytes) -> bytes:
    start, end = _run(rng, content)
    return content[:start] + content[end:]


def double_run(rng: Random, content: bytes, other: bytes) -> bytes:
    start, end = _run(rng, content)
    return content[:end] + content[start:end] * rng.choice((1, 1, 50)) + content[end:]


def insert_run(rng: Random, content: bytes, other: bytes) -> bytes:
    start, end = _run(rng, content)
    inserted = rng.choice((rng.randbytes(end - start), bytes(end - start), b"\xff" * (end - start)))
    return content[:start] + inserted + content[start:]


def swap_runs(rng: Random, content: bytes, other: bytes) -> bytes:
    a, b, c, d = sorted(rng.randrange(len(content) + 1) for _ in range(4))
    return content[:a] + content[c:d] + content[b:c] + content[a:b] + content[d:]


def truncate(rng: Random, content: bytes, other: bytes) -> bytes:
    return content[: rng.choice((rng.randrange(len(content)), len(content) - 1, rng.randrange(min(len(content), 600))))]


def damage_head(rng: Random, content: bytes, other: bytes) -> bytes:
    head = bytearray(content[:512])
    for _ in range(rng.choice((1, 2, 8))):
        head[rng.randrange(len(head))] = rng.choice((0, 1, 0x20, 0x7F, 0x80, 0xFF, rng.randrange(256)))
    return bytes(head) + content[512:]


def put_number(rng: Random, content: bytes, other: bytes) -> bytes:
    width = rng.choice((1, 2, 4, 8))
    number = rng.choice(NUMBERS) % (1 << 8 * width)
    at = rng.randrange(len(content)) // width * width
    return content[:at] + number.to_bytes(width, rng.choice(("little", "big"))) + content[at + width :]


def splice(rng: Random, content: bytes, other: bytes) -> bytes:
    return content[: rng.randrange(len(content))] + other[rng.randrange(len(other)) :]


def swap_blocks(rng: Random, content: bytes, other: bytes) -> bytes:
    """Exchange sectors of a compound file."""
    a, b = (rng.randrange(len(content)) // 512 * 512 for _ in range(2))
    changed = bytearray(content)
    changed[a : a + 512], changed[b : b + 512] = (
        content[b : b + 512].ljust(512, b"\0"),
        content[a : a + 512].ljust(512, b"\0"),
    )
    return bytes(changed)


def turn_chain(rng: Random, content: bytes, other: bytes) -> bytes:
    """Let a sector of a compound file be followed by any other, so that chains end early, join or go round."""
    if len(content) < 1024:
        return content
    (first,) = struct.unpack_from("<I", content, 76)
    at = (first + 1) * 512 + 4 * rng.randrange(128)
    followed = rng.choice((rng.randrange(max(len(content) // 512, 1)), 0, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD))
    return content[:at] + struct.pack("<I", followed) + content[at + 4 :] if at < len(content) else content


def change_chunk(rng: Random, content: bytes, other: bytes) -> bytes:
    """Change a chunk of a PNG and its checksum with it."""
    starts = [match.start() for match in re.finditer(rb"IHDR|PLTE|tRNS|IDAT|pHYs|eXIf|IEND", content)]
    if not starts:
        return content
    start = rng.choice(starts)
    (length,) = struct.unpack_from(">I", content, start - 4) if start >= 4 else (0,)
    body = put_number(rng, content[start + 4 : start + 4 + length] or b"\0", b"")
    kind = content[start : start + 4]
    made = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return content[: start - 4] + made + content[start + 8 + length :]


BYTES: tuple[Mutator, ...] = (
    *(flip_bits, delete_run, double_run, insert_run, swap_runs, truncate, damage_head, put_number, splice),
)
COMPOUND: tuple[Mutator, ...] = (swap_blocks, turn_chain, turn_chain, put_number)
