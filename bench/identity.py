"""Time the contraction on a million records with 2.5 million identifiers, and check it against the truth.

The SQL is what `int_identity__components` compiles to, the macro's own text. People have one to twenty
records, each of which shares an identifier only with the next, so that many are joined by a chain of others;
all other identifiers stand on one record. JSON on standard output.

The first call makes the records, the second one measures, in a process of its own:

    python bench/identity.py --file /tmp/identity.duckdb
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path

import duckdb
import jinja2

ROOT = Path(__file__).resolve().parents[1]
MACRO = ROOT / "macros" / "identity" / "connected_components.sql"
CPU_SECONDS, PEAK_MB = 8, 700
MEMORY_LIMIT = "500MB"

# Keys are hashes and say nothing of who is who. Identifier n of a person joins the records n and n + 1;
# identifiers of single records come to the wanted number.
RECORDS = """
create table truth as
with drawn as (
    select row_number() over () as person, 1 + cast(floor(-2.2 * ln(1 - random())) as integer) % 20 as records
    from range({records})
),
numbered as (
    select person, records, sum(records) over (order by person) as last from drawn
)
select
    person,
    last - records + place as number,
    md5('record ' || (last - records + place)) as record_key,
    place,
    records
from numbered, unnest(range(1, cast(records as bigint) + 1)) as places (place)
where last <= {records}
"""
LINKS = """
create table links as
with joining as (
    select record_key, 'p' || person || 'i' || place as identifier from truth
    where records > 1
    union all
    select record_key, 'p' || person || 'i' || (place - 1) from truth
    where place > 1
),
alone as (
    select record_key, 'own ' || number as identifier, row_number() over (order by number) as n
    from truth
),
also as (
    select record_key, 'also ' || number as identifier, row_number() over (order by number) as n
    from truth
)
select * from joining
union all
select record_key, identifier from alone
where n <= {identifiers} - (select count(*) from joining)
union all
select record_key, identifier from also
where n <= {identifiers} - (select count(*) from joining) - (select count(*) from truth)
"""
# Pairs of one person and one component, of one component, and of one person.
PAIRS = """
with named as (
    select truth.person, coalesce(found.component, -truth.number) as component
    from truth left join found using (record_key)
),
pairs as (select count(*) as n from named group by person, component),
components as (select count(*) as n from named group by component),
people as (select count(*) as n from named group by person)
select
    (select sum(n * (n - 1) / 2) from pairs),
    (select sum(n * (n - 1) / 2) from components),
    (select sum(n * (n - 1) / 2) from people),
    (select count(*) from found where is_open)
"""


def contraction(rounds: int = 6) -> str:
    """The query of `int_identity__components` on a table `links`, rendered from the macro."""
    module = jinja2.Environment().from_string(MACRO.read_text(encoding="utf-8")).module
    ctes = module.connected_components("links", "record_key", "identifier", rounds)  # type: ignore[attr-defined]
    return (
        f"with {ctes} select nodes.record_key, components.component, components.is_open "
        "from components inner join nodes on components.label = nodes.label"
    )


def main() -> None:
    """Make the records in a process of their own file, contract them, compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--identifiers", type=int, default=2_500_000)
    parser.add_argument("--file", type=Path, required=True, help="where the records are kept; made if absent")
    arguments = parser.parse_args()
    if not arguments.file.exists():
        with duckdb.connect(str(arguments.file)) as db:
            db.execute("set threads = 1; set preserve_insertion_order = false; select setseed(0.5)")
            db.execute(RECORDS.format(records=arguments.records))
            db.execute(LINKS.format(identifiers=arguments.identifiers))
        # Memory and seconds are those of the contraction alone: it runs in a fresh process.
        print("made the records; run again to time the contraction", file=sys.stderr)
        return
    result = measure(arguments.file)
    print(json.dumps(result, indent=2))
    missed = {
        "cpu_seconds": result["cpu_seconds"] > CPU_SECONDS,
        "peak_mb": result["peak_mb"] > PEAK_MB,
        "open_records": result["open_records"] > 0,
        "precision": result["precision"] < 1,
        "recall": result["recall"] < 1,
    }
    if any(missed.values()):
        sys.exit("missed: " + ", ".join(name for name, is_missed in missed.items() if is_missed))


def measure(file: Path) -> dict[str, float]:
    """CPU seconds and peak memory of the contraction, then precision and recall of pairs."""
    with duckdb.connect(str(file), config={"memory_limit": MEMORY_LIMIT, "threads": 1}) as db:
        db.execute("set preserve_insertion_order = false")
        db.execute("drop table if exists found")
        start, cpu = time.monotonic(), time.process_time()
        db.execute(f"create table found as {contraction()}")
        seconds, cpu = time.monotonic() - start, time.process_time() - cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        (records,) = db.execute("select count(*) from truth").fetchone() or (0,)
        (identifiers,) = db.execute("select count(*) from links").fetchone() or (0,)
        right, found, true, still_open = map(int, db.execute(PAIRS).fetchone() or (0, 0, 0, 0))
    return {
        "records": records,
        "identifiers": identifiers,
        "cpu_seconds": round(cpu, 2),
        "seconds": round(seconds, 2),
        "peak_mb": round(peak),
        "open_records": still_open,
        "precision": right / found,
        "recall": right / true,
    }


if __name__ == "__main__":
    main()
