"""How near the pipeline comes to the truth: the demo's build against its answer key, which no model reads.

The key says which records are one human (`persons.csv`), which stages and cycles each went through
(`stages.csv`, `cycles.csv`), by which path they came (`sources.csv`), what their opportunities were worth
(`opportunities.csv`), and how much of that no system tells (`noise.json`). Everything is counted in the
warehouse.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from leitstand.config import Company
from leitstand.errors import BadInput
from leitstand.influence import Distance, distances
from leitstand.land.sql import literal, one_file
from leitstand.warehouse import open_warehouse

STAGES = ("first_touch", "inquiry", "mql", "sal", "sql", "opportunity", "won")
FILES = ("persons", "sources", "stages", "cycles", "opportunities")


@dataclass(frozen=True)
class Score:
    """One measure: of so many cases so many are right."""

    measure: str
    hits: int
    cases: int
    threshold: float | None = None
    """The least share that the project holds itself to; None where the measure only informs."""

    @property
    def share(self) -> float | None:
        """Hits among cases; None without a case."""
        return self.hits / self.cases if self.cases else None

    @property
    def is_met(self) -> bool:
        """False where the share lies below the threshold."""
        return self.threshold is None or (self.share is not None and self.share >= self.threshold)


@dataclass(frozen=True)
class Evaluation:
    """All scores, how far attribution lies from the truth, and the noise that was planted."""

    scores: list[Score]
    distances: list[Distance]
    noise: dict[str, Any]


# Which lead each record of the key became. Records that did not land (planted as untypable) are no cases.
RECORDS = """
create temp table key_records as
with found as (
    select
        lead_id,
        case when record_kind = 'visitor' then 'visitor' else connection end || '|' || source_id
            as record_key
    from intermediate.int_identity__records
),
key as (
    select
        *,
        record_type = 'visitor' as is_visitor,
        case when record_type = 'visitor' then 'visitor' else connection end || '|' || record_id as record_key
    from key_persons
)
select key.person_id, key.is_excluded, key.is_visitor, key.record_key, found.lead_id
from key
left join found using (record_key)
left join intermediate.int_unified__persons as landed
    on key.connection = landed.connection and key.record_id = landed.source_id
where key.is_visitor or landed.source_id is not null
"""

# People all of whose records are one lead that holds nobody else's: only they can be compared one to one.
PEOPLE = """
create temp table people as
with leads as (
    select lead_id from key_records
    where not is_visitor and lead_id is not null
    group by lead_id
    having count(distinct person_id) = 1
)
select person_id, max(lead_id) as lead_id
from key_records left join leads using (lead_id)
where not is_visitor and not is_excluded
group by person_id
having count(distinct key_records.lead_id) = 1 and count(*) = count(leads.lead_id)
"""

# A declaration that the rules of the agreement contradict sets no date, and begins or re-opens no cycle: from
# that day on the person's story differs from the truth, as the agreement wants it.
CONTRADICTED = """
create temp table contradicted as
select lead_id, min(day(declared_at)) as declared_on
from intermediate.int_lifecycle__declarations
where is_contradicted
group by lead_id
"""

STAGE_ROWS = """
create temp table stage_rows as
select
    key.*,
    people.lead_id,
    coalesce(day(key.reached_at) >= contradicted.declared_on, false) as is_contradicted
from key_stages as key
join people using (person_id)
left join contradicted on people.lead_id = contradicted.lead_id
where key.is_observable
"""

CYCLE_ROWS = """
create temp table cycle_rows as
select
    key.* exclude (is_observable),
    people.lead_id,
    bool_and(key.is_observable and contradicted.lead_id is null) over (partition by person_id)
        as is_comparable
from key_cycles as key
join people using (person_id)
left join contradicted on people.lead_id = contradicted.lead_id
"""

CYCLES = """
create temp table found_cycles as
select lead_id, cycle_number, origin_path, exit_state, exit_at, {columns}
from intermediate.int_lifecycle__cycles
"""


def evaluate(company: Company) -> Evaluation:
    """Score the build of the demo.

    Raises:
        BadInput: the company has no answer key (only the demo has one), or has not been built.
        LeitstandError: the warehouse cannot be opened.
    """
    folder = company.folder / "exports" / "answer_key"
    if not all((folder / name).is_file() for name in ("noise.json", *(f"{name}.csv" for name in FILES))):
        raise BadInput(
            f"{folder}: expected the answer key of the demo company, found none. Run `leitstand demo` first."
        )
    unbuilt = BadInput(
        f"{company.warehouse}: expected a build of the demo, found none. Run `leitstand demo` first."
    )
    if not company.warehouse.is_file():
        raise unbuilt
    with open_warehouse(company.warehouse, read_only=True) as db:
        built = "select 1 from duckdb_schemas() where schema_name = 'intermediate'"
        if not db.execute(built).fetchone():
            raise unbuilt
        _prepare(db, folder, company.vars.report_timezone)
        scores = [*_identity(db), *_stages(db), *_lifecycle(db), *_pipeline(db)]
        far = distances(db)
    return Evaluation(scores, far, json.loads((folder / "noise.json").read_text(encoding="utf-8")))


def _prepare(db: duckdb.DuckDBPyConnection, folder: Path, timezone: str) -> None:
    """Read the key beside the warehouse."""
    for name in FILES:
        file = one_file(folder / f"{name}.csv")
        db.execute(f"create temp table key_{name} as from read_csv({file})")
    db.execute(
        "create temp macro day(instant) as "
        f"cast(timezone({literal(timezone)}, timezone('UTC', cast(instant as timestamp))) as date)"
    )
    db.execute(RECORDS)
    db.execute(PEOPLE)
    db.execute(CONTRADICTED)
    db.execute(STAGE_ROWS)
    db.execute(CYCLE_ROWS)
    db.execute(CYCLES.format(columns=", ".join(f"{stage}_at_observed" for stage in STAGES)))


def _count(db: duckdb.DuckDBPyConnection, sql: str) -> tuple[int, int]:
    """Hits and cases of a query that returns these two."""
    ((hits, cases),) = db.execute(sql).fetchall()
    return int(hits or 0), int(cases or 0)


# ---------- identity


def _identity(db: duckdb.DuckDBPyConnection) -> list[Score]:
    """Pairs of records that are one human, and were found to be one, with and without visitors."""
    pairs = "coalesce(sum(size * (size - 1) / 2), 0)::bigint"

    def of(rows: str, kind: str, precision: float | None, recall: float | None) -> list[Score]:
        def groups(by: str) -> str:
            return (
                f"(select {pairs} from (select count(*) as size from key_records "
                f"where not is_excluded and {rows} and lead_id is not null group by {by}))"
            )

        right = groups("lead_id, person_id")
        true = (
            f"(select {pairs} from (select count(*) as size from key_records "
            f"where not is_excluded and {rows} group by person_id))"
        )
        return [
            Score(
                f"{kind}: precision of pairs", *_count(db, f"select {right}, {groups('lead_id')}"), precision
            ),
            Score(f"{kind}: recall of pairs", *_count(db, f"select {right}, {true}"), recall),
        ]

    excluded = _count(
        db, "select count(*) filter (lead_id is null), count(*) from key_records where is_excluded"
    )
    compared = _count(
        db,
        "select (select count(*) from people), "
        "count(distinct person_id) from key_records where not is_excluded and not is_visitor",
    )
    return [
        *of("not is_visitor", "records", 0.99, 0.95),
        *of("true", "records and visitors", 0.99, 0.95),
        Score("people whose records are exactly one lead", *compared),
        Score("tests and colleagues left out", *excluded),
    ]


# ---------- stages


def _stages(db: duckdb.DuckDBPyConnection) -> list[Score]:
    """Stage dates as the systems tell them: to the second, or the day where only that is told."""
    scores = [
        Score(f"{stage}: date exact where observable", *_count(db, _exact(stage)), 1.0) for stage in STAGES
    ]
    contradicted = _count(db, "select count(*) filter (is_contradicted), count(*) from stage_rows")
    return [*scores, Score("stages from a contradicted declaration on", *contradicted)]


def _exact(stage: str) -> str:
    observed = f"found.{stage}_at_observed"
    return f"""
        select
            count(*) filter (
                {observed} = key.reached_at
                or (key.precision = 'day' and day({observed}) = day(key.reached_at))
            ),
            count(*)
        from stage_rows as key
        left join found_cycles as found
            on key.lead_id = found.lead_id and key.cycle_number = found.cycle_number
        where key.stage = '{stage}' and not key.is_contradicted
    """


# ---------- cycles and paths


def _lifecycle(db: duckdb.DuckDBPyConnection) -> list[Score]:
    """How many cycles, how they ended, and by which path people came."""
    numbers = """
        select count(*) filter (found.cycles = key.cycles), count(*)
        from (
            select lead_id, count(*) as cycles from cycle_rows where {rows} group by lead_id
        ) as key
        left join (select lead_id, count(*) as cycles from found_cycles group by lead_id) as found
            on key.lead_id = found.lead_id
    """
    ends = """
        select count(*) filter (found.exit_state is not distinct from key.exit_state), count(*)
        from cycle_rows as key
        left join found_cycles as found
            on key.lead_id = found.lead_id and key.cycle_number = found.cycle_number
        where key.is_comparable
    """
    paths = """
        select count(*) filter (found.origin_path = key.origin_path), count(*)
        from key_sources as key
        join people using (person_id)
        left join found_cycles as found on people.lead_id = found.lead_id and found.cycle_number = 1
    """
    return [
        Score(
            "people with the right number of cycles, where observable",
            *_count(db, numbers.format(rows="is_comparable")),
        ),
        Score("people with the right number of cycles", *_count(db, numbers.format(rows="true"))),
        Score("cycles with the right end, where observable", *_count(db, ends)),
        Score("origin path of the first cycle", *_count(db, paths), 0.98),
    ]


# ---------- pipeline


# An amount is right where it stands on the same side in both; a case is one that stands there in either. What
# no system tells is compared apart.
PIPELINE = """
create temp table pipeline as
select
    key.entered_at is not null as is_true,
    found.source_id is not null as is_found,
    coalesce(key.entry_amount = found.entry_original_amount, false) as is_same_amount,
    cast(coalesce(key.entry_amount, found.entry_original_amount) as decimal(18, 2)) as amount,
    coalesce(key.entered_at is not null and key.origin_path = 'marketing', false) as is_sourced_in_truth,
    coalesce(key.entered_at is not null and key.is_influenced, false) as is_influenced_in_truth,
    coalesce(key.origin_path = found.origin_path, false) as is_same_origin,
    coalesce(found.is_marketing_sourced, false) as is_sourced,
    coalesce(found.is_influenced, false) as is_influenced,
    key.origin_untold is null as is_sourced_told,
    coalesce(key.is_influence_observable, true) as is_influenced_told
from key_opportunities as key
full join (
    select milestones.source_id, facts.*
    from core.fct_opportunity as facts
    join intermediate.int_opportunity__milestones as milestones
        on facts.opportunity_id = md5(milestones.opportunity_id)
    where facts.is_new_pipeline
) as found on key.opportunity_id = found.source_id
where key.entered_at is not null or found.source_id is not null
"""


def _pipeline(db: duckdb.DuckDBPyConnection) -> list[Score]:
    """New pipeline, and what of it marketing sourced or influenced, in cents of each deal's currency."""
    db.execute(PIPELINE)

    def amounts(hit: str, case: str) -> tuple[int, int]:
        cents = "cast(100 * coalesce(sum(amount) filter ({}), 0) as bigint)"
        return _count(db, f"select {cents.format(hit)}, {cents.format(case)} from pipeline")

    same = "is_true and is_found and is_same_amount"
    origins = "select count(*) filter (is_same_origin), count(*) from pipeline where is_sourced_told"
    scores = [
        Score("new pipeline, in cents: as it is", *amounts(same, "true"), 1.0),
        Score("origin path of opportunities, where observable", *_count(db, origins), 1.0),
    ]
    for kind in ("sourced", "influenced"):
        told, either = f"is_{kind}_told", f"(is_{kind} or is_{kind}_in_truth)"
        right = f"{same} and is_{kind} and is_{kind}_in_truth"
        scores += [
            Score(
                f"{kind} pipeline, in cents: as it is, where observable",
                *amounts(f"{right} and {told}", f"{either} and {told}"),
                1.0,
            ),
            Score(f"{kind} pipeline, in cents: as it is", *amounts(right, either)),
            Score(
                f"{kind} pipeline, in cents: no system tells", *amounts(f"is_true and not {told}", "is_true")
            ),
        ]
    return scores
