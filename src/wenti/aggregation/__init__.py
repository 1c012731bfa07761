"""Findings to a summary: what units and projects share, counted so that long reports weigh no more than short ones."""

from wenti.aggregation.aggregate import Background, Side, aggregate
from wenti.aggregation.correction import Evidence

__all__ = ["Background", "Evidence", "Side", "aggregate"]
