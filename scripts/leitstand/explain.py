"""Why records are one person: read from the warehouse, which holds the personal data that marts do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from leitstand.config import Company
from leitstand.errors import BadInput
from leitstand.warehouse import open_warehouse


@dataclass(frozen=True)
class Person:
    """One person: the records, why they are one, what was held back, which record gives which attribute."""

    lead_id: str
    records: list[dict[str, Any]]
    links: list[dict[str, Any]]
    """One per rule and identifier that joins records of the person: rule, identifier, confidence, records."""
    held_back: list[dict[str, Any]]
    """One per identifier that a guard holds back: guard, rule, identifier, records, other_records."""
    attributes: list[dict[str, Any]]


RECORDS = """
select
    record.record_kind as kind, record.connection, record.source_id, record.created_at,
    normalised.email, normalised.phone, record.visitor_id
from intermediate.int_identity__records as record
left join intermediate.int_identity__normalised as normalised
    on record.record_kind = 'record'
    and record.connection = normalised.connection and record.source_id = normalised.source_id
where record.lead_id = $lead_id
order by record.created_at nulls last, record.connection, record.source_id
"""

# An identifier that only one record holds says nothing of why records are one.
LINKS = """
select
    links.rule, links.identifier, cast(min(links.confidence) as double) as confidence,
    list(links.record_key order by links.record_key) as records
from intermediate.int_identity__links as links
join intermediate.int_identity__leads as leads using (record_key)
where leads.lead_id = $lead_id and links.held_back_by is null
group by links.rule, links.identifier
having count(*) > 1
order by confidence desc, links.rule, links.identifier
"""

VISITORS = """
select
    'visitor_id' as rule, visitor.visitor_id as identifier,
    (
        select cast(max(confidence) as double) from definitions.identity_rules
        where rule = 'visitor_id' and (connection is null or connection = any (
            select leads.connection from intermediate.int_identity__leads as leads
            where leads.lead_id = $lead_id and leads.visitor_id = visitor.visitor_id
        ))
    ) as confidence,
    (
        select list(leads.record_key order by leads.record_key) from intermediate.int_identity__leads as leads
        where leads.lead_id = $lead_id and leads.visitor_id = visitor.visitor_id
    ) as records
from intermediate.int_identity__records as visitor
where visitor.lead_id = $lead_id and visitor.record_kind = 'visitor'
    and exists (select 1 from intermediate.int_identity__leads as leads where leads.lead_id = $lead_id)
order by visitor.visitor_id
"""

HELD_BACK = """
select
    mine.held_back_by as guard, mine.rule, mine.identifier,
    list(distinct mine.record_key order by mine.record_key) as records,
    count(distinct other.record_key) filter (where other_leads.lead_id <> $lead_id) as other_records
from intermediate.int_identity__links as mine
join intermediate.int_identity__leads as leads on mine.record_key = leads.record_key
join intermediate.int_identity__links as other
    on mine.rule = other.rule and mine.identifier = other.identifier
join intermediate.int_identity__leads as other_leads on other.record_key = other_leads.record_key
where leads.lead_id = $lead_id and mine.held_back_by is not null
group by mine.held_back_by, mine.rule, mine.identifier
order by mine.held_back_by, mine.rule, mine.identifier
"""

ATTRIBUTES = """
select attribute, attribute_value as value, record_key as record
from intermediate.int_identity__attributes
where lead_id = $lead_id
order by attribute
"""


def explain_person(company: Company, lead_id: str) -> Person:
    """What makes one person of records; `lead_id` may be the beginning of a key, if only one begins so,
    or one of the person's records as `connection|key`.

    Raises:
        BadInput: the warehouse has not been built, or no person, or more than one, has a key that begins so.
    """
    if not company.warehouse.exists():
        raise BadInput(
            f"{company.warehouse}: expected a warehouse that was built, found none. Run `leitstand run`."
        )
    with open_warehouse(company.warehouse, read_only=True) as db:
        try:
            asked = lead_id.strip()
            found = _key_of_record(db, asked) if "|" in asked else _full_key(db, asked.lower())
            return Person(
                lead_id=found,
                records=_rows(db, RECORDS, found),
                links=_rows(db, LINKS, found) + _rows(db, VISITORS, found),
                held_back=_rows(db, HELD_BACK, found),
                attributes=_rows(db, ATTRIBUTES, found),
            )
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise BadInput(
                f"{company.warehouse}: expected the models of identity, found none. Run `leitstand build`."
            ) from error


def _key_of_record(db: duckdb.DuckDBPyConnection, record: str) -> str:
    """The person of a record that is named as `connection|key`."""
    found = db.execute(
        "select lead_id from intermediate.int_identity__leads where record_key = ?", [record]
    ).fetchone()
    if found is None:
        raise BadInput(
            f"expected a record that counts, as connection|key such as crm|1001, found none called "
            f"{record!r}. Records that are left out are counted in int_quality__left_out."
        )
    return str(found[0])


def _full_key(db: duckdb.DuckDBPyConnection, beginning: str) -> str:
    keys = db.execute(
        "select lead_id from intermediate.int_identity__persons where starts_with(lead_id, $beginning) "
        "order by lead_id limit 4",
        {"beginning": beginning},
    ).fetchall()
    if beginning and len(keys) == 1:
        return str(keys[0][0])
    if beginning and keys:
        some = ", ".join(key[: max(len(beginning) + 4, 12)] for (key,) in keys[:3])
        raise BadInput(
            f"{beginning}: expected the key of one person, found several that begin so ({some}"
            f"{', …' if len(keys) > 3 else ''}). Give more of it."
        )
    near = db.execute(
        "select lead_id from intermediate.int_identity__persons "
        "order by jaro_winkler_similarity(lead_id, $beginning) desc, lead_id limit 1",
        {"beginning": beginning},
    ).fetchone()
    hint = f" The nearest is {near[0]}." if near else " Nobody has landed yet."
    raise BadInput(
        f"{beginning or '(empty)'}: expected the lead_id of a person, or its beginning, found none.{hint}"
    )


def _rows(db: duckdb.DuckDBPyConnection, sql: str, lead_id: str) -> list[dict[str, Any]]:
    cursor = db.execute(sql, {"lead_id": lead_id})
    columns = [column[0] for column in cursor.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
