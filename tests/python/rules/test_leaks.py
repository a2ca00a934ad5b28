"""Each leak on a tiny company by hand: a case that breaks and one that just does not; and the price."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from emptied import Tables, compiled, emptied, fill
from running import Company

MODELS = [
    "intermediate/rule/int_rule__cycles",
    "intermediate/rule/int_rule__i37_mql_is_routed",
    "intermediate/leak/int_leak__handovers",
    "intermediate/leak/int_leak__met_never_handed_over",
    "intermediate/leak/int_leak__contradicted_declarations",
    "intermediate/leak/int_leak__accepted_never_worked",
    "intermediate/leak/int_leak__unknown_to_a_system",
    "intermediate/leak/int_leak__recycled_without_nurture",
    "intermediate/leak/int_leak__opportunities",
    "intermediate/leak/int_leak__breaks",
    "intermediate/leak/int_leak__windows",
    "intermediate/leak/int_leak__prices",
    "marts/core/fct_leak",
    "marts/kpi/kpi_leakage",
]


class TinyFunnel:
    """Rows of the tables that leaks read, a lead or an opportunity at a time."""

    def __init__(self) -> None:
        self.content: Tables = {}

    def add(self, table: str, **columns: Any) -> None:
        self.content.setdefault(f"intermediate.{table}", []).append(columns)

    def lead(
        self, key: str, systems: str = "crm automation", refused: bool = False, cycle: int = 1, **columns: Any
    ) -> None:
        if cycle == 1:
            self.add("int_identity__persons", lead_id=key, is_identified=True, has_refused=refused)
            for connection in systems.split():
                self.add(
                    "int_identity__records",
                    connection=connection,
                    source_id=key,
                    lead_id=key,
                    record_kind="record",
                )
        self.add(
            "int_lifecycle__cycles",
            **{
                "lead_id": key,
                "cycle_number": cycle,
                "channel": "email",
                "origin_path": "marketing",
                "sal_is_inferred": False,
            }
            | columns,
        )

    def handover(self, key: str, **columns: Any) -> None:
        """An MQL handed over on 5 May, routed, answered and accepted in time unless said otherwise."""
        self.lead(key, mql_at="2026-05-05 08:00", mql_at_observed="2026-05-05 08:00")
        usual = {
            "handed_over_at": "2026-05-05 08:00",
            "handed_over_precision": "second",
            "verdict": "verified",
            "team": "North",
            "owner_id": "u1",
            "is_owner_active": True,
            "assigned_at": "2026-05-05 09:00",
            "assigned_minutes": 60,
            "agreed_response_minutes": 480,
            "responded_at": "2026-05-06 08:00",
            "responded_minutes": 480,
            "response_due_at": "2026-05-06 08:00",
            "decision_due_at": "2026-05-07 08:00",
            "decision": "accepted",
            "decided_at": "2026-05-07 07:00",
        }
        self.add("int_handover__clocks", lead_id=key, cycle_number=1, **usual | columns)

    def opportunity(self, key: str, method: str = "contact_role", path: str = "marketing") -> None:
        self.add(
            "int_opportunity__milestones",
            connection="crm",
            source_id=key,
            opportunity_id=f"crm|{key}",
            is_new_pipeline=True,
            currency="EUR",
            opportunity_at="2026-05-05 08:00",
        )
        self.add("int_unified__opportunities", connection="crm", source_id=key)
        self.add("int_opportunity__origins", opportunity_id=f"crm|{key}", channel="email", origin_path=path)
        self.add("int_opportunity__links", opportunity_id=f"crm|{key}", lead_id="x", link_method=method)


def tiny() -> Tables:
    funnel = TinyFunnel()
    funnel.add("int_reporting__as_of", as_of="2026-07-01 04:00")
    funnel.add("int_handover__teams", team="North", reporting_team="North", calendar="company")

    funnel.handover("sound")
    funnel.handover("silent", decision=None, decided_at=None)
    funnel.handover("undue", decision=None, decided_at=None, decision_due_at="2026-07-01 08:00")
    funnel.handover("late_owner", assigned_minutes=61)
    funnel.handover("left_owner", is_owner_active=False)
    funnel.handover("late_answer", responded_minutes=481, responded_at="2026-05-06 08:01")
    funnel.handover("day_only", handed_over_precision="day", responded_minutes=9999)
    funnel.handover("no_reason", decision="rejected", reason="(not set)")
    funnel.handover("foreign_reason", decision="disqualified", reason="(unmapped)")
    funnel.handover("no_text", decision="rejected", reason="other", has_reason_text=False)
    funnel.handover("text", decision="rejected", reason="other", has_reason_text=True)
    funnel.handover("reason", decision="rejected", reason="no_interest", has_reason_text=False)
    # three leaks, two of them in the month of the first: the graver one counts
    funnel.handover(
        "overlap",
        owner_id=None,
        is_owner_active=None,
        responded_at=None,
        responded_minutes=None,
        decision=None,
        decided_at=None,
        decision_due_at="2026-06-01 08:00",
    )
    # what the evidence contradicts breaks there and at no clock
    funnel.handover("contradicted", verdict="contradicted", decision=None, responded_minutes=9999)
    event = {"cycle_number": 1, "stage": "mql", "happened_at": "2026-05-05 08:00"}
    funnel.add("int_lifecycle__cycle_events", **event, lead_id="contradicted", role_in_cycle="contradicted")
    funnel.add("int_lifecycle__cycle_events", **event, lead_id="sound", role_in_cycle="counts")

    met = {"met": {}, "just_met": {}, "met_and_taken": {"sal_at": "2026-05-07 08:00"}}
    for key, stages in met.items():
        funnel.lead(key, **stages)
        instant = "2026-06-29 04:01" if key == "just_met" else "2026-05-05 08:00"
        funnel.add("int_qualification__undeclared", lead_id=key, cycle_number=1, met_at=instant)

    # accepted on Friday 8 May; Ascension Day is no working day: the fifth is Monday 18 May, 17:00 in Berlin
    accepted = {"sal_at": "2026-05-08 10:00", "sal_at_observed": "2026-05-08 10:00"}
    funnel.add("int_unified__activities", connection="crm", person_id="other", happened_at="2026-01-01 10:00")
    funnel.lead("unworked", **accepted)
    funnel.lead("worked", **accepted)
    funnel.lead("worked_late", **accepted)
    funnel.lead("qualified", **accepted, sql_at="2026-05-12 10:00")
    funnel.lead("unseen", systems="automation crm_legacy", **accepted)
    funnel.lead("left_late", **accepted, exit_at="2026-05-18 15:01")
    funnel.lead("left", **accepted, exit_at="2026-05-18 15:00")
    funnel.lead("inferred", **accepted | {"sal_is_inferred": True})
    # Saturday and Sunday have the working days of the Friday before them, and begin none
    funnel.lead("before_a_weekend", **accepted | {"sal_at": "2026-05-07 10:00"})
    funnel.lead("on_a_weekend", **accepted | {"sal_at": "2026-05-09 10:00"})
    funnel.lead("worked_that_day", **accepted | {"sal_at": "2026-05-08 21:59:59", "sal_precision": "day"})
    worked = {
        "worked": "2026-05-18 15:00",
        "worked_late": "2026-05-18 15:01",
        "worked_that_day": "2026-05-08 09:00",
    }
    for key, instant in worked.items():
        funnel.add("int_lifecycle__outreach", lead_id=key, happened_at=instant)

    funnel.lead("automation_only", systems="automation", inquiry_at="2026-06-29 04:00")
    funnel.lead("on_its_way", systems="automation", inquiry_at="2026-06-29 04:01")
    funnel.lead("legacy", systems="automation crm_legacy", inquiry_at="2026-05-01 04:00")
    funnel.lead("crm_only", systems="crm", inquiry_at="2026-05-01 04:00")
    funnel.lead("refused", systems="crm", refused=True, inquiry_at="2026-05-01 04:00")
    funnel.lead("sold", systems="crm", origin_path="sales", inquiry_at="2026-05-01 04:00")
    funnel.lead("both", inquiry_at="2026-05-01 04:00")

    recycled = {"exit_state": "recycled", "exit_at": "2026-04-01 10:00"}
    funnel.lead("forgotten", **recycled)
    funnel.lead("recent", exit_state="recycled", exit_at="2026-04-02 10:00")
    funnel.lead("forgotten_once", **recycled)
    funnel.lead("returned", **recycled)
    funnel.lead("returned", cycle=2, started_at="2026-05-01 10:00")
    for key, instant, channel in [
        ("nurtured", "2026-06-30 10:00", "email"),
        ("forgotten_once", "2026-06-30 10:01", "email"),
        ("forgotten", "2026-05-01 10:00", "direct"),
    ]:
        funnel.add("int_touch__classified", lead_id=key, touched_at=instant, channel=channel)
    funnel.lead("nurtured", **recycled)
    funnel.lead("mailed", **recycled)
    funnel.add(
        "int_unified__activities",
        connection="crm",
        person_id="mailed",
        is_automated=True,
        direction="outbound",
        happened_at="2026-05-01 10:00",
        happened_precision="second",
    )

    funnel.opportunity("named")
    funnel.opportunity("guessed", method="account")
    funnel.opportunity("stray", path="unknown")
    return funnel.content


# leak, case, whether it is still open
EXPECTED = {
    ("no_decision", "silent-1", True),
    ("not_routed", "late_owner-1", False),
    ("not_routed", "left_owner-1", False),
    ("not_answered_in_time", "late_answer-1", False),
    ("rejected_without_reason", "no_reason-1", True),
    ("rejected_without_reason", "foreign_reason-1", True),
    ("rejected_without_reason", "no_text-1", True),
    ("not_routed", "overlap-1", True),
    ("not_answered_in_time", "overlap-1", True),
    ("no_decision", "overlap-1", True),
    ("met_never_handed_over", "met-1", True),
    ("contradicted_definition", "contradicted-1", False),
    ("accepted_never_worked", "unworked-1", True),
    ("accepted_never_worked", "worked_late-1", False),
    ("accepted_never_worked", "left_late-1", False),
    ("accepted_never_worked", "before_a_weekend-1", True),
    ("accepted_never_worked", "on_a_weekend-1", True),
    ("known_to_automation_not_to_crm", "automation_only-1", True),
    ("known_to_crm_not_to_automation", "crm_only-1", True),
    ("recycled_without_nurture", "forgotten-1", True),
    ("recycled_without_nurture", "forgotten_once-1", False),
    ("opportunity_without_contact", "crm|guessed", True),
    ("opportunity_without_source", "crm|stray", True),
}


@pytest.fixture(scope="module")
def built(demo: Company) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tiny company under the demo's agreement and calendar, with all models of leaks built on it."""
    with emptied(demo) as db:
        db.execute("create schema definitions")
        for (seed,) in db.execute(
            "select table_name from duckdb_tables() "
            "where database_name = 'built' and schema_name = 'definitions'"
        ).fetchall():
            db.execute(f"create view definitions.{seed} as from built.definitions.{seed}")
        for table in ("int_reporting__thresholds", "int_handover__business_days"):
            db.execute(f"insert into intermediate.{table} from built.intermediate.{table}")
        fill(db, tiny())
        for model in MODELS:
            folder, name = model.split("/")[-2:]
            schema = folder if folder in ("core", "kpi") else "intermediate"
            db.execute(f"create or replace table {schema}.{name} as {compiled(f'models/{model}')}")
        yield db


def test_each_leak_is_found_and_nothing_else(built: duckdb.DuckDBPyConnection) -> None:
    keys = "select md5(opportunity_id) as key, opportunity_id from intermediate.int_opportunity__milestones"
    found = built.execute(
        "select leak, coalesce(lead_cycle_id, keys.opportunity_id), is_open "
        f"from core.fct_leak left join ({keys}) as keys on fct_leak.opportunity_id = keys.key"
    ).fetchall()
    assert sorted(found) == sorted(EXPECTED)


def test_every_leak_of_the_agreement_has_its_case(built: duckdb.DuckDBPyConnection) -> None:
    agreed = {leak for (leak,) in built.execute("select leak from definitions.leaks").fetchall()}
    assert {leak for leak, _, _ in EXPECTED} == agreed


def test_a_lead_counts_once_at_its_first_leak(built: duckdb.DuckDBPyConnection) -> None:
    """D34: of the two breaks of May the graver one, though a graver one still follows in June."""
    assert built.execute(
        "select leak, month::varchar from core.fct_leak where lead_cycle_id = 'overlap-1' and is_first_leak"
    ).fetchall() == [("not_answered_in_time", "2026-05-01")]
    published = built.execute(
        "select leak, sum(first_leak_leads)::int, sum(leads)::int from kpi.kpi_leakage group by leak"
    ).fetchall()
    everywhere = Counter(leak for leak, _, _ in EXPECTED)
    first = everywhere - Counter(["not_routed", "no_decision"])
    assert sorted(published) == sorted((leak, first[leak], everywhere[leak]) for leak in everywhere)


def test_a_deadline_counts_working_days(built: duckdb.DuckDBPyConnection) -> None:
    due = built.execute(
        "select lead_cycle_id, broke_at::varchar from core.fct_leak where leak = 'accepted_never_worked'"
    ).fetchall()
    assert dict(due) == {
        "before_a_weekend-1": "2026-05-15 15:00:00",
        "on_a_weekend-1": "2026-05-18 15:00:00",
        "unworked-1": "2026-05-18 15:00:00",
        "worked_late-1": "2026-05-18 15:00:00",
        "left_late-1": "2026-05-18 15:00:00",
    }


def test_too_few_cases_have_no_price(built: duckdb.DuckDBPyConnection) -> None:
    assert built.execute("select count(pipeline_at_stake_amount) from core.fct_leak").fetchall() == [(0,)]


def test_the_price_is_what_the_facts_give(demo: Company) -> None:
    """D16 for MQLs, reckoned anew from the facts: 104 days, the last twelve months that are ripe."""
    ((price,),) = demo.rows(
        "select pipeline_at_stake_amount from intermediate.int_leak__prices where stage = 'mql'"
    )
    months = "between '2025-03-01' and '2026-02-01'"
    ((mqls, converted),) = demo.rows(
        "select count(*), count(*) filter (epoch(opportunity_at - mql_at) <= 104 * 86400) "
        f"from core.fct_lead_lifecycle where mql_month {months} "
        "and not (mql_precision = 'day' or coalesce(opportunity_precision, '') = 'day')"
    )
    ((dated, dated_converted),) = demo.rows(
        "select count(*), count(*) filter (opportunity_at::date - mql_at::date <= 104) "
        f"from core.fct_lead_lifecycle where mql_month {months} "
        "and (mql_precision = 'day' or opportunity_precision = 'day')"
    )
    ((mean,),) = demo.rows(
        f"select avg(entry_amount) from core.fct_opportunity "
        f"where is_new_pipeline and opportunity_month {months}"
    )
    assert float(price) == pytest.approx((converted + dated_converted) / (mqls + dated) * mean, abs=0.006)
    assert demo.rows("select distinct pipeline_at_stake_amount from core.fct_leak where stage = 'mql'") == [
        (price,)
    ]
