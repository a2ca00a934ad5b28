"""Mappings that do not fit the contract, the settings, the folder or themselves."""

from __future__ import annotations

import pytest
from landing_cases import HEADER, LEADS, ROW, WIDE, refused

from leitstand.errors import BadInput


def changed(old: str, new: str, mapping: str = LEADS) -> str:
    assert old in mapping
    return mapping.replace(old, new)


def test_no_mapping(leads):
    tiny = leads(HEADER + ROW)
    (tiny.folder / "mappings/crm.yml").unlink()
    refused(tiny, "mappings/crm.yml: expected a mapping file, found none")


def test_no_yaml(leads):
    tiny = leads(HEADER + ROW)
    tiny.write("mappings/crm.yml", "files:\n  - file: [leads\n")
    refused(tiny, "mappings/crm.yml, line 3", "expected YAML in UTF-8")


def test_unknown_key_names_the_nearest(leads):
    tiny = leads(HEADER + ROW, changed("ignore:", "ignored:"))
    refused(tiny, "mappings/crm.yml", "files.0.ignored", "did you mean 'ignore'?")


def test_unknown_default_names_the_nearest(leads):
    tiny = leads(HEADER + ROW, changed("delimiter:", "delimeter:"))
    refused(tiny, "mappings/crm.yml", "defaults.delimeter", "did you mean 'delimiter'?")


def test_unknown_entity_names_the_nearest(leads):
    tiny = leads(HEADER + ROW, changed("entity: persons", "entity: person"))
    refused(tiny, "mappings/crm.yml, file 'leads*.csv'", "found 'person' (did you mean 'persons'?)")


def test_unknown_target_names_the_nearest(leads):
    tiny = leads(HEADER + ROW, changed("company_name:", "company_nam:"))
    refused(tiny, "mappings/crm.yml", "persons", "found 'company_nam' (did you mean 'company_name'?)")


def test_target_that_landing_sets(leads):
    tiny = leads(HEADER + ROW, changed("company_name:", "created_precision:"))
    refused(tiny, "'created_precision', which landing sets itself")


def test_required_target_without_a_source(leads):
    tiny = leads(HEADER + ROW, changed("          created_at: Angelegt am\n", ""))
    refused(tiny, "expected the required target 'created_at'")


def test_one_target_fed_twice(leads):
    tiny = leads(HEADER + ROW, changed("country: Land", "company_name: Land"))
    refused(tiny, "mappings/crm.yml, line 12", "the key 'company_name' once", "found it twice")


def test_one_target_fed_by_unpivot_and_again(leads):
    tiny = leads(mapping=changed("{rate_date", "{currency: Date, rate_date", WIDE))
    tiny.export("rates.csv", "Date,USD,GBP\n2026-01-02,1,1\n")
    refused(tiny, "expected each target fed once, found 'currency' twice")


def test_where_beside_unpivot(leads):
    tiny = leads(
        mapping=changed(
            "columns: {rate_date", "where: {column: Date, in: [x]}\n        columns: {rate_date", WIDE
        )
    )
    refused(tiny, "'where' and 'unpivot' cannot stand together")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("company_name: Firma", "company_name: {column: Firma, constant: x}", "expected one of 'column'"),
        ("country: Land", "country: {constant: Germany}", "expected the pattern [A-Z]{2}, found 'Germany'"),
        (
            "country: Land",
            "kind: {column: Land, values: {DE: client}}",
            "expected one of lead, contact, visitor",
        ),
        ("country: Land", "is_deleted: {constant: maybe}", "expected one of true"),
        ("created_at: Angelegt am", "created_at: {column: Angelegt am, formats: ['%Q']}", "found '%Q'"),
        ("country: Land", "country: {column: Land, formats: ['%Y']}", "formats for dates and instants only"),
        (
            "created_at: Angelegt am",
            "created_at: {columns: [Angelegt am, Land]}",
            "expected one column for a timestamp",
        ),
        ("country: Land", "country: {column: Land, others: reject}", "'others: reject' needs 'values'"),
        ("{delimiter", "{timezone: Europe/Stuttgart, delimiter", "found 'Europe/Stuttgart'"),
        ("{delimiter", "{encoding: utf8, delimiter", "Input should be 'utf-8', 'latin-1' or 'windows-1252'"),
        ("{delimiter", "{decimal: ',', thousands: ',', delimiter", "'decimal' and 'thousands' must differ"),
        ("{delimiter", "{dates: ['%Y-%m-%d%z'], delimiter", "a format of a day without an offset"),
        ("file: leads*.csv", "file: ../leads*.csv", "below the connection's folder"),
    ],
)
def test_value_of_the_mapping_that_is_not_possible(leads, old, new, words):
    refused(leads(HEADER + ROW, changed(old, new)), "mappings/crm.yml", words)


def test_entities_of_vars_that_the_mapping_does_not_feed(leads):
    tiny = leads(HEADER + ROW)
    tiny.connect(LEADS, entities=["persons", "users"])
    refused(tiny, "mappings/crm.yml", "in vars.yml: persons, users", "does not feed users")


def test_fed_entity_that_vars_does_not_name(leads):
    tiny = leads(HEADER + ROW)
    tiny.connect(LEADS, entities=["users"])
    refused(tiny, "feeds persons as well and does not feed users")


def test_no_file_for_a_pattern(leads):
    refused(
        leads(contacts=HEADER),
        "exports/crm/leads*.csv: expected at least one file",
        "the folder holds contacts.csv",
    )


def test_no_folder(leads):
    tiny = leads()
    (tiny.folder / "exports/crm").rmdir()
    refused(tiny, "exports/crm: expected the folder of the connection 'crm', found none")


def test_overlapping_mappings(leads):
    more = LEADS.split("files:\n")[1].replace("leads*.csv", "'*_2026.csv'")
    refused(
        leads(mapping=LEADS + more, leads_2026=HEADER + ROW, leads_1=HEADER + ROW, x_2026=HEADER + ROW),
        "mappings/crm.yml",
        "leads_2026.csv in two: 'leads*.csv' and '*_2026.csv'",
    )


def test_unknown_connection_names_the_nearest(leads):
    with pytest.raises(BadInput, match=r"one of the connections crm, found 'crn' \(did you mean 'crm'\?\)"):
        leads(HEADER + ROW).land(connections=["crn"])
