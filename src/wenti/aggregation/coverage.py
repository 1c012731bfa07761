"""Findings against requirements: which finding has a requirement in its own report that answers it.

A requirement is scored against each finding of its report by four things that a reader looks at, too: words that both have
(rare ones of the report count more), types that both have (those of few findings count more), the place – below its finding
in the row of a table or behind "处理意见" –, and numbers of findings that it names. It answers those findings whose score is
high, and not much lower than that of the finding which it fits best. The weights are chosen on the dev list of
corpus/matches; ``benchmarks/matching.py`` measures what comes of them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.sparse import coo_array, csr_array

from wenti.aggregation.likeness import Ints, Vocabulary, largest
from wenti.intervals import wilson
from wenti.numbering import value_of
from wenti.records import Finding, Report, Role, TaggedStatement
from wenti.summary import Answered, Coverage, Match

Pair = tuple[int, int]
"""A finding and a requirement, by their index in what is matched."""

_TYPE, _MOST_TYPES, _PLACE = 0.08, 0.2, 0.5
"""What types (at most) and the place weigh, where words of clause, requirement and item weigh 1 each."""
_LEAST, _OF_BEST = 0.25, 0.6
"""Least score of a match, and least share of the best score of the same clause. Types alone are never enough."""
_WORDED = 0.2
"""Likeness of words from which a match is said to be one of wording."""
_ROW = 3
"""Most findings above a requirement that it may answer by its place alone."""

# A recommendation may stand with the finding itself or in the conclusion. What praises or tells the background demands
# nothing, what is rectified has been done.
_DEMANDING: Final[frozenset[Role]] = frozenset({"findings", "conclusion", "other"})
# What asks for a report, announces a list or closes the document answers nothing by itself.
_BLANKET = re.compile(
    r"整改(?:落实)?(?:方案|情况|结果|报告)|提出.{0,4}建议$|(?:出具|下达).{0,6}审计(?:报告|决定)|以上报告"
)
_NUMBERED = re.compile(
    r"第([\d一二三四五六七八九十、和及至到—－~～-]{1,20})[项个条]问题|问题([\d一二三四五六七八九十]{1,3})(?=[，,、：:和及与）)]|$)"
)
_NUMERAL = re.compile(r"(\d{1,2}|[一二三四五六七八九十]+)(?:[至到—－~～-]+(\d{1,2}|[一二三四五六七八九十]+))?")


def match_requirements(
    reports: Sequence[Report], statements: Sequence[TaggedStatement], findings: Sequence[Finding]
) -> tuple[Coverage, ...]:
    """Set each finding against the requirements of its own report.

    Parameters
    ----------
    reports, statements, findings
        As :func:`wenti.tagging.tag_reports` takes and returns them.

    Returns
    -------
    tuple of Coverage
        One for each finding of a report that states requirements, in the order of the findings: it has a section of them,
        or a recommendation elsewhere answers one of its findings. A requirement that stands below its finding, or names its
        number, counts as one whose wording fits.
    """
    stated = [index for index, tagged in enumerate(statements) if _is_stated(tagged)]
    possible = {statements[index].report for index in stated}
    numbers = [number for number, finding in enumerate(findings) if finding.report in possible]
    if not numbers:
        return ()
    concerned = {findings[number].report for number in numbers}
    requirements = [i for i in stated if statements[i].report in concerned and not _is_blanket(statements[i])]
    matter = _Matter.of(reports, statements, [findings[number] for number in numbers], requirements)
    answers = _answers(matter)
    stating = {statements[index].report for index in stated if statements[index].section == "requirements"}
    stating |= {matter.findings[each].report for each, _ in answers}
    return tuple(
        Coverage(number, _match([answers[each, q] for q in members]), tuple(requirements[q] for q in members))
        for each, (number, members) in enumerate(zip(numbers, _by_finding(answers, len(numbers)), strict=True))
        if findings[number].report in stating
    )


def answered(findings: Sequence[Finding], coverage: Sequence[Coverage]) -> tuple[Answered, ...]:
    """Count, for each type, the findings that a requirement answers; a finding of several types counts for each.

    Parameters
    ----------
    findings : sequence of Finding
    coverage : sequence of Coverage
        As :func:`match_requirements` returns it.

    Returns
    -------
    tuple of Answered
        Types of most findings first.
    """
    of_type: dict[str, list[Coverage]] = defaultdict(list)
    for row in coverage:
        for label in findings[row.finding].types:
            of_type[label].append(row)
    counted = []
    for label, rows in of_type.items():
        open_ones = tuple(sorted(row.finding for row in rows if row.match == "none"))
        counted.append(Answered(label, wilson(len(rows) - len(open_ones), len(rows)), open_ones))
    return tuple(sorted(counted, key=lambda row: (-row.share.total, row.id)))


def _is_stated(tagged: TaggedStatement) -> bool:
    # What stands in a section of requirements is one, whatever the model takes a bare "追回资金" for.
    return tagged.section == "requirements" or (tagged.kind == "recommendation" and tagged.section in _DEMANDING)


def _is_blanket(tagged: TaggedStatement) -> bool:
    return _BLANKET.search(tagged.statement.text) is not None


@dataclass(frozen=True, slots=True)
class _Matter:
    """What is matched: findings, requirements as indices of statements, and items × requirements: what is part of what."""

    reports: Sequence[Report]
    statements: Sequence[TaggedStatement]
    findings: Sequence[Finding]
    requirements: Sequence[int]
    parts: Any

    @classmethod
    def of(
        cls,
        reports: Sequence[Report],
        statements: Sequence[TaggedStatement],
        findings: Sequence[Finding],
        requirements: Sequence[int],
    ) -> _Matter:
        """Group requirements by item; one outside any point is alone."""
        items: dict[tuple[int, int, int], int] = {}
        parts = []
        for number, index in enumerate(requirements):
            tagged = statements[index]
            key = (tagged.report, tagged.item, index if tagged.point is None else -1)
            parts.append((items.setdefault(key, len(items)), number))
        return cls(reports, statements, findings, requirements, _sparse(parts, 1.0, (len(items), len(parts))))


@dataclass(frozen=True, slots=True)
class _Evidence:
    """By what a requirement answers a finding."""

    typed: bool
    worded: bool


def _match(evidence: Sequence[_Evidence]) -> Match:
    if not evidence:
        return "none"
    if not any(each.typed for each in evidence):
        return "wording"
    return "type_and_wording" if any(each.worded for each in evidence) else "type"


def _by_finding(pairs: Iterable[Pair], size: int) -> list[list[int]]:
    members: list[list[int]] = [[] for _ in range(size)]
    for finding, requirement in sorted(pairs):
        members[finding].append(requirement)
    return members


def _answers(matter: _Matter) -> dict[Pair, _Evidence]:
    """Return the pairs that belong together."""
    words, clause_of = _likeness(matter)
    types = _shared_types(matter)
    likeness = _entries(_of_whole(words, clause_of))
    beside = _beside(matter)
    fitting, left = _of_rows(beside, likeness)
    # Each clause of a requirement may answer another finding, so each has a best one of its own.
    others = types + _sparse(fitting, _PLACE, types.shape)
    score = coo_array(words + others[:, clause_of])
    best = np.zeros(score.shape[1])
    np.maximum.at(best, score.col, score.data)
    chosen = (score.data >= _LEAST) & (score.data >= _OF_BEST * best[score.col])
    named = _named(matter, beside)
    found = zip(score.row[chosen].tolist(), clause_of[score.col[chosen]].tolist(), strict=True)
    pairs = {pair for pair in found if pair[1] not in named}
    pairs |= {(finding, requirement) for requirement, members in named.items() for finding in members}
    # A row's requirements answer all its problems, unless one of them has an answer of its own.
    with_answer = {finding for finding, _ in pairs}
    pairs |= {pair for pair in left if pair[0] not in with_answer and pair[1] not in named}
    typed = _entries(types).keys()
    return {pair: _Evidence(pair in typed, likeness.get(pair, 0) >= _WORDED) for pair in pairs}


def _entries(matrix: Any) -> dict[Pair, float]:
    """Return what a matrix has, by place."""
    entries = coo_array(matrix)
    places = zip(entries.row.tolist(), entries.col.tolist(), strict=True)
    return dict(zip(places, entries.data.tolist(), strict=True))


def _sparse(places: Iterable[Pair], value: float, shape: tuple[int, int]) -> Any:
    """Return a matrix that has a value at some places."""
    rows, columns = np.array(sorted(places), dtype=np.int64).reshape(-1, 2).T
    return csr_array((np.full(len(rows), value), (rows, columns)), shape=shape)


# Words


def _likeness(matter: _Matter) -> tuple[Any, Ints]:
    """Return findings × clauses, and the requirement of each clause.

    The words of the clause and of the requirement are set against the best statement of a finding, those of the whole item
    (a headline and what is below it) against the whole finding.
    """
    texts = [(tagged.report, tagged.statement.text) for tagged in matter.statements]
    vocabulary = Vocabulary(texts, [_names(report) for report in matter.reports])
    in_findings = [(number, s) for number, finding in enumerate(matter.findings) for s in finding.statements]
    sentences = vocabulary.statements.at([s for _, s in in_findings])
    owners = np.array([number for number, _ in in_findings])
    demands = vocabulary.statements.at(matter.requirements)
    clauses, clause_of = vocabulary.clauses(texts[q] for q in matter.requirements)
    wholes = _sparse(zip(owners.tolist(), range(len(owners)), strict=True), 1.0, (len(matter.findings), len(owners)))
    of_item = sentences.joined(wholes).held(demands.joined(matter.parts)) @ matter.parts
    of_requirement = _best_of(sentences.cosines(demands), owners, of_item.shape)
    of_clause = _best_of(sentences.cosines(clauses), owners, (len(matter.findings), len(clause_of)))
    belongs = np.array(clause_of, dtype=np.int64)
    return of_clause + (of_requirement + of_item)[:, belongs], belongs


def _best_of(alike: Any, owners: Ints, shape: tuple[int, int]) -> Any:
    """Return findings × texts of statements × texts: what the best statement of each finding has."""
    entries = coo_array(alike)
    return largest(owners[entries.row], entries.col, entries.data, shape)


def _of_whole(words: Any, clause_of: Ints) -> Any:
    """Return findings × requirements of findings × clauses: what the best clause has."""
    entries = coo_array(words)
    n_requirements = int(clause_of.max(initial=-1)) + 1
    return largest(entries.row, clause_of[entries.col], entries.data, (words.shape[0], n_requirements))


def _names(report: Report) -> list[str]:
    """Return what its units are called, longest names first."""
    names = {*report.units, *(name for unit in report.unit_names for name in (unit.name, *unit.short))}
    return sorted((name for name in names if name), key=lambda name: (-len(name), name))


# Types


def _shared_types(matter: _Matter) -> Any:
    """Return findings × requirements: how much the types weigh that finding and item share; those of few findings more."""
    by_report = Counter(finding.report for finding in matter.findings)
    of_findings = [(number, (f.report, label)) for number, f in enumerate(matter.findings) for label in f.types]
    findings_of = Counter(key for _, key in of_findings)
    columns = {key: column for column, key in enumerate(findings_of)}
    weight = np.log([(by_report[report] + 1) / n for (report, _), n in findings_of.items()])
    having = _sparse({(n, columns[key]) for n, key in of_findings}, 1.0, (len(matter.findings), len(columns)))
    demanding = [
        (number, columns[tagged.report, label])
        for number, tagged in enumerate(matter.statements[index] for index in matter.requirements)
        for label in tagged.types
        if (tagged.report, label) in columns
    ]
    of_items = matter.parts @ _sparse(set(demanding), 1.0, (len(matter.requirements), len(columns)))
    shared = csr_array(having.multiply(weight) @ of_items.astype(bool).astype(float).T @ matter.parts) * _TYPE
    shared.data = np.minimum(shared.data, _MOST_TYPES)
    return shared


# Place


@dataclass(frozen=True, slots=True)
class _Beside:
    """Requirements that stand below some findings, before the next ones."""

    findings: Sequence[int]
    requirements: Sequence[int]


def _beside(matter: _Matter) -> list[_Beside]:
    """Return what stands together: in the row of a table, under a label, in one point. A headed section is for the whole."""
    findings, requirements = defaultdict[Pair, list[int]](list), defaultdict[Pair, list[int]](list)
    starts = {f.report: [section.start for section in matter.reports[f.report].sections] for f in matter.findings}

    def section_of(statement: int) -> Pair:
        tagged = matter.statements[statement]
        return tagged.report, bisect_right(starts[tagged.report], tagged.statement.start) - 1

    for number, finding in enumerate(matter.findings):
        findings[section_of(finding.statements[0])].append(number)
    for number, statement in enumerate(matter.requirements):
        requirements[section_of(statement)].append(number)
    found = []
    for report in starts:
        above: list[int] = []
        for number, section in enumerate(matter.reports[report].sections):
            if section.role == "findings":
                above = findings[report, number]
            elif section.role == "requirements" and section.heading is None:
                found.append(_Beside(above, requirements[report, number]))
            elif section.role != "rectified":
                above = []
    return [each for each in found if each.findings and each.requirements] + _in_one_point(matter)


def _in_one_point(matter: _Matter) -> list[_Beside]:
    """Return the recommendations that stand in the point of a finding."""
    points = defaultdict[Pair, list[int]](list)
    for number, finding in enumerate(matter.findings):
        tagged = matter.statements[finding.statements[0]]
        if tagged.point is not None:
            points[tagged.report, tagged.item].append(number)
    inside = ((q, matter.statements[statement]) for q, statement in enumerate(matter.requirements))
    return [
        _Beside(points[tagged.report, tagged.item], [q])
        for q, tagged in inside
        if tagged.section == "findings" and (tagged.report, tagged.item) in points
    ]


def _of_rows(beside: Sequence[_Beside], likeness: Mapping[Pair, float]) -> tuple[set[Pair], set[Pair]]:
    """Return the pairs of few findings and what stands below them: those that fit, and those that fit less than others."""
    fitting, others = set[Pair](), set[Pair]()
    for row in beside:
        if len(row.findings) > _ROW:
            continue
        for requirement in row.requirements:
            alike = {finding: likeness.get((finding, requirement), 0) for finding in row.findings}
            best = max(alike.values())
            for finding, value in alike.items():
                fits = best < _WORDED or value >= _OF_BEST * best
                (fitting if fits else others).add((finding, requirement))
    return fitting, others


def _named(matter: _Matter, beside: Sequence[_Beside]) -> dict[int, list[int]]:
    """Return the findings whose numbers a requirement names (对上述第1至7项问题): of those above it, else of the report."""
    above = {requirement: row.findings for row in beside for requirement in row.requirements}
    named = {}
    for number, statement in enumerate(matter.requirements):
        tagged = matter.statements[statement]
        wanted = set(_numbers(tagged.statement.text))
        if not wanted:
            continue
        whole = [f for f, finding in enumerate(matter.findings) if finding.report == tagged.report]
        among = [f for f in above.get(number, whole) if matter.findings[f].point is not None]
        found = [f for f in among if value_of(str(matter.findings[f].point)) in wanted]
        if found:
            named[number] = found
    return named


def _numbers(text: str) -> Iterator[int]:
    for match in _NUMBERED.finditer(text):
        for first, last in _NUMERAL.findall(match[1] or match[2]):
            yield from range(value_of(first), value_of(last or first) + 1)
