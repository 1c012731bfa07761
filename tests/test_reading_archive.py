"""Tests of archives."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenti.errors import InputError
from wenti.reading import archive
from wenti.reading.archive import members_of


def packed(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as file:
        for name, content in members.items():
            file.writestr(zipfile.ZipInfo(name), content, compression)
    return buffer.getvalue()


def found(content: bytes) -> list[tuple[str, bytes | str]]:
    """Return the members, with the key of the error in place of those that cannot be read."""
    return [(name, member.key if isinstance(member, InputError) else member) for name, member in members_of(content)]


def renamed(content: bytes, old: bytes, new: bytes) -> bytes:
    """Return an archive whose member has other bytes of the same length as its name."""
    assert len(old) == len(new) and content.count(old) == 2
    return content.replace(old, new)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_members_come_in_their_order(compression: int) -> None:
    members = {"乙/报告.txt": "预算执行率低".encode() * 100, "甲.docx": b"", "a b.pdf": b"%PDF"}
    assert found(packed(members, compression)) == list(members.items())


def test_folders_and_what_systems_add_are_left_out() -> None:
    members = [
        *("报告/", "__MACOSX/._报告.docx", "报告/~$告.docx", "报告/.DS_Store", "报告/._告.docx", "a/__MACOSX/b.txt"),
        *("Thumbs.db", "x/desktop.ini"),
    ]
    assert found(packed({**dict.fromkeys(members, b"x"), "报告/~a.docx": b"y"})) == [("报告/~a.docx", b"y")]


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("绩效评价报告.docx".encode("gbk"), "绩效评价报告.docx"),
        ("绩效评价报告.docx".encode(), "绩效评价报告.docx"),
        ("资料\\某县\\报告.doc".encode("gbk"), "资料/某县/报告.doc"),
        ("乗乗.txt".encode("gbk"), "乗乗.txt"),  # the second byte of 乗 in GBK is a backslash
        (b"report.txt", "report.txt"),
    ],
)
def test_names_without_the_flag_for_utf_8_are_decoded(raw: bytes, name: str) -> None:
    plain = b"n" * len(raw)
    assert found(renamed(packed({plain.decode(): b"x"}), plain, raw)) == [(name, b"x")]


def test_a_second_name_in_utf_8_goes_before_the_first() -> None:
    path = "报告.txt".encode()
    entry = zipfile.ZipInfo("baogao.txt")
    entry.extra = (
        struct.pack("<HH", 1, 0) + struct.pack("<HHBI", 0x7075, len(path) + 5, 1, zlib.crc32(b"baogao.txt")) + path
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(entry, b"x")
    assert found(buffer.getvalue()) == [("报告.txt", b"x")]


@pytest.mark.parametrize("name", ["../a.txt", "a/../../b.txt", "/etc/a.txt", "C:/a.txt", "c:a.txt", "a/.."])
def test_paths_that_lead_outside_are_refused(name: str) -> None:
    assert found(packed({name: b"x", "b.txt": b"y"})) == [(name, "archive_path"), ("b.txt", b"y")]


def test_a_backslash_leads_outside_too() -> None:
    content = renamed(packed({"nnnn.txt": b"x"}), b"nnnn.txt", b"..\\n.txt")
    assert found(content) == [("../n.txt", "archive_path")]


def test_a_control_character_breaks_no_line() -> None:
    content = renamed(packed({"nn.txt": b"x"}), b"nn.txt", b"n\n.txt")
    assert found(content) == [("n\ufffd.txt", "archive_path")]


def test_members_with_a_password_are_named() -> None:
    content = bytearray(packed({"a.txt": b"x", "b.txt": b"y"}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert found(bytes(content)) == [("a.txt", "file_locked"), ("b.txt", b"y")]


@pytest.mark.parametrize("at", ["content", "crc", "method", "local header"])
def test_a_damaged_member_stops_nothing(at: str) -> None:
    content = bytearray(packed({"a.txt": b"unfolded " * 20, "b.txt": b"y"}))
    entry = content.index(b"PK\x01\x02")
    place = {"content": 38, "crc": entry + 16, "method": entry + 10, "local header": 2}[at]
    content[place] ^= 0x55
    assert found(bytes(content)) == [("a.txt", "file_damaged"), ("b.txt", b"y")]


def test_members_that_overlap_are_refused() -> None:
    inner = packed({"b.txt": b"y" * 1000}, zipfile.ZIP_STORED)
    local = inner[: inner.index(b"PK\x01\x02")]
    content = bytearray(packed({"a.txt": local, "b.txt": b"y" * 1000}, zipfile.ZIP_STORED))
    # The second entry is led into the content of the first.
    entry = content.rindex(b"PK\x01\x02")
    content[entry + 42 : entry + 46] = struct.pack("<I", content.index(local))
    assert found(bytes(content)) == [("a.txt", "file_damaged"), ("b.txt", b"y" * 1000)]


def test_an_archive_inside_is_opened_and_one_inside_that_is_not() -> None:
    inner = packed({"c.txt": b"c", "d.zip": packed({"e.txt": b"e"})})
    assert found(packed({"a.txt": b"a", "b.zip": inner, "f.ZIP": b"none"})) == [
        *(("a.txt", b"a"), ("b.zip/c.txt", b"c"), ("b.zip/d.zip", "archive_nested"), ("f.ZIP", "file_damaged")),
    ]


def test_what_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MOST_BYTES_OF_MEMBER", 3 << 20)
    content = packed({"a.txt": bytes(range(256)) * (4 << 12), "b.txt": b"y"})
    assert found(content) == [("a.txt", "unpacked_too_large"), ("b.txt", b"y")]


def test_what_is_packed_too_well_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_HARMLESS", 1 << 20)
    content = packed({"a.txt": bytes(4 << 20), "b.txt": bytes(1 << 20)})
    assert found(content) == [("a.txt", "unpacked_too_large"), ("b.txt", bytes(1 << 20))]


def test_all_members_share_one_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MOST_BYTES", 10)
    inner = packed({"c.txt": b"12345678"})
    content = packed({"a.txt": b"123456", "b.txt": b"123456", "c.txt": b"1", "d.zip": inner})
    assert [name for name, _ in found(content)] == ["a.txt", "b.txt", "c.txt", "d.zip"]
    assert [member for _, member in found(content)] == [b"123456", *["unpacked_too_large"] * 3]


def test_the_header_is_not_believed() -> None:
    content = bytearray(packed({"a.txt": bytes(100_000)}))
    entry = content.index(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = struct.pack("<I", 10)
    (member,) = found(bytes(content))
    assert member[1] == "file_damaged"


def test_too_many_members_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MOST_HEADERS", 2)
    content = packed({f"{index}.txt": b"" for index in range(3)})
    with pytest.raises(InputError) as caught:
        found(content)
    assert (caught.value.key, caught.value.facts) == ("archive_members", {"limit": 10_000})


def test_members_are_counted_with_those_inside() -> None:
    many = packed({f"{index}.txt": b"" for index in range(9_999)}, zipfile.ZIP_STORED)
    assert found(packed({"a.zip": many}))[0] == ("a.zip/0.txt", b"")
    assert found(packed({"a.zip": many, "b.txt": b""})) == [("a.zip", "archive_members"), ("b.txt", b"")]


@pytest.mark.parametrize(
    ("content", "key"), [(b"", "file_empty"), (b"PK\x03\x04", "file_damaged"), (b"x" * 99, "file_damaged")]
)
def test_other_files_are_refused(content: bytes, key: str) -> None:
    with pytest.raises(InputError) as caught:
        found(content)
    assert caught.value.key == key


KEYS = (
    "file_empty",
    "file_damaged",
    "file_locked",
    "archive_path",
    "archive_members",
    "unpacked_too_large",
    "archive_nested",
)


@given(st.binary(max_size=200), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=6))
def test_any_damage_is_told_by_a_key(content: bytes, changes: list[tuple[int, int]]) -> None:
    damaged = bytearray(packed({"a.txt": content, "b/报告.zip": packed({"c": b"c"})}))
    for place, value in changes:
        damaged[place % len(damaged)] = value
    for damage in (bytes(damaged), content):
        try:
            members = list(members_of(damage))
        except InputError as error:
            assert error.key in KEYS
        else:
            assert all(not isinstance(member, InputError) or member.key in KEYS for _, member in members)


NAMES = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\\/:~._"), min_size=1, max_size=9
)


@given(st.dictionaries(NAMES.map(lambda name: f"{name}.txt"), st.binary(max_size=99), max_size=5))
def test_what_was_packed_comes_out(members: dict[str, bytes]) -> None:
    assert found(packed(members)) == list(members.items())
