"""The file around a report: our own or the user's, its parts, what it says of itself, and its bytes."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from typing import Any

import docx
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part, XmlPart
from docx.parts.numbering import NumberingPart
from docx.parts.styles import StylesPart

from wenti.rendering.blocks import Content
from wenti.rendering.word.markup import Element, add, child, one_line, parse, tag
from wenti.rendering.word.styles import font_table, own_styles

GENERATOR = "wenti"
"""What the properties of a file say made it, by which a later reading of a folder passes it over."""

_NOT_OURS = (RT.CUSTOM_XML, RT.THEME, RT.THUMBNAIL, "stylesWithEffects", "webSettings")
_SETTINGS = """<w:settings>
<w:zoom w:percent="100"/>
<w:defaultTabStop w:val="420"/>
<w:characterSpacingControl w:val="compressPunctuation"/>
<w:compat>
<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>
<w:compatSetting w:name="enableOpenTypeFeatures" w:uri="http://schemas.microsoft.com/office/word" w:val="1"/>
<w:compatSetting w:name="doNotFlipMirrorIndents" w:uri="http://schemas.microsoft.com/office/word" w:val="1"/>
</w:compat>
<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/>
<w:decimalSymbol w:val="."/>
<w:listSeparator w:val=","/>
</w:settings>"""
_APP = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    f"<Application>{GENERATOR}</Application></Properties>"
)
_OLDEST = (1980, 1, 1, 0, 0, 0)  # that an archive can name


def own_document() -> Any:
    """Return a document with nothing in it."""
    document = docx.Document()
    for rels in (document.part.rels, document.part.package.rels):
        for key in [key for key, rel in rels.items() if rel.reltype.endswith(_NOT_OURS)]:
            del rels[key]
    _fill(document.styles.element, own_styles())
    _fill(document.settings.element, parse(_SETTINGS))
    _fill(document.part.numbering_part.element, parse("<w:numbering></w:numbering>"))
    _fill(document.element.body, parse("<w:body></w:body>"))
    _related(document.part, RT.FONT_TABLE)._blob = font_table(None)
    return document


def _fill(root: Element, other: Element) -> None:
    root[:] = list(other)


def styles_root(document: Any) -> Element:
    """Return the root of the styles, made where a user's file has none."""
    return _root(document, RT.STYLES, "styles", StylesPart, CT.WML_STYLES)


def numbering_root(document: Any) -> Element:
    """Return the root of the lists, made where a user's file has none."""
    return _root(document, RT.NUMBERING, "numbering", NumberingPart, CT.WML_NUMBERING)


def _root(document: Any, relation: str, name: str, kind: type[Any], content_type: str) -> Element:
    part = _related(document.part, relation)
    if part is None:
        empty = b'<w:%s xmlns:w="%s"/>' % (name.encode(), parse("<w:x/>").nsmap["w"].encode())
        part = kind.load(_free_name(document, f"/word/{name}.xml"), content_type, empty, document.part.package)
        document.part.relate_to(part, relation)
    return part.element


def _related(part: Any, relation: str) -> Any:
    return next(
        (each.target_part for each in part.rels.values() if each.reltype == relation and not each.is_external), None
    )


def _free_name(document: Any, name: str) -> PackURI:
    taken = {str(part.partname).lower() for part in document.part.package.iter_parts()}
    stem, _, suffix = name.rpartition(".")
    number = 2
    while name.lower() in taken:
        name, number = f"{stem}{number}.{suffix}", number + 1
    return PackURI(name)


def set_fonts(document: Any) -> None:
    """Name what to take for fonts that are not installed."""
    part = _related(document.part, RT.FONT_TABLE)
    if part is None:
        part = Part(
            _free_name(document, "/word/fontTable.xml"), CT.WML_FONT_TABLE, font_table(None), document.part.package
        )
        document.part.relate_to(part, RT.FONT_TABLE)
    else:
        part._blob = font_table(part.blob)


def attach_chart(document: Any, xml: bytes) -> str:
    """Put a chart into the file and return its relation to the document."""
    package = document.part.package
    part = Part(package.next_partname("/word/charts/chart%d.xml"), CT.DML_CHART, xml, package)
    return str(document.part.relate_to(part, RT.CHART))


def first_drawing(document: Any) -> int:
    """Return a number that no drawing has, nor any after it."""
    parts = [part for part in document.part.package.iter_parts() if isinstance(part, XmlPart)]
    numbers = (each.get("id", "") for part in parts for each in part.element.iter("{*}docPr"))
    return max((int(number) for number in numbers if number.isdecimal()), default=0) + 1


def has_contents(document: Any) -> bool:
    """Tell whether the document has a table of contents of its own."""
    written = "".join(each.text or "" for each in document.element.body.iter(tag("instrText")))
    simple = " ".join(each.get(tag("instr"), "") for each in document.element.body.iter(tag("fldSimple")))
    return re.search(r"\bTOC\b", f"{written} {simple}") is not None


def ask_to_renew(document: Any) -> None:
    """Let Word ask whether to renew fields when the file is opened."""
    settings = document.settings.element
    made = child(settings, "updateFields")
    if made is None:
        made = add(settings, "updateFields")
        later = ("hdrShapeDefaults", "footnotePr", "endnotePr", "compat", "docVars", "rsids", "mathPr", "themeFontLang")
        places = [i for i, each in enumerate(settings) if _name(each) in later]
        if places:
            settings.insert(places[0], made)
    made.set(tag("val"), "true")


def _name(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def say_what_it_is(document: Any, content: Content) -> None:
    """Fill in the properties of the file; the time is that of the report, so that the same report has the same bytes."""
    try:
        moment = datetime.fromisoformat(content.date).replace(tzinfo=UTC)
    except ValueError:
        moment = datetime(*_OLDEST, tzinfo=UTC)
    properties = document.core_properties
    properties.title = one_line(content.title)[:255]
    properties.author = properties.last_modified_by = one_line(content.organisation)[:255]
    properties.keywords = GENERATOR
    properties.comments = properties.subject = ""
    properties.language = content.language
    properties.created = properties.modified = moment
    properties.revision = 1
    package = document.part.package
    part = _related(package, RT.EXTENDED_PROPERTIES)
    if part is None:
        name = _free_name(document, "/docProps/app.xml")
        part = Part(name, CT.OFC_EXTENDED_PROPERTIES, b"", package)
        package.relate_to(part, RT.EXTENDED_PROPERTIES)
    part._blob = _APP.encode()


def bytes_of(document: Any) -> bytes:
    """Return the file; its archive has no times and no system in it."""
    saved, packed = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _OLDEST)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            target.writestr(entry, source.read(name))
    return packed.getvalue()
