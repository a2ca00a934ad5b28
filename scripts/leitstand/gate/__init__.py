"""The only door to a publication: a build passes or stays in."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from leitstand.build import BuildResult, Node
from leitstand.config import Company
from leitstand.errors import ChecksFailed

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
        with duckdb.connect(str(company.warehouse)) as db:
            cursor = db.execute(f"select * from ({node.compiled_sql}) as failures limit {_SAMPLE_ROWS}")
            names = [column[0] for column in cursor.description or ()]
            for row in cursor.fetchall():
                pairs = zip(names, row, strict=True)
                lines.append("    " + ", ".join(f"{name} {value}" for name, value in pairs))
    return "\n".join(lines)
