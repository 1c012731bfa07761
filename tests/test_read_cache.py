"""The cache of what was read: it gives back what was put in, or nothing."""

from __future__ import annotations

import json
import os
import stat
import string
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.documents import DOCUMENTS, report_of
from wenti import read_cache
from wenti.api import read
from wenti.errors import OutputError
from wenti.read_cache import ReadCache
from wenti.records import (
    ROLES,
    DocumentKind,
    Field,
    Figure,
    Place,
    Point,
    Quantity,
    Report,
    Section,
    Source,
    Span,
    Statement,
    UnitName,
)

ALL = sorted(DOCUMENTS.glob("dev-*.docx"))
CONTENT = b"PK the bytes of a file"
T = TypeVar("T")


def stored(reports: list[Report]) -> list[Report]:
    """Return reports as the cache is given them: without paragraphs."""
    return [replace(r, sections=tuple(replace(s, paragraphs=()) for s in r.sections)) for r in reports]


@pytest.fixture
def reports() -> list[Report]:
    text = "一、存在的问题\n（一）预算执行率低，仅43.26%。\n（二）2022年底资产闲置。"
    return stored([report_of("2022年度甲项目绩效评价报告", "项目单位：云岭市交通局", text)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "缓存"


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_what_a_gold_document_is_read_to_is_given_back(path: Path, folder: Path) -> None:
    cache = ReadCache(folder)
    found = stored(read(path))
    cache.put(CONTENT, "docx", found)
    assert cache.get(CONTENT, "docx", str(path)) == found


def test_reports_are_called_by_the_path_that_the_file_has_now(reports: list[Report], folder: Path) -> None:
    cache = ReadCache(folder)
    cache.put(CONTENT, "docx", reports)
    found = cache.get(CONTENT, "docx", "改名.docx")
    assert found is not None
    assert [report.source.path for report in found] == ["改名.docx"]
    assert [replace(each, source=reports[0].source) for each in found] == reports


def test_another_content_or_suffix_is_another_entry(reports: list[Report], folder: Path) -> None:
    cache = ReadCache(folder)
    cache.put(CONTENT, "docx", reports)
    assert cache.get(CONTENT + b"!", "docx", "a") is None
    assert cache.get(CONTENT, "html", "a") is None
    assert cache.get(CONTENT, "docx", "a") is not None


@pytest.mark.parametrize("name", ["__version__", "_FORMAT"])
def test_what_another_version_kept_is_not_used(
    name: str, reports: list[Report], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = ReadCache(folder)
    cache.put(CONTENT, "docx", reports)
    monkeypatch.setattr(read_cache, name, "another")
    assert cache.get(CONTENT, "docx", "a") is None


def change(*keys: str | int, to: object) -> Callable[[bytes], bytes]:
    """Return what puts a value into an entry in another one's place."""

    def changed(content: bytes) -> bytes:
        top = inner = json.loads(content)
        for key in keys[:-1]:
            inner = inner[key]
        inner[keys[-1]] = to
        return json.dumps(top).encode()

    return changed


def drop(content: bytes) -> bytes:
    found = json.loads(content)
    del found[0]["sections"]
    return json.dumps(found).encode()


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "truncated": lambda content: content[: len(content) // 2],
    "cut within a character": lambda content: content[: content.index("甲".encode()) + 1],
    "no JSON": lambda content: b"\x80\x04\x95 pickle",
    "no list": lambda content: b"{}",
    "without reports": lambda content: b"[]",
    "a number": lambda content: b"3",
    "null": lambda content: b"null",
    "nested without end": lambda content: b"[" * 100_000,
    "a list of strings": lambda content: b'["a"]',
    "without sections": drop,
    "text that is a number": change(0, "text", to=3),
    "sections that are a string": change(0, "sections", to="abc"),
    "a role that is none": change(0, "sections", 0, "role", to="evil"),
    "an offset that is a string": change(0, "sections", 0, "start", to="0"),
    "an offset that is true": change(0, "sections", 0, "start", to=True),
    "a year with a fraction": change(0, "project_year", to=2022.5),
    "a source that is a list": change(0, "source", to=[]),
    "a statement without figures": change(0, "sections", 0, "points", 0, "statements", 0, to={"text": "甲"}),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_an_entry_that_is_damaged_or_foreign_is_as_good_as_none(
    damage: Callable[[bytes], bytes], reports: list[Report], folder: Path
) -> None:
    cache = ReadCache(folder)
    cache.put(CONTENT, "docx", reports)
    (entry,) = folder.iterdir()
    entry.write_bytes(damage(entry.read_bytes()))
    assert cache.get(CONTENT, "docx", "a") is None
    cache.put(CONTENT, "docx", reports)
    assert cache.get(CONTENT, "docx", reports[0].source.path) == reports


def test_an_entry_is_data_with_a_name_that_tells_nothing(reports: list[Report], folder: Path) -> None:
    ReadCache(folder).put(CONTENT, "docx", reports)
    (entry,) = folder.iterdir()
    assert set(entry.stem) <= set(string.hexdigits)
    assert entry.suffix == ".json"
    assert json.loads(entry.read_text(encoding="utf-8"))[0]["title"] == "2022年度甲项目绩效评价报告"


def test_an_entry_that_is_a_folder_is_none_and_is_left_alone(reports: list[Report], folder: Path) -> None:
    cache = ReadCache(folder)
    cache.put(CONTENT, "docx", reports)
    (entry,) = folder.iterdir()
    entry.unlink()
    entry.mkdir()
    assert cache.get(CONTENT, "docx", "a") is None
    cache.put(CONTENT, "docx", reports)
    assert [path.name for path in folder.iterdir()] == [entry.name]


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_folder_and_entries_are_for_their_owner_alone(reports: list[Report], folder: Path) -> None:
    before = os.umask(0)
    try:
        ReadCache(folder).put(CONTENT, "docx", reports)
    finally:
        os.umask(before)
    (entry,) = folder.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(entry.stat().st_mode) == 0o600


def test_a_folder_that_was_there_is_used_as_it_is(reports: list[Report], folder: Path) -> None:
    folder.mkdir()
    (folder / "别的.txt").write_text("别的", encoding="utf-8")
    ReadCache(folder).put(CONTENT, "docx", reports)
    assert ReadCache(folder).get(CONTENT, "docx", "a") is not None
    assert (folder / "别的.txt").read_text(encoding="utf-8") == "别的"


def test_a_file_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "缓存").write_bytes(b"")
    with pytest.raises(OutputError) as caught:
        ReadCache(tmp_path / "缓存")
    assert str(tmp_path / "缓存") in caught.value.describe("zh")


def test_a_folder_that_is_gone_stops_nothing(reports: list[Report], folder: Path) -> None:
    cache = ReadCache(folder)
    folder.rmdir()
    cache.put(CONTENT, "docx", reports)
    assert cache.get(CONTENT, "docx", "a") is None


# Any reports at all

texts = st.text(st.characters(), max_size=8)  # lone surrogates, too
offsets = st.integers(0, 10**6)
amounts = st.floats(allow_nan=False, allow_infinity=False)
spans = st.builds(Span, offsets, offsets)


def some(values: st.SearchStrategy[T]) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(values, max_size=3).map(tuple)


def maybe(values: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | values


figures = st.builds(Figure, st.sampled_from(get_args(Quantity)), amounts | texts, texts, offsets, offsets, texts)
statements = st.builds(Statement, texts, offsets, offsets, some(figures))
points = st.recursive(
    st.builds(Point, maybe(texts), maybe(texts), maybe(spans), some(statements)),
    lambda inner: st.builds(
        Point, maybe(texts), maybe(texts), maybe(spans), some(statements), some(inner), st.booleans(), st.booleans()
    ),
    max_leaves=4,
)
sections = st.builds(Section, st.sampled_from(ROLES), maybe(texts), offsets, offsets, st.just(()), some(points))
any_report = st.builds(
    Report,
    source=st.builds(Source, st.just("a"), texts, texts, offsets),
    text=texts,
    title=maybe(texts),
    project=maybe(texts),
    units=some(texts),
    project_year=maybe(offsets),
    evaluation_score=maybe(amounts),
    fields=some(st.builds(Field, texts, texts, texts, offsets, offsets)),
    sections=some(sections),
    not_understood=some(spans),
    kind=st.sampled_from(get_args(DocumentKind)),
    unit_names=some(st.builds(UnitName, texts, some(texts))),
    funds=maybe(amounts),
    unread_pages=some(offsets),
    places=some(
        st.builds(Place, offsets, maybe(offsets), maybe(offsets), maybe(texts), maybe(offsets), maybe(amounts))
    ),
)


@settings(max_examples=50)
@given(st.lists(any_report, min_size=1, max_size=3))
def test_any_reports_are_given_back(reports: list[Report]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cache = ReadCache(folder)
        cache.put(CONTENT, "docx", reports)
        assert cache.get(CONTENT, "docx", "a") == reports
