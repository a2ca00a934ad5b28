"""Two outside companies by mapping files alone: what their files hold is in, or is left out with a reason.

Expected values are counted over the files themselves, or stand in the descriptions that come with them.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from example_runs import make_example
from leitstand.config import PROJECT_ROOT
from running import Company, leitstand

LEADFORGE, SALESFORCE = "leadforge_b2b_saas", "salesforce_campaign_influence"
Files = Callable[[str], list[tuple[Any, ...]]]
LEFT_OUT = "select entity, reason, left_out_rows, all_rows from intermediate.int_quality__left_out"


@pytest.fixture(scope="module")
def leadforge(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Company:
    return make_example(
        "leadforge", [LEADFORGE], real_data, tmp_path_factory.mktemp("examples") / "leadforge"
    )


@pytest.fixture(scope="module")
def salesforce(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Company:
    return make_example(SALESFORCE, [SALESFORCE], real_data, tmp_path_factory.mktemp("examples") / SALESFORCE)


@pytest.fixture(scope="module")
def tables(real_data: Path) -> Files:
    """Rows of the generator's Parquet files, each a table of its name."""
    return _files(real_data / LEADFORGE / "tables", "*.parquet", "read_parquet('{}')")


@pytest.fixture(scope="module")
def org(real_data: Path) -> Files:
    """Rows of the Salesforce export, each file a table of its name, every value a text."""
    return _files(real_data / SALESFORCE, "*.csv", "read_csv('{}', all_varchar = true)")


def _files(folder: Path, pattern: str, reader: str) -> Files:
    database = duckdb.connect()
    for file in folder.glob(pattern):
        database.execute(f'create view "{file.stem}" as select * from {reader.format(file)}')
    return lambda sql: database.execute(sql).fetchall()


def test_leadforge_rows_are_landed_or_quarantined(leadforge: Company, tables: Files) -> None:
    """The numbers of rows stand in the card of the data set, too."""
    card = {
        "accounts": 1500,
        "contacts": 4200,
        "leads": 2000,
        "touches": 15632,
        "sessions": 4058,
        "sales_activities": 8509,
        "opportunities": 1691,
    }
    rows = {name: tables(f"select count(*) from {name}")[0][0] for name in card}
    assert rows == card
    assert leadforge.published(
        "select entity, rows_read, rows_landed, rows_quarantined from meta.data_state order by entity"
    ) == [
        (entity, count, count, 0)
        for entity, count in sorted(
            {
                "accounts": rows["accounts"],
                "activities": rows["sales_activities"],
                "opportunities": rows["opportunities"],
                "opportunity_persons": rows["opportunities"],
                "persons": rows["contacts"] + rows["leads"],
                "stage_signals": rows["leads"],
                "touches": rows["touches"] + rows["sessions"],
                "users": rows["leads"],
            }.items()
        )
    ]


def test_leadforge_leaves_out_what_the_company_sent_and_nothing_else(
    leadforge: Company, tables: Files
) -> None:
    ((sent,),) = tables("select count(*) from touches where touch_direction = 'outbound'")
    ((all_touches,),) = tables("select (select count(*) from touches) + (select count(*) from sessions)")
    assert leadforge.rows(LEFT_OUT) == [("touches", "exposure", sent, all_touches)]


def test_leadforge_other_touches_are_touchpoints(leadforge: Company, tables: Files) -> None:
    types = {
        "call": "call",
        "email": "email_click",
        "webinar": "webinar",
        "linkedin_message": "chat",
        "content_download": "content",
    }
    expected = {("direct", "session"): tables("select count(*) from sessions")[0][0]} | {
        (channel, types[kind]): count
        for channel, kind, count in tables(
            "select touch_channel, touch_type, count(*) from touches "
            "where touch_direction = 'inbound' group by all"
        )
    }
    counted = leadforge.rows("select channel, touch_type, count(*) from core.fct_touchpoint group by all")
    assert {(channel, kind): count for channel, kind, count in counted} == expected


def test_leadforge_leads_and_their_contacts_are_people(leadforge: Company, tables: Files) -> None:
    """Every record is in, a lead is the same person as its contact, and contacts are different people."""
    person = dict(
        leadforge.rows(
            "select source_id, lead_id from intermediate.int_identity__records where record_kind = 'record'"
        )
    )
    leads: dict[str, str] = dict(tables("select lead_id, contact_id from leads"))
    contacts = [contact for (contact,) in tables("select contact_id from contacts")]
    assert set(person) == set(leads) | set(contacts)
    assert {lead: person[lead] for lead in leads} == {lead: person[leads[lead]] for lead in leads}
    assert len({person[contact] for contact in contacts}) == len(contacts)
    assert leadforge.rows("select count(*), count(distinct lead_id) from core.dim_lead") == [
        (len(contacts), len(contacts))
    ]


def test_leadforge_leads_are_in_the_lifecycle(leadforge: Company, tables: Files) -> None:
    """Each lead record declares an inquiry on the day on which it was opened."""
    declared = leadforge.rows(
        """
        select
            timezone('America/Chicago', timezone('UTC', happened_at))::date::varchar,
            count(*)
        from intermediate.int_lifecycle__cycle_events
        where stage = 'inquiry' and evidence = 'declaration'
        group by all order by all
        """
    )
    assert declared == tables("select lead_created_at, count(*) from leads group by all order by all")


def test_leadforge_opportunities_are_in(leadforge: Company, tables: Files) -> None:
    assert leadforge.rows(
        "select source_stage, count(*), sum(current_amount), sum(entry_amount), "
        "bool_and(is_won), bool_and(is_lost) from core.fct_opportunity group by all order by all"
    ) == tables(
        "select stage, count(*), sum(estimated_acv), sum(estimated_acv), "
        "stage = 'closed_won', stage = 'closed_lost' from opportunities group by all order by all"
    )


def test_leadforge_pipeline_is_published_in_full(leadforge: Company, tables: Files) -> None:
    """Every stage of this source counts as pipeline, and every opportunity has an amount."""
    assert leadforge.published(
        "select sum(opportunities), sum(new_pipeline_amount) from kpi.kpi.kpi_pipeline_contribution"
    ) == tables("select count(*), sum(estimated_acv) from opportunities")


def test_leadforge_opportunities_belong_to_their_leads(leadforge: Company, tables: Files) -> None:
    person = dict(leadforge.rows("select source_id, lead_id from intermediate.int_identity__records"))
    primary = leadforge.rows("select opportunity_id, primary_lead_id from core.fct_opportunity")
    assert dict(primary) == {
        _opportunity("leadforge", opportunity): person[lead]
        for opportunity, lead in tables("select opportunity_id, lead_id from opportunities")
    }


def test_salesforce_rows_are_landed_or_quarantined(salesforce: Company, org: Files) -> None:
    files = {
        "accounts": "Accounts",
        "campaigns": "Campaigns",
        "opportunities": "Opportunitys",
        "opportunity_persons": "OpportunityContactRoles",
        "persons": "Contacts",
        "touches": "CampaignMembers",
    }
    counts = {entity: org(f"select count(*) from {file}")[0][0] for entity, file in files.items()}
    assert (counts["opportunities"], counts["touches"]) == (12, 30)
    assert salesforce.published(
        "select entity, rows_read, rows_landed, rows_quarantined from meta.data_state order by entity"
    ) == [(entity, count, count, 0) for entity, count in counts.items()]


def test_salesforce_members_are_left_out_as_sent(salesforce: Company) -> None:
    """All 30 members were sent something and none has responded: no touchpoint, and no marketing."""
    assert salesforce.rows(LEFT_OUT) == [("touches", "exposure", 30, 30)]
    assert salesforce.rows("select count(*) from core.fct_touchpoint") == [(0,)]
    assert salesforce.published(
        "select sum(opportunities), sum(new_pipeline_amount), sum(influenced_pipeline_amount) "
        "from kpi.kpi.kpi_pipeline_contribution"
    ) == [(11, Decimal("104000.00"), Decimal("0.00"))]


def test_salesforce_opportunities_by_stage(salesforce: Company, org: Files) -> None:
    """All are in; one is still prospecting, which is no pipeline."""
    assert salesforce.rows(
        "select source_stage, count(*), sum(current_amount) from core.fct_opportunity group by all order by 1"
    ) == org(
        'select StageName, count(*), sum("Amount"::decimal(18, 2)) from Opportunitys group by all order by 1'
    )
    assert salesforce.rows(
        "select source_stage, current_amount from core.fct_opportunity where opportunity_at is null"
    ) == [("Prospecting", Decimal("20000.00"))]


def test_salesforce_won_is_what_the_opportunities_say(salesforce: Company, org: Files) -> None:
    """One won opportunity has no influence row: a report built on influences alone shows 21,000."""
    influenced = org(
        """
        select sum(Amount::decimal(18, 2)) from Opportunitys
        where
            StageName = 'Closed Won'
            and extId__c in (select "Opportunity__r.extId__c" from CampaignInfluences)
        """
    )
    assert influenced == [(Decimal("21000.00"),)]
    assert salesforce.rows("select count(*), sum(current_amount) from core.fct_opportunity where is_won") == [
        (5, Decimal("41000.00"))
    ]
    missing = _opportunity("salesforce", "0062100000CZxqcAAD")
    assert salesforce.rows(
        f"select current_amount, is_won from core.fct_opportunity where opportunity_id = '{missing}'"
    ) == [(Decimal("20000.00"), True)]


def test_salesforce_members_created_after_their_opportunity(salesforce: Company) -> None:
    """Of 37 pairs of a member and an opportunity of the same contact, 20 have the member created later."""
    assert salesforce.rows(
        """
        select count(*), count(*) filter (touches.happened_at > opportunities.created_at)
        from intermediate.int_unified__touches as touches
        inner join intermediate.int_unified__opportunity_persons as roles
            on touches.person_id = roles.person_id
        inner join intermediate.int_unified__opportunities as opportunities
            on roles.opportunity_id = opportunities.source_id
        """
    ) == [(37, 20)]


def test_salesforce_roles_link_people_and_opportunities(salesforce: Company, org: Files) -> None:
    """Every contact role is a link, and the primary ones are those of the source."""
    person = dict(salesforce.rows("select source_id, lead_id from intermediate.int_identity__records"))
    roles = org(
        'select "Opportunity__r.extId__c", "Contact__r.extId__c", IsPrimary__c from OpportunityContactRoles'
    )
    links = salesforce.rows("select opportunity_id, lead_id, is_primary from core.bridge_lead_opportunity")
    assert sorted(links) == sorted(
        (_opportunity("salesforce", opportunity), person[contact], is_primary == "true")
        for opportunity, contact, is_primary in roles
    )


def test_salesforce_members_name_campaigns_that_are_there(salesforce: Company, org: Files) -> None:
    assert salesforce.rows(
        """
        select campaigns.campaign_name, campaigns.campaign_type, count(*)
        from intermediate.int_touch__classified as touches
        inner join core.dim_campaign as campaigns using (campaign_id)
        where campaigns.has_record
        group by all order by all
        """
    ) == org(
        """
        select c.Name, c.Type, count(*)
        from CampaignMembers as m inner join Campaigns as c on m."Campaign.extId__c" = c.extId__c
        group by all order by all
        """
    )


def test_salesforce_statuses_mean_responses_or_go_to_quarantine(real_data: Path, tmp_path: Path) -> None:
    """What the two standard statuses mean is mapped; a status of the org's own is a question, not a guess."""
    folder = tmp_path / "org"
    own = shutil.ignore_patterns("data", "releases", "warehouse")
    shutil.copytree(PROJECT_ROOT / "examples" / SALESFORCE, folder, ignore=own)
    data = folder / "data" / SALESFORCE
    data.mkdir(parents=True)
    for file in (real_data / SALESFORCE).glob("*.csv"):
        (data / file.name).write_bytes(file.read_bytes())
    members = (data / "CampaignMembers.csv").read_text()
    members = members.replace(",Sent,", ",Responded,", 1).replace(",Sent,", ",Visited booth,", 1)
    (data / "CampaignMembers.csv").write_text(members)
    assert leitstand("land", "-c", str(folder)).code == 0
    landed = Company(folder, None)
    assert landed.rows(
        "select is_response, count(*) from raw_salesforce.touches group by all order by all"
    ) == [(False, 28), (True, 1)]
    assert landed.rows("select column_name, raw_text from landing.quarantine") == [
        ("Status", "Visited booth")
    ]


def _opportunity(connection: str, source_id: str) -> str:
    """The key of an opportunity in core."""
    return hashlib.md5(f"{connection}|{source_id}".encode()).hexdigest()
