"""The only door to a publication: a build passes or stays in."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from leitstand.build import BuildResult, Node
from leitstand.config import Company
from leitstand.errors import ChecksFailed, LeitstandError
from leitstand.warehouse import open_warehouse

_SAMPLE_ROWS = 3


@dataclass(frozen=True)
class Verdict:
    """What the checks said of a build that may be published."""

    checks_passed: int
    checks_failed: int
    warnings: tuple[str, ...]


def pass_through(company: Company, result: BuildResult) -> Verdict:
    """Let a build pass whose blocking checks all hold.

    Raises:
        ChecksFailed: names each failed check, what it means and the first rows that break it.
    """
    if result.failed:
        reasons = "\n".join(_explain(company, node) for node in result.failed)
        raise ChecksFailed(f"{len(result.failed)} checks failed, so nothing is published:\n{reasons}")
    return Verdict(
        checks_passed=result.tests_passed,
        checks_failed=len(result.warned),
        warnings=tuple(f"{node.name}: {node.message}" for node in result.warned),
    )


def _explain(company: Company, node: Node) -> str:
    lines = [f"  {node.kind} {node.name}: {node.message}"]
    if node.description:
        lines.append(f"    {node.description}")
    if node.status == "fail" and node.compiled_sql:
        lines.extend(_sample(company, node.compiled_sql))
    return "\n".join(lines)


def _sample(company: Company, sql: str) -> list[str]:
    """The first rows that break a check; a check selects keys and counts, never personal data."""
    try:
        with open_warehouse(company.warehouse, read_only=True) as db:
            cursor = db.execute(f"select * from ({sql}) as failures limit {_SAMPLE_ROWS}")
            names = [column[0] for column in cursor.description or ()]
            rows = cursor.fetchall()
    except (duckdb.Error, LeitstandError):
        return []
    return ["    " + ", ".join(f"{n} {v}" for n, v in zip(names, row, strict=True)) for row in rows]
