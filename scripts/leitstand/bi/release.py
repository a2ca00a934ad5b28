"""The tables of a published release, with what the contract says of each column."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

SHOWN_SCHEMAS = ("kpi", "metrics")


@dataclass(frozen=True)
class Column:
    """One published column; `comment` says what it means and how it may be summed."""

    name: str
    data_type: str
    comment: str
    is_key: bool = False
    role: str = "non_additive"
    additive_over: tuple[str, ...] = ()
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()

    @property
    def is_temporal(self) -> bool:
        """True for a day or an instant."""
        return self.data_type.startswith(("DATE", "TIMESTAMP"))

    @property
    def is_numeric(self) -> bool:
        """True for a number."""
        return self.data_type.startswith(("DECIMAL", "DOUBLE", "BIGINT", "INTEGER", "HUGEINT", "FLOAT"))


@dataclass(frozen=True)
class Table:
    """One published table."""

    schema: str
    name: str
    comment: str
    columns: tuple[Column, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that name a row."""
        return tuple(column.name for column in self.columns if column.is_key)

    @property
    def time_column(self) -> str | None:
        """The day of the key by which the table is drawn over time; None where it has none."""
        if self.schema == "meta":
            return None
        days = [column.name for column in self.columns if column.is_temporal]
        return next((name for name in days if name in self.key), next(iter(days), None))


@dataclass(frozen=True)
class PublishedRelease:
    """A release as a BI tool sees it; `kpis` are those with a mature month of the company."""

    company: str
    currency: str
    tables: tuple[Table, ...]
    kpis: frozenset[str]

    def table(self, name: str) -> Table:
        """The table of a name."""
        return next(table for table in self.tables if table.name == name)


def read_release(file: Path) -> PublishedRelease:
    """Read the tables of the schemas that BI shows, and `meta.release`, from a release's file.

    What `meta.columns` does not know does not add up.
    """
    with duckdb.connect(str(file), read_only=True) as db:
        rows = db.execute(
            f"""
            select
                columns.schema_name, columns.table_name, coalesce(tables.comment, ''),
                columns.column_name, columns.data_type, coalesce(columns.comment, ''),
                coalesce(contract.is_key, false), coalesce(contract.role, 'non_additive'),
                coalesce(contract.additive_over, []), coalesce(contract.numerator, []),
                coalesce(contract.denominator, [])
            from duckdb_columns() as columns
            inner join duckdb_tables() as tables using (database_oid, schema_oid, table_oid)
            left join meta.columns as contract
                on columns.schema_name = contract.schema_name
                and columns.table_name = contract.table_name
                and columns.column_name = contract.column_name
            where columns.schema_name in {SHOWN_SCHEMAS} or columns.table_name = 'release'
            order by columns.schema_name, columns.table_name, columns.column_index
            """
        ).fetchall()
        company, currency = db.execute(
            "select company_name, reporting_currency from meta.release"
        ).fetchall()[0]
        kpis = db.execute(
            "select distinct kpi from kpi.kpi.kpi_scorecard "
            "where is_mature and period_type = 'month' and scope_type = 'company'"
        ).fetchall()
    tables: dict[tuple[str, str, str], list[Column]] = {}
    for schema, table, comment, name, data_type, text, is_key, role, *lists in rows:
        column = Column(name, data_type, text, is_key, role, *(tuple(names) for names in lists))
        tables.setdefault((schema, table, comment), []).append(column)
    return PublishedRelease(
        company,
        currency,
        tuple(Table(*table, tuple(columns)) for table, columns in tables.items()),
        frozenset(kpi for (kpi,) in kpis),
    )
