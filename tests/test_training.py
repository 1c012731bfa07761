"""Training: the span vocabulary, the weighting, and scikit-learn's way of using them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from tests.conftest import IDLE_ASSETS, TINY_TYPES
from tests.strategies import dense_texts, texts, vocabularies
from wenti.errors import InputError
from wenti.evaluation import Targets
from wenti.features import EDGE, MAX_SPAN, normalise
from wenti.modelling import Corpus
from wenti.spans import build_trie
from wenti.taxonomy import Taxonomy
from wenti.training import (
    AdditiveTfidf,
    Proposer,
    Settings,
    SpanCounter,
    SpanTable,
    additive_tfidf,
    count_spans,
    fit_heads,
    idf,
    make_pipeline,
    settings_manifest,
)

small_counts = st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def proposer() -> Proposer:
    return Proposer()


@pytest.fixture(scope="module")
def sentences(tiny: Corpus) -> list[str]:
    return [row.text for row in tiny.all]


@pytest.fixture(scope="module")
def targets(tiny: Corpus, tiny_taxonomy: Taxonomy) -> Targets:
    return Targets.of(tiny.all, [k.id for k in tiny_taxonomy.kinds], [t.id for t in tiny_taxonomy.types()])


@pytest.fixture(scope="module")
def table(sentences: list[str], proposer: Proposer) -> SpanTable:
    chosen = Settings()
    return SpanTable.build(sentences, chosen.min_ngrams, chosen.min_words, chosen.max_ngram, proposer)


@pytest.fixture(scope="module")
def pipeline(sentences: list[str], targets: Targets) -> Pipeline:
    return make_pipeline().fit(sentences, targets.flags)


# The vocabulary


def test_words_and_pairs_of_neighbours_are_proposed(proposer: Proposer) -> None:
    words = proposer.words(normalise("项目资金使用规范"))
    assert {"项目", "资金使用", "规范", "项目资金使用", "资金使用规范"} == words


@given(texts)
def test_what_is_proposed_stands_in_the_text_and_is_a_span(proposer: Proposer, text: str) -> None:
    normalised = normalise(text)
    for span in proposer.words(normalised):
        assert span in normalised
        assert 1 <= len(span) <= MAX_SPAN
        assert max(span) <= "\uffff"
        assert EDGE not in span


def test_a_dictionary_of_ones_own_keeps_its_words_whole(tmp_path: Path) -> None:
    words = tmp_path / "词典.txt"
    words.write_text("率低项 9999999\n", encoding="utf-8")
    assert "率低项" in Proposer(words).words(normalise("执行率低项目"))
    assert "率低项" not in Proposer().words(normalise("执行率低项目"))


def test_a_dictionary_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        Proposer(tmp_path / "none.txt")
    assert (caught.value.key, caught.value.file) == ("file_missing", str(tmp_path / "none.txt"))


def test_the_vocabulary_is_sorted_and_made_of_spans_that_are_frequent_enough(table: SpanTable) -> None:
    assert table.vocabulary == sorted(set(table.vocabulary))
    assert all(1 <= len(span) <= MAX_SPAN for span in table.vocabulary)
    df = np.bincount(table.counts.indices, minlength=len(table.vocabulary))
    assert (df >= Settings().min_words).all()


@settings(max_examples=40)
@given(st.lists(st.integers(0, 57), min_size=1, max_size=40, unique=True), st.integers(1, 3), st.integers(1, 4))
def test_rows_choose_the_vocabulary_that_they_alone_would_have_made(
    sentences: list[str], proposer: Proposer, rows: list[int], min_words: int, min_ngrams: int
) -> None:
    whole = SpanTable.build(sentences, min_ngrams, min_words, 3, proposer)
    alone = SpanTable.build([sentences[row] for row in rows], min_ngrams, min_words, 3, proposer)
    chosen = whole.select(np.array(rows), min_words, min_ngrams)
    assert [whole.vocabulary[column] for column in chosen] == alone.vocabulary
    assert (whole.counts[rows][:, chosen].toarray() == alone.counts.toarray()).all()


# Counting and weighting


@given(vocabularies, dense_texts)
def test_a_span_counts_wherever_its_characters_stand(vocabulary: list[str], batch: list[str]) -> None:
    counts = count_spans(build_trie(vocabulary), batch)
    assert counts.shape == (len(batch), len(vocabulary))
    expected = [[0] * len(vocabulary) for _ in batch]
    for row, text in enumerate(map(normalise, batch)):
        stretches = Counter(text[i : i + n] for n in range(1, MAX_SPAN + 1) for i in range(len(text) - n + 1))
        expected[row] = [stretches[span] for span in vocabulary]
    assert counts.toarray().tolist() == expected


@given(small_counts)
def test_the_idf_is_that_of_scikit_learn(rows: list[list[int]]) -> None:
    counts = sparse.csr_matrix(np.array(rows, dtype=float))
    assert idf(counts) == pytest.approx(TfidfTransformer(smooth_idf=True).fit(counts).idf_)


@given(small_counts, st.lists(st.floats(0.1, 10), min_size=4, max_size=4))
def test_a_row_is_weighted_by_idf_and_divided_by_the_root_of_its_sum_of_squares(
    rows: list[list[int]], weights: list[float]
) -> None:
    counts, column = np.array(rows, dtype=float), np.array(weights)
    result = additive_tfidf(sparse.csr_matrix(counts), column).toarray()
    for row, found in zip(counts, result, strict=True):
        square = sum(n * w * w for n, w in zip(row, weights, strict=True))
        expected = row * column / square**0.5 if square else row
        assert found == pytest.approx(expected)


def test_without_repetition_the_weighting_is_that_of_scikit_learn(table: SpanTable) -> None:
    once = (table.counts > 0).astype(float)
    expected = TfidfTransformer(norm="l2", smooth_idf=True).fit_transform(once)
    assert np.abs((additive_tfidf(once, idf(once)) - expected).toarray()).max() < 1e-12


# Estimators


@pytest.mark.parametrize(
    "estimator",
    [SpanCounter(min_words=3, max_ngram=2), AdditiveTfidf(), make_pipeline(Settings(C=0.5, min_ngrams=5))],
    ids=["the counter", "the weighting", "the pipeline"],
)
def test_an_estimator_can_be_cloned_and_set(estimator: SpanCounter | AdditiveTfidf | Pipeline) -> None:
    twin = clone(estimator)
    assert twin is not estimator
    assert repr(twin) == repr(estimator)
    assert type(twin) is type(estimator)
    with pytest.raises(NotFittedError):
        check_is_fitted(twin[0] if isinstance(twin, Pipeline) else twin)


def test_parameters_are_read_and_set_by_name() -> None:
    counter = SpanCounter().set_params(min_words=7, dictionary="x.txt")
    assert counter.get_params() == {"min_words": 7, "min_ngrams": 5, "max_ngram": 4, "dictionary": "x.txt"}
    pipeline = make_pipeline(Settings(C=0.25)).set_params(spans__max_ngram=2)
    assert pipeline.get_params()["svm__estimator__C"] == 0.25
    assert pipeline.get_params()["spans__max_ngram"] == 2


def test_a_setting_changes_the_vocabulary(sentences: list[str]) -> None:
    few, many = SpanCounter(min_words=6, min_ngrams=9).fit(sentences), SpanCounter(min_words=1).fit(sentences)
    assert 0 < len(few.vocabulary_) < len(many.vocabulary_)
    assert set(few.vocabulary_) < set(many.vocabulary_)


def test_the_counter_transforms_what_it_has_fitted_and_names_its_columns(sentences: list[str]) -> None:
    counter = SpanCounter()
    counts = counter.fit_transform(sentences)
    assert counts.shape == (len(sentences), len(counter.vocabulary_))
    names = counter.get_feature_names_out()
    assert names.tolist() == counter.vocabulary_
    column = names.tolist().index("执行率")
    assert counts[:, column].toarray().ravel().tolist() == [normalise(text).count("执行率") for text in sentences]
    assert counter.transform([]).shape == (0, len(counter.vocabulary_))
    assert counter.transform(["", "English"]).nnz == 0


def test_the_pipeline_learns_its_examples(pipeline: Pipeline, sentences: list[str], targets: Targets) -> None:
    predicted = pipeline.predict(sentences)
    assert predicted.shape == targets.flags.shape
    assert (predicted == targets.flags).mean() > 0.97
    assert pipeline.decision_function(["预算执行率低"]).shape == (1, len(targets.kinds) + len(TINY_TYPES))


def test_the_pipeline_tags_what_it_has_not_seen(pipeline: Pipeline, targets: Targets) -> None:
    (row,) = pipeline.predict(["仪器购置后闲置至今"])
    assert row[[*targets.kinds, *targets.types].index(IDLE_ASSETS)]


@pytest.mark.parametrize("balanced", [True, False], ids=["balanced", "as frequent as they are"])
def test_the_heads_are_what_the_pipeline_computes(
    table: SpanTable, sentences: list[str], targets: Targets, balanced: bool
) -> None:
    settings = Settings(balanced_types=balanced, balanced_kinds=balanced)
    heads = fit_heads(table, np.arange(len(sentences)), targets.flags, targets.n_kinds, settings)
    expected = make_pipeline(settings).fit(sentences, targets.flags).decision_function(sentences)
    kinds = slice(0, targets.n_kinds)
    assert np.abs(heads.scores(table.counts)[:, kinds] - expected[:, kinds]).max() < 1e-6


def test_the_type_does_not_depend_on_where_a_span_stands(table: SpanTable, targets: Targets) -> None:
    heads = fit_heads(table, np.arange(len(targets.flags)), targets.flags, targets.n_kinds, Settings())
    at_edge = np.array([EDGE in table.vocabulary[column] for column in heads.columns])
    assert at_edge.any()
    assert not heads.weights[targets.n_kinds :, at_edge].any()
    assert heads.weights[: targets.n_kinds, at_edge].any()


def test_fitting_in_two_processes_gives_the_same_weights(table: SpanTable, targets: Targets) -> None:
    rows = np.arange(len(targets.flags))
    one, two = (fit_heads(table, rows, targets.flags, targets.n_kinds, Settings(), n_jobs=n) for n in (1, 2))
    assert (one.weights == two.weights).all()
    assert (one.bias == two.bias).all()
    assert (one.passes == two.passes).all()


@pytest.mark.parametrize(("given", "bias"), [(False, -1.0), (True, 1.0)], ids=["no example", "nothing but examples"])
def test_a_label_with_nothing_to_learn_is_always_answered_alike(
    table: SpanTable, targets: Targets, given: bool, bias: float
) -> None:
    flags = targets.flags.copy()
    flags[:, -1] = given
    heads = fit_heads(table, np.arange(len(flags)), flags, targets.n_kinds, Settings())
    assert not heads.weights[-1].any()
    assert heads.bias[-1] == bias
    assert heads.passes[-1] == 0
    assert heads.passes[:-1].all()


def test_the_settings_stand_in_the_model_as_they_were() -> None:
    written = settings_manifest(Settings(C=2.0, max_ngram=3))
    assert (written["C"], written["max_ngram"], written["max_span"]) == (2.0, 3, MAX_SPAN)
    assert Settings(**{key: value for key, value in written.items() if key != "max_span"}) == Settings(
        C=2.0, max_ngram=3
    )
