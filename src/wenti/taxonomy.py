"""The curated tree of problem types: load, check, look up.

No name of the built-in tree stands in code; users may bring their own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from wenti.decoding import decode
from wenti.errors import InputError, TaxonomyError
from wenti.records import KINDS
from wenti.resources import taxonomy_path
from wenti.summary import MEASURES

_ID = re.compile(r"[a-z][a-z0-9_]*\Z")
_TREE_FIELDS = {"version", "language", "categories", "kinds"}
_CATEGORY_FIELDS = {"id", "name", "english", "definition", "types"}
_TYPE_FIELDS = {"id", "name", "english", "definition", "indicators", "examples", "key_figure"}
_KIND_FIELDS = {"id", "name", "english", "definition"}


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One type of problem; ``id`` is ``category.type``."""

    id: str
    name: str
    english: str
    definition: str
    category: str
    indicators: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    key_figure: str | None = None


@dataclass(frozen=True, slots=True)
class Category:
    """A group of types."""

    id: str
    name: str
    english: str
    definition: str
    types: tuple[ProblemType, ...]


@dataclass(frozen=True, slots=True)
class KindName:
    """What a kind of statement is called."""

    id: str
    name: str
    english: str
    definition: str


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """A valid tree.

    Attributes
    ----------
    version : str
        Version that the file states.
    sha256 : str
        Hash of the file's bytes, with line feeds as line ends.
    categories : tuple of Category
        In the order of the file.
    kinds : tuple of KindName
        The four kinds, in the file's order.
    """

    version: str
    sha256: str
    categories: tuple[Category, ...]
    kinds: tuple[KindName, ...]
    _by_id: dict[str, ProblemType] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._by_id.update({problem.id: problem for problem in self.types()})

    def types(self) -> Iterator[ProblemType]:
        """Yield all types in the order of the file."""
        for category in self.categories:
            yield from category.types

    def entries(self) -> Iterator[KindName | Category | ProblemType]:
        """Yield all that has an id and names: kinds, categories, types."""
        yield from self.kinds
        yield from self.categories
        yield from self.types()

    def names(self) -> dict[str, tuple[str, str]]:
        """Return name and English name of each id."""
        return {entry.id: (entry.name, entry.english) for entry in self.entries()}

    def __contains__(self, label: object) -> bool:
        return label in self._by_id

    def type(self, label: str) -> ProblemType:
        """Return the type with this id (``category.type``).

        Raises
        ------
        KeyError
            If there is none.
        """
        return self._by_id[label]


def load_taxonomy(path: str | Path | None = None) -> Taxonomy:
    """Load and check a taxonomy.

    Parameters
    ----------
    path : str or Path, optional
        A YAML file; by default the one that ships with wenti.

    Returns
    -------
    Taxonomy

    Raises
    ------
    InputError
        If the file is missing or not readable.
    TaxonomyError
        At the first fault, with its line.
    """
    file = str(path if path is not None else taxonomy_path())
    try:
        content = Path(file).read_bytes()
    except FileNotFoundError:
        raise InputError("file_missing", file=file) from None
    except OSError as error:
        raise InputError("file_unreadable", file=file, detail=error.strerror or str(error)) from None
    text = decode(content, file)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else text.count("\n", 0, getattr(error, "position", 0)) + 1
        detail = getattr(error, "problem", None) or type(error).__name__
        raise TaxonomyError("taxonomy_syntax", file=file, line=line, detail=detail) from None
    normalised = content.replace(b"\r\n", b"\n")
    return _Builder(file).build(node, hashlib.sha256(normalised).hexdigest())


class _Builder:
    """Turns YAML nodes, which know their lines, into a Taxonomy, or says where it cannot."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._type_lines: dict[str, int] = {}

    def fail(self, key: str, node: yaml.Node | None, **facts: object) -> TaxonomyError:
        line = node.start_mark.line + 1 if node is not None else 1
        return TaxonomyError(key, file=self.file, line=line, **facts)

    def mapping(self, node: Any, owner: str, known: set[str]) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            raise self.fail("taxonomy_mapping", node, id=owner)
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if name not in known:
                raise self.fail("taxonomy_unknown_field", key, id=owner, field=name, fields=", ".join(sorted(known)))
            if name in found:
                raise self.fail("taxonomy_duplicate", key, id=name, first=found[name].start_mark.line + 1)
            found[name] = value
        return found

    def text(self, fields: dict[str, yaml.Node], name: str, owner: str, node: Any) -> str:
        value = fields.get(name)
        if value is None:
            raise self.fail("taxonomy_field", node, id=owner, field=name)
        if not isinstance(value, yaml.ScalarNode):
            raise self.fail("taxonomy_text", value, id=owner, field=name)
        if value.tag == "tag:yaml.org,2002:null" or not value.value.strip():
            raise self.fail("taxonomy_field", value, id=owner, field=name)
        return str(value.value).strip()

    def texts(self, fields: dict[str, yaml.Node], name: str, owner: str) -> tuple[str, ...]:
        value = fields.get(name)
        if value is None:
            return ()
        if not isinstance(value, yaml.SequenceNode):
            raise self.fail("taxonomy_list", value, id=owner, field=name)
        return tuple(self.text({name: item}, name, owner, item) for item in value.value)

    def items(
        self,
        fields: dict[str, yaml.Node],
        name: str,
        owner: str,
        node: Any,
        known: set[str],
        lines: dict[str, int] | None = None,
    ) -> Iterator[tuple[str, dict[str, yaml.Node], yaml.Node]]:
        """Yield id, fields and node of each item of a list; `lines` holds the ids that it may not repeat."""
        lines = lines if lines is not None else {}
        value = fields.get(name)
        if isinstance(value, yaml.MappingNode):
            raise self.fail("taxonomy_list", value, id=owner, field=name)
        if not isinstance(value, yaml.SequenceNode) or not value.value:
            raise self.fail("taxonomy_field", value or node, id=owner, field=name)
        for item in value.value:
            item_fields = self.mapping(item, owner, known)
            item_id = self.text(item_fields, "id", owner, item)
            id_node = item_fields["id"]
            if not _ID.match(item_id):
                raise self.fail("taxonomy_id", id_node, id=item_id)
            if item_id in lines:
                raise self.fail("taxonomy_duplicate", id_node, id=item_id, first=lines[item_id])
            lines[item_id] = id_node.start_mark.line + 1
            yield item_id, item_fields, item

    def build(self, node: Any, sha256: str) -> Taxonomy:
        top = self.mapping(node, "taxonomy", _TREE_FIELDS)
        version = self.text(top, "version", "taxonomy", node)
        categories = []
        for category_id, fields, item in self.items(top, "categories", "taxonomy", node, _CATEGORY_FIELDS):
            read = self.reader(fields, category_id, item)
            types = tuple(
                self.problem_type(category_id, type_id, type_fields, type_item)
                # Types are unique in the whole tree, since tools accept them by their short id.
                for type_id, type_fields, type_item in self.items(
                    fields, "types", category_id, item, _TYPE_FIELDS, self._type_lines
                )
            )
            categories.append(Category(category_id, read("name"), read("english"), read("definition"), types))
        kinds = []
        for kind_id, fields, item in self.items(top, "kinds", "taxonomy", node, _KIND_FIELDS):
            read = self.reader(fields, kind_id, item)
            kinds.append(KindName(kind_id, read("name"), read("english"), read("definition")))
        if {kind.id for kind in kinds} != set(KINDS):
            found = ", ".join(kind.id for kind in kinds)
            raise self.fail("taxonomy_kinds", top["kinds"], expected=", ".join(KINDS), found=found)
        return Taxonomy(version, sha256, tuple(categories), tuple(kinds))

    def reader(self, fields: dict[str, yaml.Node], owner: str, node: yaml.Node) -> Callable[[str], str]:
        return lambda name: self.text(fields, name, owner, node)

    def problem_type(self, category: str, type_id: str, fields: dict[str, yaml.Node], node: yaml.Node) -> ProblemType:
        read = self.reader(fields, type_id, node)
        key_figure = read("key_figure") if "key_figure" in fields else None
        if key_figure is not None and key_figure not in MEASURES:
            raise self.fail(
                "taxonomy_key_figure", fields["key_figure"], id=type_id, value=key_figure, values=", ".join(MEASURES)
            )
        return ProblemType(
            id=f"{category}.{type_id}",
            name=read("name"),
            english=read("english"),
            definition=read("definition"),
            category=category,
            indicators=self.texts(fields, "indicators", type_id),
            examples=self.texts(fields, "examples", type_id),
            key_figure=key_figure,
        )
