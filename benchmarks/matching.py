"""Requirements matched to findings on the gold lists of corpus/matches: how many are right, and how many are found.

Usage: python benchmarks/matching.py [--list dev|test] [--faults] [--write PAGE]

A *pair* is a finding with a requirement that answers it. A finding is *answered* or *open*. All findings are counted as
the model tags them, and those of the eight reports once more with their gold labels, since the shipped model was trained on
these. The 95 % intervals are by resampling whole documents. With ``--faults`` the findings are listed that were judged
wrongly. With ``--write``, the table replaces what stands between ``<!-- matching -->`` and ``<!-- /matching -->``.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

# Run as a file, this folder is on the path, not the one above.
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.gold_documents import SUFFIX, Script, write_word  # noqa: E402
from benchmarks.sections import check_section, write_section  # noqa: E402

from wenti.aggregation.coverage import match_requirements  # noqa: E402
from wenti.api import read  # noqa: E402
from wenti.classifier import Classifier  # noqa: E402
from wenti.intervals import Resamples, percentile_interval  # noqa: E402
from wenti.markdown import NOTHING, aligned  # noqa: E402
from wenti.records import KINDS, Finding, Report, TaggedStatement  # noqa: E402
from wenti.summary import Coverage, Match  # noqa: E402
from wenti.tagging import findings_of, tag_reports  # noqa: E402

CORPUS = ROOT / "corpus"
GOLD = CORPUS / "matches"
LISTS = ("dev", "test")
SECTION = "matching"
Matcher = Callable[[Sequence[Report], Sequence[TaggedStatement], Sequence[Finding]], Sequence[Coverage]]
EIGHT, LABELS = "reports/jiyuan_evaluations.txt", CORPUS / "reports" / "jiyuan_gold.tsv"


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding with its answers, by the places of their statements: as a reader judged, and as they were matched."""

    document: str
    text: str
    gold: frozenset[int]
    found: frozenset[int]
    match: Match

    @property
    def counts(self) -> tuple[int, ...]:
        """Right, found and gold: pairs, answered findings, open findings; then findings judged rightly, and one."""
        has, should = bool(self.found), bool(self.gold)
        pairs = len(self.gold & self.found), len(self.found), len(self.gold)
        return (*pairs, has and should, has, should, not (has or should), not has, not should, has == should, 1)


FIGURES = {
    "pairs: precision": (0, 1),
    "pairs: recall": (0, 2),
    "answered: precision": (3, 4),
    "answered: recall": (3, 5),
    "open: precision": (6, 7),
    "open: recall": (6, 8),
    "answered or open: right": (9, 10),
}
"""Each figure is a share of two of the counts."""
_OF_MATCHED = ("pairs: precision", "answered: precision")
_LEVELS: tuple[Match, ...] = ("type_and_wording", "type", "wording")


@dataclass(frozen=True, slots=True)
class Tagged:
    """A report with its statements and findings."""

    report: Report
    statements: Sequence[TaggedStatement]
    findings: Sequence[Finding]

    def finding_at(self, start: int) -> Finding | None:
        """Return the finding of the statement at a place, or of its point."""
        placed = {tagged.statement.start: index for index, tagged in enumerate(self.statements)}
        index = placed[start]
        tagged = self.statements[index]
        for finding in self.findings:
            first = self.statements[finding.statements[0]]
            if index in finding.statements or (tagged.point is not None and first.item == tagged.item):
                return finding
        return None


def read_gold(name: str) -> dict[str, dict[int, frozenset[int]]]:
    """Return, for each document and each finding, where the requirements begin that answer it."""
    gold: dict[str, dict[int, frozenset[int]]] = {}
    with (GOLD / f"{name}.tab").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            answers = gold.setdefault(row["document"], {})
            start, requirement = int(row["finding_start"]), row["requirement_start"]
            answers[start] = answers.get(start, frozenset()) | ({int(requirement)} if requirement else set())
    return gold


@cache
def tagged_files(path: str) -> Mapping[int, Tagged]:
    """Read and tag a file of the corpus; return its reports by their number.

    Of most documents the repository holds the script alone, from which they are made.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = CORPUS / path
        if file.suffix == ".docx":
            file = Path(folder, file.name)
            write_word(Script.load(CORPUS / path.replace(".docx", SUFFIX)), file)
        reports = read(file)
    return {report.source.part: Tagged(report, *tag_reports([report], Classifier.load())) for report in reports}


def tagged_document(document: str) -> Tagged:
    """Return a document of a list (``reports/jiyuan_evaluations.txt#3``) as the model tags it."""
    path, _, part = document.rpartition("#")
    return tagged_files(path)[int(part)]


def with_gold_labels(tagged: Tagged) -> Tagged:
    """Return one of the eight reports with its gold labels."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            if int(row["report"]) == tagged.report.source.part
        ]
    kinds = {str(kind): kind for kind in KINDS}
    labels = iter(rows)
    statements = []
    for statement in tagged.statements:
        if statement.section not in ("findings", "requirements"):
            statements.append(statement)
            continue
        row = next(labels)
        types = tuple(row["types"].split(",")) if row["types"] else ()
        certain = (1.0,) * len(types)
        statements.append(replace(statement, kind=kinds[row["kind"]], types=types, type_probabilities=certain))
    return Tagged(tagged.report, statements, findings_of([tagged.report], statements))


def by_types_alone(
    _reports: Sequence[Report], statements: Sequence[TaggedStatement], findings: Sequence[Finding]
) -> tuple[Coverage, ...]:
    """Match each finding with every requirement that shares a type: what the matcher must surpass."""
    stated = [index for index, tagged in enumerate(statements) if tagged.section == "requirements"]
    rows = []
    for number, finding in enumerate(findings):
        members = tuple(index for index in stated if set(statements[index].types) & set(finding.types))
        rows.append(Coverage(number, "type" if members else "none", members))
    return tuple(rows)


def judge(
    gold: Mapping[str, Mapping[int, frozenset[int]]],
    documents: Mapping[str, Tagged],
    matched: Matcher = match_requirements,
) -> Iterator[Judged]:
    """Match the requirements of documents, and set what was found against the gold list."""
    for name, tagged in documents.items():
        coverage = matched([tagged.report], tagged.statements, tagged.findings)
        rows = {tagged.findings[row.finding]: row for row in coverage}
        for start, answers in gold[name].items():
            text = next(each.statement.text for each in tagged.statements if each.statement.start == start)
            finding = tagged.finding_at(start)
            row = rows.get(finding) if finding is not None else None
            found = frozenset(tagged.statements[index].statement.start for index in (row.requirements if row else ()))
            yield Judged(name, text, answers, found, row.match if row else "none")


def measured(judged: Sequence[Judged]) -> dict[str, tuple[float, float, float, int]]:
    """Return each figure with its interval and support (what it is a share of); nothing of nothing."""
    if not judged:
        return {}
    counts = np.array([each.counts for each in judged], dtype=np.int64)
    # The reports of one file are of different units, but the parts of a ledger are by one author.
    clusters = [
        each.document if each.document.startswith(EIGHT) else each.document.rpartition("#")[0] for each in judged
    ]
    resamples = Resamples.of(np.array(clusters))
    by_cluster = resamples.by_cluster(counts)
    totals, sums = counts.sum(axis=0), resamples.sums(by_cluster)
    figures = {}
    for name, (part, whole) in FIGURES.items():
        if not totals[whole]:
            continue
        share = float(totals[part] / totals[whole])
        resampled = np.divide(sums[:, part], sums[:, whole], out=np.full(len(sums), np.nan), where=sums[:, whole] > 0)
        bearing = int((by_cluster[:, whole] > 0).sum())
        figures[name] = (share, *percentile_interval(share, resampled, bearing), int(totals[whole]))
    return figures


def groups(name: str) -> dict[str, list[Judged]]:
    """Return the findings of a list by what is tagged how."""
    gold = read_gold(name)
    documents = {document: tagged_document(document) for document in gold}
    eight = {document: tagged for document, tagged in documents.items() if document.startswith(EIGHT)}
    every = list(judge(gold, documents))
    return {
        "all": every,
        "all, by types alone": list(judge(gold, documents, by_types_alone)),
        "eight reports": [each for each in every if each.document in eight],
        "eight reports, gold types": list(judge(gold, {key: with_gold_labels(each) for key, each in eight.items()})),
        **{f"matched by {match}": [each for each in every if each.match == match] for match in _LEVELS},
    }


def markdown(judged: Mapping[str, Mapping[str, Sequence[Judged]]]) -> str:
    """Return the table: a row for each list and group, with each figure, its interval and what it is a share of."""
    rows = [["list", "group", "reports", "findings", *FIGURES]]
    for name, by_group in judged.items():
        for group, members in by_group.items():
            # Of what was matched, only precision says something.
            wanted = _OF_MATCHED if group.startswith("matched") else FIGURES
            figures = {figure: values for figure, values in measured(members).items() if figure in wanted}
            shown = [_cell(*figures[figure]) if figure in figures else NOTHING for figure in FIGURES]
            reports = len({each.document for each in members})
            rows.append([name, group, str(reports), str(len(members)), *shown])
    return "\n".join(aligned(rows))


def _cell(share: float, lower: float, upper: float, support: int) -> str:
    return f"{share:.3f} [{lower:.3f}, {upper:.3f}] of {support}"


def faults(judged: Sequence[Judged]) -> Iterator[str]:
    """Say which findings were taken for answered or open and are not."""
    for each in judged:
        if bool(each.gold) != bool(each.found):
            yield f"{'open, found answered' if each.found else 'answered, found open'}: {each.document} {each.text}"


def main(arguments: list[str] | None = None) -> None:
    """Print the table, and put it into a page if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", choices=LISTS, help="only this list")
    parser.add_argument("--faults", action="store_true", help="list the findings that were judged wrongly")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the table into this page")
    options = parser.parse_args(arguments)
    if options.write is not None:
        check_section(options.write, SECTION)
    judged = {name: groups(name) for name in LISTS if options.list in (None, name)}
    table = markdown(judged)
    print(table)
    if options.faults:
        print(*(line for by_group in judged.values() for line in faults(by_group["all"])), sep="\n")
    if options.write is not None:
        write_section(options.write, SECTION, table)


if __name__ == "__main__":
    main()
