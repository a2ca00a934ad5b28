"""Examine a build, write what was found, and let it pass or not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from leitstand.build import BuildResult, read_build, test_again
from leitstand.config import Company
from leitstand.errors import BadInput, ChecksFailed
from leitstand.gate.dbt_checks import dbt_checks, read_lineage
from leitstand.gate.metrics import metric_checks
from leitstand.gate.notify import notify
from leitstand.gate.result import Check, Findings, Status, Verdict, Weakening, reasons
from leitstand.gate.written import write_findings
from leitstand.metrics import are_written, write_metrics
from leitstand.warehouse import open_warehouse

Progress = Callable[[str], None]


def gate_folder(build: BuildResult) -> Path:
    """Where the gate writes what it found of a build, beside dbt's own results."""
    return build.manifest.parent / "gate"


def results_of(company: Company, *, progress: Progress = lambda _: None) -> BuildResult:
    """The results of the last build; all tests run anew where another call of dbt has overwritten them.

    Raises:
        BadInput: nothing has been built, or something has landed since.
    """
    for tests_alone in (False, True):
        with suppress(BadInput):
            return read_build(company, tests_alone=tests_alone)
    return test_again(company, progress=progress)


def examine(company: Company, build: BuildResult, *, progress: Progress = lambda _: None) -> Findings:
    """Run every check on a built warehouse and write `gate.json`, `gate.xml`, `gate.html` and the audit.

    The border is judged only where all tables could be built: of what is not there nothing can be said. The
    saved queries and the sums of metrics are written first where they are of another build, as after a call
    of dbt by itself.
    """
    target, folder = build.manifest.parent, gate_folder(build)
    for former in folder.glob("gate.*"):  # a gate that is cut off must not pass for the one before
        former.unlink()
    lineage = read_lineage(target)
    progress("reading what the tests said")
    with open_warehouse(company.warehouse, read_only=True) as db:
        checks = dbt_checks(db, target, lineage)
    if not any(check.kind == "model" for check in checks):
        # imported here because Great Expectations takes seconds to import
        from leitstand.gate.border import border_checks

        if not are_written(company):
            progress("writing the saved queries")
            write_metrics(company)
        with open_warehouse(company.warehouse, read_only=True) as db:
            progress("comparing the marts with the metrics")
            checks += metric_checks(db, target, lineage)

            progress("judging what landed and what is to be published")
            checks += border_checks(company, db, target, lineage, folder / "audit")
    findings = Findings(tuple(checks), lineage.published)
    _write(company, folder, findings)
    return findings


def pass_tests(company: Company, build: BuildResult) -> None:
    """Stop where a model could not be built, a binding test fails or a mart contradicts its metrics.

    Raises:
        ChecksFailed: names each, what it means and the first rows that break it.
    """
    target, lineage = build.manifest.parent, read_lineage(build.manifest.parent)
    with open_warehouse(company.warehouse, read_only=True) as db:
        checks = dbt_checks(db, target, lineage)
        if not any(check.closes for check in checks):
            checks += metric_checks(db, target, lineage)
        refuse(tuple(check for check in checks if check.closes))


def pass_through(
    company: Company,
    build: BuildResult,
    weakening: Weakening | None = None,
    *,
    progress: Progress = lambda _: None,
) -> Verdict:
    """Let a build pass whose binding checks all hold, or that may pass weakened and is asked to.

    Raises:
        ChecksFailed: names each failed check, what it means, the first rows that break it and the published
            tables that it makes untrustworthy.
    """
    findings = examine(company, build, progress=progress)
    stopping = tuple(c for c in findings.closing if weakening is None or not c.may_be_weakened)
    if stopping:
        unsent = notify(company, findings, gate_folder(build))
        refuse(stopping, notes=unsent, is_weakened=weakening is not None)
    if findings.is_open:
        weakening = None  # nothing had to be weakened
    else:
        _write(company, gate_folder(build), findings, weakening)
    return Verdict(
        checks_passed=findings.count(Status.passed),
        checks_failed=findings.count(Status.warned) + findings.count(Status.failed),
        warnings=tuple(f"{c.name}: {c.message}" for c in findings.checks if c.status is Status.warned),
        weakened_marts=findings.weakened_marts,
        failed_checks=tuple(c.name for c in findings.closing),
        weakening=weakening,
        files=gate_folder(build),
    )


def refuse(closing: tuple[Check, ...], *, notes: tuple[str, ...] = (), is_weakened: bool = False) -> None:
    """Stop with the reasons, where there are any.

    Raises:
        ChecksFailed: at least one check closes the gate.
    """
    if not closing:
        return
    count = sum(not check.is_held_back for check in closing)
    kind = "checks failed that no request may pass" if is_weakened else "checks failed"
    raise ChecksFailed("\n".join([f"{count} {kind}, so nothing is published:", *reasons(closing), *notes]))


def _write(company: Company, folder: Path, findings: Findings, weakening: Weakening | None = None) -> None:
    write_findings(
        folder,
        findings,
        company=company.settings.name,
        language=company.settings.report.language,
        weakening=weakening,
    )
