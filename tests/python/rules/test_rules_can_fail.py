"""Each rule whose breach blocks a publication, and each test of conservation: a breach and a sound case."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from emptied import Tables, compiled, emptied, fill, provide
from leitstand.config import PROJECT_ROOT
from rules.conservation_cases import CONSERVATION, FURTHER
from running import Company

LIFECYCLE = "core.fct_lead_lifecycle"
EVENTS = "core.fct_lifecycle_event"
LINKS = "core.bridge_lead_opportunity"
DEALS = "core.fct_opportunity"
TOUCHES = "core.fct_touchpoint"
CLASSIFIED = "intermediate.int_touch__classified"
MERGES = "intermediate.int_identity__merges"
LEADS = "intermediate.int_identity__leads"
RECORDS = "intermediate.int_identity__records"
PIPELINE = "kpi.kpi_pipeline_contribution"
CREDITS = "core.fct_attribution"
CONVERSIONS = "intermediate.int_attribution__conversions"
MODELS = "intermediate.int_attribution__models"
GIVEN = "intermediate.int_unified__opportunities"
COSTS = "core.fct_marketing_cost"
BRIDGE = "kpi.kpi_pipeline_bridge"
SCORECARD = "kpi.kpi_scorecard"
AS_OF: Tables = {"intermediate.int_reporting__as_of": [{"as_of": "2026-07-01 04:00:00"}]}


def cycle(lead: str, number: int, **columns: Any) -> dict[str, Any]:
    return {"lead_id": lead, "cycle_number": number, "lead_cycle_id": f"{lead}-{number}", **columns}


FIRST = cycle("a", 1, started_at="2026-01-01 10:00", exit_at="2026-02-01 10:00")
MQL = cycle("a", 1, mql_at="2026-03-01 10:00", mql_at_observed="2026-03-01 10:00", mql_precision="second")

LINEAR = {"conversion_type": "pipeline", "attribution_model": "linear", "valid_from": "2020-01-01"}
WIN = {
    "conversion_id": "revenue|o",
    "conversion_type": "revenue",
    "converted_at": "2026-03-01 10:00",
    "converted_precision": "second",
    "look_back_days": 365,
}


def credits(*weights: float) -> Tables:
    """One conversion with these weights by the linear model."""
    conversion = {"conversion_id": "pipeline|o", "conversion_type": "pipeline"}
    return {
        MODELS: [LINEAR],
        CONVERSIONS: [conversion | {"conversion_month": "2026-03-01"}],
        CREDITS: [conversion | {"attribution_model": "linear", "weight": weight} for weight in weights],
    }


def won(*amounts: float) -> Tables:
    """A win of 100.00 credited with these amounts."""
    return {
        DEALS: [{"opportunity_id": "o", "won_amount": 100}],
        CREDITS: [
            {
                "conversion_type": "revenue",
                "opportunity_id": "o",
                "attribution_model": "linear",
                "amount": amount,
            }
            for amount in amounts
        ],
    }


def touched(touched_at: str, precision: str = "second") -> Tables:
    """A win on 1 March 2026 at 10:00 whose credit goes to a touch of that instant."""
    return {
        CONVERSIONS: [WIN],
        TOUCHES: [{"touchpoint_id": "t", "touched_at": touched_at, "touched_precision": precision}],
        CREDITS: [{"conversion_id": "revenue|o", "touchpoint_id": "t", "weight": 1}],
    }


MARCH = {"month": "2026-03-01", "channel": "email", "segment": "small", "origin_path": "marketing"} | {
    "opportunities": 1,
    "influenced_opportunities": 1,
}
STEP = {"month": "2026-03-01", "opportunities": 1, "amount": 100}
COST_KPI = {
    "kpi": "marketing_cost_amount",
    "period_type": "month",
    "period_start": "2026-03-01",
    "unit": "currency",
}
VARIANCE = COST_KPI | {"kpi": "budget_variance_amount"}
COMPANY = {"scope_type": "company", "scope": "company"}
EMAIL = {"scope_type": "channel", "scope": "email"}

# rule: (a breach, a sound case)
CASES: dict[str, tuple[Tables, Tables]] = {
    "integrity/i01_cycles_are_numbered_without_gaps": (
        {LIFECYCLE: [cycle("a", 1), cycle("a", 3)]},
        {LIFECYCLE: [cycle("a", 1), cycle("a", 2)]},
    ),
    "integrity/i02_stages_follow_one_another": (
        {LIFECYCLE: [cycle("a", 1, mql_at="2026-03-09 10:00", sal_at="2026-03-05 10:00")]},
        {LIFECYCLE: [cycle("a", 1, mql_at="2026-03-05 10:00", sal_at="2026-03-05 10:00")]},
    ),
    "integrity/i05_deals_have_a_link": (
        {LIFECYCLE: [cycle("a", 1, opportunity_at="2026-03-01 10:00")]},
        {
            LIFECYCLE: [cycle("a", 1, opportunity_at="2026-03-01 10:00")],
            LINKS: [{"lead_cycle_id": "a-1", "opportunity_id": "o", "is_primary": True}],
        },
    ),
    "integrity/i06_no_stage_after_as_of": (
        AS_OF | {LIFECYCLE: [cycle("a", 1, sal_at="2026-07-02 04:00:00")]},
        AS_OF | {LIFECYCLE: [cycle("a", 1, sal_at="2026-07-02 03:59:59")]},
    ),
    "integrity/i06_no_deal_after_as_of": (
        AS_OF | {DEALS: [{"opportunity_id": "o", "won_at": "2026-07-02 04:00:00"}]},
        AS_OF | {DEALS: [{"opportunity_id": "o", "won_at": "2026-07-01 04:00:00"}]},
    ),
    "integrity/i07_nothing_is_reached_after_the_exit": (
        {
            LIFECYCLE: [
                cycle(
                    "a",
                    1,
                    exit_at="2026-03-10 10:00",
                    sal_at_observed="2026-05-20 10:00",
                    sal_precision="second",
                )
            ]
        },
        {
            LIFECYCLE: [
                # a date only, on the day of the exit
                cycle(
                    "a",
                    1,
                    exit_at="2026-03-10 10:00",
                    sal_at_observed="2026-03-10 22:59",
                    sal_precision="day",
                )
            ]
        },
    ),
    "integrity/i08_next_cycle_starts_after_exit": (
        {LIFECYCLE: [FIRST, cycle("a", 2, started_at="2026-02-01 10:00")]},
        {LIFECYCLE: [FIRST, cycle("a", 2, started_at="2026-02-01 10:01")]},
    ),
    "integrity/i14_observed_stages_have_an_event": (
        {
            LIFECYCLE: [MQL | {"mql_is_inferred": False}],
            EVENTS: [{"lead_id": "a", "stage": "mql", "happened_at": "2026-03-01 10:01"}],
        },
        {
            LIFECYCLE: [MQL | {"mql_is_inferred": False}],
            EVENTS: [{"lead_id": "a", "cycle_number": 1, "stage": "mql", "happened_at": "2026-03-01 10:00"}],
        },
    ),
    "integrity/i15_merges_end_in_one_survivor": (
        # the survivor is left out, and the merged record comes back as a person of its own
        {
            MERGES: [
                {"record_key": "crm|1", "survivor_key": "crm|2", "is_cycle": False, "is_known": True},
            ],
            LEADS: [{"record_key": "crm|1", "lead_id": "a"}],
        },
        {
            MERGES: [
                {"record_key": "crm|1", "survivor_key": "crm|2", "is_cycle": False, "is_known": True},
                # a colleague's test record, merged into a lead that counts
                {"record_key": "crm|3", "survivor_key": "crm|2", "is_cycle": False, "is_known": True},
            ],
            LEADS: [{"record_key": "crm|1", "lead_id": "a"}, {"record_key": "crm|2", "lead_id": "a"}],
        },
    ),
    "integrity/i16_linked_opportunities_have_one_primary": (
        {LINKS: [{"opportunity_id": "o", "is_primary": True}, {"opportunity_id": "o", "is_primary": True}]},
        {LINKS: [{"opportunity_id": "o", "is_primary": True}, {"opportunity_id": "o", "is_primary": False}]},
    ),
    "integrity/i19_funnel_counts_have_their_events": (
        {LIFECYCLE: [MQL]},
        {
            LIFECYCLE: [MQL],
            EVENTS: [
                {
                    "lead_id": "a",
                    "cycle_number": 1,
                    "stage": "mql",
                    "verdict": "verified",
                    "role_in_cycle": "counts",
                }
            ],
        },
    ),
    "integrity/i20_funnel_narrows": (
        {
            LIFECYCLE: [
                cycle(
                    "a",
                    1,
                    is_marketing_sourced=True,
                    inquiry_at="2026-03-01 10:00",
                    inquiry_month="2026-03-01",
                    sal_at="2026-03-02 10:00",
                )
            ]
        },
        {
            LIFECYCLE: [
                cycle(
                    "a",
                    1,
                    is_marketing_sourced=True,
                    inquiry_at="2026-03-01 10:00",
                    inquiry_month="2026-03-01",
                    mql_at="2026-03-02 10:00",
                    sal_at="2026-03-02 10:00",
                )
            ]
        },
    ),
    "integrity/i21_every_amount_has_a_rate": (
        {COSTS: [{"original_currency": "USD", "cost_date": "2026-03-01", "original_amount": 5}]},
        {COSTS: [{"original_currency": "USD", "original_amount": 5, "cost_amount": 4.5}]},
    ),
    "integrity/i26_no_touch_without_consent": (
        {
            TOUCHES: [{"touchpoint_id": "t", "lead_id": "a"}],
            RECORDS: [{"lead_id": "a", "has_refused": True}],
        },
        {
            TOUCHES: [{"touchpoint_id": "t", "lead_id": "a"}],
            RECORDS: [{"lead_id": "a", "has_refused": False}],
            CLASSIFIED: [
                {"touchpoint_id": "t", "consent_state": "granted"},
                {"touchpoint_id": "u", "consent_state": "denied"},
            ],
        },
    ),
    "integrity/i29_weights_add_up_to_one": (credits(0.3, 0.3, 0.3), credits(0.3, 0.3, 0.4)),
    "integrity/i30_credited_amounts_add_up": (won(33.33, 33.33, 33.33), won(33.34, 33.33, 33.33)),
    "integrity/i31_credited_touches_lie_in_the_look_back": (
        touched("2026-03-01 10:00:01"),
        # a date only, on the day of the win
        touched("2026-03-01 22:59:59", "day"),
    ),
    "integrity/i33_sourced_within_influenced": (
        {PIPELINE: [MARCH | {"new_pipeline_amount": 100, "influenced_pipeline_amount": 99.99}]},
        {PIPELINE: [MARCH | {"new_pipeline_amount": 100, "influenced_pipeline_amount": 100}]},
    ),
    "conservation/scorecard_scopes_add_up_to_the_company": (
        {SCORECARD: [COST_KPI | COMPANY | {"numerator": 42}, COST_KPI | EMAIL | {"numerator": 41}]},
        {
            SCORECARD: [
                COST_KPI | COMPANY | {"numerator": 42},
                COST_KPI | EMAIL | {"numerator": 42},
                # one channel has a plan; plans of channels need not add up to the company's
                VARIANCE | COMPANY | {"numerator": -5000},
                VARIANCE | EMAIL | {"numerator": -300},
            ]
        },
    ),
    "conservation/the_bridge_closes": (
        {
            GIVEN: [{"source_id": "o"}],
            BRIDGE: [STEP | {"step": "crm_total"}, STEP | {"step": "in_scope", "amount": 99.99}],
            PIPELINE: [MARCH | {"new_pipeline_amount": 99.99}],
        },
        {
            GIVEN: [{"source_id": "o"}],
            BRIDGE: [STEP | {"step": step} for step in ("crm_total", "in_scope", "attributed")],
            PIPELINE: [MARCH | {"new_pipeline_amount": 100}],
        },
    ),
    "conservation/opportunities_keep_their_amounts": (
        {
            GIVEN: [{"currency": "EUR", "amount": 100, "is_deleted": False}],
            DEALS: [{"original_currency": "EUR", "current_original_amount": 100}] * 2,
        },
        {
            GIVEN: [{"currency": "EUR", "amount": 100, "is_deleted": False}],
            DEALS: [{"original_currency": "EUR", "current_original_amount": 100}],
        },
    ),
    "conservation/pipeline_adds_up_to_its_opportunities": (
        {
            DEALS: [{"opportunity_month": "2026-03-01", "entry_amount": 100, "is_new_pipeline": True}],
            PIPELINE: [{"month": "2026-03-01", "opportunities": 1, "new_pipeline_amount": 100.01}],
        },
        {
            DEALS: [{"opportunity_month": "2026-03-01", "entry_amount": 100, "is_new_pipeline": True}],
            PIPELINE: [
                {
                    "month": "2026-03-01",
                    "opportunities": 1,
                    "new_pipeline_amount": 100,
                    "influenced_pipeline_amount": 0,
                }
            ],
        },
    ),
}


CASES |= {f"conservation/{name}": cases for name, cases in CONSERVATION.items()}

# further breaches of the same rules, each beside the sound case above
MORE_BREACHES: dict[str, list[Tables]] = {f"conservation/{name}": more for name, more in FURTHER.items()} | {
    "integrity/i26_no_touch_without_consent": [
        # nobody refused for good, but this touch came after consent was taken back
        {
            TOUCHES: [{"touchpoint_id": "t", "lead_id": "a"}],
            CLASSIFIED: [{"touchpoint_id": "t", "consent_state": "withdrawn"}],
        }
    ],
    "integrity/i31_credited_touches_lie_in_the_look_back": [
        # a second more than 365 days before the win, and a date only, of the day before the first one
        touched("2025-03-01 09:59:59"),
        touched("2025-02-28 22:59:59", "day"),
    ],
}


@pytest.fixture(scope="module")
def database(demo: Company) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory database with the demo's tables."""
    with emptied(demo) as db:
        yield db


@pytest.fixture
def tables(database: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """That database, all empty."""
    with database.cursor() as db:
        db.execute("use leitstand")
        db.begin()
        yield db
        db.rollback()


@pytest.mark.parametrize("rule", CASES)
def test_a_breach_is_found_and_a_sound_case_is_not(rule: str, tables: duckdb.DuckDBPyConnection) -> None:
    breach, sound = CASES[rule]
    sql = compiled(f"tests/{rule}")
    provide(tables, sql)
    fill(tables, sound)
    assert tables.execute(sql).fetchall() == []
    for table in sound:
        tables.execute(f"delete from {table}")
    fill(tables, breach)
    assert tables.execute(sql).fetchall() != []


@pytest.mark.parametrize("rule", MORE_BREACHES)
def test_further_breaches_are_found(rule: str, tables: duckdb.DuckDBPyConnection) -> None:
    sql = compiled(f"tests/{rule}")
    provide(tables, sql)
    for breach in MORE_BREACHES[rule]:
        fill(tables, breach)
        assert tables.execute(sql).fetchall() != []
        for table in breach:
            tables.execute(f"delete from {table}")


def test_plain_personal_data_in_a_mart_is_found(demo: Company) -> None:
    """I27 reads the contracts: a column named like an address is a breach, a kind of one is not."""
    rule = "integrity/i27_no_plain_personal_data_in_marts"
    sql = compiled(f"tests/{rule}")
    assert "'email_kind' as column_name" in sql and demo.rows(sql) == []
    renamed = sql.replace("'email_kind' as column_name", "'work_email' as column_name")
    assert demo.rows(renamed) == [("dim_lead", "work_email")]


def test_plain_personal_data_among_the_values_of_a_mart_is_found(
    tables: duckdb.DuckDBPyConnection,
) -> None:
    """I27 reads every text of a mart: an address or a number is a breach, a campaign with a plus is not."""
    rules = "models/marts/core/dim_campaign.yml/rules_dim_campaign"
    sql = (PROJECT_ROOT / "target" / "compiled" / "leitstand" / f"{rules}.sql").read_text()

    def broken() -> list[str]:
        return [rule for rule, _ in tables.execute(sql).fetchall() if rule.startswith("I27")]

    fill(tables, {"core.dim_campaign": [{"campaign_id": "a", "campaign_name": "Messe"}]})
    for sound in (
        "Q1+Q2 2026 @ Hannover",
        "Summit @ Acme GmbH & Co. KG",
        "@ Stand 3.12",
        "+++ 2026-01-15 +++",
    ):
        tables.execute("update core.dim_campaign set campaign_name = ?", [sound])
        assert broken() == [], sound
    for personal in ("Angebot erika.m@firma.example", "+49 (0)151 234567", "Tel. +49 151 2345678"):
        tables.execute("update core.dim_campaign set campaign_name = ?", [personal])
        assert broken() == ["I27: no address or number of a person in campaign_name"]


def test_too_many_instants_that_cannot_be_are_found(tables: duckdb.DuckDBPyConnection) -> None:
    """The warning with the share of 5 %: six of a hundred are too many, five are not."""
    found = {"connection": "web", "entity": "touches", "instant": "happened_at", "all_rows": 100}
    limit = {"threshold": "maximum_implausible_share", "threshold_value": 0.05}
    sql = compiled("tests/integrity/implausible_dates_stay_few")
    provide(tables, sql)
    fill(tables, {"intermediate.int_reporting__thresholds": [limit]})
    fill(tables, {"intermediate.int_quality__instants": [found | {"implausible_rows": 5}]})
    assert tables.execute(sql).fetchall() == []
    fill(tables, {"intermediate.int_quality__instants": [found | {"implausible_rows": 6}]})
    assert len(tables.execute(sql).fetchall()) == 1


def rules_of_the_page() -> dict[str, list[str]]:
    """The rules that docs/rules.md describes, with the files that it names."""
    text = (PROJECT_ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    sections = re.split(r"^## (I\d\d[A-Z]?)$", text, flags=re.MULTILINE)[1:]
    return {
        number: re.findall(r"`((?:tests|models)/[^`]+)`", section)
        for number, section in zip(sections[::2], sections[1::2], strict=True)
    }


def test_every_rule_of_the_policy_has_its_page_and_its_check(demo: Company) -> None:
    policy = dict(demo.rows("select rule, rule_class from definitions.gate_policy"))
    page = rules_of_the_page()
    assert set(page) == set(policy)
    for number, files in page.items():
        assert files, number
        for file in files:
            assert (PROJECT_ROOT / file).is_file(), file
            if policy[number] == "theirs":
                assert f"'{number}' as rule" in (PROJECT_ROOT / file).read_text()


def test_every_blocking_rule_and_test_of_conservation_has_its_golden_case(demo: Company) -> None:
    ours = {
        rule for (rule,) in demo.rows("select rule from definitions.gate_policy where rule_class = 'ours'")
    }
    files = [Path(file) for rule in ours - {"I27"} for file in rules_of_the_page()[rule]]
    files += (PROJECT_ROOT / "tests" / "conservation").glob("*.sql")
    assert {f"{file.parent.name}/{file.stem}" for file in files} == set(CASES)
