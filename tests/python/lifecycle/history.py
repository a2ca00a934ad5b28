"""What happened to a lead, as plain values: the input of the models and of the reference alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

REPORTING_ZONE = ZoneInfo("Europe/Berlin")
UTC = ZoneInfo("UTC")
AS_OF = datetime(2026, 7, 1, 4)


def reporting_date(instant: datetime) -> date:
    """The calendar day of a UTC instant where the company reports."""
    return instant.replace(tzinfo=UTC).astimezone(REPORTING_ZONE).date()


def end_of_day(instant: datetime) -> datetime:
    """The last second of the reporting day of a UTC instant, in UTC."""
    midnight = datetime.combine(reporting_date(instant) + timedelta(days=1), datetime.min.time())
    return midnight.replace(tzinfo=REPORTING_ZONE).astimezone(UTC).replace(tzinfo=None) - timedelta(seconds=1)


@dataclass(frozen=True)
class Touch:
    """An eligible touch; a form is an inquiry, a session is none."""

    at: datetime
    is_inquiry: bool


@dataclass(frozen=True)
class Declaration:
    """A stage or an exit that a system declared. A date stands at the end of its day."""

    at: datetime
    stage: str | None
    exit_state: str | None = None
    precision: str = "second"
    is_contradicted: bool = False


@dataclass(frozen=True)
class Deal:
    """A linked opportunity: opened, perhaps in the pipeline from some instant, perhaps closed."""

    opened_at: datetime
    opportunity_at: datetime | None
    closed_at: datetime | None
    is_won: bool


@dataclass(frozen=True)
class History:
    """Everything that is known of one lead."""

    created_at: datetime | None
    touches: tuple[Touch, ...]
    declarations: tuple[Declaration, ...]
    deals: tuple[Deal, ...]
