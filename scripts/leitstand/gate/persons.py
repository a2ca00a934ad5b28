"""Whom the sources name, and which published texts name one of them.

Addresses and numbers of persons stand in the raw tables. Their names land nowhere: they are read from the
files that the lake keeps, where a file feeds persons or users and a heading says that it holds names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from leitstand.land.lake import KeptFile, Lake
from leitstand.land.sql import identifier, kept_rows, literal

_FIRST = re.compile(r"(vor|first|given|fore)[ _-]?name")
_LAST = re.compile(r"(nach|familien|last|family|sur)[ _-]?name")
_WHOLE = re.compile(r"(voll(er|ständiger)[ _-]?|full[ _-]?|contact[ _-]?|kontakt)?name")
_WORDS = r"regexp_extract_all(lower(nfc_normalize({})), '[\p{{L}}\p{{M}}]+')"

VALUES, NAMES = "what the sources hold of a person", "the name of a person"


@dataclass(frozen=True)
class Finding:
    """So many values of a column of `schema.table` that name somebody, and how."""

    table: str
    column: str
    kind: str
    values: int


def note_persons(
    db: duckdb.DuckDBPyConnection, catalogue: str, connections: Iterable[str], lake: Lake
) -> None:
    """Make the temp tables `known_values` and `known_names` of all persons in a catalogue and its lake.

    A name has two words at least, in both orders; addresses and numbers too short to be anybody's are not
    noted.
    """
    db.execute("create or replace temp table known_values (value varchar)")
    db.execute("create or replace temp table known_names (name varchar, length bigint)")
    schemas = {f"raw_{connection}" for connection in connections}
    raw = db.execute(
        "select distinct schema_name from duckdb_tables() where database_name = ? "
        "and table_name = 'persons' and list_contains(?, schema_name) order by all",
        [catalogue, sorted(schemas)],
    ).fetchall()
    for (schema,) in raw:
        for column, is_one in (("email", "email like '%_@_%._%'"), ("phone", "length(phone) > 8")):
            db.execute(
                f"insert into known_values select distinct lower({column}) "
                f"from {identifier(catalogue)}.{identifier(schema)}.persons where {is_one}"
            )
    for number in lake.numbers():
        for kept in lake.read(number).files:
            for parts in _name_columns(kept):
                rows = kept_rows(lake.path(number) / kept.parquet, len(kept.header))
                text = f"concat_ws(' ', {', '.join(f'c{place}' for place in parts)})"
                db.execute(
                    f"insert into known_names with named as (select distinct {_WORDS.format(text)} as words "
                    f"from {rows}) select array_to_string(words, ' '), len(words) from named "
                    "where len(words) > 1 union select array_to_string(words[2:] || words[:1], ' '), "
                    "len(words) from named where len(words) > 1"
                )


def find_persons(db: duckdb.DuckDBPyConnection, catalogue: str, tables: Iterable[str]) -> list[Finding]:
    """Where a text of these tables, each `schema.table`, is or holds one of `known_values` or `known_names`.

    A value is compared as a whole, a name with each run of words in a text, without regard to case and signs.
    """
    db.execute("create or replace temp table texts (place varchar, name varchar, value varchar)")
    columns: dict[str, list[str]] = {}
    for table, column, kind in db.execute(
        "select schema_name || '.' || table_name, column_name, data_type from duckdb_columns() "
        "where database_name = ? and data_type in ('VARCHAR', 'VARCHAR[]')",
        [catalogue],
    ).fetchall():
        text = identifier(column) if kind == "VARCHAR" else f"unnest({identifier(column)})"
        columns.setdefault(table, []).append(f"{literal(column)}, {text}")
    for table in sorted(columns.keys() & set(tables)):
        source = ".".join(map(identifier, (catalogue, *table.split(".", 1))))
        selects = (f"select distinct {literal(table)}, {text} from {source}" for text in columns[table])
        db.execute(f"insert into texts {' union all '.join(selects)}")
    found = db.execute(
        f"""
        with split as (
            select value, {_WORDS.format("value")} as words
            from (select distinct value from texts)
        ),
        runs as (
            select distinct value, array_to_string(words[start : start + length - 1], ' ') as name
            from (
                select value, words, length, unnest(range(1, len(words) - length + 2)) as start
                from split
                cross join (select distinct length from known_names) as lengths
            ) as starts
        ),
        named as (
            select value, {literal(VALUES)} as kind from split
            where lower(value) in (select value from known_values)
            union
            select value, {literal(NAMES)} as kind from runs
            where name in (select name from known_names)
        )
        select place, name, kind, count(distinct texts.value)
        from texts
        inner join named using (value)
        group by all
        order by all
        """
    ).fetchall()
    return [Finding(*row) for row in found]


def _name_columns(kept: KeptFile) -> list[list[int]]:
    """The places of the columns that together hold names: first and last name, or whole names."""
    if not {"persons", "users"} & {feed.entity for feed in kept.entry.feeds}:
        return []
    titles = [title.strip().lower() for title in kept.header]

    def places(pattern: re.Pattern[str]) -> list[int]:
        return [place for place, title in enumerate(titles) if pattern.fullmatch(title)]

    first, last, whole = places(_FIRST), places(_LAST), places(_WHOLE)
    return [[*first[:1], *last[:1]]] * bool(first and last) + [[place] for place in whole]
