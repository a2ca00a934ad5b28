"""The opportunities that come from leads: from the analysis of needs to the order or its loss."""

from __future__ import annotations

import math
from random import Random

from leitstand.company import constants as c
from leitstand.company import names
from leitstand.company.choice import Weighted, few
from leitstand.company.clock import DAY, HORIZON, HOUR, Instant, lag_seconds, office_time
from leitstand.company.ledger import Fact, Ledger
from leitstand.company.opportunities import Book, Opportunity, rounded
from leitstand.company.paths import Paths
from leitstand.company.people import Person
from leitstand.company.records import convert

OTHERS_ON_A_DEAL = (0, 0, 1, 1, 2)  # further people of the account
ROLES = ("Technik", "Einkauf", "Geschäftsführung")
PRICE_TALK = 0.6  # deals whose amount changes while it is negotiated
GIVEN_UP = 0.75  # opportunities without an offer that somebody closes; the rest stays open
MEETINGS = 2.0  # mean number of further meetings on a deal
VISITS_ON_A_DEAL = 1.0


class Deals:
    """Opens opportunities and plays them to their end."""

    def __init__(self, rng: Random, book: Book, paths: Paths, ledger: Ledger) -> None:
        """Opportunities go into `book`, the rest into `paths` and `ledger`."""
        self._rng = rng
        self._book = book
        self._paths = paths
        self._ledger = ledger
        self._losses = Weighted(c.LOSS_REASONS)

    def open(self, person: Person, sql_at: Instant) -> None:
        """Sales turns a qualified lead into an opportunity."""
        rng = self._rng
        created_at = office_time(rng, sql_at, lag_seconds(rng, c.DEAL_LAG))
        if created_at >= HORIZON:
            return
        deal = self._book.open(self._make(person, created_at))
        record = person.record(created_at)
        if record.kind == "lead":
            self._ledger.status(person, "Konvertiert", created_at, person.seller)
            convert(record, created_at)
            if rng.random() < c.CONVERTED_LINK:
                record.opportunity = deal
        self._book.phase(deal, "Bedarfsanalyse", created_at)
        if rng.random() < c.ENTERS_PIPELINE:
            self._offer(deal, person)
        elif rng.random() < GIVEN_UP:
            lost_at = office_time(rng, created_at, rng.randrange(20, 120) * DAY)
            self._close(deal, person, lost_at, "Verloren")

    def _make(self, person: Person, created_at: Instant) -> Opportunity:
        rng, account = self._rng, person.account
        is_customer = account is not None and account.is_customer(created_at)
        is_swiss = account is not None and account.country == "CH"
        campaign_id = person.first_touch.visit.campaign_id if person.first_touch else ""
        deal = Opportunity(
            account=account,
            kind="Erweiterung" if is_customer else "Neugeschäft",
            product=rng.choice(names.PRODUCTS),
            currency="CHF" if is_swiss and rng.random() < c.CHF_SHARE else "EUR",
            owner=person.seller,
            created_at=created_at,
            person=person,
            is_partner=person.origin_path == "partner",
            campaign_id=campaign_id if campaign_id.startswith("K-") else "",
        )
        deal.contacts.append((person, "Entscheider"))
        known = [p for p in account.people if p.entries[0].created_at < created_at] if account else []
        others = [p for p in known if p is not person]
        count = min(rng.choice(OTHERS_ON_A_DEAL), len(others))
        deal.contacts += [(other, rng.choice(ROLES)) for other in rng.sample(others, count)]
        return deal

    def _offer(self, deal: Opportunity, person: Person) -> None:
        rng = self._rng
        offer_at = office_time(rng, deal.created_at, lag_seconds(rng, c.OFFER_LAG))
        is_late = rng.random() < c.AMOUNT_LATE
        priced_at = office_time(rng, offer_at, rng.randrange(1, 4) * DAY) if is_late else offer_at
        factor = c.EXPANSION_FACTOR if deal.kind == "Erweiterung" else 1.0
        amount = rounded(c.AMOUNT_MEDIAN * factor * math.exp(rng.gauss(0, c.AMOUNT_SIGMA)))
        if priced_at < HORIZON:
            deal.entered_at, deal.entry_amount = priced_at, amount
        fact = self._reach(deal, person, "opportunity", priced_at)
        self._book.phase(deal, "Angebot", offer_at, fact=fact)
        self._book.price(deal, amount, priced_at, fact)
        self._negotiate(deal, person, offer_at, amount)

    def _negotiate(self, deal: Opportunity, person: Person, offer_at: Instant, amount: float) -> None:
        rng = self._rng
        shortest, longest, most_frequent = c.CLOSE_DAYS
        days = rng.triangular(shortest, longest, most_frequent)
        closed_at = office_time(rng, offer_at, int(days * DAY))
        self._paths.return_visits(person, offer_at, closed_at, VISITS_ON_A_DEAL)
        for _ in range(1 + few(rng, MEETINGS)):
            met_at = office_time(rng, offer_at, int(rng.random() * days * DAY))
            kind = rng.choice(("meeting", "call", "email"))
            self._ledger.act(person, deal.owner, kind, met_at, opportunity=deal)
        talks_at = office_time(rng, offer_at, int(days * rng.uniform(0.4, 0.8) * DAY))
        self._book.phase(deal, "Verhandlung", talks_at)
        if rng.random() < PRICE_TALK:
            self._book.price(deal, rounded(amount * rng.uniform(0.82, 1.10)), talks_at + HOUR)
        is_won = rng.random() < c.WIN_RATE
        self._close(deal, person, closed_at, "Gewonnen" if is_won else "Verloren")

    def _close(self, deal: Opportunity, person: Person, closed_at: Instant, phase: str) -> None:
        is_won = phase == "Gewonnen"
        reason = "" if is_won else self._losses.draw(self._rng)
        fact = self._reach(deal, person, "won" if is_won else "lost", closed_at, reason)
        self._book.phase(deal, phase, closed_at, reason=reason, fact=fact)

    def _reach(
        self, deal: Opportunity, person: Person, what: str, at: Instant, reason: str = ""
    ) -> Fact | None:
        fact = self._ledger.reach(person, what, at, reason)
        if fact:
            deal.facts[what] = fact
        return fact
