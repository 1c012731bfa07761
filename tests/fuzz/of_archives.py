"""Ways to damage a zip archive, and what is inside with a checksum that is right again."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from random import Random

from tests.fuzz.of_bytes import BYTES, NUMBERS, Mutator
from tests.fuzz.of_xml import IN_XML

_READ = re.compile(
    r"(?:document|numbering|styles|footnotes|content|manifest|workbook|sharedStrings|sheet\d+|OFD|Document|Content|DocumentRes)\.xml$"
    r"|\.rels$|\.docx$|\.xlsx$|\.txt$|\.html$|\.pdf$|\.zip$"
)
_NAMES = (
    *(
        "../x.txt",
        "/tmp/x.txt",
        "..\\x.txt",
        "C:\\x.txt",
        "a/../../x.txt",
        "",
        "/",
        "x/",
        "con.txt",
        "\x01.txt",
        "项目.txt",
    ),
    *(
        "word/document.xml",
        "xl/workbook.xml",
        "OFD.xml",
        "content.xml",
        "mimetype",
        "a" * 60_000,
        "\u202etxt.exe",
        "x.zip",
        "x.txt",
    ),
)
_FIELDS = (6, 8, 10, 12, 16, 20, 24, 28, 30, 32, 34, 36, 38, 42)  # of an entry of the directory at an archive's end


def _unpacked(content: bytes) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    except Exception:  # an earlier mutation saw to that
        return []


def _packed(members: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", method, compresslevel=1) as archive:
        warnings.simplefilter("ignore")  # of names that stand there twice
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return stream.getvalue()


def _member(rng: Random, members: list[tuple[str, bytes]]) -> int:
    read = [index for index, (name, _) in enumerate(members) if _READ.search(name)]
    return rng.choice(read) if read and rng.random() < 0.9 else rng.randrange(len(members))


def in_member(mutate: Mutator) -> Mutator:
    def mutator(rng: Random, content: bytes, other: bytes) -> bytes:
        members = _unpacked(content)
        if not members:
            return content
        index = _member(rng, members)
        name, body = members[index]
        members[index] = name, mutate(rng, body, rng.choice(members)[1] or b"\0") if body else body
        return _packed(members)

    mutator.__name__ = f"{mutate.__name__}_of_member"
    return mutator


def drop_member(rng: Random, content: bytes, other: bytes) -> bytes:
    members = _unpacked(content)
    if members:
        del members[_member(rng, members)]
    return _packed(members)


def double_member(rng: Random, content: bytes, other: bytes) -> bytes:
    members = _unpacked(content)
    if members:
        name, body = members[_member(rng, members)]
        members.append((rng.choice((name, name.upper(), f"/{name}")), rng.choice((body, b"", rng.choice(members)[1]))))
    return _packed(members)


def rename_member(rng: Random, content: bytes, other: bytes) -> bytes:
    members = _unpacked(content)
    if members:
        index = _member(rng, members)
        members[index] = rng.choice((*_NAMES, members[index][0].replace("/", "\\"))), members[index][1]
    return _packed(members)


def exchange_members(rng: Random, content: bytes, other: bytes) -> bytes:
    members = _unpacked(content)
    if members:
        a, b = _member(rng, members), _member(rng, members)
        members[a], members[b] = (members[a][0], members[b][1]), (members[b][0], members[a][1])
    return _packed(members)


def swell_member(rng: Random, content: bytes, other: bytes) -> bytes:
    members = _unpacked(content)
    if members:
        index = _member(rng, members)
        body = members[index][1]
        members[index] = (
            members[index][0],
            body + rng.choice((b" ", b"\0", b"<a/>", b"a")) * rng.choice((1 << 18, 1 << 20)),
        )
    return _packed(members)


def nest_archive(rng: Random, content: bytes, other: bytes) -> bytes:
    for _ in range(rng.choice((1, 2, 30))):
        content = _packed(
            [(rng.choice(("a.zip", "word/document.xml", "a.docx", "content.xml")), content), ("b.zip", other[:100])]
        )
    return content


def lie_in_directory(rng: Random, content: bytes, other: bytes) -> bytes:
    entries = [match.start() for match in re.finditer(b"PK\1\2|PK\3\4|PK\5\6", content)]
    if not entries:
        return content
    at = rng.choice(entries) + rng.choice(_FIELDS)
    width = rng.choice((2, 4))
    number = rng.choice((*NUMBERS, 8, 12, 14, 95, len(content), rng.randrange(len(content)))) % (1 << 8 * width)
    return content[:at] + number.to_bytes(width, "little") + content[at + width :]


def pack_otherwise(rng: Random, content: bytes, other: bytes) -> bytes:
    return _packed(_unpacked(content), rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)))


ARCHIVE: tuple[Mutator, ...] = (
    *(drop_member, double_member, rename_member, exchange_members, swell_member, nest_archive, lie_in_directory),
    *(lie_in_directory, pack_otherwise, *map(in_member, BYTES)),
)
PACKAGE: tuple[Mutator, ...] = (*ARCHIVE, *map(in_member, IN_XML * 3))
