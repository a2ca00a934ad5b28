"""The work list of the hand-over: which leads wait for an answer or a decision of sales."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from leitstand import spreadsheet
from leitstand.config import Company
from leitstand.errors import BadInput, nearest
from leitstand.warehouse import open_warehouse

_WAITING = """
    with
    -- the business time of each calendar that had passed by the last build
    passed as (
        select
            days.calendar,
            sum(greatest(epoch(least(days.closes_at, reporting.as_of)) - epoch(days.opens_at), 0)) as seconds
        from intermediate.int_handover__business_days as days
        cross join intermediate.int_reporting__as_of as reporting
        where days.opens_at is not null
        group by days.calendar
    ),
    listed as (
        select
            clocks.*,
            clocks.responded_at is null as is_unanswered,
            case
                when clocks.responded_at is null then clocks.response_due_at else clocks.decision_due_at
            end as due_at,
            case
                when clocks.responded_at is null
                    then clocks.response_due_seconds
                else clocks.decision_due_seconds
            end as due_seconds
        from intermediate.int_handover__clocks as clocks
        inner join core.fct_lead_lifecycle as cycles
            on clocks.lead_id = cycles.lead_id
            and clocks.cycle_number = cycles.cycle_number
        where clocks.decision is null and cycles.exit_state is null
    )
    select
        listed.team,
        case when listed.is_unanswered then 'answer' else 'decision' end as waits_for,
        listed.due_at,
        listed.due_at <= reporting.as_of as is_overdue,
        greatest(coalesce(passed.seconds, 0) - listed.due_seconds, 0) / 60 as overdue_minutes,
        listed.sla_tier,
        listed.handed_over_at,
        listed.response_due_at,
        listed.decision_due_at,
        listed.connection,
        listed.record_id,
        listed.owner_id
    from listed
    left join passed on listed.calendar = passed.calendar
    cross join intermediate.int_reporting__as_of as reporting
    where ? is null or listed.team = ?
    order by listed.team, listed.due_at, listed.connection, listed.record_id
"""


@dataclass(frozen=True)
class Waiting:
    """One lead that waits: instants are UTC; the record is named as its system names it, never the person.

    `overdue_minutes` is business time of the calendar that the hand-over runs on.
    """

    team: str
    waits_for: str
    due_at: dt.datetime
    is_overdue: bool
    overdue_minutes: float
    sla_tier: str
    handed_over_at: dt.datetime
    response_due_at: dt.datetime
    decision_due_at: dt.datetime
    connection: str
    record_id: str
    owner_id: str | None


def waiting(company: Company, team: str | None = None) -> list[Waiting]:
    """What waits for an answer or a decision as of the last build, by team and deadline.

    Raises:
        BadInput: nothing has been built yet, or no user works in that team.
    """
    unbuilt = BadInput(
        f"{company.warehouse}: expected a built warehouse, found one without hand-overs. "
        f"Run `leitstand build` first."
    )
    if not company.warehouse.is_file():
        raise unbuilt
    with open_warehouse(company.warehouse, read_only=True) as db:
        try:
            found = db.execute("select team from intermediate.int_handover__teams").fetchall()
            teams = [name for (name,) in found]
            if team is not None and team not in [*teams, "(not set)"]:
                raise BadInput(
                    f"--team: expected one of {', '.join(sorted(teams))}, "
                    f"found {team!r}{nearest(team, teams)}. Name a team as the CRM does."
                )
            rows = db.execute(_WAITING, [team, team]).fetchall()
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise unbuilt from error
    return [Waiting(*row) for row in rows]


def as_csv(rows: Sequence[Waiting]) -> str:
    """The list as CSV with a header; instants in UTC."""
    return spreadsheet.as_csv(Waiting, rows)
