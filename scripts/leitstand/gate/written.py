"""The gate's files: `gate.json` for programs, `gate.xml` (JUnit) for pipelines, `gate.html` for people."""

from __future__ import annotations

import dataclasses
import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import yaml

from leitstand.files import put
from leitstand.gate.result import Check, Findings, Status, Weakening
from leitstand.templates import templates_of

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_findings(
    folder: Path, findings: Findings, *, company: str, language: str, weakening: Weakening | None = None
) -> None:
    """Write all three files into a folder, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "gate.json": as_json(findings, company, weakening),
        "gate.xml": as_junit(findings),
        "gate.html": as_html(findings, company, language, weakening),
    }
    for name, text in content.items():
        put(folder / name, text)


def as_dict(findings: Findings, company: str, weakening: Weakening | None = None) -> dict[str, Any]:
    """The findings as plain values."""
    return {
        "company": company,
        "is_open": findings.is_open,
        "counts": {status.value: findings.count(status) for status in Status},
        "weakened": _weakened(weakening, findings),
        "checks": [
            dataclasses.asdict(check) | {"closes_the_gate": check.closes} for check in findings.checks
        ],
    }


def _weakened(weakening: Weakening | None, findings: Findings) -> dict[str, Any] | None:
    """A request without the account that made it: the files become part of the release."""
    if weakening is None:
        return None
    return {"reason": weakening.reason, "at": weakening.at, "marts": findings.weakened_marts}


def as_json(findings: Findings, company: str, weakening: Weakening | None = None) -> str:
    """The findings as JSON."""
    content = as_dict(findings, company, weakening)
    return json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n"


def as_junit(findings: Findings) -> str:
    """The findings as JUnit XML: what does not close the gate is no failure there.

    A warning passes and says so in `system-out`; a check that could not run and need not is skipped.
    """
    suite = ElementTree.Element(
        "testsuite",
        name="leitstand gate",
        tests=str(len(findings.checks)),
        failures=str(sum(c.closes and c.status is Status.failed for c in findings.checks)),
        errors=str(sum(c.closes and c.status is Status.could_not_run for c in findings.checks)),
        skipped=str(sum(_is_skipped(c) for c in findings.checks)),
    )
    for check in findings.checks:
        case = ElementTree.SubElement(suite, "testcase", classname=check.kind, name=_clean(check.name))
        if check.closes:
            tag = "failure" if check.status is Status.failed else "error"
            fault = ElementTree.SubElement(case, tag, message=_clean(check.message))
            fault.text = _clean(check.explain())
        elif _is_skipped(check):
            ElementTree.SubElement(case, "skipped", message=_clean(check.message))
        elif check.status is not Status.passed:
            ElementTree.SubElement(case, "system-out").text = _clean(check.explain())
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _is_skipped(check: Check) -> bool:
    return check.status is Status.could_not_run and not check.closes


def _clean(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return _NOT_IN_XML.sub("\ufffd", text)


def as_html(findings: Findings, company: str, language: str, weakening: Weakening | None = None) -> str:
    """The findings as a page of its own, without script or network."""
    groups = {
        "closing": findings.closing,
        "warned": tuple(c for c in findings.checks if not c.closes and c.status in _NOTED),
        "idle": tuple(c for c in findings.checks if _is_skipped(c)),
        "passed": tuple(c for c in findings.checks if c.status is Status.passed),
    }
    words = texts(language)
    return (
        templates_of("leitstand.gate")
        .get_template("gate.html.j2")
        .render(
            company=company,
            language=language,
            findings=findings,
            groups=groups,
            statuses=[(status, findings.count(status)) for status in Status],
            weakening=weakening,
            has_audit=any(check.kind in ("landed", "published") for check in findings.checks),
            title=words["title"],
            words=words,
        )
    )


_NOTED = (Status.warned, Status.failed)


def texts(language: str) -> dict[str, Any]:
    """The words of the pages in one language."""
    text = (files("leitstand.gate") / "texts" / f"{language}.yml").read_text(encoding="utf-8")
    words: dict[str, Any] = yaml.safe_load(text)
    return words
