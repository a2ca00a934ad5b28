"""The two years, lived through: everybody who arrives, and what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from leitstand.company import constants as c
from leitstand.company.accounts import Account, Accounts
from leitstand.company.arrivals import Arrival, arrivals
from leitstand.company.automation import Automation
from leitstand.company.campaigns import Campaigns
from leitstand.company.clock import DAY, HORIZON, START, Instant, office_time, web_time
from leitstand.company.deals import Deals
from leitstand.company.funnel import Funnel
from leitstand.company.ledger import Ledger
from leitstand.company.opportunities import Book, Opportunity
from leitstand.company.paths import Paths
from leitstand.company.people import People, Person, other_spelling
from leitstand.company.records import LEGACY, Record, entered, number
from leitstand.company.renewals import renew
from leitstand.company.users import Users
from leitstand.company.visits import Touch

OWN_DOMAIN = "talbrueck.example"
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
    internal: list[Person]
    """Tests, and colleagues who try the forms: no leads."""
    ledger: Ledger
    opportunities: list[Opportunity]
    touches: list[Touch]

    def records(self, system: str, kind: str = "lead") -> list[Record]:
        """All records of people in one system, in the order of their keys."""
        return sorted(
            (
                record
                for person in [*self.people, *self.internal]
                for record in person.records
                if record.system == system and record.kind == kind
            ),
            key=lambda record: record.record_id,
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
        self._automation = Automation(Random(f"{seed} automation"), self._ledger)
        deals = Deals(Random(f"{seed} deals"), self._book, self._paths, self._ledger)
        self._funnel = Funnel(
            Random(f"{seed} funnel"), self._users, self._paths, self._ledger, self._automation, deals
        )
        self._internal: list[Person] = []

    def live(self) -> History:
        """Live the two years."""
        renew(self._rng, self._book, self._accounts, self._users)
        for arrival in arrivals(self._rng, self._campaigns):
            self._live_one(arrival)
        self._paths.anonymous()
        self._try_forms()
        people = [p for p in self._people.all if p.records and p not in self._internal]
        self._leave_behind(people)
        number(record for person in [*people, *self._internal] for record in person.records)
        for person in people:
            self._automation.link(person)
        for position, deal in enumerate(sorted(self._book.all, key=lambda deal: deal.created_at)):
            deal.record_id = f"V-{20_001 + position}"
        return History(
            self._accounts,
            self._users,
            self._campaigns,
            people,
            self._internal,
            self._ledger,
            self._book.all,
            sorted(self._paths.touches, key=lambda touch: (touch.happened_at, touch.visitor_id)),
        )

    def _live_one(self, arrival: Arrival) -> None:
        person = self._people.make(arrival.origin_path, arrival.channel, self._draw_account(arrival))
        person.source = self._source(person)
        if arrival.channel in ("", "partner"):
            self._appear(person, arrival.instant)
            return
        inquiry_at = self._paths.to_inquiry(person, arrival)
        if inquiry_at >= HORIZON:
            return
        is_kept_back = not person.account and self._rng.random() < c.ONLY_AUTOMATION
        ready_at = self._inquire(person, inquiry_at, is_kept_back)
        self._paths.return_visits(person, inquiry_at, inquiry_at + VISITS_WINDOW, c.TOUCHES_AFTER)
        if self._rng.random() < c.NEWSLETTER_SENT:
            self._paths.newsletter_sent(person, inquiry_at)
        if person.entries:
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
        self._automation.meet(person, at)
        if person.origin_path == "partner":
            self._funnel.take_up(person, at)
        elif person.origin_path == "unknown":
            self._funnel.ask(person, at, at, is_seen=False)
            self._funnel.qualify(person, at)
        else:
            self._funnel.call(person, office_time(self._rng, at, 1_800))

    def _inquire(self, person: Person, inquiry_at: Instant, is_kept_back: bool) -> Instant:
        """Somebody makes themselves known; returns when all of it stands in the CRM.

        Trade-fair cards are often typed in days later, and a second form may make a second record. Some are
        kept back by marketing automation and never reach the CRM.
        """
        rng = self._rng
        person.has_withdrawn = person.has_consent and rng.random() < c.WITHDRAWN
        late = c.LATE_CREATED_EVENT if person.channel == "event" else c.LATE_CREATED
        created_at = inquiry_at
        if rng.random() < late:
            created_at = office_time(rng, inquiry_at, rng.randrange(1, 7) * DAY)
            created_at = created_at if created_at < HORIZON else inquiry_at
        self._automation.meet(person, created_at)
        if not (is_kept_back and person.known):
            self._enter(person, created_at)
        self._funnel.ask(person, inquiry_at, created_at, person.may_be_tracked)
        ready_at = created_at
        is_alone = "@" in person.email and not (person.account and person.account.mailbox)
        if person.entries and person.entries[0].email and is_alone and rng.random() < c.DUPLICATES:
            ready_at = self._enter_again(person, created_at)
            if ready_at > created_at and rng.random() < c.THIRD_RECORD:
                ready_at = self._enter_again(person, ready_at)
        assert person.first_touch is not None
        devices = {person.visitor_ids[0], *(entry.visitor_id for entry in person.entries)}
        fact = self._ledger.reach(person, "first_touch", person.first_touch.happened_at)
        if fact and person.may_be_tracked and person.first_touch.visitor_id in devices:
            fact.exact += 1
        return ready_at

    def _source(self, person: Person) -> str:
        """Where the person came from, as the forms and the sellers put it."""
        if person.channel and person.channel != "partner" and self._rng.random() < JUST_WEBSITE:
            return "Website"
        return SOURCES.get(person.channel) or OUTBOUND_SOURCES[person.origin_path]

    def _enter(self, person: Person, created_at: Instant) -> Record:
        """A first record; one of e-mail and telephone is always there."""
        rng = self._rng
        email = "" if rng.random() < c.MISSING_EMAIL else person.email
        phone = "" if email and rng.random() < c.MISSING_PHONE else person.phone
        if email and rng.random() < c.OTHER_SPELLING:
            email = other_spelling(rng, email)
        if not email and rng.random() < c.PLACEHOLDERS:
            email = rng.choice(("n/a", "keine@angabe", "unbekannt"))
        if not phone and rng.random() < c.PLACEHOLDERS / 10:
            phone = rng.choice(("0000000", "-", "123456"))
        record = entered(person, created_at, email, phone, person.source)
        record.visitor_id = person.visitor_ids[0]
        if person.account:
            person.account.people.append(person)
        user = self._ledger.machine if person.channel else person.seller
        self._ledger.change(record, "Status", "Neu", created_at, user)
        return record

    def _enter_again(self, person: Person, after: Instant) -> Instant:
        """Another record of the same human, by the same address in another spelling."""
        rng = self._rng
        created_at = web_time(rng, after, int(rng.random() * DUPLICATE_DAYS * DAY))
        if created_at >= HORIZON:
            return after
        before = person.entries[-1]
        twin = entered(person, created_at, other_spelling(rng, person.email), "", "Website")
        twin.visitor_id = person.visitor_ids[-1]
        machine = self._ledger.machine
        self._ledger.change(twin, "Status", "Neu", created_at, machine)
        fact = self._ledger.reach(person, "inquiry", created_at)
        self._ledger.change(twin, "Status", "Anfrage", created_at, machine, fact=fact)
        if rng.random() < c.WORKED_DUPLICATES:
            person.worked = len(person.entries) - 1
        if before.system == twin.system and rng.random() < c.MERGED_DUPLICATES:
            before.merged_into, before.successor = twin, None
            person.worked = len(person.entries) - 1
        return created_at

    def _try_forms(self) -> None:
        """Colleagues and tests among the leads."""
        rng = self._rng
        for count in range(c.INTERNAL_RECORDS):
            person = self._people.make("unknown", "", None)
            person.source = "Website"
            person.person_id = f"INTERNAL-{count + 1:02}"
            is_test = count % 2 == 0
            local = f"test{count}" if is_test else person.email.split("@")[0]
            person.email = f"{local}@{OWN_DOMAIN}"
            person.company = "Testfirma" if is_test else "Talbrück Antriebstechnik GmbH"
            created_at = START + rng.randrange(HORIZON - START)
            record = entered(person, created_at, person.email, "", "Website")
            for status in ("Neu", "Anfrage", "MQL")[: 2 + count % 2]:
                self._ledger.change(record, "Status", status, created_at, self._ledger.machine)
            self._internal.append(person)

    def _leave_behind(self, people: list[Person]) -> None:
        """Most leads that were given up in the old CRM were not taken to the new one."""
        named = {person for deal in self._book.all for person, _ in deal.contacts}
        for person in people:
            for entry in person.entries if person not in named else ():
                if entry.system != LEGACY or not entry.successor or entry.successor.is_used:
                    continue
                gone = entry.status in ("Abgelehnt", "Disqualifiziert")
                is_followed = any(other.merged_into is entry for other in person.entries)
                if gone and not is_followed and self._rng.random() < c.LEFT_BEHIND:
                    entry.successor = None
                    self._ledger.plant("left_behind", entry.created_at)
