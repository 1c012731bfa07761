"""Charts as DrawingML, which Word and LibreOffice draw themselves: sharp at any size, with letters that can be read out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from lxml import etree

from wenti.rendering.blocks import Chart, Series
from wenti.rendering.word.markup import Element, breadth, document_bytes, one_line

C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"

_FONT, _LATIN = "黑体", "Times New Roman"
_SMALL = 900  # hundredths of a point
_INK, _GRID, _AXIS = "262626", "DDE1E8", "8A94A6"
_BARS = ("9DB8DC", "E9BE8F", "A9CFA4", "C9B3DC")
_LINES = ("1F4E8C", "C0562B", "3B7D3A", "7B4AA0", "8C6D1F", "4A4A4A")
_DASHES = ("solid", "dash", "sysDot", "dashDot", "lgDash", "solid")
_MARKERS = ("circle", "square", "triangle", "diamond", "x", "circle")
_CATEGORY_AXIS, _VALUE_AXIS = "111", "112"
_CM = 360_000  # English metric units
_LINE_HEIGHT, _HIGHEST = 7.6, 21.0
_LETTERS = 14  # of a category's name on one line
_CROWDED = 2  # lines with whiskers; more cannot be told apart


def height_of(chart: Chart) -> int:
    """Return how high a chart is drawn, in English metric units."""
    if chart.kind == "lines":
        return round(_LINE_HEIGHT * _CM)
    names = sum(max(0.72, 0.42 * math.ceil(breadth(name) / _LETTERS) + 0.3) for name in chart.categories)
    bars = 0.5 * len(chart.categories) * (len(chart.series) - 1)
    legend = 0.8 if len(chart.series) > 1 else 0.0
    return round(min(max(names + bars + legend + 1.3, 3.2), _HIGHEST) * _CM)


def chart_xml(chart: Chart) -> bytes:
    """Return the part that holds a chart; its numbers stand in it, so that it needs no workbook."""
    root = etree.Element(f"{{{C}}}chartSpace", nsmap={"c": C, "a": A})
    _add(root, "date1904", val="0")
    _add(root, "roundedCorners", val="0")
    drawn = _add(root, "chart")
    _add(drawn, "autoTitleDeleted", val="1")
    area = _add(drawn, "plotArea")
    _add(area, "layout")
    lie = chart.kind == "bars"
    _add_plot(area, chart)
    _add_category_axis(area, lie=lie)
    _add_value_axis(area, _top(chart), lie=lie)
    if len(chart.series) > 1:
        legend = _add(drawn, "legend")
        _add(legend, "legendPos", val="b")
        _add(legend, "overlay", val="0")
    _add(drawn, "plotVisOnly", val="1")
    _add(drawn, "dispBlanksAs", val="gap")
    _add_line(_add(root, "spPr"), "", 0)
    _add_letters(root)
    return document_bytes(root)


def drawing(parent: Element, relation: str, number: int, chart: Chart, width: int) -> None:
    """Add the frame of a chart to a run; its alternative text says in words what it shows."""
    spaces = {
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": A,
        "c": C,
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    }
    size = {"cx": str(width), "cy": str(height_of(chart))}
    word = parent.nsmap["w"]
    inline = etree.SubElement(
        etree.SubElement(parent, f"{{{word}}}drawing"),
        f"{{{spaces['wp']}}}inline",
        {"distT": "0", "distB": "0", "distL": "0", "distR": "0"},
        nsmap=spaces,
    )
    etree.SubElement(inline, f"{{{spaces['wp']}}}extent", size)
    about = {"name": f"Chart {number}", "descr": one_line(chart.alt), "title": one_line(chart.caption)}
    etree.SubElement(inline, f"{{{spaces['wp']}}}docPr", {"id": str(number), **about})
    etree.SubElement(inline, f"{{{spaces['wp']}}}cNvGraphicFramePr")
    data = etree.SubElement(etree.SubElement(inline, f"{{{A}}}graphic"), f"{{{A}}}graphicData", {"uri": C})
    etree.SubElement(data, f"{{{C}}}chart", {f"{{{spaces['r']}}}id": relation})


def _add(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    made = etree.SubElement(parent, f"{{{C}}}{name}", attributes)
    if text:
        made.text = text
    return made


def _draw(parent: Element, name: str, attributes: Mapping[str, str] | None = None) -> Element:
    return etree.SubElement(parent, f"{{{A}}}{name}", dict(attributes or {}))


def _add_plot(area: Element, chart: Chart) -> None:
    lie = chart.kind == "bars"
    plot = _add(area, "barChart" if lie else "lineChart")
    if lie:
        _add(plot, "barDir", val="bar")
    _add(plot, "grouping", val="clustered" if lie else "standard")
    _add(plot, "varyColors", val="0")
    for index, series in enumerate(chart.series):
        _add_series(plot, chart, series, index)
    if lie:
        _add(plot, "gapWidth", val="45")
    else:
        _add(plot, "marker", val="1")
    _add(plot, "axId", val=_CATEGORY_AXIS)
    _add(plot, "axId", val=_VALUE_AXIS)


def _add_series(plot: Element, chart: Chart, series: Series, index: int) -> None:
    lie = chart.kind == "bars"
    made = _add(plot, "ser")
    _add(made, "idx", val=str(index))
    _add(made, "order", val=str(index))
    _add(_add(made, "tx"), "v", one_line(series.name) or " ")
    if lie:
        _fill(_add(made, "spPr"), _BARS[index % len(_BARS)])
        _add(made, "invertIfNegative", val="0")
        _add_values_shown(made, series)
    else:
        _add_stroke(made, index)
    if series.lower and series.upper and (lie or len(chart.series) <= _CROWDED):
        _add_whiskers(made, series)
    _add_strings(_add(made, "cat"), chart.categories)
    _add_numbers(_add(made, "val"), series.values)
    if not lie:
        _add(made, "smooth", val="0")


def _add_stroke(series: Element, index: int) -> None:
    kind = index % len(_LINES)
    _add_line(_add(series, "spPr"), _LINES[kind], 24_000, _DASHES[kind])
    marker = _add(series, "marker")
    _add(marker, "symbol", val=_MARKERS[kind])
    _add(marker, "size", val="7")
    shape = _add(marker, "spPr")
    _fill(shape, _LINES[kind] if kind < len(_LINES) - 1 else "FFFFFF")
    _add_line(shape, _LINES[kind], 12_000)


def _add_values_shown(series: Element, numbers: Series) -> None:
    """Write the shares on the bars, as the tables have them: a decimal only where it says something."""
    labels = _add(series, "dLbls")
    for index, value in enumerate(numbers.values):
        if value is not None:
            label = _add(labels, "dLbl")
            _add(label, "idx", val=str(index))
            whole = math.floor(value * 1000 + 0.5) % 10 == 0
            _add(label, "numFmt", formatCode="0%" if whole else "0.0%", sourceLinked="0")
            _add_shown(label)
    _add(labels, "numFmt", formatCode="0%", sourceLinked="0")
    _add_shown(labels)


def _add_shown(label: Element) -> None:
    _add_line(_add(label, "spPr"), "", 0)
    _add_letters(label, is_bold=True)
    _add(label, "dLblPos", val="inBase")  # whiskers stand at the other end
    for name in ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize"):
        _add(label, f"show{name}", val="1" if name == "Val" else "0")


def _add_whiskers(made: Element, series: Series) -> None:
    whiskers = _add(made, "errBars")
    _add(whiskers, "errBarType", val="both")
    _add(whiskers, "errValType", val="cust")
    _add(whiskers, "noEndCap", val="0")
    known = list(zip(series.values, series.lower, series.upper, strict=True))
    _add_numbers(
        _add(whiskers, "plus"), [max(upper - value, 0.0) if value is not None else None for value, _, upper in known]
    )
    _add_numbers(
        _add(whiskers, "minus"), [max(value - lower, 0.0) if value is not None else None for value, lower, _ in known]
    )
    _add_line(_add(whiskers, "spPr"), "404040", 12_700)


def _add_numbers(parent: Element, values: Sequence[float | None]) -> None:
    literal = _add(parent, "numLit")
    _add(literal, "formatCode", "0.0%")
    _add(literal, "ptCount", val=str(len(values)))
    for index, value in enumerate(values):
        if value is not None:
            _add(_add(literal, "pt", idx=str(index)), "v", repr(round(float(value), 6)))


def _add_strings(parent: Element, texts: Sequence[str]) -> None:
    literal = _add(parent, "strLit")
    _add(literal, "ptCount", val=str(len(texts)))
    for index, text in enumerate(texts):
        _add(_add(literal, "pt", idx=str(index)), "v", one_line(text) or " ")


def _top(chart: Chart) -> float:
    """Return where the axis of shares ends: above all that is drawn, at a fifth."""
    shown = [value for series in chart.series for value in (*series.values, *series.upper) if value is not None]
    return min(max(math.ceil(max(shown, default=1.0) * 5 - 1e-9) / 5, 0.2), 1.0)


def _add_category_axis(area: Element, *, lie: bool) -> None:
    axis = _add(area, "catAx")
    _add(axis, "axId", val=_CATEGORY_AXIS)
    # The first lies on top.
    _add(_add(axis, "scaling"), "orientation", val="maxMin" if lie else "minMax")
    _add(axis, "delete", val="0")
    _add(axis, "axPos", val="l" if lie else "b")
    _add(axis, "numFmt", formatCode="General", sourceLinked="0")
    _add(axis, "majorTickMark", val="none")
    _add(axis, "minorTickMark", val="none")
    _add(axis, "tickLblPos", val="low")
    _add_line(_add(axis, "spPr"), _AXIS, 9_525)
    _add_letters(axis)
    _add(axis, "crossAx", val=_VALUE_AXIS)
    _add(axis, "crosses", val="autoZero")
    _add(axis, "auto", val="0")
    _add(axis, "lblAlgn", val="ctr")
    _add(axis, "lblOffset", val="100")
    _add(axis, "noMultiLvlLbl", val="1")


def _add_value_axis(area: Element, top: float, *, lie: bool) -> None:
    axis = _add(area, "valAx")
    _add(axis, "axId", val=_VALUE_AXIS)
    scaling = _add(axis, "scaling")
    _add(scaling, "orientation", val="minMax")
    _add(scaling, "max", val=repr(top))
    _add(scaling, "min", val="0")
    _add(axis, "delete", val="0")
    _add(axis, "axPos", val="b" if lie else "l")
    _add_line(_add(_add(axis, "majorGridlines"), "spPr"), _GRID, 6_350)
    _add(axis, "numFmt", formatCode="0%", sourceLinked="0")
    _add(axis, "majorTickMark", val="none")
    _add(axis, "minorTickMark", val="none")
    _add(axis, "tickLblPos", val="nextTo")
    _add_line(_add(axis, "spPr"), "", 0)
    _add_letters(axis)
    _add(axis, "crossAx", val=_CATEGORY_AXIS)
    _add(axis, "crosses", val="max" if lie else "autoZero")  # below, since the categories run downwards
    _add(axis, "crossBetween", val="between")
    _add(axis, "majorUnit", val="0.2" if top > 0.5 else "0.1" if top > 0.2 else "0.05")


def _fill(shape: Element, color: str) -> None:
    _draw(_draw(shape, "solidFill"), "srgbClr", {"val": color})


def _add_line(shape: Element, color: str, width: int, dash: str = "solid") -> None:
    """Give a shape an outline; without colour it has none."""
    if not color:
        _draw(shape, "noFill")
        _draw(_draw(shape, "ln"), "noFill")
        return
    line = _draw(shape, "ln", {"w": str(width)})
    _fill(line, color)
    _draw(line, "prstDash", {"val": dash})
    _draw(line, "round")


def _add_letters(parent: Element, *, is_bold: bool = False) -> None:
    text = _add(parent, "txPr")
    _draw(text, "bodyPr")
    _draw(text, "lstStyle")
    paragraph = _draw(text, "p")
    default = _draw(_draw(paragraph, "pPr"), "defRPr", {"sz": str(_SMALL), "b": "1" if is_bold else "0"})
    _fill(default, _INK)
    for name, font in (("latin", _LATIN), ("ea", _FONT), ("cs", _LATIN)):
        _draw(default, name, {"typeface": font})
    _draw(paragraph, "endParaRPr", {"lang": "zh-CN"})
