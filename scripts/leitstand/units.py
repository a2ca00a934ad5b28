"""The unit in which people read the figures of a KPI."""

from __future__ import annotations


def read_as(kpi: str, unit: str) -> str:
    """The unit that a KPI is read in, from that of the agreement.

    A rate of amounts is a `ratio` there: it may lie outside 0 to 1, and its interval is not that of cases.
    It is read in per cent, as a `share` is.
    """
    return "share" if unit == "ratio" and kpi.endswith(("_rate", "_share")) else unit
