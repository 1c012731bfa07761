"""Ways to damage XML and HTML: what is inside what, names, attributes, entities, encodings."""

from __future__ import annotations

import re
from random import Random
from xml.sax.saxutils import escape, unescape

from tests.fuzz.of_bytes import NUMBERS, Mutator
from tests.fuzz.of_text import LONG, TEXT, OfText, in_text

_TAG = re.compile(r"<[\w:][^<>]*>")
_VALUE = re.compile(r"""(?<==)(["'])([^"'<>]*)\1""")
_BETWEEN = re.compile(r">([^<>]+)<")


def _any_tag(rng: Random, xml: str) -> re.Match[str] | None:
    found = list(_TAG.finditer(xml))
    return rng.choice(found) if found else None


def _element(rng: Random, xml: str) -> tuple[int, int] | None:
    """Return where an element begins and, as far as the next end tag of its name tells, ends."""
    tag = _any_tag(rng, xml)
    if tag is None:
        return None
    name = re.split(r"[\s/>]", tag[0][1:], maxsplit=1)[0]
    end = xml.find(f"</{name}>", tag.end())
    return tag.start(), tag.end() if tag[0].endswith("/>") or end < 0 else end + len(name) + 3


def nest_deeply(rng: Random, xml: str) -> str:
    tag = _any_tag(rng, xml)
    if tag is None:
        return xml
    depth = rng.choice((50, 300, 3000, 100_000))
    name = re.split(r"[\s/>]", tag[0][1:], maxsplit=1)[0]
    closed = f"</{name}>" * (depth if rng.random() < 0.8 else 0)
    return xml[: tag.start()] + f"<{name}>" * depth + tag[0] + closed + xml[tag.end() :]


def widen_tag(rng: Random, xml: str) -> str:
    tag = _any_tag(rng, xml)
    if tag is None:
        return xml
    wide = rng.choice(
        (f' a="{"x" * LONG}"', "".join(f' a{i}="{i}"' for i in range(50_000)), ' a="1"' * 20, f' {"n" * LONG}=""')
    )
    at = tag.end() - (2 if tag[0].endswith("/>") else 1)
    return xml[:at] + wide + xml[at:]


def declare_entities(rng: Random, xml: str) -> str:
    declared = rng.choice(
        (
            '<!ENTITY e0 "e">' + "".join(f'<!ENTITY e{i} "{10 * f"&e{i - 1};"}">' for i in range(1, 12)),
            '<!ENTITY e11 SYSTEM "file:///etc/hostname">',
            '<!ENTITY e11 SYSTEM "http://127.0.0.1:9/x">',
            '<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd">%p;',
        )
    )
    start = xml.find("?>") + 2 if xml.startswith("<?xml") else 0
    xml = f"{xml[:start]}<!DOCTYPE x [{declared}]>{xml[start:]}"
    return _BETWEEN.sub(lambda match: f">{match[1]}&e11;<", xml, count=rng.choice((1, 50)))


def declare_encoding(rng: Random, xml: str) -> str:
    named = rng.choice(
        ("utf-16", "gb2312", "GBK", "utf-7", "x", "latin-1", "ucs-4", "hz", "idna", "zlib", "base64", "")
    )
    found = re.search(r"""(?:encoding|charset)=["']?[\w-]*""", xml)
    if found is None:
        return f'<?xml version="1.0" encoding="{named}"?>{xml}'
    return xml[: found.start()] + found[0].partition("=")[0] + f'="{named}"' + xml[found.end() :].lstrip("\"'")


def repeat_element(rng: Random, xml: str) -> str:
    place = _element(rng, xml)
    if place is None:
        return xml
    copied = xml[place[0] : place[1]]
    times = min(rng.choice((1, 3, 1000)), (2 << 20) // len(copied))
    return xml[: place[1]] + copied * times + xml[place[1] :]


def delete_element(rng: Random, xml: str) -> str:
    place = _element(rng, xml)
    return xml[: place[0]] + xml[place[1] :] if place is not None else xml


def move_element(rng: Random, xml: str) -> str:
    place = _element(rng, xml)
    if place is None:
        return xml
    rest = xml[: place[0]] + xml[place[1] :]
    tag = _any_tag(rng, rest)
    at = rng.choice((tag.start(), tag.end())) if tag is not None else 0
    return rest[:at] + xml[place[0] : place[1]] + rest[at:]


def delete_tag(rng: Random, xml: str) -> str:
    found = list(re.finditer(r"<[^<>]*>", xml))
    tag = rng.choice(found) if found else None
    return xml[: tag.start()] + xml[tag.end() :] if tag is not None else xml


def change_value(rng: Random, xml: str) -> str:
    found = list(_VALUE.finditer(xml))
    for match in sorted(rng.sample(found, min(len(found), rng.choice((1, 1, 6)))), key=lambda match: -match.start()):
        other = rng.choice(found)[2]
        value = rng.choice(
            (other, other, *map(str, NUMBERS), "", "x", "-1.5e300", "nan", "../../x", "/etc/passwd", "file:///x", "１")
        )
        xml = xml[: match.start(2)] + value + xml[match.end(2) :]
    return xml


def change_between(rng: Random, xml: str) -> str:
    """Damage the text between two tags."""
    found = list(_BETWEEN.finditer(xml))
    if not found:
        return xml
    place = rng.choice(found)
    text = escape(rng.choice(TEXT)(rng, unescape(place[1])))
    return xml[: place.start(1)] + text + xml[place.end(1) :]


def write_markup(rng: Random, xml: str) -> str:
    """Write something between two tags that is no text, or no XML."""
    found = list(_BETWEEN.finditer(xml))
    if not found:
        return xml
    place = rng.choice(found)
    no_text = ("&#xD800;", "&#0;", "&#x110000;", "&nbsp;", "]]>", "<", "&", "\0", "<!--", "<![CDATA[", "<?")
    enclosed = (f"<![CDATA[{place[1]}]]>", f"<!--{place[1]}-->", f"<?x {place[1]}?>")
    return xml[: place.start(1)] + rng.choice((*no_text, *enclosed)) + xml[place.end(1) :]


def break_utf8(rng: Random, xml: str) -> str:
    at = rng.randrange(len(xml) + 1)
    return xml[:at] + rng.choice(("\ud800", "\udc80", "\ufffe", "\0", "\x1f")) + xml[at:]


XML: tuple[OfText, ...] = (
    *(nest_deeply, widen_tag, declare_entities, declare_encoding, delete_tag, write_markup, break_utf8),
    *(repeat_element, delete_element, move_element, change_value, change_between) * 4,
)
IN_XML: tuple[Mutator, ...] = tuple(map(in_text, XML))
