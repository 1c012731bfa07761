"""What a reader of the report sees: every number the summary's, every number with its sentences, nothing executed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

import wenti
from wenti.errors import OutputError
from wenti.intervals import wilson
from wenti.records import Statement, Summary
from wenti.rendering import RENDERERS, check_output, render
from wenti.rendering.data import summary_dict
from wenti.rendering.page import _interval, _percent, render_html, render_markdown


@pytest.fixture(scope="module")
def summary(root: Path) -> Summary:
    return wenti.report(root / "corpus" / "reports" / "jiyuan_evaluations.txt")


@pytest.fixture(scope="module")
def hostile(summary: Summary) -> Summary:
    """A summary whose every text tries to become markup."""
    attack = "<script>alert(1)</script>|*_[x](javascript:alert(1))`\n# 标题"
    reports = tuple(
        replace(r, project=attack, units=(attack,), source=replace(r.source, path=attack)) for r in summary.reports
    )
    statements = tuple(replace(s, statement=Statement(attack, 0, len(attack))) for s in summary.statements)
    return replace(summary, reports=reports, statements=statements, units=(attack,), report_units=(attack,) * 8)


class Page(HTMLParser):
    """Collects ids, links, tags and text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.sources: list[str] = []
        self.tags: set[str] = set()
        self.rows: list[list[str]] = []
        self._cell = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        values = dict(attrs)
        if values.get("id"):
            self.ids.append(str(values["id"]))
        if tag == "a":
            self.links.append(str(values["href"]))
        self.sources += [str(values[name]) for name in ("src", "srcset", "data", "action") if values.get(name)]
        if tag == "tr":
            self.rows.append([])
        self._cell = self._cell or tag in ("td", "th")
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._cell = self._cell and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._cell and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_link_of_the_page_leads_somewhere_inside_it(summary: Summary, lang: str) -> None:
    page = Page(render_html(summary, lang))
    assert len(page.ids) == len(set(page.ids))
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    assert all(link.startswith("#") for link in page.links)


def test_the_page_needs_no_network_and_no_scripts(summary: Summary) -> None:
    html = render_html(summary)
    page = Page(html)
    assert not page.sources
    assert not page.tags & {"script", "link", "img", "iframe", "object", "embed", "form"}
    assert not re.search(r"https?://|@import|url\(", html)


def rows_of(html: str, n_cells: int) -> Iterator[list[str]]:
    yield from (row for row in Page(html).rows if len(row) == n_cells and row[0].isdigit())


def test_the_ranking_shows_the_summarys_counts(summary: Summary) -> None:
    shown = [(row[1], row[3], row[6], row[9]) for row in rows_of(render_html(summary), 10)]
    expected = [
        (
            summary.names[row.id].name,
            f"{row.by_unit.count}/{row.by_unit.total}",
            f"{row.by_project.count}/{row.by_project.total}",
            str(row.findings),
        )
        for row in summary.types
    ]
    assert shown == expected


def test_the_matrix_shows_the_summarys_counts(summary: Summary) -> None:
    rows = [row for row in Page(render_html(summary)).rows if row and row[0] in summary.units and len(row) == 9]
    assert [row[0] for row in rows] == list(summary.units)
    for row in rows:
        cells = [cell.findings for cell in summary.matrix if cell.unit == row[0]]
        assert sorted(int(value) for value in row[1:8] if value != "0") == sorted(cells)
        assert int(row[8]) == sum(finding.unit == row[0] for finding in summary.findings)


def test_every_statement_stands_in_page_and_markdown_with_its_place(summary: Summary) -> None:
    for text in (render_html(summary), render_markdown(summary)):
        for tagged in summary.statements:
            assert f"字符 {tagged.statement.start}-{tagged.statement.end}" in text
    assert [row[0] for row in rows_of(render_html(summary), 5)] == [
        str(number) for number in range(1, len(summary.statements) + 1)
    ]


def test_every_reference_of_the_markdown_leads_to_a_statement(summary: Summary) -> None:
    text = render_markdown(summary)
    targets = set(re.findall(r'<a id="(s-\d+)"', text))
    assert len(targets) == len(summary.statements)
    assert set(re.findall(r"\]\(#(s-\d+)\)", text)) <= targets


def test_the_markdown_tables_have_as_many_cells_in_every_row(summary: Summary) -> None:
    tables: list[list[str]] = [[]]
    for line in render_markdown(summary).splitlines():
        if line.startswith("|"):
            tables[-1].append(line)
        elif tables[-1]:
            tables.append([])
    tables = [table for table in tables if table]
    assert len(tables) >= 5 + len(summary.reports)
    for table in tables:
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table}) == 1, table[0]
        assert re.fullmatch(r"(\|:?-+:?)+\|", table[1])


def test_no_text_becomes_markup_in_the_page(hostile: Summary) -> None:
    html = render_html(hostile)
    assert "<script" not in html.lower()
    assert "&lt;script&gt;" in html
    assert not any("javascript" in link for link in Page(html).links)


def test_no_text_becomes_markup_in_markdown(hostile: Summary) -> None:
    text = render_markdown(hostile)
    assert "<script" not in text
    assert not re.search(r"(?<!\\)\]\(javascript", text)
    assert not re.search(r"^# 标题", text, re.MULTILINE)


@pytest.mark.parametrize("suffix", sorted(RENDERERS))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_same_summary_gives_the_same_bytes(summary: Summary, tmp_path: Path, suffix: str, lang: str) -> None:
    first, second = tmp_path / f"a{suffix}", tmp_path / f"b{suffix}"
    render(summary, first, lang)
    render(summary, second, lang)
    assert first.read_bytes() == second.read_bytes()
    assert sorted(file.name for file in tmp_path.iterdir()) == [first.name, second.name]


def test_english_labels_leave_no_chinese_outside_the_data(summary: Summary) -> None:
    bare = replace(summary, reports=(), statements=(), findings=(), types=(), categories=(), matrix=(), coverage=(),
                   strengths=(), units=(), projects=(), report_units=())  # fmt: skip
    assert not re.search(r"[\u4e00-\u9fff]", re.sub(r"font-family:[^;]*;", "", render_html(bare, "en")))
    assert not re.search(r"[\u4e00-\u9fff]", render_markdown(bare, "en"))


@pytest.mark.parametrize("suffix", sorted(RENDERERS))
def test_an_empty_summary_renders(summary: Summary, tmp_path: Path, suffix: str) -> None:
    bare = replace(summary, findings=(), types=(), categories=(), matrix=(), coverage=(), strengths=())
    render(bare, tmp_path / f"empty{suffix}")
    text = (tmp_path / f"empty{suffix}").read_text(encoding="utf-8")
    if suffix in (".html", ".md"):
        assert "未发现可归类的问题。" in text


def test_the_stamp_names_versions_and_inputs(summary: Summary) -> None:
    for text in (render_html(summary), render_markdown(summary), json.dumps(summary_dict(summary))):
        assert wenti.__version__ in text
        assert summary.stamp.model in text
        assert summary.reports[0].source.sha256 in text
        assert summary.stamp.taxonomy_sha256[:16] in text


def test_skipped_files_and_unread_text_are_shown(summary: Summary) -> None:
    from wenti.records import Skipped, Span

    unread = replace(summary.reports[0], not_understood=(Span(0, 5),))
    shown = replace(
        summary,
        reports=(unread, *summary.reports[1:]),
        skipped=(Skipped("坏.txt", {"zh": "坏.txt：空的", "en": "bad"}),),
    )
    for text in (render_html(shown), render_markdown(shown)):
        assert "坏.txt：空的" in text
        assert "未能识别的原文" in text


@pytest.mark.parametrize(
    ("count", "total", "percent", "interval"),
    [(6, 8, "75%", "41%–93%"), (5, 8, "62.5%", "31%–86%"), (1, 8, "12.5%", "2%–47%"), (0, 5, "0%", "0%–43%"),
     (1, 3, "33.3%", "6%–79%"), (3, 3, "100%", "44%–100%")],
)  # fmt: skip
def test_shares_are_rounded_half_up(count: int, total: int, percent: str, interval: str) -> None:
    share = wilson(count, total)
    assert (_percent(share.share), _interval(share)) == (percent, interval)


@pytest.mark.parametrize(
    ("name", "key"),
    [("out.pdf", "output_suffix_unknown"), ("out", "output_suffix_unknown"), ("missing/out.html", "folder_missing")],
)
def test_a_bad_output_is_refused_before_the_work(tmp_path: Path, name: str, key: str) -> None:
    with pytest.raises(OutputError) as caught:
        check_output(tmp_path / name)
    assert caught.value.key == key


def with_counts(summary: Summary, counts: list[int], units: int) -> Summary:
    """The summary with as many types as there are counts, each in so many units."""
    rows = tuple(replace(row, by_unit=wilson(count, units)) for row, count in zip(summary.types, counts, strict=False))
    return replace(summary, types=rows, units=tuple(f"单位{i}" for i in range(units)))


@pytest.mark.parametrize(
    ("counts", "units", "pattern"),
    [
        ([], 4, r"未发现可归类的问题。"),
        ([1, 1], 1, r"只读取到 1 家单位，不作共性排序；共发现 \d+ 个问题点，涉及 2 类问题。"),
        ([1, 1, 1], 4, r"共发现 \d+ 个问题点，涉及 3 类问题，没有两家以上单位共有的问题。"),
        ([3, 1], 4, r"最普遍的是“[^“”]+”，3 家单位存在（占 75%）。"),
        ([3, 2, 1], 4, r"最普遍的是“[^“”]+”，3 家单位存在（占 75%）；其次是“[^“”]+”，2 家单位存在（占 50%）。"),
        ([3, 3, 2, 2], 4, r"最普遍的是(“[^“”]+”){2}，各有 3 家单位存在（各占 75%）；其次是(“[^“”]+”){2}，各有 2 家.*"),
        ([2] * 5, 3, r"最普遍的是(“[^“”]+”){3}等 5 类并列，各有 2 家单位存在（各占 66.7%）。"),
    ],
    ids=["nothing", "one unit", "nothing shared", "one first", "first and second", "ties", "many tied"],
)
def test_the_headline_says_what_is_shared_and_names_ties(
    summary: Summary, counts: list[int], units: int, pattern: str
) -> None:
    text = render_markdown(with_counts(summary, counts, units))
    headline = next(line for line in text.splitlines() if line.startswith("**")).strip("*")
    assert re.fullmatch(pattern, headline), headline


def test_what_needs_review_is_listed(summary: Summary) -> None:
    doubtful = tuple(replace(s, needs_review=i in (3, 90)) for i, s in enumerate(summary.statements))
    html = render_html(replace(summary, statements=doubtful))
    section = html[html.index('<section id="review"') : html.index('<section id="strengths"')]
    assert re.findall(r'href="#s-(\d+)"', section) == ["3", "90"]
