"""How like each other texts of one report are, by the pairs of characters and the figures that they share.

A pair of characters needs no tokenizer and can be shown to a reader. It weighs the more, the fewer sentences of its own
report have it: what the whole report speaks of tells no two findings apart.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count
from operator import add
from typing import Any, Final
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_LETTERS = re.compile(r"[^\W\d_]{2,}")
_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")
_LEAST_DIGITS = 3  # shorter figures are alike by chance
_YEAR = re.compile(r"(?:19|20)\d\d")
_STOP = re.compile(r"[，；：。]|[,:;](?!\d)")
# Pairs of characters that are in every report and name nothing.
_GENERIC: Final = frozenset(
    re.findall(
        "..",
        "完成建立开展强化提高提升加强加快落实予以制定完善明确推进实行实施组织安排健全规范优化严格确保做好"
        "进一一步全面及时有效切实积极进行使用执行纳入列入作为相关有关各项部分个别主要全部方面方式程序措施"
        "存在问题的问情况结果标准依据工作管理项目单位部门资金财政政局制度机制责任规定要求原则力度处理所属"
        "按照根据对于以及其中应当建议整改限期责令督促会同并将计划年度全年年至个月月至截至年底月底底前"
        "万元以上以下不低低于超过不足不够仅为没有未按未完平均合计实际涉及抽查发现此外但是同时"
        "一是二是三是四是五是六是首先其次再次最后",
    )
)


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts by the terms that are in them.

    Attributes
    ----------
    terms : csr_array, shape (n_texts, n_terms)
        1 where a text has a term. Reports share no terms.
    weights : ndarray of float64, shape (n_terms,)
        How much each term weighs.
    """

    terms: Any
    weights: Floats

    def at(self, indices: Sequence[int]) -> Texts:
        """Return some of the texts."""
        return Texts(self.terms[list(indices)], self.weights)

    def joined(self, groups: Any) -> Texts:
        """Return the texts of each group as one; ``groups`` is a matrix groups × texts."""
        return Texts((groups @ self.terms).astype(bool).astype(np.float64), self.weights)

    def cosines(self, others: Texts) -> Any:
        """Return how like the others these are: texts × others, each between 0 and 1."""
        return self._scaled() @ others._scaled().T

    def held(self, others: Texts) -> Any:
        """Return how much of the others is in these: texts × others, each between 0 and 1."""
        shared = coo_array(self.terms.multiply(self.weights) @ others.terms.T)
        shared.data /= (others.terms @ self.weights)[shared.col]
        return csr_array(shared)

    def _scaled(self) -> Any:
        lengths = np.sqrt(np.maximum(self.terms @ self.weights, np.finfo(np.float64).tiny))
        return self.terms.multiply(np.sqrt(self.weights)).multiply(1 / lengths[:, None]).tocsr()


class Vocabulary:
    """The terms of several reports' statements.

    Parameters
    ----------
    statements : iterable of (int, str)
        Report and text of all statements: how rare a term is, is counted among them.
    names : sequence of sequence of str
        What the units of each report are called, longest first: no terms, for most sentences say them.
    """

    def __init__(self, statements: Iterable[tuple[int, str]], names: Sequence[Sequence[str]]) -> None:
        self._names = names
        numbers = count()
        self._ids: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(numbers.__next__))
        sizes, rows = Counter[int](), list[list[int]]()
        for report, text in statements:
            sizes[report] += 1
            ids = self._ids[report]
            rows.append(list(map(ids.__getitem__, terms_of(text, names[report]))))
        columns, ends = _flat(rows)
        size = np.empty(next(numbers))
        for report, ids in self._ids.items():
            size[list(ids.values())] = sizes[report]
        self._weights: Floats = np.log((size + 1) / np.bincount(columns, minlength=len(size))) + 1
        self.statements = self._texts(columns, ends)

    def clauses(self, statements: Iterable[tuple[int, str]]) -> tuple[Texts, list[int]]:
        """Return the clauses of some of the statements, and of each clause the number of its statement."""
        rows, owners = [], []
        for number, (report, text) in enumerate(statements):
            ids = self._ids[report]
            for clause in _STOP.split(text):
                # A figure may be cut where its statement has it whole.
                rows.append([ids[term] for term in terms_of(clause, self._names[report]) if term in ids])
                owners.append(number)
        return self._texts(*_flat(rows)), owners

    def _texts(self, columns: Ints, ends: Ints) -> Texts:
        shape = (len(ends) - 1, len(self._weights))
        return Texts(csr_array((np.ones(len(columns)), columns, ends), shape=shape), self._weights)


def terms_of(text: str, names: Iterable[str] = ()) -> list[str]:
    """Return the pairs of neighbouring letters and the longer figures of a text that may name a thing, once each.

    Examples
    --------
    >>> terms_of("进一步加强合同管理，扣回58.620万元")
    ['步加', '强合', '合同', '同管', '扣回', '58.62']
    """
    plain = "".join(text.split())
    for name in names:
        plain = plain.replace(name, " ")
    found = dict.fromkeys(chain.from_iterable(map(add, run, run[1:]) for run in _LETTERS.findall(plain)))
    for generic in found.keys() & _GENERIC:
        del found[generic]
    return [*found, *dict.fromkeys(_figures(plain))]


def largest(rows: Ints, columns: Ints, values: Floats, shape: tuple[int, int]) -> Any:
    """Return a matrix with the largest of the values at each place."""
    codes, place = np.unique(rows * max(shape[1], 1) + columns, return_inverse=True)
    highest = np.zeros(len(codes))
    np.maximum.at(highest, place, values)
    return csr_array((highest, np.divmod(codes, max(shape[1], 1))), shape=shape)


def _figures(text: str) -> Iterator[str]:
    for match in _FIGURE.findall(text):
        digits = normalize("NFKC", match).replace(",", "")
        figure = digits.rstrip("0").rstrip(".") if "." in digits else digits
        if len(figure.replace(".", "").strip("0")) >= _LEAST_DIGITS and not _YEAR.fullmatch(figure):
            yield figure


def _flat(rows: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    columns = np.fromiter(chain.from_iterable(rows), dtype=np.int64)
    return columns, np.cumsum([0, *map(len, rows)], dtype=np.int64)
