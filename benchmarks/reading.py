"""How well gold documents are read: statement boundaries, sections and metadata, by kind of document and format.

Usage: python benchmarks/reading.py [--set dev|test] [--formats docx,pdf] [--show NAME] [--write docs/reading.md]

``test`` is what is reported; nobody who works on the reader looks into these documents. The files of a set that are not
there are made by ``python benchmarks/gold_documents.py``.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, this folder is on the path, not the one above

from benchmarks.gold_documents import DOCUMENTS, Script, scripts  # noqa: E402
from benchmarks.sections import check_section, write_section  # noqa: E402

from wenti.api import read  # noqa: E402
from wenti.errors import InputError  # noqa: E402
from wenti.records import Report  # noqa: E402
from wenti.segmentation import statements_of  # noqa: E402

SECTION = "reading"
FORMATS = ("docx", "pdf")
KINDS = ("result_page", "evaluation", "self_evaluation", "audit", "ledger", "rectification")
METADATA = (
    *("title", "project", "units", "region", "project_year", "evaluation_year"),
    *("score", "grade", "funds", "evaluator"),
)
COUNTED = ("findings", "requirements", "rectified")
_SHORT = 5  # characters of a statement that may stand in another by chance


@dataclass(slots=True)
class Counts:
    """What was counted over some documents."""

    gold: int = 0
    found: int = 0
    right: int = 0
    role_right: int = 0
    counted_right: int = 0
    documents: int = 0
    metadata: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    invented: int = 0

    @property
    def f1(self) -> float:
        """F1 of statement boundaries."""
        return 2 * self.right / max(self.gold + self.found, 1)

    @property
    def roles(self) -> float:
        """Share of gold statements that are found in their section."""
        return self.role_right / max(self.gold, 1)

    @property
    def counted(self) -> float:
        """The same where only findings, requirements, what was rectified and all the rest are told apart."""
        return self.counted_right / max(self.gold, 1)

    def add(self, other: Counts) -> None:
        """Add what was counted elsewhere."""
        for name in ("gold", "found", "right", "role_right", "counted_right", "documents", "invented"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name, values in other.metadata.items():
            self.metadata[name] += values


def plain(text: str) -> str:
    """Return a statement as it is compared: without white space and final stop."""
    squeezed = re.sub(r"\s", "", text).rstrip("。；;！？，,")
    return re.sub(r"^(?:[（(]?\d{1,2}[)）]|\d{1,2}[.．、](?!\d)|[①-⑳])", "", squeezed)


def statements_found(reports: Sequence[Report]) -> list[tuple[str, str]]:
    """Role and text of each statement, in the order of the text."""
    return [
        (section.role, statement.text)
        for report in reports
        for section in report.sections
        for _, statement in statements_of(section)
    ]


def compare(gold: Sequence[tuple[str, str]], found: Sequence[tuple[str, str]], counts: Counts) -> list[str]:
    """Count matches; return what differs, for a person to look at.

    A statement is right if its text is, however often it occurs; its section is told by a statement of the same text, or
    by one that holds it or is held by it.
    """
    wanted, got = [(role, plain(text)) for role, text in gold], [(role, plain(text)) for role, text in found]
    counts.gold += len(wanted)
    counts.found += len(got)
    left, pairs = list(got), list[tuple[str, str, str]]()
    missed = []
    for role, text in wanted:
        same = next((each for each in ((role, text), *left) if each[1] == text and each in left), None)
        if same is None:
            missed.append((role, text))
            continue
        left.remove(same)
        pairs.append((role, same[0], text))
    counts.right += len(pairs)
    told = [f"- {role}: {text}" for role, text in missed] + [f"+ {role}: {text}" for role, text in left]
    for role, text in missed:
        near = next((r for r, other in left if text in other or (len(other) > _SHORT and other in text)), None)
        if near is not None:
            pairs.append((role, near, text))
    counts.role_right += sum(want == have for want, have, _ in pairs)
    counts.counted_right += sum(_coarse(want) == _coarse(have) for want, have, _ in pairs)
    return told + [f"! {want}, read as {have}: {text}" for want, have, text in pairs if want != have]


def _coarse(role: str) -> str:
    return role if role in COUNTED else "rest"


def compare_metadata(script: Script, reports: Sequence[Report], counts: Counts) -> list[str]:
    """Compare what the reports say of themselves."""
    first = reports[0]
    units = list(dict.fromkeys(unit for report in reports for unit in report.units))
    short = {unit.name: unit.short for report in reports for unit in report.unit_names}
    projects = {report.project for report in reports}
    years = {report.project_year for report in reports}
    got: dict[str, object] = {
        "title": first.title,
        "project": first.project if len(projects) == 1 else None,
        "units": "；".join(f"{unit}={'/'.join(short[unit])}" if short.get(unit) else unit for unit in units) or None,
        "region": first.region,
        "project_year": first.project_year if len(years) == 1 else None,
        "evaluation_year": first.evaluation_year,
        "score": first.evaluation_score,
        "grade": first.grade,
        "funds": first.funds,
        "evaluator": first.evaluator,
    }
    told = []
    for name in METADATA:
        want, have = script.head.get(name), got[name]
        if name in ("score", "funds", "project_year", "evaluation_year"):
            same = (want is None) == (have is None) and (want is None or abs(float(want) - float(str(have))) < 1e-6)
        else:
            same = re.sub(r"\s", "", want or "") == re.sub(r"\s", "", str(have or ""))
        counts.metadata[name].append(same)
        counts.invented += want is None and have is not None
        if not same:
            told.append(f"  {name}: {want!r}, read as {have!r}")
    return told


def measure(name: str, suffix: str, show: str | None = None) -> dict[str, Counts]:
    """Read a set of documents in one format and count by kind.

    Parameters
    ----------
    name : {"dev", "test"}
    suffix : {"docx", "pdf"}
    show : str, optional
        Name of a document, or ``all``, of which to print what differs.
    """
    by_kind: dict[str, Counts] = defaultdict(Counts)
    for script in scripts(f"{name}-"):
        own = Counts(documents=1)
        try:
            reports = read(DOCUMENTS / f"{script.name}.{suffix}")
        except InputError as error:
            own.gold = len(script.statements)
            told = [error.describe("en")]
        else:
            told = compare(script.statements, statements_found(reports), own) + compare_metadata(script, reports, own)
        by_kind[str(script.head["kind"])].add(own)
        if show in (script.name, "all"):
            print(f"{script.name}.{suffix}: F1 {own.f1:.3f}, sections {own.roles:.3f}")
            print("\n".join(told))
    return by_kind


def table(found: dict[str, dict[str, Counts]]) -> str:
    """Return what was counted, by format and kind, as Markdown."""
    lines = [
        "| kind | format | documents | statements | boundary F1 | section | section, coarse |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for kind in (*KINDS, "all"):
        for suffix, by_kind in found.items():
            counts = _total(by_kind) if kind == "all" else by_kind[kind]
            lines.append(
                f"| {kind} | {suffix} | {counts.documents} | {counts.gold} | {counts.f1:.3f} | {counts.roles:.3f} "
                f"| {counts.counted:.3f} |"
            )
    lines += ["", "| value | " + " | ".join(found) + " |", "|---|" + "--:|" * len(found)]
    for value in METADATA:
        shares = (_total(by_kind).metadata[value] for by_kind in found.values())
        lines.append(f"| {value} | " + " | ".join(f"{sum(right)}/{len(right)}" for right in shares) + " |")
    invented = " | ".join(str(_total(by_kind).invented) for by_kind in found.values())
    return "\n".join([*lines, f"| given where the document states none | {invented} |"])


def _total(by_kind: dict[str, Counts]) -> Counts:
    total = Counts()
    for counts in by_kind.values():
        total.add(counts)
    return total


def main() -> None:
    """Print or write the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", default="test", choices=["dev", "test"])
    parser.add_argument("--formats", default=",".join(FORMATS))
    parser.add_argument("--show", help="print what differs in a document, or in all")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    if options.write is not None:
        check_section(options.write, SECTION)
    found = {suffix: measure(options.set, suffix, options.show) for suffix in options.formats.split(",")}
    text = table(found)
    print(text)
    if options.write is not None:
        write_section(options.write, SECTION, text)


if __name__ == "__main__":
    main()
