"""How the answer key cuts what is true into cycles: cases worked out by hand."""

from __future__ import annotations

import datetime as dt
from random import Random

import pytest

from leitstand.company.clock import DAY, Instant, at, day_number
from leitstand.company.cycles import Cycle, Passes
from leitstand.company.ledger import Fact
from leitstand.company.opportunities import Opportunity
from leitstand.company.people import People, Person
from leitstand.company.users import Users


def on(day: str) -> Instant:
    return at(day_number(dt.date.fromisoformat(day)), 10 * 3_600)


@pytest.fixture(scope="module")
def person() -> Person:
    return People(Random(1), Users(Random(1))).make("marketing", "organic_search", None)


def cut(person: Person, facts: dict[str, str], deals: tuple[Opportunity, ...] = ()) -> list[Cycle]:
    """Cycles of facts given as day: what; all told to the second."""
    told = [Fact(person, what, on(day), exact=1) for day, what in facts.items()]
    return Passes(person, told, list(deals)).cycles


def told(cycles: list[Cycle]) -> list[tuple[list[str], str | None]]:
    """Stages in order and the way out of each cycle."""
    return [
        (sorted(cycle.stages, key=lambda stage: cycle.stages[stage][0].at), cycle.exit and cycle.exit.what)
        for cycle in cycles
    ]


def deal(person: Person, opened: str, entered: str | None, closed: str | None, end: str) -> Opportunity:
    found = Opportunity(None, "Neugeschäft", "Retrofit", "EUR", person.seller, on(opened), person)
    found.contacts = [(person, "Entscheider")]
    for what, day in (("opportunity", entered), (end, closed)):
        if day:
            found.facts[what] = Fact(person, what, on(day), exact=1)
    found.entered_at = on(entered) if entered else None
    found.closed_at = on(closed) if closed else None
    return found


def test_an_mql_after_the_cool_off_begins_the_next_cycle(person: Person) -> None:
    cycles = cut(
        person,
        {"2026-01-01": "inquiry", "2026-01-05": "mql", "2026-01-10": "recycled", "2026-03-01": "mql"},
    )
    assert told(cycles) == [(["inquiry", "mql"], "recycled"), (["mql"], None)]


def test_an_mql_within_the_cool_off_opens_the_cycle_again(person: Person) -> None:
    facts = {"2026-01-05": "mql", "2026-01-10": "recycled", "2026-02-09": "mql", "2026-02-12": "sal"}
    cycles = cut(person, facts)
    assert told(cycles) == [(["mql", "sal"], None)]
    assert cycles[0].is_reopened
    assert cycles[0].stages["mql"][0].at == on("2026-01-05")


def test_an_acceptance_opens_again_only_after_a_rejection_and_within_the_cool_off(person: Person) -> None:
    assert told(cut(person, {"2026-01-05": "mql", "2026-01-10": "rejected", "2026-02-01": "sal"})) == [
        (["mql", "sal"], None)
    ]
    late = cut(person, {"2026-01-05": "mql", "2026-01-10": "rejected", "2026-03-01": "sal"})
    assert told(late) == [(["mql"], "rejected")]
    recycled = cut(person, {"2026-01-05": "mql", "2026-01-10": "recycled", "2026-01-12": "sal"})
    assert told(recycled) == [(["mql"], "recycled")]


def test_an_inquiry_begins_the_next_cycle_but_not_after_a_disqualification(person: Person) -> None:
    again = cut(person, {"2026-01-05": "inquiry", "2026-01-10": "rejected", "2026-01-12": "inquiry"})
    assert told(again) == [(["inquiry"], "rejected"), (["inquiry"], None)]
    never = cut(person, {"2026-01-05": "inquiry", "2026-01-10": "disqualified", "2026-01-12": "inquiry"})
    assert told(never) == [(["inquiry"], "disqualified")]


def test_nothing_ends_a_cycle_while_an_opportunity_is_open(person: Person) -> None:
    lost = deal(person, "2026-01-20", "2026-02-01", "2026-04-01", "lost")
    cycles = cut(person, {"2026-01-05": "mql", "2026-03-01": "recycled", "2026-03-20": "mql"}, (lost,))
    assert told(cycles) == [(["mql", "opportunity"], "lost")]


def test_a_cycle_is_lost_with_the_last_opportunity_and_won_with_the_first(person: Person) -> None:
    first = deal(person, "2026-01-10", "2026-01-15", "2026-02-01", "lost")
    second = deal(person, "2026-01-20", "2026-01-25", "2026-03-01", "won")
    third = deal(person, "2026-01-21", "2026-01-26", "2026-04-01", "lost")
    cycles = cut(person, {"2026-01-05": "sql"}, (first, second, third))
    assert told(cycles) == [(["sql", "opportunity", "won"], "won")]
    assert cycles[0].exit is not None
    assert cycles[0].exit.at == on("2026-03-01")


def test_an_opportunity_that_is_opened_takes_the_way_out_back(person: Person) -> None:
    opened = deal(person, "2026-03-01", None, None, "lost")
    cycles = cut(person, {"2026-01-05": "mql", "2026-01-10": "rejected"}, (opened,))
    assert told(cycles) == [(["mql"], None)]


def test_a_cycle_expires_a_year_after_the_last_sign_unless_sales_accepted(person: Person) -> None:
    silent = cut(person, {"2025-01-05": "inquiry", "2025-02-01": "mql"})
    assert told(silent) == [(["inquiry", "mql"], "expired")]
    assert silent[0].exit is not None
    assert silent[0].exit.at == on("2025-02-01") + 365 * DAY
    assert told(cut(person, {"2025-01-05": "inquiry", "2025-02-01": "sal"})) == [(["inquiry", "sal"], None)]
    assert told(cut(person, {"2025-01-05": "first_touch"})) == [(["first_touch"], None)]


def test_what_no_system_tells_makes_the_rest_unobservable(person: Person) -> None:
    facts = [
        Fact(person, "mql", on("2026-01-05"), exact=1),
        Fact(person, "recycled", on("2026-01-10")),  # nobody wrote it down
        Fact(person, "mql", on("2026-03-01"), exact=1),
    ]
    first, second = Passes(person, facts, []).cycles
    assert [first.is_observable, second.is_observable] == [False, False]
    assert first.stages["mql"][1] is True
    assert second.stages["mql"][1] is False


def test_two_things_of_one_day_have_no_order_where_only_the_day_is_told(person: Person) -> None:
    facts = [
        Fact(person, "mql", on("2026-01-05"), exact=1),
        Fact(person, "rejected", on("2026-01-10"), dated=1),
        Fact(person, "inquiry", on("2026-01-10") + 3_600, exact=1),
    ]
    assert [cycle.is_observable for cycle in Passes(person, facts, []).cycles] == [False, False]
