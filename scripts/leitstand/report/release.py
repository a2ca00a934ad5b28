"""A published release, opened read-only, and what it says of itself."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from leitstand.errors import LeitstandError, bad_input

Row = dict[str, Any]


class Published:
    """The tables of one release; every read is a query that names its columns.

    Queries write `kpi.kpi.<table>`: the file's name is the catalogue's, so `kpi.<table>` would not
    say whether `kpi` means the catalogue or the schema.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        """Wrap an open connection to the file of a release's folder."""
        self._connection = connection
        self.folder = folder

    def rows(self, query: str, **parameters: Any) -> list[Row]:
        """Run one query and give its rows by column name."""
        result = self._connection.execute(query, parameters)
        names = [column[0] for column in result.description or []]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def columns(self, query: str, **parameters: Any) -> dict[str, np.ndarray]:
        """Run one query and give its columns by name, all of one length."""
        return self._connection.execute(query, parameters).fetchnumpy()

    def has(self, schema: str, table: str) -> bool:
        """Whether the release holds a table; those of earlier versions lack some."""
        found = self.rows(
            "select 1 from information_schema.tables where table_schema = $schema and table_name = $table",
            schema=schema,
            table=table,
        )
        return bool(found)


@contextmanager
def open_release(release: Path) -> Iterator[Published]:
    """Open `kpi.duckdb` of a release's folder read-only, in UTC.

    Raises:
        BadInput: the folder holds no `kpi.duckdb`.
        LeitstandError: the file is not what `leitstand publish` writes.
    """
    file = release / "kpi.duckdb"
    if not file.is_file():
        raise bad_input(
            str(file),
            expected="a published file",
            found="none",
            remedy="Publish with `leitstand publish`, or name the folder of a release.",
        )
    try:
        with duckdb.connect(file, read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            yield Published(connection, release)
    except duckdb.Error as error:
        raise LeitstandError(
            f"{file}: expected the published tables of schemas kpi and meta, found: "
            f"{str(error).splitlines()[0]}. Publish again with `leitstand publish`."
        ) from error


@dataclass(frozen=True)
class Head:
    """What a release says of itself; instants in UTC."""

    release_id: str
    published_at: dt.datetime
    as_of: dt.datetime
    project_version: str
    definition_version: str
    checks_passed: int
    checks_failed: int
    weakened_marts: str
    reporting_currency: str
    report_timezone: str
    minimum_sample: int
    """Below this many cases a figure is greyed."""

    def is_weakened(self, *tables: str) -> bool:
        """True where one of these tables was published although a check says not to trust it."""
        return bool({*tables} & {*self.weakened_marts.split(", ")})

    @property
    def checks(self) -> int:
        """All checks that ran."""
        return self.checks_passed + self.checks_failed

    @property
    def last_complete_month(self) -> dt.date:
        """First day of the last month that had ended at `as_of`."""
        here = self.as_of.replace(tzinfo=dt.UTC).astimezone(zoneinfo.ZoneInfo(self.report_timezone))
        return (here.date().replace(day=1) - dt.timedelta(days=1)).replace(day=1)


@dataclass(frozen=True)
class Delivery:
    """What one connection delivered: rows read, landed, quarantined; the newest load in UTC."""

    connection: str
    rows_read: int
    rows_landed: int
    rows_quarantined: int
    last_loaded_at: dt.datetime | None


def read_head(published: Published) -> Head:
    """Read the release's own row of `meta.release`."""
    found = published.rows(
        """
        select
            cast(release_id as varchar) as release_id,
            cast(published_at as timestamp) as published_at,
            cast(as_of as timestamp) as as_of,
            cast(project_version as varchar) as project_version,
            cast(definition_version as varchar) as definition_version,
            cast(checks_passed as bigint) as checks_passed,
            cast(checks_failed as bigint) as checks_failed,
            coalesce(
                array_to_string([m for m in weakened_marts if m not like 'semantic.%'], ', '), ''
            ) as weakened_marts,
            reporting_currency,
            report_timezone,
            minimum_sample
        from meta.release
        order by published_at desc
        limit 1
        """
    )
    if not found:
        raise LeitstandError(
            "meta.release: expected one row of the release, found none. "
            "Publish again with `leitstand publish`."
        )
    return Head(**found[0])


def read_deliveries(published: Published) -> tuple[Delivery, ...]:
    """Read `meta.data_state`, summed over the entities of each connection."""
    return tuple(
        Delivery(**row)
        for row in published.rows(
            """
            select
                connection,
                cast(sum(rows_read) as bigint) as rows_read,
                cast(sum(rows_landed) as bigint) as rows_landed,
                cast(sum(rows_quarantined) as bigint) as rows_quarantined,
                cast(max(last_loaded_at) as timestamp) as last_loaded_at
            from meta.data_state
            group by connection
            order by connection
            """
        )
    )
