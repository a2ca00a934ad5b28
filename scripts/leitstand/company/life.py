"""The two years, lived through: everybody who arrives, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from leitstand.company import constants as c
from leitstand.company.accounts import Account, Accounts
from leitstand.company.arrivals import Arrival, arrivals
from leitstand.company.campaigns import Campaigns
from leitstand.company.clock import DAY, HORIZON, Instant, office_time, web_time
from leitstand.company.deals import Deals
from leitstand.company.funnel import Funnel
from leitstand.company.ledger import Ledger
from leitstand.company.opportunities import Book, Opportunity
from leitstand.company.paths import Paths
from leitstand.company.people import Lead, People, Person, other_spelling
from leitstand.company.renewals import renew
from leitstand.company.users import Users
from leitstand.company.visits import Touch

DUPLICATE_DAYS = 20  # the second record follows within
VISITS_WINDOW = 40 * DAY  # in which people come back after their inquiry
JUST_WEBSITE = 0.2  # forms that say "Website" whatever brought the visitor
SOURCES = {
    "paid_search": "Google Ads",
    "paid_social": "Social Ads",
    "organic_search": "Website",
    "organic_social": "Social Media",
    "email": "Newsletter",
    "referral": "Empfehlung",
    "event": "Messe",
    "webinar": "Webinar",
    "direct": "Website",
    "ai_assistant": "Website",
    "trade_press": "Fachpresse",
    "partner": "Partner",
}
OUTBOUND_SOURCES = {
    "sales": "Kaltakquise",
    "sdr_outbound": "Inside Sales",
    "customer_expansion": "Bestandskunde",
    "unknown": "Sonstiges",
}


@dataclass
class History:
    """All that happened, true and recorded."""

    accounts: Accounts
    users: Users
    campaigns: Campaigns
    people: list[Person]
    ledger: Ledger
    opportunities: list[Opportunity]
    touches: list[Touch]

    @property
    def leads(self) -> list[Lead]:
        """All records of people, in the order of their keys."""
        return sorted(
            (lead for person in self.people for lead in person.leads),
            key=lambda lead: lead.record_id,
        )


class Life:
    """Everybody's life, one arrival after the other."""

    def __init__(self, seed: int) -> None:
        """Each part draws from a stream of its own, so that none disturbs another."""
        self._rng = Random(f"{seed} life")
        self._campaigns = Campaigns()
        self._users = Users(Random(f"{seed} users"))
        self._accounts = Accounts(Random(f"{seed} accounts"))
        self._people = People(Random(f"{seed} people"), self._users)
        self._paths = Paths(Random(f"{seed} paths"), self._campaigns)
        self._ledger = Ledger(Random(f"{seed} ledger"), self._users.machine)
        self._book = Book(self._ledger)
        deals = Deals(Random(f"{seed} deals"), self._book, self._paths, self._ledger)
        self._funnel = Funnel(Random(f"{seed} funnel"), self._users, self._paths, self._ledger, deals)

    def live(self) -> History:
        """Live the two years."""
        renew(self._rng, self._book, self._accounts, self._users)
        for arrival in arrivals(self._rng, self._campaigns):
            self._live_one(arrival)
        self._paths.anonymous()
        people = [person for person in self._people.all if person.leads]
        _number("L-", 100_001, [lead for person in people for lead in person.leads])
        _number("V-", 20_001, self._book.all)
        return History(
            self._accounts,
            self._users,
            self._campaigns,
            people,
            self._ledger,
            self._book.all,
            sorted(self._paths.touches, key=lambda touch: (touch.happened_at, touch.visitor_id)),
        )

    def _live_one(self, arrival: Arrival) -> None:
        person = self._people.make(arrival.origin_path, arrival.channel, self._draw_account(arrival))
        if arrival.channel in ("", "partner"):
            self._appear(person, arrival.instant)
            return
        inquiry_at = self._paths.to_inquiry(person, arrival)
        if inquiry_at >= HORIZON:
            return
        ready_at = self._inquire(person, inquiry_at)
        self._paths.return_visits(person, inquiry_at, inquiry_at + VISITS_WINDOW, c.TOUCHES_AFTER)
        if self._rng.random() < c.NEWSLETTER_SENT:
            self._paths.newsletter_sent(person, inquiry_at)
        self._funnel.qualify(person, ready_at)

    def _draw_account(self, arrival: Arrival) -> Account | None:
        """Customers buy again; everybody else comes from companies that never bought."""
        expands = arrival.origin_path == "customer_expansion"
        if not expands and self._rng.random() >= c.HAS_ACCOUNT:
            return None
        return self._accounts.draw(self._rng, lambda account: account.is_customer(arrival.instant) == expands)

    def _appear(self, person: Person, at: Instant) -> None:
        """Somebody is typed in: found by sales, brought by a partner, or nobody knows from where."""
        self._enter(person, at)
        if person.origin_path == "partner":
            self._funnel.take_up(person, at)
        elif person.origin_path == "unknown":
            self._ask(person, at, at)
            self._funnel.qualify(person, at)
        else:
            self._funnel.call(person, office_time(self._rng, at, 1_800))

    def _inquire(self, person: Person, inquiry_at: Instant) -> Instant:
        """Somebody makes themselves known; returns when all of it stands in the CRM.

        Trade-fair cards are often typed in days later, and a second form may make a second record.
        """
        rng = self._rng
        late = c.LATE_CREATED_EVENT if person.channel == "event" else c.LATE_CREATED
        created_at = inquiry_at
        if rng.random() < late:
            created_at = office_time(rng, inquiry_at, rng.randrange(1, 7) * DAY)
            created_at = created_at if created_at < HORIZON else inquiry_at
        lead = self._enter(person, created_at)
        self._ask(person, inquiry_at, created_at)
        ready_at = created_at
        if lead.email and rng.random() < c.DUPLICATES:
            ready_at = self._enter_again(person, created_at)
        assert person.first_touch is not None
        devices = {person.visitor_ids[0], *(lead.visitor_id for lead in person.leads)}
        linked = person.has_consent and person.first_touch.visitor_id in devices
        self._ledger.reach(person, 1, "first_touch", person.first_touch.happened_at, linked)
        return ready_at

    def _enter(self, person: Person, created_at: Instant) -> Lead:
        """A first record; one of e-mail and telephone is always there."""
        rng = self._rng
        email = "" if rng.random() < c.MISSING_EMAIL else person.email
        phone = "" if email and rng.random() < c.MISSING_PHONE else person.phone
        if person.channel and person.channel != "partner" and rng.random() < JUST_WEBSITE:
            source = "Website"
        else:
            source = SOURCES.get(person.channel) or OUTBOUND_SOURCES[person.origin_path]
        lead = Lead(person, created_at, email, phone, source)
        person.leads.append(lead)
        if person.account:
            person.account.people.append(person)
        user = self._ledger.machine if person.channel else person.seller
        self._ledger.change(lead, "Status", "Neu", created_at, user)
        return lead

    def _ask(self, person: Person, inquiry_at: Instant, entered_at: Instant) -> None:
        stage = self._ledger.reach(person, 1, "inquiry", inquiry_at)
        self._ledger.change(
            person.lead,
            "Status",
            "Anfrage",
            inquiry_at,
            self._ledger.machine,
            stage=stage,
            entered_at=entered_at,
        )

    def _enter_again(self, person: Person, after: Instant) -> Instant:
        """A second record of the same human, by the same address in another spelling."""
        rng = self._rng
        created_at = web_time(rng, after, int(rng.random() * DUPLICATE_DAYS * DAY))
        if created_at >= HORIZON:
            return after
        first = person.lead
        twin = Lead(person, created_at, other_spelling(rng, first.email), "", "Website")
        twin.visitor_id = person.visitor_ids[-1]
        person.leads.append(twin)
        self._ledger.change(twin, "Status", "Neu", created_at, self._ledger.machine)
        self._ledger.change(twin, "Status", "Anfrage", created_at, self._ledger.machine)
        person.worked = int(rng.random() < c.WORKED_DUPLICATES)
        if rng.random() < c.MERGED_DUPLICATES:
            survivor, loser = (twin, first) if person.worked else (first, twin)
            loser.merged_into = survivor
        return created_at


def _number(prefix: str, first: int, records: Iterable[Lead | Opportunity]) -> None:
    """Give the records their keys, in the order in which they were created."""
    ordered = sorted(records, key=lambda record: record.created_at)
    for number, record in enumerate(ordered, start=first):
        record.record_id = f"{prefix}{number}"
