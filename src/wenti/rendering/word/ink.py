"""What is inside paragraphs: runs, links and the bookmarks that they lead to, fields."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from wenti.rendering.blocks import Block, Chart, Heading, Run, Sentences, Table
from wenti.rendering.word.markup import Element, add, add_text, clean, tag

TONES = {"strong": "Strong", "quiet": "Quiet", "good": "Good", "bad": "Bad"}
"""Roles of character styles."""
_UNFIT = re.compile(r"\W")
_MOST_CHARACTERS = 40  # of a bookmark's name


def anchors_of(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield the anchors of blocks, rows and sentences, in order; a name may come again."""
    for block in blocks:
        if isinstance(block, Heading | Table | Chart):
            yield block.anchor
        if isinstance(block, Table):
            yield from (row.anchor for row in block.rows)
        if isinstance(block, Sentences):
            yield from (sentence_anchor(sentence.number) for sentence in block.sentences)


def sentence_anchor(number: int) -> str:
    """Return the anchor of a sentence."""
    return f"s-{number}"


class Places:
    """Bookmarks: a name that Word takes for each anchor, set where the anchor first stands.

    Parameters
    ----------
    anchors : iterable of str
    taken : collection of str
        Names that a user's own file uses.
    first : int
        The first id that it leaves free.
    """

    def __init__(self, anchors: Iterable[str], taken: Collection[str] = (), first: int = 0) -> None:
        used = {name.lower() for name in taken}  # Word does not tell cases apart
        self._names: dict[str, str] = {}
        for anchor in filter(None, anchors):
            if anchor not in self._names:
                self._names[anchor] = _bookmark(anchor, used)
        self._used = used
        self._open = set(self._names)
        self._id = first

    def name(self, anchor: str) -> str | None:
        """Return the bookmark that a link to an anchor leads to, None if there is none."""
        return self._names.get(anchor)

    def mark(self, paragraph: Element, anchor: str) -> None:
        """Set the bookmark of an anchor at the end of a paragraph, unless it stands already or has none."""
        if anchor in self._open:
            self._open.discard(anchor)
            self.close(paragraph, self.begin(paragraph, self._names[anchor]))

    def begin(self, paragraph: Element, name: str) -> int:
        """Begin a bookmark and return its id."""
        number = self._id
        self._id += 1
        add(paragraph, "bookmarkStart", id=number, name=name)
        return number

    def close(self, paragraph: Element, number: int) -> None:
        """End a bookmark."""
        add(paragraph, "bookmarkEnd", id=number)

    def new_name(self, stem: str) -> str:
        """Return a name that is free."""
        return _bookmark(stem, self._used)


def _bookmark(anchor: str, used: set[str]) -> str:
    """Return a name of letters, digits and underscores that begins with one of the first or last kind."""
    name = _UNFIT.sub("_", anchor)
    if not name[0].isalpha() and not name.startswith("_Toc"):
        name = f"a_{name}"
    if len(name) > _MOST_CHARACTERS or name.lower() in used:
        mark = hashlib.sha256(anchor.encode("utf-8", "surrogatepass")).hexdigest()
        lengths = range(8, _MOST_CHARACTERS - 1)  # longer, should two ever be alike
        names = (f"{name[: _MOST_CHARACTERS - 1 - n]}_{mark[:n]}" for n in lengths)
        name = next(each for each in names if each.lower() not in used)
    used.add(name.lower())
    return name


class Ink:
    """Writes paragraphs and what is in them.

    Parameters
    ----------
    styles : mapping of str to str
        Ids of the styles by role.
    places : Places
    letter : int
        Width of a Chinese character in a table.

    Attributes
    ----------
    begins_page : bool
        Whether the next paragraph begins a page.
    """

    def __init__(self, styles: Mapping[str, str], places: Places, letter: int) -> None:
        self.styles = styles
        self.places = places
        self.letter = letter
        self.begins_page = False

    def paragraph(
        self,
        parent: Element,
        role: str,
        *,
        is_kept: bool = False,
        align: str = "",
        numbered: tuple[int, int] | None = None,
    ) -> Element:
        """Add a paragraph; a kept one stays on the page of the next."""
        made = add(parent, "p")
        properties = add(made, "pPr")
        add(properties, "pStyle", val=self.styles[role])
        if is_kept:
            add(properties, "keepNext")
        if self.begins_page:
            add(properties, "pageBreakBefore")
            self.begins_page = False
        if numbered is not None:
            numbering = add(properties, "numPr")
            add(numbering, "ilvl", val=numbered[1])
            add(numbering, "numId", val=numbered[0])
        if align:
            add(properties, "jc", val=align)
        return made

    def runs(self, parent: Element, runs: Iterable[Run]) -> None:
        """Add runs to a paragraph."""
        for run in runs:
            self.text(parent, run.text, TONES.get(run.tone, ""), run.link)

    def text(self, parent: Element, text: str, role: str = "", link: str = "", color: str = "") -> None:
        """Add characters to a paragraph, as a link if it has a target; a colour goes before that of the style."""
        shown = clean(text)
        if not shown:
            return
        target = self.places.name(link) if link else None
        if target is not None:
            parent = add(parent, "hyperlink", anchor=target, history=1)
            is_bold, role = role == "Strong", "InternalLink" if role in ("", "Strong") else role
        else:
            is_bold = False
        run = add(parent, "r")
        if role or color:
            properties = add(run, "rPr")
            if role:
                add(properties, "rStyle", val=self.styles[role])
            if is_bold:
                add(properties, "b")
            if color:
                add(properties, "color", val=color)
        add_text(run, shown)

    def end_section(self, root: Element, section: Element) -> None:
        """Let a section end with the last paragraph; a table cannot hold that."""
        is_paragraph = len(root) and root[-1].tag == tag("p") and root[-1].find(f"{tag('pPr')}/{tag('sectPr')}") is None
        holder = root[-1] if is_paragraph else self.paragraph(root, "TableGap")
        holder.find(tag("pPr")).append(section)


def add_field(parent: Element, instruction: str, result: str = "") -> None:
    """Add a field with what it shows until Word computes it."""
    begin_field(parent, instruction)
    if result:
        add_text(add(parent, "r"), result)
    end_field(parent)


def begin_field(parent: Element, instruction: str) -> None:
    """Begin a field; what follows, also in later paragraphs, is what it shows."""
    add(add(parent, "r"), "fldChar", fldCharType="begin")
    written = add(add(parent, "r"), "instrText")
    written.text = f" {instruction} "
    written.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    add(add(parent, "r"), "fldChar", fldCharType="separate")


def end_field(parent: Element) -> None:
    """End a field."""
    add(add(parent, "r"), "fldChar", fldCharType="end")


def bookmarks_of(root: Element) -> tuple[list[str], int]:
    """Return the names of the bookmarks in a document and the first id that is free."""
    starts = list(root.iter(tag("bookmarkStart")))
    numbers = [int(each.get(tag("id"), "0")) for each in starts if each.get(tag("id"), "").isdecimal()]
    return [each.get(tag("name"), "") for each in starts], max(numbers, default=-1) + 1
