"""From a corpus to a model's directory: nothing is lost on the way, and what is compared is what is decided."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.strategies import statements, texts
from wenti.artifact import ARRAYS, MANIFEST, SIGNATURES, manifest_checksum
from wenti.calibration import Calibration
from wenti.classifier import Classifier
from wenti.corpus import corpus_hash
from wenti.errors import CheckError, CorpusError, InputError, OutputError
from wenti.evaluation import Targets
from wenti.features import MAX_SPAN, normalise
from wenti.modelling import SECTION_PRIORS, Corpus, compare_models, train_model
from wenti.packing import Packed, pack
from wenti.parameters import THRESHOLDS
from wenti.records import KINDS
from wenti.spans import Walker, encode
from wenti.taxonomy import Taxonomy
from wenti.training import Heads, Proposer, Settings, SpanTable, count_spans, fit_heads

Floats = NDArray[np.float64]
SAYING = "项目预算执行率低"


@pytest.fixture(scope="module")
def sentences(tiny: Corpus) -> list[str]:
    return [row.text for row in tiny.all]


@pytest.fixture(scope="module")
def table(sentences: list[str]) -> SpanTable:
    chosen = Settings()
    return SpanTable.build(sentences, chosen.min_ngrams, chosen.min_words, chosen.max_ngram, Proposer())


@pytest.fixture(scope="module")
def heads(tiny: Corpus, tiny_taxonomy: Taxonomy, table: SpanTable) -> Heads:
    """The heads of the tiny model as scikit-learn has fitted them, before they are stored in 16 bits."""
    targets = Targets.of(tiny.all, [k.id for k in tiny_taxonomy.kinds], [t.id for t in tiny_taxonomy.types()])
    return fit_heads(table, np.arange(len(tiny.all)), targets.flags, targets.n_kinds, Settings())


@pytest.fixture(scope="module")
def packed(heads: Heads, table: SpanTable) -> Packed:
    return pack(heads, table)


def exact_scores(heads: Heads, table: SpanTable, batch: list[str]) -> Floats:
    """Return what scikit-learn's weights give for any texts."""
    return heads.scores(count_spans(table.trie, batch))


def summed_scores(heads: Heads, table: SpanTable, packed: Packed, batch: list[str]) -> Floats:
    """Return the same by the model's structure with unrounded numbers: one row a position, then the norm and the bias."""
    vocabulary = [table.vocabulary[column] for column in heads.columns]
    index = {span: row for row, span in enumerate(vocabulary)}
    own = np.vstack([heads.weights * heads.idf, heads.idf**2]).T
    rows = np.zeros((len(vocabulary) + 1, own.shape[1]))
    for row, span in enumerate(vocabulary, start=1):
        rows[row] = sum(own[index[span[:n]]] for n in range(1, MAX_SPAN + 1) if n <= len(span) and span[:n] in index)
    codes, starts = encode(packed.trie, batch)
    deepest = Walker(packed.trie).deepest_rows(codes)
    sums = np.array([rows[deepest[a:b]].sum(axis=0) for a, b in pairwise(starts)])
    norms = np.where(sums[:, -1] > 0, np.sqrt(np.abs(sums[:, -1])), 1)
    result: Floats = sums[:, :-1] / norms[:, None] + heads.bias
    return result


def manifest_of(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return content


def changed(source: Path, target: Path, change: Callable[[dict[str, Any]], object]) -> Classifier:
    """Return a model that differs from another in its manifest."""
    shutil.copytree(source, target)
    manifest = manifest_of(target)
    change(manifest)
    manifest["crc32"] = manifest_checksum(manifest)
    (target / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    return Classifier.load(target)


# From scikit-learn's weights to 16 bits


@given(st.lists(st.one_of(statements, texts), min_size=1, max_size=8))
def test_before_it_is_stored_the_model_computes_what_scikit_learn_computes(
    heads: Heads, table: SpanTable, packed: Packed, batch: list[str]
) -> None:
    difference = summed_scores(heads, table, packed, batch) - exact_scores(heads, table, batch)
    assert np.abs(difference).max() < 1e-6


def test_stored_the_scores_of_the_corpus_move_by_no_more_than_the_model_says(
    heads: Heads, table: SpanTable, sentences: list[str], tiny_classifier: Classifier
) -> None:
    stated = tiny_classifier.manifest["quantisation"]["largest_score_change"]
    moved = np.abs(np.array(tiny_classifier.decision_function(sentences)) - exact_scores(heads, table, sentences)).max()
    assert 0 < stated < 1e-3
    assert moved == pytest.approx(stated, abs=1e-9)


@given(st.lists(st.one_of(statements, texts), min_size=1, max_size=30))
def test_stored_the_scores_of_any_text_are_those_of_the_packed_weights(
    heads: Heads, packed: Packed, tiny_classifier: Classifier, batch: list[str]
) -> None:
    stored = packed.scores(count_spans(packed.trie, batch), heads.bias)
    assert np.abs(np.array(tiny_classifier.decision_function(batch)) - stored).max() < 1e-9


def test_storing_changes_no_kind_and_no_tag_at_any_threshold(
    heads: Heads, table: SpanTable, sentences: list[str], tiny_classifier: Classifier
) -> None:
    manifest = tiny_classifier.manifest
    n_kinds = len(tiny_classifier.kinds)
    calibration = Calibration.from_manifest(manifest["calibration"])
    exact = exact_scores(heads, table, sentences)
    stored = np.array(tiny_classifier.decision_function(sentences))
    of_exact, of_stored = calibration.probabilities(exact), calibration.probabilities(stored)
    assert (of_exact[:, :n_kinds].argmax(axis=1) == of_stored[:, :n_kinds].argmax(axis=1)).all()
    known = tiny_classifier.decide(sentences).known
    assert sum(known) > 50
    ids = np.array([label.id for label in tiny_classifier.types])
    for name in THRESHOLDS:
        least = np.array(manifest["thresholds"][name]["types"])
        tags = of_exact[:, n_kinds:] >= least
        assert (tags == (of_stored[:, n_kinds:] >= least)).all()
        for row, answer in enumerate(tiny_classifier.predict(sentences, threshold=name)):
            if not known[row]:
                assert (answer.kind, answer.types, answer.needs_review) == ("fact", (), True)
                continue
            kinds = of_exact[row, :n_kinds]
            assert answer.kind == tiny_classifier.kinds[int(kinds.argmax())].id
            expected = set(ids[tags[row]]) if answer.kind != "fact" else set()
            assert {tag.id for tag in answer.types} == expected


def test_the_shipped_model_lost_no_decision_when_it_was_stored(classifier: Classifier) -> None:
    quantisation = classifier.manifest["quantisation"]
    assert quantisation["kinds_changed"] == 0
    assert 0 < quantisation["largest_score_change"] < 1e-3


def test_rows_hold_the_sums_of_the_spans_that_begin_a_span(heads: Heads, packed: Packed, table: SpanTable) -> None:
    vocabulary = [table.vocabulary[column] for column in heads.columns]
    own = np.vstack([heads.weights * heads.idf, heads.idf**2]).T
    for row, span in enumerate(vocabulary, start=1):
        begins = [i for i, other in enumerate(vocabulary) if span.startswith(other)]
        assert packed.weights[row] * packed.scales == pytest.approx(own[begins].sum(axis=0), abs=packed.scales.max())
    assert not packed.weights[0].any()
    assert packed.weights.dtype == np.int16
    assert int(np.abs(packed.weights.astype(int)).max()) == np.iinfo(np.int16).max


# Training


def test_training_writes_a_model_that_knows_where_it_comes_from(
    tiny: Corpus, tiny_taxonomy: Taxonomy, tiny_model: Path
) -> None:
    manifest = manifest_of(tiny_model)
    arrays = {f"{name}.npy" for name in ARRAYS | SIGNATURES}
    assert {file.name for file in tiny_model.iterdir()} == {MANIFEST, "README.md", *arrays}
    assert manifest["corpus"] == {"sha256": corpus_hash(tiny.all), "statements": len(tiny.all)}
    assert manifest["taxonomy"] == {"version": tiny_taxonomy.version, "sha256": tiny_taxonomy.sha256}
    assert [label["id"] for label in manifest["labels"]["kinds"]] == [kind.id for kind in tiny_taxonomy.kinds]
    assert [label["id"] for label in manifest["labels"]["types"]] == [t.id for t in tiny_taxonomy.types()]
    assert (manifest["quantisation"]["kinds_changed"], manifest["quantisation"]["types_changed"]) == (0, 0)
    for prior in SECTION_PRIORS.values():
        assert len(prior) == len(KINDS)


def test_the_priors_of_sections_stand_in_the_order_of_the_kinds(taxonomy: Taxonomy) -> None:
    assert [kind.id for kind in taxonomy.kinds] == ["weakness", "strength", "fact", "recommendation"]
    assert tuple(KINDS) == tuple(kind.id for kind in taxonomy.kinds)


def test_a_model_answers_its_own_corpus(tiny: Corpus, tiny_classifier: Classifier) -> None:
    answers = tiny_classifier.predict([row.text for row in tiny.all])
    right = [
        answer.kind == row.kind and {tag.id for tag in answer.types} == set(row.types)
        for row, answer in zip(tiny.all, answers, strict=True)
    ]
    assert sum(right) / len(right) > 0.9


def test_figures_come_with_supports_and_intervals(tiny: Corpus, tiny_model: Path) -> None:
    evaluation = manifest_of(tiny_model)["evaluation"]
    assert (evaluation["folds"]["kind"]["support"], evaluation["reports"]["kind"]["support"]) == (
        len(tiny.authors),
        len(tiny.reports),
    )
    typed = sum(row.kind == "weakness" and bool(row.types) for row in tiny.authors)
    assert evaluation["folds"]["first_type"]["support"] == typed
    for figures in evaluation.values():
        for key in ("kind", "first_type", "main_type", "first_category", "untyped_tagged"):
            share = figures[key]
            assert 0 <= share["lower"] <= share["share"] <= share["upper"] <= 1


def test_training_again_gives_the_same_files(
    tiny: Corpus, tiny_taxonomy: Taxonomy, tiny_model: Path, tmp_path: Path
) -> None:
    steps: list[str] = []
    evaluation = train_model(tiny, tiny_taxonomy, tmp_path, n_jobs=1, progress=steps.append)
    assert {f.name: f.read_bytes() for f in tmp_path.iterdir()} == {
        f.name: f.read_bytes() for f in tiny_model.iterdir()
    }
    assert steps == ["step_cut", "step_folds", "step_reports", "step_fit", "step_pack"]
    assert evaluation == manifest_of(tiny_model)["evaluation"]


def test_a_setting_is_used_and_written_down(tiny: Corpus, tiny_taxonomy: Taxonomy, tmp_path: Path) -> None:
    train_model(tiny, tiny_taxonomy, tmp_path, Settings(max_ngram=1, min_words=99), n_jobs=1)
    manifest = manifest_of(tmp_path)
    assert (manifest["features"]["max_ngram"], manifest["features"]["min_words"]) == (1, 99)
    frequent = set(normalise("".join(row.text for row in tiny.all)))
    assert manifest["arrays"]["parent"]["shape"][0] <= len(frequent) + 1


@pytest.mark.parametrize("missing", ["statements", "folds.tsv"])
def test_a_corpus_without_one_of_its_parts_is_refused(
    tiny_path: Path, tiny_taxonomy: Taxonomy, tmp_path: Path, missing: str
) -> None:
    folder = Path(shutil.copytree(tiny_path, tmp_path / "corpus"))
    part = folder / missing
    if part.is_dir():
        shutil.rmtree(part)
    else:
        part.unlink()
    with pytest.raises(InputError) as caught:
        Corpus.read(folder, tiny_taxonomy)
    assert missing in str(caught.value)


def test_a_corpus_with_a_type_of_another_taxonomy_is_refused(
    tiny_path: Path, tiny_taxonomy: Taxonomy, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(tiny_path, tmp_path / "corpus"))
    with open(folder / "statements" / "a.tsv", "a", encoding="utf-8") as file:
        file.write("weakness\tstaffing.capacity\t专业人员不足\n")
    with pytest.raises(CorpusError, match=r"staffing\.capacity"):
        Corpus.read(folder, tiny_taxonomy)


# Comparing


def test_a_model_is_the_same_as_itself(tiny_model: Path, tiny_path: Path, tiny_taxonomy: Taxonomy) -> None:
    assert compare_models(Classifier.load(tiny_model), Classifier.load(tiny_model), tiny_path, tiny_taxonomy) == 0


def test_a_model_that_scores_a_little_otherwise_but_decides_alike_passes(
    tiny_model: Path, tiny_path: Path, tiny_taxonomy: Taxonomy, tiny_classifier: Classifier, tmp_path: Path
) -> None:
    def nudge(manifest: dict[str, Any]) -> None:
        manifest["bias"] = [value + 1e-9 for value in manifest["bias"]]

    other = changed(tiny_model, tmp_path / "model", nudge)
    assert other.decision_function([SAYING]) != tiny_classifier.decision_function([SAYING])
    assert compare_models(tiny_classifier, other, tiny_path, tiny_taxonomy) == 0


def _prefer(kind: int) -> Callable[[dict[str, Any]], object]:
    return lambda manifest: manifest["bias"].__setitem__(kind, 9.0)


def _never_tag(manifest: dict[str, Any]) -> None:
    manifest["thresholds"]["medium"]["types"] = [1.0] * len(manifest["labels"]["types"])


@pytest.mark.parametrize("change", [_prefer(1), _never_tag], ids=["kinds", "types"])
@pytest.mark.parametrize("which", ["the model", "the fresh one"])
def test_a_model_that_decides_otherwise_does_not_pass(
    tiny_model: Path,
    tiny_path: Path,
    tiny_taxonomy: Taxonomy,
    tiny_classifier: Classifier,
    tmp_path: Path,
    change: Callable[[dict[str, Any]], object],
    which: str,
) -> None:
    other = changed(tiny_model, tmp_path / "model", change)
    pair = (other, tiny_classifier) if which == "the model" else (tiny_classifier, other)
    with pytest.raises(CheckError) as caught:
        compare_models(*pair, tiny_path, tiny_taxonomy)
    assert caught.value.exit_code == 3
    assert caught.value.key == "model_differs"
    assert pair[0].path in caught.value.describe()
    assert "%" in caught.value.describe("en")


def test_models_of_different_corpora_are_not_compared(
    tiny_path: Path, tiny_taxonomy: Taxonomy, tiny_classifier: Classifier, classifier: Classifier
) -> None:
    with pytest.raises(CheckError, match=r"corpus\.sha256"):
        compare_models(tiny_classifier, classifier, tiny_path, tiny_taxonomy)


def test_the_shipped_model_is_that_of_the_shipped_corpus(
    root: Path, taxonomy: Taxonomy, classifier: Classifier
) -> None:
    assert classifier.manifest["corpus"]["sha256"] == corpus_hash(Corpus.read(root / "corpus", taxonomy).all)
    assert classifier.manifest["taxonomy"] == {"version": taxonomy.version, "sha256": taxonomy.sha256}


def test_a_corpus_without_reports_or_with_bad_folds(tiny_path: Path, tiny_taxonomy: Taxonomy, tmp_path: Path) -> None:
    shutil.copytree(tiny_path, tmp_path / "corpus")
    shutil.rmtree(tmp_path / "corpus" / "reports")
    assert Corpus.read(tmp_path / "corpus", tiny_taxonomy).reports == ()
    (tmp_path / "corpus" / "folds.tsv").write_text("author\tfold\nnobody\tx\n", encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        Corpus.read(tmp_path / "corpus", tiny_taxonomy)
    assert caught.value.key == "folds_author"


def test_one_fold_is_too_few(tiny: Corpus, tiny_taxonomy: Taxonomy, tmp_path: Path) -> None:
    one = replace(tiny, folds=dict.fromkeys(tiny.folds, "x"))
    with pytest.raises(CorpusError) as caught:
        train_model(one, tiny_taxonomy, tmp_path / "model")
    assert caught.value.key == "folds_few"
    assert not (tmp_path / "model").exists()


def test_a_folder_of_other_things_is_not_written_over(tiny: Corpus, tiny_taxonomy: Taxonomy, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError) as caught:
        train_model(tiny, tiny_taxonomy, tmp_path)
    assert caught.value.key == "not_a_model_folder"
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "mine"


def test_stated_figures_that_are_not_the_trainings_do_not_hold(
    tiny_path: Path, tiny_taxonomy: Taxonomy, tiny_model: Path, tmp_path: Path
) -> None:
    shutil.copytree(tiny_model, tmp_path / "model")
    file = tmp_path / "model" / MANIFEST
    manifest = json.loads(file.read_text(encoding="utf-8"))
    manifest["evaluation"]["folds"]["kind"]["share"] = 0.999
    manifest["crc32"] = manifest_checksum(manifest)
    file.write_text(json.dumps(manifest), encoding="utf-8")
    forged = Classifier.load(tmp_path / "model")
    with pytest.raises(CheckError) as caught:
        compare_models(forged, Classifier.load(tiny_model), tiny_path, tiny_taxonomy)
    assert caught.value.facts["detail"] == "folds.kind"


def test_a_loaded_model_answers_on_while_its_folder_is_rewritten(
    tiny: Corpus, tiny_taxonomy: Taxonomy, tiny_model: Path, tmp_path: Path
) -> None:
    shutil.copytree(tiny_model, tmp_path / "model")
    loaded = Classifier.load(tmp_path / "model")
    before = loaded.decision_function([SAYING])
    train_model(tiny, tiny_taxonomy, tmp_path / "model", Settings(C=0.1))
    assert loaded.decision_function([SAYING]) == before
    assert Classifier.load(tmp_path / "model").decision_function([SAYING]) != before


PROMISED_PRECISION = {"wide": 0.75, "medium": 0.85, "strict": 0.9}
"""Share of right tags that docs/model.md promises for each threshold on held-out statements of typed weaknesses."""


@pytest.mark.parametrize("name", PROMISED_PRECISION)
def test_the_shipped_model_keeps_the_precision_that_a_threshold_promises(classifier: Classifier, name: str) -> None:
    folds = classifier.manifest["evaluation"]["folds"]
    assert folds["thresholds"][name]["precision"]["lower"] >= PROMISED_PRECISION[name]


@pytest.mark.parametrize("of", ["kind", "first_type"])
def test_the_shipped_model_is_calibrated_on_held_out_folds(classifier: Classifier, of: str) -> None:
    assert classifier.manifest["evaluation"]["folds"]["calibration"][of] <= 0.05
