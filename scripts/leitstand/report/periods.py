"""Months, each by its first day, and the years that the page looks back on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

YEAR = 12


def add_months(month: dt.date, count: int) -> dt.date:
    """The month that many months later; earlier where the count is negative."""
    years, index = divmod(month.month - 1 + count, 12)
    return dt.date(month.year + years, index + 1, 1)


@dataclass(frozen=True)
class TwelveMonths:
    """The twelve months that end with `last`."""

    last: dt.date

    @property
    def first(self) -> dt.date:
        """The first of the twelve."""
        return add_months(self.last, 1 - YEAR)

    @property
    def months(self) -> tuple[dt.date, ...]:
        """All twelve, oldest first."""
        return tuple(add_months(self.first, i) for i in range(YEAR))

    @property
    def year_before(self) -> TwelveMonths:
        """The twelve months before these."""
        return TwelveMonths(add_months(self.last, -YEAR))
