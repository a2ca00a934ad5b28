"""Where metrics are read from: the current release, or the last build in the warehouse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from leitstand.config import PROJECT_ROOT, Company
from leitstand.errors import BadInput, LeitstandError
from leitstand.semantic import (
    Answer,
    Manifest,
    NoSum,
    NotAnswered,
    Question,
    SemanticError,
    SemanticLayer,
)
from leitstand.warehouse import open_warehouse

MANIFEST = "semantic_manifest.json"
SAVED_SCHEMA = "metrics"
STAR_SCHEMA = "semantic"
CACHE = PROJECT_ROOT / "target" / "metric_queries"


@dataclass(frozen=True)
class Source:
    """A semantic layer and an open connection to the tables that it is over."""

    layer: SemanticLayer
    db: duckdb.DuckDBPyConnection
    name: str
    """What an answer comes from, in words."""
    weakened: Mapping[str, str] = field(default_factory=dict)
    """The tables that were published although checks failed, each as `schema.table`, and why."""

    def answer(self, question: Question) -> Answer:
        """The rows, and among the notes what of that which they are read from cannot be trusted.

        Raises:
            SemanticError: a name is not known, what is asked does not go together, or a table is missing.
        """
        answer = self.layer.answer(self.db, question)
        read = {f"{STAR_SCHEMA}.{table}" for table in self.layer.manifest.relations_in(answer.sql)}
        if not (weak := sorted(read & self.weakened.keys())):
            return answer
        note = f"weakened: {', '.join(weak)} cannot be trusted. {self.weakened[weak[0]]}"
        return replace(answer, notes=(note, *answer.notes))


def layer_of(target: Path) -> SemanticLayer:
    """The semantic layer of the last build in dbt's target folder.

    Raises:
        BadInput: nothing has been built.
    """
    file = target / MANIFEST
    if not file.is_file():
        raise BadInput(f"{file}: expected the metrics of a build, found none. Run `leitstand build`.")
    return SemanticLayer(Manifest.read(file), cache=CACHE)


@contextmanager
def built(company: Company) -> Iterator[Source]:
    """The last build, whether or not it has passed the gate; it may be asked by day.

    Raises:
        BadInput: nothing has been built, or the question names what is not known.
        LeitstandError: another process builds.
    """
    layer = layer_of(company.target)
    if not company.warehouse.is_file():
        raise BadInput(f"{company.warehouse}: expected a warehouse, found none. Run `leitstand build`.")
    with open_warehouse(company.warehouse, read_only=True) as db, told():
        _close_to_others(db)
        yield Source(layer, db, "the last build")


@contextmanager
def published(company: Company) -> Iterator[Source]:
    """The current release: sums of months that have passed the gate.

    Raises:
        BadInput: nothing has been published, or the question names what is not known.
    """
    release = company.releases / "current"
    if not release.exists():
        raise BadInput(
            f"{company.releases}: expected a published release, found none. Run `leitstand run`, or ask the "
            f"last build with --built."
        )
    with told(), open_published(release.resolve(), cache=CACHE) as source:
        yield source


@contextmanager
def open_published(release: Path, *, cache: Path | None = None) -> Iterator[Source]:
    """The release in a folder, read-only and closed to all other files."""
    file, manifest = release / "kpi.duckdb", release / MANIFEST
    if not file.is_file() or not manifest.is_file():
        raise BadInput(
            f"{release}: expected a release with metrics, found one without. Run `leitstand publish`, or ask "
            f"the last build with --built."
        )
    with duckdb.connect(file, read_only=True) as db:
        db.execute("set timezone = 'UTC'")
        _close_to_others(db)
        layer = SemanticLayer(Manifest.read(manifest), cache=cache)
        yield Source(layer, db, f"release {release.name}", _weakened(db))


def _weakened(db: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The tables of a release that cannot be trusted, with what `meta.weakened` says of each."""
    rows = db.execute(
        "select table_name, 'Published although checks failed (' || array_to_string(failed_checks, ', ') "
        "|| '): ' || reason from meta.weakened"
    ).fetchall()
    return dict(rows)


def _close_to_others(db: duckdb.DuckDBPyConnection) -> None:
    """A condition becomes part of a query: it shall reach no other file."""
    db.execute("set enable_external_access = false")
    db.execute("set lock_configuration = true")


@contextmanager
def told() -> Iterator[None]:
    """What is wrong with a question becomes an error of Leitstand: bad input, or tables that are missing."""
    try:
        yield
    except NoSum as error:
        raise BadInput(f"{error} Ask the last build with --built.") from error
    except NotAnswered as error:
        raise LeitstandError(str(error)) from error
    except SemanticError as error:
        raise BadInput(str(error)) from error
