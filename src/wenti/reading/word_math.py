"""Formulas of a Word file as a line of text."""

from __future__ import annotations

from wenti.reading.word_package import Element, M, W

_FRACTION, _BRACKETS, _SUM, _ROOT = f"{M}f", f"{M}d", f"{M}nary", f"{M}rad"
_GONE = (f"{W}del", f"{W}moveFrom")
_SHOWN_BY = {_BRACKETS: f"{M}dPr", _SUM: f"{M}naryPr"}


def formula(element: Element) -> str:
    """Return a formula, fractions with a slash; what stands above or below follows what it belongs to."""
    parts: list[str] = []
    _take(element, parts)
    return "".join(parts)


def _take(element: Element, parts: list[str]) -> None:
    tag = element.tag
    if tag in (f"{M}t", f"{W}t"):
        parts.append(element.text or "")
    elif tag == _BRACKETS:
        parts.append(_sign(element, "begChr", "("))
        _take_each(element, parts, _sign(element, "sepChr", "|"))
        parts.append(_sign(element, "endChr", ")"))
    elif tag == _FRACTION:
        _take_each(element, parts, "/")
    else:
        parts.append({_SUM: _sign(element, "chr", "∫"), _ROOT: "√"}.get(tag, ""))
        _take_each(element, parts, "")


def _take_each(element: Element, parts: list[str], between: str) -> None:
    begun = False
    for child in element:
        if child.tag.endswith("Pr") or child.tag in _GONE:
            continue
        if begun:
            parts.append(between)
        _take(child, parts)
        begun = True


def _sign(element: Element, name: str, default: str) -> str:
    """Return a sign that is a property and no text."""
    for properties in element.iterchildren(_SHOWN_BY.get(element.tag)):
        for sign in properties.iterchildren(f"{M}{name}"):
            shown: str = sign.get(f"{M}val", "")
            return shown
    return default
