"""How well gold documents are read: statement boundaries, sections and metadata, by kind of document and format.

Usage: python benchmarks/reading.py [--set dev|test] [--show NAME]
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.gold_documents import DOCUMENTS, Script, scripts

from wenti.api import read
from wenti.records import Report
from wenti.segmentation import statements_of

FORMATS = ("docx", "pdf")
_SHORT = 5  # characters of a statement that may stand in another by chance
METADATA = (
    *("title", "project", "units", "region", "project_year", "evaluation_year"),
    *("score", "grade", "funds", "evaluator"),
)


@dataclass(slots=True)
class Counts:
    """What was counted over some documents."""

    gold: int = 0
    found: int = 0
    right: int = 0
    role_right: int = 0
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
    return told + [f"! {want}, read as {have}: {text}" for want, have, text in pairs if want != have]


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


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", default="test", choices=["dev", "test"])
    parser.add_argument("--show", help="print what differs in a document (NAME or NAME.FORMAT)")
    parser.add_argument("--formats", default=",".join(FORMATS))
    options = parser.parse_args()
    by_kind: dict[tuple[str, str], Counts] = defaultdict(Counts)
    for script in scripts(f"{options.set}-"):
        for suffix in options.formats.split(","):
            file: Path = DOCUMENTS / f"{script.name}.{suffix}"
            counts = by_kind[str(script.head["kind"]), suffix]
            own = Counts()
            try:
                reports = read(file)
            except Exception as error:
                print(file.name, "FAILED", error)
                counts.gold += len(script.statements)
                continue
            for each in (counts, own):
                told = compare(script.statements, statements_found(reports), each)
                told_metadata = compare_metadata(script, reports, each)
            kinds = {report.kind for report in reports}
            print(f"{file.name:32} F1 {own.f1:.3f} sections {own.roles:.3f} {own.gold:3} {own.found:3} {kinds}")
            if options.show in (script.name, file.name, "all"):
                print("\n".join([*told, *told_metadata]))
    total: dict[str, Counts] = defaultdict(Counts)
    for (kind, suffix), counts in by_kind.items():
        right = sum(sum(values) for values in counts.metadata.values())
        values = sum(len(values) for values in counts.metadata.values())
        print(f"| {kind} | {suffix} | {counts.gold} | {counts.f1:.3f} | {counts.roles:.3f} | {right}/{values} |")
        sums = total[suffix]
        sums.gold += counts.gold
        sums.found += counts.found
        sums.right += counts.right
        sums.role_right += counts.role_right
        for name, each in counts.metadata.items():
            sums.metadata[name] += each
        sums.invented += counts.invented
    for suffix, counts in total.items():
        print(f"| all | {suffix} | {counts.gold} | {counts.f1:.3f} | {counts.roles:.3f} |")
        print({name: f"{sum(v)}/{len(v)}" for name, v in counts.metadata.items()}, "invented", counts.invented)


if __name__ == "__main__":
    main()
