"""A reviewer's hand: a workbook in which a person corrects what reports were tagged with, read back and applied."""

from wenti.review.applying import apply_review, labelled_rows
from wenti.review.reading import ReviewSheet, read_review
from wenti.review.writing import check_new, write_review

__all__ = ["ReviewSheet", "apply_review", "check_new", "labelled_rows", "read_review", "write_review"]
