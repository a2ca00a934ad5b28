"""When sellers expect their opportunities to close, and how often they put it off."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from leitstand.company import constants as c
from leitstand.company.clock import DAY, HORIZON, Day, Instant, at, day_of, office_time
from leitstand.company.opportunities import Opportunity

USUAL_DAYS = {"Neugeschäft": 115, "Erweiterung": 115, "Verlängerung": 45}  # from creation to the close
SPREAD = (0.6, 1.3)  # of the usual days; sellers hope
PUT_OFF_DAYS = (20, 60)
NOTICED_DAYS = 4  # the day passes, and is put off within


@dataclass(frozen=True, slots=True)
class Postponement:
    """One change of the day on which an opportunity is expected to close."""

    opportunity: Opportunity
    old_day: Day
    new_day: Day
    changed_at: Instant


def forecast(rng: Random, opportunities: list[Opportunity]) -> list[Postponement]:
    """Give opportunities the day on which they are to close; returns its changes in order of time."""
    changes: list[Postponement] = []
    for deal in sorted(opportunities, key=lambda deal: deal.record_id):
        is_carried_over = deal.closed_at == deal.created_at
        if is_carried_over or rng.random() < c.NO_CLOSE_DATE:
            continue
        day = day_of(deal.created_at) + round(USUAL_DAYS[deal.kind] * rng.uniform(*SPREAD))
        while rng.random() < c.PUTS_OFF:
            changed_at = office_time(rng, at(day + 1, 0), rng.randrange(NOTICED_DAYS) * DAY)
            if changed_at >= (HORIZON if deal.closed_at is None else deal.closed_at):
                break
            later = day_of(changed_at) + rng.randint(*PUT_OFF_DAYS)
            changes.append(Postponement(deal, day, later, changed_at))
            day = later
        deal.expected_day = day
    return sorted(changes, key=lambda change: (change.changed_at, change.opportunity.record_id))
