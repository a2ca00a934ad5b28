"""Attribution models that credit what nobody knows, and conversions with no default model or with two."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from leitstand.definitions.files import quoted
from leitstand.definitions.schema import Seed
from leitstand.errors import nearest

_POLICIES = "attribution_policies"

_TYPES = """
select line, '{column}' as named_in, unnest(split({column}, '|')) as conversion_type, conversion_types
from {models} where {column} is not null
"""

_DEFAULTS = """
select line, attribution_model, valid_from, valid_to, unnest(split(default_for, '|')) as conversion_type
from {models} where default_for is not null
"""


def unfit_models(
    db: duckdb.DuckDBPyConnection, seed: Seed
) -> Iterator[tuple[int | None, str | None, str, str, str]]:
    """Faults of the file of attribution models; other files have none."""
    tables = {name for (name,) in db.execute("select table_name from duckdb_tables()").fetchall()}
    if seed.name != "attribution_models" or _POLICIES not in tables:
        return
    models = quoted(seed.name)
    known = [kind for (kind,) in db.execute(f"select conversion_type from {_POLICIES} group by 1").fetchall()]
    yield from _unknown_types(db, models, known)
    yield from _two_defaults(db, models)
    yield from _no_default(db, models)


def _unknown_types(
    db: duckdb.DuckDBPyConnection, models: str, known: list[str]
) -> Iterator[tuple[int, str, str, str, str]]:
    for column in ("conversion_types", "default_for"):
        for line, named_in, kind, credited in db.execute(
            _TYPES.format(column=column, models=models)
        ).fetchall():
            if kind not in known:
                expected = f"types of conversion of {_POLICIES}.csv, separated by |"
                yield line, named_in, expected, repr(kind) + nearest(kind, known), "Correct the word."
            elif kind not in (credited or "").split("|"):
                remedy = "Add it there, or make another model the default."
                yield line, named_in, "a type that stands in conversion_types too", repr(kind), remedy


def _two_defaults(db: duckdb.DuckDBPyConnection, models: str) -> Iterator[tuple[int, str, str, str, str]]:
    for line, kind, first, name in db.execute(
        f"with defaults as ({_DEFAULTS.format(models=models)}) "
        "select later.line, later.conversion_type, earlier.line, earlier.attribution_model "
        "from defaults as earlier join defaults as later using (conversion_type) "
        "where earlier.line < later.line "
        "and (earlier.valid_to is null or earlier.valid_to > later.valid_from) "
        "and (later.valid_to is null or later.valid_to > earlier.valid_from)"
    ).fetchall():
        expected = f"one default model for {kind} on each day"
        remedy = "Take the type from one of the two, or end one before the other begins."
        yield line, "default_for", expected, f"two: this one and {name} on line {first}", remedy


def _no_default(db: duckdb.DuckDBPyConnection, models: str) -> Iterator[tuple[None, str, str, str, str]]:
    """A default must hold on the first day of the policy, and from the day on which another one ends."""
    for kind, day in db.execute(
        f"with defaults as ({_DEFAULTS.format(models=models)}), "
        f"days as (select conversion_type, min(valid_from) as day from {_POLICIES} group by 1 "
        "union select conversion_type, valid_to from defaults where valid_to is not null) "
        f"select days.conversion_type, days.day from days "
        f"where days.conversion_type in (select conversion_type from {_POLICIES}) and not exists "
        "(select 1 from defaults as d where d.conversion_type = days.conversion_type "
        "and d.valid_from <= days.day and (d.valid_to is null or d.valid_to > days.day)) "
        "order by all"
    ).fetchall():
        expected = f"a default model for {kind} on {day}"
        yield None, "default_for", expected, "none", f"Add {kind} to default_for of a model valid then."
