"""What any system tells of an opportunity's origin and of marketing's influence: cases worked out by hand."""

from __future__ import annotations

import datetime as dt
from random import Random
from types import SimpleNamespace

import pytest

from leitstand.company.accounts import Account
from leitstand.company.clock import Instant, at, day_number
from leitstand.company.cycles import Cycle
from leitstand.company.evidence import BOUGHT_MEANWHILE, ONLY_DIRECT, ONLY_WEBSITE, Evidence
from leitstand.company.ledger import Fact
from leitstand.company.opportunities import Opportunity
from leitstand.company.people import People, Person
from leitstand.company.records import entered
from leitstand.company.users import Users
from leitstand.company.visits import Touch, Visit


def on(day: str) -> Instant:
    return at(day_number(dt.date.fromisoformat(day)), 10 * 3_600)


OPENED, ENTERED = on("2026-03-01"), on("2026-03-10")


def somebody(path: str, channel: str, source: str, account: Account | None = None) -> Person:
    person = People(Random(1), Users(Random(1))).make(path, channel, account)
    person.has_consent, person.source = True, source
    entered(person, on("2026-01-05"), person.email, "", source).visitor_id = person.visitor_ids[0]
    return person


def touch(person: Person, day: str, channel: str, visitor: str = "") -> Touch:
    """A visit, on the person's own device unless another is named; the first one brought the person."""
    found = Touch(on(day), visitor or person.visitor_ids[0], "session", channel, Visit(), person=person)
    person.first_touch = person.first_touch or found
    return found


def cycle(number: int, day: str, is_told: bool = True) -> Cycle:
    found = Cycle(number, on(day))
    found.stages["mql"] = (Fact(SimpleNamespace(), "mql", on(day), exact=int(is_told)), True)  # type: ignore[arg-type]
    return found


def judge(
    person: Person, *touches: Touch, cycles: tuple[Cycle, ...] = (cycle(1, "2026-01-02"),)
) -> tuple[tuple[str, str], tuple[bool, bool]]:
    """Origin and influence of a deal of the person, opened and entered in March."""
    deal = Opportunity(person.account, "Neugeschäft", "Retrofit", "EUR", person.seller, OPENED, person)
    deal.contacts, deal.entered_at = [(person, "Entscheider")], ENTERED
    history = SimpleNamespace(touches=list(touches))
    evidence = Evidence(history, {person: list(cycles)})  # type: ignore[arg-type]
    return evidence.origin(deal), evidence.influence(deal)


def test_a_visit_that_marketing_brought_tells() -> None:
    person = somebody("marketing", "paid_search", "Website")
    seen = touch(person, "2026-01-02", "paid_search")
    assert judge(person, seen) == (("marketing", ""), (True, True))


def test_without_any_visit_the_lead_source_tells_unless_it_names_the_website() -> None:
    assert judge(somebody("marketing", "paid_search", "Google Ads")) == (("marketing", ""), (True, True))
    person = somebody("marketing", "paid_search", "Website")
    assert judge(person) == (("marketing", ONLY_WEBSITE), (True, False))


def test_another_device_and_refused_consent_hide_what_brought_somebody() -> None:
    person = somebody("marketing", "organic_search", "Google Ads")
    hidden = touch(person, "2026-01-02", "organic_search", visitor="another")
    direct = touch(person, "2026-01-05", "direct")
    assert judge(person, hidden, direct) == (("marketing", ONLY_DIRECT), (True, False))
    refused = somebody("marketing", "organic_search", "Website")
    refused.has_consent = False
    assert judge(refused, touch(refused, "2026-01-02", "organic_search"))[0] == ("marketing", ONLY_WEBSITE)


def test_who_came_alone_is_told_by_the_first_visit() -> None:
    person = somebody("unknown", "direct", "Website")
    first, later = touch(person, "2026-01-02", "direct"), touch(person, "2026-02-02", "direct")
    assert judge(person, first, later) == (("unknown", ""), (False, True))
    hidden = first._replace(visitor_id="another")
    assert judge(person, hidden, later)[0] == ("unknown", ONLY_DIRECT)
    assert judge(person, hidden) == (("unknown", ONLY_WEBSITE), (False, False))


@pytest.mark.parametrize("path", ["sales", "sdr_outbound", "partner", "unknown"])
def test_who_was_typed_in_has_a_source_of_its_own(path: str) -> None:
    assert judge(somebody(path, "", "Sonstiges")) == ((path, ""), (False, True))


def test_who_comes_back_after_the_account_bought_is_a_customer() -> None:
    account = Account("A-1", "Nolte GmbH", "nolte.example", "DE", "Vertrieb Nord", "Maschinenbau", 50, "")
    account.win(on("2026-02-01"))
    person = somebody("marketing", "email", "Newsletter", account)
    first, second = cycle(1, "2026-01-02"), cycle(2, "2026-02-10")
    assert judge(person, cycles=(first,))[0] == ("marketing", "")
    assert judge(person, cycles=(first, second))[0] == ("customer_expansion", "")
    assert judge(person, cycles=(cycle(1, "2026-01-02", is_told=False),))[0][1] == BOUGHT_MEANWHILE


def test_influence_is_told_by_a_touch_in_the_half_year_before_the_entry() -> None:
    person = somebody("sales", "", "Kaltakquise")
    assert judge(person, touch(person, "2025-09-12", "email"))[1] == (True, True)
    assert judge(person, touch(person, "2025-09-11", "email"))[1] == (False, True), "180 days and an hour"
    assert judge(person, touch(person, "2026-03-11", "email"))[1] == (False, True), "after the entry"
    assert judge(person, touch(person, "2026-03-01", "direct"))[1] == (False, True)
    assert judge(person, touch(person, "2026-03-01", "email", visitor="another"))[1] == (True, False)
    shown = touch(person, "2026-03-01", "email")._replace(is_response=False)
    assert judge(person, shown)[1] == (False, True), "seen, not answered"
