"""Marketing automation: whom it knows, what it declares, and when the CRM hears of it."""

from __future__ import annotations

from random import Random

from leitstand.company import constants as c
from leitstand.company import names
from leitstand.company.clock import DAY, HORIZON, HOUR, Instant, lag_seconds, web_time
from leitstand.company.ledger import Fact, Ledger
from leitstand.company.people import Person
from leitstand.company.records import AUTOMATION, CRM, LEGACY, Record

SECOND_ADDRESS_DAYS = 60  # the second address follows within
LONGEST_SYNC = 12 * HOUR


class Automation:
    """Keeps one record an address, and hands what is ready to the CRM."""

    def __init__(self, rng: Random, ledger: Ledger) -> None:
        """Nobody is known yet; its history goes into the ledger."""
        self._rng = rng
        self._ledger = ledger

    def meet(self, person: Person, at: Instant) -> None:
        """Somebody fills in a form or is imported, and is known from then on, if at all."""
        rng = self._rng
        rate = c.AUTOMATION_KNOWS if person.first_touch else c.AUTOMATION_IMPORTS
        if rng.random() < rate:
            self._add(person, at, person.email)
            if person.first_touch and rng.random() < c.SECOND_ADDRESS:
                self._meet_again(person, at)

    def inquire(self, person: Person, at: Instant, fact: Fact | None) -> None:
        """Somebody known asks for something."""
        if person.known:
            self._declare(person, "Engaged", at, fact)

    def qualify(self, person: Person, at: Instant, is_hand_raiser: bool, fact: Fact | None) -> Instant:
        """Declare an MQL where the person is known; returns when the CRM hears of it."""
        if not person.known:
            return at
        self._declare(person, "Sales Ready" if is_hand_raiser else "MQL", at, fact)
        return at + min(120 + lag_seconds(self._rng, c.SYNC_LAG), LONGEST_SYNC)

    def nurture(self, person: Person, at: Instant) -> None:
        """Sales gave the person back: the CRM tells, and nurturing goes on."""
        if person.known:
            self._declare(person, "Nurture", at + HOUR, None)

    def link(self, person: Person) -> None:
        """Write down the key under which the CRM knows the person, where the two have been synchronised."""
        found = [entry.successor if entry.system == LEGACY else entry for entry in person.entries]
        keys = [record for record in found if record and record.record_id and record.system == CRM]
        for record in person.known:
            if keys and record.email == person.email and self._rng.random() >= c.UNSYNCHRONISED:
                record.foreign = keys[0]

    def _add(self, person: Person, at: Instant, email: str) -> Record:
        phone = person.phone if self._rng.random() < c.AUTOMATION_HAS_PHONE else ""
        source = person.source if person.first_touch else ""
        record = Record(person, AUTOMATION, "lead", at, email, phone, source)
        record.visitor_id = person.visitor_ids[0]
        person.known.append(record)
        self._ledger.change(record, "Lifecycle", "Known", at, self._ledger.machine)
        return record

    def _meet_again(self, person: Person, at: Instant) -> None:
        """The same human with a private address; sometimes somebody notices and merges the two."""
        rng = self._rng
        again_at = web_time(rng, at, int(rng.uniform(1, SECOND_ADDRESS_DAYS) * DAY))
        if again_at >= HORIZON:
            return
        local = f"{names.slug(person.first_name)}.{names.slug(person.last_name)}"
        email = f"{local}.{rng.randrange(100_000, 1_000_000)}@{rng.choice(names.FREE_MAIL)}"
        second = self._add(person, again_at, email)
        second.visitor_id = ""
        if rng.random() < c.SECOND_ADDRESS_MERGED:
            second.merged_into = person.known[0]

    def _declare(self, person: Person, value: str, at: Instant, fact: Fact | None) -> None:
        self._ledger.change(person.known[0], "Lifecycle", value, at, self._ledger.machine, fact=fact)
