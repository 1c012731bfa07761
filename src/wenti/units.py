"""The unit and project that a report counts for, by rules that need no other report."""

from __future__ import annotations

from collections.abc import Set
from typing import Final

from wenti.records import Report

NO_UNIT: Final = "未注明单位"


def project_of(report: Report) -> str:
    """Return what a report's project is called: its name, else the report's title, else its file and part."""
    return report.project or report.title or f"{report.source.path}#{report.source.part}"


def own_unit(report: Report, joint: str) -> str:
    """Return the unit that a report counts for: its only one, what says that it names none, or a joint unit.

    Parameters
    ----------
    report : Report
    joint : str
        What the joint unit of its several units is called.
    """
    if len(set(report.units)) > 1:
        return joint
    return next(iter(report.units), f"{NO_UNIT}：{project_of(report)}")


def units_counted(report: Report, own: str, at_fault: Set[str]) -> list[str]:
    """Return the units that a report puts into what prevalence is a share of.

    Several units of one project are one joint unit. Where all findings name the unit at fault, the members are told
    apart, and there is no joint unit beside them.

    Parameters
    ----------
    report : Report
    own : str
        The unit that it counts for.
    at_fault : set of str
        Units of its findings.
    """
    if at_fault and own not in at_fault:
        return list(dict.fromkeys(report.units))
    return [own, *sorted(at_fault - {own})]
