"""`leitstand explain person`: what the warehouse says of one person, and one message where it cannot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from leitstand.config import Company, load_company
from leitstand.errors import BadInput
from leitstand.explain import explain_person
from leitstand.warehouse import open_warehouse
from tiny_company import TinyCompany

MAPPING = """
files:
  - file: leads.csv
    feeds:
      - entity: persons
        columns: {source_id: id}
"""

# Two records of Anna, joined by a foreign key, a visitor of hers, and Bert, who shares a mailbox with her.
TABLES = """
create schema intermediate;
create schema definitions;
create table definitions.identity_rules as
    select 'visitor_id' as rule, cast(null as varchar) as connection, 0.80 as confidence;
create table intermediate.int_identity__persons as from (values ('aa11'), ('aa22'), ('bb33')) as p (lead_id);
create table intermediate.int_identity__leads as from (values
    ('crm', '1', 'crm|1', timestamp '2026-01-02', 'v1', 'aa11'),
    ('ma', '7', 'ma|7', timestamp '2026-01-01', null, 'aa11'),
    ('crm', '2', 'crm|2', timestamp '2026-01-03', null, 'aa22')
) as l (connection, source_id, record_key, created_at, visitor_id, lead_id);
create table intermediate.int_identity__records as
    select connection, source_id, 'record' as record_kind, created_at, visitor_id, lead_id
    from intermediate.int_identity__leads
    union all
    select 'web', 'v1', 'visitor', timestamp '2025-12-31', 'v1', 'aa11';
create table intermediate.int_identity__normalised as
    select connection, source_id, record_key, 'info@x.example' as email, cast(null as varchar) as phone
    from intermediate.int_identity__leads;
create table intermediate.int_identity__links as from (values
    ('ma|7', 'foreign_id', 'crm|1', 0.98, null),
    ('crm|1', 'foreign_id', 'crm|1', 0.98, null),
    ('crm|1', 'phone', '49891234567', 0.85, null),
    ('crm|1', 'email', 'info@x.example', 0.95, 'shared_mailbox'),
    ('ma|7', 'email', 'info@x.example', 0.95, 'shared_mailbox'),
    ('crm|2', 'email', 'info@x.example', 0.95, 'shared_mailbox')
) as l (record_key, rule, identifier, confidence, held_back_by);
create table intermediate.int_identity__attributes as from (values
    ('aa11', 'country', 'DE', 'crm|1')
) as a (lead_id, attribute, attribute_value, record_key);
"""


@pytest.fixture
def company(make_company: Callable[..., TinyCompany]) -> Company:
    """A company whose warehouse holds the models of identity."""
    found = load_company(make_company(MAPPING, {}).folder)
    with open_warehouse(found.warehouse) as db:
        db.execute(TABLES)
    return found


def test_a_person_is_explained(company: Company) -> None:
    person = explain_person(company, "AA1")
    assert person.lead_id == "aa11"
    assert [(row["connection"], row["source_id"], row["email"]) for row in person.records] == [
        ("web", "v1", None),
        ("ma", "7", "info@x.example"),
        ("crm", "1", "info@x.example"),
    ]
    # The number is on one record only, and joins nothing.
    assert person.links == [
        {"rule": "foreign_id", "identifier": "crm|1", "confidence": 0.98, "records": ["crm|1", "ma|7"]},
        {"rule": "visitor_id", "identifier": "v1", "confidence": 0.8, "records": ["crm|1"]},
    ]
    assert person.held_back == [
        {
            "guard": "shared_mailbox",
            "rule": "email",
            "identifier": "info@x.example",
            "records": ["crm|1", "ma|7"],
            "other_records": 1,
        }
    ]
    assert person.attributes == [{"attribute": "country", "value": "DE", "record": "crm|1"}]


@pytest.mark.parametrize(
    ("lead_id", "message"),
    [
        (
            "aa",
            "aa: expected the key of one person, found several that begin so (aa11, aa22).",
        ),
        (
            "bb34",
            "bb34: expected the lead_id of a person, or its beginning, found none. The nearest is bb33",
        ),
        ("", "(empty): expected the lead_id of a person, or its beginning, found none."),
    ],
)
def test_a_key_that_is_nobodys_is_one_message(company: Company, lead_id: str, message: str) -> None:
    with pytest.raises(BadInput) as raised:
        explain_person(company, lead_id)
    assert str(raised.value).startswith(message)


def test_what_was_not_built_cannot_be_explained(make_company: Callable[..., TinyCompany]) -> None:
    company = load_company(make_company(MAPPING, {}).folder)
    with pytest.raises(BadInput, match=r"expected a warehouse that was built, found none\. Run"):
        explain_person(company, "aa")
    with open_warehouse(Path(company.warehouse)):
        pass
    with pytest.raises(BadInput, match=r"expected the models of identity, found none\. Run"):
        explain_person(company, "aa")
