"""Words of an agreement that stand nowhere else, such as unknown stages; and who answers for what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import duckdb

from leitstand.definitions.files import quoted
from leitstand.definitions.schema import REFERENCE, Seed
from leitstand.errors import nearest


def unknown_words(db: duckdb.DuckDBPyConnection, seed: Seed) -> Iterator[tuple[int, str, str, str, str]]:
    """Cells that name what the file they refer to does not hold."""
    tables = {name for (name,) in db.execute("select table_name from duckdb_tables()").fetchall()}
    for reference in seed.references:
        if reference.seed not in tables:
            continue
        column, target = quoted(reference.column), quoted(reference.seed)
        is_closed = (REFERENCE / f"{reference.seed}.csv").is_file()
        remedy = "Correct the word." if is_closed else f"Correct the word, or add it to {reference.seed}.csv."
        for line, found in db.execute(
            f"select line, cast({column} as varchar) as found from {quoted(seed.name)} "
            f"where ({reference.where}) and found is not null "
            f"and found not in (select cast({quoted(reference.field)} as varchar) from {target})"
        ).fetchall():
            hint = nearest(found, _values(db, reference.seed, reference.field))
            yield line, reference.column, f"one of {reference.seed}.csv", repr(found) + hint, remedy


def unknown_connections(
    db: duckdb.DuckDBPyConnection, seed: Seed, connections: list[str]
) -> Iterator[tuple[int, str, str, str, str]]:
    """Cells that name a connection the company does not have."""
    for column in seed.types:
        if column != "connection" and not column.endswith("_connection"):
            continue
        for line, found in db.execute(
            f"select line, {quoted(column)} from {quoted(seed.name)} where {quoted(column)} is not null"
        ).fetchall():
            if found not in connections:
                hint = nearest(found, connections)
                yield line, column, "a connection of vars.yml", repr(found) + hint, "Correct the name."


def without_owner(
    db: duckdb.DuckDBPyConnection, loaded: Iterable[str], files: list[str]
) -> Iterator[tuple[str | None, str, str, str]]:
    """Stages, KPIs and files of definitions that nobody answers for, and files that do not exist."""
    if "responsibilities" not in loaded:
        return
    subjects = {"definition": files}
    for kind, seed, column in (("stage", "stages", "stage"), ("kpi", "kpis", "kpi")):
        if seed in loaded:
            subjects[kind] = _values(db, seed, column)
    for kind, known in subjects.items():
        owned = [
            subject
            for (subject,) in db.execute(
                "select subject from responsibilities where subject_type = ?", [kind]
            ).fetchall()
        ]
        for subject in known:
            if subject not in owned:
                yield None, f"an owner of the {kind} {subject!r}", "none", "Add a row."
        if kind == "definition":
            for subject in sorted(set(owned) - set(known)):
                hint = nearest(subject, known)
                yield "subject", "a file of definitions", repr(subject) + hint, "Correct or remove the row."


def _values(db: duckdb.DuckDBPyConnection, seed: str, column: str) -> list[str]:
    name = quoted(column)
    found = db.execute(f"select {name} from {quoted(seed)} where {name} is not null group by 1 order by 1")
    return [str(value) for (value,) in found.fetchall()]
