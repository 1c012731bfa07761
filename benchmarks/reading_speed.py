"""How long it takes to read and segment many Word reports of ten pages.

Usage: python benchmarks/reading_speed.py [--documents N] [--jobs N] [--write docs/reading.md]

The documents are made of the gold documents' paragraphs, ten pages each, no two alike. They are read by the command
``wenti read``, whole process, once plain and once more with a cache that holds them; their JSON is thrown away.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, this folder is on the path, not the one above

from benchmarks.gold_documents import Chunk, Script, scripts, write_word  # noqa: E402
from benchmarks.sections import check_section, write_section  # noqa: E402

WENTI = str(Path(sys.executable).with_name("wenti"))
SECTION = "reading-speed"
_PAGE = 560  # characters at the size and spacing that offices use
_PAGES = 10


def long_script(number: int, sources: list[Script]) -> Script:
    """Return a document of ten pages: one gold document, its sections filled up with paragraphs of others."""
    pick = random.Random(number)
    base = sources[number % len(sources)]
    spare = [part for script in sources for part in script.parts if part.tag == "p" and "title" not in part.flags]
    parts: list[Chunk] = []
    length = sum(len(part.text) for part in base.parts)
    for part in base.parts:
        parts.append(part)
        if part.tag == "p" and length < _PAGE * _PAGES:
            extra = replace(pick.choice(spare), role=part.role, flags=frozenset())
            parts.append(replace(extra, lines=(*extra.lines, f"该项编号为{number}－{len(parts)}。")))
            length += len(parts[-1].text)
    return Script(f"report-{number:04}", base.head, tuple(parts))


def main() -> None:
    """Print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    if options.write is not None:
        check_section(options.write, SECTION)
    sources = [
        script for script in scripts("dev-") if script.head["kind"] in ("evaluation", "audit", "self_evaluation")
    ]
    with tempfile.TemporaryDirectory() as name:
        folder, cache = Path(name, "reports"), Path(name, "cache")
        folder.mkdir()
        for number in range(options.documents):
            write_word(long_script(number, sources), folder / f"{number:04}.docx")
        command = [WENTI, "read", str(folder), "--jobs", str(options.jobs)]
        rows = [
            ("plain", _seconds(command)),
            ("first run with `--cache`", _seconds([*command, "--cache", str(cache)])),
            ("again with `--cache`", _seconds([*command, "--cache", str(cache)])),
        ]
    lines = [
        f"{options.documents} Word reports of ten pages, {options.jobs} processes, the whole command:",
        "",
        "| | seconds | ms a report |",
        "|---|--:|--:|",
        *(f"| {told} | {seconds:.1f} | {seconds / options.documents * 1000:.0f} |" for told, seconds in rows),
    ]
    text = "\n".join(lines)
    print(text)
    if options.write is not None:
        write_section(options.write, SECTION, text)


def _seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
