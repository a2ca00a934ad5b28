"""From the MQL to somebody's desk, and to the first answer."""

from __future__ import annotations

from random import Random

from leitstand.company import constants as c
from leitstand.company.choice import few
from leitstand.company.clock import DAY, HOUR, Instant, lag_seconds, office_time
from leitstand.company.ledger import Ledger
from leitstand.company.people import Person
from leitstand.company.records import CRM

ATTEMPTS = 1.2  # mean number of further attempts to reach an MQL
CALLBACK = 0.35  # called people who call back


class Routing:
    """Gives MQLs to their sellers, and lets somebody call them."""

    def __init__(self, rng: Random, ledger: Ledger) -> None:
        """Owners and calls go into the ledger."""
        self._rng = rng
        self._ledger = ledger

    def route(self, person: Person, at: Instant) -> None:
        """The CRM gives a lead to a seller: mostly within the hour, sometimes late, sometimes never."""
        rng = self._rng
        record = person.record(at)
        if rng.random() < c.NEVER_ROUTED:
            record.owner_id = ""
            self._ledger.plant("never_routed", at)
            return
        if rng.random() < c.ROUTED_LATE:
            routed_at = office_time(rng, at, int(rng.uniform(1, 5) * DAY))
            self._ledger.plant("routed_late", routed_at)
        else:
            routed_at = at + rng.randrange(60, HOUR)
        record.owner_id = person.seller.user_id
        if record.system == CRM:
            user_id = person.seller.user_id
            self._ledger.change(record, "Besitzer", user_id, routed_at, self._ledger.machine, old="")

    def respond(self, person: Person, at: Instant) -> None:
        """Inside sales calls an MQL, mostly soon; where a team keeps that to itself, it takes its time."""
        rng, ledger = self._rng, self._ledger
        if rng.random() < c.NEVER_CALLED:
            return
        is_slow = person.seller.team == c.SLOW_TEAM
        user = person.seller if is_slow else person.caller
        lag = lag_seconds(rng, c.RESPONSE_LAG) * (c.SLOW_RESPONSE if is_slow else 1)
        at = office_time(rng, at, int(lag))
        for _ in range(1 + few(rng, ATTEMPTS)):
            kind = "call" if rng.random() < 0.65 else "email"
            ledger.act(person, user, kind, at)
            if rng.random() < CALLBACK:
                ledger.act(person, user, kind, at + 2 * HOUR, direction="inbound")
            at = office_time(rng, at, int(rng.uniform(0.8, 3) * DAY))
