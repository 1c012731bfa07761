"""Mutated files. One is told by a seed, its format and a number, and is the same wherever it is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from tests.fuzz.of_archives import ARCHIVE, PACKAGE, in_member
from tests.fuzz.of_bytes import BYTES, COMPOUND, Mutator, change_chunk
from tests.fuzz.of_pdf import PDF
from tests.fuzz.of_text import IN_TEXT
from tests.fuzz.of_xml import IN_XML
from tests.fuzz.seeds import seeds

_MOST_BYTES = 3 << 20  # of a file; a mutation that makes more of it does not count
_INSIDE: Mapping[str, tuple[Mutator, ...]] = {
    **dict.fromkeys(("txt", "md", "csv", "rtf"), IN_TEXT),
    **dict.fromkeys(("html", "mht"), (*IN_TEXT, *IN_XML)),
    **dict.fromkeys(("docx", "xlsx", "ods", "ofd", "odt"), PACKAGE),
    **dict.fromkeys(("doc", "xls"), COMPOUND),
    "zip": (*ARCHIVE, *map(in_member, (*IN_XML, *IN_TEXT))),
    "pdf": PDF,
    "png": (change_chunk,),
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A mutated file."""

    seed: str
    form: str
    number: int

    def __str__(self) -> str:
        return f"{self.form}-{self.number}"

    def made(self) -> tuple[str, bytes, list[str]]:
        """Return the file's suffix and content, and the names of the mutators: most often some that know the format."""
        rng = Random(f"{self.seed}/{self.form}/{self.number}")
        suffix, content = rng.choice(seeds(self.form))
        _, other = rng.choice(seeds(self.form))
        names = []
        for _ in range(rng.choice((1, 1, 1, 2, 5))):
            mutate = rng.choice(_INSIDE[self.form] if rng.random() < 0.9 else BYTES)
            changed = mutate(rng, content, other) if content else content
            if len(changed) <= _MOST_BYTES:
                content = changed
                names.append(mutate.__name__)
        return suffix, content, names
