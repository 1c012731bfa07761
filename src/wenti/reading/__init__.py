"""Files to reports: a reader for each format, then one understanding of what the text means.

A format reader makes paragraphs and tables of bytes (:mod:`wenti.reading.document`); :mod:`wenti.reading.structure` makes
a report of these, with sections that hold paragraphs with their place; :mod:`wenti.segmentation` makes statements.
"""

from __future__ import annotations

from wenti.reading.content import reports_in
from wenti.reading.files import contents_of, is_light, read_reports, report_files
from wenti.reading.formats import SUFFIXES

__all__ = ["SUFFIXES", "contents_of", "is_light", "read_reports", "report_files", "reports_in"]
