"""The benchmark of growth: exponents, corpora of any size and number of types, and real runs on a tiny corpus."""

from __future__ import annotations

import sys
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest
import yaml
from benchmarks.curves import Curve, draw, growth_rows
from benchmarks.growth import apart, main
from benchmarks.measure import Measured
from benchmarks.variants import (
    halves,
    texts_of_length,
    variants,
    with_merged_types,
    with_split_types,
    write_corpus,
    write_tree,
)
from hypothesis import given
from hypothesis import strategies as st

from wenti.corpus import LabelledStatement, read_corpus, read_folds
from wenti.modelling import Corpus
from wenti.resources import taxonomy_path
from wenti.taxonomy import load_taxonomy


@given(st.floats(-1, 3), st.floats(0.01, 100), st.sets(st.integers(1, 10**6), min_size=2, max_size=7))
def test_the_exponent_of_a_power_is_found(exponent: float, level: float, sizes: set[int]) -> None:
    x = tuple(map(float, sorted(sizes)))
    curve = Curve("time, s", x, tuple(level * size**exponent for size in x))
    assert (curve.exponent, curve.last_exponent) == pytest.approx((exponent, exponent), abs=1e-6)


@pytest.mark.parametrize(
    ("y", "growth"),
    [
        ((5.0, 5.0, 5.1), "constant"),
        ((5.0, 4.0, 3.0), "constant"),
        ((1.0, 3.0, 9.0), "less than linear"),
        ((1.0, 10.0, 120.0), "linear"),
        ((9.0, 10.0, 130.0), "more than linear"),
        ((1.0, 60.0, 130.0), "linear"),
        ((1.0, 15.0, 200.0), "more than linear"),
    ],
    ids=["level", "falling", "slower", "in step", "steep at the end only", "1.06 in all", "1.15 in all"],
)
def test_growth_is_named_by_the_steeper_of_all_and_the_last_two_points(y: tuple[float, ...], growth: str) -> None:
    curve = Curve("time, s", (1.0, 10.0, 100.0), y)
    assert curve.growth == growth
    assert growth_rows([curve])[1] == ["time, s", f"{curve.exponent:.2f}", f"{curve.last_exponent:.2f}", growth]


def test_points_beyond_the_limit_do_not_count() -> None:
    curve = Curve("time, s", (10.0, 100.0, 1000.0, 10_000.0), (1.0, 10.0, 100.0, 100.0), limit=1000)
    assert (curve.exponent, curve.last_exponent) == pytest.approx((1, 1))


def test_times_that_cannot_be_told_from_a_start_are_left_out_but_for_the_last_two() -> None:
    start = Measured(9.0, 1.0, 50.0)
    sizes = (1.0, 10.0, 100.0, 1000.0)
    runs = [Measured(9.0, cpu, 50.0) for cpu in (0.9, 1.1, 2.0, 11.0)]
    assert apart("s", sizes, runs, start) == Curve("s", (100.0, 1000.0), (1.0, 10.0))
    assert apart("s", sizes, [start] * 4, start).x == (100.0, 1000.0)
    assert apart("s", sizes, [start] * 4, start, limit=100).x == (10.0, 100.0, 1000.0)
    assert apart("s", sizes, [Measured(9.0, 2.0, 50.0)] * 4, start).x == sizes


@pytest.mark.parametrize("y", [(0.1, 1, 11, 130), (5, 5, 5, 5), (0.001, 0.001, 0.001, 0.001 + 1e-15)])
def test_a_plot_is_a_small_picture_also_of_what_does_not_grow(y: tuple[float, ...]) -> None:
    picture = draw([[Curve("training, s", (1, 10, 100, 1000), y)] * 2, [Curve("MB", (1, 10), (50, 52))]], "statements")
    assert picture.startswith(b"\x89PNG\r\n")
    assert len(picture) < 80_000


@given(st.text("预算执行率低，。、；", min_size=2, max_size=30))
def test_halves_make_up_the_text_and_neither_is_empty(text: str) -> None:
    first, second = halves(text)
    assert first + second == text
    assert first
    assert second


def test_variants_are_new_texts_of_the_author_the_kind_and_the_main_type_that_begin_them(tiny: Corpus) -> None:
    made = list(islice(variants(tiny.authors), 200))
    assert len({row.text for row in made}) == 200
    begun = {(halves(row.text)[0], row.kind, row.types[:1], row.author) for row in tiny.authors}
    ended = {(halves(row.text)[1], row.kind, row.types[:1]) for row in tiny.authors}
    for row in made:
        cuts = range(1, len(row.text))
        assert any(
            (row.text[:cut], row.kind, row.types[:1], row.author) in begun
            and (row.text[cut:], row.kind, row.types[:1]) in ended
            for cut in cuts
        )
    assert made[:50] == list(islice(variants(tiny.authors), 50))


def test_variants_end_when_there_are_no_more(tiny: Corpus) -> None:
    few = tiny.authors[:2]
    made = list(variants(few))
    assert 0 < len(made) <= 4


def test_a_corpus_is_written_as_it_is_read(tiny: Corpus, tmp_path: Path) -> None:
    write_corpus(tmp_path / "corpus", tiny.authors, tiny.folds | {"unknown": "x"})
    taxonomy = load_taxonomy()
    found = read_corpus(tmp_path / "corpus" / "statements", taxonomy)
    assert Counter(map(content, found)) == Counter(map(content, tiny.authors))
    assert read_folds(tmp_path / "corpus" / "folds.tsv") == tiny.folds


def content(row: LabelledStatement) -> tuple[str, str, tuple[str, ...], str]:
    return row.author, row.kind, row.types, row.text


@pytest.mark.parametrize(("parts", "n_types"), [(0, 7), (1, 33), (2, 66), (4, 132)])
def test_merged_and_split_types_are_a_taxonomy_of_their_own_and_label_every_statement(
    parts: int, n_types: int, tiny: Corpus, tmp_path: Path
) -> None:
    tree = yaml.safe_load(Path(taxonomy_path()).read_text(encoding="utf-8"))
    rows = with_split_types(tiny.authors, tree, parts) if parts else with_merged_types(tiny.authors, tree)
    write_tree(tree, tmp_path / "tree.yaml")
    write_corpus(tmp_path / "corpus", rows, tiny.folds)
    taxonomy = load_taxonomy(tmp_path / "tree.yaml")
    assert len(list(taxonomy.types())) == n_types
    read = read_corpus(tmp_path / "corpus", taxonomy)  # refuses labels that the taxonomy does not have
    for old, new in zip(tiny.authors, rows, strict=True):
        assert bool(old.types) == bool(new.types)
        assert {label.split(".")[0] for label in new.types} == {label.split(".")[0] for label in old.types}
    assert len(read) == len(tiny.authors)
    if parts > 1:
        counts = Counter(label for row in rows for label in row.types)
        whole = Counter(label for row in tiny.authors for label in row.types)
        for label, n in whole.items():
            own = [counts[f"{label}_{part}"] for part in range(1, parts + 1)]
            assert sum(own) == n
            assert max(own) - min(own) <= 1


@given(
    st.lists(st.text("甲乙丙", min_size=1, max_size=5), min_size=1, max_size=4), st.integers(1, 40), st.integers(0, 9)
)
def test_texts_have_the_length_that_is_asked_for(texts: list[str], length: int, n: int) -> None:
    assert [len(text) for text in texts_of_length(texts, length, n)] == [length] * n


def grow(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["growth.py", "--quick", *arguments])
    return main()


def test_a_run_prints_the_tables_and_writes_them_and_the_plots_into_the_page(
    tiny_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("corpus", "length", "statements")
    page = tmp_path / "page.md"
    page.write_text("".join(f"<!-- growth-{name} -->\n<!-- /growth-{name} -->\n" for name in names), encoding="utf-8")
    only = [argument for name in names for argument in ("--only", name)]
    assert grow(monkeypatch, "--corpus", str(tiny_path), "--write", str(page), *only) == 0
    printed = capsys.readouterr()
    studies = printed.out.removeprefix("### ").split("\n### ")
    assert [study.split("\n")[0] for study in studies] == list(names)
    sizes = [[line.split("|")[1].strip() for line in study.split("\n\n")[1].split("\n")[2:]] for study in studies]
    assert sizes == [["60", "120"], ["10", "100", "2,000"], ["20", "200"]]
    written = page.read_text(encoding="utf-8")
    for name, study in zip(names, studies, strict=True):
        assert study.split("\n\n", 1)[1].strip() in written
        assert (tmp_path / "images" / f"growth-{name}.png").read_bytes().startswith(b"\x89PNG")


def test_the_solver_is_told_by_its_passes_and_what_they_visit(
    tiny_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grow(monkeypatch, "--corpus", str(tiny_path), "--only", "solver") == 0
    table = capsys.readouterr().out.split("\n\n")[1].split("\n")
    header, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in (table[0], *table[2:]))
    told = [dict(zip(header, row, strict=True)) for row in rows]
    assert [row["statements"] for row in told] == ["60", "120"]
    assert all(int(row["nonzeros"].replace(",", "")) > int(row["spans"].replace(",", "")) for row in told)
    assert all(int(row[passes]) > 1 for row in told for passes in ("passes, kinds", "passes, types"))


def test_the_budget_of_training_is_stated_with_what_it_took(
    tiny_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grow(monkeypatch, "--corpus", str(tiny_path), "--only", "training") == 0
    assert "training on 60 statements in at most 120 s: " in capsys.readouterr().out


def test_a_page_without_the_section_is_refused_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text("# 无\n", encoding="utf-8")
    assert grow(monkeypatch, "--write", str(page), "--only", "length") == 1
    printed = capsys.readouterr()
    assert (printed.out, "<!-- growth-length -->" in printed.err, str(page) in printed.err) == ("", True, True)


def test_a_corpus_that_is_too_small_to_grow_is_told(
    tmp_path: Path, tiny: Corpus, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_corpus(tmp_path / "few", tiny.authors[:6], {tiny.authors[0].author: "x", tiny.authors[5].author: "y"})
    assert grow(monkeypatch, "--corpus", str(tmp_path / "few"), "--only", "corpus") == 1
    assert f"{tmp_path / 'few'}: only " in capsys.readouterr().err
